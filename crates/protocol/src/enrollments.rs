//! One customer's holding of one plan.

/// How the customer agreed to what was shown; a picture of what they signed is stored before.
pub use domain::record::ConsentHow as Consent;

use crate::stripe::{CardBillingView, CardView};
use domain::checkout::{Tender, TenderOffer};
use domain::plan::{CreditUnit, Terms};
use domain::{BenefitId, CustomerId, Day, EnrollmentId, LotId, Money, PlanId, TicketId};
use serde::{Deserialize, Serialize};

/// How the renewals are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaysBy {
    /// Each renewal becomes an amount due that staff collects.
    #[default]
    Counter,
    /// Stripe charges the card on file.
    Card,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewEnroll {
    pub customer: CustomerId,
    pub plan: PlanId,
    pub start: Day,
    #[serde(default)]
    pub pays: PaysBy,
    /// As many people as an organization agrees to; `None`: as many as the terms cover.
    #[serde(default)]
    pub seats: Option<u32>,
    /// Who else is covered from the start.
    #[serde(default)]
    pub people: Vec<CustomerId>,
}

/// What enrolling will do, in sums and dates and in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrollPreview {
    pub version: u32,
    /// Due on the start date, tax included.
    pub first: ChargeLine,
    pub next: ChargeLine,
    /// `$100.00 of credit and all benefits start as soon as the first charge is paid.`
    pub sentences: Vec<String>,
    /// `Silver runs until 31 Mar beside it.`
    pub beside: Vec<String>,
    /// The card on file it would be charged to.
    #[serde(default)]
    pub card: Option<CardView>,
    /// Where it is paid by card: what happens later, or is needed first, one sentence each.
    #[serde(default)]
    pub card_notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChargeLine {
    pub on: Day,
    pub amount: Money,
    pub tax: Money,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enroll {
    pub customer: CustomerId,
    pub plan: PlanId,
    /// The version that was shown; refused when another is sold by now.
    pub version: u32,
    pub start: Day,
    #[serde(default)]
    pub pays: PaysBy,
    /// Takes the first charge now when the start is today; empty leaves it due.
    #[serde(default)]
    pub tenders: Vec<TenderOffer>,
    /// As many people as an organization agrees to; `None`: as many as the terms cover.
    #[serde(default)]
    pub seats: Option<u32>,
    /// Who else is covered from the start.
    #[serde(default)]
    pub people: Vec<CustomerId>,
    #[serde(default)]
    pub consent: Consent,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enrolled {
    pub enrollment: EnrollmentView,
    pub receipt: Option<ChargeReceipt>,
}

/// Proof of a membership charge taken at the counter, or of what was given back of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChargeReceipt {
    pub enrollment: EnrollmentId,
    pub number: String,
    /// The money went back; the sums stay positive.
    #[serde(default)]
    pub given_back: bool,
    /// Where it was taken.
    pub location_name: String,
    pub location_address: String,
    /// The holder's own address; empty where none is on file.
    pub email: String,
    pub on: Day,
    pub at: String,
    pub staff: String,
    pub customer: String,
    pub what: String,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    pub tenders: Vec<Tender>,
    pub change: Money,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetEnrollment {
    pub id: EnrollmentId,
}

/// What a badge says, with its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum StatusView {
    Scheduled {
        starts: Day,
    },
    Active,
    /// The first charge is not paid yet.
    Waiting {
        due: Day,
    },
    PastDueGrace {
        since: Day,
        until: Day,
    },
    PastDueSuspended {
        since: Day,
    },
    Paused {
        until: Option<Day>,
    },
    Ends {
        last_day: Day,
    },
    Cancelled {
        on: Day,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrollmentView {
    pub id: EnrollmentId,
    pub customer: CustomerId,
    pub customer_name: String,
    pub plan: PlanId,
    pub plan_name: String,
    /// BLAKE3 of the plan's image in hex.
    pub plan_image: Option<String>,
    pub version: u32,
    /// The version sold today, when it is another one.
    pub newer_version: Option<u32>,
    pub terms: Terms,
    pub status: StatusView,
    /// Of one that runs out: cancelled, whatever else its status says, or through its last cycle.
    #[serde(default)]
    pub last_day: Option<Day>,
    /// Why it ended, to follow a colon.
    #[serde(default)]
    pub ended_because: Option<String>,
    pub benefits_on: bool,
    pub start: Day,
    /// The first and the last day of the running period; `None` before the start and after the end.
    pub period: Option<(Day, Day)>,
    pub pays: PaysBy,
    /// Where it is paid by card, or was.
    #[serde(default)]
    pub card: Option<CardBillingView>,
    /// While it is paused: the day it resumes by itself if nobody resumes it before.
    #[serde(default)]
    pub resumes_on: Option<Day>,
    /// The next charge and what it will be, tax included; while it is paused, when it resumes by itself.
    pub next_charge: Option<ChargeLine>,
    /// Unpaid charges, oldest first.
    pub dues: Vec<ChargeLine>,
    pub owed: Money,
    pub paid_total: Money,
    pub paid_count: u32,
    pub refunded_total: Money,
    pub saved_total: Money,
    pub balances: Vec<BalanceView>,
    /// For how many days after its end money credit can still be used.
    #[serde(default)]
    pub credit_outlives_days: u32,
    /// Newest first.
    pub movements: Vec<MovementView>,
    /// Newest first.
    pub charges: Vec<ChargeView>,
    pub dependents: Vec<DependentView>,
    /// Where an organization holds it.
    #[serde(default)]
    pub seats: Option<SeatsView>,
    /// Terms that are agreed and hold from a later day.
    pub pending_terms: Option<PendingTermsView>,
    /// What may be done now, for menus; each refusal in words where not.
    pub moves: Moves,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PendingTermsView {
    /// The other plan it goes over to; `None`: the same.
    pub plan: Option<String>,
    pub version: u32,
    pub from: Day,
    pub price: Money,
}

/// Whether each move is allowed now; `Some` says why not.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Moves {
    pub collect: Option<String>,
    pub pause: Option<String>,
    pub resume: Option<String>,
    pub cancel_at_period_end: Option<String>,
    pub undo_cancel: Option<String>,
    pub cancel_now: Option<String>,
    pub update_terms: Option<String>,
    pub change_plan: Option<String>,
    pub keep_terms: Option<String>,
    pub add_dependent: Option<String>,
    #[serde(default)]
    pub limit_seats: Option<String>,
    /// The card is asked again for what it refused.
    #[serde(default)]
    pub retry_charge: Option<String>,
    /// Over to the other way to pay.
    #[serde(default)]
    pub change_pays: Option<String>,
}

/// What is left of one benefit for one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BalanceView {
    pub benefit: BenefitId,
    /// `Service credit`, `Infrared Sauna, hours`, `Express Facial or LED Light`.
    pub name: String,
    /// `None` for an unlimited included service.
    pub unit: Option<CreditUnit>,
    /// Whose lots, where a dependent has their own.
    pub person: Option<CustomerId>,
    pub person_name: Option<String>,
    pub left: i64,
    /// What the newest refresh made available in all.
    pub of: i64,
    pub next_refresh: Option<Day>,
    /// With something left, in the order they are used.
    pub lots: Vec<LotView>,
    /// Expired with something left, newest first; a manager can let them expire later.
    #[serde(default)]
    pub expired: Vec<LotView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LotView {
    pub id: LotId,
    /// What can be used of it, or what expired of it.
    pub left: i64,
    pub granted_on: Day,
    pub expires: Option<Day>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MovementView {
    pub on: Day,
    pub benefit: BenefitId,
    pub benefit_name: String,
    pub unit: CreditUnit,
    pub kind: MovementKind,
    /// Positive adds to the balance.
    pub amount: i64,
    /// After this movement, over the lots of the benefit that are this person's.
    pub balance: i64,
    pub lot: LotId,
    /// The day that lot was granted.
    pub granted_on: Day,
    /// Through which day that lot can be used, as it stands; `None`: without end, or it is settled long since.
    #[serde(default)]
    pub expires: Option<Day>,
    /// Whose lot, where somebody covered has their own.
    #[serde(default)]
    pub person: Option<CustomerId>,
    #[serde(default)]
    pub person_name: Option<String>,
    pub ticket: Option<TicketId>,
    pub ticket_number: Option<String>,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    Granted,
    Redeemed,
    Returned,
    Expired,
    Trimmed,
    Adjusted,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChargeView {
    pub on: Day,
    pub number: String,
    /// `First charge`, `Renewal of 15 Mar`, `Refund of unused days, change of plan`.
    pub words: String,
    pub amount: Money,
    pub tax: Money,
    pub tenders: String,
    /// It has a receipt of its own, under its number.
    #[serde(default)]
    pub receipt: bool,
    /// The ticket that took this charge, or gave it back, with its own tenders.
    #[serde(default)]
    pub ticket: Option<TicketId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DependentView {
    pub customer: CustomerId,
    pub name: String,
    pub since: Day,
    /// Since when their seat is paused.
    #[serde(default)]
    pub paused: Option<Day>,
    /// What an allowance still lets them take of what all share: `$20.00 of Service credit`.
    #[serde(default)]
    pub may_take: Vec<String>,
}

/// How many people an organization's membership covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatsView {
    /// Agreed with the organization.
    pub limit: Option<u32>,
    /// As many as there can be, by the terms and what was agreed.
    pub places: u32,
}

/// Agrees to another number of seats; `None`: as many as the terms cover.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LimitSeats {
    pub id: EnrollmentId,
    pub limit: Option<u32>,
}

/// Lets one person's benefits rest; their seat stays taken and is paid for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PauseSeat {
    pub id: EnrollmentId,
    pub customer: CustomerId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResumeSeat {
    pub id: EnrollmentId,
    pub customer: CustomerId,
}

/// Takes the oldest unpaid charge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollectRenewal {
    pub id: EnrollmentId,
    /// What the person at the desk saw; refused when it is another amount by now.
    pub expected: Money,
    pub tenders: Vec<TenderOffer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Collected {
    pub enrollment: EnrollmentView,
    pub receipt: ChargeReceipt,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PauseEnrollment {
    pub id: EnrollmentId,
    /// The day it resumes by itself; `None`: open.
    #[serde(default)]
    pub until: Option<Day>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResumeEnrollment {
    pub id: EnrollmentId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelAtPeriodEnd {
    pub id: EnrollmentId,
    #[serde(default)]
    pub reason: String,
    /// A manager may cancel before the minimum cycles are paid, with a reason.
    #[serde(default)]
    pub override_minimum: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UndoCancel {
    pub id: EnrollmentId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewCancelNow {
    pub id: EnrollmentId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelPreview {
    pub unused_days: i64,
    pub days: i64,
    /// Captured for this period, tax included, less refunds.
    pub base: Money,
    pub refund: Money,
    /// What the member already took this period, at what it took off tickets.
    pub used: Money,
    /// What of the refund goes back to which tender.
    pub tenders: Vec<Tender>,
    pub refused: Option<String>,
    pub needs_override: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelNow {
    pub id: EnrollmentId,
    pub reason: String,
    /// The refund that was shown, or a lower one.
    pub refund: Money,
    #[serde(default)]
    pub override_minimum: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectiveFrom {
    Now,
    #[default]
    NextBilling,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewUpdateTerms {
    pub ids: Vec<EnrollmentId>,
    #[serde(default)]
    pub from: EffectiveFrom,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdatePreview {
    pub rows: Vec<UpdateRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdateRow {
    pub id: EnrollmentId,
    pub customer_name: String,
    pub old_version: u32,
    pub new_version: u32,
    pub old_price: Money,
    pub new_price: Money,
    pub from: Day,
    /// Benefits in words, before and after.
    pub old_benefits: Vec<String>,
    pub new_benefits: Vec<String>,
    /// What the member agrees to, where one membership alone is asked about.
    #[serde(default)]
    pub sentences: Vec<String>,
    pub refused: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdateTerms {
    pub id: EnrollmentId,
    pub to_version: u32,
    #[serde(default)]
    pub from: EffectiveFrom,
    /// How the member agreed to it; `None` where nobody was asked.
    #[serde(default)]
    pub consent: Option<Consent>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewChangePlan {
    pub id: EnrollmentId,
    pub plan: PlanId,
}

/// What going over to another plan will do, in sums and dates and in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangePlanPreview {
    pub version: u32,
    /// It holds from today; else from the next billing date.
    pub now: bool,
    pub effective_on: Day,
    /// To be paid today, tax included.
    pub due: Money,
    /// The worth of the old period's unused days that the first charge takes off.
    pub carried: Money,
    /// What of that worth is more than the first charge.
    pub refund: Money,
    pub first: Option<ChargeLine>,
    pub next: Option<ChargeLine>,
    pub old_price: Money,
    pub new_price: Money,
    pub old_benefits: Vec<String>,
    pub new_benefits: Vec<String>,
    /// What is left of credits that end with the old plan: `$40.00 of Service credit`.
    pub ends: Vec<String>,
    /// What the member agrees to.
    pub sentences: Vec<String>,
    pub needs_manager: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangePlan {
    pub id: EnrollmentId,
    pub plan: PlanId,
    /// The version that was shown; refused when another is sold by now.
    pub version: u32,
    /// What the person at the desk saw; refused when it is another amount by now.
    pub expected_due: Money,
    pub expected_refund: Money,
    /// Takes what is due today; empty leaves it due.
    #[serde(default)]
    pub tenders: Vec<TenderOffer>,
    #[serde(default)]
    pub consent: Consent,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangedPlan {
    pub enrollment: EnrollmentView,
    pub receipt: Option<ChargeReceipt>,
    /// What goes back, by tender.
    pub given_back: Vec<Tender>,
}

/// Drops terms or a plan that are agreed for the next billing date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeepTerms {
    pub id: EnrollmentId,
}

/// What a family member takes over as the holder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewChangeHolder {
    pub id: EnrollmentId,
    pub to: CustomerId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HolderPreview {
    /// What whoever pays from now on agrees to.
    pub sentences: Vec<String>,
}

/// Makes a family member the holder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeHolder {
    pub id: EnrollmentId,
    pub to: CustomerId,
    #[serde(default)]
    pub reason: String,
    /// How the new holder agreed to it.
    pub consent: Consent,
}

/// Gives credit with an expiry of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GiveGoodwill {
    pub id: EnrollmentId,
    pub benefit: BenefitId,
    #[serde(default)]
    pub person: Option<CustomerId>,
    /// In the benefit's unit.
    pub amount: i64,
    /// Usable through this day; `None`: without end.
    #[serde(default)]
    pub expires: Option<Day>,
    pub reason: String,
}

/// Makes one credit usable through another day, or without end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExtendLot {
    pub id: EnrollmentId,
    pub benefit: BenefitId,
    pub lot: LotId,
    #[serde(default)]
    pub expires: Option<Day>,
    pub reason: String,
}

/// Settles what benefits took off tickets before their charge was paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettleTrust {
    pub id: EnrollmentId,
    /// Number of the receipt that it was paid on, as a fee; empty where a manager forgives it.
    #[serde(default)]
    pub receipt: String,
    #[serde(default)]
    pub reason: String,
}

/// Brings a credit that was spent twice back to zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettleOverdraft {
    pub id: EnrollmentId,
    pub benefit: BenefitId,
    pub lot: LotId,
    pub by: OverdraftChoice,
    #[serde(default)]
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverdraftChoice {
    Forgive,
    TakeFromNextRefresh,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddDependent {
    pub id: EnrollmentId,
    pub customer: CustomerId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RemoveDependent {
    pub id: EnrollmentId,
    pub customer: CustomerId,
}

/// Changes a balance up (a new lot) or down (soonest to expire first), always with a reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdjustCredit {
    pub id: EnrollmentId,
    pub benefit: BenefitId,
    #[serde(default)]
    pub person: Option<CustomerId>,
    /// In the benefit's unit; positive adds.
    pub amount: i64,
    pub reason: String,
}

/// The daily round: grants every refresh that is due, once; safe to repeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefreshCredits {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoundDone {
    pub day: Day,
    pub granted: u32,
    pub enrollments: u32,
    /// Rows whose status moved with the calendar.
    pub moved: u32,
}
