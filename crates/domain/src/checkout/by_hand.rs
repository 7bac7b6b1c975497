//! What a person at the desk took off by hand, held against what they may.

use super::{LineInput, LineKind, Quote, QuoteInput};
use crate::{LineId, Money, Rate};

/// More taken off than the front desk may, by lower prices and manual discounts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByHand {
    /// `None`: the ticket as a whole.
    pub line: Option<LineId>,
    pub taken_off: Money,
    pub permitted: Money,
}

/// The first line, or else the ticket, on which more than `limit` of the list price was taken off by hand.
///
/// A gift card's price is its value and a plan's is its terms'; neither is a discount. What the limit permits is
/// rounded as discounts are, for each unit, so that a discount of exactly the limit is always within it.
pub fn above_limit(input: &QuoteInput, quote: &Quote, limit: Rate) -> Option<ByHand> {
    let mut list = Money::ZERO;
    let (mut taken_off, mut permitted) = (Money::ZERO, Money::ZERO);
    for (line, quoted) in input.lines.iter().zip(&quote.lines) {
        if !counts(line) {
            continue;
        }
        let full = each_at_list(line);
        let lowered = (full - each(line, line.price())).max(Money::ZERO).times(line.qty);
        let own = lowered + quoted.manual;
        let may = limit.of(full).times(line.qty).max(limit.of(full.times(line.qty)));
        // A part of the ticket's discount is judged with the ticket.
        let of_line =
            lowered + if input.ticket_discount.is_none() { quoted.manual } else { own_manual(line, quoted) };
        if of_line > may {
            return Some(ByHand { line: Some(line.id), taken_off: of_line, permitted: may });
        }
        list += full.times(line.qty);
        taken_off += own;
        permitted += may;
    }
    let permitted = permitted.max(limit.of(list));
    (taken_off > permitted).then_some(ByHand { line: None, taken_off, permitted })
}

/// What a line's own manual discount took off; the rest of its `manual` is its part of the ticket's, which comes after.
pub fn own_manual(line: &LineInput, quoted: &super::QuotedLine) -> Money {
    use crate::plan::DiscountValue;
    match line.manual_discount.as_ref().map(|by_hand| by_hand.value) {
        None => Money::ZERO,
        Some(DiscountValue::Percent(_)) => quoted.manual - quoted.manual_spread,
        Some(DiscountValue::Amount(amount)) => amount.min(quoted.manual),
    }
}

fn counts(line: &LineInput) -> bool {
    match line.kind {
        LineKind::Service | LineKind::Product | LineKind::Rental | LineKind::Fee => true,
        LineKind::GiftCard | LineKind::Plan => false,
    }
}

fn each_at_list(line: &LineInput) -> Money {
    each(line, line.list_price)
}

fn each(line: &LineInput, price: Money) -> Money {
    match line.minutes {
        Some(minutes) => price.scale(i64::from(minutes), 60),
        None => price,
    }
}
