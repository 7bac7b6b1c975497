use crate::client::{Client, text};
use serde_json::Value;
use std::time::Duration;
use stripe_double::{Clock, Double, Settings};

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn double_with(change: impl Fn(&mut Settings)) -> (Double, Client) {
    let mut settings = Settings::default();
    change(&mut settings);
    let double = Double::start_with(settings, Clock::Still, 0).await.unwrap();
    let stripe = Client::of(&double);
    (double, stripe)
}

fn field(list: &Value, name: &str) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|event| text(event, name)).collect()
}

#[tokio::test]
async fn an_event_tells_what_was_and_who_asked() {
    let (_double, stripe) = double_with(|settings| settings.webhook_endpoints = 1).await;
    let customer = stripe.customer("").await;
    let path = format!("/v1/customers/{customer}");
    let changed = stripe.post_with_key("k1", &path, &[("name", "Joe"), ("metadata[a]", "1")]).await;
    stripe.post(&path, &[("metadata[a]", "2")]).await;
    let events = stripe.get("/v1/events", &[("type", "customer.updated")]).await;
    let named = |wanted: &str| {
        let mut events = events["data"].as_array().unwrap().iter();
        events.find(|event| event["data"]["object"]["metadata"]["a"] == wanted).unwrap().clone()
    };
    let event = named("1");
    assert_eq!(
        event["data"]["previous_attributes"],
        serde_json::json!({ "name": "Jo Doe", "metadata": { "a": null } })
    );
    assert_eq!(event["data"]["object"]["name"], "Joe");
    assert_eq!(event["request"]["idempotency_key"], "k1");
    assert_eq!(Some(text(&event["request"], "id").as_str()), changed.header("request-id"));
    assert_eq!((&event["pending_webhooks"], &event["api_version"]), (&1.into(), &"2026-09-30.endive".into()));
    assert_eq!(named("2")["data"]["previous_attributes"], serde_json::json!({ "metadata": { "a": "1" } }));
    let one = stripe.get(&format!("/v1/events/{}", text(&event, "id")), &[]).await;
    assert_eq!(one, event);
}

#[tokio::test]
async fn events_of_one_second_come_in_no_order_and_every_page_fits() {
    let (_double, stripe) = double_with(|_| {}).await;
    let mut made = Vec::new();
    for _ in 0..12 {
        made.push(stripe.customer("").await);
    }
    let all = stripe.get("/v1/events", &[("type", "customer.created"), ("limit", "100")]).await;
    let told: Vec<String> =
        all["data"].as_array().unwrap().iter().map(|event| text(&event["data"]["object"], "id")).collect();
    let mut newest_first = made.clone();
    newest_first.reverse();
    assert_ne!(told, newest_first);
    assert_ne!(told, made);
    let mut sorted = told.clone();
    sorted.sort();
    made.sort();
    assert_eq!(sorted, made);
    let ids = field(&all, "id");
    let mut paged = Vec::new();
    let mut after = String::new();
    loop {
        let mut form = vec![("type", "customer.created"), ("limit", "5")];
        if !after.is_empty() {
            form.push(("starting_after", &after));
        }
        let page = stripe.get("/v1/events", &form).await;
        paged.extend(field(&page, "id"));
        if page["has_more"] == false {
            break;
        }
        after = paged.last().cloned().unwrap();
    }
    assert_eq!(paged, ids);
    let back = stripe.get("/v1/events", &[("ending_before", &ids[7]), ("limit", "3")]).await;
    assert_eq!(field(&back, "id"), ids[4..7]);
}

#[tokio::test]
async fn events_show_up_late_and_some_of_them_twice() {
    let (double, stripe) = double_with(|settings| {
        settings.event_delay_seconds = 40;
        settings.event_twice_per_mille = 500;
    })
    .await;
    for _ in 0..20 {
        stripe.customer("").await;
    }
    let count =
        async || stripe.get("/v1/events", &[("limit", "100")]).await["data"].as_array().unwrap().len();
    let first = count().await;
    double.advance(Duration::from_secs(20));
    let second = count().await;
    double.advance(Duration::from_secs(20));
    let all = count().await;
    assert!(first < second && second < all, "{first}, {second}, {all}");
    assert!((24..=36).contains(&all), "{all}");
    let created = stripe
        .get("/v1/events", &[("created[gte]", &(double.now() - 40).to_string()), ("limit", "100")])
        .await;
    assert_eq!(created["data"].as_array().unwrap().len(), all);
}

