//! Tax rates: <https://docs.stripe.com/api/tax_rates>.

use super::{Call, Done, take_with_metadata};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::json;

const PLAIN: &[&str] =
    &["active", "country", "description", "display_name", "jurisdiction", "state", "tax_type"];

pub fn create(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    if given.at("percentage").as_f64().is_none_or(|percent| !(0.0..=100.0).contains(&percent)) {
        return Err(ApiError::invalid("percentage", "Invalid percentage: must be between 0 and 100."));
    }
    let id = mode.id(Kind::TaxRate);
    let mut rate = json!({
        "id": id, "object": "tax_rate", "active": true, "country": null, "created": mode.now, "description": null,
        "display_name": null, "effective_percentage": given["percentage"], "flat_amount": null,
        "inclusive": given.flag("inclusive"), "jurisdiction": null, "jurisdiction_level": null,
        "livemode": mode.livemode, "metadata": {}, "percentage": given["percentage"], "rate_type": "percentage",
        "state": null, "tax_type": null,
    });
    take_with_metadata(&mut rate, given, PLAIN);
    Ok(mode.created(Kind::TaxRate, rate, "tax_rate.created"))
}

pub fn update(mode: &mut Mode, call: &Call) -> Done {
    mode.find(Kind::TaxRate, call.id())?;
    Ok(mode.changed(Kind::TaxRate, call.id(), "tax_rate.updated", |rate| {
        take_with_metadata(rate, &call.given, PLAIN);
    }))
}
