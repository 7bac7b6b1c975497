use crate::client::{Client, day, shown, text};
use std::time::Duration;
use stripe_double::{Action, AfterRetries, Clock, Double, Outcome, Settings};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn double_on(start: i64) -> Double {
    Double::start_with(Settings { start, ..Settings::default() }, Clock::Still, 0).await.unwrap()
}

#[tokio::test]
async fn a_year_from_the_31st_of_january() {
    let double = double_on(day(2026, 1, 31)).await;
    let stripe = Client::of(&double);
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("4900").await);
    let subscription = stripe.subscribe(&customer, &price, &[]).await;
    assert_eq!(subscription["status"], "active");
    assert_eq!(
        shown(subscription["items"]["data"][0]["current_period_end"].as_i64().unwrap()),
        "2026-02-28 10:30"
    );
    double.advance_to(day(2027, 1, 31) - 1);
    let charges = double.charges();
    let days: Vec<String> = charges.iter().map(|charge| shown(charge.at)).collect();
    assert_eq!(
        days,
        [
            "2026-01-31 10:30",
            "2026-02-28 11:30",
            "2026-03-31 11:30",
            "2026-04-30 11:30",
            "2026-05-31 11:30",
            "2026-06-30 11:30",
            "2026-07-31 11:30",
            "2026-08-31 11:30",
            "2026-09-30 11:30",
            "2026-10-31 11:30",
            "2026-11-30 11:30",
            "2026-12-31 11:30",
        ]
    );
    assert!(
        charges.iter().all(|charge| charge.amount == 4_900 && charge.customer.as_deref() == Some(&customer))
    );
    let ends: Vec<i64> = charges.iter().map(|charge| charge.period_end).collect();
    let starts: Vec<i64> = charges.iter().skip(1).map(|charge| charge.period_start).collect();
    assert_eq!(ends[..11], starts[..]);
    assert!(double.charged_twice("effect").is_empty());
}

#[tokio::test]
async fn a_renewal_is_a_draft_for_an_hour() {
    let double = double_on(day(2026, 4, 10)).await;
    let stripe = Client::of(&double);
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("4900").await);
    let subscription = stripe.subscribe(&customer, &price, &[]).await;
    double.advance_to(day(2026, 5, 10));
    let path = format!("/v1/subscriptions/{}", text(&subscription, "id"));
    let invoice = stripe.get(&path, &[("expand[]", "latest_invoice")]).await["latest_invoice"].clone();
    assert_eq!(
        (&invoice["status"], &invoice["billing_reason"]),
        (&"draft".into(), &"subscription_cycle".into())
    );
    assert_eq!(invoice["automatically_finalizes_at"], day(2026, 5, 10) + 3_600);
    double.advance(HOUR - Duration::from_secs(1));
    assert_eq!(double.charges().len(), 1);
    double.advance(Duration::from_secs(1));
    let paid =
        stripe.get(&format!("/v1/invoices/{}", text(&invoice, "id")), &[("expand[]", "payments")]).await;
    assert_eq!((&paid["status"], &paid["amount_paid"]), (&"paid".into(), &4_900.into()));
    assert_eq!(paid["payments"]["data"][0]["status"], "paid");
    assert_eq!(paid["parent"]["subscription_details"]["subscription"], subscription["id"]);
}

/// A card that declines from now on, and what becomes of the subscription.
async fn failing(double: &Double, stripe: &Client, code: &str) -> String {
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("4900").await);
    let subscription = text(&stripe.subscribe(&customer, &price, &[]).await, "id");
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
    double.act(&Action::SetCard { card, outcome: Outcome::Declines(code.to_owned()) }).unwrap();
    double.advance_to(day(2026, 5, 10));
    double.advance(HOUR);
    subscription
}

#[tokio::test]
async fn retries_go_on_for_two_weeks_and_then_it_is_over() {
    for (after, status) in [
        (AfterRetries::Cancel, "canceled"),
        (AfterRetries::MarkUnpaid, "unpaid"),
        (AfterRetries::LeavePastDue, "past_due"),
    ] {
        let double = double_on(day(2026, 4, 10)).await;
        double.settings(|settings| settings.after_retries = after);
        let stripe = Client::of(&double);
        let path = format!("/v1/subscriptions/{}", failing(&double, &stripe, "insufficient_funds").await);
        let late = stripe.get(&path, &[("expand[]", "latest_invoice")]).await;
        assert_eq!(late["status"], "past_due");
        let invoice = &late["latest_invoice"];
        assert_eq!((&invoice["status"], &invoice["attempt_count"]), (&"open".into(), &1.into()));
        assert_eq!(invoice["next_payment_attempt"], day(2026, 5, 11) + 3_600);
        double.advance(13 * DAY);
        assert_eq!(stripe.get(&path, &[]).await["status"], "past_due");
        double.advance(DAY);
        let over = stripe.get(&path, &[("expand[]", "latest_invoice")]).await;
        assert_eq!(over["status"], status);
        let invoice = &over["latest_invoice"];
        assert_eq!((&invoice["status"], &invoice["attempt_count"]), (&"open".into(), &9.into()));
        assert_eq!(invoice["next_payment_attempt"], serde_json::Value::Null);
        let failed = stripe.get("/v1/charges", &[("limit", "100")]).await;
        let failed = failed["data"].as_array().unwrap().iter().filter(|charge| charge["status"] == "failed");
        assert_eq!(failed.count(), 9);
        if after == AfterRetries::Cancel {
            assert_eq!(over["cancellation_details"]["reason"], "payment_failed");
        }
        assert_eq!(double.charges().len(), 1);
    }
}

