//! A counter that owes things to Stripe, one after the other, and sends them as the outbox says.

use billing::answer::Answer;
use billing::inbound::{
    ChargeSnapshot, Cursor, InvoiceSnapshot, NextPoll, Snapshot, SubscriptionSnapshot, touched,
};
use billing::outbox::{Row, Step, Turn};
use billing::read::{
    Event, Seconds, StripeCustomerId, StripePaymentMethodId, StripePriceId, StripeProductId,
};
use billing::request::{
    About, Ask, CreateCustomer, CreatePrice, CreateProduct, CreateSubscription, Item, ListOf, Mark,
    SetUpCard, Starts, Thing,
};
use domain::money::{Currency, Money};
use domain::plan::{Frequency, TaxMode};
use domain::{CustomerId, EffectId, Instant};
use std::time::Duration;
use stripe_double::{Action, Double, RESTRICTED_TEST};
use uuid::Uuid;
use wire::{Client, Patience};

pub const DAY: i64 = 24 * 3_600;
pub const CARD: &str = "4242424242424242";
/// Saved without complaint, and declined whenever it is charged.
pub const DECLINES: &str = "4000000000000341";

pub struct Counter {
    pub double: Double,
    pub client: Client,
    pub cursor: Cursor,
    owed: u128,
}

/// How an effect ended.
#[derive(Debug)]
pub struct Ended {
    pub turn: Turn,
    pub row: Row,
}

impl Counter {
    pub async fn opens() -> Self {
        Self::at(Double::start().await.unwrap())
    }

    pub fn at(double: Double) -> Self {
        let patience = Patience { connect: Duration::from_secs(2), whole: Duration::from_millis(400) };
        let base = double.base_url().parse().unwrap();
        let client = Client::new(base, RESTRICTED_TEST.parse().unwrap(), patience).unwrap();
        let cursor = Cursor::reconciled(Seconds(double.now()));
        Self { double, client, cursor, owed: 0 }
    }

    pub fn now(&self) -> Instant {
        Seconds(self.double.now()).instant()
    }

    pub fn days_pass(&self, days: i64) {
        self.double.advance_to(self.double.now() + days * DAY);
    }

    /// The same, hearing of everything as it happens.
    pub async fn days_are_heard(&mut self, days: i64) -> Vec<Snapshot> {
        let mut read = Vec::new();
        for _ in 0..days {
            self.days_pass(1);
            read.extend(self.hears().await);
        }
        read
    }

    /// Owes something new and sends it until it is settled; time passes as the outbox asks.
    pub async fn owe(&mut self, ask: &Ask) -> Ended {
        self.owed += 1;
        let effect = EffectId(Uuid::from_u128(self.owed));
        let about = About::Customer(CustomerId(Uuid::from_u128(1)));
        let mark = Mark { effect, practice: "north".to_owned(), about };
        let mut row = Row::waiting(effect, self.now());
        for _ in 0..400 {
            let (next, turn) = match row.step(self.now()) {
                Step::Freeze => (row.freeze(ask.freeze(&mark).unwrap()), Turn::Again),
                Step::Send(frozen) => {
                    let flying = row.sent(self.now());
                    let answer = Answer::of(self.client.send(&frozen).await);
                    flying.answered(answer, self.now(), 500)
                }
                Step::LookUp(frozen) => {
                    let found = self.client.find(&frozen).await;
                    row.looked_up(found, self.now(), 500)
                }
                Step::Wait(until) => {
                    self.double.advance_to(Seconds::from(until).0 + 1);
                    (row, Turn::Again)
                }
                Step::InFlight | Step::Settled => panic!("{row:?}"),
            };
            row = next;
            match turn {
                Turn::Again | Turn::Rest => {}
                turn => return Ended { turn, row },
            }
        }
        panic!("{row:?} never ends");
    }

    /// Owes something that has to be done, and reads what was made.
    pub async fn make(&mut self, ask: Ask) -> Snapshot {
        match self.owe(&ask).await.turn {
            Turn::Done { body, .. } => Snapshot::read(&body).unwrap(),
            other => panic!("{ask:?}: {other:?}"),
        }
    }

    /// Hears all events since the last time and reads what they touched.
    pub async fn hears(&mut self) -> Vec<Snapshot> {
        self.hears_things().await.into_iter().map(|(_, snapshot)| snapshot).collect()
    }

