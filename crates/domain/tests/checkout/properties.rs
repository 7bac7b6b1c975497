//! What holds for every ticket.

use crate::build::*;
use crate::random::{benefit_keys, credit_lots, entitlements, plain_tickets, tickets};
use domain::Money;
use domain::checkout::*;
use domain::plan::{CreditUnit, DiscountValue};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// So many random tickets, or as many as `PROPTEST_CASES` asks for.
pub fn cases(cases: u32) -> ProptestConfig {
    let cases =
        if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { cases };
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_global_rejects: 1_000_000,
        ..ProptestConfig::default()
    }
}

/// Pays what is due with up to four tenders, cut where `cuts` says.
fn tenders(owed: Money, cuts: &[u8], kinds: &[u8]) -> Vec<TenderOffer> {
    let mut left = owed.minor();
    let mut offers: Vec<TenderOffer> = Vec::new();
    for (nth, kind) in kinds.iter().enumerate() {
        let last = nth + 1 == kinds.len();
        let amount = if last { left } else { left * i64::from(*cuts.get(nth).unwrap_or(&0)) / 256 };
        left -= amount;
        let kind = match kind % 4 {
            0 => TenderKind::Cash,
            1 => TenderKind::Terminal { reference: String::new() },
            2 => TenderKind::CardOnFile,
            _ => TenderKind::GiftCard { code: nth.to_string() },
        };
        if amount > 0 {
            offers.push(TenderOffer { kind, amount: money(amount) });
        }
    }
    if offers.iter().any(|offer| offer.kind == TenderKind::Cash) {
        // More than is due, so that there is change and what rounding adds is covered.
        offers.push(TenderOffer { kind: TenderKind::Cash, amount: money(499) });
    }
    offers
}

fn check_line(line: &QuotedLine, input: &LineInput) {
    assert_eq!(line.list, line.covered + line.time_off + line.discount + line.manual + line.net);
    assert_eq!(line.units.iter().map(|unit| unit.count).sum::<u32>(), input.qty);
    for amount in [line.list, line.covered, line.time_off, line.discount, line.manual, line.net, line.tax] {
        assert!(!amount.is_negative());
    }
    assert!(!line.credits.is_negative() && line.credits <= line.total);
    let left: Money = line.units.iter().map(|unit| unit.left.times(unit.count)).sum();
    assert_eq!(left - line.fixed - line.manual_spread, line.net);
    if !input.kind.takes_benefits() {
        assert_eq!((line.list, line.credits), (line.net, Money::ZERO));
    }
}

fn remaining(input: &QuoteInput) -> BTreeMap<BenefitKey, Option<i64>> {
    let mut left = BTreeMap::new();
    for it in &input.entitlements {
        for lot in &it.included {
            left.insert(BenefitKey::lot(it.enrollment, lot.benefit, lot.lot), lot.remaining.map(i64::from));
        }
        for lot in &it.credits {
            left.insert(BenefitKey::lot(it.enrollment, lot.benefit, Some(lot.lot)), Some(lot.remaining));
        }
    }
    left
}

