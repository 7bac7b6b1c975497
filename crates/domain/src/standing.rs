//! Where an enrollment stands, as a ticket sees it.

use crate::Day;
use serde::{Deserialize, Serialize};

/// Where an enrollment stands on a day, with the day that explains it where there is one.
///
/// Benefits hold while it is good or in grace, and nowhere else, but for the provisional benefits of a first
/// charge that is still on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Standing {
    /// Active, also when it is going to end with its period.
    Good,
    /// The first charge is not yet paid.
    Waiting,
    /// Benefits stay on through `until`, with a warning.
    Grace {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Day>,
        because: GraceReason,
    },
    /// Past due beyond grace, which ended on `since`.
    Suspended {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Day>,
    },
    /// `until` is the day it resumes, if one was agreed.
    Paused {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Day>,
    },
    Scheduled {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        starts: Option<Day>,
    },
    Cancelled {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ended: Option<Day>,
    },
}

/// Why an enrollment is in grace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GraceReason {
    /// A charge failed, or what is due at the counter is late.
    PastDue,
    /// The renewal's day has passed without word from Stripe.
    NotConfirmed,
}

impl Standing {
    pub const fn gives_benefits(self) -> bool {
        match self {
            Self::Good | Self::Grace { .. } => true,
            Self::Waiting
            | Self::Suspended { .. }
            | Self::Paused { .. }
            | Self::Scheduled { .. }
            | Self::Cancelled { .. } => false,
        }
    }
}
