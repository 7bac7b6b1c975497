//! Databases of before a telephone number was found by its endings.

use domain::customer::Person;
use domain::record::{Actor, Change};
use domain::{CustomerId, Day, DeskId, Instant, RecordId};
use sqlx::{Executor, Row};
use store::{DatabaseKey, Draft, Store, diagnose};
use uuid::Uuid;

const PHONES: [&str; 5] = ["+1 914 555 0112", "(212) 555-7788", "", "112", "+49 (0)30 1234-0 ext. 17"];

async fn words(store: &Store) -> Vec<(String, i64)> {
    let mut tx = store.begin().await.unwrap();
    let conn = tx.conn().await.unwrap();
    conn.execute("CREATE VIRTUAL TABLE temp.word USING fts5vocab('main', 'customer_words', 'row')")
        .await
        .unwrap();
    let rows = sqlx::query("SELECT term, cnt FROM temp.word ORDER BY term").fetch_all(conn).await.unwrap();
    tx.roll_back().await.unwrap();
    rows.iter().map(|row| (row.get("term"), row.get("cnt"))).collect()
}

#[tokio::test]
async fn what_an_older_program_indexed_is_indexed_anew_as_this_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.db");
    let key = DatabaseKey::from_bytes(&[3; 32]);
    let store = Store::create(&path, &key, DeskId(Uuid::from_u128(1))).await.unwrap();
    let today = Day::ymd(2026, 3, 12).unwrap();
    let id = |nth: usize| Uuid::from_u128(100 + nth as u128);
    let create = |nth: usize, phone: &str| {
        let person = Person { name: format!("Person {nth}"), phone: phone.into(), ..Person::default() };
        let change = Change::CustomerCreated { customer: CustomerId(id(nth)), person };
        Draft { id: RecordId(id(50 + nth)), actor: Actor { staff: None, approved_by: None }, change }
    };
    let mut tx = store.begin().await.unwrap();
    let drafts = PHONES.iter().enumerate().map(|(nth, phone)| create(nth, phone)).collect();
    tx.append(drafts, Instant::from_millis(1), today).await.unwrap();
    let erased = Change::CustomerErased { customer: CustomerId(id(1)), since: today };
    let erased =
        Draft { id: RecordId(id(99)), actor: Actor { staff: None, approved_by: None }, change: erased };
    tx.append(vec![erased], Instant::from_millis(2), today).await.unwrap();
    tx.commit().await.unwrap();
    let made = words(&store).await;
    let has = |word: &str| made.iter().any(|(term, _)| term == word);
    assert!(has("5550112") && has("9145550112") && has("112") && has("1234017") && !has("5557788"));

    // As the version before left it.
    let mut tx = store.begin().await.unwrap();
    let conn = tx.conn().await.unwrap();
    for sql in [
        "DELETE FROM _sqlx_migrations WHERE version = 11",
        "INSERT INTO customer_words (customer_words) VALUES ('delete-all')",
        "INSERT INTO customer_words (rowid, words) SELECT id, name || ' ' || phone FROM customer",
    ] {
        conn.execute(sql).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_ne!(words(&store).await, made);
    store.close().await.unwrap();

    let store = Store::open(&path, &key).await.unwrap();
    assert_eq!(words(&store).await, made);
    assert_eq!(diagnose(&store).await.unwrap().problems, Vec::<String>::new());
    store.close().await.unwrap();
}
