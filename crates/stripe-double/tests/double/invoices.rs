use crate::client::{Client, day, text};
use serde_json::Value;
use std::time::Duration;
use stripe_double::{Clock, Double, Settings};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn double_on(start: i64) -> (Double, Client) {
    let settings = Settings { start, ..Settings::default() };
    let double = Double::start_with(settings, Clock::Still, 0).await.unwrap();
    let stripe = Client::of(&double);
    (double, stripe)
}

fn amounts(double: &Double) -> Vec<i64> {
    double.charges().iter().map(|charge| charge.amount).collect()
}

#[tokio::test]
async fn an_invoice_can_be_made_by_hand() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let customer = stripe.customer("pm_card_visa").await;
    let item = [("customer", customer.as_str()), ("amount", "1200"), ("currency", "usd")];
    stripe.post("/v1/invoiceitems", &item).await;
    let form = [("customer", customer.as_str()), ("pending_invoice_items_behavior", "include")];
    let invoice = stripe.post("/v1/invoices", &form).await;
    assert_eq!((&invoice["status"], &invoice["amount_due"]), (&"draft".into(), &1_200.into()));
    let path = format!("/v1/invoices/{}", text(&invoice, "id"));
    assert_eq!(stripe.post(&format!("{path}/finalize"), &[]).await["status"], "open");
    assert_eq!(stripe.refused("POST", &format!("{path}/finalize"), &[]).await.0, 400);
    assert_eq!(stripe.post(&format!("{path}/pay"), &[]).await["status"], "paid");
    assert_eq!(stripe.refused("POST", &format!("{path}/void"), &[]).await.0, 400);
    assert_eq!(stripe.get(&format!("{path}/lines"), &[]).await["data"][0]["amount"], 1_200);
    stripe.post("/v1/invoiceitems", &item).await;
    let other = text(&stripe.post("/v1/invoices", &form).await, "id");
    stripe.post(&format!("/v1/invoices/{other}/finalize"), &[]).await;
    assert_eq!(stripe.post(&format!("/v1/invoices/{other}/void"), &[]).await["status"], "void");
    double.advance(DAY);
    assert_eq!(amounts(&double), [1_200]);
}

#[tokio::test]
async fn an_upward_change_starts_a_new_period_and_bills_it_whole() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let customer = stripe.customer("pm_card_visa").await;
    let (small, large) = (stripe.price("3000").await, stripe.price("6000").await);
    let subscription = stripe.subscribe(&customer, &small, &[]).await;
    let path = format!("/v1/subscriptions/{}", text(&subscription, "id"));
    let item = text(&subscription["items"]["data"][0], "id");
    double.advance(10 * DAY);
    let form = [
        ("billing_cycle_anchor[type]", "now"),
        ("items[0][id]", item.as_str()),
        ("items[0][price]", &large),
        ("proration_behavior", "none"),
        ("payment_behavior", "error_if_incomplete"),
    ];
    let changed = stripe.post(&path, &form).await;
    assert_eq!(changed["billing_cycle_anchor"], day(2026, 4, 20));
    assert_eq!(changed["items"]["data"][0]["current_period_end"], day(2026, 5, 20));
    assert_eq!(amounts(&double), [3_000, 6_000]);
}

#[tokio::test]
async fn a_change_that_must_be_paid_is_not_made_when_the_card_declines() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let customer = stripe.customer("pm_card_visa").await;
    let (small, large) = (stripe.price("3000").await, stripe.price("6000").await);
    let subscription = stripe.subscribe(&customer, &small, &[]).await;
    let path = format!("/v1/subscriptions/{}", text(&subscription, "id"));
    let item = text(&subscription["items"]["data"][0], "id");
    let number = "4000000000000341".to_owned();
    double.act(&stripe_double::Action::ReplaceCard { customer, number }).unwrap();
    double.advance(10 * DAY);
    for behavior in ["always_invoice", "none"] {
        let form = [
            ("items[0][id]", item.as_str()),
            ("items[0][price]", &large),
            ("proration_behavior", behavior),
            ("billing_cycle_anchor[type]", "now"),
            ("payment_behavior", "error_if_incomplete"),
        ];
        let (status, error) = stripe.refused("POST", &path, &form).await;
        assert_eq!((status, &error["type"]), (402, &"card_error".into()));
    }
    let same = stripe.get(&path, &[]).await;
    assert_eq!(same["items"]["data"][0]["price"]["id"], small.as_str());
    assert_eq!((&same["status"], amounts(&double)), (&"active".into(), vec![3_000]));
}

#[tokio::test]
async fn a_trial_without_a_card_ends_as_it_was_set() {
    for (behavior, status) in [("cancel", "canceled"), ("pause", "paused"), ("create_invoice", "past_due")] {
        let (double, stripe) = double_on(day(2026, 4, 10)).await;
        let (customer, price) = (stripe.customer("").await, stripe.price("3000").await);
        let more =
            [("trial_period_days", "14"), ("trial_settings[end_behavior][missing_payment_method]", behavior)];
        let subscription = stripe.subscribe(&customer, &price, &more).await;
        double.advance(11 * DAY);
        let told = double.look(|mode| {
            mode.told().filter(|event| event["type"] == "customer.subscription.trial_will_end").count()
        });
        assert_eq!(told, 1);
        double.advance(3 * DAY + HOUR);
        let over = stripe.get(&format!("/v1/subscriptions/{}", text(&subscription, "id")), &[]).await;
        assert_eq!(over["status"], status);
        if status == "paused" {
            let why = &over["status_details"]["paused"]["subscription"]["type"];
            assert_eq!(why, "trial_end_without_payment_method");
        }
        assert_eq!(amounts(&double), [0_i64; 0]);
    }
}

#[tokio::test]
async fn what_is_paid_with_other_money_makes_no_charge() {
    let (double, stripe) = double_on(day(2026, 4, 10)).await;
    let (customer, price) = (stripe.customer("").await, stripe.price("3000").await);
    let more = [("collection_method", "send_invoice"), ("days_until_due", "7")];
    let subscription = stripe.subscribe(&customer, &price, &more).await;
    assert_eq!(subscription["status"], "active");
    double.advance(HOUR);
    let path = format!("/v1/subscriptions/{}", text(&subscription, "id"));
    let invoice = stripe.get(&path, &[("expand[]", "latest_invoice")]).await["latest_invoice"].clone();
    assert_eq!((&invoice["status"], &invoice["due_date"]), (&"open".into(), &day(2026, 4, 17).into()));
    double.advance(7 * DAY);
    assert_eq!(stripe.get(&path, &[]).await["status"], "past_due");
    let pay = format!("/v1/invoices/{}/pay", text(&invoice, "id"));
    let form = [
        ("paid_out_of_band", "true"),
        ("expand[0]", "payments.data.payment.payment_intent"),
        ("expand[1]", "amount_paid_off_stripe"),
    ];
    let paid = stripe.post(&pay, &form).await;
    assert_eq!((&paid["status"], &paid["amount_paid_off_stripe"]), (&"paid".into(), &3_000.into()));
    assert_eq!(paid["payments"]["data"][0]["payment"]["payment_intent"]["status"], "canceled");
    assert_eq!(stripe.get(&path, &[]).await["status"], "active");
    assert_eq!((amounts(&double), &paid["charge"]), (vec![], &Value::Null));
}
