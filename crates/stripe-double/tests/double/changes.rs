//! Changes to a subscription that runs.

use crate::client::{Client, day, shown, text};
use serde_json::Value;
use std::time::Duration;
use stripe_double::{Action, Clock, Double, Outcome, Settings};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

struct Gold {
    double: Double,
    stripe: Client,
    customer: String,
    subscription: String,
    item: String,
}

/// $30 a month since 10 April 2026.
async fn gold(more: &[(&str, &str)]) -> Gold {
    let settings = Settings { start: day(2026, 4, 10), ..Settings::default() };
    let double = Double::start_with(settings, Clock::Still, 0).await.unwrap();
    let stripe = Client::of(&double);
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let made = stripe.subscribe(&customer, &price, more).await;
    let (subscription, item) = (text(&made, "id"), text(&made["items"]["data"][0], "id"));
    Gold { double, stripe, customer, subscription, item }
}

impl Gold {
    fn path(&self) -> String {
        format!("/v1/subscriptions/{}", self.subscription)
    }

    async fn change(&self, form: &[(&str, &str)]) -> Value {
        self.stripe.post(&self.path(), form).await
    }

    async fn now(&self) -> Value {
        self.stripe.get(&self.path(), &[("expand[]", "latest_invoice")]).await
    }

    /// Adds something to the next invoice.
    async fn towel(&self) {
        let form = [
            ("customer", self.customer.as_str()),
            ("subscription", &self.subscription),
            ("amount", "500"),
            ("currency", "usd"),
            ("description", "Towel"),
        ];
        self.stripe.post("/v1/invoiceitems", &form).await;
    }

    fn amounts(&self) -> Vec<i64> {
        self.double.charges().iter().map(|charge| charge.amount).collect()
    }

    async fn invoices(&self) -> usize {
        let form = [("customer", self.customer.as_str()), ("limit", "100")];
        self.stripe.get("/v1/invoices", &form).await["data"].as_array().unwrap().len()
    }
}

fn period(subscription: &Value) -> (String, String) {
    let item = &subscription["items"]["data"][0];
    let moment = |name: &str| shown(item[name].as_i64().unwrap());
    (moment("current_period_start"), moment("current_period_end"))
}

fn from_to(from: &str, to: &str) -> (String, String) {
    (format!("{from} 10:30"), format!("{to} 10:30"))
}

#[tokio::test]
async fn a_trial_on_a_running_one_makes_an_invoice_of_nothing_and_moves_the_next_charge() {
    let gold = gold(&[]).await;
    gold.double.advance(10 * DAY);
    let to = day(2026, 5, 25).to_string();
    let moved = gold.change(&[("trial_end", &to), ("proration_behavior", "none")]).await;
    assert_eq!((&moved["status"], period(&moved)), (&"trialing".into(), from_to("2026-04-20", "2026-05-25")));
    assert_eq!(
        (&moved["billing_cycle_anchor"], &moved["trial_start"]),
        (&day(2026, 5, 25).into(), &day(2026, 4, 20).into())
    );
    let invoice = &gold.now().await["latest_invoice"];
    assert_eq!(
        (&invoice["status"], &invoice["total"], &invoice["billing_reason"]),
        (&"paid".into(), &0.into(), &"subscription_update".into())
    );
    assert_eq!(invoice["lines"]["data"][0]["description"], "Free trial for 1 × Gold");
    // Put off once more: nothing was changed that would be a line.
    let later = day(2026, 5, 28).to_string();
    gold.change(&[("trial_end", &later), ("proration_behavior", "none")]).await;
    assert_eq!(gold.invoices().await, 2);
    gold.double.advance_to(day(2026, 5, 28));
    assert_eq!((gold.now().await["status"].clone(), gold.amounts()), ("active".into(), vec![3_000]));
    gold.double.advance(HOUR);
    assert_eq!(gold.amounts(), [3_000, 3_000]);
    assert_eq!(period(&gold.now().await), from_to("2026-05-28", "2026-06-28"));
}

#[tokio::test]
async fn a_trial_without_a_word_about_proration_gives_back_what_was_paid() {
    let gold = gold(&[]).await;
    gold.double.advance(15 * DAY);
    let to = day(2026, 6, 1).to_string();
    gold.change(&[("trial_end", &to)]).await;
    // Half a month, on the trial's own invoice, and from there on the balance.
    let invoice = &gold.now().await["latest_invoice"];
    assert_eq!((&invoice["total"], &invoice["amount_due"]), (&(-1_500).into(), &0.into()));
    let customer = gold.stripe.get(&format!("/v1/customers/{}", gold.customer), &[]).await;
    assert_eq!(customer["balance"], -1_500);
}

