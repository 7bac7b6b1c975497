//! The key of the encrypted database: in the system's keychain, or under the owner's passphrase.
//!
//! The database key is 32 random bytes and is never written in clear. `key.json` beside the database holds it
//! wrapped: under the recovery key that is shown once, and under the owner's passphrase where one was given. Where
//! a keychain answers, it holds the key itself and nobody is asked for anything at start.
//!
//! ```text
//! open() ──> keychain has it ───────────────> DatabaseKey
//!        ──> a passphrase file was named ───> DatabaseKey, or WrongSecret
//!        ──> neither ───────────────────────> None: the window asks, then unlock(secret)
//! ```

mod key_file;
mod keychain;
mod recovery;
mod secret;

use key_file::{KeyFile, Wrapped};
pub use keychain::{Keychain, KeychainError, NoKeychain, SystemKeychain};
pub use recovery::RecoveryKey;
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Names a file whose first line is the passphrase, for programs that run where nobody can be asked.
pub const PASSPHRASE_FILE: &str = "PERENNIAL_PASSPHRASE_FILE";
/// Set to `off`, the system's keychain is not asked for anything.
pub const KEYCHAIN: &str = "PERENNIAL_KEYCHAIN";
/// How many characters a passphrase has.
pub const PASSPHRASE_LENGTH: std::ops::RangeInclusive<usize> = 8..=200;

/// Guards made-up data, which is no secret: a demo opens anywhere without asking a keychain or a person.
pub const DEMO_PASSPHRASE: &str = "made-up practice";

/// The 256 bits that open the database.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hexadecimal digits, as SQLCipher takes a raw key.
    pub fn hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(*self.0))
    }

    fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), &mut *bytes).ok()?;
        Some(Self(bytes))
    }

    fn fresh() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(|_| VaultError::NoRandomness)?;
        Ok(Self(bytes))
    }
}

impl std::fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseKey(..)")
    }
}

/// Why a key could not be made or opened; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error(
        "That is neither the passphrase nor the recovery key of this data. Nothing was changed; try again."
    )]
    WrongSecret,
    #[error(
        "This computer has no keychain that answers, so the data needs a passphrase of 8 to 200 characters."
    )]
    PassphraseNeeded,
    #[error("A passphrase has 8 to 200 characters.")]
    PassphraseLength,
    #[error("That is not the passphrase of this data. Nothing was changed; try again.")]
    WrongPassphrase,
    #[error("No passphrase guards this data: its key is in the system's keychain. Nothing was changed.")]
    NoPassphrase,
    #[error("This practice is made up and its key is no secret. Nothing was changed.")]
    MadeUp,
    #[error("{} has a key already. Nothing was changed.", .0.display())]
    AlreadyExists(PathBuf),
    #[error("{} holds data but its key.json is missing. Copy key.json back from the backup of this folder.", .0.display())]
    KeyFileMissing(PathBuf),
    #[error("{} cannot be read as a key file: {why}. Copy it back from the backup of this folder.", path.display())]
    KeyFileDamaged { path: PathBuf, why: String },
    #[error("{}: {source}. Check that the folder can be read and written.", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("The system's keychain refused: {0}")]
    Keychain(#[from] KeychainError),
    #[error("The system gave no random numbers; restart the computer and try again.")]
    NoRandomness,
}

/// The keeper of one data folder's key.
pub struct Vault {
    folder: PathBuf,
    keychain: Box<dyn Keychain>,
    passphrase_file: Option<PathBuf>,
}

impl Vault {
    /// Of the data in `folder`, as the environment says ([`KEYCHAIN`], [`PASSPHRASE_FILE`]).
    pub fn of(folder: &Path) -> Self {
        let off = std::env::var_os(KEYCHAIN).is_some_and(|value| value == "off");
        let keychain: Box<dyn Keychain> = if off { Box::new(NoKeychain) } else { Box::new(SystemKeychain) };
        Self::with(folder, keychain, std::env::var_os(PASSPHRASE_FILE).map(PathBuf::from))
    }

    /// Of the data in `folder`, with the keychain and the passphrase file given.
    pub fn with(folder: &Path, keychain: Box<dyn Keychain>, passphrase_file: Option<PathBuf>) -> Self {
        Self { folder: folder.to_owned(), keychain, passphrase_file }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database that the key opens.
    pub fn database(&self) -> PathBuf {
        self.folder.join("practice.db")
    }

    /// There is data here, or at least its key.
    pub fn exists(&self) -> bool {
        self.key_file().exists() || self.database().exists()
    }

    /// The data here was made up by [`Vault::create_for_demo`].
    pub fn is_made_up(&self) -> bool {
        self.read().is_ok_and(|file| file.made_up)
    }

    /// Whether the system's keychain can hold the key; where not, a passphrase guards it.
    pub fn keychain_answers(&self) -> bool {
        self.keychain.answers()
    }

    /// Makes the key of a new database, to be called once for a folder.
    ///
    /// With a keychain `passphrase` may be left out; without one it is needed (a passphrase file counts).
    pub fn create(&self, passphrase: Option<&str>) -> Result<(DatabaseKey, RecoveryKey), VaultError> {
        let passphrase = match passphrase {
            Some(given) => Some(Zeroizing::new(given.to_owned())),
            None => self.passphrase_from_file()?,
        };
        let keychain = self.keychain.answers();
        if passphrase.is_none() && !keychain {
            return Err(VaultError::PassphraseNeeded);
        }
        let (key, recovery, file) = self.prepare(passphrase.as_deref().map(String::as_str))?;
        // The keychain first: a file without its keychain entry would ask for a passphrase that was never given.
        if keychain {
            self.keychain.put(&file.id, &key.hex())?;
        }
        self.write(&file)?;
        Ok((key, recovery))
    }

    /// Makes the key of a database of made-up data, which anyone may open.
    pub fn create_for_demo(&self) -> Result<DatabaseKey, VaultError> {
        let (key, _, file) = self.prepare(Some(DEMO_PASSPHRASE))?;
        self.write(&KeyFile { made_up: true, ..file })?;
        Ok(key)
    }

    fn prepare(&self, passphrase: Option<&str>) -> Result<(DatabaseKey, RecoveryKey, KeyFile), VaultError> {
        if self.exists() {
            return Err(VaultError::AlreadyExists(self.folder.clone()));
        }
        if passphrase.is_some_and(|given| !PASSPHRASE_LENGTH.contains(&given.chars().count())) {
            return Err(VaultError::PassphraseLength);
        }
        let key = DatabaseKey::fresh()?;
        let recovery = RecoveryKey::fresh()?;
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|_| VaultError::NoRandomness)?;
        let file = KeyFile {
            version: key_file::VERSION,
            id: hex::encode(id),
            fingerprint: key_file::fingerprint(&key),
            made_up: false,
            passphrase: passphrase.map(|given| Wrapped::under_passphrase(&key, given)).transpose()?,
            recovery: Wrapped::under_recovery_key(&key, &recovery)?,
        };
        Ok((key, recovery, file))
    }

