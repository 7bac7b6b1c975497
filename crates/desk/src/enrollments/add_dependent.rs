use super::{load, taking_a_seat, write};
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use protocol::enrollments::{AddDependent, EnrollmentView};

/// Covers one more person from today.
pub(crate) async fn add_dependent(op: &mut Op<'_>, request: AddDependent) -> Result<EnrollmentView> {
    let mut tried = load(op.conn().await?, request.id).await?;
    let customer = taking_a_seat(op.conn().await?, request.customer).await?;
    tried.add_dependent(op.here.today, customer)?;
    write(op, &tried, vec![Change::DependentAdded { enrollment: request.id, customer }]).await
}
