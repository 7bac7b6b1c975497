use crate::client::{Client, text};
use serde_json::{Value, json};
use stripe_double::{Action, Double, Outcome};

async fn control(stripe: &Client, method: &str, path: &str, body: Value) -> (u16, Value) {
    let body = if method == "POST" { body.to_string() } else { String::new() };
    let answer = stripe.try_send(method, path, body, &[]).await.unwrap();
    (answer.status, answer.json())
}

#[tokio::test]
async fn another_process_steers_it_over_http() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let (_, state) = control(&stripe, "GET", "/_double/state", json!({})).await;
    let start = state["now"].as_i64().unwrap();
    let (status, moved) = control(&stripe, "POST", "/_double/advance", json!({ "seconds": 90 })).await;
    assert_eq!((status, &moved["now"]), (200, &(start + 90).into()));
    let fault =
        json!({ "what": "server_error", "executed": false, "kept": false, "method": "POST", "times": 1 });
    assert_eq!(control(&stripe, "POST", "/_double/faults", fault).await.0, 200);
    assert_eq!(stripe.send("POST", "/v1/customers", &[]).await.status, 500);
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("1000").await);
    let subscription = text(&stripe.subscribe(&customer, &price, &[]).await, "id");
    let act = json!({ "do": "cancel", "subscription": subscription, "at_period_end": true });
    let (status, acted) = control(&stripe, "POST", "/_double/act", act).await;
    assert_eq!((status, &acted["cancel_at_period_end"]), (200, &true.into()));
    let (_, charges) = control(&stripe, "GET", "/_double/charges", json!({})).await;
    assert_eq!((&charges[0]["amount"], &charges[0]["subscription"]), (&1_000.into(), &subscription.into()));
    let (_, requests) = control(&stripe, "GET", "/_double/requests", json!({})).await;
    assert_eq!((&requests[0]["status"], &requests[0]["executed"]), (&500.into(), &false.into()));
    let (status, set) =
        control(&stripe, "POST", "/_double/settings", json!({ "after_retries": "mark_unpaid" })).await;
    assert_eq!((status, &set["after_retries"]), (200, &"mark_unpaid".into()));
    assert_eq!(control(&stripe, "POST", "/_double/settings", json!({ "nonsense": 1 })).await.0, 400);
    let key = json!({ "key": "rk_test_new", "permissions": ["rak_event_read"] });
    assert_eq!(control(&stripe, "POST", "/_double/keys", key).await.0, 200);
    assert_eq!(Client::with_key(&double, "rk_test_new").send("GET", "/v1/events", &[]).await.status, 200);
    assert_eq!(control(&stripe, "GET", "/_double/nothing", json!({})).await.0, 404);
}

