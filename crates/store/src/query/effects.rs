use crate::database::{Transaction, uuid_of};
use crate::script::Script;
use crate::{Result, StoreError};
use domain::effect::{EffectState, Progress};
use domain::record::{Entity, Record};
use domain::stripe::StripeCheckoutSessionId;
use domain::{CustomerId, EffectId, Instant, Money, RecordId};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::{BTreeMap, HashMap};

/// One thing owed to the outside, as it is when the record that owes it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEffect {
    pub id: EffectId,
    pub record: RecordId,
    pub kind: EffectKind,
    pub customer: Option<CustomerId>,
    pub what: String,
    pub title: String,
    pub address: Option<String>,
    pub on: Instant,
    /// Of what is owed to Stripe.
    pub stripe: Option<NewAtStripe>,
}

/// What more there is to know of something owed to Stripe.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAtStripe {
    pub account: String,
    pub subject: Option<String>,
    /// Effects that have to be done before.
    pub needs: Vec<EffectId>,
    pub brings: Money,
}

/// Who carries it out; each kind has its own line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectKind {
    Mail,
    Stripe,
}

impl EffectKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Stripe => "stripe",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct EffectRow {
    /// Its place in the order.
    pub n: i64,
    pub id: EffectId,
    pub record: RecordId,
    pub kind: EffectKind,
    pub customer: Option<CustomerId>,
    pub what: String,
    pub title: String,
    pub address: Option<String>,
    pub account: Option<String>,
    /// The id of what it made at Stripe.
    pub made: Option<String>,
    pub brings: Money,
    pub body: Option<String>,
    pub owed: Instant,
    pub progress: Progress,
    pub answer: Option<String>,
    pub answered: Option<Instant>,
    /// Of the customer as shown now; empty where there is none.
    pub name: String,
    pub email: String,
    /// Something owed earlier for the same customer is not through.
    pub behind: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct EffectsPage {
    pub rows: Vec<EffectRow>,
    /// Where the next page begins.
    pub next: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub waiting: u32,
    pub refused: u32,
    /// Done, and kept.
    pub done: u32,
    pub superseded: u32,
}

/// How far an effect came, with what was said last.
#[derive(Debug, Clone, PartialEq)]
pub struct Progressed {
    pub progress: Progress,
    pub answer: Option<String>,
    pub answered: Option<Instant>,
    /// `None` leaves it as it is.
    pub body: Option<Option<String>>,
    pub address: Option<String>,
}

const ROWS: &str = "SELECT effect.*, coalesce(shown.name, '') AS name, coalesce(shown.email, '') AS email,
         effect.state = 'waiting' AND (EXISTS (SELECT 1 FROM effect AS before WHERE before.customer = effect.customer
             AND before.kind = effect.kind AND before.n < effect.n AND before.state IN ('waiting', 'in_flight'))
             OR EXISTS (SELECT 1 FROM effect_need JOIN effect AS before ON before.id = effect_need.need
                 WHERE effect_need.effect = effect.id AND before.state <> 'done')) AS behind
     FROM effect LEFT JOIN customer ON customer.customer = effect.customer
         LEFT JOIN customer AS shown ON shown.customer = customer.root";

impl Transaction {
    /// Owes something; what was owed before under that id stays as it is.
    pub fn owe(&mut self, owed: NewEffect) {
        let (account, subject, needs, brings) = match owed.stripe {
            Some(more) => (Some(more.account), more.subject, more.needs, more.brings),
            None => (None, None, Vec::new(), Money::ZERO),
        };
        let id = owed.id;
        self.gather()
            .add(
                "INSERT INTO effect (id, record, kind, account, subject, brings, customer, state, what, title, address,
                     owed_millis, next_millis)
                 VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, 0) ON CONFLICT (id) DO NOTHING",
            )
            .bind(owed.id.0)
            .bind(owed.record.0)
            .bind(owed.kind.name())
            .bind(account)
            .bind(subject)
            .bind(brings.minor())
            .bind(owed.customer.map(|customer| customer.0))
            .bind(owed.what)
            .bind(owed.title)
            .bind(owed.address)
            .bind(owed.on.millis());
        self.needs(id, &needs);
    }

    /// Has to wait for these.
    pub fn needs(&mut self, effect: EffectId, needs: &[EffectId]) {
        self.gather().add_rows(
            "INSERT INTO effect_need (effect, need) VALUES {rows} ON CONFLICT DO NOTHING",
            2,
            needs,
            |script, need| {
                script.bind(effect.0).bind(need.0);
            },
        );
    }

    /// Keeps where something went, or is to be found.
    pub fn address(&mut self, effect: EffectId, address: &str) {
        self.gather().add("UPDATE effect SET address = ? WHERE id = ?").bind(address).bind(effect.0);
    }

    /// Keeps what Stripe calls the thing that an effect made.
    pub fn made(&mut self, effect: EffectId, id: &str) {
        self.gather().add("UPDATE effect SET made = ? WHERE id = ?").bind(id).bind(effect.0);
    }

    /// Writes how far an effect came.
    pub fn progress(&mut self, id: EffectId, to: Progressed) {
        let Progressed { progress, answer, answered, body, address } = to;
        let script = self.gather();
        script.push("UPDATE effect SET state = ").push_value(progress.state.name());
        script.push(", attempts = ").push_value(progress.attempts);
        script.push(", unsure = ").push_value(progress.unsure);
        script.push(", first_millis = ").push_value(progress.first_sent.map(Instant::millis));
        script.push(", next_millis = ").push_value(progress.next_try.millis());
        script.push(", answer = ").push_value(answer);
        script.push(", answer_millis = ").push_value(answered.map(Instant::millis));
        if let Some(body) = body {
            script.push(", body = ").push_value(body);
        }
        if let Some(address) = address {
            script.push(", address = ").push_value(address);
        }
        script.push(" WHERE id = ").push_value(id.0).end();
    }
}

