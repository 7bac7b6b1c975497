use crate::database::{place_of, uuid_of};
use crate::journal::{entity_key, record_of, sealed_of, unreadable};
use crate::sealing::open_body;
use crate::{Result, StoreError};
use domain::fold::Raised;
use domain::record::{Entity, Place, Record};
use domain::{Day, DeskId, RecordId, StaffId};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row, Sqlite};

/// What needs a person, and the record that raised it.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRow {
    pub record: RecordId,
    pub about: Entity,
    pub day: Day,
    pub raised: Raised,
    pub closed: Option<Day>,
}

/// One record as a log shows it; without a body where its key was destroyed.
#[derive(Debug, Clone, PartialEq)]
pub struct LogLine {
    pub id: RecordId,
    pub desk: DeskId,
    pub kind: String,
    pub record: Option<Record>,
    pub refused: Option<String>,
    pub on: domain::Instant,
    pub staff: Option<domain::StaffId>,
    pub approved_by: Option<domain::StaffId>,
}

pub async fn badge(conn: &mut SqliteConnection, desk: DeskId) -> Result<Badge> {
    let row = sqlx::query(
        "SELECT (SELECT count(DISTINCT record) FROM task WHERE record NOT IN (SELECT record FROM task_closed)) AS tasks,
             (SELECT count(*) FROM effect WHERE state IN ('waiting', 'in_flight')) AS waiting,
             (SELECT count(*) FROM effect WHERE state = 'refused') AS refused,
             (SELECT coalesce(sum(enrollments), 0) FROM plan_tally WHERE status = 3) AS past_due,
             (SELECT coalesce(sum(enrollments), 0) FROM plan_tally WHERE status = 2) AS unpaid,
             (SELECT closed_seq IS NULL FROM drawer WHERE desk = ? ORDER BY opened_seq DESC LIMIT 1) AS drawer_open",
    )
    .bind(desk.0.as_bytes().as_slice())
    .fetch_one(conn)
    .await?;
    let count = |name: &str| row.get::<i64, _>(name) as u32;
    Ok(Badge {
        open_tasks: count("tasks"),
        waiting: count("waiting"),
        refused: count("refused"),
        past_due: count("past_due"),
        unpaid: count("unpaid"),
        drawer_open: row.get("drawer_open"),
    })
}

/// What every page shows of the practice and of this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    pub open_tasks: u32,
    /// What is owed to the outside and not sent yet.
    pub waiting: u32,
    /// What the outside refused, and nobody looked after yet.
    pub refused: u32,
    /// Memberships whose renewal is late.
    pub past_due: u32,
    /// Memberships whose first charge is not paid.
    pub unpaid: u32,
    /// `None`: this desk never had a cash drawer.
    pub drawer_open: Option<bool>,
}

/// Open tasks, oldest first; or the closed ones, newest first.
pub async fn tasks(conn: &mut SqliteConnection, closed: bool) -> Result<Vec<TaskRow>> {
    let rows = if closed {
        sqlx::query(
            "SELECT task.record, task.entity, task.day, task.raised, task_closed.day AS closed
             FROM task JOIN task_closed USING (record) ORDER BY task_closed.day DESC, task.record DESC LIMIT 500",
        )
        .fetch_all(conn)
        .await?
    } else {
        sqlx::query(
            "SELECT task.record, task.entity, task.day, task.raised, NULL AS closed FROM task
             WHERE record NOT IN (SELECT record FROM task_closed) ORDER BY task.day, task.record",
        )
        .fetch_all(conn)
        .await?
    };
    rows.iter().map(task_row).collect()
}

pub async fn task(conn: &mut SqliteConnection, record: RecordId) -> Result<Option<TaskRow>> {
    let row = sqlx::query(
        "SELECT task.record, task.entity, task.day, task.raised, task_closed.day AS closed
         FROM task LEFT JOIN task_closed USING (record) WHERE task.record = ? LIMIT 1",
    )
    .bind(record.0.as_bytes().as_slice())
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(task_row).transpose()
}

fn task_row(row: &SqliteRow) -> Result<TaskRow> {
    let key: &[u8] = row.get("entity");
    let day = |text: &str| -> Result<Day> {
        text.parse().map_err(|error| StoreError::Unreadable { what: "a day".into(), why: format!("{error}") })
    };
    Ok(TaskRow {
        record: RecordId(uuid_of(row.get("record"))?),
        about: Entity::from_tag(key[0], uuid_of(&key[1..])?).ok_or_else(|| StoreError::Unreadable {
            what: "a task".into(),
            why: "its subject is not known".into(),
        })?,
        day: day(row.get("day"))?,
        raised: serde_json::from_str(row.get("raised")).map_err(unreadable("a task"))?,
        closed: row.get::<Option<&str>, _>("closed").map(day).transpose()?,
    })
}

