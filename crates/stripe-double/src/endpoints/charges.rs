//! Charges: <https://docs.stripe.com/api/charges>. They are made by payment intents only.

use super::{Call, Done, take_with_metadata};
use crate::kind::Kind;
use crate::mode::Mode;

pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::Charge, "/v1/charges", given, |charge| {
        crate::listing::same(charge, given, &["customer", "payment_intent", "transfer_group"])
    })
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::Charge, call.id())?;
    Ok(mode.changed(Kind::Charge, call.id(), "charge.updated", |charge| {
        let plain = &["description", "receipt_email", "shipping", "fraud_details", "transfer_group"];
        take_with_metadata(charge, &call.given, plain);
    }))
}
