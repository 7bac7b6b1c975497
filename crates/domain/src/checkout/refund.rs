//! Giving back what units of a settled ticket paid and drew.

use super::settle::{SettledLine, SettledTicket, round_to_coin};
use super::{BenefitKey, TenderKind, UseKind};
use crate::{LineId, Money};
use serde::{Deserialize, Serialize};

/// What a refund gives back, exactly what each unit paid and drew, given the refunds `before` it.
///
/// Each unit's credits return to their lots; what it paid goes back to the tenders, latest first, each up to what
/// it took. Nothing is refunded twice, or for more than was paid.
pub fn refund(
    ticket: &SettledTicket,
    before: &[RefundOutcome],
    request: &RefundRequest,
) -> Result<RefundOutcome, RefundRefusal> {
    let chosen = choose_units(ticket, before, request)?;
    let tip_left = ticket.tip - before.iter().map(|earlier| earlier.tip).sum();
    if request.tip.is_negative() || request.tip > tip_left {
        return Err(RefundRefusal::MoreTipThanTaken { left: tip_left, asked: request.tip });
    }
    if request.tip.is_zero() && chosen.iter().all(Vec::is_empty) {
        return Err(RefundRefusal::NothingToRefund);
    }
    if request.kept.is_negative() {
        return Err(RefundRefusal::MoreKeptThanPaid);
    }
    let mut outcome = RefundOutcome { tip: request.tip, ..RefundOutcome::default() };
    for (line, units) in ticket.lines.iter().zip(&chosen) {
        outcome.add_units(line, units);
    }
    if request.kept > outcome.paid {
        return Err(RefundRefusal::MoreKeptThanPaid);
    }
    outcome.kept = request.kept;
    outcome.paid -= request.kept;
    // Last taken first: the quote names its uses in the order of redemption.
    outcome.returns.sort_by_key(|it| {
        let place = ticket.quote.uses.iter().position(|used| used.key == it.key && used.kind == it.kind);
        std::cmp::Reverse(place)
    });
    outcome.give_back(ticket, before);
    Ok(outcome)
}

/// Units of each line not yet refunded, in ticket order.
pub fn refundable(ticket: &SettledTicket, before: &[RefundOutcome]) -> Vec<(LineId, u32)> {
    let left = |line: &SettledLine| still_sold(line, before).iter().filter(|it| **it).count() as u32;
    ticket.lines.iter().map(|line| (line.id, left(line))).collect()
}

impl RefundRequest {
    /// Everything that is left of a ticket, its tip included: a void.
    pub fn everything(ticket: &SettledTicket, before: &[RefundOutcome]) -> Self {
        let left = refundable(ticket, before).into_iter().filter(|(_, units)| *units > 0);
        Self {
            lines: left.map(|(line, units)| RefundLine { line, units: WhichUnits::Count(units) }).collect(),
            tip: ticket.tip - before.iter().map(|earlier| earlier.tip).sum(),
            kept: Money::ZERO,
        }
    }
}

/// By line, whether each unit is still sold.
fn still_sold(line: &SettledLine, before: &[RefundOutcome]) -> Vec<bool> {
    let mut sold = vec![true; line.qty() as usize];
    for range in before.iter().flat_map(|earlier| &earlier.units).filter(|range| range.line == line.id) {
        for unit in range.first..range.first.saturating_add(range.count).min(line.qty()) {
            sold[unit as usize] = false;
        }
    }
    sold
}

