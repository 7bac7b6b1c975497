//! Money as whole minor units of the practice's one currency.

use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// An amount in minor units (cents for USD, whole yen for JPY, fils for KWD).
///
/// Amounts a person enters are bounded by [`Money::MAX_PRICE`], so sums over a ticket of 9,999 units a line
/// stay far inside `i64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    pub const ZERO: Self = Self(0);
    /// The highest price or amount accepted from a person: 100 million major units at two decimals.
    pub const MAX_PRICE: Self = Self(10_000_000_000);

    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    pub const fn minor(self) -> i64 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// `self * count`, for whole units of a line or seats.
    pub const fn times(self, count: u32) -> Self {
        Self(self.0 * count as i64)
    }

    /// `round_half_up(self * numerator / denominator)`; the denominator is positive.
    pub fn scale(self, numerator: i64, denominator: i64) -> Self {
        Self(round_half_up(i128::from(self.0) * i128::from(numerator), i128::from(denominator)))
    }

    /// Splits `self` (not negative) over `weights` by largest remainder; ties go to the earlier one.
    ///
    /// The parts sum to `self` exactly. Where every weight is zero nothing can be split and all parts are zero.
    pub fn split(self, weights: &[i64]) -> Vec<Self> {
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        if total <= 0 {
            return vec![Self::ZERO; weights.len()];
        }
        let whole = i128::from(self.0);
        let mut parts: Vec<i64> = Vec::with_capacity(weights.len());
        let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
        for (index, weight) in weights.iter().enumerate() {
            let product = whole * i128::from(*weight);
            parts.push((product / total) as i64);
            remainders.push((product % total, index));
        }
        let missing = self.0 - parts.iter().sum::<i64>();
        remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, index) in remainders.into_iter().take(missing as usize) {
            parts[index] += 1;
        }
        parts.into_iter().map(Self).collect()
    }
}

/// `floor(numerator / denominator + 1/2)` for a positive denominator.
pub(crate) fn round_half_up(numerator: i128, denominator: i128) -> i64 {
    (2 * numerator + denominator).div_euclid(2 * denominator) as i64
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// An ISO 4217 currency with its number of minor digits (JPY 0, USD 2, KWD 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

/// The text is not the code of a currency that has minor units.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an ISO 4217 currency code")]
pub struct UnknownCurrency(pub String);

impl Currency {
    pub const USD: Self = Self(iso_currency::Currency::USD);

    pub fn from_code(code: &str) -> Result<Self, UnknownCurrency> {
        iso_currency::Currency::from_code(code)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| UnknownCurrency(code.to_owned()))
    }

    pub fn code(self) -> &'static str {
        self.0.code()
    }

    pub fn name(self) -> String {
        self.0.name().to_owned()
    }

    /// What a receptionist reads before an amount: `$`, `€`, `KD`.
    pub fn symbol(self) -> String {
        self.0.symbol().to_string()
    }

    pub fn exponent(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(2))
    }

    /// Every currency a practice can choose, by code.
    pub fn all() -> Vec<Self> {
        use iso_currency::IntoEnumIterator;
        iso_currency::Currency::iter().filter(|currency| currency.exponent().is_some()).map(Self).collect()
    }

    /// `-1284.00`, for programs to read.
    pub fn decimal(self, amount: Money) -> String {
        self.format_plain(amount).replace(',', "").replace('\u{2212}', "-")
    }

    /// `1,284.00` with a true minus sign and no symbol.
    pub fn format_plain(self, amount: Money) -> String {
        let exponent = self.exponent();
        let unit = 10_u64.pow(exponent);
        let absolute = amount.minor().unsigned_abs();
        let mut digits = (absolute / unit).to_string();
        let mut at = digits.len();
        while at > 3 {
            at -= 3;
            digits.insert(at, ',');
        }
        let sign = if amount.is_negative() { "\u{2212}" } else { "" };
        if exponent == 0 {
            format!("{sign}{digits}")
        } else {
            format!("{sign}{digits}.{:0width$}", absolute % unit, width = exponent as usize)
        }
    }

    /// `$1,284.00`, `−$5.00`: always with minor digits, minus is U+2212.
    pub fn format(self, amount: Money) -> String {
        let plain = self.format_plain(Money::from_minor(amount.minor().abs()));
        let sign = if amount.is_negative() { "\u{2212}" } else { "" };
        format!("{sign}{}{plain}", self.symbol())
    }

    /// Reads what a person typed (`1,284.5`, `-5`, `$12`); at most as many decimals as the currency has.
    pub fn parse(self, text: &str) -> Result<Money, BadAmount> {
        let bad = || BadAmount { text: text.chars().take(40).collect(), exponent: self.exponent() };
        let cleaned = text.trim().replace(['\u{2212}', '\u{2013}'], "-");
        let (negative, rest) = match cleaned.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, cleaned.as_str()),
        };
        let symbol = self.symbol();
        let rest = rest.trim().trim_start_matches(symbol.as_str()).trim().replace(',', "");
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest.as_str(), ""));
        let digits_only = |part: &str| part.chars().all(|digit| digit.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty())
            || !digits_only(whole)
            || !digits_only(fraction)
            || whole.len() > 12
            || fraction.len() > self.exponent() as usize
        {
            return Err(bad());
        }
        let padded = format!("{whole:0>1}{fraction:0<width$}", width = self.exponent() as usize);
        let minor: i64 = padded.parse().map_err(|_| bad())?;
        Ok(Money::from_minor(if negative { -minor } else { minor }))
    }
}

/// What was typed is not an amount in the practice's currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an amount with at most {exponent} decimals")]
pub struct BadAmount {
    pub text: String,
    pub exponent: u32,
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;
    fn try_from(code: String) -> Result<Self, UnknownCurrency> {
        Self::from_code(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_rounds_up() {
        assert_eq!(Money::from_minor(5).scale(1, 2), Money::from_minor(3));
        assert_eq!(Money::from_minor(-5).scale(1, 2), Money::from_minor(-2));
        assert_eq!(Money::from_minor(10_000).scale(21, 31), Money::from_minor(6774));
    }

    #[test]
    fn split_gives_ties_to_the_earlier_and_sums_exactly() {
        let parts = Money::from_minor(1000).split(&[3333, 3333, 3333]);
        assert_eq!(parts, [334, 333, 333].map(Money::from_minor));
        assert_eq!(Money::from_minor(7).split(&[0, 0]), [Money::ZERO; 2]);
    }

    #[test]
    fn amounts_read_and_print_in_the_currency() {
        let jpy = Currency::from_code("JPY").unwrap();
        let kwd = Currency::from_code("KWD").unwrap();
        assert_eq!(Currency::USD.format(Money::from_minor(128_400)), "$1,284.00");
        assert_eq!(Currency::USD.format(Money::from_minor(-500)), "\u{2212}$5.00");
        assert_eq!(jpy.format_plain(Money::from_minor(1_284)), "1,284");
        assert_eq!(kwd.format_plain(Money::from_minor(5)), "0.005");
        assert_eq!(Currency::USD.parse("$1,284.5"), Ok(Money::from_minor(128_450)));
        assert_eq!(Currency::USD.parse("-.5"), Ok(Money::from_minor(-50)));
        assert!(jpy.parse("1.5").is_err());
        assert!(Currency::USD.parse("1e9").is_err());
        assert!(Currency::USD.parse("").is_err());
        assert!(Currency::from_code("USDX").is_err());
    }
}
