//! PINs: Argon2id, and waits that grow with wrong tries.

use crate::refusal::{Refusal, Result};
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use domain::{Instant, StaffId};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

/// Wrong tries before the first wait.
const TRIES: u32 = 5;
/// The first wait; each further wrong try doubles it.
const FIRST_WAIT_MS: i64 = 60_000;
const LONGEST_WAIT_MS: i64 = 60 * 60_000;

/// The PIN as it is kept: Argon2id with a salt of its own, in PHC form.
///
/// The salt is a fresh id: a salt must be unlike every other, not secret, and ids come in from outside.
pub(crate) fn hash_pin(pin: &str, salt: Uuid) -> Result<String> {
    let failed =
        |why: String| Refusal::NotNow(format!("The PIN could not be kept ({why}). Nothing was done."));
    let salt = SaltString::encode_b64(salt.as_bytes()).map_err(|error| failed(error.to_string()))?;
    Ok(Argon2::default()
        .hash_password(pin.as_bytes(), &salt)
        .map_err(|error| failed(error.to_string()))?
        .to_string())
}

pub(crate) fn pin_matches(hash: &str, pin: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok())
}

/// Wrong tries in a row, and until when no more are taken.
pub(crate) async fn pin_failures(
    conn: &mut SqliteConnection,
    staff: StaffId,
) -> Result<(u32, Option<Instant>)> {
    let row = sqlx::query("SELECT failures, locked_until FROM pin_failure WHERE staff = ?")
        .bind(staff.0.as_bytes().as_slice())
        .fetch_optional(conn)
        .await?;
    Ok(row.map_or((0, None), |row| {
        (
            row.get::<i64, _>("failures") as u32,
            row.get::<Option<i64>, _>("locked_until").map(Instant::from_millis),
        )
    }))
}

pub(crate) async fn forget_pin_failures(conn: &mut SqliteConnection, staff: StaffId) -> Result<()> {
    sqlx::query("DELETE FROM pin_failure WHERE staff = ?")
        .bind(staff.0.as_bytes().as_slice())
        .execute(conn)
        .await?;
    Ok(())
}

/// Counts a wrong try and says what follows from it.
pub(crate) async fn note_pin_failure(
    conn: &mut SqliteConnection,
    staff: StaffId,
    failures: u32,
    now: Instant,
) -> Result<Refusal> {
    let wait =
        (failures >= TRIES).then(|| (FIRST_WAIT_MS << (failures - TRIES).min(10)).min(LONGEST_WAIT_MS));
    sqlx::query(
        "INSERT INTO pin_failure (staff, failures, locked_until) VALUES (?, ?, ?)
         ON CONFLICT (staff) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until",
    )
    .bind(staff.0.as_bytes().as_slice())
    .bind(i64::from(failures))
    .bind(wait.map(|wait| now.plus_millis(wait).millis()))
    .execute(conn)
    .await?;
    Ok(match wait {
        Some(wait) => Refusal::PinLocked { seconds: wait / 1000 },
        None => Refusal::WrongPin { left: TRIES - failures },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_matches_only_itself() {
        let hash = hash_pin("4711", Uuid::from_u128(1)).unwrap();
        assert!(pin_matches(&hash, "4711"));
        assert!(!pin_matches(&hash, "4712"));
        assert!(!pin_matches("not a hash", "4711"));
    }
}
