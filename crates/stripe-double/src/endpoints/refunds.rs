//! Refunds: <https://docs.stripe.com/api/refunds>.

use super::{Call, Done, take_with_metadata};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::json;

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let charge = match (call.text("charge"), call.text("payment_intent")) {
        (Some(charge), None) => mode.find_in("charge", Kind::Charge, charge)?.word("id"),
        (None, Some(intent)) => {
            let intent = mode.find_in("payment_intent", Kind::PaymentIntent, intent)?;
            if intent.text("status") != Some("succeeded") {
                return Err(ApiError::refused(format!(
                    "This PaymentIntent ({}) does not have a successful charge to refund.",
                    intent.word("id")
                )));
            }
            intent.word("latest_charge")
        }
        (None, None) => {
            return Err(ApiError::invalid(
                "payment_intent",
                "One of the following params should be provided for this request: payment_intent or charge.",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid(
                "charge",
                "You may only specify one of these parameters: charge, payment_intent.",
            )
            .code("parameters_exclusive"));
        }
    };
    let metadata = call.given.get("metadata").filter(|given| given.is_object()).cloned();
    mode.refund(&charge, call.given.moment("amount"), call.text("reason"), &metadata.unwrap_or(json!({})))
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Refund, call.id())?;
    Ok(mode.changed(Kind::Refund, call.id(), "refund.updated", |refund| {
        take_with_metadata(refund, &call.given, &[]);
    }))
}

/// Only what waits for the customer can be called off; card refunds never do.
pub fn cancel(mode: &mut Mode, call: &Call) -> Done {
    let refund = mode.find(Kind::Refund, call.id())?;
    Err(ApiError::refused(format!(
        "This refund can't be canceled because it has a status of {}.",
        refund.word("status")
    )))
}
