//! Why a verb had no effect.

use crate::credit::CreditRefusal;
use crate::{BenefitId, CustomerId, Day, Money};
use serde::{Deserialize, Serialize};

/// A move that the state of an enrollment does not permit; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum Refusal {
    #[error("the start {starts} is before {today}")]
    StartsInPast { starts: Day, today: Day },
    #[error("the start {starts} is after {today}, and what ran elsewhere has begun")]
    StartsInFuture { starts: Day, today: Day },
    #[error("the next billing {next_billing} is not after the start {starts}")]
    BillsBeforeStart { next_billing: Day, starts: Day },
    #[error("the terms end it on {on}, before the next billing")]
    EndsBeforeBilling { on: Day },
    #[error("the membership ended on {on}")]
    AlreadyCancelled { on: Day },
    #[error("the membership starts on {starts}")]
    NotStarted { starts: Day },
    #[error("the membership already ends after {last_day}")]
    AlreadyEnding { last_day: Day },
    #[error("no cancellation is waiting that could be undone")]
    NotEnding,
    #[error("{paid} of at least {minimum} periods are paid")]
    MinimumCycles { paid: u32, minimum: u32 },
    #[error("a charge is overdue since {since}")]
    ChargeOverdue { since: Day },
    #[error("the terms allow no pauses")]
    PausesNotAllowed,
    #[error("{taken} pauses were taken within a year and the terms allow {per_year}")]
    PauseLimit { taken: u32, per_year: u32 },
    #[error("a pause lasts {max_days} days at most")]
    PauseTooLong { max_days: u32 },
    #[error("the pause would end on {until}, which is not after {today}")]
    PauseEndsInPast { until: Day, today: Day },
    #[error("the membership is paused since {since}")]
    AlreadyPaused { since: Day },
    #[error("the membership is not paused")]
    NotPaused,
    #[error("the terms cover nobody else")]
    NoFamily,
    #[error("the terms cover {up_to} more people at most")]
    FamilyFull { up_to: u32 },
    #[error("{covered} more people are covered and the new terms cover {up_to}")]
    FamilyTooLarge { covered: u32, up_to: u32 },
    #[error("no other terms are agreed")]
    NothingAgreed,
    #[error("this person is covered already")]
    AlreadyCovered { customer: CustomerId },
    #[error("this person is not covered")]
    NotCovered { customer: CustomerId },
    #[error("all {limit} seats are taken")]
    SeatsFull { limit: u32 },
    #[error("{taken} seats are taken, more than {limit}")]
    SeatsTaken { taken: u32, limit: u32 },
    #[error("an organization holds it for its people")]
    HeldByOrganization,
    #[error("no organization holds it")]
    NoOrganization,
    #[error("this person's seat is paused since {since}")]
    SeatPaused { since: Day },
    #[error("this person's seat is not paused")]
    SeatNotPaused,
    #[error("the membership holds no such credit")]
    NoSuchBenefit { benefit: BenefitId },
    /// By benefits, while their charge was not paid.
    #[error("benefits of it were used and the charge they count on is not paid")]
    UsedOnTrust { used: Money },
    #[error("nothing was used that is not paid")]
    NothingOnTrust,
    /// The refresh waits for the charge of its day.
    #[error("the charge due on {due_on} is not paid")]
    ChargeUnpaid { due_on: Day },
    #[error(transparent)]
    Credit(#[from] CreditRefusal),
}
