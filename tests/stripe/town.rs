//! A practice, the network, and Stripe.

use billing::answer::{Reply, TransportError};
use billing::key::StripeKey;
use billing::request::{ListOf, Reading};
use desk::stripe::{Connected, Request};
use domain::effect::{EffectState, Progress};
use domain::stripe::Owed;
use domain::{CustomerId, EffectId, Instant, Money};
use protocol::enrollments::{Consent, Enroll, Enrolled, PaysBy};
use protocol::plans::GetPlan;
use protocol::stripe::{AskCard, CardPage, CardPageHow, GetCardPage};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::Duration;
use store::query::{self, Progressed};
use stripe_double::{Account, Action, Kind, RESTRICTED_TEST, Seen, Settings};
use testkit::Shop;

pub const VISA: &str = "4242424242424242";
/// Is saved, and then never has enough money.
pub const EMPTY: &str = "4000000000000341";

pub fn usd(minor: i64) -> Money {
    Money::from_minor(minor)
}

/// Everybody in one town.
pub struct Town {
    pub shop: Shop,
    pub stripe: Account,
    /// The network works.
    online: Cell<bool>,
    key: StripeKey,
    broken: Broken,
}

/// A fault that a worse program would have, made between the desk and Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// What is sent again goes under another idempotency key.
    AnotherKey,
    /// Nobody looks whether what was sent a day ago was done.
    NoLookUp,
    /// Events are taken in the order of their ids: one with a smaller id than the last is old.
    OrderById,
    /// How far events were read is kept before what they say: a program that dies there never reads them again.
    CursorBeforeCommit,
    /// An effect counts as done before its answer is there.
    AcknowledgedFirst,
}

#[derive(Debug, Default)]
struct Broken {
    how: Option<Mutant>,
    sent: Cell<u64>,
    /// Ids of the events that were delivered.
    events: RefCell<BTreeSet<String>>,
}

impl Broken {
    /// The key that a request goes under.
    fn key(&self, key: String) -> String {
        if self.how != Some(Mutant::AnotherKey) {
            return key;
        }
        self.sent.set(self.sent.get() + 1);
        format!("{key} {}", self.sent.get())
    }

    /// What is made of an answer to something read.
    fn heard(&self, reading: &Reading, body: Vec<u8>) -> Vec<u8> {
        let looked_up = match reading {
            Reading::Search { .. } => true,
            Reading::List { of, .. } => !matches!(
                of,
                ListOf::Events { .. } | ListOf::LinesOf(_) | ListOf::PaymentMethodsOf(_) | ListOf::Disputes
            ),
            _ => false,
        };
        let is_events = matches!(reading, Reading::List { of: ListOf::Events { .. }, .. });
        match self.how {
            Some(Mutant::NoLookUp) if looked_up => changed(body, |data| data.clear()),
            Some(Mutant::OrderById) if is_events => changed(body, |data| {
                let mut seen = self.events.borrow_mut();
                let newest = seen.last().cloned().unwrap_or_default();
                data.retain(|event| id_of(event) > newest);
                seen.extend(data.iter().map(id_of));
            }),
            Some(Mutant::CursorBeforeCommit) if is_events => changed(body, |data| {
                let mut seen = self.events.borrow_mut();
                data.retain(|event| !seen.contains(&id_of(event)));
                seen.extend(data.iter().map(id_of));
            }),
            _ => body,
        }
    }
}

/// Whose a key of that account is.
fn found_at(stripe: &Account) -> Connected {
    let id = stripe.look(|mode| mode.account.clone());
    Connected { id: id.parse().expect("an id"), name: "Larkspur".to_owned() }
}

fn id_of(event: &Value) -> String {
    event["id"].as_str().unwrap_or_default().to_owned()
}

fn changed(body: Vec<u8>, change: impl FnOnce(&mut Vec<Value>)) -> Vec<u8> {
    let Ok(mut page) = serde_json::from_slice::<Value>(&body) else { return body };
    if let Some(data) = page["data"].as_array_mut() {
        change(data);
    }
    page.to_string().into_bytes()
}

impl Town {
    /// A practice that has just connected Stripe.
    pub async fn opens() -> Self {
        let shop = Shop::opens().await;
        let start = desk::Clock::now(shop.clock()).millis() / 1_000;
        let stripe = Account::new(&Settings { start, ..Settings::default() });
        Self::of(shop, stripe).await
    }

    /// The same at an instant after 12 March 2026, in a fraction of the time.
    pub async fn opens_quickly(at: Instant, moods: Settings, broken: Option<Mutant>) -> Self {
        let shop = Shop::opens_as_copy(at).await;
        let stripe = Account::new(&Settings { start: at.millis() / 1_000, ..moods });
        let mut town = Self::of(shop, stripe).await;
        town.broken.how = broken;
        town
    }

    async fn of(shop: Shop, stripe: Account) -> Self {
        let key: StripeKey = RESTRICTED_TEST.parse().expect("a key");
        let found = found_at(&stripe);
        shop.front.desk.connect_stripe(&key, found).await.expect("a connection");
        let town = Self { shop, stripe, online: Cell::new(true), key, broken: Broken::default() };
        town.carries().await;
        town
    }

