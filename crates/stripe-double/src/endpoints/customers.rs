//! Customers: <https://docs.stripe.com/api/customers>.

use super::{Call, Done, take_with_metadata};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

const PLAIN: &[&str] =
    &["address", "description", "email", "name", "phone", "preferred_locales", "shipping", "tax_exempt"];

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    check(mode, &call.given)?;
    let id = mode.id(Kind::Customer);
    let prefix = mode.secret(8).to_uppercase();
    let mut customer = json!({
        "id": id, "object": "customer", "address": null, "balance": 0, "created": mode.now, "currency": null,
        "customer_account": null, "default_source": null, "delinquent": false, "description": null,
        "discount": null, "email": null, "invoice_prefix": prefix,
        "invoice_settings": {
            "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null,
        },
        "livemode": mode.livemode, "metadata": {}, "name": null, "next_invoice_sequence": 1, "phone": null,
        "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null,
    });
    lay(&mut customer, &call.given);
    if let Some(token) = call.text("payment_method") {
        mode.put(Kind::Customer, customer.clone());
        let method = mode.save_card(token, &id).inspect_err(|_| mode.withdraw(Kind::Customer, &id))?;
        // A token stands for the card that was made of it, here as well.
        if customer.text("invoice_settings.default_payment_method") == Some(token) {
            customer.put("invoice_settings.default_payment_method", method);
        }
    }
    Ok(mode.created(Kind::Customer, customer, "customer.created"))
}

pub fn read(mode: &mut Mode, call: &Call) -> Done {
    if let Some(left) = mode.gone(call.id()) {
        return Ok(left.clone());
    }
    super::read(mode, call, Kind::Customer)
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Customer, call.id())?;
    check(mode, &call.given)?;
    if let Some(method) = call.text("invoice_settings.default_payment_method") {
        mode.check_card_of(method, call.id(), "invoice_settings[default_payment_method]")?;
    }
    Ok(mode.changed(Kind::Customer, call.id(), "customer.updated", |customer| lay(customer, &call.given)))
}

fn check(mode: &Mode, given: &Value) -> Result<(), ApiError> {
    if let Some(email) = given.text("email").filter(|email| !email.is_empty())
        && (!email.contains('@') || email.len() > 512)
    {
        return Err(
            ApiError::invalid("email", format!("Invalid email address: {email}")).code("email_invalid")
        );
    }
    if let Some(method) = given.text("invoice_settings.default_payment_method")
        && !method.is_empty()
        && crate::cards::TestCard::find(method).is_none()
    {
        mode.find_in("invoice_settings[default_payment_method]", Kind::PaymentMethod, method)?;
    }
    Ok(())
}

fn lay(customer: &mut Value, given: &Value) {
    take_with_metadata(customer, given, PLAIN);
    if given.has("balance") {
        customer.put("balance", given.integer("balance"));
    }
    if given.has("preferred_locales") {
        customer.put("preferred_locales", Value::Array(given.list("preferred_locales").to_vec()));
    }
    for name in ["default_payment_method", "footer", "custom_fields", "rendering_options"] {
        let path = format!("invoice_settings.{name}");
        if given.has(&path) {
            let value = given.at(&path).clone();
            customer.put(&path, if value.as_str() == Some("") { Value::Null } else { value });
        }
    }
    if let Some(address) = customer.get_mut("address").and_then(Value::as_object_mut) {
        for name in ["city", "country", "line1", "line2", "postal_code", "state"] {
            address.entry(name).or_insert(Value::Null);
        }
    }
}

/// Its subscriptions end at once, and its cards go with it.
pub fn delete(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Customer, call.id())?;
    let running: Vec<String> = mode
        .shelf(Kind::Subscription)
        .of_customer(call.id())
        .filter(|subscription| subscription.at("ended_at").is_null())
        .map(|subscription| subscription.word("id"))
        .collect();
    for subscription in running {
        mode.end_subscription(&subscription, "cancellation_requested");
    }
    let cards: Vec<String> = mode
        .shelf(Kind::PaymentMethod)
        .of_customer(call.id())
        .filter(|card| card.text("customer") == Some(call.id()))
        .map(|card| card.word("id"))
        .collect();
    for card in cards {
        mode.let_go(&card);
    }
    Ok(mode.delete(Kind::Customer, call.id(), "customer.deleted"))
}

pub fn delete_discount(mode: &mut Mode, call: &Call) -> Done {
    let customer = mode.find(Kind::Customer, call.id())?;
    let Some(discount) = customer.text("discount.id").map(str::to_owned) else {
        return Err(ApiError::refused("No active discount for customer: ".to_owned() + call.id()));
    };
    mode.change(Kind::Customer, call.id(), "customer.updated", |customer| {
        customer.put("discount", Value::Null)
    });
    Ok(json!({ "id": discount, "object": "discount", "deleted": true }))
}
