//! The lives of the smaller objects.

use crate::client::{Client, text};
use serde_json::{Value, json};
use std::time::Duration;
use stripe_double::{Action, Double};

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn started() -> (Double, Client) {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    (double, stripe)
}

async fn intent(stripe: &Client, customer: &str, more: &[(&str, &str)]) -> Value {
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", customer)]).await["data"][0], "id");
    let mut form =
        vec![("amount", "1000"), ("currency", "usd"), ("customer", customer), ("payment_method", &card)];
    form.extend_from_slice(more);
    stripe.post("/v1/payment_intents", &form).await
}

#[tokio::test]
async fn coupons_are_used_up_and_deleted() {
    let (_double, stripe) = started().await;
    let form = [("id", "SPRING"), ("amount_off", "500"), ("currency", "usd"), ("max_redemptions", "1")];
    stripe.post("/v1/coupons", &form).await;
    assert_eq!(stripe.refused("POST", "/v1/coupons", &form).await.1["code"], "resource_already_exists");
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    let with = [("discounts[0][coupon]", "SPRING"), ("expand[]", "latest_invoice.discounts.source.coupon")];
    let subscription = stripe.subscribe(&customer, &price, &with).await;
    let invoice = &subscription["latest_invoice"];
    assert_eq!(invoice["total"], 2_500);
    assert_eq!(invoice["discounts"][0]["source"]["coupon"]["times_redeemed"], 1);
    let form =
        [("customer", customer.as_str()), ("items[0][price]", &price), ("discounts[0][coupon]", "SPRING")];
    assert_eq!(stripe.refused("POST", "/v1/subscriptions", &form).await.1["code"], "coupon_expired");
    assert_eq!(stripe.post("/v1/coupons/SPRING", &[("name", "Spring")]).await["name"], "Spring");
    assert_eq!(stripe.delete("/v1/coupons/SPRING").await["deleted"], true);
    assert_eq!(stripe.refused("GET", "/v1/coupons/SPRING", &[]).await.0, 404);
    for wrong in [vec![("duration", "once")], vec![("percent_off", "101")], vec![("amount_off", "5")]] {
        assert_eq!(stripe.refused("POST", "/v1/coupons", &wrong).await.0, 400);
    }
}

#[tokio::test]
async fn a_repeating_coupon_stops_after_its_months() {
    let (double, stripe) = started().await;
    let form = [("percent_off", "50"), ("duration", "repeating"), ("duration_in_months", "3")];
    let coupon = text(&stripe.post("/v1/coupons", &form).await, "id");
    let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
    stripe.subscribe(&customer, &price, &[("discounts[0][coupon]", &coupon)]).await;
    double.advance(130 * DAY);
    let amounts: Vec<i64> = double.charges().iter().map(|charge| charge.amount).collect();
    assert_eq!(amounts, [1_500, 1_500, 1_500, 3_000, 3_000]);
}

#[tokio::test]
async fn products_are_made_with_a_price_changed_and_deleted() {
    let (_double, stripe) = started().await;
    let form = [
        ("name", "Gold"),
        ("default_price_data[currency]", "usd"),
        ("default_price_data[unit_amount]", "500"),
        ("expand[]", "default_price"),
    ];
    let product = stripe.post("/v1/products", &form).await;
    assert_eq!(product["default_price"]["unit_amount"], 500);
    let bad =
        [("name", "Tin"), ("default_price_data[currency]", "xxx"), ("default_price_data[unit_amount]", "5")];
    assert_eq!(stripe.refused("POST", "/v1/products", &bad).await.0, 400);
    let bare = stripe.post("/v1/products", &[("id", "silver-plan"), ("name", "Silver")]).await;
    assert_eq!(bare["id"], "silver-plan");
    let listed = stripe.get("/v1/products", &[("active", "true")]).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    let off = stripe.post("/v1/products/silver-plan", &[("active", "false"), ("description", "")]).await;
    assert_eq!((&off["active"], &off["description"]), (&false.into(), &Value::Null));
    assert_eq!(stripe.delete("/v1/products/silver-plan").await["deleted"], true);
    assert_eq!(stripe.refused("GET", "/v1/products/silver-plan", &[]).await.0, 404);
}

