//! API keys and what restricted ones may: <https://docs.stripe.com/keys>.

use crate::error::{ApiError, ErrorKind};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The keys every double starts with.
pub const SECRET_TEST: &str = "sk_test_double00000000000000";
pub const SECRET_LIVE: &str = "sk_live_double00000000000000";
/// May do everything a restricted key can.
pub const RESTRICTED_TEST: &str = "rk_test_double00000000000000";
pub const RESTRICTED_LIVE: &str = "rk_live_double00000000000000";

pub struct Keys {
    known: HashMap<String, Key>,
}

#[derive(Debug, Clone)]
pub struct Key {
    pub livemode: bool,
    /// `rak_customer_write` and such; nothing for a secret key, which may do everything.
    pub permissions: Option<Arc<HashSet<String>>>,
    expired: bool,
}

impl Default for Keys {
    fn default() -> Self {
        let mut keys = Self { known: HashMap::new() };
        keys.add(SECRET_TEST, None);
        keys.add(SECRET_LIVE, None);
        let everything: Vec<String> =
            RESOURCES.iter().map(|(_, resource)| format!("rak_{resource}_write")).collect();
        keys.add(RESTRICTED_TEST, Some(&everything));
        keys.add(RESTRICTED_LIVE, Some(&everything));
        keys
    }
}

/// The resource that guards each path.
const RESOURCES: &[(&str, &str)] = &[
    ("account", "accounts_kyc_basic"),
    ("balance", "balance"),
    ("balance_transactions", "balance_transaction_source"),
    ("billing_portal", "customer_portal"),
    ("charges", "charge"),
    ("checkout", "checkout_session"),
    ("coupons", "coupon"),
    ("customers", "customer"),
    ("disputes", "dispute"),
    ("events", "event"),
    ("invoice_payments", "invoice"),
    ("invoiceitems", "invoice"),
    ("invoices", "invoice"),
    ("payment_intents", "payment_intent"),
    ("payment_methods", "payment_method"),
    ("prices", "plan"),
    ("products", "product"),
    ("refunds", "charge"),
    ("setup_intents", "setup_intent"),
    ("subscription_items", "subscription"),
    ("subscriptions", "subscription"),
    ("tax_rates", "tax_rate"),
];

impl Keys {
    pub fn add(&mut self, key: &str, permissions: Option<&[String]>) {
        let permissions = permissions.map(|permissions| Arc::new(permissions.iter().cloned().collect()));
        let livemode = key.contains("_live_");
        self.known.insert(key.to_owned(), Key { livemode, permissions, expired: false });
    }

    /// As after a rotation: the key is known and no longer let in.
    pub fn expire(&mut self, key: &str) {
        if let Some(key) = self.known.get_mut(key) {
            key.expired = true;
        }
    }

    /// 401 where the key is missing, unknown or expired.
    pub fn check(&self, key: Option<&str>) -> Result<Key, ApiError> {
        let Some(written) = key.filter(|key| !key.is_empty()) else {
            return Err(ApiError::new(
                401,
                ErrorKind::InvalidRequest,
                "You did not provide an API key. You need to provide your API key in the Authorization header, using \
                 Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication \
                 for details, or we can help at https://support.stripe.com/.",
            ));
        };
        match self.known.get(written) {
            Some(key) if key.expired => Err(ApiError::new(
                401,
                ErrorKind::InvalidRequest,
                format!("Expired API Key provided: {}", masked(written)),
            )
            .code("api_key_expired")),
            Some(key) => Ok(key.clone()),
            None => Err(ApiError::new(
                401,
                ErrorKind::InvalidRequest,
                format!("Invalid API Key provided: {}", masked(written)),
            )),
        }
    }
}

impl Key {
    /// 403 that names what is missing. To be allowed to write is to be allowed to read.
    pub fn check(&self, written: &str, account: &str, is_read: bool, path: &str) -> Result<(), ApiError> {
        let Some(permissions) = &self.permissions else { return Ok(()) };
        let first = path.trim_start_matches("/v1/").split('/').next().unwrap_or_default();
        let Some((_, resource)) = RESOURCES.iter().find(|(name, _)| *name == first) else { return Ok(()) };
        let (read, write) = (format!("rak_{resource}_read"), format!("rak_{resource}_write"));
        let allowed = permissions.contains(&write) || (is_read && permissions.contains(&read));
        if allowed {
            return Ok(());
        }
        let wanted = if is_read { read } else { write };
        Err(ApiError::new(
            403,
            ErrorKind::InvalidRequest,
            format!(
                "The provided key '{}' does not have the required permissions for this endpoint on account \
                 '{account}'. Having the '{wanted}' permission would allow this request to continue.",
                masked(written)
            ),
        ))
    }
}

/// `sk_test_****************0000`
fn masked(key: &str) -> String {
    let signs: Vec<char> = key.chars().collect();
    let head = if key.starts_with("sk_") || key.starts_with("rk_") { 8 } else { 0 };
    if signs.len() <= head + 4 {
        return "*".repeat(signs.len());
    }
    let hidden = signs.len() - head - 4;
    let start: String = signs[..head].iter().collect();
    let end: String = signs[signs.len() - 4..].iter().collect();
    format!("{start}{}{end}", "*".repeat(hidden))
}
