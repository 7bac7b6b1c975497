//! Without a network: the same answers as over HTTP, and the same each time.

use crate::client::{Client, text};
use serde_json::Value;
use std::time::Duration;
use stripe_double::{Account, Double, Fault, Kind, Mischief, Reply, Request, SECRET_TEST, Seen, Settings};

const HOUR: Duration = Duration::from_secs(3_600);
/// What is told over HTTP as well; the rest of its headers are of the connection.
const HEADERS: [&str; 8] = [
    "request-id",
    "idempotency-key",
    "idempotent-replayed",
    "original-request",
    "retry-after",
    "date",
    "stripe-version",
    "content-type",
];

fn asking<'a>(method: &'a str, path: &'a str, body: &'a str, key: Option<&'a str>) -> Request<'a> {
    Request { method, path, key: Some(SECRET_TEST), idempotency_key: key, version: None, body }
}

fn post(account: &Account, path: &str, body: &str, key: &str) -> Reply {
    account.answer(&asking("POST", path, body, Some(key))).reply().expect("an answer")
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

/// A life of one customer: what each request comes to. Paths that begin with `#` name the object of an earlier answer.
const LIFE: &[(&str, &str, &str, Option<&str>)] = &[
    ("POST", "/v1/customers", "name=Ann&email=ann%40example.org", Some("k1")),
    ("POST", "/v1/customers", "name=Ann&email=ann%40example.org", Some("k1")),
    ("POST", "/v1/customers", "name=Bob", Some("k1")),
    (
        "POST",
        "/v1/prices",
        "currency=usd&unit_amount=5000&recurring[interval]=month&product_data[name]=Gold",
        Some("k2"),
    ),
    ("POST", "/v1/payment_methods/pm_card_visa/attach", "customer=#0", Some("k3")),
    ("POST", "/v1/customers/#0", "invoice_settings[default_payment_method]=#4", Some("k4")),
    ("POST", "/v1/subscriptions", "customer=#0&items[0][price]=#3", Some("k5")),
    ("GET", "/v1/subscriptions?customer=#0&expand[]=data.latest_invoice", "", None),
    ("GET", "/v1/customers/cus_none", "", None),
    ("DELETE", "/v1/subscriptions/#6?prorate=false", "", None),
    ("GET", "/v1/events?limit=100", "", None),
];

fn filled(written: &str, ids: &[String]) -> String {
    let mut filled = written.to_owned();
    for (place, id) in ids.iter().enumerate().rev() {
        filled = filled.replace(&format!("#{place}"), id);
    }
    filled
}

fn lived(settings: &Settings) -> Vec<Reply> {
    let account = Account::new(settings);
    let mut ids = Vec::new();
    let mut replies = Vec::new();
    for (method, path, body, key) in LIFE {
        let (path, body) = (filled(path, &ids), filled(body, &ids));
        let reply = account.answer(&asking(method, &path, &body, *key)).reply().expect("an answer");
        ids.push(text(&json(&reply), "id"));
        replies.push(reply);
        account.advance(HOUR);
    }
    replies
}

#[tokio::test]
async fn it_answers_as_over_http() {
    let settings = Settings::default();
    let inside = lived(&settings);
    let double = Double::start_with(settings, stripe_double::Clock::Still, 0).await.unwrap();
    let stripe = Client::of(&double);
    let mut ids = Vec::new();
    for ((method, path, body, key), inside) in LIFE.iter().zip(&inside) {
        let headers: Vec<(&str, &str)> = key.iter().map(|key| ("idempotency-key", *key)).collect();
        let (path, body) = (filled(path, &ids), filled(body, &ids));
        let outside = stripe.try_send(method, &path, body, &headers).await.unwrap();
        let body = String::from_utf8(outside.body.clone()).unwrap();
        // Links lead to its own pages, which only the one with a port has.
        let body = body.replace(&double.base_url(), "http://double.invalid");
        assert_eq!((outside.status, body.as_bytes()), (inside.status, inside.body.as_slice()), "{path}");
        for name in HEADERS {
            assert_eq!(outside.header(name), inside.header(name), "{name} of {path}");
        }
        ids.push(text(&outside.json(), "id"));
        double.advance(HOUR);
    }
    assert_eq!(inside[1].header("idempotent-replayed"), Some("true"));
    assert_eq!((inside[0].status, inside[2].status, inside[8].status), (200, 400, 404));
    // 1 October 2026, 12:00 UTC: the double's own clock.
    assert_eq!(inside[0].header("date"), Some("Thu, 01 Oct 2026 12:00:00 GMT"));
}

#[test]
fn one_seed_is_one_history() {
    let of = |seed| lived(&Settings { seed, event_twice_per_mille: 300, ..Settings::default() });
    assert_eq!(of(5), of(5));
    assert_ne!(of(5), of(6));
}

#[test]
fn every_fault_is_seen_as_it_would_be() {
    let (none, done) = (0, 1);
    let faults = [
        (Mischief::Hang { executed: false }, "Hung", none),
        (Mischief::Hang { executed: true }, "Hung", done),
        (Mischief::DropBefore, "Dropped", none),
        (Mischief::DropAfter, "Dropped", done),
        (Mischief::CutAnswer, "Cut", done),
        (Mischief::TooMany { retry_after_seconds: Some(3) }, "429", none),
        (Mischief::LockTimeout, "429", none),
        (Mischief::ServerError { executed: false, kept: true }, "500", none),
        (Mischief::ServerError { executed: true, kept: false }, "500", done),
        (Mischief::BadGateway { executed: true }, "502", done),
        (Mischief::LoginPage, "200", none),
        (Mischief::Unauthorized, "401", none),
        (Mischief::Slow { milliseconds: 60_000 }, "200", done),
    ];
    for (what, looks, made) in faults {
        let account = Account::new(&Settings::default());
        account.fault(Fault::once(what.clone()).on("POST", "/v1/customers"));
        let seen = account.answer(&asking("POST", "/v1/customers", "name=Jo", Some("k1")));
        let looked = match &seen {
            Seen::Answered(reply) => reply.status.to_string(),
            Seen::Cut { reply, whole } => {
                assert_eq!((reply.status, reply.body.len()), (200, whole / 2));
                "Cut".to_owned()
            }
            other => format!("{other:?}"),
        };
        assert_eq!(looked, looks, "{what:?}");
        let count = account.look(|mode| mode.shelf(Kind::Customer).all().count());
        assert_eq!(count, made, "{what:?}");
        let then = post(&account, "/v1/customers", "name=Jo", "k1");
        let kept = what == Mischief::ServerError { executed: false, kept: true };
        assert_eq!(then.status, if kept { 500 } else { 200 }, "after {what:?}");
        assert_eq!(then.header("idempotent-replayed").is_some(), kept || made == done, "after {what:?}");
    }
}

#[test]
fn nobody_listens_while_connections_are_refused() {
    let account = Account::new(&Settings::default());
    account.refuse_connections(true);
    assert_eq!(account.answer(&asking("GET", "/v1/account", "", None)), Seen::Refused);
    account.refuse_connections(false);
    assert_eq!(account.answer(&asking("GET", "/v1/account", "", None)).reply().unwrap().status, 200);
    assert_eq!(account.requests().len(), 1);
}

#[test]
fn the_limit_of_a_second_is_of_its_own_clock() {
    let account = Account::new(&Settings { rate_limit: Some(3), ..Settings::default() });
    let ask = || account.answer(&asking("GET", "/v1/account", "", None)).reply().unwrap().status;
    assert_eq!([ask(), ask(), ask(), ask()], [200, 200, 200, 429]);
    account.advance(Duration::from_secs(1));
    assert_eq!(account.answer(&asking("GET", "/v1/account", "", None)).reply().unwrap().status, 200);
}
