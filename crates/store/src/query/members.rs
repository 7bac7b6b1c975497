use super::customers::match_expression;
use crate::database::uuid_of;
use crate::journal::unreadable;
use crate::project::StatusShown;
use crate::script::Script;
use crate::{Result, StoreError};
use domain::{CustomerId, Day, EnrollmentId, Money, PlanId};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// Which rows of the table of members.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MemberFilter {
    pub text: String,
    /// Empty: all.
    pub plans: Vec<PlanId>,
    pub version: Option<u32>,
    /// Ranks as in [`StatusShown::rank`]; empty: those not ended.
    pub statuses: Vec<i64>,
    /// Of those, these alone; empty: all. The total does not know of it.
    pub only: Vec<EnrollmentId>,
}

/// The rank of those who are not current.
const CANCELLED: i64 = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberColumn {
    Name,
    Status,
    Joined,
    NextBilling,
    Balance,
}

impl MemberColumn {
    fn sql(self) -> &'static str {
        match self {
            Self::Name => "e.sort_key",
            Self::Status => "e.status",
            Self::Joined => "e.joined",
            // Rows without a next charge come last.
            Self::NextBilling => "e.next_billing",
            Self::Balance => "e.balance",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct MemberLine {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub plan: PlanId,
    pub version: u32,
    pub status: StatusShown,
    pub joined: Day,
    pub next_billing: Option<Day>,
    pub balance: Money,
    /// Captured less refunded, before tax.
    pub net_revenue: Money,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct MembersPage {
    pub rows: Vec<MemberLine>,
    pub total: u32,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// One page of members, sorted by a column, by keyset: as fast on the last page as on the first.
pub async fn members(
    conn: &mut SqliteConnection,
    filter: &MemberFilter,
    column: MemberColumn,
    descending: bool,
    after: Option<&str>,
    limit: u32,
) -> Result<MembersPage> {
    let after = after.map(Cursor::read).transpose()?;
    // Where words narrow the list, how many they leave decides how it is read.
    let counted = match filter.has_words() {
        true => Some(count_alone(conn, filter).await?),
        false => None,
    };
    let mut query = Script::default();
    query.push(COLUMNS).push(", CAST(");
    query.push(column.sql()).push(" AS TEXT) AS sorted, typeof(").push(column.sql()).push(") AS sorted_type");
    query.push(FROM);
    conditions(&mut query, filter, Lead::among(counted));
    if let Some(cursor) = &after {
        cursor.push(&mut query, column, descending);
    }
    let way = if descending { " DESC" } else { "" };
    query.push(" ORDER BY ").push(column.sql()).push(way);
    if column == MemberColumn::Status {
        query.push(", e.sort_key").push(way);
    }
    query.push(", e.id").push(way).push(" LIMIT ").push_value(limit + 1).end();
    if counted.is_none() {
        count(&mut query, filter);
    }
    let mut answers = query.run(conn).await?.into_iter();
    let rows = answers.next().unwrap_or_default();
    let total = counted.or_else(|| answers.next().map(|counted| total_of(&counted))).unwrap_or_default();
    let more = rows.len() > limit as usize;
    let rows = &rows[..rows.len().min(limit as usize)];
    let next =
        rows.last().filter(|_| more).map(|row| Cursor::of(row).map(|cursor| cursor.write())).transpose()?;
    Ok(MembersPage { rows: rows.iter().map(line).collect::<Result<_>>()?, total, next })
}

const COLUMNS: &str = "SELECT e.id, e.enrollment, e.holder, coalesce(c.name, '') AS name,
    coalesce(c.email, '') AS email, coalesce(c.phone, '') AS phone, e.plan, e.version, e.status_view, e.joined,
    e.next_billing, e.balance, e.net_revenue";

const FROM: &str = " FROM enrollment e LEFT JOIN customer c ON c.customer = e.holder WHERE ";

/// One page of members, sorted by their plans as they stand in `order`, and by name within each.
///
/// The order is the caller's, as names can change; the index knows plans by id alone. So the page is filled plan by
/// plan, each by keyset, and plans that nobody matches in are never asked.
pub async fn members_by_plan(
    conn: &mut SqliteConnection,
    filter: &MemberFilter,
    order: &[PlanId],
    descending: bool,
    after: Option<&str>,
    limit: u32,
) -> Result<MembersPage> {
    let mut place = after.map(PlanCursor::read).transpose()?;
    let counted = count_by_plan(conn, filter).await?;
    let mut plans: Vec<PlanId> = order.to_vec();
    plans.extend(counted.iter().map(|(plan, _)| *plan).filter(|plan| !order.contains(plan)));
    if descending {
        plans.reverse();
    }
    let first = match &place {
        Some(place) => place.among(&plans)?,
        None => 0,
    };
    let total = counted.iter().map(|(_, count)| count).sum();
    let lead = Lead::among(filter.has_words().then_some(total));
    let (than, way) = if descending { (" < ", " DESC") } else { (" > ", "") };
    let mut of_plan = filter.clone();
    let mut rows: Vec<SqliteRow> = Vec::new();
    for plan in &plans[first..] {
        let place = place.take();
        let wanted = (limit + 1).saturating_sub(rows.len() as u32);
        if wanted == 0 {
            break;
        }
        if !counted.iter().any(|(some, _)| some == plan) {
            continue;
        }
        of_plan.plans = vec![*plan];
        let mut query = Script::default();
        query.push(COLUMNS).push(FROM);
        conditions(&mut query, &of_plan, lead);
        if let Some(place) = place {
            query.push(" AND (e.sort_key, e.id)").push(than).push("(").push_value(place.name);
            query.push(", ").push_value(place.id).push(")");
        }
        query.push(" ORDER BY e.sort_key").push(way).push(", e.id").push(way);
        query.push(" LIMIT ").push_value(wanted).end();
        rows.extend(query.run(conn).await?.into_iter().flatten());
    }
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    Ok(MembersPage {
        rows: rows.iter().map(line).collect::<Result<_>>()?,
        total,
        next: rows.last().filter(|_| more).map(PlanCursor::of).transpose()?.map(|place| place.write()),
    })
}

/// All that match, as [`count`] counts them, plan by plan.
async fn count_by_plan(conn: &mut SqliteConnection, filter: &MemberFilter) -> Result<Vec<(PlanId, u32)>> {
    let mut query = Script::default();
    if filter.has_words() {
        query.push("SELECT e.plan, count(*) AS total FROM enrollment e WHERE ");
        conditions(&mut query, filter, Lead::Words);
    } else {
        query.push("SELECT e.plan, sum(e.enrollments) AS total FROM plan_tally e WHERE ");
        tallied(&mut query, filter);
    }
    // The plus keeps the planner from walking all members in the order of their plans.
    query.push(" GROUP BY +e.plan HAVING total > 0 ORDER BY +e.plan").end();
    let answers = query.run(conn).await?;
    let rows = answers.iter().flatten();
    rows.map(|row| Ok((PlanId(uuid_of(row.get("plan"))?), row.get::<i64, _>("total") as u32))).collect()
}

/// All that match: from the tally where it tells them apart, by counting where words do.
fn count(query: &mut Script, filter: &MemberFilter) {
    if filter.has_words() {
        query.push("SELECT count(*) AS total FROM enrollment e WHERE ");
        conditions(query, filter, Lead::Words);
    } else {
        query.push("SELECT coalesce(sum(e.enrollments), 0) AS total FROM plan_tally e WHERE ");
        tallied(query, filter);
    }
    query.end();
}

async fn count_alone(conn: &mut SqliteConnection, filter: &MemberFilter) -> Result<u32> {
    let mut query = Script::default();
    count(&mut query, filter);
    Ok(query.run(conn).await?.first().map_or(0, |counted| total_of(counted)))
}

fn total_of(counted: &[SqliteRow]) -> u32 {
    counted.first().map_or(0, |row| row.get::<i64, _>("total")) as u32
}

impl MemberFilter {
    fn has_words(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

/// What the planner is led to begin with. It guesses the same whatever the words are, and reads everybody for a
/// rare name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// The index in the order that is asked for, until the page is full.
    Order,
    /// Those whom the words find, who are then sorted.
    Words,
}

/// Sorting so many costs less than looking for them among everybody.
const FEW: u32 = 2_000;

impl Lead {
    /// `counted`: how many the words leave, where there are any.
    fn among(counted: Option<u32>) -> Self {
        if counted.is_some_and(|counted| counted <= FEW) { Self::Words } else { Self::Order }
    }
}

fn conditions(query: &mut Script, filter: &MemberFilter, lead: Lead) {
    // Every index begins with whether the row is current; the plus keeps the planner from all of them.
    if lead == Lead::Words {
        query.push("+");
    }
    if filter.statuses.is_empty() {
        query.push("e.current = 1 AND ");
    } else {
        let current = filter.statuses.iter().any(|rank| *rank != CANCELLED);
        let ended = filter.statuses.contains(&CANCELLED);
        let kinds = [current.then_some(1_i64), ended.then_some(0)];
        query.push("e.current IN (").push_values(kinds.into_iter().flatten()).push(") AND ");
    }
    tallied(query, filter);
    if !filter.only.is_empty() {
        query.push(" AND e.enrollment IN (").push_values(filter.only.iter().map(|id| id.0)).push(")");
    }
    if let Some(words) = match_expression(&filter.text) {
        query
            .push(" AND e.holder IN (SELECT customer FROM customer WHERE id IN (SELECT rowid FROM customer_words WHERE customer_words MATCH ")
            .push_value(words)
            .push("))");
    } else if !filter.text.trim().is_empty() {
        query.push(" AND 0");
    }
}

/// What the tally knows of too: status, plan and version.
fn tallied(query: &mut Script, filter: &MemberFilter) {
    if filter.statuses.is_empty() {
        query.push("e.status <> ").push_value(CANCELLED);
    } else {
        query.push("e.status IN (").push_values(filter.statuses.iter().copied()).push(")");
    }
    if !filter.plans.is_empty() {
        query.push(" AND e.plan IN (").push_values(filter.plans.iter().map(|plan| plan.0)).push(")");
    }
    if let Some(version) = filter.version {
        query.push(" AND e.version = ").push_value(version);
    }
}

fn line(row: &SqliteRow) -> Result<MemberLine> {
    let day = |text: &str| -> Result<Day> {
        text.parse().map_err(|error| StoreError::Unreadable { what: "a day".into(), why: format!("{error}") })
    };
    Ok(MemberLine {
        enrollment: EnrollmentId(uuid_of(row.get("enrollment"))?),
        customer: CustomerId(uuid_of(row.get("holder"))?),
        name: row.get("name"),
        email: row.get("email"),
        phone: row.get("phone"),
        plan: PlanId(uuid_of(row.get("plan"))?),
        version: row.get::<i64, _>("version") as u32,
        status: serde_json::from_str(row.get("status_view")).map_err(unreadable("a status"))?,
        joined: day(row.get("joined"))?,
        next_billing: row.get::<Option<&str>, _>("next_billing").map(day).transpose()?,
        balance: Money::from_minor(row.get("balance")),
        net_revenue: Money::from_minor(row.get("net_revenue")),
    })
}

/// Where a page ended: the sorted value, the name beside it, and the row.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Cursor {
    sorted: Option<String>,
    number: bool,
    name: String,
    id: i64,
}

impl Cursor {
    fn of(row: &SqliteRow) -> Result<Self> {
        let kind: String = row.get("sorted_type");
        Ok(Self {
            sorted: row.get("sorted"),
            number: kind == "integer",
            name: crate::project::sort_key(row.get("name")),
            id: row.get("id"),
        })
    }

    fn write(&self) -> String {
        write_place(self)
    }

    fn read(text: &str) -> Result<Self> {
        read_place(text)
    }

    fn push(&self, query: &mut Script, column: MemberColumn, descending: bool) {
        let than = if descending { " < " } else { " > " };
        let named = column == MemberColumn::Status;
        // Without a value a row sorts first, and last when descending.
        let Some(sorted) = &self.sorted else {
            query.push(" AND ");
            if descending {
                query.push("(").push(column.sql()).push(" IS NULL AND e.id < ").push_value(self.id).push(")");
            } else {
                query
                    .push("(")
                    .push(column.sql())
                    .push(" IS NOT NULL OR e.id > ")
                    .push_value(self.id)
                    .push(")");
            }
            return;
        };
        query.push(" AND (");
        if descending {
            query.push(column.sql()).push(" IS NULL OR ");
        }
        query
            .push("(")
            .push(column.sql())
            .push(if named { ", e.sort_key, e.id)" } else { ", e.id)" })
            .push(than)
            .push("(");
        if self.number {
            query.push_value(sorted.parse::<i64>().unwrap_or_default());
        } else {
            query.push_value(sorted.clone());
        }
        if named {
            query.push(", ").push_value(self.name.clone());
        }
        query.push(", ").push_value(self.id).push("))");
    }
}

/// Where a page ended that is sorted by plan: the plan, the name within it, and the row.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct PlanCursor {
    plan: PlanId,
    name: String,
    id: i64,
}

impl PlanCursor {
    fn of(row: &SqliteRow) -> Result<Self> {
        let plan = PlanId(uuid_of(row.get("plan"))?);
        Ok(Self { plan, name: crate::project::sort_key(row.get("name")), id: row.get("id") })
    }

    fn write(&self) -> String {
        write_place(self)
    }

    fn read(text: &str) -> Result<Self> {
        read_place(text)
    }

    fn among(&self, plans: &[PlanId]) -> Result<usize> {
        let at = plans.iter().position(|plan| *plan == self.plan);
        at.ok_or_else(|| unknown_place("no such plan".into()))
    }
}

fn write_place(place: &impl serde::Serialize) -> String {
    hex::encode(serde_json::to_vec(place).unwrap_or_default())
}

fn read_place<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    let bytes = hex::decode(text).map_err(|error| unknown_place(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| unknown_place(error.to_string()))
}

fn unknown_place(why: String) -> StoreError {
    StoreError::Unreadable { what: "the place in the list".into(), why }
}
