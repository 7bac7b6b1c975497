//! A ticket from its first hold to its last refund: the fold of its records.

use crate::checkout::{GiveBack, RefundOutcome, TenderKind, UseKind, WhichUnits};
use crate::plan::DiscountValue;
use crate::record::{Actor, Change, Record, TicketHeld, TicketRefunded, TicketSettled};
use crate::stripe::{CardOutcome, StripePaymentMethodId};
use crate::{CustomerId, Day, DeskId, EnrollmentId, Instant, LineId, Money, RecordId, TicketId};
use serde::{Deserialize, Serialize};

/// The fold of a ticket's records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Made<TicketHeld>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<Made<TicketSettled>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<Made<String>>,
    /// Oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Made<TicketRefunded>>,
    /// The same ticket settled again on another desk: its money came in twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled_again: Vec<RecordId>,
    /// What its tenders gave back for a membership that it sold and that was ended since; by tender, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_for_plans: Vec<GiveBack>,
    /// What was asked of a card on file for it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub card_charges: Vec<CardCharge>,
}

/// One charge of a card on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardCharge {
    /// The record that asked.
    pub asked: RecordId,
    pub customer: CustomerId,
    pub card: StripePaymentMethodId,
    pub amount: Money,
    /// `None`: no answer yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<CardOutcome>,
    /// Taken, and given back again because nothing was sold for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub returned: bool,
    /// What of it somebody gave back in Stripe's dashboard.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub given_back_there: Money,
}

fn is_nothing(amount: &Money) -> bool {
    amount.is_zero()
}

impl CardCharge {
    /// Taken, and still the ticket's.
    pub fn is_taken(&self) -> bool {
        matches!(self.outcome, Some(CardOutcome::Taken { .. })) && !self.returned
    }

    /// Asked for, and not refused.
    pub fn stands(&self) -> bool {
        self.outcome.is_none() || self.is_taken()
    }
}

/// What happened, with who, where and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made<T> {
    pub record: RecordId,
    pub desk: DeskId,
    pub on: Instant,
    pub day: Day,
    pub actor: Actor,
    pub what: T,
}

impl<T> Made<T> {
    pub(crate) fn of(record: &Record, what: T) -> Self {
        Self {
            record: record.id,
            desk: record.place.desk,
            on: record.on,
            day: record.day,
            actor: record.actor,
            what,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    Held,
    Settled,
    Voided,
    PartlyRefunded,
    Refunded,
    /// Was held once, released, and never sold.
    Gone,
}

/// Something about a record that a person has to look at; the money in it moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum TicketTrouble {
    /// The ticket had been settled before: an overpayment.
    SettledTwice { paid: Money },
    /// More was given back than the ticket took: an over-refund.
    RefundedTwice { given: Money },
    /// The bank refused what a settled ticket counts as paid.
    CardDeclined { amount: Money, reason: String },
    /// What its sale counts as paid went back to the card, by somebody in Stripe's dashboard.
    CardGivenBackThere { amount: Money },
}

impl Ticket {
    pub fn new(id: TicketId) -> Self {
        Self {
            id,
            held: None,
            sale: None,
            voided: None,
            refunds: Vec::new(),
            settled_again: Vec::new(),
            given_for_plans: Vec::new(),
            card_charges: Vec::new(),
        }
    }

