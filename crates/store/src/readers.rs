//! The connections that only read, lent one at a time.
//!
//! Not sqlx's pool: that gives a connection back in a task of its own, and one whose runtime ends before the task ran is
//! closed by its thread at any later moment, also while the process ends (see [`crate::Store`]).

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// So many look at once; a fifth waits for one of them.
const AT_ONCE: usize = 4;

pub struct Readers {
    all: Vec<Arc<Mutex<ManuallyDrop<SqliteConnection>>>>,
    free: Arc<Semaphore>,
}

/// A connection that only reads, given back when it is dropped.
pub struct Reader {
    // Given back before the permit that lets the next one look for it.
    conn: OwnedMutexGuard<ManuallyDrop<SqliteConnection>>,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    pub(crate) async fn open(options: &SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let mut all = Vec::with_capacity(AT_ONCE);
        for _ in 0..AT_ONCE {
            all.push(Arc::new(Mutex::new(ManuallyDrop::new(options.connect().await?))));
        }
        Ok(Self { all, free: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// Lends a connection; waits while all are lent.
    pub async fn acquire(&self) -> Result<Reader, sqlx::Error> {
        let permit = Arc::clone(&self.free).acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let conn = self.all.iter().find_map(|conn| Arc::clone(conn).try_lock_owned().ok());
        // There are as many permits as connections.
        conn.map(|conn| Reader { conn, _permit: permit }).ok_or(sqlx::Error::PoolTimedOut)
    }

    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        for conn in self.all {
            if let Ok(conn) = Arc::try_unwrap(conn) {
                ManuallyDrop::into_inner(conn.into_inner()).close().await?;
            }
        }
        Ok(())
    }
}

impl Deref for Reader {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.conn
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.conn
    }
}
