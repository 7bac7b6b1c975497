//! What is owed for each period, what was paid, and what comes back.

use super::{Enrollment, PaysBy};
use crate::calendar::Period;
use crate::credit::Movement;
use crate::plan::{AfterGrace, Taxed, Terms};
use crate::proration::{self, Proration};
use crate::{CustomerId, Day, Money};
use serde::{Deserialize, Serialize};

use super::{EndReason, Refusal};

/// How long a first charge that failed may wait.
pub(super) const FIRST_CHARGE_DAYS: i64 = 7;

/// What one period costs the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Counted since the enrollment began, the first is 0.
    pub period: u32,
    pub due_on: Day,
    /// The first day of the period after it.
    pub next_on: Day,
    pub price: Money,
    /// Only in the first charge, where a negative one takes it down to zero at most.
    pub setup_fee: Money,
    /// For the dependents covered when the period starts.
    pub add_ons: Money,
    /// For dependents who joined during the period before, by its remaining days.
    pub joined: Money,
    /// The worth of the period an upgrade cut short, tax included.
    pub carried: Money,
    /// Of what is owed, after what was carried over.
    pub tax: Money,
    /// To be paid, tax included.
    pub total: Money,
}

/// Somebody who joined within a period and is charged for its remaining days with the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joiner {
    pub customer: CustomerId,
    pub since: Day,
    /// The first day no longer covered, where that was within the period too.
    pub until: Option<Day>,
    /// Before tax that comes on top.
    pub amount: Money,
    /// The worth of the days from `since` on, of which those from `until` on are given back.
    from_joining: Money,
    from_leaving: Money,
}

/// What an enrollment took and gave back, tax included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub captured: Money,
    pub captured_tax: Money,
    pub refunded: Money,
    pub refunded_tax: Money,
    /// Part of what was captured: charges that were paid twice, or after the end.
    pub overpaid: Money,
}

/// What was captured for one period, and how much of it is gone again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Capture {
    pub total: Money,
    pub tax: Money,
    pub refunded: Money,
    pub refunded_tax: Money,
}

/// The worth of a period cut short, which pays a part of `period`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Carried {
    pub period: u32,
    pub total: Money,
    pub tax: Money,
}

/// What the first `people` among the dependents pay for the days they joined within the period `before`: other terms were
/// agreed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct JoinedUnder {
    pub before: u32,
    pub people: usize,
    pub each: Money,
    /// Where that period would have ended, had no upgrade cut it short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Day>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FailedCharge {
    pub period: u32,
    pub on: Day,
}

/// What a cancellation today would give back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPreview {
    pub period: u32,
    /// Captured for this period, tax included, less refunds.
    pub base: Money,
    pub unused_days: i64,
    pub days: i64,
    /// Tax included; nothing for the running period where the terms do not prorate.
    pub refund: Money,
    /// The tax inside it.
    pub tax: Money,
}

impl Enrollment {
    // Reading.

    /// Every charge that has come due by `day` and is not paid, oldest first.
    pub fn dues(&self, day: Day) -> Vec<Due> {
        let now = self.seen_on(day);
        let Some(current) = now.billing.index_on(now.billing_day()).filter(|_| now.ended.is_none()) else {
            return Vec::new();
        };
        (now.paid..=current)
            .filter(|period| !now.is_paid(*period) && now.will_be_charged(*period))
            .map(|period| now.due_for(period))
            .collect()
    }

    /// The next charge that is not due yet; `None` when there will be none. A forecast while a pause lasts.
    pub fn next_charge(&self, day: Day) -> Option<Due> {
        let now = self.seen_on(day);
        if now.ended.is_some() {
            return None;
        }
        let next = now.next_period();
        now.will_be_charged(next).then(|| now.due_for(next))
    }

    /// The day of the next charge that is not due yet; while a pause lasts, as it will be when that ends by itself.
    pub fn next_billing(&self, day: Day) -> Option<Day> {
        let now = self.seen_on(day);
        match now.paused {
            None => now.next_billing_now(),
            Some(paused) => now.at(paused.resumes_on()).next_billing_now(),
        }
    }

    pub(super) fn next_billing_now(&self) -> Option<Day> {
        let next = self.next_period();
        (self.ended.is_none() && self.will_be_charged(next)).then(|| self.billing.start(next))
    }

    /// The billing period that holds `day`; `None` before the start.
    pub fn period_on(&self, day: Day) -> Option<(u32, Period)> {
        let now = self.seen_on(day);
        let period = now.billing.index_on(now.billing_day().min(day.max(now.starts_on)))?;
        Some((period, now.billing.period(period)))
    }

    /// The day charge `period` falls on, as it stands; a pause moves those after it.
    pub fn billing_date(&self, period: u32) -> Day {
        self.billing.start(period)
    }