/// One page of the records about any of some entities, each once, newest first; and where the next page begins.
pub async fn log_about(
    conn: &mut SqliteConnection,
    entities: &[Entity],
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<LogLine>, Option<String>)> {
    let after: Option<Place> = after.and_then(|text| serde_json::from_str(text).ok());
    let mut query = QueryBuilder::<Sqlite>::new("WITH asked (entity) AS (");
    query.push_values(entities, |mut row, entity| {
        row.push_bind(entity_key(*entity).to_vec());
    });
    query
        .push(
            ") SELECT record.*, (SELECT raised FROM task
                 WHERE task.record = record.id AND task.entity IN (SELECT entity FROM asked) LIMIT 1) AS raised
             FROM (SELECT DISTINCT at_millis, at_count, desk, seq, record FROM record_about
                     WHERE entity IN (SELECT entity FROM asked)",
        );
    if let Some(place) = after {
        query.push(" AND (at_millis, at_count, desk, seq) < (").push_bind(place.at.millis);
        query.push(", ").push_bind(i64::from(place.at.count));
        query.push(", ").push_bind(place.desk.0.as_bytes().to_vec());
        query.push(", ").push_bind(place.seq as i64).push(")");
    }
    query
        .push(" ORDER BY at_millis DESC, at_count DESC, desk DESC, seq DESC LIMIT ")
        .push_bind(i64::from(limit) + 1)
        .push(
            ") AS about JOIN record ON record.id = about.record
             ORDER BY about.at_millis DESC, about.at_count DESC, about.desk DESC, about.seq DESC",
        );
    let rows = query.build().fetch_all(&mut *conn).await?;
    let more = rows.len() > limit as usize;
    let rows = &rows[..rows.len().min(limit as usize)];
    let last = rows.last().filter(|_| more).map(place_of).transpose()?;
    let next = last.map(|place| serde_json::to_string(&place).map_err(unreadable("a place"))).transpose()?;
    Ok((log_lines(conn, rows).await?, next))
}

/// So many records one page of a person's log looks through: an index of who wrote each would cost every sale.
const LOOKED_THROUGH: u32 = 10_000;

/// One page of what somebody wrote or allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffLogPage {
    /// Newest first.
    pub lines: Vec<LogLine>,
    /// The day of the oldest record that was looked at.
    pub back_to: Option<Day>,
    /// Where the next page begins; `None`: there is nothing older.
    pub next: Option<String>,
}

/// What somebody of the staff wrote or allowed, newest first: at most `limit` of the next [`LOOKED_THROUGH`] records.
pub async fn log_of_staff(
    conn: &mut SqliteConnection,
    staff: StaffId,
    after: Option<&str>,
    limit: u32,
) -> Result<StaffLogPage> {
    let after: Option<Place> = after.and_then(|text| serde_json::from_str(text).ok());
    let (millis, count, desk, seq) = match after {
        Some(place) => (place.at.millis, place.at.count, place.desk, place.seq),
        None => (i64::MAX, 0, DeskId(uuid::Uuid::nil()), 0),
    };
    let older = "(at_millis, at_count, desk, seq) < (?1, ?2, ?3, ?4)
         ORDER BY at_millis DESC, at_count DESC, desk DESC, seq DESC";
    // Whole strings of our own; what was asked is bound.
    let found = format!(
        "SELECT record.*, (SELECT raised FROM task WHERE task.record = record.id LIMIT 1) AS raised
         FROM (SELECT id AS looked_at FROM record WHERE {older} LIMIT {LOOKED_THROUGH}) JOIN record ON record.id = looked_at
         WHERE record.staff = ?5 OR record.approved_by = ?5
         ORDER BY record.at_millis DESC, record.at_count DESC, record.desk DESC, record.seq DESC LIMIT ?6"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(found))
        .bind(millis)
        .bind(count)
        .bind(desk.0.as_bytes().as_slice())
        .bind(seq as i64)
        .bind(staff.0.as_bytes().as_slice())
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?;
    let last = if rows.len() == limit as usize {
        rows.last().map(place_and_day).transpose()?
    } else {
        let oldest = format!(
            "SELECT * FROM (SELECT at_millis, at_count, desk, seq, day FROM record WHERE {older} LIMIT {LOOKED_THROUGH})
             ORDER BY at_millis, at_count, desk, seq LIMIT 1"
        );
        sqlx::query(sqlx::AssertSqlSafe(oldest))
            .bind(millis)
            .bind(count)
            .bind(desk.0.as_bytes().as_slice())
            .bind(seq as i64)
            .fetch_optional(&mut *conn)
            .await?
            .as_ref()
            .map(place_and_day)
            .transpose()?
    };
    let lines = log_lines(conn, &rows).await?;
    let Some((place, day)) = last else { return Ok(StaffLogPage { lines, back_to: None, next: None }) };
    let more = "SELECT EXISTS (SELECT 1 FROM record WHERE (at_millis, at_count, desk, seq) < (?1, ?2, ?3, ?4)) AS more";
    let more: bool = sqlx::query(more)
        .bind(place.at.millis)
        .bind(place.at.count)
        .bind(place.desk.0.as_bytes().as_slice())
        .bind(place.seq as i64)
        .fetch_one(conn)
        .await?
        .get("more");
    let next = serde_json::to_string(&place).map_err(unreadable("a place"))?;
    Ok(StaffLogPage { lines, back_to: Some(day), next: more.then_some(next) })
}

fn place_and_day(row: &SqliteRow) -> Result<(Place, Day)> {
    let day = row
        .get::<&str, _>("day")
        .parse()
        .map_err(|error| StoreError::Unreadable { what: "a record's day".into(), why: format!("{error}") })?;
    Ok((place_of(row)?, day))
}

async fn log_lines(conn: &mut SqliteConnection, rows: &[SqliteRow]) -> Result<Vec<LogLine>> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let sealed = sealed_of(row)?;
        let header = sealed.header;
        let change = open_body(conn, header.id, header.sealed_for, &sealed.body).await?;
        let raised: Option<Raised> = row
            .get::<Option<&str>, _>("raised")
            .map(serde_json::from_str)
            .transpose()
            .map_err(unreadable("a task"))?;
        lines.push(LogLine {
            id: header.id,
            desk: header.desk,
            kind: header.kind.clone(),
            refused: match raised {
                Some(Raised::Refused { why, .. }) => Some(why),
                _ => None,
            },
            on: header.on,
            staff: header.staff,
            approved_by: header.approved_by,
            record: change.map(|change| record_of(&header, change)),
        });
    }
    Ok(lines)
}
