//! Writing what folds say into the tables that questions are asked of.

use crate::Result;
use crate::database::uuid_of;
use crate::journal::{TOGETHER, entity_key, unreadable};
use domain::customer::Customer;
use domain::enrollment::{Enrollment, Status};
use domain::fold::{Folded, State};
use domain::record::Entity;
use domain::ticket::{Ticket, TicketStatus};
use domain::{CustomerId, Day, EnrollmentId, Money, Standing};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row, Sqlite};
use std::collections::BTreeMap;

/// Writes the rows that show the states of some entities as of `day`.
pub(crate) async fn entities(
    conn: &mut SqliteConnection,
    states: impl IntoIterator<Item = (Entity, &State)>,
    day: Day,
) -> Result<()> {
    let mut held = Vec::new();
    for (entity, state) in states {
        match state {
            State::Customer(state) => customer(conn, state).await?,
            State::Enrollment(state) => held.push(&**state),
            State::Ticket(state) => ticket(conn, state).await?,
            State::Task(state) => {
                sqlx::query(
                    "INSERT INTO task_closed (record, day, note) VALUES (?, ?, ?)
                     ON CONFLICT (record) DO UPDATE SET day = excluded.day, note = excluded.note",
                )
                .bind(entity.uuid().as_bytes().as_slice())
                .bind(state.closed.to_string())
                .bind(&state.note)
                .execute(&mut *conn)
                .await?;
            }
            // The small kinds are read from their folds.
            State::Practice(_)
            | State::Desk(_)
            | State::Location(_)
            | State::TaxClass(_)
            | State::Category(_)
            | State::Staff(_)
            | State::Item(_)
            | State::Plan(_)
            | State::Unmade => {}
        }
    }
    // Last: they show their holders' names.
    enrollments(conn, &held, day).await
}

