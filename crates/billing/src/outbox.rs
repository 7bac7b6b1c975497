//! The sender of what is owed to Stripe, as a machine without I/O: a row, the clock and an answer in, what to do out.
//!
//! One effect has one key and one body for ever. What may have arrived is sent again under the same key, which Stripe
//! answers from memory for at least a day (<https://docs.stripe.com/api/idempotent_requests>); beyond that the effect
//! is looked up by its id in the metadata of Stripe's objects before anything is sent. Decision 22.

mod line;

pub use line::{LineRow, ready, superseded_by};

use crate::answer::{Answer, Body, Delay, Verdict, VerdictKind};
use crate::request::{Frozen, LookUp};
use domain::effect::EffectState;
use domain::{EffectId, Instant};
use serde::{Deserialize, Serialize};

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
const FIRST_PAUSE: i64 = 2 * SECOND;
const LONGEST_PAUSE: i64 = 15 * 60 * SECOND;
/// Stripe keeps a key for at least 24 hours; an hour is left for clocks that differ and answers that take long.
pub const KEY_IS_KEPT: i64 = 23 * HOUR;
/// By now a kept answer is gone, and the same key runs anew.
const KEY_IS_GONE: i64 = 25 * HOUR;
const LONGEST_WAIT: i64 = KEY_IS_GONE + HOUR;
/// The same fault of Stripe's so often in a row is an answer kept under the key: repeating it asks a memory.
const FAULTS_BEFORE_LOOKING: u32 = 3;
/// Whole days of faults, each found to have done nothing, before a person decides.
const WINDOWS_BEFORE_GIVING_UP: u32 = 3;

/// One effect for Stripe, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub id: EffectId,
    pub state: EffectState,
    /// `None` until just before the first send; then it stays as it is.
    pub frozen: Option<Frozen>,
    /// How often it was tried, with or without a connection.
    pub attempts: u32,
    /// When it first left under what Stripe now remembers of the key; `None` where Stripe can't know of it.
    pub first_sent: Option<Instant>,
    pub next_try: Instant,
    pub doubt: Doubt,
    /// Faults of Stripe's in a row.
    pub faults: u32,
    /// How often a day of faults ended with nothing done.
    pub windows: u32,
    /// A refusal that is held against the object's state before it is believed.
    pub verdict: Option<Verdict>,
}

/// Whether Stripe may have carried it out without our knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// It can't have.
    None,
    /// It may have; the key still tells.
    MayHaveArrived,
    /// It may have, and the key no longer tells, or tells only of a fault: look before sending.
    LookFirst,
}

/// What is to be done with a row now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Resolve and freeze it, in one commit, and ask again.
    Freeze,
    /// Commit [`Row::sent`] and send this.
    Send(Frozen),
    /// Find out at Stripe whether it was done, then [`Row::looked_up`].
    LookUp(Frozen),
    Wait(Instant),
    /// An answer is awaited; after a restart of the program nobody awaits it: [`Row::interrupted`].
    InFlight,
    /// Nothing, ever.
    Settled,
}

/// What an answer meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Done: the object, to be decoded and journaled.
    Done { body: Body, request_id: Option<String> },
    /// It is as asked, by an earlier attempt or by somebody else: the object as it is. An invoice that was to be marked as
    /// paid and that Stripe had collected meanwhile is one: then the charge is given back.
    AlreadySo { body: Body },
    /// A verdict: it becomes a fact, a task where a person must act, and supersedes what depends on it. Whoever wants it
    /// again owes something new: this effect's key has its answer.
    Refused(Verdict),
    /// Stripe failed on it for days, or it can't be found out whether it was done: a person decides.
    GivenUp { words: String },
    /// It is tried again at `next_try`.
    Again,
    /// No connection: the whole line rests until the row's `next_try`.
    Rest,
    /// The key is not accepted: nothing is sent until another is entered.
    AskForKey(Verdict),
}

