//! The start of what is billed again and again.

use super::draft::{Draft, currency};
use super::{AskProblem, seconds};
use crate::read::{StripeCouponId, StripeCustomerId, StripePaymentMethodId, StripePriceId, StripeTaxRateId};
use domain::Instant;
use domain::money::Currency;
use serde::{Deserialize, Serialize};
use stripe_billing::subscription as stripe;

/// <https://docs.stripe.com/api/subscriptions/create>
///
/// With flexible billing, which pausing needs. Where the first charge is declined Stripe makes no subscription and says
/// why, so that nothing half made is left there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateSubscription {
    pub customer: StripeCustomerId,
    pub currency: Currency,
    pub items: Vec<Item>,
    pub starts: Starts,
    /// Charged at once, each at its one-off price: with the first period where that starts now; alone where it starts later, as
    /// for the first period of somebody who enrolled while nobody was online.
    pub due_now: Vec<Item>,
    /// A coupon for one invoice; only where something is charged at once.
    pub opening_discount: Option<StripeCouponId>,
    /// The end of the last period, where the terms have one.
    pub ends_at: Option<Instant>,
    pub payment_method: Option<StripePaymentMethodId>,
}

/// A price, how many of it, and its taxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub price: StripePriceId,
    /// 1 to 9,999: the holder's one, or people or seats.
    pub quantity: u32,
    pub tax_rates: Vec<StripeTaxRateId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Starts {
    /// And the first period is charged at once.
    Now,
    /// Nothing is charged before; the first period starts then. A trial and never a schedule, for a schedule attached forbids
    /// pausing. Also for a late enrollment, whose first period went as an invoice of its own.
    At(Instant),
}

pub(super) fn quantity(quantity: u32) -> Result<u64, AskProblem> {
    if (1..=9_999).contains(&quantity) {
        Ok(u64::from(quantity))
    } else {
        Err(AskProblem::Quantity { quantity })
    }
}

pub(super) fn tax_rates(rates: &[StripeTaxRateId]) -> Option<Vec<String>> {
    (!rates.is_empty()).then(|| rates.iter().map(ToString::to_string).collect())
}

impl CreateSubscription {
    pub(super) fn draft(&self) -> Result<Draft, AskProblem> {
        if self.items.is_empty() {
            return Err(AskProblem::NothingBilled);
        }
        let mut items = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let mut stripes = stripe::CreateSubscriptionItems::new();
            stripes.price = Some(item.price.to_string());
            stripes.quantity = Some(quantity(item.quantity)?);
            stripes.tax_rates = tax_rates(&item.tax_rates);
            items.push(stripes);
        }
        let mut ask = stripe::CreateSubscription::new()
            .customer(self.customer.as_str())
            .currency(currency(self.currency))
            .items(items)
            .billing_mode(stripe::CreateSubscriptionBillingMode::new(
                stripe::CreateSubscriptionBillingModeType::Flexible,
            ))
            .collection_method(stripe_billing::SubscriptionCollectionMethod::ChargeAutomatically)
            .off_session(true)
            .payment_behavior(stripe::CreateSubscriptionPaymentBehavior::ErrorIfIncomplete)
            .proration_behavior(stripe::CreateSubscriptionProrationBehavior::None);
        match self.starts {
            Starts::Now => {}
            Starts::At(_) if self.due_now.is_empty() && self.opening_discount.is_some() => {
                return Err(AskProblem::DiscountBeforeStart);
            }
            Starts::At(start) => {
                ask = ask.trial_end(stripe::CreateSubscriptionTrialEnd::Timestamp(seconds(start)));
            }
        }
        if !self.due_now.is_empty() {
            let mut once = Vec::with_capacity(self.due_now.len());
            for item in &self.due_now {
                let mut stripes = stripe::CreateSubscriptionAddInvoiceItems::new();
                stripes.price = Some(item.price.to_string());
                stripes.quantity = Some(quantity(item.quantity)?);
                stripes.tax_rates = tax_rates(&item.tax_rates);
                once.push(stripes);
            }
            ask = ask.add_invoice_items(once);
        }
        if let Some(coupon) = &self.opening_discount {
            let mut discount = stripe::DiscountsDataParam::new();
            discount.coupon = Some(coupon.to_string());
            ask = ask.discounts(vec![discount]);
        }
        if let Some(end) = self.ends_at {
            ask = ask.cancel_at(stripe::CreateSubscriptionCancelAt::Timestamp(seconds(end)));
        }
        if let Some(payment_method) = &self.payment_method {
            ask = ask.default_payment_method(payment_method.as_str());
        }
        Ok(Draft::marked(&ask))
    }
}
