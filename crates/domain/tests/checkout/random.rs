//! Small tickets of every sort, full of ties.

use crate::build::*;
use domain::checkout::{
    BenefitKey, CreditLot, Entitlement, IncludedLot, LineInput, LineKind, Lowered, QuoteInput,
};
use domain::item::{ItemFilter, ItemSet};
use domain::plan::{CreditUnit, Discount, DiscountValue, Scope, TaxMode, Usage};
use domain::standing::GraceReason;
use domain::{CategoryId, Day, Standing};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const ITEMS: u128 = 4;

pub fn tickets() -> impl Strategy<Value = QuoteInput> {
    tickets_of(vec(lines(), 1..=4), vec(entitlements(), 0..=3))
}

/// Small enough to try every assignment.
pub fn small_tickets() -> impl Strategy<Value = QuoteInput> {
    tickets_of(vec(lines(), 1..=4), vec(entitlements(), 1..=2))
}

fn tickets_of(
    lines: impl Strategy<Value = Vec<LineInput>>,
    entitlements: impl Strategy<Value = Vec<Entitlement>>,
) -> impl Strategy<Value = QuoteInput> {
    (
        lines,
        entitlements,
        prop::bool::weighted(0.95),
        select(vec![TaxMode::Exclusive, TaxMode::Inclusive]),
        option::weighted(0.2, 0_i64..20_000),
        option::weighted(0.15, manual_values()),
        vec(any::<prop::sample::Index>(), 0..=2),
        prop::bool::weighted(0.2),
        option::weighted(0.2, (any::<prop::sample::Index>(), 0_u32..4_000)),
    )
        .prop_map(
            |(lines, entitlements, customer, tax_mode, limit, by_hand_value, declined, declines, lowered)| {
                let lines = lines.into_iter().zip(1..).map(|(line, number)| LineInput {
                    id: id(number),
                    tax_mode,
                    ..line
                });
                let entitlements = entitlements
                    .into_iter()
                    .zip(1..)
                    .map(|(entitlement, number)| renumber(entitlement, number));
                let mut input = ticket(lines.collect(), entitlements.collect());
                input.customer_attached = customer;
                input.credit_limit = limit.map(money);
                input.ticket_discount = by_hand_value.and_then(by_hand);
                let keys = benefit_keys(&input);
                if declines && !keys.is_empty() {
                    input.declined = declined.iter().map(|index| *index.get(&keys)).collect();
                }
                if let Some((index, most)) = lowered
                    && !keys.is_empty()
                {
                    let most = if most % 2 == 0 { most } else { most % 4 };
                    input.lowered = vec![Lowered { key: index.get(&keys).whole(), most }];
                }
                input
            },
        )
}

/// Tickets where nothing is sold by the hour, nothing is taxed and nothing comes off the ticket as a whole.
pub fn plain_tickets() -> impl Strategy<Value = QuoteInput> {
    tickets().prop_map(|mut input| {
        input.ticket_discount = None;
        input.declined.clear();
        for line in &mut input.lines {
            line.tax_rate = rate("0");
            line.manual_discount = None;
            line.members_only.clear();
            if line.kind == LineKind::Rental {
                line.kind = LineKind::Service;
            }
        }
        for it in &mut input.entitlements {
            it.discounts.retain(|discount| matches!(discount.value, DiscountValue::Percent(_)));
        }
        input
    })
}

pub fn benefit_keys(input: &QuoteInput) -> Vec<BenefitKey> {
    let keys = input.entitlements.iter().flat_map(|it| {
        let discounts = it.discounts.iter().map(|discount| (discount.id, None));
        let included = it.included.iter().map(|lot| (lot.benefit, lot.lot));
        let credits = it.credits.iter().map(|lot| (lot.benefit, Some(lot.lot)));
        let all = discounts.chain(included).chain(credits);
        all.map(|(benefit, lot)| BenefitKey::lot(it.enrollment, benefit, lot))
    });
    keys.collect()
}

fn renumber(entitlement: Entitlement, number: u128) -> Entitlement {
    let mut next = 100 * number;
    let mut fresh = || {
        next += 1;
        next
    };
    Entitlement {
        enrollment: id(number),
        discounts: entitlement.discounts.into_iter().map(|it| Discount { id: id(fresh()), ..it }).collect(),
        included: entitlement
            .included
            .into_iter()
            .map(|it| {
                let number = fresh();
                IncludedLot { benefit: id(number), lot: it.remaining.map(|_| id(number)), ..it }
            })
            .collect(),
        credits: entitlement
            .credits
            .into_iter()
            .map(|it| {
                let number = fresh();
                CreditLot { benefit: id(number), lot: id(number), ..it }
            })
            .collect(),
        ..entitlement
    }
}