    /// Periods paid since the enrollment began, without a gap.
    pub fn periods_paid(&self) -> u32 {
        self.paid
    }

    /// Price with add-ons of one period and its months, before tax: what recurring revenue is made of.
    pub fn recurring(&self, day: Day) -> (Money, u32) {
        let now = self.seen_on(day);
        let add_ons = now.terms.family.add_on_price().times(now.covered_count(now.as_of));
        (now.terms.price + add_ons, now.terms.frequency.months())
    }

    /// What one person adds to the charge `due`.
    pub fn seat_price(&self, due: &Due) -> Money {
        self.terms_for(due.period).family.add_on_price()
    }

    /// Who makes up [`Due::joined`].
    pub fn joiners(&self, due: &Due) -> Vec<Joiner> {
        self.joined_during_period_before(due.period)
    }

    /// What cancelling on `day` gives back by the days of what was captured for the period.
    ///
    /// A paused enrollment gets its frozen days back as well. Periods paid ahead come back whole.
    pub fn refund_preview(&self, day: Day) -> RefundPreview {
        let now = self.seen_on(day);
        let effect = now.billing_day();
        let none = RefundPreview {
            period: 0,
            base: Money::ZERO,
            unused_days: 0,
            days: 0,
            refund: Money::ZERO,
            tax: Money::ZERO,
        };
        if now.ended.is_some() {
            return none;
        }
        let current = now.billing.index_on(effect);
        let mut preview = current.map_or(none, |period| {
            let base = now.captured_for(period);
            let Proration { unused_days, days, refund } = now.prorated(period, base.total, effect);
            let tax = now.prorated(period, base.tax, effect).refund;
            let (refund, tax) =
                if now.terms.cancel.prorates { (refund, tax) } else { (Money::ZERO, Money::ZERO) };
            RefundPreview { period, base: base.total, unused_days, days, refund, tax }
        });
        let ahead = now.captures.keys().filter(|period| current.is_none_or(|current| **period > current));
        for period in ahead {
            let left = now.captured_for(*period);
            preview.refund += left.total;
            preview.tax += left.tax;
        }
        preview
    }

    // Verbs.

    /// Money taken for charge `period`; always takes effect.
    ///
    /// A charge that was paid before, or an enrollment that has ended, makes it an overpayment, which
    /// [`Totals::overpaid`] shows.
    pub fn collect(
        &mut self,
        day: Day,
        period: u32,
        total: Money,
        tax: Money,
    ) -> Result<Vec<Movement>, Refusal> {
        let mut moved = self.advance(day);
        self.totals.captured += total;
        self.totals.captured_tax += tax;
        if self.ended.is_some() || self.is_paid(period) {
            self.totals.overpaid += total;
            return Ok(moved);
        }
        moved.extend(self.mark_paid(period, total, tax));
        moved.extend(self.settle_today());
        Ok(moved)
    }

    /// Money given back from what was captured; always takes effect.
    ///
    /// It counts against the running period, and against nothing where that was not paid. What an upgrade gives back
    /// belongs to the period it `cut_short`, whose worth was carried over or goes back whole.
    pub fn refund(
        &mut self,
        day: Day,
        total: Money,
        tax: Money,
        cut_short: Option<u32>,
    ) -> Result<Vec<Movement>, Refusal> {
        let moved = self.advance(day);
        self.totals.refunded += total;
        self.totals.refunded_tax += tax;
        let running = self.billing.index_on(self.billing_day()).unwrap_or(0);
        if cut_short.is_none()
            && let Some(capture) = self.captures.get_mut(&running)
        {
            capture.refunded += total;
            capture.refunded_tax += tax;
        }
        Ok(moved)
    }

