use super::{load, write};
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use protocol::enrollments::{EnrollmentView, PauseEnrollment};

/// Pauses today, until a day or until it is resumed by hand.
pub(crate) async fn pause_enrollment(op: &mut Op<'_>, request: PauseEnrollment) -> Result<EnrollmentView> {
    let mut tried = load(op.conn().await?, request.id).await?;
    tried.pause(op.here.today, request.until)?;
    let change = Change::EnrollmentPaused { enrollment: request.id, until: request.until };
    write(op, &tried, vec![change]).await
}
