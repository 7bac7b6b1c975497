use crate::client::{Client, text};
use serde_json::Value;
use stripe_double::{Action, Double};

fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|object| text(object, "id")).collect()
}

#[tokio::test]
async fn a_customer_lives_and_leaves_a_trace() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer = stripe
        .post(
            "/v1/customers",
            &[
                ("email", "jo@example.com"),
                ("address[line1]", "1 Road"),
                ("metadata[a]", "1"),
                ("metadata[b]", "2"),
            ],
        )
        .await;
    assert_eq!((&customer["object"], &customer["livemode"]), (&"customer".into(), &false.into()));
    assert_eq!(
        (&customer["address"]["line1"], &customer["address"]["city"]),
        (&"1 Road".into(), &Value::Null)
    );
    let path = format!("/v1/customers/{}", text(&customer, "id"));
    let changed = stripe.post(&path, &[("metadata[a]", ""), ("metadata[c]", "3"), ("address", "")]).await;
    assert_eq!(changed["metadata"], serde_json::json!({ "b": "2", "c": "3" }));
    assert_eq!(changed["address"], Value::Null);
    let (status, error) = stripe.refused("POST", &path, &[("email", "")]).await;
    assert_eq!((status, &error["code"]), (400, &"parameter_invalid_empty".into()));
    let deleted = stripe.delete(&path).await;
    assert_eq!(deleted, serde_json::json!({ "id": customer["id"], "object": "customer", "deleted": true }));
    assert_eq!(stripe.get(&path, &[]).await, deleted);
    assert_eq!(stripe.refused("POST", &path, &[("name", "Jo")]).await.0, 404);
    assert!(ids(&stripe.get("/v1/customers", &[]).await).is_empty());
    let (status, error) = stripe.refused("GET", "/v1/customers/cus_none", &[]).await;
    assert_eq!((status, &error["code"], &error["param"]), (404, &"resource_missing".into(), &"id".into()));
    assert_eq!(error["message"], "No such customer: 'cus_none'");
    assert_eq!(error["doc_url"], "https://stripe.com/docs/error-codes/resource-missing");
}

#[tokio::test]
async fn pages_of_a_list_meet_without_gap_or_overlap() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(stripe.customer("").await);
    }
    made.reverse();
    let first = stripe.get("/v1/customers", &[("limit", "3")]).await;
    assert_eq!((ids(&first), &first["has_more"]), (made[..3].to_vec(), &true.into()));
    let second = stripe.get("/v1/customers", &[("limit", "3"), ("starting_after", &made[2])]).await;
    assert_eq!((ids(&second), &second["has_more"]), (made[3..6].to_vec(), &true.into()));
    let last = stripe.get("/v1/customers", &[("limit", "3"), ("starting_after", &made[5])]).await;
    assert_eq!((ids(&last), &last["has_more"]), (made[6..].to_vec(), &false.into()));
    let back = stripe.get("/v1/customers", &[("limit", "2"), ("ending_before", &made[5])]).await;
    assert_eq!((ids(&back), &back["has_more"]), (made[3..5].to_vec(), &true.into()));
    let start = stripe.get("/v1/customers", &[("limit", "5"), ("ending_before", &made[2])]).await;
    assert_eq!((ids(&start), &start["has_more"]), (made[..2].to_vec(), &false.into()));
    assert_eq!(stripe.refused("GET", "/v1/customers", &[("limit", "101")]).await.0, 400);
    assert_eq!(stripe.refused("GET", "/v1/customers", &[("starting_after", "cus_none")]).await.0, 400);
}

#[tokio::test]
async fn prices_keep_their_amount_and_products_their_prices() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let price = stripe.price("4900").await;
    let path = format!("/v1/prices/{price}");
    let (status, error) = stripe.refused("POST", &path, &[("unit_amount", "5000")]).await;
    assert_eq!(
        (status, &error["code"], &error["param"]),
        (400, &"parameter_unknown".into(), &"unit_amount".into())
    );
    let (_, error) = stripe.refused("POST", &path, &[("recurring[interval]", "year")]).await;
    assert_eq!(error["code"], "parameter_unknown");
    let holder = stripe.customer("pm_card_visa").await;
    stripe.subscribe(&holder, &price, &[]).await;
    let off = stripe.post(&path, &[("active", "false"), ("metadata[plan]", "7")]).await;
    assert_eq!((&off["active"], &off["unit_amount_decimal"]), (&false.into(), &"4900".into()));
    let customer = stripe.customer("pm_card_visa").await;
    let form = [("customer", customer.as_str()), ("items[0][price]", &price)];
    let (status, error) = stripe.refused("POST", "/v1/subscriptions", &form).await;
    assert_eq!((status, &error["param"]), (400, &"items[0][price]".into()));
    let product = format!("/v1/products/{}", text(&off, "product"));
    assert_eq!(stripe.refused("DELETE", &product, &[]).await.0, 400);
    let listed = stripe.get("/v1/prices", &[("product", &text(&off, "product")), ("active", "false")]).await;
    assert_eq!(ids(&listed), [price]);
    // Who has it keeps it.
    double.advance(std::time::Duration::from_secs(32 * 24 * 3_600));
    let charged: Vec<i64> = double.charges().iter().map(|charge| charge.amount).collect();
    assert_eq!(charged, [4_900, 4_900]);
    for (currency, amount, fine) in [("jpy", "500", true), ("kwd", "1235", false), ("isk", "550", false)] {
        let form = [("currency", currency), ("unit_amount", amount), ("product", &text(&off, "product"))];
        assert_eq!(stripe.send("POST", "/v1/prices", &form).await.status == 200, fine, "{currency}");
    }
}

