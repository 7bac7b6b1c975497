//! Money that moved, or tried to; amounts in Stripe's minor units.

use super::expand;
use super::{
    Card, ChargeStatus, DisputeStatus, Metadata, Object, PaymentIntentStatus, RefundStatus, Seconds,
    StripeChargeId, StripeCustomerId, StripeDisputeId, StripePaymentIntentId, StripePaymentMethodId,
    StripeRefundId, or_default,
};
use serde::Deserialize;

/// <https://docs.stripe.com/api/payment_intents/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentIntent {
    pub id: StripePaymentIntentId,
    pub status: PaymentIntentStatus,
    pub amount: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub amount_received: i64,
    pub currency: String,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub customer: Option<StripeCustomerId>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub latest_charge: Option<StripeChargeId>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub payment_method: Option<StripePaymentMethodId>,
    pub last_payment_error: Option<PaymentError>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    pub created: Option<Seconds>,
}

impl Object for PaymentIntent {
    const NAME: &'static str = "payment_intent";
}

/// Why the last attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentError {
    pub code: Option<String>,
    pub decline_code: Option<String>,
}

impl PaymentError {
    /// The bank's reason, most exact first.
    pub fn reason(&self) -> Option<&str> {
        self.decline_code.as_deref().or(self.code.as_deref())
    }
}

/// <https://docs.stripe.com/api/charges/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Charge {
    pub id: StripeChargeId,
    pub status: ChargeStatus,
    pub amount: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub amount_captured: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub amount_refunded: i64,
    pub currency: String,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub customer: Option<StripeCustomerId>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub payment_intent: Option<StripePaymentIntentId>,
    #[serde(default, deserialize_with = "or_default")]
    pub disputed: bool,
    pub failure_code: Option<String>,
    pub outcome: Option<ChargeOutcome>,
    pub payment_method_details: Option<PaymentMethodDetails>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    pub created: Option<Seconds>,
}

impl Charge {
    /// The bank's reason, most exact first; `None` where it succeeded.
    pub fn decline_code(&self) -> Option<&str> {
        let reason = self.outcome.as_ref().and_then(|outcome| outcome.reason.as_deref());
        match self.status {
            ChargeStatus::Failed => reason.or(self.failure_code.as_deref()),
            ChargeStatus::Succeeded | ChargeStatus::Pending | ChargeStatus::Unknown(_) => None,
        }
    }
}

impl Object for Charge {
    const NAME: &'static str = "charge";
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChargeOutcome {
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentMethodDetails {
    pub card: Option<Card>,
}

/// <https://docs.stripe.com/api/refunds/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refund {
    pub id: StripeRefundId,
    pub status: Option<RefundStatus>,
    pub amount: i64,
    pub currency: String,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub charge: Option<StripeChargeId>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub payment_intent: Option<StripePaymentIntentId>,
    /// `lost_or_stolen_card`, `expired_or_canceled_card`...
    pub failure_reason: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    pub created: Option<Seconds>,
}

impl Object for Refund {
    const NAME: &'static str = "refund";
}

/// <https://docs.stripe.com/api/disputes/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Dispute {
    pub id: StripeDisputeId,
    pub status: DisputeStatus,
    pub amount: i64,
    pub currency: String,
    /// `fraudulent`, `product_not_received`...
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub charge: Option<StripeChargeId>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub payment_intent: Option<StripePaymentIntentId>,
    pub evidence_details: Option<EvidenceDetails>,
    pub created: Option<Seconds>,
}

impl Object for Dispute {
    const NAME: &'static str = "dispute";
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EvidenceDetails {
    /// Until when the practice can answer.
    pub due_by: Option<Seconds>,
}
