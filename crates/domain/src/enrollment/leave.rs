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
    /// In Stripe's dashboard.
    AtStripe,
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
    /// One that has not started or is paused ends now; [`Enrollment::refund_preview`] says beforehand what the
    /// frozen days are worth.
    pub fn cancel_at_period_end(&mut self, day: Day, minimum: Minimum) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            if !now.has_started() {
                return Ok(now.end_now(EndReason::NeverStarted));
            }
            if let Some(ending) = now.ending {
                return Err(Refusal::AlreadyEnding { last_day: ending.last_day });
            }
            now.minimum_met(minimum)?;
            if now.paused.is_some() {
                now.nothing_on_trust()?;
                return Ok(now.end_now(EndReason::CancelledNow));
            }
            let running = now.billing.index_on(now.as_of).unwrap_or(0);
            let last = running.max(now.paid.saturating_sub(1));
            now.ending = Some(Ending { asked_on: now.as_of, last_day: now.billing.period(last).last_day() });
            Ok(Vec::new())
        })
    }

    pub fn undo_cancel(&mut self, day: Day) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            now.ending.take().ok_or(Refusal::NotEnding)?;
            Ok(Vec::new())
        })
    }

    /// Ends today; [`Enrollment::refund_preview`] says beforehand what comes back.
    pub fn cancel_now(&mut self, day: Day, minimum: Minimum) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            if !now.has_started() {
                return Ok(now.end_now(EndReason::NeverStarted));
            }
            now.minimum_met(minimum)?;
            now.nothing_on_trust()?;
            Ok(now.end_now(EndReason::CancelledNow))
        })
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
