use crate::database::uuid_of;
use crate::{Result, StoreError};
use domain::CustomerId;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row, Sqlite};

/// Organizations whose name, e-mail or phone holds `text`, by name; and the place to go on from.
pub async fn organizations(
    conn: &mut SqliteConnection,
    text: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<CustomerId>, Option<String>)> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT id, customer, sort_key FROM customer WHERE organization = 1 AND root = customer",
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
    let found = rows.iter().map(|row| uuid_of(row.get("customer")).map(CustomerId));
    Ok((found.collect::<Result<_>>()?, next))
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
