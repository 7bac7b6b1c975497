use super::customer_at_checkout::Holding;
use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use crate::telling;
use domain::checkout::{GiveBack, RefundOutcome, SettledTicket, Tender, UseKind, refundable};
use domain::fold::State;
use domain::plan::CreditUnit;
use domain::record::Entity;
use domain::ticket::{Ticket, TicketStatus as Status};
use domain::{Day, Money, TicketId};
use protocol::tickets::{
    GetTicket, ListTickets, RefundLine, RefundView, TicketPage, TicketRow, TicketStatus, TicketView, Voided,
};
use sqlx::sqlite::SqliteConnection;
use store::query::{self, CustomerRow, Held};

pub(crate) async fn get_ticket(look: &mut Look<'_>, request: GetTicket) -> Result<TicketView> {
    let here = look.here.clone();
    let ticket = load(look.conn, request.id).await?;
    view(look.conn, &here, &ticket).await
}

pub(super) async fn load(conn: &mut SqliteConnection, id: TicketId) -> Result<Ticket> {
    match query::entity(conn, Entity::Ticket(id)).await? {
        Some(State::Ticket(ticket)) if ticket.sale.is_some() => Ok(*ticket),
        _ => Err(Refusal::NotFound { what: "The ticket" }),
    }
}

/// A settled ticket: its receipt, and what became of it.
pub(super) async fn view(conn: &mut SqliteConnection, here: &Here, ticket: &Ticket) -> Result<TicketView> {
    let buyer = match ticket.sale.as_ref().and_then(|sale| sale.what.customer) {
        // Nobody where the customer is not on file (yet).
        Some(customer) => query::held_by(conn, customer).await?.map(Buyer::of),
        None => None,
    };
    view_for(here, ticket, buyer)
}

/// Who a ticket is for, and what they hold now.
pub(super) struct Buyer {
    pub(super) person: CustomerRow,
    pub(super) holding: Holding,
}

impl Buyer {
    pub(super) fn of(held: Held) -> Self {
        Self { person: held.person.clone(), holding: Holding::of(held) }
    }
}

/// The same where the buyer is known already.
pub(super) fn view_for(here: &Here, ticket: &Ticket, buyer: Option<Buyer>) -> Result<TicketView> {
    let sale = ticket.sale.as_ref().ok_or(Refusal::NotFound { what: "The ticket" })?;
    let settled = &sale.what.settled;
    let left = |voided: bool| {
        refundable(settled, &ticket.refund_outcomes())
            .into_iter()
            .map(|(line, qty)| RefundLine { line, qty: if voided { 0 } else { qty } })
            .collect()
    };
    let refunds = ticket
        .refunds
        .iter()
        .map(|refund| RefundView {
            number: refund.what.number.to_string(),
            on: refund.day,
            at: here.ground.wall_time(refund.on),
            by: here.ground.staff_name(refund.actor.staff),
            reason: refund.what.reason.clone(),
            money: given(&refund.what.refund),
            lines: refund
                .what
                .refund
                .units
                .iter()
                .map(|units| RefundLine { line: units.line, qty: units.count })
                .collect(),
            tenders: handed_back(&refund.what.refund),
            returns: returns(here, settled, &refund.what.refund),
        })
        .collect();
    let location = here.ground.location(sale.what.location).ok();
    Ok(TicketView {
        id: ticket.id,
        number: sale.what.number.to_string(),
        status: match ticket.status() {
            Status::Voided => TicketStatus::Voided,
            Status::PartlyRefunded => TicketStatus::PartlyRefunded,
            Status::Refunded => TicketStatus::Refunded,
            Status::Held | Status::Settled | Status::Gone => TicketStatus::Settled,
        },
        on: sale.day,
        at: here.ground.wall_time(sale.on),
        staff: here.ground.staff_name(sale.actor.staff),
        location_name: location.map_or_else(String::new, |at| at.name.clone()),
        location_address: location.map_or_else(String::new, |at| at.address.clone()),
        credit_left: buyer
            .as_ref()
            .map_or_else(Vec::new, |buyer| credit_left(here, &buyer.holding, sale.day)),
        customer: buyer.as_ref().map(|buyer| buyer.person.id),
        customer_name: buyer.map(|buyer| buyer.person.name),
        settled: settled.clone(),
        refundable: left(ticket.voided.is_some()),
        refunds,
        voided: ticket.voided.as_ref().map(|void| Voided {
            on: void.day,
            by: here.ground.staff_name(void.actor.staff),
            reason: void.what.clone(),
        }),
        can_void: sale.day == here.today && ticket.status() == Status::Settled,
    })
}

