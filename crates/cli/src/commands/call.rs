use super::Who;
use crate::Failure;
use crate::folder::Folder;
use protocol::Ask;
use serde_json::Value;

/// One request through the door; a key is made where the request has none.
pub async fn call(folder: &Folder, request: &[u8], who: &Who) -> Result<Value, Failure> {
    let mut ask: Ask = serde_json::from_slice(request).map_err(|error| {
        Failure::new("unknown_request", format!("The request was not understood: {error}."))
    })?;
    let desk = folder.desk().await?;
    who.sign_in(&desk).await?;
    if ask.key.is_none() {
        ask.key = Some(desk.fresh_key());
    }
    let answer = desk.call(ask).await;
    desk.close().await?;
    Ok(answer?)
}
