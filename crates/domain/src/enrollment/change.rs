//! Other terms, another plan, another way to pay.

use super::billing::{Capture, Carried, JoinedUnder};
use super::{Due, Enrollment, PaysBy, Refusal};
use crate::calendar::Schedule;
use crate::credit::{Account, Grant, Movement};
use crate::plan::Terms;
use crate::{BenefitId, CustomerId, Day, Money, PlanId};
use serde::{Deserialize, Serialize};

/// From when a change holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Now,
    NextBilling,
}

/// Terms that take effect when `period` starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingTerms {
    pub period: u32,
    pub plan: PlanId,
    pub version: u32,
    pub terms: Terms,
}

/// A way to pay that takes effect when `period` starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PendingPays {
    pub period: u32,
    pub pays: PaysBy,
}

/// Up is a higher price per month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    pub fn between(old: &Terms, new: &Terms) -> Self {
        let per_year = |terms: &Terms| terms.price.times(12 / terms.frequency.months());
        if per_year(new) > per_year(old) { Self::Up } else { Self::Down }
    }
}

/// What changing the plan on a day would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePreview {
    pub direction: Direction,
    pub effective_on: Day,
    /// The worth of the old period that the first charge takes off, tax included.
    pub carried: Money,
    /// What of that worth is more than the first charge, and goes back.
    pub refund: Money,
    /// The tax inside the refund.
    pub refund_tax: Money,
    /// The period whose worth that is.
    pub cut_short: Option<u32>,
    /// The first charge under the new plan; `None` when it ends before.
    pub first: Option<Due>,
}

