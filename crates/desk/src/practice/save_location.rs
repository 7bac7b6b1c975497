use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::practice::Location;
use domain::record::Change;
use protocol::practice::{PracticeView, SaveLocation};

/// Opens a location or changes one; the last open one cannot be archived.
pub(crate) async fn save_location(op: &mut Op<'_>, request: SaveLocation) -> Result<PracticeView> {
    let ground = op.here.ground.clone();
    if let Some(id) = request.id {
        ground.location(id)?;
    }
    let id = request.id.unwrap_or_else(|| op.fresh());
    let mut check = Check::default();
    let name = check.name("name", "The location's name", &request.name);
    let address = check.text("address", "The address", &request.address, 500);
    let taken = ground
        .locations
        .values()
        .any(|other| other.id != id && !other.archived && other.name.eq_ignore_ascii_case(&name));
    check.require("name", !taken, "Another location has that name.");
    for class in request.tax_rates.keys() {
        let known = ground.tax_classes.iter().any(|known| known.id == *class);
        check.require("tax_rates", known, "A tax rate is for a class that is not here any more.");
    }
    let others = ground.locations.values().filter(|other| other.id != id && !other.archived).count();
    check.require("archived", !request.archived || others > 0, "A practice keeps at least one location.");
    check.done()?;
    let location = Location {
        id,
        name,
        address,
        tax_mode: request.tax_mode,
        tax_rates: request.tax_rates,
        archived: request.archived,
    };
    op.write(vec![Change::LocationSaved(location)]).await?;
    super::view(&op.here.ground)
}
