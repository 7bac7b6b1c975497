//! What is billed again and again.

use super::expand;
use super::{
    BillingModeType, CollectionMethod, Inner, Metadata, Object, PauseBehavior, PauseReason, Price, Seconds,
    StripeCustomerId, StripeInvoiceId, StripePaymentMethodId, StripeSubscriptionId, StripeSubscriptionItemId,
    SubscriptionStatus, TaxRate, or_default,
};
use serde::Deserialize;

/// <https://docs.stripe.com/api/subscriptions/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Subscription {
    pub id: StripeSubscriptionId,
    pub status: SubscriptionStatus,
    #[serde(deserialize_with = "expand::id")]
    pub customer: StripeCustomerId,
    pub currency: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub items: Inner<SubscriptionItem>,
    /// Of accounts that speak an older version; since 2025-03-31 the items say it.
    pub current_period_start: Option<Seconds>,
    pub current_period_end: Option<Seconds>,
    pub billing_cycle_anchor: Option<Seconds>,
    pub billing_mode: Option<BillingMode>,
    pub start_date: Option<Seconds>,
    pub trial_end: Option<Seconds>,
    pub pause_collection: Option<PauseCollection>,
    pub status_details: Option<StatusDetails>,
    pub cancel_at: Option<Seconds>,
    #[serde(default, deserialize_with = "or_default")]
    pub cancel_at_period_end: bool,
    pub canceled_at: Option<Seconds>,
    pub ended_at: Option<Seconds>,
    pub collection_method: Option<CollectionMethod>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub default_payment_method: Option<StripePaymentMethodId>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub latest_invoice: Option<StripeInvoiceId>,
    #[serde(default, deserialize_with = "or_default")]
    pub default_tax_rates: Vec<TaxRate>,
    /// Their ids, or the whole objects.
    #[serde(default, deserialize_with = "or_default")]
    pub discounts: Vec<serde_json::Value>,
    /// One attached forbids pausing.
    #[serde(default, deserialize_with = "expand::some_id")]
    pub schedule: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    pub created: Option<Seconds>,
}

impl Object for Subscription {
    const NAME: &'static str = "subscription";
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BillingMode {
    #[serde(rename = "type")]
    pub kind: Option<BillingModeType>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StatusDetails {
    pub paused: Option<PausedDetails>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PausedDetails {
    pub transitioned_at: Option<Seconds>,
    pub subscription: Option<PausedSubscription>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PausedSubscription {
    #[serde(rename = "type")]
    pub reason: Option<PauseReason>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PauseCollection {
    pub behavior: Option<PauseBehavior>,
    pub resumes_at: Option<Seconds>,
}

/// <https://docs.stripe.com/api/subscription_items/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SubscriptionItem {
    pub id: StripeSubscriptionItemId,
    pub price: Price,
    /// `None` for what is metered.
    pub quantity: Option<u64>,
    pub current_period_start: Option<Seconds>,
    pub current_period_end: Option<Seconds>,
    #[serde(default, deserialize_with = "or_default")]
    pub tax_rates: Vec<TaxRate>,
    #[serde(default, deserialize_with = "or_default")]
    pub discounts: Vec<serde_json::Value>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
}

impl Object for SubscriptionItem {
    const NAME: &'static str = "subscription_item";
}
