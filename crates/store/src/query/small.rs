use crate::Result;
use crate::journal::{entity_key, state_of};
use domain::fold::State;
use domain::record::Entity;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

/// The state of every small entity: the practice, its places, people, items and plans.
pub async fn small_states(conn: &mut SqliteConnection) -> Result<Vec<State>> {
    // Kinds 1 to 8 come before customers in the one-byte kind that begins each key.
    let rows = sqlx::query("SELECT state FROM entity WHERE id < x'09' ORDER BY id").fetch_all(conn).await?;
    rows.iter().map(|row| state_of(row.get("state"))).collect()
}

/// The state of one entity; `None` where no record speaks of it.
pub async fn entity(conn: &mut SqliteConnection, entity: Entity) -> Result<Option<State>> {
    let row = sqlx::query("SELECT state FROM entity WHERE id = ?")
        .bind(entity_key(entity).as_slice())
        .fetch_optional(conn)
        .await?;
    row.map(|row| state_of(row.get("state"))).transpose()
}
