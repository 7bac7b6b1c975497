//! The one door between the window and the desk.
//!
//! What comes before the database is open is answered here: first start, the passphrase, the demo. Every other
//! request goes to [`Desk::call`], which checks who is signed in and what they may do.

use crate::biller::Way;
use desk::{Clock, Desk, Ids, SystemClock, SystemIds};
use domain::DeskId;
use domain::effect::Answer;
use post::{Carrier, Server};
use protocol::{
    Ask, ErrorReply, Request,
    mail::{MailPasswordKept, MailTested, Outgoing},
    start::{ChangePassphrase, DatabaseCreated, DemoOpened, DemoStaff, RecoveryKeyMade, StartState, Started},
};
use serde::Serialize;
use serde_json::Value;
use std::{path::PathBuf, rc::Rc, sync::Arc, time::Duration};
use store::{DatabaseKey, Store, StoreError};
use tauri::State;
use tokio::sync::{Mutex, MutexGuard, mpsc, oneshot};
use vault::{DEMO_PASSPHRASE, Vault, VaultError};
use wire::{Base, Kept};

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
    shell.answer(ask).await
}

impl Shell {
    /// What the desk says; a refusal of its own where its thread has ended.
    pub async fn answer(&self, ask: Ask) -> Result<Value, ErrorReply> {
        let (answer, answered) = oneshot::channel();
        let gone = || {
            refusal(
                "desk_gone",
                "The desk stopped working. Restart Perennial; what was saved is safe.".into(),
            )
        };
        self.asks.send(Waiting { ask, answer }).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    /// Starts the desk's thread; the data is opened when the window first asks.
    pub fn new(data: PathBuf, logs: PathBuf, version: String) -> std::io::Result<Self> {
        let (asks, waiting) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("desk".into()).spawn(move || {
            let keeper = Rc::new(Keeper {
                version,
                logs,
                place: Mutex::new(Place { vault: Arc::new(Vault::of(&data)), open: None }),
                way: Way::to(Base::of_environment()),
            });
            tokio::task::LocalSet::new().block_on(&runtime, serve(keeper, waiting));
        })?;
        Ok(Self { asks })
    }
}

async fn serve(keeper: Rc<Keeper>, mut waiting: mpsc::UnboundedReceiver<Waiting>) {
    tokio::task::spawn_local(make_rounds(Rc::clone(&keeper)));
    tokio::task::spawn_local(crate::postman::carry_mail(Rc::clone(&keeper)));
    tokio::task::spawn_local(crate::biller::carry_errands(Rc::clone(&keeper)));
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
        let desk = keeper.place.lock().await.desk();
        let Some(desk) = desk else { continue };
        match desk.daily_round().await {
            Ok(done) if done.granted > 0 => log::info!("daily round: {} credits granted", done.granted),
            Ok(_) => {}
            Err(problem) => log::error!("daily round: {problem}"),
        }
    }
}

/// The desk's side of the door: the data folder and, once its key is known, the desk.
pub(crate) struct Keeper {
    version: String,
    logs: PathBuf,
    place: Mutex<Place>,
    pub(crate) way: Way,
}

struct Place {
    vault: Arc<Vault>,
    open: Option<Open>,
}

/// A desk, and the key that opened its data.
struct Open {
    desk: Rc<Desk>,
    key: vault::DatabaseKey,
    /// The key of Stripe's, once it was looked for.
    stripe: Option<Rc<Kept>>,
}

impl Keeper {
    async fn answer(&self, ask: Ask) -> Result<Value, ErrorReply> {
        match ask.request {
            Request::StartStatus(_) => reply(self.status().await?),
            Request::CreateDatabase(request) => reply(self.create(request.passphrase).await?),
            Request::Unlock(request) => reply(self.unlock(request.secret).await?),
            Request::OpenDemo(_) => reply(self.open_demo().await?),
            Request::RenewRecoveryKey(_) => {
                self.desk().await?.allows(&ask).await?;
                reply(self.renew_recovery_key().await?)
            }
            Request::ChangePassphrase(ref request) => {
                self.desk().await?.allows(&ask).await?;
                reply(self.change_passphrase((**request).clone()).await?)
            }
            Request::SetMailPassword(ref request) => {
                self.desk().await?.allows(&ask).await?;
                reply(self.keep_mail_password(request.password.clone()).await?)
            }
            Request::GetMailPassword(_) => {
                self.desk().await?.allows(&ask).await?;
                let kept = !self.mail_password().await?.is_empty();
                reply(MailPasswordKept { kept })
            }
            Request::TestMail(ref request) => {
                let desk = self.desk().await?;
                desk.allows(&ask).await?;
                let out = desk.test_letter(&request.to).map_err(ErrorReply::from)?;
                reply(self.test_mail(out).await?)
            }
            Request::GetStripe(_) => {
                self.desk().await?.allows(&ask).await?;
                reply(self.stripe_view().await?)
            }
            Request::ConnectStripe(ref request) => {
                self.desk().await?.allows(&ask).await?;
                reply(self.connect_stripe(&request.key).await?)
            }
            Request::RemoveStripeKey(_) => {
                self.desk().await?.allows(&ask).await?;
                reply(self.remove_stripe_key().await?)
            }
            _ => self.desk().await?.call(ask).await,
        }
    }