#[tokio::test]
async fn what_waits_for_an_invoice_is_on_the_one_a_change_makes() {
    for form in [
        [("trial_end", "1780000000"), ("proration_behavior", "none")],
        [("billing_cycle_anchor[type]", "now"), ("proration_behavior", "none")],
    ] {
        let gold = gold(&[]).await;
        gold.double.advance(5 * DAY);
        gold.towel().await;
        assert_eq!(gold.amounts(), [3_000]);
        gold.change(&form).await;
        let billed = if form[0].0 == "trial_end" { 500 } else { 3_500 };
        assert_eq!(gold.amounts(), [3_000, billed]);
        gold.towel().await;
        // Another quantity makes no invoice, and takes nothing.
        let seats = [
            ("items[0][id]", gold.item.as_str()),
            ("items[0][quantity]", "2"),
            ("proration_behavior", "none"),
        ];
        gold.change(&seats).await;
        assert_eq!(gold.amounts(), [3_000, billed]);
    }
}

#[tokio::test]
async fn what_waits_and_cannot_be_paid_stops_a_change_that_asks_for_that() {
    let gold = gold(&[]).await;
    let number = "4000000000000341".to_owned();
    gold.double.act(&Action::ReplaceCard { customer: gold.customer.clone(), number }).unwrap();
    gold.towel().await;
    let to = day(2026, 6, 1).to_string();
    let form = [
        ("trial_end", to.as_str()),
        ("proration_behavior", "none"),
        ("payment_behavior", "error_if_incomplete"),
    ];
    assert_eq!(gold.stripe.refused("POST", &gold.path(), &form).await.0, 402);
    assert_eq!(gold.now().await["status"], "active");
    assert_eq!(gold.change(&form[..2]).await["status"], "past_due");
}

#[tokio::test]
async fn another_price_from_a_later_day_on_also_of_another_interval() {
    for (interval, price, end, then) in
        [("month", "4500", "2026-06-25", 4_500), ("year", "30000", "2027-05-25", 30_000)]
    {
        let gold = gold(&[]).await;
        let other = gold.stripe.price_every(interval, price).await;
        gold.double.advance(10 * DAY);
        let to = day(2026, 5, 25).to_string();
        let form = [
            ("items[0][id]", gold.item.as_str()),
            ("items[0][price]", &other),
            ("trial_end", &to),
            ("proration_behavior", "none"),
        ];
        let changed = gold.change(&form).await;
        assert_eq!(text(&changed["items"]["data"][0]["price"], "id"), other);
        assert_eq!(period(&changed), from_to("2026-04-20", "2026-05-25"));
        gold.double.advance_to(day(2026, 5, 25) - 1);
        assert_eq!(gold.amounts(), [3_000]);
        gold.double.advance(2 * HOUR);
        assert_eq!(gold.amounts(), [3_000, then]);
        assert_eq!(period(&gold.now().await), from_to("2026-05-25", end));
        assert!(gold.double.charged_twice("effect").is_empty());
    }
}

/// <https://docs.stripe.com/billing/subscriptions/change-price>
#[tokio::test]
async fn another_interval_bills_at_once_and_moves_the_anchor() {
    let gold = gold(&[]).await;
    let year = gold.stripe.price_every("year", "30000").await;
    gold.double.advance(10 * DAY);
    gold.towel().await;
    let form =
        [("items[0][id]", gold.item.as_str()), ("items[0][price]", &year), ("proration_behavior", "none")];
    let changed = gold.change(&form).await;
    assert_eq!(
        (&changed["billing_cycle_anchor"], period(&changed)),
        (&day(2026, 4, 20).into(), from_to("2026-04-20", "2027-04-20"))
    );
    assert_eq!(gold.amounts(), [3_000, 30_500]);
}

