//! Finding things, tasks, the log, and the health of the data.

mod get_log;
mod get_staff_log;
mod search;
mod tasks;

pub(crate) use get_log::get_log;
pub(crate) use get_staff_log::get_staff_log;
pub(crate) use search::search;
pub(crate) use tasks::{close_task, closing, list_tasks};

use crate::refusal::Result;
use domain::record::Entity;
use protocol::keeping::{DoctorReport, Thing};
use store::Store;

/// Rebuilds the projections beside the live ones, compares, and verifies the chains.
pub(crate) async fn run_doctor(store: &Store) -> Result<DoctorReport> {
    let found = store::diagnose(store).await?;
    Ok(DoctorReport {
        healthy: found.problems.is_empty(),
        records: found.records,
        desks: found.desks,
        problems: found.problems,
    })
}

fn entity(thing: Thing) -> Entity {
    match thing {
        Thing::Practice => Entity::Practice,
        Thing::Customer(id) => Entity::Customer(id),
        Thing::Plan(id) => Entity::Plan(id),
        Thing::Item(id) => Entity::Item(id),
        Thing::Ticket(id) => Entity::Ticket(id),
        Thing::Enrollment(id) => Entity::Enrollment(id),
        Thing::GiftCard(id) => Entity::GiftCard(id),
    }
}

fn thing(entity: Entity) -> Option<Thing> {
    match entity {
        Entity::Practice => Some(Thing::Practice),
        Entity::Customer(id) => Some(Thing::Customer(id)),
        Entity::Plan(id) => Some(Thing::Plan(id)),
        Entity::Item(id) => Some(Thing::Item(id)),
        Entity::Ticket(id) => Some(Thing::Ticket(id)),
        Entity::Enrollment(id) => Some(Thing::Enrollment(id)),
        Entity::GiftCard(id) => Some(Thing::GiftCard(id)),
        Entity::Desk(_)
        | Entity::Location(_)
        | Entity::TaxClass(_)
        | Entity::Category(_)
        | Entity::Staff(_)
        | Entity::Drawer(_)
        | Entity::Task(_) => None,
    }
}
