//! One rule each, with numbers that can be checked by hand.

use crate::build::*;
use domain::checkout::*;
use domain::item::ItemFilter;
use domain::plan::{CreditUnit, DiscountValue, Scope, TaxMode};
use domain::standing::GraceReason;
use domain::{Day, LineId, Money, Standing};

fn priced(input: &QuoteInput) -> Quote {
    let quote = quote(input).unwrap();
    assert_eq!(quote.blocked, []);
    quote
}

fn nets(quote: &Quote) -> Vec<i64> {
    quote.lines.iter().map(|line| line.net.minor()).collect()
}

fn covered(quote: &Quote) -> Vec<i64> {
    quote.lines.iter().map(|line| line.covered.minor()).collect()
}

fn only(numbers: &[u128]) -> ItemFilter {
    ItemFilter::Only(items(numbers))
}

// Whole units.

#[test]
fn sources_are_chosen_in_the_order_of_preference() {
    let expiring =
        |number, date: &str| IncludedLot { expires: Some(day(date)), ..included(number, Some(1), &[1]) };
    let old = |number| IncludedLot { granted: day("2026-01-01"), ..included(number, Some(1), &[1]) };
    let mut gold = member(1);
    gold.credits.push(CreditLot { expires: Some(today()), ..lot(20, CreditUnit::Bookings, 1) });
    gold.included.push(included(10, Some(1), &[1]));
    gold.included.push(old(11));
    gold.included.push(expiring(12, "2026-12-31"));
    gold.included.push(expiring(13, "2026-11-22"));
    gold.included.push(included(14, Some(1), &[1]));
    let facials = |qty| vec![line(1, LineKind::Service, 12_000, qty)];
    let chosen = |qty| drawn(&priced(&ticket(facials(qty), vec![gold.clone()])));
    // Soonest first, never last, then oldest, then as listed; bookings after every included service.
    assert_eq!(chosen(1), [(13, 1)]);
    assert_eq!(chosen(2), [(13, 1), (12, 1)]);
    assert_eq!(chosen(3), [(13, 1), (12, 1), (11, 1)]);
    assert_eq!(chosen(4), [(13, 1), (12, 1), (11, 1), (10, 1)]);
    assert_eq!(chosen(5), [(13, 1), (12, 1), (11, 1), (10, 1), (14, 1)]);
    assert_eq!(chosen(6), [(13, 1), (12, 1), (11, 1), (10, 1), (14, 1), (20, 1)]);
    // Unlimited spares every counted one, whatever is about to expire.
    let mut platinum = gold.clone();
    platinum.included.push(included(15, None, &[1]));
    assert_eq!(drawn(&priced(&ticket(facials(9), vec![platinum]))), [(15, 9)]);
}

#[test]
fn own_lots_go_before_a_shared_pool() {
    let mut family = member(1);
    let sooner = Some(day("2026-11-25"));
    family.included.push(IncludedLot { shared_pool: true, expires: sooner, ..included(10, Some(1), &[1]) });
    family.included.push(included(11, Some(1), &[1]));
    family.credits.push(CreditLot {
        shared_pool: true,
        expires: sooner,
        ..lot(20, CreditUnit::Money, 5_000)
    });
    family.credits.push(lot(21, CreditUnit::Money, 4_000));
    let lines = vec![line(1, LineKind::Service, 12_000, 1), line(2, LineKind::Product, 6_000, 1)];
    assert_eq!(drawn(&priced(&ticket(lines, vec![family]))), [(11, 1), (21, 4_000), (20, 2_000)]);
}

#[test]
fn among_units_of_equal_worth_the_higher_tax_then_the_earlier_line_is_covered() {
    let mut gold = member(1);
    gold.included.push(included(10, Some(1), &[1, 2, 3]));
    let three = |taxes: [&str; 3]| {
        let lines = [1, 2, 3].into_iter().zip(taxes);
        lines.map(|(number, tax)| taxed(line(number, LineKind::Service, 5_000, 1), tax)).collect()
    };
    assert_eq!(covered(&priced(&ticket(three(["5", "20", "20"]), vec![gold.clone()]))), [0, 5_000, 0]);
    assert_eq!(covered(&priced(&ticket(three(["5", "5", "5"]), vec![gold]))), [5_000, 0, 0]);
}

#[test]
fn a_unit_is_worth_its_list_price_less_the_best_percentage() {
    let mut gold = member(1);
    gold.included.push(included(10, Some(1), &[1, 2]));
    gold.discounts.push(domain::plan::Discount { items: only(&[1]), ..percent(5, "50") });
    let lines = vec![line(1, LineKind::Service, 10_000, 1), line(2, LineKind::Service, 6_000, 1)];
    let quote = priced(&ticket(lines, vec![gold]));
    assert_eq!((covered(&quote), nets(&quote)), (vec![0, 6_000], vec![5_000, 0]));
}

#[test]
fn a_unit_worth_nothing_is_not_covered() {
    let mut gold = member(1);
    gold.included.push(included(10, Some(5), &[1, 2]));
    gold.credits.push(lot(11, CreditUnit::Minutes, 600));
    gold.discounts.push(percent(5, "100"));
    let lines = vec![
        line(1, LineKind::Service, 10_000, 2),
        line(2, LineKind::Product, 0, 1),
        rental(3, 4_000, 1, 90),
    ];
    let quote = priced(&ticket(lines, vec![gold]));
    assert_eq!(drawn(&quote), []);
    assert_eq!((quote.totals.due, quote.totals.savings), (Money::ZERO, money(26_000)));
}

