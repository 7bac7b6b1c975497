//! What the calendar did to a membership by itself, told once in the journal.
//!
//! The state never needs it (see [`Enrollment::advance`]): the record is for people, who read in the log why a
//! membership ended, get a task for what was not collected and a mail when it goes on.

use super::{EndReason, Enrollment};
use crate::{CustomerId, Day, EnrollmentId, Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Noticed by the first desk that brought the membership to its day; the same on every desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarNoticed {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    pub noticed: Noticed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Noticed {
    /// Its pause was over.
    Resumed { on: Day },
    /// `owed` was due and not collected.
    Ended { on: Day, why: EndReason, owed: Money },
}

impl CalendarNoticed {
    /// What it establishes, so that it is told once.
    pub fn fact(&self) -> Uuid {
        let name = match self.noticed {
            Noticed::Resumed { on } => format!("resumed {on}"),
            Noticed::Ended { on, .. } => format!("ended {on}"),
        };
        Uuid::new_v5(&self.enrollment.0, name.as_bytes())
    }
}

impl Enrollment {
    /// What the calendar does from where this state stands through `day`, that somebody should be told.
    pub fn noticed_by(&self, day: Day) -> Vec<Noticed> {
        if self.ended.is_some() {
            return Vec::new();
        }
        let now = self.at(day);
        let resumed = now.pauses.iter().skip(self.pauses.len());
        let mut noticed: Vec<Noticed> =
            resumed.map(|pause| Noticed::Resumed { on: pause.resumed_on }).collect();
        if let Some(ended) = now.ended {
            let last_day = ended.on.plus_days(-1).max(self.as_of);
            let owed = self.at(last_day).dues(last_day).iter().map(|due| due.total).sum();
            noticed.push(Noticed::Ended { on: ended.on, why: ended.why, owed });
        }
        noticed
    }

    /// The last day of a membership that runs out: cancelled, or through its last cycle.
    pub fn last_day(&self) -> Option<Day> {
        if self.ended.is_some() {
            return None;
        }
        let cancelled = self.ending.map(|ending| ending.last_day);
        let through = self.maximum_reached_on().map(|on| on.plus_days(-1));
        cancelled.into_iter().chain(through).min()
    }
}