    /// What the window should show first; opens the data where nobody need be asked for its key.
    async fn status(&self) -> Result<Started, ErrorReply> {
        let mut place = self.place.lock().await;
        if place.open.is_none() && place.vault.exists() {
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
        if place.open.is_none() {
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

    /// The open desk.
    pub(crate) async fn desk(&self) -> Result<Rc<Desk>, ErrorReply> {
        self.place.lock().await.desk().ok_or_else(locked)
    }

    /// The desk that is open, if one is.
    pub(crate) async fn open_desk(&self) -> Option<Rc<Desk>> {
        self.place.lock().await.desk()
    }

    async fn keep_mail_password(&self, password: String) -> Result<MailPasswordKept, ErrorReply> {
        let (vault, key) = self.opened().await?;
        let kept = !password.is_empty();
        patiently(move || vault.keep_mail_password(&key, &password)).await?;
        Ok(MailPasswordKept { kept })
    }

    /// Empty where none is kept.
    pub(crate) async fn mail_password(&self) -> Result<String, ErrorReply> {
        let (vault, key) = self.opened().await?;
        let kept = patiently(move || vault.mail_password(&key)).await?;
        Ok(kept.map(|kept| kept.to_string()).unwrap_or_default())
    }

    async fn test_mail(&self, out: Outgoing) -> Result<MailTested, ErrorReply> {
        let server =
            Server { settings: out.settings, password: self.mail_password().await?, trusts: Vec::new() };
        let letter = out.letter;
        let answer = tokio::task::spawn_blocking(move || Carrier::to(server).carry(&letter))
            .await
            .map_err(|problem| refusal("mail_failed", format!("The test could not be sent: {problem}.")))?;
        match answer {
            Answer::Accepted(said) => Ok(MailTested { said }),
            Answer::Later(said) => Err(refusal(
                "mail_failed",
                format!("The server does not take it now: {said}. Try again later."),
            )),
            Answer::Refused(said) => {
                Err(refusal("mail_failed", format!("The server refused it: {said}. Check the addresses.")))
            }
            Answer::Unknown(said) => Err(refusal("mail_failed", format!("{said}. Look whether it arrived."))),
            Answer::NotReached(said) => {
                Err(refusal("mail_failed", format!("{said}. Check server, port, encryption and password.")))
            }
        }
    }

    async fn opened(&self) -> Result<(Arc<Vault>, vault::DatabaseKey), ErrorReply> {
        let place = self.place.lock().await;
        let key = place.open.as_ref().ok_or_else(locked)?.key.clone();
        Ok((Arc::clone(&place.vault), key))
    }

    /// What keeps the secrets of `desk`, as long as that is the one that is open.
    pub(crate) async fn opened_for(
        &self,
        desk: &Rc<Desk>,
    ) -> Result<(Arc<Vault>, vault::DatabaseKey), ErrorReply> {
        let place = self.place.lock().await;
        let open = place.open.as_ref().filter(|open| Rc::ptr_eq(&open.desk, desk)).ok_or_else(locked)?;
        Ok((Arc::clone(&place.vault), open.key.clone()))
    }

    pub(crate) async fn taken_up(&self, desk: &Rc<Desk>) -> Option<Rc<Kept>> {
        let place = self.place.lock().await;
        place.open.as_ref().filter(|open| Rc::ptr_eq(&open.desk, desk))?.stripe.clone()
    }

    pub(crate) async fn take_up_stripe(&self, desk: &Rc<Desk>, kept: Option<Rc<Kept>>) {
        let mut place = self.place.lock().await;
        if let Some(open) = place.open.as_mut().filter(|open| Rc::ptr_eq(&open.desk, desk)) {
            open.stripe = kept;
        }
    }

    async fn renew_recovery_key(&self) -> Result<RecoveryKeyMade, ErrorReply> {
        let place = self.place.lock().await;
        let key = place.open.as_ref().ok_or_else(locked)?.key.clone();
        let vault = Arc::clone(&place.vault);
        let made = patiently(move || vault.renew_recovery_key(&key)).await?;
        log::info!("a new recovery key was made");
        Ok(RecoveryKeyMade { recovery_key: made.groups() })
    }

    async fn change_passphrase(&self, request: ChangePassphrase) -> Result<Started, ErrorReply> {
        let place = self.place.lock().await;
        let vault = Arc::clone(&place.vault);
        patiently(move || vault.change_passphrase(&request.current, &request.new)).await?;
        log::info!("the passphrase was changed");
        self.started(&place).await
    }

    async fn started(&self, place: &MutexGuard<'_, Place>) -> Result<Started, ErrorReply> {
        let state = match &place.open {
            Some(_) => StartState::Ready,
            None if place.vault.exists() => StartState::Locked,
            None => StartState::NeedsSetup,
        };
        let vault = Arc::clone(&place.vault);
        Ok(Started {
            state,
            version: self.version.clone(),
            data_dir: vault.folder().display().to_string(),
            log_dir: self.logs.display().to_string(),
            demo: vault.is_made_up(),
            passphrase: vault.has_passphrase(),
            keychain: patiently(move || Ok(vault.keychain_answers())).await?,
        })
    }
}

impl Place {
    fn desk(&self) -> Option<Rc<Desk>> {
        self.open.as_ref().map(|open| Rc::clone(&open.desk))
    }

    async fn close(&mut self) -> Result<(), ErrorReply> {
        // A request that is still under way keeps the old desk until it is done; then it closes by itself.
        match self.open.take().map(|open| Rc::try_unwrap(open.desk)) {
            Some(Ok(desk)) => desk.close().await.map_err(ErrorReply::from),
            Some(Err(_)) | None => Ok(()),
        }
    }

    async fn open(&mut self, opened_by: &vault::DatabaseKey) -> Result<(), ErrorReply> {
        let path = self.vault.database();
        let key = DatabaseKey::from_bytes(opened_by.bytes());
        let (clock, ids) = (SystemClock, SystemIds);
        let store = if path.exists() {
            Store::open(&path, &key).await
        } else {
            // Also where the program died between making the key and making the database.
            Store::create(&path, &key, DeskId(ids.fresh(clock.now()))).await
        };
        let store = store.map_err(store_refusal)?;
        let desk = Desk::open(store, Arc::new(clock), Arc::new(ids)).await.map_err(ErrorReply::from)?;
        self.open = Some(Open { desk: Rc::new(desk), key: opened_by.clone(), stripe: None });
        Ok(())
    }
}

/// The keychain may ask the person, and a passphrase is slow by design: neither holds up other requests.
pub(crate) async fn patiently<T: Send + 'static>(
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
        VaultError::WrongPassphrase => "wrong_passphrase",
        VaultError::NoPassphrase => "no_passphrase",
        VaultError::MadeUp => "made_up",
        VaultError::NoRandomness => "no_randomness",
    };
    refusal(code, problem.to_string())
}

fn store_refusal(problem: StoreError) -> ErrorReply {
    log::error!("the database could not be opened: {problem}");
    refusal("database_failed", format!("The data could not be opened: {problem}."))
}

fn locked() -> ErrorReply {
    refusal("locked", "The data is not open. Unlock it first.".into())
}

pub(crate) fn refusal(code: &str, message: String) -> ErrorReply {
    ErrorReply { code: code.to_owned(), message, details: Value::Null }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use protocol::practice::{Session, SetUpPractice, WhoAmI};
    use protocol::start::{CreateDatabase, RenewRecoveryKey, StartStatus, Unlock};
    use protocol::{Approval, Call};
    use serde_json::json;
    use std::path::Path;
    use vault::NoKeychain;

    pub(crate) const PASSPHRASE: &str = "correct horse battery";
    const PIN: &str = "4711";

    fn keeper(folder: &Path) -> Keeper {
        let vault = Arc::new(Vault::with(folder, Box::new(NoKeychain), None));
        let place = Mutex::new(Place { vault, open: None });
        Keeper { version: "1".into(), logs: PathBuf::new(), place, way: Way::to(Ok(Base::stripe())) }
    }

    /// One that takes something else to be Stripe.
    pub(crate) fn keeper_to(folder: &Path, stripe: &str) -> Keeper {
        Keeper { way: Way::to(stripe.parse()), ..keeper(folder) }
    }

    pub(crate) async fn ask<C: Call>(
        keeper: &Keeper,
        request: C,
        approval: Option<Approval>,
    ) -> Result<C::Reply, String> {
        let key = Some(domain::RequestKey(SystemIds.fresh(SystemClock.now())));
        let answer = keeper.answer(Ask { request: request.into(), key, approval }).await;
        answer.map_err(|refusal| refusal.code).map(|reply| serde_json::from_value(reply).unwrap())
    }

    pub(crate) async fn set_up(keeper: &Keeper) -> (DatabaseCreated, Session) {
        let created = CreateDatabase { passphrase: Some(PASSPHRASE.into()) };
        let created = ask(keeper, created, None).await.unwrap();
        let practice = SetUpPractice {
            name: "Larkspur".into(),
            currency: domain::Currency::USD,
            time_zone: "America/New_York".into(),
            customer_word: domain::practice::CustomerWord::Patient,
            location_name: "Main Street".into(),
            desk_name: "Front desk".into(),
            owner_name: "Dana Whitfield".into(),
            owner_pin: PIN.into(),
        };
        (created, ask(keeper, practice, None).await.unwrap())
    }

    async fn opens(folder: &Path, secret: &str) -> Result<StartState, String> {
        ask(&keeper(folder), Unlock { secret: secret.into() }, None).await.map(|started| started.state)
    }

    #[tokio::test]
    async fn a_new_recovery_key_needs_the_owners_pin_and_replaces_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = keeper(folder.path());
        assert_eq!(ask(&keeper, RenewRecoveryKey {}, None).await, Err("locked".into()));
        let (created, session) = set_up(&keeper).await;
        let pin = |pin: &str| Some(Approval { staff: session.staff.id, pin: pin.into() });
        // The owner is signed in; the PIN is asked for all the same.
        assert_eq!(ask(&keeper, RenewRecoveryKey {}, None).await, Err("needs_owner".into()));
        assert_eq!(ask(&keeper, RenewRecoveryKey {}, pin("0000")).await, Err("wrong_pin".into()));
        let made = ask(&keeper, RenewRecoveryKey {}, pin(PIN)).await.unwrap();

        let (old, new) = (created.recovery_key.concat(), made.recovery_key.concat());
        assert_eq!(opens(folder.path(), &old).await, Err("wrong_secret".into()));
        assert_eq!(opens(folder.path(), &new).await, Ok(StartState::Ready));
        assert_eq!(opens(folder.path(), PASSPHRASE).await, Ok(StartState::Ready));
    }

