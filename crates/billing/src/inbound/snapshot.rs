//! Any object of Stripe's as a fact.

use super::{
    Amounts, ChargeSnapshot, DisputeSnapshot, InvoiceSnapshot, Ours, PaymentIntentSnapshot, RefundSnapshot,
    SubscriptionSnapshot,
};
use crate::answer::{Answer, VerdictKind};
use crate::money::AmountProblem;
use crate::read::{
    Card, CheckoutSession, CheckoutStatus, Customer, Expandable, Object, PaymentMethod, Price, Product,
    Recurring, StripeCheckoutSessionId, StripeCouponId, StripeCustomerId, StripeInvoiceItemId,
    StripePaymentMethodId, StripePriceId, StripeProductId, StripeTaxRateId, TaxBehavior, Unreadable,
    read_value,
};
use crate::request::Thing;
use domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What Stripe says of one object now. Holds nobody's name or address; those are the practice's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "object", rename_all = "snake_case")]
pub enum Snapshot {
    Customer(CustomerSnapshot),
    PaymentMethod(PaymentMethodSnapshot),
    Product(ProductSnapshot),
    Price(PriceSnapshot),
    Coupon {
        id: StripeCouponId,
        ours: Ours,
    },
    TaxRate {
        id: StripeTaxRateId,
        ours: Ours,
    },
    Checkout(CheckoutSnapshot),
    Subscription(Box<SubscriptionSnapshot>),
    Invoice(Box<InvoiceSnapshot>),
    InvoiceItem {
        id: StripeInvoiceItemId,
        ours: Ours,
    },
    PaymentIntent(PaymentIntentSnapshot),
    Charge(ChargeSnapshot),
    Refund(RefundSnapshot),
    Dispute(DisputeSnapshot),
    /// Stripe has no such thing (any more).
    Gone {
        thing: Thing,
    },
}

