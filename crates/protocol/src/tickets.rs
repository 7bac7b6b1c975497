//! Selling: the catalog, a ticket as it is typed, its settlement and what comes after.

use crate::enrollments::{Consent, StatusView};
use crate::stripe::CardView;
use domain::checkout::{
    BenefitKey, Entitlement, LineInput, LineKind, Lowered, ManualDiscount, PlanSale, Quote, QuoteInput,
    SettledTicket, Tender, TenderOffer,
};
use domain::item::Item;
use domain::plan::{Plan, TaxMode};
use domain::practice::Category;
use domain::{CustomerId, Day, EnrollmentId, ItemId, LineId, LocationId, Money, PlanId, Rate, TicketId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything the checkout needs to price any ticket at the session's location without asking again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCatalog {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    pub location: LocationId,
    pub today: Day,
    pub items: Vec<CatalogItem>,
    pub categories: Vec<Category>,
    /// Plans on sale at this location, with what a new member would hold on the first day.
    pub plans: Vec<CatalogPlan>,
    /// Plans that are not on sale here and keep an item for who holds them, in words: `Gold (no longer sold)`.
    #[serde(default)]
    pub others: BTreeMap<PlanId, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogItem {
    pub item: Item,
    pub tax_rate: Rate,
    pub tax_mode: TaxMode,
    /// Plans whose holders alone may buy it, under terms that name it; those on sale first. Empty: anyone.
    pub members_only: Vec<PlanId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogPlan {
    pub plan: Plan,
    /// As a new member would be entitled today, for "Members save".
    pub as_member: Entitlement,
}

/// A customer attached to the ticket: what they hold and what the desk should know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerAtCheckout {
    pub customer: CustomerId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AtCheckout {
    pub customer: CustomerId,
    pub name: String,
    pub email: String,
    /// Those that run first, then those that rest or still wait; alike by start.
    pub memberships: Vec<StripMembership>,
    /// By start, then id.
    pub entitlements: Vec<Entitlement>,
    pub owed: Money,
    /// The card on file, which a ticket can be charged to.
    #[serde(default)]
    pub card: Option<CardView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StripMembership {
    pub enrollment: EnrollmentId,
    pub plan: PlanId,
    pub plan_name: String,
    pub status: StatusView,
    /// Money credit left.
    pub credit: Money,
    /// Minutes left of what is shown as hours.
    pub minutes: i64,
    pub bookings: i64,
    pub next_refresh: Option<Day>,
    pub family: u32,
    /// The holder's name where this person is covered as a dependent.
    pub covered_by: Option<String>,
    pub owed: Money,
    /// The first charge is on its way, and the benefits hold on trust.
    #[serde(default)]
    pub on_trust: bool,
}

/// A ticket as it is typed; its key names it from the first line to the receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketDraft {
    pub id: TicketId,
    #[serde(default)]
    pub customer: Option<CustomerId>,
    pub lines: Vec<DraftLine>,
    /// Benefits and lots left alone.
    #[serde(default)]
    pub declined: Vec<BenefitKey>,
    /// Benefits of which only a part is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lowered: Vec<Lowered>,
    #[serde(default)]
    pub credit_limit: Option<Money>,
    #[serde(default)]
    pub ticket_discount: Option<ManualDiscount>,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftLine {
    pub id: LineId,
    pub item: ItemId,
    /// 1 to 9,999.
    pub qty: u32,
    /// Each unit's duration, for rentals.
    #[serde(default)]
    pub minutes: Option<u32>,
    /// Replaces the list price (per hour for a rental); a gift card's value.
    #[serde(default)]
    pub price_override: Option<Money>,
    #[serde(default)]
    pub discount: Option<ManualDiscount>,
    #[serde(default)]
    pub note: String,
    /// Of a gift card's units, as typed or scanned from printed cards; a code is made where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// The membership this line sells instead of an item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sells: Option<SellsPlan>,
}

/// A membership on a ticket: it starts today, and the ticket takes its first charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellsPlan {
    pub sale: PlanSale,
    /// How the customer agreed to what was shown to them.
    pub consent: Consent,
}

impl DraftLine {
    /// One of an item, as it is.
    pub fn of(id: LineId, item: ItemId) -> Self {
        Self {
            id,
            item,
            qty: 1,
            minutes: None,
            price_override: None,
            discount: None,
            note: String::new(),
            codes: Vec::new(),
            sells: None,
        }
    }

    /// A membership; no item of the catalog has its plan's id.
    pub fn of_plan(id: LineId, sells: SellsPlan) -> Self {
        Self { sells: Some(sells), ..Self::of(id, ItemId(sells.sale.plan.0)) }
    }
}

/// Prices a draft at the desk; the window does the same by itself as it is typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuoteTicket {
    pub draft: TicketDraft,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quoted {
    pub input: QuoteInput,
    pub quote: Quote,
}

/// Keeps the tickets that are being rung up as they are now, in place of those that were kept before; a window that
/// goes away loses none of them. At most 50.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeepOpenTickets {
    /// From left to right; none without lines and without a customer.
    pub tickets: Vec<TicketDraft>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenTicketsKept {}

/// What was being rung up when the window went away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListOpenTickets {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HoldTicket {
    pub draft: TicketDraft,
    /// What to find it by; the customer's name or the first item where empty.
    #[serde(default)]
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListHeld {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldList {
    pub held: Vec<HeldTicket>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldTicket {
    pub id: TicketId,
    pub label: String,
    pub customer_name: Option<String>,
    pub lines: u32,
    pub on: Day,
    /// Practice-local wall time, `14:05`.
    pub at: String,
    pub by: String,
}

/// Takes a held ticket back to the counter; it is no longer held.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecallTicket {
    pub id: TicketId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DropHeld {
    pub id: TicketId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettleTicket {
    pub draft: TicketDraft,
    /// The amount due that the person saw; refused as stale when it is another by now.
    pub expected_due: Money,
    /// The credits that the person saw used.
    pub expected_credits: Money,
    /// They cover due and tip; cash may be more and gives change.
    pub tenders: Vec<TenderOffer>,
    #[serde(default)]
    pub tip: Money,
}

/// Takes back a whole ticket on the day it was settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VoidTicket {
    pub id: TicketId,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundLine {
    pub line: LineId,
    pub qty: u32,
    /// Which gift cards of the line; the latest units where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<String>,
}

impl RefundLine {
    pub fn of(line: LineId, qty: u32) -> Self {
        Self { line, qty, cards: Vec::new() }
    }
}

/// What a manager gives instead of credit whose membership has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterEnd {
    /// Out of the drawer.
    Cash,
    /// Goodwill: a new gift card over it.
    GiftCard,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewRefund {
    pub ticket: TicketId,
    pub lines: Vec<RefundLine>,
    #[serde(default)]
    pub after_end: Option<AfterEnd>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundPreview {
    /// Money that goes back, tax included.
    pub money: Money,
    pub tenders: Vec<Tender>,
    /// `$40.00 of credit returns to Gold`, `1 Express Facial returns to Gold`.
    pub returns: Vec<String>,
    /// Above the front desk's limit, or something that a manager decides.
    pub needs_manager: bool,
    /// Spent of gift cards whose sale is given back; it is kept.
    #[serde(default)]
    pub kept: Money,
    /// Money credit whose membership has ended: a manager says what is given instead.
    #[serde(default)]
    pub after_end: Money,
    /// What a person should know before it is done, in words.
    #[serde(default)]
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundTicket {
    pub ticket: TicketId,
    pub lines: Vec<RefundLine>,
    pub reason: String,
    /// The sum that was shown; refused when it is another by now.
    pub expected: Money,
    /// Instead of money credit whose membership has ended.
    #[serde(default)]
    pub after_end: Option<AfterEnd>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetTicket {
    pub id: TicketId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    Settled,
    Voided,
    PartlyRefunded,
    Refunded,
}

/// A settled ticket: its receipt, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketView {
    pub id: TicketId,
    /// The desk's code and its dense number: `A-2087`.
    pub number: String,
    pub status: TicketStatus,
    pub on: Day,
    /// Practice-local wall time, `14:05`.
    pub at: String,
    pub staff: String,
    pub location_name: String,
    /// May have several lines.
    #[serde(default)]
    pub location_address: String,
    pub customer: Option<CustomerId>,
    pub customer_name: Option<String>,
    /// The customer's own address; empty where there is none.
    #[serde(default)]
    pub customer_email: String,
    pub settled: SettledTicket,
    /// The practice's own words; on no receipt.
    #[serde(default)]
    pub note: String,
    pub refunds: Vec<RefundView>,
    /// Units of each line not yet refunded, in the order of the lines.
    pub refundable: Vec<RefundLine>,
    pub voided: Option<Voided>,
    /// Today is still the day of the sale and nothing was refunded.
    pub can_void: bool,
    /// What the customer's memberships have left today, for the receipt: `Gold: $38.00 of credit left`.
    #[serde(default)]
    pub credit_left: Vec<String>,
    /// What this ticket sold, card by card.
    #[serde(default)]
    pub gift_cards: Vec<SoldCard>,
    /// What the memberships that it sold go on with: `Gold renews on 12 April 2026 at $108.00`.
    #[serde(default)]
    pub renewals: Vec<String>,
}

/// A gift card that a ticket sold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SoldCard {
    pub line: LineId,
    pub unit: u32,
    /// Plain, for its square of dots.
    pub code: String,
    pub shown: String,
    pub amount: Money,
    /// Its sale was given back.
    pub taken_back: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Voided {
    pub on: Day,
    pub by: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundView {
    pub number: String,
    pub on: Day,
    pub at: String,
    pub by: String,
    pub reason: String,
    pub money: Money,
    pub lines: Vec<RefundLine>,
    pub tenders: Vec<Tender>,
    pub returns: Vec<String>,
    /// What was spent of gift cards, and not given back.
    #[serde(default)]
    pub kept: Money,
}

/// Newest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ListTickets {
    #[serde(default)]
    pub customer: Option<CustomerId>,
    #[serde(default)]
    pub from: Option<Day>,
    #[serde(default)]
    pub to: Option<Day>,
    #[serde(default)]
    pub after: Option<String>,
    #[serde(default)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketPage {
    pub rows: Vec<TicketRow>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketRow {
    pub id: TicketId,
    pub number: String,
    pub status: TicketStatus,
    pub on: Day,
    pub at: String,
    pub customer: Option<CustomerId>,
    pub customer_name: Option<String>,
    /// `Express Facial, HydraGlow Treatment and 2 more`.
    pub what: String,
    pub total: Money,
    pub due: Money,
    pub savings: Money,
    pub refunded: Money,
}

/// The draft names an item that is not on sale here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotOnSale {
    pub line: LineId,
    pub item: ItemId,
}

impl Catalog {
    /// What a draft is priced from: the same for the window as it is typed and for the desk as it settles.
    pub fn price_input(
        &self,
        draft: &TicketDraft,
        entitlements: &[Entitlement],
    ) -> Result<QuoteInput, NotOnSale> {
        let mut entitlements = entitlements.to_vec();
        let lines = draft
            .lines
            .iter()
            .map(|line| {
                if let Some(sells) = line.sells {
                    let (priced, as_member) = self
                        .plan_line(line, sells.sale)
                        .ok_or(NotOnSale { line: line.id, item: line.item })?;
                    entitlements.push(as_member);
                    return Ok(priced);
                }
                let sold = self
                    .items
                    .iter()
                    .find(|sold| sold.item.id == line.item && !sold.item.archived)
                    .ok_or(NotOnSale { line: line.id, item: line.item })?;
                Ok(LineInput {
                    id: line.id,
                    item: line.item,
                    name: sold.item.name.clone(),
                    kind: sold.item.kind.into(),
                    category: sold.item.category,
                    list_price: sold.item.price,
                    price_override: line.price_override,
                    tax_rate: sold.tax_rate,
                    tax_mode: sold.tax_mode,
                    qty: line.qty,
                    minutes: line.minutes,
                    max_minutes: sold.item.max_minutes,
                    members_only: sold.members_only.clone(),
                    manual_discount: line.discount.clone(),
                    plan: None,
                    note: line.note.clone(),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(QuoteInput {
            location: self.location,
            day: self.today,
            customer_attached: draft.customer.is_some(),
            lines,
            entitlements,
            declined: draft.declined.iter().copied().collect(),
            lowered: draft.lowered.clone(),
            credit_limit: draft.credit_limit,
            ticket_discount: draft.ticket_discount.clone(),
        })
    }

    /// What a plan that keeps an item for its members is called, and whether it is under the terms sold today.
    pub fn keeper(&self, plan: PlanId, item: ItemId) -> Option<String> {
        let Some(sold) = self.plans.iter().find(|sold| sold.plan.id == plan) else {
            return self.others.get(&plan).cloned();
        };
        let name = &sold.plan.about.name;
        let category = self.items.iter().find(|it| it.item.id == item).and_then(|it| it.item.category);
        let opens = sold.plan.current().terms.access.holds(item, category);
        Some(if opens { name.clone() } else { format!("{name} (under earlier terms)") })
    }

    /// A line that sells a plan, and what it brings to the ticket it stands on; `None` where it is not sold so today.
    fn plan_line(&self, line: &DraftLine, sale: PlanSale) -> Option<(LineInput, Entitlement)> {
        let sold = self.plans.iter().find(|sold| sold.plan.id == sale.plan)?;
        let version = sold.plan.current();
        if version.number != sale.version {
            return None;
        }
        let terms = &version.terms;
        let priced = LineInput {
            id: line.id,
            item: line.item,
            name: sold.plan.about.name.clone(),
            kind: LineKind::Plan,
            category: None,
            list_price: terms.first_price(),
            price_override: None,
            tax_rate: terms.tax_rate,
            tax_mode: terms.tax_mode,
            qty: line.qty,
            minutes: None,
            max_minutes: None,
            members_only: Vec::new(),
            manual_discount: line.discount.clone(),
            plan: Some(sale),
            note: line.note.clone(),
        };
        let as_member = Entitlement::of_new_member(&sold.plan, sale.enrollment, self.today, Some(line.id));
        Some((priced, as_member))
    }
}
