use super::{connected, named, owed_of};
use crate::ground::Ground;
use crate::op::{Look, Op};
use crate::refusal::{Refusal, Result};
use billing::answer::decline;
use domain::checkout::RefundedUnits;
use domain::fold::State;
use domain::record::{Change, Entity};
use domain::stripe::{CardChargeAsked, CardOutcome, Owed, StripeAccount, StripePaymentMethodId};
use domain::ticket::Ticket;
use domain::{CustomerId, Money};
use protocol::stripe::{CardCharge, ChargeCard, GetCardCharge};
use sqlx::sqlite::SqliteConnection;
use store::query::{self, EffectKind};

/// Writes down that a card on file is to pay for a ticket; the bank is asked after that.
pub(crate) async fn charge_card(op: &mut Op<'_>, request: ChargeCard) -> Result<CardCharge> {
    let account = connected(&op.here.ground)?.account.clone();
    if !request.amount.is_positive() {
        return Err(Refusal::invalid("amount", "There is nothing to charge."));
    }
    let customer = query::root_of(op.conn().await?, request.customer).await?;
    let Some(card) = card_to_charge(op, &account, customer).await? else {
        return Err(Refusal::NotNow(
            "There is no card on file for them. No money moved; take it another way.".into(),
        ));
    };
    if let Some(State::Ticket(ticket)) = op.state(Entity::Ticket(request.ticket)).await? {
        if ticket.sale.is_some() {
            return Err(Refusal::NotNow("This ticket is settled already. No money moved again.".into()));
        }
        if ticket.card_charges.iter().any(|charge| charge.outcome.is_none()) {
            return Err(Refusal::NotNow("The bank has not answered yet. Nothing more was asked.".into()));
        }
    }
    let asked = CardChargeAsked { ticket: request.ticket, customer, account, card, amount: request.amount };
    op.write(vec![Change::CardChargeAsked(asked)]).await?;
    let here = op.here.clone();
    get_card_charge(&mut Look { here, conn: op.conn().await? }, GetCardCharge { ticket: request.ticket })
        .await
}

/// The card that somebody's charges go to.
pub(crate) async fn card_to_charge(
    op: &mut Op<'_>,
    account: &StripeAccount,
    customer: CustomerId,
) -> Result<Option<StripePaymentMethodId>> {
    let person = super::resolve::person(op, customer).await?;
    Ok(person.and_then(|person| Some(person.at_stripe(account)?.card.as_ref()?.id.clone())))
}

/// Gives back what was taken for a ticket beyond what is sold for it.
pub(crate) fn gives_back_beyond(ticket: &Ticket, needed: Money) -> Vec<Change> {
    ticket
        .taken_beyond(needed)
        .into_iter()
        .filter_map(|charge| match &charge.outcome {
            Some(CardOutcome::Taken { payment }) => Some(Change::CardChargeReturned {
                ticket: ticket.id,
                customer: charge.customer,
                asked: charge.asked,
                of: payment.clone(),
                amount: charge.amount,
            }),
            _ => None,
        })
        .collect()
}

/// What became of the newest charge for a ticket.
pub(crate) async fn get_card_charge(look: &mut Look<'_>, request: GetCardCharge) -> Result<CardCharge> {
    let ticket = match query::entity(look.conn, Entity::Ticket(request.ticket)).await? {
        Some(State::Ticket(ticket)) => ticket,
        _ => return Ok(CardCharge::None),
    };
    let Some(newest) = ticket.card_charges.last() else { return Ok(CardCharge::None) };
    let amount = newest.amount;
    Ok(match &newest.outcome {
        Some(CardOutcome::Taken { .. }) if newest.returned => CardCharge::None,
        Some(CardOutcome::Taken { .. }) => CardCharge::Taken { amount },
        Some(CardOutcome::Declined { reason }) => {
            let decline = decline(reason);
            CardCharge::Declined {
                why: format!("{} No money moved.", decline.what),
                next: decline.next.to_owned(),
            }
        }
        Some(CardOutcome::NotAsked) => CardCharge::None,
        None => {
            let rows = query::effects_of(look.conn, &[newest.customer]).await?;
            let row = rows.into_iter().rev().find(|row| {
                matches!(owed_of(&row.what), Ok(Owed::ChargeCard { asked, .. }) if asked == newest.asked)
            });
            CardCharge::Waiting { amount, said: row.and_then(|row| row.answer) }
        }
    })
}

/// What a ticket relies on that no bank has confirmed: charges on their way, and what benefits took off on the strength of
/// such charges. Refused beyond the limits of the ticket and of the desk, unless a manager allows it.
pub(crate) async fn relied_on(
    op: &mut Op<'_>,
    ticket: Option<&Ticket>,
    on_card: Money,
    provisional: Money,
) -> Result<()> {
    use domain::practice::Role;
    let taken: Money = ticket
        .iter()
        .flat_map(|ticket| &ticket.card_charges)
        .filter(|charge| charge.is_taken())
        .map(|charge| charge.amount)
        .sum();
    let unconfirmed = (on_card - taken).max(Money::ZERO) + provisional;
    if !unconfirmed.is_positive() {
        return Ok(());
    }
    let ground = op.here.ground.clone();
    let stripe = connected(&ground)?;
    let limits = stripe.limits;
    let at_risk = at_risk(op.conn().await?, &ground).await? + provisional;
    if unconfirmed > limits.ticket {
        let what = format!(
            "Trusting a card whose bank was not asked with {}, above {} on one ticket,",
            ground.money(unconfirmed),
            ground.money(limits.ticket)
        );
        op.here.require(Role::Manager, &what)?;
    } else if at_risk > limits.desk {
        let what = format!(
            "Trusting cards whose banks were not asked with {} in all, above {} at one desk,",
            ground.money(at_risk),
            ground.money(limits.desk)
        );
        op.here.require(Role::Manager, &what)?;
    }
    Ok(())
}

/// What a ticket still keeps of benefits it used on trust, once `given_back` of its units went back.
pub(crate) async fn trust_returned(
    op: &mut Op<'_>,
    ticket: &Ticket,
    given_back: &[RefundedUnits],
) -> Result<Vec<Change>> {
    let Some(sale) = &ticket.sale else { return Ok(Vec::new()) };
    let (left, whole) = sale.what.settled.taken_off(given_back);
    let mut changes = Vec::new();
    for (enrollment, amount) in sale.what.settled.on_trust() {
        let Some(State::Enrollment(held)) = op.state(Entity::Enrollment(enrollment)).await? else { continue };
        if held.trusted_on().any(|(known, _)| known == ticket.id) {
            let left = if whole.is_zero() { Money::ZERO } else { amount.scale(left.minor(), whole.minor()) };
            changes.push(Change::TrustReturned { enrollment, ticket: ticket.id, left });
        }
    }
    Ok(changes)
}

/// Owed by cards and not answered yet, and what benefits took off tickets on the strength of such charges.
pub(crate) async fn at_risk(conn: &mut SqliteConnection, ground: &Ground) -> Result<Money> {
    let Some(stripe) = ground.practice.as_ref().and_then(|practice| practice.stripe.as_ref()) else {
        return Ok(Money::ZERO);
    };
    let account = named(&stripe.account);
    let open = query::open_effects(conn, EffectKind::Stripe).await?;
    let owed: Money = open
        .iter()
        .filter(|(row, _)| row.account.as_deref() == Some(&account))
        .map(|(row, _)| row.brings)
        .sum();
    Ok(owed + query::used_on_trust(conn).await?)
}
