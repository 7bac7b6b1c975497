//! The journal's records: what happened, to what, by whom and when.

mod words;

pub use words::Words;

use crate::checkout::{BenefitKey, RefundOutcome, SettledTicket, Tender};
use crate::customer::{Note, Person};
use crate::drawer::Takings;
use crate::enrollment::{BroughtBalance, CalendarNoticed, PaysBy, Seats, When};
use crate::gift_card::{self, IssuedCard, TakenBackCard};
use crate::item::Item;
use crate::mail::{Mail, MailAsked, MailDue, MessageWritten};
use crate::plan::{PlanAbout, Terms};
use crate::practice::{Category, DeskAbout, Location, Practice, Staff, TaxClass};
use crate::stripe::{
    CardChargeAnswered, CardChargeAsked, CardChargeRefunded, CardOutcome, ChargeFailed, CustomerHeard,
    DisputeHeard, EffectRefused, Owed, PaidByStripe, PlanHeard, RefundPart, Refundable, StripeAccount,
    StripeCheckoutSessionId, StripeInvoiceId, StripePaymentMethodId, StripeRefundId, SubscriptionHeard,
    TaxRateAtStripe,
};
use crate::{
    BenefitId, CategoryId, CustomerId, Day, DeskId, DrawerId, EffectId, EnrollmentId, GiftCardId, ImageHash,
    Instant, ItemId, LocationId, LotId, Money, PlanId, RecordId, StaffId, TaxClassId, TicketId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A hybrid logical clock: orders records, never shown, never a business date.
///
/// It follows the wall clock but never runs backwards, and every record a desk has seen is before the next it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Hlc {
    pub millis: i64,
    pub count: u32,
}

impl Hlc {
    /// The next tick after `self`, at `now` where the wall clock is ahead.
    pub fn tick(self, now: Instant) -> Self {
        if now.millis() > self.millis {
            Self { millis: now.millis(), count: 0 }
        } else {
            Self { millis: self.millis, count: self.count + 1 }
        }
    }
}

/// The place of a record in the one order every desk folds in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    pub at: Hlc,
    pub desk: DeskId,
    /// Dense per desk, from 1.
    pub seq: u64,
}

/// Who did it, and who else allowed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// `None`: the program itself (the daily round, the first record of a practice).
    pub staff: Option<StaffId>,
    pub approved_by: Option<StaffId>,
}

/// One fact of the journal; appended and never edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub id: RecordId,
    pub place: Place,
    /// The desk's wall clock, corrected by its last known offset.
    pub on: Instant,
    /// The practice's day at `on`, frozen when the record is written so that no later change of zone moves it.
    pub day: Day,
    pub actor: Actor,
    pub change: Change,
}

/// Anything that records speak of and that has a state of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Entity {
    Practice,
    Desk(DeskId),
    Location(LocationId),
    TaxClass(TaxClassId),
    Category(CategoryId),
    Staff(StaffId),
    Item(ItemId),
    Plan(PlanId),
    Customer(CustomerId),
    Enrollment(EnrollmentId),
    Ticket(TicketId),
    /// What a record raised for a person to look at.
    Task(RecordId),
    Drawer(DrawerId),
    GiftCard(GiftCardId),
}

impl Entity {
    /// A short stable name, as stored.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Desk(_) => "desk",
            Self::Location(_) => "location",
            Self::TaxClass(_) => "tax_class",
            Self::Category(_) => "category",
            Self::Staff(_) => "staff",
            Self::Item(_) => "item",
            Self::Plan(_) => "plan",
            Self::Customer(_) => "customer",
            Self::Enrollment(_) => "enrollment",
            Self::Ticket(_) => "ticket",
            Self::Task(_) => "task",
            Self::Drawer(_) => "drawer",
            Self::GiftCard(_) => "gift_card",
        }
    }

    /// One byte that stands for the kind, as stored.
    pub fn tag(self) -> u8 {
        match self {
            Self::Practice => 1,
            Self::Desk(_) => 2,
            Self::Location(_) => 3,
            Self::TaxClass(_) => 4,
            Self::Category(_) => 5,
            Self::Staff(_) => 6,
            Self::Item(_) => 7,
            Self::Plan(_) => 8,
            Self::Customer(_) => 9,
            Self::Enrollment(_) => 10,
            Self::Ticket(_) => 11,
            Self::Task(_) => 12,
            Self::Drawer(_) => 14,
            Self::GiftCard(_) => 13,
        }
    }

    /// The entity of a stored byte and id.
    pub fn from_tag(tag: u8, id: Uuid) -> Option<Self> {
        Some(match tag {
            1 => Self::Practice,
            2 => Self::Desk(id.into()),
            3 => Self::Location(id.into()),
            4 => Self::TaxClass(id.into()),
            5 => Self::Category(id.into()),
            6 => Self::Staff(id.into()),
            7 => Self::Item(id.into()),
            8 => Self::Plan(id.into()),
            9 => Self::Customer(id.into()),
            10 => Self::Enrollment(id.into()),
            11 => Self::Ticket(id.into()),
            12 => Self::Task(id.into()),
            14 => Self::Drawer(id.into()),
            13 => Self::GiftCard(id.into()),
            _ => return None,
        })
    }

    pub fn uuid(self) -> Uuid {
        match self {
            Self::Practice => Uuid::nil(),
            Self::Desk(id) => id.0,
            Self::Location(id) => id.0,
            Self::TaxClass(id) => id.0,
            Self::Category(id) => id.0,
            Self::Staff(id) => id.0,
            Self::Item(id) => id.0,
            Self::Plan(id) => id.0,
            Self::Customer(id) => id.0,
            Self::Enrollment(id) => id.0,
            Self::Ticket(id) => id.0,
            Self::Task(id) => id.0,
            Self::Drawer(id) => id.0,
            Self::GiftCard(id) => id.0,
        }
    }
}

