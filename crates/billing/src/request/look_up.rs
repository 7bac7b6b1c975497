//! Whether an effect was carried out, found out by reading: by its id in the metadata of what it made, or by the state of
//! what it changed.

use super::{EFFECT, Frozen, ListOf, Method, Reading, Searched, Thing};
use crate::answer::{Body, Reply, Verdict, VerdictKind};
use crate::read::{StripeChargeId, StripeCustomerId, StripePaymentIntentId, Unreadable};
use domain::EffectId;
use serde_json::Value;
use std::str::FromStr;

/// Where to look for one effect, and what tells that it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    /// `None`: nothing at Stripe tells, and doing it again does no harm: it counts as not done.
    pub reading: Option<Reading>,
    sign: Sign,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    /// The effect's id in the metadata.
    Carries(EffectId),
    /// The status is one of these.
    Is(&'static [&'static str]),
    Deleted,
}

/// What one page or object said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// The object.
    Done {
        body: Body,
    },
    /// It was tried, and the bank said no.
    Declined(Verdict),
    NotDone,
    /// There are more pages.
    More(Reading),
}

impl LookUp {
    pub fn of(frozen: &Frozen) -> Self {
        let effect = frozen.key;
        let path = frozen.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
        let carries = |reading| Self { reading, sign: Sign::Carries(effect) };
        let search = |what| carries(Some(Reading::Search { what, effect, page: None }));
        let customer = || id::<StripeCustomerId>(frozen, "customer");
        let list = |of: Option<ListOf>| carries(of.map(Reading::list));
        match (frozen.method, parts.as_slice()) {
            (Method::Post, ["customers"]) => search(Searched::Customers),
            (Method::Post, ["products"]) => search(Searched::Products),
            (Method::Post, ["prices"]) => search(Searched::Prices),
            (Method::Post, ["coupons"]) => list(Some(ListOf::Coupons)),
            (Method::Post, ["tax_rates"]) => list(Some(ListOf::TaxRates)),
            (Method::Post, ["subscriptions"]) => list(customer().map(ListOf::SubscriptionsOf)),
            (Method::Post, ["payment_intents"]) => list(customer().map(ListOf::PaymentIntentsOf)),
            (Method::Post, ["invoices"]) => list(customer().map(ListOf::InvoicesOf)),
            (Method::Post, ["invoiceitems"]) => list(customer().map(ListOf::InvoiceItemsOf)),
            (Method::Post, ["checkout", "sessions"]) => list(customer().map(ListOf::CheckoutSessionsOf)),
            (Method::Post, ["refunds"]) => {
                let charge = id::<StripeChargeId>(frozen, "charge").map(ListOf::RefundsOfCharge);
                let payment =
                    || id::<StripePaymentIntentId>(frozen, "payment_intent").map(ListOf::RefundsOfPayment);
                list(charge.or_else(payment))
            }
            (Method::Post, ["customers", id]) => carries(one(id, Thing::Customer)),
            (Method::Post, ["products", id]) => carries(one(id, Thing::Product)),
            (Method::Post, ["prices", id]) => carries(one(id, Thing::Price)),
            (Method::Post, ["subscriptions", id]) => carries(one(id, Thing::Subscription)),
            (Method::Post, ["subscriptions", id, "pause"]) => {
                Self { reading: one(id, Thing::Subscription), sign: Sign::Is(&["paused"]) }
            }
            (Method::Post, ["subscriptions", id, "resume"]) => Self {
                reading: one(id, Thing::Subscription),
                sign: Sign::Is(&["active", "trialing", "past_due", "unpaid"]),
            },
            (Method::Delete, ["subscriptions", id]) => {
                Self { reading: one(id, Thing::Subscription), sign: Sign::Is(&["canceled"]) }
            }
            (Method::Delete, ["customers", id]) => {
                Self { reading: one(id, Thing::Customer), sign: Sign::Deleted }
            }
            (Method::Post, ["invoices", id, "pay"]) => {
                Self { reading: one(id, Thing::Invoice), sign: Sign::Is(&["paid"]) }
            }
            (Method::Post, ["invoices", id, "void"]) => {
                Self { reading: one(id, Thing::Invoice), sign: Sign::Is(&["void"]) }
            }
            (Method::Post, ["invoices", id, "finalize"]) => {
                Self { reading: one(id, Thing::Invoice), sign: Sign::Is(&["open", "paid", "uncollectible"]) }
            }
            // A page that was opened and is lost is opened again.
            _ => carries(None),
        }
    }

    /// Whether the object's state tells, and not a mark that only this effect leaves: then a refusal may only say that
    /// somebody was there before.
    pub(crate) fn reads_state(&self) -> bool {
        match self.sign {
            Sign::Carries(_) => false,
            Sign::Is(_) | Sign::Deleted => true,
        }
    }

    /// What the answer to [`Self::reading`], or to the reading of [`Looked::More`], says.
    ///
    /// # Errors
    /// The body is no JSON of Stripe's.
    pub fn judge(&self, reading: &Reading, body: &[u8]) -> Result<Looked, Unreadable> {
        let unreadable = || Unreadable { object: "list", why: "it is not JSON".to_owned() };
        let value: Value = serde_json::from_slice(body).map_err(|_| unreadable())?;
        let Some(elements) = value.get("data").and_then(Value::as_array) else {
            return Ok(self.of_one(&value));
        };
        for element in elements {
            let looked = self.of_one(element);
            if looked != Looked::NotDone {
                return Ok(looked);
            }
        }
        Ok(next(reading, &value, elements).map_or(Looked::NotDone, Looked::More))
    }

    fn of_one(&self, object: &Value) -> Looked {
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let shows = match &self.sign {
            Sign::Carries(effect) => {
                let marked =
                    object.get("metadata").and_then(|metadata| metadata.get(EFFECT)).and_then(Value::as_str);
                marked == Some(effect.to_string().as_str())
            }
            Sign::Is(statuses) => text("status").is_some_and(|status| statuses.contains(&status)),
            Sign::Deleted => object.get("deleted").and_then(Value::as_bool) == Some(true),
        };
        if !shows {
            return Looked::NotDone;
        }
        // A payment is kept with its mark though the bank declined it.
        if text("object") == Some("payment_intent") && text("status") == Some("requires_payment_method") {
            let error = object.get("last_payment_error").unwrap_or(&Value::Null);
            let reply = Reply { status: 402, ..Reply::default() };
            return Looked::Declined(Verdict::read(VerdictKind::Declined, &reply, error));
        }
        Looked::Done { body: object.to_string().into_bytes().into() }
    }
}

fn id<Id: FromStr>(frozen: &Frozen, name: &str) -> Option<Id> {
    frozen.says(name)?.parse().ok()
}

fn one<Id: FromStr>(id: &str, thing: impl FnOnce(Id) -> Thing) -> Option<Reading> {
    id.parse().ok().map(thing).map(Reading::One)
}

fn next(reading: &Reading, page: &Value, elements: &[Value]) -> Option<Reading> {
    if page.get("has_more").and_then(Value::as_bool) != Some(true) {
        return None;
    }
    match reading {
        Reading::One(_) | Reading::First(_) => None,
        Reading::List { of, .. } => {
            let after = elements.last()?.get("id")?.as_str()?.to_owned();
            Some(Reading::List { of: of.clone(), after: Some(after) })
        }
        Reading::Search { what, effect, .. } => {
            let page = page.get("next_page")?.as_str()?.to_owned();
            Some(Reading::Search { what: *what, effect: *effect, page: Some(page) })
        }
    }
}