/// What each membership still has to spend, in words; on another day than the sale's it says which.
fn credit_left(here: &Here, holding: &Holding, sold: Day) -> Vec<String> {
    let day = if sold == here.today { String::new() } else { format!(" on {}", here.today.long()) };
    let mut lines = Vec::new();
    for held in holding.entitlements(here) {
        let units = [
            (CreditUnit::Money, UseKind::Money),
            (CreditUnit::Minutes, UseKind::Minutes),
            (CreditUnit::Bookings, UseKind::Bookings),
        ];
        let left: Vec<String> = units
            .into_iter()
            .filter_map(|(unit, kind)| {
                let mut lots = held.credits.iter().filter(|lot| lot.unit == unit).peekable();
                lots.peek()?;
                let sum = lots.map(|lot| lot.remaining.max(0)).sum();
                Some(telling::drawn(&here.ground, kind, sum))
            })
            .collect();
        if !left.is_empty() {
            lines.push(format!("{}: {} left{day}", held.plan_name, left.join(", ")));
        }
    }
    lines
}

/// What goes back by tender, as tenders are shown.
pub(super) fn handed_back(refund: &RefundOutcome) -> Vec<Tender> {
    refund
        .give_backs
        .iter()
        .map(|GiveBack { kind, amount, .. }| Tender {
            kind: kind.clone(),
            amount: *amount,
            received: *amount,
            change: Money::ZERO,
        })
        .collect()
}

pub(super) fn given(refund: &RefundOutcome) -> Money {
    refund.give_backs.iter().map(|back| back.amount).sum()
}

/// What goes back to lots and included services, in words.
pub(super) fn returns(here: &Here, settled: &SettledTicket, refund: &RefundOutcome) -> Vec<String> {
    refund
        .returns
        .iter()
        .map(|part| {
            let plan = settled
                .input
                .entitlements
                .iter()
                .find(|held| held.enrollment == part.key.enrollment)
                .map_or("the membership", |held| held.plan_name.as_str());
            format!("{} returns to {plan}", telling::drawn(&here.ground, part.kind, part.amount))
        })
        .collect()
}

/// Settled tickets, newest first.
pub(crate) async fn list_tickets(look: &mut Look<'_>, request: ListTickets) -> Result<TicketPage> {
    let limit = request.limit.unwrap_or(50).clamp(1, 500);
    let customers = match request.customer {
        Some(customer) => {
            let root = query::root_of(look.conn, customer).await?;
            Some(query::family_of(look.conn, root).await?)
        }
        None => None,
    };
    let (lines, next) = query::tickets(
        look.conn,
        customers.as_deref(),
        request.from,
        request.to,
        request.after.as_deref(),
        limit,
    )
    .await?;
    let rows = lines
        .into_iter()
        .map(|line| TicketRow {
            id: line.id,
            number: line.number,
            status: match line.status.as_str() {
                "voided" => TicketStatus::Voided,
                "partly_refunded" => TicketStatus::PartlyRefunded,
                "refunded" => TicketStatus::Refunded,
                _ => TicketStatus::Settled,
            },
            on: line.day,
            at: look.here.ground.wall_time(line.on),
            customer: line.customer,
            customer_name: line.customer_name,
            what: line.what,
            total: line.total,
            due: line.due,
            savings: line.savings,
            refunded: line.refunded,
        })
        .collect();
    Ok(TicketPage { rows, next })
}
