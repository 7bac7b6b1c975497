//! Opening the database, and the one writing transaction at a time.

use crate::journal::{Current, current_of, currents, entity_key};
use crate::readers::{Reader, Readers};
use crate::script::Script;
use crate::{Result, StoreError};
use domain::record::{Entity, Hlc, Place};
use domain::{Day, DeskId};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor, Row};
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// The 256-bit key of SQLCipher, in hex.
#[derive(Clone)]
pub struct DatabaseKey(String);

impl DatabaseKey {
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(hex::encode(bytes))
    }

    /// `None` where the text is not 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        (trimmed.len() == 64 && trimmed.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .then(|| Self(trimmed.to_owned()))
    }

    fn pragma(&self) -> String {
        format!("\"x'{}'\"", self.0)
    }
}

/// Where this desk's own chain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub desk: DeskId,
    /// Of the last record written here; 0 before the first.
    pub seq: u64,
    pub hash: [u8; 32],
    /// The latest tick seen from anywhere.
    pub at: Hlc,
    /// The last receipt number given out here.
    pub receipt: u32,
    /// The day the projections are as of.
    pub as_of: Option<Day>,
}

struct Writer {
    conn: ManuallyDrop<SqliteConnection>,
    /// A transaction was begun and neither committed nor rolled back.
    open: bool,
    head: Head,
    pace: Pace,
}

/// How commits reach the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// Each by itself, and on the disk before it is acknowledged.
    Durable,
    /// Many at once, as savepoints of one transaction.
    Quick {
        begun: bool,
        /// So many records since it began.
        records: u64,
    },
}

/// So many records go to the file together while nobody relies on them: what they touch fits into the page cache.
const QUICKLY_TOGETHER: u64 = 512;

/// An open database: one connection that writes, a few that read.
///
/// Whoever drops one without [`Store::close`] leaves its connections open to the end of the process: their threads would
/// close them at any later moment, and SQLCipher frees what they need as soon as `main` returns. A program that had
/// done everything right crashed then now and then on its way out.
pub struct Store {
    writer: Arc<Mutex<Writer>>,
    readers: Readers,
    path: PathBuf,
    quick: AtomicBool,
}

/// A connection to look through; it sees every commit.
pub enum Look {
    Reader(Reader),
    Writer(WriterLook),
}

/// While commits are held together, only the connection that made them sees them.
pub struct WriterLook(OwnedMutexGuard<Writer>);

impl Look {
    pub fn conn(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Reader(conn) => conn,
            Self::Writer(look) => &mut look.0.conn,
        }
    }
}

/// A writing transaction; dropped without [`Transaction::commit`], nothing happened.
///
/// What it writes is gathered and goes to the database with whatever is asked of it next, or with the commit.
pub struct Transaction {
    writer: OwnedMutexGuard<Writer>,
    pub(crate) head: Head,
    /// It begins in the database with the first statement.
    begun: bool,
    gathered: Script,
    /// Where entities stand, as far as this transaction has looked: nobody else writes meanwhile.
    pub(crate) known: BTreeMap<Entity, Current>,
    /// What it is to look at with the next question.
    wanted: Vec<Entity>,
    /// A person is erased in it: with its commit nothing of before stays in the write-ahead log.
    pub(crate) erases: bool,
}

