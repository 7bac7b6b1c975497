//! The rules alone: pricing, explaining, settling.

use crate::figure::{self, Sorted};
use domain::checkout::{
    CreditLot, Entitlement, IncludedLot, LineInput, LineKind, Payment, QuoteInput, TenderKind, TenderOffer,
    explain, quote, settle,
};
use domain::item::{ItemFilter, ItemSet};
use domain::plan::{CreditUnit, Discount, DiscountValue, Scope, TaxMode, Usage};
use domain::{Day, Money, Rate, Standing};
use std::hint::black_box;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A six-line ticket of a member is priced on every key, in the window.
const SIX_LINES: Duration = Duration::from_micros(10);

pub fn measure() {
    let member = ticket(true);
    let guest = ticket(false);
    let priced = quote(&member).expect("the ticket makes sense");
    let payment = Payment {
        expected_due: priced.totals.due,
        expected_credits: priced.totals.credits,
        tenders: vec![TenderOffer {
            kind: TenderKind::Terminal { reference: "0042".to_owned() },
            amount: priced.totals.due,
        }],
        tip: Money::ZERO,
        cash_step: 1,
    };
    let one = of_lines(&member, 1);
    repeat("quote, 1 line, member with 9 benefits", None, || quote(&one).is_ok());
    repeat("quote, 6 lines, member with 9 benefits", Some(SIX_LINES), || quote(&member).is_ok());
    let twenty = of_lines(&member, 20);
    repeat("quote, 20 lines, member with 9 benefits", None, || quote(&twenty).is_ok());
    repeat("quote, 6 lines, guest", None, || quote(&guest).is_ok());
    repeat("quote and explain, 6 lines, member", None, || {
        quote(&member).is_ok_and(|priced| !explain(&member, &priced).lines.is_empty())
    });
    repeat("the rule of settling, 6 lines, member", None, || settle(&member, &payment).is_ok());
    let crowded = crowded(&member);
    repeat("quote, 120 lines, member with 135 benefits", None, || quote(&crowded).is_ok());
}

/// The member's ticket with so many of its lines, again and again at other prices.
fn of_lines(member: &QuoteInput, count: usize) -> QuoteInput {
    let lines = member.lines.iter().cycle().zip(1..).take(count).map(|(line, number)| LineInput {
        id: id(number),
        list_price: Money::from_minor(line.list_price.minor() + (number as i64 * 37) % 11),
        max_minutes: None,
        ..line.clone()
    });
    QuoteInput { lines: lines.collect(), ..member.clone() }
}

/// Far more lines and lots than a counter sees, all competing.
fn crowded(member: &QuoteInput) -> QuoteInput {
    let mut input = member.clone();
    let (lines, gold) = (input.lines.clone(), input.entitlements[0].clone());
    for round in 1..20_u128 {
        input.lines.extend(lines.iter().zip(1..).map(|(line, number)| LineInput {
            id: id(round * 100 + number),
            list_price: Money::from_minor(line.list_price.minor() + (round as i64 * 37) % 11),
            max_minutes: None,
            ..line.clone()
        }));
    }
    for round in 1..15_u128 {
        input.entitlements.push(Entitlement { enrollment: id(1 + round), ..gold.clone() });
    }
    input
}

/// The median of many batches, for one call.
fn repeat(what: &str, target: Option<Duration>, mut call: impl FnMut() -> bool) {
    let first = Instant::now();
    assert!(black_box(call()), "{what} failed");
    let calls = (1_000_000 / first.elapsed().as_nanos().max(1)).clamp(1, 200) as u32;
    let mut batches: Vec<Duration> = Vec::with_capacity(500);
    for _ in 0..500 {
        let start = Instant::now();
        for _ in 0..calls {
            assert!(black_box(call()), "{what} failed");
        }
        batches.push(start.elapsed() / calls);
    }
    figure::time(what, Sorted::of(batches).median(), target);
}

/// Six lines of every sort, and a member whose benefits compete for them.
fn ticket(attached: bool) -> QuoteInput {
    let today = Day::ymd(2026, 11, 22).expect("a day");
    let rate = |text: &str| -> Rate { text.parse().expect("a rate") };
    let line = |number: u128, kind, price, qty| LineInput {
        id: id(number),
        item: id(number),
        name: format!("item {number}"),
        kind,
        category: None,
        list_price: Money::from_minor(price),
        price_override: None,
        tax_rate: rate("8.875"),
        tax_mode: TaxMode::Exclusive,
        qty,
        minutes: (kind == LineKind::Rental).then_some(150),
        max_minutes: (kind == LineKind::Rental).then_some(120),
        members_only: Vec::new(),
        manual_discount: None,
        plan: None,
        note: String::new(),
    };
    let only =
        |numbers: &[u128]| ItemSet { items: numbers.iter().map(|it| id(*it)).collect(), categories: vec![] };
    let included = |number: u128, of: &[u128], remaining| IncludedLot {
        benefit: id(number),
        lot: Some(id(number)),
        items: only(of),
        remaining: Some(remaining),
        granted: today,
        expires: Some(today.plus_days(i64::from(remaining))),
        shared_pool: false,
        provisional: false,
    };
    let lot = |number: u128, unit, remaining, items| CreditLot {
        benefit: id(number),
        lot: id(number),
        unit,
        remaining,
        usage: Usage::FreeTime,
        items,
        granted: today,
        expires: Some(today.plus_days(remaining % 30)),
        shared_pool: false,
        provisional: false,
    };
    let discount = |number: u128, value, items| Discount { id: id(number), value, items };
    let rental = if attached { 150 } else { 120 };
    QuoteInput {
        location: id(1),
        day: today,
        customer_attached: attached,
        lines: vec![
            line(1, LineKind::Service, 12_000, 2),
            line(2, LineKind::Service, 9_500, 1),
            line(3, LineKind::Product, 3_333, 3),
            LineInput { minutes: Some(rental), ..line(4, LineKind::Rental, 4_000, 1) },
            line(5, LineKind::Product, 5_000, 1),
            line(6, LineKind::GiftCard, 5_000, 1),
        ],
        entitlements: vec![Entitlement {
            enrollment: id(1),
            plan: id(1),
            plan_name: "Gold".to_owned(),
            person: None,
            standing: Standing::Good,
            scope: Scope::All,
            access: None,
            discounts: vec![
                discount(10, DiscountValue::Percent(rate("10")), ItemFilter::All),
                discount(11, DiscountValue::Percent(rate("25")), ItemFilter::Only(only(&[2, 5]))),
                discount(12, DiscountValue::Amount(Money::from_minor(1_000)), ItemFilter::All),
            ],
            included: vec![included(20, &[1, 2], 1), included(21, &[1], 2)],
            credits: vec![
                lot(30, CreditUnit::Bookings, 1, ItemFilter::All),
                lot(31, CreditUnit::Minutes, 60, ItemFilter::All),
                lot(32, CreditUnit::Money, 4_000, ItemFilter::All),
                lot(33, CreditUnit::Money, 2_500, ItemFilter::Only(only(&[3, 5]))),
            ],
            provisional: false,
            sold_on: None,
        }],
        declined: Default::default(),
        lowered: Vec::new(),
        credit_limit: None,
        ticket_discount: None,
    }
}

fn id<T: From<Uuid>>(number: u128) -> T {
    T::from(Uuid::from_u128(number))
}
