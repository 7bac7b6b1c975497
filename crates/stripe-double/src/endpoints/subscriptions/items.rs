//! What a subscription bills: items as they are asked for.

use crate::calendar::Cycle;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

const MOST: usize = 20;

/// A price for an item: recurring, active, and of one currency with the others.
pub fn price_for(
    mode: &mut Mode,
    given: &Value,
    param: &str,
    currency: &mut Option<String>,
) -> Result<Value, ApiError> {
    let (price, name) = match given.text("price").or(given.text("plan")) {
        Some(id) => {
            let name = format!("{param}[price]");
            (mode.find_in(&name, Kind::Price, id)?.clone(), name)
        }
        None if given.at("price_data").is_object() => {
            let name = format!("{param}[price_data]");
            (crate::endpoints::prices::make(mode, given.at("price_data"), &name)?, name)
        }
        None => return Err(ApiError::missing_parameter(&format!("{param}[price]"))),
    };
    if !price.flag("active") {
        return Err(ApiError::refused(
            "The price specified is inactive. This field only accepts active prices.",
        )
        .param(name));
    }
    if price.text("type") != Some("recurring") {
        return Err(ApiError::refused(
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
        )
        .param(name));
    }
    one_currency(&price, currency, &name)?;
    Ok(price)
}

fn one_currency(price: &Value, currency: &mut Option<String>, name: &str) -> Result<(), ApiError> {
    let own = price.word("currency");
    match currency {
        Some(currency) if *currency != own => Err(ApiError::refused(format!(
            "The price specified only supports `{own}`. This doesn't match the expected currency: `{currency}`."
        ))
        .param(name)),
        _ => {
            *currency = Some(own);
            Ok(())
        }
    }
}

/// Items for a new subscription; their periods are set when it is known when they begin.
pub fn new_items(
    mode: &mut Mode,
    given: &[Value],
    subscription: &str,
    flexible: bool,
    currency: &mut Option<String>,
) -> Result<Vec<Value>, ApiError> {
    if given.len() > MOST {
        return Err(ApiError::invalid("items", format!("You can only pass up to {MOST} items.")));
    }
    let mut items = Vec::new();
    for (place, wanted) in given.iter().enumerate() {
        let price = price_for(mode, wanted, &format!("items[{place}]"), currency)?;
        items.push(new_item(mode, wanted, &price, subscription));
    }
    check_mix(mode, &items, flexible)?;
    Ok(items)
}

pub fn new_item(mode: &mut Mode, wanted: &Value, price: &Value, subscription: &str) -> Value {
    let id = format!("si_{}", mode.secret(14));
    mode.item_owner.insert(id.clone(), subscription.to_owned());
    let metadata = wanted.get("metadata").filter(|given| given.is_object()).cloned();
    json!({
        "id": id, "object": "subscription_item", "billing_thresholds": null, "created": mode.now,
        "current_period_end": 0, "current_trial": null, "current_period_start": 0, "discounts": [],
        "metadata": metadata.unwrap_or(json!({})), "price": price["id"],
        "quantity": wanted.moment("quantity").unwrap_or(1), "subscription": subscription,
        "tax_rates": rates(mode, wanted.at("tax_rates")),
    })
}

/// Tax rates as items show them: whole.
pub fn rates(mode: &Mode, ids: &Value) -> Vec<Value> {
    let ids = ids.as_array().into_iter().flatten().filter_map(Value::as_str);
    ids.filter_map(|id| mode.get(Kind::TaxRate, id).cloned()).collect()
}

/// Each price once; and in classic mode one interval for all.
pub fn check_mix(mode: &Mode, items: &[Value], flexible: bool) -> Result<(), ApiError> {
    if items.is_empty() {
        return Err(ApiError::refused("A subscription must have at least one active plan.").param("items"));
    }
    let cycle = |item: &Value| Cycle::of(&mode.peek(Kind::Price, &item.word("price")));
    for (place, item) in items.iter().enumerate() {
        let earlier = &items[..place];
        if earlier.iter().any(|other| other.text("price") == item.text("price")) {
            return Err(ApiError::refused(format!(
                "Cannot add multiple subscription items with the same plan: {}",
                item.word("price")
            ))
            .param(format!("items[{place}]")));
        }
        if !flexible && earlier.iter().any(|other| cycle(other) != cycle(item)) {
            return Err(ApiError::refused(
                "Currently, all subscription items must have the same billing interval in classic billing mode.",
            )
            .param(format!("items[{place}]")));
        }
    }
    Ok(())
}

/// Lines for one-time prices that go on the next invoice.
pub fn added(
    mode: &mut Mode,
    given: &[Value],
    subscription: &Value,
    currency: &str,
) -> Result<Vec<Value>, ApiError> {
    let mut wanted = Vec::new();
    for (place, one) in given.iter().enumerate() {
        let name = format!("add_invoice_items[{place}][price]");
        let price = match one.text("price") {
            Some(id) => mode.find_in(&name, Kind::Price, id)?.clone(),
            None if one.at("price_data").is_object() => {
                let name = format!("add_invoice_items[{place}][price_data]");
                crate::endpoints::prices::make(mode, one.at("price_data"), &name)?
            }
            None => return Err(ApiError::missing_parameter(&name)),
        };
        if price.text("type") != Some("one_time") {
            return Err(ApiError::refused(
                "The price specified is set to `type=recurring` but this field only accepts prices with \
                 `type=one_time`.",
            )
            .param(name));
        }
        one_currency(&price, &mut Some(currency.to_owned()), &name)?;
        wanted.push((one.clone(), price));
    }
    let mut ids = Vec::new();
    for (one, price) in wanted {
        let quantity = one.moment("quantity").unwrap_or(1);
        let id = mode.id(Kind::InvoiceItem);
        let product = mode.peek(Kind::Product, &price.word("product")).word("name");
        let amount = crate::endpoints::prices::amount(&price, quantity);
        let metadata = one.get("metadata").filter(|given| given.is_object()).cloned();
        let item = json!({
            "id": id, "object": "invoiceitem", "amount": amount, "currency": currency,
            "customer": subscription["customer"], "customer_account": null, "date": mode.now,
            "description": product, "discountable": one.get("discountable").is_none_or(|given| given == true),
            "discounts": [], "invoice": null, "livemode": mode.livemode,
            "metadata": metadata.unwrap_or(json!({})), "net_amount": amount,
            "parent": {
                "subscription_details": { "subscription": subscription["id"], "subscription_item": null },
                "type": "subscription_details",
            },
            "period": { "start": mode.now, "end": mode.now },
            "pricing": {
                "price_details": { "price": price["id"], "product": price["product"] },
                "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
            },
            "proration": false, "proration_details": null, "quantity": quantity,
            "quantity_decimal": quantity.to_string(), "tax_rates": rates(mode, one.at("tax_rates")),
            "test_clock": null,
        });
        mode.create(Kind::InvoiceItem, item.clone(), "invoiceitem.created");
        ids.push(item);
    }
    Ok(ids)
}
