//! Invoices: <https://docs.stripe.com/api/invoices>.

use super::{Call, Done, take_with_metadata};
use crate::billing::invoice::Draft;
use crate::currency;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::{Fields, list as wrap};
use serde_json::Value;

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    let subscription = match call.text("subscription") {
        Some(id) => Some(mode.find_in("subscription", Kind::Subscription, id)?.clone()),
        None => None,
    };
    let customer = match (call.text("customer"), &subscription) {
        (Some(customer), _) => customer.to_owned(),
        (None, Some(subscription)) => subscription.word("customer"),
        (None, None) => return Err(ApiError::missing_parameter("customer")),
    };
    let owner = mode.find_in("customer", Kind::Customer, &customer)?.clone();
    let currency = match (call.text("currency"), &subscription) {
        (Some(currency), _) => currency::check(currency, "currency")?,
        (None, Some(subscription)) => subscription.word("currency"),
        (None, None) => {
            owner.text("currency").map_or_else(|| mode.settings.default_currency.clone(), str::to_owned)
        }
    };
    let method = given.text("collection_method").unwrap_or("charge_automatically");
    if method == "send_invoice" && !given.has("days_until_due") && !given.has("due_date") {
        return Err(ApiError::invalid(
            "days_until_due",
            "If `collection_method` is `send_invoice`, you must pass either `due_date` or `days_until_due`.",
        ));
    }
    let subscription = subscription.map(|subscription| subscription.word("id"));
    if let Some(subscription) = &subscription {
        mode.check_invoice_limit(subscription)?;
    }
    let takes_waiting =
        given.text("pending_invoice_items_behavior") == Some("include") || subscription.is_some();
    let lines = if takes_waiting {
        mode.take_waiting(&customer, subscription.as_deref(), &currency)
    } else {
        Vec::new()
    };
    if let (Some(subscription), true) = (&subscription, lines.is_empty()) {
        return Err(ApiError::refused(format!("Nothing to invoice for subscription {subscription}"))
            .code("invoice_no_subscription_line_items"));
    }
    let id = mode.draft(Draft {
        customer: &customer,
        subscription: subscription.as_deref(),
        currency: &currency,
        reason: "manual",
        lines,
        advances: given.flag("auto_advance"),
        collection_method: method,
        days_until_due: given.integer("days_until_due"),
    });
    mode.bind_items(&id);
    let discounts = mode.redeem(given.list("discounts"), "discounts", &customer, subscription.as_deref())?;
    Ok(mode.changed(Kind::Invoice, &id, "", |invoice| {
        take_with_metadata(invoice, given, PLAIN);
        if !discounts.is_empty() {
            invoice.put("discounts", discounts);
        }
    }))
}

const PLAIN: &[&str] =
    &["auto_advance", "default_payment_method", "description", "footer", "statement_descriptor", "due_date"];

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    let invoice = mode.find(Kind::Invoice, call.id())?.clone();
    let allowed =
        |name: &String| matches!(name.as_str(), "metadata" | "auto_advance" | "default_payment_method");
    let only_open = call.given.as_object().is_none_or(|given| given.keys().all(allowed));
    if invoice.text("status") != Some("draft") && !only_open {
        return Err(ApiError::refused(
            "Finalized invoices can't be updated in this way. For more details see \
             https://stripe.com/docs/invoicing/invoice-edits",
        )
        .code("invoice_not_editable"));
    }
    let shown = mode.changed(Kind::Invoice, call.id(), "invoice.updated", |invoice| {
        take_with_metadata(invoice, &call.given, PLAIN);
    });
    if invoice.text("status") == Some("draft")
        && call.given.flag("auto_advance")
        && !invoice.flag("auto_advance")
    {
        let at = mode.now + mode.settings.draft_seconds;
        mode.at(at, crate::due::Due::FinalizeInvoice(call.id().to_owned()));
    }
    Ok(shown)
}

pub fn delete(mode: &mut Mode, call: &Call) -> Done {
    let invoice = mode.find(Kind::Invoice, call.id())?;
    if invoice.text("status") != Some("draft") || invoice.text("billing_reason") != Some("manual") {
        return Err(ApiError::refused(
            "You can only delete draft invoices that are not part of a subscription.",
        ));
    }
    let freed: Vec<String> = invoice
        .list("lines.data")
        .iter()
        .filter_map(|line| line.text("parent.invoice_item_details.invoice_item"))
        .map(str::to_owned)
        .collect();
    for item in freed {
        mode.delete(Kind::InvoiceItem, &item, "invoiceitem.deleted");
    }
    Ok(mode.delete(Kind::Invoice, call.id(), "invoice.deleted"))
}