/// What looking for the effect at Stripe came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The object that carries the effect's id, or is in the state that was asked for.
    Done {
        body: Body,
    },
    /// It was tried, and the bank said no.
    Declined(Verdict),
    NotDone,
    /// The look itself got no answer.
    NotKnown(Answer),
}

impl Row {
    pub fn waiting(id: EffectId, since: Instant) -> Self {
        Self {
            id,
            state: EffectState::Waiting,
            frozen: None,
            attempts: 0,
            first_sent: None,
            next_try: since,
            doubt: Doubt::None,
            faults: 0,
            windows: 0,
            verdict: None,
        }
    }

    /// What to do now, for a row whose turn it is ([`ready`]).
    ///
    /// `now`, here and below, is the clock corrected by the last offset from Stripe ([`crate::answer::Reply::date`]): how
    /// old a key is decides whether it still protects.
    pub fn step(&self, now: Instant) -> Step {
        match self.state {
            EffectState::Done | EffectState::Refused | EffectState::Superseded => Step::Settled,
            EffectState::InFlight => Step::InFlight,
            EffectState::Waiting if self.is_early(now) => Step::Wait(self.next_try),
            EffectState::Waiting => match (&self.frozen, self.doubt) {
                (None, _) => Step::Freeze,
                (Some(frozen), Doubt::LookFirst) => Step::LookUp(frozen.clone()),
                (Some(frozen), Doubt::MayHaveArrived) if !self.key_is_kept(now) => {
                    Step::LookUp(frozen.clone())
                }
                (Some(frozen), Doubt::None | Doubt::MayHaveArrived) => Step::Send(frozen.clone()),
            },
        }
    }

    /// With the bytes that go out; those it has already are kept, and bytes with another key than its own are not taken.
    pub fn freeze(self, frozen: Frozen) -> Self {
        if self.frozen.is_some() || frozen.key != self.id {
            return self;
        }
        Self { frozen: Some(frozen), ..self }
    }

    /// To be committed before the first byte leaves.
    pub fn sent(self, now: Instant) -> Self {
        let first_sent = match self.doubt {
            Doubt::None => Some(now),
            Doubt::MayHaveArrived | Doubt::LookFirst => self.first_sent.or(Some(now)),
        };
        Self { state: EffectState::InFlight, attempts: self.attempts.saturating_add(1), first_sent, ..self }
    }

    /// The program ended while it was on its way, so nobody knows.
    pub fn interrupted(self, now: Instant) -> Self {
        match self.state {
            EffectState::InFlight => Self { next_try: now, ..self.in_doubt() },
            _ => self,
        }
    }

    /// What an answer makes of a row in flight. `jitter` is from 0 to 1,000: those who failed together do not come back
    /// together. An answer to a row that is not in flight changes nothing.
    pub fn answered(self, answer: Answer, now: Instant, jitter: u32) -> (Self, Turn) {
        if self.state != EffectState::InFlight {
            return (self, Turn::Again);
        }
        let tries = self.attempts;
        match answer {
            Answer::Accepted { body, request_id, .. } => {
                (self.settle(EffectState::Done), Turn::Done { body, request_id })
            }
            Answer::Refused(verdict) => {
                if self.frozen.as_ref().is_some_and(|frozen| may_be_so_already(frozen, &verdict)) {
                    let looks = Self { doubt: Doubt::LookFirst, verdict: Some(verdict), ..self };
                    (looks.next_at(now), Turn::Again)
                } else {
                    (self.settle(EffectState::Refused), Turn::Refused(verdict))
                }
            }
            Answer::KeyRefused(verdict) => (self.unmade().next_at(now), Turn::AskForKey(verdict)),
            Answer::NotReached(_) => {
                (self.unmade().next_at(now.plus_millis(pause(tries, jitter))), Turn::Rest)
            }
            Answer::Later { why, wait_seconds } => {
                let told = wait_seconds.map_or(0, |seconds| i64::from(seconds) * SECOND);
                let next_try = now.plus_millis(told + pause(tries, jitter));
                let row = match why {
                    // An earlier request with this key is still at work.
                    Delay::StillAtWork => self.in_doubt(),
                    Delay::TooMany => self.unmade(),
                    // It may be kept under the key like any answer.
                    Delay::Dependency => self.in_doubt().faulted(),
                };
                (row.next_at(next_try), Turn::Again)
            }
            Answer::Failed { .. } => {
                (self.in_doubt().faulted().next_at(now.plus_millis(pause(tries, jitter))), Turn::Again)
            }
            Answer::Unknown(_) => {
                (self.in_doubt().next_at(now.plus_millis(pause(tries, jitter))), Turn::Again)
            }
        }
    }

