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
        let customer = object.word("customer");
        if (object.text("object")?, name) == ("invoice", "amount_paid_off_stripe") {
            return Some(self.paid_elsewhere.get(&id).copied().unwrap_or(0).into());
        }
        let (url, found): (String, Vec<Value>) = match (object.text("object")?, name) {
            ("invoice", "payments") => {
                let payment =
                    self.payment_of_invoice.get(&id).map(|payment| self.copy(Kind::InvoicePayment, payment));
                (format!("/v1/invoice_payments?invoice={id}"), payment.into_iter().collect())
            }
            ("charge", "refunds") => {
                let refunds = self.shelf(Kind::Refund).of_customer(&customer).rev();
                let own = refunds.filter(|refund| refund.text("charge") == Some(&id));
                (format!("/v1/charges/{id}/refunds"), own.take(10).cloned().collect())
            }
            ("customer", "subscriptions") => {
                let all = self.shelf(Kind::Subscription).of_customer(&id).rev();
                let running = all.filter(|one| one.text("status") != Some("canceled"));
                let shown = running.take(10).map(|one| self.render(Kind::Subscription, one));
                (format!("/v1/customers/{id}/subscriptions"), shown.collect())
            }
            _ => return None,
        };
        Some(list(&url, found, false))
    }
}
