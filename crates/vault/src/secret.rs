//! The password of the mail server and the key of Stripe's: in the system's keychain, or sealed beside the data where
//! there is none.

use crate::{DatabaseKey, Vault, VaultError, key_file};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use std::fs;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// Something that is kept beside the key of the data, each under names of its own.
struct Named {
    /// After the id of the data, in the keychain.
    account: &'static str,
    /// Beside the data, where no keychain answers.
    file: &'static str,
    /// What the key it is sealed under is derived for.
    sealed_for: &'static str,
}

const MAIL_PASSWORD: Named =
    Named { account: "mail", file: "mail.key", sealed_for: "app.perennial.desk 2026 mail password" };
const STRIPE_KEY: Named =
    Named { account: "stripe", file: "stripe.key", sealed_for: "app.perennial.desk 2026 stripe key" };

impl Vault {
    /// The mail server's password; `None` where none was kept. `key` is that of the open database.
    pub fn mail_password(&self, key: &DatabaseKey) -> Result<Option<Zeroizing<String>>, VaultError> {
        self.secret(&MAIL_PASSWORD, key)
    }

    /// Keeps the mail server's password; an empty one forgets it.
    pub fn keep_mail_password(&self, key: &DatabaseKey, password: &str) -> Result<(), VaultError> {
        self.keep_secret(&MAIL_PASSWORD, key, password)
    }

    /// The practice's key of Stripe's; `None` where none was kept. `key` is that of the open database.
    pub fn stripe_key(&self, key: &DatabaseKey) -> Result<Option<Zeroizing<String>>, VaultError> {
        self.secret(&STRIPE_KEY, key)
    }

    /// Keeps the practice's key of Stripe's; an empty one forgets it.
    pub fn keep_stripe_key(&self, key: &DatabaseKey, text: &str) -> Result<(), VaultError> {
        self.keep_secret(&STRIPE_KEY, key, text)
    }

    fn secret(&self, named: &Named, key: &DatabaseKey) -> Result<Option<Zeroizing<String>>, VaultError> {
        if let Some(account) = self.account_of(named)
            && let Ok(Some(kept)) = self.keychain.get(&account)
            && !kept.is_empty()
        {
            return Ok(Some(kept));
        }
        let path = self.folder.join(named.file);
        if !path.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&path).map_err(|source| VaultError::Io { path, source })?;
        let opened = hex::decode(text.trim()).ok().and_then(|bytes| open(named, key, &bytes));
        // Of another key, or damaged: it has to be typed once more.
        Ok(opened.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok().map(Zeroizing::new)))
    }

    fn keep_secret(&self, named: &Named, key: &DatabaseKey, secret: &str) -> Result<(), VaultError> {
        let account = self.account_of(named).filter(|_| self.keychain.answers());
        if let Some(account) = &account {
            self.keychain.put(account, secret)?;
        }
        let path = self.folder.join(named.file);
        if account.is_some() || secret.is_empty() {
            return match fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    Err(VaultError::Io { path, source })
                }
                _ => Ok(()),
            };
        }
        let sealed = hex::encode(seal(named, key, secret.as_bytes())?);
        key_file::write_private(&path, sealed.as_bytes())
    }

    /// Made-up data has no keychain of its own.
    fn account_of(&self, named: &Named) -> Option<String> {
        let file = self.read().ok().filter(|file| !file.made_up)?;
        Some(format!("{} {}", file.id, named.account))
    }
}

fn sealing_key(named: &Named, key: &DatabaseKey) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(blake3::derive_key(named.sealed_for, key.bytes()))
}

fn seal(named: &Named, key: &DatabaseKey, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
    let sealed = XChaCha20Poly1305::new((&*sealing_key(named, key)).into())
        .encrypt(XNonce::from_slice(&nonce), secret)
        .expect("a short text can always be sealed");
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(named: &Named, key: &DatabaseKey, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
    let cipher = XChaCha20Poly1305::new((&*sealing_key(named, key)).into());
    cipher.decrypt(XNonce::from_slice(nonce), sealed).ok().map(Zeroizing::new)
}