    pub async fn hears_things(&mut self) -> Vec<(Thing, Snapshot)> {
        let began = Seconds(self.double.now());
        let NextPoll::Events { from } = self.cursor.next(began) else { panic!("away") };
        let heard = self.client.every::<Event>(ListOf::Events { from }).await.unwrap();
        assert_eq!(heard.bad, []);
        let taken = self.cursor.take(heard.items, began);
        let mut read = Vec::new();
        for thing in touched(&taken.fresh) {
            let snapshot = self.client.snapshot(&thing).await.unwrap();
            read.push((thing, snapshot));
        }
        self.cursor = taken.cursor;
        read
    }

    /// A customer with a card that was entered on Stripe's page.
    pub async fn member(&mut self, number: &str) -> (StripeCustomerId, StripePaymentMethodId) {
        let ask = CreateCustomer {
            name: "Ann Öztürk".to_owned(),
            email: Some("ann@example.org".to_owned()),
            phone: None,
        };
        let Snapshot::Customer(customer) = self.make(Ask::CreateCustomer(ask)).await else {
            panic!("a customer")
        };
        let customer = customer.id;
        let page = SetUpCard {
            customer: customer.clone(),
            currency: Currency::USD,
            success_url: "https://example.org/done".to_owned(),
        };
        let Snapshot::Checkout(session) = self.make(Ask::SetUpCard(page)).await else { panic!("a session") };
        assert!(session.page.is_some());
        let entered = Action::EnterCard { session: session.id.to_string(), number: number.to_owned() };
        self.double.act(&entered).unwrap();
        let read = self.client.snapshot(&Thing::CheckoutSession(session.id)).await.unwrap();
        let Snapshot::Checkout(session) = read else { panic!("a session") };
        let payment_method = session.payment_method.unwrap();
        let ask = Ask::SetDefaultPaymentMethod {
            customer: customer.clone(),
            payment_method: payment_method.clone(),
        };
        let Snapshot::Customer(read) = self.make(ask).await else { panic!("a customer") };
        assert_eq!(read.default_payment_method.as_ref(), Some(&payment_method));
        (customer, payment_method)
    }

    pub async fn plan(&mut self) -> StripeProductId {
        let ask = CreateProduct { name: "Gold".to_owned(), description: String::new() };
        match self.make(Ask::CreateProduct(ask)).await {
            Snapshot::Product(product) => product.id,
            other => panic!("{other:?}"),
        }
    }

    pub async fn price(
        &mut self,
        product: &StripeProductId,
        cents: i64,
        every: Option<Frequency>,
    ) -> StripePriceId {
        let ask = CreatePrice {
            product: product.clone(),
            currency: Currency::USD,
            amount: Money::from_minor(cents),
            every,
            tax_mode: TaxMode::Exclusive,
        };
        match self.make(Ask::CreatePrice(ask)).await {
            Snapshot::Price(price) => price.id,
            other => panic!("{other:?}"),
        }
    }

    pub async fn object(&self, thing: Thing) -> Snapshot {
        self.client.snapshot(&thing).await.unwrap()
    }
}

/// $50 a month, from now on.
pub fn enrolls(customer: &StripeCustomerId, price: &StripePriceId) -> CreateSubscription {
    CreateSubscription {
        customer: customer.clone(),
        currency: Currency::USD,
        items: vec![Item { price: price.clone(), quantity: 1, tax_rates: Vec::new() }],
        starts: Starts::Now,
        due_now: Vec::new(),
        opening_discount: None,
        ends_at: None,
        payment_method: None,
    }
}

pub fn subscription(read: Snapshot) -> SubscriptionSnapshot {
    match read {
        Snapshot::Subscription(snapshot) => *snapshot,
        other => panic!("{other:?}"),
    }
}

pub fn invoices(read: &[Snapshot]) -> Vec<&InvoiceSnapshot> {
    read.iter()
        .filter_map(|snapshot| match snapshot {
            Snapshot::Invoice(invoice) => Some(invoice.as_ref()),
            _ => None,
        })
        .collect()
}

pub fn charges(read: &[Snapshot]) -> Vec<&ChargeSnapshot> {
    read.iter()
        .filter_map(|snapshot| match snapshot {
            Snapshot::Charge(charge) => Some(charge),
            _ => None,
        })
        .collect()
}
