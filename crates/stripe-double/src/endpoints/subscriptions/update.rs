//! Changes to a running subscription: <https://docs.stripe.com/billing/subscriptions/change>.

use super::{LONGEST_TRIAL, create, future, items};
use crate::billing::collect::no_card;
use crate::billing::invoice::Draft;
use crate::billing::line::Period;
use crate::calendar::Cycle;
use crate::endpoints::{Call, Done};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    let before = mode.find(Kind::Subscription, call.id())?.clone();
    change(mode, &before, &call.given)
}

/// What an update comes to, worked out before anything is changed.
struct Plan {
    items: Vec<Value>,
    removed: Vec<Value>,
    /// Items whose price or quantity differs, by id.
    changed: Vec<String>,
    /// The cycle begins anew now.
    restarts: bool,
    /// A trial that is set, or put off: the period runs to its end.
    trial_end: Option<i64>,
    /// And there was none.
    begins_trial: bool,
    prorates: bool,
    invoices_now: bool,
    /// Credits and debits are counted from here.
    moment: i64,
}

pub fn change(mode: &mut Mode, before: &Value, given: &Value) -> Done {
    let id = before.word("id");
    check_state(before, given)?;
    for name in ["billing_schedules", "transfer_data", "pending_invoice_item_interval", "billing_thresholds"]
    {
        if given.has(name) {
            return Err(
                ApiError::refused(format!("This double of Stripe does not know `{name}`.")).param(name)
            );
        }
    }
    if let Some(card) = given.text("default_payment_method").filter(|card| !card.is_empty()) {
        mode.check_card_of(card, &before.word("customer"), "default_payment_method")?;
    }
    let pause = pause_collection(mode, given)?;
    let plan = plan(mode, before, given)?;
    let touches_money =
        plan.restarts || plan.trial_end.is_some() || !plan.changed.is_empty() || !plan.removed.is_empty();
    if plan.restarts || plan.begins_trial || (plan.invoices_now && touches_money) {
        mode.check_invoice_limit(&id)?;
        // A trial's own invoice is of nothing; what waited for an invoice is on it.
        if !plan.begins_trial || mode.has_waiting(before) {
            check_payable(mode, before, given)?;
        }
    }
    let currency = before.word("currency");
    items::added(mode, given.list("add_invoice_items"), before, &currency)?;
    let given_discounts = given.has("discounts");
    let discounts = mode.redeem(given.list("discounts"), "discounts", &before.word("customer"), Some(&id))?;
    if plan.prorates {
        prorate(mode, before, &plan);
    }
    let now = mode.now;
    let cancel = cancel_at(mode, before, given, &plan.items)?;
    // "If set to a date before the current period has ended, this will cause a proration if prorations have been enabled":
    // <https://docs.stripe.com/api/subscriptions/update#update_subscription-cancel_at>.
    if let Some(at) = cancel.as_ref().and_then(|cancel| cancel.at)
        && plan.prorates
    {
        for item in &plan.items {
            if at < item.integer("current_period_end") {
                mode.credit_item(before, item, at);
            }
        }
    }
    let mut after = before.clone();
    create::lay(mode, &mut after, given);
    for name in ["collection_method", "days_until_due", "default_payment_method", "cancellation_details"] {
        if given.has(name) && name != "cancellation_details" {
            after.put(name, given.at(name).clone());
        }
    }
    for name in ["comment", "feedback"] {
        let path = format!("cancellation_details.{name}");
        if given.has(&path) {
            let value = given.at(&path).clone();
            after.put(&path, if value.as_str() == Some("") { Value::Null } else { value });
        }
    }
    if given_discounts {
        after.put("discounts", discounts);
    }
    if let Some(pause) = pause {
        after.put("pause_collection", pause);
    }
    if let Some(cancel) = cancel {
        cancel.lay(&mut after, now);
    } else if before.flag("cancel_at_period_end") {
        // It follows the period; a date of its own does not:
        // <https://docs.stripe.com/billing/subscriptions/billing-mode/compare>.
        let end = plan.items.iter().map(|item| item.integer("current_period_end")).min();
        after.put("cancel_at", end);
    }
    after.put("items.data", plan.items.clone());
    let mut lines = Vec::new();
    if let Some(end) = plan.trial_end {
        after.put("trial_end", end);
        after.put("trial_start", before.moment("trial_start").filter(|_| is_trial(before)).unwrap_or(now));
        after.put("billing_cycle_anchor", end);
        after.put("status", "trialing");
        if plan.begins_trial {
            for item in &plan.items {
                lines.push(mode.trial_line(&id, item, Period::of_item(item)));
            }
        }
    } else if plan.restarts {
        after.put("billing_cycle_anchor", now);
        if is_trial(before) {
            after.put("trial_end", now);
            after.put("status", "active");
        }
        for item in &plan.items {
            let amount = mode.item_amount(item);
            lines.push(mode.item_line(&id, item, Period::of_item(item), amount));
        }
    }
    mode.change(Kind::Subscription, &id, "customer.subscription.updated", |subscription| {
        *subscription = after
    });
    for item in &plan.removed {
        mode.item_owner.remove(&item.word("id"));
        mode.debits.remove(&item.word("id"));
    }
    mode.schedule(&id);
    if plan.restarts || plan.begins_trial || (plan.invoices_now && touches_money) {
        invoice_now(mode, &id, lines, "subscription_update", given.flag("off_session"))?;
    }
    Ok(mode.render(Kind::Subscription, &mode.peek(Kind::Subscription, &id)))
}

