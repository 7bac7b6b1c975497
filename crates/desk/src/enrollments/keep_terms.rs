use super::{load, write};
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use protocol::enrollments::{EnrollmentView, KeepTerms};

/// Drops the terms or the plan that were agreed for the next billing date; it goes on as it is.
pub(crate) async fn keep_terms(op: &mut Op<'_>, request: KeepTerms) -> Result<EnrollmentView> {
    let mut tried = load(op.conn().await?, request.id).await?;
    tried.keep_terms(op.here.today)?;
    write(op, &tried, vec![Change::TermsKept { enrollment: request.id }]).await
}