#[test]
fn an_early_source_gives_way_so_that_more_is_covered() {
    // The soonest lot would take the first line, but only it can take the second.
    let mut gold = member(1);
    gold.included.push(IncludedLot { expires: Some(today()), ..included(10, Some(1), &[1, 2]) });
    gold.included.push(included(11, Some(1), &[1]));
    let lines = vec![line(1, LineKind::Service, 5_000, 1), line(2, LineKind::Service, 1_000, 1)];
    assert_eq!(covered(&priced(&ticket(lines, vec![gold]))), [5_000, 1_000]);
}

#[test]
fn the_units_are_kept_and_the_sooner_source_is_taken_over_the_later() {
    // Both lines could be served without the second lot; it expires before the third, so it is used.
    let until = |number, date: &str, of: &[u128]| IncludedLot {
        expires: Some(day(date)),
        ..included(number, Some(1), of)
    };
    let mut gold = member(1);
    gold.included.push(until(10, "2026-11-23", &[1, 2]));
    gold.included.push(until(11, "2026-11-24", &[1]));
    gold.included.push(until(12, "2026-11-25", &[2]));
    let lines = vec![line(1, LineKind::Service, 9_000, 1), line(2, LineKind::Service, 8_000, 1)];
    assert_eq!(drawn(&priced(&ticket(lines, vec![gold]))), [(10, 1), (11, 1)]);
}

// Rentals.

#[test]
fn free_time_goes_first_where_a_longest_rental_needs_it() {
    // The dear yacht would earn more minutes, but the kayak could not be rented without them.
    let mut sea = member(1);
    sea.credits.push(free_time(10, 60));
    let kayak = LineInput { max_minutes: Some(120), ..rental(1, 1_000, 1, 150) };
    let quote = priced(&ticket(vec![rental(2, 90_000, 1, 60), kayak], vec![sea]));
    assert_eq!(drawn(&quote), [(10, 60)]);
    let off: Vec<i64> = quote.lines.iter().map(|line| line.time_off.minor()).collect();
    assert_eq!(off, [45_000, 500]);
}

#[test]
fn a_lot_that_suits_one_rental_only_is_not_wasted_on_another() {
    // Both lots suit the first kayak, only the sooner one suits the second: both can be rented.
    let mut sea = member(1);
    sea.credits.push(CreditLot { expires: Some(today()), ..free_time(10, 30) });
    sea.credits.push(CreditLot { items: only(&[1]), ..free_time(11, 30) });
    let kayak = |number| LineInput { max_minutes: Some(60), ..rental(number, 1_000, 1, 90) };
    let quote = priced(&ticket(vec![kayak(1), kayak(2)], vec![sea]));
    assert_eq!(drawn(&quote), [(10, 30), (11, 30)]);
    assert_eq!(quote.uses[0].lines[0].line, line_id(2));
}

#[test]
fn a_rental_without_enough_free_time_takes_none_from_the_next() {
    let mut sea = member(1);
    sea.credits.push(free_time(10, 30));
    let kayak = |number, minutes| LineInput { max_minutes: Some(60), ..rental(number, 1_000, 1, minutes) };
    let quote = quote(&ticket(vec![kayak(1, 120), kayak(2, 90)], vec![sea])).unwrap();
    let too_long = BlockReason::TooLong { max_minutes: 60, minutes: 90 };
    assert_eq!(quote.blocked, [Blocked { line: line_id(1), why: too_long }]);
    assert_eq!((quote.lines.len(), quote.totals), (0, Totals::default()));
}

#[test]
fn covered_rentals_need_free_time_too() {
    let mut sea = member(1);
    sea.included.push(included(9, None, &[1]));
    let kayaks = LineInput { max_minutes: Some(60), ..rental(1, 1_000, 2, 90) };
    let blocked = quote(&ticket(vec![kayaks.clone()], vec![sea.clone()])).unwrap().blocked;
    assert_eq!(blocked.len(), 1);
    sea.credits.push(free_time(10, 100));
    let quote = priced(&ticket(vec![kayaks], vec![sea]));
    assert_eq!(drawn(&quote), [(9, 2), (10, 60)]);
    // They were spent and saved nothing beside what covered the units.
    assert_eq!((quote.totals.savings, quote.totals.time_off), (money(3_000), Money::ZERO));
    assert_eq!(quote.lines[0].units[0].minutes, 30);
}

#[test]
fn minutes_go_to_the_dearest_minute_after_percentages_and_fill_units_in_order() {
    let mut sea = member(1);
    sea.credits.push(lot(10, CreditUnit::Minutes, 100));
    sea.discounts.push(domain::plan::Discount { items: only(&[2]), ..percent(5, "60") });
    // 60.00 an hour against 100.00 less 60 %.
    let lines = vec![rental(2, 10_000, 1, 60), rental(1, 6_000, 3, 45)];
    let quote = priced(&ticket(lines, vec![sea]));
    let taken: Vec<(u32, u32)> = quote.lines[1].units.iter().map(|unit| (unit.count, unit.minutes)).collect();
    assert_eq!(taken, [(2, 45), (1, 10)]);
    assert_eq!(nets(&quote), [4_000, 3_500]);
}