fn is_trial(subscription: &Value) -> bool {
    subscription.text("status") == Some("trialing")
}

/// An ended subscription can be annotated and nothing else.
fn check_state(before: &Value, given: &Value) -> Result<(), ApiError> {
    let ended = matches!(before.text("status"), Some("canceled" | "incomplete_expired"));
    let allowed = |name: &String| matches!(name.as_str(), "metadata" | "cancellation_details");
    let only_notes = given.as_object().is_none_or(|given| given.keys().all(allowed));
    if ended && !only_notes {
        return Err(ApiError::refused(
            "A canceled subscription can only update its cancellation_details and metadata.",
        ));
    }
    Ok(())
}

/// `pause_collection`: nothing, the empty text, or a behavior.
fn pause_collection(mode: &Mode, given: &Value) -> Result<Option<Value>, ApiError> {
    if !given.has("pause_collection") {
        return Ok(None);
    }
    let Some(behavior) = given.text("pause_collection.behavior") else { return Ok(Some(Value::Null)) };
    let resumes = given.moment("pause_collection.resumes_at");
    if resumes.is_some_and(|at| at <= mode.now) {
        return Err(ApiError::invalid(
            "pause_collection[resumes_at]",
            "Invalid timestamp: must be an integer Unix timestamp in the future.",
        ));
    }
    Ok(Some(json!({ "behavior": behavior, "resumes_at": resumes })))
}

fn plan(mode: &mut Mode, before: &Value, given: &Value) -> Result<Plan, ApiError> {
    let old = before.list("items.data").to_vec();
    let (mut items, removed, changed) = new_items(mode, before, given)?;
    let flexible = before.text("billing_mode.type") == Some("flexible");
    items::check_mix(mode, &items, flexible)?;
    let cycle = |mode: &Mode, item: &Value| Cycle::of(&mode.peek(Kind::Price, &item.word("price")));
    let other_interval = items.iter().any(|item| {
        let was = old.iter().find(|one| one.text("id") == item.text("id"));
        was.is_some_and(|was| cycle(mode, was) != cycle(mode, item))
    });
    let trial_end = future(mode, given, "trial_end")?;
    if trial_end.is_some_and(|end| end > mode.now + LONGEST_TRIAL) {
        return Err(ApiError::invalid(
            "trial_end",
            "Invalid timestamp: can be no more than two years in the future.",
        ));
    }
    if before.text("status") == Some("paused") && given.has("trial_end") {
        return Err(ApiError::refused(
            "This double of Stripe does not know `trial_end` on a paused subscription: resume it first.",
        )
        .param("trial_end"));
    }
    let trial_ends_now = given.text("trial_end") == Some("now") && is_trial(before);
    // A price of nothing that becomes one of something: in classic billing only.
    let costs = |mode: &Mode, items: &[Value]| {
        let mut prices = items.iter().map(|item| mode.peek(Kind::Price, &item.word("price")));
        prices.any(|price| price.text("unit_amount_decimal") != Some("0"))
    };
    let begins_to_cost = !flexible && !costs(mode, &old) && costs(mode, &items);
    // Pages disagree for flexible billing: `billing-mode/compare` has the anchor never move by itself, `change-price` and
    // the reference have it move. Charged at once is the reading that is harder on the caller.
    let restarts = trial_end.is_none()
        && (trial_ends_now
            || given.text("billing_cycle_anchor.type") == Some("now")
            || ((other_interval || begins_to_cost) && !is_trial(before)));
    let behavior = given.text("proration_behavior").unwrap_or("create_prorations");
    let now = mode.now;
    for item in &mut items {
        let Some(every) = cycle(mode, item) else { continue };
        if let Some(end) = trial_end {
            item.put("current_period_start", now);
            item.put("current_period_end", end);
        } else if restarts {
            item.put("current_period_start", now);
            item.put("current_period_end", every.next_after(now, now));
        } else if item.integer("current_period_end") == 0 {
            let anchor = before.integer("billing_cycle_anchor");
            let trial = before.moment("trial_end").filter(|_| is_trial(before));
            item.put("current_period_start", now);
            item.put("current_period_end", trial.unwrap_or_else(|| every.next_after(anchor, now)));
        }
    }
    let paused = before.text("status") == Some("paused");
    Ok(Plan {
        items,
        removed,
        changed,
        restarts,
        trial_end,
        begins_trial: trial_end.is_some() && !is_trial(before),
        prorates: behavior != "none" && !is_trial(before) && !paused,
        invoices_now: behavior == "always_invoice",
        moment: given.moment("proration_date").unwrap_or(mode.now),
    })
}

