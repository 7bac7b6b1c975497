//! Who members are at Stripe, and their cards.

use super::{Heard, account, ours};
use crate::op::Op;
use crate::refusal::Result;
use billing::inbound::{CustomerSnapshot, PaymentMethodSnapshot};
use billing::request::Thing;
use domain::CustomerId;
use domain::customer::Customer;
use domain::fold::State;
use domain::record::{Change, Entity};
use domain::stripe::{CardOnFile, CustomerAtStripe, CustomerHeard, Owed};
use store::query;

pub(super) async fn customer(op: &mut Op<'_>, said: CustomerSnapshot, by: Option<&Owed>) -> Result<Heard> {
    let account = account(op)?;
    let whose = match by {
        Some(Owed::Customer { customer }) => Some(*customer),
        _ => match whose(op, said.id.as_str()).await? {
            Some(known) => Some(known),
            None => ours(op, &said.ours)?.and_then(|ours| ours.customer),
        },
    };
    let Some(whose) = whose else { return Ok(Heard::default()) };
    let Some(person) = person(op, whose).await? else { return Ok(Heard::default()) };
    let known = person.at_stripe.iter().find(|known| known.id == said.id);
    let mut heard = Heard::default();
    let card = match &said.default_payment_method {
        None => None,
        Some(id) => match known.and_then(|known| known.card.clone()).filter(|card| card.id == *id) {
            Some(card) => Some(card),
            None => {
                heard.read_also.push(Thing::PaymentMethod(id.clone()));
                Some(CardOnFile { id: id.clone(), brand: String::new(), last4: String::new(), expires: None })
            }
        },
    };
    let told = CustomerAtStripe { account, id: said.id.clone(), card, deleted: said.deleted };
    if known != Some(&told) {
        if known.is_some_and(|known| known.deleted != told.deleted) && told.deleted {
            heard.differences.push((Some(person.id), "was deleted in Stripe's dashboard".to_owned()));
        }
        op.write(vec![Change::CustomerHeard(CustomerHeard { customer: person.id, said: told })]).await?;
    }
    Ok(heard)
}

/// The brand and the last digits of a card that is somebody's usual one.
pub(super) async fn payment_method(op: &mut Op<'_>, said: PaymentMethodSnapshot) -> Result<Heard> {
    let mut heard = Heard::default();
    let Some(whose) = whose(op, said.id.as_str()).await? else { return Ok(heard) };
    let Some(person) = person(op, whose).await? else { return Ok(heard) };
    let Some(known) =
        person.at_stripe.iter().find(|known| known.card.as_ref().is_some_and(|card| card.id == said.id))
    else {
        return Ok(heard);
    };
    // Taken away: what is charged instead, the customer says.
    if said.customer.is_none() {
        heard.read_also.push(Thing::Customer(known.id.clone()));
    }
    let card = said.card.as_ref();
    let expires = card.and_then(|card| Some((card.exp_year?, card.exp_month?)));
    let told = CardOnFile {
        id: said.id.clone(),
        brand: card.and_then(|card| card.brand.clone()).unwrap_or_else(|| said.kind.clone()),
        last4: card.and_then(|card| card.last4.clone()).unwrap_or_default(),
        expires: expires.and_then(|(year, month)| Some((year.try_into().ok()?, month.try_into().ok()?))),
    };
    if known.card.as_ref() != Some(&told) {
        let said = CustomerAtStripe { card: Some(told), ..known.clone() };
        op.write(vec![Change::CustomerHeard(CustomerHeard { customer: person.id, said })]).await?;
    }
    Ok(heard)
}

/// Stripe has no such customer any more: whatever billed them there is over too.
pub(super) async fn deleted(op: &mut Op<'_>, id: &str) -> Result<Heard> {
    let Some(whose) = whose(op, id).await? else { return Ok(Heard::default()) };
    let Some(person) = person(op, whose).await? else { return Ok(Heard::default()) };
    let known = person.at_stripe.iter().find(|known| known.id.as_str() == id);
    if let Some(known) = known.filter(|known| !known.deleted) {
        let said = CustomerAtStripe { deleted: true, card: None, ..known.clone() };
        op.write(vec![Change::CustomerHeard(CustomerHeard { customer: person.id, said })]).await?;
    }
    Ok(Heard::default())
}

/// Whose a customer, or a card, at Stripe is.
pub(super) async fn whose(op: &mut Op<'_>, id: &str) -> Result<Option<CustomerId>> {
    let known = query::at_stripe(op.conn().await?, id).await?;
    Ok(known.into_iter().find_map(|entity| match entity {
        Entity::Customer(customer) => Some(customer),
        _ => None,
    }))
}

/// The person as a whole, whichever of two entries it was.
async fn person(op: &mut Op<'_>, id: CustomerId) -> Result<Option<Box<Customer>>> {
    Ok(match op.state(Entity::Customer(id)).await? {
        Some(State::Customer(person)) if person.erased.is_none() => Some(person),
        _ => None,
    })
}
