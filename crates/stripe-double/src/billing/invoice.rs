//! An invoice from its draft on: <https://docs.stripe.com/billing/invoices/overview>.

use crate::due::Due;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::{Fields, list};
use serde_json::{Value, json};

/// What a new invoice is for.
pub struct Draft<'a> {
    pub customer: &'a str,
    pub subscription: Option<&'a str>,
    pub currency: &'a str,
    /// `subscription_create`, `subscription_cycle`, `subscription_update`, `manual`, ...
    pub reason: &'a str,
    pub lines: Vec<Value>,
    pub advances: bool,
    pub collection_method: &'a str,
    pub days_until_due: i64,
}

/// At most so many new invoices of one subscription: <https://docs.stripe.com/rate-limits>.
const MOST_A_MINUTE: usize = 10;
const MOST_A_DAY: usize = 20;

impl Mode {
    /// 429 where a subscription had too many invoices of late.
    pub fn check_invoice_limit(&mut self, subscription: &str) -> Result<(), ApiError> {
        let now = self.now;
        let made = self.invoices_made.entry(subscription.to_owned()).or_default();
        made.retain(|moment| now - moment < crate::calendar::DAY);
        let of_minute = made.iter().filter(|moment| now - **moment < crate::calendar::MINUTE).count();
        if made.len() < MOST_A_DAY && of_minute < MOST_A_MINUTE {
            return Ok(());
        }
        Err(ApiError::new(
            429,
            crate::error::ErrorKind::InvalidRequest,
            format!(
                "You have exceeded the number of invoices that can be created for subscription {subscription} \
                 ({MOST_A_MINUTE} per minute, {MOST_A_DAY} per day). See https://stripe.com/docs/rate-limits."
            ),
        )
        .code("rate_limit"))
    }