/// The effect that goes out next, if one may go now: per customer in order.
pub async fn next_effect(
    conn: &mut SqliteConnection,
    kind: EffectKind,
    now: Instant,
) -> Result<Option<EffectRow>> {
    let asked = Script::of(&format!(
        "{ROWS} WHERE effect.state = 'waiting' AND effect.next_millis <= ? AND effect.kind = ?
             AND NOT EXISTS (SELECT 1 FROM effect AS before WHERE before.customer = effect.customer
                 AND before.kind = effect.kind AND before.n < effect.n AND before.state IN ('waiting', 'in_flight'))
             AND NOT EXISTS (SELECT 1 FROM effect_need JOIN effect AS before ON before.id = effect_need.need
                 WHERE effect_need.effect = effect.id AND before.state <> 'done')
         ORDER BY effect.next_millis, effect.n LIMIT 1"
    ));
    one(asked.with(now.millis()).with(kind.name()), conn).await
}

/// What is open or done under a subject: it need not be owed again.
pub async fn effect_known_as(
    conn: &mut SqliteConnection,
    account: &str,
    subject: &str,
) -> Result<Option<EffectRow>> {
    let asked = Script::of(&format!(
        "{ROWS} WHERE effect.subject = ? AND effect.account = ? AND effect.state IN ('waiting', 'in_flight', 'done')
         ORDER BY effect.n DESC LIMIT 1"
    ));
    one(asked.with(subject).with(account), conn).await
}

/// Everything of one kind that is not through, in order; with those that each needs, done or not.
pub async fn open_effects(
    conn: &mut SqliteConnection,
    kind: EffectKind,
) -> Result<Vec<(EffectRow, Vec<EffectId>)>> {
    let asked = Script::of(&format!(
        "{ROWS} WHERE effect.kind = ? AND effect.state IN ('waiting', 'in_flight') ORDER BY effect.n"
    ));
    let rows: Vec<EffectRow> =
        asked.with(kind.name()).run(conn).await?.iter().flatten().map(row).collect::<Result<_>>()?;
    let asked = Script::of(
        "SELECT effect_need.effect, effect_need.need FROM effect_need JOIN effect ON effect.id = effect_need.effect
         WHERE effect.state IN ('waiting', 'in_flight')",
    );
    let mut needs: BTreeMap<EffectId, Vec<EffectId>> = BTreeMap::new();
    for row in asked.run(conn).await?.iter().flatten() {
        let effect = EffectId(uuid_of(row.get("effect"))?);
        needs.entry(effect).or_default().push(EffectId(uuid_of(row.get("need"))?));
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let needs = needs.remove(&row.id).unwrap_or_default();
            (row, needs)
        })
        .collect())
}

