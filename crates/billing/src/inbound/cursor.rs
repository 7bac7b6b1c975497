//! How far the events were heard.
//!
//! Events show up late, share seconds, and carry ids without an order, so every poll asks again for the ten minutes before
//! the newest that was heard, that second included, and drops what it has seen. Source:
//! <https://docs.stripe.com/api/events>.

use crate::read::{Event, Seconds, StripeEventId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much is asked for again.
const OVERLAP_SECONDS: i64 = 10 * 60;
/// Stripe keeps events for 30 days; from here on some may be gone.
const AWAY_SECONDS: i64 = 25 * 24 * 3_600;

/// Kept beside what was made of the events, and moved in the same commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// When the newest event that was heard came to be.
    pub newest: Seconds,
    /// When everything up to then was last heard.
    pub polled: Seconds,
    /// Those of the overlap.
    seen: BTreeMap<StripeEventId, Seconds>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextPoll {
    /// All events from this second on, every page of them.
    Events { from: Seconds },
    /// Events may be gone: every object is read and compared, then [`Cursor::reconciled`].
    Reconcile,
}

/// What a poll brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Those not heard before, oldest first.
    pub fresh: Vec<Event>,
    /// To be kept in the commit that takes them.
    pub cursor: Cursor,
}

impl Cursor {
    /// From now on, with nothing heard: at set-up, after everything was read once.
    pub fn reconciled(now: Seconds) -> Self {
        Self { newest: now, polled: now, seen: BTreeMap::new() }
    }

    /// `now` by Stripe's clock.
    pub fn next(&self, now: Seconds) -> NextPoll {
        if now.0.saturating_sub(self.polled.0) >= AWAY_SECONDS {
            NextPoll::Reconcile
        } else {
            NextPoll::Events { from: self.overlap() }
        }
    }

    /// Takes a whole poll, all its pages. One that broke off is not taken at all: pages come newest first, and what is
    /// missing is older than what is there.
    ///
    /// `began`: when the poll was begun, by Stripe's clock.
    pub fn take(&self, events: Vec<Event>, began: Seconds) -> Taken {
        let mut seen = self.seen.clone();
        let mut fresh = Vec::new();
        let mut newest = self.newest;
        for event in events {
            newest = newest.max(event.created);
            if seen.insert(event.id.clone(), event.created).is_none() {
                fresh.push(event);
            }
        }
        fresh.sort_by(|one, other| one.created.cmp(&other.created).then_with(|| one.id.cmp(&other.id)));
        let mut cursor = Self { newest, polled: self.polled.max(began), seen };
        let from = cursor.overlap();
        cursor.seen.retain(|_, created| *created >= from);
        Taken { fresh, cursor }
    }

    fn overlap(&self) -> Seconds {
        Seconds(self.newest.0.saturating_sub(OVERLAP_SECONDS))
    }
}
