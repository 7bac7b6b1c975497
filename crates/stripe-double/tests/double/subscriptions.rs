use crate::client::{Client, day, shown, text};
use serde_json::Value;
use std::time::Duration;
use stripe_double::{Action, Clock, Double, Settings};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn double_on(start: i64) -> (Double, Client) {
    let settings = Settings { start, ..Settings::default() };
    let double = Double::start_with(settings, Clock::Still, 0).await.unwrap();
    let stripe = Client::of(&double);
    (double, stripe)
}

fn end(subscription: &Value) -> String {
    shown(subscription["items"]["data"][0]["current_period_end"].as_i64().unwrap())
}

fn amounts(double: &Double) -> Vec<i64> {
    double.charges().iter().map(|charge| charge.amount).collect()
}

fn path(subscription: &Value) -> String {
    format!("/v1/subscriptions/{}", text(subscription, "id"))
}

fn told(double: &Double, kind: &str) -> usize {
    double.look(|mode| mode.told().filter(|event| event["type"] == kind).count())
}

#[tokio::test]
async fn a_setup_fee_and_a_coupon_are_on_the_first_invoice() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("4900").await);
    let fee = stripe
        .post("/v1/prices", &[("currency", "usd"), ("unit_amount", "2500"), ("product_data[name]", "Setup")])
        .await;
    let coupon = stripe.post("/v1/coupons", &[("percent_off", "10"), ("duration", "once")]).await;
    let subscription = stripe
        .subscribe(
            &customer,
            &price,
            &[
                ("add_invoice_items[0][price]", &text(&fee, "id")),
                ("discounts[0][coupon]", &text(&coupon, "id")),
                ("expand[]", "latest_invoice"),
            ],
        )
        .await;
    let invoice = &subscription["latest_invoice"];
    assert_eq!((&invoice["subtotal"], &invoice["total"]), (&7_400.into(), &6_660.into()));
    assert_eq!(invoice["lines"]["data"].as_array().unwrap().len(), 2);
    double.advance(31 * DAY);
    assert_eq!(amounts(&double), [6_660, 4_900]);
}

#[tokio::test]
async fn a_later_start_is_a_trial_and_waiting_items_come_with_its_first_invoice() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("4900").await);
    let start = day(2026, 5, 1).to_string();
    let more = [("trial_end", start.as_str()), ("proration_behavior", "none"), ("metadata[effect]", "e1")];
    let subscription = stripe.subscribe(&customer, &price, &more).await;
    assert_eq!(
        (&subscription["status"], end(&subscription)),
        (&"trialing".into(), "2026-05-01 10:30".to_owned())
    );
    stripe
        .post(
            "/v1/invoiceitems",
            &[
                ("customer", &customer),
                ("subscription", &text(&subscription, "id")),
                ("amount", "2500"),
                ("currency", "usd"),
                ("description", "Setup fee"),
            ],
        )
        .await;
    double.advance_to(day(2026, 5, 1) - 1);
    assert!(double.charges().is_empty());
    double.advance(HOUR + Duration::from_secs(1));
    assert_eq!(amounts(&double), [7_400]);
    let now = stripe.get(&path(&subscription), &[]).await;
    assert_eq!((&now["status"], end(&now)), (&"active".into(), "2026-06-01 10:30".to_owned()));
}

#[tokio::test]
async fn without_a_card_nothing_is_subscribed_and_with_a_bad_one_it_is_incomplete() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let price = stripe.price("4900").await;
    let poor = stripe.customer("").await;
    let form = [("customer", poor.as_str()), ("items[0][price]", &price)];
    let (status, error) = stripe.refused("POST", "/v1/subscriptions", &form).await;
    assert_eq!((status, &error["code"]), (400, &"resource_missing".into()));
    let late = stripe.subscribe(&poor, &price, &[("payment_behavior", "default_incomplete")]).await;
    assert_eq!(late["status"], "incomplete");
    let bad = stripe.customer("pm_card_chargeCustomerFail").await;
    let form = [
        ("customer", bad.as_str()),
        ("items[0][price]", &price),
        ("payment_behavior", "error_if_incomplete"),
    ];
    assert_eq!(stripe.refused("POST", "/v1/subscriptions", &form).await.0, 402);
    assert!(
        stripe.get("/v1/subscriptions", &[("customer", &bad)]).await["data"].as_array().unwrap().is_empty()
    );
    let subscription = stripe.subscribe(&bad, &price, &[]).await;
    assert_eq!(subscription["status"], "incomplete");
    double.advance(23 * HOUR);
    let over = stripe.get(&path(&subscription), &[("expand[]", "latest_invoice")]).await;
    assert_eq!(
        (&over["status"], &over["latest_invoice"]["status"]),
        (&"incomplete_expired".into(), &"void".into())
    );
}