#[test]
fn minutes_of_a_booking_or_of_a_fraction_round_once_a_unit() {
    let mut sea = member(1);
    sea.credits.push(lot(10, CreditUnit::Minutes, 1));
    let quote = priced(&ticket(vec![rental(1, 1_000, 2, 50)], vec![sea]));
    // round(1000 x 49 / 60) = 817 and round(1000 x 50 / 60) = 833.
    let each: Vec<(i64, i64)> =
        quote.lines[0].units.iter().map(|unit| (unit.time_off.minor(), unit.left.minor())).collect();
    assert_eq!(each, [(16, 817), (0, 833)]);
}

#[test]
fn rentals_keep_their_minutes_and_the_sooner_lot_is_taken_over_the_later() {
    let until = |number, date: &str, of: &[u128]| CreditLot {
        expires: Some(day(date)),
        items: only(of),
        ..lot(number, CreditUnit::Minutes, 60)
    };
    let mut sea = member(1);
    sea.credits.push(until(10, "2026-11-23", &[1, 2]));
    sea.credits.push(until(11, "2026-11-24", &[1]));
    sea.credits.push(until(12, "2026-11-25", &[2]));
    let quote = priced(&ticket(vec![rental(1, 9_000, 1, 60), rental(2, 8_000, 1, 60)], vec![sea]));
    assert_eq!(drawn(&quote), [(10, 60), (11, 60)]);
}

// Discounts.

#[test]
fn what_is_taken_off_by_hand_follows_the_plans() {
    let mut gold = member(1);
    gold.discounts.push(percent(5, "10"));
    gold.discounts.push(amount(6, 500));
    let mut first = line(1, LineKind::Service, 1_005, 2);
    first.manual_discount = by_hand(DiscountValue::Percent(rate("10")));
    let mut second = line(2, LineKind::Product, 1_000, 1);
    second.manual_discount = by_hand(DiscountValue::Amount(money(100)));
    let mut input = ticket(vec![first, second, line(3, LineKind::Fee, 700, 1)], vec![gold]);
    input.ticket_discount = by_hand(DiscountValue::Percent(rate("50")));
    let quote = priced(&input);
    // Line 1: 1005 - 101 = 904, - 90 = 814, twice 1628. Line 2: 900 - 100 = 800. 500 off: 335 and 165 of 2428.
    // Half of 1928 is 964: 646.5 and 317.5 each a half short, the earlier line takes the cent.
    let discounts: Vec<i64> = quote.lines.iter().map(|line| line.discount.minor()).collect();
    let manual: Vec<i64> = quote.lines.iter().map(|line| line.manual.minor()).collect();
    assert_eq!(discounts, [202 + 335, 100 + 165, 0]);
    assert_eq!(manual, [180 + 647, 100 + 317, 0]);
    assert_eq!(nets(&quote), [646, 318, 700]);
    assert_eq!(quote.totals.savings, money(802));
}

#[test]
fn fixed_amounts_come_off_once_in_the_order_listed_and_never_below_zero() {
    let mut gold = member(1);
    gold.discounts.push(domain::plan::Discount { items: only(&[1]), ..amount(5, 800) });
    gold.discounts.push(amount(6, 900));
    let lines = vec![line(1, LineKind::Product, 1_000, 1), line(2, LineKind::Product, 500, 1)];
    let quote = priced(&ticket(lines, vec![gold]));
    assert_eq!(nets(&quote), [0, 0]);
    let taken: Vec<i64> = quote.discounts.iter().map(|it| it.value.minor()).collect();
    assert_eq!(taken, [800, 700]);
}

#[test]
fn an_override_replaces_the_list_price_before_anything_else() {
    let mut gold = member(1);
    gold.discounts.push(percent(5, "10"));
    let cheap = LineInput { price_override: Some(money(4_000)), ..rental(1, 9_999, 1, 90) };
    let quote = priced(&ticket(vec![cheap], vec![gold]));
    assert_eq!((quote.totals.list, quote.totals.net), (money(6_000), money(5_400)));
}

// Tax.

#[test]
fn tax_inside_the_price_is_of_what_is_left_after_a_fixed_amount() {
    let mut gold = member(1);
    gold.discounts.push(amount(5, 1_000));
    let inside = |number, price| LineInput {
        tax_mode: TaxMode::Inclusive,
        ..taxed(line(number, LineKind::Product, price, 1), "19")
    };
    let quote = priced(&ticket(vec![inside(1, 3_333), inside(2, 6_667)], vec![gold]));
    // 1000 x 3333 / 10000 = 333.3 and 666.7: the larger remainder takes the cent. 3000 - round(3000 / 1.19) = 479.
    let taxes: Vec<i64> = quote.lines.iter().map(|line| line.tax.minor()).collect();
    assert_eq!((nets(&quote), taxes), (vec![3_000, 6_000], vec![479, 958]));
    assert_eq!(quote.totals.due, money(9_000));
}

