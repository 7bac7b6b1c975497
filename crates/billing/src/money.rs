//! Amounts as Stripe counts them, by its own table of currencies, which is not ISO 4217's.
//!
//! Source: <https://docs.stripe.com/currencies> ("Minor units in API amounts", "Special cases", "Minimum and maximum
//! charge amounts").

use domain::money::{Currency, Money};

/// Amounts in whole units. ISO 4217 gives the ariary (MGA) two digits; Stripe gives it none.
const WHOLE_UNITS: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];

/// Whole units to anyone, but written with two digits that must be 0, for Stripe's older customers.
const WHOLE_UNITS_WITH_TWO_DIGITS: [&str; 2] = ["ISK", "UGX"];

/// Three digits, of which the last must be 0.
const THREE_DIGITS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// The least that can be charged, in Stripe's minor units. Where a payment settles in another currency Stripe may ask
/// for more; then its own refusal is the answer.
const LEAST_CHARGES: [(&str, i64); 31] = [
    ("AED", 200),
    ("ARS", 50),
    ("AUD", 50),
    ("BRL", 50),
    ("CAD", 50),
    ("CHF", 50),
    ("COP", 50),
    ("CZK", 1_500),
    ("DKK", 250),
    ("EUR", 50),
    ("GBP", 30),
    ("HKD", 400),
    ("HUF", 17_500),
    ("IDR", 50),
    ("ILS", 50),
    ("INR", 50),
    ("JPY", 50),
    ("KRW", 50),
    ("MXN", 1_000),
    ("MYR", 200),
    ("NOK", 300),
    ("NZD", 50),
    ("PHP", 50),
    ("PLN", 200),
    ("RON", 200),
    ("RUB", 50),
    ("SEK", 300),
    ("SGD", 50),
    ("THB", 1_000),
    ("USD", 50),
    ("ZAR", 50),
];