#[tokio::test]
async fn events_live_for_thirty_days() {
    let (double, stripe) = double_with(|_| {}).await;
    stripe.customer("").await;
    let id = field(&stripe.get("/v1/events", &[]).await, "id")[0].clone();
    double.advance(30 * DAY - Duration::from_secs(1));
    stripe.get(&format!("/v1/events/{id}"), &[]).await;
    double.advance(Duration::from_secs(1));
    assert!(field(&stripe.get("/v1/events", &[]).await, "id").is_empty());
    assert_eq!(stripe.refused("GET", &format!("/v1/events/{id}"), &[]).await.0, 404);
}

#[tokio::test]
async fn a_first_payment_is_told_step_by_step() {
    let (_double, stripe) = double_with(|_| {}).await;
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("4900").await);
    let subscription = stripe.subscribe(&customer, &price, &[]).await;
    let types = stripe.get("/v1/events", &[("limit", "100")]).await;
    let types = field(&types, "type");
    for wanted in [
        "customer.subscription.created",
        "customer.subscription.updated",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
    ] {
        assert_eq!(types.iter().filter(|kind| *kind == wanted).count(), 1, "{wanted}");
    }
    let created = stripe.get("/v1/events", &[("types[]", "customer.subscription.created")]).await;
    // Rendered as it was then: not paid yet.
    assert_eq!(created["data"][0]["data"]["object"]["status"], "incomplete");
    assert_eq!(subscription["status"], "active");
}

/// A page begins where the one before ended, whatever came meanwhile; what shows up late behind that place is not on it.
#[tokio::test]
async fn pages_hold_while_events_arrive() {
    let (double, stripe) = double_with(|settings| settings.event_delay_seconds = 30).await;
    for _ in 0..30 {
        stripe.customer("").await;
    }
    double.advance(Duration::from_secs(10));
    let seen = async |form: &[(&str, &str)]| field(&stripe.get("/v1/events", form).await, "id");
    let before = seen(&[("limit", "100")]).await;
    assert!((5..30).contains(&before.len()), "{}", before.len());
    let mut paged = Vec::new();
    loop {
        let mut form = vec![("limit", "3")];
        let last: Option<String> = paged.last().cloned();
        if let Some(last) = &last {
            form.push(("starting_after", last));
        }
        let page = stripe.get("/v1/events", &form).await;
        paged.extend(field(&page, "id"));
        if page["has_more"] == false {
            break;
        }
        // Newer ones, and ones that only now show up.
        stripe.customer("").await;
        double.advance(Duration::from_secs(5));
    }
    let mut once = paged.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), paged.len(), "one came twice");
    assert!(before.iter().all(|id| paged.contains(id)), "one that was there is missing");
    double.advance(Duration::from_secs(30));
    let all = seen(&[("limit", "100"), ("created[gte]", &(double.now() - 3_600).to_string())]).await;
    assert!(all.len() > paged.len(), "nothing came late");
    let (_, error) = stripe.refused("GET", "/v1/events", &[("starting_after", "evt_none")]).await;
    assert_eq!(error["param"], "starting_after");
}

/// Ids and seconds say nothing of what came first: an update may stand before its creation.
#[tokio::test]
async fn an_order_inside_a_second_is_chance() {
    let mut turned = 0;
    for seed in 1..=12 {
        let (_double, stripe) = double_with(|settings| settings.seed = seed).await;
        let customer = stripe.customer("").await;
        stripe.post(&format!("/v1/customers/{customer}"), &[("name", "Joe")]).await;
        let list = stripe.get("/v1/events", &[]).await;
        assert_eq!(list["data"][0]["created"], list["data"][1]["created"]);
        turned += usize::from(field(&list, "type")[0] == "customer.created");
    }
    assert!((1..12).contains(&turned), "{turned} of 12");
}
