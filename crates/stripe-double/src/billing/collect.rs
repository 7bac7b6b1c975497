//! Getting an invoice paid: the first attempt, the retries, and what follows for the subscription.
//!
//! <https://docs.stripe.com/billing/revenue-recovery/smart-retries>,
//! <https://docs.stripe.com/billing/subscriptions/overview#subscription-lifecycle>

use crate::cards::{Outcome, is_hard};
use crate::due::Due;
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use crate::settings::AfterRetries;
use serde_json::Value;

impl Mode {
    /// The card an invoice would be charged to: the subscription's, else the customer's.
    pub fn card_of_invoice(&self, invoice: &Value) -> Option<String> {
        let subscription = invoice.text("parent.subscription_details.subscription");
        let subscription = subscription.map(|id| self.copy(Kind::Subscription, id)).unwrap_or_default();
        self.card_of(&subscription, invoice)
    }

    /// For a subscription that may not be there yet; `owner` names the customer.
    pub fn card_of(&self, subscription: &Value, owner: &Value) -> Option<String> {
        let customer = self.peek(Kind::Customer, &owner.word("customer"));
        owner
            .text("default_payment_method")
            .or(subscription.text("default_payment_method"))
            .or(customer.text("invoice_settings.default_payment_method"))
            .map(str::to_owned)
    }

    /// A retry, if it is still the one that is due.
    pub fn retry(&mut self, id: &str) {
        if self.peek(Kind::Invoice, id).moment("next_payment_attempt").is_some_and(|next| next <= self.now) {
            self.collect(id);
        }
    }

    /// Stripe's own attempt, when the invoice is finalized or a retry is due.
    pub fn collect(&mut self, id: &str) {
        let invoice = self.peek(Kind::Invoice, id);
        if invoice.text("status") != Some("open") || !invoice.flag("auto_advance") {
            return;
        }
        if invoice.text("collection_method") != Some("charge_automatically") {
            return;
        }
        let card = self.card_of_invoice(&invoice);
        if let Some(card) = &card
            && self.failed_hard.get(id) == Some(card)
        {
            // A retry that is due and not made: only a new card would change the answer.
            self.count_attempt(id, false);
            self.after_failure(id);
            return;
        }
        if let Err(error) = self.charge_invoice(id, card.as_deref(), true) {
            if error.decline_code.as_deref().is_some_and(is_hard)
                && let Some(card) = card
            {
                self.failed_hard.insert(id.to_owned(), card);
            }
            self.after_failure(id);
        }
    }

    /// One attempt. On success the invoice is paid; on failure it says so and nothing is scheduled.
    pub fn charge_invoice(
        &mut self,
        id: &str,
        card: Option<&str>,
        off_session: bool,
    ) -> Result<(), ApiError> {
        let Some(card) = card else {
            self.count_attempt(id, true);
            return Err(no_card());
        };
        let Some(intent) = self.intent_of_invoice(id) else { return Ok(()) };
        match self.attempt(&intent, card, off_session) {
            Ok(charge) if charge.is_empty() => {
                self.count_attempt(id, false);
                self.announce(Kind::Invoice, id, "invoice.payment_action_required");
                let error = crate::cards::declined("authentication_required");
                Err(error.about("payment_intent", self.copy(Kind::PaymentIntent, &intent)))
            }
            Ok(_) => {
                let amount = self.peek(Kind::Invoice, id).integer("amount_remaining");
                self.count_attempt(id, false);
                self.mark_paid(id, amount);
                Ok(())
            }
            Err(error) => {
                self.count_attempt(id, true);
                self.resumption_failed(id);
                Err(error)
            }
        }
    }

    fn count_attempt(&mut self, id: &str, tells: bool) {
        self.change(Kind::Invoice, id, "", |invoice| {
            let count = invoice.integer("attempt_count") + 1;
            invoice.put("attempt_count", count);
            invoice.put("attempted", true);
        });
        if tells {
            self.plan_retry(id);
            self.announce(Kind::Invoice, id, "invoice.payment_failed");
        }
    }