#[test]
fn yen_have_no_minor_digits_and_round_alike() {
    let mut gold = member(1);
    gold.discounts.push(percent(5, "12.5"));
    let quote = priced(&ticket(vec![taxed(line(1, LineKind::Service, 980, 3), "10")], vec![gold]));
    // 980 x 12.5 % = 122.5, up to 123 on each of three; 10 % of 2571 is 257.1.
    assert_eq!((quote.totals.net, quote.totals.tax), (money(2_571), money(257)));
}

// Money credits.

#[test]
fn lots_fill_the_earliest_lines_that_keep_the_total_greatest() {
    let mut gold = member(1);
    let sooner = Some(day("2026-11-30"));
    gold.credits.push(CreditLot { expires: sooner, ..lot(10, CreditUnit::Money, 5_000) });
    gold.credits.push(CreditLot { items: only(&[1]), ..lot(11, CreditUnit::Money, 4_000) });
    let lines = vec![line(1, LineKind::Service, 5_000, 1), line(2, LineKind::Product, 9_000, 1)];
    let quote = priced(&ticket(lines, vec![gold]));
    // The open lot leaves room for the one that suits the first line only.
    assert_eq!(drawn(&quote), [(10, 5_000), (11, 4_000)]);
    let paid: Vec<(LineId, i64)> = quote.uses[0].lines.iter().map(|part| (part.line, part.amount)).collect();
    assert_eq!(paid, [(line_id(1), 1_000), (line_id(2), 4_000)]);
}

#[test]
fn the_soonest_lot_keeps_the_earliest_line_when_a_later_one_makes_room() {
    let until =
        |number, date: &str| CreditLot { expires: Some(day(date)), ..lot(number, CreditUnit::Money, 2_000) };
    let mut gold = member(1);
    gold.credits.push(until(10, "2026-11-23"));
    gold.credits.push(until(11, "2026-11-24"));
    gold.credits.push(CreditLot { items: only(&[1]), ..until(12, "2026-11-25") });
    let lines = vec![line(1, LineKind::Service, 4_000, 1), line(2, LineKind::Service, 4_000, 1)];
    let quote = priced(&ticket(lines, vec![gold]));
    let paid: Vec<LineId> = quote.uses.iter().flat_map(|used| &used.lines).map(|part| part.line).collect();
    assert_eq!(paid, [line_id(1), line_id(2), line_id(1)]);
}

#[test]
fn a_cap_takes_from_the_soonest_lots_only() {
    let mut gold = member(1);
    gold.credits.push(lot(10, CreditUnit::Money, 5_000));
    gold.credits.push(CreditLot { expires: Some(today()), ..lot(11, CreditUnit::Money, 3_000) });
    let mut input = ticket(vec![line(1, LineKind::Service, 20_000, 1)], vec![gold]);
    for (limit, expected) in
        [(0, vec![]), (2_000, vec![(11, 2_000)]), (4_000, vec![(11, 3_000), (10, 1_000)])]
    {
        input.credit_limit = Some(money(limit));
        assert_eq!(drawn(&priced(&input)), expected);
    }
}

// Only a part of a benefit.

fn lowered(number: u128, most: u32) -> Vec<Lowered> {
    vec![Lowered { key: BenefitKey::benefit(id(1), id(number)), most }]
}

#[test]
fn a_lowered_benefit_gives_so_much_and_the_next_best_takes_its_place() {
    let mut gold = member(1);
    gold.discounts.push(percent(5, "10"));
    gold.included.push(included(7, Some(3), &[1]));
    gold.included.push(included(8, None, &[2]));
    let lines = vec![line(1, LineKind::Service, 10_000, 3), line(2, LineKind::Service, 5_000, 2)];
    let mut input = ticket(lines, vec![gold]);
    let due = |input: &QuoteInput| priced(input).totals.due.minor();
    assert_eq!(due(&input), 0);
    input.lowered = lowered(7, 2);
    assert_eq!((drawn(&priced(&input)), due(&input)), (vec![(8, 2), (7, 2)], 9_000));
    input.lowered = lowered(8, 1);
    assert_eq!((drawn(&priced(&input)), due(&input)), (vec![(7, 3), (8, 1)], 4_500));
    input.lowered = lowered(7, 0);
    assert_eq!((drawn(&priced(&input)), due(&input)), (vec![(8, 2)], 27_000));
    // More than there is changes nothing, and neither does a discount or a benefit that nobody has.
    for (number, most) in [(7, 30), (5, 0), (99, 0)] {
        input.lowered = lowered(number, most);
        assert_eq!(due(&input), 0);
    }
}

