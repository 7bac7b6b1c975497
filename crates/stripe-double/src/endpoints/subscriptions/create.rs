//! A new subscription, and its first invoice.

use super::{LONGEST_TRIAL, future, items};
use crate::billing::collect::no_card;
use crate::billing::invoice::Draft;
use crate::billing::line::Period;
use crate::calendar::{Cycle, DAY};
use crate::endpoints::{Call, Done, take_with_metadata};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::{Fields, list};
use serde_json::{Value, json};

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    let customer = call.needed("customer")?.to_owned();
    mode.find_in("customer", Kind::Customer, &customer)?;
    if given.list("items").is_empty() {
        return Err(ApiError::missing_parameter("items"));
    }
    exclusive(given)?;
    let id = mode.id(Kind::Subscription);
    let flexible = given.text("billing_mode.type").unwrap_or("flexible") == "flexible";
    let mut currency = call.text("currency").map(str::to_owned);
    let mut items = items::new_items(mode, given.list("items"), &id, flexible, &mut currency)?;
    let currency = currency.unwrap_or_default();
    let method = given.text("collection_method").unwrap_or("charge_automatically").to_owned();
    check_collection(mode, call, &method, &customer)?;
    let trial_end = trial_end(mode, given, &items)?;
    let (anchor, full_from) = anchor(mode, given, &items, trial_end)?;
    set_periods(mode, &mut items, anchor, trial_end);
    let cancel_at = cancel_at(mode, given, &items)?;
    let mut subscription = blank(mode, &id, &customer, &currency, flexible);
    subscription.put("billing_cycle_anchor", anchor);
    subscription.put("collection_method", method.clone());
    subscription.put("days_until_due", given.at("days_until_due").clone());
    subscription.put("default_payment_method", given.at("default_payment_method").clone());
    subscription.put("trial_end", trial_end);
    subscription.put("trial_start", trial_end.map(|_| mode.now));
    lay(mode, &mut subscription, given);
    if let Some(at) = cancel_at {
        subscription.put("cancel_at", at);
        subscription.put("canceled_at", mode.now);
        subscription.put("cancel_at_period_end", given.flag("cancel_at_period_end"));
        subscription.put("cancellation_details.reason", "cancellation_requested");
    }
    subscription.put("items.data", items.clone());
    let prorates = given.text("proration_behavior") != Some("none");
    let lines = first_lines(mode, &subscription, &items, trial_end, full_from, prorates);
    check_payable(mode, call, &subscription, &lines)?;
    let discounts = mode.redeem(given.list("discounts"), "discounts", &customer, Some(&id))?;
    subscription.put("discounts", discounts);
    begin(mode, call, subscription, lines)
}

fn exclusive(given: &Value) -> Result<(), ApiError> {
    for (one, other) in [
        ("trial_end", "trial_period_days"),
        ("trial_end", "trial_from_plan"),
        ("cancel_at", "cancel_at_period_end"),
        ("billing_cycle_anchor", "billing_cycle_anchor_config"),
    ] {
        if given.has(one) && given.has(other) && given.at(other) != &json!(false) {
            return Err(ApiError::invalid(
                one,
                format!("You may only specify one of these parameters: {one}, {other}."),
            )
            .code("parameters_exclusive"));
        }
    }
    for name in ["backdate_start_date", "billing_schedules", "billing_cycle_anchor_config", "transfer_data"] {
        if given.has(name) {
            return Err(
                ApiError::refused(format!("This double of Stripe does not know `{name}`.")).param(name)
            );
        }
    }
    Ok(())
}

fn check_collection(mode: &Mode, call: &Call, method: &str, customer: &str) -> Result<(), ApiError> {
    if method == "send_invoice" && !call.given.has("days_until_due") {
        return Err(ApiError::invalid(
            "days_until_due",
            "If `collection_method` is `send_invoice`, you must pass `days_until_due`.",
        ));
    }
    if method != "send_invoice" && call.given.has("days_until_due") {
        return Err(ApiError::invalid(
            "days_until_due",
            "You can only set `days_until_due` if `collection_method` is `send_invoice`.",
        ));
    }
    match call.text("default_payment_method") {
        Some(card) => mode.check_card_of(card, customer, "default_payment_method"),
        None => Ok(()),
    }
}

fn trial_end(mode: &Mode, given: &Value, items: &[Value]) -> Result<Option<i64>, ApiError> {
    if given.text("trial_end") == Some("now") {
        return Ok(None);
    }
    let from_plan = || {
        let price = mode.peek(Kind::Price, &items.first()?.word("price"));
        price.moment("recurring.trial_period_days")
    };
    let days = match given.moment("trial_period_days") {
        None if given.flag("trial_from_plan") => from_plan(),
        days => days,
    };
    let end = match days {
        Some(days) if days > 0 => Some(mode.now + days * DAY),
        _ => future(mode, given, "trial_end")?,
    };
    match end {
        Some(end) if end > mode.now + LONGEST_TRIAL => Err(ApiError::invalid(
            "trial_end",
            "Invalid timestamp: can be no more than two years in the future.",
        )),
        end => Ok(end),
    }
}

