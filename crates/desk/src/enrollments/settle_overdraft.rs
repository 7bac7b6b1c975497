use super::{load, write};
use crate::check::Check;
use crate::keeping;
use crate::op::Op;
use crate::refusal::Result;
use domain::fold::Raised;
use domain::record::{Change, OverdraftBy};
use protocol::enrollments::{EnrollmentView, OverdraftChoice, SettleOverdraft};
use store::query::TaskRow;

/// Brings a credit that was spent twice back to zero: forgiven, or taken from the next refreshes.
pub(crate) async fn settle_overdraft(op: &mut Op<'_>, request: SettleOverdraft) -> Result<EnrollmentView> {
    let today = op.here.today;
    let mut tried = load(op.conn().await?, request.id).await?;
    let mut check = Check::default();
    let reason = check.text("reason", "The reason", &request.reason, 500);
    // Taken from the next refresh it costs nobody anything; forgiven, the practice gave it away.
    let given_away = request.by == OverdraftChoice::Forgive;
    check.require("reason", !given_away || !reason.is_empty(), "Say why it is forgiven.");
    check.done()?;
    let by = match request.by {
        OverdraftChoice::Forgive => OverdraftBy::Forgiving,
        OverdraftChoice::TakeFromNextRefresh => OverdraftBy::NextRefresh,
    };
    match by {
        OverdraftBy::Forgiving => tried.forgive(today, request.benefit, request.lot)?,
        OverdraftBy::NextRefresh => tried.take_from_next_refresh(today, request.benefit, request.lot)?,
    };
    let done = match by {
        OverdraftBy::Forgiving => "Forgiven.",
        OverdraftBy::NextRefresh => "Taken from the next refresh.",
    };
    // The alert closes with its cause.
    let about = |row: &TaskRow| matches!(&row.raised, Raised::Overdrawn { lot, .. } if *lot == request.lot);
    let closing = keeping::closing(op.conn().await?, about, done).await?;
    let settled = Change::OverdraftSettled {
        enrollment: request.id,
        benefit: request.benefit,
        lot: request.lot,
        by,
        reason,
    };
    write(op, &tried, std::iter::once(settled).chain(closing).collect()).await
}
