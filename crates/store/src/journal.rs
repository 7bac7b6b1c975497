//! Appending to the journal and receiving from elsewhere: records in, folds and projections out, one transaction.

use crate::database::{Head, Transaction, place_of, uuid_of};
use crate::seal::{CustomerKey, is_sealed};
use crate::{Result, StoreError, project};
use domain::fold::{Folded, State, fold};
use domain::record::{Actor, Change, Entity, Hlc, Place, ReceiptNumber, Record};
use domain::{CustomerId, Day, DeskId, Instant, RecordId, StaffId, TicketId};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row, Sqlite};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// Rows in one statement: enough that the statements no longer cost more than the rows.
pub(crate) const TOGETHER: usize = 64;

/// A change on its way into the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub id: RecordId,
    pub actor: Actor,
    pub change: Change,
}

/// What appending brought about.
#[derive(Debug, Default)]
pub struct Journaled {
    pub records: Vec<Record>,
    /// The state of every entity that was touched, after it all.
    pub states: BTreeMap<Entity, State>,
}

/// What bringing rows to a day came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advanced {
    pub rows: u32,
    /// None is left that the day changes.
    pub done: bool,
}

/// A record as it travels: its header, its body as it was hashed, and its links in the desk's chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedRecord {
    pub header: Header,
    pub body: Vec<u8>,
    pub prev: [u8; 32],
    pub hash: [u8; 32],
}

/// Everything of a record but its change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub id: RecordId,
    pub at: Hlc,
    pub desk: DeskId,
    pub seq: u64,
    pub on: Instant,
    pub day: Day,
    pub staff: Option<StaffId>,
    pub approved_by: Option<StaffId>,
    pub kind: String,
    pub fact: Option<Uuid>,
    pub sealed_for: Option<CustomerId>,
}

impl SealedRecord {
    /// BLAKE3 over the link before, the header and the body as stored.
    fn digest(prev: &[u8; 32], header: &Header, body: &[u8]) -> Result<[u8; 32]> {
        let header = serde_json::to_vec(header).map_err(unreadable("a record's header"))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(prev);
        hasher.update(&(header.len() as u64).to_be_bytes());
        hasher.update(&header);
        hasher.update(body);
        Ok(*hasher.finalize().as_bytes())
    }

    /// Whether it hashes to what it says.
    pub fn verify(&self) -> Result<()> {
        if Self::digest(&self.prev, &self.header, &self.body)? == self.hash {
            Ok(())
        } else {
            Err(StoreError::Altered(self.header.id))
        }
    }
}

impl Header {
    fn place(&self) -> Place {
        Place { at: self.at, desk: self.desk, seq: self.seq }
    }
}

