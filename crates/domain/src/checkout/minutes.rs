//! Stage 2: minute credits taken out of rentals, and the free minutes that stage 0 reserved.

use super::assignment::Assignment;
use super::quote::Pricing;
use super::sources::Sources;
use super::{LineKind, QuoteInput};
use crate::Rate;
use crate::plan::Usage;
use std::cmp::Reverse;

/// Where minutes go. Each rental has two sinks: what its longest rental needs (free time only), and the rest.
///
/// Both stages share one assignment: which lot serves a need stays open until the end, so that a lot that only
/// suits one rental is not wasted on another.
pub(super) struct MinutePlan {
    pub assignment: Option<Assignment>,
    /// Free minutes that every unit of a line needs, by line.
    pub needs: Vec<u32>,
    /// Indexes of lines that are rentals.
    rentals: Vec<usize>,
}

impl MinutePlan {
    pub fn new(input: &QuoteInput, sources: &Sources<'_>) -> Self {
        let lines = &input.lines;
        let mut plan = Self { assignment: None, needs: vec![0; lines.len()], rentals: Vec::new() };
        if sources.minutes.is_empty() {
            return plan;
        }
        plan.rentals.extend((0..lines.len()).filter(|index| lines[*index].kind == LineKind::Rental));
        if plan.rentals.is_empty() {
            return plan;
        }
        let capacities = sources.minutes.iter().map(|source| source.remaining.unwrap_or(0)).collect();
        plan.assignment = Some(Assignment::new(capacities, plan.rentals.len() * 2, |source, sink| {
            let source = &sources.minutes[source];
            let for_a_need = sink % 2 == 0;
            (!for_a_need || source.usage == Usage::FreeTime) && source.accepts(&lines[plan.rentals[sink / 2]])
        }));
        plan
    }

    /// Reserves free minutes for the longest rental of a line and says how many there were.
    pub fn reserve(&mut self, line: usize, wanted: i64) -> i64 {
        let place = self.rentals.iter().position(|rental| *rental == line);
        match (place, &mut self.assignment) {
            (Some(place), Some(assignment)) => assignment.fill(place * 2, wanted),
            _ => 0,
        }
    }

    /// What a line has from a lot: for what each unit needs, and for the rest.
    pub fn given(&self, source: usize, line: usize) -> (i64, i64) {
        let place = self.rentals.iter().position(|rental| *rental == line);
        match (place, &self.assignment) {
            (Some(place), Some(assignment)) => {
                (assignment.given(source, place * 2), assignment.given(source, place * 2 + 1))
            }
            _ => (0, 0),
        }
    }
}

/// Takes minutes out where a minute is worth most: its price less the best percentage. Then, leaving every rental
/// its minutes, draws them from the lots in order of redemption, earlier rentals first.
///
/// A minute worth nothing is not spent. Among minutes of equal worth: higher tax rate, then earlier line.
pub(super) fn take_minutes_out(pricing: &mut Pricing<'_>, plan: &mut MinutePlan) {
    let Some(assignment) = &mut plan.assignment else { return };
    let mut places: Vec<(i64, Rate, usize)> = plan
        .rentals
        .iter()
        .enumerate()
        .map(|(place, index)| {
            let line = &pricing.lines[*index];
            let rate = line.percent.map_or(Rate::ZERO, |(_, rate)| rate);
            let worth = line.input.price().minor() * (Rate::WHOLE - rate.parts());
            (worth, line.input.tax_rate, place)
        })
        .collect();
    places.sort_by_key(|(worth, tax_rate, _)| (Reverse(*worth), Reverse(*tax_rate)));
    let mut anything = plan.needs.iter().any(|need| *need > 0);
    for (worth, _, place) in places {
        if worth == 0 {
            break;
        }
        let line = &mut pricing.lines[plan.rentals[place]];
        let left_each = line.input.minutes.unwrap_or(0) - plan.needs[plan.rentals[place]];
        let wanted = i64::from(left_each) * i64::from(line.input.qty - line.covered_units);
        line.extra_minutes = assignment.fill(place * 2 + 1, wanted);
        anything |= line.extra_minutes > 0;
    }
    for (line, need) in pricing.lines.iter_mut().zip(&plan.needs) {
        line.needed_minutes = *need;
    }
    if anything {
        assignment.prefer_earlier_sources(i64::MAX);
        assignment.fill_earlier_sinks();
    }
}