#[tokio::test]
async fn another_price_keeps_the_period_and_forgets_the_quantity() {
    let gold = gold(&[]).await;
    let dearer = gold.stripe.price("4500").await;
    gold.double.advance(10 * DAY);
    let item = gold.item.as_str();
    let seats = [("items[0][id]", item), ("items[0][quantity]", "3"), ("proration_behavior", "none")];
    let more = gold.change(&seats).await;
    assert_eq!((period(&more), gold.invoices().await), (from_to("2026-04-10", "2026-05-10"), 1));
    let swap = [("items[0][id]", item), ("items[0][price]", &dearer), ("proration_behavior", "none")];
    let swapped = gold.change(&swap).await;
    assert_eq!(swapped["items"]["data"][0]["quantity"], 1);
    assert_eq!((period(&swapped), gold.invoices().await), (from_to("2026-04-10", "2026-05-10"), 1));
    assert_eq!(swapped["billing_cycle_anchor"], day(2026, 4, 10));
    gold.change(&[("items[0][id]", item), ("items[0][quantity]", "2"), ("proration_behavior", "none")]).await;
    gold.double.advance_to(day(2026, 5, 10));
    gold.double.advance(HOUR);
    assert_eq!(gold.amounts(), [3_000, 9_000]);
    // Since 2025-03-31 a period is its item's, not its subscription's.
    assert_eq!(gold.now().await["current_period_end"], Value::Null);
}

#[tokio::test]
async fn from_nothing_to_something_bills_at_once_in_classic_billing_alone() {
    for (mode, amounts) in [("classic", vec![3_000]), ("flexible", vec![])] {
        let settings = Settings { start: day(2026, 4, 10), ..Settings::default() };
        let double = Double::start_with(settings, Clock::Still, 0).await.unwrap();
        let stripe = Client::of(&double);
        let customer = stripe.customer("pm_card_visa").await;
        let (free, paid) = (stripe.price("0").await, stripe.price("3000").await);
        let made = stripe.subscribe(&customer, &free, &[("billing_mode[type]", mode)]).await;
        double.advance(10 * DAY);
        let form = [
            ("items[0][id]", text(&made["items"]["data"][0], "id")),
            ("items[0][price]", paid),
            ("proration_behavior", "none".to_owned()),
        ];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        stripe.post(&format!("/v1/subscriptions/{}", text(&made, "id")), &form).await;
        let charged: Vec<i64> = double.charges().iter().map(|charge| charge.amount).collect();
        assert_eq!(charged, amounts, "{mode}");
    }
}

/// <https://docs.stripe.com/billing/subscriptions/billing-mode/compare>
#[tokio::test]
async fn a_day_to_end_on_stays_and_the_end_of_the_period_moves_along() {
    let ends = gold(&[]).await;
    let to = day(2026, 6, 20).to_string();
    ends.change(&[("cancel_at_period_end", "true")]).await;
    let moved = ends.change(&[("trial_end", &to), ("proration_behavior", "none")]).await;
    assert_eq!(
        (&moved["cancel_at"], &moved["cancel_at_period_end"]),
        (&day(2026, 6, 20).into(), &true.into())
    );

    let dated = gold(&[]).await;
    let set = dated.change(&[("cancel_at", "max_period_end")]).await;
    assert_eq!((&set["cancel_at"], &set["cancel_at_period_end"]), (&day(2026, 5, 10).into(), &false.into()));
    let moved = dated.change(&[("trial_end", &to), ("proration_behavior", "none")]).await;
    // The trial stays as long as it was, and the subscription ends in it.
    assert_eq!(
        (&moved["cancel_at"], &moved["trial_end"]),
        (&day(2026, 5, 10).into(), &day(2026, 6, 20).into())
    );
    dated.double.advance_to(day(2026, 7, 1));
    assert_eq!((dated.now().await["status"].clone(), dated.amounts()), ("canceled".into(), vec![3_000]));
}

#[tokio::test]
async fn a_day_in_the_period_gives_back_the_rest_unless_told_otherwise() {
    for (behavior, balance) in [("create_prorations", -1_500), ("none", 0)] {
        let gold = gold(&[]).await;
        let at = day(2026, 4, 25).to_string();
        let set = gold.change(&[("cancel_at", &at), ("proration_behavior", behavior)]).await;
        assert_eq!(set["billing_cycle_anchor"], day(2026, 4, 10));
        gold.double.advance_to(day(2026, 4, 25));
        gold.double.advance(2 * HOUR);
        assert_eq!(gold.now().await["status"], "canceled");
        let customer = gold.stripe.get(&format!("/v1/customers/{}", gold.customer), &[]).await;
        assert_eq!((&customer["balance"], gold.amounts()), (&balance.into(), vec![3_000]), "{behavior}");
    }
}

#[tokio::test]
async fn a_paused_one_is_resumed_before_it_is_moved() {
    let gold = gold(&[]).await;
    gold.double.act(&Action::Pause { subscription: gold.subscription.clone() }).unwrap();
    let to = day(2026, 6, 1).to_string();
    let (_, error) = gold.stripe.refused("POST", &gold.path(), &[("trial_end", &to)]).await;
    assert!(text(&error, "message").starts_with("This double of Stripe does not know"), "{error}");
}

