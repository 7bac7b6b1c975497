//! Tenders, and what every unit paid; refunds that give back exactly that.

use crate::build::*;
use domain::Money;
use domain::checkout::*;
use domain::plan::{CreditUnit, DiscountValue};

fn refund_units(
    ticket: &SettledTicket,
    before: &[RefundOutcome],
    line: u128,
    units: WhichUnits,
) -> RefundOutcome {
    let lines = vec![RefundLine { line: line_id(line), units }];
    refund(ticket, before, &RefundRequest { lines, ..RefundRequest::default() }).unwrap()
}

fn given_back(outcome: &RefundOutcome) -> Vec<(usize, i64)> {
    outcome.give_backs.iter().map(|it| (it.tender, it.amount.minor())).collect()
}

#[test]
fn a_total_that_changed_since_it_was_seen_is_refused() {
    let input = ticket(vec![line(1, LineKind::Service, 10_000, 1)], vec![]);
    let seen = Payment { expected_due: money(9_000), ..payment(&input, vec![terminal(9_000)]) };
    let stale = SettleRefusal::StaleTotal { expected: money(9_000), actual: money(10_000) };
    assert_eq!(settle(&input, &seen), Err(stale));
}

#[test]
fn credit_that_was_spent_meanwhile_is_refused_with_both_numbers() {
    let mut gold = member(1);
    gold.credits.push(lot(7, CreditUnit::Money, 3_000));
    let input = ticket(vec![line(1, LineKind::Service, 10_000, 1)], vec![gold]);
    let seen = Payment {
        expected_due: money(5_000),
        expected_credits: money(5_000),
        ..payment(&input, vec![terminal(5_000)])
    };
    let short = SettleRefusal::InsufficientCredit { needed: money(5_000), available: money(3_000) };
    assert_eq!(settle(&input, &seen), Err(short));
}

#[test]
fn a_dearer_ticket_is_refused_even_where_more_credit_pays_the_difference() {
    let mut gold = member(1);
    gold.credits.push(lot(7, CreditUnit::Money, 6_000));
    let input = ticket(vec![line(1, LineKind::Service, 10_000, 1)], vec![gold]);
    let seen = Payment { expected_credits: money(5_000), ..payment(&input, vec![terminal(4_000)]) };
    let stale = SettleRefusal::StaleTotal { expected: money(9_000), actual: money(10_000) };
    assert_eq!(settle(&input, &seen), Err(stale));
}

#[test]
fn only_cash_gives_change() {
    let input = ticket(vec![line(1, LineKind::Service, 10_000, 1)], vec![]);
    let sold = settle(&input, &payment(&input, vec![terminal(4_000), cash(10_000)])).unwrap();
    assert_eq!((sold.tenders[1].amount, sold.tenders[1].change), (money(6_000), money(4_000)));

    let over = settle(&input, &payment(&input, vec![terminal(10_001)]));
    let refusal = SettleRefusal::ChangeOnlyFromCash { due: money(10_000), tendered: money(10_001) };
    assert_eq!(over, Err(refusal));

    let short = settle(&input, &payment(&input, vec![terminal(4_000), cash(5_999)]));
    let refusal = SettleRefusal::TendersDoNotCover { due: money(10_000), tendered: money(9_999) };
    assert_eq!(short, Err(refusal));
}

#[test]
fn a_tip_comes_after_due_and_is_covered_too() {
    let input = ticket(vec![taxed(line(1, LineKind::Service, 10_000, 1), "10")], vec![]);
    let with_tip = Payment { tip: money(1_500), ..payment(&input, vec![terminal(12_500)]) };
    let sold = settle(&input, &with_tip).unwrap();
    assert_eq!(sold.quote.totals.tax, money(1_000));
    let short = Payment { tip: money(1_501), ..with_tip.clone() };
    assert!(matches!(settle(&input, &short), Err(SettleRefusal::TendersDoNotCover { .. })));

    // The tip stays unless it is asked for, and cannot be asked for twice.
    let units = refund_units(&sold, &[], 1, WhichUnits::Count(1));
    assert_eq!(given_back(&units), [(0, 11_000)]);
    let tip = RefundRequest { tip: money(1_500), ..RefundRequest::default() };
    let tip_back = refund(&sold, std::slice::from_ref(&units), &tip).unwrap();
    assert_eq!(given_back(&tip_back), [(0, 1_500)]);
    let twice = refund(&sold, &[units, tip_back], &tip);
    assert_eq!(twice, Err(RefundRefusal::MoreTipThanTaken { left: Money::ZERO, asked: money(1_500) }));
}

