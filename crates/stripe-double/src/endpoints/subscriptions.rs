//! Subscriptions: <https://docs.stripe.com/api/subscriptions>.

use super::{Call, Done};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::listing::in_range;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::Value;

pub mod cancel;
pub mod create;
pub mod items;
pub mod pause;
pub mod update;

/// Without a status, all but the canceled ones.
pub fn list(mode: &mut Mode, call: &Call) -> Done {
    let given = &call.given;
    mode.list(Kind::Subscription, "/v1/subscriptions", given, |subscription| {
        let status = subscription.text("status").unwrap_or_default();
        let ended = matches!(status, "canceled" | "incomplete_expired");
        let wanted = match given.text("status") {
            None => status != "canceled",
            Some("all") => true,
            Some("ended") => ended,
            Some(wanted) => status == wanted,
        };
        let items = subscription.list("items.data");
        let price = given.text("price");
        wanted
            && crate::listing::same(subscription, given, &["collection_method"])
            && (price.is_none() || items.iter().any(|item| item.text("price") == price))
            && items
                .iter()
                .any(|item| in_range(item.integer("current_period_end"), given.at("current_period_end")))
            && items
                .iter()
                .any(|item| in_range(item.integer("current_period_start"), given.at("current_period_start")))
    })
}

/// A moment that must lie ahead.
pub fn future(mode: &Mode, given: &Value, name: &str) -> Result<Option<i64>, ApiError> {
    match given.moment(name) {
        Some(moment) if moment <= mode.now => Err(ApiError::invalid(
            name,
            "Invalid timestamp: must be an integer Unix timestamp in the future.",
        )),
        other => Ok(other),
    }
}

/// The furthest a trial may go.
pub const LONGEST_TRIAL: i64 = 730 * crate::calendar::DAY;
