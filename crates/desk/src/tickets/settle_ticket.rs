use super::catalog::{catalog, catalog_now};
use super::sell_plan::selling;
use super::view::{Buyer, spent_cards, view_for};
use crate::check::{Check, TEXT};
use crate::gift_cards::{self, check_codes};
use crate::items::{HeldTerms, former_terms_matter};
use crate::op::{Here, Look, Op};
use crate::refusal::{Refusal, Result};
use crate::stripe;
use domain::checkout::{
    ManualDiscount, Payment, QuoteInput, SettledTicket, TenderKind, above_limit, quote, settle, smallest_coin,
};
use domain::fold::State;
use domain::practice::Role;
use domain::record::{Change, Entity, TicketSettled};
use domain::stripe::CardChargeAsked;
use domain::ticket::Ticket;
use domain::{CustomerId, Money, TicketId};
use protocol::tickets::{Catalog, QuoteTicket, Quoted, SettleTicket, TicketDraft, TicketView};
use store::query::{self, Held};

/// Prices a draft at the desk; the window does the same by itself as it is typed.
pub(crate) async fn quote_ticket(look: &mut Look<'_>, request: QuoteTicket) -> Result<Quoted> {
    let here = look.here.clone();
    let held = match request.draft.customer {
        Some(customer) => query::held_by(look.conn, customer).await?,
        None => None,
    };
    let buyer = buyer(&request.draft, held)?;
    let catalog = catalog_now(look.conn, &here).await?;
    let input = price_input(&here, &catalog, &request.draft, buyer.as_ref())?;
    let quote = quote(&input)?;
    Ok(Quoted { input, quote })
}

/// Closes a ticket with payment: priced again, held against what the person saw, all or nothing.
pub(crate) async fn settle_ticket(op: &mut Op<'_>, request: SettleTicket) -> Result<TicketView> {
    let id = request.draft.id;
    op.tx.want(Entity::Ticket(id));
    let held = match request.draft.customer {
        Some(customer) => op.tx.held_by(customer).await?,
        None => None,
    };
    if let Some(State::Ticket(before)) = op.state(Entity::Ticket(id)).await?
        && before.sale.is_some()
    {
        return Err(Refusal::NotNow(
            "This ticket is settled already. No money moved again; start a new ticket.".into(),
        ));
    }
    check_draft(&request.draft)?;
    let here = op.here.clone();
    let buyer = buyer(&request.draft, held)?;
    let customer = buyer.as_ref().map(|buyer| buyer.person.id);
    let selling = selling(op, &request.draft, customer).await?;
    let tenders = gift_cards::spend(op, &request.tenders).await?;
    // Mostly nobody has to be asked, and a sale makes no visit of its own for it.
    let catalog = if former_terms_matter(&here.ground) {
        catalog_now(op.conn().await?, &here).await?
    } else {
        catalog(&here, HeldTerms::new())?
    };
    let input = price_input(&here, &catalog, &request.draft, buyer.as_ref())?;
    let payment = Payment {
        expected_due: request.expected_due,
        expected_credits: request.expected_credits,
        tenders,
        tip: request.tip,
        cash_step: smallest_coin(here.ground.practice()?.currency),
    };
    let settled = settle(&input, &payment).map_err(|refusal| stale_in_words(&here, refusal))?;
    within_limit(&here, &settled)?;
    let on_card: Money =
        settled.tenders.iter().filter(|it| it.kind == TenderKind::CardOnFile).map(|it| it.amount).sum();
    let charged = charged_to(op, id, customer, on_card).await?;
    let provisional = settled.quote.totals.provisional;
    let before = ticket_of(op, id).await?;
    stripe::relied_on(op, before.as_deref(), on_card, provisional).await?;
    let gift_cards = gift_cards::issue(op, &request.draft, &settled).await?;
    let number = op.receipt_number();
    let mut changes: Vec<Change> = charged;
    for sold in &selling {
        changes.extend(sold.changes(&here, id, &settled, &number)?);
    }
    let note = request.draft.note.trim().to_owned();
    let location = here.location()?;
    let sale = TicketSettled { ticket: id, location, customer, number, settled, gift_cards, note };
    changes.push(Change::TicketSettled(Box::new(sale)));
    op.tx.forget_open_ticket(id);
    let states = op.write(changes).await?;
    let ticket = expect_ticket(states.get(&Entity::Ticket(id)))?;
    let buyer = buyer.map(|buyer| Buyer { holding: buyer.holding.after(&states), ..buyer });
    let spent = spent_cards(ticket, &states);
    view_for(&here, ticket, buyer, &spent)
}