    /// What a look at Stripe makes of a row that asked for one.
    ///
    /// Found: done, with what was found. Not found: once Stripe has forgotten the key, the same bytes go out under the
    /// same key, as if for the first time.
    pub fn looked_up(self, found: Found, now: Instant, jitter: u32) -> (Self, Turn) {
        if self.state != EffectState::Waiting || self.doubt == Doubt::None {
            return (self, Turn::Again);
        }
        match found {
            Found::Done { body } if self.verdict.is_some() => {
                (self.settle(EffectState::Done), Turn::AlreadySo { body })
            }
            Found::Done { body } => (self.settle(EffectState::Done), Turn::Done { body, request_id: None }),
            Found::Declined(verdict) => (self.settle(EffectState::Refused), Turn::Refused(verdict)),
            Found::NotDone if self.verdict.is_some() => {
                let verdict = self.verdict.clone();
                let settled = self.settle(EffectState::Refused);
                (settled, verdict.map_or(Turn::Again, Turn::Refused))
            }
            Found::NotDone => {
                // What a clock that was set back makes of the past is not believed.
                let first_sent = self.first_sent.filter(|first| *first <= now).unwrap_or(now);
                let gone = first_sent.plus_millis(KEY_IS_GONE);
                if self.doubt == Doubt::LookFirst && now < gone {
                    return (Self { first_sent: Some(first_sent), ..self }.next_at(gone), Turn::Again);
                }
                let windows = if self.faults > 0 { self.windows + 1 } else { self.windows };
                if windows >= WINDOWS_BEFORE_GIVING_UP {
                    let words =
                        "Stripe failed on this for three days and has done nothing of it. No money moved. \
                                 Look at the customer in Stripe's dashboard, then try again."
                            .to_owned();
                    return (self.settle(EffectState::Refused), Turn::GivenUp { words });
                }
                let fresh = Self { doubt: Doubt::None, first_sent: None, faults: 0, windows, ..self };
                (fresh.next_at(now), Turn::Again)
            }
            Found::NotKnown(Answer::KeyRefused(verdict)) => (self.next_at(now), Turn::AskForKey(verdict)),
            // What it was about is gone at Stripe, so it was not done, or is undone: sending it brings the verdict.
            Found::NotKnown(Answer::Refused(verdict)) if verdict.kind == VerdictKind::NoSuchThing => {
                self.looked_up(Found::NotDone, now, jitter)
            }
            // Only a person can help, by letting the key look.
            Found::NotKnown(Answer::Refused(verdict)) if verdict.kind == VerdictKind::NotPermitted => {
                (self.next_at(now.plus_millis(LONGEST_PAUSE)), Turn::AskForKey(verdict))
            }
            // It can't be looked up at all, and asking again is answered the same.
            Found::NotKnown(Answer::Refused(looked)) => match self.verdict.clone() {
                Some(verdict) => (self.settle(EffectState::Refused), Turn::Refused(verdict)),
                None => {
                    let words = format!(
                        "Nobody knows whether this was done, and Stripe does not let it be looked up: {} Look at the \
                         customer in Stripe's dashboard before doing it again.",
                        looked.message
                    );
                    (self.settle(EffectState::Refused), Turn::GivenUp { words })
                }
            },
            Found::NotKnown(answer) => {
                let told = match answer {
                    Answer::Later { wait_seconds: Some(seconds), .. } => i64::from(seconds) * SECOND,
                    _ => 0,
                };
                let next_try = now.plus_millis(told + pause(self.attempts.max(4), jitter));
                (self.next_at(next_try), if told == 0 { Turn::Rest } else { Turn::Again })
            }
        }
    }