/// Whose a thing at Stripe is, by its id there.
pub async fn at_stripe(conn: &mut SqliteConnection, id: &str) -> Result<Vec<Entity>> {
    let rows = Script::of("SELECT entity FROM stripe_object WHERE id = ?").with(id).run(conn).await?;
    rows.iter().flatten().map(|row| whose(row.get("entity"))).collect()
}

/// All things at Stripe that are known here, each by its id there.
pub async fn everything_at_stripe(conn: &mut SqliteConnection) -> Result<HashMap<String, Vec<Entity>>> {
    let rows =
        sqlx::query("SELECT id, entity FROM stripe_object ORDER BY id, entity").fetch_all(conn).await?;
    let mut known: HashMap<String, Vec<Entity>> = HashMap::with_capacity(rows.len());
    for row in &rows {
        known.entry(row.get("id")).or_default().push(whose(row.get("entity"))?);
    }
    Ok(known)
}

fn whose(key: &[u8]) -> Result<Entity> {
    let known = key.split_first().map(|(tag, id)| Ok::<_, StoreError>(Entity::from_tag(*tag, uuid_of(id)?)));
    known.transpose()?.flatten().ok_or_else(|| StoreError::Unreadable {
        what: "a thing at Stripe".into(),
        why: "whose it is is not known".into(),
    })
}

/// The record that a payment at Stripe paid for.
pub async fn charge_paid_by(conn: &mut SqliteConnection, payment: &str) -> Result<Option<Record>> {
    let rows = Script::of("SELECT record FROM stripe_payment WHERE id = ?").with(payment).run(conn).await?;
    match rows.first().and_then(|rows| rows.first()) {
        Some(row) => crate::journal::record(conn, RecordId(uuid_of(row.get("record"))?)).await,
        None => Ok(None),
    }
}

/// Whether somebody entered a card on a page of Stripe's.
pub async fn card_entered_on(conn: &mut SqliteConnection, session: &str) -> Result<bool> {
    let session: StripeCheckoutSessionId = session
        .parse()
        .map_err(|_| StoreError::Unreadable { what: "a page".into(), why: "it has no id".into() })?;
    let fact = domain::record::card_entered(&session);
    let rows = Script::of("SELECT 1 FROM established WHERE fact = ?").with(fact).run(conn).await?;
    Ok(rows.iter().flatten().next().is_some())
}

/// Memberships that run and are billed through Stripe.
pub async fn billed_by_card(conn: &mut SqliteConnection) -> Result<u32> {
    let rows = Script::of(
        "SELECT count(DISTINCT stripe_object.entity) AS count FROM stripe_object
             JOIN enrollment ON stripe_object.entity = CAST(x'0a' || enrollment.enrollment AS BLOB)
         WHERE enrollment.current",
    )
    .run(conn)
    .await?;
    Ok(rows.iter().flatten().next().map_or(0, |row| row.get::<i64, _>("count") as u32))
}

/// What brought money in between two instants.
pub async fn brought_between(
    conn: &mut SqliteConnection,
    from: Instant,
    until: Instant,
) -> Result<Vec<EffectRow>> {
    let asked = Script::of(&format!(
        "{ROWS} WHERE effect.state = 'done' AND effect.brings > 0 AND effect.answer_millis BETWEEN ? AND ?"
    ));
    asked.with(from.millis()).with(until.millis()).run(conn).await?.iter().flatten().map(row).collect()
}

/// Kept beside the journal under a name.
pub async fn kept(conn: &mut SqliteConnection, name: &str) -> Result<Option<String>> {
    let rows = Script::of("SELECT value FROM keeping WHERE name = ?").with(name).run(conn).await?;
    Ok(rows.first().and_then(|rows| rows.first()).map(|row| row.get("value")))
}

/// When the earliest waiting effect may be tried.
pub async fn next_try(conn: &mut SqliteConnection) -> Result<Option<Instant>> {
    let row = sqlx::query("SELECT min(next_millis) AS at FROM effect WHERE state = 'waiting'")
        .fetch_one(conn)
        .await?;
    Ok(row.get::<Option<i64>, _>("at").map(Instant::from_millis))
}