#[test]
fn cash_rounding_touches_the_cash_part_only() {
    let input = ticket(vec![line(1, LineKind::Service, 1_998, 1)], vec![]);
    let in_francs = |tenders| Payment { cash_step: 5, ..payment(&input, tenders) };
    let by_card = settle(&input, &in_francs(vec![terminal(1_998)])).unwrap();
    assert_eq!(by_card.cash_rounding, Money::ZERO);
    let sold = settle(&input, &in_francs(vec![terminal(1_000), cash(2_000)])).unwrap();
    assert_eq!((sold.cash_rounding, sold.tenders[1].change), (money(2), money(1_000)));
    let kept: Money = sold.tenders.iter().map(|tender| tender.amount).sum();
    assert_eq!(kept, sold.quote.totals.due + sold.cash_rounding);

    let back = refund_units(&sold, &[], 1, WhichUnits::Count(1));
    assert_eq!(given_back(&back), [(1, 1_000), (0, 1_000)]);
}

#[test]
fn cash_handed_back_in_parts_is_the_cash_that_was_taken() {
    let input = ticket(vec![line(1, LineKind::Product, 333, 3)], vec![]);
    let paid = Payment { cash_step: 10, ..payment(&input, vec![cash(1_000)]) };
    let sold = settle(&input, &paid).unwrap();
    assert_eq!(sold.tenders[0].amount, money(1_000));
    let mut before = Vec::new();
    for handed in [330, 340, 330] {
        let outcome = refund_units(&sold, &before, 1, WhichUnits::Count(1));
        assert_eq!(given_back(&outcome), [(0, handed)]);
        before.push(outcome);
    }
}

#[test]
fn a_tender_that_is_nothing_or_twice_the_same_gift_card_is_refused() {
    let input = ticket(vec![line(1, LineKind::Service, 10_000, 1)], vec![]);
    let gift =
        |minor| TenderOffer { kind: TenderKind::GiftCard { code: "GC1".to_owned() }, amount: money(minor) };
    let nothing = settle(&input, &payment(&input, vec![terminal(10_000), gift(0)]));
    assert_eq!(nothing, Err(SettleRefusal::EmptyTender { nth: 1 }));
    let twice = settle(&input, &payment(&input, vec![gift(5_000), gift(5_000)]));
    assert_eq!(twice, Err(SettleRefusal::SameGiftCardTwice { code: "GC1".to_owned() }));
    assert_eq!(settle(&ticket(vec![], vec![]), &payment(&input, vec![])), Err(SettleRefusal::Empty));
}

#[test]
fn a_ticket_that_costs_nothing_settles_without_tenders() {
    let input = ticket(vec![line(1, LineKind::Product, 0, 2)], vec![]);
    let sold = settled(&input);
    assert!(sold.tenders.is_empty());
    let back = refund_units(&sold, &[], 1, WhichUnits::Count(2));
    assert!(back.give_backs.is_empty());
}

#[test]
fn each_unit_gives_back_what_it_paid() {
    // 10.00 off three units of 33.33 with 8.875 % tax: cents that do not divide by three.
    let mut gold = member(1);
    gold.discounts.push(amount(5, 1_000));
    gold.credits.push(lot(7, CreditUnit::Money, 5_000));
    let input = ticket(vec![taxed(line(1, LineKind::Product, 3_333, 3), "8.875")], vec![gold]);
    let sold = settled(&input);
    let units = &sold.lines[0].units;
    let fixed: Vec<i64> = units.iter().map(|run| run.discount.minor()).collect();
    assert_eq!(fixed, [334, 333, 333]);
    let quoted = &sold.quote.lines[0];
    let sum =
        |each: fn(&UnitRun) -> Money| -> Money { units.iter().map(|run| each(run).times(run.count)).sum() };
    assert_eq!((sum(|it| it.tax), sum(|it| it.credits)), (quoted.tax, quoted.credits));

    let mut before = Vec::new();
    for _ in 0..3 {
        before.push(refund_units(&sold, &before, 1, WhichUnits::Count(1)));
    }
    let paid: Money = before.iter().map(|it| it.paid).sum();
    let returned: i64 = before.iter().flat_map(|it| &it.returns).map(|it| it.amount).sum();
    assert_eq!((paid, returned), (sold.quote.totals.due, 5_000));
    let again = refund(
        &sold,
        &before,
        &RefundRequest {
            lines: vec![RefundLine { line: line_id(1), units: WhichUnits::Count(1) }],
            ..RefundRequest::default()
        },
    );
    assert_eq!(again, Err(RefundRefusal::MoreThanSold { line: line_id(1), sold: 3, already: 3, asked: 1 }));
}

