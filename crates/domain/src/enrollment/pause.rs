//! Pausing and resuming.

use super::{Enrollment, Refusal};
use crate::Day;
use crate::credit::Movement;
use serde::{Deserialize, Serialize};

const MONTHS_OF_A_YEAR: u32 = 12;

/// A pause that lasts: billing, expiries and refreshes stand still from `on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Paused {
    pub on: Day,
    /// The day it resumes, if one was agreed.
    pub until: Option<Day>,
    /// The day it resumes at the latest.
    pub latest: Day,
}

impl Paused {
    pub fn resumes_on(self) -> Day {
        self.until.unwrap_or(self.latest)
    }
}

/// A pause that is over; `resumed_on` is the first day that counted again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pause {
    pub on: Day,
    pub resumed_on: Day,
}

impl Enrollment {
    /// Pauses from `day` until it is resumed, by hand or on the day `until`.
    pub fn pause(&mut self, day: Day, until: Option<Day>) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            now.may_pause(until)?;
            Ok(now.pause_now(until))
        })
    }

    pub(super) fn pause_now(&mut self, until: Option<Day>) -> Vec<Movement> {
        let on = self.as_of;
        let latest = on.plus_days(i64::from(self.terms.pause.max_days));
        self.paused = Some(Paused { on, until, latest });
        self.accounts.iter_mut().flat_map(|account| account.pause(on)).collect()
    }

    /// Goes on: what was frozen moves by the days it stood still.
    pub fn resume(&mut self, day: Day) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            if now.paused.is_none() {
                return Err(Refusal::NotPaused);
            }
            Ok(now.resume_now())
        })
    }

    /// How many pauses began in the year that ends on `day`.
    pub fn pauses_within_a_year(&self, day: Day) -> u32 {
        let begun = self.pauses.iter().map(|pause| pause.on).chain(self.paused.map(|paused| paused.on));
        begun.filter(|on| on.plus_months(MONTHS_OF_A_YEAR) > day).count() as u32
    }

    fn may_pause(&self, until: Option<Day>) -> Result<(), Refusal> {
        let policy = &self.terms.pause;
        let today = self.as_of;
        if !self.has_started() {
            return Err(Refusal::NotStarted { starts: self.starts_on });
        }
        if let Some(paused) = self.paused {
            return Err(Refusal::AlreadyPaused { since: paused.on });
        }
        if let Some(ending) = self.ending {
            return Err(Refusal::AlreadyEnding { last_day: ending.last_day });
        }
        if let Some(since) = self.overdue_since() {
            return Err(Refusal::ChargeOverdue { since });
        }
        if !policy.allowed {
            return Err(Refusal::PausesNotAllowed);
        }
        if self.seats.is_some() {
            // One anchor for all that an organization holds: its people pause, each in their seat.
            return Err(Refusal::HeldByOrganization);
        }
        let taken = self.pauses_within_a_year(today);
        if taken >= policy.per_year {
            return Err(Refusal::PauseLimit { taken, per_year: policy.per_year });
        }
        if let Some(until) = until {
            if until <= today {
                return Err(Refusal::PauseEndsInPast { until, today });
            }
            if until.since(today) > i64::from(policy.max_days) {
                return Err(Refusal::PauseTooLong { max_days: policy.max_days });
            }
        }
        Ok(())
    }

    pub(super) fn resume_now(&mut self) -> Vec<Movement> {
        let Some(paused) = self.paused.take() else { return Vec::new() };
        let resumed_on = self.as_of;
        self.pauses.push(Pause { on: paused.on, resumed_on });
        // The period that runs keeps its start; the next one and all after it move.
        let next = self.billing.count_through(paused.on);
        self.billing.shift(next, resumed_on.since(paused.on));
        self.accounts.iter_mut().flat_map(|account| account.resume(resumed_on)).collect()
    }
}
