//! A practice, the network, and Stripe.

use billing::answer::{Reply, TransportError};
use billing::key::StripeKey;
use desk::stripe::{Connected, Request};
use domain::{CustomerId, Instant};
use protocol::enrollments::{Consent, Enroll, Enrolled, PaysBy};
use protocol::plans::GetPlan;
use protocol::stripe::{AskCard, CardPage, CardPageHow, GetCardPage};
use std::cell::Cell;
use std::time::Duration;
use stripe_double::{Account, Action, Kind, RESTRICTED_TEST, Seen, Settings};
use testkit::Shop;

pub const VISA: &str = "4242424242424242";
/// Is saved, and then never has enough money.
pub const EMPTY: &str = "4000000000000341";

/// Everybody in one town.
pub struct Town {
    pub shop: Shop,
    pub stripe: Account,
    /// The network works.
    online: Cell<bool>,
    /// Seconds that Stripe's clock is ahead of where the desk's began.
    key: StripeKey,
}

impl Town {
    /// A practice that has just connected Stripe.
    pub async fn opens() -> Self {
        let shop = Shop::opens().await;
        let start = desk::Clock::now(shop.clock()).millis() / 1_000;
        let stripe = Account::new(&Settings { start, ..Settings::default() });
        Self::of(shop, stripe).await
    }

    async fn of(shop: Shop, stripe: Account) -> Self {
        let key: StripeKey = RESTRICTED_TEST.parse().expect("a key");
        let found = Connected { id: "acct_double".parse().expect("an id"), name: "Larkspur".to_owned() };
        shop.front.desk.connect_stripe(&key, found).await.expect("a connection");
        let town = Self { shop, stripe, online: Cell::new(true), key };
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

    /// The program ends with what is on its way after some errands; Stripe may have carried it out.
    pub async fn dies_at_any_time(&self, errands: u64) {
        let desk = &self.shop.front.desk;
        desk.stripe_is_asked_again().await;
        for _ in 0..errands {
            let Some(errand) = desk.next_errand().await.expect("an errand") else { return };
            let came = self.asks(errand.request());
            desk.errand_done(errand, came).await.expect("what came back is taken in");
        }
        if let Some(errand) = desk.next_errand().await.expect("an errand") {
            // Nobody hears the answer.
            drop(self.asks(errand.request()));
        }
    }

    /// The program is closed and started again.
    pub async fn restarts(self) -> Self {
        let Self { shop, stripe, online, key } = self;
        let shop = shop.restarts().await;
        shop.front.desk.errands_begin().await.expect("a beginning");
        Self { shop, stripe, online, key }
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
        let found = Connected { id: "acct_double".parse().expect("an id"), name: "Larkspur".to_owned() };
        self.shop.front.desk.connect_stripe(&key, found).await.expect("a connection");
        Self { key, ..self }
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
                (method, frozen.path.clone(), Some(frozen.key.to_string()), frozen.body.clone())
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
                body: reply.body.into(),
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
