use super::get_log::{around, entry};
use super::thing;
use crate::ground::Ground;
use crate::op::Look;
use crate::refusal::{Refusal, Result};
use domain::fold::State;
use domain::practice::Role;
use domain::record::Entity;
use protocol::keeping::{GetStaffLog, StaffLog, StaffLogEntry};
use sqlx::sqlite::SqliteConnection;
use store::query;

/// What somebody did, and what they allowed others to do.
pub(crate) async fn get_staff_log(look: &mut Look<'_>, request: GetStaffLog) -> Result<StaffLog> {
    if look.here.signed_in()?.staff.id != request.staff {
        look.here.require(Role::Manager, "Reading what somebody else did")?;
    }
    let ground = look.here.ground.clone();
    if !ground.staff.contains_key(&request.staff) {
        return Err(Refusal::NotFound { what: "That person" });
    }
    let limit = request.limit.unwrap_or(50).clamp(1, 200);
    let page = query::log_of_staff(look.conn, request.staff, request.after.as_deref(), limit).await?;
    let around = around(look.conn, &page.lines).await?;
    let mut entries = Vec::with_capacity(page.lines.len());
    for line in page.lines {
        let (what, about) = match &line.record {
            Some(record) => subject(look.conn, &ground, &record.change.about()).await?,
            None => (String::new(), None),
        };
        entries.push(StaffLogEntry {
            entry: entry(&ground, &around, line),
            what,
            thing: about.and_then(thing),
        });
    }
    Ok(StaffLog { entries, back_to: page.back_to, next: page.next })
}

/// Whom or what a change was about, by its name of today.
async fn subject(
    conn: &mut SqliteConnection,
    ground: &Ground,
    about: &[Entity],
) -> Result<(String, Option<Entity>)> {
    let Some(first) = about.first().copied() else { return Ok((String::new(), None)) };
    let words = match first {
        Entity::Enrollment(_) => match query::entity(conn, first).await? {
            Some(State::Enrollment(held)) => {
                let root = query::root_of(conn, held.customer).await?;
                let names = query::customers_named(conn, &[root]).await?;
                let name = names.into_iter().next().map(|row| row.name).unwrap_or_default();
                return Ok((
                    format!("{name}, {}", ground.plan_name(held.plan)),
                    Some(Entity::Customer(root)),
                ));
            }
            _ => "A membership".to_owned(),
        },
        Entity::Customer(id) => {
            let names = query::customers_named(conn, &[id]).await?;
            names.into_iter().next().map(|row| row.name).unwrap_or_default()
        }
        Entity::Ticket(_) => match query::entity(conn, first).await? {
            Some(State::Ticket(ticket)) => match ticket.sale {
                Some(sale) => format!("Ticket {}", sale.what.number),
                // One on hold has no page of its own.
                None => return Ok(("A ticket on hold".to_owned(), None)),
            },
            _ => "A ticket".to_owned(),
        },
        Entity::Plan(id) => ground.plan_name(id),
        Entity::Item(id) => ground.items.get(&id).map(|item| item.name.clone()).unwrap_or_default(),
        Entity::Staff(id) => ground.staff_name(Some(id)),
        Entity::Practice => "The practice".to_owned(),
        Entity::Drawer(_) => "Cash drawer".to_owned(),
        Entity::GiftCard(_) => "A gift card".to_owned(),
        _ => String::new(),
    };
    Ok((words, Some(first)))
}
