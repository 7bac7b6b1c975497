//! What Stripe's objects say, as far as this program uses it.
//!
//! Every field that is not named here is ignored, a missing one is `None` where the object makes sense without it, and a
//! word that Stripe adds later is kept as it is. A bad element never costs a page: see [`Page`]. Field by field the source is
//! <https://docs.stripe.com/api>, version [`crate::STRIPE_VERSION`].

mod event;
mod expand;
mod id;
mod invoice;
mod page;
mod payment;
mod people;
mod selling;
mod subscription;
mod words;

pub use event::{Event, EventData};
pub use expand::Expandable;
pub use id::*;
pub use invoice::*;
pub use page::{BadElement, Inner, Page, SearchPage};
pub use payment::*;
pub use people::*;
pub use selling::*;
pub use subscription::*;
pub use words::*;

use domain::Instant;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An object could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Stripe's {object} could not be read: {why}")]
pub struct Unreadable {
    pub object: &'static str,
    /// Names fields and places, never values.
    pub why: String,
}

/// An object of Stripe's with its name there.
pub trait Object: DeserializeOwned {
    const NAME: &'static str;
}

/// Reads one object.
///
/// # Errors
/// The body is no JSON, or is another object, or lacks what every such object has.
pub fn read<T: Object>(body: &[u8]) -> Result<T, Unreadable> {
    let value = serde_json::from_slice(body).map_err(|problem| Unreadable {
        object: T::NAME,
        why: format!("it is no JSON ({:?})", problem.classify()),
    })?;
    read_value(value)
}

/// Reads one object that was parsed already.
///
/// # Errors
/// As [`read`].
pub fn read_value<T: Object>(value: serde_json::Value) -> Result<T, Unreadable> {
    let unreadable = |why| Unreadable { object: T::NAME, why };
    match value.get("object").and_then(serde_json::Value::as_str) {
        Some(name) if name == T::NAME => {}
        Some(name) => {
            return Err(unreadable(format!("it is a {}", name.chars().take(60).collect::<String>())));
        }
        None => return Err(unreadable("it does not say what it is".to_owned())),
    }
    serde_json::from_value(value).map_err(|problem| unreadable(shape_of(&problem)))
}

/// What serde missed, without the value it found: that may be somebody's name.
fn shape_of(problem: &serde_json::Error) -> String {
    let text = problem.to_string();
    match text.split_once(", expected ") {
        Some((_, expected)) => format!("a field is not {expected}"),
        None if text.starts_with("missing field") => text,
        None => "a field has another shape".to_owned(),
    }
}

/// Seconds since 1970, UTC, as Stripe counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub i64);

impl Seconds {
    pub fn instant(self) -> Instant {
        Instant::from_millis(self.0.saturating_mul(1_000))
    }
}

impl From<Instant> for Seconds {
    /// The second that has begun.
    fn from(instant: Instant) -> Self {
        Self(instant.millis().div_euclid(1_000))
    }
}

/// What this program, or the practice in its dashboard, wrote on an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(pub BTreeMap<String, String>);

impl Metadata {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// `null` where Stripe means the default.
fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

#[cfg(test)]
mod tests;
