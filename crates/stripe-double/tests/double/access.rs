use crate::client::{Client, encoded, text};
use stripe_double::{Double, RESTRICTED_TEST};

#[tokio::test]
async fn unknown_missing_and_expired_keys_are_not_let_in() {
    let double = Double::start().await.unwrap();
    for (key, code, words) in [
        ("", None, "You did not provide an API key."),
        ("sk_test_unknown123", None, "Invalid API Key provided: sk_test_******n123"),
        (stripe_double::SECRET_LIVE, Some("api_key_expired"), "Expired API Key provided"),
    ] {
        double.expire_key(stripe_double::SECRET_LIVE);
        let (status, error) = Client::with_key(&double, key).refused("GET", "/v1/account", &[]).await;
        assert_eq!(status, 401);
        assert_eq!((error["code"].as_str(), &error["type"]), (code, &"invalid_request_error".into()));
        assert!(error["message"].as_str().unwrap().starts_with(words), "{error}");
    }
}

#[tokio::test]
async fn a_restricted_key_names_the_permission_it_lacks() {
    let double = Double::start().await.unwrap();
    double.allow_key("rk_test_desk1234", &["rak_customer_write", "rak_subscription_read"]);
    let desk = Client::with_key(&double, "rk_test_desk1234");
    let customer = text(&desk.post("/v1/customers", &[("name", "Jo")]).await, "id");
    desk.get(&format!("/v1/customers/{customer}"), &[]).await;
    desk.get("/v1/subscriptions", &[]).await;
    for (method, path, permission) in [
        ("POST", "/v1/subscriptions", "rak_subscription_write"),
        ("POST", "/v1/refunds", "rak_charge_write"),
        ("GET", "/v1/prices", "rak_plan_read"),
        ("GET", "/v1/events", "rak_event_read"),
    ] {
        let (status, error) = desk.refused(method, path, &[]).await;
        assert_eq!(status, 403);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(&format!("Having the '{permission}' permission")), "{message}");
        assert!(message.starts_with("The provided key 'rk_test_****1234' does not have"), "{message}");
    }
    let full = Client::with_key(&double, RESTRICTED_TEST);
    full.get("/v1/events", &[]).await;
}

/// Path, form, and the code, parameter and words of the refusal.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str, &'static str);

#[tokio::test]
async fn parameters_are_held_against_their_types() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let cases: &[Case] = &[
        ("/v1/customers", &[("nam", "Jo")], "parameter_unknown", "nam", "Received unknown parameter: nam"),
        (
            "/v1/customers",
            &[("address[street]", "x")],
            "parameter_unknown",
            "address[street]",
            "Received unknown parameter: address[street]",
        ),
        (
            "/v1/payment_intents",
            &[("currency", "usd")],
            "parameter_missing",
            "amount",
            "Missing required param: amount.",
        ),
        (
            "/v1/payment_intents",
            &[("amount", "1.5"), ("currency", "usd")],
            "parameter_invalid_integer",
            "amount",
            "Invalid integer: 1.5",
        ),
        (
            "/v1/subscriptions",
            &[("customer", "cus_1"), ("collection_method", "by_hand")],
            "",
            "collection_method",
            "Invalid collection_method: must be one of charge_automatically or send_invoice",
        ),
        ("/v1/subscriptions", &[("items", "x")], "", "items", "Invalid array"),
        ("/v1/subscriptions", &[("items[0]", "x")], "", "items[0]", "Invalid object"),
        (
            "/v1/subscriptions",
            &[("cancel_at_period_end", "yes")],
            "",
            "cancel_at_period_end",
            "Invalid boolean: yes",
        ),
        (
            "/v1/prices",
            &[("currency", "usd"), ("recurring[interval_count]", "1")],
            "parameter_missing",
            "recurring[interval]",
            "Missing required param: recurring[interval].",
        ),
        (
            "/v1/checkout/sessions",
            &[("mode", "")],
            "parameter_invalid_empty",
            "mode",
            "You passed an empty string",
        ),
    ];
    for (path, form, code, param, words) in cases {
        let (status, error) = stripe.refused("POST", path, form).await;
        assert_eq!(status, 400);
        assert_eq!(error["code"].as_str().unwrap_or_default(), *code, "{error}");
        assert_eq!(error["param"], *param);
        assert!(error["message"].as_str().unwrap().starts_with(words), "{error}");
    }
}

