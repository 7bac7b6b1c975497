//! Everything, page by page in the order of its rows: for files that hold all of it.

use crate::database::uuid_of;
use crate::journal::{currents, state_of, unreadable};
use crate::script::Script;
use crate::{Result, StoreError};
use domain::credit::{Movement, MovementKind};
use domain::customer::Customer;
use domain::enrollment::Enrollment;
use domain::fold::State;
use domain::record::Entity;
use domain::ticket::Ticket;
use domain::{CustomerId, Day, EnrollmentId, LotId, PlanId};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, HashSet};

/// So many ids go into one question.
const PART: usize = 1_024;

/// People whose row comes after `after`, each with its row; duplicates that were merged are left out.
pub async fn customers_after(
    conn: &mut SqliteConnection,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, Customer)>> {
    let asked = Script::of(
        "SELECT customer.id AS place, entity.state FROM customer
             JOIN entity ON entity.id = CAST(x'09' || customer.customer AS BLOB)
         WHERE customer.id > ? AND customer.root = customer.customer ORDER BY customer.id LIMIT ?",
    );
    let rows = asked.with(after).with(limit).run(conn).await?;
    let mut people = Vec::new();
    for row in rows.iter().flatten() {
        if let State::Customer(customer) = state_of(row.get("state"))? {
            people.push((row.get("place"), *customer));
        }
    }
    Ok(people)
}

/// What finds a person on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnFile {
    pub id: CustomerId,
    /// Whom they are shown under: themselves, or the one they were merged into.
    pub root: CustomerId,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub card: String,
    /// What another system calls them.
    pub external: String,
    pub organization: bool,
}

/// Everybody on file, duplicates that were merged among them.
pub async fn everybody(conn: &mut SqliteConnection) -> Result<Vec<OnFile>> {
    let rows = sqlx::query(
        "SELECT customer, root, name, email, phone, card, external, organization FROM customer ORDER BY id",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(OnFile {
                id: CustomerId(uuid_of(row.get("customer"))?),
                root: CustomerId(uuid_of(row.get("root"))?),
                name: row.get("name"),
                email: row.get("email"),
                phone: row.get("phone"),
                card: row.get("card"),
                external: row.get("external"),
                organization: row.get("organization"),
            })
        })
        .collect()
}

/// The ids of those who were erased.
pub async fn erased(conn: &mut SqliteConnection) -> Result<Vec<CustomerId>> {
    let rows = sqlx::query("SELECT customer FROM customer_erased").fetch_all(conn).await?;
    rows.iter().map(|row| uuid_of(row.get("customer")).map(CustomerId)).collect()
}

/// Some people as they are known.
pub async fn people(
    conn: &mut SqliteConnection,
    ids: &[CustomerId],
) -> Result<BTreeMap<CustomerId, Customer>> {
    let entities: Vec<Entity> = ids.iter().copied().map(Entity::Customer).collect();
    let mut people = BTreeMap::new();
    for part in entities.chunks(PART) {
        for row in currents(part).run(conn).await?.iter().flatten() {
            if let State::Customer(customer) = state_of(row.get("state"))? {
                people.insert(customer.id, *customer);
            }
        }
    }
    Ok(people)
}

/// Who holds which membership, and which are over.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EveryMembership {
    /// Not ended.
    pub running: HashSet<(CustomerId, PlanId)>,
    /// Those that have ended as well.
    pub ids: HashSet<EnrollmentId>,
}

/// All memberships by what finds them.
pub async fn every_membership(conn: &mut SqliteConnection) -> Result<EveryMembership> {
    let rows =
        sqlx::query("SELECT enrollment, holder, plan, current FROM enrollment").fetch_all(conn).await?;
    let mut every = EveryMembership::default();
    for row in &rows {
        every.ids.insert(EnrollmentId(uuid_of(row.get("enrollment"))?));
        if row.get("current") {
            every
                .running
                .insert((CustomerId(uuid_of(row.get("holder"))?), PlanId(uuid_of(row.get("plan"))?)));
        }
    }
    Ok(every)
}

/// A settled ticket with its row and whom it is shown under.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketStored {
    pub place: i64,
    pub ticket: Ticket,
    pub customer: Option<CustomerId>,
    pub customer_name: String,
}

