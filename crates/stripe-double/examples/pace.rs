//! How long one request takes inside: `cargo run -p stripe-double --example pace`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use stripe_double::{Account, RESTRICTED_TEST, Request, Settings};

const DAY: Duration = Duration::from_secs(24 * 3_600);

struct Pace {
    account: Account,
    took: BTreeMap<&'static str, (u32, Duration)>,
    keys: u32,
}

impl Pace {
    fn ask(&mut self, what: &'static str, method: &str, path: &str, body: &str) -> serde_json::Value {
        self.keys += 1;
        let key = format!("key-{}", self.keys);
        let request = Request {
            method,
            path,
            key: Some(RESTRICTED_TEST),
            idempotency_key: (method == "POST").then_some(&key),
            version: Some("2026-09-30.endive"),
            body,
        };
        let began = Instant::now();
        let reply = self.account.answer(&request).reply().expect("an answer");
        let took = self.took.entry(what).or_default();
        took.0 += 1;
        took.1 += began.elapsed();
        assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.body));
        serde_json::from_slice(&reply.body).expect("JSON")
    }
}

fn main() {
    let mut pace = Pace { account: Account::new(&Settings::default()), took: BTreeMap::new(), keys: 0 };
    let price = "currency=usd&unit_amount=5000&recurring[interval]=month&product_data[name]=Gold";
    let price = pace.ask("price", "POST", "/v1/prices", price)["id"].as_str().expect("an id").to_owned();
    let mut time = Duration::ZERO;
    let mut round = 0;
    let rounds: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(300);
    let mut since = pace.account.now();
    while round < rounds {
        round += 1;
        let customer = format!("name=Ann&email=ann%40example.org&metadata[perennial_customer]={round}");
        let customer = pace.ask("customer", "POST", "/v1/customers", &customer)["id"].clone();
        let customer = customer.as_str().expect("an id");
        let attach = format!("customer={customer}");
        let card =
            pace.ask("attach", "POST", "/v1/payment_methods/pm_card_visa/attach", &attach)["id"].clone();
        let card = card.as_str().expect("an id");
        let default = format!("invoice_settings[default_payment_method]={card}");
        pace.ask("customer update", "POST", &format!("/v1/customers/{customer}"), &default);
        let form = format!(
            "customer={customer}&items[0][price]={price}&billing_mode[type]=flexible&off_session=true\
             &payment_behavior=error_if_incomplete&proration_behavior=none&metadata[perennial_effect]={round}"
        );
        let subscription = pace.ask("subscribe", "POST", "/v1/subscriptions", &form);
        let id = subscription["id"].as_str().expect("an id");
        let path = format!("/v1/subscriptions/{id}");
        pace.ask("read", "GET", &path, "");
        let item = format!("customer={customer}&subscription={id}&amount=500&currency=usd&description=Towel");
        pace.ask("item", "POST", "/v1/invoiceitems", &item);
        pace.ask("update", "POST", &path, "metadata[a]=b");
        pace.ask(
            "invoices",
            "GET",
            &format!("/v1/invoices?customer={customer}&expand[]=data.payments&limit=100"),
            "",
        );
        let invoice = subscription["latest_invoice"].as_str().expect("an id");
        let invoice = format!("/v1/invoices/{invoice}?expand[]=payments.data.payment.payment_intent");
        pace.ask("invoice", "GET", &invoice, "");
        let charge = format!(
            "amount=700&currency=usd&customer={customer}&payment_method={card}&confirm=true&off_session=true"
        );
        let intent = pace.ask("charge", "POST", "/v1/payment_intents", &charge);
        let intent = intent["id"].as_str().expect("an id");
        pace.ask("refund", "POST", "/v1/refunds", &format!("payment_intent={intent}&amount=100"));
        pace.ask("events", "GET", &format!("/v1/events?limit=100&created[gte]={since}"), "");
        since = pace.account.now() - 60;
        let began = Instant::now();
        pace.account.advance(DAY / 4);
        time += began.elapsed();
    }
    let (count, all) =
        pace.took.values().fold((0, Duration::ZERO), |(n, sum), (m, took)| (n + m, sum + *took));
    for (what, (count, took)) in &pace.took {
        println!("{what:16} {count:6} {:8.1} us", took.as_secs_f64() * 1e6 / f64::from(*count));
    }
    println!("{:16} {count:6} {:8.1} us", "all", all.as_secs_f64() * 1e6 / f64::from(count));
    println!("{:16} {rounds:6} {:8.1} us", "quarter of a day", time.as_secs_f64() * 1e6 / f64::from(rounds));
}
