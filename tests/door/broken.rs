//! A defect in a use case is an answer; the desk goes on, and nothing is half done.

use desk::{Desk, Ids, SystemClock, SystemIds};
use domain::customer::Person;
use domain::{Currency, DeskId, Instant};
use protocol::customers::{CreateCustomer, FindCustomers};
use protocol::practice::SetUpPractice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Store;
use uuid::Uuid;

#[derive(Default)]
struct FragileIds {
    broken: AtomicBool,
}

impl Ids for FragileIds {
    fn fresh(&self, now: Instant) -> Uuid {
        assert!(!self.broken.load(Ordering::SeqCst), "a defect in the middle of a request");
        SystemIds.fresh(now)
    }
}

#[tokio::test]
async fn a_panic_is_answered_and_the_same_request_works_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.db");
    let store = Store::create(&path, &testkit::key(), DeskId(Uuid::from_u128(1))).await.unwrap();
    let ids = Arc::new(FragileIds::default());
    let desk = Desk::open(store, Arc::new(SystemClock), ids.clone()).await.unwrap();
    let practice = SetUpPractice {
        name: "Larkspur".into(),
        currency: Currency::USD,
        time_zone: "America/New_York".into(),
        customer_word: domain::practice::CustomerWord::Patient,
        location_name: "Main Street".into(),
        desk_name: "Front desk".into(),
        owner_name: "Dana Whitfield".into(),
        owner_pin: "4711".into(),
    };
    desk.ask(practice, Some(desk.fresh_key())).await.unwrap();
    let chain = async || {
        let head = desk.store().head().await;
        (head.seq, head.hash)
    };
    let before = chain().await;

    let key = desk.fresh_key();
    let ana = CreateCustomer { person: Person { name: "Ana Ruiz".into(), ..Person::default() } };
    ids.broken.store(true, Ordering::SeqCst);
    let refused = desk.ask(ana.clone(), Some(key)).await.unwrap_err();
    assert_eq!(refused.code, "broken");
    assert_eq!(chain().await, before);

    ids.broken.store(false, Ordering::SeqCst);
    desk.ask(ana.clone(), Some(key)).await.unwrap();
    desk.ask(ana, Some(key)).await.unwrap();
    let found = desk.ask(FindCustomers { text: "ana".into(), limit: None }, None).await.unwrap();
    assert_eq!((found.people.len(), found.more), (1, false));
    assert!(store::diagnose(desk.store()).await.unwrap().problems.is_empty());
    desk.close().await.unwrap();
}
