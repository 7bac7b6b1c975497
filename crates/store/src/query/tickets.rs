use crate::database::uuid_of;
use crate::script::Script;
use crate::{Result, StoreError};
use domain::{CustomerId, Day, EnrollmentId, Instant, Money, TicketId};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row, Sqlite};

/// A settled ticket as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketLine {
    pub id: TicketId,
    pub number: String,
    /// `settled`, `voided`, `partly_refunded`, `refunded`.
    pub status: String,
    pub day: Day,
    pub on: Instant,
    pub customer: Option<CustomerId>,
    pub customer_name: Option<String>,
    pub what: String,
    pub total: Money,
    pub due: Money,
    pub savings: Money,
    pub refunded: Money,
}

/// A ticket set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    pub id: TicketId,
}

/// What a customer bought in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TicketSums {
    pub tickets: u32,
    /// Tendered less handed back.
    pub spent: Money,
    pub saved: Money,
}

/// Settled tickets, newest first, by keyset.
pub async fn tickets(
    conn: &mut SqliteConnection,
    customers: Option<&[CustomerId]>,
    from: Option<Day>,
    to: Option<Day>,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<TicketLine>, Option<String>)> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT t.id, t.ticket, t.number, t.status, t.day, t.on_millis, t.customer, c.name AS customer_name, t.what,
             t.total, t.due, t.savings, t.refunded
         FROM ticket t LEFT JOIN customer c ON c.customer = t.customer WHERE t.number IS NOT NULL",
    );
    if let Some(customers) = customers {
        query.push(" AND t.customer IN (");
        let mut ids = query.separated(", ");
        for id in customers {
            ids.push_bind(id.0.as_bytes().to_vec());
        }
        query.push(")");
    }
    if let Some(from) = from {
        query.push(" AND t.day >= ").push_bind(from.to_string());
    }
    if let Some(to) = to {
        query.push(" AND t.day <= ").push_bind(to.to_string());
    }
    if let Some(after) = after {
        let place = after
            .split_once('.')
            .and_then(|(on, id)| Some((on.parse::<i64>().ok()?, id.parse::<i64>().ok()?)));
        let (on, id) = place.ok_or_else(|| StoreError::Unreadable {
            what: "the place in the list".into(),
            why: "it is not one this list gave".into(),
        })?;
        query.push(" AND (t.on_millis, t.id) < (").push_bind(on).push(", ").push_bind(id).push(")");
    }
    query.push(" ORDER BY t.on_millis DESC, t.id DESC LIMIT ").push_bind(i64::from(limit) + 1);
    let rows = query.build().fetch_all(conn).await?;
    let more = rows.len() > limit as usize;
    let rows = &rows[..rows.len().min(limit as usize)];
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| format!("{}.{}", row.get::<i64, _>("on_millis"), row.get::<i64, _>("id")));
    Ok((rows.iter().map(line).collect::<Result<_>>()?, next))
}

/// The ticket or tickets whose receipt number begins like `text`.
pub async fn ticket_by_number(
    conn: &mut SqliteConnection,
    text: &str,
    limit: u32,
) -> Result<Vec<TicketLine>> {
    let typed = text.trim().to_uppercase();
    if typed.is_empty() || !typed.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(
        "SELECT t.id, t.ticket, t.number, t.status, t.day, t.on_millis, t.customer, c.name AS customer_name, t.what,
             t.total, t.due, t.savings, t.refunded
         FROM ticket t LEFT JOIN customer c ON c.customer = t.customer
         WHERE t.number >= ?1 AND t.number < ?1 || x'7f' ORDER BY t.number LIMIT ?2",
    )
    .bind(typed)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.iter().map(line).collect()
}

/// Tickets set aside, oldest first.
pub async fn held_tickets(conn: &mut SqliteConnection) -> Result<Vec<HeldRow>> {
    let rows = sqlx::query("SELECT ticket FROM ticket WHERE status = 'held' ORDER BY on_millis, id")
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok(HeldRow { id: TicketId(uuid_of(row.get("ticket"))?) })).collect()
}

/// Tickets set aside for some customers.
pub async fn held_of(conn: &mut SqliteConnection, customers: &[CustomerId]) -> Result<Vec<TicketId>> {
    let mut asked = Script::default();
    asked.add_rows(
        "SELECT ticket FROM ticket WHERE status = 'held' AND customer IN (VALUES {rows})",
        1,
        customers,
        |script, customer| {
            script.bind(customer.0);
        },
    );
    asked.run(conn).await?.iter().flatten().map(|row| uuid_of(row.get("ticket")).map(TicketId)).collect()
}

pub async fn ticket_sums(conn: &mut SqliteConnection, customers: &[CustomerId]) -> Result<TicketSums> {
    let mut sums = TicketSums::default();
    for customer in customers {
        let row = sqlx::query(
            "SELECT count(*) AS tickets, coalesce(sum(due - refunded), 0) AS spent,
                 coalesce(sum(savings) FILTER (WHERE status = 'settled'), 0) AS saved
             FROM ticket WHERE customer = ? AND number IS NOT NULL",
        )
        .bind(customer.0.as_bytes().as_slice())
        .fetch_one(&mut *conn)
        .await?;
        sums.tickets += row.get::<i64, _>("tickets") as u32;
        sums.spent += Money::from_minor(row.get("spent"));
        sums.saved += Money::from_minor(row.get("saved"));
    }
    Ok(sums)
}

fn line(row: &SqliteRow) -> Result<TicketLine> {
    Ok(TicketLine {
        id: TicketId(uuid_of(row.get("ticket"))?),
        number: row.get("number"),
        status: row.get("status"),
        day: row
            .get::<&str, _>("day")
            .parse()
            .map_err(|error| StoreError::Unreadable { what: "a day".into(), why: format!("{error}") })?,
        on: Instant::from_millis(row.get("on_millis")),
        customer: row.get::<Option<&[u8]>, _>("customer").map(uuid_of).transpose()?.map(CustomerId),
        customer_name: row.get("customer_name"),
        what: row.get("what"),
        total: Money::from_minor(row.get("total")),
        due: Money::from_minor(row.get("due")),
        savings: Money::from_minor(row.get("savings")),
        refunded: Money::from_minor(row.get("refunded")),
    })
}

/// The receipt number of a ticket, other than the one named, on which an enrollment took something off.
pub async fn saved_elsewhere(
    conn: &mut SqliteConnection,
    enrollment: EnrollmentId,
    ticket: TicketId,
) -> Result<Option<String>> {
    let row = sqlx::query(
        "SELECT coalesce(ticket.number, '') AS number FROM ticket_saving JOIN ticket USING (ticket)
         WHERE ticket_saving.enrollment = ? AND ticket_saving.saved > 0 AND ticket.ticket <> ? LIMIT 1",
    )
    .bind(enrollment.0.as_bytes().as_slice())
    .bind(ticket.0.as_bytes().as_slice())
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| row.get("number")))
}