#[tokio::test]
async fn what_is_done_by_hand_is_seen_by_events() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("1000").await);
    let other = stripe.price("2000").await;
    let subscription = text(&stripe.subscribe(&customer, &price, &[]).await, "id");
    let path = format!("/v1/subscriptions/{subscription}");
    let id = || subscription.clone();
    double.act(&Action::Pause { subscription: id() }).unwrap();
    assert_eq!(stripe.get(&path, &[]).await["status"], "paused");
    double.act(&Action::Resume { subscription: id() }).unwrap();
    double.act(&Action::PauseCollection { subscription: id(), behavior: Some("void".into()) }).unwrap();
    assert_eq!(stripe.get(&path, &[]).await["pause_collection"]["behavior"], "void");
    double.act(&Action::PauseCollection { subscription: id(), behavior: None }).unwrap();
    double.act(&Action::ChangePrice { subscription: id(), price: other.clone() }).unwrap();
    assert_eq!(stripe.get(&path, &[]).await["items"]["data"][0]["price"]["id"], other.as_str());
    double.act(&Action::Cancel { subscription: id(), at_period_end: true }).unwrap();
    double.act(&Action::KeepOn { subscription: id() }).unwrap();
    assert_eq!(stripe.get(&path, &[]).await["cancel_at"], Value::Null);
    let charge = double.charges()[0].charge.clone();
    double.act(&Action::Refund { charge, amount: Some(300) }).unwrap();
    assert_eq!(double.charges()[0].refunded, 300);
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
    double
        .act(&Action::SetCard { card: card.clone(), outcome: Outcome::Declines("lost_card".into()) })
        .unwrap();
    double.act(&Action::RemoveCard { card }).unwrap();
    double.act(&Action::DeleteCustomer { customer: customer.clone() }).unwrap();
    assert_eq!(stripe.get(&path, &[]).await["status"], "canceled");
    assert_eq!(stripe.get(&format!("/v1/customers/{customer}"), &[]).await["deleted"], true);
    let types: Vec<String> = double.look(|mode| mode.told().map(|event| text(&event, "type")).collect());
    for wanted in [
        "charge.refunded",
        "customer.deleted",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "payment_method.detached",
        "refund.created",
    ] {
        assert!(types.iter().any(|kind| kind == wanted), "{wanted}");
    }
    // Somebody clicked: there is a request, and it is none of ours.
    let ours: Vec<String> = double.requests().into_iter().map(|request| request.id).collect();
    let refund = double.look(|mode| mode.told().find(|event| event["type"] == "refund.created").unwrap());
    assert!(!ours.contains(&text(&refund["request"], "id")), "{refund}");
    assert!(
        text(&refund["request"], "id").starts_with("req_") && refund["request"]["idempotency_key"].is_null()
    );
}

#[tokio::test]
async fn two_charges_for_one_effect_are_found() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer = stripe.customer("pm_card_visa").await;
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
    for effect in ["e1", "e2", "e1"] {
        let form = [
            ("amount", "500"),
            ("currency", "usd"),
            ("customer", customer.as_str()),
            ("payment_method", &card),
            ("confirm", "true"),
            ("off_session", "true"),
            ("metadata[effect]", effect),
        ];
        stripe.post("/v1/payment_intents", &form).await;
    }
    let twice = double.charged_twice("effect");
    assert_eq!((twice.len(), twice[0].0.as_str(), twice[0].1.len()), (1, "effect=e1", 2));
}

#[tokio::test]
async fn the_same_seed_tells_the_same_story() {
    let mut stories = Vec::new();
    for _ in 0..2 {
        let double = Double::start().await.unwrap();
        let stripe = Client::of(&double);
        let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("1000").await);
        stripe.subscribe(&customer, &price, &[]).await;
        double.advance(std::time::Duration::from_secs(40 * 24 * 3_600));
        let events = stripe.send("GET", "/v1/events", &[("limit", "100")]).await;
        stories.push(events.json());
    }
    let known = |story: &Value| {
        story["data"].as_array().unwrap().iter().map(|event| text(event, "id")).collect::<Vec<_>>()
    };
    assert_eq!(known(&stories[0]), known(&stories[1]));
}

#[tokio::test]
async fn a_customer_changes_their_card_in_the_portal() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("1000").await);
    let subscription = text(&stripe.subscribe(&customer, &price, &[]).await, "id");
    let form = [("customer", customer.as_str()), ("return_url", "https://example.com/")];
    let session = stripe.post("/v1/billing_portal/sessions", &form).await;
    let page = text(&session, "url").replace(&double.base_url(), "");
    let shown = stripe.send("GET", &page, &[]).await;
    assert!(String::from_utf8_lossy(&shown.body).contains("ending in 4242"));
    assert_eq!(stripe.send("POST", &page, &[("number", "5555555555554444")]).await.status, 303);
    let cards = stripe.get("/v1/payment_methods", &[("customer", &customer)]).await;
    assert_eq!(cards["data"][0]["card"]["last4"], "4444");
    assert_eq!(stripe.send("POST", &page, &[("cancel", &subscription)]).await.status, 303);
    let ending = stripe.get(&format!("/v1/subscriptions/{subscription}"), &[]).await;
    assert_eq!(ending["cancel_at_period_end"], false);
    assert_eq!(ending["cancel_at"], ending["items"]["data"][0]["current_period_end"]);
    assert_eq!(stripe.send("POST", &page, &[("keep", &subscription)]).await.status, 303);
    let kept = stripe.get(&format!("/v1/subscriptions/{subscription}"), &[]).await;
    assert_eq!(kept["cancel_at"], Value::Null);
    double.advance(std::time::Duration::from_secs(301));
    assert_eq!(stripe.send("GET", &page, &[]).await.status, 404);
}