/// What happened. Each variant is a kind with a version; old versions are read for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload")]
pub enum Change {
    #[serde(rename = "practice_saved.v1")]
    PracticeSaved(Box<Practice>),
    #[serde(rename = "desk_saved.v1")]
    DeskSaved(DeskAbout),
    #[serde(rename = "location_saved.v1")]
    LocationSaved(Location),
    #[serde(rename = "tax_class_saved.v1")]
    TaxClassSaved(TaxClass),
    #[serde(rename = "category_saved.v1")]
    CategorySaved(Category),
    #[serde(rename = "staff_saved.v1")]
    StaffSaved(Staff),
    #[serde(rename = "item_saved.v1")]
    ItemSaved(Item),

    #[serde(rename = "plan_created.v1")]
    PlanCreated { plan: PlanId, about: PlanAbout, terms: Box<Terms>, note: String },
    #[serde(rename = "plan_described.v1")]
    PlanDescribed { plan: PlanId, about: PlanAbout },
    #[serde(rename = "plan_versioned.v1")]
    PlanVersioned { plan: PlanId, terms: Box<Terms>, note: String },
    #[serde(rename = "plan_archived.v1")]
    PlanArchived { plan: PlanId },
    #[serde(rename = "plan_restored.v1")]
    PlanRestored { plan: PlanId },

    #[serde(rename = "customer_created.v1")]
    CustomerCreated { customer: CustomerId, person: Person },
    #[serde(rename = "customer_edited.v1")]
    CustomerEdited { customer: CustomerId, person: Person },
    #[serde(rename = "customer_noted.v1")]
    CustomerNoted { customer: CustomerId, note: Note },
    #[serde(rename = "customer_merged.v1")]
    CustomerMerged { customer: CustomerId, into: CustomerId },
    #[serde(rename = "customer_erased.v1")]
    CustomerErased { customer: CustomerId, since: Day },

    #[serde(rename = "enrolled.v1")]
    Enrolled(Box<Enrolled>),
    #[serde(rename = "membership_imported.v1")]
    MembershipImported(Box<MembershipImported>),
    #[serde(rename = "charge_collected.v1")]
    ChargeCollected(ChargeCollected),
    #[serde(rename = "charge_refunded.v1")]
    ChargeRefunded(ChargeRefunded),
    #[serde(rename = "enrollment_paused.v1")]
    EnrollmentPaused { enrollment: EnrollmentId, until: Option<Day> },
    #[serde(rename = "enrollment_resumed.v1")]
    EnrollmentResumed { enrollment: EnrollmentId },
    #[serde(rename = "cancel_scheduled.v1")]
    CancelScheduled { enrollment: EnrollmentId, reason: String, minimum_waived: bool },
    #[serde(rename = "cancel_undone.v1")]
    CancelUndone { enrollment: EnrollmentId },
    #[serde(rename = "enrollment_cancelled.v1")]
    EnrollmentCancelled { enrollment: EnrollmentId, reason: String, minimum_waived: bool },
    #[serde(rename = "terms_updated.v1")]
    TermsUpdated {
        enrollment: EnrollmentId,
        version: u32,
        terms: Box<Terms>,
        when: When,
        /// `None` where nobody was asked, as when all members of a plan are taken over together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consent: Option<Box<Consent>>,
    },
    #[serde(rename = "plan_changed.v1")]
    PlanChanged(Box<PlanChanged>),
    /// Terms or a plan that were agreed for later are dropped.
    #[serde(rename = "terms_kept.v1")]
    TermsKept { enrollment: EnrollmentId },
    #[serde(rename = "holder_changed.v1")]
    HolderChanged {
        enrollment: EnrollmentId,
        from: CustomerId,
        to: CustomerId,
        reason: String,
        /// The terms it was held under then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
        /// How whoever pays from now on agreed to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consent: Option<Box<Consent>>,
    },
    #[serde(rename = "dependent_added.v1")]
    DependentAdded { enrollment: EnrollmentId, customer: CustomerId },
    #[serde(rename = "dependent_removed.v1")]
    DependentRemoved { enrollment: EnrollmentId, customer: CustomerId },
    /// An organization agrees to another number of seats; `None`: as many as the terms cover.
    #[serde(rename = "seats_limited.v1")]
    SeatsLimited { enrollment: EnrollmentId, limit: Option<u32> },
    #[serde(rename = "seat_paused.v1")]
    SeatPaused { enrollment: EnrollmentId, customer: CustomerId },
    #[serde(rename = "seat_resumed.v1")]
    SeatResumed { enrollment: EnrollmentId, customer: CustomerId },
    #[serde(rename = "credit_refreshed.v1")]
    CreditRefreshed { enrollment: EnrollmentId, benefit: BenefitId, person: Option<CustomerId>, n: u32 },
    #[serde(rename = "credit_adjusted.v1")]
    CreditAdjusted {
        enrollment: EnrollmentId,
        benefit: BenefitId,
        person: Option<CustomerId>,
        amount: i64,
        reason: String,
    },
    #[serde(rename = "lot_extended.v1")]
    LotExtended {
        enrollment: EnrollmentId,
        benefit: BenefitId,
        lot: LotId,
        expires: Option<Day>,
        reason: String,
    },

