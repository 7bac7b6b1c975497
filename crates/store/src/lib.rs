//! The encrypted database: the journal, its projections, and the questions they answer.

mod database;
mod doctor;
mod journal;
mod phone;
mod project;
pub mod query;
mod readers;
mod script;
mod seal;
mod sealing;

pub use database::{DatabaseKey, Head, Look, Store, Transaction};
pub use doctor::{Diagnosis, diagnose, diagnose_file, fingerprint};
pub use journal::{
    Advanced, Draft, Header, History, Journaled, Sale, SealedRecord, customer_key, details_of, everything,
    history_of, put_customer_key, record, records_about,
};
pub use readers::{Reader, Readers};
pub use script::{Script, Value};
pub use seal::CustomerKey;
pub use sealing::is_erased;

/// What can go wrong with the database itself; a refusal of the business is never one of these.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not a database, or the key is another one's; the file was left as it was.
    #[error("the key does not open this database; nothing was changed")]
    WrongKey,
    #[error("{0} does not exist")]
    NotFound(std::path::PathBuf),
    #[error("{0} exists already; nothing was changed")]
    AlreadyExists(std::path::PathBuf),
    #[error("this database was written by a newer version of Perennial; update the program to open it")]
    Newer,
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migrate(sqlx::migrate::MigrateError),
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// A stored row cannot be read back: damage, or a defect.
    #[error("{what} cannot be read: {why}")]
    Unreadable { what: String, why: String },
    /// A record from elsewhere does not hash to what it says.
    #[error("record {0} was altered on its way")]
    Altered(domain::RecordId),
    #[error("person {0} was erased on request, and nothing more is written about them")]
    Erased(domain::CustomerId),
    #[error("no random numbers from the system: {0}")]
    Random(String),
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;
