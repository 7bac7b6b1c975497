use super::open_tickets;
use super::settle_ticket::check_draft;
use crate::check::Check;
use crate::op::{Here, Look, Op};
use crate::refusal::{Refusal, Result};
use domain::TicketId;
use domain::fold::State;
use domain::record::{Change, Entity, TicketHeld};
use domain::ticket::{Made, Ticket};
use protocol::tickets::{DropHeld, HeldList, HeldTicket, HoldTicket, ListHeld, RecallTicket, TicketDraft};
use sqlx::sqlite::SqliteConnection;
use store::query;

/// Sets a ticket aside for later, on this desk or another.
pub(crate) async fn hold_ticket(op: &mut Op<'_>, request: HoldTicket) -> Result<HeldList> {
    let draft = request.draft;
    if draft.lines.is_empty() {
        return Err(Refusal::invalid("draft.lines", "An empty ticket need not be held."));
    }
    if let Some(State::Ticket(before)) = op.state(Entity::Ticket(draft.id)).await?
        && before.sale.is_some()
    {
        return Err(Refusal::NotNow("This ticket is settled already.".into()));
    }
    check_draft(&draft)?;
    let mut check = Check::default();
    let mut label = check.line("label", "The label", &request.label, 100);
    check.done()?;
    if label.is_empty() {
        let named = match draft.customer {
            Some(customer) => query::customers_named(op.conn().await?, &[customer]).await?,
            None => Vec::new(),
        };
        label = match (named.into_iter().next(), draft.lines.first()) {
            (Some(person), _) => person.name,
            (None, Some(line)) => match line.sells {
                Some(sells) => op.here.ground.plan_name(sells.sale.plan),
                None => op.here.ground.item(line.item)?.name.clone(),
            },
            (None, None) => String::new(),
        };
    }
    let held = TicketHeld {
        ticket: draft.id,
        location: op.here.location()?,
        customer: draft.customer,
        label,
        lines: draft.lines.len() as u32,
        draft: serde_json::to_value(&draft).unwrap_or_default(),
    };
    op.tx.forget_open_ticket(held.ticket);
    op.write(vec![Change::TicketHeld(Box::new(held))]).await?;
    let here = op.here.clone();
    held_list(op.conn().await?, &here).await
}

pub(crate) async fn list_held(look: &mut Look<'_>, _request: ListHeld) -> Result<HeldList> {
    let here = look.here.clone();
    held_list(look.conn, &here).await
}

/// Takes a held ticket back to the counter; what was typed is all there, its price is made anew.
pub(crate) async fn recall_ticket(op: &mut Op<'_>, request: RecallTicket) -> Result<TicketDraft> {
    let held = take(op, request.id).await?;
    let draft: TicketDraft = serde_json::from_value(held.draft).map_err(|error| {
        store::StoreError::Unreadable { what: "the held ticket".into(), why: error.to_string() }
    })?;
    // From here on it is nowhere else.
    open_tickets::keep(op, &draft, u32::MAX)?;
    Ok(draft)
}

/// Lets a held ticket go; nothing was sold.
pub(crate) async fn drop_held(op: &mut Op<'_>, request: DropHeld) -> Result<HeldList> {
    take(op, request.id).await?;
    let here = op.here.clone();
    held_list(op.conn().await?, &here).await
}

async fn take(op: &mut Op<'_>, id: TicketId) -> Result<TicketHeld> {
    let held = match op.state(Entity::Ticket(id)).await? {
        Some(State::Ticket(ticket)) => ticket.held,
        _ => None,
    };
    let held = held
        .ok_or_else(|| Refusal::NotNow("This ticket is not held any more; somebody else took it.".into()))?;
    op.write(vec![Change::HeldReleased { ticket: id }]).await?;
    Ok(held.what)
}

async fn held_list(conn: &mut SqliteConnection, here: &Here) -> Result<HeldList> {
    let mut list = Vec::new();
    for row in query::held_tickets(conn).await? {
        let Some(State::Ticket(ticket)) = query::entity(conn, Entity::Ticket(row.id)).await? else {
            continue;
        };
        let Ticket { held: Some(held), .. } = *ticket else { continue };
        let Made { on, day, actor, what, .. } = held;
        let named = match what.customer {
            Some(customer) => query::customers_named(conn, &[customer]).await?,
            None => Vec::new(),
        };
        list.push(HeldTicket {
            id: row.id,
            label: what.label,
            customer_name: named.into_iter().next().map(|person| person.name),
            lines: what.lines,
            on: day,
            at: here.ground.wall_time(on),
            by: here.ground.staff_name(actor.staff),
        });
    }
    Ok(HeldList { held: list })
}