/// Draws summed by what they came from.
fn by_key<'a>(
    draws: impl Iterator<Item = (&'a BenefitKey, &'a UseKind, i64)>,
) -> BTreeMap<(BenefitKey, UseKind), i64> {
    let mut sums = BTreeMap::new();
    for (key, kind, amount) in draws {
        *sums.entry((*key, *kind)).or_insert(0) += amount;
    }
    sums
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn sums_agree_and_nothing_is_overdrawn(input in tickets()) {
        let quote = quote(&input).unwrap();
        if !quote.blocked.is_empty() {
            prop_assert!(quote.lines.is_empty());
            return Ok(());
        }
        for (line, of) in quote.lines.iter().zip(&input.lines) {
            check_line(line, of);
        }
        let totals = &quote.totals;
        let sum = |each: fn(&QuotedLine) -> Money| -> Money { quote.lines.iter().map(each).sum() };
        prop_assert_eq!(sum(|it| it.total), totals.total);
        prop_assert_eq!(sum(|it| it.credits), totals.credits);
        prop_assert_eq!(totals.due, totals.total - totals.credits);
        prop_assert_eq!(totals.savings, totals.covered + totals.time_off + totals.discount);
        prop_assert!(totals.provisional <= totals.savings + totals.credits);
        if let Some(limit) = input.credit_limit {
            prop_assert!(totals.credits <= limit);
        }
        let left = remaining(&input);
        for used in &quote.uses {
            prop_assert!(used.amount > 0 && left[&used.key].is_none_or(|left| used.amount <= left));
            prop_assert_eq!(used.amount, used.lines.iter().map(|line| line.amount).sum::<i64>());
            prop_assert_eq!(used.value, used.lines.iter().map(|line| line.value).sum());
            prop_assert!(!input.declines(used.key));
        }
        let value = |kinds: &[UseKind]| -> Money {
            quote.uses.iter().filter(|used| kinds.contains(&used.kind)).map(|used| used.value).sum()
        };
        prop_assert_eq!(value(&[UseKind::Included, UseKind::Bookings]), totals.covered);
        prop_assert_eq!(value(&[UseKind::Minutes]), totals.time_off);
        prop_assert_eq!(value(&[UseKind::Money]), totals.credits);
    }

    #[test]
    fn units_sum_to_their_line_and_refunds_in_any_order_give_everything_back(
        input in tickets(),
        tip in prop::option::weighted(0.3, 0_i64..2_000),
        cash_step in prop::sample::select(vec![1_u32, 5, 100]),
        cuts in prop::collection::vec(any::<u8>(), 3),
        kinds in prop::collection::vec(any::<u8>(), 1..=4),
        order in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let quote = quote(&input).unwrap();
        prop_assume!(quote.blocked.is_empty());
        let tip = money(tip.unwrap_or(0));
        let paid_with = Payment {
            tip,
            cash_step,
            tenders: tenders(quote.totals.due + tip, &cuts, &kinds),
            ..payment(&input, vec![])
        };
        let sold = settle(&input, &paid_with).unwrap();
        let kept: Money = sold.tenders.iter().map(|it| it.amount).sum();
        prop_assert_eq!(kept, quote.totals.due + tip + sold.cash_rounding);

        for ((line, quoted), of) in sold.lines.iter().zip(&quote.lines).zip(&input.lines) {
            let sum = |each: fn(&UnitRun) -> Money| -> Money {
                line.units.iter().map(|run| each(run).times(run.count)).sum()
            };
            prop_assert_eq!(line.qty(), of.qty);
            prop_assert_eq!(sum(|it| it.list), quoted.list);
            prop_assert_eq!(sum(|it| it.covered), quoted.covered);
            prop_assert_eq!(sum(|it| it.time_off), quoted.time_off);
            prop_assert_eq!(sum(|it| it.discount), quoted.discount);
            prop_assert_eq!(sum(|it| it.manual), quoted.manual);
            prop_assert_eq!(sum(|it| it.net), quoted.net);
            prop_assert_eq!(sum(|it| it.tax), quoted.tax);
            prop_assert_eq!(sum(|it| it.total), quoted.total);
            prop_assert_eq!(sum(|it| it.credits), quoted.credits);
            for run in &line.units {
                prop_assert!(!run.net.is_negative() && !run.tax.is_negative() && !run.paid().is_negative());
                let money: i64 = run.draws.iter().filter(|it| it.kind == UseKind::Money).map(|it| it.amount).sum();
                prop_assert_eq!(money, run.credits.minor());
            }
        }
        let drawn = by_key(sold.lines.iter().flat_map(|line| &line.units).flat_map(|run| {
            run.draws.iter().map(|it| (&it.key, &it.kind, it.amount * i64::from(run.count)))
        }));
        let used = by_key(quote.uses.iter().map(|it| (&it.key, &it.kind, it.amount)));
        prop_assert_eq!(&drawn, &used);

        // One unit at a time, in any order, then the tip.
        let mut units: Vec<(domain::LineId, u32)> =
            input.lines.iter().flat_map(|line| (0..line.qty).map(|unit| (line.id, unit))).collect();
        let mut before: Vec<RefundOutcome> = Vec::new();
        for index in &order {
            if units.is_empty() {
                break;
            }
            let (line, unit) = units.remove(index.index(units.len()));
            let request = RefundRequest {
                lines: vec![RefundLine { line, units: WhichUnits::Exactly(vec![unit]) }],
                ..RefundRequest::default()
            };
            let outcome = refund(&sold, &before, &request).unwrap();
            let handed: Money = outcome.give_backs.iter().map(|it| it.amount).sum();
            prop_assert_eq!(handed, outcome.paid + outcome.cash_rounding);
            prop_assert!(outcome.give_backs.iter().all(|it| !it.amount.is_negative()));
            prop_assert!(refund(&sold, &[before.clone(), vec![outcome.clone()]].concat(), &request).is_err());
            before.push(outcome);
        }
        prop_assert!(units.is_empty());
        if tip.is_positive() {
            before.push(refund(&sold, &before, &RefundRequest { tip, ..RefundRequest::default() }).unwrap());
        }
        prop_assert_eq!(before.iter().map(|it| it.paid).sum::<Money>(), quote.totals.due);
        prop_assert_eq!(before.iter().map(|it| it.tax).sum::<Money>(), quote.totals.tax);
        for (nth, tender) in sold.tenders.iter().enumerate().filter(|(_, it)| it.kind != TenderKind::Cash) {
            let back = before.iter().flat_map(|it| &it.give_backs).filter(|it| it.tender == nth);
            prop_assert_eq!(back.map(|it| it.amount).sum::<Money>(), tender.amount);
        }
        let handed: Money = before.iter().flat_map(|it| &it.give_backs).map(|it| it.amount).sum();
        prop_assert_eq!(handed, kept);
        let returned = by_key(before.iter().flat_map(|it| &it.returns).map(|it| (&it.key, &it.kind, it.amount)));
        prop_assert_eq!(returned, used);
        prop_assert_eq!(
            refund(&sold, &before, &RefundRequest::everything(&sold, &before)),
            Err(RefundRefusal::NothingToRefund)
        );
    }

    #[test]
    fn declining_is_as_if_it_were_not_there(input in tickets(), which in any::<prop::sample::Index>()) {
        let keys = benefit_keys(&input);
        prop_assume!(!keys.is_empty());
        let key = *which.get(&keys);
        let mut declined = input.clone();
        declined.declined.insert(key);
        let mut removed = input;
        for it in removed.entitlements.iter_mut().filter(|it| it.enrollment == key.enrollment) {
            it.discounts.retain(|discount| discount.id != key.benefit);
            it.included.retain(|lot| lot.benefit != key.benefit);
            it.credits.retain(|lot| lot.benefit != key.benefit);
        }
        prop_assert_eq!(quote(&declined), quote(&removed));
    }

    #[test]
    fn lowering_is_as_if_there_were_no_more(input in tickets(), which in any::<prop::sample::Index>(), most in 0_u32..4) {
        let keys = benefit_keys(&input);
        prop_assume!(!keys.is_empty());
        let key = *which.get(&keys);
        let input = QuoteInput { lowered: Vec::new(), ..input };
        let lowered = QuoteInput { lowered: vec![Lowered { key: key.whole(), most }], ..input.clone() };
        let mut less = input;
        for it in less.entitlements.iter_mut().filter(|it| it.enrollment == key.enrollment) {
            for lot in it.included.iter_mut().filter(|lot| lot.benefit == key.benefit) {
                lot.remaining = Some(lot.remaining.map_or(most, |left| left.min(most)));
            }
            for lot in it.credits.iter_mut().filter(|lot| lot.benefit == key.benefit) {
                lot.remaining = lot.remaining.min(most.into());
            }
        }
        prop_assert_eq!(quote(&lowered), quote(&less));
    }

    #[test]
    fn who_is_not_entitled_might_as_well_not_be_there(input in tickets()) {
        let mut only_entitled = input.clone();
        only_entitled.entitlements.retain(|it| it.holds_on(&input));
        prop_assert_eq!(quote(&input), quote(&only_entitled));
    }

    #[test]
    fn more_money_credit_never_raises_what_is_due(input in tickets(), lot in credit_lots()) {
        let before = quote(&input).unwrap();
        prop_assume!(before.blocked.is_empty());
        let mut richer = input;
        let mut extra = member(9);
        extra.credits.push(CreditLot {
            unit: CreditUnit::Money,
            benefit: id(999),
            lot: id(999),
            ..lot
        });
        richer.entitlements.push(extra);
        let after = quote(&richer).unwrap();
        prop_assert!(after.totals.due <= before.totals.due);
        prop_assert_eq!(after.totals.total, before.totals.total);
    }

    /// With tax, minutes or fixed amounts a later stage can lose what an earlier one won, so it is only true here.
    #[test]
    fn a_further_membership_never_raises_a_plain_ticket(input in plain_tickets(), more in entitlements()) {
        let before = quote(&input).unwrap();
        let mut richer = input;
        let mut more = Entitlement { enrollment: id(9), ..more };
        more.discounts.retain(|discount| matches!(discount.value, DiscountValue::Percent(_)));
        more.credits.retain(|lot| lot.unit == CreditUnit::Bookings);
        richer.entitlements.push(more);
        prop_assert!(quote(&richer).unwrap().totals.net <= before.totals.net);
    }

    #[test]
    fn a_ticket_and_its_quote_read_back_as_they_were_written(input in tickets()) {
        let quote = quote(&input).unwrap();
        let text = serde_json::to_string(&(&input, &quote)).unwrap();
        let back: (QuoteInput, Quote) = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(back, (input, quote));
    }
}
