//! What Stripe says of an enrollment that is paid by card.
//!
//! Stripe decides money and dates; what it says of pauses and ends counts as somebody's wish once nothing of ours is under
//! way any more.

use super::{EndReason, Ending, Enrollment, PaysBy, PendingTerms, Refusal};
use crate::calendar::Schedule;
use crate::credit::Movement;
use crate::plan::Terms;
use crate::stripe::{ChargeFailed, NextTry, PriceIs, StripeInvoiceId, SubscriptionSaid, SubscriptionState};
use crate::{Day, Money};
use serde::{Deserialize, Serialize};

/// An invoice of Stripe's that the bank refused to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenInvoice {
    /// `None`: the first charge, of which Stripe keeps nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<StripeInvoiceId>,
    pub total: Money,
    /// Since when it is known to have failed.
    pub since: Day,
    pub attempt: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub next_try: NextTry,
    /// Stripe's page on which the member pays it, with another card too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

/// What Stripe was found to do otherwise than agreed, so that somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedAtStripe {
    Paused,
    Resumed,
    Cancelled,
    Ending {
        last_day: Day,
    },
    EndTakenBack,
    Price {
        was: Money,
        is: Money,
    },
    /// Prices or quantities that can't be told apart by the terms.
    Items,
}

/// What is billed under terms: each price, and how many of it.
pub type Billed = Vec<(PriceIs, u32)>;

impl Enrollment {
    /// The prices and quantities that the charge of `period` consists of, without what is charged once.
    pub fn billed(&self, period: u32) -> Billed {
        let terms = self.terms_of(period);
        let people = self.covered_count(self.billing_date(period).max(self.as_of));
        billed(terms, people)
    }

    /// The terms that charge `period`, which may be those agreed for then.
    pub fn terms_of(&self, period: u32) -> &Terms {
        self.terms_for(period)
    }

    /// Number of the next period whose charge has neither come due nor been paid.
    pub fn next_charged(&self) -> u32 {
        self.next_period()
    }

    /// Whether a charge has come due and is not paid, the first one included.
    pub fn is_unpaid(&self, period: u32) -> bool {
        !self.is_paid(period)
    }

    /// Whether a period was paid before the membership came here: nothing of it is collected or given back here.
    pub fn was_paid_elsewhere(&self, period: u32) -> bool {
        period < self.paid_elsewhere
    }

    /// Takes in what Stripe says of its subscription; always takes effect.
    pub fn hear(
        &mut self,
        day: Day,
        said: &SubscriptionSaid,
        settled: bool,
    ) -> (Vec<Movement>, Option<ChangedAtStripe>) {
        let mut moved = self.advance(day);
        let before = self.subscription.replace(Box::new(said.clone()));
        if self.ended.is_some() || !settled || self.pays != PaysBy::Card {
            return (moved, None);
        }
        let mut changed = None;
        match said.state {
            // It ended there as it was to, and goes on here; a pause has moved the day from which the counter is paid.
            SubscriptionState::Ended
                if self.goes_to_the_counter()
                    && before.is_some_and(|before| before.cancels_on.is_some_and(|on| on <= day)) =>
            {
                return (moved, None);
            }
            SubscriptionState::Ended => {
                let why = if self.failed.is_some() { EndReason::PastDue } else { EndReason::AtStripe };
                changed = (why == EndReason::AtStripe).then_some(ChangedAtStripe::Cancelled);
                moved.extend(self.end_now(why));
                return (moved, changed);
            }
            SubscriptionState::Paused | SubscriptionState::CollectionPaused { .. } => {
                if self.paused.is_none() && self.has_started() {
                    let until = match said.state {
                        SubscriptionState::CollectionPaused { resumes_on } => resumes_on,
                        _ => None,
                    };
                    moved.extend(self.pause_now(until.filter(|until| *until > day)));
                    changed = Some(ChangedAtStripe::Paused);
                }
            }
            SubscriptionState::Running | SubscriptionState::Waiting | SubscriptionState::PastDue => {
                if self.paused.is_some() {
                    moved.extend(self.resume_now());
                    changed = Some(ChangedAtStripe::Resumed);
                }
                self.follow(said.bills_next);
            }
        }
        changed = self.hear_end(said.cancels_on).or(changed);
        changed = self.hear_prices(said).or(changed);
        moved.extend(self.settle_today());
        (moved, changed)
    }

