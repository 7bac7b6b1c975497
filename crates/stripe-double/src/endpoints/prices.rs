//! Prices, whose amount and interval never change: <https://docs.stripe.com/api/prices>.

use super::{Call, Done, take_with_metadata};
use crate::currency;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

/// The longest interval is three years.
const LONGEST: [(&str, i64); 4] = [("day", 1_095), ("week", 156), ("month", 36), ("year", 3)];

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    make(mode, &call.given, "")
}

/// Also inline, as `price_data` and `default_price_data`; `within` is that parameter's name.
pub fn make(mode: &mut Mode, given: &Value, within: &str) -> Result<Value, ApiError> {
    let name = |field: &str| if within.is_empty() { field.to_owned() } else { format!("{within}[{field}]") };
    let Some(written) = given.text("currency") else {
        return Err(ApiError::missing_parameter(&name("currency")));
    };
    let currency = currency::check(written, &name("currency"))?;
    if given.has("unit_amount") && given.has("unit_amount_decimal") {
        return Err(ApiError::invalid(
            name("unit_amount"),
            "You may only specify one of these parameters: unit_amount, unit_amount_decimal.",
        )
        .code("parameters_exclusive"));
    }
    if given.text("billing_scheme") == Some("tiered") || given.has("custom_unit_amount") {
        return Err(ApiError::refused("This double of Stripe keeps prices per unit only."));
    }
    if !given.has("unit_amount") && !given.has("unit_amount_decimal") {
        return Err(ApiError::invalid(
            name("unit_amount"),
            "You must specify either `unit_amount`, `unit_amount_decimal`, or `custom_unit_amount` when \
             `billing_scheme=per_unit`.",
        )
        .code("parameter_missing"));
    }
    let decimal = match given.at("unit_amount_decimal") {
        Value::Null => given.integer("unit_amount").to_string(),
        Value::String(text) => text.clone(),
        number => number.to_string(),
    };
    let whole = decimal.parse::<i64>().ok();
    if let Some(amount) = whole {
        if amount < 0 {
            return Err(ApiError::invalid(name("unit_amount"), "Invalid non-negative integer")
                .code("parameter_invalid_integer"));
        }
        currency::check_amount(amount, &currency, &name("unit_amount"))?;
    }
    let recurring = recurring(given, &name("recurring"))?;
    let product = product(mode, given, &name("product"))?;
    let lookup_key = given.text("lookup_key").filter(|key| !key.is_empty());
    if let Some(key) = lookup_key {
        take_lookup_key(mode, key, given.flag("transfer_lookup_key"), None)?;
    }
    let id = mode.id(Kind::Price);
    let mut price = json!({
        "id": id, "object": "price", "active": true, "billing_scheme": "per_unit", "created": mode.now,
        "currency": currency, "custom_unit_amount": null, "livemode": mode.livemode, "lookup_key": lookup_key,
        "metadata": {}, "nickname": null, "product": product,
        "recurring": recurring, "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null,
        "type": if recurring.is_null() { "one_time" } else { "recurring" },
        "unit_amount": whole, "unit_amount_decimal": decimal,
    });
    take_with_metadata(&mut price, given, &["active", "nickname", "tax_behavior"]);
    Ok(mode.created(Kind::Price, price, "price.created"))
}

fn recurring(given: &Value, name: &str) -> Result<Value, ApiError> {
    let Some(interval) = given.text("recurring.interval") else { return Ok(Value::Null) };
    let count = given.moment("recurring.interval_count").unwrap_or(1);
    let longest = LONGEST.iter().find(|(known, _)| *known == interval).map_or(1, |(_, most)| *most);
    if count < 1 || count > longest {
        return Err(ApiError::invalid(
            format!("{name}[interval_count]"),
            format!("Invalid interval_count: must be between 1 and {longest} for interval={interval}."),
        ));
    }
    if given.text("recurring.usage_type") == Some("metered") {
        return Err(ApiError::refused("This double of Stripe keeps licensed prices only."));
    }
    Ok(json!({
        "interval": interval, "interval_count": count, "meter": null,
        "trial_period_days": given.at("recurring.trial_period_days"), "usage_type": "licensed",
    }))
}

fn product(mode: &mut Mode, given: &Value, name: &str) -> Result<String, ApiError> {
    if let Some(product) = given.text("product") {
        return Ok(mode.find_in(name, Kind::Product, product)?.word("id"));
    }
    let data = given.at("product_data");
    if !data.is_object() {
        return Err(ApiError::missing_parameter(name));
    }
    let call = Call { ids: Vec::new(), given: data.clone() };
    Ok(super::products::create(mode, &call)?.word("id"))
}

/// A lookup key is one price's at a time.
fn take_lookup_key(mode: &mut Mode, key: &str, transfer: bool, own: Option<&str>) -> Result<(), ApiError> {
    let held = |price: &&Value| price.text("lookup_key") == Some(key) && price.text("id") != own;
    let Some(holder) = mode.shelf(Kind::Price).all().find(held).map(|price| price.word("id")) else {
        return Ok(());
    };
    if !transfer {
        return Err(ApiError::refused(format!(
            "A price (`{holder}`) already uses that lookup key. Use a different lookup key or transfer it to the new \
             price with `transfer_lookup_key=true`."
        ))
        .param("lookup_key"));
    }
    mode.change(Kind::Price, &holder, "price.updated", |price| price.put("lookup_key", Value::Null));
    Ok(())
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Price, call.id())?;
    if let Some(key) = call.text("lookup_key") {
        take_lookup_key(mode, key, call.given.flag("transfer_lookup_key"), Some(call.id()))?;
    }
    Ok(mode.changed(Kind::Price, call.id(), "price.updated", |price| {
        take_with_metadata(price, &call.given, &["active", "nickname", "lookup_key", "tax_behavior"]);
    }))
}

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::Price, "/v1/prices", given, |price| {
        let keys = given.list("lookup_keys");
        crate::listing::same(price, given, &["active", "currency", "product", "type"])
            && (keys.is_empty() || keys.contains(price.at("lookup_key")))
            && (!given.has("recurring.interval")
                || given.at("recurring.interval") == price.at("recurring.interval"))
    })
}

/// The older shape of a recurring price, which items still carry.
pub fn as_plan(price: &Value) -> Value {
    json!({
        "id": price["id"], "object": "plan", "active": price["active"], "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"], "billing_scheme": price["billing_scheme"],
        "created": price["created"], "currency": price["currency"],
        "interval": price["recurring"]["interval"], "interval_count": price["recurring"]["interval_count"],
        "livemode": price["livemode"], "metadata": price["metadata"], "meter": null,
        "nickname": price["nickname"], "product": price["product"], "tiers_mode": null,
        "transform_usage": null, "trial_period_days": price["recurring"]["trial_period_days"],
        "usage_type": "licensed",
    })
}

/// The price of so many, in minor units, rounded half up.
pub fn amount(price: &Value, quantity: i64) -> i64 {
    if let Some(unit) = price.moment("unit_amount") {
        return unit.saturating_mul(quantity);
    }
    let decimal = price.word("unit_amount_decimal");
    let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
    let mut digits = fraction.to_owned();
    digits.truncate(12);
    let scaled: i128 = format!("{whole}{digits:0<12}").parse().unwrap_or(0);
    let unit = 10_i128.pow(12);
    let total = scaled * i128::from(quantity);
    i64::try_from((total + unit / 2).div_euclid(unit)).unwrap_or(i64::MAX)
}
