//! What two snapshots of one object disagree about, for a person.

use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt;

/// One field that is not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In words: `cancel at`.
    pub field: String,
    pub here: String,
    pub at_stripe: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {} here, {} at Stripe", self.field, self.here, self.at_stripe)
    }
}

/// Every field of `here` that differs from `at_stripe`; none where they are the same.
pub fn differences<T: Serialize>(here: &T, at_stripe: &T) -> Vec<Difference> {
    let (here, at_stripe) = (fields(here), fields(at_stripe));
    let mut names: Vec<&String> = here.keys().chain(at_stripe.keys()).collect();
    names.sort();
    names.dedup();
    let said = |fields: &Map<String, Value>, name: &str| fields.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .filter(|name| said(&here, name) != said(&at_stripe, name))
        .map(|name| Difference {
            field: name.replace('_', " "),
            here: in_words(&said(&here, name)),
            at_stripe: in_words(&said(&at_stripe, name)),
        })
        .collect()
}

fn fields<T: Serialize>(snapshot: &T) -> Map<String, Value> {
    match serde_json::to_value(snapshot) {
        Ok(Value::Object(fields)) => fields,
        Ok(other) => Map::from_iter([("it".to_owned(), other)]),
        Err(_) => Map::new(),
    }
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.replace('_', " "),
        Value::Array(values) if values.is_empty() => "nothing".to_owned(),
        Value::Array(values) => values.iter().map(in_words).collect::<Vec<_>>().join("; "),
        Value::Object(fields) => {
            let told = fields.iter().filter(|(_, value)| !value.is_null());
            told.map(|(name, value)| format!("{} {}", name.replace('_', " "), in_words(value)))
                .collect::<Vec<_>>()
                .join(", ")
        }
    }
}
