//! Pausing and resuming, since 2026-09-30: <https://docs.stripe.com/billing/subscriptions/pause>.

use super::update::invoice_now;
use crate::billing::line::Period;
use crate::calendar::{Cycle, HOUR};
use crate::due::Due;
use crate::endpoints::{Call, Done};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::Value;

/// A resumption whose payment is not tried for so long is off.
const PATIENCE: i64 = 23 * HOUR;

pub fn pause(mode: &mut Mode, call: &Call) -> Done {
    let subscription = mode.find(Kind::Subscription, call.id())?.clone();
    if subscription.text("billing_mode.type") != Some("flexible") {
        return Err(ApiError::refused(
            "Pausing is only available for subscriptions with `billing_mode[type]=flexible`.",
        ));
    }
    if !subscription.at("schedule").is_null() {
        return Err(ApiError::refused(
            "You cannot pause a subscription that has a schedule attached. Release the schedule first.",
        ));
    }
    let status = subscription.word("status");
    if !matches!(status.as_str(), "active" | "trialing" | "past_due") {
        return Err(ApiError::refused(format!(
            "You cannot pause a subscription with a status of `{status}`."
        )));
    }
    let from = match call.given.text("bill_for.unused_time_from.type") {
        Some("none") => None,
        Some("item_current_period_start") => Some(i64::MIN),
        _ => Some(mode.now),
    };
    if let Some(from) = from {
        for item in subscription.list("items.data") {
            let start = Period::of_item(item).start;
            mode.credit_item(&subscription, item, from.max(start));
        }
    }
    mode.pause_subscription(call.id(), "pause_requested");
    if call.given.text("invoicing_behavior") == Some("invoice") {
        invoice_now(mode, call.id(), Vec::new(), "subscription_update", true)?;
    }
    Ok(mode.render(Kind::Subscription, &mode.peek(Kind::Subscription, call.id())))
}

pub fn resume(mode: &mut Mode, call: &Call) -> Done {
    let subscription = mode.find(Kind::Subscription, call.id())?.clone();
    let status = subscription.word("status");
    if status != "paused" {
        return Err(ApiError::refused(format!(
            "You can only resume subscriptions with a status of `paused`. This subscription has a status of `{status}`."
        )));
    }
    if subscription.text("collection_method") != Some("charge_automatically") {
        return Err(ApiError::refused(
            "Resuming is only available for subscriptions with `collection_method=charge_automatically`.",
        ));
    }
    let unchanged = call.given.text("billing_cycle_anchor.type") == Some("unchanged");
    let (anchor, items) = periods(mode, &subscription, unchanged);
    let id = call.id();
    let mut lines = Vec::new();
    let behavior = call.given.text("proration_behavior").unwrap_or("create_prorations");
    let moment = call.given.moment("proration_date").unwrap_or(mode.now);
    for item in &items {
        if !unchanged {
            let amount = mode.item_amount(item);
            lines.push(mode.item_line(id, item, Period::of_item(item), amount));
        } else if behavior != "none" && !mode.is_billed(&item.word("id"), moment) {
            mode.debit_item(&subscription, item, moment);
        }
    }
    mode.change(Kind::Subscription, id, "", |subscription| {
        subscription.put("billing_cycle_anchor", anchor);
        subscription.put("items.data", items);
    });
    let bills = !unchanged || behavior == "always_invoice";
    let waits_for_success = call.given.text("payment_behavior") == Some("resume_on_payment_success");
    let invoice = if bills { invoice_now(mode, id, lines, "subscription_update", false)? } else { None };
    settle(mode, id, invoice, waits_for_success);
    Ok(mode.render(Kind::Subscription, &mode.peek(Kind::Subscription, id)))
}

/// The anchor and the periods after the pause.
fn periods(mode: &Mode, subscription: &Value, unchanged: bool) -> (i64, Vec<Value>) {
    let now = mode.now;
    let anchor = if unchanged { subscription.integer("billing_cycle_anchor") } else { now };
    let mut items = subscription.list("items.data").to_vec();
    for item in &mut items {
        let Some(cycle) = Cycle::of(&mode.peek(Kind::Price, &item.word("price"))) else { continue };
        if unchanged && item.integer("current_period_end") > now {
            continue;
        }
        let start = if unchanged { cycle.last_at(anchor, now) } else { now };
        item.put("current_period_start", start);
        item.put("current_period_end", cycle.next_after(anchor, now));
    }
    (anchor, items)
}

/// What the resumption's invoice means: without one, or with a paid one, the subscription runs.
fn settle(mode: &mut Mode, id: &str, invoice: Option<String>, waits_for_success: bool) {
    let open = invoice.filter(|invoice| mode.peek(Kind::Invoice, invoice).text("status") == Some("open"));
    match open {
        Some(invoice) if waits_for_success => {
            mode.resumptions.insert(id.to_owned(), invoice.clone());
            mode.at(mode.now + PATIENCE, Due::VoidResumption { invoice, subscription: id.to_owned() });
        }
        Some(_) => {
            mode.unpause(id);
            mode.fall_past_due(id);
        }
        None => mode.unpause(id),
    }
}

impl Mode {
    /// Nobody paid for the resumption: it stays paused.
    pub fn void_resumption(&mut self, invoice: &str, subscription: &str) {
        if self.resumptions.get(subscription).is_some_and(|waiting| waiting == invoice) {
            self.resumptions.remove(subscription);
            self.void_invoice(invoice);
        }
    }
}
