use super::{load, tenders};
use crate::op::Look;
use crate::refusal::Result;
use crate::words;
use domain::credit::{Movement, MovementKind};
use domain::enrollment::{Enrollment, Minimum, Refusal};
use domain::plan::CreditUnit;
use domain::{Day, Money};
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
        Some((_, period)) => {
            let movements = query::around(look.conn, &held).await?.movements;
            let spent = spent_since(&held, period.start, movements.iter().map(|(_, movement)| movement));
            query::saved_since(look.conn, held.id, period.start).await? + spent
        }
        None => Money::ZERO,
    };
    let (tenders, _) = tenders::gives_back(look.conn, &look.here, &held, preview.refund).await?;
    Ok(CancelPreview {
        unused_days: preview.unused_days,
        days: preview.days,
        base: preview.base,
        refund: preview.refund,
        used,
        tenders,
        needs_override: matches!(refused, Some(Refusal::MinimumCycles { .. })),
        refused: refused.map(|refusal| words::refused(&refusal)),
    })
}

/// Money credit that tickets took since `day`, less what came back: credit is prepaid and no saving, but it is used.
fn spent_since<'m>(held: &Enrollment, day: Day, movements: impl Iterator<Item = &'m Movement>) -> Money {
    let is_money = |movement: &Movement| {
        let mut accounts = held.accounts.iter();
        accounts.any(|account| account.benefit == movement.benefit && account.grant.unit == CreditUnit::Money)
    };
    movements
        .filter(|movement| movement.on >= day && is_money(movement))
        .filter(|movement| matches!(movement.kind, MovementKind::Redeemed | MovementKind::Returned))
        .map(|movement| Money::from_minor(-movement.change()))
        .sum()
}