    /// When the next attempt is, if there is one.
    fn plan_retry(&mut self, id: &str) {
        let invoice = self.peek(Kind::Invoice, id);
        let first = invoice.moment("status_transitions.finalized_at").unwrap_or(self.now);
        let retried = invoice.flag("auto_advance") && self.is_retried(&invoice);
        let next = self.settings.retries.iter().map(|after| first + after).find(|moment| *moment > self.now);
        let next = next.filter(|_| retried);
        if invoice.moment("next_payment_attempt") == next {
            return;
        }
        self.change(Kind::Invoice, id, "", |invoice| invoice.put("next_payment_attempt", next));
        if let Some(next) = next {
            self.at(next, Due::RetryInvoice(id.to_owned()));
        }
    }

    /// The first invoice of an incomplete subscription is not tried again, nor is one whose subscription has ended. One
    /// that a pause came in between is, and one that a resumption waits for only where it asked for that:
    /// <https://docs.stripe.com/billing/subscriptions/pause>.
    fn is_retried(&self, invoice: &Value) -> bool {
        let Some(subscription) = invoice.text("parent.subscription_details.subscription") else {
            return true;
        };
        match self.peek(Kind::Subscription, subscription).text("status") {
            Some("incomplete" | "incomplete_expired" | "canceled") => false,
            _ => self
                .resumptions
                .get(subscription)
                .is_none_or(|waiting| waiting.on_success || invoice.text("id") != Some(&waiting.invoice)),
        }
    }

    /// A failed attempt of Stripe's own: past due, and after the last one whatever the account says.
    fn after_failure(&mut self, id: &str) {
        let invoice = self.peek(Kind::Invoice, id);
        let subscription = invoice.text("parent.subscription_details.subscription").map(str::to_owned);
        if let Some(subscription) = &subscription {
            self.fall_past_due(subscription);
        }
        self.plan_retry(id);
        let exhausted = self.peek(Kind::Invoice, id).at("next_payment_attempt").is_null();
        let Some(subscription) = subscription else { return };
        if !exhausted || self.peek(Kind::Subscription, &subscription).text("status") != Some("past_due") {
            return;
        }
        match self.settings.after_retries {
            AfterRetries::Cancel => self.end_subscription(&subscription, "payment_failed"),
            AfterRetries::MarkUnpaid => {
                self.change(
                    Kind::Subscription,
                    &subscription,
                    "customer.subscription.updated",
                    |subscription| {
                        subscription.put("status", "unpaid");
                    },
                );
            }
            AfterRetries::LeavePastDue => {}
        }
    }

    pub fn fall_past_due(&mut self, subscription: &str) {
        self.change(Kind::Subscription, subscription, "customer.subscription.updated", |subscription| {
            if matches!(subscription.text("status"), Some("active" | "trialing")) {
                subscription.put("status", "past_due");
            }
        });
        self.mark_delinquent(subscription);
    }

    fn mark_delinquent(&mut self, subscription: &str) {
        let subscription = self.peek(Kind::Subscription, subscription);
        let customer = subscription.word("customer");
        let late = matches!(subscription.text("status"), Some("past_due" | "unpaid"));
        self.change(Kind::Customer, &customer, "customer.updated", |customer| {
            customer.put("delinquent", late)
        });
    }

