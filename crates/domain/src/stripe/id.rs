//! Stripe's names for its objects, one type each.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The text can't be the id of an object: it would not fit into a path as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("that is no id of Stripe's")]
pub struct NoStripeId;

/// Letters, digits and `_-.`, at most 255 of them: what Stripe makes, and what it lets people choose for products and
/// coupons. Nothing in it changes a path or a query.
fn checked(text: String) -> Result<String, NoStripeId> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let dots = text.chars().all(|letter| letter == '.');
    if text.is_empty() || text.len() > 255 || dots || !text.chars().all(plain) {
        return Err(NoStripeId);
    }
    Ok(text)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NoStripeId;
            fn try_from(text: String) -> Result<Self, NoStripeId> {
                checked(text).map(Self)
            }
        }

        impl FromStr for $name {
            type Err = NoStripeId;
            fn from_str(text: &str) -> Result<Self, NoStripeId> {
                checked(text.to_owned()).map(Self)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// `acct_`
    StripeAccountId;
    /// `cus_`
    StripeCustomerId;
    /// `prod_`, or what somebody chose.
    StripeProductId;
    /// `price_`
    StripePriceId;
    /// What somebody or Stripe chose.
    StripeCouponId;
    /// `txr_`
    StripeTaxRateId;
    /// `cs_`
    StripeCheckoutSessionId;
    /// `bps_`
    StripePortalSessionId;
    /// `seti_`
    StripeSetupIntentId;
    /// `pm_`, and `card_` or `src_` of old accounts.
    StripePaymentMethodId;
    /// `sub_`
    StripeSubscriptionId;
    /// `si_`
    StripeSubscriptionItemId;
    /// `in_`
    StripeInvoiceId;
    /// `ii_`
    StripeInvoiceItemId;
    /// `pi_`
    StripePaymentIntentId;
    /// `ch_` or `py_`
    StripeChargeId;
    /// `re_` or `pyr_`
    StripeRefundId;
    /// `dp_` or `du_`
    StripeDisputeId;
    /// `evt_`
    StripeEventId;
}
