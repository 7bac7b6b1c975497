use crate::op::Op;
use crate::refusal::Result;
use domain::enrollment::CalendarNoticed;
use domain::record::Change;

/// Tells, once, what the calendar did to memberships by itself.
pub(crate) async fn tell(op: &mut Op<'_>, noticed: &[CalendarNoticed]) -> Result<()> {
    let facts: Vec<_> = noticed.iter().map(CalendarNoticed::fact).collect();
    if facts.is_empty() {
        return Ok(());
    }
    let known = op.tx.established(&facts).await?;
    let fresh = noticed.iter().filter(|told| !known.contains(&told.fact()));
    let changes: Vec<Change> = fresh.cloned().map(Change::CalendarNoticed).collect();
    if !changes.is_empty() {
        op.write_many(changes).await?;
    }
    Ok(())
}