/// The units asked for, by line in ticket order, each in ascending order.
fn choose_units(
    ticket: &SettledTicket,
    before: &[RefundOutcome],
    request: &RefundRequest,
) -> Result<Vec<Vec<u32>>, RefundRefusal> {
    let mut chosen = vec![Vec::new(); ticket.lines.len()];
    let mut left: Vec<Option<Vec<bool>>> = vec![None; ticket.lines.len()];
    for asked in &request.lines {
        let line = asked.line;
        let nth = ticket.lines.iter().position(|sold| sold.id == line);
        let nth = nth.ok_or(RefundRefusal::UnknownLine { line })?;
        let left = left[nth].get_or_insert_with(|| still_sold(&ticket.lines[nth], before));
        let sold = left.len() as u32;
        match &asked.units {
            WhichUnits::Count(count) => {
                let free = left.iter().filter(|it| **it).count() as u32;
                if *count > free {
                    return Err(RefundRefusal::MoreThanSold {
                        line,
                        sold,
                        already: sold - free,
                        asked: *count,
                    });
                }
                let latest = (0..sold).rev().filter(|unit| left[*unit as usize]);
                let latest: Vec<u32> = latest.take(*count as usize).collect();
                for unit in latest {
                    left[unit as usize] = false;
                    chosen[nth].push(unit);
                }
            }
            WhichUnits::Exactly(units) => {
                for unit in units.iter().copied() {
                    match left.get_mut(unit as usize) {
                        None => return Err(RefundRefusal::NoSuchUnit { line, unit, sold }),
                        Some(false) => return Err(RefundRefusal::AlreadyRefunded { line, unit }),
                        Some(free) => *free = false,
                    }
                    chosen[nth].push(unit);
                }
            }
        }
    }
    for units in &mut chosen {
        units.sort_unstable();
    }
    Ok(chosen)
}

impl RefundOutcome {
    fn add_units(&mut self, line: &SettledLine, units: &[u32]) {
        for range in units.chunk_by(|unit, next| unit + 1 == *next) {
            self.units.push(RefundedUnits { line: line.id, first: range[0], count: range.len() as u32 });
        }
        let mut first = 0;
        for run in &line.units {
            let run_of = first..first + run.count;
            first = run_of.end;
            let count = units.iter().filter(|unit| run_of.contains(unit)).count() as u32;
            self.net += run.net.times(count);
            self.tax += run.tax.times(count);
            self.paid += run.paid().times(count);
            for draw in run.draws.iter().filter(|_| count > 0) {
                let amount = draw.amount * i64::from(count);
                match self.returns.iter_mut().find(|it| it.key == draw.key && it.kind == draw.kind) {
                    Some(earlier) => earlier.amount += amount,
                    None => self.returns.push(Return { key: draw.key, kind: draw.kind, amount }),
                }
            }
        }
    }

    /// Pays out of the drawer, in whole coins, beside what goes back to the tenders; no tender of the ticket has it.
    pub fn pay_out(&mut self, amount: Money, cash_step: u32) {
        let amount = round_to_coin(amount, cash_step);
        if amount.is_positive() {
            let kind = TenderKind::Cash;
            self.give_backs.push(GiveBack { tender: OUT_OF_THE_DRAWER, kind, amount, exact: amount });
        }
    }

    /// Hands `paid + tip` back to the tenders, latest first, each up to what it took.
    ///
    /// Cash is handed back in coins. It is rounded over all refunds of the ticket together, so that refunds of
    /// every unit, however many, hand back exactly the cash that was taken.
    fn give_back(&mut self, ticket: &SettledTicket, before: &[RefundOutcome]) {
        let earlier = || before.iter().flat_map(|it| &it.give_backs);
        let mut rounding = ticket.cash_rounding;
        let mut missing = self.paid + self.tip;
        for (tender, taken) in ticket.tenders.iter().enumerate().rev() {
            let mut took = taken.amount;
            if taken.kind == TenderKind::Cash {
                let part = rounding.min(took);
                took -= part;
                rounding -= part;
            }
            let given: Money = earlier().filter(|it| it.tender == tender).map(|it| it.exact).sum();
            let exact = missing.min(took - given);
            if exact.is_positive() {
                let kind = taken.kind.clone();
                self.give_backs.push(GiveBack { tender, kind, amount: exact, exact });
                missing -= exact;
            }
        }
        debug_assert!(missing.is_zero(), "units paid more than the tenders took");

        let is_cash = |it: &&GiveBack| it.kind == TenderKind::Cash && it.tender != OUT_OF_THE_DRAWER;
        let exact_before: Money = earlier().filter(is_cash).map(|it| it.exact).sum();
        let handed_before: Money = earlier().filter(is_cash).map(|it| it.amount).sum();
        let exact_now: Money = self.give_backs.iter().filter(is_cash).map(|it| it.exact).sum();
        let hand_over = round_to_coin(exact_before + exact_now, ticket.cash_step) - handed_before;
        self.cash_rounding = hand_over - exact_now;
        let mut more = self.cash_rounding;
        for cash in self.give_backs.iter_mut().filter(|it| it.kind == TenderKind::Cash) {
            let part = more.max(-cash.amount);
            cash.amount += part;
            more -= part;
        }
    }
}

