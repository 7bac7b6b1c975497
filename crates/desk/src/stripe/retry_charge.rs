use super::connected;
use crate::enrollments;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::record::Change;
use protocol::enrollments::EnrollmentView;
use protocol::stripe::RetryCharge;

/// Asks the bank again: for the oldest charge it refused, or for all of them.
pub(crate) async fn retry_charge(op: &mut Op<'_>, request: RetryCharge) -> Result<EnrollmentView> {
    connected(&op.here.ground)?;
    let held = enrollments::load(op.conn().await?, request.id).await?.at(op.here.today);
    let enrollment = held.id;
    let failed = held.open_invoices.values().take(if request.all { usize::MAX } else { 1 });
    let mut asked: Vec<Change> =
        failed.map(|open| Change::ChargeRetried { enrollment, invoice: open.invoice.clone() }).collect();
    // Of a first charge that failed Stripe keeps nothing: it is asked for as if for the first time.
    asked.dedup();
    if asked.is_empty() || held.ended.is_some() {
        return Err(Refusal::NotNow("The bank refused nothing that is still owed. No money moved.".into()));
    }
    enrollments::write(op, &held, asked).await
}
