//! Percentages, exact to four places.

use crate::money::{Money, round_half_up};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A percentage from 0 to 100 with at most four places, held in ten-thousandths of a percent.
///
/// Written as a decimal string (`"8.875"`), so no float ever carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate(u32);

/// The text is not a percentage from 0 to 100 with at most four places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a percentage from 0 to 100 with at most four places")]
pub struct BadRate(pub String);

impl Rate {
    pub const ZERO: Self = Self(0);
    pub const HUNDRED: Self = Self(Self::WHOLE as u32);
    /// Parts in a whole: 100 % is 1,000,000 parts.
    pub const WHOLE: i64 = 1_000_000;

    pub const fn percent(whole: u32) -> Self {
        assert!(whole <= 100);
        Self(whole * 10_000)
    }

    /// Ten-thousandths of a percent, 0 to [`Rate::WHOLE`].
    pub const fn parts(self) -> i64 {
        self.0 as i64
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// `round_half_up(amount x rate)`.
    pub fn of(self, amount: Money) -> Money {
        amount.scale(self.parts(), Self::WHOLE)
    }

    /// The tax inside an inclusive amount: `amount - round_half_up(amount / (1 + rate))`.
    pub fn inside(self, amount: Money) -> Money {
        let without = round_half_up(
            i128::from(amount.minor()) * i128::from(Self::WHOLE),
            i128::from(Self::WHOLE + self.parts()),
        );
        amount - Money::from_minor(without)
    }
}

impl FromStr for Rate {
    type Err = BadRate;
    fn from_str(text: &str) -> Result<Self, BadRate> {
        let bad = || BadRate(text.chars().take(40).collect());
        let trimmed = text.trim().trim_end_matches('%').trim();
        let (whole, fraction) = trimmed.split_once('.').unwrap_or((trimmed, ""));
        let digits_only = |part: &str| part.chars().all(|digit| digit.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty())
            || whole.len() > 3
            || fraction.len() > 4
            || !digits_only(whole)
            || !digits_only(fraction)
        {
            return Err(bad());
        }
        let parts: u32 = format!("{whole:0>1}{fraction:0<4}").parse().map_err(|_| bad())?;
        if i64::from(parts) > Self::WHOLE { Err(bad()) } else { Ok(Self(parts)) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / 10_000, self.0 % 10_000);
        if fraction == 0 {
            write!(out, "{whole}")
        } else {
            write!(out, "{whole}.{}", format!("{fraction:04}").trim_end_matches('0'))
        }
    }
}

impl TryFrom<String> for Rate {
    type Error = BadRate;
    fn try_from(text: String) -> Result<Self, BadRate> {
        text.parse()
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_exactly() {
        for text in ["0", "8.875", "10", "100", "0.0001"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        for text in ["", "-1", "100.0001", "1.23456", "1e1", "abc", "."] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn tax_on_top_and_inside() {
        let rate: Rate = "8.875".parse().unwrap();
        assert_eq!(rate.of(Money::from_minor(5666)), Money::from_minor(503));
        assert_eq!(Rate::percent(25).inside(Money::from_minor(12_500)), Money::from_minor(2_500));
    }
}