#[tokio::test]
async fn a_paused_subscription_makes_no_invoices_and_resumes_where_it_is_told() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let subscription = stripe.subscribe(&customer, &price, &[]).await;
    let path = path(&subscription);
    double.advance(10 * DAY);
    let none = [("bill_for[unused_time_from][type]", "none")];
    let paused = stripe.post(&format!("{path}/pause"), &none).await;
    assert_eq!(paused["status"], "paused");
    assert_eq!(paused["status_details"]["paused"]["subscription"]["type"], "pause_requested");
    assert_eq!(told(&double, "customer.subscription.paused"), 1);
    assert_eq!(stripe.refused("POST", &format!("{path}/pause"), &none).await.0, 400);
    double.advance(60 * DAY);
    assert_eq!(amounts(&double), [3_000]);
    let form = [("billing_cycle_anchor[type]", "unchanged"), ("proration_behavior", "none")];
    let resumed = stripe.post(&format!("{path}/resume"), &form).await;
    assert_eq!((&resumed["status"], end(&resumed)), (&"active".into(), "2026-07-10 10:30".to_owned()));
    assert_eq!(resumed["status_details"], Value::Null);
    assert_eq!(told(&double, "customer.subscription.resumed"), 1);
    // The days frozen are put off by a trial.
    let later = day(2026, 7, 20).to_string();
    let moved = stripe.post(&path, &[("trial_end", &later), ("proration_behavior", "none")]).await;
    assert_eq!((&moved["status"], end(&moved)), (&"trialing".into(), "2026-07-20 10:30".to_owned()));
    double.advance_to(day(2026, 7, 20));
    double.advance(HOUR);
    assert_eq!(amounts(&double), [3_000, 3_000]);
}

#[tokio::test]
async fn pausing_credits_unused_time_unless_told_otherwise_and_resuming_now_bills_anew() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let path = path(&stripe.subscribe(&customer, &price, &[]).await);
    double.advance(15 * DAY);
    stripe.post(&format!("{path}/pause"), &[]).await;
    let items = stripe.get("/v1/invoiceitems", &[("customer", &customer), ("pending", "true")]).await;
    assert_eq!(items["data"][0]["amount"], -1_500);
    double.advance(5 * DAY);
    let resumed = stripe.post(&format!("{path}/resume"), &[]).await;
    // Its invoice is not tried by itself: it stays paused until that is paid.
    assert_eq!((&resumed["status"], end(&resumed)), (&"paused".into(), "2026-04-25 10:30".to_owned()));
    assert_eq!((&resumed["billing_cycle_anchor"], amounts(&double)), (&day(2026, 4, 10).into(), vec![3_000]));
    stripe.post(&format!("/v1/invoices/{}/pay", text(&resumed, "latest_invoice")), &[]).await;
    let runs = stripe.get(&path, &[]).await;
    assert_eq!((&runs["status"], end(&runs)), (&"active".into(), "2026-05-30 10:30".to_owned()));
    assert_eq!(runs["billing_cycle_anchor"], day(2026, 4, 30));
    assert_eq!(amounts(&double), [3_000, 1_500]);
}