    /// Charge dates follow Stripe.
    fn follow(&mut self, bills_next: Option<Day>) {
        let Some(next_on) = bills_next.filter(|on| *on > self.as_of) else { return };
        let next = self.next_period();
        if self.paused.is_none() && self.billing.start(next) != next_on {
            let months = self.terms_for(next).frequency.months();
            self.billing.follow(next, Schedule { anchor: next_on, months });
        }
    }

    fn goes_to_the_counter(&self) -> bool {
        self.pending_pays.is_some_and(|pending| pending.pays == PaysBy::Counter)
    }

    fn hear_end(&mut self, cancels_on: Option<Day>) -> Option<ChangedAtStripe> {
        // The way to pay changes then: it ends at Stripe and goes on here.
        let leaves_stripe = self.goes_to_the_counter();
        let last_day = cancels_on
            .filter(|on| !leaves_stripe && self.maximum_reached_on() != Some(*on))
            .map(|on| on.plus_days(-1).max(self.as_of));
        match (self.ending, last_day) {
            (None, Some(last_day)) => {
                self.ending = Some(Ending { asked_on: self.as_of, last_day });
                Some(ChangedAtStripe::Ending { last_day })
            }
            (Some(ending), Some(last_day)) if ending.last_day != last_day => {
                self.ending = Some(Ending { last_day, ..ending });
                Some(ChangedAtStripe::Ending { last_day })
            }
            (Some(_), None) if !leaves_stripe => {
                self.ending = None;
                Some(ChangedAtStripe::EndTakenBack)
            }
            _ => None,
        }
    }

    /// A price that somebody changed in the dashboard is this member's from the next charge on.
    fn hear_prices(&mut self, said: &SubscriptionSaid) -> Option<ChangedAtStripe> {
        if self.ending.is_some() || self.paused.is_some() {
            return None;
        }
        let next = self.next_period();
        let mut agreed: Vec<(Money, u32)> =
            self.billed(next).into_iter().map(|(price, quantity)| (price.amount, quantity)).collect();
        let mut billed = Vec::with_capacity(said.items.len());
        for item in &said.items {
            billed.push((item.amount?, item.quantity));
        }
        agreed.sort_unstable();
        billed.sort_unstable();
        if agreed == billed {
            return None;
        }
        match (agreed.as_slice(), billed.as_slice()) {
            ([(was, 1)], [(is, 1)]) => {
                let (was, is) = (*was, *is);
                let pending = PendingTerms {
                    period: next,
                    plan: self.pending_terms.as_ref().map_or(self.plan, |pending| pending.plan),
                    version: self.pending_terms.as_ref().map_or(self.version, |pending| pending.version),
                    terms: Terms { price: is, ..self.terms_for(next).clone() },
                };
                self.pending_terms = Some(pending);
                Some(ChangedAtStripe::Price { was, is })
            }
            _ => Some(ChangedAtStripe::Items),
        }
    }

    /// The bank refused a charge; what is known of it is kept until it is paid.
    pub fn hear_failure(&mut self, day: Day, failed: &ChargeFailed) -> Result<Vec<Movement>, Refusal> {
        let mut moved = self.charge_failed(day, failed.period)?;
        if self.ended.is_none() && !self.is_paid(failed.period) {
            let since = self.open_invoices.get(&failed.period).map_or(self.as_of, |open| open.since);
            let open = OpenInvoice {
                invoice: failed.invoice.clone(),
                total: failed.total,
                since,
                attempt: failed.attempt,
                reason: failed.reason.clone(),
                next_try: failed.next_try,
                page: failed.page.clone(),
            };
            self.open_invoices.insert(failed.period, open);
            if failed.next_try == NextTry::Never && failed.period > 0 {
                moved.extend(self.retries_exhausted(day)?);
            }
        }
        Ok(moved)
    }
}

/// Each price that terms charge again and again, and how many of it.
pub fn billed(terms: &Terms, people: u32) -> Billed {
    let every = Some(terms.frequency);
    let price = |amount| PriceIs { amount, every, tax_mode: terms.tax_mode };
    let each = terms.family.add_on_price();
    let mut billed = Vec::with_capacity(2);
    // What an organization holds costs by its seats alone.
    if terms.price.is_positive() || people == 0 || !each.is_positive() {
        billed.push((price(terms.price), 1));
    }
    if people > 0 && each.is_positive() {
        billed.push((price(each), people));
    }
    billed
}