    /// Applies a record whose first entity this ticket is. Records that moved money always take effect.
    pub fn apply(&mut self, record: &Record) -> Option<TicketTrouble> {
        match &record.change {
            Change::TicketHeld(held) => {
                if self.sale.is_none() {
                    self.held = Some(Made::of(record, (**held).clone()));
                }
                None
            }
            Change::HeldReleased { .. } => {
                self.held = None;
                None
            }
            Change::TicketSettled(sale) => {
                self.held = None;
                if self.sale.is_some() {
                    self.settled_again.push(record.id);
                    let paid = sale.settled.tenders.iter().map(|tender| tender.amount).sum();
                    return Some(TicketTrouble::SettledTwice { paid });
                }
                self.sale = Some(Made::of(record, (**sale).clone()));
                None
            }
            Change::TicketVoided(void) => {
                if self.voided.is_some() || !self.refunds.is_empty() {
                    return Some(TicketTrouble::RefundedTwice { given: given(&void.refund) });
                }
                self.voided = Some(Made::of(record, void.reason.clone()));
                None
            }
            Change::TicketRefunded(refunded) => {
                let already: Vec<_> = self.refunded_units();
                let twice = self.voided.is_some()
                    || refunded
                        .refund
                        .units
                        .iter()
                        .any(|units| already.iter().any(|before| overlap(before, units)));
                self.refunds.push(Made::of(record, (**refunded).clone()));
                twice.then(|| TicketTrouble::RefundedTwice { given: given(&refunded.refund) })
            }
            Change::ChargeRefunded(charge) => {
                for back in &charge.tenders {
                    self.give_for_plan(&back.kind, back.amount);
                }
                None
            }
            Change::CardChargeAsked(asked) => {
                self.card_charges.push(CardCharge {
                    asked: record.id,
                    customer: asked.customer,
                    card: asked.card.clone(),
                    amount: asked.amount,
                    outcome: None,
                    returned: false,
                    given_back_there: Money::ZERO,
                });
                None
            }
            Change::CardChargeReturned { asked, .. } => {
                let known = self.card_charges.iter_mut().find(|charge| charge.asked == *asked);
                if let Some(charge) = known {
                    charge.returned = true;
                }
                None
            }
            Change::CardChargeRefunded(back) => {
                let known = self.card_charges.iter_mut().find(|charge| charge.asked == back.asked);
                if let Some(charge) = known {
                    charge.given_back_there += back.amount;
                }
                self.counts_cards().then_some(TicketTrouble::CardGivenBackThere { amount: back.amount })
            }
            Change::CardChargeAnswered(answered) => {
                let known = self.card_charges.iter_mut().find(|charge| charge.asked == answered.asked);
                if let Some(charge) = known {
                    charge.outcome = Some(answered.outcome.clone());
                }
                let CardOutcome::Declined { reason } = &answered.outcome else { return None };
                let counted = self.sale.is_some() && self.voided.is_none();
                counted
                    .then(|| TicketTrouble::CardDeclined { amount: answered.amount, reason: reason.clone() })
            }
            _ => None,
        }
    }

    /// Whether what a card paid for it is still to be paid: it is settled, and not voided.
    pub fn counts_cards(&self) -> bool {
        self.sale.is_some() && self.voided.is_none()
    }

    /// What of its sale is paid by cards on file.
    pub fn sold_on_card(&self) -> Money {
        let tenders = self.sale.iter().flat_map(|sale| &sale.what.settled.tenders);
        tenders.filter(|tender| tender.kind == TenderKind::CardOnFile).map(|tender| tender.amount).sum()
    }

    /// Charges that were taken beyond `needed`, latest first: nothing is sold for them.
    pub fn taken_beyond(&self, needed: Money) -> Vec<&CardCharge> {
        let mut over =
            self.card_charges.iter().filter(|it| it.is_taken()).map(|it| it.amount).sum::<Money>() - needed;
        let mut beyond = Vec::new();
        for charge in self.card_charges.iter().rev().filter(|charge| charge.is_taken()) {
            if charge.amount <= over {
                over -= charge.amount;
                beyond.push(charge);
            }
        }
        beyond
    }

    /// What its refunds, or voiding it, gave back to cards on file.
    pub fn given_to_cards(&self) -> Money {
        let on_card = |kind: &TenderKind| *kind == TenderKind::CardOnFile;
        if self.voided.is_some() {
            let sale = self.sale.iter().flat_map(|sale| &sale.what.settled.tenders);
            return sale.filter(|tender| on_card(&tender.kind)).map(|tender| tender.amount).sum();
        }
        let outcomes = self.refund_outcomes();
        let backs = outcomes.iter().flat_map(|outcome| &outcome.give_backs);
        backs.filter(|back| on_card(&back.kind)).map(|back| back.amount).sum()
    }

    /// What is to be sent to cards now that `amount` more goes back to them, by charge, latest first: what somebody gave back
    /// in Stripe's dashboard went to them already.
    pub fn sends_to_cards(&self, amount: Money) -> Vec<(&CardCharge, Money)> {
        let there: Money = self.card_charges.iter().map(|charge| charge.given_back_there).sum();
        let sent = |given: Money| (given - there).max(Money::ZERO);
        let given = self.given_to_cards();
        let mut skip = sent(given - amount);
        let mut missing = sent(given) - skip;
        let mut parts = Vec::new();
        for charge in self.card_charges.iter().rev().filter(|charge| charge.is_taken()) {
            let whole = charge.amount - charge.given_back_there;
            let left = whole - skip.min(whole);
            skip -= skip.min(whole);
            let part = left.min(missing);
            if part.is_positive() {
                parts.push((charge, part));
                missing -= part;
            }
        }
        parts
    }

