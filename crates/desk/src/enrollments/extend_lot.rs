use super::{load, write};
use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use protocol::enrollments::{EnrollmentView, ExtendLot};

/// Makes a credit usable through another day, or without end; what had expired of it is there again.
pub(crate) async fn extend_lot(op: &mut Op<'_>, request: ExtendLot) -> Result<EnrollmentView> {
    let today = op.here.today;
    let mut tried = load(op.conn().await?, request.id).await?;
    let mut check = Check::default();
    let reason = check.text("reason", "The reason", &request.reason, 500);
    check.require("reason", !reason.is_empty(), "Say why its expiry changes.");
    check.require(
        "expires",
        request.expires.is_none_or(|expires| expires >= today),
        "That day is over. To take credit away, adjust the balance.",
    );
    check.done()?;
    tried.extend_lot(today, request.benefit, request.lot, request.expires)?;
    let change = Change::LotExtended {
        enrollment: request.id,
        benefit: request.benefit,
        lot: request.lot,
        expires: request.expires,
        reason,
    };
    write(op, &tried, vec![change]).await
}
