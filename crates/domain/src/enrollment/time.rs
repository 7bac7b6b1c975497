//! What the calendar does by itself.

use super::billing::FIRST_CHARGE_DAYS;
use super::status::Unpaid;
use super::{EndReason, Enrollment, PaysBy, Refusal};
use crate::Day;
use crate::credit::{Account, Movement};
use crate::plan::AfterGrace;
use std::borrow::Cow;

/// What comes next without anybody doing it; on one day in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Resumes,
    Ends(EndReason),
    TermsTakeEffect,
    PaysTakeEffect,
    /// A charge of nothing needs no collecting.
    ChargesNothing,
    LotsExpire,
}

impl Enrollment {
    /// Applies, in order, whatever the calendar did up to `day`; never goes backwards.
    pub fn advance(&mut self, day: Day) -> Vec<Movement> {
        let mut moved = Vec::new();
        while let Some((on, event)) = self.next_event().filter(|(on, _)| *on <= day) {
            self.as_of = on;
            moved.extend(self.apply(event));
        }
        self.as_of = self.as_of.max(day);
        self.forget_captures();
        moved
    }

    /// The enrollment as it stands on `day`, or now where that is later.
    pub fn at(&self, day: Day) -> Self {
        self.seen_on(day).into_owned()
    }

    pub(super) fn seen_on(&self, day: Day) -> Cow<'_, Self> {
        if day <= self.as_of {
            return Cow::Borrowed(self);
        }
        let mut later = self.clone();
        later.advance(day);
        Cow::Owned(later)
    }

    /// Lets the calendar catch up to `day` and then applies `verb`; after a refusal nothing at all has happened.
    pub(super) fn attempt(
        &mut self,
        day: Day,
        verb: impl FnOnce(&mut Self) -> Result<Vec<Movement>, Refusal>,
    ) -> Result<Vec<Movement>, Refusal> {
        let mut now = self.clone();
        let mut moved = now.advance(day);
        moved.extend(verb(&mut now)?);
        moved.extend(now.settle_today());
        *self = now;
        Ok(moved)
    }

    /// What a verb brought about for this very day: a charge of nothing, a grace that became shorter.
    pub(super) fn settle_today(&mut self) -> Vec<Movement> {
        self.advance(self.as_of)
    }

    /// The next day on which anything changes that follows from the calendar, refreshes included.
    ///
    /// Now, while a refresh is due that nobody has granted yet. Before that day there is nothing to do for it.
    pub fn changes_on(&self) -> Option<Day> {
        if !self.refreshes_due_now().is_empty() {
            return Some(self.as_of);
        }
        let mut days: Vec<Day> = self.next_event().map(|(on, _)| on).into_iter().collect();
        if self.ended.is_none() {
            days.push(self.starts_on);
            if self.paused.is_none() {
                days.extend(self.next_billing_now());
                let refreshing =
                    self.accounts.iter().filter(|account| account.refreshes() && !account.is_paused());
                days.extend(refreshing.map(|account| account.next_refresh().1));
            }
            match self.unpaid() {
                Some(Unpaid::NotConfirmed { grace_until } | Unpaid::PastDue { grace_until, .. }) => {
                    days.push(grace_until.next());
                }
                Some(Unpaid::First { .. }) | None => {}
            }
        }
        days.into_iter().filter(|on| *on > self.as_of).min()
    }

    fn next_event(&self) -> Option<(Day, Event)> {
        let mut events: Vec<(Day, Event)> = (self.accounts.iter())
            .filter_map(Account::expires_next)
            .map(|on| (on, Event::LotsExpire))
            .collect();
        if self.ended.is_none() {
            match self.paused {
                Some(paused) => events.push((paused.resumes_on(), Event::Resumes)),
                None => self.events_while_running(&mut events),
            }
        }
        events.into_iter().map(|(on, event)| (on.max(self.as_of), event)).min()
    }

    fn events_while_running(&self, events: &mut Vec<(Day, Event)>) {
        let ends = |on: Day, why| (on, Event::Ends(why));
        events.extend(self.ending.map(|ending| ends(ending.last_day.next(), EndReason::AtPeriodEnd)));
        events.extend(self.maximum_reached_on().map(|on| ends(on, EndReason::MaximumCycles)));
        events.extend(self.gives_up_on().map(|(on, why)| ends(on, why)));
        let pending = self.pending_terms.as_ref();
        events.extend(pending.map(|terms| (self.billing.start(terms.period), Event::TermsTakeEffect)));
        let pending = self.pending_pays;
        events.extend(pending.map(|pays| (self.billing.start(pays.period), Event::PaysTakeEffect)));
        if self.will_be_charged(self.paid) && self.due_for(self.paid).total.is_zero() {
            events.push((self.billing.start(self.paid), Event::ChargesNothing));
        }
    }

    /// When waiting for an unpaid charge is over.
    fn gives_up_on(&self) -> Option<(Day, EndReason)> {
        match self.unpaid_next()? {
            Unpaid::First { .. } => {
                let failed = self.failed?;
                Some((failed.on.plus_days(FIRST_CHARGE_DAYS).next(), EndReason::FirstChargeFailed))
            }
            Unpaid::NotConfirmed { .. } => None,
            // For a card, Stripe says when its retries are exhausted.
            Unpaid::PastDue { grace_until, .. } => {
                let gives_up = match (self.terms.past_due.afterwards, self.pays) {
                    (AfterGrace::Cancels, PaysBy::Counter) => true,
                    (AfterGrace::Cancels, PaysBy::Card) | (AfterGrace::StaysPastDue, _) => false,
                };
                gives_up.then(|| (grace_until.next(), EndReason::PastDue))
            }
        }
    }

    fn apply(&mut self, event: Event) -> Vec<Movement> {
        match event {
            Event::Resumes => self.resume_now(),
            Event::Ends(why) => self.end_now(why),
            Event::TermsTakeEffect => self.take_pending_terms(),
            Event::PaysTakeEffect => {
                self.pays = self.pending_pays.take().map_or(self.pays, |pending| pending.pays);
                Vec::new()
            }
            Event::ChargesNothing => self.settle_nothing(),
            Event::LotsExpire => {
                let today = self.as_of;
                self.accounts.iter_mut().flat_map(|account| account.expire(today)).collect()
            }
        }
    }
}