impl Transaction {
    /// Writes changes at the end of this desk's chain and folds them.
    ///
    /// All of them get `on` and `day`, read once by the caller; the clock that orders them never runs backwards.
    pub async fn append(&mut self, drafts: Vec<Draft>, on: Instant, day: Day) -> Result<Journaled> {
        let mut records = Vec::with_capacity(drafts.len());
        let mut sealed = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let Head { desk, seq, hash, at, .. } = self.head;
            let place = Place { at: at.tick(on), desk, seq: seq + 1 };
            let record = Record { id: draft.id, place, on, day, actor: draft.actor, change: draft.change };
            let header = Header {
                id: record.id,
                at: place.at,
                desk,
                seq: place.seq,
                on,
                day,
                staff: record.actor.staff,
                approved_by: record.actor.approved_by,
                kind: record.change.kind().to_owned(),
                fact: record.change.fact(),
                sealed_for: record.change.personal(),
            };
            let plain = serde_json::to_vec(&record.change).map_err(unreadable("a change"))?;
            let body = match header.sealed_for {
                Some(customer) => {
                    let key = customer_key_or_fresh(self.conn(), customer).await?;
                    key.seal(record.id.0.as_bytes(), &plain)?
                }
                None => plain,
            };
            let new_hash = SealedRecord::digest(&hash, &header, &body)?;
            self.head.seq = place.seq;
            self.head.hash = new_hash;
            self.head.at = place.at;
            sealed.push(SealedRecord { header, body, prev: hash, hash: new_hash });
            records.push(record);
        }
        insert(self.conn(), &sealed).await?;
        let states = self.fold_in(&records).await?;
        Ok(Journaled { records, states })
    }

    /// Takes in records that other desks wrote, in any order and however often; returns those that were new.
    pub async fn receive(&mut self, arriving: Vec<SealedRecord>) -> Result<Journaled> {
        let mut fresh = Vec::new();
        let mut records = Vec::new();
        let mut seen = HashSet::new();
        for sealed in arriving {
            sealed.verify()?;
            let known = sqlx::query("SELECT 1 FROM record WHERE id = ?")
                .bind(sealed.header.id.0.as_bytes().as_slice())
                .fetch_optional(self.conn())
                .await?
                .is_some();
            if known || !seen.insert(sealed.header.id) {
                continue;
            }
            if sealed.header.at > self.head.at {
                self.head.at = sealed.header.at;
            }
            let change =
                open_body(self.conn(), sealed.header.id, sealed.header.sealed_for, &sealed.body).await?;
            if let Some(change) = change {
                records.push(record_of(&sealed.header, change));
            }
            fresh.push(sealed);
        }
        insert(self.conn(), &fresh).await?;
        records.sort_by_key(|record| record.place);
        let states = self.fold_in(&records).await?;
        Ok(Journaled { records, states })
    }

    /// Applies records that are already in the journal to what they touch, in the one order.
    async fn fold_in(&mut self, records: &[Record]) -> Result<BTreeMap<Entity, State>> {
        let as_of = self.as_of(records);
        let mut states = load_all(self.conn(), records).await?;
        let mut established = established(self.conn(), records).await?;
        let mut new_facts: Vec<(Uuid, RecordId)> = Vec::new();
        let mut again: Vec<Entity> = Vec::new();
        let mut folds: Vec<(Entity, Folded)> = Vec::new();
        insert_about(self.conn(), records).await?;
        for record in records {
            for entity in record.change.about() {
                if again.contains(&entity) || !record.change.touches(entity) {
                    continue;
                }
                let current = states.entry(entity).or_default();
                if current.place.is_some_and(|place| place >= record.place) {
                    // It arrived late: everything this entity went through is folded again, with it in its place.
                    again.push(entity);
                    states.remove(&entity);
                    folds.retain(|(folded, _)| *folded != entity);
                    continue;
                }
                if let Some(fact) = record.change.fact() {
                    if !established.insert(fact) {
                        current.place = Some(record.place);
                        continue;
                    }
                    new_facts.push((fact, record.id));
                }
                let folded = fold(entity, current.state.take(), record);
                current.state = Some(folded.state.clone());
                current.place = Some(record.place);
                folds.push((entity, folded));
            }
        }
        establish(self.conn(), &new_facts).await?;
        let made: Vec<(Entity, State, Place)> = states
            .into_iter()
            .filter_map(|(entity, current)| Some((entity, current.state?, current.place?)))
            .collect();
        save(self.conn(), &made).await?;
        let shown = made.iter().map(|(entity, state, _)| (*entity, state));
        project::entities(self.conn(), shown, as_of).await?;
        project::folded(self.conn(), &folds).await?;
        let mut touched: BTreeMap<Entity, State> =
            made.into_iter().map(|(entity, state, _)| (entity, state)).collect();
        for entity in again {
            if let Some(state) = refold(self.conn(), entity, as_of).await? {
                touched.insert(entity, state);
            }
        }
        Ok(touched)
    }

    /// The day to project as of: the one kept, or the newest of the records where none was kept yet.
    fn as_of(&self, records: &[Record]) -> Day {
        self.head.as_of.or_else(|| records.iter().map(|record| record.day).max()).unwrap_or(Day::EPOCH)
    }

    /// Brings up to `most` rows that the calendar alone changes to `day`; to be called again until it is done.
    ///
    /// Everything written from now on is shown as of `day`, and whoever stops in between goes on where this one
    /// stopped: a row that was brought to a day changes on a later one, so those still to do are the ones that do not.
    pub async fn advance_to(&mut self, day: Day, most: u32) -> Result<Advanced> {
        let as_of = self.head.as_of.map_or(day, |as_of| as_of.max(day));
        if self.head.as_of != Some(as_of) {
            self.head.as_of = Some(as_of);
            self.keep("as_of", &as_of.to_string()).await?;
        }
        let rows = sqlx::query(
            "SELECT enrollment.enrollment, entity.state
             FROM enrollment JOIN entity ON entity.id = CAST(x'0a' || enrollment.enrollment AS BLOB)
             WHERE enrollment.changes_on <= ? LIMIT ?",
        )
        .bind(as_of.to_string())
        .bind(i64::from(most))
        .fetch_all(self.conn())
        .await?;
        let mut due = Vec::with_capacity(rows.len());
        for row in &rows {
            let entity = Entity::Enrollment(uuid_of(row.get("enrollment"))?.into());
            due.push((entity, state_of(row.get("state"))?));
        }
        let shown = due.iter().map(|(entity, state)| (*entity, state));
        project::entities(self.conn(), shown, as_of).await?;
        Ok(Advanced { rows: due.len() as u32, done: due.len() < most as usize })
    }

    /// The state of an entity inside this transaction.
    pub async fn state(&mut self, entity: Entity) -> Result<Option<State>> {
        Ok(load(self.conn(), entity).await?.state)
    }
}

