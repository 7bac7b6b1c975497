//! Cancelling, and the end.

use super::{Enrollment, Refusal};
use crate::Day;
use crate::credit::Movement;
use serde::{Deserialize, Serialize};

/// A cancellation that waits for the period's end; benefits stay through `last_day`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ending {
    /// When it was asked for.
    pub asked_on: Day,
    pub last_day: Day,
}

/// The end; `on` is the first day without the enrollment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ended {
    pub on: Day,
    pub why: EndReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    CancelledNow,
    AtPeriodEnd,
    /// Before it had started; nothing was charged.
    NeverStarted,
    MaximumCycles,
    PastDue,
    FirstChargeFailed,
}

/// Whether the minimum of paid periods holds a cancellation back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Minimum {
    Holds,
    /// A manager let the member go.
    Waived,
}

impl Minimum {
    pub fn waived_if(waived: bool) -> Self {
        if waived { Self::Waived } else { Self::Holds }
    }
}

impl Enrollment {
    /// Cancels at the end of the period that runs, or of the last one paid.
    ///
    /// One that has not started, or is paused, ends now; [`Enrollment::refund_preview`] says beforehand what the
    /// frozen days are worth.
    pub fn cancel_at_period_end(&mut self, day: Day, minimum: Minimum) -> Result<Vec<Movement>, Refusal> {
        let mut moved = self.catch_up(day);
        self.require_running()?;
        if !self.has_started() {
            moved.extend(self.end_now(EndReason::NeverStarted));
            return Ok(moved);
        }
        if let Some(ending) = self.ending {
            return Err(Refusal::AlreadyEnding { last_day: ending.last_day });
        }
        self.minimum_met(minimum)?;
        if self.paused.is_some() {
            moved.extend(self.end_now(EndReason::CancelledNow));
            return Ok(moved);
        }
        let running = self.billing.index_on(self.as_of).unwrap_or(0);
        let last = running.max(self.paid.saturating_sub(1));
        self.ending = Some(Ending { asked_on: self.as_of, last_day: self.billing.period(last).last_day() });
        self.pending_terms = None;
        self.pending_pays = None;
        Ok(moved)
    }

    pub fn undo_cancel(&mut self, day: Day) -> Result<Vec<Movement>, Refusal> {
        let moved = self.catch_up(day);
        self.require_running()?;
        match self.ending.take() {
            Some(_) => Ok(moved),
            None => Err(Refusal::NotEnding),
        }
    }

    /// Ends today; [`Enrollment::refund_preview`] says beforehand what comes back.
    pub fn cancel_now(&mut self, day: Day, minimum: Minimum) -> Result<Vec<Movement>, Refusal> {
        let mut moved = self.catch_up(day);
        self.require_running()?;
        if !self.has_started() {
            moved.extend(self.end_now(EndReason::NeverStarted));
            return Ok(moved);
        }
        self.minimum_met(minimum)?;
        moved.extend(self.end_now(EndReason::CancelledNow));
        Ok(moved)
    }

    fn minimum_met(&self, minimum: Minimum) -> Result<(), Refusal> {
        let paid = self.paid.saturating_sub(self.cycles_from);
        match minimum {
            Minimum::Holds if paid < self.terms.minimum_cycles => {
                Err(Refusal::MinimumCycles { paid, minimum: self.terms.minimum_cycles })
            }
            Minimum::Holds | Minimum::Waived => Ok(()),
        }
    }

    pub(super) fn end_now(&mut self, why: EndReason) -> Vec<Movement> {
        let on = self.as_of;
        self.ended = Some(Ended { on, why });
        self.paused = None;
        self.ending = None;
        self.pending_terms = None;
        self.pending_pays = None;
        self.failed = None;
        self.provisional = false;
        self.arrears.clear();
        let outlives_days = self.credit_outlives_days;
        self.accounts.iter_mut().flat_map(|account| account.end(on, outlives_days)).collect()
    }
}
