//! The practice, and who is at the desk.

mod mark_demo;
mod pin;
mod save_category;
mod save_desk;
mod save_location;
mod save_practice;
mod save_staff;
mod save_tax_class;
mod set_up_practice;

pub(crate) use mark_demo::mark_demo;
pub(crate) use pin::{forget_pin_failures, note_pin_failure, pin_failures, pin_matches};
pub(crate) use save_category::save_category;
pub(crate) use save_desk::save_desk;
pub(crate) use save_location::save_location;
pub(crate) use save_practice::save_practice;
pub(crate) use save_staff::save_staff;
pub(crate) use save_tax_class::save_tax_class;
pub(crate) use set_up_practice::set_up_practice;

use crate::ground::Ground;
use crate::op::Here;
use crate::refusal::{Refusal, Result};
use domain::practice::Staff;
use domain::{DeskId, LocationId};
use protocol::practice::{Door, DrawerStands, PracticeView, Session, StaffView, WayOut};
use store::query::Badge;

/// What every page shows beside its own.
pub(crate) struct Beside {
    pub badge: Badge,
    pub way_out: WayOut,
    pub stripe_out: WayOut,
}

/// Where the desk stands.
pub(crate) fn door(here: &Here, beside: Beside) -> Door {
    let mut staff: Vec<StaffView> =
        here.ground.staff.values().filter(|one| !one.archived).map(staff_view).collect();
    staff.sort_by(|a, b| a.name.cmp(&b.name));
    Door { practice: here.ground.practice.clone(), session: session(here, beside).ok(), staff }
}

pub(crate) fn session(here: &Here, Beside { badge, way_out, stripe_out }: Beside) -> Result<Session> {
    let signed_in = here.signed_in()?;
    let location = here.ground.location(signed_in.location)?.clone();
    let desk = here.ground.desks.get(&here.desk).cloned().ok_or(Refusal::NotSetUp)?;
    Ok(Session {
        staff: staff_view(&signed_in.staff),
        location,
        desk,
        practice: here.ground.practice()?.clone(),
        today: here.today,
        open_tasks: badge.open_tasks,
        drawer: match badge.drawer_open {
            None => DrawerStands::Never,
            Some(true) => DrawerStands::Open,
            Some(false) => DrawerStands::Closed,
        },
        waiting: badge.waiting,
        refused: badge.refused,
        past_due: badge.past_due,
        unpaid: badge.unpaid,
        // A made-up practice, and one without e-mail, sends nothing.
        stripe_out,
        way_out: if here.ground.practice()?.mail.is_some() { way_out } else { WayOut::Untried },
    })
}

/// Where a desk stands when somebody signs in.
pub(crate) fn first_location(ground: &Ground, desk: DeskId) -> Result<LocationId> {
    let own = ground.desks.get(&desk).map(|desk| desk.location);
    own.filter(|id| ground.locations.get(id).is_some_and(|location| !location.archived))
        .or_else(|| ground.locations.values().find(|location| !location.archived).map(|location| location.id))
        .ok_or(Refusal::NotSetUp)
}

pub(crate) fn view(ground: &Ground) -> Result<PracticeView> {
    let mut staff: Vec<StaffView> = ground.staff.values().map(staff_view).collect();
    staff.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(PracticeView {
        practice: ground.practice()?.clone(),
        locations: ground.locations.values().cloned().collect(),
        tax_classes: ground.tax_classes.clone(),
        categories: ground.categories.clone(),
        staff,
        desks: ground.desks.values().cloned().collect(),
    })
}

fn staff_view(staff: &Staff) -> StaffView {
    StaffView { id: staff.id, name: staff.name.clone(), role: staff.role, archived: staff.archived }
}

/// Every IANA zone a practice can be in.
pub(crate) fn time_zones() -> Vec<String> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name().to_owned()).collect()
}
