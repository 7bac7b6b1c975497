//! Reading and writing the fields of an object as Stripe shows it.

use serde_json::{Value, json};

/// Fields by a path with dots: `invoice_settings.default_payment_method`.
pub trait Fields {
    fn at(&self, path: &str) -> &Value;
    /// Nothing where the field is missing, null or no text.
    fn text(&self, path: &str) -> Option<&str>;
    /// A copy, empty where there is none: for ids that are known to be there.
    fn word(&self, path: &str) -> String;
    /// 0 where the field is missing or null.
    fn integer(&self, path: &str) -> i64;
    fn moment(&self, path: &str) -> Option<i64>;
    fn flag(&self, path: &str) -> bool;
    /// Present, even as null.
    fn has(&self, path: &str) -> bool;
    fn list(&self, path: &str) -> &[Value];
    fn put(&mut self, path: &str, value: impl Into<Value>);
}

static NULL: Value = Value::Null;

impl Fields for Value {
    fn at(&self, path: &str) -> &Value {
        let mut here = self;
        for part in path.split('.') {
            let next = match part.parse::<usize>() {
                Ok(place) if here.is_array() => here.get(place),
                _ => here.get(part),
            };
            match next {
                Some(next) => here = next,
                None => return &NULL,
            }
        }
        here
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.at(path).as_str()
    }

    fn word(&self, path: &str) -> String {
        self.text(path).unwrap_or_default().to_owned()
    }

    fn integer(&self, path: &str) -> i64 {
        self.at(path).as_i64().unwrap_or(0)
    }

    fn moment(&self, path: &str) -> Option<i64> {
        self.at(path).as_i64()
    }

    fn flag(&self, path: &str) -> bool {
        self.at(path).as_bool().unwrap_or(false)
    }

    fn has(&self, path: &str) -> bool {
        match path.rsplit_once('.') {
            Some((outer, last)) => self.at(outer).get(last).is_some(),
            None => self.get(path).is_some(),
        }
    }

    fn list(&self, path: &str) -> &[Value] {
        self.at(path).as_array().map_or(&[], Vec::as_slice)
    }

    fn put(&mut self, path: &str, value: impl Into<Value>) {
        let mut here = self;
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            if !here.is_object() {
                *here = json!({});
            }
            let Some(fields) = here.as_object_mut() else { return };
            if parts.peek().is_none() {
                fields.insert(part.to_owned(), value.into());
                return;
            }
            here = fields.entry(part).or_insert(Value::Null);
        }
    }
}

/// A list as the interface wraps every one.
pub fn list(url: &str, data: Vec<Value>, has_more: bool) -> Value {
    json!({ "object": "list", "data": data, "has_more": has_more, "url": url })
}

/// Lays new metadata over the old: an empty text removes a key, an empty value removes all.
///
/// <https://docs.stripe.com/api/metadata>
pub fn merge_metadata(object: &mut Value, given: &Value) {
    let Some(given) = given.as_object() else {
        object.put("metadata", json!({}));
        return;
    };
    let mut kept = object.at("metadata").as_object().cloned().unwrap_or_default();
    for (key, value) in given {
        if value.as_str() == Some("") || value.is_null() {
            kept.remove(key);
        } else {
            kept.insert(key.clone(), value.clone());
        }
    }
    object.put("metadata", Value::Object(kept));
}

/// What an update changed, as events tell it: the old values, objects only as far as they differ.
pub fn previous_attributes(before: &Value, after: &Value) -> Value {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
        return json!({});
    };
    let mut previous = serde_json::Map::new();
    for (name, new) in after {
        match before.get(name) {
            Some(old) if old == new => {}
            Some(old) if old.is_object() && new.is_object() => {
                previous.insert(name.clone(), previous_attributes(old, new));
            }
            Some(old) => {
                previous.insert(name.clone(), old.clone());
            }
            None => {
                previous.insert(name.clone(), Value::Null);
            }
        }
    }
    Value::Object(previous)
}
