//! Ending a subscription now: <https://docs.stripe.com/billing/subscriptions/cancel>.

use super::update::invoice_now;
use crate::endpoints::{Call, Done};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::Value;

pub fn cancel(mode: &mut Mode, call: &Call) -> Done {
    let subscription = mode.find(Kind::Subscription, call.id())?.clone();
    if matches!(subscription.text("status"), Some("canceled" | "incomplete_expired")) {
        return Err(ApiError::no_such("subscription", call.id()));
    }
    let (prorate, invoices) = (call.given.flag("prorate"), call.given.flag("invoice_now"));
    if prorate && subscription.text("status") != Some("trialing") {
        for item in subscription.list("items.data") {
            mode.credit_item(&subscription, item, mode.now);
        }
    }
    for name in ["comment", "feedback"] {
        let path = format!("cancellation_details.{name}");
        if let Some(text) = call.given.text(&path).map(str::to_owned) {
            mode.change(Kind::Subscription, call.id(), "", |subscription| subscription.put(&path, text));
        }
    }
    if !prorate && !invoices {
        drop_prorations(mode, &subscription);
    }
    if invoices {
        invoice_now(mode, call.id(), Vec::new(), "subscription_update", true)?;
    }
    mode.end_subscription(call.id(), "cancellation_requested");
    Ok(mode.render(Kind::Subscription, &mode.peek(Kind::Subscription, call.id())))
}

/// Prorations that wait for an invoice that will never come.
fn drop_prorations(mode: &mut Mode, subscription: &Value) {
    let id = subscription.text("id");
    let waiting: Vec<String> = mode
        .shelf(Kind::InvoiceItem)
        .of_customer(&subscription.word("customer"))
        .filter(|item| {
            item.flag("proration")
                && item.at("invoice").is_null()
                && item.text("parent.subscription_details.subscription") == id
        })
        .map(|item| item.word("id"))
        .collect();
    for item in waiting {
        if mode.gone(&item).is_none() {
            mode.delete(Kind::InvoiceItem, &item, "invoiceitem.deleted");
        }
    }
}
