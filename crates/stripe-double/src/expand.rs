//! `expand[]=data.latest_invoice.payments`: <https://docs.stripe.com/expand>.

use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::{Fields, list};
use serde_json::Value;

const DEEPEST: usize = 4;

impl Mode {
    /// Replaces ids by their objects along every asked path.
    pub fn expand(&self, answer: &mut Value, paths: &[Value]) -> Result<(), ApiError> {
        for path in paths.iter().filter_map(Value::as_str) {
            let parts: Vec<&str> = path.split('.').collect();
            if parts.len() > DEEPEST {
                return Err(ApiError::invalid(
                    "expand",
                    "You cannot expand more than 4 levels of a property. Property: ".to_owned() + path,
                ));
            }
            self.along(answer, &parts, path)?;
        }
        Ok(())
    }

    fn along(&self, here: &mut Value, parts: &[&str], path: &str) -> Result<(), ApiError> {
        let Some((first, rest)) = parts.split_first() else { return Ok(()) };
        if let Value::Array(values) = here {
            for value in values {
                self.along(value, parts, path)?;
            }
            return Ok(());
        }
        if !here.is_object() {
            return Ok(());
        }
        if !here.has(first) {
            match self.left_out(here, first) {
                Some(value) => here[*first] = value,
                None => {
                    return Err(ApiError::invalid(
                        "expand",
                        format!("This property cannot be expanded ({path})."),
                    ));
                }
            }
        }
        let next = &mut here[*first];
        self.resolve(next);
        if rest.is_empty() { Ok(()) } else { self.along(next, rest, path) }
    }

    fn resolve(&self, value: &mut Value) {
        match value {
            Value::String(id) => {
                if let Some(left) = self.gone(id)
                    && self.kind_of(id) == Some(Kind::Customer)
                {
                    *value = left.clone();
                } else if let Some(kind) = self.kind_of(id) {
                    *value = self.render(kind, &self.peek(kind, id));
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.resolve(value)),
            _ => {}
        }
    }

    /// Fields that are only there when they are asked for.
    fn left_out(&self, object: &Value, name: &str) -> Option<Value> {
        let id = object.word("id");
        let (kind, url, of): (Kind, String, &str) = match (object.text("object")?, name) {
            ("invoice", "payments") => {
                (Kind::InvoicePayment, format!("/v1/invoice_payments?invoice={id}"), "invoice")
            }
            ("charge", "refunds") => (Kind::Refund, format!("/v1/charges/{id}/refunds"), "charge"),
            ("customer", "subscriptions") => {
                (Kind::Subscription, format!("/v1/customers/{id}/subscriptions"), "customer")
            }
            _ => return None,
        };
        let shown =
            |object: &&Value| object.text(of) == Some(&id) && object.text("status") != Some("canceled");
        let found = self.shelf(kind).all().rev().filter(shown).map(|object| self.render(kind, object));
        Some(list(&url, found.take(10).collect(), false))
    }
}
