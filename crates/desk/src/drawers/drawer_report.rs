use super::{desk_name, moves};
use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use domain::Instant;
use domain::drawer::Drawer;
use domain::practice::Role;
use protocol::drawers::{DrawerPage, DrawerReport, DrawerRow, GetDrawerReport, ListDrawers};
use store::query;

/// The report of a drawer that was closed; of another day only for a manager.
pub(crate) async fn get_drawer_report(look: &mut Look<'_>, request: GetDrawerReport) -> Result<DrawerReport> {
    let here = look.here.clone();
    let drawer =
        query::drawer(look.conn, request.id).await?.ok_or(Refusal::NotFound { what: "The drawer" })?;
    if drawer.closed.as_ref().is_some_and(|closed| closed.day != here.today) {
        here.require(Role::Manager, "A closing report of another day")?;
    }
    report(&here, &drawer)
}

/// Closed drawers of every desk, newest first.
pub(crate) async fn list_drawers(look: &mut Look<'_>, request: ListDrawers) -> Result<DrawerPage> {
    let here = look.here.clone();
    let after = request.after.as_deref().map(place).transpose()?;
    let limit = request.limit.unwrap_or(50).clamp(1, 200);
    // One more than asked for says whether there is a next page.
    let mut found = query::closed_drawers(look.conn, after, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found
        .last()
        .filter(|_| more)
        .and_then(|(id, drawer)| drawer.closed.as_ref().map(|closed| format!("{}.{id}", closed.on.millis())));
    let rows = found.iter().filter_map(|(_, drawer)| {
        let closed = drawer.closed.as_ref()?;
        Some(DrawerRow {
            id: drawer.id,
            desk: desk_name(&here.ground, drawer.desk),
            closed_on: closed.day,
            closed_at: here.ground.wall_time(closed.on),
            closed_by: here.ground.staff_name(closed.actor.staff),
            expected: closed.what.expected,
            counted: closed.what.counted,
            note: closed.what.note.clone(),
        })
    });
    Ok(DrawerPage { rows: rows.collect(), next })
}

fn place(after: &str) -> Result<(Instant, i64)> {
    after
        .split_once('.')
        .and_then(|(millis, id)| Some((Instant::from_millis(millis.parse().ok()?), id.parse().ok()?)))
        .ok_or_else(|| {
            Refusal::invalid("after", "This is not a place in the list; start from its beginning.")
        })
}

pub(super) fn report(here: &Here, drawer: &Drawer) -> Result<DrawerReport> {
    let closed = drawer.closed.as_ref().ok_or_else(|| {
        Refusal::NotNow("This drawer is still open; its report comes with the closing.".into())
    })?;
    let ground = &here.ground;
    let opened = &drawer.opened;
    let location = ground.location(closed.what.location)?;
    Ok(DrawerReport {
        id: drawer.id,
        desk: desk_name(ground, drawer.desk),
        location: location.name.clone(),
        opened_on: opened.day,
        opened_at: ground.wall_time(opened.on),
        opened_by: ground.staff_name(opened.actor.staff),
        opened_with: opened.what.counted,
        opened_expected: opened.what.expected,
        opened_note: opened.what.note.clone(),
        closed_on: closed.day,
        closed_at: ground.wall_time(closed.on),
        closed_by: ground.staff_name(closed.actor.staff),
        expected: closed.what.expected,
        counted: closed.what.counted,
        left: closed.what.left,
        note: closed.what.note.clone(),
        takings: closed.what.takings.clone(),
        moved: moves(ground, drawer),
    })
}
