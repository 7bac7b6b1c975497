use super::settle_ticket::expect_ticket;
use super::view::{given, handed_back, load, returns, view};
use crate::check::Check;
use crate::op::{Here, Look, Op};
use crate::refusal::{Refusal, Result};
use domain::checkout::{self, RefundOutcome, RefundRequest, SettledTicket, WhichUnits, refund};
use domain::practice::Role;
use domain::record::{Change, Entity, TicketRefunded};
use domain::ticket::Ticket;
use protocol::tickets::{PreviewRefund, RefundLine, RefundPreview, RefundTicket, TicketView};

/// What refunding would give back, before anything is done.
pub(crate) async fn preview_refund(look: &mut Look<'_>, request: PreviewRefund) -> Result<RefundPreview> {
    let ticket = load(look.conn, request.ticket).await?;
    let (settled, outcome) = decide(&ticket, &request.lines)?;
    let money = given(&outcome);
    Ok(RefundPreview {
        money,
        tenders: handed_back(&outcome),
        returns: returns(&look.here, settled, &outcome),
        needs_manager: over_limit(&look.here, money) && look.here.require(Role::Manager, "").is_err(),
    })
}

/// Gives back exactly what the units paid, to the tenders and lots it came from.
pub(crate) async fn refund_ticket(op: &mut Op<'_>, request: RefundTicket) -> Result<TicketView> {
    let here = op.here.clone();
    let mut check = Check::default();
    let reason = check.line("reason", "The reason", &request.reason, 200);
    check.require("reason", !reason.is_empty(), "Say why it is refunded.");
    check.done()?;
    let ticket = load(op.conn().await?, request.ticket).await?;
    let (_, outcome) = decide(&ticket, &request.lines)?;
    let money = given(&outcome);
    if money != request.expected {
        return Err(Refusal::StaleTotal {
            expected: request.expected,
            actual: money,
            expected_words: here.ground.money(request.expected),
            actual_words: here.ground.money(money),
        });
    }
    if over_limit(&here, money) {
        let limit = here.ground.money(here.ground.practice()?.refund_limit);
        here.require(Role::Manager, &format!("A refund above {limit}"))?;
    }
    let number = op.receipt_number();
    let customer = ticket.sale.as_ref().and_then(|sale| sale.what.customer);
    let refunded = TicketRefunded { ticket: ticket.id, customer, number, reason, refund: outcome };
    let states = op.write(vec![Change::TicketRefunded(Box::new(refunded))]).await?;
    let ticket = expect_ticket(states.get(&Entity::Ticket(ticket.id)))?;
    view(op.conn().await?, &here, ticket).await
}

fn decide<'a>(ticket: &'a Ticket, lines: &[RefundLine]) -> Result<(&'a SettledTicket, RefundOutcome)> {
    let sale = ticket.sale.as_ref().ok_or(Refusal::NotFound { what: "The ticket" })?;
    if ticket.voided.is_some() {
        return Err(Refusal::NotNow("This ticket was voided: everything was given back already.".into()));
    }
    let before = ticket.refund_outcomes();
    let mut request = RefundRequest {
        lines: lines
            .iter()
            .filter(|line| line.qty > 0)
            .map(|line| checkout::RefundLine { line: line.line, units: WhichUnits::Count(line.qty) })
            .collect(),
        tip: domain::Money::ZERO,
    };
    // With the last unit the tip goes back as well.
    let everything = RefundRequest::everything(&sale.what.settled, &before);
    if request.lines.len() == everything.lines.len()
        && request.lines.iter().all(|line| everything.lines.contains(line))
        && !request.lines.is_empty()
    {
        request.tip = everything.tip;
    }
    let outcome = refund(&sale.what.settled, &before, &request)?;
    Ok((&sale.what.settled, outcome))
}

fn over_limit(here: &Here, money: domain::Money) -> bool {
    here.ground.practice.as_ref().is_some_and(|practice| money > practice.refund_limit)
}
