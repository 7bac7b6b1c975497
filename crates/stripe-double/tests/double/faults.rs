use crate::client::{Client, encoded};
use std::time::Duration;
use stripe_double::{Double, Fault, Mischief};

async fn post(stripe: &Client) -> Result<u16, String> {
    let key = [("idempotency-key", "k1")];
    let sent = stripe.try_send("POST", "/v1/customers", encoded(&[("name", "Jo")]), &key);
    match tokio::time::timeout(Duration::from_millis(300), sent).await {
        Ok(answer) => answer.map(|answer| answer.status),
        Err(_) => Err("hung".to_owned()),
    }
}

fn made(double: &Double) -> usize {
    double.look(|mode| mode.shelf(stripe_double::Kind::Customer).all().count())
}

/// What each fault looks like from outside, and whether it was done: the next try is made with the same key.
#[tokio::test]
async fn each_fault_looks_and_leaves_as_it_says() {
    let faults = [
        (Mischief::Hang { executed: false }, "hung", 0),
        (Mischief::Hang { executed: true }, "hung", 1),
        (Mischief::DropBefore, "lost", 0),
        (Mischief::DropAfter, "lost", 1),
        (Mischief::CutAnswer, "cut", 1),
        (Mischief::TooMany { retry_after_seconds: None }, "429", 0),
        (Mischief::LockTimeout, "429", 0),
        (Mischief::ServerError { executed: false, kept: false }, "500", 0),
        (Mischief::ServerError { executed: true, kept: true }, "500", 1),
        (Mischief::BadGateway { executed: false }, "502", 0),
        (Mischief::BadGateway { executed: true }, "502", 1),
        (Mischief::LoginPage, "200", 0),
        (Mischief::Unauthorized, "401", 0),
        (Mischief::Slow { milliseconds: 20 }, "200", 1),
    ];
    for (what, looks, done) in faults {
        let double = Double::start().await.unwrap();
        let stripe = Client::of(&double);
        double.fault(Fault::once(what.clone()).on("POST", "/v1/customers"));
        let seen = post(&stripe).await;
        let seen = seen.map_or_else(|lost| lost, |status| status.to_string());
        assert!(seen.starts_with(looks), "{what:?} looks like {seen}");
        assert_eq!(made(&double), done, "{what:?}");
        let then = post(&stripe).await;
        let kept = what == Mischief::ServerError { executed: true, kept: true };
        assert_eq!(then, Ok(if kept { 500 } else { 200 }), "after {what:?}");
        assert_eq!(made(&double), 1, "after {what:?}");
    }
}

#[tokio::test]
async fn answers_of_others_are_not_json() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    double.fault(Fault::once(Mischief::BadGateway { executed: false }));
    let answer = stripe.send("GET", "/v1/account", &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (502, Some("text/html")));
    assert_eq!(answer.header("request-id"), None);
    double.fault(Fault::once(Mischief::LoginPage));
    let answer = stripe.send("GET", "/v1/account", &[]).await;
    assert_eq!(answer.status, 200);
    assert!(String::from_utf8_lossy(&answer.body).contains("<form"));
}

#[tokio::test]
async fn connections_are_refused_and_let_in_again() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    assert_eq!(post(&stripe).await, Ok(200));
    double.refuse_connections(true);
    let mut seen = post(&stripe).await;
    while seen.is_ok() {
        tokio::task::yield_now().await;
        seen = post(&stripe).await;
    }
    let refused = post(&stripe).await.unwrap_err();
    assert!(refused.starts_with("refused"), "{refused}");
    double.refuse_connections(false);
    while post(&stripe).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(made(&double), 1);
}

#[tokio::test]
async fn chance_is_seeded() {
    let mut histories = Vec::new();
    for _ in 0..2 {
        let double = Double::start().await.unwrap();
        let stripe = Client::of(&double);
        double.fault(Fault::every(Mischief::LockTimeout).per_mille(400));
        let mut history = Vec::new();
        for _ in 0..30 {
            history.push(stripe.send("GET", "/v1/account", &[]).await.status);
        }
        histories.push(history);
    }
    assert_eq!(histories[0], histories[1]);
    let hit = histories[0].iter().filter(|status| **status == 429).count();
    assert!((5..=20).contains(&hit), "{hit} of 30");
}

#[tokio::test]
async fn too_many_requests_in_a_second_are_refused_when_the_limit_is_on() {
    let double = Double::start().await.unwrap();
    let stripe = Client::of(&double);
    double.settings(|settings| settings.rate_limit = Some(25));
    let mut refused = 0;
    for _ in 0..80 {
        let answer = stripe.send("GET", "/v1/account", &[]).await;
        if answer.status == 429 {
            assert_eq!(answer.json()["error"]["code"], "rate_limit");
            refused += 1;
        }
    }
    assert!(refused > 0);
}
