//! What tests ask afterwards: where the money went.

use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde::Serialize;
use std::collections::BTreeMap;

/// A charge that took money, and what it was for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Charged {
    pub charge: String,
    pub customer: Option<String>,
    pub subscription: Option<String>,
    pub invoice: Option<String>,
    /// What the invoice's subscription lines cover; for other charges the moment of the charge.
    pub period_start: i64,
    pub period_end: i64,
    /// In minor units.
    pub amount: i64,
    pub refunded: i64,
    pub currency: String,
    pub at: i64,
    /// Of the payment intent.
    pub metadata: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refunded {
    pub refund: String,
    pub charge: String,
    pub amount: i64,
    pub currency: String,
    pub status: String,
    pub metadata: BTreeMap<String, String>,
}

impl Mode {
    /// Every charge that succeeded, oldest first.
    pub fn charged(&self) -> Vec<Charged> {
        let succeeded = |charge: &&serde_json::Value| charge.flag("paid") && charge.flag("captured");
        let charges = self.shelf(Kind::Charge).all().filter(succeeded);
        charges
            .map(|charge| {
                let intent = charge.word("payment_intent");
                let invoice = self.invoice_of_intent(&intent);
                let object = invoice.as_ref().map(|id| self.copy(Kind::Invoice, id)).unwrap_or_default();
                let lines = object.list("lines.data");
                let own = || {
                    lines.iter().filter(|line| line.text("parent.type") == Some("subscription_item_details"))
                };
                let at = charge.integer("created");
                Charged {
                    charge: charge.word("id"),
                    customer: charge.text("customer").map(str::to_owned),
                    subscription: object.text("parent.subscription_details.subscription").map(str::to_owned),
                    period_start: own().map(|line| line.integer("period.start")).min().unwrap_or(at),
                    period_end: own().map(|line| line.integer("period.end")).max().unwrap_or(at),
                    invoice,
                    amount: charge.integer("amount_captured"),
                    refunded: charge.integer("amount_refunded"),
                    currency: charge.word("currency"),
                    at,
                    metadata: texts(&self.peek(Kind::PaymentIntent, &intent)),
                }
            })
            .collect()
    }

    /// Every refund, oldest first.
    pub fn refunded(&self) -> Vec<Refunded> {
        let refunds = self.shelf(Kind::Refund).all();
        refunds
            .map(|refund| Refunded {
                refund: refund.word("id"),
                charge: refund.word("charge"),
                amount: refund.integer("amount"),
                currency: refund.word("currency"),
                status: refund.word("status"),
                metadata: texts(refund),
            })
            .collect()
    }

    /// Charges that share what must be unique: the value of a metadata key, or a subscription and the beginning of a
    /// period. A retry that succeeded later is not one of two; two that took money are.
    pub fn charged_twice(&self, key: &str) -> Vec<(String, Vec<String>)> {
        let mut by_what: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for charge in self.charged() {
            if let Some(value) = charge.metadata.get(key) {
                by_what.entry(format!("{key}={value}")).or_default().push(charge.charge.clone());
            }
            if let Some(subscription) = &charge.subscription
                && charge.period_end > charge.period_start
            {
                let what = format!("{subscription}@{}", charge.period_start);
                by_what.entry(what).or_default().push(charge.charge.clone());
            }
        }
        by_what.into_iter().filter(|(_, charges)| charges.len() > 1).collect()
    }
}

fn texts(object: &serde_json::Value) -> BTreeMap<String, String> {
    let metadata = object.at("metadata").as_object().into_iter().flatten();
    metadata.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}
