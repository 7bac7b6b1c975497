//! The password of the mail server: in the system's keychain, or sealed beside the data where there is none.

use crate::{DatabaseKey, Vault, VaultError, key_file};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use std::fs;
use zeroize::Zeroizing;

const NONCE: usize = 24;

impl Vault {
    /// The mail server's password; `None` where none was kept. `key` is that of the open database.
    pub fn mail_password(&self, key: &DatabaseKey) -> Result<Option<Zeroizing<String>>, VaultError> {
        if let Some(account) = self.mail_account()
            && let Ok(Some(kept)) = self.keychain.get(&account)
            && !kept.is_empty()
        {
            return Ok(Some(kept));
        }
        let path = self.mail_file();
        if !path.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&path).map_err(|source| VaultError::Io { path, source })?;
        let opened = hex::decode(text.trim()).ok().and_then(|bytes| open(key, &bytes));
        // Of another key, or damaged: it has to be typed once more.
        Ok(opened.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok().map(Zeroizing::new)))
    }

    /// Keeps the mail server's password; an empty one forgets it.
    pub fn keep_mail_password(&self, key: &DatabaseKey, password: &str) -> Result<(), VaultError> {
        let account = self.mail_account().filter(|_| self.keychain.answers());
        if let Some(account) = &account {
            self.keychain.put(account, password)?;
        }
        let path = self.mail_file();
        if account.is_some() || password.is_empty() {
            return match fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    Err(VaultError::Io { path, source })
                }
                _ => Ok(()),
            };
        }
        let sealed = hex::encode(seal(key, password.as_bytes())?);
        key_file::write_private(&path, sealed.as_bytes())
    }

    /// Made-up data has no keychain of its own.
    fn mail_account(&self) -> Option<String> {
        let file = self.read().ok().filter(|file| !file.made_up)?;
        Some(format!("{} mail", file.id))
    }

    fn mail_file(&self) -> std::path::PathBuf {
        self.folder.join("mail.key")
    }
}

fn sealing_key(key: &DatabaseKey) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(blake3::derive_key("app.perennial.desk 2026 mail password", key.bytes()))
}

fn seal(key: &DatabaseKey, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
    let sealed = XChaCha20Poly1305::new((&*sealing_key(key)).into())
        .encrypt(XNonce::from_slice(&nonce), secret)
        .expect("a short text can always be sealed");
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(key: &DatabaseKey, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
    let cipher = XChaCha20Poly1305::new((&*sealing_key(key)).into());
    cipher.decrypt(XNonce::from_slice(nonce), sealed).ok().map(Zeroizing::new)
}
