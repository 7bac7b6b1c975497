//! What benefits took off tickets while nobody knew whether the charge they count on would be paid.
//!
//! It is certain once that charge is paid. Until then the membership does not vanish: what was used is paid, or a person
//! forgives it.

use super::{Enrollment, PaysBy, Refusal};
use crate::credit::Movement;
use crate::{Day, Money, TicketId};

impl Enrollment {
    /// What its benefits took off tickets on the strength of a charge that is not paid.
    pub fn used_on_trust(&self) -> Money {
        self.trusted.values().copied().sum()
    }

    /// The tickets that [`Enrollment::used_on_trust`] was taken off.
    pub fn trusted_on(&self) -> impl Iterator<Item = (TicketId, Money)> {
        self.trusted.iter().map(|(ticket, amount)| (*ticket, *amount))
    }

    /// What of it the bank may still confirm: neither refused nor ended.
    pub fn at_risk(&self) -> Money {
        if self.failed.is_some() || self.ended.is_some() { Money::ZERO } else { self.used_on_trust() }
    }

    /// A ticket relied on it for `amount`; always takes effect, unless the charge was paid meanwhile.
    pub fn trust(&mut self, day: Day, ticket: TicketId, amount: Money) -> Vec<Movement> {
        let moved = self.advance(day);
        if amount.is_positive() && (self.unpaid().is_some() || self.ended.is_some()) {
            self.trusted.insert(ticket, amount);
        }
        moved
    }

    /// A ticket gave back what it took, but for `left`.
    pub fn trust_returned(&mut self, day: Day, ticket: TicketId, left: Money) -> Vec<Movement> {
        let moved = self.advance(day);
        if let Some(amount) = self.trusted.get_mut(&ticket) {
            *amount = left.min(*amount);
        }
        self.trusted.retain(|_, amount| amount.is_positive());
        moved
    }

    /// What was used is paid otherwise, or forgiven.
    pub fn settle_trust(&mut self, day: Day) -> Result<Vec<Movement>, Refusal> {
        if self.trusted.is_empty() {
            return Err(Refusal::NothingOnTrust);
        }
        let moved = self.advance(day);
        self.trusted.clear();
        Ok(moved)
    }

    pub(super) fn nothing_on_trust(&self) -> Result<(), Refusal> {
        match self.used_on_trust() {
            used if used.is_positive() => Err(Refusal::UsedOnTrust { used }),
            _ => Ok(()),
        }
    }

    /// At the counter nothing is on its way that could be trusted.
    pub(super) fn trust_nothing_more(&mut self) -> Vec<Movement> {
        if self.pays != PaysBy::Counter || !self.provisional {
            return Vec::new();
        }
        self.provisional = false;
        let today = self.as_of;
        self.accounts.iter_mut().flat_map(|account| account.withhold_provisional(today)).collect()
    }
}