    /// Charged, or being charged, to a card on file for this ticket.
    pub fn on_card(&self) -> Money {
        self.card_charges.iter().filter(|charge| charge.stands()).map(|charge| charge.amount).sum()
    }

    pub fn status(&self) -> TicketStatus {
        let Some(sale) = &self.sale else {
            return if self.held.is_some() { TicketStatus::Held } else { TicketStatus::Gone };
        };
        if self.voided.is_some() {
            return TicketStatus::Voided;
        }
        if self.refunds.is_empty() {
            return TicketStatus::Settled;
        }
        let sold: u64 = sale.what.settled.input.lines.iter().map(|line| u64::from(line.qty)).sum();
        let back: u64 = self.refunded_units().iter().map(|units| u64::from(units.count)).sum();
        if back >= sold { TicketStatus::Refunded } else { TicketStatus::PartlyRefunded }
    }

    /// What refunds gave back so far, for [`crate::checkout`]'s refund rule.
    pub fn refund_outcomes(&self) -> Vec<RefundOutcome> {
        let mut outcomes: Vec<_> = self.refunds.iter().map(|refund| refund.what.refund.clone()).collect();
        if !self.given_for_plans.is_empty() {
            let give_backs = self.given_for_plans.clone();
            outcomes.push(RefundOutcome { give_backs, ..RefundOutcome::default() });
        }
        outcomes
    }

    /// What each tender still has to give back, latest first.
    pub fn tenders_left(&self) -> Vec<(TenderKind, Money)> {
        let Some(sale) = &self.sale else { return Vec::new() };
        let before = self.refund_outcomes();
        let tenders = sale.what.settled.tenders.iter().enumerate().rev();
        tenders
            .map(|(nth, tender)| {
                let given: Money = before
                    .iter()
                    .flat_map(|outcome| &outcome.give_backs)
                    .filter(|back| back.tender == nth)
                    .map(|back| back.amount)
                    .sum();
                (tender.kind.clone(), (tender.amount - given).max(Money::ZERO))
            })
            .collect()
    }

    /// Counts what went back for a membership against the tenders of its kind, latest first.
    fn give_for_plan(&mut self, kind: &TenderKind, amount: Money) {
        let Some(sale) = &self.sale else { return };
        let left = self.tenders_left();
        let last = sale.what.settled.tenders.len();
        let mut missing = amount;
        for (nth, (known, has)) in left.into_iter().enumerate() {
            let part = missing.min(has);
            if known == *kind && part.is_positive() {
                let tender = last - 1 - nth;
                self.given_for_plans.push(GiveBack { tender, kind: known, amount: part, exact: part });
                missing -= part;
            }
        }
    }

    pub fn refunded_units(&self) -> Vec<crate::checkout::RefundedUnits> {
        self.refunds.iter().flat_map(|refund| refund.what.refund.units.iter().copied()).collect()
    }

    /// Units of a line that are still the customer's.
    pub fn units_left(&self, line: LineId) -> u32 {
        let Some(sale) = &self.sale else { return 0 };
        if self.voided.is_some() {
            return 0;
        }
        let sold =
            sale.what.settled.input.lines.iter().find(|sold| sold.id == line).map_or(0, |sold| sold.qty);
        let back: u32 =
            self.refunded_units().iter().filter(|units| units.line == line).map(|units| units.count).sum();
        sold.saturating_sub(back)
    }

    /// Every unit that was not refunded yet.
    pub fn everything_left(&self) -> Vec<crate::checkout::RefundLine> {
        let Some(sale) = &self.sale else { return Vec::new() };
        sale.what
            .settled
            .input
            .lines
            .iter()
            .map(|line| crate::checkout::RefundLine {
                line: line.id,
                units: WhichUnits::Count(self.units_left(line.id)),
            })
            .filter(|line| line.units != WhichUnits::Count(0))
            .collect()
    }