/// An entity's state and the place of the last record folded into it.
#[derive(Default)]
struct Current {
    state: Option<State>,
    place: Option<Place>,
}

/// Folds everything an entity went through from the beginning and writes the result.
pub(crate) async fn refold(conn: &mut SqliteConnection, entity: Entity, as_of: Day) -> Result<Option<State>> {
    project::forget(conn, entity).await?;
    let records = records_about(conn, entity).await?;
    let mut state = None;
    let mut place = None;
    let mut facts = HashSet::new();
    let mut folds = Vec::new();
    for record in records {
        if !record.change.touches(entity) {
            continue;
        }
        place = Some(record.place);
        if let Some(fact) = record.change.fact() {
            if !facts.insert(fact) {
                continue;
            }
            sqlx::query("INSERT INTO established (fact, record) VALUES (?, ?) ON CONFLICT (fact) DO UPDATE SET record = excluded.record")
                .bind(fact.as_bytes().as_slice())
                .bind(record.id.0.as_bytes().as_slice())
                .execute(&mut *conn)
                .await?;
        }
        let folded = fold(entity, state.take(), &record);
        state = Some(folded.state.clone());
        folds.push((entity, folded));
    }
    project::folded(conn, &folds).await?;
    let (Some(state), Some(place)) = (state, place) else { return Ok(None) };
    let made = [(entity, state, place)];
    save(conn, &made).await?;
    let [(entity, state, _)] = made;
    project::entities(conn, [(entity, &state)], as_of).await?;
    Ok(Some(state))
}

/// Every record that touches an entity, in the one order; those whose key was destroyed are left out.
pub async fn records_about(conn: &mut SqliteConnection, entity: Entity) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    for sealed in sealed_about(conn, entity).await? {
        let header = &sealed.header;
        if let Some(change) = open_body(conn, header.id, header.sealed_for, &sealed.body).await? {
            records.push(record_of(header, change));
        }
    }
    Ok(records)
}

async fn sealed_about(conn: &mut SqliteConnection, entity: Entity) -> Result<Vec<SealedRecord>> {
    let rows = sqlx::query(
        "SELECT record.* FROM record_about JOIN record ON record.id = record_about.record
         WHERE record_about.entity = ?
         ORDER BY record_about.at_millis, record_about.at_count, record_about.desk, record_about.seq",
    )
    .bind(entity_key(entity).as_slice())
    .fetch_all(conn)
    .await?;
    rows.iter().map(sealed_of).collect()
}

