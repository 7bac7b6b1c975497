use super::*;
use serde_json::json;

fn object<T: Object>(value: serde_json::Value) -> T {
    read_value(value).unwrap()
}

#[test]
fn a_subscription_is_read_from_the_little_that_is_used() {
    let subscription: Subscription = object(json!({
        "object": "subscription", "id": "sub_1", "status": "past_due", "customer": {"id": "cus_1", "object": "customer"},
        "items": {"object": "list", "has_more": false, "data": [
            {"object": "subscription_item", "id": "si_1", "quantity": 2, "current_period_start": 1790000000,
             "current_period_end": 1792592000, "price": {"object": "price", "id": "price_1", "currency": "usd",
             "product": "prod_1", "unit_amount": 5000, "active": true,
             "recurring": {"interval": "month", "interval_count": 3, "something": "new"}}},
        ]},
        "pause_collection": null, "cancel_at": null, "default_payment_method": "pm_1", "never_seen": [1, {"a": 2}],
    }));
    assert_eq!(subscription.status, SubscriptionStatus::PastDue);
    assert_eq!(subscription.customer.as_str(), "cus_1");
    let item = &subscription.items.items[0];
    assert_eq!(
        (item.quantity, item.price.unit_amount, item.current_period_end),
        (Some(2), Some(5_000), Some(Seconds(1_792_592_000)))
    );
    assert_eq!(item.price.recurring.as_ref().unwrap().months(), Some(3));
    assert_eq!(subscription.default_payment_method.unwrap().as_str(), "pm_1");
    assert!(!subscription.cancel_at_period_end);
}

