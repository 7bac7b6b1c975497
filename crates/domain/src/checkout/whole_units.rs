//! Stage 1: included services and booking credits cover whole units.

use super::assignment::{Assignment, UNLIMITED};
use super::quote::Pricing;
use super::sources::Sources;
use crate::{Money, Rate};
use std::cmp::Reverse;

/// Which source covers how many units of which line.
pub(super) struct Coverage {
    assignment: Option<Assignment>,
    /// Index of the line behind each sink.
    lines: Vec<usize>,
}

impl Coverage {
    /// Units of a line that a source covers.
    pub fn given(&self, source: usize, line: usize) -> i64 {
        let sink = self.lines.iter().position(|covered| *covered == line);
        match (sink, &self.assignment) {
            (Some(sink), Some(assignment)) => assignment.given(source, sink),
            _ => 0,
        }
    }
}

/// Covers the units that save most: each is worth its list price less the best percentage.
///
/// What a unit is worth does not depend on what covers it, so units are taken dearest first (then higher tax rate,
/// earlier line, earlier unit), each making room by moving others to another source. The units are then kept and
/// their sources chosen in order of preference: both optima hold together.
pub(super) fn cover_whole_units(pricing: &mut Pricing<'_>, sources: &Sources<'_>) -> Coverage {
    let mut coverage = Coverage { assignment: None, lines: Vec::new() };
    if sources.covers.is_empty() {
        return coverage;
    }
    let worth = |index: usize| -> Money {
        let line = &pricing.lines[index];
        let rate = line.percent.map_or(Rate::ZERO, |(_, rate)| rate);
        line.list - rate.of(line.list)
    };
    coverage.lines.extend((0..pricing.lines.len()).filter(|index| {
        let line = pricing.lines[*index].input;
        line.kind.takes_benefits()
            && worth(*index).is_positive()
            && sources.covers.iter().any(|source| source.accepts(line))
    }));
    if coverage.lines.is_empty() {
        return coverage;
    }
    let capacities = sources.covers.iter().map(|source| source.remaining.unwrap_or(UNLIMITED)).collect();
    let mut assignment = Assignment::new(capacities, coverage.lines.len(), |source, sink| {
        sources.covers[source].accepts(pricing.lines[coverage.lines[sink]].input)
    });
    let mut sinks: Vec<usize> = (0..coverage.lines.len()).collect();
    sinks.sort_by_key(|sink| {
        let index = coverage.lines[*sink];
        (Reverse(worth(index)), Reverse(pricing.lines[index].input.tax_rate))
    });
    for sink in sinks {
        let line = &mut pricing.lines[coverage.lines[sink]];
        line.covered_units = assignment.fill(sink, i64::from(line.input.qty)) as u32;
    }
    assignment.prefer_earlier_sources(i64::MAX);
    assignment.fill_earlier_sinks();
    coverage.assignment = Some(assignment);
    coverage
}
