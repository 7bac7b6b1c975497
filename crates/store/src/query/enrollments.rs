use crate::database::{Transaction, place_of, uuid_of};
use crate::journal::{state_of, unreadable};
use crate::query::customers::{CustomerRow, SHOWN_AS, row as customer_row};
use crate::script::Script;
use crate::{Result, StoreError};
use domain::credit::Movement;
use domain::enrollment::Enrollment;
use domain::fold::State;
use domain::record::Entity;
use domain::{CustomerId, Day, EnrollmentId, Money, PlanId, RecordId};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::BTreeMap;

/// Counted per plan and version, kept up by every change of an enrollment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanTally {
    pub plan: PlanId,
    pub version: u32,
    /// Enrollments neither ended nor still to start.
    pub members: u32,
    /// Enrollments that were ever made.
    pub ever: u32,
    /// Captured less refunded, before tax.
    pub net_revenue: Money,
}

pub async fn plan_tallies(conn: &mut SqliteConnection) -> Result<Vec<PlanTally>> {
    let rows = sqlx::query(
        "SELECT plan, version, sum(members) AS members, sum(enrollments) AS ever, sum(net_revenue) AS net_revenue
         FROM plan_tally GROUP BY plan, version",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PlanTally {
                plan: PlanId(uuid_of(row.get("plan"))?),
                version: row.get::<i64, _>("version") as u32,
                members: row.get::<i64, _>("members") as u32,
                ever: row.get::<i64, _>("ever") as u32,
                net_revenue: Money::from_minor(row.get("net_revenue")),
            })
        })
        .collect()
}

/// The versions of plans that somebody holds, enrollments still to start among them.
pub async fn held_versions(conn: &mut SqliteConnection) -> Result<Vec<(PlanId, u32)>> {
    // 7: cancelled.
    let asked = "SELECT DISTINCT plan, version FROM plan_tally WHERE status <> 7 AND enrollments > 0";
    let rows = sqlx::query(asked).fetch_all(conn).await?;
    rows.iter()
        .map(|row| Ok((PlanId(uuid_of(row.get("plan"))?), row.get::<i64, _>("version") as u32)))
        .collect()
}

/// Every enrollment held by a customer, duplicates merged into it included; by start, then id.
pub async fn enrollments_of(conn: &mut SqliteConnection, holder: CustomerId) -> Result<Vec<Enrollment>> {
    let rows = sqlx::query(
        "SELECT entity.state FROM enrollment JOIN entity ON entity.id = CAST(x'0a' || enrollment.enrollment AS BLOB)
         WHERE enrollment.holder = ? ORDER BY enrollment.joined, enrollment.enrollment",
    )
    .bind(holder.0.as_bytes().as_slice())
    .fetch_all(conn)
    .await?;
    states(&rows)
}

/// What a customer can use at the counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Whom the customer is shown as.
    pub person: CustomerRow,
    /// They were erased on request.
    pub erased: bool,
    /// Every enrollment they hold, and those that cover them as a dependent (marked); by start, then id.
    pub enrollments: Vec<(Enrollment, bool)>,
}

/// The person a customer is shown as with every enrollment they hold or that covers them; `None` where they are not
/// on file.
pub async fn held_by(conn: &mut SqliteConnection, customer: CustomerId) -> Result<Option<Held>> {
    Held::read(&Held::asked(customer).run(conn).await?)
}

impl Held {
    /// One visit: the person, the entities of what they hold, and of what covers them.
    fn asked(customer: CustomerId) -> Script {
        let mut asked = Script::of(SHOWN_AS).with(customer.0);
        asked
            .add(
                "SELECT entity.* FROM enrollment
                     JOIN entity ON entity.id = CAST(x'0a' || enrollment.enrollment AS BLOB)
                 WHERE enrollment.holder = (SELECT root FROM customer WHERE customer = ?)",
            )
            .bind(customer.0);
        asked
            .add(
                "SELECT entity.* FROM entity WHERE entity.id IN
                     (SELECT CAST(x'0a' || dependent.enrollment AS BLOB)
                      FROM customer JOIN dependent ON dependent.customer = customer.customer
                      WHERE customer.root = (SELECT root FROM customer WHERE customer = ?))",
            )
            .bind(customer.0);
        asked
    }