    /// The program ends while a request to `path` is on its way, which Stripe may have carried out.
    pub async fn dies_sending(&self, path: &str, executed: bool) {
        let desk = &self.shop.front.desk;
        desk.stripe_is_asked_again().await;
        for _ in 0..100 {
            let errand = desk.next_errand().await.expect("an errand").expect("it is sent");
            if let Request::Send(frozen) = errand.request()
                && frozen.path == path
            {
                if executed {
                    self.asks(errand.request()).expect("an answer that nobody hears");
                }
                return;
            }
            let came = self.asks(errand.request());
            desk.errand_done(errand, came).await.expect("what came back is taken in");
        }
        panic!("nothing goes to {path}");
    }

    /// The program ends after some errands with another under way, which left for Stripe or not.
    pub async fn dies_at_any_time(&self, errands: u64, left: bool) {
        let desk = &self.shop.front.desk;
        desk.stripe_is_asked_again().await;
        for _ in 0..errands {
            let Some(errand) = desk.next_errand().await.expect("an errand") else { return };
            let came = self.asks(errand.request());
            desk.errand_done(errand, came).await.expect("what came back is taken in");
        }
        if let Some(errand) = desk.next_errand().await.expect("an errand") {
            if left {
                // Nobody hears the answer.
                drop(self.asks(errand.request()));
            }
            if let (Some(Mutant::AcknowledgedFirst), Some(effect)) = (self.broken.how, errand.effect()) {
                self.acknowledges(effect).await;
            }
        }
    }

    async fn acknowledges(&self, effect: EffectId) {
        let store = self.shop.front.desk.store();
        let mut conn = store.readers().acquire().await.expect("a connection");
        let row = query::effect(&mut conn, effect).await.expect("a row").expect("what was sent");
        let mut tx = store.begin().await.expect("a transaction");
        let progress = Progress { state: EffectState::Done, ..row.progress };
        let to = Progressed { progress, answer: None, answered: None, body: None, address: None };
        tx.progress(effect, to);
        tx.commit().await.expect("a commit");
    }

    /// What was to go back to cards and was refused.
    pub async fn refused_refunds(&self) -> Money {
        let mut conn = self.shop.front.desk.store().readers().acquire().await.expect("a connection");
        let refused = query::effects(&mut conn, &[EffectState::Refused], false, None, 500).await;
        let rows = refused.expect("rows").rows;
        let owed = rows.iter().map(|row| serde_json::from_str::<Owed>(&row.what).expect("what was owed"));
        owed.map(|owed| match owed {
            Owed::Refund { amount, .. } => amount,
            _ => Money::ZERO,
        })
        .sum()
    }

    /// The program is closed and started again.
    pub async fn restarts(self) -> Self {
        let Self { shop, stripe, online, key, broken } = self;
        let shop = shop.restarts().await;
        shop.front.desk.errands_begin().await.expect("a beginning");
        Self { shop, stripe, online, key, broken }
    }

    /// The owner enters a key that was made anew.
    pub async fn with_another_key(self) -> Self {
        let text = "rk_test_another1234567890";
        let permissions: Vec<String> = billing::request::PERMISSIONS
            .iter()
            .map(|permission| format!("rak_{}_write", permission.code))
            .collect();
        let permissions: Vec<&str> = permissions.iter().map(String::as_str).collect();
        self.stripe.allow_key(text, &permissions);
        let key: StripeKey = text.parse().expect("a key");
        let found = found_at(&self.stripe);
        self.shop.front.desk.connect_stripe(&key, found).await.expect("a connection");
        Self { key, ..self }
    }

    /// The data is restored on a computer that keeps the key of another account.
    pub async fn moves_to_another_account(self) -> Self {
        let (start, seed) = (self.stripe.now(), 77);
        let stripe = Account::new(&Settings { start, seed, ..Settings::default() });
        Self { stripe, ..self }.restarts().await
    }

    pub fn goes_offline(&self) {
        self.online.set(false);
    }

    pub fn comes_online(&self) {
        self.online.set(true);
    }

    /// Carries errands until nothing is left to be asked now.
    pub async fn carries(&self) {
        let desk = &self.shop.front.desk;
        desk.stripe_is_asked_again().await;
        for _ in 0..5_000 {
            let Some(errand) = desk.next_errand().await.expect("an errand") else { return };
            let came = self.asks(errand.request());
            if std::env::var("SAY").is_ok() {
                eprintln!(
                    "{:?} -> {}",
                    errand.request(),
                    match &came {
                        Ok(r) => format!(
                            "{} {}",
                            r.status,
                            String::from_utf8_lossy(&r.body)
                                .chars()
                                .take(300)
                                .collect::<String>()
                                .replace('\n', " ")
                        ),
                        Err(e) => e.to_string(),
                    }
                );
            }
            desk.errand_done(errand, came).await.expect("what came back is taken in");
        }
        panic!("errands come without end");
    }

