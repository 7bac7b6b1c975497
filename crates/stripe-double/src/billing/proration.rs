//! Credits for time that was paid and will not be used, debits for time that was not paid yet. By the second.
//!
//! <https://docs.stripe.com/billing/subscriptions/prorations>

use crate::billing::line::{Debit, Period};
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

impl Mode {
    /// Whether the time from a moment on was billed already.
    pub fn is_billed(&self, item: &str, moment: i64) -> bool {
        let debits = self.debits.get(item).map_or(&[][..], Vec::as_slice);
        debits
            .iter()
            .any(|debit| debit.amount > 0 && debit.period.start <= moment && debit.period.end > moment)
    }

    /// Credits what was billed for an item from `moment` on: one invoice item for each time it was billed.
    pub fn credit_item(&mut self, subscription: &Value, item: &Value, moment: i64) {
        let id = item.word("id");
        let debits: Vec<Debit> = self.debits.get(&id).cloned().unwrap_or_default();
        let mut left = Vec::new();
        for debit in debits {
            if debit.period.end <= moment {
                continue;
            }
            let unused = Period { start: moment.max(debit.period.start), end: debit.period.end };
            let credit = debit.period.share(debit.amount, unused);
            if credit != 0 {
                let product = self.product_of(item);
                let quantity = item.moment("quantity").unwrap_or(1);
                let description = format!("Unused time on {quantity} × {product} after {}", day(moment));
                let credited = json!({ "invoice": debit.invoice, "invoice_line_items": [debit.line] });
                self.proration(subscription, item, -credit, unused, &description, Some(credited));
            }
            if moment > debit.period.start {
                let used = Period { start: debit.period.start, end: moment };
                left.push(Debit { amount: debit.amount - credit, period: used, ..debit });
            }
        }
        self.debits.insert(id, left);
    }

    /// Bills an item for the rest of its period.
    pub fn debit_item(&mut self, subscription: &Value, item: &Value, moment: i64) {
        let period = Period::of_item(item);
        let rest = Period { start: moment, end: period.end };
        let amount = period.share(self.item_amount(item), rest);
        if amount == 0 {
            return;
        }
        let quantity = item.moment("quantity").unwrap_or(1);
        let description =
            format!("Remaining time on {quantity} × {} after {}", self.product_of(item), day(moment));
        let line = self.proration(subscription, item, amount, rest, &description, None);
        let debit = Debit { amount, period: rest, invoice: String::new(), line };
        self.debits.entry(item.word("id")).or_default().push(debit);
    }

    fn product_of(&self, item: &Value) -> String {
        let product = self.peek(Kind::Price, &item.word("price")).word("product");
        self.peek(Kind::Product, &product).word("name")
    }

    fn proration(
        &mut self,
        subscription: &Value,
        item: &Value,
        amount: i64,
        period: Period,
        description: &str,
        credited: Option<Value>,
    ) -> String {
        let price = self.peek(Kind::Price, &item.word("price"));
        let id = self.id(Kind::InvoiceItem);
        let quantity = item.moment("quantity").unwrap_or(1);
        let row = json!({
            "id": id, "object": "invoiceitem", "amount": amount, "currency": price["currency"],
            "customer": subscription["customer"], "customer_account": null, "date": self.now,
            "description": description,
            // A credit goes by what was paid, so no discount comes off it again.
            "discountable": credited.is_none(), "discounts": [], "invoice": null, "livemode": self.livemode,
            "metadata": subscription["metadata"], "net_amount": amount,
            "parent": {
                "subscription_details": {
                    "subscription": subscription["id"], "subscription_item": item["id"],
                },
                "type": "subscription_details",
            },
            "period": { "start": period.start, "end": period.end },
            "pricing": {
                "price_details": { "price": price["id"], "product": price["product"] },
                "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
            },
            "proration": true, "proration_details": { "credited_items": credited, "discount_amounts": [] },
            "quantity": quantity, "quantity_decimal": quantity.to_string(), "tax_rates": item["tax_rates"],
            "test_clock": null,
        });
        self.create(Kind::InvoiceItem, row, "invoiceitem.created");
        id
    }
}

/// `31 Jan 2026`, as descriptions say it.
fn day(moment: i64) -> String {
    chrono::DateTime::from_timestamp(moment, 0)
        .map_or_else(String::new, |day| day.format("%d %b %Y").to_string())
}
