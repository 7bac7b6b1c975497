//! The system's keychain, seen as a place for one secret per data folder.

use zeroize::Zeroizing;

const SERVICE: &str = "app.perennial.desk";

/// What the keychain answered, in its own words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct KeychainError(String);

/// Keeps secrets by account name.
pub trait Keychain: Send + Sync {
    fn answers(&self) -> bool;
    fn get(&self, account: &str) -> Result<Option<Zeroizing<String>>, KeychainError>;
    fn put(&self, account: &str, secret: &str) -> Result<(), KeychainError>;
}

/// macOS keychain, Windows credential manager, or the Secret Service of the Linux desktop.
pub struct SystemKeychain;

impl Keychain for SystemKeychain {
    fn answers(&self) -> bool {
        // Reading an entry that was never made tells whether anyone is there without leaving anything behind.
        self.get("probe").is_ok()
    }

    fn get(&self, account: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        match entry(account)?.get_password() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(problem) => Err(KeychainError(problem.to_string())),
        }
    }

    fn put(&self, account: &str, secret: &str) -> Result<(), KeychainError> {
        entry(account)?.set_password(secret).map_err(|problem| KeychainError(problem.to_string()))
    }
}

fn entry(account: &str) -> Result<keyring::v1::Entry, KeychainError> {
    keyring::v1::Entry::new(SERVICE, account).map_err(|problem| KeychainError(problem.to_string()))
}

/// A computer without a keychain.
pub struct NoKeychain;

impl Keychain for NoKeychain {
    fn answers(&self) -> bool {
        false
    }

    fn get(&self, _account: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        Ok(None)
    }

    fn put(&self, _account: &str, _secret: &str) -> Result<(), KeychainError> {
        Err(KeychainError("there is none".to_owned()))
    }
}
