//! Lines of an invoice: <https://docs.stripe.com/api/invoice-line-item/object>.

use crate::endpoints::prices;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

/// A stretch of time, in seconds since 1970; the end is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub start: i64,
    pub end: i64,
}

impl Period {
    pub fn of_item(item: &Value) -> Self {
        Self { start: item.integer("current_period_start"), end: item.integer("current_period_end") }
    }

    /// The part of an amount that falls on a part of this period, rounded half up.
    pub fn share(self, amount: i64, part: Self) -> i64 {
        let whole = i128::from((self.end - self.start).max(1));
        let part = i128::from((part.end - part.start).max(0)).min(whole);
        let exact = i128::from(amount) * part;
        i64::try_from((2 * exact + whole).div_euclid(2 * whole)).unwrap_or(amount)
    }

    fn shown(self) -> Value {
        json!({ "start": self.start, "end": self.end })
    }
}

/// What a subscription item was billed for a period: what a credit goes by.
#[derive(Debug, Clone)]
pub struct Debit {
    pub amount: i64,
    pub period: Period,
    pub invoice: String,
    pub line: String,
}

impl Mode {
    /// What an item costs for a whole period, and the line that bills it.
    pub fn item_line(&mut self, subscription: &str, item: &Value, period: Period, amount: i64) -> Value {
        let price = self.peek(Kind::Price, &item.word("price"));
        let product = self.peek(Kind::Product, &price.word("product")).word("name");
        let quantity = item.moment("quantity").unwrap_or(1);
        let unit = crate::currency::shown(price.integer("unit_amount"), &price.word("currency"));
        let interval = price.word("recurring.interval");
        let parent = json!({
            "invoice_item_details": null,
            "subscription_item_details": {
                "invoice_item": null, "proration": false, "proration_details": { "credited_items": null },
                "subscription": subscription, "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        });
        let description = format!("{quantity} × {product} (at {unit} / {interval})");
        self.line(&price, quantity, amount, &description, period, parent, item)
    }

    /// Time that costs nothing.
    pub fn trial_line(&mut self, subscription: &str, item: &Value, period: Period) -> Value {
        let mut line = self.item_line(subscription, item, period, 0);
        let product = self.peek(Kind::Price, &item.word("price")).word("product");
        let product = self.peek(Kind::Product, &product).word("name");
        line.put(
            "description",
            format!("Free trial for {} × {product}", item.moment("quantity").unwrap_or(1)),
        );
        line
    }

    /// The line of an invoice item that waited for an invoice.
    pub fn line_of_invoice_item(&mut self, item: &Value) -> Value {
        let price = self.peek(Kind::Price, item.text("pricing.price_details.price").unwrap_or_default());
        let period = Period { start: item.integer("period.start"), end: item.integer("period.end") };
        let parent = json!({
            "invoice_item_details": {
                "invoice_item": item["id"], "proration": item["proration"],
                "proration_details": { "credited_items": item["proration_details"]["credited_items"] },
                "subscription": item["parent"]["subscription_details"]["subscription"],
            },
            "subscription_item_details": null,
            "type": "invoice_item_details",
        });
        let quantity = item.moment("quantity").unwrap_or(1);
        let mut line = self.line(
            &price,
            quantity,
            item.integer("amount"),
            item.text("description").unwrap_or_default(),
            period,
            parent,
            item,
        );
        line.put("currency", item.word("currency"));
        line.put("discountable", item.flag("discountable"));
        if price.is_null() {
            line.put("pricing", item["pricing"].clone());
        }
        line
    }

    #[expect(clippy::too_many_arguments, reason = "a line is made of these and nothing else")]
    fn line(
        &mut self,
        price: &Value,
        quantity: i64,
        amount: i64,
        description: &str,
        period: Period,
        parent: Value,
        source: &Value,
    ) -> Value {
        let id = format!("il_1{}", self.secret(23));
        // The interface shows the taxes of a line, not the rates that were asked for.
        self.line_rates.insert(id.clone(), source["tax_rates"].clone());
        json!({
            "id": id, "object": "line_item", "amount": amount, "currency": price["currency"],
            "description": description, "discount_amounts": [], "discountable": true,
            "discounts": source["discounts"], "invoice": null, "livemode": self.livemode,
            "metadata": source["metadata"], "parent": parent, "period": period.shown(),
            "pretax_credit_amounts": [],
            "pricing": {
                "price_details": { "price": price["id"], "product": price["product"] },
                "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
            },
            "quantity": quantity, "quantity_decimal": quantity.to_string(),
            "subscription": parent_subscription(source), "subtotal": amount, "taxes": [],
        })
    }

    /// What an item costs for one whole period.
    pub fn item_amount(&self, item: &Value) -> i64 {
        let price = self.peek(Kind::Price, &item.word("price"));
        prices::amount(&price, item.moment("quantity").unwrap_or(1))
    }

    /// Remembers what the lines of an invoice billed the items of its subscription.
    pub fn remember_debits(&mut self, invoice: &Value) {
        for line in invoice.list("lines.data") {
            let item = line.text("parent.subscription_item_details.subscription_item");
            let Some(item) = item.map(str::to_owned) else { continue };
            let discounts: i64 = line.list("discount_amounts").iter().map(|one| one.integer("amount")).sum();
            let debit = Debit {
                amount: line.integer("amount") - discounts,
                period: Period { start: line.integer("period.start"), end: line.integer("period.end") },
                invoice: invoice.word("id"),
                line: line.word("id"),
            };
            self.debits.entry(item).or_default().push(debit);
        }
    }
}

fn parent_subscription(source: &Value) -> Value {
    match source.at("subscription") {
        Value::Null => source.at("parent.subscription_details.subscription").clone(),
        subscription => subscription.clone(),
    }
}