    /// Paid, by card or otherwise.
    pub fn mark_paid(&mut self, id: &str, amount: i64) {
        let now = self.now;
        // Money that came another way has ended the payment before.
        if let Some(payment) = self.payment_of_invoice.get(id).cloned()
            && self.peek(Kind::InvoicePayment, &payment).text("status") == Some("open")
        {
            self.change(Kind::InvoicePayment, &payment, "invoice_payment.paid", |payment| {
                payment.put("status", "paid");
                payment.put("amount_paid", amount);
                payment.put("status_transitions.paid_at", now);
            });
        }
        self.change(Kind::Invoice, id, "invoice.paid", |invoice| {
            let paid = invoice.integer("amount_paid") + amount;
            invoice.put("amount_paid", paid);
            invoice.put("amount_remaining", 0);
            invoice.put("attempted", true);
            invoice.put("auto_advance", false);
            invoice.put("next_payment_attempt", Value::Null);
            invoice.put("status", "paid");
            invoice.put("status_transitions.paid_at", now);
        });
        self.announce(Kind::Invoice, id, "invoice.payment_succeeded");
        self.after_invoice_closed(id);
    }

    /// A payment intent that was confirmed by itself may be an invoice's.
    pub fn paid_by_intent(&mut self, intent: &str) {
        let Some(invoice) = self.invoice_of_intent(intent) else { return };
        let object = self.peek(Kind::PaymentIntent, intent);
        if object.text("status") == Some("succeeded")
            && self.peek(Kind::Invoice, &invoice).text("status") == Some("open")
        {
            self.count_attempt(&invoice, false);
            self.mark_paid(&invoice, object.integer("amount_received"));
        }
    }

    /// What an invoice that is paid, void or given up means for its subscription.
    pub fn after_invoice_closed(&mut self, id: &str) {
        let invoice = self.peek(Kind::Invoice, id);
        let Some(subscription) = invoice.text("parent.subscription_details.subscription").map(str::to_owned)
        else {
            return;
        };
        let now = self.peek(Kind::Subscription, &subscription);
        let is_latest = self.latest_finalized(&now).as_deref() == Some(id);
        let paid = invoice.text("status") == Some("paid");
        let settled = paid || invoice.text("status") == Some("uncollectible");
        match now.text("status") {
            Some("incomplete") if paid => self.activate(&subscription),
            Some("incomplete") if invoice.text("status") == Some("void") => {
                self.expire_incomplete(&subscription);
            }
            Some("past_due" | "unpaid") if is_latest => {
                self.activate(&subscription);
                self.mark_delinquent(&subscription);
            }
            Some("paused") if self.resumptions.get(&subscription).is_some_and(|by| by.invoice == id) => {
                if settled {
                    self.unpause(&subscription);
                } else {
                    self.resumptions.remove(&subscription);
                }
            }
            _ => {}
        }
    }

    /// The invoice that says whether a subscription is paid: drafts do not count yet.
    fn latest_finalized(&self, subscription: &Value) -> Option<String> {
        let id = subscription.text("id");
        let mut invoices = self.shelf(Kind::Invoice).of_customer(subscription.text("customer")?).rev();
        let latest = invoices.find(|invoice| {
            invoice.text("parent.subscription_details.subscription") == id
                && invoice.text("status") != Some("draft")
        });
        latest.map(|invoice| invoice.word("id"))
    }

    fn activate(&mut self, subscription: &str) {
        let now = self.now;
        self.change(Kind::Subscription, subscription, "customer.subscription.updated", |subscription| {
            let trial = subscription.moment("trial_end").is_some_and(|end| end > now);
            subscription.put("status", if trial { "trialing" } else { "active" });
        });
    }

    /// Whether a charge would fail now: asked before anything is changed.
    pub fn would_decline(&self, card: Option<&str>) -> Option<ApiError> {
        match card.map(|card| self.outcome_of(card)) {
            None => Some(no_card()),
            Some(Outcome::Declines(code)) => Some(crate::cards::declined(&code)),
            Some(Outcome::Authenticates) => Some(crate::cards::declined("authentication_required")),
            Some(_) => None,
        }
    }
}

pub fn no_card() -> ApiError {
    ApiError::refused(
        "This customer has no attached payment source or default payment method. Please consider adding a default \
         payment method. For more information, visit \
         https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.",
    )
    .code("resource_missing")
}
