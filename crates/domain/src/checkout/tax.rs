//! Stage 4: tax, per line, on what is left.

use super::quote::Pricing;
use crate::plan::TaxMode;

/// Exclusive: `round(net x rate)` on top. Inclusive: `net - round(net / (1 + rate))`, inside.
pub(super) fn tax_lines(pricing: &mut Pricing<'_>) {
    for line in &mut pricing.lines {
        let (net, rate) = (line.left, line.input.tax_rate);
        (line.tax, line.total) = match line.input.tax_mode {
            TaxMode::Exclusive => (rate.of(net), net + rate.of(net)),
            TaxMode::Inclusive => (rate.inside(net), net),
        };
    }
}