/// The anchor, and whether the time up to it is billed by its share only.
fn anchor(
    mode: &Mode,
    given: &Value,
    items: &[Value],
    trial_end: Option<i64>,
) -> Result<(i64, Option<i64>), ApiError> {
    let Some(anchor) = future(mode, given, "billing_cycle_anchor")? else {
        return Ok((trial_end.unwrap_or(mode.now), None));
    };
    for item in items {
        let Some(cycle) = Cycle::of(&mode.peek(Kind::Price, &item.word("price"))) else { continue };
        let natural = cycle.boundary(trial_end.unwrap_or(mode.now), 1);
        if anchor > natural {
            return Err(ApiError::refused(format!(
                "billing_cycle_anchor cannot be later than next natural billing date ({natural}) for plan"
            ))
            .param("billing_cycle_anchor"));
        }
    }
    Ok((anchor, Some(anchor)))
}

fn set_periods(mode: &Mode, items: &mut [Value], anchor: i64, trial_end: Option<i64>) {
    for item in items {
        let price = mode.peek(Kind::Price, &item.word("price"));
        let natural = Cycle::of(&price).map_or(mode.now, |cycle| cycle.next_after(anchor, mode.now));
        item.put("current_period_start", mode.now);
        item.put("current_period_end", trial_end.unwrap_or(natural));
    }
}

pub fn cancel_at(mode: &Mode, given: &Value, items: &[Value]) -> Result<Option<i64>, ApiError> {
    let ends: Vec<i64> = items.iter().map(|item| item.integer("current_period_end")).collect();
    if given.flag("cancel_at_period_end") {
        return Ok(ends.iter().copied().min());
    }
    match given.text("cancel_at") {
        Some("max_period_end") | Some("max_billed_until") => Ok(ends.into_iter().max()),
        Some("min_period_end") => Ok(ends.into_iter().min()),
        _ => future(mode, given, "cancel_at"),
    }
}

fn blank(mode: &Mode, id: &str, customer: &str, currency: &str, flexible: bool) -> Value {
    json!({
        "id": id, "object": "subscription", "application": null, "application_fee_percent": null,
        "automatic_tax": { "disabled_reason": null, "enabled": false, "liability": null },
        "billing_cycle_anchor": mode.now, "billing_cycle_anchor_config": null,
        "billing_mode": if flexible {
            json!({ "flexible": { "proration_discounts": "included" }, "type": "flexible", "updated_at": mode.now })
        } else {
            json!({ "flexible": null, "type": "classic" })
        },
        "billing_schedules": [], "billing_thresholds": null, "cancel_at": null, "cancel_at_period_end": false,
        "canceled_at": null,
        "cancellation_details": { "comment": null, "feedback": null, "reason": null },
        "collection_method": "charge_automatically", "created": mode.now, "currency": currency,
        "customer": customer, "customer_account": null, "days_until_due": null,
        "default_payment_method": null, "default_source": null, "default_tax_rates": [], "description": null,
        "discounts": [], "ended_at": null,
        "invoice_settings": {
            "account_tax_ids": null, "custom_fields": null, "description": null, "footer": null,
            "issuer": { "type": "self" },
        },
        "items": list(&format!("/v1/subscription_items?subscription={id}"), Vec::new(), false),
        "latest_invoice": null, "livemode": mode.livemode, "managed_payments": { "enabled": false },
        "metadata": {}, "next_pending_invoice_item_invoice": null, "on_behalf_of": null,
        "pause_collection": null,
        "payment_settings": {
            "payment_method_options": null, "payment_method_types": null, "save_default_payment_method": "off",
        },
        "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null,
        "schedule": null, "start_date": mode.now, "status": "active", "test_clock": null, "transfer_data": null,
        "trial_end": null,
        "trial_settings": {
            "end_behavior": { "billing_cycle_anchor": null, "missing_payment_method": "create_invoice" },
        },
        "trial_start": null,
    })
}

/// The plain fields, of a new subscription or a changed one.
pub fn lay(mode: &Mode, subscription: &mut Value, given: &Value) {
    take_with_metadata(subscription, given, &["description"]);
    if given.has("default_tax_rates") {
        subscription.put("default_tax_rates", items::rates(mode, given.at("default_tax_rates")));
    }
    for path in [
        "trial_settings.end_behavior.missing_payment_method",
        "trial_settings.end_behavior.billing_cycle_anchor",
        "payment_settings.save_default_payment_method",
        "payment_settings.payment_method_types",
        "payment_settings.payment_method_options",
        "invoice_settings.description",
        "invoice_settings.footer",
    ] {
        if given.has(path) {
            let value = given.at(path).clone();
            subscription.put(path, if value.as_str() == Some("") { Value::Null } else { value });
        }
    }
}

