//! How long the rules take: `cargo run --release -p testkit --bin bench`.

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

fn main() {
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
    measure("quote, 6 lines, guest", || quote(&guest).is_ok());
    measure("quote, 6 lines, member with 9 benefits", || quote(&member).is_ok());
    measure("quote and explain, 6 lines, member", || {
        quote(&member).is_ok_and(|priced| !explain(&member, &priced).lines.is_empty())
    });
    measure("settle, 6 lines, member", || settle(&member, &payment).is_ok());
    let crowded = crowded(&member);
    measure("quote, 120 lines, member with 90 lots", || quote(&crowded).is_ok());
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

/// Prints the median and the slowest of many batches, for one call.
fn measure(what: &str, mut call: impl FnMut() -> bool) {
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
    batches.sort();
    println!(
        "{what}: median {:?}, 99 of 100 under {:?}",
        batches[batches.len() / 2],
        batches[batches.len() * 99 / 100]
    );
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
        credit_limit: None,
        ticket_discount: None,
    }
}

fn id<T: From<Uuid>>(number: u128) -> T {
    T::from(Uuid::from_u128(number))
}
