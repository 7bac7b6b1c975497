//! Bodies of records as they are stored: plain, sealed as a whole, or with their free words sealed apart.
//!
//! Destroying a customer's key makes the first kind of sealed body unreadable, and leaves of the second the record
//! without its words. The chain hashes the stored bytes in either case, so it verifies all the same.

use crate::database::{Transaction, uuid_of};
use crate::journal::{Draft, customer_key, unreadable};
use crate::script::Script;
use crate::seal::{CustomerKey, is_sealed};
use crate::{Result, StoreError};
use domain::fold::State;
use domain::record::{Change, Entity};
use domain::{CustomerId, RecordId};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// The first byte of a body whose words are sealed apart: then the length of the JSON in four bytes, the JSON without
/// the words, and the words as they are sealed.
const WORDS_APART: u8 = 2;
const LENGTH: usize = 4;

/// The keys that some changes are to be sealed with.
#[derive(Default)]
pub(crate) struct Keys {
    /// By the place of the change.
    whose: BTreeMap<usize, CustomerId>,
    keys: BTreeMap<CustomerId, CustomerKey>,
}

impl Transaction {
    /// Whose words the changes carry, with a key for each: made where there is none yet, and none where the person was
    /// erased, of whom nothing can be written that is only about them. Two visits at most, and none where nobody's words are among them.
    pub(crate) async fn keys_for(&mut self, drafts: &[Draft]) -> Result<Keys> {
        let mut subjects: BTreeMap<usize, Entity> = BTreeMap::new();
        for (nth, draft) in drafts.iter().enumerate() {
            let whole = draft.change.personal().map(Entity::Customer);
            let subject = whole.or_else(|| {
                let words = draft.change.clone().take_words();
                words.and_then(|_| draft.change.words_about())
            });
            subjects.extend(subject.map(|subject| (nth, subject)));
        }
        if subjects.is_empty() {
            return Ok(Keys::default());
        }
        let mut whose = BTreeMap::new();
        for (nth, subject) in subjects {
            if let Some(customer) = self.customer_behind(subject, drafts).await? {
                whose.insert(nth, customer);
            }
        }
        let all: BTreeSet<CustomerId> = whose.values().copied().collect();
        let mut asked = Script::default();
        for known in [
            "SELECT customer, key FROM customer_key WHERE customer IN (VALUES {rows})",
            "SELECT customer, NULL AS key FROM customer_erased WHERE customer IN (VALUES {rows})",
        ] {
            asked.add_rows(known, 1, &all, |script, customer| {
                script.bind(customer.0);
            });
        }
        let mut keys = BTreeMap::new();
        let mut erased = BTreeSet::new();
        for row in self.ask(asked).await?.iter().flatten() {
            let customer = CustomerId(uuid_of(row.get("customer"))?);
            match row.get::<Option<Vec<u8>>, _>("key").map(<[u8; 32]>::try_from) {
                Some(Ok(key)) => {
                    keys.insert(customer, CustomerKey::from_bytes(key));
                }
                Some(Err(_)) | None => {
                    erased.insert(customer);
                }
            }
        }
        let mut fresh = Vec::new();
        for customer in all {
            if !keys.contains_key(&customer) && !erased.contains(&customer) {
                let key = CustomerKey::fresh()?;
                fresh.push((customer, key.clone()));
                keys.insert(customer, key);
            }
        }
        self.gather().add_rows(
            "INSERT INTO customer_key (customer, key) VALUES {rows}",
            2,
            fresh,
            |script, (customer, key)| {
                script.bind(customer.0).bind(*key.bytes());
            },
        );
        Ok(Keys { whose, keys })
    }

    /// The customer whom a subject leads to, also where the changes at hand only just make it.
    async fn customer_behind(&mut self, subject: Entity, drafts: &[Draft]) -> Result<Option<CustomerId>> {
        let subject = match subject {
            Entity::Task(record) => {
                let asked =
                    Script::of("SELECT entity FROM task WHERE record = ? ORDER BY entity").with(record.0);
                let rows = self.rows(asked).await?;
                let about = rows.iter().filter_map(|row| {
                    let key: &[u8] = row.get("entity");
                    Entity::from_tag(*key.first()?, uuid_of(&key[1..]).ok()?)
                });
                // A task of a task leads nowhere.
                match about.filter(|about| !matches!(about, Entity::Task(_))).min() {
                    Some(about) => about,
                    None => return Ok(None),
                }
            }
            subject => subject,
        };
        if let Entity::Customer(customer) = subject {
            return Ok(Some(customer));
        }
        let made_here = drafts.iter().find_map(|draft| match &draft.change {
            Change::Enrolled(made) if subject == Entity::Enrollment(made.enrollment) => Some(made.customer),
            Change::MembershipImported(made) if subject == Entity::Enrollment(made.enrollment) => {
                Some(made.customer)
            }
            _ => None,
        });
        if made_here.is_some() {
            return Ok(made_here);
        }
        Ok(match self.state(subject).await? {
            Some(State::Enrollment(held)) => Some(held.customer),
            Some(State::Ticket(ticket)) => ticket.sale.and_then(|sale| sale.what.customer),
            _ => None,
        })
    }
}

