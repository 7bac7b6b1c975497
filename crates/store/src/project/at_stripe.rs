//! What our things are called at Stripe, so that what is heard of one finds its way here.

use crate::journal::entity_key;
use crate::script::Script;
use domain::fold::State;
use domain::record::Entity;
use domain::stripe::{CardOutcome, Refundable};

/// Whether Stripe ever knew of it.
pub(super) fn is_known(state: &State) -> bool {
    match state {
        State::Customer(customer) => !customer.at_stripe.is_empty(),
        State::Plan(plan) => plan.at_stripe.is_some(),
        State::Enrollment(held) => held.subscription.is_some() || !held.open_invoices.is_empty(),
        State::Ticket(ticket) => !ticket.card_charges.is_empty(),
        _ => false,
    }
}

/// Every id at Stripe that a state names as its own.
pub(super) fn ids(state: &State) -> Vec<&str> {
    match state {
        State::Customer(customer) => {
            let cards = customer.at_stripe.iter().filter_map(|known| known.card.as_ref());
            let people = customer.at_stripe.iter().map(|known| known.id.as_str());
            people.chain(cards.map(|card| card.id.as_str())).collect()
        }
        State::Plan(plan) => plan
            .at_stripe
            .iter()
            .flat_map(|known| {
                let prices = known.prices.iter().map(|price| price.id.as_str());
                known.product.iter().map(|product| product.as_str()).chain(prices)
            })
            .collect(),
        State::Enrollment(held) => {
            let invoices = held.open_invoices.values().filter_map(|open| open.invoice.as_ref());
            let billed = held.subscription.iter().map(|said| said.id.as_str());
            billed.chain(invoices.map(|invoice| invoice.as_str())).collect()
        }
        State::Ticket(ticket) => ticket
            .card_charges
            .iter()
            .filter_map(|charge| match &charge.outcome {
                Some(CardOutcome::Taken { payment: Refundable::Payment(id) }) => Some(id.as_str()),
                Some(CardOutcome::Taken { payment: Refundable::Charge(id) }) => Some(id.as_str()),
                Some(CardOutcome::Declined { .. } | CardOutcome::NotAsked) | None => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

pub(super) fn write(script: &mut Script, entity: Entity, ids: &[&str]) {
    let key = entity_key(entity);
    script.add("DELETE FROM stripe_object WHERE entity = ?").bind(key);
    script.add_rows(
        "INSERT INTO stripe_object (id, entity) VALUES {rows} ON CONFLICT DO NOTHING",
        2,
        ids,
        |script, id| {
            script.bind(*id).bind(key);
        },
    );
}