fn expect(mode: &Mode, id: &str, states: &[&str], verb: &str) -> Result<Value, ApiError> {
    let invoice = mode.find(Kind::Invoice, id)?.clone();
    let status = invoice.word("status");
    if states.contains(&status.as_str()) {
        return Ok(invoice);
    }
    Err(match (verb, status.as_str()) {
        ("pay", "paid") => ApiError::refused("Invoice is already paid").code("invoice_already_paid"),
        ("finalize", _) => {
            ApiError::refused("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
        }
        (verb, status) => ApiError::refused(format!(
            "This invoice can't be used to {verb}: it has a status of `{status}`, and must be `{}`.",
            states.join("` or `")
        ))
        .code("invoice_not_editable"),
    })
}

pub fn finalize(mode: &mut Mode, call: &Call) -> Done {
    expect(mode, call.id(), &["draft"], "finalize")?;
    if let Some(advance) = call.given.get("auto_advance").and_then(Value::as_bool) {
        mode.change(Kind::Invoice, call.id(), "", |invoice| invoice.put("auto_advance", advance));
    }
    mode.finalize(call.id());
    let invoice = mode.peek(Kind::Invoice, call.id());
    if invoice.flag("auto_advance") && invoice.text("status") == Some("open") {
        // Stripe's first attempt follows in about an hour.
        let at = mode.now + mode.settings.draft_seconds;
        mode.change(Kind::Invoice, call.id(), "", |invoice| invoice.put("next_payment_attempt", at));
        mode.at(at, crate::due::Due::RetryInvoice(call.id().to_owned()));
    }
    Ok(mode.render(Kind::Invoice, &mode.peek(Kind::Invoice, call.id())))
}

pub fn pay(mode: &mut Mode, call: &Call) -> Done {
    let invoice = expect(mode, call.id(), &["draft", "open", "uncollectible"], "pay")?;
    let given = &call.given;
    let card = match call.text("payment_method") {
        Some(card) => {
            mode.check_card_of(card, &invoice.word("customer"), "payment_method")?;
            Some(card.to_owned())
        }
        None => mode.card_of_invoice(&invoice),
    };
    if invoice.text("status") == Some("draft") {
        mode.finalize(call.id());
    }
    let invoice = mode.peek(Kind::Invoice, call.id());
    if invoice.text("status") != Some("paid") {
        if given.flag("paid_out_of_band") {
            mode.cancel_payment(call.id(), "automatic");
            let amount = invoice.integer("amount_remaining");
            mode.pay_out_of_band(call.id(), amount);
        } else {
            if let Some(error) = card.is_none().then(crate::billing::collect::no_card) {
                return Err(error);
            }
            let off_session = given.get("off_session").is_none_or(|given| given == true);
            mode.charge_invoice(call.id(), card.as_deref(), off_session)?;
        }
    }
    Ok(mode.render(Kind::Invoice, &mode.peek(Kind::Invoice, call.id())))
}

pub fn void(mode: &mut Mode, call: &Call) -> Done {
    expect(mode, call.id(), &["open", "uncollectible"], "void")?;
    mode.void_invoice(call.id());
    Ok(mode.render(Kind::Invoice, &mode.peek(Kind::Invoice, call.id())))
}

pub fn mark_uncollectible(mode: &mut Mode, call: &Call) -> Done {
    expect(mode, call.id(), &["open"], "mark as uncollectible")?;
    mode.give_up_invoice(call.id());
    Ok(mode.render(Kind::Invoice, &mode.peek(Kind::Invoice, call.id())))
}

pub fn send(mode: &mut Mode, call: &Call) -> Done {
    let invoice = expect(mode, call.id(), &["draft", "open"], "send")?;
    if invoice.text("collection_method") != Some("send_invoice") {
        return Err(ApiError::refused(
            "You can only manually send an invoice if its collection method is 'send_invoice'.",
        ));
    }
    mode.finalize(call.id());
    mode.announce(Kind::Invoice, call.id(), "invoice.sent");
    Ok(mode.render(Kind::Invoice, &mode.peek(Kind::Invoice, call.id())))
}

pub fn lines(mode: &mut Mode, call: &Call) -> Done {
    let shown = mode.render(Kind::Invoice, mode.find(Kind::Invoice, call.id())?);
    let limit = crate::listing::limit(&call.given)?;
    let after = call.given.text("starting_after");
    let mut rows = shown.list("lines.data").to_vec();
    if let Some(at) = rows.iter().position(|line| after.is_some() && line.text("id") == after) {
        rows.drain(..=at);
    }
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Ok(wrap(&format!("/v1/invoices/{}/lines", call.id()), rows, has_more))
}

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::Invoice, "/v1/invoices", given, |invoice| {
        let of = given.text("subscription");
        crate::listing::same(invoice, given, &["customer", "status", "collection_method"])
            && crate::listing::in_range(invoice.integer("due_date"), given.at("due_date"))
            && (of.is_none() || invoice.text("parent.subscription_details.subscription") == of)
    })
}

pub fn list_payments(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::InvoicePayment, "/v1/invoice_payments", given, |payment| {
        let intent = given.text("payment.payment_intent");
        crate::listing::same(payment, given, &["invoice", "status"])
            && (intent.is_none() || payment.text("payment.payment_intent") == intent)
    })
}

impl Mode {
    /// Changes the lines of a draft, and what it comes to.
    pub fn rewrite_lines(&mut self, invoice: &str, rewrite: impl FnOnce(&mut Vec<Value>)) {
        let mut object = self.copy(Kind::Invoice, invoice);
        let mut lines = object.list("lines.data").to_vec();
        rewrite(&mut lines);
        for line in &mut lines {
            line.put("invoice", invoice);
        }
        object.put("lines.data", lines);
        self.total(&mut object);
        self.change(Kind::Invoice, invoice, "invoice.updated", |kept| *kept = object);
    }

    /// Money that came another way: paid, without a charge and without a payment of the invoice.
    fn pay_out_of_band(&mut self, invoice: &str, amount: i64) {
        self.paid_elsewhere.insert(invoice.to_owned(), amount);
        self.mark_paid(invoice, amount);
    }
}