impl Store {
    /// Makes a new encrypted database for the desk `desk`.
    pub async fn create(path: &Path, key: &DatabaseKey, desk: DeskId) -> Result<Self> {
        if path.exists() {
            return Err(StoreError::AlreadyExists(path.to_owned()));
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        keep_cipher_alive().await?;
        create_private(path)?;
        let mut conn = options(path, key, Access::Writes).connect().await?;
        MIGRATIONS.run(&mut conn).await.map_err(StoreError::Migrate)?;
        sqlx::query("INSERT INTO keeping (name, value) VALUES ('desk', ?)")
            .bind(desk.to_string())
            .execute(&mut conn)
            .await?;
        conn.close().await?;
        Self::open(path, key).await
    }

    /// Opens a database and brings its schema up to date; a wrong key leaves the file as it was.
    pub async fn open(path: &Path, key: &DatabaseKey) -> Result<Self> {
        if !path.exists() {
            return Err(StoreError::NotFound(path.to_owned()));
        }
        keep_cipher_alive().await?;
        check_key(path, key).await?;
        let mut conn = options(path, key, Access::Writes).connect().await?;
        MIGRATIONS.run(&mut conn).await.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(_) => StoreError::Newer,
            other => StoreError::Migrate(other),
        })?;
        let head = read_head(&mut conn).await?;
        let readers = Readers::open(&options(path, key, Access::Reads)).await?;
        let conn = ManuallyDrop::new(conn);
        let writer = Arc::new(Mutex::new(Writer { conn, open: false, head, pace: Pace::Durable }));
        Ok(Self { writer, readers, path: path.to_owned(), quick: AtomicBool::new(false) })
    }

    /// Begins the one writing transaction; waits for the one before it.
    pub async fn begin(&self) -> Result<Transaction> {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        writer.leave_nothing_open().await?;
        let head = writer.head;
        Ok(Transaction {
            writer,
            head,
            begun: false,
            gathered: Script::default(),
            known: BTreeMap::new(),
            wanted: Vec::new(),
            erases: false,
        })
    }

    /// A connection that only looks.
    pub async fn look(&self) -> Result<Look> {
        if !self.quick.load(Ordering::SeqCst) {
            return Ok(Look::Reader(self.readers.acquire().await?));
        }
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        writer.leave_nothing_open().await?;
        Ok(Look::Writer(WriterLook(writer)))
    }

    /// Where this desk's chain stands, after the last commit.
    pub async fn head(&self) -> Head {
        self.writer.lock().await.head
    }

    /// Commits many at once and without waiting for the disk, until [`Self::be_durable`]: for filling a new database
    /// that nobody relies on yet. Only [`Self::look`] and transactions see what is committed meanwhile.
    pub async fn be_quick(&self) -> Result<()> {
        let mut writer = self.writer.lock().await;
        writer.conn.execute("PRAGMA synchronous = OFF").await?;
        writer.pace = Pace::Quick { begun: false, records: 0 };
        self.quick.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Makes all that was committed durable, and every commit from now on.
    pub async fn be_durable(&self) -> Result<()> {
        let mut writer = self.writer.lock().await;
        writer.leave_nothing_open().await?;
        writer.let_go().await?;
        writer.pace = Pace::Durable;
        self.quick.store(false, Ordering::SeqCst);
        writer.conn.execute("PRAGMA synchronous = FULL").await?;
        writer.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        Ok(())
    }

    /// Connections that only read; they see every transaction that is in the file.
    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub async fn close(self) -> Result<()> {
        if self.quick.load(Ordering::SeqCst) {
            self.be_durable().await?;
        }
        self.readers.close().await?;
        if let Ok(writer) = Arc::try_unwrap(self.writer) {
            ManuallyDrop::into_inner(writer.into_inner().conn).close().await?;
        }
        Ok(())
    }
}

impl Transaction {
    /// The connection, behind everything gathered so far.
    pub async fn conn(&mut self) -> Result<&mut SqliteConnection> {
        self.send(Script::default()).await?;
        Ok(&mut self.writer.conn)
    }

    /// Gathers statements whose answers nobody waits for; they go with the next question, or with the commit.
    pub fn gather(&mut self) -> &mut Script {
        &mut self.gathered
    }

    /// Reads where an entity stands with the next question, unless it is known already.
    pub fn want(&mut self, entity: Entity) {
        if !self.known.contains_key(&entity) && !self.wanted.contains(&entity) {
            self.wanted.push(entity);
        }
    }

    /// Runs a script behind everything gathered, in the same visit; the rows of each of its statements.
    pub async fn ask(&mut self, script: Script) -> Result<Vec<Vec<SqliteRow>>> {
        let wanted = std::mem::take(&mut self.wanted);
        let mut all = currents(&wanted);
        let (of_wanted, asked) = (all.len(), script.len());
        all.append(script);
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let mut answers = self.send(all).await?;
        let last = answers.split_off(answers.len().saturating_sub(asked));
        let states = answers.split_off(answers.len().saturating_sub(of_wanted));
        let mut found = BTreeMap::new();
        for row in states.iter().flatten() {
            found.insert(row.get::<Vec<u8>, _>("id"), current_of(row)?);
        }
        for entity in wanted {
            let current = found.remove(entity_key(entity).as_slice()).unwrap_or_default();
            self.known.insert(entity, current);
        }
        Ok(last)
    }

