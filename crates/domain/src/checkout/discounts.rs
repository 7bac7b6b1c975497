//! Stage 3: percentages, manual line discounts, fixed amounts and the manual ticket discount, in this order.

use super::quote::{PricedLine, Pricing};
use super::sources::{Offer, Sources};
use super::{DiscountTaken, ManualDiscount, UnitGroup};
use crate::plan::DiscountValue;
use crate::{LineId, Money};

/// Prices the units of every line after stages 1 and 2, each with the best percentage and a manual one.
pub(super) fn price_units(pricing: &mut Pricing<'_>, sources: &Sources<'_>) {
    for line in &mut pricing.lines {
        let mut units = Vec::with_capacity(2);
        let covered = line.covered_units;
        if covered > 0 {
            units.push(UnitGroup {
                count: covered,
                list: line.list,
                covered: line.list,
                minutes: line.needed_minutes,
                time_off: Money::ZERO,
                discount: Money::ZERO,
                manual: Money::ZERO,
                left: Money::ZERO,
            });
        }
        let mut open = line.input.qty - covered;
        let room = i64::from(line.input.minutes.unwrap_or(0)) - i64::from(line.needed_minutes);
        if line.extra_minutes > 0 {
            let whole = (line.extra_minutes / room) as u32;
            let rest = (line.extra_minutes % room) as u32;
            if whole > 0 {
                units.push(line.unit(whole, line.needed_minutes + room as u32));
                open -= whole;
            }
            if rest > 0 {
                units.push(line.unit(1, line.needed_minutes + rest));
                open -= 1;
            }
        }
        if open > 0 {
            units.push(line.unit(open, line.needed_minutes));
        }
        line.left = units.iter().map(|unit| unit.left.times(unit.count)).sum();
        line.units = units;
    }
    for offer in &sources.percents {
        let taken = pricing.lines.iter().filter(|line| line.percent.is_some_and(|(key, _)| key == offer.key));
        let taken = taken.map(|line| {
            let off: Money = line.units.iter().map(|unit| unit.discount.times(unit.count)).sum();
            (line.input.id, off)
        });
        let taken = taken.filter(|(_, off)| off.is_positive()).collect();
        pricing.record(offer, taken);
    }
}

impl PricedLine<'_> {
    /// `count` units that no source covers, with `minutes` taken out of each.
    fn unit(&self, count: u32, minutes: u32) -> UnitGroup {
        let billed = match self.input.minutes {
            Some(whole) if minutes > 0 => self.input.price().scale(i64::from(whole - minutes), 60),
            _ => self.list,
        };
        let discount = self.percent.map_or(Money::ZERO, |(_, rate)| rate.of(billed));
        let after = billed - discount;
        let manual = match &self.input.manual_discount {
            Some(ManualDiscount { value: DiscountValue::Percent(rate), .. }) => rate.of(after),
            Some(ManualDiscount { value: DiscountValue::Amount(_), .. }) | None => Money::ZERO,
        };
        UnitGroup {
            count,
            list: self.list,
            covered: Money::ZERO,
            minutes,
            time_off: self.list - billed,
            discount,
            manual,
            left: after - manual,
        }
    }
}

/// Takes what comes off lines and the ticket as a whole: manual line amounts, each fixed amount of a plan once, in
/// the order listed, and the manual ticket discount; nothing goes below zero.
pub(super) fn take_amounts_off(
    pricing: &mut Pricing<'_>,
    sources: &Sources<'_>,
    by_hand: Option<&ManualDiscount>,
) {
    for line in &mut pricing.lines {
        if let Some(ManualDiscount { value: DiscountValue::Amount(amount), .. }) = line.input.manual_discount
        {
            let off = amount.min(line.left);
            line.manual_spread = off;
            line.left -= off;
        }
    }
    for offer in &sources.fixed {
        let parts = pricing.spread(offer.value, |line| {
            line.input.kind.takes_benefits() && offer.items.accepts(line.input.item, line.input.category)
        });
        let mut taken = Vec::new();
        for (line, part) in pricing.lines.iter_mut().zip(parts) {
            line.fixed += part;
            line.left -= part;
            if part.is_positive() {
                taken.push((line.input.id, part));
            }
        }
        pricing.record(offer, taken);
    }
    if let Some(by_hand) = by_hand {
        let discountable = |line: &PricedLine<'_>| line.input.kind.takes_benefits();
        let amount = match by_hand.value {
            DiscountValue::Amount(amount) => amount,
            DiscountValue::Percent(rate) => rate.of(pricing.left(discountable)),
        };
        let parts = pricing.spread(amount, discountable);
        for (line, part) in pricing.lines.iter_mut().zip(parts) {
            line.manual_spread += part;
            line.left -= part;
        }
    }
}

impl Pricing<'_> {
    /// Keeps what a discount took off which lines.
    fn record<T>(&mut self, offer: &Offer<'_, T>, lines: Vec<(LineId, Money)>) {
        if lines.is_empty() {
            return;
        }
        let value = lines.iter().map(|(_, off)| *off).sum();
        if offer.provisional {
            self.provisional += value;
        }
        self.discounts.push(DiscountTaken { key: offer.key, value, lines });
    }

    fn left(&self, eligible: impl Fn(&PricedLine<'_>) -> bool) -> Money {
        self.lines.iter().filter(|line| eligible(line)).map(|line| line.left).sum()
    }

    /// Each line's part of an amount, by largest remainder in proportion to what is left of the eligible lines.
    fn spread(&self, amount: Money, eligible: impl Fn(&PricedLine<'_>) -> bool) -> Vec<Money> {
        let weights: Vec<i64> =
            self.lines.iter().map(|line| if eligible(line) { line.left.minor() } else { 0 }).collect();
        amount.min(self.left(eligible)).split(&weights)
    }
}

/// The percentage of a line, whose best offer is found once.
pub(super) fn best_percents(pricing: &mut Pricing<'_>, sources: &Sources<'_>) {
    if sources.percents.is_empty() {
        return;
    }
    for line in &mut pricing.lines {
        if let Some(offer) = sources.best_percent(line.input) {
            line.percent = Some((offer.key, offer.value));
        }
    }
}