/// What an entity went through, for those who tell it.
#[derive(Debug, Default)]
pub struct History {
    /// In the one order, without the sales: a sale is large, and most of it is not about the entity.
    pub records: Vec<Record>,
    pub sales: Vec<Sale>,
}

/// A settled ticket as a history names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    pub record: RecordId,
    pub ticket: TicketId,
    pub number: ReceiptNumber,
}

/// The history of an entity; what is sealed under a key that was destroyed is left out.
pub async fn history_of(conn: &mut SqliteConnection, entity: Entity) -> Result<History> {
    /// Only what is needed of a change of this kind; the rest is skipped without being taken apart.
    #[derive(Deserialize)]
    struct Settled {
        payload: Named,
    }
    #[derive(Deserialize)]
    struct Named {
        ticket: TicketId,
        number: ReceiptNumber,
    }
    let mut history = History::default();
    for sealed in sealed_about(conn, entity).await? {
        let header = &sealed.header;
        if header.kind == "ticket_settled.v1" {
            let Settled { payload } =
                serde_json::from_slice(&sealed.body).map_err(unreadable("a settled ticket"))?;
            history.sales.push(Sale { record: header.id, ticket: payload.ticket, number: payload.number });
        } else if let Some(change) = open_body(conn, header.id, header.sealed_for, &sealed.body).await? {
            history.records.push(record_of(header, change));
        }
    }
    Ok(history)
}

/// One byte of kind, then the id.
pub(crate) fn entity_key(entity: Entity) -> [u8; 17] {
    let mut key = [0; 17];
    key[0] = entity.tag();
    key[1..].copy_from_slice(entity.uuid().as_bytes());
    key
}

async fn load(conn: &mut SqliteConnection, entity: Entity) -> Result<Current> {
    let row = sqlx::query("SELECT at_millis, at_count, desk, seq, state FROM entity WHERE id = ?")
        .bind(entity_key(entity).as_slice())
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(Current { state: None, place: None }) };
    Ok(Current { state: Some(state_of(row.get("state"))?), place: Some(place_of(&row)?) })
}

pub(crate) fn state_of(text: &str) -> Result<State> {
    serde_json::from_str(text).map_err(unreadable("an entity's state"))
}

/// The state of everything that the records touch and that is known here.
async fn load_all(conn: &mut SqliteConnection, records: &[Record]) -> Result<BTreeMap<Entity, Current>> {
    let touched: BTreeSet<Entity> = records
        .iter()
        .flat_map(|record| {
            let about = record.change.about().into_iter();
            about.filter(|entity| record.change.touches(*entity))
        })
        .collect();
    let touched: Vec<Entity> = touched.into_iter().collect();
    let mut states = BTreeMap::new();
    for some in touched.chunks(TOGETHER) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT id, at_millis, at_count, desk, seq, state FROM entity WHERE id IN (",
        );
        let mut keys = query.separated(", ");
        for entity in some {
            keys.push_bind(entity_key(*entity).to_vec());
        }
        query.push(")");
        for row in query.build().fetch_all(&mut *conn).await? {
            let key: &[u8] = row.get("id");
            let Some(entity) = some.iter().find(|entity| entity_key(**entity) == *key) else { continue };
            let current = Current { state: Some(state_of(row.get("state"))?), place: Some(place_of(&row)?) };
            states.insert(*entity, current);
        }
    }
    Ok(states)
}

