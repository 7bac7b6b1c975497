//! Stripe's own table of currencies: what a minor unit is, and the least that can be charged.
//!
//! <https://docs.stripe.com/currencies>

use crate::error::ApiError;

const SUPPORTED: &str = "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp \
    byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd \
    hnl hrk htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd \
    mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf \
    sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd \
    xcg xof xpf yer zar zmw";

/// One unit is the smallest there is.
const ZERO_DECIMAL: &[&str] = &[
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof",
    "xpf",
];

/// Three decimals, of which the last must be 0.
const THREE_DECIMAL: &[&str] = &["bhd", "jod", "kwd", "omr", "tnd"];

/// Charged with two decimals that must be 0, though the currency has none. (UGX is listed among those without
/// decimals and yet is sent with two.)
const WHOLE_ONLY: &[&str] = &["isk", "ugx"];

/// The least that can be charged, in minor units, where Stripe names it.
const LEAST: &[(&str, i64)] = &[
    ("usd", 50),
    ("aed", 200),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("czk", 1_500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("inr", 50),
    ("jpy", 50),
    ("mxn", 1_000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1_000),
];

pub fn check(currency: &str, param: &str) -> Result<String, ApiError> {
    let lower = currency.to_ascii_lowercase();
    if SUPPORTED.split_whitespace().any(|known| known == lower) {
        return Ok(lower);
    }
    Err(ApiError::invalid(
        param,
        format!(
            "Invalid currency: {currency}. Stripe currently supports these currencies: {}",
            SUPPORTED.split_whitespace().collect::<Vec<_>>().join(", ")
        ),
    ))
}

pub fn decimals(currency: &str) -> u32 {
    match currency {
        "ugx" | "isk" => 2,
        _ if ZERO_DECIMAL.contains(&currency) => 0,
        _ if THREE_DECIMAL.contains(&currency) => 3,
        _ => 2,
    }
}

/// What a charge of this currency may not be: a fraction the currency does not have.
pub fn check_amount(amount: i64, currency: &str, param: &str) -> Result<(), ApiError> {
    if THREE_DECIMAL.contains(&currency) && amount % 10 != 0 {
        return Err(ApiError::invalid(
            param,
            format!(
                "Invalid amount. The amount in {} must be a multiple of 10 to be charged.",
                currency.to_uppercase()
            ),
        ));
    }
    if WHOLE_ONLY.contains(&currency) && amount % 100 != 0 {
        return Err(ApiError::invalid(
            param,
            format!(
                "Invalid amount. {} has no decimals: the amount must be a multiple of 100.",
                currency.to_uppercase()
            ),
        ));
    }
    Ok(())
}

/// The least that can be charged, in minor units.
pub fn least(currency: &str) -> i64 {
    LEAST.iter().find(|(known, _)| *known == currency).map_or(1, |(_, least)| *least)
}

/// `$12.00` for dollars, `1200 ¥`-like forms are not attempted: `¥1,200`, else `12.00 XYZ`.
pub fn shown(amount: i64, currency: &str) -> String {
    let decimals = decimals(currency);
    let unit = 10_i64.pow(decimals);
    let sign = if amount < 0 { "-" } else { "" };
    let whole = (amount.abs() / unit).to_string();
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if decimals > 0 {
        let width = decimals as usize;
        grouped.push_str(&format!(".{:0width$}", amount.abs() % unit));
    }
    match currency {
        "usd" => format!("{sign}${grouped}"),
        "eur" => format!("{sign}€{grouped}"),
        "gbp" => format!("{sign}£{grouped}"),
        "jpy" => format!("{sign}¥{grouped}"),
        other => format!("{sign}{grouped} {}", other.to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_currency_has_its_own_unit() {
        assert_eq!(
            [decimals("usd"), decimals("jpy"), decimals("kwd"), decimals("isk"), decimals("ugx")],
            [2, 0, 3, 2, 2]
        );
        assert!(check_amount(1_235, "kwd", "amount").is_err());
        assert!(check_amount(1_230, "kwd", "amount").is_ok());
        assert!(check_amount(550, "isk", "amount").is_err());
        assert!(check_amount(500, "ugx", "amount").is_ok());
        assert!(check_amount(1_234, "huf", "amount").is_ok());
        assert_eq!((least("usd"), least("gbp"), least("jpy")), (50, 30, 50));
        assert!(check("XYZ", "currency").is_err());
        assert_eq!(check("USD", "currency").as_deref(), Ok("usd"));
        assert_eq!(shown(-123_456, "usd"), "-$1,234.56");
        assert_eq!(shown(1_234, "jpy"), "¥1,234");
    }
}