    /// A draft, with the lines given and whatever waited for the next invoice.
    pub fn draft(&mut self, draft: Draft) -> String {
        let id = self.id(Kind::Invoice);
        if let Some(subscription) = draft.subscription {
            self.invoices_made.entry(subscription.to_owned()).or_default().push(self.now);
        }
        let customer = self.peek(Kind::Customer, draft.customer);
        let subscription = draft.subscription.map(|id| self.copy(Kind::Subscription, id));
        let field = |name: &str| subscription.as_ref().map_or(Value::Null, |one| one.at(name).clone());
        let discounts: Vec<Value> = match &subscription {
            Some(subscription) => self.running_discounts(subscription),
            None => Vec::new(),
        };
        let mut lines = draft.lines;
        for line in &mut lines {
            line.put("invoice", id.clone());
        }
        let period = period(&lines, self.now);
        let sends = draft.collection_method == "send_invoice";
        let parent = match (&subscription, draft.subscription) {
            (Some(subscription), Some(id)) => json!({
                "quote_details": null,
                "subscription_details": { "metadata": subscription["metadata"], "subscription": id },
                "type": "subscription_details",
            }),
            _ => Value::Null,
        };
        let rates: Vec<Value> = field("default_tax_rates").as_array().cloned().unwrap_or_default();
        let mut invoice = json!({
            "id": id, "object": "invoice", "account_country": self.settings.country,
            "account_name": "A practice, at a double of Stripe", "account_tax_ids": null, "amount_due": 0,
            "amount_overpaid": 0, "amount_paid": 0, "amount_remaining": 0, "amount_shipping": 0,
            "application": null, "attempt_count": 0, "attempted": false, "auto_advance": draft.advances,
            "automatic_tax": {
                "disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null,
            },
            "automatically_finalizes_at": draft.advances.then(|| self.now + self.settings.draft_seconds),
            "billing_reason": draft.reason, "collection_method": draft.collection_method, "created": self.now,
            "currency": draft.currency, "custom_fields": null, "customer": draft.customer,
            "customer_account": null, "customer_address": customer["address"],
            "customer_email": customer["email"], "customer_name": customer["name"],
            "customer_phone": customer["phone"], "customer_shipping": customer["shipping"],
            "customer_tax_exempt": customer["tax_exempt"], "customer_tax_ids": [],
            "default_payment_method": null, "default_source": null, "default_tax_rates": rates,
            "description": field("description"), "discounts": discounts,
            "due_date": sends.then(|| self.now + draft.days_until_due * crate::calendar::DAY),
            "effective_at": null, "ending_balance": null, "footer": null, "from_invoice": null,
            "hosted_invoice_url": null, "invoice_pdf": null,
            "issuer": { "type": "self" }, "last_finalization_error": null, "latest_revision": null,
            "lines": list(&format!("/v1/invoices/{id}/lines"), lines, false), "livemode": self.livemode,
            "metadata": {}, "next_payment_attempt": (draft.advances && !sends).then(|| self.now + self.settings.draft_seconds),
            "number": null, "on_behalf_of": null, "parent": parent,
            "payment_settings": {
                "default_mandate": null, "payment_method_options": null, "payment_method_types": null,
            },
            "period_end": period.1, "period_start": period.0, "post_payment_credit_notes_amount": 0,
            "pre_payment_credit_notes_amount": 0, "receipt_number": null, "rendering": null,
            "shipping_cost": null, "shipping_details": null, "starting_balance": 0,
            "statement_descriptor": null, "status": "draft",
            "status_transitions": {
                "finalized_at": null, "marked_uncollectible_at": null, "paid_at": null, "voided_at": null,
            },
            "subtotal": 0, "subtotal_excluding_tax": 0, "test_clock": null, "total": 0,
            "total_discount_amounts": [], "total_excluding_tax": 0, "total_pretax_credit_amounts": [],
            "total_taxes": [], "webhooks_delivered_at": self.now,
        });
        self.total(&mut invoice);
        self.remember_debits(&invoice);
        self.spend_once(draft.subscription, &invoice);
        if draft.advances {
            self.at(self.now + self.settings.draft_seconds, Due::FinalizeInvoice(id.clone()));
        }
        self.create(Kind::Invoice, invoice, "invoice.created");
        if let Some(subscription) = draft.subscription {
            let invoice = id.clone();
            self.change(Kind::Subscription, subscription, "", |subscription| {
                subscription.put("latest_invoice", invoice);
            });
        }
        id
    }

    /// The discounts of a subscription that still run.
    pub fn running_discounts(&self, subscription: &Value) -> Vec<Value> {
        let runs = |discount: &Value| discount.moment("end").is_none_or(|end| end > self.now);
        let ids = subscription.list("discounts").iter().filter_map(Value::as_str);
        ids.filter(|id| runs(&self.peek(Kind::Discount, id))).map(|id| json!(id)).collect()
    }

    /// A coupon for one time has had it.
    fn spend_once(&mut self, subscription: Option<&str>, invoice: &Value) {
        let Some(subscription) = subscription else { return };
        for spent in invoice.list("total_discount_amounts") {
            let discount = self.peek(Kind::Discount, &spent.word("discount"));
            let coupon = self.peek(Kind::Coupon, &discount.word("source.coupon"));
            if coupon.text("duration") == Some("once") && spent.integer("amount") > 0 {
                self.change(Kind::Subscription, subscription, "", |subscription| {
                    let left: Vec<Value> = subscription
                        .list("discounts")
                        .iter()
                        .filter(|id| **id != discount["id"])
                        .cloned()
                        .collect();
                    subscription.put("discounts", left);
                });
            }
        }
    }

    /// The lines of invoice items that wait: those of the subscription, and those of the customer alone.
    pub fn take_waiting(&mut self, customer: &str, subscription: Option<&str>, currency: &str) -> Vec<Value> {
        let waits = |item: &&Value| self.waits(item, subscription, Some(currency));
        let waiting: Vec<Value> =
            self.shelf(Kind::InvoiceItem).of_customer(customer).filter(waits).cloned().collect();
        waiting.iter().map(|item| self.line_of_invoice_item(item)).collect()
    }

