//! The one door between the window and the desk.
//!
//! What comes before the database is open is answered here: first start, the passphrase, the demo. Every other
//! request goes to [`Desk::call`], which checks who is signed in and what they may do.

use desk::{Clock, Desk, Ids, SystemClock, SystemIds};
use domain::DeskId;
use protocol::{
    Ask, ErrorReply, Request,
    start::{DatabaseCreated, DemoOpened, DemoStaff, StartState, Started},
};
use serde::Serialize;
use serde_json::Value;
use std::{path::PathBuf, rc::Rc, sync::Arc, time::Duration};
use store::{DatabaseKey, Store, StoreError};
use tauri::State;
use tokio::sync::{Mutex, MutexGuard, mpsc, oneshot};
use vault::{DEMO_PASSPHRASE, Vault, VaultError};

/// Enough to fill every screen, few enough to be made while one waits.
const DEMO_MEMBERS: u32 = 200;

/// Between two looks at the calendar; a round with nothing due is one indexed question.
const ROUND: Duration = Duration::from_secs(60);

/// The window's side of the door.
///
/// The desk works on a thread of its own, where any number of requests are under way at once; nothing that is slow
/// there holds up the window.
pub struct Shell {
    asks: mpsc::UnboundedSender<Waiting>,
}

struct Waiting {
    ask: Ask,
    answer: oneshot::Sender<Result<Value, ErrorReply>>,
}

/// Every request of the window comes through here.
#[tauri::command]
pub async fn call(shell: State<'_, Shell>, request: Value) -> Result<Value, ErrorReply> {
    let ask: Ask = serde_json::from_value(request).map_err(|problem| {
        refusal("unknown_request", format!("The request was not understood: {problem}."))
    })?;
    let (answer, answered) = oneshot::channel();
    let gone = || {
        refusal("desk_gone", "The desk stopped working. Restart Perennial; what was saved is safe.".into())
    };
    shell.asks.send(Waiting { ask, answer }).map_err(|_| gone())?;
    answered.await.map_err(|_| gone())?
}

impl Shell {
    /// Starts the desk's thread; the data is opened when the window first asks.
    pub fn new(data: PathBuf, version: String) -> std::io::Result<Self> {
        let (asks, waiting) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("desk".into()).spawn(move || {
            let keeper = Rc::new(Keeper {
                version,
                place: Mutex::new(Place { vault: Arc::new(Vault::of(&data)), desk: None }),
            });
            tokio::task::LocalSet::new().block_on(&runtime, serve(keeper, waiting));
        })?;
        Ok(Self { asks })
    }
}

async fn serve(keeper: Rc<Keeper>, mut waiting: mpsc::UnboundedReceiver<Waiting>) {
    tokio::task::spawn_local(make_rounds(Rc::clone(&keeper)));
    while let Some(Waiting { ask, answer }) = waiting.recv().await {
        let keeper = Rc::clone(&keeper);
        tokio::task::spawn_local(async move {
            // Nobody listens any more where the page went away meanwhile; what was asked for is done all the same.
            let _ = answer.send(keeper.answer(ask).await);
        });
    }
}

/// Grants the credits that have come due, soon after the data is opened and whenever a new day begins.
async fn make_rounds(keeper: Rc<Keeper>) {
    let mut minutes = tokio::time::interval(ROUND);
    loop {
        minutes.tick().await;
        let desk = keeper.place.lock().await.desk.clone();
        let Some(desk) = desk else { continue };
        match desk.daily_round().await {
            Ok(done) if done.granted > 0 => log::info!("daily round: {} credits granted", done.granted),
            Ok(_) => {}
            Err(problem) => log::error!("daily round: {problem}"),
        }
    }
}

/// The desk's side of the door: the data folder and, once its key is known, the desk.
struct Keeper {
    version: String,
    place: Mutex<Place>,
}

struct Place {
    vault: Arc<Vault>,
    desk: Option<Rc<Desk>>,
}

impl Keeper {
    async fn answer(&self, ask: Ask) -> Result<Value, ErrorReply> {
        match ask.request {
            Request::StartStatus(_) => reply(self.status().await?),
            Request::CreateDatabase(request) => reply(self.create(request.passphrase).await?),
            Request::Unlock(request) => reply(self.unlock(request.secret).await?),
            Request::OpenDemo(_) => reply(self.open_demo().await?),
            _ => {
                let desk = self.place.lock().await.desk.clone();
                let desk =
                    desk.ok_or_else(|| refusal("locked", "The data is not open. Unlock it first.".into()))?;
                desk.call(ask).await
            }
        }
    }

