//! Stage 5: money credits pay line totals, tax included.

use super::assignment::Assignment;
use super::quote::Pricing;
use super::sources::Sources;
use crate::Money;

/// What each money lot pays of each line.
pub(super) struct Payments {
    assignment: Option<Assignment>,
    /// Index of the line behind each sink.
    lines: Vec<usize>,
}

impl Payments {
    pub fn given(&self, source: usize, line: usize) -> Money {
        let sink = self.lines.iter().position(|paid| *paid == line);
        match (sink, &self.assignment) {
            (Some(sink), Some(assignment)) => Money::from_minor(assignment.given(source, sink)),
            _ => Money::ZERO,
        }
    }
}

/// Pays as much as the lots can in total, and at most `limit`: soonest to expire first, each filling the earliest
/// lines it may as far as the total stays the greatest.
///
/// To begin with, what is not paid by credit stands as given by one last source, which every lot then displaces
/// in turn; a lot that comes late can still move an earlier one to another line, but never lowers what it pays.
pub(super) fn pay_from_credits(
    pricing: &mut Pricing<'_>,
    sources: &Sources<'_>,
    limit: Option<Money>,
) -> Payments {
    let mut payments = Payments { assignment: None, lines: Vec::new() };
    if sources.money.is_empty() {
        return payments;
    }
    payments.lines.extend((0..pricing.lines.len()).filter(|index| {
        let line = &pricing.lines[*index];
        line.total.is_positive() && sources.money.iter().any(|source| source.accepts(line.input))
    }));
    if payments.lines.is_empty() {
        return payments;
    }
    let tenders = sources.money.len();
    let mut capacities: Vec<i64> = sources.money.iter().map(|source| source.remaining.unwrap_or(0)).collect();
    capacities.push(0);
    let mut assignment = Assignment::new(capacities, payments.lines.len(), |source, sink| {
        source == tenders || sources.money[source].accepts(pricing.lines[payments.lines[sink]].input)
    });
    for (sink, index) in payments.lines.iter().enumerate() {
        assignment.leave(tenders, sink, pricing.lines[*index].total.minor());
    }
    assignment.prefer_earlier_sources(limit.map_or(i64::MAX, Money::minor));
    assignment.fill_earlier_sinks();
    for (sink, index) in payments.lines.iter().enumerate() {
        let line = &mut pricing.lines[*index];
        line.credits = line.total - Money::from_minor(assignment.given(tenders, sink));
    }
    payments.assignment = Some(assignment);
    payments
}