    /// Whether the next invoice of a subscription will cost something for what waits for it.
    pub fn has_waiting(&self, subscription: &Value) -> bool {
        let items =
            self.shelf(Kind::InvoiceItem).of_customer(subscription.text("customer").unwrap_or_default());
        let waits =
            items.filter(|item| self.waits(item, subscription.text("id"), subscription.text("currency")));
        waits.map(|item| item.integer("amount")).sum::<i64>() > 0
    }

    fn waits(&self, item: &Value, subscription: Option<&str>, currency: Option<&str>) -> bool {
        let of = item.text("parent.subscription_details.subscription");
        item.at("invoice").is_null()
            && item.text("currency") == currency
            && self.gone(&item.word("id")).is_none()
            && (of.is_none() || of == subscription)
    }

    /// Ties invoice items to the invoice their lines stand on.
    pub fn bind_items(&mut self, invoice: &str) {
        let lines = self.peek(Kind::Invoice, invoice).list("lines.data").to_vec();
        for line in lines {
            if let Some(item) = line.text("parent.invoice_item_details.invoice_item") {
                self.change(Kind::InvoiceItem, item, "", |item| item.put("invoice", invoice));
            }
        }
    }

    /// Draft to open: numbers it and works out what is left to pay. What is left to pay nothing is paid.
    pub fn finalize(&mut self, id: &str) -> Value {
        if self.peek(Kind::Invoice, id).text("status") != Some("draft") {
            return self.copy(Kind::Invoice, id);
        }
        let customer = self.peek(Kind::Invoice, id).word("customer");
        let owner = self.peek(Kind::Customer, &customer);
        let number =
            format!("{}-{:04}", owner.word("invoice_prefix"), owner.integer("next_invoice_sequence"));
        let mut invoice = self.copy(Kind::Invoice, id);
        self.total(&mut invoice);
        let (total, balance) = (invoice.integer("total"), invoice.integer("starting_balance"));
        let due = invoice.integer("amount_due");
        let least = crate::currency::least(&invoice.word("currency"));
        let too_small = due > 0 && due < least;
        // A credit, and what is too little to charge, goes to the customer's balance.
        let ending = if total < 0 {
            balance + total
        } else if too_small {
            due
        } else {
            (balance + total).min(0)
        };
        let due = if too_small { 0 } else { due };
        // Only a balance that moves is worth an event.
        let event = if ending == balance { "" } else { "customer.updated" };
        self.change(Kind::Customer, &customer, event, |customer| {
            let next = customer.integer("next_invoice_sequence") + 1;
            customer.put("next_invoice_sequence", next);
            customer.put("balance", ending);
            if customer.at("currency").is_null() {
                customer.put("currency", invoice.word("currency"));
            }
        });
        let now = self.now;
        let url = format!("{}/i/{id}", self.base_url);
        let automatic = invoice.text("collection_method") == Some("charge_automatically");
        invoice.put("status", "open");
        invoice.put("number", number);
        invoice.put("ending_balance", ending);
        invoice.put("amount_due", due);
        invoice.put("amount_remaining", due);
        invoice.put("effective_at", now);
        invoice.put("automatically_finalizes_at", Value::Null);
        invoice.put("status_transitions.finalized_at", now);
        invoice.put("hosted_invoice_url", url.clone());
        invoice.put("invoice_pdf", format!("{url}/pdf"));
        if !automatic && let Some(due_date) = invoice.moment("due_date") {
            self.at(due_date, Due::InvoiceOverdue(id.to_owned()));
        }
        self.put(Kind::Invoice, invoice.clone());
        if due > 0 {
            self.new_invoice_payment(&invoice);
        }
        self.announce(Kind::Invoice, id, "invoice.finalized");
        if due == 0 {
            self.mark_paid(id, 0);
        }
        self.copy(Kind::Invoice, id)
    }

