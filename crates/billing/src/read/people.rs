//! Who pays, and with what; and whose account it is.

use super::expand;
use super::{
    CheckoutStatus, Metadata, Object, Seconds, SetupIntentStatus, StripeAccountId, StripeCheckoutSessionId,
    StripeCustomerId, StripePaymentMethodId, StripePortalSessionId, StripeSetupIntentId, or_default,
};
use serde::{Deserialize, Serialize};

/// <https://docs.stripe.com/api/customers/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Customer {
    pub id: StripeCustomerId,
    /// Then nothing else is told.
    #[serde(default)]
    pub deleted: bool,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Set by the first charge; subscriptions in another are refused.
    pub currency: Option<String>,
    /// The latest automatic charge failed.
    pub delinquent: Option<bool>,
    /// What the next invoices take: negative is the customer's credit.
    #[serde(default, deserialize_with = "or_default")]
    pub balance: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub invoice_settings: CustomerInvoiceSettings,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    pub created: Option<Seconds>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct CustomerInvoiceSettings {
    #[serde(default, deserialize_with = "expand::some_id")]
    pub default_payment_method: Option<StripePaymentMethodId>,
}

impl Object for Customer {
    const NAME: &'static str = "customer";
}

/// <https://docs.stripe.com/api/payment_methods/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentMethod {
    pub id: StripePaymentMethodId,
    /// `card`, `link`, `us_bank_account`...
    #[serde(rename = "type")]
    pub kind: String,
    pub card: Option<Card>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub customer: Option<StripeCustomerId>,
    pub created: Option<Seconds>,
}

impl Object for PaymentMethod {
    const NAME: &'static str = "payment_method";
}

/// What may be known of a card here: never its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// `visa`
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub exp_month: Option<u32>,
    pub exp_year: Option<u32>,
    /// `credit`, `debit`, `prepaid`
    pub funding: Option<String>,
}

/// <https://docs.stripe.com/api/checkout/sessions/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckoutSession {
    pub id: StripeCheckoutSessionId,
    pub status: Option<CheckoutStatus>,
    /// Stripe's page; gone once the session is complete or expired.
    pub url: Option<String>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub customer: Option<StripeCustomerId>,
    pub setup_intent: Option<expand::Expandable<StripeSetupIntentId, SetupIntent>>,
    pub expires_at: Option<Seconds>,
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
}

impl Object for CheckoutSession {
    const NAME: &'static str = "checkout.session";
}

/// <https://docs.stripe.com/api/setup_intents/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SetupIntent {
    pub id: StripeSetupIntentId,
    pub status: SetupIntentStatus,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub customer: Option<StripeCustomerId>,
    #[serde(default, deserialize_with = "expand::some_id")]
    pub payment_method: Option<StripePaymentMethodId>,
    pub last_setup_error: Option<super::PaymentError>,
}

impl Object for SetupIntent {
    const NAME: &'static str = "setup_intent";
}

/// <https://docs.stripe.com/api/customer_portal/sessions/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PortalSession {
    pub id: StripePortalSessionId,
    /// Whoever has it is let in, for five minutes.
    pub url: String,
}

impl Object for PortalSession {
    const NAME: &'static str = "billing_portal.session";
}

/// <https://docs.stripe.com/api/accounts/object>
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    pub id: StripeAccountId,
    pub country: Option<String>,
    pub default_currency: Option<String>,
    pub charges_enabled: Option<bool>,
    pub business_profile: Option<BusinessProfile>,
    pub settings: Option<AccountSettings>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BusinessProfile {
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccountSettings {
    pub dashboard: Option<AccountDashboard>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccountDashboard {
    pub display_name: Option<String>,
    pub timezone: Option<String>,
}

impl Account {
    /// What people call the account.
    pub fn name(&self) -> Option<&str> {
        let shown =
            self.settings.as_ref().and_then(|settings| settings.dashboard.as_ref()?.display_name.as_deref());
        shown.or_else(|| self.business_profile.as_ref()?.name.as_deref())
    }
}

impl Object for Account {
    const NAME: &'static str = "account";
}
