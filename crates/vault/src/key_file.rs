//! `key.json`: the database key, wrapped, with what it takes to unwrap it again.

use crate::{DatabaseKey, RecoveryKey, VaultError};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, Write},
    path::Path,
};
use zeroize::Zeroizing;

pub const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
pub struct KeyFile {
    pub version: u32,
    /// The keychain account, random, so that every data folder has its own even after it was moved.
    pub id: String,
    /// Tells a wrong key from the right one without opening the database.
    pub fingerprint: String,
    /// The data is made up; the passphrase is [`crate::DEMO_PASSPHRASE`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub made_up: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passphrase: Option<Wrapped>,
    pub recovery: Wrapped,
}

/// The database key under another key, by XChaCha20-Poly1305.
#[derive(Serialize, Deserialize)]
pub struct Wrapped {
    nonce: String,
    sealed: String,
    /// How a passphrase becomes the wrapping key; absent for the recovery key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    argon2id: Option<Argon2id>,
}

/// Kept in the file, so that stronger settings can come later without locking old data out.
#[derive(Clone, Serialize, Deserialize)]
struct Argon2id {
    salt: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl KeyFile {
    pub fn read(path: &Path) -> Result<Self, VaultError> {
        let damaged = |why: String| VaultError::KeyFileDamaged { path: path.to_owned(), why };
        let text =
            fs::read_to_string(path).map_err(|source| VaultError::Io { path: path.to_owned(), source })?;
        let file: Self = serde_json::from_str(&text).map_err(|problem| damaged(problem.to_string()))?;
        if file.version != VERSION {
            return Err(damaged(format!("it is of version {}, this program reads {VERSION}", file.version)));
        }
        Ok(file)
    }

    /// Written beside, synced and moved into place: after a power cut there is a whole file or none.
    pub fn write(&self, path: &Path) -> Result<(), VaultError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|problem| VaultError::Io { path: path.to_owned(), source: problem.into() })?;
        write_private(path, text.as_bytes())
    }

    pub fn is_of(&self, key: &DatabaseKey) -> bool {
        self.fingerprint == fingerprint(key)
    }
}

impl Wrapped {
    pub fn under_passphrase(key: &DatabaseKey, passphrase: &str) -> Result<Self, VaultError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| VaultError::NoRandomness)?;
        // 64 MiB and three passes: about a fifth of a second at a counter, dear for someone who guesses.
        let argon2id = Argon2id { salt: hex::encode(salt), memory_kib: 64 * 1024, passes: 3, lanes: 1 };
        let wrapping = argon2id.stretch(passphrase).ok_or(VaultError::PassphraseLength)?;
        Ok(Self { argon2id: Some(argon2id), ..Self::seal(key, &wrapping)? })
    }

    pub fn under_recovery_key(key: &DatabaseKey, recovery: &RecoveryKey) -> Result<Self, VaultError> {
        Self::seal(key, &recovery.wrapping_key())
    }

    pub fn open_with_passphrase(&self, passphrase: &str) -> Option<DatabaseKey> {
        self.open(&*self.argon2id.as_ref()?.stretch(passphrase)?)
    }

    pub fn open_with_recovery_key(&self, recovery: &RecoveryKey) -> Option<DatabaseKey> {
        self.open(&recovery.wrapping_key())
    }

    fn seal(key: &DatabaseKey, wrapping: &[u8; 32]) -> Result<Self, VaultError> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
        let sealed = XChaCha20Poly1305::new(wrapping.into())
            .encrypt(XNonce::from_slice(&nonce), key.bytes().as_slice())
            .expect("32 bytes can always be sealed");
        Ok(Self { nonce: hex::encode(nonce), sealed: hex::encode(sealed), argon2id: None })
    }

    fn open(&self, wrapping: &[u8; 32]) -> Option<DatabaseKey> {
        let mut nonce = [0; 24];
        hex::decode_to_slice(&self.nonce, &mut nonce).ok()?;
        let sealed = hex::decode(&self.sealed).ok()?;
        let opened = XChaCha20Poly1305::new(wrapping.into())
            .decrypt(XNonce::from_slice(&nonce), sealed.as_slice())
            .map(Zeroizing::new)
            .ok()?;
        Some(DatabaseKey(Zeroizing::new(opened.as_slice().try_into().ok()?)))
    }
}

impl Argon2id {
    fn stretch(&self, passphrase: &str) -> Option<Zeroizing<[u8; 32]>> {
        let salt = hex::decode(&self.salt).ok()?;
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &salt, &mut *key)
            .ok()?;
        Some(key)
    }
}

pub fn fingerprint(key: &DatabaseKey) -> String {
    hex::encode(&blake3::derive_key("app.perennial.desk 2026 key fingerprint", key.bytes())[..8])
}

/// Written beside, synced and moved into place.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let written = || -> io::Result<()> {
        let mut file = private_file(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        sync_folder(path)
    };
    written().map_err(|source| VaultError::Io { path: path.to_owned(), source })
}

fn private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the move itself durable; Windows does so by itself and has no way to ask.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