/// Writes what records moved and raised.
pub(crate) async fn folded(conn: &mut SqliteConnection, folds: &[(Entity, Folded)]) -> Result<()> {
    let mut moved = Vec::new();
    for (entity, folded) in folds {
        for (nth, movement) in folded.movements.iter().enumerate() {
            let text = serde_json::to_string(movement).map_err(unreadable("a movement"))?;
            moved.push((entity, folded, nth, text));
        }
    }
    for some in moved.chunks(TOGETHER) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO movement (enrollment, at_millis, at_count, desk, seq, nth, record, movement) ",
        );
        query.push_values(some, |mut row, (entity, folded, nth, text)| {
            row.push_bind(entity.uuid().as_bytes().to_vec())
                .push_bind(folded.place.at.millis)
                .push_bind(i64::from(folded.place.at.count))
                .push_bind(folded.place.desk.0.as_bytes().to_vec())
                .push_bind(folded.place.seq as i64)
                .push_bind(*nth as i64)
                .push_bind(folded.record.0.as_bytes().to_vec())
                .push_bind(text.clone());
        });
        query.build().execute(&mut *conn).await?;
    }
    for (entity, folded) in folds {
        let Some(raised) = &folded.raised else { continue };
        sqlx::query("INSERT INTO task (record, entity, day, raised) VALUES (?, ?, ?, ?)")
            .bind(folded.record.0.as_bytes().as_slice())
            .bind(entity_key(*entity).as_slice())
            .bind(folded.day.to_string())
            .bind(serde_json::to_string(raised).map_err(unreadable("a task"))?)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Removes what [`folded`] wrote for an entity, before it is folded again.
pub(crate) async fn forget(conn: &mut SqliteConnection, entity: Entity) -> Result<()> {
    if let Entity::Enrollment(id) = entity {
        sqlx::query("DELETE FROM movement WHERE enrollment = ?")
            .bind(id.0.as_bytes().as_slice())
            .execute(&mut *conn)
            .await?;
        sqlx::query("DELETE FROM dependent WHERE enrollment = ?")
            .bind(id.0.as_bytes().as_slice())
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query("DELETE FROM task WHERE entity = ?")
        .bind(entity_key(entity).as_slice())
        .execute(conn)
        .await?;
    Ok(())
}

/// What a name is sorted by: without case and leading space.
pub fn sort_key(name: &str) -> String {
    name.trim().to_lowercase()
}

async fn customer(conn: &mut SqliteConnection, customer: &Customer) -> Result<()> {
    let id = customer.id.0.as_bytes().as_slice();
    let person = &customer.person;
    let root = customer.merged_into.unwrap_or(customer.id);
    let row = sqlx::query(
        "INSERT INTO customer (customer, root, name, sort_key, email, phone, card, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (customer) DO UPDATE SET root = excluded.root, name = excluded.name, sort_key = excluded.sort_key,
             email = excluded.email, phone = excluded.phone, card = excluded.card, since = excluded.since
         RETURNING id",
    )
    .bind(id)
    .bind(root.0.as_bytes().as_slice())
    .bind(&person.name)
    .bind(sort_key(&person.name))
    .bind(&person.email)
    .bind(&person.phone)
    .bind(&person.card_code)
    .bind(customer.since.to_string())
    .fetch_one(&mut *conn)
    .await?;
    let rowid: i64 = row.get("id");
    sqlx::query("DELETE FROM customer_words WHERE rowid = ?").bind(rowid).execute(&mut *conn).await?;
    if customer.merged_into.is_none() {
        let digits: String = person.phone.chars().filter(char::is_ascii_digit).collect();
        sqlx::query("INSERT INTO customer_words (rowid, words) VALUES (?, ?)")
            .bind(rowid)
            .bind(format!("{} {} {} {digits} {}", person.name, person.email, person.phone, person.card_code))
            .execute(&mut *conn)
            .await?;
    }
    // Enrollments follow the name and the merge.
    let held = sqlx::query("SELECT 1 FROM enrollment WHERE customer = ? OR holder = ? LIMIT 1")
        .bind(id)
        .bind(id)
        .fetch_optional(&mut *conn)
        .await?;
    if held.is_some() {
        let (holder, key) = holder_of(conn, customer.id).await?;
        sqlx::query("UPDATE enrollment SET holder = ?1, sort_key = ?2 WHERE customer = ?3 OR holder = ?3 OR holder = ?1")
            .bind(holder.0.as_bytes().as_slice())
            .bind(key)
            .bind(id)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The customer that everything of `customer` is shown under, and its name for sorting.
async fn holder_of(conn: &mut SqliteConnection, customer: CustomerId) -> Result<(CustomerId, String)> {
    let mut at = customer;
    let mut key = String::new();
    // A merge can point at one that was itself merged; two that point at each other stop at the first.
    for _ in 0..8 {
        let row = sqlx::query("SELECT root, sort_key FROM customer WHERE customer = ?")
            .bind(at.0.as_bytes().as_slice())
            .fetch_optional(&mut *conn)
            .await?;
        // One that is not on file yet has no name, whoever was merged into it.
        key = row.as_ref().map_or_else(String::new, |row| row.get("sort_key"));
        let Some(row) = row else { break };
        let root = CustomerId(uuid_of(row.get("root"))?);
        if root == at || root == customer {
            break;
        }
        at = root;
    }
    Ok((at, key))
}

async fn ticket(conn: &mut SqliteConnection, ticket: &Ticket) -> Result<()> {
    let id = ticket.id.0.as_bytes().as_slice();
    let status = match ticket.status() {
        TicketStatus::Held => "held",
        TicketStatus::Settled => "settled",
        TicketStatus::Voided => "voided",
        TicketStatus::PartlyRefunded => "partly_refunded",
        TicketStatus::Refunded => "refunded",
        TicketStatus::Gone => "gone",
    };
    let (on, day, location, customer, number, what, totals) = match (&ticket.sale, &ticket.held) {
        (Some(sale), _) => {
            let names: Vec<&str> =
                sale.what.settled.input.lines.iter().map(|line| line.name.as_str()).take(3).collect();
            let more = sale.what.settled.input.lines.len().saturating_sub(names.len());
            let what = match more {
                0 => names.join(", "),
                more => format!("{} and {more} more", names.join(", ")),
            };
            let totals = sale.what.settled.quote.totals;
            (
                sale.on,
                sale.day,
                sale.what.location,
                sale.what.customer,
                Some(sale.what.number.to_string()),
                what,
                totals,
            )
        }
        (None, Some(held)) => (
            held.on,
            held.day,
            held.what.location,
            held.what.customer,
            None,
            held.what.label.clone(),
            domain::checkout::Totals::default(),
        ),
        (None, None) => {
            sqlx::query("DELETE FROM ticket WHERE ticket = ?").bind(id).execute(conn).await?;
            return Ok(());
        }
    };
    sqlx::query(
        "INSERT INTO ticket (ticket, status, number, day, on_millis, location, customer, what, total, due, savings, refunded)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (ticket) DO UPDATE SET status = excluded.status, number = excluded.number, day = excluded.day,
             on_millis = excluded.on_millis, location = excluded.location, customer = excluded.customer,
             what = excluded.what, total = excluded.total, due = excluded.due, savings = excluded.savings,
             refunded = excluded.refunded",
    )
    .bind(id)
    .bind(status)
    .bind(number)
    .bind(day.to_string())
    .bind(on.millis())
    .bind(location.0.as_bytes().as_slice())
    .bind(customer.map(|customer| customer.0.as_bytes().to_vec()))
    .bind(what)
    .bind(totals.total.minor())
    .bind(totals.due.minor())
    .bind(totals.savings.minor())
    .bind(ticket.refunded().minor())
    .execute(&mut *conn)
    .await?;
    savings(conn, ticket, &ticket.savings()).await
}

async fn savings(
    conn: &mut SqliteConnection,
    ticket: &Ticket,
    saved: &[(EnrollmentId, Money)],
) -> Result<()> {
    let id = ticket.id.0.as_bytes().as_slice();
    // Through other memberships than when it was settled nothing is ever saved; through fewer, once something came back.
    if ticket.status() != TicketStatus::Settled {
        sqlx::query("DELETE FROM ticket_saving WHERE ticket = ?").bind(id).execute(&mut *conn).await?;
    }
    if saved.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO ticket_saving (ticket, enrollment, saved) ");
    query.push_values(saved, |mut row, (enrollment, amount)| {
        row.push_bind(id.to_vec()).push_bind(enrollment.0.as_bytes().to_vec()).push_bind(amount.minor());
    });
    query.push(" ON CONFLICT (ticket, enrollment) DO UPDATE SET saved = excluded.saved");
    query.build().execute(&mut *conn).await?;
    Ok(())
}

/// What the table of members shows of a status, with its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum StatusShown {
    Scheduled { starts: Day },
    Active,
    Waiting { due: Day },
    PastDueGrace { since: Day, until: Day },
    PastDueSuspended { since: Day },
    Paused { until: Option<Day> },
    Ends { last_day: Day },
    Cancelled { on: Day },
}

impl StatusShown {
    /// What is shown of an enrollment on `day`.
    pub fn of(enrollment: &Enrollment, day: Day) -> Self {
        match (enrollment.status(day), enrollment.standing(day)) {
            (Status::Scheduled { starts }, _) => Self::Scheduled { starts },
            (Status::Cancelled { on }, _) => Self::Cancelled { on },
            (Status::Paused { until }, _) => Self::Paused { until },
            (_, Standing::Waiting) => Self::Waiting { due: enrollment.starts_on },
            (Status::PastDue { since, grace_until }, _) if day <= grace_until => {
                Self::PastDueGrace { since, until: grace_until }
            }
            (Status::PastDue { since, .. }, _) => Self::PastDueSuspended { since },
            (Status::Ending { last_day }, _) => Self::Ends { last_day },
            (Status::Active, _) => Self::Active,
        }
    }

    /// As stored, and as sorted.
    pub fn rank(self) -> i64 {
        match self {
            Self::Active => 1,
            Self::Waiting { .. } => 2,
            Self::PastDueGrace { .. } | Self::PastDueSuspended { .. } => 3,
            Self::Paused { .. } => 4,
            Self::Scheduled { .. } => 5,
            Self::Ends { .. } => 6,
            Self::Cancelled { .. } => 7,
        }
    }
}

/// A row that is as it was is left alone: writing it would touch every index.
const ENROLLMENT_UPSERT: &str = "
    ON CONFLICT (enrollment) DO UPDATE SET customer = excluded.customer, holder = excluded.holder,
        sort_key = excluded.sort_key, plan = excluded.plan, version = excluded.version, status = excluded.status,
        status_view = excluded.status_view, current = excluded.current, counted = excluded.counted,
        joined = excluded.joined, next_billing = excluded.next_billing, balance = excluded.balance,
        net_revenue = excluded.net_revenue, changes_on = excluded.changes_on, refresh_on = excluded.refresh_on
    WHERE (customer, holder, sort_key, plan, version, status, status_view, current, counted, joined, next_billing,
        balance, net_revenue, changes_on, refresh_on) IS NOT (excluded.customer, excluded.holder, excluded.sort_key,
        excluded.plan, excluded.version, excluded.status, excluded.status_view, excluded.current, excluded.counted,
        excluded.joined, excluded.next_billing, excluded.balance, excluded.net_revenue, excluded.changes_on,
        excluded.refresh_on)";

async fn enrollments(conn: &mut SqliteConnection, held: &[&Enrollment], day: Day) -> Result<()> {
    for some in held.chunks(TOGETHER) {
        let holders = holders_of(conn, some).await?;
        let mut rows = Vec::with_capacity(some.len());
        for (enrollment, holder) in some.iter().zip(holders) {
            rows.push(EnrollmentRow::of(enrollment, holder, day)?);
        }
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO enrollment (enrollment, customer, holder, sort_key, plan, version, status, status_view,
                 current, counted, joined, next_billing, balance, net_revenue, changes_on, refresh_on) ",
        );
        query.push_values(&rows, |mut values, row| {
            let now = &row.now;
            values
                .push_bind(now.id.0.as_bytes().to_vec())
                .push_bind(now.customer.0.as_bytes().to_vec())
                .push_bind(row.holder.0.as_bytes().to_vec())
                .push_bind(row.sort_key.clone())
                .push_bind(now.plan.0.as_bytes().to_vec())
                .push_bind(i64::from(now.version))
                .push_bind(row.shown.rank())
                .push_bind(row.status_view.clone())
                .push_bind(i64::from(!row.ended))
                .push_bind(i64::from(now.is_member(day)))
                .push_bind(now.starts_on.to_string())
                .push_bind(now.next_billing(day).map(|day| day.to_string()))
                .push_bind(row.balance.minor())
                .push_bind(row.net_revenue.minor())
                .push_bind(row.changes_on.map(|day| day.to_string()))
                .push_bind(row.refresh_on.map(|day| day.to_string()));
        });
        query.push(ENROLLMENT_UPSERT);
        query.build().execute(&mut *conn).await?;
        for row in &rows {
            dependents(conn, row, day).await?;
        }
    }
    Ok(())
}

/// What a row of the table of members says of an enrollment.
struct EnrollmentRow {
    now: Enrollment,
    holder: CustomerId,
    sort_key: String,
    shown: StatusShown,
    status_view: String,
    ended: bool,
    balance: Money,
    net_revenue: Money,
    changes_on: Option<Day>,
    refresh_on: Option<Day>,
}

impl EnrollmentRow {
    fn of(enrollment: &Enrollment, holder: (CustomerId, String), day: Day) -> Result<Self> {
        let now = enrollment.at(day);
        let shown = StatusShown::of(&now, day);
        let ended = matches!(shown, StatusShown::Cancelled { .. });
        let totals = now.totals;
        let refreshes = now.accounts.iter().filter(|account| account.refreshes() && !ended);
        let (holder, sort_key) = holder;
        Ok(Self {
            status_view: serde_json::to_string(&shown).map_err(unreadable("a status"))?,
            balance: now.dues(day).iter().map(|due| due.total).sum(),
            net_revenue: totals.captured - totals.captured_tax - totals.refunded + totals.refunded_tax,
            // A refresh that is due is kept in `refresh_on`: for the calendar, a row brought to a day is done with it.
            changes_on: now.changes_on().map(|on| on.max(now.as_of.next())),
            refresh_on: refreshes.map(|account| account.next_refresh().1).min(),
            now,
            holder,
            sort_key,
            shown,
            ended,
        })
    }
}

/// The customers that some enrollments are shown under, with their names for sorting.
async fn holders_of(conn: &mut SqliteConnection, some: &[&Enrollment]) -> Result<Vec<(CustomerId, String)>> {
    let mut query =
        QueryBuilder::<Sqlite>::new("SELECT customer, root, sort_key FROM customer WHERE customer IN (");
    let mut keys = query.separated(", ");
    for enrollment in some {
        keys.push_bind(enrollment.customer.0.as_bytes().to_vec());
    }
    query.push(")");
    let mut known = BTreeMap::new();
    for row in query.build().fetch_all(&mut *conn).await? {
        let (customer, root) = (uuid_of(row.get("customer"))?, uuid_of(row.get("root"))?);
        // One that was merged is followed below.
        if customer == root {
            known.insert(CustomerId(customer), row.get::<String, _>("sort_key"));
        }
    }
    let mut holders = Vec::with_capacity(some.len());
    for enrollment in some {
        holders.push(match known.get(&enrollment.customer) {
            Some(sort_key) => (enrollment.customer, sort_key.clone()),
            None => holder_of(conn, enrollment.customer).await?,
        });
    }
    Ok(holders)
}

async fn dependents(conn: &mut SqliteConnection, row: &EnrollmentRow, day: Day) -> Result<()> {
    let id = row.now.id.0.as_bytes().as_slice();
    // Who was covered once stays in the state, so without anybody there are no rows either.
    if row.now.dependents.is_empty() {
        return Ok(());
    }
    let covered: Vec<CustomerId> = if row.ended { Vec::new() } else { row.now.covered(day).collect() };
    sqlx::query("DELETE FROM dependent WHERE enrollment = ?").bind(id).execute(&mut *conn).await?;
    for customer in covered {
        sqlx::query("INSERT INTO dependent (enrollment, customer) VALUES (?, ?)")
            .bind(id)
            .bind(customer.0.as_bytes().as_slice())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
