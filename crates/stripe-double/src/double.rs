//! A running double, and the hand that steers it.

use crate::dashboard::Action;
use crate::error::ApiError;
use crate::fault::Fault;
use crate::ledger::{Charged, Refunded};
use crate::mode::Mode;
use crate::serve::{Shared, bind, serve};
use crate::settings::Settings;
use crate::world::{Logged, World};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How the double's clock goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Only when it is moved.
    Still,
    /// Along with the machine's, and further when it is moved.
    Running,
}

/// A double of Stripe on loopback; it stops when it is dropped.
pub struct Double {
    shared: Arc<Shared>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Double {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Double {
    /// On a free port, with a clock that stands still and the account as `Settings::default` has it.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(Settings::default(), Clock::Still, 0).await
    }

    /// `port` 0 is any free one. Needs a Tokio runtime to live in.
    pub async fn start_with(settings: Settings, clock: Clock, port: u16) -> std::io::Result<Self> {
        let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        let address = listener.local_addr()?;
        let running = (clock == Clock::Running).then(|| (Instant::now(), settings.start));
        let world = World::new(&settings, &format!("http://{address}"));
        let (refusing, _) = watch::channel(false);
        let shared = Arc::new(Shared { world: Mutex::new(world), refusing, running });
        let task = tokio::spawn(serve(shared.clone(), listener, address));
        Ok(Self { shared, address, task })
    }

    /// `http://127.0.0.1:PORT`, in the place of `https://api.stripe.com`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        self.shared.world().test.now
    }

    /// Lets time pass, with everything that falls due on the way.
    pub fn advance(&self, time: Duration) {
        self.shared.world().advance(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    }

    /// Lets time pass up to a moment; one that has passed changes nothing.
    pub fn advance_to(&self, moment: i64) {
        let mut world = self.shared.world();
        let seconds = moment - world.test.now;
        world.advance(seconds);
    }

    pub fn fault(&self, fault: Fault) {
        self.shared.world().faults.add(fault);
    }

    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// Closes the port and every connection, or opens it again. Connections are refused from a moment later on.
    pub fn refuse_connections(&self, refuse: bool) {
        self.shared.refusing.send_replace(refuse);
    }

    /// Changes how the account is set up; what is scheduled stays as it was.
    pub fn settings(&self, change: impl Fn(&mut Settings)) {
        let mut world = self.shared.world();
        change(&mut world.test.settings);
        change(&mut world.live.settings);
    }

    /// Lets a restricted key in; its mode follows from its name (`rk_test_...`, `rk_live_...`).
    pub fn allow_key(&self, key: &str, permissions: &[&str]) {
        let permissions: Vec<String> = permissions.iter().map(|name| (*name).to_owned()).collect();
        self.shared.world().keys.add(key, Some(&permissions));
    }

    /// The key is known and no longer let in.
    pub fn expire_key(&self, key: &str) {
        self.shared.world().keys.expire(key);
    }

    /// Something done by hand in test mode; the object it was about.
    pub fn act(&self, action: &Action) -> Result<Value, ApiError> {
        self.shared.world().test.act(action)
    }

    /// Every request so far, with its key.
    pub fn requests(&self) -> Vec<Logged> {
        self.shared.world().log.clone()
    }

    /// Every charge that took money in test mode, oldest first.
    pub fn charges(&self) -> Vec<Charged> {
        self.shared.world().test.charged()
    }

    /// Every refund in test mode, oldest first.
    pub fn refunds(&self) -> Vec<Refunded> {
        self.shared.world().test.refunded()
    }

    /// Charges that share the value of a metadata key, or the period of a subscription: there should be none.
    pub fn charged_twice(&self, metadata_key: &str) -> Vec<(String, Vec<String>)> {
        self.shared.world().test.charged_twice(metadata_key)
    }

    /// Looks at anything in test mode.
    pub fn look<T>(&self, look: impl FnOnce(&Mode) -> T) -> T {
        look(&self.shared.world().test)
    }

    /// Ends when the double does: never, unless it is dropped.
    pub async fn forever(mut self) {
        let _ = (&mut self.task).await;
    }
}