#[test]
fn what_is_lowered_is_drawn_from_the_lots_that_go_first() {
    let expiring = |number: u128, unit, remaining| CreditLot {
        benefit: id(10),
        expires: Some(day("2026-12-01")),
        ..lot(number, unit, remaining)
    };
    let never = |number: u128, unit, remaining| CreditLot { benefit: id(10), ..lot(number, unit, remaining) };
    let by_lot = |input: &QuoteInput| -> Vec<(u128, i64)> {
        let uses = priced(input).uses;
        uses.iter().map(|used| (used.key.lot.unwrap().0.as_u128(), used.amount)).collect()
    };
    for (unit, sold, expected) in [
        (CreditUnit::Bookings, line(1, LineKind::Service, 4_000, 4), [(12, 1), (11, 1)]),
        (CreditUnit::Minutes, rental(1, 6_000, 1, 60), [(12, 1), (11, 1)]),
        (CreditUnit::Money, line(1, LineKind::Product, 20_000, 1), [(12, 1), (11, 1)]),
    ] {
        let mut gold = member(1);
        gold.credits.push(never(11, unit, 3));
        gold.credits.push(expiring(12, unit, 1));
        let mut input = ticket(vec![sold], vec![gold]);
        input.lowered = lowered(10, 2);
        assert_eq!(by_lot(&input), expected, "{unit:?}");
        // The cap on all money credit holds beside it.
        if unit == CreditUnit::Money {
            input.credit_limit = Some(money(1));
            assert_eq!(by_lot(&input), [(12, 1)]);
        }
        input.lowered = lowered(10, 0);
        assert_eq!(by_lot(&input), [], "{unit:?}");
    }
}

#[test]
fn free_time_that_is_lowered_below_what_the_longest_rental_needs_blocks_the_line() {
    let mut gold = member(1);
    gold.credits.push(free_time(10, 120));
    let long = LineInput { max_minutes: Some(60), ..rental(1, 6_000, 1, 120) };
    let mut input = ticket(vec![long], vec![gold]);
    input.lowered = lowered(10, 60);
    assert_eq!(priced(&input).totals.due, money(6_000));
    input.lowered = lowered(10, 45);
    let why = BlockReason::TooLong { max_minutes: 60, minutes: 75 };
    assert_eq!(quote(&input).unwrap().blocked, [Blocked { line: line_id(1), why }]);
}

#[test]
fn a_lowered_benefit_says_that_it_was_lowered_and_not_that_it_is_used_up() {
    let mut gold = member(1);
    gold.credits.push(lot(7, CreditUnit::Money, 5_000));
    let lines = vec![line(1, LineKind::Service, 12_000, 1), line(2, LineKind::Product, 1_000, 1)];
    let mut input = ticket(lines, vec![gold]);
    input.lowered = lowered(7, 0);
    let none = WhyNot::Lowered { most: 0, kind: UseKind::Money };
    assert_eq!(why_not(&input), none);
    assert_eq!(none.sentence(today(), domain::Currency::USD), "Lowered to none of it on this ticket");
    input.lowered = lowered(7, 2_000);
    let explanation = explain(&input, &quote(&input).unwrap());
    let applied = Outcome::Applied { amount: 2_000, value: money(2_000), lines: vec![line_id(1)] };
    assert_eq!(explanation.benefits[0].outcome, applied);
    let (_, why) = &explanation.lines[1].not_applied[0];
    assert_eq!(*why, WhyNot::Lowered { most: 2_000, kind: UseKind::Money });
    assert_eq!(why.sentence(today(), domain::Currency::USD), "Lowered to $20.00 on this ticket");
    for (most, kind, words) in [
        (1, UseKind::Included, "1 unit"),
        (2, UseKind::Bookings, "2 bookings"),
        (90, UseKind::Minutes, "1 h 30 min"),
    ] {
        let why = WhyNot::Lowered { most, kind };
        assert_eq!(
            why.sentence(today(), domain::Currency::USD),
            format!("Lowered to {words} on this ticket")
        );
    }
    // A line that is free anyway does not hide that it was held back on another.
    input.lines[0].list_price = Money::ZERO;
    input.lowered = lowered(7, 0);
    assert_eq!(why_not(&input), none);
    input.lines[0].list_price = money(12_000);
    // What holds no more than that was not held back by it.
    input.lowered = lowered(7, 5_000);
    let (_, why) = &explain(&input, &quote(&input).unwrap()).lines[1].not_applied[0];
    assert_eq!(*why, WhyNot::UsedElsewhere);
}

#[test]
fn a_ticket_is_settled_with_what_was_lowered_and_gives_that_back() {
    let mut gold = member(1);
    gold.credits.push(lot(7, CreditUnit::Money, 5_000));
    let mut input = ticket(vec![line(1, LineKind::Service, 12_000, 1)], vec![gold]);
    input.lowered = lowered(7, 2_000);
    let sold = settled(&input);
    assert_eq!((sold.quote.totals.credits, sold.quote.totals.due), (money(2_000), money(10_000)));
    let back = refund(&sold, &[], &RefundRequest::everything(&sold, &[])).unwrap();
    assert_eq!(back.returns.iter().map(|it| it.amount).sum::<i64>(), 2_000);
}

// Who is entitled.

#[test]
fn a_plan_sold_on_the_ticket_gives_its_benefits_there_and_they_fall_with_its_line() {
    let plan_line = LineInput {
        plan: Some(PlanSale { plan: id(1), version: 1, enrollment: id(1) }),
        ..line(9, LineKind::Plan, 9_900, 1)
    };
    let mut gold = Entitlement { sold_on: Some(line_id(9)), ..member(1) };
    gold.discounts.push(percent(5, "20"));
    gold.credits.push(lot(6, CreditUnit::Money, 50_000));
    let secret = LineInput { members_only: vec![id(1)], ..line(1, LineKind::Service, 10_000, 1) };
    let quote_with = priced(&ticket(vec![secret.clone(), plan_line], vec![gold.clone()]));
    // Neither discount nor credit touches the plan itself.
    assert_eq!((nets(&quote_with), quote_with.totals.due), (vec![8_000, 9_900], money(9_900)));
    let without = quote(&ticket(vec![secret], vec![gold])).unwrap();
    assert_eq!(without.blocked[0].why, BlockReason::MembersOnly { plans: vec![id(1)] });
}

