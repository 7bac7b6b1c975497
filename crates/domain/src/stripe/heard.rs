//! What Stripe said, as the journal keeps it. Each is written once: by what it establishes, or because it differs from what
//! was known.

use super::{
    CustomerAtStripe, Owed, PriceAtStripe, Refundable, StripeAccount, StripeChargeId, StripeCustomerId,
    StripeDisputeId, StripeInvoiceId, StripePaymentMethodId, StripePriceId, StripeProductId, StripeRefundId,
    StripeSubscriptionId, StripeSubscriptionItemId,
};
use crate::{CustomerId, Day, EffectId, EnrollmentId, Money, PlanId, RecordId, TicketId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who somebody is there, and the card renewals are charged to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerHeard {
    pub customer: CustomerId,
    pub said: CustomerAtStripe,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanHeard {
    pub plan: PlanId,
    pub account: StripeAccount,
    pub said: PlanSaid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanSaid {
    Product(StripeProductId),
    /// Somebody deleted it in the dashboard.
    NoProduct,
    /// New, or switched on or off.
    Price(PriceAtStripe),
}

/// How the subscription stands that bills an enrollment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionHeard {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    pub said: SubscriptionSaid,
    /// Nothing that was asked of it is still under way, so what it says of pauses, ends, dates and prices is what somebody
    /// wants; otherwise it may only be on its way to what was asked.
    pub settled: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionSaid {
    pub account: StripeAccount,
    pub id: StripeSubscriptionId,
    pub customer: StripeCustomerId,
    pub state: SubscriptionState,
    pub items: Vec<SubscriptionItemSaid>,
    /// The day of the next charge; `None` while none will come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bills_next: Option<Day>,
    /// The first day without it, where an end was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancels_on: Option<Day>,
    /// Stripe can pause it as it is; otherwise only collecting is paused.
    pub can_pause: bool,
    /// Charged before the customer's usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<StripePaymentMethodId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionItemSaid {
    pub id: StripeSubscriptionItemId,
    pub price: StripePriceId,
    pub quantity: u32,
    /// For one; `None` where Stripe counts it in tiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Of a period; `None` where it is not counted in months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    Running,
    /// Its first charge is open.
    Waiting,
    PastDue,
    Paused,
    /// Invoices go on and come to nothing.
    CollectionPaused {
        resumes_on: Option<Day>,
    },
    Ended,
}

impl SubscriptionState {
    pub fn is_paused(self) -> bool {
        matches!(self, Self::Paused | Self::CollectionPaused { .. })
    }
}

/// How a charge was paid through Stripe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidByStripe {
    pub account: StripeAccount,
    pub invoice: StripeInvoiceId,
    /// What a refund of it names; `None` where nothing was charged, or it was marked as paid by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Refundable>,
}

impl PaidByStripe {
    /// One invoice is paid once, whoever hears of it and how often.
    pub fn fact(&self) -> Uuid {
        fact("invoice paid", self.invoice.as_str())
    }
}

/// Stripe tried to charge a renewal or a first period, and the bank said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeFailed {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    pub account: StripeAccount,
    /// `None`: the first charge, of which Stripe keeps nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<StripeInvoiceId>,
    pub period: u32,
    /// Tax included.
    pub total: Money,
    /// How often it was tried, from 1.
    pub attempt: u32,
    /// The bank's reason as Stripe names it: `insufficient_funds`. Empty where it gave none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub next_try: NextTry,
    /// Stripe's page on which the member pays it, with another card too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextTry {
    On(Day),
    /// Stripe has given up; a person may still ask.
    Never,
}

impl ChargeFailed {
    pub fn fact(&self) -> Option<Uuid> {
        let invoice = self.invoice.as_ref()?;
        let tries = match self.next_try {
            NextTry::On(_) => "goes on",
            NextTry::Never => "is over",
        };
        Some(fact("charge failed", &format!("{invoice} {} {tries}", self.attempt)))
    }
}

/// A card on file is to pay for a ticket; written before the bank is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardChargeAsked {
    pub ticket: TicketId,
    pub customer: CustomerId,
    pub account: StripeAccount,
    pub card: StripePaymentMethodId,
    pub amount: Money,
}

/// What the bank said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardChargeAnswered {
    pub ticket: TicketId,
    pub customer: CustomerId,
    /// The record that asked.
    pub asked: RecordId,
    pub amount: Money,
    pub outcome: CardOutcome,
}

impl CardChargeAnswered {
    pub fn fact(&self) -> Uuid {
        Uuid::new_v5(&self.asked.0, b"card charge answered")
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardOutcome {
    Taken {
        payment: Refundable,
    },
    /// `reason` as in [`ChargeFailed`].
    Declined {
        reason: String,
    },
    /// It was taken out of the queue before it was asked.
    NotAsked,
}

/// What a card paid for a ticket, given back by somebody in Stripe's dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardChargeRefunded {
    pub ticket: TicketId,
    pub customer: CustomerId,
    /// The record that asked for the charge.
    pub asked: RecordId,
    pub refund: StripeRefundId,
    pub amount: Money,
}

/// A part of a refund, and of which payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPart {
    pub of: Refundable,
    pub amount: Money,
}

/// Something owed to Stripe was refused for good, with what depended on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectRefused {
    pub effect: EffectId,
    pub owed: Owed,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Stripe's kind of refusal: `invalid_request_error`, `card_declined`; never words that may name somebody.
    pub why: String,
    /// How many that depended on it are not sent either.
    #[serde(default, skip_serializing_if = "crate::practice::is_zero")]
    pub with: u32,
}

/// A cardholder disputes a charge at their bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeHeard {
    pub dispute: StripeDisputeId,
    pub charge: Option<StripeChargeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    pub amount: Money,
    /// As Stripe names it: `fraudulent`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub state: DisputeState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeState {
    /// The practice may answer, in Stripe's dashboard.
    Open {
        answer_by: Option<Day>,
    },
    UnderReview,
    Won,
    Lost,
    /// The bank only asks; no money moved.
    Inquiry,
}

impl DisputeHeard {
    pub fn fact(&self) -> Uuid {
        fact("dispute", &format!("{} {:?}", self.dispute, self.state))
    }
}

fn fact(what: &str, name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("stripe {what} {name}").as_bytes())
}
