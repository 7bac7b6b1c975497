//! What is owed to the practice, period by period.

use super::expand::{self, Expandable};
use super::{
    BillingReason, CollectionMethod, Inner, InvoiceStatus, Metadata, Object, PaymentIntent, Seconds,
    StripeChargeId, StripeCustomerId, StripeInvoiceId, StripeInvoiceItemId, StripePaymentIntentId,
    StripePriceId, StripeSubscriptionId, StripeSubscriptionItemId, or_default,
};
use serde::Deserialize;

/// <https://docs.stripe.com/api/invoices/object>; amounts in Stripe's minor units.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Invoice {
    pub id: StripeInvoiceId,
    pub status: Option<InvoiceStatus>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub customer: Option<StripeCustomerId>,
    pub currency: String,
    pub number: Option<String>,
    pub billing_reason: Option<BillingReason>,
    pub collection_method: Option<CollectionMethod>,
    #[serde(default, deserialize_with = "or_default")]
    pub attempt_count: u32,
    pub next_payment_attempt: Option<Seconds>,
    pub auto_advance: Option<bool>,
    pub amount_due: i64,
    pub amount_paid: i64,
    pub amount_remaining: i64,
    pub total: i64,
    pub total_excluding_tax: Option<i64>,
    pub total_taxes: Option<Vec<InvoiceTax>>,
    #[serde(default, deserialize_with = "or_default")]
    pub post_payment_credit_notes_amount: i64,
    /// Told by older versions.
    pub paid_out_of_band: Option<bool>,
    pub period_start: Option<Seconds>,
    pub period_end: Option<Seconds>,
    #[serde(default, deserialize_with = "or_default")]
    pub lines: Inner<InvoiceLine>,
    pub parent: Option<InvoiceParent>,
    /// Only where they were asked for.
    pub payments: Option<Inner<InvoicePayment>>,
    #[serde(default, deserialize_with = "or_default")]
    pub status_transitions: StatusTransitions,
    /// Stripe's page to pay it on.
    pub hosted_invoice_url: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    pub created: Option<Seconds>,
}

impl Invoice {
    /// The subscription it bills.
    pub fn subscription(&self) -> Option<&StripeSubscriptionId> {
        self.parent.as_ref()?.subscription_details.as_ref()?.subscription.as_ref()
    }
}

impl Invoice {
    /// Whether it was paid, and not through Stripe; `None` where its payments were not asked for.
    ///
    /// Such a payment is a payment record, which is neither a payment intent nor a charge.
    pub fn is_paid_elsewhere(&self) -> Option<bool> {
        if let Some(told) = self.paid_out_of_band {
            return Some(told);
        }
        if self.status != Some(InvoiceStatus::Paid) || self.amount_paid <= 0 {
            return Some(false);
        }
        let payments = self.payments.as_ref().filter(|payments| payments.is_whole())?;
        let by_stripe = |paid: &PaidBy| paid.payment_intent.is_some() || paid.charge.is_some();
        let paid = payments.items.iter().filter(|payment| payment.status.as_deref() == Some("paid"));
        Some(!paid.filter_map(|payment| payment.payment.as_ref()).any(by_stripe))
    }
}

impl Object for Invoice {
    const NAME: &'static str = "invoice";
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InvoiceTax {
    pub amount: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct StatusTransitions {
    pub finalized_at: Option<Seconds>,
    pub paid_at: Option<Seconds>,
    pub voided_at: Option<Seconds>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InvoiceParent {
    pub subscription_details: Option<SubscriptionDetails>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SubscriptionDetails {
    #[serde(default, deserialize_with = "expand::some_id")]
    pub subscription: Option<StripeSubscriptionId>,
}

/// <https://docs.stripe.com/api/invoice-line-item/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InvoiceLine {
    pub id: String,
    pub amount: i64,
    pub quantity: Option<u64>,
    pub period: Option<Period>,
    pub taxes: Option<Vec<InvoiceTax>>,
    pub parent: Option<LineParent>,
    pub pricing: Option<LinePricing>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
}

impl InvoiceLine {
    pub fn price(&self) -> Option<&StripePriceId> {
        self.pricing.as_ref()?.price_details.as_ref()?.price.as_ref()
    }

    pub fn is_proration(&self) -> bool {
        let Some(parent) = &self.parent else { return false };
        let item = parent.subscription_item_details.as_ref().and_then(|details| details.proration);
        let extra = parent.invoice_item_details.as_ref().and_then(|details| details.proration);
        item.or(extra).unwrap_or(false)
    }
}

impl Object for InvoiceLine {
    const NAME: &'static str = "line_item";
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Period {
    pub start: Seconds,
    pub end: Seconds,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LineParent {
    pub invoice_item_details: Option<InvoiceItemDetails>,
    pub subscription_item_details: Option<SubscriptionItemDetails>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InvoiceItemDetails {
    pub proration: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SubscriptionItemDetails {
    pub proration: Option<bool>,
    pub subscription_item: Option<StripeSubscriptionItemId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LinePricing {
    pub price_details: Option<PriceDetails>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PriceDetails {
    #[serde(default, deserialize_with = "expand::some_id")]
    pub price: Option<StripePriceId>,
}

/// <https://docs.stripe.com/api/invoice-payment/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InvoicePayment {
    pub id: String,
    /// `open`, `paid`, `canceled`.
    pub status: Option<String>,
    pub amount_paid: Option<i64>,
    #[serde(default, deserialize_with = "or_default")]
    pub is_default: bool,
    pub payment: Option<PaidBy>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaidBy {
    pub payment_intent: Option<Expandable<StripePaymentIntentId, PaymentIntent>>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub charge: Option<StripeChargeId>,
}

impl Object for InvoicePayment {
    const NAME: &'static str = "invoice_payment";
}

/// <https://docs.stripe.com/api/invoiceitems/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InvoiceItem {
    pub id: StripeInvoiceItemId,
    pub amount: i64,
    pub currency: String,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub customer: Option<StripeCustomerId>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub invoice: Option<StripeInvoiceId>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
}

impl Object for InvoiceItem {
    const NAME: &'static str = "invoiceitem";
}