    /// Stripe could not take charge `period`.
    pub fn charge_failed(&mut self, day: Day, period: u32) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            if now.is_paid(period) || now.failed.is_some() {
                return Ok(Vec::new());
            }
            let today = now.as_of;
            now.failed = Some(FailedCharge { period, on: today });
            if period == 0 {
                now.provisional = false;
            }
            Ok(now.accounts.iter_mut().flat_map(|account| account.withhold_provisional(today)).collect())
        })
    }

    /// Stripe has given up on the charge that failed.
    pub fn retries_exhausted(&mut self, day: Day) -> Result<Vec<Movement>, Refusal> {
        self.attempt(day, |now| {
            now.require_running()?;
            let gives_up = match (now.pays, now.terms.past_due.afterwards) {
                (PaysBy::Card, AfterGrace::Cancels) => now.failed.is_some(),
                (PaysBy::Card, AfterGrace::StaysPastDue) | (PaysBy::Counter, _) => false,
            };
            Ok(if gives_up { now.end_now(EndReason::PastDue) } else { Vec::new() })
        })
    }

    // Amounts.

    /// The terms that charge `period`, which may be those agreed for then.
    pub(super) fn terms_for(&self, period: u32) -> &Terms {
        match &self.pending_terms {
            Some(pending) if period >= pending.period => &pending.terms,
            Some(_) | None => &self.terms,
        }
    }

    /// How that period is paid, or will be.
    fn pays_for(&self, period: u32) -> PaysBy {
        match self.pending_pays {
            Some(pending) if period >= pending.period => pending.pays,
            Some(_) | None => self.pays,
        }
    }

    /// Period `period` under the terms that will charge it.
    fn forecast_period(&self, period: u32) -> Period {
        match &self.pending_terms {
            Some(pending) if period >= pending.period => {
                let mut billing = self.billing.clone();
                billing.respace(pending.period, pending.terms.frequency.months());
                billing.period(period)
            }
            Some(_) | None => self.billing.period(period),
        }
    }

    pub(super) fn due_for(&self, period: u32) -> Due {
        if let Some(due) = self.arrears.get(&period) {
            return *due;
        }
        let terms = self.terms_for(period);
        let Period { start, next } = self.forecast_period(period);
        let each = terms.family.add_on_price();
        let add_ons = each.times(self.covered_count(start));
        let setup_fee = if period == 0 { terms.setup_fee.max(-(terms.price + add_ons)) } else { Money::ZERO };
        let joiners = self.joined_during_period_before(period);
        let joined = joiners.iter().map(|joiner| joiner.amount).sum();
        let taxed = match self.pays_for(period) {
            PaysBy::Counter => terms.taxed(terms.price + setup_fee + add_ons + joined),
            // Stripe rounds the tax of every line of its invoice; what is taken off is spread over what is charged.
            PaysBy::Card => {
                let fee = setup_fee.max(Money::ZERO);
                let lines = [terms.price + (setup_fee - fee), add_ons, fee];
                let days = joiners.iter().flat_map(|joiner| [joiner.from_joining, -joiner.from_leaving]);
                let lines = lines.into_iter().chain(days).map(|line| terms.taxed(line));
                lines.fold(Taxed { tax: Money::ZERO, total: Money::ZERO }, |sum, line| Taxed {
                    tax: sum.tax + line.tax,
                    total: sum.total + line.total,
                })
            }
        };
        let carried = self.carried.filter(|carried| carried.period == period);
        let (carried, carried_tax) =
            carried.map_or((Money::ZERO, Money::ZERO), |carried| (carried.total, carried.tax));
        let total = (taxed.total - carried).max(Money::ZERO);
        let tax = if total.is_zero() { Money::ZERO } else { (taxed.tax - carried_tax).max(Money::ZERO) };
        Due {
            period,
            due_on: start,
            next_on: next,
            price: terms.price,
            setup_fee,
            add_ons,
            joined,
            carried: carried.min(taxed.total),
            tax,
            total,
        }
    }

    /// What the days since `who` joined within a period already charged add to the next charge, before tax.
    pub fn days_joined(&self, who: CustomerId) -> Money {
        let joiners = self.joined_during_period_before(self.next_period());
        joiners.iter().rfind(|joiner| joiner.customer == who).map_or(Money::ZERO, |joiner| joiner.amount)
    }

    /// What of [`Self::days_joined`] is not charged after all because `who` left within the same period.
    pub fn days_left(&self, who: CustomerId) -> Money {
        let mut stayed = self.clone();
        if let Some(left) = stayed.dependents.iter_mut().rfind(|one| one.customer == who) {
            left.until = None;
        }
        stayed.days_joined(who) - self.days_joined(who)
    }

    /// Who joined after the period before had started, and pays the rest of it now, at the price of that period.
    fn joined_during_period_before(&self, period: u32) -> Vec<Joiner> {
        let Some(before) = period.checked_sub(1) else { return Vec::new() };
        let bounds = self.billing.period(before);
        let each_now = self.terms_for(before).family.add_on_price();
        (self.dependents.iter().enumerate())
            .filter(|(_, dependent)| {
                let on_the_first_day = dependent.since == bounds.start && dependent.after_charge;
                (on_the_first_day || bounds.start < dependent.since) && dependent.since < bounds.next
            })
            .filter_map(|(nth, dependent)| {
                let under =
                    self.joined_under.iter().find(|under| under.before == before && nth < under.people);
                let each = under.map_or(each_now, |under| under.each);
                let whole =
                    under.and_then(|under| under.next).map_or(bounds, |next| Period { next, ..bounds });
                let worth = |effect: Day| self.prorated_in(whole, each, effect).refund;
                let until = dependent.until.filter(|until| *until < bounds.next);
                // An upgrade may have cut their period short.
                let rest = worth(bounds.next);
                let from_joining = worth(dependent.since) - rest;
                let from_leaving = until.map_or(Money::ZERO, |until| worth(until) - rest);
                each.is_positive().then_some(Joiner {
                    customer: dependent.customer,
                    since: dependent.since,
                    until,
                    amount: from_joining - from_leaving,
                    from_joining,
                    from_leaving,
                })
            })
            .collect()
    }

    /// The worth of `amount` for the days of `period` from `effect` on, pauses left out.
    pub(super) fn prorated(&self, period: u32, amount: Money, effect: Day) -> Proration {
        self.prorated_in(self.billing.period(period), amount, effect)
    }

    fn prorated_in(&self, bounds: Period, amount: Money, effect: Day) -> Proration {
        let frozen: i64 = (self.pauses.iter())
            .filter(|pause| bounds.holds(pause.on))
            .map(|pause| pause.resumed_on.since(pause.on))
            .sum();
        let later: i64 = (self.pauses.iter())
            .filter(|pause| bounds.holds(pause.on) && pause.on >= effect)
            .map(|pause| pause.resumed_on.since(pause.on))
            .sum();
        proration::of_days(amount, bounds.next.since(effect) - later, bounds.days() - frozen)
    }

    // What is paid.

    pub(super) fn is_paid(&self, period: u32) -> bool {
        period < self.paid || self.captures.contains_key(&period)
    }

    /// The next period whose charge has neither come due nor been paid.
    pub(super) fn next_period(&self) -> u32 {
        let next = self.billing.count_through(self.billing_day()).max(self.paid);
        (next..).find(|period| !self.is_paid(*period)).unwrap_or(next)
    }

    /// Whether `period` begins before an end that is already certain.
    pub(super) fn will_be_charged(&self, period: u32) -> bool {
        let maximum = self.terms.maximum_cycles;
        let within_maximum = maximum == 0 || period < self.cycles_from.saturating_add(maximum);
        within_maximum && self.ending.is_none_or(|ending| self.billing.start(period) <= ending.last_day)
    }

    pub(super) fn maximum_reached_on(&self) -> Option<Day> {
        let maximum = self.terms.maximum_cycles;
        (maximum > 0).then(|| self.billing.start(self.cycles_from.saturating_add(maximum)))
    }

    /// Captured for `period` less what went back.
    pub(super) fn captured_for(&self, period: u32) -> Capture {
        let zero = Capture {
            total: Money::ZERO,
            tax: Money::ZERO,
            refunded: Money::ZERO,
            refunded_tax: Money::ZERO,
        };
        self.captures.get(&period).map_or(zero, |capture| Capture {
            total: (capture.total - capture.refunded).max(Money::ZERO),
            tax: (capture.tax - capture.refunded_tax).max(Money::ZERO),
            ..zero
        })
    }

    fn mark_paid(&mut self, period: u32, total: Money, tax: Money) -> Vec<Movement> {
        // What an upgrade carried over was captured as well, and comes back like the rest.
        let carried = self.carried.take_if(|carried| carried.period == period);
        let capture = Capture {
            total: total + carried.map_or(Money::ZERO, |carried| carried.total),
            tax: tax + carried.map_or(Money::ZERO, |carried| carried.tax),
            refunded: Money::ZERO,
            refunded_tax: Money::ZERO,
        };
        self.captures.insert(period, capture);
        self.arrears.remove(&period);
        while self.captures.contains_key(&self.paid) {
            self.paid += 1;
        }
        self.open_invoices.remove(&period);
        if self.failed.is_some_and(|failed| failed.period < self.paid || failed.period == period) {
            let next = self.open_invoices.range(self.paid..).next();
            self.failed = next.map(|(period, open)| FailedCharge { period: *period, on: open.since });
        }
        if period == 0 {
            self.provisional = false;
        }
        if self.unpaid().is_none() {
            self.trusted.clear();
        }
        self.forget_captures();
        let today = self.as_of;
        self.accounts.iter_mut().flat_map(|account| account.confirm(today)).collect()
    }

    pub(super) fn settle_nothing(&mut self) -> Vec<Movement> {
        self.mark_paid(self.paid, Money::ZERO, Money::ZERO)
    }

    /// Periods that are over and paid can no longer be the base of a refund.
    pub(super) fn forget_captures(&mut self) {
        let current = self.billing.index_on(self.billing_day()).unwrap_or(0);
        let paid = self.paid;
        self.captures.retain(|period, _| *period >= current || *period >= paid);
    }

    /// Keeps the amounts of charges before `period` that came due under the terms in force.
    pub(super) fn keep_arrears(&mut self, period: u32) {
        let through = self.billing.count_through(self.billing_day()).min(period);
        for period in self.paid..through {
            if !self.is_paid(period) {
                self.arrears.insert(period, self.due_for(period));
            }
        }
    }
}