/// <https://docs.stripe.com/billing/subscriptions/pause>
#[tokio::test]
async fn a_resumption_is_paid_or_it_is_off() {
    for (behavior, after_a_decline, lasts) in [
        ("resume_on_payment_attempt", "past_due", 23 * HOUR),
        ("resume_on_payment_success", "paused", 365 * DAY),
    ] {
        let (double, stripe) = double_on(day(2026, 4, 10)).await;
        let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
        let path = path(&stripe.subscribe(&customer, &price, &[]).await);
        stripe.post(&format!("{path}/pause"), &[("bill_for[unused_time_from][type]", "none")]).await;
        let replace = |number: &str| {
            let card = Action::ReplaceCard { customer: customer.clone(), number: number.into() };
            double.act(&card).unwrap();
        };
        replace("4000000000000341");
        double.advance(40 * DAY);
        let form = [("payment_behavior", behavior), ("expand[]", "latest_invoice")];
        let waiting = stripe.post(&format!("{path}/resume"), &form).await;
        assert_eq!(
            (&waiting["status"], &waiting["latest_invoice"]["status"]),
            (&"paused".into(), &"open".into())
        );
        double.advance(lasts);
        let voided = stripe.get(&path, &[("expand[]", "latest_invoice")]).await;
        assert_eq!(
            (&voided["status"], &voided["latest_invoice"]["status"]),
            (&"paused".into(), &"void".into()),
            "{behavior}"
        );

        let again = stripe.post(&format!("{path}/resume"), &form[..1]).await;
        let pay = format!("/v1/invoices/{}/pay", text(&again, "latest_invoice"));
        assert_eq!(stripe.refused("POST", &pay, &[]).await.0, 402);
        assert_eq!(stripe.get(&path, &[]).await["status"], after_a_decline);
        replace("4242424242424242");
        assert_eq!(stripe.post(&pay, &[]).await["status"], "paid");
        assert_eq!(stripe.get(&path, &[]).await["status"], "active");
        assert_eq!(amounts(&double), [3_000, 3_000]);
        assert_eq!(told(&double, "customer.subscription.resumed"), 1);
    }
}

#[tokio::test]
async fn a_resumption_that_wants_success_needs_a_card_and_takes_it_at_once() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let path = path(&stripe.subscribe(&customer, &price, &[]).await);
    stripe.post(&format!("{path}/pause"), &[("bill_for[unused_time_from][type]", "none")]).await;
    let form = [("payment_behavior", "resume_on_payment_success")];
    double.advance(40 * DAY);
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
    double.act(&Action::RemoveCard { card }).unwrap();
    assert_eq!(stripe.refused("POST", &format!("{path}/resume"), &form).await.0, 400);
    double.act(&Action::ReplaceCard { customer, number: "4242424242424242".into() }).unwrap();
    assert_eq!(stripe.post(&format!("{path}/resume"), &form).await["status"], "active");
    assert_eq!(amounts(&double), [3_000, 3_000]);
}

/// All that the page lists: <https://docs.stripe.com/billing/subscriptions/pause>.
#[tokio::test]
async fn what_cannot_be_paused_is_refused() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let refuses = async |subscription: &Value, why: &str| {
        let before = stripe.get(&path(subscription), &[]).await;
        let (status, error) = stripe.refused("POST", &format!("{}/pause", path(subscription)), &[]).await;
        assert_eq!(status, 400, "{error}");
        assert_eq!(stripe.get(&path(subscription), &[]).await, before);
        assert!(error["message"].as_str().unwrap().contains(why), "{error}");
    };
    refuses(&stripe.subscribe(&customer, &price, &[("billing_mode[type]", "classic")]).await, "flexible")
        .await;
    refuses(&stripe.subscribe(&customer, &price, &[("trial_period_days", "3")]).await, "trial").await;
    let sent = [("collection_method", "send_invoice"), ("days_until_due", "7")];
    refuses(&stripe.subscribe(&customer, &price, &sent).await, "charge_automatically").await;
    let late = [("payment_behavior", "default_incomplete")];
    refuses(&stripe.subscribe(&customer, &price, &late).await, "incomplete").await;
    let planned = stripe.subscribe(&customer, &price, &[]).await;
    double.act(&Action::AttachSchedule { subscription: text(&planned, "id") }).unwrap();
    refuses(&planned, "schedule").await;
    // A running one that is moved by a trial is in one.
    let moved = stripe.subscribe(&customer, &price, &[]).await;
    let to = day(2026, 5, 20).to_string();
    stripe.post(&path(&moved), &[("trial_end", &to), ("proration_behavior", "none")]).await;
    refuses(&moved, "trial").await;
    let action = Action::Pause { subscription: text(&moved, "id") };
    assert!(double.act(&action).unwrap_err().message.contains("trial"));
    double.advance_to(day(2026, 5, 20));
    assert_eq!(stripe.post(&format!("{}/pause", path(&moved)), &[]).await["status"], "paused");
    refuses(&moved, "paused").await;
    let schedule = Action::AttachSchedule { subscription: text(&moved, "id") };
    assert_eq!(double.act(&schedule).unwrap_err().status, 400);
    stripe.delete(&path(&moved)).await;
    refuses(&moved, "canceled").await;
}