    fn read(answers: &[Vec<SqliteRow>]) -> Result<Option<Self>> {
        let [person, held, covering] = answers else { return Ok(None) };
        let Some(person) = person.first() else { return Ok(None) };
        let mut enrollments: Vec<(Enrollment, bool)> =
            states(held)?.into_iter().map(|enrollment| (enrollment, false)).collect();
        for covering in states(covering)? {
            if !enrollments.iter().any(|(known, _)| known.id == covering.id) {
                enrollments.push((covering, true));
            }
        }
        enrollments.sort_by_key(|(enrollment, _)| (enrollment.starts_on, enrollment.id));
        Ok(Some(Self { person: customer_row(person)?, erased: person.get("erased"), enrollments }))
    }
}

impl Transaction {
    /// [`held_by`] inside this transaction, which need not read those enrollments again when a change touches them.
    pub async fn held_by(&mut self, customer: CustomerId) -> Result<Option<Held>> {
        let answers = self.ask(Held::asked(customer)).await?;
        let held = Held::read(&answers)?;
        if let (Some(held), [_, own, covering]) = (&held, answers.as_slice()) {
            for row in own.iter().chain(covering) {
                let id = EnrollmentId(uuid_of(&row.get::<&[u8], _>("id")[1..])?);
                if let Some((enrollment, _)) = held.enrollments.iter().find(|(known, _)| known.id == id) {
                    self.know(
                        Entity::Enrollment(id),
                        State::Enrollment(Box::new(enrollment.clone())),
                        place_of(row)?,
                    );
                }
            }
        }
        Ok(held)
    }
}

/// A membership and whom it is shown under.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldBy {
    pub enrollment: Enrollment,
    pub holder: CustomerId,
    pub name: String,
    pub email: String,
    pub erased: bool,
}