    /// What the units that are still the customer's saved, by the enrollment that saved it.
    ///
    /// A unit's percentage is credited to the enrollment it came from; its part of fixed amounts to the first
    /// entitled enrollment that brings one.
    pub fn savings(&self) -> Vec<(EnrollmentId, Money)> {
        let Some(sale) = &self.sale else { return Vec::new() };
        let mut saved: Vec<(EnrollmentId, Money)> = Vec::new();
        if self.voided.is_some() {
            return saved;
        }
        let back = self.refunded_units();
        let settled = &sale.what.settled;
        let fixed_from = settled
            .input
            .entitlements
            .iter()
            .find(|entitled| {
                entitled.standing.gives_benefits()
                    && entitled
                        .discounts
                        .iter()
                        .any(|discount| matches!(discount.value, DiscountValue::Amount(_)))
            })
            .map(|entitled| entitled.enrollment);
        for (line, quoted) in settled.lines.iter().zip(&settled.quote.lines) {
            let percent_from = quoted.percent.as_ref().map(|(key, _)| key.enrollment);
            let mut first = 0;
            for run in &line.units {
                let gone: u32 = back
                    .iter()
                    .filter(|units| units.line == line.id)
                    .map(|units| within(units, first, run.count))
                    .sum();
                first += run.count;
                let left = run.count.saturating_sub(gone);
                let drawn = |kind: &[UseKind]| {
                    run.draws.iter().find(|draw| kind.contains(&draw.kind)).map(|draw| draw.key.enrollment)
                };
                let covered_from = drawn(&[UseKind::Included, UseKind::Bookings]);
                let parts = [
                    (covered_from, run.covered),
                    (drawn(&[UseKind::Minutes]), run.time_off),
                    (percent_from.or(fixed_from), run.discount),
                ];
                for (from, amount) in parts {
                    let (Some(from), amount) = (from, amount.times(left)) else { continue };
                    if amount.is_zero() {
                        continue;
                    }
                    match saved.iter_mut().find(|(known, _)| *known == from) {
                        Some((_, sum)) => *sum += amount,
                        None => saved.push((from, amount)),
                    }
                }
            }
        }
        saved
    }

    /// Whether units that stay the customer's after `refund` paid less, or were paid with credit, through an enrollment.
    pub fn benefits_left(&self, enrollment: EnrollmentId, refund: &RefundOutcome) -> bool {
        let Some(sale) = &self.sale else { return false };
        let settled = &sale.what.settled;
        let brings_amounts = settled.input.entitlements.iter().any(|held| {
            held.enrollment == enrollment
                && held.discounts.iter().any(|it| matches!(it.value, DiscountValue::Amount(_)))
        });
        let back: Vec<_> = self.refunded_units().into_iter().chain(refund.units.iter().copied()).collect();
        settled.lines.iter().zip(&settled.quote.lines).any(|(line, quoted)| {
            let percent = quoted.percent.as_ref().is_some_and(|(key, _)| key.enrollment == enrollment);
            let mut first = 0;
            line.units.iter().any(|run| {
                let gone: u32 = back
                    .iter()
                    .filter(|units| units.line == line.id)
                    .map(|units| within(units, first, run.count))
                    .sum();
                first += run.count;
                let drawn = run.draws.iter().any(|draw| draw.key.enrollment == enrollment);
                let discounted = run.discount.is_positive() && (percent || brings_amounts);
                run.count > gone && (drawn || discounted)
            })
        })
    }

    /// What was handed back so far, tips included.
    pub fn refunded(&self) -> Money {
        let back: Money = self.refunds.iter().map(|refund| given(&refund.what.refund)).sum();
        match (&self.voided, &self.sale) {
            (Some(_), Some(sale)) => sale.what.settled.tenders.iter().map(|tender| tender.amount).sum(),
            _ => back,
        }
    }
}

/// How many of `units` are among `count` units from `first`.
fn within(units: &crate::checkout::RefundedUnits, first: u32, count: u32) -> u32 {
    (units.first + units.count).min(first + count).saturating_sub(units.first.max(first))
}

fn given(refund: &RefundOutcome) -> Money {
    refund.give_backs.iter().map(|back| back.amount).sum()
}

fn overlap(a: &crate::checkout::RefundedUnits, b: &crate::checkout::RefundedUnits) -> bool {
    a.line == b.line && a.first < b.first + b.count && b.first < a.first + a.count
}