/// The lines of the first invoice.
fn first_lines(
    mode: &mut Mode,
    subscription: &Value,
    items: &[Value],
    trial_end: Option<i64>,
    full_from: Option<i64>,
    prorates: bool,
) -> Vec<Value> {
    let id = subscription.word("id");
    let mut lines = Vec::new();
    for item in items {
        let period = Period::of_item(item);
        if trial_end.is_some() {
            lines.push(mode.trial_line(&id, item, period));
            continue;
        }
        let amount = mode.item_amount(item);
        let amount = match full_from {
            None => amount,
            Some(_) if !prorates => continue,
            Some(anchor) => {
                let price = mode.peek(Kind::Price, &item.word("price"));
                let start = Cycle::of(&price).map_or(period.start, |cycle| cycle.last_at(anchor, mode.now));
                Period { start, end: period.end }.share(amount, period)
            }
        };
        lines.push(mode.item_line(&id, item, period, amount));
    }
    lines
}

/// 400 or 402 where the first payment can't be made and was not to be put off.
fn check_payable(
    mode: &mut Mode,
    call: &Call,
    subscription: &Value,
    lines: &[Value],
) -> Result<(), ApiError> {
    let given = &call.given;
    if subscription.text("collection_method") == Some("send_invoice") {
        return Ok(());
    }
    let behavior = given.text("payment_behavior").unwrap_or("allow_incomplete");
    if behavior == "pending_if_incomplete" {
        return Err(ApiError::refused(
            "You cannot use `payment_behavior=pending_if_incomplete` when creating a subscription.",
        )
        .param("payment_behavior"));
    }
    let coupons: Vec<Value> = given
        .list("discounts")
        .iter()
        .filter_map(|one| one.text("coupon"))
        .map(|coupon| mode.copy(Kind::Coupon, coupon))
        .collect();
    let off: i64 = mode.discounted(lines, &coupons).iter().flatten().sum();
    let of_lines: i64 = lines.iter().map(|line| line.integer("amount")).sum();
    let extra: i64 = given
        .list("add_invoice_items")
        .iter()
        .map(|one| {
            let price =
                one.text("price").map(|id| mode.copy(Kind::Price, id)).unwrap_or(one["price_data"].clone());
            crate::endpoints::prices::amount(&price, one.moment("quantity").unwrap_or(1))
        })
        .sum();
    if of_lines - off + extra <= 0 {
        return Ok(());
    }
    let card = mode.card_of(subscription, &json!({ "customer": subscription["customer"] }));
    match behavior {
        "default_incomplete" => Ok(()),
        _ if card.is_none() => Err(no_card()),
        "error_if_incomplete" => mode.would_decline(card.as_deref()).map_or(Ok(()), Err),
        _ => Ok(()),
    }
}

/// Everything is in order: from here on nothing is refused.
fn begin(mode: &mut Mode, call: &Call, mut subscription: Value, mut lines: Vec<Value>) -> Done {
    let (id, customer) = (subscription.word("id"), subscription.word("customer"));
    let currency = subscription.word("currency");
    let extra = items::added(mode, call.given.list("add_invoice_items"), &subscription, &currency)?;
    drop(extra);
    lines.extend(mode.take_waiting(&customer, Some(&id), &currency));
    let automatic = subscription.text("collection_method") == Some("charge_automatically");
    let costs = lines.iter().any(|line| line.integer("amount") != 0);
    let trial = subscription.moment("trial_end").is_some();
    let status = match (trial, automatic && costs) {
        (true, _) => "trialing",
        (false, true) => "incomplete",
        (false, false) => "active",
    };
    subscription.put("status", status);
    mode.create(Kind::Subscription, subscription.clone(), "customer.subscription.created");
    mode.schedule(&id);
    if !lines.is_empty() {
        let method = subscription.word("collection_method");
        let invoice = mode.draft(Draft {
            customer: &customer,
            subscription: Some(&id),
            currency: &currency,
            reason: "subscription_create",
            lines,
            advances: true,
            collection_method: &method,
            days_until_due: subscription.integer("days_until_due"),
        });
        mode.bind_items(&invoice);
        if automatic {
            mode.finalize(&invoice);
            let waits = call.given.text("payment_behavior") == Some("default_incomplete");
            if mode.peek(Kind::Invoice, &invoice).text("status") == Some("open") && !waits {
                let card = mode.card_of_invoice(&mode.peek(Kind::Invoice, &invoice));
                // A decline leaves the subscription incomplete, which is not an error.
                if mode.charge_invoice(&invoice, card.as_deref(), call.given.flag("off_session")).is_err()
                    && trial
                {
                    mode.fall_past_due(&id);
                }
            }
        }
    }
    Ok(mode.render(Kind::Subscription, &mode.peek(Kind::Subscription, &id)))
}
