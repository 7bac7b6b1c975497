use super::{load, write};
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use protocol::enrollments::{EnrollmentView, RemoveDependent};

/// Covers a person no longer, from today.
pub(crate) async fn remove_dependent(op: &mut Op<'_>, request: RemoveDependent) -> Result<EnrollmentView> {
    let mut tried = load(op.conn().await?, request.id).await?;
    tried.remove_dependent(op.here.today, request.customer)?;
    let change = Change::DependentRemoved { enrollment: request.id, customer: request.customer };
    write(op, &tried, vec![change]).await
}
