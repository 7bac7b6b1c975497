//! Days of the practice and instants of the world; the two never mix silently.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A calendar day in the practice's time zone, written `2026-03-15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(NaiveDate);

/// A point in time, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(DateTime<Utc>);

impl Day {
    /// 1 January 1970: before anything.
    pub const EPOCH: Self = Self(NaiveDate::from_ymd_opt(1970, 1, 1).expect("it exists"));

    pub fn new(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The day of a date that exists; for constants and tests.
    pub fn ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    pub fn date(self) -> NaiveDate {
        self.0
    }

    /// `count` days later, earlier when negative; stays at the calendar's edge instead of overflowing.
    pub fn plus_days(self, count: i64) -> Self {
        let step = Days::new(count.unsigned_abs());
        let moved = if count >= 0 { self.0.checked_add_days(step) } else { self.0.checked_sub_days(step) };
        Self(moved.unwrap_or(if count >= 0 { NaiveDate::MAX } else { NaiveDate::MIN }))
    }

    /// `count` months later, clamped to that month's last day.
    pub fn plus_months(self, count: u32) -> Self {
        Self(self.0.checked_add_months(Months::new(count)).unwrap_or(NaiveDate::MAX))
    }

    /// `count` months earlier, clamped to that month's last day.
    pub fn minus_months(self, count: u32) -> Self {
        Self(self.0.checked_sub_months(Months::new(count)).unwrap_or(NaiveDate::MIN))
    }

    pub fn prev(self) -> Self {
        self.plus_days(-1)
    }

    pub fn next(self) -> Self {
        self.plus_days(1)
    }

    /// Days from `earlier` to `self`.
    pub fn since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// `15 Mar`, and `15 Mar 2025` when the year is not `today`'s.
    pub fn short(self, today: Self) -> String {
        let pattern = if self.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
        self.0.format(pattern).to_string()
    }

    /// `15 Mar 2026`.
    pub fn long(self) -> String {
        self.0.format("%-d %b %Y").to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Day {
    type Err = chrono::ParseError;
    fn from_str(text: &str) -> Result<Self, chrono::ParseError> {
        text.parse().map(Self)
    }
}

impl Instant {
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time)
    }

    pub fn from_millis(millis: i64) -> Self {
        Self(DateTime::from_timestamp_millis(millis).unwrap_or_default())
    }

    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.millis().saturating_add(millis))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
    }
}
