//! Refreshes that are due, what sales draw, and what a ticket may use.

use super::status::Unpaid;
use super::{Enrollment, Refusal};
use crate::checkout::{CreditLot, Entitlement, IncludedLot};
use crate::credit::{Account, Certainty, Covers, Lot, LotDraw, Movement};
use crate::item::{ItemFilter, ItemSet};
use crate::plan::Scope;
use crate::standing::Standing;
use crate::{BenefitId, CustomerId, Day, LotId, RecordId, TicketId};
use serde::{Deserialize, Serialize};

/// How many refreshes ahead a sale made elsewhere may have drawn from.
const REFRESHES_AHEAD: u32 = 24;

/// A refresh whose day has come and whose charge is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RefreshDue {
    pub benefit: BenefitId,
    pub person: Option<CustomerId>,
    pub n: u32,
    /// Its own date, kept however late it is granted.
    pub on: Day,
}

impl Enrollment {
    // Refreshes.

    /// What is to be granted by `day`, oldest first for each account.
    ///
    /// A refresh on a billing date waits until that charge is paid; one between billing dates only asks for good
    /// standing or grace.
    pub fn refreshes_due(&self, day: Day) -> Vec<RefreshDue> {
        self.seen_on(day).refreshes_due_now()
    }

    pub(super) fn refreshes_due_now(&self) -> Vec<RefreshDue> {
        if self.ended.is_some() || self.paused.is_some() || !self.has_started() {
            return Vec::new();
        }
        (self.accounts.iter())
            .filter(|account| account.refreshes() && !account.is_paused())
            .flat_map(|account| {
                let (next, _) = account.next_refresh();
                (next..)
                    .map(move |n| (account, n, account.refresh_date(n)))
                    .take_while(|(_, _, on)| *on <= self.as_of && self.certainty(*on).is_ok())
            })
            .map(|(account, n, on)| RefreshDue { benefit: account.benefit, person: account.person, n, on })
            .collect()
    }