/// <https://docs.stripe.com/billing/subscriptions/payment-methods-setting#payment-method-priority>
#[tokio::test]
async fn the_subscriptions_own_card_comes_first_and_the_customers_when_it_is_gone() {
    let gold = gold(&[]).await;
    let attach = [("customer", gold.customer.as_str())];
    let own = text(&gold.stripe.post("/v1/payment_methods/pm_card_mastercard/attach", &attach).await, "id");
    gold.change(&[("default_payment_method", &own)]).await;
    let brands = async || -> Vec<String> {
        let charges = gold.stripe.get("/v1/charges", &[("customer", &gold.customer)]).await;
        let charges = charges["data"].as_array().unwrap().clone();
        charges.iter().rev().map(|one| text(&one["payment_method_details"]["card"], "brand")).collect()
    };
    gold.double.advance_to(day(2026, 5, 10));
    gold.double.advance(HOUR);
    assert_eq!(brands().await, ["visa", "mastercard"]);
    // It declines: the other one is not tried.
    let outcome = Outcome::Declines("insufficient_funds".to_owned());
    gold.double.act(&Action::SetCard { card: own.clone(), outcome }).unwrap();
    gold.double.advance_to(day(2026, 6, 10));
    gold.double.advance(2 * HOUR);
    assert_eq!(brands().await, ["visa", "mastercard", "mastercard"]);
    assert_eq!(gold.now().await["status"], "past_due");
    gold.stripe.post(&format!("/v1/payment_methods/{own}/detach"), &[]).await;
    assert_eq!(gold.now().await["default_payment_method"], Value::Null);
    gold.double.advance(2 * DAY);
    assert_eq!(brands().await, ["visa", "mastercard", "mastercard", "visa"]);
    assert_eq!(gold.now().await["status"], "active");
    let gone = [("default_payment_method", own.as_str())];
    assert_eq!(gold.stripe.refused("POST", &gold.path(), &gone).await.0, 400);
}

#[tokio::test]
async fn a_deleted_customers_subscriptions_are_canceled() {
    let gold = gold(&[]).await;
    gold.towel().await;
    gold.stripe.delete(&format!("/v1/customers/{}", gold.customer)).await;
    let over = gold.now().await;
    assert_eq!((&over["status"], &over["ended_at"]), (&"canceled".into(), &gold.double.now().into()));
    let told = gold
        .double
        .look(|mode| mode.told().filter(|event| event["type"] == "customer.subscription.deleted").count());
    assert_eq!(told, 1);
    gold.double.advance(90 * DAY);
    assert_eq!(gold.amounts(), [3_000]);
}

#[tokio::test]
async fn an_invoices_payments_are_shown_where_they_are_asked_for() {
    let gold = gold(&[]).await;
    let invoice = text(&gold.now().await["latest_invoice"], "id");
    let path = format!("/v1/invoices/{invoice}");
    let plain = gold.stripe.get(&path, &[]).await;
    assert_eq!((&plain["payments"], &plain["post_payment_credit_notes_amount"]), (&Value::Null, &0.into()));
    let ids = gold.stripe.get(&path, &[("expand[]", "payments")]).await;
    assert!(ids["payments"]["data"][0]["payment"]["payment_intent"].is_string());
    let whole = gold.stripe.get(&path, &[("expand[]", "payments.data.payment.payment_intent")]).await;
    let payment = &whole["payments"]["data"][0]["payment"]["payment_intent"];
    assert_eq!((&payment["object"], &payment["status"]), (&"payment_intent".into(), &"succeeded".into()));
    let listed = [("customer", gold.customer.as_str()), ("expand[]", "data.payments")];
    let listed = gold.stripe.get("/v1/invoices", &listed).await;
    assert_eq!(listed["data"][0]["payments"]["data"][0]["status"], "paid");
    for (expand, words) in [
        ("payments.data.payment.shoe", "This property cannot be expanded (payments.data.payment.shoe)."),
        ("data.payments.data.payment.payment_intent", "You cannot expand more than 4 levels of a property."),
    ] {
        let (status, error) = gold.stripe.refused("GET", &path, &[("expand[]", expand)]).await;
        assert_eq!(status, 400);
        assert!(text(&error, "message").starts_with(words), "{error}");
    }
}