    fn write(&self, file: &KeyFile) -> Result<(), VaultError> {
        fs::create_dir_all(&self.folder).map_err(|source| self.io(source))?;
        file.write(&self.key_file())
    }

    /// The key without asking anyone, or `None` where a person must be asked for it.
    pub fn open(&self) -> Result<Option<DatabaseKey>, VaultError> {
        let file = self.read()?;
        if file.made_up {
            return self.unlock(DEMO_PASSPHRASE).map(Some);
        }
        match self.keychain.get(&file.id) {
            Ok(Some(text)) => {
                let key = DatabaseKey::from_hex(&text).filter(|key| file.is_of(key));
                if key.is_some() {
                    return Ok(key);
                }
                log::warn!("the keychain holds another key than that of {}", self.folder.display());
            }
            Ok(None) => {}
            Err(problem) => log::info!("no keychain: {problem}"),
        }
        match self.passphrase_from_file()? {
            Some(passphrase) => self.unlock(&passphrase).map(Some),
            None => Ok(None),
        }
    }

    /// The key, by the passphrase or by the recovery key with or without spaces.
    ///
    /// Where a keychain answers the key is put back into it, so that this is asked once.
    pub fn unlock(&self, secret: &str) -> Result<DatabaseKey, VaultError> {
        let file = self.read()?;
        let by_passphrase = file.passphrase.as_ref().and_then(|wrapped| wrapped.open_with_passphrase(secret));
        let by_recovery_key =
            || RecoveryKey::parse(secret).and_then(|key| file.recovery.open_with_recovery_key(&key));
        let key = by_passphrase
            .or_else(by_recovery_key)
            .filter(|key| file.is_of(key))
            .ok_or(VaultError::WrongSecret)?;
        if !file.made_up
            && self.keychain.answers()
            && let Err(problem) = self.keychain.put(&file.id, &key.hex())
        {
            log::warn!("the key could not be put back into the keychain: {problem}");
        }
        Ok(key)
    }

    /// Whether a passphrase opens this data, beside the recovery key and perhaps a keychain.
    pub fn has_passphrase(&self) -> bool {
        self.read().is_ok_and(|file| file.passphrase.is_some() && !file.made_up)
    }

    /// Makes a new recovery key; the one before no longer opens this folder's `key.json`.
    ///
    /// `key` is that of the open database: whoever asks has opened it already. A copy of `key.json` from before goes on
    /// opening with the recovery key from before.
    pub fn renew_recovery_key(&self, key: &DatabaseKey) -> Result<RecoveryKey, VaultError> {
        let file = self.read()?;
        if file.made_up {
            return Err(VaultError::MadeUp);
        }
        if !file.is_of(key) {
            return Err(VaultError::WrongSecret);
        }
        let recovery = RecoveryKey::fresh()?;
        self.write(&KeyFile { recovery: Wrapped::under_recovery_key(key, &recovery)?, ..file })?;
        Ok(recovery)
    }

    /// Puts another passphrase in the place of the one that opens this data.
    pub fn change_passphrase(&self, current: &str, new: &str) -> Result<(), VaultError> {
        let file = self.read()?;
        if file.made_up {
            return Err(VaultError::MadeUp);
        }
        let wrapped = file.passphrase.as_ref().ok_or(VaultError::NoPassphrase)?;
        if !PASSPHRASE_LENGTH.contains(&new.chars().count()) {
            return Err(VaultError::PassphraseLength);
        }
        let key = wrapped
            .open_with_passphrase(current)
            .filter(|key| file.is_of(key))
            .ok_or(VaultError::WrongPassphrase)?;
        self.write(&KeyFile { passphrase: Some(Wrapped::under_passphrase(&key, new)?), ..file })
    }

    fn read(&self) -> Result<KeyFile, VaultError> {
        let path = self.key_file();
        if !path.exists() {
            return Err(VaultError::KeyFileMissing(self.folder.clone()));
        }
        KeyFile::read(&path)
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join("key.json")
    }

    fn passphrase_from_file(&self) -> Result<Option<Zeroizing<String>>, VaultError> {
        let Some(path) = &self.passphrase_file else { return Ok(None) };
        let text = fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|source| VaultError::Io { path: path.clone(), source })?;
        Ok(Some(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())))
    }

    fn io(&self, source: io::Error) -> VaultError {
        VaultError::Io { path: self.folder.clone(), source }
    }
}
