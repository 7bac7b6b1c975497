//! The account without a network: one request in, what comes of it out, and the hand that steers it.

use crate::dashboard::Action;
use crate::double::Clock;
use crate::error::ApiError;
use crate::fault::Fault;
use crate::ledger::{Charged, Refunded};
use crate::mode::Mode;
use crate::reply::{Request, Seen};
use crate::settings::Settings;
use crate::world::{Asked, Begun, Logged, World};
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// An account at the double. It needs no runtime and opens no port; [`crate::Double`] puts it on one.
///
/// The same settings and the same calls in the same order get the same answers, to the byte.
pub struct Account {
    world: Mutex<World>,
    pub(crate) refusing: watch::Sender<bool>,
    /// The machine's clock the double's clock runs along with, and how far it was at the start; nothing where time
    /// only moves when it is told to.
    running: Option<(Instant, i64)>,
}

impl Account {
    /// With a clock that stands still. Its pages are nowhere: links in its answers lead to a host that does not exist.
    pub fn new(settings: &Settings) -> Self {
        Self::at(settings, Clock::Still, "http://double.invalid")
    }

    pub(crate) fn at(settings: &Settings, clock: Clock, base_url: &str) -> Self {
        let running = (clock == Clock::Running).then(|| (Instant::now(), settings.start));
        let (refusing, _) = watch::channel(false);
        Self { world: Mutex::new(World::new(settings, base_url)), refusing, running }
    }

    /// The world, at the present moment.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((began, start)) = self.running {
            let seconds = i64::try_from(began.elapsed().as_secs()).unwrap_or(0);
            let moment = start + seconds + world.ahead;
            world.test.advance_to(moment);
            world.live.advance_to(moment);
        }
        world
    }

    /// What a client sees of one request, faults included: exactly what it would see over HTTP. What is slow there
    /// takes no time here.
    pub fn answer(&self, request: &Request) -> Seen {
        if *self.refusing.borrow() {
            return Seen::Refused;
        }
        let mut world = self.world();
        let mut asked = Asked::of(request);
        match world.begin(&mut asked) {
            Begun::Done(seen) => seen,
            Begun::Slow { admitted, .. } => world.finish(&asked, admitted),
        }
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        self.world().test.now
    }

    /// Lets time pass, with everything that falls due on the way.
    pub fn advance(&self, time: Duration) {
        self.world().advance(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    }

    /// Lets time pass up to a moment; one that has passed changes nothing.
    pub fn advance_to(&self, moment: i64) {
        let mut world = self.world();
        let seconds = moment - world.test.now;
        world.advance(seconds);
    }

    pub fn fault(&self, fault: Fault) {
        self.world().faults.add(fault);
    }

    pub fn clear_faults(&self) {
        self.world().faults.clear();
    }

    /// Closes the port and every connection, or opens it again. Over HTTP, connections are refused from a moment later on.
    pub fn refuse_connections(&self, refuse: bool) {
        self.refusing.send_replace(refuse);
    }

    /// Changes how the account is set up; what is scheduled stays as it was.
    pub fn settings(&self, change: impl Fn(&mut Settings)) {
        let mut world = self.world();
        change(&mut world.test.settings);
        change(&mut world.live.settings);
    }

    /// Lets a restricted key in; its mode follows from its name (`rk_test_...`, `rk_live_...`).
    pub fn allow_key(&self, key: &str, permissions: &[&str]) {
        let permissions: Vec<String> = permissions.iter().map(|name| (*name).to_owned()).collect();
        self.world().keys.add(key, Some(&permissions));
    }

    /// The key is known and no longer let in.
    pub fn expire_key(&self, key: &str) {
        self.world().keys.expire(key);
    }

    /// Something done by hand in test mode; the object it was about.
    pub fn act(&self, action: &Action) -> Result<Value, ApiError> {
        self.world().test.act(action)
    }

    /// Posts a form under the secret key of test mode, as another program would that bills through the same account.
    ///
    /// # Errors
    /// The refusal, as it was answered.
    pub fn posts(&self, path: &str, form: &[(&str, &str)]) -> Result<Value, Value> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let key = Some(crate::keys::SECRET_TEST);
        let request =
            Request { method: "POST", path, key, idempotency_key: None, version: None, body: &body };
        let reply = self.answer(&request).reply();
        let status = reply.as_ref().map_or(0, |reply| reply.status);
        let said = reply.and_then(|reply| serde_json::from_slice(&reply.body).ok()).unwrap_or(Value::Null);
        if status == 200 { Ok(said) } else { Err(said) }
    }

    /// Every request so far, with its key.
    pub fn requests(&self) -> Vec<Logged> {
        self.world().log.clone()
    }

    /// Every charge that took money in test mode, oldest first.
    pub fn charges(&self) -> Vec<Charged> {
        self.world().test.charged()
    }

    /// Every refund in test mode, oldest first.
    pub fn refunds(&self) -> Vec<Refunded> {
        self.world().test.refunded()
    }

    /// Charges that share the value of a metadata key, or the period of a subscription: there should be none.
    pub fn charged_twice(&self, metadata_key: &str) -> Vec<(String, Vec<String>)> {
        self.world().test.charged_twice(metadata_key)
    }

    /// Looks at anything in test mode.
    pub fn look<T>(&self, look: impl FnOnce(&Mode) -> T) -> T {
        look(&self.world().test)
    }
}
