//! Before the database is open: first start, the passphrase, the demo.

use serde::{Deserialize, Serialize};

/// What the window should show first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartStatus {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    pub state: StartState,
    pub version: String,
    pub data_dir: String,
    /// Where the program writes what went wrong.
    pub log_dir: String,
    /// Whether the system's keychain answers; where not, an owner's passphrase guards the data.
    pub keychain: bool,
    /// A passphrase opens the data, beside the recovery key and perhaps the keychain.
    #[serde(default)]
    pub passphrase: bool,
    /// The open data is the made-up practice.
    pub demo: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartState {
    /// No data here yet: show the guide.
    NeedsSetup,
    /// There is data, but no keychain gave its key: ask for the passphrase or the recovery key.
    Locked,
    /// The data is open; ask [`crate::practice::WhoAmI`] next.
    Ready,
}

/// Makes the encrypted database and its keys; asked once, by the first start guide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateDatabase {
    /// Needed where no keychain answers: 8 to 200 characters.
    #[serde(default)]
    pub passphrase: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatabaseCreated {
    /// Eight groups of four characters; shown once, stored nowhere in clear.
    pub recovery_key: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unlock {
    /// The passphrase, or the recovery key with or without spaces.
    pub secret: String,
}

/// Makes a new recovery key; the one before no longer opens the data. Needs an owner's PIN with the request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenewRecoveryKey {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecoveryKeyMade {
    /// Eight groups of four characters; shown once, stored nowhere in clear.
    pub recovery_key: Vec<String>,
}

/// Another passphrase in the place of the one that opens the data. Needs an owner's PIN with the request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangePassphrase {
    pub current: String,
    /// 8 to 200 characters.
    pub new: String,
}

/// Closes what is open and opens the made-up practice in a folder of its own, making it first where needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenDemo {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemoOpened {
    pub started: Started,
    /// The made-up staff with their PINs.
    pub staff: Vec<DemoStaff>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemoStaff {
    pub name: String,
    pub role: domain::practice::Role,
    pub pin: String,
}