#[test]
fn a_word_of_next_year_is_kept() {
    let refund: Refund = object(
        json!({"object": "refund", "id": "re_1", "status": "on_its_way", "amount": 5, "currency": "usd"}),
    );
    assert_eq!(refund.status, Some(RefundStatus::Unknown("on_its_way".to_owned())));
    assert_eq!(serde_json::to_string(&refund.status).unwrap(), r#""on_its_way""#);
    assert_eq!((refund.charge, refund.metadata), (None, Metadata::default()));
}

#[test]
fn another_object_is_not_taken_for_it() {
    let why = read::<Charge>(br#"{"object":"refund","id":"re_1"}"#).unwrap_err();
    assert_eq!(why.to_string(), "Stripe's charge could not be read: it is a refund");
    assert!(read::<Charge>(b"<html>").unwrap_err().to_string().contains("no JSON"));
    let missing =
        read::<Charge>(br#"{"object":"charge","id":"ch_1","status":"failed","currency":"usd"}"#).unwrap_err();
    assert_eq!(missing.why, "missing field `amount`");
}

#[test]
fn what_can_not_be_read_is_named_without_quoting_it() {
    let customer = json!({"object": "customer", "id": "cus_1", "email": {"odd": "ann@example.org"}});
    let named = json!({"object": "customer", "id": "cus_1", "balance": "ann@example.org"});
    for value in [customer, named] {
        let why = read_value::<Customer>(value).unwrap_err();
        assert!(!why.to_string().contains("ann@"), "{why}");
    }
}

#[test]
fn a_bad_element_costs_only_itself() {
    let body = json!({"object": "list", "has_more": true, "data": [
        {"object": "customer", "id": "cus_1", "name": "Ann"},
        {"object": "customer", "id": "cus_2", "balance": "much"},
        {"object": "customer", "id": "cus_3", "deleted": true},
        17,
        {"object": "customer", "id": "../events"},
    ]})
    .to_string();
    let page = Page::<Customer>::read(body.as_bytes()).unwrap();
    let ids: Vec<&str> = page.items.iter().map(|customer| customer.id.as_str()).collect();
    assert_eq!(ids, ["cus_1", "cus_3"]);
    let bad: Vec<Option<&str>> = page.bad.iter().map(|bad| bad.id.as_deref()).collect();
    assert_eq!(bad, [Some("cus_2"), None, Some("../events")]);
    assert_eq!(page.next_after.as_deref(), Some("../events"));
    assert!(page.items[1].deleted);

    let found =
        json!({"object": "search_result", "has_more": true, "next_page": "WzE=", "data": []}).to_string();
    assert_eq!(SearchPage::<Customer>::read(found.as_bytes()).unwrap().next_page.as_deref(), Some("WzE="));
    assert!(Page::<Customer>::read(found.as_bytes()).is_err());
}

#[test]
fn an_invoice_says_what_it_bills_and_who_declined() {
    let invoice: Invoice = object(json!({
        "object": "invoice", "id": "in_1", "status": "open", "customer": "cus_1", "currency": "usd",
        "amount_due": 5000, "amount_paid": 0, "amount_remaining": 5000, "total": 5000, "total_excluding_tax": 4600,
        "attempt_count": 1, "next_payment_attempt": 1790300000,
        "parent": {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}},
        "lines": {"object": "list", "data": [
            {"object": "line_item", "id": "il_1", "amount": 4600, "period": {"start": 1, "end": 2},
             "parent": {"subscription_item_details": {"subscription_item": "si_1", "proration": false}},
             "pricing": {"price_details": {"price": "price_1", "product": "prod_1"}}},
        ]},
        "payments": {"object": "list", "data": [
            {"object": "invoice_payment", "id": "inpay_1", "status": "open", "is_default": true, "payment":
             {"type": "payment_intent", "payment_intent": {"object": "payment_intent", "id": "pi_1", "amount": 5000,
              "currency": "usd", "status": "requires_payment_method",
              "last_payment_error": {"code": "card_declined", "decline_code": "insufficient_funds"}}}},
        ]},
    }));
    assert_eq!(invoice.subscription().unwrap().as_str(), "sub_1");
    let line = &invoice.lines.items[0];
    assert_eq!((line.price().unwrap().as_str(), line.is_proration()), ("price_1", false));
    let paid_by = invoice.payments.as_ref().unwrap().items[0].payment.as_ref().unwrap();
    let intent = paid_by.payment_intent.as_ref().unwrap().object().unwrap();
    assert_eq!(intent.last_payment_error.as_ref().unwrap().reason(), Some("insufficient_funds"));
}

#[test]
fn what_stands_for_an_object_is_its_id_or_the_object() {
    let open =
        json!({"object": "checkout.session", "id": "cs_1", "setup_intent": "seti_1", "status": "open"});
    assert!(
        matches!(object::<CheckoutSession>(open).setup_intent, Some(Expandable::Id(id)) if id.as_str() == "seti_1")
    );
    let done = json!({"object": "checkout.session", "id": "cs_1", "status": "complete", "setup_intent":
        {"object": "setup_intent", "id": "seti_1", "status": "succeeded", "payment_method": "pm_1"}});
    let intent = object::<CheckoutSession>(done).setup_intent.unwrap();
    assert_eq!(intent.object().unwrap().payment_method.as_ref().unwrap().as_str(), "pm_1");
}

#[test]
fn percentages_are_read_by_their_digits() {
    let rate = |percentage: serde_json::Value| {
        object::<TaxRate>(
            json!({"object": "tax_rate", "id": "txr_1", "inclusive": false, "percentage": percentage}),
        )
        .rate()
    };
    assert_eq!(rate(json!(8.875)), "8.875".parse().ok());
    assert_eq!(rate(json!(19)), "19".parse().ok());
    assert_eq!(rate(json!(19.0)), "19".parse().ok());
    assert_eq!(rate(json!(8.12345)), None);
}

#[test]
fn an_id_never_changes_a_path() {
    for text in ["", "..", ".", "cus/1", "cus_1?x=1", "cus 1", "cüs_1", &"c".repeat(256)] {
        assert!(text.parse::<StripeCustomerId>().is_err(), "{text}");
    }
    assert_eq!("gold-plan_2.5".parse::<StripeProductId>().unwrap().as_str(), "gold-plan_2.5");
}

#[test]
fn seconds_and_instants_agree() {
    assert_eq!(Seconds(1_790_000_000).instant().millis(), 1_790_000_000_000);
    assert_eq!(Seconds::from(Instant::from_millis(1_999)), Seconds(1));
}