#[test]
fn a_first_charge_on_its_way_gives_benefits_that_count_as_provisional() {
    let mut gold = Entitlement { standing: Standing::Waiting, ..member(1) };
    gold.discounts.push(percent(5, "10"));
    gold.credits.push(lot(6, CreditUnit::Money, 2_000));
    let lines = || vec![line(1, LineKind::Service, 10_000, 1)];
    assert_eq!(priced(&ticket(lines(), vec![gold.clone()])).totals.due, money(10_000));
    gold.provisional = true;
    let totals = priced(&ticket(lines(), vec![gold])).totals;
    assert_eq!((totals.due, totals.provisional), (money(7_000), money(3_000)));
}

// Odd tickets.

#[test]
fn nine_thousand_units_are_one_group() {
    let mut gold = member(1);
    gold.discounts.push(percent(5, "33.3333"));
    gold.included.push(included(6, Some(1_000), &[1]));
    let many = taxed(line(1, LineKind::Product, 999, 9_999), "8.875");
    let quote = priced(&ticket(vec![many], vec![gold]));
    let counts: Vec<u32> = quote.lines[0].units.iter().map(|unit| unit.count).collect();
    assert_eq!(counts, [1_000, 8_999]);
    assert_eq!(quote.totals.net, money(666 * 8_999));
}

#[test]
fn the_dearest_ticket_stays_inside_the_numbers() {
    let dear = |number| taxed(line(number, LineKind::Product, 10_000_000_000, 9_999), "100");
    let mut gold = member(1);
    gold.credits.push(lot(6, CreditUnit::Money, i64::MAX));
    gold.discounts.push(amount(7, i64::MAX));
    gold.discounts.push(percent(8, "0.0001"));
    gold.included.push(included(9, Some(1), &[1]));
    let lines: Vec<LineInput> = (1..=200).map(dear).collect();
    let mut input = ticket(lines, vec![gold]);
    assert_eq!(priced(&input).totals.due, Money::ZERO);
    input.entitlements.clear();
    assert_eq!(priced(&input).totals.due.minor(), 200 * 9_999 * 20_000_000_000);
}

#[test]
fn a_ticket_that_makes_no_sense_is_refused() {
    let refused = |line: LineInput| quote(&ticket(vec![line], vec![])).unwrap_err();
    let fine = line(1, LineKind::Fee, 100, 1);
    let name = || "item 1".to_owned();
    assert_eq!(
        refused(LineInput { qty: 0, ..fine.clone() }),
        BadTicket::Quantity { line: line_id(1), qty: 0 }
    );
    assert_eq!(
        refused(LineInput { qty: 10_000, ..fine.clone() }),
        BadTicket::Quantity { line: line_id(1), qty: 10_000 }
    );
    assert_eq!(
        refused(LineInput { list_price: money(-1), ..fine.clone() }),
        BadTicket::Price { line: line_id(1), name: name(), price: money(-1) }
    );
    assert_eq!(
        refused(line(1, LineKind::Rental, 100, 1)),
        BadTicket::NoMinutes { line: line_id(1), name: name() }
    );
    assert!(matches!(refused(rental(1, 10_000_000_000, 1, 61)), BadTicket::Price { .. }));
    assert_eq!(
        refused(LineInput { manual_discount: by_hand(DiscountValue::Amount(money(1))), ..fine.clone() }),
        BadTicket::NotDiscountable { line: line_id(1), name: name() }
    );
    assert_eq!(refused(line(1, LineKind::Plan, 100, 1)), BadTicket::PlanLine { line: line_id(1) });
    let twice = quote(&ticket(vec![fine.clone(), fine], vec![]));
    assert_eq!(twice, Err(BadTicket::SameLineTwice { line: line_id(1) }));
    let many = (1..=1_001).map(|number| line(number, LineKind::Fee, 1, 1)).collect();
    assert_eq!(quote(&ticket(many, vec![])), Err(BadTicket::TooManyLines { most: 1_000 }));
}

#[test]
fn an_empty_ticket_costs_nothing() {
    assert_eq!(priced(&ticket(vec![], vec![member(1)])), Quote::default());
}

// Why.

fn reasons(input: &QuoteInput) -> Vec<Outcome> {
    let explanation = explain(input, &quote(input).unwrap());
    explanation.benefits.into_iter().map(|it| it.outcome).collect()
}

fn why_not(input: &QuoteInput) -> WhyNot {
    match reasons(input).remove(0) {
        Outcome::NotApplied { why } | Outcome::Available { why } => why,
        Outcome::Applied { .. } => panic!("it applied"),
    }
}

