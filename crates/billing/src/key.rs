//! The practice's key, which is shown to nobody.

use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// A restricted key of Stripe's, <https://docs.stripe.com/keys/restricted-api-keys>, or a secret key of its test mode, with
/// which no money moves. It is wiped from memory when it goes, and shows itself as `rk_test_…1234`.
#[derive(Clone, PartialEq, Eq)]
pub struct StripeKey {
    text: Zeroizing<String>,
    start: &'static str,
    mode: KeyMode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMode {
    /// No money moves.
    Test,
    Live,
}

/// What was entered is no key that this program uses. It is not repeated here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    #[error(
        "That is a secret key of real money, which may do anything with the account. Make a restricted key in Stripe's \
         dashboard, under Developers > API keys > Create restricted key, and enter that: it begins with rk_live_."
    )]
    Secret,
    #[error(
        "That is a publishable key, which can't charge anything. Enter a restricted key: it begins with rk_."
    )]
    Publishable,
    #[error("That is no restricted key of Stripe's: those begin with rk_test_ or rk_live_. Copy all of it.")]
    NoKey,
}

const TAKEN: [(&str, KeyMode); 3] =
    [("rk_test_", KeyMode::Test), ("rk_live_", KeyMode::Live), (SECRET_TEST, KeyMode::Test)];
const SECRET_TEST: &str = "sk_test_";

impl FromStr for StripeKey {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let text = text.trim();
        if text.starts_with("sk_") && !text.starts_with(SECRET_TEST) {
            return Err(BadKey::Secret);
        }
        if text.starts_with("pk_") {
            return Err(BadKey::Publishable);
        }
        let (start, mode) =
            TAKEN.into_iter().find(|(start, _)| text.starts_with(start)).ok_or(BadKey::NoKey)?;
        let rest = &text[start.len()..];
        let whole = (8..=500).contains(&rest.len());
        if !whole || !rest.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
            return Err(BadKey::NoKey);
        }
        Ok(Self { text: Zeroizing::new(text.to_owned()), start, mode })
    }
}

impl StripeKey {
    pub fn mode(&self) -> KeyMode {
        self.mode
    }

    /// Only what the owner allowed; a secret key may do everything.
    pub fn is_restricted(&self) -> bool {
        self.start != SECRET_TEST
    }

    /// The key itself: for the keychain and for Stripe, never for a log or a person.
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for StripeKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}\u{2026}{}", self.start, &self.text[self.text.len() - 4..])
    }
}

impl fmt::Debug for StripeKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_its_mode_and_its_last_four() {
        let key: StripeKey = " rk_test_51AbCdEfGh1234\n".parse().unwrap();
        assert_eq!(
            (key.to_string(), format!("{key:?}")),
            ("rk_test_…1234".to_owned(), "rk_test_…1234".to_owned())
        );
        assert_eq!((key.mode(), key.reveal()), (KeyMode::Test, "rk_test_51AbCdEfGh1234"));
        assert_eq!("rk_live_51AbCdEfGh1234".parse::<StripeKey>().unwrap().mode(), KeyMode::Live);
    }

    #[test]
    fn a_secret_key_is_taken_in_test_mode_alone() {
        let key: StripeKey = "sk_test_51AbCdEfGh1234".parse().unwrap();
        assert_eq!((key.mode(), key.is_restricted()), (KeyMode::Test, false));
        assert_eq!(format!("{key:?}"), "sk_test_…1234");
        assert!("rk_live_51AbCdEfGh1234".parse::<StripeKey>().unwrap().is_restricted());
        let refused = "sk_live_51AbCdEfGh1234".parse::<StripeKey>().unwrap_err();
        assert!(refused.to_string().contains("Create restricted key"), "{refused}");
    }

    #[test]
    fn what_is_no_restricted_key_is_refused_and_not_repeated() {
        for (text, why) in [
            ("sk_live_51AbCdEfGh1234", BadKey::Secret),
            ("sk_51AbCdEfGh1234", BadKey::Secret),
            ("sk_test_51AbCd EfGh1234", BadKey::NoKey),
            ("pk_test_51AbCdEfGh1234", BadKey::Publishable),
            ("rk_test_", BadKey::NoKey),
            ("rk_test_…1234", BadKey::NoKey),
            ("rk_test_51AbCd EfGh1234", BadKey::NoKey),
            ("rk_test_51AbCd\r\nX: 1234", BadKey::NoKey),
            ("51AbCdEfGh1234", BadKey::NoKey),
        ] {
            let problem = text.parse::<StripeKey>().unwrap_err();
            assert_eq!(problem, why, "{text}");
            assert!(!problem.to_string().contains("51Ab"));
        }
    }
}