/// Some memberships, in the order they are asked for; those that are not here are left out.
pub async fn held_by_ids(conn: &mut SqliteConnection, ids: &[EnrollmentId]) -> Result<Vec<HeldBy>> {
    let mut asked = Script::default();
    asked.add_rows(
        "SELECT enrollment.enrollment, enrollment.holder, entity.state, coalesce(customer.name, '') AS name,
             coalesce(customer.email, '') AS email,
             EXISTS (SELECT 1 FROM customer_erased WHERE customer_erased.customer = enrollment.holder) AS erased
         FROM enrollment JOIN entity ON entity.id = CAST(x'0a' || enrollment.enrollment AS BLOB)
             LEFT JOIN customer ON customer.customer = enrollment.holder
         WHERE enrollment.enrollment IN (VALUES {rows})",
        1,
        ids,
        |script, id| {
            script.bind(id.0);
        },
    );
    let mut found = BTreeMap::new();
    for row in asked.run(conn).await?.iter().flatten() {
        let State::Enrollment(enrollment) = state_of(row.get("state"))? else { continue };
        let held = HeldBy {
            enrollment: *enrollment,
            holder: CustomerId(uuid_of(row.get("holder"))?),
            name: row.get("name"),
            email: row.get("email"),
            erased: row.get("erased"),
        };
        found.insert(EnrollmentId(uuid_of(row.get("enrollment"))?), held);
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The next running memberships after `after` whose holders have an e-mail address.
pub async fn running_with_address(
    conn: &mut SqliteConnection,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, Enrollment)>> {
    let rows = sqlx::query(
        "SELECT enrollment.id, entity.state
         FROM enrollment JOIN customer ON customer.customer = enrollment.holder
             JOIN entity ON entity.id = CAST(x'0a' || enrollment.enrollment AS BLOB)
         WHERE enrollment.id > ?1 AND enrollment.status IN (1, 3, 6) AND customer.email <> ''
         ORDER BY enrollment.id LIMIT ?2",
    )
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    let mut running = Vec::with_capacity(rows.len());
    for row in &rows {
        if let State::Enrollment(enrollment) = state_of(row.get("state"))? {
            running.push((row.get("id"), *enrollment));
        }
    }
    Ok(running)
}

/// Enrollments with a refresh date that has come by `day`, each with its place in the table: those after `after`.
pub async fn due_for_refresh(
    conn: &mut SqliteConnection,
    day: Day,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, Enrollment)>> {
    let rows = sqlx::query(
        "SELECT enrollment.id, entity.state
         FROM enrollment JOIN entity ON entity.id = CAST(x'0a' || enrollment.enrollment AS BLOB)
         WHERE enrollment.id > ?1 AND enrollment.refresh_on <= ?2 AND enrollment.status IN (1, 3, 6)
         ORDER BY enrollment.id LIMIT ?3",
    )
    .bind(after)
    .bind(day.to_string())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    let mut due = Vec::with_capacity(rows.len());
    for row in &rows {
        if let State::Enrollment(enrollment) = state_of(row.get("state"))? {
            due.push((row.get("id"), *enrollment));
        }
    }
    Ok(due)
}

/// What stands around the state of an enrollment.
#[derive(Debug, Clone, PartialEq)]
pub struct Around {
    /// Every movement of its credits with the record behind it, in order.
    pub movements: Vec<(RecordId, Movement)>,
    /// What it saved on tickets so far.
    pub saved: Money,
    /// Whom its customer is shown as.
    pub holder: CustomerId,
    /// Names of its customer, its holder and everybody it ever covered.
    pub names: BTreeMap<CustomerId, String>,
}

/// What stands around the state of an enrollment, in one visit.
pub async fn around(conn: &mut SqliteConnection, enrollment: &Enrollment) -> Result<Around> {
    let (id, customer) = (enrollment.id.0, enrollment.customer);
    let mut asked = Script::of(
        "SELECT record, movement FROM movement WHERE enrollment = ? ORDER BY at_millis, at_count, desk, seq, nth",
    )
    .with(id);
    asked.add("SELECT coalesce(sum(saved), 0) AS saved FROM ticket_saving WHERE enrollment = ?").bind(id);
    asked.add("SELECT root FROM customer WHERE customer = ?").bind(customer.0);
    let people = enrollment.dependents.iter().map(|dependent| dependent.customer.0).chain([customer.0]);
    asked
        .push("SELECT customer, name FROM customer WHERE customer = (SELECT root FROM customer WHERE customer = ")
        .push_value(customer.0)
        .push(") OR customer IN (")
        .push_values(people)
        .push(")")
        .end();
    let answers = asked.run(conn).await?;
    let [moved, saved, root, names] = answers.as_slice() else {
        return Err(StoreError::Unreadable {
            what: "a membership".into(),
            why: "an answer is missing".into(),
        });
    };
    let movements = moved.iter().map(|row| {
        let movement = serde_json::from_str(row.get("movement")).map_err(unreadable("a movement"))?;
        Ok((RecordId(uuid_of(row.get("record"))?), movement))
    });
    let names = names.iter().map(|row| Ok((CustomerId(uuid_of(row.get("customer"))?), row.get("name"))));
    Ok(Around {
        movements: movements.collect::<Result<_>>()?,
        saved: saved.first().map_or(Money::ZERO, |row| Money::from_minor(row.get("saved"))),
        holder: root.first().map_or(Ok(customer), |row| uuid_of(row.get("root")).map(CustomerId))?,
        names: names.collect::<Result<_>>()?,
    })
}

/// What an enrollment saved on the tickets since `day`.
pub async fn saved_since(conn: &mut SqliteConnection, enrollment: EnrollmentId, day: Day) -> Result<Money> {
    let row = sqlx::query(
        "SELECT coalesce(sum(ticket_saving.saved), 0) AS saved
         FROM ticket_saving JOIN ticket ON ticket.ticket = ticket_saving.ticket
         WHERE ticket_saving.enrollment = ? AND ticket.day >= ?",
    )
    .bind(enrollment.0.as_bytes().as_slice())
    .bind(day.to_string())
    .fetch_one(conn)
    .await?;
    Ok(Money::from_minor(row.get("saved")))
}

fn states(rows: &[SqliteRow]) -> Result<Vec<Enrollment>> {
    let mut enrollments = Vec::with_capacity(rows.len());
    for row in rows {
        if let State::Enrollment(enrollment) = state_of(row.get("state"))? {
            enrollments.push(*enrollment);
        }
    }
    Ok(enrollments)
}

/// What benefits took off tickets while the charges they count on may still be paid.
pub async fn used_on_trust(conn: &mut SqliteConnection) -> Result<Money> {
    let row = sqlx::query("SELECT coalesce(sum(on_trust), 0) AS used FROM enrollment WHERE on_trust > 0")
        .fetch_one(conn)
        .await?;
    Ok(Money::from_minor(row.get("used")))
}
