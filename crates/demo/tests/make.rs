//! A small demo, made twice.

use demo::{DemoError, Size, make};
use domain::record::Change;
use domain::{BenefitId, Day, Instant};
use std::collections::BTreeSet;
use std::path::Path;
use store::query::{self, MemberColumn, MemberFilter};
use store::{DatabaseKey, Header, Store};

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

    assert_eq!(journal(&first).await, journal(&second).await);

    let health = store::diagnose_file(&first, &key()).await.unwrap();
    assert_eq!(health.problems, Vec::<String>::new());
    assert!(health.records > 300, "{health:?}");
}

/// Every record, but for what is sealed under a customer's key: keys are never made from a seed.
async fn journal(path: &Path) -> Vec<(Header, Option<Vec<u8>>)> {
    let store = Store::open(path, &key()).await.unwrap();
    let mut conn = store.readers().acquire().await.unwrap();
    let records = store::everything(&mut conn).await.unwrap();
    drop(conn);
    store.close().await.unwrap();
    records
        .into_iter()
        .map(|record| {
            let body = record.header.sealed_for.is_none().then_some(record.body);
            (record.header, body)
        })
        .collect()
}

#[tokio::test]
async fn a_year_has_some_of_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.db");
    let made = make(&path, &key(), size(100, 1)).await.unwrap();
    let store = Store::open(&path, &key()).await.unwrap();
    let mut conn = store.readers().acquire().await.unwrap();
    let records = store::everything(&mut conn).await.unwrap();
    // What is sealed is about people, not about sales.
    let changes: Vec<Change> = records
        .iter()
        .filter(|record| record.header.sealed_for.is_none())
        .map(|record| serde_json::from_slice(&record.body).unwrap())
        .collect();

    let mut statuses = BTreeSet::new();
    for row in
        query::members(&mut conn, &everybody(), MemberColumn::Name, false, None, 500).await.unwrap().rows
    {
        statuses.insert(row.status.rank());
    }
    let all: Vec<i64> = (1..=7).collect();
    assert_eq!(
        statuses.into_iter().collect::<Vec<_>>(),
        all,
        "active, waiting, past due, paused, scheduled, ending, ended"
    );

    let kinds: BTreeSet<&str> = records.iter().map(|record| record.header.kind.as_str()).collect();
    for kind in [
        "charge_refunded.v1",
        "credit_adjusted.v1",
        "dependent_added.v1",
        "dependent_removed.v1",
        "enrollment_cancelled.v1",
        "cancel_scheduled.v1",
        "cancel_undone.v1",
        "enrollment_paused.v1",
        "enrollment_resumed.v1",
        "terms_updated.v1",
        "ticket_held.v1",
        "ticket_refunded.v1",
        "ticket_voided.v1",
    ] {
        assert!(kinds.contains(kind), "nothing of {kind}");
    }

    let mut used: BTreeSet<BenefitId> = BTreeSet::new();
    let mut for_members = 0;
    for change in &changes {
        let Change::TicketSettled(sale) = change else { continue };
        used.extend(sale.settled.quote.uses.iter().map(|used| used.key.benefit));
        used.extend(sale.settled.quote.discounts.iter().map(|taken| taken.key.benefit));
        for_members += sale.settled.input.lines.iter().filter(|line| !line.members_only.is_empty()).count();
    }
    assert!(for_members > 0, "nobody bought what only members may");
    let mut plans = 0;
    let mut frequencies = BTreeSet::new();
    for change in &changes {
        let Change::PlanCreated { about, terms, .. } = change else { continue };
        plans += 1;
        frequencies.insert(terms.frequency);
        let promised = (terms.discounts.iter().map(|one| one.id))
            .chain(terms.credits.iter().map(|one| one.id))
            .chain(terms.included.iter().map(|one| one.id));
        for (nth, benefit) in promised.enumerate() {
            assert!(used.contains(&benefit), "nobody used benefit {nth} of {}", about.name);
        }
    }
    assert_eq!((plans, frequencies.len()), (4, 4));

    let asked = records.len() as u32;
    let refused: u32 = made.refused.iter().map(|one| one.times).sum();
    assert!(refused > 0 && refused * 50 < asked, "{refused} of {asked} were refused: {:?}", made.refused);
    drop(conn);
    store.close().await.unwrap();
}

/// Of every status.
fn everybody() -> MemberFilter {
    MemberFilter { statuses: (1..=7).collect(), ..MemberFilter::default() }
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
