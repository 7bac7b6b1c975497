//! Items by themselves: <https://docs.stripe.com/api/subscription_items>. They are changes to their subscription.

use super::subscriptions::update;
use super::{Call, Done};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::{Fields, list as wrap};
use serde_json::{Value, json};

fn owner(mode: &Mode, id: &str) -> Result<Value, ApiError> {
    let none = || ApiError { executed: false, ..ApiError::no_such("subscription_item", id) };
    let owner = mode.item_owner.get(id).ok_or_else(none)?;
    mode.find(Kind::Subscription, owner).cloned()
}

fn shown(subscription: &Value, id: &str) -> Result<Value, ApiError> {
    let mut items = subscription.list("items.data").iter();
    let found = items.find(|item| item.text("id") == Some(id)).cloned();
    found.ok_or_else(|| ApiError::no_such("subscription_item", id))
}

pub fn read(mode: &mut Mode, call: &Call) -> Done {
    let owner = owner(mode, call.id())?;
    shown(&mode.render(Kind::Subscription, &owner), call.id())
}

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let subscription = mode.find_in("subscription", Kind::Subscription, call.needed("subscription")?)?;
    let shown = mode.render(Kind::Subscription, subscription);
    Ok(wrap("/v1/subscription_items", shown.list("items.data").to_vec(), false))
}

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let before = mode.find_in("subscription", Kind::Subscription, call.needed("subscription")?)?.clone();
    let after = change(mode, &before, &call.given, call.given.clone())?;
    after.list("items.data").last().cloned().ok_or_else(|| ApiError::refused("Nothing was added."))
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    let before = owner(mode, call.id())?;
    let mut item = call.given.clone();
    item.put("id", call.id());
    let after = change(mode, &before, &call.given, item)?;
    shown(&after, call.id())
}

pub fn delete(mode: &mut Mode, call: &Call) -> Done {
    let before = owner(mode, call.id())?;
    change(mode, &before, &call.given, json!({ "id": call.id(), "deleted": true }))?;
    Ok(json!({ "id": call.id(), "object": "subscription_item", "deleted": true }))
}

fn change(mode: &mut Mode, before: &Value, given: &Value, item: Value) -> Done {
    let mut update = json!({ "items": [item] });
    for name in ["payment_behavior", "proration_behavior", "proration_date", "off_session"] {
        if given.has(name) {
            update.put(name, given.at(name).clone());
        }
    }
    update::change(mode, before, &update)
}
