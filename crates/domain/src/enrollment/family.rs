//! Who else is covered, and who holds it.

use super::{Enrollment, Refusal};
use crate::credit::{Account, Movement};
use crate::plan::Family;
use crate::{CustomerId, Day};
use serde::{Deserialize, Serialize};

/// A further person covered by an enrollment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dependent {
    pub customer: CustomerId,
    pub since: Day,
    /// The first day no longer covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// The charge of the very day they joined had been paid without them; the next one makes up for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_charge: bool,
    /// The day their seat was paused on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Day>,
}

/// What an organization holds an enrollment by: its people are covered, each in a seat, and it is not itself.
///
/// A seat whose person is paused stays taken, and is paid for like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seats {
    /// As many people at most; `None`: as many as the terms cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl Dependent {
    /// Covered from `since` without end.
    pub(super) fn since(customer: CustomerId, since: Day) -> Self {
        Self { customer, since, until: None, after_charge: false, paused: None }
    }

    pub fn is_covered(&self, day: Day) -> bool {
        self.since <= day && self.until.is_none_or(|until| day < until)
    }
}

impl Enrollment {
    /// The dependents covered on `day`, or from the start where that is later.
    pub fn covered(&self, day: Day) -> impl Iterator<Item = CustomerId> {
        let day = day.max(self.starts_on);
        self.dependents.iter().filter(move |dependent| dependent.is_covered(day)).map(|found| found.customer)
    }

    pub(super) fn covered_count(&self, day: Day) -> u32 {
        self.covered(day).count() as u32
    }

    /// Whether `customer` is its holder or covered by it on `day`.
    pub fn covers(&self, customer: CustomerId, day: Day) -> bool {
        self.customer == customer || self.covered(day).any(|covered| covered == customer)
    }

    /// Covers one more person from `day`; an add-on price for the rest of the period comes with the next charge.
    pub fn add_dependent(&mut self, day: Day, customer: CustomerId) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            now.cover(customer)?;
            Ok(Vec::new())
        })
    }

    pub(super) fn cover(&mut self, customer: CustomerId) -> Result<(), Refusal> {
        let agreed = self.pending_terms.as_ref().map_or(u32::MAX, |pending| pending.terms.family.up_to());
        let up_to = self.terms.family.up_to().min(agreed);
        if matches!(self.terms.family, Family::None) {
            return Err(Refusal::NoFamily);
        }
        let since = self.as_of.max(self.starts_on);
        if self.covers(customer, since) {
            return Err(Refusal::AlreadyCovered { customer });
        }
        let covered = self.covered_count(since);
        if let Some(limit) = self.seats.and_then(|seats| seats.limit).filter(|limit| covered >= *limit) {
            return Err(Refusal::SeatsFull { limit });
        }
        if covered >= up_to {
            return Err(Refusal::FamilyFull { up_to });
        }
        let after_charge = self.billing.number_on(since).is_some_and(|period| self.is_paid(period));
        self.dependents.push(Dependent { after_charge, ..Dependent::since(customer, since) });
        if self.terms.family.own_lots() {
            self.open_accounts(Some(customer), since);
        }
        Ok(())
    }

    /// Covers a person no longer, from `day` on; what is left in lots of their own ends with that.
    pub fn remove_dependent(&mut self, day: Day, customer: CustomerId) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            now.uncover(customer)?;
            let today = now.as_of;
            Ok(now.accounts_of(customer).flat_map(|account| account.end(today, 0)).collect())
        })
    }

    /// Makes a dependent the holder; the lots stay with the enrollment, and the former holder is covered no more.
    pub fn change_holder(&mut self, day: Day, to: CustomerId) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            if now.seats.is_some() {
                return Err(Refusal::HeldByOrganization);
            }
            if let Some(since) = now.overdue_since() {
                // Whoever takes over does not take over what another owes.
                return Err(Refusal::ChargeOverdue { since });
            }
            now.uncover(to)?;
            now.customer = to;
            // From here on they use what is granted to the holder.
            now.accounts_of(to).for_each(Account::close);
            Ok(Vec::new())
        })
    }

    // Seats.

    /// Whether there are lots that nobody has alone: the holder's, or what an organization's people share.
    pub(super) fn has_pool(&self) -> bool {
        self.seats.is_none() || self.terms.family.shares_pool()
    }

    /// As many people as it may cover in all.
    pub fn places(&self) -> u32 {
        let up_to = self.terms.family.up_to();
        self.seats.and_then(|seats| seats.limit).map_or(up_to, |limit| limit.min(up_to))
    }

    /// Since when a person's seat is paused.
    pub fn seat_paused(&self, customer: CustomerId) -> Option<Day> {
        self.covering(customer, self.as_of.max(self.starts_on))?.paused
    }

    /// Agrees to another number of seats, not fewer than are taken.
    pub fn limit_seats(&mut self, day: Day, limit: Option<u32>) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            let taken = now.covered_count(now.as_of);
            let seats = now.seats.as_mut().ok_or(Refusal::NoOrganization)?;
            if let Some(limit) = limit.filter(|limit| *limit < taken) {
                return Err(Refusal::SeatsTaken { taken, limit });
            }
            seats.limit = limit;
            Ok(Vec::new())
        })
    }

    /// Lets one person's benefits rest, and the expiry and refreshes of credits of their own; the seat stays taken.
    pub fn pause_seat(&mut self, day: Day, customer: CustomerId) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            if now.seats.is_none() {
                return Err(Refusal::NoOrganization);
            }
            if !now.has_started() {
                return Err(Refusal::NotStarted { starts: now.starts_on });
            }
            if !now.terms.pause.allowed {
                return Err(Refusal::PausesNotAllowed);
            }
            let today = now.as_of;
            let seat = now.covering_mut(customer, today)?;
            if let Some(since) = seat.paused {
                return Err(Refusal::SeatPaused { since });
            }
            seat.paused = Some(today);
            Ok(now.accounts_of(customer).flat_map(|account| account.pause(today)).collect())
        })
    }

    /// Gives a paused person their benefits again; what was frozen moves by the days it stood still.
    pub fn resume_seat(&mut self, day: Day, customer: CustomerId) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            let today = now.as_of;
            now.covering_mut(customer, today)?.paused.take().ok_or(Refusal::SeatNotPaused)?;
            Ok(now.accounts_of(customer).flat_map(|account| account.resume(today)).collect())
        })
    }

    fn covering(&self, customer: CustomerId, day: Day) -> Option<&Dependent> {
        self.dependents.iter().find(|known| known.customer == customer && known.is_covered(day))
    }

    fn covering_mut(&mut self, customer: CustomerId, day: Day) -> Result<&mut Dependent, Refusal> {
        (self.dependents.iter_mut())
            .find(|known| known.customer == customer && known.is_covered(day))
            .ok_or(Refusal::NotCovered { customer })
    }

    fn uncover(&mut self, customer: CustomerId) -> Result<(), Refusal> {
        let today = self.as_of;
        let from = today.max(self.starts_on);
        let found = self.covering_mut(customer, from)?;
        found.until = Some(from.min(today).max(found.since));
        Ok(())
    }
}