type Items = (Vec<Value>, Vec<Value>, Vec<String>);

/// The items as they will be, the ones that go, and which of them bill something else than before.
fn new_items(mode: &mut Mode, before: &Value, given: &Value) -> Result<Items, ApiError> {
    let id = before.word("id");
    let mut currency = Some(before.word("currency"));
    let mut items = before.list("items.data").to_vec();
    let (mut removed, mut changed) = (Vec::new(), Vec::new());
    for (place, wanted) in given.list("items").iter().enumerate() {
        let name = format!("items[{place}]");
        let Some(item_id) = wanted.text("id") else {
            let price = items::price_for(mode, wanted, &name, &mut currency)?;
            let item = items::new_item(mode, wanted, &price, &id);
            changed.push(item.word("id"));
            items.push(item);
            continue;
        };
        let Some(at) = items.iter().position(|item| item.text("id") == Some(item_id)) else {
            return Err(ApiError::no_such_in(&format!("{name}[id]"), "subscription_item", item_id));
        };
        if wanted.flag("deleted") {
            removed.push(items.remove(at));
            continue;
        }
        if wanted.has("price") || wanted.has("price_data") || wanted.has("plan") {
            let same = wanted.text("price") == items[at].text("price");
            let price = if same {
                mode.copy(Kind::Price, &items[at].word("price"))
            } else {
                items::price_for(mode, wanted, &name, &mut currency)?
            };
            if !same {
                changed.push(item_id.to_owned());
                items[at].put("price", price.word("id"));
                // <https://docs.stripe.com/billing/subscriptions/change-price>: the quantity is not carried over.
                items[at].put("quantity", 1);
            }
        }
        if let Some(quantity) = wanted.moment("quantity")
            && quantity != items[at].integer("quantity")
        {
            items[at].put("quantity", quantity);
            changed.push(item_id.to_owned());
        }
        if wanted.has("metadata") {
            crate::object::merge_metadata(&mut items[at], wanted.at("metadata"));
        }
        if wanted.has("tax_rates") {
            let rates = items::rates(mode, wanted.at("tax_rates"));
            items[at].put("tax_rates", rates);
        }
    }
    changed.dedup();
    Ok((items, removed, changed))
}

/// Credits for what was, debits for what will be.
fn prorate(mode: &mut Mode, before: &Value, plan: &Plan) {
    let anew = plan.restarts || plan.trial_end.is_some();
    for item in before.list("items.data") {
        let id = item.word("id");
        let gone = plan.removed.iter().any(|one| one.text("id") == Some(&id));
        if anew || gone || plan.changed.contains(&id) {
            mode.credit_item(before, item, plan.moment);
        }
    }
    if anew {
        return;
    }
    for item in &plan.items {
        if plan.changed.contains(&item.word("id")) {
            let period = Period::of_item(item);
            let price = mode.peek(Kind::Price, &item.word("price"));
            let start = Cycle::of(&price).map_or(period.start, |cycle| {
                cycle.last_at(before.integer("billing_cycle_anchor"), plan.moment)
            });
            // An item that came in the middle of a period is billed by its share of the whole one.
            let mut whole = item.clone();
            whole.put("current_period_start", start.min(period.start));
            mode.debit_item(before, &whole, plan.moment);
        }
    }
}

