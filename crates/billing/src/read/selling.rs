//! What is sold: products, prices, coupons, tax rates.

use super::expand;
use super::{
    Interval, Metadata, Object, Seconds, StripeCouponId, StripePriceId, StripeProductId, StripeTaxRateId,
    TaxBehavior, or_default,
};
use domain::rate::Rate;
use serde::Deserialize;

/// <https://docs.stripe.com/api/products/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Product {
    pub id: StripeProductId,
    #[serde(default)]
    pub deleted: bool,
    pub name: Option<String>,
    pub description: Option<String>,
    pub active: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
}

impl Object for Product {
    const NAME: &'static str = "product";
}

/// <https://docs.stripe.com/api/prices/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Price {
    pub id: StripePriceId,
    #[serde(default)]
    pub active: bool,
    pub currency: String,
    /// In Stripe's minor units; `None` for tiers and for fractions of the smallest coin.
    pub unit_amount: Option<i64>,
    /// `None` for what is paid once.
    pub recurring: Option<Recurring>,
    #[serde(deserialize_with = "expand::id")]
    pub product: StripeProductId,
    pub tax_behavior: Option<TaxBehavior>,
    /// `per_unit` or `tiered`.
    pub billing_scheme: Option<String>,
    pub nickname: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    pub created: Option<Seconds>,
}

impl Object for Price {
    const NAME: &'static str = "price";
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Recurring {
    pub interval: Interval,
    pub interval_count: u32,
    /// `licensed` or `metered`.
    pub usage_type: Option<String>,
}

impl Recurring {
    /// Months between charges; `None` where days or weeks are counted.
    pub fn months(&self) -> Option<u32> {
        match self.interval {
            Interval::Month => Some(self.interval_count),
            Interval::Year => self.interval_count.checked_mul(12),
            Interval::Day | Interval::Week | Interval::Unknown(_) => None,
        }
    }
}

/// <https://docs.stripe.com/api/coupons/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Coupon {
    pub id: StripeCouponId,
    /// In Stripe's minor units.
    pub amount_off: Option<i64>,
    pub currency: Option<String>,
    /// `once`, `repeating`, `forever`.
    pub duration: Option<String>,
    pub valid: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
}

impl Object for Coupon {
    const NAME: &'static str = "coupon";
}

/// <https://docs.stripe.com/api/tax_rates/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TaxRate {
    pub id: StripeTaxRateId,
    #[serde(default)]
    pub active: bool,
    pub inclusive: bool,
    /// Told as a JSON number, and read by its digits.
    pub percentage: serde_json::Number,
    pub display_name: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
}

impl TaxRate {
    /// `None` where it has more than four places, or is above 100.
    pub fn rate(&self) -> Option<Rate> {
        let digits = self.percentage.to_string();
        digits.strip_suffix(".0").unwrap_or(&digits).parse().ok()
    }
}

impl Object for TaxRate {
    const NAME: &'static str = "tax_rate";
}
