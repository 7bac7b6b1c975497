use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::practice::DeskAbout;
use domain::record::Change;
use protocol::practice::{PracticeView, SaveDesk};

/// Names this desk, the code before its receipt numbers, and where it stands: people who sign in here begin there.
pub(crate) async fn save_desk(op: &mut Op<'_>, request: SaveDesk) -> Result<PracticeView> {
    let id = op.tx.head().desk;
    let location = match request.location {
        Some(location) => location,
        None => op.here.location()?,
    };
    let mut check = Check::default();
    let name = check.name("name", "The desk's name", &request.name);
    let code = request.code.trim().to_ascii_uppercase();
    let shaped = (1..=6).contains(&code.len()) && code.chars().all(|letter| letter.is_ascii_alphanumeric());
    check.require("code", shaped, "The code has 1 to 6 letters or digits.");
    let taken = op.here.ground.desks.values().any(|other| other.id != id && other.code == code);
    check.require("code", !taken, "Another desk has that code, and receipts must not be confused.");
    let place = op.here.ground.location(location)?;
    let stays = op.here.ground.desks.get(&id).is_some_and(|desk| desk.location == location);
    check.require("location", stays || !place.archived, "That location is archived.");
    check.done()?;
    op.write(vec![Change::DeskSaved(DeskAbout { id, name, code, location })]).await?;
    super::view(&op.here.ground)
}
