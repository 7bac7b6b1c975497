//! Whatever goes wrong on the way: done once, or known not to be done.

use crate::counter::{CARD, Counter, enrolls};
use billing::outbox::Turn;
use billing::request::{Ask, ChargeCard, GiveRefund, Refunded};
use domain::money::{Currency, Money};
use domain::plan::Frequency;
use stripe_double::{Fault, Mischief};

fn everything() -> Vec<Mischief> {
    vec![
        Mischief::Hang { executed: false },
        Mischief::Hang { executed: true },
        Mischief::DropBefore,
        Mischief::DropAfter,
        Mischief::CutAnswer,
        Mischief::TooMany { retry_after_seconds: Some(7) },
        Mischief::TooMany { retry_after_seconds: None },
        Mischief::LockTimeout,
        Mischief::ServerError { executed: false, kept: false },
        Mischief::ServerError { executed: true, kept: false },
        Mischief::ServerError { executed: false, kept: true },
        Mischief::ServerError { executed: true, kept: true },
        Mischief::BadGateway { executed: false },
        Mischief::BadGateway { executed: true },
        Mischief::LoginPage,
    ]
}

async fn paid(counter: &mut Counter) -> Refunded {
    let (customer, payment_method) = counter.member(CARD).await;
    let charge = charge(&customer, &payment_method);
    let Turn::Done { .. } = counter.owe(&charge).await.turn else { panic!("a payment") };
    Refunded::Charge(counter.double.charges()[0].charge.parse().unwrap())
}

fn charge(
    customer: &billing::read::StripeCustomerId,
    payment_method: &billing::read::StripePaymentMethodId,
) -> Ask {
    Ask::ChargeCard(ChargeCard {
        customer: customer.clone(),
        payment_method: payment_method.clone(),
        currency: Currency::USD,
        amount: Money::from_minor(5_000),
        description: "Receipt A-17".to_owned(),
    })
}

fn refund(of: &Refunded) -> Ask {
    Ask::GiveRefund(GiveRefund { of: of.clone(), currency: Currency::USD, amount: Money::from_minor(100) })
}

#[tokio::test]
async fn each_fault_once_leaves_one_refund() {
    let mut counter = Counter::opens().await;
    let of = paid(&mut counter).await;
    for (n, what) in everything().into_iter().enumerate() {
        counter.double.fault(Fault::once(what.clone()).on("POST", "/v1/refunds"));
        let ended = counter.owe(&refund(&of)).await;
        assert!(matches!(ended.turn, Turn::Done { .. }), "{what:?}: {ended:?}");
        assert!(ended.row.attempts >= 2, "{what:?}");
        assert_eq!(counter.double.refunds().len(), n + 1, "{what:?}");
    }
}

#[tokio::test]
async fn a_network_that_is_gone_for_days_leaves_one_refund() {
    let mut counter = Counter::opens().await;
    let of = paid(&mut counter).await;
    // It arrived, and for two days nothing is heard of it.
    counter.double.fault(Fault::once(Mischief::DropAfter).on("POST", "/v1/refunds"));
    counter.double.fault(Fault::every(Mischief::LoginPage).times(100));
    let ended = counter.owe(&refund(&of)).await;
    assert!(matches!(ended.turn, Turn::Done { .. }), "{ended:?}");
    assert_eq!(counter.double.refunds().len(), 1);
    assert!(
        counter.double.requests().iter().any(|asked| asked.method == "GET" && asked.path == "/v1/refunds")
    );
}

#[tokio::test]
async fn an_expired_key_stops_the_line_and_blames_nothing() {
    let mut counter = Counter::opens().await;
    let of = paid(&mut counter).await;
    counter.double.fault(Fault::once(Mischief::Unauthorized).on("POST", "/v1/refunds"));
    let ended = counter.owe(&refund(&of)).await;
    let Turn::AskForKey(verdict) = ended.turn else { panic!("{ended:?}") };
    assert!(!verdict.message.contains("rk_test"), "{}", verdict.message);
    assert_eq!(ended.row.first_sent, None);
    assert_eq!(counter.double.refunds(), []);
}

/// Seeds are tried one after the other; one that fails is named.
#[tokio::test]
async fn a_bad_network_charges_nobody_twice() {
    for seed in 1..=12 {
        let mut counter = Counter::opens().await;
        let (customer, payment_method) = counter.member(CARD).await;
        let product = counter.plan().await;
        let price = counter.price(&product, 5_000, Some(Frequency::Monthly)).await;
        let quick = everything().into_iter().filter(|what| !matches!(what, Mischief::Hang { .. }));
        for (n, what) in quick.enumerate() {
            counter.double.fault(Fault::every(what).per_mille(20 + (seed * 7 + n as u32 * 13) % 40));
        }
        let mut done = 0;
        for _ in 0..3 {
            let ended = counter.owe(&charge(&customer, &payment_method)).await;
            assert!(matches!(ended.turn, Turn::Done { .. }), "seed {seed}: {ended:?}");
            done += 1;
        }
        let ended = counter.owe(&Ask::CreateSubscription(enrolls(&customer, &price))).await;
        assert!(matches!(ended.turn, Turn::Done { .. }), "seed {seed}: {ended:?}");
        counter.double.clear_faults();
        let tickets = counter.double.charges().iter().filter(|charge| charge.subscription.is_none()).count();
        assert_eq!(tickets, done, "seed {seed}");
        assert_eq!(counter.double.charged_twice("perennial_effect"), [], "seed {seed}");
        let mut keys: Vec<(String, String)> = counter
            .double
            .requests()
            .iter()
            .filter(|asked| asked.method == "POST")
            .filter_map(|asked| Some((asked.idempotency_key.clone()?, asked.body.clone())))
            .collect();
        keys.sort();
        keys.dedup();
        let bodies = keys.len();
        keys.dedup_by(|one, other| one.0 == other.0);
        assert_eq!(bodies, keys.len(), "seed {seed}: a key with two bodies");
    }
}