    /// Without its bytes where Stripe can't know of them: what is asked is worked out anew for the day on which it leaves. A
    /// start "now" that waited a month for the network would begin a month late.
    pub fn thaw(self) -> Self {
        match (self.state, self.doubt, self.first_sent) {
            (EffectState::Waiting, Doubt::None, None) => Self { frozen: None, ..self },
            _ => self,
        }
    }

    /// A predecessor was refused, or what it was for no longer holds. What may have arrived is not taken back: it is
    /// settled first.
    pub fn supersede(self) -> Self {
        match (self.state, self.doubt) {
            (EffectState::Waiting, Doubt::None) => Self { state: EffectState::Superseded, ..self },
            _ => self,
        }
    }

    /// Somebody asked for it now, or the network is back.
    pub fn hurry(self, now: Instant) -> Self {
        match self.state {
            EffectState::Waiting => Self { next_try: now, ..self },
            _ => self,
        }
    }

    /// A turn further away than any pause was set by a clock that ran ahead.
    fn is_early(&self, now: Instant) -> bool {
        (1..=LONGEST_WAIT).contains(&(self.next_try.millis() - now.millis()))
    }

    fn key_is_kept(&self, now: Instant) -> bool {
        // A first send in the future means that the clock was set back: nobody knows how long ago it was.
        self.first_sent.is_some_and(|first| (0..KEY_IS_KEPT).contains(&(now.millis() - first.millis())))
    }

    fn settle(self, state: EffectState) -> Self {
        Self { state, doubt: Doubt::None, ..self }
    }

    fn next_at(self, next_try: Instant) -> Self {
        Self { state: EffectState::Waiting, next_try, ..self }
    }

    /// As if this attempt had not been: nothing of it was carried out.
    fn unmade(self) -> Self {
        let first_sent = if self.doubt == Doubt::None { None } else { self.first_sent };
        Self { first_sent, ..self }
    }

    fn in_doubt(self) -> Self {
        let doubt = match self.doubt {
            Doubt::None | Doubt::MayHaveArrived => Doubt::MayHaveArrived,
            Doubt::LookFirst => Doubt::LookFirst,
        };
        Self { state: EffectState::Waiting, doubt, ..self }
    }

    fn faulted(self) -> Self {
        let faults = self.faults + 1;
        let doubt = if faults >= FAULTS_BEFORE_LOOKING { Doubt::LookFirst } else { self.doubt };
        Self { faults, doubt, ..self }
    }
}

/// Milliseconds to wait after the `attempts`th attempt: doubled each time up to a quarter of an hour, a fifth more or
/// less.
pub fn pause(attempts: u32, jitter: u32) -> i64 {
    let doubled = FIRST_PAUSE << attempts.saturating_sub(1).min(16);
    doubled.min(LONGEST_PAUSE) * (800 + i64::from(jitter.min(1_000)) * 400 / 1_000) / 1_000
}

/// Whether a refusal may only say that it is so already: cancelled, paid, voided, paused. Stripe's sentences for that are
/// not documented, so the object is read instead.
fn may_be_so_already(frozen: &Frozen, verdict: &Verdict) -> bool {
    let about_state = matches!(verdict.kind, VerdictKind::Invalid | VerdictKind::NoSuchThing);
    about_state && LookUp::of(frozen).reads_state()
}

#[cfg(test)]
mod tests;
