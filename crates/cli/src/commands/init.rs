use crate::Failure;
use crate::folder::Folder;
use serde_json::{Value, json};

/// Makes the key and the empty database; `set_up_practice` by `call` comes next.
pub async fn init(folder: &Folder) -> Result<Value, Failure> {
    let (_, recovery_key) = folder.make_key()?;
    folder.store().await?.close().await?;
    Ok(json!({ "database": folder.database(), "recovery_key": recovery_key }))
}