#[tokio::test]
async fn the_pages_of_an_invoice_and_a_bank_work_without_javascript() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let (customer, price) = (stripe.customer("pm_card_chargeCustomerFail").await, stripe.price("1000").await);
    let subscription = stripe.subscribe(&customer, &price, &[("expand[]", "latest_invoice")]).await;
    let url = text(&subscription["latest_invoice"], "hosted_invoice_url").replace(&double.base_url(), "");
    let shown = stripe.send("GET", &url, &[]).await;
    assert!(String::from_utf8_lossy(&shown.body).contains("To pay: $10.00"));
    let declined = stripe.send("POST", &url, &[("number", "4000000000000002")]).await;
    assert!(String::from_utf8_lossy(&declined.body).contains("Your card was declined."));
    assert_eq!(stripe.send("POST", &url, &[("number", "4242424242424242")]).await.status, 303);
    let path = format!("/v1/subscriptions/{}", text(&subscription, "id"));
    assert_eq!(stripe.get(&path, &[]).await["status"], "active");
    let holder = stripe.customer("pm_card_authenticationRequired").await;
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &holder)]).await["data"][0], "id");
    let form = [
        ("amount", "700"),
        ("currency", "usd"),
        ("customer", &holder),
        ("payment_method", &card),
        ("confirm", "true"),
    ];
    let intent = stripe.post("/v1/payment_intents", &form).await;
    let url = text(&intent["next_action"]["redirect_to_url"], "url").replace(&double.base_url(), "");
    let asked = stripe.send("POST", &url, &[("passed", "1")]).await;
    assert!(String::from_utf8_lossy(&asked.body).contains("The payment went through."));
    assert_eq!(double.charges().iter().map(|charge| charge.amount).collect::<Vec<_>>(), [1_000, 700]);
}

#[tokio::test]
async fn a_person_lets_time_pass_and_presses_buttons() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("1000").await);
    let id = text(&stripe.subscribe(&customer, &price, &[]).await, "id");
    let page = async || String::from_utf8(stripe.send("GET", "/", &[]).await.body).unwrap();
    assert!(page().await.contains("Jo Doe"));
    assert_eq!(stripe.send("POST", "/", &[("seconds", "2682000")]).await.status, 303);
    assert_eq!(double.charges().len(), 2);
    let act = json!({ "do": "pause", "subscription": id }).to_string();
    // Quotes of an attribute are written out.
    assert!(page().await.contains(&act.replace('"', "&quot;")));
    assert_eq!(stripe.send("POST", "/", &[("act", &act)]).await.status, 303);
    assert_eq!(stripe.get(&format!("/v1/subscriptions/{id}"), &[]).await["status"], "paused");
    let refused = stripe.send("POST", "/", &[("act", &act)]).await;
    assert!(String::from_utf8_lossy(&refused.body).contains("You cannot pause a subscription"));
}

#[tokio::test]
async fn the_program_prints_its_address_and_its_clock_goes_on() {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_stripe-double"))
        .args(["--seed", "3", "--start", "1790000000"])
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let url = lines.next_line().await.unwrap().unwrap();
    let stripe = Client::at(&url);
    let customer = stripe.customer("pm_card_visa").await;
    let created = stripe.get(&format!("/v1/customers/{customer}"), &[]).await["created"].as_i64().unwrap();
    assert!((1_790_000_000..1_790_000_060).contains(&created), "{created}");
    control(&stripe, "POST", "/_double/advance", json!({ "seconds": 1_000 })).await;
    let (_, state) = control(&stripe, "GET", "/_double/state", json!({})).await;
    assert!(state["now"].as_i64().unwrap() >= 1_790_001_000);
    program.kill().await.unwrap();
}