impl Enrollment {
    /// Puts the enrollment under another version of its plan's terms.
    ///
    /// The price changes with the next charge in any case; `Now` speaks of the benefits and policies.
    pub fn update_terms(
        &mut self,
        day: Day,
        version: u32,
        terms: Terms,
        when: When,
    ) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            if let Some(ending) = now.ending {
                // Its next charge never comes.
                return Err(Refusal::AlreadyEnding { last_day: ending.last_day });
            }
            let terms = now.as_held(terms);
            now.fits_family(&terms)?;
            let pending = PendingTerms { period: now.next_period(), plan: now.plan, version, terms };
            match when {
                When::NextBilling if now.has_started() => {
                    now.pending_terms = Some(pending);
                    Ok(Vec::new())
                }
                When::NextBilling | When::Now => {
                    now.pending_terms = None;
                    Ok(now.adopt(pending))
                }
            }
        })
    }

    /// Changes to another plan: up now, with the old period credited by its days; down at the next billing date.
    pub fn change_plan(
        &mut self,
        day: Day,
        plan: PlanId,
        version: u32,
        terms: Terms,
    ) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.may_change_plan()?;
            let terms = now.as_held(terms);
            now.fits_family(&terms)?;
            now.may_go_to(&terms)?;
            let pending = PendingTerms { period: now.next_period(), plan, version, terms };
            Ok(now.change_to(pending))
        })
    }

    fn change_to(&mut self, pending: PendingTerms) -> Vec<Movement> {
        match self.direction(&pending.terms) {
            _ if !self.has_started() => self.adopt(pending),
            Direction::Up => self.upgrade(pending),
            Direction::Down => {
                self.pending_terms = Some(pending);
                Vec::new()
            }
        }
    }

    /// What [`Enrollment::change_plan`] would do on `day`.
    pub fn change_preview(
        &self,
        day: Day,
        plan: PlanId,
        version: u32,
        terms: &Terms,
    ) -> Result<ChangePreview, Refusal> {
        let before = self.at(day);
        before.may_change_plan()?;
        let terms = &before.as_held(terms.clone());
        before.fits_family(terms)?;
        before.may_go_to(terms)?;
        let direction = before.direction(terms);
        let worth = before.worth_of_running_period();
        let mut after = before.clone();
        after.change_to(PendingTerms { period: before.next_period(), plan, version, terms: terms.clone() });
        let changed_now = after.plan == plan && after.pending_terms.is_none();
        let period = if changed_now && before.has_started() {
            after.billing.index_on(after.as_of).unwrap_or(0)
        } else {
            before.next_period()
        };
        let first = after.will_be_charged(period).then(|| after.due_for(period));
        let upgraded = changed_now && before.has_started();
        let (worth, worth_tax) = if upgraded { (worth.total, worth.tax) } else { (Money::ZERO, Money::ZERO) };
        // What an upgrade of before carried over and nobody charged yet is not this change's.
        let carried = after.carried.filter(|_| upgraded);
        let (carried, carried_tax) =
            carried.map_or((Money::ZERO, Money::ZERO), |carried| (carried.total, carried.tax));
        Ok(ChangePreview {
            direction,
            effective_on: after.billing.start(period),
            carried,
            refund: worth - carried,
            refund_tax: worth_tax - carried_tax,
            cut_short: upgraded.then(|| period.saturating_sub(1)),
            first,
        })
    }

    /// Drops the terms or the plan that are agreed for later, and goes on as it is.
    pub fn keep_terms(&mut self, day: Day) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            now.pending_terms.take().map(|_| Vec::new()).ok_or(Refusal::NothingAgreed)
        })
    }

    /// Pays in another way from the next billing date on, or at once while nothing was charged yet.
    pub fn switch_pays(&mut self, day: Day, pays: PaysBy) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            if now.paid == 0 {
                now.pays = pays;
                now.pending_pays = None;
                return Ok(now.trust_nothing_more());
            }
            if let Some(since) = now.overdue_since() {
                return Err(Refusal::ChargeOverdue { since });
            }
            let period = now.next_period();
            now.pending_pays = (pays != now.pays).then_some(PendingPays { period, pays });
            Ok(Vec::new())
        })
    }

    /// Up cuts the running period short; what an organization holds keeps its dates, and changes on the next of them.
    fn direction(&self, terms: &Terms) -> Direction {
        match self.seats {
            Some(_) => Direction::Down,
            None => Direction::between(&self.terms, terms),
        }
    }

    /// A plan's terms as this holder has them.
    fn as_held(&self, terms: Terms) -> Terms {
        match self.seats {
            Some(_) => terms.by_seat(),
            None => terms,
        }
    }

    /// Nobody who is covered drops out by other terms alone.
    fn fits_family(&self, terms: &Terms) -> Result<(), Refusal> {
        let (covered, up_to) = (self.covered_count(self.as_of), terms.family.up_to());
        if covered > up_to { Err(Refusal::FamilyTooLarge { covered, up_to }) } else { Ok(()) }
    }

    fn may_change_plan(&self) -> Result<(), Refusal> {
        self.require_running()?;
        if let Some(paused) = self.paused {
            return Err(Refusal::AlreadyPaused { since: paused.on });
        }
        if let Some(ending) = self.ending {
            return Err(Refusal::AlreadyEnding { last_day: ending.last_day });
        }
        match self.overdue_since() {
            Some(since) => Err(Refusal::ChargeOverdue { since }),
            None => Ok(()),
        }
    }

    /// Up cuts the running period short, and what was carried over into that is worth something only once it is paid.
    fn may_go_to(&self, terms: &Terms) -> Result<(), Refusal> {
        let up = self.has_started() && self.direction(terms) == Direction::Up;
        let running = self.billing.index_on(self.as_of).filter(|running| up && !self.is_paid(*running));
        match running {
            Some(running) => Err(Refusal::ChargeUnpaid { due_on: self.billing.start(running) }),
            None => Ok(()),
        }
    }

    /// What the unused days of the running period are worth, and periods paid ahead.
    fn worth_of_running_period(&self) -> Capture {
        let today = self.as_of;
        let mut worth = Capture {
            total: Money::ZERO,
            tax: Money::ZERO,
            refunded: Money::ZERO,
            refunded_tax: Money::ZERO,
        };
        let Some(running) = self.billing.index_on(today) else { return worth };
        for period in self.captures.keys().filter(|period| **period >= running) {
            let left = self.captured_for(*period);
            let (total, tax) = if *period == running {
                let prorated = |amount| self.prorated(running, amount, today).refund;
                (prorated(left.total), prorated(left.tax))
            } else {
                (left.total, left.tax)
            };
            worth.total += total;
            worth.tax += tax;
        }
        worth
    }

    /// Starts a new period today under other terms.
    fn upgrade(&mut self, pending: PendingTerms) -> Vec<Movement> {
        let today = self.as_of;
        let worth = self.worth_of_running_period();
        let period = self.billing.count_through(today);
        self.keep_arrears(period);
        self.captures.retain(|known, _| *known < period);
        if let Some(old) = self.captures.get_mut(&period.saturating_sub(1)) {
            old.refunded = old.total;
            old.refunded_tax = old.tax;
        }
        self.paid = self.paid.min(period);
        let months = pending.terms.frequency.months();
        let would_have_ended = period.checked_sub(1).map(|before| self.billing.period(before).next);
        self.billing.follow(period, Schedule { anchor: today, months });
        self.pending_terms = None;
        self.pending_pays = self.pending_pays.map(|pays| PendingPays { period, ..pays });
        self.carried = None;
        let moved = self.adopt(PendingTerms { period, ..pending });
        for under in &mut self.joined_under {
            under.next = would_have_ended;
        }
        // The charge of today counts everybody who is covered today.
        for dependent in self.dependents.iter_mut().filter(|dependent| dependent.since == today) {
            dependent.after_charge = false;
        }
        let full = self.due_for(period).total;
        self.carried = (worth.total.is_positive()).then(|| {
            let total = worth.total.min(full);
            Carried { period, total, tax: worth.tax.scale(total.minor(), worth.total.minor()) }
        });
        moved
    }

    pub(super) fn take_pending_terms(&mut self) -> Vec<Movement> {
        match self.pending_terms.take() {
            Some(pending) => self.adopt(pending),
            None => Vec::new(),
        }
    }

    /// Puts other terms in force today; `pending.period` is the first that they charge.
    fn adopt(&mut self, pending: PendingTerms) -> Vec<Movement> {
        let PendingTerms { period, plan, version, terms } = pending;
        let today = self.as_of;
        self.keep_arrears(period);
        let months = terms.frequency.months();
        if self.has_started() {
            self.keep_joined(period);
            self.billing.respace(period, months);
        } else {
            self.billing.follow(0, Schedule { anchor: self.starts_on, months });
        }
        let another_plan = plan != self.plan;
        if another_plan {
            self.cycles_from = period;
        }
        self.plan = plan;
        self.version = version;
        self.terms = terms;
        let moved = self.match_accounts(another_plan);
        let from = today.max(self.starts_on);
        self.open_accounts(None, from);
        if self.terms.family.own_lots() {
            let dependents: Vec<CustomerId> = self.covered(from).collect();
            for dependent in dependents {
                self.open_accounts(Some(dependent), from);
            }
        }
        moved
    }

    /// Who joined during the period before `period` pays for its days as they were agreed.
    fn keep_joined(&mut self, period: u32) {
        let Some(before) = period.checked_sub(1) else { return };
        self.joined_under.retain(|under| under.before == before);
        let each = self.terms.family.add_on_price();
        self.joined_under.push(JoinedUnder { before, people: self.dependents.len(), each, next: None });
    }

    /// Accounts whose benefit is no longer promised close; on another plan their period lots end.
    fn match_accounts(&mut self, another_plan: bool) -> Vec<Movement> {
        let today = self.as_of;
        let promised = self.grants();
        let own_lots = self.terms.family.own_lots();
        let has_pool = self.has_pool();
        let never_started = !self.has_started();
        if never_started {
            // Nothing was granted yet: the accounts are opened anew. What somebody gave before the start stays.
            self.accounts.retain(Account::has_moved);
            self.accounts.iter_mut().for_each(Account::close);
            return Vec::new();
        }
        let mut moved = Vec::new();
        for account in &mut self.accounts {
            let grant = promised.iter().find(|(benefit, _)| *benefit == account.benefit);
            if another_plan {
                // Should the other plan promise it too, it begins anew, by the other plan's calendar.
                moved.extend(account.end_period_lots(today));
                account.close();
                continue;
            }
            let still_held = if account.person.is_none() { has_pool } else { own_lots };
            match grant.filter(|_| still_held) {
                Some((_, grant)) => account.promise(grant.clone()),
                None => account.close(),
            }
        }
        moved
    }

    /// Opens, or opens again, an account for every counted benefit of the terms.
    pub(super) fn open_accounts(&mut self, person: Option<CustomerId>, from: Day) {
        if person.is_none() && !self.has_pool() {
            return;
        }
        let paused = self.paused.is_some() || person.is_some_and(|person| self.seat_paused(person).is_some());
        for (benefit, grant) in self.grants() {
            let known =
                self.accounts.iter_mut().find(|known| known.benefit == benefit && known.person == person);
            match known {
                Some(account) if account.refreshes() => {}
                Some(account) => {
                    account.promise(grant);
                    account.reopen(&self.billing, from);
                }
                None => {
                    let mut account = Account::joining(benefit, person, grant, &self.billing, from);
                    if paused {
                        // It has no lots yet whose expiry this could report.
                        account.pause(self.as_of);
                    }
                    self.accounts.push(account);
                }
            }
        }
    }

    pub(super) fn grants(&self) -> Vec<(BenefitId, Grant)> {
        let credits = self.terms.credits.iter().map(|credit| (credit.id, Grant::from(credit)));
        let included = (self.terms.included.iter())
            .filter_map(|included| Grant::of_included(included).map(|grant| (included.id, grant)));
        credits.chain(included).collect()
    }
}
