//! Charges off a card on file: taken, declined, given back.

use crate::counter::{CARD, Counter, DECLINES, enrolls};
use billing::inbound::Snapshot;
use billing::outbox::Turn;
use billing::read::{PaymentIntentStatus, Subscription};
use billing::request::{Ask, ChargeCard, GiveRefund, ListOf, Refunded, Thing};
use domain::money::{Currency, Money};
use domain::plan::Frequency;

fn cents(minor: i64) -> Money {
    Money::from_minor(minor)
}

#[tokio::test]
async fn a_declined_card_is_a_verdict_in_words_and_leaves_nothing() {
    let mut counter = Counter::opens().await;
    let (customer, payment_method) = counter.member(DECLINES).await;
    let product = counter.plan().await;
    let price = counter.price(&product, 5_000, Some(Frequency::Monthly)).await;
    let ended = counter.owe(&Ask::CreateSubscription(enrolls(&customer, &price))).await;
    let Turn::Refused(verdict) = ended.turn else { panic!("{ended:?}") };
    assert_eq!(verdict.words().what, "The bank declined the card and gave no reason. No money moved.");
    let left = counter.client.every::<Subscription>(ListOf::SubscriptionsOf(customer.clone())).await.unwrap();
    assert_eq!(left.items, []);
    let charge = Ask::ChargeCard(ChargeCard {
        customer,
        payment_method,
        currency: Currency::USD,
        amount: cents(1_250),
        description: "Receipt A-17".to_owned(),
    });
    let ended = counter.owe(&charge).await;
    let Turn::Refused(verdict) = ended.turn else { panic!("{ended:?}") };
    assert!(verdict.decline().is_some() && verdict.payment_intent.is_some());
    assert_eq!(counter.double.charges(), []);
}

#[tokio::test]
async fn what_a_ticket_owes_is_charged_and_given_back_in_parts() {
    let mut counter = Counter::opens().await;
    let (customer, payment_method) = counter.member(CARD).await;
    let charge = Ask::ChargeCard(ChargeCard {
        customer,
        payment_method,
        currency: Currency::USD,
        amount: cents(1_250),
        description: "Receipt A-17".to_owned(),
    });
    let Snapshot::PaymentIntent(paid) = counter.make(charge).await else { panic!("a payment") };
    assert_eq!((paid.status, paid.received), (PaymentIntentStatus::Succeeded, cents(1_250)));
    let refund = |amount| {
        Ask::GiveRefund(GiveRefund {
            of: Refunded::PaymentIntent(paid.id.clone()),
            currency: Currency::USD,
            amount: cents(amount),
        })
    };
    counter.make(refund(500)).await;
    counter.make(refund(750)).await;
    let ended = counter.owe(&refund(1)).await;
    assert!(matches!(ended.turn, Turn::Refused(_)), "{ended:?}");
    let Snapshot::Charge(charge) = counter.object(Thing::Charge(paid.charge.unwrap())).await else {
        panic!("a charge")
    };
    assert_eq!((charge.amount, charge.refunded), (cents(1_250), cents(1_250)));
    assert_eq!(charge.card.as_deref(), Some("visa 4242"));
}

/// The double counts by a table of its own.
#[tokio::test]
async fn amounts_are_the_same_on_both_sides_in_every_kind_of_currency() {
    for (code, ours, theirs) in
        [("JPY", 1_250, 1_250), ("KWD", 5_120, 5_120), ("ISK", 500, 50_000), ("MGA", 250_000, 2_500)]
    {
        let mut counter = Counter::opens().await;
        let (customer, payment_method) = counter.member(CARD).await;
        let currency = Currency::from_code(code).unwrap();
        let charge = Ask::ChargeCard(ChargeCard {
            customer,
            payment_method,
            currency,
            amount: cents(ours),
            description: String::new(),
        });
        let Snapshot::PaymentIntent(paid) = counter.make(charge).await else { panic!("a payment") };
        assert_eq!((paid.received, paid.currency), (cents(ours), currency), "{code}");
        assert_eq!(counter.double.charges()[0].amount, theirs, "{code}");
    }
}

#[tokio::test]
async fn a_bank_that_wants_the_customer_says_so() {
    let mut counter = Counter::opens().await;
    let (customer, payment_method) = counter.member("4000002760003184").await;
    let charge = Ask::ChargeCard(ChargeCard {
        customer,
        payment_method,
        currency: Currency::USD,
        amount: cents(1_250),
        description: String::new(),
    });
    let ended = counter.owe(&charge).await;
    let Turn::Refused(verdict) = ended.turn else { panic!("{ended:?}") };
    assert_eq!(
        verdict.words().to_string(),
        "The bank wants the customer to confirm this payment. No money moved. Send the customer the link to confirm the \
         card; then collect again."
    );
    assert_eq!(counter.double.charges(), []);
}
