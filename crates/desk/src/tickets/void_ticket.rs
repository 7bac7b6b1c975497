use super::sell_plan::{endings, plan_on, undone};
use super::settle_ticket::expect_ticket;
use super::view::{given, load, view};
use crate::check::Check;
use crate::gift_cards;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use crate::stripe;
use domain::checkout::{RefundRequest, refund};
use domain::fold::State;
use domain::practice::Role;
use domain::record::{Change, Entity, TicketVoided};
use protocol::tickets::{TicketView, VoidTicket};
use store::query;

/// Takes back a whole ticket on the day it was settled, before anything of it was refunded.
pub(crate) async fn void_ticket(op: &mut Op<'_>, request: VoidTicket) -> Result<TicketView> {
    let here = op.here.clone();
    let mut check = Check::default();
    let reason = check.line("reason", "The reason", &request.reason, 200);
    check.require("reason", !reason.is_empty(), "Say why it is voided.");
    check.done()?;
    let ticket = load(op.conn().await?, request.id).await?;
    let sale = ticket.sale.as_ref().ok_or(Refusal::NotFound { what: "The ticket" })?;
    if ticket.voided.is_some() {
        return Err(Refusal::NotNow("This ticket is voided already.".into()));
    }
    if sale.day != here.today {
        return Err(Refusal::NotNow("Its day is closed; refund it line by line instead.".into()));
    }
    if query::was_counted(op.conn().await?, sale.record).await? {
        return Err(Refusal::NotNow(
            "The drawer it was paid into is closed and counted; refund it line by line instead.".into(),
        ));
    }
    if !ticket.refunds.is_empty() {
        return Err(Refusal::NotNow("Part of it was refunded; refund the rest line by line instead.".into()));
    }
    let mut ended = Vec::new();
    for line in &sale.what.settled.input.lines {
        if let Some(sold) = plan_on(&sale.what.settled, line.id) {
            ended.push((line.id, undone(op.conn().await?, &here, &ticket, sold).await?));
        }
    }
    let everything = RefundRequest::everything(&sale.what.settled, &[]);
    let outcome = refund(&sale.what.settled, &[], &everything)?;
    if given(&outcome) > here.ground.practice()?.refund_limit {
        let limit = here.ground.money(here.ground.practice()?.refund_limit);
        here.require(Role::Manager, &format!("Voiding a ticket above {limit}"))?;
    }
    let back = gift_cards::take_back(op.conn().await?, &sale.what.gift_cards, &outcome.units).await?;
    if back.kept.is_positive() {
        return Err(Refusal::NotNow(format!(
            "{} of a gift card that it sold was spent already. Refund the ticket line by line; a manager may give back \
             what is left. No money moved.",
            here.ground.money(back.kept)
        )));
    }
    for part in &outcome.returns {
        let state = query::entity(op.conn().await?, Entity::Enrollment(part.key.enrollment)).await?;
        if matches!(&state, Some(State::Enrollment(held)) if held.at(here.today).ended.is_some()) {
            return Err(Refusal::NotNow(
                "A membership whose credit it used has ended. Refund the ticket line by line; a manager says what is \
                 given for that credit. No money moved."
                    .into(),
            ));
        }
    }
    let endings = endings(&here, &ticket, &ended, &sale.what.number, &reason)?;
    let customer = sale.what.customer;
    let everything_back = outcome.units.clone();
    let void = TicketVoided { ticket: ticket.id, customer, reason, refund: outcome, gift_cards: back.cards };
    let mut changes = vec![Change::TicketVoided(Box::new(void))];
    changes.extend(endings);
    changes.extend(stripe::trust_returned(op, &ticket, &everything_back).await?);
    let states = op.write(changes).await?;
    let ticket = expect_ticket(states.get(&Entity::Ticket(ticket.id)))?;
    view(op.conn().await?, &here, ticket).await
}