/// Settled tickets whose row comes after `after`.
pub async fn tickets_after(
    conn: &mut SqliteConnection,
    after: i64,
    from: Option<Day>,
    to: Option<Day>,
    limit: u32,
) -> Result<Vec<TicketStored>> {
    let asked = Script::of(
        "SELECT ticket.id AS place, entity.state, coalesce(bought.root, ticket.customer) AS buyer, shown.name
         FROM ticket JOIN entity ON entity.id = CAST(x'0b' || ticket.ticket AS BLOB)
             LEFT JOIN customer AS bought ON bought.customer = ticket.customer
             LEFT JOIN customer AS shown ON shown.customer = bought.root
         WHERE ticket.id > ? AND ticket.number IS NOT NULL AND ticket.day >= ? AND ticket.day <= ?
         ORDER BY ticket.id LIMIT ?",
    );
    let from = from.map_or_else(String::new, |day| day.to_string());
    let to = to.map_or_else(|| "9999-12-31".to_owned(), |day| day.to_string());
    let rows = asked.with(after).with(from).with(to).with(limit).run(conn).await?;
    rows.iter()
        .flatten()
        .map(|row| {
            let State::Ticket(ticket) = state_of(row.get("state"))? else {
                return Err(StoreError::Unreadable { what: "a ticket".into(), why: "it is not one".into() });
            };
            Ok(TicketStored {
                place: row.get("place"),
                ticket: *ticket,
                customer: row.get::<Option<&[u8]>, _>("buyer").map(uuid_of).transpose()?.map(CustomerId),
                customer_name: row.get::<Option<String>, _>("name").unwrap_or_default(),
            })
        })
        .collect()
}

/// A membership with its row, its holder, and what each of its lots was granted.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldLots {
    pub place: i64,
    pub enrollment: Enrollment,
    pub holder: CustomerId,
    pub name: String,
    pub email: String,
    /// By lot, what opened it.
    pub granted: BTreeMap<LotId, i64>,
}

/// Memberships whose row comes after `after`, with their lots.
pub async fn lots_after(conn: &mut SqliteConnection, after: i64, limit: u32) -> Result<Vec<HeldLots>> {
    let asked = Script::of(
        "SELECT enrollment.id AS place, entity.state, enrollment.holder, customer.name, customer.email
         FROM enrollment JOIN entity ON entity.id = CAST(x'0a' || enrollment.enrollment AS BLOB)
             LEFT JOIN customer ON customer.customer = enrollment.holder
         WHERE enrollment.id > ? ORDER BY enrollment.id LIMIT ?",
    );
    let rows = asked.with(after).with(limit).run(conn).await?;
    let mut page = Vec::new();
    for row in rows.iter().flatten() {
        let State::Enrollment(enrollment) = state_of(row.get("state"))? else { continue };
        page.push(HeldLots {
            place: row.get("place"),
            enrollment: *enrollment,
            holder: CustomerId(uuid_of(row.get("holder"))?),
            name: row.get::<Option<String>, _>("name").unwrap_or_default(),
            email: row.get::<Option<String>, _>("email").unwrap_or_default(),
            granted: BTreeMap::new(),
        });
    }
    let mut moved = Script::default();
    moved.add_rows(
        "SELECT enrollment, movement FROM movement WHERE enrollment IN (VALUES {rows})
         ORDER BY enrollment, at_millis, at_count, desk, seq, nth",
        1,
        &page,
        |script, held| {
            script.bind(held.enrollment.id.0);
        },
    );
    let mut granted: BTreeMap<EnrollmentId, BTreeMap<LotId, i64>> = BTreeMap::new();
    for row in moved.run(conn).await?.iter().flatten() {
        let movement: Movement =
            serde_json::from_str(row.get("movement")).map_err(unreadable("a movement"))?;
        if matches!(movement.kind, MovementKind::Granted | MovementKind::Returned | MovementKind::Adjusted) {
            let lots = granted.entry(EnrollmentId(uuid_of(row.get("enrollment"))?)).or_default();
            lots.entry(movement.lot).or_insert(movement.amount);
        }
    }
    for held in &mut page {
        held.granted = granted.remove(&held.enrollment.id).unwrap_or_default();
    }
    Ok(page)
}
