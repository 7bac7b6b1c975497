//! The life of an enrollment: the fold of its records, and what the calendar does between them.
//!
//! Verbs change the state on a day; each first lets the calendar catch up to that day, so a resume, an end or an
//! expiry that nobody recorded has happened before the verb is judged. Reading at a later day is a clone advanced.

mod billing;
mod bring_over;
mod card;
mod change;
mod credits;
mod family;
mod leave;
mod noticed;
mod pause;
mod refusal;
mod status;
mod time;
mod trust;

pub use billing::{Due, Joiner, RefundPreview, Totals};
pub use bring_over::{Brought, BroughtBalance};
pub use card::{Billed, ChangedAtStripe, OpenInvoice, billed};
pub use change::{ChangePreview, Direction, PendingPays, PendingTerms, When};
pub use credits::RefreshDue;
pub use family::{Dependent, Seats};
pub use leave::{EndReason, Ended, Ending, Minimum};
pub use noticed::{CalendarNoticed, Noticed};
pub use pause::{Pause, Paused};
pub use refusal::Refusal;
pub use status::Status;

use crate::calendar::{Schedule, Series};
use crate::credit::Account;
use crate::plan::Terms;
use crate::stripe::SubscriptionSaid;
use crate::{CustomerId, Day, EnrollmentId, Money, PlanId, RecordId, TicketId};
use billing::{Capture, Carried, FailedCharge, JoinedUnder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the member pays each charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaysBy {
    /// Staff collects what is due.
    Counter,
    /// Stripe bills a card.
    Card,
}

/// One customer's holding of one plan under one version of its terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrollment {
    pub id: EnrollmentId,
    /// The holder, who pays.
    pub customer: CustomerId,
    pub plan: PlanId,
    /// Number of the version in force.
    pub version: u32,
    pub terms: Terms,
    pub pays: PaysBy,
    pub signed_up_on: Day,
    pub starts_on: Day,
    /// The record that holds the customer's consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<RecordId>,
    /// Benefits hold while the first charge is still queued.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// By ticket, what benefits took off it on the strength of a charge that is not paid.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    trusted: BTreeMap<TicketId, Money>,
    /// How long bought money credit lives on after the end.
    #[serde(default)]
    pub credit_outlives_days: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependents: Vec<Dependent>,
    /// Set where its holder is an organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Seats>,
    /// Pauses that are over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Paused>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_terms: Option<PendingTerms>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_pays: Option<PendingPays>,
    pub totals: Totals,
    pub accounts: Vec<Account>,
    /// How far the calendar has been applied.
    pub as_of: Day,
    /// Start of each billing period.
    billing: Series,
    /// The first period under this plan: where its minimum and maximum cycles are counted from.
    cycles_from: u32,
    /// Every period before this one is paid.
    paid: u32,
    /// Every period before this one was collected by another program.
    #[serde(default, skip_serializing_if = "crate::practice::is_zero")]
    paid_elsewhere: u32,
    /// What was captured for periods that are not over, and for later ones.
    captures: BTreeMap<u32, Capture>,
    /// What is owed for past periods under terms that have changed since.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    arrears: BTreeMap<u32, Due>,
    /// The worth of an old period, taken off the first charge after an upgrade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    carried: Option<Carried>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<FailedCharge>,
    /// Kept for the charge after other terms were agreed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    joined_under: Vec<JoinedUnder>,
    /// What Stripe said last of the subscription that bills it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Box<SubscriptionSaid>>,
    /// Charges that the bank refused, by period.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub open_invoices: BTreeMap<u32, OpenInvoice>,
}

/// What a customer agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signup {
    pub id: EnrollmentId,
    pub customer: CustomerId,
    pub plan: PlanId,
    pub version: u32,
    pub terms: Terms,
    pub pays: PaysBy,
    pub signed_up_on: Day,
    /// That day or later.
    pub starts_on: Day,
    pub consent: Option<RecordId>,
    /// The first charge is queued and benefits are given on trust.
    pub provisional: bool,
    pub credit_outlives_days: u32,
    /// Where an organization signs up.
    pub seats: Option<Seats>,
    /// Covered from the start.
    pub people: Vec<CustomerId>,
}

impl Enrollment {
    /// Enrolls; nothing is charged or granted before the start.
    pub fn enroll(signup: Signup) -> Result<Self, Refusal> {
        if signup.starts_on < signup.signed_up_on {
            return Err(Refusal::StartsInPast { starts: signup.starts_on, today: signup.signed_up_on });
        }
        let schedule = Schedule { anchor: signup.starts_on, months: signup.terms.frequency.months() };
        let mut enrollment = Self {
            id: signup.id,
            customer: signup.customer,
            plan: signup.plan,
            version: signup.version,
            pays: signup.pays,
            signed_up_on: signup.signed_up_on,
            starts_on: signup.starts_on,
            consent: signup.consent,
            provisional: signup.provisional,
            trusted: BTreeMap::new(),
            credit_outlives_days: signup.credit_outlives_days,
            dependents: Vec::new(),
            seats: signup.seats,
            pauses: Vec::new(),
            paused: None,
            ending: None,
            ended: None,
            pending_terms: None,
            pending_pays: None,
            totals: Totals::default(),
            accounts: Vec::new(),
            as_of: signup.signed_up_on,
            billing: Series::new(schedule),
            cycles_from: 0,
            paid: 0,
            paid_elsewhere: 0,
            captures: BTreeMap::new(),
            arrears: BTreeMap::new(),
            carried: None,
            failed: None,
            joined_under: Vec::new(),
            subscription: None,
            open_invoices: BTreeMap::new(),
            terms: match signup.seats {
                Some(_) => signup.terms.by_seat(),
                None => signup.terms,
            },
        };
        enrollment.open_accounts(None, signup.starts_on);
        for person in signup.people {
            enrollment.cover(person)?;
        }
        enrollment.advance(signup.signed_up_on);
        Ok(enrollment)
    }

    /// Refused once it has ended.
    fn require_running(&self) -> Result<(), Refusal> {
        match self.ended {
            Some(ended) => Err(Refusal::AlreadyCancelled { on: ended.on }),
            None => Ok(()),
        }
    }

    fn has_started(&self) -> bool {
        self.starts_on <= self.as_of
    }

    /// The day billing has come to: it stands still during a pause.
    fn billing_day(&self) -> Day {
        self.paused.map_or(self.as_of, |paused| paused.on)
    }
}
