//! What is owed to the outside, and what becomes of it with each answer: pure, so that any history can be played.

use crate::{EffectId, Instant, RecordId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

impl EffectId {
    /// The `n`th effect that a record owes.
    pub fn of(record: RecordId, n: u32) -> Self {
        let mut name = Vec::with_capacity(10);
        name.extend_from_slice(b"effect");
        name.extend_from_slice(&n.to_be_bytes());
        Self(Uuid::new_v5(&record.0, &name))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    Waiting,
    /// On its way; where the program died here, nobody knows whether it arrived.
    InFlight,
    Done,
    /// A verdict: it is not tried again unless a person says so.
    Refused,
    /// What it was for no longer holds, or somebody cancelled it.
    Superseded,
}

impl EffectState {
    pub const ALL: [Self; 5] = [Self::Waiting, Self::InFlight, Self::Done, Self::Refused, Self::Superseded];

    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InFlight => "in_flight",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Superseded => "superseded",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// How far an effect is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub state: EffectState,
    /// How often it was sent.
    pub attempts: u32,
    /// How often nobody knows whether it arrived.
    pub unsure: u32,
    pub first_sent: Option<Instant>,
    pub next_try: Instant,
}

/// What the outside said to one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is theirs now.
    Accepted(String),
    /// Not now.
    Later(String),
    /// Never.
    Refused(String),
    /// Nothing, after all of it was sent.
    Unknown(String),
    /// It was never sent: no connection, no sign-in. This says nothing about the effect.
    NotReached(String),
}

impl Answer {
    pub fn words(&self) -> &str {
        match self {
            Self::Accepted(words)
            | Self::Later(words)
            | Self::Refused(words)
            | Self::Unknown(words)
            | Self::NotReached(words) => words,
        }
    }
}

const SECOND: i64 = 1_000;
/// The pause after the first attempt that failed; each later one is twice as long.
const FIRST_PAUSE: i64 = 30 * SECOND;
const LONGEST_PAUSE: i64 = 3_600 * SECOND;
/// "Not now" for longer than this is "never".
const PATIENCE: i64 = 5 * 24 * 3_600 * SECOND;
/// Sent again so often without knowing: a second copy is possible, a third is not.
const MOST_UNSURE: u32 = 2;

/// What an answer makes of an effect in flight. `jitter` is from 0 to 1,000: those who failed together do not come back
/// together.
pub fn after(progress: Progress, answer: &Answer, now: Instant, jitter: u32) -> Progress {
    let first_sent = Some(progress.first_sent.unwrap_or(now));
    let sent = Progress { first_sent, ..progress };
    match answer {
        Answer::Accepted(_) => Progress { state: EffectState::Done, ..sent },
        Answer::Refused(_) => Progress { state: EffectState::Refused, ..sent },
        Answer::NotReached(_) => Progress {
            state: EffectState::Waiting,
            attempts: progress.attempts.saturating_sub(1),
            next_try: now,
            ..progress
        },
        Answer::Later(_) => {
            let since = sent.first_sent.map_or(0, |first| now.millis() - first.millis());
            if since > PATIENCE {
                return Progress { state: EffectState::Refused, ..sent };
            }
            let next_try = Instant::from_millis(now.millis() + pause(progress.attempts, jitter));
            Progress { state: EffectState::Waiting, next_try, ..sent }
        }
        Answer::Unknown(_) => {
            let unsure = progress.unsure + 1;
            if unsure >= MOST_UNSURE {
                return Progress { state: EffectState::Refused, unsure, ..sent };
            }
            let next_try = Instant::from_millis(now.millis() + pause(1, jitter));
            Progress { state: EffectState::Waiting, unsure, next_try, ..sent }
        }
    }
}

/// Milliseconds to wait after the `failures`th failure in a row: doubled each time up to an hour, a fifth more or less.
pub fn pause(failures: u32, jitter: u32) -> i64 {
    let doubled = FIRST_PAUSE << failures.saturating_sub(1).min(12);
    let pause = doubled.min(LONGEST_PAUSE);
    pause * (800 + i64::from(jitter.min(1_000)) * 400 / 1_000) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_flight(attempts: u32) -> Progress {
        Progress {
            state: EffectState::InFlight,
            attempts,
            unsure: 0,
            first_sent: None,
            next_try: Instant::from_millis(0),
        }
    }

    fn words() -> String {
        String::new()
    }

    #[test]
    fn not_now_waits_longer_each_time_and_not_for_ever() {
        let pauses: Vec<i64> = (1..=9).map(|failures| pause(failures, 500) / SECOND).collect();
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!((pause(1, 0), pause(1, 1_000)), (24 * SECOND, 36 * SECOND));

        let begun = Instant::from_millis(1_000_000);
        let waits = after(in_flight(1), &Answer::Later(words()), begun, 500);
        assert_eq!((waits.state, waits.next_try.millis()), (EffectState::Waiting, 1_000_000 + 30 * SECOND));
        let days = |days: i64| Instant::from_millis(begun.millis() + days * 24 * 3_600 * SECOND);
        let again = Progress { state: EffectState::InFlight, attempts: 90, ..waits };
        assert_eq!(after(again, &Answer::Later(words()), days(4), 500).state, EffectState::Waiting);
        assert_eq!(after(again, &Answer::Later(words()), days(6), 500).state, EffectState::Refused);
    }

    #[test]
    fn what_nobody_knows_is_sent_once_more_and_no_third_time() {
        let now = Instant::from_millis(5);
        let first = after(in_flight(1), &Answer::Unknown(words()), now, 0);
        assert_eq!((first.state, first.unsure), (EffectState::Waiting, 1));
        let second = Progress { state: EffectState::InFlight, attempts: 2, ..first };
        let second = after(second, &Answer::Unknown(words()), now, 0);
        assert_eq!((second.state, second.unsure), (EffectState::Refused, 2));
    }

    #[test]
    fn a_server_that_was_not_reached_says_nothing_about_the_effect() {
        let now = Instant::from_millis(5);
        let same = after(in_flight(1), &Answer::NotReached(words()), now, 0);
        assert_eq!((same.state, same.attempts, same.first_sent), (EffectState::Waiting, 0, None));
        assert_eq!(after(in_flight(1), &Answer::Accepted(words()), now, 0).state, EffectState::Done);
        assert_eq!(after(in_flight(1), &Answer::Refused(words()), now, 0).state, EffectState::Refused);
    }

    #[test]
    fn an_effect_has_one_id_wherever_it_is_derived() {
        let record = RecordId(Uuid::from_u128(7));
        assert_eq!(EffectId::of(record, 0), EffectId::of(record, 0));
        assert_ne!(EffectId::of(record, 0), EffectId::of(record, 1));
    }
}
