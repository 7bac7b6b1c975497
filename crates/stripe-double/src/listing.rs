//! Pages of a list, newest first: <https://docs.stripe.com/api/pagination>.

use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::{Fields, list};
use serde_json::Value;

/// 1 to 100, 10 where nothing is said.
pub fn limit(given: &Value) -> Result<usize, ApiError> {
    match given.moment("limit") {
        None => Ok(10),
        Some(limit @ 1..=100) => Ok(limit as usize),
        Some(limit) => {
            let bound = if limit < 1 { "greater than or equal to 1" } else { "less than or equal to 100" };
            Err(ApiError::invalid(
                "limit",
                format!("This value must be {bound} (it currently is '{limit}')."),
            )
            .code("parameter_invalid_integer"))
        }
    }
}

/// A moment, or `gt`, `gte`, `lt`, `lte` around one.
pub fn in_range(moment: i64, given: &Value) -> bool {
    match given {
        Value::Object(_) => {
            given.moment("gt").is_none_or(|bound| moment > bound)
                && given.moment("gte").is_none_or(|bound| moment >= bound)
                && given.moment("lt").is_none_or(|bound| moment < bound)
                && given.moment("lte").is_none_or(|bound| moment <= bound)
        }
        Value::Null => true,
        exact => exact.as_i64().is_none_or(|bound| moment == bound),
    }
}

impl Mode {
    /// The objects of a kind that were asked for. `matches` judges what the common rules (dates, ids, states by the
    /// name of their field) do not know.
    pub fn list(
        &self,
        kind: Kind,
        url: &str,
        given: &Value,
        matches: impl Fn(&Value) -> bool,
    ) -> Result<Value, ApiError> {
        if let Some(customer) = given.text("customer")
            && self.gone(customer).is_none()
        {
            self.find_in("customer", Kind::Customer, customer)?;
        }
        let shelf = self.shelf(kind);
        let wanted = |object: &Value| self.gone(&object.word("id")).is_none() && matches(object);
        match given.text("customer") {
            Some(customer) => self.page(kind, url, given, shelf.of_customer(customer).filter(|o| wanted(o))),
            None => self.page(kind, url, given, shelf.all().filter(|o| wanted(o))),
        }
    }

    fn page<'a>(
        &self,
        kind: Kind,
        url: &str,
        given: &Value,
        oldest_first: impl DoubleEndedIterator<Item = &'a Value>,
    ) -> Result<Value, ApiError> {
        let limit = limit(given)?;
        for cursor in ["starting_after", "ending_before"] {
            if let Some(id) = given.text(cursor)
                && self.get(kind, id).is_none()
            {
                return Err(ApiError::no_such_in(cursor, kind.spoken(), id));
            }
        }
        let is = |object: &Value, cursor: &str| object.text("id") == given.text(cursor);
        let mut rows: Vec<&Value> = Vec::new();
        let backwards = given.has("ending_before");
        if backwards {
            // From the newest down to the place; its nearest neighbours are the page.
            rows = oldest_first.rev().take_while(|object| !is(object, "ending_before")).collect();
            let extra = rows.len().saturating_sub(limit + 1);
            rows.drain(..extra);
        } else {
            let mut seen = !given.has("starting_after");
            for object in oldest_first.rev() {
                if seen {
                    rows.push(object);
                    if rows.len() > limit {
                        break;
                    }
                } else {
                    seen = is(object, "starting_after");
                }
            }
        }
        let has_more = rows.len() > limit;
        if has_more && backwards {
            rows.remove(0);
        }
        rows.truncate(limit);
        Ok(list(url, rows.into_iter().map(|object| self.render(kind, object)).collect(), has_more))
    }
}

/// Whether the named fields are as asked, where something was asked of them.
pub fn same(object: &Value, given: &Value, names: &[&str]) -> bool {
    names.iter().all(|name| !given.has(name) || given.at(name) == object.at(name))
        && in_range(object.integer("created"), given.at("created"))
}