/// 400 without a card; 402 where the caller wants all or nothing and the card would decline.
fn check_payable(mode: &Mode, before: &Value, given: &Value) -> Result<(), ApiError> {
    if before.text("collection_method") == Some("send_invoice") {
        return Ok(());
    }
    let card = mode.card_of(before, &json!({ "customer": before["customer"] }));
    match given.text("payment_behavior") {
        Some("pending_if_incomplete") => Err(ApiError::refused(
            "This double of Stripe does not know `payment_behavior=pending_if_incomplete`.",
        )
        .param("payment_behavior")),
        Some("default_incomplete") => Ok(()),
        _ if card.is_none() => Err(no_card()),
        Some("error_if_incomplete") => mode.would_decline(card.as_deref()).map_or(Ok(()), Err),
        _ => Ok(()),
    }
}

/// An invoice of everything that waits and these lines, finalized and tried at once.
pub fn invoice_now(
    mode: &mut Mode,
    id: &str,
    lines: Vec<Value>,
    reason: &str,
    off_session: bool,
) -> Result<Option<String>, ApiError> {
    let Some(invoice) = invoice_at_once(mode, id, lines, reason) else { return Ok(None) };
    let object = mode.peek(Kind::Invoice, &invoice);
    if object.text("collection_method") == Some("charge_automatically")
        && object.text("status") == Some("open")
    {
        let card = mode.card_of_invoice(&object);
        if mode.charge_invoice(&invoice, card.as_deref(), off_session).is_err()
            && mode.peek(Kind::Subscription, id).text("status") != Some("paused")
        {
            mode.fall_past_due(id);
        }
    }
    Ok(Some(invoice))
}

/// The same, and not tried.
pub fn invoice_at_once(mode: &mut Mode, id: &str, mut lines: Vec<Value>, reason: &str) -> Option<String> {
    let subscription = mode.peek(Kind::Subscription, id);
    let (customer, currency) = (subscription.word("customer"), subscription.word("currency"));
    lines.extend(mode.take_waiting(&customer, Some(id), &currency));
    if lines.is_empty() {
        return None;
    }
    let method = subscription.word("collection_method");
    let invoice = mode.draft(Draft {
        customer: &customer,
        subscription: Some(id),
        currency: &currency,
        reason,
        lines,
        advances: true,
        collection_method: &method,
        days_until_due: subscription.integer("days_until_due"),
    });
    mode.bind_items(&invoice);
    mode.finalize(&invoice);
    Some(invoice)
}

/// When a subscription will end, or that it will not.
struct Cancel {
    at: Option<i64>,
    at_period_end: bool,
}

fn cancel_at(
    mode: &Mode,
    before: &Value,
    given: &Value,
    items: &[Value],
) -> Result<Option<Cancel>, ApiError> {
    if !given.has("cancel_at") && !given.has("cancel_at_period_end") {
        return Ok(None);
    }
    if given.has("cancel_at") && given.flag("cancel_at_period_end") {
        return Err(ApiError::invalid(
            "cancel_at",
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
        )
        .code("parameters_exclusive"));
    }
    // `cancel_at_period_end=false` undoes only what it did.
    if given.at("cancel_at_period_end") == &json!(false)
        && !given.has("cancel_at")
        && !before.flag("cancel_at_period_end")
    {
        return Ok(None);
    }
    let at = create::cancel_at(mode, given, items)?;
    Ok(Some(Cancel { at, at_period_end: given.flag("cancel_at_period_end") }))
}

impl Cancel {
    fn lay(&self, subscription: &mut Value, now: i64) {
        subscription.put("cancel_at", self.at);
        subscription.put("cancel_at_period_end", self.at_period_end);
        subscription.put("canceled_at", self.at.map(|_| now));
        let reason = self.at.map(|_| "cancellation_requested");
        subscription.put("cancellation_details.reason", reason);
    }
}

pub fn delete_discount(mode: &mut Mode, call: &Call) -> Done {
    let subscription = mode.find(Kind::Subscription, call.id())?;
    let Some(discount) = subscription.text("discounts.0").map(str::to_owned) else {
        return Err(ApiError::refused(format!("No active discount for subscription: {}", call.id())));
    };
    mode.change(Kind::Subscription, call.id(), "customer.subscription.updated", |subscription| {
        subscription.put("discounts", json!([]));
    });
    mode.announce(Kind::Discount, &discount, "customer.discount.deleted");
    Ok(json!({ "id": discount, "object": "discount", "deleted": true }))
}
