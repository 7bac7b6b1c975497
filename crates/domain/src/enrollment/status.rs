//! Where an enrollment stands on a day.

use super::{Enrollment, PaysBy};
use crate::Day;
use crate::standing::{GraceReason, Standing};
use serde::{Deserialize, Serialize};

/// What a list shows of an enrollment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    Scheduled {
        starts: Day,
    },
    Active,
    /// Cancelled at the period's end; benefits stay through `last_day`.
    Ending {
        last_day: Day,
    },
    /// Benefits stay through `grace_until`.
    PastDue {
        since: Day,
        grace_until: Day,
    },
    /// `until` is the day it resumes, if one was agreed.
    Paused {
        until: Option<Day>,
    },
    /// `on` is the first day without it.
    Cancelled {
        on: Day,
    },
}

/// The oldest charge that has come due and is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unpaid {
    /// The first one: benefits wait for it.
    First {
        due_on: Day,
    },
    /// Its day has passed and Stripe has not said anything.
    NotConfirmed {
        grace_until: Day,
    },
    PastDue {
        since: Day,
        grace_until: Day,
    },
}

impl Enrollment {
    pub fn status(&self, day: Day) -> Status {
        self.seen_on(day).status_now()
    }

    pub fn standing(&self, day: Day) -> Standing {
        self.seen_on(day).standing_now()
    }

    /// Whether it counts among the plan's members: not ended and not scheduled.
    pub fn is_member(&self, day: Day) -> bool {
        match self.status(day) {
            Status::Active | Status::Ending { .. } | Status::PastDue { .. } | Status::Paused { .. } => true,
            Status::Scheduled { .. } | Status::Cancelled { .. } => false,
        }
    }

    pub(super) fn status_now(&self) -> Status {
        if let Some(ended) = self.ended {
            return Status::Cancelled { on: ended.on };
        }
        if !self.has_started() {
            return Status::Scheduled { starts: self.starts_on };
        }
        if let Some(paused) = self.paused {
            return Status::Paused { until: paused.until };
        }
        match (self.unpaid(), self.ending) {
            (Some(Unpaid::PastDue { since, grace_until }), _) => Status::PastDue { since, grace_until },
            // Without an answer beyond grace there are no benefits either, and a person has to look.
            (Some(Unpaid::NotConfirmed { grace_until }), _) if grace_until < self.as_of => {
                Status::PastDue { since: self.billing.start(self.paid), grace_until }
            }
            (_, Some(ending)) => Status::Ending { last_day: ending.last_day },
            (_, None) => Status::Active,
        }
    }

    pub(super) fn standing_now(&self) -> Standing {
        if let Some(ended) = self.ended {
            return Standing::Cancelled { ended: Some(ended.on) };
        }
        if !self.has_started() {
            return Standing::Scheduled { starts: Some(self.starts_on) };
        }
        if let Some(paused) = self.paused
            && !self.terms.pause.keeps_benefits
        {
            return Standing::Paused { until: paused.until };
        }
        let in_grace = |grace_until: Day, because| {
            if self.as_of <= grace_until {
                Standing::Grace { until: Some(grace_until), because }
            } else {
                Standing::Suspended { since: Some(grace_until) }
            }
        };
        match self.unpaid() {
            None => Standing::Good,
            Some(Unpaid::First { .. }) => Standing::Waiting,
            Some(Unpaid::NotConfirmed { grace_until }) => in_grace(grace_until, GraceReason::NotConfirmed),
            Some(Unpaid::PastDue { grace_until, .. }) => in_grace(grace_until, GraceReason::PastDue),
        }
    }

    /// The oldest charge that is due and not paid, as of now.
    pub(super) fn unpaid(&self) -> Option<Unpaid> {
        (self.billing.start(self.paid) <= self.billing_day()).then(|| self.unpaid_next()).flatten()
    }

    /// The oldest charge that is not paid, as it will stand once its day has come.
    pub(super) fn unpaid_next(&self) -> Option<Unpaid> {
        if !self.will_be_charged(self.paid) {
            return None;
        }
        let due_on = self.billing.start(self.paid);
        if self.paid == 0 {
            return Some(Unpaid::First { due_on });
        }
        let grace_days = i64::from(self.terms.past_due.grace_days);
        let past_due = |since: Day| Unpaid::PastDue { since, grace_until: since.plus_days(grace_days) };
        Some(match (self.pays, self.failed) {
            (_, Some(failed)) if failed.period >= self.paid => past_due(failed.on),
            (PaysBy::Counter, _) => past_due(due_on),
            (PaysBy::Card, _) => Unpaid::NotConfirmed { grace_until: due_on.plus_days(grace_days) },
        })
    }

    /// Since when a charge is overdue, if one is.
    pub(super) fn overdue_since(&self) -> Option<Day> {
        match self.unpaid()? {
            Unpaid::First { due_on } => Some(due_on),
            Unpaid::PastDue { since, .. } => Some(since),
            Unpaid::NotConfirmed { grace_until } => {
                (grace_until < self.as_of).then(|| self.billing.start(self.paid))
            }
        }
    }
}