#[tokio::test]
async fn lookup_keys_are_one_prices_at_a_time() {
    let (_double, stripe) = started().await;
    let first = stripe.price("1000").await;
    let second = stripe.price("2000").await;
    stripe.post(&format!("/v1/prices/{first}"), &[("lookup_key", "gold")]).await;
    let form = [("lookup_key", "gold")];
    assert_eq!(stripe.refused("POST", &format!("/v1/prices/{second}"), &form).await.0, 400);
    let moved = [("lookup_key", "gold"), ("transfer_lookup_key", "true")];
    stripe.post(&format!("/v1/prices/{second}"), &moved).await;
    let found = stripe.get("/v1/prices", &[("lookup_keys[]", "gold")]).await;
    assert_eq!(found["data"][0]["id"], second.as_str());
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn setup_intents_save_a_card_or_say_why_not() {
    let (_double, stripe) = started().await;
    let customer = stripe.customer("").await;
    let setup = stripe.post("/v1/setup_intents", &[("customer", &customer)]).await;
    assert_eq!(setup["status"], "requires_payment_method");
    let confirm = format!("/v1/setup_intents/{}/confirm", text(&setup, "id"));
    let bad = [("payment_method", "pm_card_chargeDeclinedExpiredCard")];
    let (status, error) = stripe.refused("POST", &confirm, &bad).await;
    assert_eq!((status, &error["code"]), (402, &"expired_card".into()));
    assert_eq!(error["setup_intent"]["last_setup_error"]["code"], "expired_card");
    let good = stripe.post(&confirm, &[("payment_method", "pm_card_visa")]).await;
    assert_eq!(good["status"], "succeeded");
    let card = stripe.get(&format!("/v1/payment_methods/{}", text(&good, "payment_method")), &[]).await;
    assert_eq!(card["customer"], customer.as_str());
    assert_eq!(stripe.refused("POST", &confirm, &[("payment_method", "pm_card_visa")]).await.0, 400);
    let other = text(&stripe.post("/v1/setup_intents", &[]).await, "id");
    assert_eq!(stripe.post(&format!("/v1/setup_intents/{other}/cancel"), &[]).await["status"], "canceled");
}

#[tokio::test]
async fn money_is_held_and_then_taken_in_part() {
    let (double, stripe) = started().await;
    let customer = stripe.customer("pm_card_visa").await;
    let held = intent(&stripe, &customer, &[("confirm", "true"), ("capture_method", "manual")]).await;
    assert_eq!((&held["status"], &held["amount_capturable"]), (&"requires_capture".into(), &1_000.into()));
    assert!(double.charges().is_empty());
    let path = format!("/v1/payment_intents/{}/capture", text(&held, "id"));
    assert_eq!(stripe.refused("POST", &path, &[("amount_to_capture", "1001")]).await.0, 400);
    let taken = stripe.post(&path, &[("amount_to_capture", "600")]).await;
    assert_eq!((&taken["status"], &taken["amount_received"]), (&"succeeded".into(), &600.into()));
    let form = [("payment_intent", text(&held, "id")), ("amount", "601".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(stripe.refused("POST", "/v1/refunds", &form).await.0, 400);
    let (status, error) = stripe.refused("POST", &path, &[]).await;
    assert_eq!((status, &error["code"]), (400, &"payment_intent_unexpected_state".into()));
}

#[tokio::test]
async fn an_intent_is_confirmed_later_and_by_its_own_customer_only() {
    let (double, stripe) = started().await;
    let (customer, other) = (stripe.customer("pm_card_visa").await, stripe.customer("pm_card_visa").await);
    let waiting = intent(&stripe, &customer, &[]).await;
    assert_eq!(waiting["status"], "requires_confirmation");
    let path = format!("/v1/payment_intents/{}", text(&waiting, "id"));
    let theirs = text(&stripe.get("/v1/payment_methods", &[("customer", &other)]).await["data"][0], "id");
    let (status, error) =
        stripe.refused("POST", &format!("{path}/confirm"), &[("payment_method", &theirs)]).await;
    assert_eq!((status, &error["param"]), (400, &"payment_method".into()));
    stripe.post(&path, &[("amount", "1500"), ("metadata[effect]", "e9")]).await;
    assert_eq!(stripe.post(&format!("{path}/confirm"), &[]).await["status"], "succeeded");
    assert_eq!((double.charges()[0].amount, double.charges()[0].metadata["effect"].as_str()), (1_500, "e9"));
    assert_eq!(stripe.refused("POST", &format!("{path}/cancel"), &[]).await.0, 400);
    let found = stripe.get("/v1/charges", &[("payment_intent", &text(&waiting, "id"))]).await;
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refund_can_take_a_day_and_fail() {
    for (card, status, left) in
        [("pm_card_pendingRefund", "succeeded", 1_000), ("pm_card_refundFail", "failed", 0)]
    {
        let (double, stripe) = started().await;
        let customer = stripe.customer(card).await;
        let paid = intent(&stripe, &customer, &[("confirm", "true")]).await;
        let refund = stripe.post("/v1/refunds", &[("payment_intent", &text(&paid, "id"))]).await;
        assert_eq!(refund["status"], "pending");
        double.advance(DAY);
        let path = format!("/v1/refunds/{}", text(&refund, "id"));
        assert_eq!(stripe.get(&path, &[]).await["status"], status);
        assert_eq!(double.charges()[0].refunded, left);
        let noted = stripe.post(&path, &[("metadata[a]", "1")]).await;
        assert_eq!(noted["metadata"], json!({ "a": "1" }));
        assert_eq!(stripe.refused("POST", &format!("{path}/cancel"), &[]).await.0, 400);
    }
}

#[tokio::test]
async fn a_dispute_is_answered_and_lost() {
    let (double, stripe) = started().await;
    let customer = stripe.customer("pm_card_createDispute").await;
    intent(&stripe, &customer, &[("confirm", "true")]).await;
    let dispute = text(&stripe.get("/v1/disputes", &[]).await["data"][0], "id");
    let path = format!("/v1/disputes/{dispute}");
    let form = [("evidence[uncategorized_text]", "They came."), ("submit", "true")];
    let answered = stripe.post(&path, &form).await;
    assert_eq!(
        (&answered["status"], &answered["evidence_details"]["has_evidence"]),
        (&"under_review".into(), &true.into())
    );
    double.act(&Action::CloseDispute { dispute, won: false }).unwrap();
    assert_eq!(stripe.get(&path, &[]).await["status"], "lost");
    assert_eq!(stripe.refused("POST", &format!("{path}/close"), &[]).await.0, 400);
    let balance = stripe.get("/v1/balance", &[]).await;
    // 10.00 less 0.59 came in; 10.00 and 15.00 for the dispute went.
    assert_eq!(balance["available"][0]["amount"], 1_000 - 59 - 1_000 - 1_500);
}

#[tokio::test]
async fn items_of_a_subscription_and_of_an_invoice_are_changed_by_themselves() {
    let (_double, stripe) = started().await;
    let customer = stripe.customer("pm_card_visa").await;
    let (gold, extra) = (stripe.price("3000").await, stripe.price("500").await);
    let subscription = text(&stripe.subscribe(&customer, &gold, &[]).await, "id");
    let form = [("subscription", subscription.as_str()), ("price", &extra), ("proration_behavior", "none")];
    let added = stripe.post("/v1/subscription_items", &form).await;
    assert_eq!(added["price"]["id"], extra.as_str());
    let path = format!("/v1/subscription_items/{}", text(&added, "id"));
    assert_eq!(stripe.post(&path, &[("quantity", "4"), ("proration_behavior", "none")]).await["quantity"], 4);
    let listed = stripe.get("/v1/subscription_items", &[("subscription", &subscription)]).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert_eq!(stripe.delete(&format!("{path}?proration_behavior=none")).await["deleted"], true);
    assert_eq!(stripe.refused("GET", &path, &[]).await.0, 404);
    let form = [("customer", customer.as_str()), ("amount", "700"), ("currency", "usd")];
    let item = format!("/v1/invoiceitems/{}", text(&stripe.post("/v1/invoiceitems", &form).await, "id"));
    assert_eq!(stripe.post(&item, &[("amount", "800"), ("description", "Late")]).await["amount"], 800);
    let draft = [("customer", customer.as_str()), ("pending_invoice_items_behavior", "include")];
    let invoice = format!("/v1/invoices/{}", text(&stripe.post("/v1/invoices", &draft).await, "id"));
    assert_eq!(stripe.get(&invoice, &[]).await["total"], 800);
    assert_eq!(stripe.post(&item, &[("amount", "900")]).await["amount"], 900);
    assert_eq!(stripe.get(&invoice, &[]).await["total"], 900);
    assert_eq!(stripe.delete(&item).await["deleted"], true);
    assert_eq!(stripe.get(&invoice, &[]).await["total"], 0);
    assert_eq!(stripe.delete(&invoice).await["deleted"], true);
    assert_eq!(stripe.refused("GET", &invoice, &[]).await.0, 404);
}

#[tokio::test]
async fn the_portal_has_configurations() {
    let (_double, stripe) = started().await;
    let customer = stripe.customer("").await;
    let session = stripe.post("/v1/billing_portal/sessions", &[("customer", &customer)]).await;
    let path = format!("/v1/billing_portal/configurations/{}", text(&session, "configuration"));
    assert_eq!(stripe.get(&path, &[]).await["is_default"], true);
    let form = [("features[subscription_cancel][enabled]", "false")];
    let changed = stripe.post(&path, &form).await;
    assert_eq!(changed["features"]["subscription_cancel"]["enabled"], false);
    assert_eq!(changed["features"]["payment_method_update"]["enabled"], true);
    let own = [("features[invoice_history][enabled]", "true")];
    stripe.post("/v1/billing_portal/configurations", &own).await;
    let all = stripe.get("/v1/billing_portal/configurations", &[]).await;
    assert_eq!(all["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_account_says_who_it_is() {
    let (_double, stripe) = started().await;
    let account = stripe.get("/v1/account", &[]).await;
    assert_eq!((&account["object"], &account["country"]), (&"account".into(), &"US".into()));
    assert_eq!((&account["default_currency"], &account["charges_enabled"]), (&"usd".into(), &true.into()));
    let rate = [("display_name", "Tax"), ("percentage", "7.5"), ("inclusive", "false")];
    let rate = text(&stripe.post("/v1/tax_rates", &rate).await, "id");
    stripe.post(&format!("/v1/tax_rates/{rate}"), &[("active", "false")]).await;
    let listed = stripe.get("/v1/tax_rates", &[("active", "false")]).await;
    assert_eq!(listed["data"][0]["id"], rate.as_str());
}
