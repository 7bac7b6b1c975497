use super::{load, write};
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use protocol::enrollments::{EnrollmentView, UndoCancel};

/// Takes back a cancellation that waits for the period's end.
pub(crate) async fn undo_cancel(op: &mut Op<'_>, request: UndoCancel) -> Result<EnrollmentView> {
    let mut tried = load(op.conn().await?, request.id).await?;
    tried.undo_cancel(op.here.today)?;
    write(op, &tried, vec![Change::CancelUndone { enrollment: request.id }]).await
}