/// Why there is no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSnapshot {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Amount(#[from] AmountProblem),
    /// It has to be asked again.
    #[error("{}", .0.in_words())]
    NotTold(Box<Answer>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSnapshot {
    pub id: StripeCustomerId,
    pub deleted: bool,
    pub default_payment_method: Option<StripePaymentMethodId>,
    /// The last automatic charge failed.
    pub delinquent: bool,
    /// What Stripe takes off their next invoices; negative where it puts something on. `None` without a currency.
    pub credit: Option<Money>,
    pub currency: Option<Currency>,
    pub ours: Ours,
}

impl CustomerSnapshot {
    /// # Errors
    /// A balance that the practice's money can't say.
    pub fn of(read: &Customer) -> Result<Self, AmountProblem> {
        let amounts = read.currency.as_deref().map(Amounts::of).transpose()?;
        Ok(Self {
            id: read.id.clone(),
            deleted: read.deleted,
            default_payment_method: read.invoice_settings.default_payment_method.clone(),
            delinquent: read.delinquent.unwrap_or(false),
            credit: amounts
                .as_ref()
                .map(|amounts| amounts.read(read.balance.saturating_neg()))
                .transpose()?,
            currency: amounts.map(|amounts| amounts.0),
            ours: Ours::of(&read.metadata),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentMethodSnapshot {
    pub id: StripePaymentMethodId,
    /// `None`: it was taken away, and can never be charged again.
    pub customer: Option<StripeCustomerId>,
    /// `card`, `link`...
    pub kind: String,
    pub card: Option<Card>,
}

impl PaymentMethodSnapshot {
    pub fn of(read: &PaymentMethod) -> Self {
        Self {
            id: read.id.clone(),
            customer: read.customer.clone(),
            kind: read.kind.clone(),
            card: read.card.clone(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductSnapshot {
    pub id: StripeProductId,
    pub deleted: bool,
    pub active: bool,
    pub name: Option<String>,
    pub ours: Ours,
}

impl ProductSnapshot {
    pub fn of(read: &Product) -> Self {
        Self {
            id: read.id.clone(),
            deleted: read.deleted,
            active: read.active.unwrap_or(false),
            name: read.name.clone(),
            ours: Ours::of(&read.metadata),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceSnapshot {
    pub id: StripePriceId,
    pub product: StripeProductId,
    pub active: bool,
    pub currency: Currency,
    /// `None` where the price has tiers.
    pub amount: Option<Money>,
    pub recurs: bool,
    /// Of a period; `None` where it is paid once or not counted in months.
    pub months: Option<u32>,
    pub tax: Option<TaxBehavior>,
    pub ours: Ours,
}

impl PriceSnapshot {
    /// # Errors
    /// An amount that the practice's money can't say.
    pub fn of(read: &Price) -> Result<Self, AmountProblem> {
        let amounts = Amounts::of(&read.currency)?;
        Ok(Self {
            id: read.id.clone(),
            product: read.product.clone(),
            active: read.active,
            currency: amounts.0,
            amount: read.unit_amount.map(|amount| amounts.read(amount)).transpose()?,
            recurs: read.recurring.is_some(),
            months: read.recurring.as_ref().and_then(Recurring::months),
            tax: read.tax_behavior.clone(),
            ours: Ours::of(&read.metadata),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutSnapshot {
    pub id: StripeCheckoutSessionId,
    pub status: Option<CheckoutStatus>,
    pub customer: Option<StripeCustomerId>,
    /// The card that was entered, once it was.
    pub payment_method: Option<StripePaymentMethodId>,
    /// Stripe's page, while it is open.
    pub page: Option<String>,
    pub ours: Ours,
}

impl CheckoutSnapshot {
    pub fn of(read: &CheckoutSession) -> Self {
        let intent = read.setup_intent.as_ref().and_then(Expandable::object);
        let done = read.status == Some(CheckoutStatus::Complete);
        Self {
            id: read.id.clone(),
            status: read.status.clone(),
            customer: read.customer.clone(),
            payment_method: intent.filter(|_| done).and_then(|intent| intent.payment_method.clone()),
            page: read.url.clone(),
            ours: Ours::of(&read.metadata),
        }
    }
}

impl Snapshot {
    /// What an answer to reading `thing` says of it.
    ///
    /// # Errors
    /// It was not told, or not in a way that can be read.
    pub fn of(thing: &Thing, answer: Answer) -> Result<Self, NoSnapshot> {
        match answer {
            Answer::Accepted { body, .. } => Self::read(&body),
            Answer::Refused(verdict) if verdict.kind == VerdictKind::NoSuchThing => {
                Ok(Self::Gone { thing: thing.clone() })
            }
            other => Err(NoSnapshot::NotTold(Box::new(other))),
        }
    }

    /// Whatever object this is: also what an effect made.
    ///
    /// # Errors
    /// It is an object that no fact is made of, or can't be read.
    pub fn read(body: &[u8]) -> Result<Self, NoSnapshot> {
        let strange = |why: &str| Unreadable { object: "object", why: why.to_owned() };
        let value: Value = serde_json::from_slice(body).map_err(|_| strange("it is no JSON"))?;
        let name = value.get("object").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(match name.as_str() {
            Customer::NAME => Self::Customer(CustomerSnapshot::of(&read_value(value)?)?),
            PaymentMethod::NAME => Self::PaymentMethod(PaymentMethodSnapshot::of(&read_value(value)?)),
            Product::NAME => Self::Product(ProductSnapshot::of(&read_value(value)?)),
            Price::NAME => Self::Price(PriceSnapshot::of(&read_value(value)?)?),
            CheckoutSession::NAME => Self::Checkout(CheckoutSnapshot::of(&read_value(value)?)),
            crate::read::Subscription::NAME => {
                Self::Subscription(Box::new(SubscriptionSnapshot::of(&read_value(value)?)?))
            }
            crate::read::Invoice::NAME => Self::Invoice(Box::new(InvoiceSnapshot::of(&read_value(value)?)?)),
            crate::read::PaymentIntent::NAME => {
                Self::PaymentIntent(PaymentIntentSnapshot::of(&read_value(value)?)?)
            }
            crate::read::Charge::NAME => Self::Charge(ChargeSnapshot::of(&read_value(value)?)?),
            crate::read::Refund::NAME => Self::Refund(RefundSnapshot::of(&read_value(value)?)?),
            crate::read::Dispute::NAME => Self::Dispute(DisputeSnapshot::of(&read_value(value)?)?),
            crate::read::Coupon::NAME => {
                let read: crate::read::Coupon = read_value(value)?;
                Self::Coupon { ours: Ours::of(&read.metadata), id: read.id }
            }
            crate::read::TaxRate::NAME => {
                let read: crate::read::TaxRate = read_value(value)?;
                Self::TaxRate { ours: Ours::of(&read.metadata), id: read.id }
            }
            crate::read::InvoiceItem::NAME => {
                let read: crate::read::InvoiceItem = read_value(value)?;
                Self::InvoiceItem { ours: Ours::of(&read.metadata), id: read.id }
            }
            _ => return Err(strange("no fact is made of it").into()),
        })
    }
}