    /// Grants refresh `n` of an account; one granted before changes nothing.
    pub fn refresh(
        &mut self,
        day: Day,
        benefit: BenefitId,
        person: Option<CustomerId>,
        n: u32,
    ) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            let (id, today) = (now.id, now.as_of);
            let account = now.account(benefit, person)?;
            let (next, _) = account.next_refresh();
            if n < next {
                return Ok(Vec::new());
            }
            now.require_running()?;
            let due = account.refresh_date(n);
            let certainty = if due <= today { now.certainty(due)? } else { Certainty::Certain };
            Ok(now.account_mut(benefit, person)?.refresh(id, n, today, certainty)?)
        })
    }

    /// Whether what a refresh on `on` waits for has happened, or is taken on trust.
    fn certainty(&self, on: Day) -> Result<Certainty, Refusal> {
        let unpaid = self.unpaid();
        let charge = self.billing.number_on(on).filter(|period| !self.is_paid(*period));
        match (charge, unpaid) {
            (None, None) => Ok(Certainty::Certain),
            (_, Some(Unpaid::First { .. })) if self.provisional && self.failed.is_none() => {
                Ok(Certainty::Provisional)
            }
            (Some(period), Some(Unpaid::NotConfirmed { grace_until }))
                if period == self.paid && self.as_of <= grace_until =>
            {
                Ok(Certainty::Provisional)
            }
            (None, Some(Unpaid::NotConfirmed { grace_until } | Unpaid::PastDue { grace_until, .. }))
                if self.as_of <= grace_until =>
            {
                Ok(Certainty::Certain)
            }
            // A date before the charge that is missing was earned whatever happened since.
            (None, Some(_)) if on < self.billing.start(self.paid) => Ok(Certainty::Certain),
            (charge, _) => {
                Err(Refusal::ChargeUnpaid { due_on: self.billing.start(charge.unwrap_or(self.paid)) })
            }
        }
    }

    // Sales and refunds.

    /// Takes what a sale of `day` drew from a lot; always takes effect, and may overdraw.
    pub fn draw(&mut self, day: Day, benefit: BenefitId, draw: LotDraw) -> Result<Vec<Movement>, Refusal> {
        let index = self.account_with(benefit, draw.lot)?;
        let mut moved = self.advance(day);
        moved.extend(self.accounts[index].draw(day, draw));
        moved.extend(self.settle_today());
        Ok(moved)
    }

    /// Gives back to a lot what a sale drew from it; `record` names the new lot where that one is over.
    pub fn give_back(
        &mut self,
        day: Day,
        benefit: BenefitId,
        draw: LotDraw,
        record: RecordId,
    ) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            let index = now.account_with(benefit, draw.lot)?;
            Ok(now.accounts[index].give_back(now.as_of, draw, record)?)
        })
    }

    /// Counts what a sale took from a lot towards the allowance of who bought.
    pub fn count_taken(
        &mut self,
        benefit: BenefitId,
        draw: LotDraw,
        by: CustomerId,
        ticket: TicketId,
    ) -> Result<(), Refusal> {
        let index = self.account_with(benefit, draw.lot)?;
        self.accounts[index].count_taken(by, ticket, draw.amount);
        Ok(())
    }

    /// Takes back what [`Enrollment::count_taken`] counted.
    pub fn count_returned(
        &mut self,
        benefit: BenefitId,
        draw: LotDraw,
        ticket: TicketId,
    ) -> Result<(), Refusal> {
        let index = self.account_with(benefit, draw.lot)?;
        self.accounts[index].count_returned(ticket, draw.amount);
        Ok(())
    }

    // A manager.

    /// Changes a balance, upwards by a new lot named `lot`.
    pub fn adjust(
        &mut self,
        day: Day,
        benefit: BenefitId,
        person: Option<CustomerId>,
        amount: i64,
        lot: LotId,
    ) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            let today = now.as_of;
            Ok(now.account_mut(benefit, person)?.adjust(today, amount, lot)?)
        })
    }

    /// Gives a lot of its own expiry.
    pub fn goodwill(
        &mut self,
        day: Day,
        benefit: BenefitId,
        person: Option<CustomerId>,
        amount: i64,
        expires: Option<Day>,
        lot: LotId,
    ) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            let today = now.as_of;
            Ok(now.account_mut(benefit, person)?.goodwill(today, amount, expires, lot)?)
        })
    }

    /// Makes a lot usable through another day, or without end.
    pub fn extend_lot(
        &mut self,
        day: Day,
        benefit: BenefitId,
        lot: LotId,
        expires: Option<Day>,
    ) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            let index = now.account_with(benefit, lot)?;
            Ok(now.accounts[index].extend(now.as_of, lot, expires)?)
        })
    }

    /// Brings an overdrawn lot back to zero, at the practice's cost.
    pub fn forgive(&mut self, day: Day, benefit: BenefitId, lot: LotId) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            let index = now.account_with(benefit, lot)?;
            Ok(now.accounts[index].forgive(now.as_of, lot)?)
        })
    }

    /// Brings an overdrawn lot back to zero by taking as much from the refreshes to come.
    pub fn take_from_next_refresh(
        &mut self,
        day: Day,
        benefit: BenefitId,
        lot: LotId,
    ) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            let index = now.account_with(benefit, lot)?;
            Ok(now.accounts[index].take_from_next_refresh(now.as_of, lot)?)
        })
    }

    // What a ticket may use.

    /// What it brings to a ticket of `day` for its holder (`None`) or for one dependent; own lots before the pool.
    ///
    /// `None` for somebody it does not cover. After the end only money credit that outlives it is left.
    pub fn entitlement(
        &self,
        day: Day,
        person: Option<CustomerId>,
        plan_name: &str,
        scope: &Scope,
    ) -> Option<Entitlement> {
        let now = self.seen_on(day);
        let person = person.filter(|person| *person != now.customer);
        if person.map_or(now.seats.is_some(), |person| !now.covers(person, now.as_of)) {
            return None;
        }
        let outlived = now.ended.is_some() && now.accounts.iter().any(|account| account.available() > 0);
        let mut entitlement = Entitlement {
            enrollment: now.id,
            plan: now.plan,
            plan_name: plan_name.to_owned(),
            person,
            standing: match person.and_then(|person| now.seat_paused(person)) {
                _ if outlived => Standing::Good,
                Some(_) if now.ended.is_none() => Standing::Paused { until: None },
                Some(_) | None => now.standing_now(),
            },
            scope: scope.clone(),
            access: Some(if outlived { ItemSet::default() } else { now.terms.access.clone() }),
            // What it promised while it ran is still named, with the reason; credit that outlives it comes alone.
            discounts: if outlived { Vec::new() } else { now.terms.discounts.clone() },
            included: Vec::new(),
            credits: Vec::new(),
            provisional: now.provisional && now.failed.is_none() && now.ended.is_none(),
            sold_on: None,
        };
        if !outlived {
            entitlement.included.extend(now.unlimited());
        }
        let own =
            |account: &&Account| account.person.is_some_and(|owner| owner == person.unwrap_or(now.customer));
        let pooled = |account: &&Account| {
            account.person.is_none() && (person.is_none() || now.terms.family.shares_pool())
        };
        for account in now.accounts.iter().filter(own) {
            account.offer(&mut entitlement, Pool::Own);
        }
        for account in now.accounts.iter().filter(pooled) {
            account.offer(&mut entitlement, if person.is_some() { Pool::Shared } else { Pool::Own });
        }
        Some(entitlement)
    }

    fn unlimited(&self) -> impl Iterator<Item = IncludedLot> {
        self.terms.included.iter().filter(|included| included.quantity.is_none()).map(|included| {
            IncludedLot {
                benefit: included.id,
                lot: None,
                items: included.items.clone(),
                remaining: None,
                granted: self.starts_on,
                expires: None,
                shared_pool: false,
                provisional: false,
            }
        })
    }

    // Accounts.

    pub fn account(&self, benefit: BenefitId, person: Option<CustomerId>) -> Result<&Account, Refusal> {
        (self.accounts.iter())
            .find(|account| account.benefit == benefit && account.person == person)
            .ok_or(Refusal::NoSuchBenefit { benefit })
    }

    pub(super) fn account_mut(
        &mut self,
        benefit: BenefitId,
        person: Option<CustomerId>,
    ) -> Result<&mut Account, Refusal> {
        (self.accounts.iter_mut())
            .find(|account| account.benefit == benefit && account.person == person)
            .ok_or(Refusal::NoSuchBenefit { benefit })
    }

    pub(super) fn accounts_of(&mut self, person: CustomerId) -> impl Iterator<Item = &mut Account> {
        self.accounts.iter_mut().filter(move |account| account.person == Some(person))
    }

    /// Which account holds a lot, also of one whose refresh is not known here yet.
    fn account_with(&self, benefit: BenefitId, lot: LotId) -> Result<usize, Refusal> {
        let id = self.id;
        let will_grant = |account: &Account| {
            let (next, _) = account.next_refresh();
            (next..next + REFRESHES_AHEAD)
                .any(|n| LotId::of_refresh(id, account.benefit, account.person, n) == lot)
        };
        let of_benefit = |account: &Account| account.benefit == benefit;
        (self.accounts.iter().position(|account| account.lot(lot).is_some()))
            .or_else(|| self.accounts.iter().position(|account| of_benefit(account) && will_grant(account)))
            .or_else(|| self.accounts.iter().position(of_benefit))
            .ok_or(Refusal::NoSuchBenefit { benefit })
    }
}

