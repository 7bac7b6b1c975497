//! What is sold: products, prices, coupons, tax rates.

use super::AskProblem;
use super::draft::{Draft, currency};
use crate::money::to_stripe;
use crate::read::{StripePriceId, StripeProductId};
use domain::money::{Currency, Money};
use domain::plan::{Frequency, TaxMode};
use domain::rate::Rate;
use serde::{Deserialize, Serialize};
use stripe_product::{coupon, price, product, tax_rate};

/// <https://docs.stripe.com/api/products/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateProduct {
    pub name: String,
    /// Empty where there is none.
    pub description: String,
}

impl CreateProduct {
    pub(super) fn draft(&self) -> Draft {
        let mut ask = product::CreateProduct::new(&self.name);
        if !self.description.is_empty() {
            ask = ask.description(&self.description);
        }
        Draft::marked(&ask)
    }
}

/// <https://docs.stripe.com/api/products/update>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateProduct {
    pub product: StripeProductId,
    pub name: String,
    pub description: String,
    /// `false` for an archived plan: those who have it keep it.
    pub active: bool,
}

impl UpdateProduct {
    pub(super) fn draft(&self) -> Draft {
        let ask = product::UpdateProduct::new(self.product.as_str()).name(&self.name).active(self.active);
        // The empty word unsets.
        Draft::marked(&ask).also("description", &self.description)
    }
}

/// An amount and how often: neither ever changes. <https://docs.stripe.com/api/prices/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatePrice {
    pub product: StripeProductId,
    pub currency: Currency,
    /// Per unit, not negative.
    pub amount: Money,
    /// `None`: paid once.
    pub every: Option<Frequency>,
    pub tax_mode: TaxMode,
}

impl CreatePrice {
    pub(super) fn draft(&self) -> Result<Draft, AskProblem> {
        if self.amount.is_negative() {
            return Err(AskProblem::NegativePrice);
        }
        let behavior = match self.tax_mode {
            TaxMode::Exclusive => stripe_product::PriceTaxBehavior::Exclusive,
            TaxMode::Inclusive => stripe_product::PriceTaxBehavior::Inclusive,
        };
        let mut ask = price::CreatePrice::new(currency(self.currency))
            .product(self.product.as_str())
            .unit_amount(to_stripe(self.currency, self.amount)?)
            .tax_behavior(behavior);
        if let Some(every) = self.every {
            let (interval, count) = match every {
                Frequency::Monthly | Frequency::Quarterly | Frequency::SemiAnnual => {
                    (price::CreatePriceRecurringInterval::Month, every.months())
                }
                // What people read on Stripe's pages: "per year", not "every 12 months".
                Frequency::Annual => (price::CreatePriceRecurringInterval::Year, 1),
            };
            let mut recurring = price::CreatePriceRecurring::new(interval);
            recurring.interval_count = Some(count.into());
            ask = ask.recurring(recurring);
        }
        Ok(Draft::marked(&ask))
    }
}

pub(super) fn sold(price: &StripePriceId, sold: bool) -> Draft {
    Draft::marked(&price::UpdatePrice::new(price.as_str()).active(sold))
}

/// An amount off one invoice of one customer: the opening discount. <https://docs.stripe.com/api/coupons/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateCoupon {
    pub currency: Currency,
    /// Positive.
    pub amount_off: Money,
    /// What the customer reads on the invoice; Stripe takes 40 characters.
    pub name: String,
}

impl CreateCoupon {
    pub(super) fn draft(&self) -> Result<Draft, AskProblem> {
        if !self.amount_off.is_positive() {
            return Err(AskProblem::NegativePrice);
        }
        let ask = coupon::CreateCoupon::new()
            .amount_off(to_stripe(self.currency, self.amount_off)?)
            .currency(currency(self.currency))
            .duration(stripe_product::CouponDuration::Once)
            .max_redemptions(1_i64)
            .name(self.name.chars().take(40).collect::<String>());
        Ok(Draft::marked(&ask))
    }
}

/// A percentage that invoices show under a name; it never changes. <https://docs.stripe.com/api/tax_rates/create>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateTaxRate {
    pub name: String,
    pub rate: Rate,
    pub tax_mode: TaxMode,
}

impl CreateTaxRate {
    pub(super) fn draft(&self) -> Draft {
        let inclusive = match self.tax_mode {
            TaxMode::Exclusive => false,
            TaxMode::Inclusive => true,
        };
        // Their builder takes a float. A rate has at most seven digits, which a double holds and writes back exactly.
        let percentage: f64 = self.rate.to_string().parse().unwrap_or_default();
        let ask = tax_rate::CreateTaxRate::new(&self.name, inclusive, percentage);
        Draft::marked(&ask)
    }
}