#[test]
fn every_reason_an_enrollment_gives_nothing_is_named() {
    let on: Day = day("2026-12-03");
    let mut gold = member(1);
    gold.discounts.push(percent(5, "10"));
    let facial = || vec![line(1, LineKind::Service, 12_000, 1)];
    let with = |standing| why_not(&ticket(facial(), vec![Entitlement { standing, ..gold.clone() }]));
    assert_eq!(with(Standing::Waiting), WhyNot::Waiting);
    assert_eq!(with(Standing::Paused { until: Some(on) }), WhyNot::Paused { until: Some(on) });
    assert_eq!(with(Standing::Suspended { since: Some(on) }), WhyNot::PastDue { since: Some(on) });
    assert_eq!(with(Standing::Scheduled { starts: Some(on) }), WhyNot::NotStarted { starts: Some(on) });
    assert_eq!(with(Standing::Cancelled { ended: Some(on) }), WhyNot::Ended { on: Some(on) });
    let elsewhere = Entitlement { scope: Scope::Locations(vec![id(2)]), ..gold.clone() };
    assert_eq!(why_not(&ticket(facial(), vec![elsewhere])), WhyNot::WrongLocation);
    let sold = Entitlement { sold_on: Some(line_id(8)), ..gold.clone() };
    assert_eq!(why_not(&ticket(facial(), vec![sold])), WhyNot::PlanNotOnTicket);
    let guest = QuoteInput { customer_attached: false, ..ticket(facial(), vec![gold.clone()]) };
    assert_eq!(why_not(&guest), WhyNot::NoCustomer);
    let grace = Standing::Grace { until: Some(on), because: GraceReason::PastDue };
    let in_grace = ticket(facial(), vec![Entitlement { standing: grace, ..gold }]);
    let applied = Outcome::Applied { amount: 0, value: money(1_200), lines: vec![line_id(1)] };
    assert_eq!(reasons(&in_grace), [applied]);
}

#[test]
fn what_never_fits_a_line_says_so_whatever_else_keeps_the_benefit_off() {
    let mut gold = member(1);
    gold.credits.push(lot(7, CreditUnit::Money, 0));
    gold.credits.push(CreditLot { items: only(&[1]), ..lot(8, CreditUnit::Bookings, 0) });
    let lines = vec![
        line(1, LineKind::Service, 12_000, 1),
        line(2, LineKind::GiftCard, 5_000, 1),
        line(3, LineKind::Service, 4_000, 1),
    ];
    let mut input = ticket(lines, vec![gold]);
    let said = |input: &QuoteInput| -> Vec<Vec<WhyNot>> {
        let lines = explain(input, &quote(input).unwrap()).lines;
        lines.into_iter().map(|line| line.not_applied.into_iter().map(|(_, why)| why).collect()).collect()
    };
    let card = WhyNot::NotForThisKind { kind: LineKind::GiftCard };
    let with = |why: WhyNot| {
        [vec![why.clone(), why.clone()], vec![card.clone(), card.clone()], vec![why, WhyNot::ItemExcluded]]
    };
    assert_eq!(said(&input), with(WhyNot::UsedUp));
    input.declined.extend([7, 8].map(|benefit| BenefitKey::benefit(id(1), id(benefit))));
    assert_eq!(said(&input), with(WhyNot::Declined));
    input.declined.clear();
    input.entitlements[0].standing = Standing::Paused { until: None };
    assert_eq!(said(&input), with(WhyNot::Paused { until: None }));
    // Of the benefit as a whole it stays the reason.
    assert_eq!(why_not(&input), WhyNot::Paused { until: None });
}

#[test]
fn every_reason_a_benefit_gives_nothing_is_named() {
    let facial = || vec![line(1, LineKind::Service, 12_000, 1)];
    let one = |lot: CreditLot, lines| {
        let mut gold = member(1);
        gold.credits.push(lot);
        ticket(lines, vec![gold])
    };
    let open = || lot(7, CreditUnit::Money, 5_000);
    let mut declined = one(open(), facial());
    declined.declined.insert(BenefitKey::benefit(id(1), id(7)));
    assert_eq!(why_not(&declined), WhyNot::Declined);
    let over = CreditLot { expires: Some(day("2026-11-21")), ..open() };
    assert_eq!(why_not(&one(over, facial())), WhyNot::Expired { on: day("2026-11-21") });
    assert_eq!(why_not(&one(lot(7, CreditUnit::Money, 0), facial())), WhyNot::UsedUp);
    assert_eq!(why_not(&one(open(), vec![])), WhyNot::NothingOnTicket);
    let fee = vec![line(1, LineKind::Fee, 500, 1)];
    assert_eq!(why_not(&one(open(), fee)), WhyNot::NotForThisKind { kind: LineKind::Fee });
    let other = CreditLot { items: only(&[2]), ..open() };
    assert_eq!(reasons(&one(other, facial())), [Outcome::Available { why: WhyNot::ItemExcluded }]);
    let mut capped = one(open(), facial());
    capped.credit_limit = Some(Money::ZERO);
    assert_eq!(why_not(&capped), WhyNot::CreditLimit { limit: Money::ZERO });
    let free = vec![line(1, LineKind::Service, 0, 1)];
    assert_eq!(why_not(&one(open(), free)), WhyNot::NothingLeft);
    let blocked = vec![LineInput { members_only: vec![id(4)], ..line(1, LineKind::Service, 100, 1) }];
    assert_eq!(why_not(&one(open(), blocked)), WhyNot::NotPriced);
}

