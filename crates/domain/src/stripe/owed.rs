//! What is owed to Stripe, in our own ids: what exactly is asked is worked out when its turn comes.

use super::{
    PriceIs, StripeChargeId, StripeCustomerId, StripeInvoiceId, StripePaymentIntentId, StripePaymentMethodId,
};
use crate::plan::TaxMode;
use crate::{CustomerId, Day, EnrollmentId, Money, PlanId, Rate, RecordId, TicketId};
use serde::{Deserialize, Serialize};

/// One thing owed to Stripe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Owed {
    // What others depend on; owed once, whoever needs it first.
    Customer {
        customer: CustomerId,
    },
    Product {
        plan: PlanId,
    },
    Price {
        plan: PlanId,
        price: PriceIs,
    },
    TaxRate {
        rate: Rate,
        mode: TaxMode,
    },
    /// The opening discount of one enrollment.
    Coupon {
        enrollment: EnrollmentId,
        amount: Money,
    },

    /// Somebody was erased here, and is to be forgotten there too. Of nobody on file any more, so it names who they were at
    /// Stripe.
    CustomerGone {
        customer: StripeCustomerId,
    },
    /// Name, e-mail or telephone number changed.
    CustomerWords {
        customer: CustomerId,
    },
    /// Name, description, or whether it is sold.
    ProductWords {
        plan: PlanId,
    },
    /// Whether new subscriptions may have it.
    PriceSold {
        plan: PlanId,
        price: PriceIs,
        sold: bool,
    },
    /// Renewals are charged to it where a subscription names none.
    DefaultCard {
        customer: CustomerId,
        card: StripePaymentMethodId,
    },
    /// Stripe's page on which they enter a card.
    SetUpCard {
        customer: CustomerId,
    },
    /// Stripe's page on which they see their invoices and replace their card. It is worth nothing minutes later.
    OpenPortal {
        customer: CustomerId,
    },
    SubscriptionCard {
        enrollment: EnrollmentId,
        card: StripePaymentMethodId,
    },

    /// The subscription of an enrollment, from the day that was agreed, however late it goes out.
    Subscribe {
        enrollment: EnrollmentId,
    },
    /// With the next invoice: a setup fee of a later start, the days of somebody who joined, the worth of a period cut short.
    NextInvoice {
        enrollment: EnrollmentId,
        amount: Money,
        why: Extra,
    },
    Pause {
        enrollment: EnrollmentId,
    },
    Resume {
        enrollment: EnrollmentId,
    },
    /// The next charge on that day, and the ones after it from there.
    Shift {
        enrollment: EnrollmentId,
        to: Day,
    },
    /// `on`: the first day without it; sent late, it ends at once.
    CancelOn {
        enrollment: EnrollmentId,
        on: Day,
    },
    /// A cancellation is taken back.
    KeepOn {
        enrollment: EnrollmentId,
    },
    CancelNow {
        enrollment: EnrollmentId,
    },
    /// Prices and quantities as they are agreed for the next charge.
    Items {
        enrollment: EnrollmentId,
    },
    /// Another plan from today: a new period is charged at once.
    Upgrade {
        enrollment: EnrollmentId,
    },

    // Invoices.
    /// Try the card again, now.
    PayInvoice {
        enrollment: EnrollmentId,
        invoice: StripeInvoiceId,
    },
    /// It was paid at the counter.
    PaidElsewhere {
        enrollment: EnrollmentId,
        invoice: StripeInvoiceId,
    },
    VoidInvoice {
        enrollment: EnrollmentId,
        invoice: StripeInvoiceId,
    },

    // Money off and back on a card.
    ChargeCard {
        ticket: TicketId,
        customer: CustomerId,
        card: StripePaymentMethodId,
        amount: Money,
        /// The record that asks.
        asked: RecordId,
    },
    Refund {
        of: Refundable,
        amount: Money,
    },
}

/// What a refund names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refundable {
    Payment(StripePaymentIntentId),
    /// Of accounts from before there were payments.
    Charge(StripeChargeId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extra {
    SetupFee,
    OpeningDiscount,
    Joined,
    Carried,
}

impl Owed {
    /// Under which one such thing is known while it is open or done, so that it is not owed twice.
    pub fn subject(&self) -> Option<String> {
        Some(match self {
            Self::Customer { customer } => format!("customer {customer}"),
            Self::Product { plan } => format!("product {plan}"),
            Self::Price { plan, price } => {
                let every = price.every.map_or(0, |every| every.months());
                format!("price {plan} {} {every} {:?}", price.amount.minor(), price.tax_mode)
            }
            Self::TaxRate { rate, mode } => format!("tax rate {rate} {mode:?}"),
            Self::Coupon { enrollment, .. } => format!("coupon {enrollment}"),
            Self::Subscribe { enrollment } => format!("subscription {enrollment}"),
            _ => return None,
        })
    }

    /// The enrollment whose subscription it is about.
    pub fn enrollment(&self) -> Option<EnrollmentId> {
        match self {
            Self::Coupon { enrollment, .. }
            | Self::SubscriptionCard { enrollment, .. }
            | Self::Subscribe { enrollment }
            | Self::NextInvoice { enrollment, .. }
            | Self::Pause { enrollment }
            | Self::Resume { enrollment }
            | Self::Shift { enrollment, .. }
            | Self::CancelOn { enrollment, .. }
            | Self::KeepOn { enrollment }
            | Self::CancelNow { enrollment }
            | Self::Items { enrollment }
            | Self::Upgrade { enrollment }
            | Self::PayInvoice { enrollment, .. }
            | Self::PaidElsewhere { enrollment, .. }
            | Self::VoidInvoice { enrollment, .. } => Some(*enrollment),
            Self::Customer { .. }
            | Self::Product { .. }
            | Self::Price { .. }
            | Self::TaxRate { .. }
            | Self::CustomerGone { .. }
            | Self::CustomerWords { .. }
            | Self::ProductWords { .. }
            | Self::PriceSold { .. }
            | Self::DefaultCard { .. }
            | Self::SetUpCard { .. }
            | Self::OpenPortal { .. }
            | Self::ChargeCard { .. }
            | Self::Refund { .. } => None,
        }
    }

    /// Money that comes in by it, as far as it is known when it is owed.
    pub fn brings(&self) -> Money {
        match self {
            Self::ChargeCard { amount, .. } => *amount,
            _ => Money::ZERO,
        }
    }
}
