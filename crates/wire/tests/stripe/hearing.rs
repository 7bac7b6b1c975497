//! What is done at Stripe by others is heard here, however late and often it is told.

use crate::counter::{CARD, Counter, enrolls, subscription};
use billing::inbound::{Cursor, NextPoll, Snapshot, SubscriptionSnapshot, differences};
use billing::read::{Seconds, Subscription};
use billing::request::{Ask, ListOf, Thing};
use domain::plan::Frequency;
use std::collections::BTreeMap;
use stripe_double::{Action, Clock, Double, Settings};

/// Events up to five minutes late, some of them twice.
async fn moody() -> Counter {
    let settings =
        Settings { seed: 7, event_delay_seconds: 300, event_twice_per_mille: 300, ..Settings::default() };
    Counter::at(Double::start_with(settings, Clock::Still, 0).await.unwrap())
}

#[tokio::test]
async fn late_and_repeated_events_end_in_what_is_there() {
    let mut counter = moody().await;
    let (customer, card) = counter.member(CARD).await;
    let product = counter.plan().await;
    let price = counter.price(&product, 5_000, Some(Frequency::Monthly)).await;
    let running = subscription(counter.make(Ask::CreateSubscription(enrolls(&customer, &price))).await);
    let id = running.id.to_string();
    let charge = counter.double.charges()[0].charge.clone();
    let mut heard: BTreeMap<Thing, Snapshot> = BTreeMap::new();
    let by_others = [
        Action::Pause { subscription: id.clone() },
        Action::Resume { subscription: id.clone() },
        Action::Refund { charge: charge.clone(), amount: Some(700) },
        Action::PauseCollection { subscription: id.clone(), behavior: Some("void".to_owned()) },
        Action::PauseCollection { subscription: id.clone(), behavior: None },
        Action::OpenDispute { charge: charge.clone(), reason: None },
        Action::RemoveCard { card: card.to_string() },
        Action::Cancel { subscription: id.clone(), at_period_end: true },
    ];
    for action in by_others {
        counter.double.act(&action).unwrap();
        counter.double.advance_to(counter.double.now() + 40);
        heard.extend(counter.hears_things().await);
    }
    for _ in 0..10 {
        counter.double.advance_to(counter.double.now() + 60);
        heard.extend(counter.hears_things().await);
    }
    assert_eq!(counter.hears().await, []);
    // What was heard last of each is what is there now.
    assert!(heard.len() >= 6, "{heard:?}");
    for (thing, snapshot) in heard {
        assert_eq!(counter.object(thing.clone()).await, snapshot, "{thing:?}");
    }
    let end = subscription(counter.object(Thing::Subscription(running.id)).await);
    assert!(end.cancel_at_period_end);
    let Snapshot::PaymentMethod(card) = counter.object(Thing::PaymentMethod(card)).await else {
        panic!("a card")
    };
    assert_eq!(card.customer, None);
}

#[tokio::test]
async fn after_a_month_away_everything_is_read_and_what_differed_is_told() {
    let mut counter = Counter::opens().await;
    let (customer, _) = counter.member(CARD).await;
    let product = counter.plan().await;
    let price = counter.price(&product, 5_000, Some(Frequency::Annual)).await;
    let running = subscription(counter.make(Ask::CreateSubscription(enrolls(&customer, &price))).await);
    counter.hears().await;
    let cancel = Action::Cancel { subscription: running.id.to_string(), at_period_end: true };
    counter.double.act(&cancel).unwrap();
    counter.days_pass(40);
    let now = Seconds(counter.double.now());
    assert_eq!(counter.cursor.next(now), NextPoll::Reconcile);
    let all = counter.client.every::<Subscription>(ListOf::Subscriptions).await.unwrap();
    let there = SubscriptionSnapshot::of(&all.items[0]).unwrap();
    let told: Vec<String> = differences(&running, &there).iter().map(|one| one.field.clone()).collect();
    assert!(told.contains(&"cancel at period end".to_owned()), "{told:?}");
    assert!(!told.contains(&"items".to_owned()) && !told.contains(&"status".to_owned()), "{told:?}");
    counter.cursor = Cursor::reconciled(now);
    assert!(counter.hears().await.is_empty());
}
