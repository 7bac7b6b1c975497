//! A made-up practice with a year behind it, to look around in.
//!
//! Everything in it goes through the desk's own use cases under a clock that is turned by hand, so that whatever the
//! desk refuses cannot be in the demo either. The same size, seed and end give the same ids and the same figures.

mod history;
mod people;
mod plans;
mod practice;
mod world;

use domain::Instant;
use domain::practice::Role;
use protocol::ErrorReply;
use std::path::Path;
use store::{DatabaseKey, StoreError};
use world::World;

/// How large, which one, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// People with a membership of their own, up to 5,000; as many again as a quarter of them only visit.
    pub members: u32,
    pub seed: u64,
    /// Nothing in it happens later.
    pub until: Instant,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub staff: Vec<MadeStaff>,
    pub customers: u32,
    pub memberships: u32,
    pub tickets: u32,
    /// What was tried and the rules did not allow, as at any counter.
    pub refused: Vec<Refused>,
}

/// What was asked, why it was refused, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub what: &'static str,
    pub code: String,
    pub times: u32,
}

/// Someone who can sign in, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeStaff {
    pub name: &'static str,
    pub role: Role,
    pub pin: &'static str,
}

/// Why there is no demo; nothing was left behind.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("the demo was refused at {step}: {} ({})", reply.message, reply.code)]
    Refused { step: &'static str, reply: ErrorReply },
    #[error("a demo has up to 5,000 members, not {0}")]
    TooMany(u32),
}

pub type Result<T, E = DemoError> = std::result::Result<T, E>;

const MOST_MEMBERS: u32 = 5_000;

/// Everyone who works in the demo, with the PINs to sign in by.
pub fn staff() -> Vec<MadeStaff> {
    practice::STAFF.map(|(name, role, pin)| MadeStaff { name, role, pin }).to_vec()
}

/// Makes the demo's database at `path`, where there must be none yet.
///
/// It is made beside and moved into place whole: a program that dies on the way leaves no half a practice.
pub async fn make(path: &Path, key: &DatabaseKey, size: Size) -> Result<Made> {
    if size.members > MOST_MEMBERS {
        return Err(DemoError::TooMany(size.members));
    }
    if path.exists() {
        return Err(StoreError::AlreadyExists(path.to_owned()).into());
    }
    let beside = path.with_extension("making");
    remove(&beside)?;
    match fill(&beside, key, size).await {
        Ok(made) => {
            std::fs::rename(&beside, path).map_err(StoreError::File)?;
            Ok(made)
        }
        Err(error) => {
            remove(&beside)?;
            Err(error)
        }
    }
}

async fn fill(path: &Path, key: &DatabaseKey, size: Size) -> Result<Made> {
    let mut world = World::begin(path, key, size).await?;
    let shop = practice::set_up(&mut world).await?;
    let plans = plans::put_on_sale(&mut world, &shop).await?;
    let made = history::live(&mut world, &shop, &plans, size.members).await?;
    world.end().await?;
    Ok(made)
}

/// Removes a database and what SQLite keeps beside it.
fn remove(path: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(Path::new(&name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::File(error).into());
            }
            _ => {}
        }
    }
    Ok(())
}
