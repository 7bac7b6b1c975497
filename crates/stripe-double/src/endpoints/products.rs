//! Products: <https://docs.stripe.com/api/products>.

use super::{Call, Done, take_with_metadata};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::{Fields, list as wrap};
use serde_json::{Value, json};

const PLAIN: &[&str] = &[
    "active",
    "description",
    "images",
    "marketing_features",
    "name",
    "package_dimensions",
    "shippable",
    "statement_descriptor",
    "tax_code",
    "unit_label",
    "url",
];

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let id = match call.text("id") {
        Some(id) if mode.find(Kind::Product, id).is_ok() => {
            return Err(ApiError::refused(format!("Product already exists. id: {id}"))
                .code("resource_already_exists")
                .param("id"));
        }
        Some(id) => id.to_owned(),
        None => mode.id(Kind::Product),
    };
    let mut product = json!({
        "id": id, "object": "product", "active": true, "created": mode.now, "default_price": null,
        "description": null, "images": [], "livemode": mode.livemode, "marketing_features": [], "metadata": {},
        "name": null, "package_dimensions": null, "shippable": null, "statement_descriptor": null,
        "tax_code": null, "tax_details": null, "type": "service", "unit_label": null, "updated": mode.now, "url": null,
    });
    take_with_metadata(&mut product, &call.given, PLAIN);
    let price = call.given.at("default_price_data");
    if price.is_object() {
        mode.put(Kind::Product, product.clone());
        let mut price = price.clone();
        price.put("product", id.clone());
        let price = super::prices::make(mode, &price, "default_price_data")
            .inspect_err(|_| mode.withdraw(Kind::Product, &id))?;
        product.put("default_price", price.word("id"));
    }
    Ok(mode.created(Kind::Product, product, "product.created"))
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Product, call.id())?;
    if let Some(price) = call.text("default_price") {
        mode.find_in("default_price", Kind::Price, price)?;
    }
    let now = mode.now;
    Ok(mode.changed(Kind::Product, call.id(), "product.updated", |product| {
        let before = product.clone();
        take_with_metadata(product, &call.given, PLAIN);
        super::take(product, &call.given, &["default_price"]);
        if *product != before {
            product.put("updated", now);
        }
    }))
}

pub fn delete(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Product, call.id())?;
    if mode.shelf(Kind::Price).all().any(|price| price.text("product") == Some(call.id())) {
        return Err(ApiError::refused(
            "This product cannot be deleted because it has one or more user-created prices.",
        ));
    }
    Ok(mode.delete(Kind::Product, call.id(), "product.deleted"))
}

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    if given.has("ids") {
        let found = given.list("ids").iter().filter_map(Value::as_str);
        let found = found.filter_map(|id| mode.find(Kind::Product, id).ok().cloned()).collect();
        return Ok(wrap("/v1/products", found, false));
    }
    mode.list(Kind::Product, "/v1/products", given, |product| {
        crate::listing::same(product, given, &["active", "shippable", "url", "type"])
    })
}