    /// [`Self::ask`] for a script of one statement.
    pub async fn rows(&mut self, script: Script) -> Result<Vec<SqliteRow>> {
        Ok(self.ask(script).await?.pop().unwrap_or_default())
    }

    async fn send(&mut self, script: Script) -> Result<Vec<Vec<SqliteRow>>> {
        let mut all = Script::default();
        if !self.begun {
            all.append(self.writer.open());
            self.begun = true;
        }
        all.append(std::mem::take(&mut self.gathered));
        all.append(script);
        all.run(&mut self.writer.conn).await
    }

    /// Where this desk's chain stands inside this transaction.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The next receipt number of this desk; dense, because it is taken only by what commits.
    pub fn next_receipt(&mut self) -> u32 {
        self.head.receipt += 1;
        let number = self.head.receipt;
        self.keep("receipt", &number.to_string());
        number
    }

    pub fn keep(&mut self, name: &str, value: &str) {
        self.gathered
            .add(
                "INSERT INTO keeping (name, value) VALUES (?, ?)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )
            .bind(name)
            .bind(value);
    }

    /// Makes it all durable: one write-ahead log sync.
    pub async fn commit(mut self) -> Result<()> {
        if self.begun || !self.gathered.is_empty() {
            let appended = self.head.seq - self.writer.head.seq;
            let closing = self.writer.closing(appended);
            self.send(closing).await?;
            self.writer.closed(appended);
            self.writer.open = false;
        }
        self.writer.head = self.head;
        if self.erases {
            // A reader that is still looking keeps the log; it goes with a later checkpoint.
            let _ = self.writer.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
        Ok(())
    }

    /// Undoes it all, now rather than at the next transaction.
    pub async fn roll_back(mut self) -> Result<()> {
        if self.begun {
            self.writer.roll_back().await?;
        }
        self.writer.open = false;
        Ok(())
    }
}

impl Writer {
    /// What begins a transaction.
    fn open(&mut self) -> Script {
        self.open = true;
        match &mut self.pace {
            Pace::Durable => Script::of("BEGIN IMMEDIATE"),
            Pace::Quick { begun: true, .. } => Script::of("SAVEPOINT one"),
            Pace::Quick { begun, .. } => {
                *begun = true;
                let mut opening = Script::of("BEGIN IMMEDIATE");
                opening.add("SAVEPOINT one");
                opening
            }
        }
    }

    /// What ends one that added so many records.
    fn closing(&self, appended: u64) -> Script {
        match self.pace {
            Pace::Durable => Script::of("COMMIT"),
            Pace::Quick { records, .. } => {
                let mut closing = Script::of("RELEASE one");
                if records + appended >= QUICKLY_TOGETHER {
                    closing.add("COMMIT");
                }
                closing
            }
        }
    }

    fn closed(&mut self, appended: u64) {
        if let Pace::Quick { begun, records } = &mut self.pace {
            *records += appended;
            if *records >= QUICKLY_TOGETHER {
                (*begun, *records) = (false, 0);
            }
        }
    }

    async fn roll_back(&mut self) -> Result<()> {
        let Pace::Quick { .. } = self.pace else {
            self.conn.execute("ROLLBACK").await?;
            return Ok(());
        };
        self.conn.execute("ROLLBACK TO one").await?;
        self.conn.execute("RELEASE one").await?;
        Ok(())
    }

    /// Lets the commits that were held together go to the file.
    async fn let_go(&mut self) -> Result<()> {
        if let Pace::Quick { begun: true, .. } = self.pace {
            self.conn.execute("COMMIT").await?;
            self.pace = Pace::Quick { begun: false, records: 0 };
        }
        Ok(())
    }

    /// Undoes what was begun and left by whoever began it.
    ///
    /// It may have been left in the middle of its commit: then nothing is open any more, and the head has moved.
    async fn leave_nothing_open(&mut self) -> Result<()> {
        if self.open {
            let _ = self.roll_back().await;
            self.head = read_head(&mut self.conn).await?;
            self.open = false;
        }
        Ok(())
    }
}

enum Access {
    Writes,
    Reads,
}

fn options(path: &Path, key: &DatabaseKey, access: Access) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .pragma("key", key.pragma())
        .pragma("cipher_log_level", "NONE")
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(256)
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-32000")
        .disable_statement_logging();
    match access {
        // FULL: an acknowledged sale survives a power cut; NORMAL loses the last ones.
        Access::Writes => options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full),
        Access::Reads => options.pragma("query_only", "1"),
    }
}

