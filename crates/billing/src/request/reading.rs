//! What is read of Stripe: no key, no effect, as often as needed.

use crate::read::{
    Seconds, StripeChargeId, StripeCheckoutSessionId, StripeCustomerId, StripeDisputeId, StripeInvoiceId,
    StripePaymentIntentId, StripePaymentMethodId, StripePriceId, StripeProductId, StripeRefundId,
    StripeSubscriptionId,
};
use domain::EffectId;
use serde::{Deserialize, Serialize};

/// Elements of a page, the most that Stripe gives.
const PAGE: &str = "100";

/// What an invoice says only where it is asked to: how it was paid, and why not.
pub(super) const OF_INVOICE: &str = "payments.data.payment.payment_intent";

/// The same in a list, where one level less is told: not why the bank said no.
const OF_LISTED_INVOICES: &str = "data.payments";

/// A question to Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    One(Thing),
    /// `after`: [`crate::read::Page::next_after`] of the page before.
    List {
        of: ListOf,
        after: Option<String>,
    },
    /// One element, to see whether the list may be read at all.
    First(ListOf),
    /// `page`: [`crate::read::SearchPage::next_page`] of the page before.
    Search {
        what: Searched,
        effect: EffectId,
        page: Option<String>,
    },
}

/// One object of Stripe's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// The account that the key belongs to.
    Account,
    Customer(StripeCustomerId),
    PaymentMethod(StripePaymentMethodId),
    Product(StripeProductId),
    Price(StripePriceId),
    /// With its setup intent.
    CheckoutSession(StripeCheckoutSessionId),
    Subscription(StripeSubscriptionId),
    /// With its payments, and why the last one failed.
    Invoice(StripeInvoiceId),
    PaymentIntent(StripePaymentIntentId),
    Charge(StripeChargeId),
    Refund(StripeRefundId),
    Dispute(StripeDisputeId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListOf {
    /// Newest first, from an instant on, that second included.
    Events {
        from: Seconds,
    },
    // What an account has, for taking it over and for a full reconciliation.
    Customers,
    Products,
    /// Active or not.
    Prices,
    /// Of any status.
    Subscriptions,
    TaxRates,
    Coupons,
    Disputes,
    /// Whatever they give back.
    Refunds,
    // What one customer has.
    PaymentMethodsOf(StripeCustomerId),
    SubscriptionsOf(StripeCustomerId),
    /// Each with its payments, and without why the last one failed.
    InvoicesOf(StripeCustomerId),
    InvoicesOfSubscription(StripeSubscriptionId),
    InvoiceItemsOf(StripeCustomerId),
    PaymentIntentsOf(StripeCustomerId),
    ChargesOf(StripeCustomerId),
    CheckoutSessionsOf(StripeCustomerId),
    RefundsOfCharge(StripeChargeId),
    RefundsOfPayment(StripePaymentIntentId),
    /// Lines beyond the first that an invoice carries itself.
    LinesOf(StripeInvoiceId),
}

/// What can be searched by metadata; the index is up to a minute behind, more during an outage.
///
/// Source: <https://docs.stripe.com/search>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Searched {
    Customers,
    Products,
    Prices,
}

impl Reading {
    pub fn list(of: ListOf) -> Self {
        Self::List { of, after: None }
    }

    /// From `/v1/` on, with the query.
    pub fn path(&self) -> String {
        match self {
            Self::One(thing) => thing.path(),
            Self::List { of, after } => of.path(PAGE, after.as_deref()),
            Self::First(of) => of.path("1", None),
            Self::Search { what, effect, page } => {
                let path = match what {
                    Searched::Customers => "customers",
                    Searched::Products => "products",
                    Searched::Prices => "prices",
                };
                let asked = format!("metadata['{}']:'{effect}'", super::EFFECT);
                let mut query = vec![("query", asked.as_str()), ("limit", PAGE)];
                if let Some(page) = page {
                    query.push(("page", page));
                }
                with_query(&format!("/v1/{path}/search"), &query)
            }
        }
    }
}

impl Thing {
    fn path(&self) -> String {
        match self {
            Self::Account => "/v1/account".to_owned(),
            Self::Customer(id) => format!("/v1/customers/{id}"),
            Self::PaymentMethod(id) => format!("/v1/payment_methods/{id}"),
            Self::Product(id) => format!("/v1/products/{id}"),
            Self::Price(id) => format!("/v1/prices/{id}"),
            Self::CheckoutSession(id) => {
                with_query(&format!("/v1/checkout/sessions/{id}"), &[("expand[]", "setup_intent")])
            }
            Self::Subscription(id) => format!("/v1/subscriptions/{id}"),
            Self::Invoice(id) => with_query(&format!("/v1/invoices/{id}"), &[("expand[]", OF_INVOICE)]),
            Self::PaymentIntent(id) => format!("/v1/payment_intents/{id}"),
            Self::Charge(id) => format!("/v1/charges/{id}"),
            Self::Refund(id) => format!("/v1/refunds/{id}"),
            Self::Dispute(id) => format!("/v1/disputes/{id}"),
        }
    }
}

impl ListOf {
    fn path(&self, limit: &str, after: Option<&str>) -> String {
        let (path, query) = self.parts();
        let mut query: Vec<(&str, &str)> =
            query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        query.push(("limit", limit));
        if let Some(after) = after {
            query.push(("starting_after", after));
        }
        with_query(&path, &query)
    }

    fn parts(&self) -> (String, Vec<(&'static str, String)>) {
        let plain = |path: &str| (format!("/v1/{path}"), Vec::new());
        let of = |path: &str, name, id: &dyn ToString| (format!("/v1/{path}"), vec![(name, id.to_string())]);
        let invoices = |name, id: &dyn ToString| {
            let expand = ("expand[]", OF_LISTED_INVOICES.to_owned());
            ("/v1/invoices".to_owned(), vec![(name, id.to_string()), expand])
        };
        match self {
            Self::Events { from } => of("events", "created[gte]", &from.0),
            Self::Customers => plain("customers"),
            Self::Products => plain("products"),
            Self::Prices => plain("prices"),
            Self::Subscriptions => of("subscriptions", "status", &"all"),
            Self::TaxRates => plain("tax_rates"),
            Self::Coupons => plain("coupons"),
            Self::Disputes => plain("disputes"),
            Self::Refunds => plain("refunds"),
            Self::PaymentMethodsOf(id) => plain(&format!("customers/{id}/payment_methods")),
            Self::SubscriptionsOf(id) => {
                let (path, mut query) = of("subscriptions", "customer", id);
                query.push(("status", "all".to_owned()));
                (path, query)
            }
            Self::InvoicesOf(id) => invoices("customer", id),
            Self::InvoicesOfSubscription(id) => invoices("subscription", id),
            Self::InvoiceItemsOf(id) => of("invoiceitems", "customer", id),
            Self::PaymentIntentsOf(id) => of("payment_intents", "customer", id),
            Self::ChargesOf(id) => of("charges", "customer", id),
            Self::CheckoutSessionsOf(id) => of("checkout/sessions", "customer", id),
            Self::RefundsOfCharge(id) => of("refunds", "charge", id),
            Self::RefundsOfPayment(id) => of("refunds", "payment_intent", id),
            Self::LinesOf(id) => plain(&format!("invoices/{id}/lines")),
        }
    }
}

fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{path}?{query}")
}