async fn save(conn: &mut SqliteConnection, made: &[(Entity, State, Place)]) -> Result<()> {
    for some in made.chunks(TOGETHER) {
        let texts = some
            .iter()
            .map(|(_, state, _)| serde_json::to_string(state).map_err(unreadable("an entity's state")))
            .collect::<Result<Vec<_>>>()?;
        let mut query =
            QueryBuilder::<Sqlite>::new("INSERT INTO entity (id, at_millis, at_count, desk, seq, state) ");
        query.push_values(some.iter().zip(texts), |mut row, ((entity, _, place), text)| {
            row.push_bind(entity_key(*entity).to_vec())
                .push_bind(place.at.millis)
                .push_bind(i64::from(place.at.count))
                .push_bind(place.desk.0.as_bytes().to_vec())
                .push_bind(place.seq as i64)
                .push_bind(text);
        });
        query.push(
            " ON CONFLICT (id) DO UPDATE SET at_millis = excluded.at_millis, at_count = excluded.at_count,
                 desk = excluded.desk, seq = excluded.seq, state = excluded.state",
        );
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Which facts of the records were established before.
async fn established(conn: &mut SqliteConnection, records: &[Record]) -> Result<HashSet<Uuid>> {
    let facts: Vec<Uuid> = records.iter().filter_map(|record| record.change.fact()).collect();
    let mut known = HashSet::new();
    for some in facts.chunks(TOGETHER) {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT fact FROM established WHERE fact IN (");
        let mut keys = query.separated(", ");
        for fact in some {
            keys.push_bind(fact.as_bytes().to_vec());
        }
        query.push(")");
        for row in query.build().fetch_all(&mut *conn).await? {
            known.insert(uuid_of(row.get("fact"))?);
        }
    }
    Ok(known)
}

async fn establish(conn: &mut SqliteConnection, facts: &[(Uuid, RecordId)]) -> Result<()> {
    for some in facts.chunks(TOGETHER) {
        let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO established (fact, record) ");
        query.push_values(some, |mut row, (fact, record)| {
            row.push_bind(fact.as_bytes().to_vec()).push_bind(record.0.as_bytes().to_vec());
        });
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

async fn insert(conn: &mut SqliteConnection, records: &[SealedRecord]) -> Result<()> {
    for some in records.chunks(TOGETHER) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO record (id, at_millis, at_count, desk, seq, on_millis, day, staff, approved_by, kind, fact,
                 sealed_for, body, prev, hash) ",
        );
        query.push_values(some, |mut row, record| {
            let header = &record.header;
            row.push_bind(header.id.0.as_bytes().to_vec())
                .push_bind(header.at.millis)
                .push_bind(i64::from(header.at.count))
                .push_bind(header.desk.0.as_bytes().to_vec())
                .push_bind(header.seq as i64)
                .push_bind(header.on.millis())
                .push_bind(header.day.to_string())
                .push_bind(header.staff.map(|id| id.0.as_bytes().to_vec()))
                .push_bind(header.approved_by.map(|id| id.0.as_bytes().to_vec()))
                .push_bind(header.kind.clone())
                .push_bind(header.fact.map(|fact| fact.as_bytes().to_vec()))
                .push_bind(header.sealed_for.map(|id| id.0.as_bytes().to_vec()))
                .push_bind(record.body.clone())
                .push_bind(record.prev.to_vec())
                .push_bind(record.hash.to_vec());
        });
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

async fn insert_about(conn: &mut SqliteConnection, records: &[Record]) -> Result<()> {
    let about: Vec<(Entity, &Record)> = records
        .iter()
        .flat_map(|record| record.change.about().into_iter().map(move |entity| (entity, record)))
        .collect();
    for some in about.chunks(TOGETHER) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO record_about (entity, at_millis, at_count, desk, seq, record) ",
        );
        query.push_values(some, |mut row, (entity, record)| {
            row.push_bind(entity_key(*entity).to_vec())
                .push_bind(record.place.at.millis)
                .push_bind(i64::from(record.place.at.count))
                .push_bind(record.place.desk.0.as_bytes().to_vec())
                .push_bind(record.place.seq as i64)
                .push_bind(record.id.0.as_bytes().to_vec());
        });
        query.push(" ON CONFLICT DO NOTHING");
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// A stored row as it would travel.
pub(crate) fn sealed_of(row: &SqliteRow) -> Result<SealedRecord> {
    let id =
        |name: &str| -> Result<Option<Uuid>> { row.get::<Option<&[u8]>, _>(name).map(uuid_of).transpose() };
    let link = |name: &str| -> Result<[u8; 32]> {
        row.get::<&[u8], _>(name).try_into().map_err(|_| StoreError::Unreadable {
            what: "a hash".into(),
            why: "it has another length".into(),
        })
    };
    let place = place_of(row)?;
    let day: Day = row
        .get::<&str, _>("day")
        .parse()
        .map_err(|error| StoreError::Unreadable { what: "a record's day".into(), why: format!("{error}") })?;
    Ok(SealedRecord {
        header: Header {
            id: RecordId(uuid_of(row.get("id"))?),
            at: place.at,
            desk: place.desk,
            seq: place.seq,
            on: Instant::from_millis(row.get("on_millis")),
            day,
            staff: id("staff")?.map(StaffId),
            approved_by: id("approved_by")?.map(StaffId),
            kind: row.get("kind"),
            fact: id("fact")?,
            sealed_for: id("sealed_for")?.map(CustomerId),
        },
        body: row.get("body"),
        prev: link("prev")?,
        hash: link("hash")?,
    })
}

pub(crate) fn record_of(header: &Header, change: Change) -> Record {
    Record {
        id: header.id,
        place: header.place(),
        on: header.on,
        day: header.day,
        actor: Actor { staff: header.staff, approved_by: header.approved_by },
        change,
    }
}

/// The change in a body; `None` where it was sealed and its key was destroyed.
pub(crate) async fn open_body(
    conn: &mut SqliteConnection,
    record: RecordId,
    sealed_for: Option<CustomerId>,
    body: &[u8],
) -> Result<Option<Change>> {
    let opened;
    let plain = if is_sealed(body) {
        let Some(customer) = sealed_for else {
            return Err(StoreError::Unreadable {
                what: "a sealed record".into(),
                why: "it names no customer".into(),
            });
        };
        let Some(key) = customer_key(conn, customer).await? else { return Ok(None) };
        opened = key.open(record.0.as_bytes(), body)?;
        &opened
    } else {
        body
    };
    serde_json::from_slice(plain).map(Some).map_err(unreadable("a record"))
}

/// The key that seals a customer's personal payloads; `None` where there is none or it was destroyed.
pub async fn customer_key(conn: &mut SqliteConnection, customer: CustomerId) -> Result<Option<CustomerKey>> {
    let row = sqlx::query::<Sqlite>("SELECT key FROM customer_key WHERE customer = ?")
        .bind(customer.0.as_bytes().as_slice())
        .fetch_optional(conn)
        .await?;
    Ok(row.and_then(|row| row.get::<Vec<u8>, _>("key").try_into().ok()).map(CustomerKey::from_bytes))
}

async fn customer_key_or_fresh(conn: &mut SqliteConnection, customer: CustomerId) -> Result<CustomerKey> {
    if let Some(key) = customer_key(conn, customer).await? {
        return Ok(key);
    }
    let key = CustomerKey::fresh()?;
    put_customer_key(conn, customer, &key).await?;
    Ok(key)
}

/// Keeps the key another desk made for a customer; the first one known stays.
pub async fn put_customer_key(
    conn: &mut SqliteConnection,
    customer: CustomerId,
    key: &CustomerKey,
) -> Result<()> {
    sqlx::query("INSERT INTO customer_key (customer, key) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(customer.0.as_bytes().as_slice())
        .bind(key.bytes().as_slice())
        .execute(conn)
        .await?;
    Ok(())
}

/// Everything this database holds, as it would travel, in the one order.
pub async fn everything(conn: &mut SqliteConnection) -> Result<Vec<SealedRecord>> {
    let rows =
        sqlx::query("SELECT * FROM record ORDER BY at_millis, at_count, desk, seq").fetch_all(conn).await?;
    rows.iter().map(sealed_of).collect()
}

pub(crate) fn unreadable(what: &'static str) -> impl Fn(serde_json::Error) -> StoreError {
    move |error| StoreError::Unreadable { what: what.into(), why: error.to_string() }
}
