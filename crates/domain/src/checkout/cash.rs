//! The smallest coin of a currency.

use crate::Currency;

/// What cash is rounded to where nothing else was set, in minor units; 1 where cash is not rounded.
///
/// From `cashRounding` and `cashDigits` of the Unicode CLDR 48 (`supplemental/currencyData`), as far as ISO 4217
/// gives the currency two minor digits; Australia and New Zealand, which CLDR leaves out, withdrew their coins
/// below 5 and 10 cents in 1992 and 2006.
pub fn smallest_coin(currency: Currency) -> u32 {
    match currency.code() {
        "AUD" | "CAD" | "CHF" => 5,
        "NZD" => 10,
        "DKK" => 50,
        "AMD" | "CRC" | "CZK" | "GYD" | "MNT" | "MUR" | "NOK" | "RSD" | "SEK" | "TWD" | "TZS" | "UZS" => 100,
        "HUF" => 500,
        _ => 1,
    }
}
