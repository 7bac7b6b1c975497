//! Checking the database against itself: chains, and every projection rebuilt beside the live one.

use crate::database::{DatabaseKey, Store, uuid_of};
use crate::journal::{entity_key, refold, sealed_of};
use crate::{Result, StoreError};
use domain::Day;
use domain::record::Entity;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnosis {
    pub records: u64,
    pub desks: u32,
    /// Each in words; empty when healthy.
    pub problems: Vec<String>,
}

/// Projections whose rows must be the same when made again; ids that only order rows are left out.
const PROJECTIONS: [(&str, &str); 14] = [
    ("entity", "id, at_millis, at_count, desk, seq, state"),
    ("established", "fact, record"),
    ("customer", "customer, root, name, sort_key, email, phone, card, external, since"),
    (
        "enrollment",
        "enrollment, customer, holder, sort_key, plan, version, status, status_view, current, counted, joined, \
         next_billing, balance, net_revenue, changes_on, refresh_on, on_trust",
    ),
    ("plan_tally", "plan, version, status, enrollments, members, net_revenue"),
    ("dependent", "enrollment, customer"),
    ("movement", "enrollment, at_millis, at_count, desk, seq, nth, record, movement"),
    (
        "ticket",
        "ticket, status, number, day, on_millis, location, customer, what, total, due, savings, refunded",
    ),
    ("ticket_saving", "ticket, enrollment, saved"),
    ("drawer", "drawer, desk, opened_seq, opened_millis, opened_day, closed_seq, closed_millis, closed_day"),
    ("task", "record, entity, day, raised"),
    ("gift_card", "card, code, edoc, issued, balance, blocked, issued_on, last_used"),
    ("gift_card_tally", "cards, open, liability"),
    ("stripe_object", "id, entity"),
];

/// Verifies every chain, rebuilds all projections in a copy and compares.
pub async fn diagnose(store: &Store) -> Result<Diagnosis> {
    let mut found = Diagnosis::default();
    let mut conn = store.readers().acquire().await?;
    integrity(&mut conn, &mut found).await?;
    chains(&mut conn, &mut found).await?;
    drop(conn);
    compare(store, &mut found).await?;
    Ok(found)
}

async fn integrity(conn: &mut SqliteConnection, found: &mut Diagnosis) -> Result<()> {
    for row in sqlx::query("PRAGMA integrity_check").fetch_all(&mut *conn).await? {
        let line: String = row.get(0);
        if line != "ok" {
            found.problems.push(format!("The database file is damaged: {line}."));
        }
    }
    for row in sqlx::query("PRAGMA foreign_key_check").fetch_all(conn).await? {
        found.problems.push(format!("A row of {} points nowhere.", row.get::<String, _>(0)));
    }
    Ok(())
}

async fn chains(conn: &mut SqliteConnection, found: &mut Diagnosis) -> Result<()> {
    let rows = sqlx::query("SELECT * FROM record ORDER BY desk, seq").fetch_all(conn).await?;
    let mut links: BTreeMap<domain::DeskId, (u64, [u8; 32])> = BTreeMap::new();
    for row in &rows {
        let record = sealed_of(row)?;
        let header = &record.header;
        let (seq, hash) = links.get(&header.desk).copied().unwrap_or((0, [0; 32]));
        if header.seq != seq + 1 {
            found.problems.push(format!("Desk {} has no record {}.", header.desk, seq + 1));
        } else if record.prev != hash {
            found.problems.push(format!(
                "Record {} of desk {} does not follow the one before.",
                header.seq, header.desk
            ));
        }
        if record.verify().is_err() {
            found.problems.push(format!("Record {} of desk {} was altered.", header.seq, header.desk));
        }
        links.insert(header.desk, (header.seq, record.hash));
    }
    found.records = rows.len() as u64;
    found.desks = links.len() as u32;
    Ok(())
}

/// Rebuilds every projection inside a transaction that is rolled back, and compares it with what was there.
async fn compare(store: &Store, found: &mut Diagnosis) -> Result<()> {
    let mut tx = store.begin().await?;
    let as_of = tx.head().as_of.unwrap_or(Day::EPOCH);
    // Rows that nobody has brought to this day yet are late, not wrong.
    tx.advance_to(as_of, u32::MAX).await?;
    let before = snapshot(tx.conn().await?).await?;
    rebuild(tx.conn().await?, as_of).await?;
    let after = snapshot(tx.conn().await?).await?;
    tx.roll_back().await?;
    for ((name, _), (live, made)) in PROJECTIONS.iter().zip(before.into_iter().zip(after)) {
        let missing = made.difference(&live).count();
        let extra = live.difference(&made).count();
        if missing + extra > 0 {
            found.problems.push(format!(
                "The table {name} differs from what the journal says: {extra} rows are there that should not be, \
                 {missing} are missing."
            ));
        }
    }
    Ok(())
}

/// Empties every projection and folds the whole journal again.
pub(crate) async fn rebuild(conn: &mut SqliteConnection, as_of: Day) -> Result<()> {
    for table in [
        "DELETE FROM entity",
        "DELETE FROM established",
        "DELETE FROM customer",
        "DELETE FROM enrollment",
        "DELETE FROM dependent",
        "DELETE FROM movement",
        "DELETE FROM ticket",
        "DELETE FROM ticket_saving",
        "DELETE FROM drawer",
        "DELETE FROM task",
        "DELETE FROM task_closed",
        "DELETE FROM gift_card",
        "DELETE FROM stripe_object",
        "INSERT INTO customer_words (customer_words) VALUES ('delete-all')",
        "DELETE FROM plan_tally",
    ] {
        sqlx::query(table).execute(&mut *conn).await?;
    }
    let keys =
        sqlx::query("SELECT DISTINCT entity FROM record_about ORDER BY entity").fetch_all(&mut *conn).await?;
    for row in keys {
        let key: &[u8] = row.get("entity");
        let id = uuid_of(&key[1..])?;
        let entity = Entity::from_tag(key[0], id).ok_or_else(|| StoreError::Unreadable {
            what: "an entity's key".into(),
            why: format!("its kind {} is not known", key[0]),
        })?;
        debug_assert_eq!(entity_key(entity), *key);
        refold(conn, entity, as_of).await?;
    }
    Ok(())
}

/// Every row of every projection, in words.
async fn snapshot(conn: &mut SqliteConnection) -> Result<Vec<BTreeSet<String>>> {
    let mut tables = Vec::with_capacity(PROJECTIONS.len());
    for (table, columns) in PROJECTIONS {
        let quoted: Vec<String> =
            columns.split(", ").map(|column| format!("quote({})", column.trim())).collect();
        let sql = format!("SELECT {} AS line FROM {table}", quoted.join(" || ',' || "));
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *conn).await?;
        tables.push(rows.into_iter().map(|row| row.get("line")).collect());
    }
    Ok(tables)
}

/// A digest of every projection: the same on every desk that holds the same records as of the same day.
pub async fn fingerprint(store: &Store) -> Result<String> {
    let mut conn = store.readers().acquire().await?;
    let mut hasher = blake3::Hasher::new();
    for table in snapshot(&mut conn).await? {
        for line in table {
            hasher.update(line.as_bytes());
            hasher.update(b"\n");
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Opens a database only to check it.
pub async fn diagnose_file(path: &std::path::Path, key: &DatabaseKey) -> Result<Diagnosis> {
    let store = Store::open(path, key).await?;
    let found = diagnose(&store).await;
    store.close().await?;
    found
}