#[tokio::test]
async fn a_pause_ends_the_period_and_an_older_debt_goes_on() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let path = path(&stripe.subscribe(&customer, &price, &[]).await);
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
    let declines = stripe_double::Outcome::Declines("insufficient_funds".to_owned());
    double.act(&Action::SetCard { card: card.clone(), outcome: declines }).unwrap();
    double.advance_to(day(2026, 5, 10));
    double.advance(2 * HOUR);
    assert_eq!(stripe.get(&path, &[]).await["status"], "past_due");
    let paused = stripe.post(&format!("{path}/pause"), &[("bill_for[unused_time_from][type]", "none")]).await;
    assert_eq!((&paused["status"], end(&paused)), (&"paused".into(), "2026-05-10 12:30".to_owned()));
    double.act(&Action::SetCard { card, outcome: stripe_double::Outcome::Succeeds }).unwrap();
    double.advance(2 * DAY);
    // What was owed before is tried again, and changes nothing about the pause.
    assert_eq!(amounts(&double), [3_000, 3_000]);
    assert_eq!(stripe.get(&path, &[]).await["status"], "paused");
}

#[tokio::test]
async fn what_was_owed_before_collection_was_paused_is_tried_again() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let path = path(&stripe.subscribe(&customer, &price, &[]).await);
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
    let declines = stripe_double::Outcome::Declines("insufficient_funds".to_owned());
    double.act(&Action::SetCard { card: card.clone(), outcome: declines }).unwrap();
    double.advance_to(day(2026, 5, 10));
    double.advance(2 * HOUR);
    stripe.post(&path, &[("pause_collection[behavior]", "void")]).await;
    double.act(&Action::SetCard { card, outcome: stripe_double::Outcome::Succeeds }).unwrap();
    double.advance(2 * DAY);
    assert_eq!(amounts(&double), [3_000, 3_000]);
}

#[tokio::test]
async fn paused_collection_goes_on_making_invoices() {
    for (behavior, status) in
        [("void", "void"), ("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible")]
    {
        let (double, stripe) = double_on(day(2026, 4, 10)).await;
        let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
        let path = path(&stripe.subscribe(&customer, &price, &[]).await);
        let paused = stripe.post(&path, &[("pause_collection[behavior]", behavior)]).await;
        assert_eq!(
            (&paused["status"], &paused["pause_collection"]["behavior"]),
            (&"active".into(), &behavior.into())
        );
        double.advance(31 * DAY);
        let now = stripe.get(&path, &[("expand[]", "latest_invoice")]).await;
        assert_eq!((&now["status"], &now["latest_invoice"]["status"]), (&"active".into(), &status.into()));
        assert_eq!(end(&now), "2026-06-10 10:30");
        let going = stripe.post(&path, &[("pause_collection", "")]).await;
        assert_eq!(going["pause_collection"], Value::Null);
        double.advance(31 * DAY);
        assert_eq!(amounts(&double), [3_000, 3_000]);
    }
}

