//! A data folder: the key beside the database, and the desk inside.

use crate::Failure;
use desk::{Clock, Desk, Ids, SystemClock, SystemIds};
use domain::DeskId;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{DatabaseKey, Store};
use vault::{KEYCHAIN, Keychain, NoKeychain, SystemKeychain, Vault};

pub struct Folder {
    vault: Vault,
}

impl Folder {
    /// With a passphrase file, or as the environment says.
    pub fn of(path: &Path, passphrase_file: Option<PathBuf>) -> Self {
        let vault = match passphrase_file {
            None => Vault::of(path),
            Some(file) => {
                let off = std::env::var_os(KEYCHAIN).is_some_and(|value| value == "off");
                let keychain: Box<dyn Keychain> =
                    if off { Box::new(NoKeychain) } else { Box::new(SystemKeychain) };
                Vault::with(path, keychain, Some(file))
            }
        };
        Self { vault }
    }

    pub fn database(&self) -> PathBuf {
        self.vault.database()
    }

    /// Makes the key, once; gives the recovery key to write down.
    pub fn make_key(&self) -> Result<(DatabaseKey, Vec<String>), Failure> {
        let (key, recovery) = self.vault.create(None)?;
        Ok((DatabaseKey::from_bytes(key.bytes()), recovery.groups()))
    }

    /// Makes the key of made-up data, which opens anywhere without asking for anything.
    pub fn make_demo_key(&self) -> Result<DatabaseKey, Failure> {
        Ok(DatabaseKey::from_bytes(self.vault.create_for_demo()?.bytes()))
    }

    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    pub fn key(&self) -> Result<DatabaseKey, Failure> {
        Ok(DatabaseKey::from_bytes(self.opened_by()?.bytes()))
    }

    /// The key as the vault knows it, which opens what else is kept beside the data.
    pub fn opened_by(&self) -> Result<vault::DatabaseKey, Failure> {
        if !self.vault.exists() {
            return Err(Failure::new(
                "no_practice",
                format!(
                    "There is no practice in {}. Make one with init or demo.",
                    self.vault.folder().display()
                ),
            ));
        }
        self.vault.open()?.ok_or_else(|| {
            Failure::new("locked", "No keychain gave the key of this data; name a --passphrase-file.")
        })
    }

    /// The database, made now where there is only its key.
    pub async fn store(&self) -> Result<Store, Failure> {
        let key = self.key()?;
        if self.database().exists() {
            return Ok(Store::open(&self.database(), &key).await?);
        }
        let desk = DeskId(SystemIds.fresh(SystemClock.now()));
        Ok(Store::create(&self.database(), &key, desk).await?)
    }

    pub async fn desk(&self) -> Result<Desk, Failure> {
        Ok(Desk::open(self.store().await?, Arc::new(SystemClock), Arc::new(SystemIds)).await?)
    }
}
