//! The day at one desk: the cash drawer, opened, kept and closed.

mod close_drawer;
mod drawer_report;
mod get_drawer;
mod move_cash;
mod open_drawer;

pub(crate) use close_drawer::close_drawer;
pub(crate) use drawer_report::{get_drawer_report, list_drawers};
pub(crate) use get_drawer::get_drawer;
pub(crate) use move_cash::move_cash;
pub(crate) use open_drawer::open_drawer;

use crate::ground::Ground;
use crate::op::Here;
use crate::refusal::{Refusal, Result};
use domain::drawer::{Drawer, Takings};
use domain::{DeskId, Money};
use protocol::drawers::{CashMove, DrawerView, LastClosing, OpenDrawerView, Waiting};
use sqlx::sqlite::SqliteConnection;
use store::query;

/// A desk's drawer that is open now, with what its desk took since.
struct Open {
    drawer: Drawer,
    takings: Takings,
}

impl Open {
    fn expected(&self) -> Money {
        self.drawer.opened.what.counted + self.takings.cash()
    }
}

/// A desk's newest drawer, where it stands.
enum Stands {
    Never,
    Open(Box<Open>),
    Closed(Waiting),
}

async fn stands(conn: &mut SqliteConnection, desk: DeskId) -> Result<Stands> {
    let Some(drawer) = query::last_drawer(conn, desk).await? else { return Ok(Stands::Never) };
    match (&drawer.closed, drawer.closed_seq) {
        (Some(closed), Some(seq)) => {
            let since = query::takings(conn, desk, seq, None).await?.cash();
            Ok(Stands::Closed(Waiting { left: closed.what.left, since }))
        }
        _ => {
            let takings = query::takings(conn, desk, drawer.opened_seq, None).await?;
            Ok(Stands::Open(Box::new(Open { drawer, takings })))
        }
    }
}

async fn open_now(conn: &mut SqliteConnection, here: &Here) -> Result<Open> {
    match stands(conn, here.desk).await? {
        Stands::Open(open) => Ok(*open),
        Stands::Never | Stands::Closed(_) => Err(Refusal::NotNow(
            "The drawer is not open. Count it and open it first; no cash was recorded.".into(),
        )),
    }
}

async fn view(conn: &mut SqliteConnection, here: &Here) -> Result<DrawerView> {
    let (open, waiting) = match stands(conn, here.desk).await? {
        Stands::Never => (None, None),
        Stands::Closed(waiting) => (None, Some(waiting)),
        Stands::Open(open) => {
            let expected = open.expected();
            let Open { drawer, takings } = *open;
            let opened = &drawer.opened;
            let view = OpenDrawerView {
                id: drawer.id,
                on: opened.day,
                at: here.ground.wall_time(opened.on),
                by: here.ground.staff_name(opened.actor.staff),
                opened_with: opened.what.counted,
                expected,
                takings,
                moved: moves(&here.ground, &drawer),
            };
            (Some(view), None)
        }
    };
    let last_closing = last_closing(conn, here).await?;
    Ok(DrawerView { desk: desk_name(&here.ground, here.desk), open, waiting, last_closing })
}

/// How many closings, of every desk, are looked through for this desk's own.
const NEWEST: u32 = 50;

async fn last_closing(conn: &mut SqliteConnection, here: &Here) -> Result<Option<LastClosing>> {
    let newest = query::closed_drawers(conn, None, NEWEST).await?;
    Ok(newest.into_iter().map(|(_, drawer)| drawer).find(|drawer| drawer.desk == here.desk).and_then(
        |drawer| {
            let closed = drawer.closed.as_ref()?;
            Some(LastClosing {
                id: drawer.id,
                on: closed.day,
                at: here.ground.wall_time(closed.on),
                by: here.ground.staff_name(closed.actor.staff),
            })
        },
    ))
}

fn moves(ground: &Ground, drawer: &Drawer) -> Vec<CashMove> {
    let told = drawer.moved.iter().map(|made| CashMove {
        at: ground.wall_time(made.on),
        by: ground.staff_name(made.actor.staff),
        amount: made.what.amount,
        reason: made.what.reason.clone(),
    });
    told.collect()
}

fn desk_name(ground: &Ground, desk: DeskId) -> String {
    ground.desks.get(&desk).map_or_else(|| "A desk".to_owned(), |desk| desk.name.clone())
}
