//! The desk, a clock turned by hand, and dice that always fall the same.

use crate::practice::{STAFF, ZONE};
use crate::{DemoError, Result, Size};
use chrono::TimeZone;
use desk::{Clock, Desk, Ids};
use domain::practice::Role;
use domain::{Day, DeskId, Instant, Money, StaffId};
use protocol::keeping::Search;
use protocol::practice::SignIn;
use protocol::{Call, ErrorReply};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::{DatabaseKey, Store};
use uuid::Uuid;

/// A day at the counter: from nine to six.
const OPENS: u32 = 9;
/// The desk locks after four idle hours while the demo is made; a look every so often keeps it open overnight.
const AWAKE_MS: i64 = 230 * 60_000;

pub struct World {
    desk: Desk,
    clock: Arc<HandClock>,
    ids: Arc<SeededIds>,
    pub dice: fastrand::Rng,
    until: Instant,
    /// Who is signed in, by place in [`STAFF`].
    at_desk: usize,
    staff: Vec<StaffId>,
    refused: BTreeMap<(&'static str, String), u32>,
}

/// Refusals that mean that the demo asked wrongly, or that the desk is broken.
const BLUNDERS: [&str; 9] = [
    "store",
    "reply",
    "invalid",
    "not_found",
    "not_signed_in",
    "needs_manager",
    "needs_owner",
    "key_missing",
    "key_reused",
];

impl World {
    /// An empty database, on the morning a year before the end.
    pub async fn begin(path: &Path, key: &DatabaseKey, size: Size) -> Result<Self> {
        let clock = Arc::new(HandClock(AtomicI64::new(0)));
        let ids = Arc::new(SeededIds(Mutex::new(fastrand::Rng::with_seed(size.seed))));
        clock.set(morning(day_of(size.until).plus_days(-365)));
        let store = Store::create(path, key, DeskId(ids.fresh(clock.now()))).await?;
        store.be_quick().await?;
        let desk = Desk::open(store, clock.clone(), ids.clone())
            .await
            .map_err(|refusal| DemoError::Refused { step: "opening", reply: refusal.into() })?;
        let dice = fastrand::Rng::with_seed(size.seed ^ 0x9e37_79b9_7f4a_7c15);
        Ok(Self {
            desk,
            clock,
            ids,
            dice,
            until: size.until,
            at_desk: 0,
            staff: Vec::new(),
            refused: BTreeMap::new(),
        })
    }

    /// Marks it as made up and makes it durable.
    pub async fn end(self) -> Result<()> {
        self.desk.mark_demo().await.map_err(|reply| DemoError::Refused { step: "marking it", reply })?;
        self.desk.store().be_durable().await?;
        self.desk
            .close()
            .await
            .map_err(|refusal| DemoError::Refused { step: "closing", reply: refusal.into() })
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn today(&self) -> Day {
        day_of(self.now())
    }

    pub fn last_day(&self) -> Day {
        day_of(self.until)
    }

    /// Whether there is still time today.
    pub fn is_open(&self) -> bool {
        self.now() < self.until
    }

    pub fn fresh<T: From<Uuid>>(&self) -> T {
        T::from(self.ids.fresh(self.now()))
    }

    /// One of `count` and `count` more, in seconds.
    pub fn pass_seconds(&mut self, count: i64) {
        let more = self.dice.i64(0..=count);
        let then = self.now().plus_millis((count + more) * 1000);
        self.clock.set(then.min(self.until));
    }

    /// Sleeps until the desk opens on the next day; the person at the desk stays signed in.
    pub async fn sleep(&mut self) -> Result<()> {
        let opens = morning(self.today().next()).min(self.until);
        let look = || self.ask("the night", Search { text: String::new(), limit: None });
        // Time has passed since the last customer.
        look().await?;
        while self.now() < opens {
            self.clock.set(self.now().plus_millis(AWAKE_MS).min(opens));
            look().await?;
        }
        Ok(())
    }

    /// Knows who works here, so that they can sign in; in the order of [`STAFF`].
    pub fn meet(&mut self, staff: Vec<StaffId>) {
        self.staff = staff;
    }

    pub async fn sign_in(&mut self, nth: usize) -> Result<()> {
        if self.at_desk != nth {
            let pin = STAFF[nth].2.to_owned();
            self.ask("signing in", SignIn { staff: self.staff[nth], pin }).await?;
            self.at_desk = nth;
        }
        Ok(())
    }

    pub fn role(&self) -> Role {
        STAFF[self.at_desk].1
    }

    /// Asks for what must not be refused.
    pub async fn ask<C: Call>(&self, step: &'static str, request: C) -> Result<C::Reply> {
        self.send(request).await.map_err(|reply| DemoError::Refused { step, reply })
    }

    /// Asks for what the rules may refuse to this membership on this day; `None` where they did, which is counted.
    pub async fn try_ask<C: Call>(&mut self, step: &'static str, request: C) -> Result<Option<C::Reply>> {
        match self.send(request).await {
            Ok(reply) => Ok(Some(reply)),
            Err(reply) if BLUNDERS.contains(&&*reply.code) => Err(DemoError::Refused { step, reply }),
            Err(reply) => {
                *self.refused.entry((step, reply.code)).or_default() += 1;
                Ok(None)
            }
        }
    }

    async fn send<C: Call>(&self, request: C) -> Result<C::Reply, ErrorReply> {
        self.desk.ask(request, Some(self.desk.fresh_key())).await
    }

    /// What the rules refused, by step and code.
    pub fn refused(&self) -> BTreeMap<(&'static str, String), u32> {
        self.refused.clone()
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.dice.u32(0..100) < percent
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.dice.usize(0..of.len())]
    }
}

/// The practice's day at an instant.
fn day_of(at: Instant) -> Day {
    Day::new(at.utc().with_timezone(&ZONE).date_naive())
}

fn morning(day: Day) -> Instant {
    let opens =
        day.date().and_hms_opt(OPENS, 0, 0).and_then(|wall| ZONE.from_local_datetime(&wall).earliest());
    opens.map_or_else(|| Instant::from_millis(0), |wall| Instant::from_millis(wall.timestamp_millis()))
}

struct HandClock(AtomicI64);

impl HandClock {
    fn set(&self, to: Instant) {
        self.0.store(to.millis(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// UUIDv7 from seeded dice.
struct SeededIds(Mutex<fastrand::Rng>);

impl Ids for SeededIds {
    fn fresh(&self, now: Instant) -> Uuid {
        let mut random = [0; 10];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut random);
        desk::uuid_v7(now, random)
    }
}

pub const fn dollars(whole: i64) -> Money {
    Money::from_minor(whole * 100)
}