/// Why an amount can't be said to Stripe, or one of Stripe's can't be said here. No money moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountProblem {
    #[error("Stripe takes no payments in {code}.")]
    Currency { code: String },
    #[error("Stripe takes whole {code} only; {amount} has a fraction.")]
    Fraction { code: &'static str, amount: String },
    #[error("Stripe takes {code} in steps of ten of its smallest coin; {amount} is between two of them.")]
    LastDigit { code: &'static str, amount: String },
    #[error(
        "{amount} is less than Stripe can charge in {code}; the least is {least}. Nothing was charged: take it \
         at the counter."
    )]
    TooSmall { code: &'static str, amount: String, least: String },
    #[error("{code} {amount} is more than can be counted.")]
    TooLarge { code: &'static str, amount: i64 },
    #[error("An amount to charge is more than nothing, and {amount} is not.")]
    NotPositive { amount: String },
}

/// Digits after the point in Stripe's amounts.
fn digits(currency: Currency) -> Result<u32, AmountProblem> {
    let code = currency.code();
    if WHOLE_UNITS.contains(&code) {
        Ok(0)
    } else if THREE_DIGITS.contains(&code) {
        Ok(3)
    } else if WHOLE_UNITS_WITH_TWO_DIGITS.contains(&code) || currency.exponent() == 2 {
        Ok(2)
    } else {
        // What Stripe does not list has two digits there; one with another number here is not on its list.
        Err(AmountProblem::Currency { code: code.to_owned() })
    }
}

/// An amount in Stripe's minor units; negative for a credit.
///
/// # Errors
/// What Stripe's table does not allow: nothing is rounded here.
pub fn to_stripe(currency: Currency, amount: Money) -> Result<i64, AmountProblem> {
    let code = currency.code();
    let (theirs, ours) = (digits(currency)?, currency.exponent());
    let too_large = || AmountProblem::TooLarge { code, amount: amount.minor() };
    let said = if theirs >= ours {
        amount.minor().checked_mul(10_i64.pow(theirs - ours)).ok_or_else(too_large)?
    } else {
        let unit = 10_i64.pow(ours - theirs);
        if amount.minor() % unit != 0 {
            return Err(AmountProblem::Fraction { code, amount: currency.format(amount) });
        }
        amount.minor() / unit
    };
    if theirs == 3 && said % 10 != 0 {
        return Err(AmountProblem::LastDigit { code, amount: currency.format(amount) });
    }
    Ok(said)
}

/// An amount that is charged by itself: positive, and not below Stripe's least.
///
/// An invoice below the least is not refused by Stripe: it is carried over to the next one, so only single payments
/// are checked.
///
/// # Errors
/// As [`to_stripe`], and [`AmountProblem::TooSmall`].
pub fn to_charge(currency: Currency, amount: Money) -> Result<i64, AmountProblem> {
    if !amount.is_positive() {
        return Err(AmountProblem::NotPositive { amount: currency.format(amount) });
    }
    let said = to_stripe(currency, amount)?;
    match least_charge(currency) {
        Some(least) if amount < least => Err(AmountProblem::TooSmall {
            code: currency.code(),
            amount: currency.format(amount),
            least: currency.format(least),
        }),
        _ => Ok(said),
    }
}

/// The least that Stripe charges at once; `None` where its table names none.
pub fn least_charge(currency: Currency) -> Option<Money> {
    let (_, least) = LEAST_CHARGES.into_iter().find(|(code, _)| *code == currency.code())?;
    from_stripe(currency, least).ok()
}

/// Stripe's amount as ours.
///
/// # Errors
/// An amount that our currency has no coin for.
pub fn from_stripe(currency: Currency, said: i64) -> Result<Money, AmountProblem> {
    let (theirs, ours) = (digits(currency)?, currency.exponent());
    if theirs > ours {
        let unit = 10_i64.pow(theirs - ours);
        if said % unit != 0 {
            return Err(AmountProblem::Fraction { code: currency.code(), amount: said.to_string() });
        }
        return Ok(Money::from_minor(said / unit));
    }
    said.checked_mul(10_i64.pow(ours - theirs))
        .map(Money::from_minor)
        .ok_or(AmountProblem::TooLarge { code: currency.code(), amount: said })
}

/// Stripe's lower-case code as a currency.
///
/// # Errors
/// A code that ISO 4217 does not have.
pub fn currency_of(code: &str) -> Result<Currency, AmountProblem> {
    Currency::from_code(&code.to_ascii_uppercase())
        .map_err(|_| AmountProblem::Currency { code: code.chars().take(10).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    #[test]
    fn amounts_follow_stripes_table() {
        let cases = [
            ("USD", 1_099, 1_099),
            ("HUF", 17_500, 17_500),
            ("TWD", 100, 100),
            ("JPY", 500, 500),
            ("KWD", 5_120, 5_120),
            // Whole krónur here, two digits there.
            ("ISK", 5, 500),
            ("UGX", 7, 700),
            // Two digits here, whole ariary there.
            ("MGA", 500, 5),
            ("USD", -2_500, -2_500),
        ];
        for (code, ours, theirs) in cases {
            assert_eq!(to_stripe(currency(code), Money::from_minor(ours)), Ok(theirs), "{code}");
            assert_eq!(from_stripe(currency(code), theirs), Ok(Money::from_minor(ours)), "{code}");
        }
    }

    #[test]
    fn what_stripe_has_no_coin_for_is_refused() {
        let refused = |code: &str, ours: i64| to_stripe(currency(code), Money::from_minor(ours)).unwrap_err();
        assert!(matches!(refused("KWD", 5_124), AmountProblem::LastDigit { code: "KWD", .. }));
        assert!(matches!(refused("MGA", 501), AmountProblem::Fraction { code: "MGA", .. }));
        assert_eq!(refused("IQD", 5_000), AmountProblem::Currency { code: "IQD".to_owned() });
        assert!(matches!(refused("ISK", i64::MAX), AmountProblem::TooLarge { code: "ISK", .. }));
        assert!(from_stripe(currency("ISK"), 550).is_err());
    }

    #[test]
    fn the_least_charge_is_checked_before_sending() {
        let usd = currency("USD");
        assert_eq!(to_charge(usd, Money::from_minor(50)), Ok(50));
        assert_eq!(
            to_charge(usd, Money::from_minor(49)).unwrap_err().to_string(),
            "$0.49 is less than Stripe can charge in USD; the least is $0.50. Nothing was charged: take it at the \
             counter."
        );
        assert!(matches!(to_charge(usd, Money::ZERO), Err(AmountProblem::NotPositive { .. })));
        assert_eq!(least_charge(currency("JPY")), Some(Money::from_minor(50)));
        assert_eq!(least_charge(currency("HUF")), Some(Money::from_minor(17_500)));
        assert_eq!(least_charge(currency("KES")), None);
    }

    #[test]
    fn codes_are_read_in_either_case() {
        assert_eq!(currency_of("usd"), Ok(Currency::USD));
        assert_eq!(currency_of("zzz"), Err(AmountProblem::Currency { code: "zzz".to_owned() }));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same(minor in -10_000_000_000_i64..10_000_000_000, nth in 0_usize..200) {
            let all = Currency::all();
            let currency = all[nth % all.len()];
            let amount = Money::from_minor(minor);
            if let Ok(said) = to_stripe(currency, amount) {
                prop_assert_eq!(from_stripe(currency, said), Ok(amount));
            }
        }
    }
}
