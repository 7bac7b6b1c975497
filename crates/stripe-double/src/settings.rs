//! How the account is set up, as its owner would in the Dashboard, and how moody the double is.

use crate::calendar::{DAY, HOUR};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Every random choice follows from it.
    pub seed: u64,
    /// Where the clock begins, in seconds since 1970.
    pub start: i64,
    pub country: String,
    pub default_currency: String,
    /// When a failed invoice is tried again, in seconds after the first attempt. By default eight times in two weeks,
    /// as Smart Retries do: <https://docs.stripe.com/billing/revenue-recovery/smart-retries>.
    pub retries: Vec<i64>,
    pub after_retries: AfterRetries,
    /// How long a renewal's invoice stays a draft.
    pub draft_seconds: i64,
    /// How much later a change can be found by search: <https://docs.stripe.com/search#data-freshness>.
    pub search_delay_seconds: i64,
    /// At most how much later an event shows up in the list.
    pub event_delay_seconds: i64,
    /// How many of a thousand events come twice, under another id.
    pub event_twice_per_mille: u32,
    pub webhook_endpoints: u32,
    /// Requests a second before 429; none where it is off.
    pub rate_limit: Option<u32>,
}

/// What becomes of a subscription whose last retry failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterRetries {
    Cancel,
    MarkUnpaid,
    LeavePastDue,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            // 1 October 2026, 12:00 UTC.
            start: 1_790_856_000,
            country: "US".to_owned(),
            default_currency: "usd".to_owned(),
            retries: [1, 3, 5, 7, 9, 11, 13, 14].map(|day| day * DAY).to_vec(),
            after_retries: AfterRetries::Cancel,
            draft_seconds: HOUR,
            search_delay_seconds: 60,
            event_delay_seconds: 0,
            event_twice_per_mille: 0,
            webhook_endpoints: 0,
            rate_limit: None,
        }
    }
}
