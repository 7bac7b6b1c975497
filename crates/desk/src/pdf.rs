//! Papers as files.

use crate::refusal::{Refusal, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use paper::PaperError;
use protocol::receipt::FileMade;

/// A paper as a file of that name. Setting type is work for a processor, and other requests are not to wait for it.
pub(crate) async fn file<Set>(name: String, set: Set) -> Result<FileMade>
where
    Set: FnOnce() -> std::result::Result<Vec<u8>, PaperError> + Send + 'static,
{
    let pdf = tokio::task::spawn_blocking(set)
        .await
        .map_err(|problem| Refusal::NoFile(problem.to_string()))?
        .map_err(|problem| Refusal::NoFile(problem.to_string()))?;
    Ok(FileMade { name, base64: BASE64_STANDARD.encode(pdf) })
}