#[tokio::test]
async fn a_new_card_recovers_at_the_next_retry() {
    let double = double_on(day(2026, 4, 10)).await;
    let stripe = Client::of(&double);
    let id = failing(&double, &stripe, "insufficient_funds").await;
    let subscription = stripe.get(&format!("/v1/subscriptions/{id}"), &[]).await;
    let customer = text(&subscription, "customer");
    assert_eq!(stripe.get(&format!("/v1/customers/{customer}"), &[]).await["delinquent"], true);
    double
        .act(&Action::ReplaceCard { customer: customer.clone(), number: "4242424242424242".into() })
        .unwrap();
    double.advance(DAY);
    let subscription =
        stripe.get(&format!("/v1/subscriptions/{id}"), &[("expand[]", "latest_invoice")]).await;
    assert_eq!(subscription["status"], "active");
    assert_eq!(subscription["latest_invoice"]["attempt_count"], 2);
    assert_eq!(stripe.get(&format!("/v1/customers/{customer}"), &[]).await["delinquent"], false);
    assert_eq!(double.charges().len(), 2);
    assert!(double.charged_twice("").is_empty());
}

#[tokio::test]
async fn a_hard_decline_is_not_tried_again_with_the_same_card() {
    let double = double_on(day(2026, 4, 10)).await;
    let stripe = Client::of(&double);
    let id = failing(&double, &stripe, "stolen_card").await;
    double.advance(4 * DAY);
    let failed = stripe.get("/v1/charges", &[]).await;
    let failed = failed["data"].as_array().unwrap().iter().filter(|charge| charge["status"] == "failed");
    assert_eq!(failed.count(), 1);
    let subscription = stripe.get(&format!("/v1/subscriptions/{id}"), &[]).await;
    let customer = text(&subscription, "customer");
    double.act(&Action::ReplaceCard { customer, number: "4242424242424242".into() }).unwrap();
    double.advance(2 * DAY);
    assert_eq!(stripe.get(&format!("/v1/subscriptions/{id}"), &[]).await["status"], "active");
}

#[tokio::test]
async fn a_late_payment_by_hand_or_out_of_band_ends_the_retries() {
    for out_of_band in [true, false] {
        let double = double_on(day(2026, 4, 10)).await;
        let stripe = Client::of(&double);
        let id = failing(&double, &stripe, "insufficient_funds").await;
        let subscription = stripe.get(&format!("/v1/subscriptions/{id}"), &[]).await;
        let pay = format!("/v1/invoices/{}/pay", text(&subscription, "latest_invoice"));
        let (status, error) = stripe.refused("POST", &pay, &[]).await;
        assert_eq!((status, &error["decline_code"]), (402, &"insufficient_funds".into()));
        let form: &[(&str, &str)] = if out_of_band {
            &[("paid_out_of_band", "true")]
        } else {
            let customer = text(&subscription, "customer");
            double.act(&Action::ReplaceCard { customer, number: "4242424242424242".into() }).unwrap();
            &[]
        };
        assert_eq!(stripe.post(&pay, form).await["status"], "paid");
        assert_eq!(stripe.get(&format!("/v1/subscriptions/{id}"), &[]).await["status"], "active");
        let (status, error) = stripe.refused("POST", &pay, form).await;
        assert_eq!((status, &error["code"]), (400, &"invoice_already_paid".into()));
        double.advance(10 * DAY);
        assert_eq!(double.charges().len(), if out_of_band { 1 } else { 2 });
    }
}

#[tokio::test]
async fn an_older_debt_that_is_paid_counts_while_the_next_invoice_is_a_draft() {
    let double = double_on(day(2026, 4, 10)).await;
    double.settings(|settings| settings.after_retries = AfterRetries::LeavePastDue);
    let stripe = Client::of(&double);
    let id = failing(&double, &stripe, "insufficient_funds").await;
    let path = format!("/v1/subscriptions/{id}");
    let owed = text(&stripe.get(&path, &[]).await, "latest_invoice");
    double.advance_to(day(2026, 6, 10));
    let late = stripe.get(&path, &[("expand[]", "latest_invoice")]).await;
    assert_eq!((&late["status"], &late["latest_invoice"]["status"]), (&"past_due".into(), &"draft".into()));
    stripe.post(&format!("/v1/invoices/{owed}/pay"), &[("paid_out_of_band", "true")]).await;
    assert_eq!(stripe.get(&path, &[]).await["status"], "active");
    double.advance(HOUR);
    assert_eq!(stripe.get(&path, &[]).await["status"], "past_due");
}