    #[serde(rename = "goodwill_given.v1")]
    GoodwillGiven {
        enrollment: EnrollmentId,
        benefit: BenefitId,
        person: Option<CustomerId>,
        amount: i64,
        expires: Option<Day>,
        reason: String,
    },
    /// An overdrawn lot is brought back to zero.
    #[serde(rename = "overdraft_settled.v1")]
    OverdraftSettled {
        enrollment: EnrollmentId,
        benefit: BenefitId,
        lot: LotId,
        by: OverdraftBy,
        reason: String,
    },

    /// A ticket gave benefits back that it had used on the strength of a charge; `left` of them it keeps.
    #[serde(rename = "trust_returned.v1")]
    TrustReturned { enrollment: EnrollmentId, ticket: TicketId, left: Money },
    /// What benefits took off tickets before their charge was paid is paid otherwise, or forgiven.
    #[serde(rename = "trust_settled.v1")]
    TrustSettled {
        enrollment: EnrollmentId,
        amount: Money,
        /// That it was paid on; `None`: forgiven.
        ticket: Option<TicketId>,
        reason: String,
    },

    #[serde(rename = "ticket_held.v1")]
    TicketHeld(Box<TicketHeld>),
    #[serde(rename = "held_released.v1")]
    HeldReleased { ticket: TicketId },
    #[serde(rename = "ticket_settled.v1")]
    TicketSettled(Box<TicketSettled>),
    #[serde(rename = "ticket_voided.v1")]
    TicketVoided(Box<TicketVoided>),
    #[serde(rename = "ticket_refunded.v1")]
    TicketRefunded(Box<TicketRefunded>),

    #[serde(rename = "drawer_opened.v1")]
    DrawerOpened(DrawerOpened),
    #[serde(rename = "cash_moved.v1")]
    CashMoved(CashMoved),
    #[serde(rename = "drawer_closed.v1")]
    DrawerClosed(Box<DrawerClosed>),
    #[serde(rename = "gift_card_adjusted.v1")]
    GiftCardAdjusted {
        /// Plain, as all of a card's records name it.
        code: String,
        /// Up, or down where it is negative.
        amount: Money,
        reason: String,
    },
    #[serde(rename = "gift_card_blocked.v1")]
    GiftCardBlocked { code: String, reason: String },
    #[serde(rename = "gift_card_unblocked.v1")]
    GiftCardUnblocked { code: String, reason: String },

    #[serde(rename = "calendar_noticed.v1")]
    CalendarNoticed(CalendarNoticed),

    #[serde(rename = "task_closed.v1")]
    TaskClosed { task: RecordId, note: String },

    #[serde(rename = "mail_asked.v1")]
    MailAsked(MailAsked),
    #[serde(rename = "mail_due.v1")]
    MailDue(MailDue),
    #[serde(rename = "message_written.v1")]
    MessageWritten(MessageWritten),

    /// Another way to pay, from the next billing date on.
    #[serde(rename = "pays_changed.v1")]
    PaysChanged { enrollment: EnrollmentId, pays: PaysBy },
    #[serde(rename = "customer_heard.v1")]
    CustomerHeard(CustomerHeard),
    #[serde(rename = "plan_heard.v1")]
    PlanHeard(PlanHeard),
    #[serde(rename = "tax_rate_heard.v1")]
    TaxRateHeard { account: StripeAccount, said: TaxRateAtStripe },
    #[serde(rename = "subscription_heard.v1")]
    SubscriptionHeard(Box<SubscriptionHeard>),
    #[serde(rename = "charge_failed.v1")]
    ChargeFailed(ChargeFailed),
    #[serde(rename = "dispute_heard.v1")]
    DisputeHeard(DisputeHeard),
    /// Stripe is asked for a page on which somebody enters their card.
    #[serde(rename = "card_page_asked.v1")]
    CardPageAsked { customer: CustomerId, by_email: bool },
    /// Stripe is asked for its page on which somebody sees what they are billed.
    #[serde(rename = "billing_page_asked.v1")]
    BillingPageAsked { customer: CustomerId },
    /// Somebody entered a card on Stripe's page.
    #[serde(rename = "card_entered.v1")]
    CardEntered {
        customer: CustomerId,
        account: StripeAccount,
        session: StripeCheckoutSessionId,
        card: StripePaymentMethodId,
    },
    /// The bank is to be asked again for what it refused.
    #[serde(rename = "charge_retried.v1")]
    ChargeRetried {
        enrollment: EnrollmentId,
        /// `None`: the first charge, of which Stripe keeps nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<StripeInvoiceId>,
    },
    #[serde(rename = "card_charge_asked.v1")]
    CardChargeAsked(CardChargeAsked),
    #[serde(rename = "card_charge_answered.v1")]
    CardChargeAnswered(CardChargeAnswered),
    /// What a card paid goes back to it, because nothing was sold for it.
    #[serde(rename = "card_charge_returned.v1")]
    CardChargeReturned {
        ticket: TicketId,
        customer: CustomerId,
        /// The record that asked for it.
        asked: RecordId,
        of: Refundable,
        amount: Money,
    },
    /// Somebody gave back in Stripe's dashboard what a card paid for a ticket.
    #[serde(rename = "card_charge_refunded.v1")]
    CardChargeRefunded(CardChargeRefunded),
    #[serde(rename = "effect_refused.v1")]
    EffectRefused(Box<EffectRefused>),
    /// What Stripe refused is owed anew.
    #[serde(rename = "effect_renewed.v1")]
    EffectRenewed {
        effect: EffectId,
        owed: Owed,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<CustomerId>,
    },