    /// The payment an open invoice waits for.
    fn new_invoice_payment(&mut self, invoice: &Value) {
        let subscription = invoice.text("parent.subscription_details.subscription");
        let description = match (subscription, invoice.text("billing_reason")) {
            (Some(_), Some("subscription_create")) => Some("Subscription creation"),
            (Some(_), _) => Some("Subscription update"),
            _ => None,
        };
        let customer = invoice.word("customer");
        let currency = invoice.word("currency");
        let intent = self.new_intent(&crate::charging::Wanted {
            amount: invoice.integer("amount_due"),
            currency: &currency,
            customer: Some(&customer),
            card: None,
            description,
            metadata: json!({}),
            manual_capture: false,
        });
        let id = self.id(Kind::InvoicePayment);
        let payment = json!({
            "id": id, "object": "invoice_payment", "amount_paid": null,
            "amount_requested": invoice["amount_due"], "created": self.now, "currency": currency,
            "invoice": invoice["id"], "is_default": true, "livemode": self.livemode,
            "payment": { "payment_intent": intent, "type": "payment_intent" }, "status": "open",
            "status_transitions": { "canceled_at": null, "paid_at": null },
        });
        self.invoice_of_intent.insert(intent, (invoice.word("id"), id.clone()));
        self.payment_of_invoice.insert(invoice.word("id"), id);
        self.put(Kind::InvoicePayment, payment);
    }

    pub fn invoice_of_intent(&self, intent: &str) -> Option<String> {
        self.invoice_of_intent.get(intent).map(|(invoice, _)| invoice.clone())
    }

    /// The payment intent an open invoice waits for.
    pub fn intent_of_invoice(&self, invoice: &str) -> Option<String> {
        let payment = self.peek(Kind::InvoicePayment, self.payment_of_invoice.get(invoice)?);
        payment.text("payment.payment_intent").map(str::to_owned)
    }

    /// Ends the payment an invoice waited for.
    pub fn cancel_payment(&mut self, invoice: &str, reason: &str) {
        let Some(payment) = self.payment_of_invoice.get(invoice).cloned() else { return };
        let now = self.now;
        if let Some(intent) = self.intent_of_invoice(invoice)
            && !matches!(
                self.peek(Kind::PaymentIntent, &intent).text("status"),
                Some("succeeded" | "canceled")
            )
        {
            self.change(Kind::PaymentIntent, &intent, "payment_intent.canceled", |intent| {
                intent.put("status", "canceled");
                intent.put("canceled_at", now);
                intent.put("cancellation_reason", reason);
            });
        }
        self.change(Kind::InvoicePayment, &payment, "", |payment| {
            if payment.text("status") == Some("open") {
                payment.put("status", "canceled");
                payment.put("status_transitions.canceled_at", now);
            }
        });
    }

    pub fn void_invoice(&mut self, id: &str) -> Value {
        let now = self.now;
        self.cancel_payment(id, "void_invoice");
        let shown = self.changed(Kind::Invoice, id, "invoice.voided", |invoice| {
            invoice.put("status", "void");
            invoice.put("auto_advance", false);
            invoice.put("next_payment_attempt", Value::Null);
            invoice.put("status_transitions.voided_at", now);
        });
        self.after_invoice_closed(id);
        shown
    }

    pub fn give_up_invoice(&mut self, id: &str) -> Value {
        let now = self.now;
        let shown = self.changed(Kind::Invoice, id, "invoice.marked_uncollectible", |invoice| {
            invoice.put("status", "uncollectible");
            invoice.put("auto_advance", false);
            invoice.put("next_payment_attempt", Value::Null);
            invoice.put("status_transitions.marked_uncollectible_at", now);
        });
        self.after_invoice_closed(id);
        shown
    }
}

/// The time an invoice is about: what its lines cover, or the moment it was made.
fn period(lines: &[Value], now: i64) -> (i64, i64) {
    let own = lines.iter().filter(|line| line.text("parent.type") == Some("subscription_item_details"));
    let starts: Vec<i64> = own.map(|line| line.integer("period.start")).collect();
    let start = starts.into_iter().min().unwrap_or(now);
    (start.min(now), now)
}
