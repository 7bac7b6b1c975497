//! Stripe, as far as the rules speak of it: whose account, what it calls our things, what it said of them, and what is
//! owed to it.
//!
//! What goes over the wire is not here (`billing`); these are plain facts and references to our own ids.

mod heard;
mod id;
mod owed;

pub use heard::{
    CardChargeAnswered, CardChargeAsked, CardChargeRefunded, CardOutcome, ChargeFailed, CustomerHeard,
    DisputeHeard, DisputeState, EffectRefused, NextTry, PaidByStripe, PlanHeard, PlanSaid, RefundPart,
    SubscriptionHeard, SubscriptionItemSaid, SubscriptionSaid, SubscriptionState,
};
pub use id::*;
pub use owed::{Extra, Owed, Refundable};

use crate::plan::{Frequency, TaxMode};
use crate::{Currency, Money, Rate};
use serde::{Deserialize, Serialize};

/// One account at Stripe, in one of its two modes. What is known of one says nothing in another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StripeAccount {
    pub id: StripeAccountId,
    /// Real money; otherwise Stripe's test mode.
    pub live: bool,
}

/// How the practice bills through Stripe; the key is not here and in no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StripeSettings {
    pub account: StripeAccount,
    /// As Stripe's dashboard calls it.
    pub name: String,
    /// Stands on everything this practice makes there, where several share an account.
    pub mark: String,
    pub limits: OfflineLimits,
    /// Stripe's tax rates that were made for this practice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tax_rates: Vec<TaxRateAtStripe>,
}

/// How far the desk trusts a card whose bank has not been asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineLimits {
    /// Off a card on file, and by benefits of charges on their way, on one ticket; a manager may exceed it.
    pub ticket: Money,
    /// The same, of all that is not answered yet at one desk.
    pub desk: Money,
    /// What Stripe took after an agreed cancellation or pause goes back by itself up to this; above it is a task.
    pub refund_alone: Money,
}

impl OfflineLimits {
    /// 250, 1,000 and 250 of the currency's units.
    pub fn usual(currency: Currency) -> Self {
        let units = |units: i64| Money::from_minor(units * 10_i64.pow(currency.exponent()));
        Self { ticket: units(250), desk: units(1_000), refund_alone: units(250) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRateAtStripe {
    pub id: StripeTaxRateId,
    pub rate: Rate,
    pub mode: TaxMode,
}

impl StripeSettings {
    pub fn tax_rate(&self, rate: Rate, mode: TaxMode) -> Option<&StripeTaxRateId> {
        self.tax_rates.iter().find(|known| known.rate == rate && known.mode == mode).map(|known| &known.id)
    }
}

/// A person there; somebody may be two, where two entries for them became one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAtStripe {
    pub account: StripeAccount,
    pub id: StripeCustomerId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardOnFile>,
    /// Somebody deleted them in Stripe's dashboard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// As much of a card as may be known: it is entered on Stripe's pages only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardOnFile {
    pub id: StripePaymentMethodId,
    /// `visa`; empty where Stripe does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub brand: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last4: String,
    /// Year and month through which it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<(u16, u8)>,
}

impl CardOnFile {
    /// `Visa 4242`
    pub fn words(&self) -> String {
        let mut brand: String = self.brand.replace('_', " ");
        if let Some(first) = brand.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        match (brand.is_empty(), self.last4.is_empty()) {
            (true, true) => "A card".to_owned(),
            (false, true) => brand,
            (true, false) => format!("A card {}", self.last4),
            (false, false) => format!("{brand} {}", self.last4),
        }
    }
}

/// What a plan is called there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAtStripe {
    pub account: StripeAccount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<StripeProductId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<PriceAtStripe>,
}

impl PlanAtStripe {
    pub fn price(&self, is: PriceIs) -> Option<&PriceAtStripe> {
        self.prices.iter().find(|known| known.is == is)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceAtStripe {
    pub id: StripePriceId,
    pub is: PriceIs,
    /// New subscriptions can have it.
    pub active: bool,
}

/// Everything of a price, none of which ever changes there: another amount is another price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PriceIs {
    /// For one, before tax that comes on top.
    pub amount: Money,
    /// `None`: paid once, as a setup fee is.
    pub every: Option<Frequency>,
    pub tax_mode: TaxMode,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_in_the_currencys_own_units() {
        assert_eq!(OfflineLimits::usual(Currency::USD).ticket.minor(), 25_000);
        let yen = Currency::from_code("JPY").unwrap();
        assert_eq!(OfflineLimits::usual(yen).desk.minor(), 1_000);
        let dinar = Currency::from_code("KWD").unwrap();
        assert_eq!(OfflineLimits::usual(dinar).refund_alone.minor(), 250_000);
    }

    #[test]
    fn a_card_is_called_by_what_is_known_of_it() {
        let card = |brand: &str, last4: &str| CardOnFile {
            id: "pm_1".parse().unwrap(),
            brand: brand.to_owned(),
            last4: last4.to_owned(),
            expires: None,
        };
        assert_eq!(card("visa", "4242").words(), "Visa 4242");
        assert_eq!(card("cartes_bancaires", "").words(), "Cartes bancaires");
        assert_eq!((card("", "1").words(), card("", "").words()), ("A card 1".into(), "A card".into()));
    }
}
