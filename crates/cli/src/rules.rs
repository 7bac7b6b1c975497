//! Worked cases in JSON, answered by the very rules the desk runs on.

pub mod calendar;
pub mod credits;
pub mod proration;
pub mod quote;

use domain::Day;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a case; fields it does not ask about (a name, the expected answer) are left alone.
fn read<T: DeserializeOwned>(case: &Value) -> Result<T, String> {
    T::deserialize(case).map_err(|error| format!("the case can't be read: {error}"))
}

/// Days outside the years people write dates in would only run into the calendar's end.
fn plausible(day: Day, what: &str) -> Result<Day, String> {
    if (1900..=2999).contains(&day.year()) {
        Ok(day)
    } else {
        Err(format!("{what} {day} is outside the years 1900 to 2999"))
    }
}
