//! That something happened.

use super::{Object, Seconds, StripeEventId};
use serde::Deserialize;
use serde_json::Value;

/// A hint about what to read again: never a state by itself, for it is late, unordered, and of an older version.
///
/// Source: <https://docs.stripe.com/api/events/object>.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Event {
    pub id: StripeEventId,
    /// `invoice.paid`
    #[serde(rename = "type")]
    pub kind: String,
    /// In whole seconds: many share one.
    pub created: Seconds,
    #[serde(default)]
    pub livemode: bool,
    pub data: EventData,
}

impl Object for Event {
    const NAME: &'static str = "event";
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EventData {
    /// The object as it was then.
    pub object: Value,
    /// What it said before, where something was changed.
    pub previous_attributes: Option<Value>,
}
