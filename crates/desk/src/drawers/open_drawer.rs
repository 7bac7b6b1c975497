use super::{Stands, stands, view};
use crate::check::Check;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::record::{Change, DrawerOpened};
use protocol::drawers::{DrawerView, OpenDrawer};

/// Opens this desk's drawer with what was counted in it.
pub(crate) async fn open_drawer(op: &mut Op<'_>, request: OpenDrawer) -> Result<DrawerView> {
    let here = op.here.clone();
    let expected = match stands(op.conn().await?, here.desk).await? {
        Stands::Open(open) => {
            let by = here.ground.staff_name(open.drawer.opened.actor.staff);
            let at = here.ground.wall_time(open.drawer.opened.on);
            return Err(Refusal::NotNow(format!(
                "The drawer is open already, since {at} by {by}. Nothing was done."
            )));
        }
        Stands::Never => None,
        Stands::Closed(waiting) => Some(waiting.expected()),
    };
    let mut check = Check::default();
    check.price("counted", "What was counted", request.counted);
    let note = check.line("note", "The note", &request.note, 500);
    if let Some(expected) = expected.filter(|expected| *expected != request.counted && note.is_empty()) {
        let (expected, counted) = (here.ground.money(expected), here.ground.money(request.counted));
        check.wrong(
            "note",
            format!("{expected} should be in the drawer and {counted} was counted. Count once more, or say what you know about it."),
        );
    }
    check.done()?;
    let opened = DrawerOpened {
        drawer: op.fresh(),
        location: here.location()?,
        counted: request.counted,
        expected,
        note,
    };
    op.write(vec![Change::DrawerOpened(opened)]).await?;
    view(op.conn().await?, &here).await
}
