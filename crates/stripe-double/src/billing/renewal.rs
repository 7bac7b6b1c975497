//! A subscription as time goes by: new periods, the end of a trial, the end.

use crate::billing::invoice::Draft;
use crate::billing::line::Period;
use crate::calendar::{Cycle, DAY, HOUR};
use crate::due::Due;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};

/// How long a first payment may take.
const INCOMPLETE: i64 = 23 * HOUR;
const TRIAL_NOTICE: i64 = 3 * DAY;

impl Mode {
    /// Puts everything that will happen to a subscription by itself on the calendar.
    pub fn schedule(&mut self, id: &str) {
        let subscription = self.peek(Kind::Subscription, id);
        if let Some(next) = next_renewal(&subscription) {
            self.at(next, Due::Renew(id.to_owned()));
        }
        if let Some(at) = subscription.moment("cancel_at") {
            self.at(at, Due::Renew(id.to_owned()));
        }
        if let Some(end) = subscription.moment("trial_end").filter(|end| *end > self.now) {
            let notice = end - TRIAL_NOTICE;
            self.at(notice.max(self.now), Due::TrialWillEnd(id.to_owned(), end));
        }
        if subscription.text("status") == Some("incomplete") {
            self.at(subscription.integer("created") + INCOMPLETE, Due::ExpireIncomplete(id.to_owned()));
        }
        if let Some(at) = subscription.moment("pause_collection.resumes_at") {
            self.at(at, Due::ResumeCollection(id.to_owned()));
        }
    }

    /// The time of a subscription has come: it ends, or its next period begins.
    pub fn renew(&mut self, id: &str) {
        let subscription = self.peek(Kind::Subscription, id);
        let status = subscription.word("status");
        if !matches!(status.as_str(), "active" | "past_due" | "trialing" | "unpaid") {
            // A paused one ends all the same.
            if status == "paused" && subscription.moment("cancel_at").is_some_and(|at| at <= self.now) {
                self.end_at_last(&subscription);
            }
            return;
        }
        if subscription.moment("cancel_at").is_some_and(|at| at <= self.now) {
            self.end_at_last(&subscription);
            return;
        }
        if next_renewal(&subscription).is_none_or(|next| next > self.now) {
            return;
        }
        let trial_ends = status == "trialing";
        if trial_ends && !self.survives_trial(&subscription) {
            return;
        }
        let (items, lines) = self.next_periods(&subscription);
        self.change(Kind::Subscription, id, "customer.subscription.updated", |subscription| {
            subscription.put("items.data", items);
            if trial_ends {
                subscription.put("status", "active");
            }
        });
        self.bill_cycle(id, lines);
        self.schedule(id);
    }

    /// Moves on every item whose period is over.
    fn next_periods(&mut self, subscription: &Value) -> (Vec<Value>, Vec<Value>) {
        let id = subscription.word("id");
        let anchor = subscription.integer("billing_cycle_anchor");
        let mut items = subscription.list("items.data").to_vec();
        let mut lines = Vec::new();
        for item in &mut items {
            let old = Period::of_item(item);
            if old.end > self.now {
                continue;
            }
            let price = self.peek(Kind::Price, &item.word("price"));
            let Some(cycle) = Cycle::of(&price) else { continue };
            let whole = Period { start: old.end, end: cycle.next_after(anchor, old.end) };
            let end = subscription.moment("cancel_at").map_or(whole.end, |at| at.min(whole.end));
            let period = Period { end, ..whole };
            item.put("current_period_start", period.start);
            item.put("current_period_end", period.end);
            let amount = whole.share(self.item_amount(item), period);
            lines.push(self.item_line(&id, item, period, amount));
        }
        (items, lines)
    }

    /// The invoice of a new period: a draft for an hour, unless collection is paused.
    fn bill_cycle(&mut self, id: &str, mut lines: Vec<Value>) {
        let subscription = self.peek(Kind::Subscription, id);
        let (customer, currency) = (subscription.word("customer"), subscription.word("currency"));
        lines.extend(self.take_waiting(&customer, Some(id), &currency));
        let pause = subscription.text("pause_collection.behavior").map(str::to_owned);
        let unpaid = subscription.text("status") == Some("unpaid");
        let method = subscription.word("collection_method");
        let invoice = self.draft(Draft {
            customer: &customer,
            subscription: Some(id),
            currency: &currency,
            reason: "subscription_cycle",
            lines,
            advances: pause.is_none() && !unpaid,
            collection_method: &method,
            days_until_due: subscription.integer("days_until_due"),
        });
        self.bind_items(&invoice);
        match pause.as_deref() {
            Some("void") => {
                self.void_invoice(&invoice);
            }
            Some("mark_uncollectible") => {
                self.give_up_invoice(&invoice);
            }
            _ => {}
        }
    }

    /// Whether a trial that ends goes on to be billed: what happens without a card is the subscription's setting.
    fn survives_trial(&mut self, subscription: &Value) -> bool {
        let without_card = self.card_of(subscription, subscription).is_none();
        let id = subscription.word("id");
        match subscription.text("trial_settings.end_behavior.missing_payment_method") {
            Some("cancel") if without_card => {
                self.end_subscription(&id, "payment_failed");
                false
            }
            Some("pause") if without_card => {
                self.pause_subscription(&id, "trial_end_without_payment_method");
                false
            }
            _ => true,
        }
    }

