use super::images::{ImageRow, checked};
use crate::Result;
use domain::{CustomerId, ImageHash, Instant};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

/// Keeps what somebody signed, until a record names it; nothing is kept of who was erased.
pub async fn keep_signed(
    conn: &mut SqliteConnection,
    customer: CustomerId,
    image: &ImageRow,
    now: Instant,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO signed (customer, hash, media_type, width, height, bytes, kept_millis, named)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0
         WHERE NOT EXISTS (SELECT 1 FROM customer_erased WHERE customer_erased.customer = ?1)
         ON CONFLICT (customer, hash) DO UPDATE SET kept_millis = excluded.kept_millis",
    )
    .bind(customer.0.as_bytes().as_slice())
    .bind(image.hash.as_slice())
    .bind(image.media_type.as_str())
    .bind(image.width)
    .bind(image.height)
    .bind(image.bytes.as_slice())
    .bind(now.millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps for good what a record is about to name; says whether it is here.
pub async fn name_signed(conn: &mut SqliteConnection, customer: CustomerId, hash: ImageHash) -> Result<bool> {
    let done = sqlx::query("UPDATE signed SET named = 1 WHERE customer = ? AND hash = ?")
        .bind(customer.0.as_bytes().as_slice())
        .bind(hash.bytes().as_slice())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Drops one picture that no record names.
pub async fn drop_signed(conn: &mut SqliteConnection, customer: CustomerId, hash: ImageHash) -> Result<()> {
    sqlx::query("DELETE FROM signed WHERE customer = ? AND hash = ? AND named = 0")
        .bind(customer.0.as_bytes().as_slice())
        .bind(hash.bytes().as_slice())
        .execute(conn)
        .await?;
    Ok(())
}

/// Drops what was signed before `before` and never agreed to; returns how many.
pub async fn drop_unnamed_signed(conn: &mut SqliteConnection, before: Instant) -> Result<u64> {
    let done = sqlx::query("DELETE FROM signed WHERE named = 0 AND kept_millis < ?")
        .bind(before.millis())
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

/// What was signed, held against its hash; `None` where it is not on this desk, or was erased with its person.
pub async fn signed(conn: &mut SqliteConnection, hash: ImageHash) -> Result<Option<ImageRow>> {
    let row = sqlx::query("SELECT media_type, width, height, bytes FROM signed WHERE hash = ? LIMIT 1")
        .bind(hash.bytes().as_slice())
        .fetch_optional(conn)
        .await?;
    row.map(|row| checked(hash.bytes(), &row)).transpose()
}

/// What one person signed and agreed by, each with its hash.
pub async fn all_signed_by(
    conn: &mut SqliteConnection,
    person: CustomerId,
) -> Result<Vec<(ImageHash, ImageRow)>> {
    let rows =
        sqlx::query("SELECT hash FROM signed WHERE customer = ? AND named = 1 ORDER BY kept_millis, hash")
            .bind(person.0.as_bytes().as_slice())
            .fetch_all(&mut *conn)
            .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let Ok(hash) = <[u8; 32]>::try_from(row.get::<&[u8], _>("hash")).map(ImageHash::new) else {
            continue;
        };
        all.extend(signed(&mut *conn, hash).await?.map(|picture| (hash, picture)));
    }
    Ok(all)
}

/// How many things these people signed and agreed by.
pub async fn signed_by(conn: &mut SqliteConnection, people: &[CustomerId]) -> Result<u32> {
    let mut signed = 0;
    for person in people {
        let row = sqlx::query("SELECT count(*) AS signed FROM signed WHERE customer = ? AND named = 1")
            .bind(person.0.as_bytes().as_slice())
            .fetch_one(&mut *conn)
            .await?;
        signed += row.get::<u32, _>("signed");
    }
    Ok(signed)
}
