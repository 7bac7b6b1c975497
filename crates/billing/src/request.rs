//! What this program asks of Stripe: one closed list, with every id resolved and every amount in our own money.
//!
//! An [`Ask`] becomes [`Frozen`] bytes in one step and from then on is not asked again: see [`crate::outbox`]. What is only
//! read is a [`Reading`].

mod changing;
mod draft;
mod frozen;
mod look_up;
mod paying;
mod people;
mod permissions;
mod reading;
mod selling;
mod subscribing;

pub use changing::{
    Anchor, ChangeItems, ItemChange, PauseCollection, PaymentMethodOfSubscription, Proration, ShiftBilling,
    SubscriptionAsk,
};
pub use frozen::{Frozen, Method};
pub use look_up::{LookUp, Looked};
pub use paying::{
    AddInvoiceItem, ChargeCard, CreateInvoice, GiveRefund, GoesTo, InvoiceAsk, PayInvoice, Refunded,
};
pub use people::{Contact, CreateCustomer, OpenPortal, SetUpCard, UpdateCustomer};
pub use permissions::{Access, PERMISSIONS, Permission};
pub use reading::{ListOf, Reading, Searched, Thing};
pub use selling::{CreateCoupon, CreatePrice, CreateProduct, CreateTaxRate, UpdateProduct};
pub use subscribing::{CreateSubscription, Item, Starts};

use crate::money::AmountProblem;
use crate::read::{
    StripeCustomerId, StripeInvoiceId, StripePaymentMethodId, StripePriceId, StripeSubscriptionId,
};
use domain::{CustomerId, EffectId, EnrollmentId, Instant, PlanId, TicketId};
use draft::Draft;
use serde::{Deserialize, Serialize};

/// The effect's id in the metadata of what it made or changed.
pub const EFFECT: &str = "perennial_effect";
/// Whose it is, where several practices share an account.
pub const PRACTICE: &str = "perennial_practice";

/// Everything that is ever asked of Stripe and changes something there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    CreateCustomer(CreateCustomer),
    UpdateCustomer(UpdateCustomer),
    /// Cancels what it has running too. Refused here while anything runs or is owed; Stripe would not refuse.
    DeleteCustomer(StripeCustomerId),
    /// What renewals are charged to where a subscription names nothing else.
    SetDefaultPaymentMethod {
        customer: StripeCustomerId,
        payment_method: StripePaymentMethodId,
    },
    SetUpCard(SetUpCard),
    OpenPortal(OpenPortal),
    CreateProduct(CreateProduct),
    UpdateProduct(UpdateProduct),
    CreatePrice(CreatePrice),
    /// New subscriptions can't have it; those that have it keep it.
    DeactivatePrice(StripePriceId),
    ActivatePrice(StripePriceId),
    CreateCoupon(CreateCoupon),
    CreateTaxRate(CreateTaxRate),
    CreateSubscription(CreateSubscription),
    Subscription {
        subscription: StripeSubscriptionId,
        ask: SubscriptionAsk,
    },
    ChargeCard(ChargeCard),
    GiveRefund(GiveRefund),
    AddInvoiceItem(AddInvoiceItem),
    CreateInvoice(CreateInvoice),
    Invoice {
        invoice: StripeInvoiceId,
        ask: InvoiceAsk,
    },
}

/// What is written into the metadata, so that the object can be found again and is known as ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub effect: EffectId,
    /// At most 500 characters.
    pub practice: String,
    pub about: About,
}

/// What of ours the object stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Customer(CustomerId),
    Plan(PlanId),
    Enrollment(EnrollmentId),
    Ticket(TicketId),
    /// All of it, as a tax rate is.
    Practice,
}

impl About {
    fn pair(self) -> Option<(&'static str, String)> {
        Some(match self {
            Self::Practice => return None,
            Self::Customer(id) => ("perennial_customer", id.to_string()),
            Self::Plan(id) => ("perennial_plan", id.to_string()),
            Self::Enrollment(id) => ("perennial_enrollment", id.to_string()),
            Self::Ticket(id) => ("perennial_ticket", id.to_string()),
        })
    }
}

/// Why something is not asked at all. Nothing was sent and no money moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskProblem {
    #[error(transparent)]
    Amount(#[from] AmountProblem),
    #[error("A subscription needs something that is billed.")]
    NothingBilled,
    #[error("A quantity is 1 to 9,999, and {quantity} is not.")]
    Quantity { quantity: u32 },
    #[error("Where nothing is charged at once there is nothing to take a discount off.")]
    DiscountBeforeStart,
    #[error("A price is not negative.")]
    NegativePrice,
    #[error("A period ends after it starts.")]
    Period,
    #[error("{address} is no address of a page.")]
    Address { address: String },
}

impl Ask {
    /// The bytes that will be sent.
    ///
    /// # Errors
    /// What Stripe could only refuse.
    pub fn freeze(&self, mark: &Mark) -> Result<Frozen, AskProblem> {
        Ok(self.draft()?.freeze(mark))
    }

    fn draft(&self) -> Result<Draft, AskProblem> {
        match self {
            Self::CreateCustomer(ask) => Ok(ask.draft()),
            Self::UpdateCustomer(ask) => Ok(ask.draft()),
            Self::DeleteCustomer(customer) => Ok(people::delete(customer)),
            Self::SetDefaultPaymentMethod { customer, payment_method } => {
                Ok(people::set_default(customer, payment_method))
            }
            Self::SetUpCard(ask) => ask.draft(),
            Self::OpenPortal(ask) => ask.draft(),
            Self::CreateProduct(ask) => Ok(ask.draft()),
            Self::UpdateProduct(ask) => Ok(ask.draft()),
            Self::CreatePrice(ask) => ask.draft(),
            Self::DeactivatePrice(price) => Ok(selling::sold(price, false)),
            Self::ActivatePrice(price) => Ok(selling::sold(price, true)),
            Self::CreateCoupon(ask) => ask.draft(),
            Self::CreateTaxRate(ask) => Ok(ask.draft()),
            Self::CreateSubscription(ask) => ask.draft(),
            Self::Subscription { subscription, ask } => ask.draft(subscription),
            Self::ChargeCard(ask) => ask.draft(),
            Self::GiveRefund(ask) => ask.draft(),
            Self::AddInvoiceItem(ask) => ask.draft(),
            Self::CreateInvoice(ask) => Ok(ask.draft()),
            Self::Invoice { invoice, ask } => Ok(ask.draft(invoice)),
        }
    }
}

/// Stripe's seconds; a part of one counts as the whole.
fn seconds(instant: Instant) -> i64 {
    instant.millis().div_euclid(1_000)
}

/// Only pages that a browser opens.
fn page(address: &str) -> Result<String, AskProblem> {
    let known = address.starts_with("https://") || address.starts_with("http://");
    if known && address.len() <= 5_000 && !address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Ok(address.to_owned())
    } else {
        Err(AskProblem::Address { address: address.chars().take(80).collect() })
    }
}

#[cfg(test)]
mod tests;
