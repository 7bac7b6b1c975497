use super::{known, plain};
use crate::op::{Here, Look};
use crate::refusal::Result;
use crate::telling::Around;
use domain::fold::State;
use domain::gift_card::{CardMove, GiftCard, masked_code, moves, shown_code};
use domain::practice::Role;
use domain::record::{Change, Entity, Record};
use domain::{GiftCardId, Money, TicketId};
use protocol::gift_cards::{CardMovement, GetGiftCard, GiftCardView};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;
use store::query;

/// What is left on a card, and everything that happened to it.
pub(crate) async fn get_gift_card(look: &mut Look<'_>, request: GetGiftCard) -> Result<GiftCardView> {
    let (id, plain) = match request.id {
        Some(id) => (id, String::new()),
        None => {
            let plain = plain(&request.code)?;
            (GiftCardId::of_code(&plain), plain)
        }
    };
    let card = match query::entity(look.conn, Entity::GiftCard(id)).await? {
        // One that was spent before the record of its sale came is shown where a task names it.
        Some(State::GiftCard(card)) if request.id.is_some() => *card,
        state => known(state, &plain)?,
    };
    let here = look.here.clone();
    let mut view = view(look.conn, &here, &card).await?;
    // Who came by a list knows that there is such a card, not what it is spent with.
    if request.id.is_some() && here.require(Role::Manager, "").is_err() {
        view.shown = masked_code(&card.code);
        view.code.clear();
    }
    Ok(view)
}

pub(super) async fn view(conn: &mut SqliteConnection, here: &Here, card: &GiftCard) -> Result<GiftCardView> {
    let records = store::records_about(conn, Entity::GiftCard(card.id)).await?;
    let numbers: BTreeMap<TicketId, String> = records
        .iter()
        .filter_map(|record| match &record.change {
            Change::TicketSettled(sale) => Some((sale.ticket, sale.number.to_string())),
            _ => None,
        })
        .collect();
    let mut left = Money::ZERO;
    let mut movements = Vec::new();
    for record in &records {
        let mut moved = moves(&record.change);
        moved.retain(|(code, _)| GiftCardId::of_code(code) == card.id);
        let each: Vec<Option<CardMove>> = if moved.is_empty() {
            vec![None]
        } else {
            moved.into_iter().map(|(_, moved)| Some(moved)).collect()
        };
        for moved in each {
            left += moved.map_or(Money::ZERO, CardMove::effect);
            let (ticket, number) = origin(&record.change, &numbers);
            movements.push(CardMovement {
                on: record.day,
                at: here.ground.wall_time(record.on),
                by: here.ground.staff_name(record.actor.staff),
                moved,
                words: words(here, record, moved, number.as_deref()),
                left,
                ticket,
                number,
            });
        }
    }
    movements.reverse();
    Ok(GiftCardView {
        id: card.id,
        code: card.code.clone(),
        shown: shown_code(&card.code),
        balance: card.balance(),
        issued: card.issued,
        spent: card.spent,
        returned: card.returned,
        taken_back: card.taken_back,
        adjusted: card.adjusted,
        blocked: card.blocked.clone(),
        issued_on: card.issued_on,
        last_used: card.last_used,
        movements,
    })
}

/// The ticket a record belongs to, and the receipt it stands on.
fn origin(change: &Change, numbers: &BTreeMap<TicketId, String>) -> (Option<TicketId>, Option<String>) {
    match change {
        Change::TicketSettled(sale) => (Some(sale.ticket), Some(sale.number.to_string())),
        Change::TicketVoided(void) => (Some(void.ticket), numbers.get(&void.ticket).cloned()),
        Change::TicketRefunded(refunded) => (Some(refunded.ticket), Some(refunded.number.to_string())),
        Change::ChargeCollected(charge) => (charge.ticket, Some(charge.number.to_string())),
        Change::ChargeRefunded(charge) => (charge.ticket, Some(charge.number.to_string())),
        _ => (None, None),
    }
}

fn words(here: &Here, record: &Record, moved: Option<CardMove>, number: Option<&str>) -> String {
    let of = |what: &str| number.map_or_else(|| what.to_owned(), |number| format!("{what}, {number}"));
    match (&record.change, moved) {
        (Change::GiftCardAdjusted { reason, .. }, _) => format!("Put right: {reason}"),
        (Change::GiftCardBlocked { reason, .. }, _) => format!("Blocked: {reason}"),
        (Change::GiftCardUnblocked { reason, .. }, _) => format!("Unblocked: {reason}"),
        (Change::TicketRefunded(_), Some(CardMove::Issued(_))) => of("Given as goodwill, refund"),
        (_, Some(CardMove::Issued(_))) => of("Sold, ticket"),
        (_, Some(CardMove::TakenBack(_))) => of("Its sale was given back"),
        (Change::ChargeCollected(_), Some(CardMove::Spent(_))) => of("Paid for a membership"),
        (_, Some(CardMove::Spent(_))) => of("Paid, ticket"),
        (Change::TicketVoided(_), Some(CardMove::Returned(_))) => of("Ticket voided"),
        (_, Some(CardMove::Returned(_))) => of("Refund"),
        (change, _) => crate::telling::change(&here.ground, &Around::default(), change, here.today),
    }
}
