use crate::database::uuid_of;
use crate::{Result, StoreError};
use domain::{CustomerId, Day, Money, PlanId};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row, Sqlite};

/// An organization as the list shows it, with what its current memberships come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationLine {
    pub id: CustomerId,
    pub name: String,
    pub email: String,
    pub plans: Vec<PlanId>,
    /// In seats.
    pub people: u32,
    pub owed: Money,
    pub next_billing: Option<Day>,
}

/// Organizations whose name, e-mail or phone holds `text`, by name; and the place to go on from.
pub async fn organizations(
    conn: &mut SqliteConnection,
    text: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<OrganizationLine>, Option<String>)> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT id, customer, name, email, sort_key,
             (SELECT coalesce(group_concat(hex(plan)), '') FROM enrollment
              WHERE holder = customer.customer AND current = 1) AS plans,
             (SELECT count(*) FROM enrollment JOIN dependent ON dependent.enrollment = enrollment.enrollment
              WHERE enrollment.holder = customer.customer AND current = 1) AS people,
             (SELECT coalesce(sum(balance), 0) FROM enrollment
              WHERE holder = customer.customer AND current = 1) AS owed,
             (SELECT min(next_billing) FROM enrollment
              WHERE holder = customer.customer AND current = 1) AS next_billing
         FROM customer WHERE organization = 1 AND root = customer",
    );
    let text = text.trim().to_lowercase();
    if !text.is_empty() {
        query.push(" AND (instr(sort_key, ").push_bind(text.clone()).push(") > 0 OR instr(lower(email), ");
        query.push_bind(text.clone()).push(") > 0 OR instr(phone, ").push_bind(text).push(") > 0)");
    }
    if let Some(after) = after {
        let place = after.split_once('.').and_then(|(id, key)| Some((id.parse::<i64>().ok()?, key)));
        let (id, key) = place.ok_or_else(|| StoreError::Unreadable {
            what: "the place in the list".into(),
            why: "it is not one this list gave".into(),
        })?;
        query.push(" AND (sort_key, id) > (").push_bind(key.to_owned()).push(", ").push_bind(id).push(")");
    }
    query.push(" ORDER BY sort_key, id LIMIT ").push_bind(i64::from(limit) + 1);
    let rows = query.build().fetch_all(conn).await?;
    let more = rows.len() > limit as usize;
    let rows = &rows[..rows.len().min(limit as usize)];
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| format!("{}.{}", row.get::<i64, _>("id"), row.get::<&str, _>("sort_key")));
    Ok((rows.iter().map(line).collect::<Result<_>>()?, next))
}

/// All there are.
pub async fn organizations_count(conn: &mut SqliteConnection) -> Result<u32> {
    let row = sqlx::query(
        "SELECT count(*) AS all_of_them FROM customer WHERE organization = 1 AND root = customer",
    )
    .fetch_one(conn)
    .await?;
    Ok(row.get("all_of_them"))
}

fn line(row: &SqliteRow) -> Result<OrganizationLine> {
    let plans: &str = row.get("plans");
    let plans = plans
        .split(',')
        .filter(|plan| !plan.is_empty())
        .map(|plan| uuid::Uuid::try_parse(plan).map(PlanId).map_err(|error| unreadable(&error)));
    let next_billing: Option<&str> = row.get("next_billing");
    let next_billing = next_billing.map(str::parse).transpose();
    let next_billing = next_billing.map_err(|error: <Day as std::str::FromStr>::Err| unreadable(&error))?;
    Ok(OrganizationLine {
        id: CustomerId(uuid_of(row.get("customer"))?),
        name: row.get("name"),
        email: row.get("email"),
        plans: plans.collect::<Result<_>>()?,
        people: row.get("people"),
        owed: Money::from_minor(row.get("owed")),
        next_billing,
    })
}

fn unreadable(why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unreadable { what: "an organization".into(), why: why.to_string() }
}
