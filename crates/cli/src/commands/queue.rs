use super::{Part, Queue};
use crate::Failure;
use crate::folder::Folder;
use protocol::mail::{GetEffect, ListQueue, QueuePart, RetryEffect};
use protocol::{Ask, Request};
use serde_json::Value;

/// Looks into the queue through the door, for whoever signed in.
pub async fn queue(folder: &Folder, what: Queue) -> Result<Value, Failure> {
    let (request, who): (Request, _) = match what {
        Queue::List { part, limit, who } => {
            let part = match part {
                Part::Waiting => QueuePart::Waiting,
                Part::Refused => QueuePart::Refused,
                Part::Done => QueuePart::Done,
                Part::NotSent => QueuePart::NotSent,
            };
            (ListQueue { part, after: None, limit: Some(limit) }.into(), who)
        }
        Queue::Retry { id, who } => (RetryEffect { id }.into(), who),
        Queue::Explain { id, who } => (GetEffect { id }.into(), who),
    };
    let desk = folder.desk().await?;
    let signed_in = who.sign_in(&desk).await;
    let answer = match signed_in {
        Ok(()) => {
            let key = Some(desk.fresh_key());
            desk.call(Ask { request, key, approval: None }).await.map_err(Failure::from)
        }
        Err(failure) => Err(failure),
    };
    desk.close().await?;
    answer
}
