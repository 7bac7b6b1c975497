use crate::{Result, StoreError};
use domain::Instant;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// A picture as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRow {
    /// BLAKE3 of the bytes.
    pub hash: [u8; 32],
    pub media_type: String,
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

/// Keeps a picture; the same bytes are kept once, and count as kept anew.
pub async fn keep_image(conn: &mut SqliteConnection, image: &ImageRow, now: Instant) -> Result<()> {
    sqlx::query(
        "INSERT INTO image (hash, media_type, width, height, bytes, kept_millis) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (hash) DO UPDATE SET kept_millis = excluded.kept_millis",
    )
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

/// The picture of a hash, held against it; `None` where it is not on this desk.
pub async fn image(conn: &mut SqliteConnection, hash: &[u8; 32]) -> Result<Option<ImageRow>> {
    let row = sqlx::query("SELECT media_type, width, height, bytes FROM image WHERE hash = ?")
        .bind(hash.as_slice())
        .fetch_optional(conn)
        .await?;
    row.map(|row| checked(hash, &row)).transpose()
}

/// A kept picture whose bytes are those of its hash.
pub(super) fn checked(hash: &[u8; 32], row: &SqliteRow) -> Result<ImageRow> {
    let bytes: Vec<u8> = row.get("bytes");
    if blake3::hash(&bytes).as_bytes() != hash {
        return Err(StoreError::Unreadable {
            what: "a picture".into(),
            why: "its bytes are not those of its hash".into(),
        });
    }
    Ok(ImageRow {
        hash: *hash,
        media_type: row.get("media_type"),
        width: row.get("width"),
        height: row.get("height"),
        bytes,
    })
}

pub async fn has_image(conn: &mut SqliteConnection, hash: &[u8; 32]) -> Result<bool> {
    let row =
        sqlx::query("SELECT 1 FROM image WHERE hash = ?").bind(hash.as_slice()).fetch_optional(conn).await?;
    Ok(row.is_some())
}

/// Drops pictures kept before `before` whose hashes, in hex, are not among `used`; returns how many.
pub async fn drop_images(conn: &mut SqliteConnection, used: &[&str], before: Instant) -> Result<u64> {
    let done = sqlx::query(
        "DELETE FROM image WHERE kept_millis < ? AND lower(hex(hash)) NOT IN (SELECT value FROM json_each(?))",
    )
    .bind(before.millis())
    .bind(serde_json::json!(used).to_string())
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
