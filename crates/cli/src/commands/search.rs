use super::Who;
use crate::Failure;
use crate::folder::Folder;
use protocol::keeping::Search;
use serde_json::Value;

/// What is found; whoever has the key of the data may look without signing in.
pub async fn search(folder: &Folder, text: String, who: &Who) -> Result<Value, Failure> {
    let desk = folder.desk().await?;
    who.sign_in(&desk).await?;
    let found = desk.look_up(Search { text, limit: None }).await;
    desk.close().await?;
    serde_json::to_value(found?).map_err(|error| Failure::new("reply", error.to_string()))
}