    pub fn trial_will_end(&mut self, id: &str, end: i64) {
        let subscription = self.peek(Kind::Subscription, id);
        if subscription.text("status") == Some("trialing") && subscription.moment("trial_end") == Some(end) {
            self.announce(Kind::Subscription, id, "customer.subscription.trial_will_end");
        }
    }

    /// The first payment never came.
    pub fn expire_incomplete(&mut self, id: &str) {
        let subscription = self.peek(Kind::Subscription, id);
        if subscription.text("status") != Some("incomplete") {
            return;
        }
        let now = self.now;
        self.change(Kind::Subscription, id, "customer.subscription.updated", |subscription| {
            subscription.put("status", "incomplete_expired");
            subscription.put("ended_at", now);
        });
        let invoice = subscription.word("latest_invoice");
        if self.peek(Kind::Invoice, &invoice).text("status") == Some("open") {
            self.void_invoice(&invoice);
        }
    }

    /// Paused collection goes on by itself on its day.
    pub fn resume_collection(&mut self, id: &str) {
        let now = self.now;
        self.change(Kind::Subscription, id, "customer.subscription.updated", |subscription| {
            if subscription.moment("pause_collection.resumes_at").is_some_and(|at| at <= now) {
                subscription.put("pause_collection", Value::Null);
            }
        });
    }

    /// The end that was announced; what still waits to be billed is billed.
    fn end_at_last(&mut self, subscription: &Value) {
        let id = subscription.word("id");
        let (customer, currency) = (subscription.word("customer"), subscription.word("currency"));
        let of_it = |line: &Value| line.text("parent.invoice_item_details.subscription") == Some(&id);
        let lines: Vec<Value> =
            self.take_waiting(&customer, Some(&id), &currency).into_iter().filter(of_it).collect();
        self.end_subscription(&id, "cancellation_requested");
        if !lines.is_empty() {
            let method = subscription.word("collection_method");
            let invoice = self.draft(Draft {
                customer: &customer,
                subscription: Some(&id),
                currency: &currency,
                reason: "subscription_cycle",
                lines,
                advances: true,
                collection_method: &method,
                days_until_due: subscription.integer("days_until_due"),
            });
            self.bind_items(&invoice);
        }
    }

    /// Ends a subscription now. Its open invoices are no longer collected by themselves.
    pub fn end_subscription(&mut self, id: &str, reason: &str) {
        let now = self.now;
        let subscription = self.peek(Kind::Subscription, id);
        if !subscription.at("ended_at").is_null() {
            return;
        }
        let open: Vec<String> = self
            .shelf(Kind::Invoice)
            .of_customer(&subscription.word("customer"))
            .filter(|invoice| {
                invoice.text("parent.subscription_details.subscription") == Some(id)
                    && matches!(invoice.text("status"), Some("draft" | "open"))
            })
            .map(|invoice| invoice.word("id"))
            .collect();
        for invoice in open {
            self.change(Kind::Invoice, &invoice, "invoice.updated", |invoice| {
                invoice.put("auto_advance", false);
                invoice.put("next_payment_attempt", Value::Null);
                invoice.put("automatically_finalizes_at", Value::Null);
            });
        }
        self.change(Kind::Subscription, id, "customer.subscription.deleted", |subscription| {
            subscription.put("status", "canceled");
            if subscription.at("canceled_at").is_null() {
                subscription.put("canceled_at", now);
            }
            subscription.put("ended_at", now);
            subscription.put("pause_collection", Value::Null);
            if subscription.at("cancellation_details.reason").is_null() {
                subscription.put("cancellation_details.reason", reason);
            }
        });
    }

    /// `paused`: no invoices, and the period ends here.
    pub fn pause_subscription(&mut self, id: &str, why: &str) {
        let now = self.now;
        self.change(Kind::Subscription, id, "customer.subscription.updated", |subscription| {
            subscription.put("status", "paused");
            let mut items = subscription.list("items.data").to_vec();
            for item in &mut items {
                let end = item.integer("current_period_end");
                item.put("current_period_end", end.min(now));
            }
            subscription.put("items.data", items);
            subscription.put(
                "status_details",
                json!({
                    "paused": { "subscription": { "type": why }, "transitioned_at": now, "type": "subscription" },
                }),
            );
        });
        self.announce(Kind::Subscription, id, "customer.subscription.paused");
    }

    /// Goes on, as its resumption has it.
    pub fn unpause(&mut self, id: &str) {
        let resumption = self.resumptions.remove(id);
        self.change(Kind::Subscription, id, "customer.subscription.updated", |subscription| {
            subscription.put("status", "active");
            if let Some(resumption) = resumption {
                subscription.put("billing_cycle_anchor", resumption.anchor);
                subscription.put("items.data", resumption.items);
            }
            if let Some(fields) = subscription.as_object_mut() {
                fields.remove("status_details");
            }
        });
        self.announce(Kind::Subscription, id, "customer.subscription.resumed");
        self.schedule(id);
    }
}

/// The earliest end of an item's period.
pub fn next_renewal(subscription: &Value) -> Option<i64> {
    subscription.list("items.data").iter().filter_map(|item| item.moment("current_period_end")).min()
}
