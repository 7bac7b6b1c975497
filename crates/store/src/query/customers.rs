use crate::Result;
use crate::database::uuid_of;
use domain::CustomerId;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// A customer as lists show one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRow {
    pub id: CustomerId,
    pub name: String,
    pub email: String,
    pub phone: String,
}

/// Customers whose words begin with each of the words of `text`, best names first.
pub async fn customers_by_words(
    conn: &mut SqliteConnection,
    text: &str,
    limit: u32,
) -> Result<Vec<CustomerRow>> {
    let Some(query) = match_expression(text) else { return Ok(Vec::new()) };
    let rows = sqlx::query(
        "SELECT customer, name, email, phone FROM customer WHERE id IN
             (SELECT rowid FROM customer_words WHERE customer_words MATCH ?1 LIMIT ?2)
         ORDER BY sort_key LIMIT ?2",
    )
    .bind(query)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.iter().map(row).collect()
}

/// The customer of a card or its QR code.
pub async fn customer_by_card(conn: &mut SqliteConnection, code: &str) -> Result<Option<CustomerRow>> {
    // Those without a card are not in the index, and the planner has to be told that they are not meant.
    let found = sqlx::query(
        "SELECT customer, name, email, phone FROM customer
         WHERE card = ? AND card <> '' AND root = customer LIMIT 1",
    )
    .bind(code)
    .fetch_optional(conn)
    .await?;
    found.as_ref().map(row).transpose()
}

/// Names and contacts of some customers.
pub async fn customers_named(conn: &mut SqliteConnection, ids: &[CustomerId]) -> Result<Vec<CustomerRow>> {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let found = sqlx::query("SELECT customer, name, email, phone FROM customer WHERE customer = ?")
            .bind(id.0.as_bytes().as_slice())
            .fetch_optional(&mut *conn)
            .await?;
        rows.extend(found.as_ref().map(row).transpose()?);
    }
    Ok(rows)
}

/// The customer and every duplicate that was merged into it.
pub async fn family_of(conn: &mut SqliteConnection, root: CustomerId) -> Result<Vec<CustomerId>> {
    let rows = sqlx::query("SELECT customer FROM customer WHERE root = ?1 OR customer = ?1")
        .bind(root.0.as_bytes().as_slice())
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| uuid_of(row.get("customer")).map(CustomerId)).collect()
}

/// Whom a customer is shown as: themselves, or the one they were merged into.
pub async fn shown_as(conn: &mut SqliteConnection, id: CustomerId) -> Result<Option<CustomerRow>> {
    let found = sqlx::query(
        "SELECT shown.customer, shown.name, shown.email, shown.phone
         FROM customer JOIN customer AS shown ON shown.customer = customer.root WHERE customer.customer = ?",
    )
    .bind(id.0.as_bytes().as_slice())
    .fetch_optional(conn)
    .await?;
    found.as_ref().map(row).transpose()
}

/// The customer that `id` is shown under.
pub async fn root_of(conn: &mut SqliteConnection, id: CustomerId) -> Result<CustomerId> {
    let found = sqlx::query("SELECT root FROM customer WHERE customer = ?")
        .bind(id.0.as_bytes().as_slice())
        .fetch_optional(conn)
        .await?;
    found.map_or(Ok(id), |row| uuid_of(row.get("root")).map(CustomerId))
}

/// Every word as a quoted prefix, so that nothing a person types is an operator; `None` without any word.
pub(crate) fn match_expression(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(8)
        .map(|word| format!("\"{word}\"*"))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn row(row: &SqliteRow) -> Result<CustomerRow> {
    Ok(CustomerRow {
        id: CustomerId(uuid_of(row.get("customer"))?),
        name: row.get("name"),
        email: row.get("email"),
        phone: row.get("phone"),
    })
}