pub async fn effect(conn: &mut SqliteConnection, id: EffectId) -> Result<Option<EffectRow>> {
    one(Script::of(&format!("{ROWS} WHERE effect.id = ?")).with(id.0), conn).await
}

/// Effects in some states: those still open in the order they go, those that are through newest first.
pub async fn effects(
    conn: &mut SqliteConnection,
    states: &[EffectState],
    newest_first: bool,
    after: Option<i64>,
    limit: u32,
) -> Result<EffectsPage> {
    let mut asked = Script::default();
    asked.push(ROWS).push(" WHERE effect.state IN (");
    asked.push_values(states.iter().map(|state| state.name())).push(")");
    if let Some(after) = after {
        asked.push(if newest_first { " AND effect.n < " } else { " AND effect.n > " }).push_value(after);
    }
    asked.push(if newest_first { " ORDER BY effect.n DESC LIMIT " } else { " ORDER BY effect.n LIMIT " });
    asked.push_value(limit + 1).end();
    let mut rows: Vec<EffectRow> = asked.run(conn).await?.iter().flatten().map(row).collect::<Result<_>>()?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.n);
    Ok(EffectsPage { rows, next })
}

/// Everything owed, or sent, to some customers and not forgotten yet, oldest first.
pub async fn effects_of(conn: &mut SqliteConnection, customers: &[CustomerId]) -> Result<Vec<EffectRow>> {
    let mut asked = Script::default();
    asked.push(ROWS).push(" WHERE effect.customer IN (");
    asked.push_values(customers.iter().map(|customer| customer.0)).push(") ORDER BY effect.n").end();
    asked.run(conn).await?.iter().flatten().map(row).collect()
}

pub async fn count_effects(conn: &mut SqliteConnection) -> Result<Counted> {
    let rows =
        sqlx::query("SELECT state, count(*) AS count FROM effect GROUP BY state").fetch_all(conn).await?;
    let of = |names: &[&str]| {
        rows.iter()
            .filter(|row| names.contains(&row.get::<&str, _>("state")))
            .map(|row| row.get::<i64, _>("count") as u32)
            .sum()
    };
    Ok(Counted {
        waiting: of(&["waiting", "in_flight"]),
        refused: of(&["refused"]),
        done: of(&["done"]),
        superseded: of(&["superseded"]),
    })
}

/// Forgets what has been through since before an instant.
pub fn forget_effects(script: &mut Script, before: Instant) {
    script
        .add("DELETE FROM effect WHERE state IN ('done', 'superseded') AND answer_millis < ?")
        .bind(before.millis());
}

async fn one(asked: Script, conn: &mut SqliteConnection) -> Result<Option<EffectRow>> {
    asked.run(conn).await?.iter().flatten().next().map(row).transpose()
}

fn row(row: &SqliteRow) -> Result<EffectRow> {
    let at = |name: &str| row.get::<Option<i64>, _>(name).map(Instant::from_millis);
    let state = row.get::<&str, _>("state");
    Ok(EffectRow {
        n: row.get("n"),
        id: EffectId(uuid_of(row.get("id"))?),
        record: RecordId(uuid_of(row.get("record"))?),
        kind: match row.get::<&str, _>("kind") {
            "stripe" => EffectKind::Stripe,
            _ => EffectKind::Mail,
        },
        account: row.get("account"),
        made: row.get("made"),
        brings: Money::from_minor(row.get("brings")),
        customer: row.get::<Option<&[u8]>, _>("customer").map(uuid_of).transpose()?.map(CustomerId),
        what: row.get("what"),
        title: row.get("title"),
        address: row.get("address"),
        body: row.get("body"),
        owed: Instant::from_millis(row.get("owed_millis")),
        progress: Progress {
            state: EffectState::named(state).ok_or_else(|| StoreError::Unreadable {
                what: "an effect".into(),
                why: format!("its state {state} is not known"),
            })?,
            attempts: row.get::<i64, _>("attempts") as u32,
            unsure: row.get::<i64, _>("unsure") as u32,
            first_sent: at("first_millis"),
            next_try: Instant::from_millis(row.get("next_millis")),
        },
        answer: row.get("answer"),
        answered: at("answer_millis"),
        name: row.get("name"),
        email: row.get("email"),
        behind: row.get::<i64, _>("behind") != 0,
    })
}
