use crate::Failure;
use crate::folder::Folder;
use serde_json::{Value, json};

/// What the doctor found; any difference is a failure.
pub async fn examine(folder: &Folder) -> Result<Value, Failure> {
    let found = store::diagnose_file(&folder.database(), &folder.key()?).await?;
    let healthy = found.problems.is_empty();
    let answer = json!({
        "healthy": healthy,
        "records": found.records,
        "desks": found.desks,
        "problems": found.problems,
    });
    if healthy {
        return Ok(answer);
    }
    let count = found.problems.len();
    let mut failure =
        Failure::new("unhealthy", format!("The data differs from its journal in {count} ways."));
    failure.answer = Some(answer);
    Err(failure)
}
