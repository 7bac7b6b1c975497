//! Where Stripe is.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Names another place than Stripe, on this computer, for trying the program out.
pub const STRIPE_API: &str = "PERENNIAL_STRIPE_API";

const STRIPE: &str = "https://api.stripe.com";

/// Stripe, or something on this very computer that stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(Place);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Stripe,
    Here(String),
}

/// Keys and customers' names go to Stripe and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is neither https://api.stripe.com nor on this computer")]
pub struct BadBase(pub String);

impl Base {
    pub fn stripe() -> Self {
        Self(Place::Stripe)
    }

    /// Stripe, or what [`STRIPE_API`] names.
    ///
    /// # Errors
    /// It names something that is neither.
    pub fn of_environment() -> Result<Self, BadBase> {
        match std::env::var_os(STRIPE_API) {
            Some(named) if !named.is_empty() => named.to_string_lossy().parse(),
            _ => Ok(Self::stripe()),
        }
    }

    pub fn is_stripe(&self) -> bool {
        self.0 == Place::Stripe
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.to_string().starts_with("https://")
    }
}

impl FromStr for Base {
    type Err = BadBase;

    /// `https://api.stripe.com`, or `http(s)://` with `localhost` or a loopback address, and a port.
    fn from_str(text: &str) -> Result<Self, BadBase> {
        let text = text.trim().trim_end_matches('/');
        if text == STRIPE {
            return Ok(Self::stripe());
        }
        let bad = || BadBase(text.chars().take(80).collect());
        let uri: hyper::Uri = text.parse().map_err(|_| bad())?;
        let plain_path = matches!(uri.path(), "" | "/") && uri.query().is_none();
        let web = matches!(uri.scheme_str(), Some("http" | "https"));
        let authority = uri.authority().ok_or_else(bad)?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if web && here && plain_path && !authority.as_str().contains('@') {
            Ok(Self(Place::Here(text.to_owned())))
        } else {
            Err(bad())
        }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Stripe => out.write_str(STRIPE),
            Place::Here(text) => out.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stripe_and_this_computer_are_places() {
        assert!("https://api.stripe.com/".parse::<Base>().unwrap().is_stripe());
        for here in
            ["http://127.0.0.1:12111", "http://localhost:80/", "https://[::1]:8443", "http://127.8.8.8"]
        {
            assert!(!here.parse::<Base>().unwrap().is_stripe(), "{here}");
        }
        for elsewhere in [
            "http://api.stripe.com",
            "https://api.stripe.com.example.org",
            "https://api.stripe.com:444",
            "http://localhost.example.org",
            "http://127.0.0.1@example.org",
            "http://key@127.0.0.1",
            "http://10.0.0.1",
            "http://127.0.0.1/v1",
            "http://127.0.0.1/?a=b",
            "ftp://127.0.0.1",
            "127.0.0.1:80",
            "",
        ] {
            assert!(elsewhere.parse::<Base>().is_err(), "{elsewhere}");
        }
    }
}
