//! Money that moved, or is to, as facts.

use super::{Amounts, Ours};
use crate::money::AmountProblem;
use crate::read::{
    BillingReason, Charge, ChargeStatus, Dispute, DisputeStatus, Expandable, Invoice, InvoicePayment,
    InvoiceStatus, PaymentError, PaymentIntent, PaymentIntentStatus, Period, Refund, RefundStatus, Seconds,
    StripeChargeId, StripeCustomerId, StripeDisputeId, StripeInvoiceId, StripePaymentIntentId,
    StripePaymentMethodId, StripeRefundId, StripeSubscriptionId,
};
use domain::Instant;
use domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};

/// What Stripe says of one invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceSnapshot {
    pub id: StripeInvoiceId,
    pub customer: Option<StripeCustomerId>,
    pub subscription: Option<StripeSubscriptionId>,
    pub status: Option<InvoiceStatus>,
    pub reason: Option<BillingReason>,
    pub number: Option<String>,
    /// How often Stripe tried to collect it.
    pub attempt_count: u32,
    /// `None`: it will not try again by itself.
    pub next_payment_attempt: Option<Instant>,
    pub currency: Currency,
    /// With tax.
    pub amount: Money,
    pub tax: Money,
    pub paid: Money,
    pub remaining: Money,
    /// Given back or taken off by credit notes after it was paid.
    pub credited: Money,
    pub paid_at: Option<Instant>,
    /// At the counter, and not by Stripe; `None` where its payments did not come along.
    pub paid_out_of_band: Option<bool>,
    /// What it bills: from the earliest start to the latest end of its lines, prorations left out.
    pub period_start: Option<Instant>,
    pub period_end: Option<Instant>,
    /// `false` where a line could not be read, or there are more than came along: then the period may be longer.
    pub whole: bool,
    pub payment_intent: Option<StripePaymentIntentId>,
    pub charge: Option<StripeChargeId>,
    /// The bank's reason for the last failure, for [`crate::answer::decline`].
    pub decline_code: Option<String>,
    /// Stripe's page to pay it on.
    pub page: Option<String>,
    pub ours: Ours,
}

impl InvoiceSnapshot {
    /// # Errors
    /// An amount that the practice's money can't say.
    pub fn of(read: &Invoice) -> Result<Self, AmountProblem> {
        let amounts = Amounts::of(&read.currency)?;
        let taxes =
            || read.total_taxes.iter().flatten().fold(0_i64, |sum, tax| sum.saturating_add(tax.amount));
        let tax = read.total_excluding_tax.map_or_else(taxes, |without| read.total.saturating_sub(without));
        let mut billed: Vec<Period> = read
            .lines
            .items
            .iter()
            .filter(|line| !line.is_proration())
            .filter_map(|line| line.period)
            .collect();
        // An item that waited for this invoice stands at the moment it was made, which says nothing of what is billed.
        if billed.iter().any(|period| period.start < period.end) {
            billed.retain(|period| period.start < period.end);
        }
        let payment = payment(read.payments.as_ref().map_or(&[], |payments| &payments.items));
        let intent = payment.and_then(|payment| payment.payment.as_ref()?.payment_intent.as_ref());
        let tried = intent.and_then(Expandable::object);
        let unpaid = read.status != Some(InvoiceStatus::Paid);
        Ok(Self {
            id: read.id.clone(),
            customer: read.customer.clone(),
            subscription: read.subscription().cloned(),
            status: read.status.clone(),
            reason: read.billing_reason.clone(),
            number: read.number.clone(),
            attempt_count: read.attempt_count,
            next_payment_attempt: read.next_payment_attempt.map(Seconds::instant),
            currency: amounts.0,
            amount: amounts.read(read.total)?,
            tax: amounts.read(tax)?,
            paid: amounts.read(read.amount_paid)?,
            remaining: amounts.read(read.amount_remaining)?,
            credited: amounts.read(read.post_payment_credit_notes_amount)?,
            paid_at: read.status_transitions.paid_at.map(Seconds::instant),
            paid_out_of_band: read.is_paid_elsewhere(),
            period_start: billed.iter().map(|period| period.start).min().map(Seconds::instant),
            period_end: billed.iter().map(|period| period.end).max().map(Seconds::instant),
            whole: read.lines.is_whole(),
            payment_intent: intent.map(|intent| match intent {
                Expandable::Id(id) => id.clone(),
                Expandable::Object(object) => object.id.clone(),
            }),
            charge: payment
                .and_then(|payment| payment.payment.as_ref()?.charge.clone())
                .or_else(|| tried.and_then(|intent| intent.latest_charge.clone())),
            decline_code: tried
                .filter(|_| unpaid)
                .and_then(|intent| reason(intent.last_payment_error.as_ref())),
            page: read.hosted_invoice_url.clone(),
            ours: Ours::of(&read.metadata),
        })
    }
}

