use super::refreshes;
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use store::query;

/// What one batch of the daily round did.
pub(crate) struct Batch {
    pub granted: u32,
    pub enrollments: u32,
    /// Where the next batch begins; `None` after the last.
    pub next: Option<i64>,
}

/// Grants every refresh that is due to the next `most` memberships after `after`, once; safe to repeat.
pub(crate) async fn refresh_credits(op: &mut Op<'_>, after: i64, most: u32) -> Result<Batch> {
    let today = op.here.today;
    let due = query::due_for_refresh(op.conn().await?, today, after, most).await?;
    let next = due.last().map(|(id, _)| *id).filter(|_| due.len() == most as usize);
    let mut enrollments = 0;
    let mut changes: Vec<Change> = Vec::new();
    for (_, held) in &due {
        let before = changes.len();
        changes.extend(refreshes(held, today));
        enrollments += u32::from(changes.len() > before);
    }
    let granted = changes.len() as u32;
    if granted > 0 {
        op.write(changes).await?;
    }
    Ok(Batch { granted, enrollments, next })
}
