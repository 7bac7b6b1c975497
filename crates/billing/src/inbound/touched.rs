//! Which objects an event says to read again.

use crate::read::Event;
use crate::request::Thing;
use serde_json::Value;
use std::collections::BTreeSet;
use std::str::FromStr;

/// Everything the events touched, each once: people first, then what they hold, then money.
///
/// An event of a kind that is not known touches nothing.
pub fn touched<'a>(events: impl IntoIterator<Item = &'a Event>) -> BTreeSet<Thing> {
    let mut things = BTreeSet::new();
    for event in events {
        of_object(&event.data.object, &mut things);
        // A card that was taken away no longer says whose it was.
        let before = event.data.previous_attributes.as_ref();
        add(&mut things, before.and_then(|before| before.get("customer")), Thing::Customer);
    }
    things
}

fn of_object(object: &Value, things: &mut BTreeSet<Thing>) {
    let at = |path: &str| object.pointer(path);
    match at("/object").and_then(Value::as_str).unwrap_or_default() {
        "customer" => add(things, at("/id"), Thing::Customer),
        "payment_method" => {
            add(things, at("/id"), Thing::PaymentMethod);
            add(things, at("/customer"), Thing::Customer);
        }
        "product" => add(things, at("/id"), Thing::Product),
        "price" => add(things, at("/id"), Thing::Price),
        "checkout.session" => add(things, at("/id"), Thing::CheckoutSession),
        "setup_intent" => add(things, at("/customer"), Thing::Customer),
        "subscription" => {
            add(things, at("/id"), Thing::Subscription);
            add(things, at("/latest_invoice"), Thing::Invoice);
        }
        "invoice" => {
            add(things, at("/id"), Thing::Invoice);
            add(things, at("/parent/subscription_details/subscription"), Thing::Subscription);
            // Rendered at an older version.
            add(things, at("/subscription"), Thing::Subscription);
        }
        "invoice_payment" => {
            add(things, at("/invoice"), Thing::Invoice);
            add(things, at("/payment/payment_intent"), Thing::PaymentIntent);
        }
        "payment_intent" => {
            add(things, at("/id"), Thing::PaymentIntent);
            add(things, at("/latest_charge"), Thing::Charge);
            add(things, at("/invoice"), Thing::Invoice);
        }
        "charge" => {
            add(things, at("/id"), Thing::Charge);
            add(things, at("/payment_intent"), Thing::PaymentIntent);
            add(things, at("/invoice"), Thing::Invoice);
        }
        "refund" => {
            add(things, at("/id"), Thing::Refund);
            add(things, at("/charge"), Thing::Charge);
        }
        "dispute" => {
            add(things, at("/id"), Thing::Dispute);
            add(things, at("/charge"), Thing::Charge);
        }
        _ => {}
    }
}

/// The id, or the id of the object that stands in its place.
fn add<Id: FromStr>(things: &mut BTreeSet<Thing>, said: Option<&Value>, thing: impl FnOnce(Id) -> Thing) {
    let id = said.and_then(|said| said.as_str().or_else(|| said.get("id")?.as_str()));
    if let Some(id) = id.and_then(|id| id.parse().ok()) {
        things.insert(thing(id));
    }
}