#[test]
fn a_benefit_that_lost_names_the_one_that_won() {
    let mut gold = member(1);
    gold.discounts.push(percent(5, "10"));
    gold.discounts.push(percent(6, "25"));
    gold.included.push(included(7, Some(1), &[1]));
    gold.included.push(included(8, Some(1), &[1]));
    let lines = vec![line(1, LineKind::Service, 12_000, 1), line(2, LineKind::Product, 1_000, 1)];
    let input = ticket(lines, vec![gold]);
    let explanation = explain(&input, &quote(&input).unwrap());
    let by = |number| WhyNot::BetterBenefit {
        by: BenefitKey::lot(id(1), id(number), (number == 7).then(|| id(7))),
        plan_name: "plan 1".to_owned(),
    };
    let outcomes: Vec<&Outcome> = explanation.benefits.iter().map(|it| &it.outcome).collect();
    assert_eq!(outcomes[0], &Outcome::NotApplied { why: by(6) });
    assert_eq!(outcomes[1], &Outcome::Applied { amount: 0, value: money(250), lines: vec![line_id(2)] });
    assert_eq!(outcomes[2], &Outcome::Applied { amount: 1, value: money(12_000), lines: vec![line_id(1)] });
    assert_eq!(outcomes[3], &Outcome::NotApplied { why: by(7) });
    // On the facial itself the better percentage lost to the included service.
    let facial = &explanation.lines[0];
    assert_eq!(facial.applied.len(), 1);
    assert!(facial.not_applied.iter().any(|(key, why)| key.benefit == id(6) && *why == by(7)));
}

#[test]
fn reasons_have_words_and_say_what_would_help() {
    let paused = WhyNot::Paused { until: Some(day("2027-01-05")) };
    assert_eq!(paused.sentence(today(), domain::Currency::USD), "Paused until 5 Jan 2027");
    assert_eq!(paused.remedy(), Some("It applies again once the membership is resumed."));
    let capped = WhyNot::CreditLimit { limit: money(7_000) };
    assert_eq!(capped.sentence(today(), domain::Currency::USD), "Credit on this ticket is capped at $70.00");
    let too_long = BlockReason::TooLong { max_minutes: 240, minutes: 285 };
    assert_eq!(too_long.sentence(|_| None), "4 h 45 min is longer than the longest rental, 4 h");
    let members_only = BlockReason::MembersOnly { plans: vec![id(1)] };
    assert_eq!(members_only.sentence(|_| Some("Gold".to_owned())), "Only for members of Gold");
}

#[test]
fn the_benefits_panel_has_words_for_what_each_benefit_is_and_did() {
    let mut sea = member(1);
    sea.discounts.push(percent(5, "12.5"));
    sea.discounts.push(amount(6, 1_000));
    sea.included.push(included(7, Some(2), &[1]));
    sea.included.push(included(8, None, &[9]));
    sea.credits.push(lot(10, CreditUnit::Bookings, 1));
    sea.credits.push(lot(11, CreditUnit::Minutes, 90));
    sea.credits.push(lot(12, CreditUnit::Money, 4_000));
    let lines = vec![
        line(1, LineKind::Service, 12_000, 3),
        rental(2, 6_000, 2, 60),
        line(3, LineKind::Product, 20_000, 1),
    ];
    let input = ticket(lines, vec![sea]);
    let explanation = explain(&input, &quote(&input).unwrap());
    let usd = domain::Currency::USD;
    let panel: Vec<(String, String)> =
        explanation.benefits.iter().map(|it| (it.what.words(usd), it.sentence(today(), usd))).collect();
    let expected = [
        ("12.5% off", "Saves $28.75"),
        ("$10.00 off the ticket", "Saves $10.00"),
        ("Included, 2 left", "Covers 2 units, saves $240.00"),
        ("Included, unlimited", "Does not include this item"),
        ("1 booking left", "Covers 1 unit, saves $120.00"),
        ("1 h 30 min left", "Takes 1 h 30 min off, saves $90.00"),
        ("$40.00 of credit left", "Pays $40.00"),
    ];
    assert_eq!(panel, expected.map(|(what, did)| (what.to_owned(), did.to_owned())));
}

#[test]
fn members_save_what_each_plan_would_have_saved() {
    let mut gold = member(1);
    gold.discounts.push(percent(5, "10"));
    let mut sea = member(2);
    sea.credits.push(lot(6, CreditUnit::Bookings, 1));
    sea.credits.push(lot(7, CreditUnit::Money, 90_000));
    let idle = member(3);
    let mut input = ticket(vec![line(1, LineKind::Service, 6_000, 2)], vec![]);
    input.customer_attached = false;
    let saves = members_save(&input, &[gold.clone(), sea.clone(), idle.clone()]).unwrap();
    let by_plan: Vec<(&str, i64)> =
        saves.iter().map(|it| (it.plan_name.as_str(), it.saving.minor())).collect();
    assert_eq!(by_plan, [("plan 2", 6_000), ("plan 1", 1_200)]);
    // Where only members may buy, the plan that opens the item is named even if it saves nothing.
    input.lines[0].members_only = vec![id(3)];
    let saves = members_save(&input, &[gold, sea, idle]).unwrap();
    assert_eq!(saves.len(), 1);
    assert!(saves[0].unblocks && saves[0].saving.is_zero());
}
