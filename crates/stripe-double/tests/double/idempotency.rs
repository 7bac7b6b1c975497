use crate::client::{Client, text};
use std::time::Duration;
use stripe_double::{Double, Fault, Mischief};

const DAY: Duration = Duration::from_secs(24 * 3_600);

#[tokio::test]
async fn the_same_key_gets_the_same_bytes_and_does_nothing_twice() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let form = [("name", "Jo"), ("metadata[effect]", "1")];
    let first = stripe.post_with_key("k1", "/v1/customers", &form).await;
    let again = stripe.post_with_key("k1", "/v1/customers", &form).await;
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.body, again.body);
    assert_eq!(
        (first.header("idempotent-replayed"), again.header("idempotent-replayed")),
        (None, Some("true"))
    );
    assert_eq!(again.header("original-request"), first.header("request-id"));
    assert_eq!(again.header("idempotency-key"), Some("k1"));
    assert_eq!(again.header("stripe-version"), Some("2026-09-30.endive"));
    assert_eq!(stripe.get("/v1/customers", &[]).await["data"].as_array().unwrap().len(), 1);
    let log = double.requests();
    assert_eq!(log.iter().filter(|request| request.executed && request.method == "POST").count(), 1);
    assert_eq!(log.iter().filter(|request| request.replayed).count(), 1);
}

#[tokio::test]
async fn other_parameters_or_another_path_are_refused() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await;
    let other = stripe.post_with_key("k1", "/v1/customers", &[("name", "Joe")]).await;
    assert_eq!(other.status, 400);
    assert_eq!(other.json()["error"]["type"], "idempotency_error");
    let elsewhere = stripe.post_with_key("k1", "/v1/products", &[("name", "Jo")]).await;
    assert_eq!((elsewhere.status, &elsewhere.json()["error"]["type"]), (400, &"idempotency_error".into()));
    let order = [("description", "x"), ("name", "Jo")];
    let first = stripe.post_with_key("k2", "/v1/customers", &order).await;
    let turned = [order[1], order[0]];
    assert_eq!(stripe.post_with_key("k2", "/v1/customers", &turned).await.body, first.body);
}

#[tokio::test]
async fn keys_are_forgotten_after_a_day() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let first = stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await;
    double.advance(DAY - Duration::from_secs(1));
    assert_eq!(stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await.body, first.body);
    double.advance(Duration::from_secs(1));
    let second = stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await;
    assert_eq!(second.header("idempotent-replayed"), None);
    assert_ne!(text(&second.json(), "id"), text(&first.json(), "id"));
}

#[tokio::test]
async fn a_request_in_flight_holds_its_key() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    double.fault(Fault::once(Mischief::Slow { milliseconds: 200 }));
    let slow = stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]);
    let quick = async {
        while double.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert_eq!((slow.status, quick.status), (200, 409));
    assert_eq!(quick.json()["error"]["code"], "idempotency_key_in_use");
    let later = stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await;
    assert_eq!(later.body, slow.body);
}

#[tokio::test]
async fn verdicts_are_kept_and_invalid_requests_are_not() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer = stripe.customer("pm_card_chargeCustomerFail").await;
    let card = text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
    let form = [
        ("amount", "1000"),
        ("currency", "usd"),
        ("customer", &customer),
        ("payment_method", &card),
        ("confirm", "true"),
        ("off_session", "true"),
    ];
    let declined = stripe.post_with_key("pay", "/v1/payment_intents", &form).await;
    let again = stripe.post_with_key("pay", "/v1/payment_intents", &form).await;
    assert_eq!((declined.status, again.status), (402, 402));
    assert_eq!(declined.body, again.body);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let invalid = [("amount", "ten"), ("currency", "usd")];
    let first = stripe.post_with_key("bad", "/v1/payment_intents", &invalid).await;
    assert_eq!((first.status, &first.json()["error"]["code"]), (400, &"parameter_invalid_integer".into()));
    let valid = [("amount", "1000"), ("currency", "usd")];
    assert_eq!(stripe.post_with_key("bad", "/v1/payment_intents", &valid).await.status, 200);
}

#[tokio::test]
async fn a_500_is_kept_once_the_work_had_begun() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    double.fault(Fault::once(Mischief::ServerError { executed: false, kept: true }));
    let first = stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await;
    let again = stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await;
    assert_eq!((first.status, again.status), (500, 500));
    assert_eq!(first.body, again.body);
    double.fault(Fault::once(Mischief::ServerError { executed: false, kept: false }));
    assert_eq!(stripe.post_with_key("k2", "/v1/customers", &[("name", "Jo")]).await.status, 500);
    assert_eq!(stripe.post_with_key("k2", "/v1/customers", &[("name", "Jo")]).await.status, 200);
    double.fault(Fault::once(Mischief::ServerError { executed: true, kept: false }));
    assert_eq!(stripe.post_with_key("k3", "/v1/customers", &[("name", "Jo")]).await.status, 500);
    let replayed = stripe.post_with_key("k3", "/v1/customers", &[("name", "Jo")]).await;
    assert_eq!((replayed.status, replayed.header("idempotent-replayed")), (200, Some("true")));
    assert_eq!(stripe.get("/v1/customers", &[]).await["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn reading_and_deleting_take_no_key_and_429_comes_before_it() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    let customer = stripe.customer("").await;
    let path = format!("/v1/customers/{customer}");
    let key = [("idempotency-key", "k1")];
    assert_eq!(stripe.try_send("DELETE", &path, String::new(), &key).await.unwrap().status, 200);
    assert_eq!(stripe.try_send("DELETE", &path, String::new(), &key).await.unwrap().status, 404);
    let read = async || stripe.try_send("GET", "/v1/customers", String::new(), &key).await.unwrap();
    let empty = read().await;
    stripe.customer("").await;
    let one = read().await;
    assert_eq!(one.header("idempotent-replayed"), None);
    assert_ne!(one.body, empty.body);
    double.fault(Fault::once(Mischief::TooMany { retry_after_seconds: Some(3) }));
    let many = stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await;
    assert_eq!((many.status, many.header("retry-after")), (429, Some("3")));
    let then = stripe.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await;
    assert_eq!((then.status, then.header("idempotent-replayed")), (200, None));
}

#[tokio::test]
async fn test_and_live_keep_their_own_keys() {
    let double = Double::start().await.unwrap();
    let (test, live) = (Client::of(&double), Client::with_key(&double, stripe_double::SECRET_LIVE));
    let first = test.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await.json();
    let second = live.post_with_key("k1", "/v1/customers", &[("name", "Jo")]).await.json();
    assert_eq!((&first["livemode"], &second["livemode"]), (&false.into(), &true.into()));
    let path = format!("/v1/customers/{}", text(&first, "id"));
    let (status, error) = live.refused("GET", &path, &[]).await;
    assert_eq!(status, 404);
    let message = error["message"].as_str().unwrap();
    assert!(message.ends_with("exists in test mode, but a live mode key was used to make this request."));
}
