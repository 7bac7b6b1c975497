//! The way to a server over real sockets: what is said, and what every way of not answering comes to.

use billing::answer::{Answer, TransportError};
use billing::key::StripeKey;
use billing::outbox::Found;
use billing::read::Customer;
use billing::request::{Frozen, ListOf, Method, Reading, Thing};
use domain::{EffectId, Instant};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;
use uuid::Uuid;
use wire::{Base, Client, NoWay, Patience};

const KEY: &str = "rk_test_51AbCdEfGh1234";
const PATIENCE: Patience = Patience { connect: Duration::from_secs(2), whole: Duration::from_secs(10) };

/// Answers each connection once, with these bytes; what was asked.
fn server(answers: Vec<Vec<u8>>) -> (Base, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let serves = std::thread::spawn(move || {
        answers
            .into_iter()
            .map(|answer| {
                let (mut stream, _) = listener.accept().unwrap();
                let asked = request(&mut stream);
                // The other side may have heard enough.
                let _ = stream.write_all(&answer);
                asked
            })
            .collect()
    });
    (base, serves)
}

/// One request, with its body.
fn request(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    let mut part = [0; 4_096];
    loop {
        let count = stream.read(&mut part).unwrap();
        heard.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&heard).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return text;
        }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

fn client(base: Base) -> Client {
    Client::new(base, KEY.parse().unwrap(), PATIENCE).unwrap()
}

fn refund() -> Frozen {
    Frozen {
        method: Method::Post,
        path: "/v1/refunds".to_owned(),
        body: "amount=500&charge=ch_1".to_owned(),
        key: EffectId(Uuid::from_u128(7)),
    }
}