#[tokio::test]
async fn a_card_is_saved_on_a_page_and_not_when_the_bank_declines() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer = stripe.customer("").await;
    let session = stripe
        .post(
            "/v1/checkout/sessions",
            &[
                ("mode", "setup"),
                ("currency", "usd"),
                ("customer", &customer),
                ("success_url", "https://example.com/done?session={CHECKOUT_SESSION_ID}"),
                ("setup_intent_data[metadata][effect]", "e1"),
            ],
        )
        .await;
    assert_eq!(
        (&session["status"], &session["payment_status"]),
        (&"open".into(), &"no_payment_required".into())
    );
    let url = text(&session, "url");
    let page = url.strip_prefix(&double.base_url()).unwrap();
    let shown = stripe.send("GET", page, &[]).await;
    assert!(String::from_utf8_lossy(&shown.body).contains("not Stripe"));
    let declined = stripe.send("POST", page, &[("number", "4000 0000 0000 9995")]).await;
    assert_eq!(declined.status, 200);
    assert!(String::from_utf8_lossy(&declined.body).contains("insufficient funds"));
    let path = format!("/v1/checkout/sessions/{}", text(&session, "id"));
    assert_eq!(stripe.get(&path, &[]).await["status"], "open");
    let saved = stripe.send("POST", page, &[("number", "4242424242424242")]).await;
    assert_eq!(saved.status, 303);
    let there = format!("https://example.com/done?session={}", text(&session, "id"));
    assert_eq!(saved.header("location"), Some(there.as_str()));
    let done = stripe.get(&path, &[("expand[]", "setup_intent.payment_method")]).await;
    assert_eq!((&done["status"], &done["url"]), (&"complete".into(), &Value::Null));
    let card = &done["setup_intent"]["payment_method"];
    assert_eq!((&card["customer"], &card["card"]["last4"]), (&customer.as_str().into(), &"4242".into()));
    assert_eq!(done["setup_intent"]["metadata"]["effect"], "e1");
    // The default is left for the caller to set.
    let customer = stripe.get(&format!("/v1/customers/{customer}"), &[]).await;
    assert_eq!(customer["invoice_settings"]["default_payment_method"], Value::Null);
    let whole = [("mode", "setup"), ("currency", "usd"), ("success_url", "https://example.com/")];
    for missing in ["currency", "success_url"] {
        let form: Vec<(&str, &str)> = whole.into_iter().filter(|(name, _)| *name != missing).collect();
        let (_, error) = stripe.refused("POST", "/v1/checkout/sessions", &form).await;
        assert_eq!((&error["code"], &error["param"]), (&"parameter_missing".into(), &missing.into()));
    }
    let late = stripe.post(
        "/v1/checkout/sessions",
        &[("mode", "setup"), ("currency", "usd"), ("success_url", "https://example.com/")],
    );
    let late = text(&late.await, "id");
    double.advance(std::time::Duration::from_secs(24 * 3_600));
    assert_eq!(stripe.get(&format!("/v1/checkout/sessions/{late}"), &[]).await["status"], "expired");
}

#[tokio::test]
async fn cards_are_attached_detached_and_gone() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer = stripe.customer("pm_card_visa").await;
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
    let (status, error) = stripe
        .refused("POST", "/v1/payment_methods/pm_card_visa_chargeDeclined/attach", &[("customer", &customer)])
        .await;
    assert_eq!(
        (status, &error["type"], &error["decline_code"]),
        (402, &"card_error".into(), &"generic_decline".into())
    );
    let detached = stripe.post(&format!("/v1/payment_methods/{card}/detach"), &[]).await;
    assert_eq!(detached["customer"], Value::Null);
    let customer_now = stripe.get(&format!("/v1/customers/{customer}"), &[]).await;
    assert_eq!(customer_now["invoice_settings"]["default_payment_method"], Value::Null);
    let path = format!("/v1/payment_methods/{card}/attach");
    assert_eq!(stripe.refused("POST", &path, &[("customer", &customer)]).await.0, 400);
}