    #[serde(rename = "data_exported.v1")]
    DataExported(DataExported),
    #[serde(rename = "data_imported.v1")]
    DataImported(DataImported),
}

/// A customer takes a plan under one version of its terms, which travel with the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enrolled {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    pub plan: PlanId,
    pub version: u32,
    pub terms: Terms,
    pub start: Day,
    pub pays: PaysBy,
    pub consent: Consent,
    /// Where the customer is an organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Seats>,
    /// Whom it covers from the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<CustomerId>,
    /// So many days bought money credit lives on after its end, as it was agreed.
    #[serde(default, skip_serializing_if = "crate::practice::is_zero")]
    pub credit_outlives_days: u32,
    /// Its benefits hold while the first charge is on its way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

/// A membership that ran elsewhere goes on here.
///
/// What was paid there up to `next_billing` counts as paid; nothing was captured here, so nothing of it comes back here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipImported {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    pub plan: PlanId,
    pub version: u32,
    /// With the price that was agreed elsewhere.
    pub terms: Terms,
    pub start: Day,
    pub next_billing: Day,
    pub pays: PaysBy,
    /// What is left of each counted benefit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub balances: Vec<BroughtBalance>,
    /// Covered since the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependents: Vec<CustomerId>,
    /// As in [`Enrolled`].
    #[serde(default, skip_serializing_if = "crate::practice::is_zero")]
    pub credit_outlives_days: u32,
}

/// What went out as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataExported {
    pub what: ExportedWhat,
    pub format: FileFormat,
    pub rows: u32,
    /// Whom all of it is about, where it is about one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportedWhat {
    Members,
    Customers,
    Tickets,
    TicketLines,
    Credits,
    /// Everything held about one person.
    Person,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    Csv,
    Json,
    Html,
}

/// What came in from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataImported {
    pub what: ImportedWhat,
    /// The file's name, without its folder.
    pub file: String,
    pub created: u32,
    pub changed: u32,
    pub unchanged: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportedWhat {
    Customers,
    Items,
    Members,
}

/// Proof that the customer agreed to what was shown: who is the record's actor, when is its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub how: ConsentHow,
    /// The very sentences that were shown.
    pub shown: Vec<String>,
}

/// How somebody agreed. A picture is kept beside the journal, under the person it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentHow {
    /// Before the staff member who is signed in.
    #[default]
    InPerson,
    /// On paper that the practice keeps in a file of its own.
    SignedPaper,
    /// With a signature drawn on the desk's screen.
    OnScreen { signature: ImageHash },
    /// On paper, of which a picture is kept.
    OnPaper { picture: ImageHash },
}

impl ConsentHow {
    /// What was signed, where it is kept.
    pub fn picture(&self) -> Option<ImageHash> {
        match self {
            Self::InPerson | Self::SignedPaper => None,
            Self::OnScreen { signature: picture } | Self::OnPaper { picture } => Some(*picture),
        }
    }
}

/// What a person agreed to by a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreed<'a> {
    pub plan: Option<PlanId>,
    pub version: u32,
    pub consent: &'a Consent,
}

/// A membership goes over to another plan, under terms that travel with the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanChanged {
    pub enrollment: EnrollmentId,
    pub plan: PlanId,
    pub version: u32,
    pub terms: Terms,
    pub consent: Consent,
}

/// Who bears what an overdrawn lot is short of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverdraftBy {
    /// The practice.
    Forgiving,
    /// The member: the next refreshes bring as much less.
    NextRefresh,
}

/// Money taken for the `period`th charge of an enrollment (the first is 0).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChargeCollected {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    pub period: u32,
    /// Tax included.
    pub total: Money,
    pub tax: Money,
    /// None where a ticket collected it.
    pub tenders: Vec<Tender>,
    pub number: ReceiptNumber,
    /// The ticket that sold the enrollment and took the money for this charge, under the same receipt number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// Where Stripe collected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stripe: Option<PaidByStripe>,
    /// The invoice of Stripe's that it pays outside of Stripe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<StripeInvoiceId>,
}

/// Money given back from what an enrollment's running period captured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChargeRefunded {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    /// Tax included, positive.
    pub total: Money,
    pub tax: Money,
    pub tenders: Vec<Tender>,
    pub number: ReceiptNumber,
    pub reason: String,
    /// The period an upgrade cut short, where this is what its worth left after the first charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_short: Option<u32>,
    /// The ticket whose tenders this is given back to; without tenders here, by that ticket's own void or refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// Which payments at Stripe it is given back of, and how much of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<RefundPart>,
    /// Stripe's refund, where somebody made it in the dashboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<StripeRefundId>,
}

/// A desk's code and that desk's dense number: `A-2087`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReceiptNumber {
    pub code: String,
    pub number: u32,
}

impl std::fmt::Display for ReceiptNumber {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}-{}", self.code, self.number)
    }
}