fn lines() -> impl Strategy<Value = LineInput> {
    let kinds = vec![
        LineKind::Service,
        LineKind::Service,
        LineKind::Product,
        LineKind::Rental,
        LineKind::Rental,
        LineKind::GiftCard,
        LineKind::Fee,
    ];
    (
        (1..=ITEMS, select(kinds), select(vec![0, 1, 50, 999, 3_333, 5_000, 5_000, 12_000]), 1_u32..=3),
        select(vec!["0", "0", "8.875", "20", "100"]),
        select(vec![15_u32, 30, 45, 60, 100]),
        option::weighted(0.4, select(vec![15_u32, 30, 60])),
        option::weighted(0.1, 1_u128..=3),
        option::weighted(0.2, manual_values()),
        option::weighted(0.2, 0_i64..6_000),
        option::of(1_u128..=2),
    )
        .prop_map(
            |(
                (item, kind, price, qty),
                tax,
                minutes,
                max_minutes,
                members,
                manual,
                override_price,
                category,
            )| {
                let mut line = taxed(line(item, kind, price, qty), tax);
                line.category = category.map(id::<CategoryId>);
                line.price_override = override_price.map(money);
                line.members_only = members.map(id).into_iter().collect();
                if kind == LineKind::Rental {
                    line.minutes = Some(minutes);
                    line.max_minutes = max_minutes;
                }
                if kind.takes_benefits() {
                    line.manual_discount = manual.and_then(by_hand);
                }
                line
            },
        )
}

fn manual_values() -> impl Strategy<Value = DiscountValue> {
    prop_oneof![
        select(vec!["5", "33.3333", "100"]).prop_map(|text| DiscountValue::Percent(rate(text))),
        (0_i64..9_000).prop_map(|minor| DiscountValue::Amount(money(minor))),
    ]
}

pub fn entitlements() -> impl Strategy<Value = Entitlement> {
    let standings = vec![
        Standing::Good,
        Standing::Good,
        Standing::Good,
        Standing::Good,
        Standing::Grace { until: None, because: GraceReason::PastDue },
        Standing::Waiting,
        Standing::Suspended { since: None },
        Standing::Paused { until: None },
        Standing::Scheduled { starts: None },
        Standing::Cancelled { ended: None },
    ];
    (
        1_u128..=3,
        select(standings),
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.2),
        vec(discounts(), 0..=2),
        vec(included_lots(), 0..=2),
        vec(credit_lots(), 0..=3),
    )
        .prop_map(|(plan, standing, here, provisional, discounts, included, credits)| Entitlement {
            plan: id(plan),
            standing,
            scope: if here { Scope::All } else { Scope::Locations(vec![id(2)]) },
            provisional,
            discounts,
            included,
            credits,
            ..member(1)
        })
}

fn discounts() -> impl Strategy<Value = Discount> {
    let value = prop_oneof![
        3 => select(vec!["5", "10", "10", "12.5", "50", "100"]).prop_map(|text| DiscountValue::Percent(rate(text))),
        1 => select(vec![1_i64, 700, 2_500, 90_000]).prop_map(|minor| DiscountValue::Amount(money(minor))),
    ];
    (value, filters()).prop_map(|(value, items)| Discount { items, ..off(1, value) })
}

fn included_lots() -> impl Strategy<Value = IncludedLot> {
    (option::weighted(0.8, 0_u32..=3), sets(), expiries(), granted(), prop::bool::weighted(0.2)).prop_map(
        |(remaining, items, expires, granted, shared_pool)| IncludedLot {
            items,
            expires,
            granted,
            shared_pool,
            ..included(1, remaining, &[])
        },
    )
}

pub fn credit_lots() -> impl Strategy<Value = CreditLot> {
    let amount = prop_oneof![
        select(vec![1_i64, 2_500, 6_000, 30_000]).prop_map(|minor| (CreditUnit::Money, minor)),
        select(vec![5_i64, 15, 30, 60, 90]).prop_map(|minutes| (CreditUnit::Minutes, minutes)),
        (-1_i64..=3).prop_map(|bookings| (CreditUnit::Bookings, bookings)),
    ];
    let usage = select(vec![Usage::Deduct, Usage::FreeTime]);
    (amount, usage, filters(), expiries(), granted(), prop::bool::weighted(0.2)).prop_map(
        |((unit, remaining), usage, items, expires, granted, shared_pool)| CreditLot {
            usage,
            items,
            expires,
            granted,
            shared_pool,
            ..lot(1, unit, remaining)
        },
    )
}

fn sets() -> impl Strategy<Value = ItemSet> {
    (vec(1..=ITEMS, 1..=3), vec(1_u128..=2, 0..=1)).prop_map(|(numbers, categories)| ItemSet {
        categories: categories.into_iter().map(id).collect(),
        ..items(&numbers)
    })
}

fn filters() -> impl Strategy<Value = ItemFilter> {
    prop_oneof![Just(ItemFilter::All), sets().prop_map(ItemFilter::Only), sets().prop_map(ItemFilter::Except),]
}

fn expiries() -> impl Strategy<Value = Option<Day>> {
    select(vec![None, Some("2026-11-21"), Some("2026-11-22"), Some("2026-11-30"), Some("2026-12-31")])
        .prop_map(|text| text.map(day))
}

fn granted() -> impl Strategy<Value = Day> {
    select(vec!["2026-10-01", "2026-11-01"]).prop_map(day)
}