#[tokio::test]
async fn paused_collection_goes_on_by_itself_on_its_day() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let path = path(&stripe.subscribe(&customer, &price, &[]).await);
    let until = day(2026, 6, 1).to_string();
    let form = [("pause_collection[behavior]", "void"), ("pause_collection[resumes_at]", until.as_str())];
    assert_eq!(stripe.post(&path, &form).await["pause_collection"]["resumes_at"], day(2026, 6, 1));
    double.advance_to(day(2026, 6, 1));
    assert_eq!(stripe.get(&path, &[]).await["pause_collection"], Value::Null);
    double.advance(10 * DAY);
    assert_eq!(amounts(&double), [3_000, 3_000]);
    let past = [("pause_collection[behavior]", "void"), ("pause_collection[resumes_at]", "1000")];
    assert_eq!(stripe.refused("POST", &path, &past).await.0, 400);
}

#[tokio::test]
async fn a_dearer_price_is_prorated_as_asked() {
    for (behavior, now, then) in [
        ("create_prorations", vec![3_000], 7_500),
        ("always_invoice", vec![3_000, 1_500], 6_000),
        ("none", vec![3_000], 6_000),
    ] {
        let (double, stripe) = double_on(day(2026, 4, 10)).await;
        let customer = stripe.customer("pm_card_visa").await;
        let (small, large) = (stripe.price("3000").await, stripe.price("6000").await);
        let subscription = stripe.subscribe(&customer, &small, &[]).await;
        let item = text(&subscription["items"]["data"][0], "id");
        double.advance(15 * DAY);
        let form =
            [("items[0][id]", item.as_str()), ("items[0][price]", &large), ("proration_behavior", behavior)];
        let changed = stripe.post(&path(&subscription), &form).await;
        assert_eq!(
            (text(&changed["items"]["data"][0]["price"], "id"), end(&changed)),
            (large, "2026-05-10 10:30".into())
        );
        assert_eq!(amounts(&double), now, "{behavior}");
        double.advance(16 * DAY);
        assert_eq!(amounts(&double).last(), Some(&then), "{behavior}");
    }
}

#[tokio::test]
async fn another_interval_starts_a_new_period_at_once() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let customer = stripe.customer("pm_card_visa").await;
    let (month, year) = (stripe.price("3000").await, stripe.price_every("year", "30000").await);
    let subscription = stripe.subscribe(&customer, &month, &[]).await;
    let item = text(&subscription["items"]["data"][0], "id");
    double.advance(15 * DAY);
    let changed =
        stripe.post(&path(&subscription), &[("items[0][id]", &item), ("items[0][price]", &year)]).await;
    assert_eq!(end(&changed), "2027-04-25 10:30");
    assert_eq!(amounts(&double), [3_000, 28_500]);
    let seats =
        [("items[0][id]", item.as_str()), ("items[0][quantity]", "3"), ("proration_behavior", "none")];
    assert_eq!(stripe.post(&path(&subscription), &seats).await["items"]["data"][0]["quantity"], 3);
}

