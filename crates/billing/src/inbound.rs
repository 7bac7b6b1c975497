//! What is heard from Stripe: hints about what to read again, and what was read as plain facts in our own words.
//!
//! An event, polled or by webhook, and a reconciliation all end in the same place: an object is read now, and its
//! [`Snapshot`] is compared and journaled.

mod cursor;
mod difference;
mod money_snapshot;
mod snapshot;
mod subscription_snapshot;
mod touched;

pub use cursor::{Cursor, NextPoll, Taken};
pub use difference::{Difference, differences};
pub use money_snapshot::{
    ChargeSnapshot, DisputeSnapshot, InvoiceSnapshot, PaymentIntentSnapshot, RefundSnapshot,
};
pub use snapshot::{
    CheckoutSnapshot, CustomerSnapshot, NoSnapshot, PaymentMethodSnapshot, PriceSnapshot, ProductSnapshot,
    Snapshot,
};
pub use subscription_snapshot::{ItemSnapshot, Paused, SubscriptionSnapshot, SubscriptionState};
pub use touched::touched;

use crate::money::{AmountProblem, currency_of, from_stripe};
use crate::read::Metadata;
use crate::request::EFFECT;
use domain::EffectId;
use domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};

/// What this program wrote on an object, where it did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ours {
    pub practice: Option<String>,
    /// The last effect that made or changed it.
    pub effect: Option<EffectId>,
    pub customer: Option<domain::CustomerId>,
    pub plan: Option<domain::PlanId>,
    pub enrollment: Option<domain::EnrollmentId>,
    pub ticket: Option<domain::TicketId>,
}

impl Ours {
    pub fn of(metadata: &Metadata) -> Self {
        // Somebody may have typed over it in the dashboard; then it is not ours to read.
        fn id<Id: std::str::FromStr>(metadata: &Metadata, name: &str) -> Option<Id> {
            metadata.get(name)?.parse().ok()
        }
        Self {
            practice: metadata.get(crate::request::PRACTICE).map(str::to_owned),
            effect: id(metadata, EFFECT),
            customer: id(metadata, "perennial_customer"),
            plan: id(metadata, "perennial_plan"),
            enrollment: id(metadata, "perennial_enrollment"),
            ticket: id(metadata, "perennial_ticket"),
        }
    }
}

/// Reads amounts of one object's currency.
struct Amounts(Currency);

impl Amounts {
    fn of(code: &str) -> Result<Self, AmountProblem> {
        currency_of(code).map(Self)
    }

    fn read(&self, said: i64) -> Result<Money, AmountProblem> {
        from_stripe(self.0, said)
    }
}

#[cfg(test)]
mod tests;
