//! A small demo, made twice.

use demo::{DemoError, Size, make};
use domain::{Day, Instant};
use std::path::Path;
use store::{DatabaseKey, Store};

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[3; 32])
}

/// 22 November 2026, 21:00 UTC: the afternoon in New York.
const AFTERNOON: i64 = 1_795_381_200_000;

fn size(members: u32, seed: u64) -> Size {
    Size { members, seed, until: Instant::from_millis(AFTERNOON) }
}

async fn fingerprint(path: &Path) -> String {
    let store = Store::open(path, &key()).await.unwrap();
    let print = store::fingerprint(&store).await.unwrap();
    store.close().await.unwrap();
    print
}

#[tokio::test]
async fn the_same_seed_makes_the_same_practice_and_the_doctor_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, other] = ["a", "b", "c"].map(|name| folder.path().join(name));
    let made = make(&first, &key(), size(12, 1)).await.unwrap();
    assert_eq!(made.memberships, 12);
    assert!(made.customers >= 15 && made.tickets > 50, "{made:?}");
    assert_eq!(made, make(&second, &key(), size(12, 1)).await.unwrap());
    assert_eq!(fingerprint(&first).await, fingerprint(&second).await);
    make(&other, &key(), size(12, 2)).await.unwrap();
    assert_ne!(fingerprint(&first).await, fingerprint(&other).await);

    let health = store::diagnose_file(&first, &key()).await.unwrap();
    assert_eq!(health.problems, Vec::<String>::new());
    assert!(health.records > 300, "{health:?}");
}

#[tokio::test]
async fn it_ends_on_its_day_and_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.db");
    make(&path, &key(), size(3, 7)).await.unwrap();
    let store = Store::open(&path, &key()).await.unwrap();
    let head = store.head().await;
    assert_eq!(head.as_of, Day::ymd(2026, 11, 22));
    assert!(head.at.millis <= AFTERNOON);
    let mut conn = store.readers().acquire().await.unwrap();
    let states = store::query::small_states(&mut conn).await.unwrap();
    assert!(
        states.iter().any(|state| matches!(state, domain::fold::State::Practice(practice) if practice.demo))
    );
    drop(conn);
    store.close().await.unwrap();
}

#[tokio::test]
async fn it_takes_the_place_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.db");
    std::fs::write(&path, "mine").unwrap();
    assert!(matches!(make(&path, &key(), size(1, 1)).await, Err(DemoError::Store(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    assert!(matches!(
        make(&folder.path().join("big.db"), &key(), size(1_000_000, 1)).await,
        Err(DemoError::TooMany(1_000_000))
    ));
}