/// A ticket set aside; `draft` is the screen's own form of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketHeld {
    pub ticket: TicketId,
    pub location: LocationId,
    pub customer: Option<CustomerId>,
    pub label: String,
    pub lines: u32,
    pub draft: serde_json::Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketSettled {
    pub ticket: TicketId,
    pub location: LocationId,
    pub customer: Option<CustomerId>,
    pub number: ReceiptNumber,
    pub settled: SettledTicket,
    /// Of each unit of a gift card's line, in ticket order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gift_cards: Vec<IssuedCard>,
    /// The practice's own words; on no receipt.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Everything a ticket took is given back, on the day it was settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketVoided {
    pub ticket: TicketId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    pub reason: String,
    pub refund: RefundOutcome,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gift_cards: Vec<TakenBackCard>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketRefunded {
    pub ticket: TicketId,
    pub customer: Option<CustomerId>,
    pub number: ReceiptNumber,
    pub reason: String,
    pub refund: RefundOutcome,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gift_cards: Vec<TakenBackCard>,
    /// A gift card over money credit that could not return, for its membership had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goodwill: Option<IssuedCard>,
}

/// A desk's drawer is opened with what was counted in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerOpened {
    pub drawer: DrawerId,
    pub location: LocationId,
    pub counted: Money,
    /// What the last closing left and this desk took since; `None` at a desk's first opening.
    pub expected: Option<Money>,
    pub note: String,
}

/// Cash laid into a drawer or taken out of it without a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashMoved {
    pub drawer: DrawerId,
    /// Positive: paid in. Negative: paid out.
    pub amount: Money,
    pub reason: String,
}

/// A desk's drawer is counted and closed; its report stands for ever as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerClosed {
    pub drawer: DrawerId,
    pub location: LocationId,
    /// What it was opened with, and the cash of `takings`.
    pub expected: Money,
    pub counted: Money,
    /// Of what was counted, the part that stays for the next opening; the rest is taken to the bank.
    pub left: Money,
    /// Says why where counted and expected differ.
    pub note: String,
    pub takings: Takings,
}

