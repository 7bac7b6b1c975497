//! What waits for an invoice: <https://docs.stripe.com/api/invoiceitems>.

use super::{Call, Done, prices, take_with_metadata};
use crate::currency;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    let customer = call.needed("customer")?.to_owned();
    mode.find_in("customer", Kind::Customer, &customer)?;
    let subscription = match call.text("subscription") {
        Some(id) => {
            let found = mode.find_in("subscription", Kind::Subscription, id)?;
            if found.text("customer") != Some(&customer) {
                return Err(ApiError::refused(format!("The subscription {id} belongs to another customer."))
                    .param("subscription"));
            }
            if matches!(found.text("status"), Some("canceled" | "incomplete_expired")) {
                return Err(ApiError::refused(
                    "You cannot add an invoice item to a subscription that has been canceled.",
                )
                .param("subscription"));
            }
            Some(id.to_owned())
        }
        None => None,
    };
    let invoice = match call.text("invoice") {
        Some(id) => {
            let found = mode.find_in("invoice", Kind::Invoice, id)?;
            if found.text("status") != Some("draft") {
                return Err(ApiError::refused(
                    "The invoice is no longer a draft: invoice items can only be added to draft invoices.",
                )
                .code("invoice_not_editable"));
            }
            Some(id.to_owned())
        }
        None => None,
    };
    let quantity = given.moment("quantity").unwrap_or(1);
    let price = price(mode, call)?;
    let (amount, currency) = match &price {
        Some(price) => (prices::amount(price, quantity), price.word("currency")),
        None => {
            if !given.has("amount") {
                return Err(ApiError::missing_parameter("amount"));
            }
            (given.integer("amount"), currency::check(call.needed("currency")?, "currency")?)
        }
    };
    currency::check_amount(amount, &currency, "amount")?;
    let period = json!({
        "start": given.moment("period.start").unwrap_or(mode.now),
        "end": given.moment("period.end").unwrap_or(mode.now),
    });
    let pricing = match &price {
        Some(price) => json!({
            "price_details": { "price": price["id"], "product": price["product"] },
            "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
        }),
        None => {
            json!({ "price_details": null, "type": "price_details", "unit_amount_decimal": amount.to_string() })
        }
    };
    let discounts = mode.redeem(given.list("discounts"), "discounts", &customer, subscription.as_deref())?;
    let id = mode.id(Kind::InvoiceItem);
    let description = match (call.text("description"), &price) {
        (Some(description), _) => Some(description.to_owned()),
        (None, Some(price)) => Some(mode.peek(Kind::Product, &price.word("product")).word("name")),
        (None, None) => None,
    };
    let parent = subscription.as_ref().map_or(Value::Null, |subscription| {
        json!({
            "subscription_details": { "subscription": subscription, "subscription_item": null },
            "type": "subscription_details",
        })
    });
    let mut item = json!({
        "id": id, "object": "invoiceitem", "amount": amount, "currency": currency, "customer": customer,
        "customer_account": null, "date": mode.now, "description": description,
        "discountable": given.get("discountable").is_none_or(|given| given == true), "discounts": discounts,
        "invoice": invoice, "livemode": mode.livemode, "metadata": {}, "net_amount": amount, "parent": parent,
        "period": period, "pricing": pricing, "proration": false, "proration_details": null,
        "quantity": quantity, "quantity_decimal": quantity.to_string(),
        "tax_rates": super::subscriptions::items::rates(mode, given.at("tax_rates")), "test_clock": null,
    });
    take_with_metadata(&mut item, given, &[]);
    let shown = mode.created(Kind::InvoiceItem, item.clone(), "invoiceitem.created");
    if let Some(invoice) = invoice {
        let line = mode.line_of_invoice_item(&item);
        mode.rewrite_lines(&invoice, |lines| lines.push(line));
    }
    Ok(shown)
}

fn price(mode: &mut Mode, call: &Call) -> Result<Option<Value>, ApiError> {
    let given = &call.given;
    let id = call.text("pricing.price").or(call.text("price"));
    let price = match id {
        Some(id) => mode.find_in("pricing[price]", Kind::Price, id)?.clone(),
        None if given.at("price_data").is_object() => {
            prices::make(mode, given.at("price_data"), "price_data")?
        }
        None => return Ok(None),
    };
    if price.text("type") != Some("one_time") {
        return Err(ApiError::refused(
            "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.",
        )
        .param("price"));
    }
    Ok(Some(price))
}

fn expect_free(mode: &Mode, id: &str) -> Result<Value, ApiError> {
    let item = mode.find(Kind::InvoiceItem, id)?.clone();
    let invoice = item.text("invoice").map(|invoice| mode.copy(Kind::Invoice, invoice));
    if invoice.is_some_and(|invoice| invoice.text("status") != Some("draft")) {
        return Err(ApiError::refused("You cannot change an invoice item whose invoice has been finalized.")
            .code("invoice_not_editable"));
    }
    Ok(item)
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    let item = expect_free(mode, call.id())?;
    let shown = mode.changed(Kind::InvoiceItem, call.id(), "", |item| {
        take_with_metadata(item, &call.given, &["amount", "description", "discountable", "quantity"]);
        if call.given.has("amount") {
            item.put("net_amount", call.given.integer("amount"));
        }
    });
    if let Some(invoice) = item.text("invoice") {
        let line = mode.line_of_invoice_item(&shown);
        mode.rewrite_lines(invoice, |lines| {
            lines.retain(|line| !is_of(line, call.id()));
            lines.push(line);
        });
    }
    Ok(shown)
}

pub fn delete(mode: &mut Mode, call: &Call) -> Done {
    let item = expect_free(mode, call.id())?;
    if let Some(invoice) = item.text("invoice") {
        mode.rewrite_lines(invoice, |lines| lines.retain(|line| !is_of(line, call.id())));
    }
    Ok(mode.delete(Kind::InvoiceItem, call.id(), "invoiceitem.deleted"))
}

fn is_of(line: &Value, item: &str) -> bool {
    line.text("parent.invoice_item_details.invoice_item") == Some(item)
}

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::InvoiceItem, "/v1/invoiceitems", given, |item| {
        let pending = given.get("pending").and_then(Value::as_bool);
        crate::listing::same(item, given, &["customer", "invoice"])
            && pending.is_none_or(|pending| pending == item.at("invoice").is_null())
    })
}
