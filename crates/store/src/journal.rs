//! Appending to the journal and receiving from elsewhere: records in, folds and projections out, one transaction.

use crate::database::{Head, Transaction, place_of, uuid_of};
use crate::script::Script;
use crate::seal::CustomerKey;
use crate::sealing::{open_body, plain_part};
use crate::{Result, StoreError, project};
use domain::enrollment::CalendarNoticed;
use domain::fold::{Folded, State, fold};
use domain::record::{Actor, Change, Entity, Hlc, Place, ReceiptNumber, Record};
use domain::{CustomerId, Day, DeskId, Instant, RecordId, StaffId, TicketId};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, Sqlite};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advanced {
    pub rows: u32,
    /// None is left that the day changes.
    pub done: bool,
    /// What of it somebody should be told; some of it may have been told before.
    pub noticed: Vec<CalendarNoticed>,
}

fn noticed(state: &State, day: Day) -> Vec<CalendarNoticed> {
    let State::Enrollment(held) = state else { return Vec::new() };
    let (enrollment, customer) = (held.id, held.customer);
    let told = |noticed| CalendarNoticed { enrollment, customer, noticed };
    held.noticed_by(day).into_iter().map(told).collect()
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
        let keys = self.keys_for(&drafts).await?;
        for (nth, draft) in drafts.into_iter().enumerate() {
            let Head { desk, seq, hash, at, .. } = self.head;
            let place = Place { at: at.tick(on), desk, seq: seq + 1 };
            let record = Record { id: draft.id, place, on, day, actor: draft.actor, change: draft.change };
            let (body, sealed_for) = keys.seal(nth, record.id, &record.change)?;
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
                sealed_for,
            };
            let new_hash = SealedRecord::digest(&hash, &header, &body)?;
            self.head.seq = place.seq;
            self.head.hash = new_hash;
            self.head.at = place.at;
            sealed.push(SealedRecord { header, body, prev: hash, hash: new_hash });
            records.push(record);
        }
        insert(self.gather(), &sealed);
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
            let known = Script::of("SELECT 1 FROM record WHERE id = ?").with(sealed.header.id.0);
            let known = !self.rows(known).await?.is_empty();
            if known || !seen.insert(sealed.header.id) {
                continue;
            }
            if sealed.header.at > self.head.at {
                self.head.at = sealed.header.at;
            }
            let change =
                open_body(self.conn().await?, sealed.header.id, sealed.header.sealed_for, &sealed.body)
                    .await?;
            if let Some(change) = change {
                records.push(record_of(&sealed.header, change));
            }
            fresh.push(sealed);
        }
        insert(self.gather(), &fresh);
        records.sort_by_key(|record| record.place);
        let states = self.fold_in(&records).await?;
        Ok(Journaled { records, states })
    }

    /// Applies records that are already in the journal to what they touch, in the one order.
    async fn fold_in(&mut self, records: &[Record]) -> Result<BTreeMap<Entity, State>> {
        let as_of = self.as_of(records);
        let touched: BTreeSet<Entity> = records
            .iter()
            .flat_map(|record| {
                let about = record.change.about().into_iter();
                about.filter(|entity| record.change.touches(*entity))
            })
            .collect();
        let facts: Vec<Uuid> = records.iter().filter_map(|record| record.change.fact()).collect();
        for entity in &touched {
            self.want(*entity);
        }
        let mut established = self.established(&facts).await?;
        let mut states: BTreeMap<Entity, Current> =
            touched.iter().map(|entity| (*entity, self.known.remove(entity).unwrap_or_default())).collect();
        let mut new_facts: Vec<(Uuid, RecordId)> = Vec::new();
        // Before keys are destroyed: what they sealed in this very batch is folded without them too.
        insert_about(self.gather(), records);
        let mut again = self.destroy_keys(records.iter().map(|record| &record.change)).await?;
        let erases = !again.is_empty();
        for entity in &again {
            states.remove(entity);
            self.known.remove(entity);
        }
        let mut folds: Vec<(Entity, Folded)> = Vec::new();
        for record in records {
            for entity in record.change.about() {
                if again.contains(&entity) || !record.change.touches(entity) {
                    continue;
                }
                let current = states.entry(entity).or_default();
                if current.place.is_some_and(|place| place >= record.place) {
                    // It arrived late: everything this entity went through is folded again, with it in its place.
                    again.insert(entity);
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
        let made: Vec<(Entity, State, Place)> = states
            .into_iter()
            .filter_map(|(entity, current)| Some((entity, current.state?, current.place?)))
            .collect();
        for (entity, state, place) in &made {
            self.know(*entity, state.clone(), *place);
        }
        let script = self.gather();
        establish(script, &new_facts);
        save(script, &made)?;
        project::entities(script, made.iter().map(|(entity, state, _)| (*entity, state)), as_of)?;
        project::folded(script, &folds)?;
        let mut touched: BTreeMap<Entity, State> =
            made.into_iter().map(|(entity, state, _)| (entity, state)).collect();
        for entity in again {
            if let Some(state) = refold(self.conn().await?, entity, as_of).await? {
                touched.insert(entity, state);
            }
        }
        if erases {
            // Words that were found by are still in the index until it is written anew.
            self.gather().add("INSERT INTO customer_words (customer_words) VALUES ('optimize')");
            self.erases = true;
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
            self.keep("as_of", &as_of.to_string());
        }
        let changed = Script::of(
            "SELECT enrollment.enrollment, entity.state
             FROM enrollment JOIN entity ON entity.id = CAST(x'0a' || enrollment.enrollment AS BLOB)
             WHERE enrollment.changes_on <= ? LIMIT ?",
        );
        let rows = self.rows(changed.with(as_of).with(most)).await?;
        let mut due = Vec::with_capacity(rows.len());
        for row in &rows {
            let entity = Entity::Enrollment(uuid_of(row.get("enrollment"))?.into());
            due.push((entity, state_of(row.get("state"))?));
        }
        let shown = due.iter().map(|(entity, state)| (*entity, state));
        project::entities(self.gather(), shown, as_of)?;
        let noticed = due.iter().flat_map(|(_, state)| noticed(state, as_of)).collect();
        Ok(Advanced { rows: due.len() as u32, done: due.len() < most as usize, noticed })
    }

    /// The state of an entity inside this transaction.
    pub async fn state(&mut self, entity: Entity) -> Result<Option<State>> {
        self.want(entity);
        self.ask(Script::default()).await?;
        Ok(self.known.get(&entity).and_then(|current| current.state.clone()))
    }

    /// Notes where an entity stands, read by somebody else inside this transaction.
    pub(crate) fn know(&mut self, entity: Entity, state: State, place: Place) {
        self.known.insert(entity, Current { state: Some(state), place: Some(place) });
    }

    /// Which of some facts were established before.
    pub async fn established(&mut self, facts: &[Uuid]) -> Result<HashSet<Uuid>> {
        let mut asked = Script::default();
        asked.add_rows(
            "SELECT fact FROM established WHERE fact IN (VALUES {rows})",
            1,
            facts,
            |script, fact| {
                script.bind(*fact);
            },
        );
        self.ask(asked).await?.iter().flatten().map(|row| uuid_of(row.get("fact"))).collect()
    }
}

/// An entity's state and the place of the last record folded into it.
#[derive(Default)]
pub(crate) struct Current {
    pub(crate) state: Option<State>,
    pub(crate) place: Option<Place>,
}

/// Folds everything an entity went through from the beginning and writes the result.
pub(crate) async fn refold(conn: &mut SqliteConnection, entity: Entity, as_of: Day) -> Result<Option<State>> {
    let mut script = Script::default();
    project::forget(&mut script, entity);
    let mut records = records_about(conn, entity).await?;
    let mut state = None;
    let mut place: Option<Place> = None;
    // Nothing that came before an erasure is left to fold; what is readable still counts on what is left of them.
    let erases = |record: &Record| matches!(record.change, Change::CustomerErased { .. });
    if let Some(at) = records.iter().position(erases) {
        records[..=at].rotate_right(1);
    }
    let mut facts = HashSet::new();
    let mut folds = Vec::new();
    for record in records {
        if !record.change.touches(entity) {
            continue;
        }
        place = place.max(Some(record.place));
        if let Some(fact) = record.change.fact() {
            if !facts.insert(fact) {
                continue;
            }
            script
                .add(
                    "INSERT INTO established (fact, record) VALUES (?, ?)
                     ON CONFLICT (fact) DO UPDATE SET record = excluded.record",
                )
                .bind(fact)
                .bind(record.id.0);
        }
        let folded = fold(entity, state.take(), &record);
        state = Some(folded.state.clone());
        folds.push((entity, folded));
    }
    project::folded(&mut script, &folds)?;
    let made = state.zip(place).map(|(state, place)| (entity, state, place));
    if let Some((entity, state, _)) = &made {
        save(&mut script, made.as_slice())?;
        project::entities(&mut script, [(*entity, state)], as_of)?;
    }
    script.run(conn).await?;
    Ok(made.map(|(_, state, _)| state))
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

/// What a customer's details were, each time they were written down; oldest first.
pub async fn details_of(conn: &mut SqliteConnection, customer: CustomerId) -> Result<Vec<Record>> {
    let rows = sqlx::query(
        "SELECT record.* FROM record_about JOIN record ON record.id = record_about.record
         WHERE record_about.entity = ? AND record.kind IN ('customer_created.v1', 'customer_edited.v1')
         ORDER BY record_about.at_millis, record_about.at_count, record_about.desk, record_about.seq",
    )
    .bind(entity_key(Entity::Customer(customer)).to_vec())
    .fetch_all(&mut *conn)
    .await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in &rows {
        let sealed = sealed_of(row)?;
        let header = &sealed.header;
        if let Some(change) = open_body(conn, header.id, header.sealed_for, &sealed.body).await? {
            records.push(record_of(header, change));
        }
    }
    Ok(records)
}

/// One record; `None` where there is none, or all of it was sealed and its key was destroyed.
pub async fn record(conn: &mut SqliteConnection, id: RecordId) -> Result<Option<Record>> {
    let asked = Script::of("SELECT * FROM record WHERE id = ?").with(id.0);
    let answers = asked.run(conn).await?;
    let Some(row) = answers.iter().flatten().next() else { return Ok(None) };
    let sealed = sealed_of(row)?;
    let header = &sealed.header;
    let change = open_body(conn, header.id, header.sealed_for, &sealed.body).await?;
    Ok(change.map(|change| record_of(header, change)))
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
        let plain = plain_part(&sealed.body)?.filter(|_| header.kind == "ticket_settled.v1");
        if let Some(plain) = plain {
            let Settled { payload } =
                serde_json::from_slice(plain).map_err(unreadable("a settled ticket"))?;
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

/// Asks where entities stand.
pub(crate) fn currents(entities: &[Entity]) -> Script {
    let mut script = Script::default();
    script.add_rows("SELECT * FROM entity WHERE id IN (VALUES {rows})", 1, entities, |script, entity| {
        script.bind(entity_key(*entity));
    });
    script
}

/// Where an entity stands, of a whole row of the table.
pub(crate) fn current_of(row: &SqliteRow) -> Result<Current> {
    Ok(Current { state: Some(state_of(row.get("state"))?), place: Some(place_of(row)?) })
}

pub(crate) fn state_of(text: &str) -> Result<State> {
    serde_json::from_str(text).map_err(unreadable("an entity's state"))
}

fn save(script: &mut Script, made: &[(Entity, State, Place)]) -> Result<()> {
    let texts = made
        .iter()
        .map(|(_, state, _)| serde_json::to_string(state).map_err(unreadable("an entity's state")))
        .collect::<Result<Vec<_>>>()?;
    script.add_rows(
        "INSERT INTO entity (id, at_millis, at_count, desk, seq, state) VALUES {rows}
         ON CONFLICT (id) DO UPDATE SET at_millis = excluded.at_millis, at_count = excluded.at_count,
             desk = excluded.desk, seq = excluded.seq, state = excluded.state",
        6,
        made.iter().zip(texts),
        |script, ((entity, _, place), text)| {
            script.bind(entity_key(*entity));
            bind_place(script, *place);
            script.bind(text);
        },
    );
    Ok(())
}

/// A place as its four columns.
pub(crate) fn bind_place(script: &mut Script, place: Place) {
    script.bind(place.at.millis).bind(place.at.count).bind(place.desk.0).bind(place.seq as i64);
}

fn establish(script: &mut Script, facts: &[(Uuid, RecordId)]) {
    script.add_rows(
        "INSERT INTO established (fact, record) VALUES {rows}",
        2,
        facts,
        |script, (fact, record)| {
            script.bind(*fact).bind(record.0);
        },
    );
}

fn insert(script: &mut Script, records: &[SealedRecord]) {
    script.add_rows(
        "INSERT INTO record (id, at_millis, at_count, desk, seq, on_millis, day, staff, approved_by, kind, fact,
             sealed_for, body, prev, hash) VALUES {rows}",
        15,
        records,
        |script, record| {
            let header = &record.header;
            script.bind(header.id.0);
            bind_place(script, header.place());
            script
                .bind(header.on.millis())
                .bind(header.day)
                .bind(header.staff.map(|id| id.0))
                .bind(header.approved_by.map(|id| id.0))
                .bind(header.kind.as_str())
                .bind(header.fact)
                .bind(header.sealed_for.map(|id| id.0))
                .bind(record.body.as_slice())
                .bind(record.prev)
                .bind(record.hash);
        },
    );
}

fn insert_about(script: &mut Script, records: &[Record]) {
    script.add_rows(
        "INSERT INTO stripe_payment (id, record) VALUES {rows} ON CONFLICT DO NOTHING",
        2,
        records.iter().filter_map(|record| Some((record.change.paid_by()?, record))),
        |script, (payment, record)| {
            script.bind(payment).bind(record.id.0);
        },
    );
    let about = records
        .iter()
        .flat_map(|record| record.change.about().into_iter().map(move |entity| (entity, record)));
    script.add_rows(
        "INSERT INTO record_about (entity, at_millis, at_count, desk, seq, record) VALUES {rows}
         ON CONFLICT DO NOTHING",
        6,
        about,
        |script, (entity, record)| {
            script.bind(entity_key(entity));
            bind_place(script, record.place);
            script.bind(record.id.0);
        },
    );
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

/// The key that seals a customer's personal payloads; `None` where there is none or it was destroyed.
pub async fn customer_key(conn: &mut SqliteConnection, customer: CustomerId) -> Result<Option<CustomerKey>> {
    let row = sqlx::query::<Sqlite>("SELECT key FROM customer_key WHERE customer = ?")
        .bind(customer.0.as_bytes().as_slice())
        .fetch_optional(conn)
        .await?;
    Ok(row.and_then(|row| row.get::<Vec<u8>, _>("key").try_into().ok()).map(CustomerKey::from_bytes))
}

/// Keeps the key another desk made for a customer; the first one known stays, and that of an erased one does not
/// come back.
pub async fn put_customer_key(
    conn: &mut SqliteConnection,
    customer: CustomerId,
    key: &CustomerKey,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO customer_key (customer, key)
         SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM customer_erased WHERE customer = ?1) ON CONFLICT DO NOTHING",
    )
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
