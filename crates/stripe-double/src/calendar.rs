//! Billing dates: whole intervals from the anchor, never from one another, so that the 31st comes back after February.
//!
//! <https://docs.stripe.com/billing/subscriptions/billing-cycle>

use chrono::{DateTime, Days, Months};
use serde_json::Value;

use crate::object::Fields;

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 24 * HOUR;

/// As the header `Date` says a moment.
pub fn http_date(moment: i64) -> String {
    let date = DateTime::from_timestamp(moment, 0).unwrap_or_default();
    date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    Day,
    Week,
    Month,
    Year,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    pub interval: Interval,
    pub count: u32,
}

impl Cycle {
    /// Of a recurring price; a one-time price has none.
    pub fn of(price: &Value) -> Option<Self> {
        let interval = match price.text("recurring.interval")? {
            "day" => Interval::Day,
            "week" => Interval::Week,
            "month" => Interval::Month,
            _ => Interval::Year,
        };
        Some(Self { interval, count: u32::try_from(price.integer("recurring.interval_count")).unwrap_or(1) })
    }

    /// The `n`th boundary counted from the anchor; `n` may be negative. Seconds since 1970.
    pub fn boundary(self, anchor: i64, n: i64) -> i64 {
        let Some(start) = DateTime::from_timestamp(anchor, 0) else { return anchor };
        let steps = n.saturating_mul(i64::from(self.count));
        let size = u32::try_from(steps.unsigned_abs()).unwrap_or(u32::MAX);
        let moved = match self.interval {
            Interval::Day | Interval::Week => {
                let days = u64::from(size) * if self.interval == Interval::Week { 7 } else { 1 };
                if steps < 0 {
                    start.checked_sub_days(Days::new(days))
                } else {
                    start.checked_add_days(Days::new(days))
                }
            }
            Interval::Month | Interval::Year => {
                let months = size.saturating_mul(if self.interval == Interval::Year { 12 } else { 1 });
                if steps < 0 {
                    start.checked_sub_months(Months::new(months))
                } else {
                    start.checked_add_months(Months::new(months))
                }
            }
        };
        moved.map_or(anchor, |moved| moved.timestamp())
    }

    /// The first boundary after a moment.
    pub fn next_after(self, anchor: i64, moment: i64) -> i64 {
        let mut n = self.estimate(anchor, moment);
        while self.boundary(anchor, n) > moment {
            n -= 1;
        }
        while self.boundary(anchor, n) <= moment {
            n += 1;
        }
        self.boundary(anchor, n)
    }

    /// The last boundary at or before a moment.
    pub fn last_at(self, anchor: i64, moment: i64) -> i64 {
        let mut n = self.estimate(anchor, moment);
        while self.boundary(anchor, n) <= moment {
            n += 1;
        }
        while self.boundary(anchor, n) > moment {
            n -= 1;
        }
        self.boundary(anchor, n)
    }

    fn estimate(self, anchor: i64, moment: i64) -> i64 {
        let length = match self.interval {
            Interval::Day => DAY,
            Interval::Week => 7 * DAY,
            Interval::Month => 30 * DAY,
            Interval::Year => 365 * DAY,
        };
        (moment - anchor) / (length * i64::from(self.count.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn day(year: i32, month: u32, day: u32) -> i64 {
        let date = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
        date.and_hms_opt(10, 30, 0).expect("a time").and_utc().timestamp()
    }

    #[test]
    fn the_31st_comes_back_after_february() {
        let month = Cycle { interval: Interval::Month, count: 1 };
        let anchor = day(2026, 1, 31);
        let mut at = anchor;
        let mut found = Vec::new();
        for _ in 0..4 {
            at = month.next_after(anchor, at);
            found.push(at);
        }
        assert_eq!(found, [day(2026, 2, 28), day(2026, 3, 31), day(2026, 4, 30), day(2026, 5, 31)]);
        assert_eq!(month.last_at(anchor, day(2026, 3, 30)), day(2026, 2, 28));
        assert_eq!(month.last_at(anchor, day(2025, 12, 30)), day(2025, 11, 30));
        let year = Cycle { interval: Interval::Year, count: 1 };
        assert_eq!(year.next_after(day(2024, 2, 29), day(2024, 3, 1)), day(2025, 2, 28));
        assert_eq!(year.next_after(day(2024, 2, 29), day(2027, 3, 1)), day(2028, 2, 29));
        let weeks = Cycle { interval: Interval::Week, count: 2 };
        assert_eq!(weeks.next_after(anchor, anchor), anchor + 14 * DAY);
    }
}
