//! The one door between the window and the desk.

use protocol::{
    Ask, ErrorReply, Request,
    start::{DatabaseCreated, StartState, Started},
};
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;
use tauri::State;
use tokio::sync::Mutex;
use vault::{DatabaseKey, Vault, VaultError};

/// What the door opens onto: the data folder and, once its key is known, the desk.
pub struct Shell {
    vault: Vault,
    version: String,
    key: Mutex<Option<DatabaseKey>>,
}

impl Shell {
    pub fn new(data: PathBuf, version: String) -> Self {
        Self { vault: Vault::of(&data), version, key: Mutex::new(None) }
    }
}

/// Every request of the window comes through here.
#[tauri::command]
pub async fn call(shell: State<'_, Shell>, request: Value) -> Result<Value, ErrorReply> {
    let ask: Ask = serde_json::from_value(request).map_err(|problem| {
        refusal("unknown_request", format!("The request was not understood: {problem}."))
    })?;
    shell.answer(ask).await
}

impl Shell {
    async fn answer(&self, ask: Ask) -> Result<Value, ErrorReply> {
        match ask.request {
            Request::StartStatus(_) => reply(self.status().await?),
            Request::CreateDatabase(request) => reply(self.create(request.passphrase.as_deref()).await?),
            Request::Unlock(request) => reply(self.unlock(&request.secret).await?),
            other => {
                Err(refusal("locked", format!("The data is not open, so {} has no answer.", other.name())))
            }
        }
    }

    async fn status(&self) -> Result<Started, ErrorReply> {
        let mut key = self.key.lock().await;
        let state = if !self.vault.exists() {
            StartState::NeedsSetup
        } else {
            if key.is_none() {
                *key = self.vault.open().map_err(vault_refusal)?;
            }
            if key.is_some() { StartState::Ready } else { StartState::Locked }
        };
        Ok(Started {
            state,
            version: self.version.clone(),
            data_dir: self.vault.folder().display().to_string(),
            keychain: self.vault.keychain_answers(),
            demo: false,
        })
    }

    async fn create(&self, passphrase: Option<&str>) -> Result<DatabaseCreated, ErrorReply> {
        let mut key = self.key.lock().await;
        let (fresh, recovery) = self.vault.create(passphrase).map_err(vault_refusal)?;
        *key = Some(fresh);
        Ok(DatabaseCreated { recovery_key: recovery.groups() })
    }

    async fn unlock(&self, secret: &str) -> Result<Started, ErrorReply> {
        *self.key.lock().await = Some(self.vault.unlock(secret).map_err(vault_refusal)?);
        self.status().await
    }
}

fn reply(value: impl Serialize) -> Result<Value, ErrorReply> {
    serde_json::to_value(value).map_err(|problem| {
        refusal("unreadable_reply", format!("The answer could not be written: {problem}."))
    })
}

fn vault_refusal(problem: VaultError) -> ErrorReply {
    let code = match &problem {
        VaultError::WrongSecret => "wrong_secret",
        VaultError::PassphraseNeeded => "passphrase_needed",
        VaultError::PassphraseLength => "passphrase_length",
        VaultError::AlreadyExists(_) => "already_set_up",
        VaultError::KeyFileMissing(_) => "key_file_missing",
        VaultError::KeyFileDamaged { .. } => "key_file_damaged",
        VaultError::Io { .. } => "disk_failed",
        VaultError::Keychain(_) => "keychain_failed",
        VaultError::NoRandomness => "no_randomness",
    };
    refusal(code, problem.to_string())
}

fn refusal(code: &str, message: String) -> ErrorReply {
    ErrorReply { code: code.to_owned(), message, details: Value::Null }
}