impl Change {
    /// The kind with its version, as stored: `ticket_settled.v1`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PracticeSaved(_) => "practice_saved.v1",
            Self::DeskSaved(_) => "desk_saved.v1",
            Self::LocationSaved(_) => "location_saved.v1",
            Self::TaxClassSaved(_) => "tax_class_saved.v1",
            Self::CategorySaved(_) => "category_saved.v1",
            Self::StaffSaved(_) => "staff_saved.v1",
            Self::ItemSaved(_) => "item_saved.v1",
            Self::PlanCreated { .. } => "plan_created.v1",
            Self::PlanDescribed { .. } => "plan_described.v1",
            Self::PlanVersioned { .. } => "plan_versioned.v1",
            Self::PlanArchived { .. } => "plan_archived.v1",
            Self::PlanRestored { .. } => "plan_restored.v1",
            Self::CustomerCreated { .. } => "customer_created.v1",
            Self::CustomerEdited { .. } => "customer_edited.v1",
            Self::CustomerNoted { .. } => "customer_noted.v1",
            Self::CustomerMerged { .. } => "customer_merged.v1",
            Self::CustomerErased { .. } => "customer_erased.v1",
            Self::Enrolled(_) => "enrolled.v1",
            Self::MembershipImported(_) => "membership_imported.v1",
            Self::ChargeCollected(_) => "charge_collected.v1",
            Self::ChargeRefunded(_) => "charge_refunded.v1",
            Self::EnrollmentPaused { .. } => "enrollment_paused.v1",
            Self::EnrollmentResumed { .. } => "enrollment_resumed.v1",
            Self::CancelScheduled { .. } => "cancel_scheduled.v1",
            Self::CancelUndone { .. } => "cancel_undone.v1",
            Self::EnrollmentCancelled { .. } => "enrollment_cancelled.v1",
            Self::TermsUpdated { .. } => "terms_updated.v1",
            Self::PlanChanged(_) => "plan_changed.v1",
            Self::TermsKept { .. } => "terms_kept.v1",
            Self::HolderChanged { .. } => "holder_changed.v1",
            Self::DependentAdded { .. } => "dependent_added.v1",
            Self::DependentRemoved { .. } => "dependent_removed.v1",
            Self::SeatsLimited { .. } => "seats_limited.v1",
            Self::SeatPaused { .. } => "seat_paused.v1",
            Self::SeatResumed { .. } => "seat_resumed.v1",
            Self::CreditRefreshed { .. } => "credit_refreshed.v1",
            Self::CreditAdjusted { .. } => "credit_adjusted.v1",
            Self::LotExtended { .. } => "lot_extended.v1",
            Self::GoodwillGiven { .. } => "goodwill_given.v1",
            Self::OverdraftSettled { .. } => "overdraft_settled.v1",
            Self::TrustReturned { .. } => "trust_returned.v1",
            Self::TrustSettled { .. } => "trust_settled.v1",
            Self::TicketHeld(_) => "ticket_held.v1",
            Self::HeldReleased { .. } => "held_released.v1",
            Self::TicketSettled(_) => "ticket_settled.v1",
            Self::TicketVoided(_) => "ticket_voided.v1",
            Self::TicketRefunded(_) => "ticket_refunded.v1",
            Self::DrawerOpened(_) => "drawer_opened.v1",
            Self::CashMoved(_) => "cash_moved.v1",
            Self::DrawerClosed(_) => "drawer_closed.v1",
            Self::GiftCardAdjusted { .. } => "gift_card_adjusted.v1",
            Self::GiftCardBlocked { .. } => "gift_card_blocked.v1",
            Self::GiftCardUnblocked { .. } => "gift_card_unblocked.v1",
            Self::CalendarNoticed(_) => "calendar_noticed.v1",
            Self::TaskClosed { .. } => "task_closed.v1",
            Self::MailAsked(_) => "mail_asked.v1",
            Self::MailDue(_) => "mail_due.v1",
            Self::MessageWritten(_) => "message_written.v1",
            Self::PaysChanged { .. } => "pays_changed.v1",
            Self::CustomerHeard(_) => "customer_heard.v1",
            Self::PlanHeard(_) => "plan_heard.v1",
            Self::TaxRateHeard { .. } => "tax_rate_heard.v1",
            Self::SubscriptionHeard(_) => "subscription_heard.v1",
            Self::ChargeFailed(_) => "charge_failed.v1",
            Self::DisputeHeard(_) => "dispute_heard.v1",
            Self::CardPageAsked { .. } => "card_page_asked.v1",
            Self::BillingPageAsked { .. } => "billing_page_asked.v1",
            Self::CardEntered { .. } => "card_entered.v1",
            Self::ChargeRetried { .. } => "charge_retried.v1",
            Self::CardChargeAsked(_) => "card_charge_asked.v1",
            Self::CardChargeAnswered(_) => "card_charge_answered.v1",
            Self::CardChargeReturned { .. } => "card_charge_returned.v1",
            Self::CardChargeRefunded(_) => "card_charge_refunded.v1",
            Self::EffectRefused(_) => "effect_refused.v1",
            Self::EffectRenewed { .. } => "effect_renewed.v1",
            Self::DataExported(_) => "data_exported.v1",
            Self::DataImported(_) => "data_imported.v1",
        }
    }

    /// What the record touches: the first permits or refuses it, on the others it only adds movements.
    pub fn about(&self) -> Vec<Entity> {
        match self {
            Self::PracticeSaved(_) => vec![Entity::Practice],
            Self::DeskSaved(desk) => vec![Entity::Desk(desk.id)],
            Self::LocationSaved(location) => vec![Entity::Location(location.id)],
            Self::TaxClassSaved(class) => vec![Entity::TaxClass(class.id)],
            Self::CategorySaved(category) => vec![Entity::Category(category.id)],
            Self::StaffSaved(staff) => vec![Entity::Staff(staff.id)],
            Self::ItemSaved(item) => vec![Entity::Item(item.id)],
            Self::PlanCreated { plan, .. }
            | Self::PlanDescribed { plan, .. }
            | Self::PlanVersioned { plan, .. }
            | Self::PlanArchived { plan }
            | Self::PlanRestored { plan } => vec![Entity::Plan(*plan)],
            Self::CustomerCreated { customer, .. }
            | Self::CustomerEdited { customer, .. }
            | Self::CustomerNoted { customer, .. }
            | Self::CustomerErased { customer, .. } => vec![Entity::Customer(*customer)],
            Self::CustomerMerged { customer, into } => {
                vec![Entity::Customer(*customer), Entity::Customer(*into)]
            }
            Self::Enrolled(enrolled) => {
                let mut about =
                    vec![Entity::Enrollment(enrolled.enrollment), Entity::Customer(enrolled.customer)];
                about.extend(enrolled.people.iter().copied().map(Entity::Customer));
                about
            }
            Self::MembershipImported(brought) => {
                let mut about =
                    vec![Entity::Enrollment(brought.enrollment), Entity::Customer(brought.customer)];
                about.extend(brought.dependents.iter().copied().map(Entity::Customer));
                about
            }
            Self::ChargeCollected(charge) => {
                let mut about =
                    vec![Entity::Enrollment(charge.enrollment), Entity::Customer(charge.customer)];
                about.extend(self.gift_cards());
                about
            }
            Self::ChargeRefunded(charge) => {
                let mut about =
                    vec![Entity::Enrollment(charge.enrollment), Entity::Customer(charge.customer)];
                // Its tenders gave that much back, so they have less for the rest of the ticket.
                about.extend(charge.ticket.filter(|_| !charge.tenders.is_empty()).map(Entity::Ticket));
                about.extend(self.gift_cards());
                about
            }
            Self::EnrollmentPaused { enrollment, .. }
            | Self::EnrollmentResumed { enrollment }
            | Self::CancelScheduled { enrollment, .. }
            | Self::CancelUndone { enrollment }
            | Self::EnrollmentCancelled { enrollment, .. }
            | Self::TermsUpdated { enrollment, .. }
            | Self::CreditRefreshed { enrollment, .. }
            | Self::CreditAdjusted { enrollment, .. }
            | Self::TermsKept { enrollment }
            | Self::PaysChanged { enrollment, .. }
            | Self::ChargeRetried { enrollment, .. }
            | Self::SeatsLimited { enrollment, .. }
            | Self::LotExtended { enrollment, .. }
            | Self::GoodwillGiven { enrollment, .. }
            | Self::TrustReturned { enrollment, .. }
            | Self::TrustSettled { enrollment, .. }
            | Self::OverdraftSettled { enrollment, .. } => vec![Entity::Enrollment(*enrollment)],
            Self::PlanChanged(changed) => vec![Entity::Enrollment(changed.enrollment)],
            Self::HolderChanged { enrollment, from, to, .. } => {
                vec![Entity::Enrollment(*enrollment), Entity::Customer(*from), Entity::Customer(*to)]
            }
            Self::DependentAdded { enrollment, customer }
            | Self::DependentRemoved { enrollment, customer }
            | Self::SeatPaused { enrollment, customer }
            | Self::SeatResumed { enrollment, customer } => {
                vec![Entity::Enrollment(*enrollment), Entity::Customer(*customer)]
            }
            Self::TicketHeld(held) => vec![Entity::Ticket(held.ticket)],
            Self::HeldReleased { ticket } => vec![Entity::Ticket(*ticket)],
            Self::TicketSettled(sale) => {
                let mut about = vec![Entity::Ticket(sale.ticket)];
                about.extend(drawn_from(&sale.settled).into_iter().map(Entity::Enrollment));
                about.extend(sale.customer.map(Entity::Customer));
                about.extend(self.gift_cards());
                about
            }
            Self::TicketVoided(void) => {
                let mut about = vec![Entity::Ticket(void.ticket)];
                about.extend(returned_to(&void.refund).into_iter().map(Entity::Enrollment));
                about.extend(void.customer.map(Entity::Customer));
                about.extend(self.gift_cards());
                about
            }
            Self::TicketRefunded(refunded) => {
                let mut about = vec![Entity::Ticket(refunded.ticket)];
                about.extend(returned_to(&refunded.refund).into_iter().map(Entity::Enrollment));
                about.extend(refunded.customer.map(Entity::Customer));
                about.extend(self.gift_cards());
                about
            }
            Self::DrawerOpened(opened) => vec![Entity::Drawer(opened.drawer)],
            Self::CashMoved(moved) => vec![Entity::Drawer(moved.drawer)],
            Self::DrawerClosed(closed) => vec![Entity::Drawer(closed.drawer)],
            Self::GiftCardAdjusted { code, .. }
            | Self::GiftCardBlocked { code, .. }
            | Self::GiftCardUnblocked { code, .. } => vec![Entity::GiftCard(GiftCardId::of_code(code))],
            Self::CalendarNoticed(told) => {
                vec![Entity::Enrollment(told.enrollment), Entity::Customer(told.customer)]
            }
            Self::TaskClosed { task, .. } => vec![Entity::Task(*task)],
            Self::CustomerHeard(heard) => vec![Entity::Customer(heard.customer)],
            Self::CardEntered { customer, .. }
            | Self::CardPageAsked { customer, .. }
            | Self::BillingPageAsked { customer } => {
                vec![Entity::Customer(*customer)]
            }
            Self::PlanHeard(heard) => vec![Entity::Plan(heard.plan)],
            Self::TaxRateHeard { .. } => vec![Entity::Practice],
            Self::SubscriptionHeard(heard) => {
                vec![Entity::Enrollment(heard.enrollment), Entity::Customer(heard.customer)]
            }
            Self::ChargeFailed(failed) => {
                vec![Entity::Enrollment(failed.enrollment), Entity::Customer(failed.customer)]
            }
            Self::DisputeHeard(dispute) => {
                vec![dispute.customer.map_or(Entity::Practice, Entity::Customer)]
            }
            Self::CardChargeAsked(asked) => {
                vec![Entity::Ticket(asked.ticket), Entity::Customer(asked.customer)]
            }
            Self::CardChargeAnswered(answered) => {
                vec![Entity::Ticket(answered.ticket), Entity::Customer(answered.customer)]
            }
            Self::CardChargeReturned { ticket, customer, .. } => {
                vec![Entity::Ticket(*ticket), Entity::Customer(*customer)]
            }
            Self::CardChargeRefunded(back) => {
                vec![Entity::Ticket(back.ticket), Entity::Customer(back.customer)]
            }
            Self::EffectRefused(refused) => owed_about(&refused.owed, refused.customer),
            Self::EffectRenewed { owed, customer, .. } => owed_about(owed, *customer),
            Self::MailAsked(asked) => {
                let mut about: Vec<Entity> = asked.customer.map(Entity::Customer).into_iter().collect();
                match &asked.mail {
                    Mail::Receipt { ticket } => about.push(Entity::Ticket(*ticket)),
                    Mail::Message { .. } => {}
                    mail => about.extend(mail.enrollment().map(Entity::Enrollment)),
                }
                about
            }
            Self::MailDue(due) => vec![Entity::Enrollment(due.enrollment), Entity::Customer(due.customer)],
            Self::MessageWritten(message) => {
                let about = message.customer.map(Entity::Customer).into_iter();
                about.chain([Entity::Practice]).collect()
            }
            Self::DataExported(export) => {
                let about = export.customer.map(Entity::Customer).into_iter();
                about.chain([Entity::Practice]).collect()
            }
            Self::DataImported(_) => vec![Entity::Practice],
        }
    }

    /// The gift cards whose money it moves.
    fn gift_cards(&self) -> impl Iterator<Item = Entity> {
        gift_card::cards_of(self).into_iter().map(Entity::GiftCard)
    }

    /// Whether it can change the state of an entity it is about; the others only keep it in their log.
    pub fn touches(&self, entity: Entity) -> bool {
        match entity {
            Entity::Customer(_) => matches!(
                self,
                Self::CustomerCreated { .. }
                    | Self::CustomerEdited { .. }
                    | Self::CustomerNoted { .. }
                    | Self::CustomerMerged { .. }
                    | Self::CustomerErased { .. }
                    | Self::CustomerHeard(_)
                    | Self::CardEntered { .. }
                    | Self::DisputeHeard(_)
                    | Self::EffectRefused(_)
            ),
            Entity::Practice => {
                !matches!(self, Self::DataExported(_) | Self::DataImported(_) | Self::MessageWritten(_))
            }
            _ => !matches!(self, Self::MailAsked(_)),
        }
    }

    /// What this establishes, for records that two desks may write independently and that must count once.
    pub fn fact(&self) -> Option<Uuid> {
        match self {
            Self::CreditRefreshed { enrollment, benefit, person, n } => {
                Some(LotId::of_refresh(*enrollment, *benefit, *person, *n).0)
            }
            Self::MailDue(due) => Some(due.fact()),
            Self::CalendarNoticed(told) => Some(told.fact()),
            Self::ChargeCollected(charge) => charge.stripe.as_ref().map(PaidByStripe::fact),
            Self::ChargeRefunded(back) => back.heard.as_ref().map(refund_heard),
            Self::CardChargeRefunded(back) => Some(refund_heard(&back.refund)),
            Self::ChargeFailed(failed) => failed.fact(),
            Self::CardChargeAnswered(answered) => Some(answered.fact()),
            Self::DisputeHeard(dispute) => Some(dispute.fact()),
            Self::CardChargeReturned { asked, .. } => Some(Uuid::new_v5(&asked.0, b"card charge returned")),
            // Refused once by Stripe, and once more where a bank sends a refund back.
            Self::EffectRefused(refused) => Some(Uuid::new_v5(&refused.effect.0, refused.why.as_bytes())),
            Self::CardEntered { session, .. } => Some(card_entered(session)),
            _ => None,
        }
    }

    /// The payment at Stripe that paid for it.
    pub fn paid_by(&self) -> Option<&str> {
        let payment = match self {
            Self::ChargeCollected(charge) => charge.stripe.as_ref()?.payment.as_ref()?,
            Self::CardChargeAnswered(answered) => match &answered.outcome {
                CardOutcome::Taken { payment } => payment,
                CardOutcome::Declined { .. } | CardOutcome::NotAsked => return None,
            },
            _ => return None,
        };
        Some(match payment {
            Refundable::Payment(id) => id.as_str(),
            Refundable::Charge(id) => id.as_str(),
        })
    }

    /// What a person agreed to by it; `None` where nobody was asked. Terms of the same plan name no plan.
    pub fn agreed(&self) -> Option<Agreed<'_>> {
        match self {
            Self::Enrolled(made) => {
                Some(Agreed { plan: Some(made.plan), version: made.version, consent: &made.consent })
            }
            Self::PlanChanged(made) => {
                Some(Agreed { plan: Some(made.plan), version: made.version, consent: &made.consent })
            }
            Self::TermsUpdated { version, consent: Some(consent), .. }
            | Self::HolderChanged { version: Some(version), consent: Some(consent), .. } => {
                Some(Agreed { plan: None, version: *version, consent })
            }
            _ => None,
        }
    }

    /// Whose key seals the whole payload: there is nothing left of it once the person is erased.
    pub fn personal(&self) -> Option<CustomerId> {
        match self {
            Self::CustomerCreated { customer, .. }
            | Self::CustomerEdited { customer, .. }
            | Self::CustomerNoted { customer, .. } => Some(*customer),
            Self::CustomerHeard(heard) => Some(heard.customer),
            Self::MessageWritten(message) => message.customer,
            _ => None,
        }
    }
}

