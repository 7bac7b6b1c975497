//! Tickets in few words.

use domain::checkout::{
    CreditLot, Entitlement, IncludedLot, LineInput, LineKind, ManualDiscount, Payment, Quote, QuoteInput,
    SettledTicket, TenderKind, TenderOffer, quote, settle,
};
use domain::item::{ItemFilter, ItemSet};
use domain::plan::{CreditUnit, Discount, DiscountValue, Scope, TaxMode, Usage};
use domain::{
    BenefitId, Day, EnrollmentId, ItemId, LineId, LocationId, LotId, Money, PlanId, Rate, Standing,
};
use uuid::Uuid;

pub fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

pub fn rate(text: &str) -> Rate {
    text.parse().unwrap()
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn today() -> Day {
    day("2026-11-22")
}

/// The same number is the same id, whatever it names.
pub fn id<T: From<Uuid>>(number: u128) -> T {
    T::from(Uuid::from_u128(number))
}

pub fn line_id(number: u128) -> LineId {
    id(number)
}

pub fn ticket(lines: Vec<LineInput>, entitlements: Vec<Entitlement>) -> QuoteInput {
    QuoteInput {
        location: id::<LocationId>(1),
        day: today(),
        customer_attached: true,
        lines,
        entitlements,
        declined: Default::default(),
        lowered: Vec::new(),
        credit_limit: None,
        ticket_discount: None,
    }
}

/// A line whose item has the same number as the line.
pub fn line(number: u128, kind: LineKind, price: i64, qty: u32) -> LineInput {
    LineInput {
        id: id(number),
        item: id(number),
        name: format!("item {number}"),
        kind,
        category: None,
        list_price: money(price),
        price_override: None,
        tax_rate: Rate::ZERO,
        tax_mode: TaxMode::Exclusive,
        qty,
        minutes: None,
        max_minutes: None,
        members_only: Vec::new(),
        manual_discount: None,
        plan: None,
        note: String::new(),
    }
}

pub fn rental(number: u128, price: i64, qty: u32, minutes: u32) -> LineInput {
    LineInput { minutes: Some(minutes), ..line(number, LineKind::Rental, price, qty) }
}

pub fn taxed(line: LineInput, percent: &str) -> LineInput {
    LineInput { tax_rate: rate(percent), ..line }
}

pub fn by_hand(value: DiscountValue) -> Option<ManualDiscount> {
    Some(ManualDiscount { value, reason: "a regular".to_owned() })
}

pub fn member(number: u128) -> Entitlement {
    Entitlement {
        enrollment: id::<EnrollmentId>(number),
        plan: id::<PlanId>(number),
        plan_name: format!("plan {number}"),
        person: None,
        standing: Standing::Good,
        scope: Scope::All,
        access: None,
        discounts: Vec::new(),
        included: Vec::new(),
        credits: Vec::new(),
        provisional: false,
        sold_on: None,
    }
}

pub fn off(number: u128, value: DiscountValue) -> Discount {
    Discount { id: id::<BenefitId>(number), value, items: ItemFilter::All }
}

pub fn percent(number: u128, text: &str) -> Discount {
    off(number, DiscountValue::Percent(rate(text)))
}

pub fn amount(number: u128, minor: i64) -> Discount {
    off(number, DiscountValue::Amount(money(minor)))
}

pub fn items(numbers: &[u128]) -> ItemSet {
    ItemSet { items: numbers.iter().map(|number| id::<ItemId>(*number)).collect(), categories: Vec::new() }
}

pub fn included(number: u128, remaining: Option<u32>, of: &[u128]) -> IncludedLot {
    IncludedLot {
        benefit: id(number),
        lot: remaining.map(|_| id(number)),
        items: items(of),
        remaining,
        granted: day("2026-11-01"),
        expires: None,
        shared_pool: false,
        provisional: false,
    }
}

pub fn lot(number: u128, unit: CreditUnit, remaining: i64) -> CreditLot {
    CreditLot {
        benefit: id(number),
        lot: id::<LotId>(number),
        unit,
        remaining,
        usage: Usage::Deduct,
        items: ItemFilter::All,
        granted: day("2026-11-01"),
        expires: None,
        shared_pool: false,
        provisional: false,
    }
}

pub fn free_time(number: u128, minutes: i64) -> CreditLot {
    CreditLot { usage: Usage::FreeTime, ..lot(number, CreditUnit::Minutes, minutes) }
}

/// What is drawn, by the number of the benefit.
pub fn drawn(quote: &Quote) -> Vec<(u128, i64)> {
    quote.uses.iter().map(|used| (used.key.benefit.0.as_u128(), used.amount)).collect()
}

pub fn cash(minor: i64) -> TenderOffer {
    TenderOffer { kind: TenderKind::Cash, amount: money(minor) }
}

pub fn terminal(minor: i64) -> TenderOffer {
    TenderOffer { kind: TenderKind::Terminal { reference: "0042".to_owned() }, amount: money(minor) }
}

/// What a person who saw the quote would pay.
pub fn payment(input: &QuoteInput, tenders: Vec<TenderOffer>) -> Payment {
    let totals = quote(input).unwrap().totals;
    Payment {
        expected_due: totals.due,
        expected_credits: totals.credits,
        tenders,
        tip: Money::ZERO,
        cash_step: 1,
    }
}

/// Settled on the terminal.
pub fn settled(input: &QuoteInput) -> SettledTicket {
    let due = quote(input).unwrap().totals.due.minor();
    let tenders = if due > 0 { vec![terminal(due)] } else { Vec::new() };
    settle(input, &payment(input, tenders)).unwrap()
}
