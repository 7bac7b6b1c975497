use super::{load, write};
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use protocol::enrollments::{EnrollmentView, ResumeEnrollment};

/// Resumes today; what was frozen moves by the days it stood still.
pub(crate) async fn resume_enrollment(op: &mut Op<'_>, request: ResumeEnrollment) -> Result<EnrollmentView> {
    let mut tried = load(op.conn().await?, request.id).await?;
    tried.resume(op.here.today)?;
    write(op, &tried, vec![Change::EnrollmentResumed { enrollment: request.id }]).await
}
