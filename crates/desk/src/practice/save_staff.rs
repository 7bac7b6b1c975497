use super::pin::hash_pin;
use crate::check::Check;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::practice::{Role, Staff};
use domain::record::Change;
use protocol::practice::{PracticeView, SaveStaff};

/// Takes somebody on, changes their role or PIN, or lets them go.
///
/// Only an owner makes or changes an owner, and the last owner stays one.
pub(crate) async fn save_staff(op: &mut Op<'_>, request: SaveStaff) -> Result<PracticeView> {
    let ground = op.here.ground.clone();
    let before = match request.id {
        Some(id) => Some(ground.staff.get(&id).ok_or(Refusal::NotFound { what: "That person" })?),
        None => None,
    };
    if request.role == Role::Owner || before.is_some_and(|staff| staff.role == Role::Owner) {
        op.here.require(Role::Owner, "Changing an owner")?;
    }
    let id = request.id.unwrap_or_else(|| op.fresh());
    let mut check = Check::default();
    let name = check.name("name", "The name", &request.name);
    let taken = ground
        .staff
        .values()
        .any(|other| other.id != id && !other.archived && other.name.eq_ignore_ascii_case(&name));
    check.require("name", !taken, "Somebody else here has that name; add an initial.");
    match &request.pin {
        Some(pin) => check.pin("pin", pin),
        None => check.require("pin", before.is_some(), "A new person needs a PIN of 4 to 8 digits."),
    }
    let owners = ground
        .staff
        .values()
        .filter(|other| other.id != id && !other.archived && other.role == Role::Owner)
        .count();
    let stays_owner = request.role == Role::Owner && !request.archived;
    let was_owner = before.is_some_and(|staff| staff.role == Role::Owner && !staff.archived);
    check.require("role", !was_owner || stays_owner || owners > 0, "A practice keeps at least one owner.");
    check.done()?;
    let pin_hash = match (&request.pin, before) {
        (Some(pin), _) => hash_pin(pin, op.fresh())?,
        (None, Some(staff)) => staff.pin_hash.clone(),
        (None, None) => return Err(Refusal::invalid("pin", "A new person needs a PIN.")),
    };
    let since = before.map_or(op.here.today, |staff| staff.since);
    op.write(vec![Change::StaffSaved(Staff {
        id,
        name,
        role: request.role,
        pin_hash,
        since,
        archived: request.archived,
    })])
    .await?;
    super::view(&op.here.ground)
}