    #[tokio::test]
    async fn the_front_desk_makes_no_recovery_key_and_changes_no_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = keeper(folder.path());
        set_up(&keeper).await;
        let theo = json!({ "do": "save_staff", "name": "Theo", "role": "front_desk", "pin": "2222" });
        let theo = Ask {
            key: Some(domain::RequestKey(SystemIds.fresh(SystemClock.now()))),
            ..serde_json::from_value(theo).unwrap()
        };
        keeper.answer(theo).await.unwrap();
        let staff = ask(&keeper, WhoAmI {}, None).await.unwrap().staff;
        let theo = staff.iter().find(|person| person.name == "Theo").unwrap().id;
        let approval = || Some(Approval { staff: theo, pin: "2222".into() });
        assert_eq!(ask(&keeper, RenewRecoveryKey {}, approval()).await, Err("needs_owner".into()));
        let change = ChangePassphrase { current: PASSPHRASE.into(), new: "staple, pony and light".into() };
        assert_eq!(ask(&keeper, change, approval()).await.map(|_| ()), Err("needs_owner".into()));
    }

    #[tokio::test]
    async fn a_changed_passphrase_opens_the_data_and_the_one_before_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = keeper(folder.path());
        let (created, session) = set_up(&keeper).await;
        assert!(ask(&keeper, StartStatus {}, None).await.unwrap().passphrase);
        let pin = || Some(Approval { staff: session.staff.id, pin: PIN.into() });
        let new = "staple, pony and light";
        let change = |current: &str, new: &str| ChangePassphrase { current: current.into(), new: new.into() };
        for (current, new, code) in
            [("a guess of mine", new, "wrong_passphrase"), (PASSPHRASE, "short", "passphrase_length")]
        {
            let refused = ask(&keeper, change(current, new), pin()).await.map(|_| ());
            assert_eq!(refused, Err(code.into()));
        }
        ask(&keeper, change(PASSPHRASE, new), pin()).await.unwrap();
        assert_eq!(opens(folder.path(), PASSPHRASE).await, Err("wrong_secret".into()));
        assert_eq!(opens(folder.path(), new).await, Ok(StartState::Ready));
        assert_eq!(opens(folder.path(), &created.recovery_key.concat()).await, Ok(StartState::Ready));
    }
}
