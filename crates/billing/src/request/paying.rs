//! Money that moves: a card on file, a refund, an invoice.

use super::draft::{Draft, currency};
use super::reading::OF_INVOICE;
use super::subscribing::tax_rates;
use super::{AskProblem, seconds};
use crate::money::{AmountProblem, to_charge, to_stripe};
use crate::read::{
    StripeChargeId, StripeCustomerId, StripeInvoiceId, StripePaymentIntentId, StripePaymentMethodId,
    StripeSubscriptionId, StripeTaxRateId,
};
use domain::Instant;
use domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use stripe_billing::{invoice, invoice_item};
use stripe_core::{payment_intent, refund};

/// What a ticket still owes, off the card on file; the customer is not there to confirm anything.
///
/// <https://docs.stripe.com/api/payment_intents/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeCard {
    pub customer: StripeCustomerId,
    pub payment_method: StripePaymentMethodId,
    pub currency: Currency,
    pub amount: Money,
    /// What Stripe's receipt says it is for.
    pub description: String,
}

impl ChargeCard {
    pub(super) fn draft(&self) -> Result<Draft, AskProblem> {
        use payment_intent::CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects as Redirects;
        let mut methods = payment_intent::CreatePaymentIntentAutomaticPaymentMethods::new(true);
        methods.allow_redirects = Some(Redirects::Never);
        let amount = to_charge(self.currency, self.amount)?;
        let ask = payment_intent::CreatePaymentIntent::new(amount, currency(self.currency))
            .customer(self.customer.as_str())
            .payment_method(self.payment_method.as_str())
            .description(&self.description)
            .automatic_payment_methods(methods)
            .confirm(true)
            // Where the bank wants the customer to confirm, that is a decline: nobody is there to.
            .off_session(payment_intent::CreatePaymentIntentOffSession::Bool(true));
        Ok(Draft::marked(&ask))
    }
}

/// A part of a payment, given back. <https://docs.stripe.com/api/refunds/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveRefund {
    pub of: Refunded,
    pub currency: Currency,
    /// Positive, and at most what is left of the payment.
    pub amount: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refunded {
    Charge(StripeChargeId),
    PaymentIntent(StripePaymentIntentId),
}

impl GiveRefund {
    pub(super) fn draft(&self) -> Result<Draft, AskProblem> {
        if !self.amount.is_positive() {
            return Err(AmountProblem::NotPositive { amount: self.currency.format(self.amount) }.into());
        }
        let ask = refund::CreateRefund::new()
            .amount(to_stripe(self.currency, self.amount)?)
            .reason(refund::CreateRefundReason::RequestedByCustomer);
        Ok(Draft::marked(&match &self.of {
            Refunded::Charge(charge) => ask.charge(charge.as_str()),
            Refunded::PaymentIntent(intent) => ask.payment_intent(intent.as_str()),
        }))
    }
}

/// One amount on an invoice: the first period of a late enrollment, a setup fee of a later start, a credit.
///
/// <https://docs.stripe.com/api/invoiceitems/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddInvoiceItem {
    pub customer: StripeCustomerId,
    pub currency: Currency,
    /// Negative for a credit.
    pub amount: Money,
    pub description: String,
    pub goes_to: GoesTo,
    /// What it is for, from and until.
    pub period: Option<(Instant, Instant)>,
    pub tax_rates: Vec<StripeTaxRateId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoesTo {
    /// A draft that is there already.
    Invoice(StripeInvoiceId),
    /// The subscription's next invoice, whenever that is.
    NextOf(StripeSubscriptionId),
}

impl AddInvoiceItem {
    pub(super) fn draft(&self) -> Result<Draft, AskProblem> {
        let mut ask = invoice_item::CreateInvoiceItem::new()
            .customer(self.customer.as_str())
            .currency(currency(self.currency))
            .amount(to_stripe(self.currency, self.amount)?)
            .description(&self.description);
        ask = match &self.goes_to {
            GoesTo::Invoice(invoice) => ask.invoice(invoice.as_str()),
            GoesTo::NextOf(subscription) => ask.subscription(subscription.as_str()),
        };
        if let Some((start, end)) = self.period {
            if end < start {
                return Err(AskProblem::Period);
            }
            ask = ask.period(invoice_item::Period::new(seconds(end), seconds(start)));
        }
        if let Some(rates) = tax_rates(&self.tax_rates) {
            ask = ask.tax_rates(rates);
        }
        Ok(Draft::marked(&ask))
    }
}

/// An empty draft that takes nothing which waits for other invoices and does nothing by itself; items follow, then
/// [`InvoiceAsk::Pay`]. <https://docs.stripe.com/api/invoices/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateInvoice {
    pub customer: StripeCustomerId,
    pub currency: Currency,
    pub description: String,
    pub payment_method: Option<StripePaymentMethodId>,
}

impl CreateInvoice {
    pub(super) fn draft(&self) -> Draft {
        let mut ask = invoice::CreateInvoice::new()
            .customer(self.customer.as_str())
            .currency(currency(self.currency))
            .description(&self.description)
            .collection_method(stripe_billing::InvoiceCollectionMethod::ChargeAutomatically)
            .auto_advance(false)
            .pending_invoice_items_behavior(invoice::CreateInvoicePendingInvoiceItemsBehavior::Exclude);
        if let Some(payment_method) = &self.payment_method {
            ask = ask.default_payment_method(payment_method.as_str());
        }
        Draft::marked(&ask)
    }
}

/// What is asked of one invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceAsk {
    /// No more changes; it is open then. <https://docs.stripe.com/api/invoices/finalize>
    Finalize,
    /// Tried once, now; a draft is finalized by it. <https://docs.stripe.com/api/invoices/pay>
    Pay(PayInvoice),
    /// Paid at the counter: Stripe stops trying.
    PaidOutOfBand,
    /// <https://docs.stripe.com/api/invoices/void>
    Void,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayInvoice {
    /// `None`: what it would be charged to anyway.
    pub payment_method: Option<StripePaymentMethodId>,
}

impl InvoiceAsk {
    pub(super) fn draft(&self, invoice: &StripeInvoiceId) -> Draft {
        let id = invoice.as_str();
        let told = vec![OF_INVOICE.to_owned()];
        match self {
            Self::Finalize => Draft::unmarked(&invoice::FinalizeInvoiceInvoice::new(id).auto_advance(false)),
            Self::Pay(PayInvoice { payment_method }) => {
                let ask = invoice::PayInvoice::new(id).off_session(true).expand(told);
                Draft::unmarked(&match payment_method {
                    Some(payment_method) => ask.payment_method(payment_method.as_str()),
                    None => ask,
                })
            }
            Self::PaidOutOfBand => {
                Draft::unmarked(&invoice::PayInvoice::new(id).paid_out_of_band(true).expand(told))
            }
            Self::Void => Draft::unmarked(&invoice::VoidInvoiceInvoice::new(id)),
        }
    }
}
