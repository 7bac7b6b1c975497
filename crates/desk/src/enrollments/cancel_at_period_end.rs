use super::{load, tenders, write};
use crate::check::{Check, TEXT};
use crate::op::{Here, Op};
use crate::refusal::Result;
use domain::enrollment::Minimum;
use domain::practice::Role;
use domain::record::Change;
use protocol::enrollments::{CancelAtPeriodEnd, EnrollmentView};

/// Cancels at the end of the period that is paid.
///
/// A paused one ends now, and its frozen days are given back where the terms prorate.
pub(crate) async fn cancel_at_period_end(
    op: &mut Op<'_>,
    request: CancelAtPeriodEnd,
) -> Result<EnrollmentView> {
    let today = op.here.today;
    let mut tried = load(op.conn().await?, request.id).await?;
    let mut check = Check::default();
    let reason = check.text("reason", "The reason", &request.reason, TEXT);
    let minimum = minimum(&op.here, &mut check, request.override_minimum, &reason)?;
    check.done()?;
    let preview = tried.refund_preview(today);
    let frozen = tried.at(today).paused.is_some();
    tried.cancel_at_period_end(today, minimum)?;
    let mut changes = vec![Change::CancelScheduled {
        enrollment: request.id,
        reason,
        minimum_waived: minimum == Minimum::Waived,
    }];
    if frozen && preview.refund.is_positive() {
        let reason = "Days frozen by the pause";
        let refunded = tenders::refunded(op, &tried, preview.refund, preview.tax, None, reason).await?;
        changes.push(Change::ChargeRefunded(refunded));
    }
    write(op, &tried, changes).await
}

/// A manager may let a member go before the minimum is paid, with a reason.
pub(super) fn minimum(here: &Here, check: &mut Check, overridden: bool, reason: &str) -> Result<Minimum> {
    if overridden {
        here.require(Role::Manager, "Cancelling before the minimum is paid")?;
        check.require("reason", !reason.is_empty(), "Say why the minimum does not hold.");
    }
    Ok(Minimum::waived_if(overridden))
}