#[tokio::test]
async fn an_effect_goes_out_under_its_key_and_every_header_of_the_answer_is_read() {
    let headers = "Request-Id: req_9\r\nIdempotent-Replayed: true\r\nRetry-After: 3\r\n\
                   Date: Sun, 15 Nov 2026 08:12:31 GMT\r\n";
    let (base, serves) = server(vec![answer("200 OK", headers, r#"{"object":"refund"}"#)]);
    let reply = client(base).send(&refund()).await.unwrap();
    assert_eq!((reply.status, reply.replayed, reply.retry_after_seconds), (200, true, Some(3)));
    assert_eq!(reply.request_id.as_deref(), Some("req_9"));
    assert_eq!(reply.date, Some(Instant::from_millis(1_794_730_351_000)));
    assert_eq!(&reply.body[..], br#"{"object":"refund"}"#);
    let asked = serves.join().unwrap().remove(0);
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /v1/refunds HTTP/1.1\r\n"), "{head}");
    for line in [
        "authorization: Bearer rk_test_51AbCdEfGh1234",
        "stripe-version: 2026-09-30.endive",
        "idempotency-key: 00000000-0000-0000-0000-000000000007",
        "content-type: application/x-www-form-urlencoded",
        "user-agent: Perennial/0.1.0",
    ] {
        assert!(head.lines().any(|said| said == line), "{line} is missing in {head}");
    }
    assert_eq!(body, "amount=500&charge=ch_1");
}

#[tokio::test]
async fn a_question_carries_no_key_of_an_effect() {
    let (base, serves) = server(vec![answer("200 OK", "", r#"{"object":"list","data":[]}"#)]);
    let reading = Reading::list(ListOf::Customers);
    assert_eq!(client(base).read(&reading).await.unwrap().status, 200);
    let asked = serves.join().unwrap().remove(0);
    assert!(asked.starts_with("GET /v1/customers?limit=100 HTTP/1.1\r\n"), "{asked}");
    assert!(!asked.contains("idempotency-key"));
}

#[tokio::test]
async fn a_cancellation_is_a_delete_with_a_query() {
    let (base, serves) = server(vec![answer("200 OK", "", r#"{"object":"subscription"}"#)]);
    let cancel = Frozen {
        method: Method::Delete,
        path: "/v1/subscriptions/sub_1?invoice_now=false&prorate=false".to_owned(),
        body: String::new(),
        ..refund()
    };
    client(base).send(&cancel).await.unwrap();
    let asked = serves.join().unwrap().remove(0);
    assert!(asked.starts_with("DELETE /v1/subscriptions/sub_1?invoice_now=false&prorate=false HTTP/1.1\r\n"));
}

#[tokio::test]
async fn nobody_listening_is_known_to_have_heard_nothing() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let answered = client(format!("http://{free}").parse().unwrap()).send(&refund()).await;
    assert!(matches!(answered, Err(TransportError::NotReached(_))), "{answered:?}");
    assert!(matches!(Answer::of(answered), Answer::NotReached(_)));
}

#[tokio::test]
async fn a_connection_that_breaks_tells_nothing() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"object\":\"ref".to_vec();
    for broken in [Vec::new(), b"HTTP/1.1 200".to_vec(), cut, b"SSH-2.0-OpenSSH\r\n".to_vec()] {
        let (base, serves) = server(vec![broken]);
        let answered = client(base).send(&refund()).await;
        assert!(matches!(answered, Err(TransportError::Broken(_))), "{answered:?}");
        assert!(matches!(Answer::of(answered), Answer::Unknown(_)));
        assert_eq!(serves.join().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn silence_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let patience = Patience { whole: Duration::from_millis(50), ..PATIENCE };
    let client = Client::new(base, KEY.parse().unwrap(), patience).unwrap();
    let answered = client.send(&refund()).await;
    assert_eq!(answered, Err(TransportError::TimedOut { seconds: 0 }));
    assert!(matches!(Answer::of(answered), Answer::Unknown(_)));
}

#[tokio::test]
async fn an_answer_without_end_is_not_kept() {
    let mut endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    endless.resize(20 * 1024 * 1024, b' ');
    let (base, serves) = server(vec![endless]);
    let answered = client(base).read(&Reading::One(Thing::Account)).await;
    assert_eq!(answered, Err(TransportError::TooLong { limit: 16 * 1024 * 1024 }));
    drop(serves);
}

#[tokio::test]
async fn another_page_is_not_followed_and_not_believed() {
    let moved = answer("302 Found", "Location: https://hotel.example/sign-in\r\n", "");
    let (base, serves) = server(vec![moved]);
    let answered = client(base).send(&refund()).await;
    assert!(matches!(Answer::of(answered), Answer::Unknown(_)));
    assert_eq!(serves.join().unwrap().len(), 1);
}

#[tokio::test]
async fn all_pages_make_a_whole_and_fewer_are_none() {
    let page = |ids: &[&str], more: bool| {
        let data: Vec<String> =
            ids.iter().map(|id| format!(r#"{{"object":"customer","id":"{id}","balance":0}}"#)).collect();
        answer("200 OK", "", &format!(r#"{{"object":"list","has_more":{more},"data":[{}]}}"#, data.join(",")))
    };
    let (base, serves) = server(vec![page(&["cus_1", "cus_2"], true), page(&["cus_3", "c/4"], false)]);
    let whole = client(base).every::<Customer>(ListOf::Customers).await.unwrap();
    let ids: Vec<&str> = whole.items.iter().map(|customer| customer.id.as_str()).collect();
    assert_eq!((ids, whole.bad.len()), (vec!["cus_1", "cus_2", "cus_3"], 1));
    let asked = serves.join().unwrap();
    assert!(asked[1].starts_with("GET /v1/customers?limit=100&starting_after=cus_2 "), "{}", asked[1]);

    let broken = answer("500 Internal Server Error", "", r#"{"error":{"type":"api_error"}}"#);
    let (base, _serves) = server(vec![page(&["cus_1"], true), broken]);
    let half = client(base).every::<Customer>(ListOf::Customers).await;
    assert_eq!(half, Err(Answer::Failed { status: 500, request_id: None }));

    let (base, _serves) = server(vec![page(&["cus_1"], true), page(&["cus_1"], true)]);
    let circle = client(base).every::<Customer>(ListOf::Customers).await;
    assert!(matches!(circle, Err(Answer::Unknown(_))));
}

#[tokio::test]
async fn an_effect_is_found_on_whatever_page_it_stands() {
    let key = refund().key;
    let none = r#"{"object":"list","has_more":true,"data":[{"object":"refund","id":"re_2","metadata":{}}]}"#;
    let ours = format!(
        r#"{{"object":"list","has_more":false,"data":[
           {{"object":"refund","id":"re_1","metadata":{{"perennial_effect":"{key}"}}}}]}}"#
    );
    let (base, serves) = server(vec![answer("200 OK", "", none), answer("200 OK", "", &ours)]);
    let found = client(base).find(&refund()).await;
    let Found::Done { body } = found else { panic!("{found:?}") };
    assert!(String::from_utf8_lossy(&body).contains("re_1"));
    let asked = serves.join().unwrap();
    assert!(asked[0].starts_with("GET /v1/refunds?charge=ch_1&limit=100 "), "{}", asked[0]);
    assert!(
        asked[1].starts_with("GET /v1/refunds?charge=ch_1&limit=100&starting_after=re_2 "),
        "{}",
        asked[1]
    );
}

#[tokio::test]
async fn a_key_is_checked_by_reading_alone() {
    let list = answer("200 OK", "", r#"{"object":"list","data":[]}"#);
    let refused =
        answer("403 Forbidden", "", r#"{"error":{"type":"invalid_request_error","message":"No."}}"#);
    let account = answer("200 OK", "", r#"{"object":"account","id":"acct_1","country":"US"}"#);
    let mut answers = vec![list; 9];
    answers[5] = refused;
    answers[8] = account;
    let (base, serves) = server(answers);
    let check = client(base).check_key().await.unwrap();
    assert_eq!(check.account.unwrap().country.as_deref(), Some("US"));
    let missing: Vec<&str> = check.missing.iter().map(|permission| permission.resource).collect();
    assert_eq!(missing, ["Subscriptions"]);
    assert!(serves.join().unwrap().iter().all(|asked| asked.starts_with("GET ")));

    let unknown = answer("401 Unauthorized", "", r#"{"error":{"type":"invalid_request_error"}}"#);
    let (base, _serves) = server(vec![unknown]);
    assert!(matches!(client(base).check_key().await, Err(Answer::KeyRefused(_))));
}

#[test]
fn a_live_key_goes_to_stripe_alone_and_is_never_shown() {
    let live: StripeKey = "rk_live_51AbCdEfGh1234".parse().unwrap();
    let here: Base = "http://127.0.0.1:1".parse().unwrap();
    assert!(matches!(Client::new(here, live.clone(), PATIENCE), Err(NoWay::LiveKeyElsewhere(_))));
    let client = Client::new(Base::stripe(), live, PATIENCE).unwrap();
    let shown = format!("{client:?}");
    assert!(shown.contains("rk_live_…1234") && !shown.contains("51Ab"), "{shown}");
}