impl Keys {
    /// The body of the `nth` change, and whose key sealed it or its words.
    pub(crate) fn seal(
        &self,
        nth: usize,
        record: RecordId,
        change: &Change,
    ) -> Result<(Vec<u8>, Option<CustomerId>)> {
        let json = |change: &Change| serde_json::to_vec(change).map_err(unreadable("a change"));
        let Some(customer) = self.whose.get(&nth) else { return Ok((json(change)?, None)) };
        let key = self.keys.get(customer);
        if change.personal().is_some() {
            let key = key.ok_or(StoreError::Erased(*customer))?;
            return Ok((key.seal(record.0.as_bytes(), &json(change)?)?, Some(*customer)));
        }
        // Who is erased already has no name here, and what is written of their money now stays readable.
        let Some(key) = key else { return Ok((json(change)?, None)) };
        let mut without = change.clone();
        let words = without.take_words().unwrap_or_default();
        let plain = json(&without)?;
        let words = serde_json::to_vec(&words).map_err(unreadable("the words of a change"))?;
        let sealed = key.seal(record.0.as_bytes(), &words)?;
        let mut body = Vec::with_capacity(1 + LENGTH + plain.len() + sealed.len());
        body.push(WORDS_APART);
        body.extend_from_slice(&(plain.len() as u32).to_be_bytes());
        body.extend_from_slice(&plain);
        body.extend_from_slice(&sealed);
        Ok((body, Some(*customer)))
    }
}

/// The change in a body; `None` where all of it was sealed and its key was destroyed. Words whose key was destroyed are
/// empty.
pub(crate) async fn open_body(
    conn: &mut SqliteConnection,
    record: RecordId,
    sealed_for: Option<CustomerId>,
    body: &[u8],
) -> Result<Option<Change>> {
    let json =
        |body: &[u8]| -> Result<Change> { serde_json::from_slice(body).map_err(unreadable("a record")) };
    if let Some((plain, words)) = words_apart(body)? {
        let mut change = json(plain)?;
        if let Some(key) = key_of(conn, sealed_for).await? {
            let words = key.open(record.0.as_bytes(), words)?;
            change.put_words(serde_json::from_slice(&words).map_err(unreadable("the words of a record"))?);
        }
        return Ok(Some(change));
    }
    if !is_sealed(body) {
        return json(body).map(Some);
    }
    match key_of(conn, sealed_for).await? {
        Some(key) => json(&key.open(record.0.as_bytes(), body)?).map(Some),
        None => Ok(None),
    }
}

/// What of a body can be read without any key; `None` where all of it is sealed.
pub(crate) fn plain_part(body: &[u8]) -> Result<Option<&[u8]>> {
    Ok(match words_apart(body)? {
        Some((plain, _)) => Some(plain),
        None => (!is_sealed(body)).then_some(body),
    })
}

fn words_apart(body: &[u8]) -> Result<Option<(&[u8], &[u8])>> {
    if body.first() != Some(&WORDS_APART) {
        return Ok(None);
    }
    let short = || StoreError::Unreadable { what: "a record".into(), why: "its body is cut short".into() };
    let length = body.get(1..1 + LENGTH).ok_or_else(short)?;
    let length = u32::from_be_bytes(length.try_into().map_err(|_| short())?) as usize;
    body[1 + LENGTH..].split_at_checked(length).map(Some).ok_or_else(short)
}

async fn key_of(conn: &mut SqliteConnection, sealed_for: Option<CustomerId>) -> Result<Option<CustomerKey>> {
    let customer = sealed_for.ok_or_else(|| StoreError::Unreadable {
        what: "a sealed record".into(),
        why: "it names no customer".into(),
    })?;
    customer_key(conn, customer).await
}

impl Transaction {
    /// Destroys the keys of whoever these changes erase; gives everything whose records those keys sealed, which is
    /// to be folded again without them.
    pub(crate) async fn destroy_keys<'c>(
        &mut self,
        changes: impl Iterator<Item = &'c Change>,
    ) -> Result<BTreeSet<Entity>> {
        let mut again = BTreeSet::new();
        for change in changes {
            let Change::CustomerErased { customer, .. } = change else { continue };
            again.insert(Entity::Customer(*customer));
            let script = self.gather();
            // What is overwritten from here on is not left behind in free pages.
            script.add("PRAGMA secure_delete = ON");
            script.add("DELETE FROM customer_key WHERE customer = ?").bind(customer.0);
            script.add("DELETE FROM signed WHERE customer = ?").bind(customer.0);
            script.add("DELETE FROM open_ticket WHERE customer = ?").bind(customer.0);
            script
                .add("INSERT INTO customer_erased (customer) VALUES (?) ON CONFLICT DO NOTHING")
                .bind(customer.0);
            // Replies name people. Who repeats one of those requests learns that it was done.
            script.add("UPDATE answered SET reply = '' WHERE reply <> ''");
            // Mail that waits to go to them, and what was sent.
            script.add("DELETE FROM effect WHERE customer = ? AND kind = 'mail'").bind(customer.0);
            // What was asked of Stripe stays as a row of nobody, without a word of what was said.
            script
                .add(
                    "UPDATE effect SET customer = NULL, body = NULL, answer = NULL
                     WHERE customer = ? AND state NOT IN ('waiting', 'in_flight')",
                )
                .bind(customer.0);
            let asked = Script::of(
                "SELECT DISTINCT record_about.entity FROM record
                     JOIN record_about ON record_about.record = record.id WHERE record.sealed_for = ?",
            );
            for row in self.rows(asked.with(customer.0)).await? {
                let key: &[u8] = row.get("entity");
                again.extend(Entity::from_tag(key[0], uuid_of(&key[1..])?));
            }
        }
        Ok(again)
    }
}

/// Whether somebody was erased, here or elsewhere.
pub async fn is_erased(conn: &mut SqliteConnection, customer: CustomerId) -> Result<bool> {
    let row = sqlx::query("SELECT 1 FROM customer_erased WHERE customer = ?")
        .bind(customer.0.as_bytes().as_slice())
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}
