use crate::journal::{record_of, sealed_of, state_of};
use crate::sealing::open_body;
use crate::{Result, StoreError};
use domain::drawer::{Drawer, Takings};
use domain::fold::State;
use domain::record::Change;
use domain::{DeskId, DrawerId, Instant, RecordId};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, Sqlite};

/// The newest drawer of a desk, open or closed.
pub async fn last_drawer(conn: &mut SqliteConnection, desk: DeskId) -> Result<Option<Drawer>> {
    let row = sqlx::query::<Sqlite>(
        "SELECT entity.state FROM drawer JOIN entity ON entity.id = CAST(x'0e' || drawer.drawer AS BLOB)
         WHERE drawer.desk = ? ORDER BY drawer.opened_seq DESC LIMIT 1",
    )
    .bind(desk.0.as_bytes().as_slice())
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(drawer_of).transpose()
}

/// Closed drawers of every desk, newest first; `before` is the instant and the id of the last one of the page before.
pub async fn closed_drawers(
    conn: &mut SqliteConnection,
    before: Option<(Instant, i64)>,
    limit: u32,
) -> Result<Vec<(i64, Drawer)>> {
    let (millis, id) = before.map_or((i64::MAX, i64::MAX), |(on, id)| (on.millis(), id));
    let rows = sqlx::query::<Sqlite>(
        "SELECT drawer.id, entity.state
         FROM drawer JOIN entity ON entity.id = CAST(x'0e' || drawer.drawer AS BLOB)
         WHERE drawer.closed_millis IS NOT NULL AND (drawer.closed_millis, drawer.id) < (?, ?)
         ORDER BY drawer.closed_millis DESC, drawer.id DESC LIMIT ?",
    )
    .bind(millis)
    .bind(id)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((row.get("id"), drawer_of(row)?))).collect()
}

/// What a desk took and gave after one place of its chain and before another; `None`: until now.
pub async fn takings(
    conn: &mut SqliteConnection,
    desk: DeskId,
    after: u64,
    before: Option<u64>,
) -> Result<Takings> {
    let rows = sqlx::query(
        "SELECT * FROM record
         WHERE desk = ? AND seq > ? AND seq < ? AND kind IN ('ticket_settled.v1', 'ticket_voided.v1',
             'ticket_refunded.v1', 'charge_collected.v1', 'charge_refunded.v1', 'cash_moved.v1')
         ORDER BY seq",
    )
    .bind(desk.0.as_bytes().as_slice())
    .bind(after as i64)
    .bind(before.map_or(i64::MAX, |seq| seq as i64))
    .fetch_all(&mut *conn)
    .await?;
    let mut changes: Vec<Change> = Vec::with_capacity(rows.len());
    for row in &rows {
        let sealed = sealed_of(row)?;
        let header = &sealed.header;
        if let Some(change) = open_body(conn, header.id, header.sealed_for, &sealed.body).await? {
            changes.push(record_of(header, change).change);
        }
    }
    Ok(Takings::of(&changes))
}

/// Whether the drawer that was open at its desk when a record was written has been closed since.
pub async fn was_counted(conn: &mut SqliteConnection, record: RecordId) -> Result<bool> {
    let row = sqlx::query::<Sqlite>(
        "SELECT EXISTS (
             SELECT 1 FROM record JOIN drawer ON drawer.desk = record.desk
                 AND drawer.opened_seq < record.seq AND drawer.closed_seq > record.seq
             WHERE record.id = ?) AS counted",
    )
    .bind(record.0.as_bytes().as_slice())
    .fetch_one(conn)
    .await?;
    Ok(row.get("counted"))
}

/// A drawer by its id; `None` where there is none.
pub async fn drawer(conn: &mut SqliteConnection, id: DrawerId) -> Result<Option<Drawer>> {
    match super::entity(conn, domain::record::Entity::Drawer(id)).await? {
        Some(State::Drawer(drawer)) => Ok(Some(*drawer)),
        _ => Ok(None),
    }
}

fn drawer_of(row: &SqliteRow) -> Result<Drawer> {
    match state_of(row.get("state"))? {
        State::Drawer(drawer) => Ok(*drawer),
        _ => Err(StoreError::Unreadable { what: "a drawer".into(), why: "it is something else".into() }),
    }
}