impl SettledLine {
    pub fn qty(&self) -> u32 {
        self.units.iter().map(|run| run.count).sum()
    }
}

/// What to give back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RefundRequest {
    #[serde(default)]
    pub lines: Vec<RefundLine>,
    /// Part of the tip to give back as well.
    #[serde(default)]
    pub tip: Money,
    /// Part of what the units paid that is not given back: what was spent of gift cards whose sale is undone.
    #[serde(default)]
    pub kept: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLine {
    pub line: LineId,
    pub units: WhichUnits,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhichUnits {
    /// That many of those not yet refunded, latest first.
    Count(u32),
    /// These ones, counted from 0.
    Exactly(Vec<u32>),
}

/// What a refund gives back, given what was refunded before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RefundOutcome {
    /// In ticket order, ranges of units.
    pub units: Vec<RefundedUnits>,
    /// What these units paid net of tax, their tax, and what tenders paid of the sum.
    pub net: Money,
    pub tax: Money,
    /// What goes back to tenders for the units, before cash rounding and tip.
    pub paid: Money,
    pub tip: Money,
    /// What these units paid and is not given back, for it was spent already.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub kept: Money,
    /// What rounding to the smallest coin added to the cash handed back, or took off.
    pub cash_rounding: Money,
    /// By tender, latest first; `paid + tip + cash_rounding` in sum.
    pub give_backs: Vec<GiveBack>,
    /// What goes back to lots and included services, last taken first.
    pub returns: Vec<Return>,
}

fn is_nothing(amount: &Money) -> bool {
    amount.is_zero()
}

/// `count` units of a line, from unit `first` (counted from 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundedUnits {
    pub line: LineId,
    pub first: u32,
    pub count: u32,
}

/// In the place of a tender: cash that none of the ticket's tenders took.
const OUT_OF_THE_DRAWER: usize = u32::MAX as usize;

/// What one tender gets back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveBack {
    /// Its place among the ticket's tenders; beyond them where it is paid out of the drawer.
    pub tender: usize,
    pub kind: TenderKind,
    /// What is handed back; for cash, after rounding to the smallest coin.
    pub amount: Money,
    /// What it counts for before rounding.
    pub exact: Money,
}

/// What one included service or lot gets back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    pub key: BenefitKey,
    pub kind: UseKind,
    pub amount: i64,
}

/// Why nothing was refunded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum RefundRefusal {
    #[error("there is nothing to refund")]
    NothingToRefund,
    #[error("that line is not on the ticket")]
    UnknownLine { line: LineId },
    #[error("{sold} were sold and {already} refunded; {asked} more cannot be")]
    MoreThanSold { line: LineId, sold: u32, already: u32, asked: u32 },
    #[error("that unit was refunded already")]
    AlreadyRefunded { line: LineId, unit: u32 },
    #[error("the line has no such unit")]
    NoSuchUnit { line: LineId, unit: u32, sold: u32 },
    #[error("more would be kept than was paid")]
    MoreKeptThanPaid,
    #[error("more tip than is left to give back")]
    MoreTipThanTaken { left: Money, asked: Money },
}
