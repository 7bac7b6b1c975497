use super::drawer_report::report;
use super::open_now;
use crate::check::Check;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::fold::State;
use domain::record::{Change, DrawerClosed, Entity};
use protocol::drawers::{CloseDrawer, DrawerReport};

/// Closes this desk's drawer: what was counted is held against what should be there, and the report stands for ever.
pub(crate) async fn close_drawer(op: &mut Op<'_>, request: CloseDrawer) -> Result<DrawerReport> {
    let here = op.here.clone();
    let open = open_now(op.conn().await?, &here).await?;
    let expected = open.expected();
    if request.expected != expected {
        return Err(Refusal::StaleTotal {
            expected: request.expected,
            actual: expected,
            expected_words: here.ground.money(request.expected),
            actual_words: here.ground.money(expected),
        });
    }
    let mut check = Check::default();
    check.price("counted", "What was counted", request.counted);
    check.price("left", "What stays in the drawer", request.left);
    check.require(
        "left",
        request.left <= request.counted,
        "More stays in the drawer than was counted in it.",
    );
    let note = check.line("note", "The note", &request.note, 500);
    check.require(
        "note",
        request.counted == expected || !note.is_empty(),
        "Counted and expected differ: say what you know about it.",
    );
    check.done()?;
    let id = open.drawer.id;
    let closed = DrawerClosed {
        drawer: id,
        location: here.location()?,
        expected,
        counted: request.counted,
        left: request.left,
        note,
        takings: open.takings,
    };
    let mut states = op.write(vec![Change::DrawerClosed(Box::new(closed))]).await?;
    match states.remove(&Entity::Drawer(id)) {
        Some(State::Drawer(drawer)) => report(&here, &drawer),
        _ => Err(Refusal::NotFound { what: "The drawer" }),
    }
}
