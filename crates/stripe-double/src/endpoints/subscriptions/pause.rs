//! Pausing and resuming, since 2026-09-30: <https://docs.stripe.com/billing/subscriptions/pause>.

use super::update::{invoice_at_once, invoice_now};
use crate::billing::collect::no_card;
use crate::billing::line::Period;
use crate::calendar::{Cycle, DAY, HOUR};
use crate::due::Due;
use crate::endpoints::{Call, Done};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::Value;

/// A resumption that is not paid for so long is off; longer where Stripe tries by itself.
const PATIENCE: i64 = 23 * HOUR;
const PATIENCE_WITH_RETRIES: i64 = 365 * DAY;

/// What a paused subscription waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumption {
    pub invoice: String,
    /// `resume_on_payment_success`: it stays paused through attempts that fail.
    pub on_success: bool,
    /// What it takes up when it goes on, and not before.
    pub anchor: i64,
    pub items: Vec<Value>,
}

pub fn pause(mode: &mut Mode, call: &Call) -> Done {
    let subscription = mode.find(Kind::Subscription, call.id())?.clone();
    check_pausable(mode, &subscription)?;
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

/// What can't be paused: <https://docs.stripe.com/billing/subscriptions/pause>. The page says nothing of `unpaid`.
fn check_pausable(mode: &Mode, subscription: &Value) -> Result<(), ApiError> {
    let refused = |why: &str| Err(ApiError::refused(why));
    if subscription.text("billing_mode.type") != Some("flexible") {
        return refused("Pausing is only available for subscriptions with `billing_mode[type]=flexible`.");
    }
    if subscription.text("collection_method") != Some("charge_automatically") {
        return refused(
            "Pausing is only available for subscriptions with `collection_method=charge_automatically`.",
        );
    }
    if !subscription.at("schedule").is_null() {
        return refused(
            "You cannot pause a subscription that has a schedule attached. Release the schedule first.",
        );
    }
    let status = subscription.text("status").unwrap_or_default();
    if status == "trialing" || subscription.moment("trial_end").is_some_and(|end| end > mode.now) {
        return refused("You cannot pause a subscription that is in a trial period.");
    }
    if !matches!(status, "active" | "past_due") {
        return refused(&format!("You cannot pause a subscription with a status of `{status}`."));
    }
    Ok(())
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
    let on_success = call.given.text("payment_behavior") == Some("resume_on_payment_success");
    let card = mode.card_of(&subscription, &subscription);
    if on_success && card.is_none() {
        return Err(no_card());
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
    let bills = !unchanged || behavior == "always_invoice";
    let invoice = if bills { invoice_at_once(mode, id, lines, "subscription_update") } else { None };
    settle(mode, id, Resumption { invoice: invoice.unwrap_or_default(), on_success, anchor, items });
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

/// What the resumption's invoice means: without one, or with one that costs nothing, the subscription runs. Else it stays
/// paused until the invoice is paid or given up; only `resume_on_payment_success` tries to charge it here.
fn settle(mode: &mut Mode, id: &str, resumption: Resumption) {
    let Resumption { invoice, on_success, .. } = resumption.clone();
    mode.resumptions.insert(id.to_owned(), resumption);
    if mode.peek(Kind::Invoice, &invoice).text("status") != Some("open") {
        mode.unpause(id);
        return;
    }
    let patience = if on_success { PATIENCE_WITH_RETRIES } else { PATIENCE };
    let subscription = id.to_owned();
    mode.at(mode.now + patience, Due::VoidResumption { invoice: invoice.clone(), subscription });
    if on_success {
        let card = mode.card_of_invoice(&mode.peek(Kind::Invoice, &invoice));
        // A decline leaves it paused, which is not an error.
        let _ = mode.charge_invoice(&invoice, card.as_deref(), false);
    }
}

impl Mode {
    /// Nobody paid for the resumption: it stays paused.
    pub fn void_resumption(&mut self, invoice: &str, subscription: &str) {
        if self.resumptions.get(subscription).is_some_and(|waiting| waiting.invoice == invoice) {
            self.resumptions.remove(subscription);
            self.void_invoice(invoice);
        }
    }

    /// An attempt failed: `resume_on_payment_attempt`, the default, goes on past due, and does not pause again.
    pub fn resumption_failed(&mut self, invoice: &str) {
        let waits = self.resumptions.iter().find(|(_, waiting)| waiting.invoice == invoice);
        let Some((subscription, Resumption { on_success: false, .. })) = waits else { return };
        let subscription = subscription.clone();
        self.unpause(&subscription);
        self.fall_past_due(&subscription);
    }
}