#[tokio::test]
async fn metadata_has_its_limits() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let key = format!("metadata[{}]", "k".repeat(41));
    assert_eq!(stripe.refused("POST", "/v1/customers", &[(&key, "1")]).await.0, 400);
    let value = "v".repeat(501);
    assert_eq!(stripe.refused("POST", "/v1/customers", &[("metadata[a]", &value)]).await.0, 400);
    let (status, error) = stripe.refused("POST", "/v1/customers", &[("metadata[a[b]]", "1")]).await;
    assert_eq!((status, &error["type"]), (400, &"invalid_request_error".into()));
    let many: Vec<String> = (0..51).map(|n| format!("metadata[k{n}]")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|key| (key.as_str(), "1")).collect();
    assert_eq!(stripe.refused("POST", "/v1/customers", &many).await.0, 400);
    assert_eq!(stripe.send("POST", "/v1/customers", &many[1..]).await.status, 200);
}

#[tokio::test]
async fn other_addresses_versions_and_encodings_are_refused() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let (status, error) = stripe.refused("GET", "/v1/nothing", &[]).await;
    assert_eq!(status, 404);
    assert!(error["message"].as_str().unwrap().starts_with("Unrecognized request URL (GET: /v1/nothing)."));
    let form = || encoded(&[("name", "Jo")]);
    for (headers, wanted) in
        [([("stripe-version", "2026-09-30.endive")], 200), ([("stripe-version", "2024-06-20")], 400)]
    {
        assert_eq!(stripe.try_send("POST", "/v1/customers", form(), &headers).await.unwrap().status, wanted);
    }
    let (status, error) = stripe.refused("GET", "/v1/customers", &[("expand[]", "data.shoe")]).await;
    assert_eq!((status, &error["message"]), (400, &"This property cannot be expanded (data.shoe).".into()));
}

#[tokio::test]
async fn search_finds_what_was_true_a_minute_ago() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer =
        stripe.post("/v1/customers", &[("email", "jo@example.com"), ("metadata[effect]", "e1")]).await;
    let query = [("query", "metadata['effect']:'e1' AND email:'jo@example.com'")];
    let count = async || stripe.get("/v1/customers/search", &query).await["data"].as_array().unwrap().len();
    assert_eq!(count().await, 0);
    double.advance(std::time::Duration::from_secs(59));
    assert_eq!(count().await, 0);
    double.advance(std::time::Duration::from_secs(1));
    assert_eq!(count().await, 1);
    stripe.post(&format!("/v1/customers/{}", text(&customer, "id")), &[("metadata[effect]", "e2")]).await;
    assert_eq!(count().await, 1);
    double.advance(std::time::Duration::from_secs(60));
    assert_eq!(count().await, 0);
    let (status, error) = stripe.refused("GET", "/v1/customers/search", &[("query", "nonsense")]).await;
    assert_eq!((status, &error["param"]), (400, &"query".into()));
    let mixed = [("query", "a:'1' AND b:'2' OR c:'3'")];
    assert_eq!(stripe.refused("GET", "/v1/customers/search", &mixed).await.0, 400);
    let (holder, price) = (stripe.customer("pm_card_visa").await, stripe.price("1000").await);
    stripe.subscribe(&holder, &price, &[("metadata[effect]", "s1")]).await;
    double.advance(std::time::Duration::from_secs(60));
    let query = [("query", "metadata[\"effect\"]:\"s1\" -status:\"canceled\"")];
    let found = stripe.get("/v1/subscriptions/search", &query).await;
    assert_eq!((&found["object"], found["data"].as_array().unwrap().len()), (&"search_result".into(), 1));
}