/// Keeps one keyed connection of the process open for ever.
///
/// SQLCipher shuts its provider down with the last connection and starts it with the next; two threads that do both
/// at once make a good key fail.
async fn keep_cipher_alive() -> Result<()> {
    static KEPT: tokio::sync::OnceCell<Mutex<SqliteConnection>> = tokio::sync::OnceCell::const_new();
    KEPT.get_or_try_init(|| async {
        let key = DatabaseKey::from_bytes(&[0; 32]);
        let options = SqliteConnectOptions::new().in_memory(true).pragma("key", key.pragma());
        options.disable_statement_logging().connect().await.map(Mutex::new)
    })
    .await?;
    Ok(())
}

/// Reads one page with the key and touches nothing, so that a wrong key cannot harm the file.
async fn check_key(path: &Path, key: &DatabaseKey) -> Result<()> {
    let mut conn = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .pragma("key", key.pragma())
        .pragma("cipher_log_level", "NONE")
        .disable_statement_logging()
        .connect()
        .await
        .map_err(wrong_key)?;
    sqlx::query("SELECT count(*) FROM sqlite_master").fetch_one(&mut conn).await.map_err(wrong_key)?;
    conn.close().await?;
    Ok(())
}

/// SQLite says "file is not a database" (26) for a wrong key.
fn wrong_key(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
    if code.as_deref() == Some("26") { StoreError::WrongKey } else { StoreError::Sql(error) }
}

/// SQLite makes files readable by all; ours are the owner's alone.
fn create_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?;
    Ok(())
}

async fn read_head(conn: &mut SqliteConnection) -> Result<Head> {
    let rows = sqlx::query("SELECT name, value FROM keeping").fetch_all(&mut *conn).await?;
    let kept = |name: &str| {
        rows.iter().find(|row| row.get::<&str, _>("name") == name).map(|row| row.get::<String, _>("value"))
    };
    let desk: DeskId = kept("desk").and_then(|text| text.parse().ok()).ok_or_else(|| {
        StoreError::Unreadable { what: "the desk's id".into(), why: "it is missing".into() }
    })?;
    let last = sqlx::query("SELECT seq, hash FROM record WHERE desk = ? ORDER BY seq DESC LIMIT 1")
        .bind(desk.0.as_bytes().as_slice())
        .fetch_optional(&mut *conn)
        .await?;
    let latest =
        sqlx::query("SELECT at_millis, at_count FROM record ORDER BY at_millis DESC, at_count DESC LIMIT 1")
            .fetch_optional(&mut *conn)
            .await?;
    Ok(Head {
        desk,
        seq: last.as_ref().map_or(0, |row| row.get::<i64, _>("seq") as u64),
        hash: last.and_then(|row| row.get::<Vec<u8>, _>("hash").try_into().ok()).unwrap_or([0; 32]),
        at: latest
            .map_or(Hlc::default(), |row| Hlc { millis: row.get("at_millis"), count: row.get("at_count") }),
        receipt: kept("receipt").and_then(|text| text.parse().ok()).unwrap_or(0),
        as_of: kept("as_of").and_then(|text| text.parse().ok()),
    })
}

/// A place as its four columns.
pub(crate) fn place_of(row: &sqlx::sqlite::SqliteRow) -> Result<Place> {
    Ok(Place {
        at: Hlc { millis: row.get("at_millis"), count: row.get("at_count") },
        desk: DeskId(uuid_of(row.get("desk"))?),
        seq: row.get::<i64, _>("seq") as u64,
    })
}

pub(crate) fn uuid_of(bytes: &[u8]) -> Result<uuid::Uuid> {
    uuid::Uuid::from_slice(bytes)
        .map_err(|error| StoreError::Unreadable { what: "an id".into(), why: error.to_string() })
}
