use super::{load, tenders};
use crate::op::Look;
use crate::refusal::Result;
use crate::words;
use domain::enrollment::{Minimum, Refusal};
use protocol::enrollments::{CancelPreview, PreviewCancelNow};
use store::query;

/// What ending it today gives back, and what was already used of the period.
pub(crate) async fn preview_cancel_now(
    look: &mut Look<'_>,
    request: PreviewCancelNow,
) -> Result<CancelPreview> {
    let today = look.here.today;
    let held = load(look.conn, request.id).await?;
    let preview = held.refund_preview(today);
    let refused = held.clone().cancel_now(today, Minimum::Holds).err();
    let used = match held.period_on(today) {
        Some((_, period)) => query::saved_since(look.conn, held.id, period.start).await?,
        None => domain::Money::ZERO,
    };
    let history = tenders::history(look.conn, &held).await?;
    Ok(CancelPreview {
        unused_days: preview.unused_days,
        days: preview.days,
        base: preview.base,
        refund: preview.refund,
        used,
        tenders: tenders::give_back(&history, preview.refund),
        needs_override: matches!(refused, Some(Refusal::MinimumCycles { .. })),
        refused: refused.map(|refusal| words::refused(&refusal)),
    })
}
