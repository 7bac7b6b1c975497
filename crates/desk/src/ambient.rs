//! Time and ids come in from outside, so that tests and simulations decide them.

use domain::Instant;
use uuid::Uuid;

/// What time it is.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

/// New ids, ordered by time.
pub trait Ids: Send + Sync {
    fn fresh(&self, now: Instant) -> Uuid;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Instant::from_millis(since.as_millis() as i64)
    }
}

/// UUIDv7 with the system's random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn fresh(&self, now: Instant) -> Uuid {
        let mut random = [0; 10];
        // Without random numbers from the system nothing else works either; the ids stay distinct by time.
        if let Err(error) = getrandom::fill(&mut random) {
            log::error!("no random numbers from the system: {error}");
        }
        uuid_v7(now, random)
    }
}

/// A UUIDv7 of a time and ten random bytes.
pub fn uuid_v7(now: Instant, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(now.millis().max(0) as u64, &random).into_uuid()
}