    /// What the window should show first; opens the data where nobody need be asked for its key.
    async fn status(&self) -> Result<Started, ErrorReply> {
        let mut place = self.place.lock().await;
        if place.desk.is_none() && place.vault.exists() {
            let vault = Arc::clone(&place.vault);
            if let Some(key) = patiently(move || vault.open()).await? {
                place.open(&key).await?;
            }
        }
        self.started(&place).await
    }

    async fn create(&self, passphrase: Option<String>) -> Result<DatabaseCreated, ErrorReply> {
        let mut place = self.place.lock().await;
        let vault = Arc::clone(&place.vault);
        let (key, recovery) = patiently(move || vault.create(passphrase.as_deref())).await?;
        place.open(&key).await?;
        Ok(DatabaseCreated { recovery_key: recovery.groups() })
    }

    async fn unlock(&self, secret: String) -> Result<Started, ErrorReply> {
        let mut place = self.place.lock().await;
        if place.desk.is_none() {
            let vault = Arc::clone(&place.vault);
            let key = patiently(move || vault.unlock(&secret)).await?;
            place.open(&key).await?;
        }
        self.started(&place).await
    }

    /// Opens the made-up practice, which lies in a folder of its own beside the data; makes it the first time.
    async fn open_demo(&self) -> Result<DemoOpened, ErrorReply> {
        let mut place = self.place.lock().await;
        if !place.vault.is_made_up() {
            let vault = Arc::new(Vault::of(&place.vault.folder().join("demo")));
            let keeper = Arc::clone(&vault);
            let key = patiently(move || match keeper.exists() {
                true => keeper.unlock(DEMO_PASSPHRASE),
                false => keeper.create_for_demo(),
            })
            .await?;
            if !vault.database().exists() {
                let size = demo::Size { members: DEMO_MEMBERS, seed: 1, until: SystemClock.now() };
                demo::make(&vault.database(), &DatabaseKey::from_bytes(key.bytes()), size).await.map_err(
                    |problem| refusal("demo_failed", format!("The demo could not be made: {problem}.")),
                )?;
            }
            place.close().await?;
            place.vault = vault;
            place.open(&key).await?;
        }
        let staff = demo::staff()
            .into_iter()
            .map(|one| DemoStaff { name: one.name.to_owned(), role: one.role, pin: one.pin.to_owned() })
            .collect();
        Ok(DemoOpened { started: self.started(&place).await?, staff })
    }

    async fn started(&self, place: &MutexGuard<'_, Place>) -> Result<Started, ErrorReply> {
        let state = match &place.desk {
            Some(_) => StartState::Ready,
            None if place.vault.exists() => StartState::Locked,
            None => StartState::NeedsSetup,
        };
        let vault = Arc::clone(&place.vault);
        Ok(Started {
            state,
            version: self.version.clone(),
            data_dir: vault.folder().display().to_string(),
            demo: vault.is_made_up(),
            keychain: patiently(move || Ok(vault.keychain_answers())).await?,
        })
    }
}

impl Place {
    async fn close(&mut self) -> Result<(), ErrorReply> {
        // A request that is still under way keeps the old desk until it is done; then it closes by itself.
        match self.desk.take().map(Rc::try_unwrap) {
            Some(Ok(desk)) => desk.close().await.map_err(ErrorReply::from),
            Some(Err(_)) | None => Ok(()),
        }
    }

    async fn open(&mut self, key: &vault::DatabaseKey) -> Result<(), ErrorReply> {
        let path = self.vault.database();
        let key = DatabaseKey::from_bytes(key.bytes());
        let (clock, ids) = (SystemClock, SystemIds);
        let store = if path.exists() {
            Store::open(&path, &key).await
        } else {
            // Also where the program died between making the key and making the database.
            Store::create(&path, &key, DeskId(ids.fresh(clock.now()))).await
        };
        let store = store.map_err(store_refusal)?;
        let desk = Desk::open(store, Arc::new(clock), Arc::new(ids)).await.map_err(ErrorReply::from)?;
        self.desk = Some(Rc::new(desk));
        Ok(())
    }
}

/// The keychain may ask the person, and a passphrase is slow by design: neither holds up other requests.
async fn patiently<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, ErrorReply> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(vault_refusal),
        Err(problem) => Err(refusal("key_failed", format!("The key could not be read: {problem}."))),
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

fn store_refusal(problem: StoreError) -> ErrorReply {
    log::error!("the database could not be opened: {problem}");
    refusal("database_failed", format!("The data could not be opened: {problem}."))
}

fn refusal(code: &str, message: String) -> ErrorReply {
    ErrorReply { code: code.to_owned(), message, details: Value::Null }
}
