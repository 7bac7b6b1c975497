use super::customer_at_checkout::Holding;
use super::sell_plan::plan_on;
use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use crate::telling;
use domain::checkout::{GiveBack, RefundOutcome, SettledTicket, Tender, TenderKind, UseKind, refundable};
use domain::fold::State;
use domain::gift_card::{GiftCard, IssuedCard, masked_code, shown_code};
use domain::plan::CreditUnit;
use domain::record::{Entity, TicketRefunded};
use domain::ticket::{Made, Ticket, TicketStatus as Status};
use domain::{Day, GiftCardId, Money, TicketId};
use protocol::tickets::{
    GetTicket, ListTickets, RefundLine, RefundView, SoldCard, TicketPage, TicketRow, TicketStatus,
    TicketView, Voided,
};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;
use store::query::{self, CustomerRow, Held};

pub(crate) async fn get_ticket(look: &mut Look<'_>, request: GetTicket) -> Result<TicketView> {
    let here = look.here.clone();
    let ticket = load(look.conn, request.id).await?;
    view(look.conn, &here, &ticket).await
}

pub(crate) async fn load(conn: &mut SqliteConnection, id: TicketId) -> Result<Ticket> {
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
    let mut spent = Vec::new();
    for code in spent_codes(ticket) {
        let card = Entity::GiftCard(GiftCardId::of_code(code));
        if let Some(State::GiftCard(card)) = query::entity(conn, card).await? {
            spent.push(*card);
        }
    }
    view_for(here, ticket, buyer, &spent)
}

/// The gift cards that paid a part of a ticket.
fn spent_codes(ticket: &Ticket) -> impl Iterator<Item = &str> {
    let tenders = ticket.sale.iter().flat_map(|sale| &sale.what.settled.tenders);
    tenders.filter_map(|tender| match &tender.kind {
        TenderKind::GiftCard { code } => Some(code.as_str()),
        TenderKind::Cash
        | TenderKind::Terminal { .. }
        | TenderKind::Check { .. }
        | TenderKind::CardOnFile => None,
    })
}

/// Those among what a change left behind.
pub(super) fn spent_cards(ticket: &Ticket, states: &BTreeMap<Entity, State>) -> Vec<GiftCard> {
    spent_codes(ticket)
        .filter_map(|code| match states.get(&Entity::GiftCard(GiftCardId::of_code(code))) {
            Some(State::GiftCard(card)) => Some((**card).clone()),
            _ => None,
        })
        .collect()
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
pub(super) fn view_for(
    here: &Here,
    ticket: &Ticket,
    buyer: Option<Buyer>,
    spent: &[GiftCard],
) -> Result<TicketView> {
    let sale = ticket.sale.as_ref().ok_or(Refusal::NotFound { what: "The ticket" })?;
    let settled = &sale.what.settled;
    let left = |voided: bool| {
        refundable(settled, &ticket.refund_outcomes())
            .into_iter()
            .map(|(line, qty)| {
                // What comes back of a membership that has ended was settled with its end.
                let ended = plan_on(settled, line)
                    .and_then(|sold| buyer.as_ref()?.holding.find(sold.enrollment))
                    .is_some_and(|held| held.at(here.today).ended.is_some());
                RefundLine::of(line, if voided || ended { 0 } else { qty })
            })
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
                .map(|units| RefundLine::of(units.line, units.count))
                .collect(),
            tenders: handed_back(&refund.what.refund),
            returns: returned(here, settled, refund),
            kept: refund.what.refund.kept,
        })
        .collect();
    let location = here.ground.location(sale.what.location).ok();
    let refundable = left(ticket.voided.is_some());
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
        credit_left: credit_left(here, buyer.as_ref().map(|buyer| &buyer.holding), spent, sale.day),
        gift_cards: sold_cards(ticket, &sale.what.gift_cards),
        renewals: renewals(here, settled, buyer.as_ref()),
        customer_email: buyer.as_ref().map_or_else(String::new, |buyer| buyer.person.email.clone()),
        customer: buyer.as_ref().map(|buyer| buyer.person.id),
        customer_name: buyer.map(|buyer| buyer.person.name),
        settled: settled.clone(),
        note: sale.what.note.clone(),
        refundable,
        refunds,
        voided: ticket.voided.as_ref().map(|void| Voided {
            on: void.day,
            by: here.ground.staff_name(void.actor.staff),
            reason: void.what.clone(),
        }),
        can_void: sale.day == here.today && ticket.status() == Status::Settled,
    })
}

fn sold_cards(ticket: &Ticket, sold: &[IssuedCard]) -> Vec<SoldCard> {
    let back = ticket.refunded_units();
    let taken_back = |card: &IssuedCard| {
        ticket.voided.is_some()
            || back.iter().any(|units| {
                units.line == card.line && (units.first..units.first + units.count).contains(&card.unit)
            })
    };
    let given = ticket.refunds.iter().filter_map(|refund| refund.what.goodwill.as_ref());
    let shown = |card: &IssuedCard, taken_back: bool| SoldCard {
        line: card.line,
        unit: card.unit,
        code: card.code.clone(),
        shown: shown_code(&card.code),
        amount: card.amount,
        taken_back,
    };
    sold.iter()
        .map(|card| shown(card, taken_back(card)))
        .chain(given.map(|card| shown(card, false)))
        .collect()
}

/// With what the memberships that a ticket sold go on.
fn renewals(here: &Here, settled: &SettledTicket, buyer: Option<&Buyer>) -> Vec<String> {
    let sold = settled.input.lines.iter().filter_map(|line| Some((line, line.plan?)));
    sold.filter_map(|(line, sale)| {
        let held = buyer?.holding.find(sale.enrollment)?;
        Some(match (held.at(here.today).ended, held.next_charge(here.today)) {
            (Some(ended), _) => format!("{} ended on {}", line.name, ended.on.long()),
            (None, Some(next)) => {
                format!("{} renews on {} at {}", line.name, next.due_on.long(), here.ground.money(next.total))
            }
            (None, None) => format!("{} is not charged again", line.name),
        })
    })
    .collect()
}

/// What each membership still has to spend, in words; on another day than the sale's it says which.
fn credit_left(here: &Here, holding: Option<&Holding>, spent: &[GiftCard], sold: Day) -> Vec<String> {
    let day = if sold == here.today { String::new() } else { format!(" on {}", here.today.long()) };
    let mut lines = Vec::new();
    for held in holding.map_or_else(Vec::new, |holding| holding.entitlements(here)) {
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
    lines.extend(spent.iter().map(|card| {
        format!("Gift card {}: {} left{day}", masked_code(&card.code), here.ground.money(card.balance()))
    }));
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

/// What a refund gave beside money: credits, and a gift card where they could not return.
fn returned(here: &Here, settled: &SettledTicket, refund: &Made<TicketRefunded>) -> Vec<String> {
    let mut said = returns(here, settled, &refund.what.refund);
    said.extend(refund.what.goodwill.as_ref().map(|card| {
        format!(
            "A gift card over {} instead of credit: {}",
            here.ground.money(card.amount),
            shown_code(&card.code)
        )
    }));
    if refund.what.refund.kept.is_positive() {
        said.push(format!(
            "{} of a gift card was spent and is kept",
            here.ground.money(refund.what.refund.kept)
        ));
    }
    said
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