#[test]
fn a_covered_unit_goes_back_to_what_covered_it() {
    let mut gold = member(1);
    gold.included.push(included(5, Some(1), &[1]));
    gold.credits.push(lot(6, CreditUnit::Bookings, 1));
    let input = ticket(vec![line(1, LineKind::Service, 12_000, 3)], vec![gold]);
    let sold = settled(&input);
    // The latest unit is the one that was paid for.
    let paid = refund_units(&sold, &[], 1, WhichUnits::Count(1));
    assert_eq!((paid.paid, paid.returns.len()), (money(12_000), 0));
    let rest = refund_units(&sold, &[paid], 1, WhichUnits::Count(2));
    assert_eq!(rest.paid, Money::ZERO);
    // Last taken first: the booking, then the included service.
    let returns: Vec<(UseKind, i64)> = rest.returns.iter().map(|it| (it.kind, it.amount)).collect();
    assert_eq!(returns, [(UseKind::Bookings, 1), (UseKind::Included, 1)]);
}

#[test]
fn chosen_units_are_refunded_once() {
    let input = ticket(vec![line(1, LineKind::Product, 500, 4)], vec![]);
    let sold = settled(&input);
    let first = refund_units(&sold, &[], 1, WhichUnits::Exactly(vec![3, 0, 1]));
    let ranges: Vec<(u32, u32)> = first.units.iter().map(|it| (it.first, it.count)).collect();
    assert_eq!((first.paid, ranges), (money(1_500), vec![(0, 2), (3, 1)]));
    let ask = |units| {
        let lines = vec![RefundLine { line: line_id(1), units }];
        refund(&sold, std::slice::from_ref(&first), &RefundRequest { lines, ..RefundRequest::default() })
    };
    let line = line_id(1);
    assert_eq!(ask(WhichUnits::Exactly(vec![0])), Err(RefundRefusal::AlreadyRefunded { line, unit: 0 }));
    assert_eq!(ask(WhichUnits::Exactly(vec![2, 2])), Err(RefundRefusal::AlreadyRefunded { line, unit: 2 }));
    assert_eq!(ask(WhichUnits::Exactly(vec![4])), Err(RefundRefusal::NoSuchUnit { line, unit: 4, sold: 4 }));
    assert_eq!(ask(WhichUnits::Count(0)), Err(RefundRefusal::NothingToRefund));
    assert_eq!(ask(WhichUnits::Count(1)).unwrap().units[0].first, 2);
    assert_eq!(refundable(&sold, std::slice::from_ref(&first)), [(line, 1)]);
}

#[test]
fn money_goes_back_to_the_latest_tender_first_each_up_to_what_it_took() {
    let input = ticket(vec![line(1, LineKind::Product, 1_000, 10)], vec![]);
    let sold = settle(&input, &payment(&input, vec![terminal(2_500), cash(20_000)])).unwrap();
    let first = refund_units(&sold, &[], 1, WhichUnits::Count(7));
    assert_eq!(given_back(&first), [(1, 7_000)]);
    let second = refund_units(&sold, &[first], 1, WhichUnits::Count(3));
    assert_eq!(given_back(&second), [(1, 500), (0, 2_500)]);
}

#[test]
fn nine_thousand_units_stay_few_runs() {
    let mut gold = member(1);
    gold.discounts.push(amount(5, 12_345));
    gold.included.push(included(6, Some(100), &[1]));
    gold.credits.push(lot(7, CreditUnit::Money, 999_999));
    gold.credits.push(lot(8, CreditUnit::Money, 777_777));
    let mut many = taxed(line(1, LineKind::Product, 999, 9_999), "8.875");
    many.manual_discount = by_hand(DiscountValue::Amount(money(4_321)));
    let input = ticket(vec![many], vec![gold]);
    let sold = settled(&input);
    assert_eq!(sold.lines[0].qty(), 9_999);
    assert!(sold.lines[0].units.len() <= 12, "{}", sold.lines[0].units.len());
    let back = refund(&sold, &[], &RefundRequest::everything(&sold, &[])).unwrap();
    assert_eq!((back.paid, back.tax), (sold.quote.totals.due, sold.quote.totals.tax));
    let returned: Vec<i64> = back.returns.iter().map(|it| it.amount).collect();
    assert_eq!(returned, [777_777, 999_999, 100]);
}

#[test]
fn minutes_go_back_by_unit() {
    let mut gold = member(1);
    gold.credits.push(lot(7, CreditUnit::Minutes, 75));
    let input = ticket(vec![rental(1, 6_000, 3, 60)], vec![gold]);
    let sold = settled(&input);
    let off: Vec<(u32, i64)> =
        sold.lines[0].units.iter().map(|run| (run.count, run.time_off.minor())).collect();
    assert_eq!(off, [(1, 6_000), (1, 1_500), (1, 0)]);
    let middle = refund_units(&sold, &[], 1, WhichUnits::Exactly(vec![1]));
    assert_eq!((middle.paid, middle.returns[0].amount), (money(4_500), 15));
}
