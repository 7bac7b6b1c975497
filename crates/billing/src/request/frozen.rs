//! A request as it goes over the wire.

use domain::EffectId;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Post,
    Delete,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What is sent for one effect, to the byte: once written it never changes, however often it is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    pub method: Method,
    /// From `/v1/` on, with the query where it has one.
    pub path: String,
    /// Form-encoded, UTF-8; empty where there is nothing to say.
    pub body: String,
    /// Stripe's `Idempotency-Key`: the effect's own id, and never another one.
    pub key: EffectId,
}

impl fmt::Debug for Frozen {
    /// Without the body, which names people.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, path, body, key } = self;
        write!(out, "{} {path} as {key}, {} bytes", method.name(), body.len())
    }
}

impl Frozen {
    /// What the body says under `name` (`customer`, `metadata[perennial_effect]`).
    pub fn says(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.body.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}
