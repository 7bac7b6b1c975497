use super::cancel_at_period_end::minimum;
use super::{load, tenders, write};
use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::Money;
use domain::enrollment::Minimum;
use domain::record::Change;
use protocol::enrollments::{CancelNow, EnrollmentView};

/// Ends it today and gives back what was shown, or less.
pub(crate) async fn cancel_now(op: &mut Op<'_>, request: CancelNow) -> Result<EnrollmentView> {
    let today = op.here.today;
    let mut tried = load(op.conn().await?, request.id).await?;
    let mut check = Check::default();
    let reason = check.text("reason", "The reason", &request.reason, 500);
    check.require("reason", !reason.is_empty(), "Say why it ends at once.");
    check.require("refund", !request.refund.is_negative(), "A refund is not below zero.");
    let minimum = minimum(&op.here, &mut check, request.override_minimum, &reason)?;
    check.done()?;
    let preview = tried.refund_preview(today);
    tried.cancel_now(today, minimum)?;
    if request.refund > preview.refund {
        tenders::same_amount(&op.here, request.refund, preview.refund)?;
    }
    let mut changes = vec![Change::EnrollmentCancelled {
        enrollment: request.id,
        reason: reason.clone(),
        minimum_waived: minimum == Minimum::Waived,
    }];
    if request.refund.is_positive() {
        let tax = tax_of(preview.tax, request.refund, preview.refund);
        let refunded = tenders::refunded(op, &tried, request.refund, tax, None, &reason).await?;
        changes.push(Change::ChargeRefunded(refunded));
    }
    write(op, &tried, changes).await
}

/// The tax inside a part of a refund.
fn tax_of(tax: Money, part: Money, whole: Money) -> Money {
    if part == whole { tax } else { tax.scale(part.minor(), whole.minor()) }
}
