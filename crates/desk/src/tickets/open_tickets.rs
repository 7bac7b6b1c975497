use crate::check::Check;
use crate::op::{Look, Op};
use crate::refusal::{Refusal, Result};
use domain::fold::State;
use domain::record::Entity;
use protocol::tickets::{KeepOpenTickets, ListOpenTickets, TicketDraft};
use store::query::{self, OpenTicket};

/// More than anybody has open at one counter.
const MOST: usize = 50;
/// A ticket of a thousand lines is smaller.
const LARGEST: usize = 512 * 1024;

/// Keeps what is being rung up: not a fact, only what a screen would lose.
pub(crate) fn keep_open_tickets(op: &mut Op<'_>, request: KeepOpenTickets) -> Result<()> {
    let mut check = Check::default();
    check.require("tickets", request.tickets.len() <= MOST, "At most 50 tickets are open at once.");
    check.done()?;
    op.tx.forget_open_tickets();
    for (place, draft) in (0..).zip(request.tickets) {
        keep(op, &draft, place)?;
    }
    Ok(())
}

/// Keeps one, also where it comes back from hold in the same step.
pub(super) fn keep(op: &mut Op<'_>, draft: &TicketDraft, place: u32) -> Result<()> {
    let text = serde_json::to_string(draft).unwrap_or_default();
    if text.is_empty() || text.len() > LARGEST {
        return Err(Refusal::invalid("tickets", "The ticket is too large to be kept."));
    }
    op.tx.keep_open_ticket(OpenTicket { ticket: draft.id, customer: draft.customer, draft: text }, place);
    Ok(())
}

/// What was kept, without what was settled since.
pub(crate) async fn list_open_tickets(
    look: &mut Look<'_>,
    _request: ListOpenTickets,
) -> Result<Vec<TicketDraft>> {
    let mut open = Vec::new();
    for draft in query::open_tickets(look.conn).await? {
        // One that an older program kept and this one cannot read is no longer what anybody rang up.
        let Ok(draft) = serde_json::from_str::<TicketDraft>(&draft) else { continue };
        let settled = match query::entity(look.conn, Entity::Ticket(draft.id)).await? {
            Some(State::Ticket(ticket)) => ticket.sale.is_some() || ticket.held.is_some(),
            _ => false,
        };
        if !settled {
            open.push(draft);
        }
    }
    Ok(open)
}
