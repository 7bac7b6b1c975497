//! What the front desk may take off by hand.

use crate::build::*;
use domain::checkout::{LineInput, LineKind, QuoteInput, above_limit, quote};
use domain::plan::DiscountValue;

fn above(input: &QuoteInput, limit: &str) -> Option<(Option<u128>, i64)> {
    let quote = quote(input).unwrap();
    above_limit(input, &quote, rate(limit))
        .map(|over| (over.line.map(|line| line.0.as_u128()), over.taken_off.minor()))
}

fn with_price(line: LineInput, price: i64) -> LineInput {
    LineInput { price_override: Some(money(price)), ..line }
}

fn with_discount(line: LineInput, value: DiscountValue) -> LineInput {
    LineInput { manual_discount: by_hand(value), ..line }
}

#[test]
fn exactly_the_limit_is_within_it_whatever_the_rounding() {
    for (price, qty) in [(15, 3), (14, 3), (999, 7), (10_000, 1), (1, 9)] {
        let off = DiscountValue::Percent(rate("10"));
        let on_line = ticket(vec![with_discount(line(1, LineKind::Product, price, qty), off)], vec![]);
        assert_eq!(above(&on_line, "10"), None, "{qty} at {price}");
        let mut on_ticket =
            ticket(vec![line(1, LineKind::Product, price, qty), line(2, LineKind::Product, 333, 2)], vec![]);
        on_ticket.ticket_discount = by_hand(off);
        assert_eq!(above(&on_ticket, "10"), None, "{qty} at {price} on the ticket");
        on_ticket.ticket_discount = by_hand(DiscountValue::Percent(rate("25")));
        assert!(above(&on_ticket, "10").is_some());
    }
}

#[test]
fn a_lower_price_and_a_discount_count_together_and_a_higher_price_does_not() {
    let facial = || line(1, LineKind::Service, 10_000, 1);
    assert_eq!(above(&ticket(vec![with_price(facial(), 9_000)], vec![]), "10"), None);
    assert_eq!(above(&ticket(vec![with_price(facial(), 8_999)], vec![]), "10"), Some((Some(1), 1_001)));
    assert_eq!(above(&ticket(vec![with_price(facial(), 20_000)], vec![]), "10"), None);
    let both = with_discount(with_price(facial(), 9_500), DiscountValue::Amount(money(600)));
    assert_eq!(above(&ticket(vec![both], vec![]), "10"), Some((Some(1), 1_100)));
}

#[test]
fn small_discounts_of_lines_and_ticket_add_up() {
    let five =
        |number| with_discount(line(number, LineKind::Service, 10_000, 1), DiscountValue::Percent(rate("5")));
    let mut input = ticket(vec![five(1), five(2)], vec![]);
    assert_eq!(above(&input, "10"), None);
    input.ticket_discount = by_hand(DiscountValue::Amount(money(1_000)));
    assert_eq!(above(&input, "10"), None);
    input.ticket_discount = by_hand(DiscountValue::Amount(money(1_001)));
    assert_eq!(above(&input, "10"), Some((None, 2_001)));
}

#[test]
fn a_gift_cards_value_is_no_discount_and_a_rental_counts_by_its_time() {
    let card = with_price(line(1, LineKind::GiftCard, 5_000, 1), 1_000);
    assert_eq!(above(&ticket(vec![card], vec![]), "0"), None);
    let sauna = with_price(rental(2, 6_000, 1, 90), 5_000);
    assert_eq!(above(&ticket(vec![sauna], vec![]), "10"), Some((Some(2), 1_500)));
}
