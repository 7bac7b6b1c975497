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
}

impl Dependent {
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
            let agreed = now.pending_terms.as_ref().map_or(u32::MAX, |pending| pending.terms.family.up_to());
            let up_to = now.terms.family.up_to().min(agreed);
            if matches!(now.terms.family, Family::None) {
                return Err(Refusal::NoFamily);
            }
            if now.covers(customer, now.as_of) {
                return Err(Refusal::AlreadyCovered { customer });
            }
            if now.covered_count(now.as_of) >= up_to {
                return Err(Refusal::FamilyFull { up_to });
            }
            let since = now.as_of.max(now.starts_on);
            now.dependents.push(Dependent { customer, since, until: None });
            if now.terms.family.own_lots() {
                now.open_accounts(Some(customer), since);
            }
            Ok(Vec::new())
        })
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
            now.uncover(to)?;
            now.customer = to;
            // From here on they use what is granted to the holder.
            now.accounts_of(to).for_each(Account::close);
            Ok(Vec::new())
        })
    }

    fn uncover(&mut self, customer: CustomerId) -> Result<(), Refusal> {
        let today = self.as_of;
        let from = today.max(self.starts_on);
        let found = (self.dependents.iter_mut())
            .find(|dependent| dependent.customer == customer && dependent.is_covered(from))
            .ok_or(Refusal::NotCovered { customer })?;
        found.until = Some(from.min(today).max(found.since));
        Ok(())
    }
}