/// The payment that counts: one that was made, else the one Stripe works on, else the latest.
fn payment(payments: &[InvoicePayment]) -> Option<&InvoicePayment> {
    let paid = payments.iter().find(|payment| payment.status.as_deref() == Some("paid"));
    paid.or_else(|| payments.iter().find(|payment| payment.is_default)).or_else(|| payments.first())
}

fn reason(error: Option<&PaymentError>) -> Option<String> {
    error.and_then(PaymentError::reason).map(str::to_owned)
}

/// What Stripe says of one payment off a card on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentIntentSnapshot {
    pub id: StripePaymentIntentId,
    pub customer: Option<StripeCustomerId>,
    pub status: PaymentIntentStatus,
    pub currency: Currency,
    pub amount: Money,
    pub received: Money,
    pub payment_method: Option<StripePaymentMethodId>,
    pub charge: Option<StripeChargeId>,
    pub decline_code: Option<String>,
    pub ours: Ours,
}

impl PaymentIntentSnapshot {
    /// # Errors
    /// An amount that the practice's money can't say.
    pub fn of(read: &PaymentIntent) -> Result<Self, AmountProblem> {
        let amounts = Amounts::of(&read.currency)?;
        Ok(Self {
            id: read.id.clone(),
            customer: read.customer.clone(),
            status: read.status.clone(),
            currency: amounts.0,
            amount: amounts.read(read.amount)?,
            received: amounts.read(read.amount_received)?,
            payment_method: read.payment_method.clone(),
            charge: read.latest_charge.clone(),
            decline_code: reason(read.last_payment_error.as_ref()),
            ours: Ours::of(&read.metadata),
        })
    }
}

/// What Stripe says of one charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeSnapshot {
    pub id: StripeChargeId,
    pub customer: Option<StripeCustomerId>,
    pub payment_intent: Option<StripePaymentIntentId>,
    pub status: ChargeStatus,
    pub currency: Currency,
    pub amount: Money,
    pub captured: Money,
    pub refunded: Money,
    pub disputed: bool,
    pub decline_code: Option<String>,
    /// `visa 4242`
    pub card: Option<String>,
    pub ours: Ours,
}

impl ChargeSnapshot {
    /// # Errors
    /// An amount that the practice's money can't say.
    pub fn of(read: &Charge) -> Result<Self, AmountProblem> {
        let amounts = Amounts::of(&read.currency)?;
        let card = read.payment_method_details.as_ref().and_then(|details| details.card.as_ref());
        Ok(Self {
            id: read.id.clone(),
            customer: read.customer.clone(),
            payment_intent: read.payment_intent.clone(),
            status: read.status.clone(),
            currency: amounts.0,
            amount: amounts.read(read.amount)?,
            captured: amounts.read(read.amount_captured)?,
            refunded: amounts.read(read.amount_refunded)?,
            disputed: read.disputed,
            decline_code: read.decline_code().map(str::to_owned),
            card: card.and_then(|card| Some(format!("{} {}", card.brand.as_ref()?, card.last4.as_ref()?))),
            ours: Ours::of(&read.metadata),
        })
    }
}

/// What Stripe says of one refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundSnapshot {
    pub id: StripeRefundId,
    pub charge: Option<StripeChargeId>,
    pub payment_intent: Option<StripePaymentIntentId>,
    pub status: Option<RefundStatus>,
    pub currency: Currency,
    pub amount: Money,
    /// Why the bank did not take it back.
    pub failure: Option<String>,
    pub ours: Ours,
}

impl RefundSnapshot {
    /// # Errors
    /// An amount that the practice's money can't say.
    pub fn of(read: &Refund) -> Result<Self, AmountProblem> {
        let amounts = Amounts::of(&read.currency)?;
        Ok(Self {
            id: read.id.clone(),
            charge: read.charge.clone(),
            payment_intent: read.payment_intent.clone(),
            status: read.status.clone(),
            currency: amounts.0,
            amount: amounts.read(read.amount)?,
            failure: read.failure_reason.clone(),
            ours: Ours::of(&read.metadata),
        })
    }
}

/// What Stripe says of one dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeSnapshot {
    pub id: StripeDisputeId,
    pub charge: Option<StripeChargeId>,
    pub payment_intent: Option<StripePaymentIntentId>,
    pub status: DisputeStatus,
    pub currency: Currency,
    pub amount: Money,
    pub reason: Option<String>,
    /// Until when the practice can answer.
    pub due_by: Option<Instant>,
}

impl DisputeSnapshot {
    /// # Errors
    /// An amount that the practice's money can't say.
    pub fn of(read: &Dispute) -> Result<Self, AmountProblem> {
        let amounts = Amounts::of(&read.currency)?;
        Ok(Self {
            id: read.id.clone(),
            charge: read.charge.clone(),
            payment_intent: read.payment_intent.clone(),
            status: read.status.clone(),
            currency: amounts.0,
            amount: amounts.read(read.amount)?,
            reason: read.reason.clone(),
            due_by: read.evidence_details.as_ref().and_then(|details| details.due_by).map(Seconds::instant),
        })
    }
}