/// Leaves of some lots, in redemption order, what an allowance lets one person take; the first stays, be it empty.
fn within_allowance(lots: &mut Vec<Lot>, allowance: i64) {
    let mut left = allowance;
    for lot in lots.iter_mut() {
        lot.remaining = lot.remaining.min(left);
        left -= lot.remaining.max(0);
    }
    let mut first = true;
    lots.retain(|lot| std::mem::take(&mut first) || lot.remaining > 0);
}

/// Whose lots a person draws from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pool {
    Own,
    Shared,
}

impl Account {
    /// Adds its lots to what a ticket may use, in redemption order.
    ///
    /// With nothing left, its latest lot still says so and why; before the first grant the coming one does.
    fn offer(&self, entitlement: &mut Entitlement, pool: Pool) {
        let mut lots = self.redeemable();
        if lots.is_empty() && self.refreshes() {
            lots.push(self.lots().last().copied().unwrap_or_else(|| self.upcoming(entitlement.enrollment)));
        }
        if let Some(left) =
            entitlement.person.filter(|_| pool == Pool::Shared).and_then(|who| self.allowance_left(who))
        {
            within_allowance(&mut lots, left);
        }
        for lot in lots {
            match self.grant.covers {
                Covers::Included => entitlement.included.push(self.included_lot(lot, pool)),
                Covers::Credit => entitlement.credits.push(self.credit_lot(lot, pool)),
            }
        }
    }

    fn included_lot(&self, lot: Lot, pool: Pool) -> IncludedLot {
        let items = match &self.grant.items {
            ItemFilter::Only(items) => items.clone(),
            ItemFilter::All | ItemFilter::Except(_) => ItemSet::default(),
        };
        IncludedLot {
            benefit: self.benefit,
            lot: Some(lot.id),
            items,
            remaining: Some(u32::try_from(lot.remaining.max(0)).unwrap_or(u32::MAX)),
            granted: lot.granted,
            expires: lot.expires,
            shared_pool: pool == Pool::Shared,
            provisional: lot.provisional,
        }
    }

    fn credit_lot(&self, lot: Lot, pool: Pool) -> CreditLot {
        CreditLot {
            benefit: self.benefit,
            lot: lot.id,
            unit: self.grant.unit,
            remaining: lot.remaining,
            usage: self.grant.usage,
            items: self.grant.items.clone(),
            granted: lot.granted,
            expires: lot.expires,
            shared_pool: pool == Pool::Shared,
            provisional: lot.provisional,
        }
    }
}