/// A refund that was made at Stripe is heard once, whatever it was of.
fn refund_heard(refund: &StripeRefundId) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("stripe refund {refund}").as_bytes())
}

/// A page is used once.
pub fn card_entered(session: &StripeCheckoutSessionId) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("stripe card entered {session}").as_bytes())
}

/// What something owed to Stripe is about.
fn owed_about(owed: &Owed, customer: Option<CustomerId>) -> Vec<Entity> {
    let mut about: Vec<Entity> = owed.enrollment().map(Entity::Enrollment).into_iter().collect();
    about.extend(customer.map(Entity::Customer));
    match owed {
        Owed::Product { plan }
        | Owed::Price { plan, .. }
        | Owed::ProductWords { plan }
        | Owed::PriceSold { plan, .. } => about.push(Entity::Plan(*plan)),
        Owed::ChargeCard { ticket, .. } => about.push(Entity::Ticket(*ticket)),
        _ => {}
    }
    if about.is_empty() {
        about.push(Entity::Practice);
    }
    about
}

/// The enrollments whose lots a sale drew from, in the order of redemption.
fn drawn_from(settled: &SettledTicket) -> Vec<EnrollmentId> {
    let mut found = distinct(
        settled.lines.iter().flat_map(|line| &line.units).flat_map(|run| &run.draws).map(|draw| draw.key),
    );
    // A percentage draws nothing, and still counts on a charge.
    for (enrollment, _) in settled.on_trust() {
        if !found.contains(&enrollment) {
            found.push(enrollment);
        }
    }
    found
}

/// The enrollments whose lots a refund gives back to.
fn returned_to(refund: &RefundOutcome) -> Vec<EnrollmentId> {
    distinct(refund.returns.iter().map(|part| part.key))
}

fn distinct(keys: impl Iterator<Item = BenefitKey>) -> Vec<EnrollmentId> {
    let mut found = Vec::new();
    for key in keys {
        if key.lot.is_some() && !found.contains(&key.enrollment) {
            found.push(key.enrollment);
        }
    }
    found
}
