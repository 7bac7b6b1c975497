use super::{open_now, view};
use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::record::{CashMoved, Change};
use protocol::drawers::{DrawerView, MoveCash, Way};

/// Lays cash into the open drawer, or takes some out of it, without a sale.
pub(crate) async fn move_cash(op: &mut Op<'_>, request: MoveCash) -> Result<DrawerView> {
    let here = op.here.clone();
    let open = open_now(op.conn().await?, &here).await?;
    let mut check = Check::default();
    check.price("amount", "The amount", request.amount);
    check.require("amount", !request.amount.is_zero(), "Say how much.");
    let reason = check.line("reason", "The reason", &request.reason, 200);
    check.require("reason", !reason.is_empty(), "Say what it is for.");
    if request.way == Way::Out && request.amount > open.expected() {
        let has = here.ground.money(open.expected());
        check.wrong("amount", format!("The drawer should hold {has}; more cannot be taken out."));
    }
    check.done()?;
    let amount = match request.way {
        Way::In => request.amount,
        Way::Out => -request.amount,
    };
    let moved = CashMoved { drawer: open.drawer.id, amount, reason };
    op.write(vec![Change::CashMoved(moved)]).await?;
    view(op.conn().await?, &here).await
}
