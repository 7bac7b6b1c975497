use super::{load, write};
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use protocol::enrollments::{EnrollmentView, PauseSeat, ResumeSeat};

/// Lets the benefits of one of an organization's people rest; the seat stays taken and is paid for.
pub(crate) async fn pause_seat(op: &mut Op<'_>, request: PauseSeat) -> Result<EnrollmentView> {
    let (enrollment, customer) = (request.id, request.customer);
    let mut tried = load(op.conn().await?, enrollment).await?;
    tried.pause_seat(op.here.today, customer)?;
    write(op, &tried, vec![Change::SeatPaused { enrollment, customer }]).await
}

pub(crate) async fn resume_seat(op: &mut Op<'_>, request: ResumeSeat) -> Result<EnrollmentView> {
    let (enrollment, customer) = (request.id, request.customer);
    let mut tried = load(op.conn().await?, enrollment).await?;
    tried.resume_seat(op.here.today, customer)?;
    write(op, &tried, vec![Change::SeatResumed { enrollment, customer }]).await
}
