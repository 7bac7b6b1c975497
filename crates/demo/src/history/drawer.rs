//! The cash drawer of the last two weeks: opened each morning, closed each evening, not always to the cent.

use super::Year;
use crate::Result;
use crate::world::dollars;
use domain::Money;
use protocol::drawers::{CloseDrawer, GetDrawer, MoveCash, OpenDrawer, Way};

/// So many days before the last have their closings.
const DAYS: i64 = 14;
/// What stays in the drawer over night.
const FLOAT: i64 = 200;

impl Year<'_> {
    pub(super) async fn open_the_drawer(&mut self) -> Result<()> {
        let to_go = self.world.last_day().since(self.world.today());
        if to_go > DAYS {
            return Ok(());
        }
        let waiting = self.world.ask("the drawer", GetDrawer {}).await?.waiting;
        let counted = waiting.map_or(dollars(FLOAT), |waiting| waiting.expected());
        self.world.ask("opening the drawer", OpenDrawer { counted, note: String::new() }).await?;
        if to_go % 5 == 0 {
            let change =
                MoveCash { way: Way::In, amount: dollars(40), reason: "Change from the bank".into() };
            self.world.ask("paying in", change).await?;
        }
        Ok(())
    }

    /// The drawer of the last day stays open: that day is the one that is shown.
    pub(super) async fn close_the_drawer(&mut self) -> Result<()> {
        let to_go = self.world.last_day().since(self.world.today());
        let Some(open) = self.world.ask("the drawer", GetDrawer {}).await?.open.filter(|_| to_go > 0) else {
            return Ok(());
        };
        let (missing, note) = match to_go {
            4 => (dollars(5), "Gave change for a fifty instead of a forty-five, I think"),
            9 => (-dollars(2), "Found two dollars under the tray"),
            // With few members more can be given back in cash than was taken.
            _ => (Money::ZERO, "The rest of a refund came from the safe"),
        };
        let counted = (open.expected - missing).max(Money::ZERO);
        let left = counted.min(dollars(FLOAT));
        let note = if counted == open.expected { String::new() } else { note.to_owned() };
        self.world.ask("closing", CloseDrawer { expected: open.expected, counted, left, note }).await?;
        Ok(())
    }
}