/// What of a ticket's card part was not charged yet: the bank is asked for it once the ticket is settled.
async fn charged_to(
    op: &mut Op<'_>,
    id: TicketId,
    customer: Option<CustomerId>,
    on_card: Money,
) -> Result<Vec<Change>> {
    let before = ticket_of(op, id).await?;
    // What the card paid before somebody chose another way to pay.
    let mut changes =
        before.as_ref().map_or_else(Vec::new, |ticket| stripe::gives_back_beyond(ticket, on_card));
    let returned: Money = changes
        .iter()
        .map(|change| match change {
            Change::CardChargeReturned { amount, .. } => *amount,
            _ => Money::ZERO,
        })
        .sum();
    let charged = before.map_or(Money::ZERO, |ticket| ticket.on_card()) - returned;
    if charged > on_card {
        return Err(Refusal::NotNow(format!(
            "{} is charged to the card on file for this ticket already. Pay as much of it by card, or wait until the bank \
             has answered. No money moved now.",
            op.here.ground.money(charged)
        )));
    }
    let missing = on_card - charged;
    if !missing.is_positive() {
        return Ok(changes);
    }
    let no_card = || Refusal::invalid("tenders", "There is no card on file. No money moved.");
    let account = stripe::connected(&op.here.ground)?.account.clone();
    let customer = customer.ok_or_else(no_card)?;
    let card = stripe::card_to_charge(op, &account, customer).await?.ok_or_else(no_card)?;
    let asked = CardChargeAsked { ticket: id, customer, account, card, amount: missing };
    changes.push(Change::CardChargeAsked(asked));
    Ok(changes)
}

async fn ticket_of(op: &mut Op<'_>, id: TicketId) -> Result<Option<Box<Ticket>>> {
    Ok(match op.state(Entity::Ticket(id)).await? {
        Some(State::Ticket(ticket)) => Some(ticket),
        _ => None,
    })
}

pub(super) fn expect_ticket(state: Option<&State>) -> Result<&Ticket> {
    match state {
        Some(State::Ticket(ticket)) => Ok(ticket),
        _ => Err(Refusal::NotFound { what: "The ticket" }),
    }
}

/// Nobody, or whoever the draft names; they must be on file.
fn buyer(draft: &TicketDraft, held: Option<Held>) -> Result<Option<Buyer>> {
    match (draft.customer, held) {
        (None, _) => Ok(None),
        (Some(_), Some(held)) if held.erased => Err(Refusal::Erased { name: held.person.name }),
        (Some(_), Some(held)) => Ok(Some(Buyer::of(held))),
        (Some(_), None) => Err(Refusal::NotFound { what: "The ticket's customer" }),
    }
}

/// What a draft is priced from: the catalog here and now, and what its customer holds.
fn price_input(
    here: &Here,
    catalog: &Catalog,
    draft: &TicketDraft,
    buyer: Option<&Buyer>,
) -> Result<QuoteInput> {
    let held = buyer.map_or_else(Vec::new, |buyer| buyer.holding.entitlements(here));
    catalog.price_input(draft, &held).map_err(|_| Refusal::NotFound { what: "An item of the ticket" })
}

/// What was taken off by hand is within what the front desk may, or a manager allows it.
fn within_limit(here: &Here, settled: &SettledTicket) -> Result<()> {
    let limit = here.ground.practice()?.discount_limit;
    match above_limit(&settled.input, &settled.quote, limit) {
        Some(over) => {
            let what = format!("Taking {} off by hand, above {limit} %,", here.ground.money(over.taken_off));
            here.require(Role::Manager, &what)
        }
        None => Ok(()),
    }
}

/// More than anybody holds; a longer list is no ticket of a person's.
const MOST_LOWERED: usize = 200;

/// Texts fit, each benefit is lowered once, and everything taken off by hand says why.
pub(super) fn check_draft(draft: &TicketDraft) -> Result<()> {
    let mut check = Check::default();
    check.text("draft.note", "The note", &draft.note, TEXT);
    let mut reason = |field: &str, discount: &Option<ManualDiscount>| {
        if let Some(discount) = discount {
            let text = check.line(field, "The reason", &discount.reason, 200);
            check.require(field, !text.is_empty(), "Say why something is taken off by hand.");
        }
    };
    reason("draft.ticket_discount", &draft.ticket_discount);
    for line in &draft.lines {
        reason("draft.lines.discount", &line.discount);
    }
    for line in &draft.lines {
        check.line("draft.lines.note", "A line's note", &line.note, 500);
        let plain = line.qty == 1 && line.price_override.is_none() && line.discount.is_none();
        check.require(
            "draft.lines.sells",
            line.sells.is_none() || plain,
            "A membership is sold one at a time and at the price of its terms.",
        );
    }
    let twice = |nth: usize| draft.lowered[..nth].iter().any(|it| it.key == draft.lowered[nth].key);
    check.require(
        "draft.lowered",
        !(0..draft.lowered.len()).any(twice) && draft.lowered.len() <= MOST_LOWERED,
        "Each benefit is lowered once.",
    );
    check.done()?;
    check_codes(draft)
}

fn stale_in_words(here: &Here, refusal: domain::checkout::SettleRefusal) -> Refusal {
    match refusal {
        domain::checkout::SettleRefusal::StaleTotal { expected, actual } => Refusal::StaleTotal {
            expected,
            actual,
            expected_words: here.ground.money(expected),
            actual_words: here.ground.money(actual),
        },
        other => Refusal::Settle(other),
    }
}