async fn paid(stripe: &Client, customer: &str, amount: &str) -> Value {
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", customer)]).await["data"][0], "id");
    stripe
        .post(
            "/v1/payment_intents",
            &[
                ("amount", amount),
                ("currency", "usd"),
                ("customer", customer),
                ("payment_method", &card),
                ("confirm", "true"),
                ("off_session", "true"),
                ("metadata[effect]", "e1"),
            ],
        )
        .await
}

#[tokio::test]
async fn nothing_is_refunded_beyond_what_was_charged() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer = stripe.customer("pm_card_visa").await;
    let intent = paid(&stripe, &customer, "1000").await;
    assert_eq!((&intent["status"], &intent["amount_received"]), (&"succeeded".into(), &1_000.into()));
    let intent = text(&intent, "id");
    let part = stripe
        .post("/v1/refunds", &[("payment_intent", &intent), ("amount", "400"), ("metadata[effect]", "r1")])
        .await;
    assert_eq!((&part["status"], &part["amount"]), (&"succeeded".into(), &400.into()));
    let (status, error) =
        stripe.refused("POST", "/v1/refunds", &[("payment_intent", &intent), ("amount", "601")]).await;
    assert_eq!(status, 400);
    assert_eq!(error["message"], "Refund amount ($6.01) is greater than unrefunded amount on charge ($6.00)");
    stripe.post("/v1/refunds", &[("payment_intent", &intent)]).await;
    let (status, error) = stripe.refused("POST", "/v1/refunds", &[("payment_intent", &intent)]).await;
    assert_eq!((status, &error["code"]), (400, &"charge_already_refunded".into()));
    let charge = &double.charges()[0];
    assert_eq!((charge.amount, charge.refunded), (1_000, 1_000));
    assert_eq!(double.refunds().iter().map(|refund| refund.amount).collect::<Vec<_>>(), [400, 600]);
}

#[tokio::test]
async fn declined_charges_leave_their_intent_and_say_why() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer = stripe.customer("pm_card_authenticationRequired").await;
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
    let form = [
        ("amount", "1000"),
        ("currency", "usd"),
        ("customer", customer.as_str()),
        ("payment_method", &card),
        ("confirm", "true"),
        ("off_session", "true"),
    ];
    let (status, error) = stripe.refused("POST", "/v1/payment_intents", &form).await;
    assert_eq!((status, &error["code"]), (402, &"authentication_required".into()));
    let intent = &error["payment_intent"];
    assert_eq!(intent["status"], "requires_payment_method");
    assert_eq!(intent["last_payment_error"]["payment_method"]["id"], card.as_str());
    let again = stripe.post(&format!("/v1/payment_intents/{}/cancel", text(intent, "id")), &[]).await;
    assert_eq!(again["status"], "canceled");
    let here = stripe.post("/v1/payment_intents", &form[..5]).await;
    assert_eq!(
        (&here["status"], &here["next_action"]["type"]),
        (&"requires_action".into(), &"redirect_to_url".into())
    );
    double.act(&Action::Authenticate { payment_intent: text(&here, "id"), passed: true }).unwrap();
    let done = stripe.get(&format!("/v1/payment_intents/{}", text(&here, "id")), &[]).await;
    assert_eq!(done["status"], "succeeded");
    for (amount, code) in [("49", "amount_too_small"), ("100000000", "amount_too_large")] {
        let form = [("amount", amount), ("currency", "usd")];
        assert_eq!(stripe.refused("POST", "/v1/payment_intents", &form).await.1["code"], code);
    }
}

#[tokio::test]
async fn a_dispute_takes_the_money_and_gives_it_back_when_won() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer = stripe.customer("pm_card_visa").await;
    let intent = paid(&stripe, &customer, "1000").await;
    let charge = text(&intent, "latest_charge");
    let dispute = double.act(&Action::OpenDispute { charge: charge.clone(), reason: None }).unwrap();
    let path = format!("/v1/disputes/{}", text(&dispute, "id"));
    assert_eq!(stripe.get(&path, &[]).await["status"], "needs_response");
    assert_eq!(stripe.get(&format!("/v1/charges/{charge}"), &[]).await["disputed"], true);
    let (status, error) = stripe.refused("POST", "/v1/refunds", &[("charge", &charge)]).await;
    assert_eq!((status, &error["code"]), (400, &"charge_disputed".into()));
    double.act(&Action::CloseDispute { dispute: text(&dispute, "id"), won: true }).unwrap();
    let won = stripe.get(&path, &[]).await;
    let moved: i64 =
        won["balance_transactions"].as_array().unwrap().iter().map(|row| row["net"].as_i64().unwrap()).sum();
    assert_eq!((&won["status"], moved), (&"won".into(), 0));
}