    fn asks(&self, request: Request<'_>) -> Result<Reply, TransportError> {
        if !self.online.get() {
            return Err(TransportError::NotReached("there is no network".to_owned()));
        }
        let (method, path, key, body) = match request {
            Request::Send(frozen) => {
                let method = match frozen.method {
                    billing::request::Method::Post => "POST",
                    billing::request::Method::Delete => "DELETE",
                };
                (
                    method,
                    frozen.path.clone(),
                    Some(self.broken.key(frozen.key.to_string())),
                    frozen.body.clone(),
                )
            }
            Request::Read(reading) => ("GET", reading.path(), None, String::new()),
        };
        let seen = self.stripe.answer(&stripe_double::Request {
            method,
            path: &path,
            key: Some(self.key.reveal()),
            idempotency_key: key.as_deref(),
            version: Some(billing::STRIPE_VERSION),
            body: &body,
        });
        match seen {
            Seen::Answered(reply) => Ok(Reply {
                status: reply.status,
                retry_after_seconds: reply.header("retry-after").and_then(|text| text.parse().ok()),
                request_id: reply.header("request-id").map(str::to_owned),
                replayed: reply.header("idempotent-replayed") == Some("true"),
                date: Some(Instant::from_millis(self.stripe.now() * 1_000)),
                body: match request {
                    Request::Read(reading) => self.broken.heard(reading, reply.body).into(),
                    Request::Send(_) => reply.body.into(),
                },
            }),
            Seen::Refused => Err(TransportError::NotReached("refused".to_owned())),
            Seen::Dropped | Seen::Cut { .. } => Err(TransportError::Broken("cut".to_owned())),
            Seen::Hung => Err(TransportError::TimedOut { seconds: 30 }),
        }
    }

    /// Time passes for everybody; whoever was signed in signs in again.
    pub async fn days_pass(&self, days: i64) {
        self.hours_pass(days * 24).await;
    }

    pub async fn hours_pass(&self, hours: i64) {
        self.shop.clock().passes(hours * 3_600_000);
        self.stripe.advance(Duration::from_secs(u64::try_from(hours * 3_600).expect("forwards")));
        self.shop.front.signs_in_again().await;
        self.shop.front.desk.daily_round().await.expect("a daily round");
    }

    /// Days pass, and the desk hears what Stripe did on each of them.
    pub async fn days_pass_online(&self, days: i64) {
        for _ in 0..days {
            self.days_pass(1).await;
            self.carries().await;
        }
    }

    /// Somebody on file who enters a card on Stripe's page.
    pub async fn has_card(&self, customer: CustomerId, number: &str) {
        let front = &self.shop.front;
        front.does(AskCard { customer, how: CardPageHow::Here }).await;
        self.carries().await;
        let page = front.does(GetCardPage { customer }).await;
        let CardPage::Open { url } = page else { panic!("no page is open: {page:?}") };
        assert!(url.contains("double"), "{url}");
        self.enters_card(number);
        self.carries().await;
        let page = front.does(GetCardPage { customer }).await;
        assert!(matches!(page, CardPage::Entered { .. }), "{page:?}");
    }

    /// Whoever has the newest page open enters a card.
    pub fn enters_card(&self, number: &str) {
        let session = self.newest(Kind::CheckoutSession);
        self.stripe.act(&Action::EnterCard { session, number: number.to_owned() }).expect("a card");
    }

    /// What Stripe took of cards, oldest first.
    pub fn charged(&self) -> Vec<i64> {
        self.stripe.charges().iter().map(|charge| charge.amount).collect()
    }

    /// The newest object of a kind.
    pub fn newest(&self, kind: Kind) -> String {
        self.stripe.look(|mode| {
            let newest = mode.shelf(kind).all().next_back().expect("an object");
            newest["id"].as_str().expect("an id").to_owned()
        })
    }

    /// One field of the newest object of a kind.
    pub fn says(&self, kind: Kind, field: &str) -> serde_json::Value {
        self.stripe.look(|mode| {
            let newest = mode.shelf(kind).all().next_back().expect("an object");
            newest.pointer(field).cloned().unwrap_or_default()
        })
    }

    /// Ana enrolls by card from today.
    pub async fn enrolls_by_card(&self, customer: CustomerId, plan: domain::PlanId) -> Enrolled {
        self.enrolls_by_card_from(customer, plan, self.shop.today()).await
    }

    /// Ana enrolls by card from that day.
    pub async fn enrolls_by_card_from(
        &self,
        customer: CustomerId,
        plan: domain::PlanId,
        start: domain::Day,
    ) -> Enrolled {
        let front = &self.shop.front;
        let version = front.does(GetPlan { id: plan }).await.plan.current().number;
        front
            .does(Enroll {
                customer,
                plan,
                version,
                start,
                pays: PaysBy::Card,
                tenders: Vec::new(),
                seats: None,
                people: Vec::new(),
                consent: Consent::InPerson,
            })
            .await
    }
}