#[tokio::test]
async fn it_ends_at_its_period_its_day_or_now_and_the_first_can_be_undone() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let subscription = stripe.subscribe(&customer, &price, &[]).await;
    let path = path(&subscription);
    let ending = stripe.post(&path, &[("cancel_at_period_end", "true")]).await;
    assert_eq!(
        (&ending["cancel_at_period_end"], &ending["cancel_at"]),
        (&true.into(), &day(2026, 5, 10).into())
    );
    let kept = stripe.post(&path, &[("cancel_at_period_end", "false")]).await;
    assert_eq!((&kept["cancel_at"], &kept["canceled_at"]), (&Value::Null, &Value::Null));
    double.advance_to(day(2026, 5, 11));
    assert_eq!(amounts(&double), [3_000, 3_000]);
    let at = day(2026, 6, 25).to_string();
    stripe.post(&path, &[("cancel_at", &at)]).await;
    double.advance_to(day(2026, 6, 24));
    // The last period is half a one.
    assert_eq!(amounts(&double), [3_000, 3_000, 1_500]);
    double.advance(DAY);
    let over = stripe.get(&path, &[]).await;
    assert_eq!((&over["status"], &over["ended_at"]), (&"canceled".into(), &day(2026, 6, 25).into()));
    assert_eq!(stripe.refused("DELETE", &path, &[]).await.0, 404);
    assert_eq!(stripe.refused("POST", &path, &[("cancel_at_period_end", "true")]).await.0, 400);
    stripe.post(&path, &[("metadata[note]", "x")]).await;
    double.advance(90 * DAY);
    assert_eq!(amounts(&double).len(), 3);
    let prompt = stripe.subscribe(&customer, &price, &[]).await;
    let gone = stripe.delete(&self::path(&prompt)).await;
    assert_eq!(
        (&gone["status"], &gone["cancellation_details"]["reason"]),
        (&"canceled".into(), &"cancellation_requested".into())
    );
    let listed = stripe.get("/v1/subscriptions", &[]).await;
    assert!(listed["data"].as_array().unwrap().is_empty());
    let all = stripe.get("/v1/subscriptions", &[("status", "all")]).await;
    assert_eq!(all["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_anchor_cannot_pass_the_next_natural_date() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let late = day(2026, 5, 11).to_string();
    let form =
        [("customer", customer.as_str()), ("items[0][price]", &price), ("billing_cycle_anchor", &late)];
    let (status, error) = stripe.refused("POST", "/v1/subscriptions", &form).await;
    assert_eq!((status, &error["param"]), (400, &"billing_cycle_anchor".into()));
    let anchor = day(2026, 4, 25).to_string();
    let subscription = stripe.subscribe(&customer, &price, &[("billing_cycle_anchor", &anchor)]).await;
    assert_eq!(end(&subscription), "2026-04-25 10:30");
    // Half of 25 March to 25 April, which has 31 days.
    assert_eq!(amounts(&double), [1_452]);
    double.advance(16 * DAY);
    assert_eq!(amounts(&double), [1_452, 3_000]);
}

#[tokio::test]
async fn taxes_are_on_top_or_inside() {
    for (inclusive, total, tax) in [("false", 3_225, 225), ("true", 3_000, 209)] {
        let (_double, stripe) = double_on(day(2026, 4, 10)).await;
        let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
        let form = [("display_name", "Tax"), ("percentage", "7.5"), ("inclusive", inclusive)];
        let rate = text(&stripe.post("/v1/tax_rates", &form).await, "id");
        let more = [("default_tax_rates[]", rate.as_str()), ("expand[]", "latest_invoice")];
        let invoice = stripe.subscribe(&customer, &price, &more).await["latest_invoice"].clone();
        assert_eq!((&invoice["total"], &invoice["total_taxes"][0]["amount"]), (&total.into(), &tax.into()));
    }
}

#[tokio::test]
async fn invoices_of_a_subscription_are_limited() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let subscription = stripe.subscribe(&customer, &price, &[]).await;
    let item = text(&subscription["items"]["data"][0], "id");
    let mut refused = Vec::new();
    for quantity in 2..30 {
        let quantity = quantity.to_string();
        let form = [
            ("items[0][id]", item.as_str()),
            ("items[0][quantity]", &quantity),
            ("proration_behavior", "always_invoice"),
        ];
        let answer = stripe.send("POST", &path(&subscription), &form).await;
        if answer.status != 200 {
            refused.push((quantity, answer.status));
            double.advance(Duration::from_secs(60));
        }
    }
    let (ten, twenty) = (("11".to_owned(), 429), ("22".to_owned(), 429));
    assert_eq!(refused[..2], [ten, twenty]);
    assert_eq!(refused.len(), 2 + 7);
}

#[tokio::test]
async fn a_credit_is_kept_for_the_next_invoice() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let customer = stripe.customer("pm_card_visa").await;
    let (small, large) = (stripe.price("3000").await, stripe.price("6000").await);
    let subscription = stripe.subscribe(&customer, &large, &[]).await;
    let item = text(&subscription["items"]["data"][0], "id");
    double.advance(15 * DAY);
    let form = [
        ("items[0][id]", item.as_str()),
        ("items[0][price]", &small),
        ("proration_behavior", "always_invoice"),
    ];
    stripe.post(&path(&subscription), &form).await;
    assert_eq!(stripe.get(&format!("/v1/customers/{customer}"), &[]).await["balance"], -1_500);
    double.advance(16 * DAY);
    assert_eq!(amounts(&double), [6_000, 1_500]);
    assert_eq!(stripe.get(&format!("/v1/customers/{customer}"), &[]).await["balance"], 0);
}
