//! Customers, their cards, and Stripe's pages for them.

use super::draft::{Draft, currency};
use super::{AskProblem, page};
use crate::read::{StripeCustomerId, StripePaymentMethodId};
use domain::money::Currency;
use serde::{Deserialize, Serialize};
use stripe_billing::billing_portal_session as portal;
use stripe_checkout::checkout_session as checkout;
use stripe_core::customer;

/// <https://docs.stripe.com/api/customers/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateCustomer {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
}

impl CreateCustomer {
    pub(super) fn draft(&self) -> Draft {
        let mut ask = customer::CreateCustomer::new().name(&self.name);
        if let Some(email) = &self.email {
            ask = ask.email(email);
        }
        if let Some(phone) = &self.phone {
            ask = ask.phone(phone);
        }
        Draft::marked(&ask)
    }
}

/// Who they are now. <https://docs.stripe.com/api/customers/update>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateCustomer {
    pub customer: StripeCustomerId,
    pub name: String,
    pub email: Contact,
    pub phone: Contact,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    Is(String),
    /// Not said again.
    AsBefore,
    /// The person asked for it: Stripe forgets it too. Its published types do not list this, and its maintainers say that it
    /// works (<https://github.com/stripe/stripe-node/pull/1834>).
    TakenAway,
}

impl Contact {
    fn say(&self, name: &'static str, draft: Draft) -> Draft {
        match self {
            Self::Is(text) if !text.is_empty() => draft.also(name, text),
            Self::Is(_) | Self::AsBefore => draft,
            Self::TakenAway => draft.also(name, ""),
        }
    }
}

impl UpdateCustomer {
    pub(super) fn draft(&self) -> Draft {
        let ask = customer::UpdateCustomer::new(self.customer.as_str()).name(&self.name);
        self.phone.say("phone", self.email.say("email", Draft::marked(&ask)))
    }
}

pub(super) fn delete(customer: &StripeCustomerId) -> Draft {
    Draft::unmarked(&customer::DeleteCustomer::new(customer.as_str()))
}

pub(super) fn set_default(customer: &StripeCustomerId, payment_method: &StripePaymentMethodId) -> Draft {
    let mut settings = customer::UpdateCustomerInvoiceSettings::new();
    settings.default_payment_method = Some(payment_method.to_string());
    Draft::marked(&customer::UpdateCustomer::new(customer.as_str()).invoice_settings(settings))
}

/// Stripe's page on which the customer enters a card, for later charges.
///
/// <https://docs.stripe.com/payments/save-and-reuse>: the session's setup intent names the payment method, which is then
/// made the default by an ask of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUpCard {
    pub customer: StripeCustomerId,
    pub currency: Currency,
    pub success_url: String,
}

impl SetUpCard {
    pub(super) fn draft(&self) -> Result<Draft, AskProblem> {
        let ask = checkout::CreateCheckoutSession::new()
            .mode(stripe_checkout::CheckoutSessionMode::Setup)
            .customer(self.customer.as_str())
            .currency(currency(self.currency))
            .success_url(page(&self.success_url)?);
        Ok(Draft::marked(&ask).marks_also(&["metadata", "setup_intent_data[metadata]"]))
    }
}

/// Stripe's pages for the customer's own card and receipts; the address it answers lets in whoever has it.
///
/// <https://docs.stripe.com/api/customer_portal/sessions/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPortal {
    pub customer: StripeCustomerId,
    pub return_url: String,
    /// Only the page for a new card, where the account's portal allows that.
    pub card_only: bool,
}

impl OpenPortal {
    pub(super) fn draft(&self) -> Result<Draft, AskProblem> {
        let ask = portal::CreateBillingPortalSession::new()
            .customer(self.customer.as_str())
            .return_url(page(&self.return_url)?);
        let draft = Draft::unmarked(&ask);
        Ok(if self.card_only { draft.also("flow_data[type]", "payment_method_update") } else { draft })
    }
}
