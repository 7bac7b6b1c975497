//! A client as bare as can be, and a customer to begin with.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use stripe_double::{Double, SECRET_TEST};
use tokio::net::TcpStream;

pub struct Client {
    address: String,
    pub key: String,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Client {
    pub fn of(double: &Double) -> Self {
        Self::with_key(double, SECRET_TEST)
    }

    pub fn with_key(double: &Double, key: &str) -> Self {
        Self { key: key.to_owned(), ..Self::at(&double.base_url()) }
    }

    pub fn at(url: &str) -> Self {
        Self { address: url.trim_start_matches("http://").to_owned(), key: SECRET_TEST.to_owned() }
    }

    /// The answer; nothing where the connection was refused or lost.
    pub async fn try_send(
        &self,
        method: &str,
        path: &str,
        body: String,
        headers: &[(&str, &str)],
    ) -> Result<Answer, String> {
        let stream = TcpStream::connect(&self.address).await.map_err(|error| format!("refused: {error}"))?;
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.address)
            .header("content-type", "application/x-www-form-urlencoded");
        if !self.key.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.key));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body))).expect("a request");
        let response = sender.send_request(request).await.map_err(|error| format!("lost: {error}"))?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| format!("cut: {error}"))?.to_bytes();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: body.to_vec() })
    }

    pub async fn send(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let (path, body) = placed(method, path, form);
        self.try_send(method, &path, body, &[]).await.expect("an answer")
    }

    pub async fn post_with_key(&self, key: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        self.try_send("POST", path, encoded(form), &[("idempotency-key", key)]).await.expect("an answer")
    }

    /// What must go well.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let answer = self.send("POST", path, form).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.json()
    }

    pub async fn get(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let answer = self.send("GET", path, form).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.json()
    }

    pub async fn delete(&self, path: &str) -> Value {
        let answer = self.send("DELETE", path, &[]).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.json()
    }

    /// What must be refused: the status and the error.
    pub async fn refused(&self, method: &str, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let answer = self.send(method, path, form).await;
        assert_ne!(answer.status, 200, "{path} went well: {}", answer.json());
        (answer.status, answer.json()["error"].clone())
    }

    /// A customer with a card that is the default.
    pub async fn customer(&self, card: &str) -> String {
        let customer = self.post("/v1/customers", &[("email", "jo@example.com"), ("name", "Jo Doe")]).await;
        let id = text(&customer, "id");
        if !card.is_empty() {
            let path = format!("/v1/payment_methods/{card}/attach");
            let card = self.post(&path, &[("customer", &id)]).await;
            let default = [("invoice_settings[default_payment_method]", card["id"].as_str().unwrap())];
            self.post(&format!("/v1/customers/{id}"), &default).await;
        }
        id
    }

    /// A monthly price in dollars, in cents.
    pub async fn price(&self, amount: &str) -> String {
        self.price_every("month", amount).await
    }

    pub async fn price_every(&self, interval: &str, amount: &str) -> String {
        let price = self
            .post(
                "/v1/prices",
                &[
                    ("currency", "usd"),
                    ("unit_amount", amount),
                    ("recurring[interval]", interval),
                    ("product_data[name]", "Gold"),
                ],
            )
            .await;
        text(&price, "id")
    }

    pub async fn subscribe(&self, customer: &str, price: &str, more: &[(&str, &str)]) -> Value {
        let mut form = vec![("customer", customer), ("items[0][price]", price)];
        form.extend_from_slice(more);
        self.post("/v1/subscriptions", &form).await
    }
}

pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

pub fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

fn placed(method: &str, path: &str, form: &[(&str, &str)]) -> (String, String) {
    if method == "POST" {
        (path.to_owned(), encoded(form))
    } else if form.is_empty() {
        (path.to_owned(), String::new())
    } else {
        (format!("{path}?{}", encoded(form)), String::new())
    }
}

/// 10:30 on a day, in seconds since 1970.
pub fn day(year: i32, month: u32, day: u32) -> i64 {
    let date = chrono::NaiveDate::from_ymd_opt(year, month, day).expect("a date");
    date.and_hms_opt(10, 30, 0).expect("a time").and_utc().timestamp()
}

pub fn shown(moment: i64) -> String {
    let moment = chrono::DateTime::from_timestamp(moment, 0).expect("a moment");
    moment.format("%Y-%m-%d %H:%M").to_string()
}
