//! A ticket priced, stage by stage.

use super::blocked::blocked;
use super::discounts::{best_percents, price_units, take_amounts_off};
use super::minutes::{MinutePlan, take_minutes_out};
use super::money_credits::{Payments, pay_from_credits};
use super::sources::{Source, Sources};
use super::tax::tax_lines;
use super::whole_units::{Coverage, cover_whole_units};
use super::{BenefitKey, LineInput, LineKind, ManualDiscount, QuoteInput};
use crate::plan::DiscountValue;
use crate::{LineId, Money, PlanId, Rate};
use serde::{Deserialize, Serialize};

/// The most units of a line.
pub const MAX_QTY: u32 = 9_999;
/// The most lines of a ticket; more is a mistake, not a sale.
pub const MAX_LINES: usize = 1_000;

/// Prices a ticket: pure, exact, and the same on every desk.
///
/// Every unit of a line is priced alone, so that refunding one of them is exact. The stages run in this order, and
/// inside each the outcome is the best one for the member, not the first one found: blocked lines, whole units,
/// minutes, discounts, tax, money credits. A blocked ticket is not priced.
pub fn quote(input: &QuoteInput) -> Result<Quote, BadTicket> {
    let mut pricing = Pricing::begin(input)?;
    let sources = Sources::of(input);
    let mut minutes = MinutePlan::new(input, &sources);
    let blocked = blocked(input, &mut minutes);
    if !blocked.is_empty() {
        return Ok(Quote { blocked, ..Quote::default() });
    }
    best_percents(&mut pricing, &sources);
    let coverage = cover_whole_units(&mut pricing, &sources);
    take_minutes_out(&mut pricing, &mut minutes);
    price_units(&mut pricing, &sources);
    take_amounts_off(&mut pricing, &sources, input.ticket_discount.as_ref());
    tax_lines(&mut pricing);
    let payments = pay_from_credits(&mut pricing, &sources, input.credit_limit);
    Ok(pricing.finish(&sources, &coverage, &minutes, &payments))
}

/// A ticket on its way through the stages.
pub(super) struct Pricing<'a> {
    pub lines: Vec<PricedLine<'a>>,
    pub discounts: Vec<DiscountTaken>,
    /// What provisional benefits took off so far.
    pub provisional: Money,
}

/// A line on its way through the stages.
pub(super) struct PricedLine<'a> {
    pub input: &'a LineInput,
    /// Of each unit: its minutes' worth for a rental.
    pub list: Money,
    pub percent: Option<(BenefitKey, Rate)>,
    pub covered_units: u32,
    /// Free minutes reserved for every unit.
    pub needed_minutes: u32,
    /// Minutes taken out of the units that are not covered, in sum and beside those reserved.
    pub extra_minutes: i64,
    pub units: Vec<UnitGroup>,
    pub fixed: Money,
    pub manual_spread: Money,
    /// Of the line as a whole, after what was taken off so far.
    pub left: Money,
    pub tax: Money,
    pub total: Money,
    pub credits: Money,
}

impl<'a> Pricing<'a> {
    /// The list prices, once the ticket is known to make sense.
    fn begin(input: &'a QuoteInput) -> Result<Self, BadTicket> {
        check_ticket(input)?;
        let mut lines = Vec::with_capacity(input.lines.len());
        for line in &input.lines {
            lines.push(PricedLine {
                input: line,
                list: check_line(line)?,
                percent: None,
                covered_units: 0,
                needed_minutes: 0,
                extra_minutes: 0,
                units: Vec::new(),
                fixed: Money::ZERO,
                manual_spread: Money::ZERO,
                left: Money::ZERO,
                tax: Money::ZERO,
                total: Money::ZERO,
                credits: Money::ZERO,
            });
        }
        Ok(Self { lines, discounts: Vec::new(), provisional: Money::ZERO })
    }

    /// Stage 6: the sums.
    fn finish(
        self,
        sources: &Sources<'_>,
        coverage: &Coverage,
        minutes: &MinutePlan,
        payments: &Payments,
    ) -> Quote {
        let mut totals = Totals::default();
        let mut lines = Vec::with_capacity(self.lines.len());
        totals.provisional = self.provisional;
        let uses = self.uses(sources, coverage, minutes, payments, &mut totals.provisional);
        let discounts = self.discounts;
        for line in self.lines {
            let sum = |each: fn(&UnitGroup) -> Money| -> Money {
                line.units.iter().map(|unit| each(unit).times(unit.count)).sum()
            };
            let percentages = sum(|unit| unit.discount);
            let quoted = QuotedLine {
                id: line.input.id,
                list: line.list.times(line.input.qty),
                covered: sum(|unit| unit.covered),
                time_off: sum(|unit| unit.time_off),
                discount: percentages + line.fixed,
                fixed: line.fixed,
                manual: sum(|unit| unit.manual) + line.manual_spread,
                manual_spread: line.manual_spread,
                net: line.left,
                tax: line.tax,
                total: line.total,
                credits: line.credits,
                percent: line.percent,
                units: line.units,
            };
            totals.list += quoted.list;
            totals.covered += quoted.covered;
            totals.time_off += quoted.time_off;
            totals.discount += quoted.discount;
            totals.manual += quoted.manual;
            totals.net += quoted.net;
            totals.tax += quoted.tax;
            totals.total += quoted.total;
            totals.credits += quoted.credits;
            lines.push(quoted);
        }
        totals.due = totals.total - totals.credits;
        totals.savings = totals.covered + totals.time_off + totals.discount;
        Quote { blocked: Vec::new(), lines, totals, uses, discounts }
    }

    /// What is drawn from each source, in the order of the stages and then of redemption.
    fn uses(
        &self,
        sources: &Sources<'_>,
        coverage: &Coverage,
        minutes: &MinutePlan,
        payments: &Payments,
        provisional: &mut Money,
    ) -> Vec<Use> {
        let mut uses = Vec::new();
        let mut push = |source: &Source<'_>, lines: Vec<LineUse>| {
            if lines.is_empty() {
                return;
            }
            let value = lines.iter().map(|line| line.value).sum();
            if source.provisional {
                *provisional += value;
            }
            let amount = lines.iter().map(|line| line.amount).sum();
            uses.push(Use { key: source.key, kind: source.kind, amount, value, lines });
        };
        for (nth, source) in sources.covers.iter().enumerate() {
            let lines = self.lines.iter().enumerate().filter_map(|(index, line)| {
                let units = coverage.given(nth, index);
                (units > 0).then(|| LineUse {
                    line: line.input.id,
                    amount: units,
                    value: line.list.times(units as u32),
                })
            });
            push(source, lines.collect());
        }
        let saved = self.minutes_saved(sources, minutes);
        for (source, lines) in sources.minutes.iter().zip(saved) {
            push(source, lines);
        }
        for (nth, source) in sources.money.iter().enumerate() {
            let lines = self.lines.iter().enumerate().filter_map(|(index, line)| {
                let paid = payments.given(nth, index);
                paid.is_positive().then(|| LineUse { line: line.input.id, amount: paid.minor(), value: paid })
            });
            push(source, lines.collect());
        }
        uses
    }

    /// By minute lot, what it took out of each line, the line's saving split over its lots by their minutes.
    ///
    /// Minutes reserved for units that are covered anyway are spent and save nothing.
    fn minutes_saved(&self, sources: &Sources<'_>, plan: &MinutePlan) -> Vec<Vec<LineUse>> {
        let mut by_lot: Vec<Vec<LineUse>> = Vec::new();
        by_lot.resize_with(sources.minutes.len(), Vec::new);
        if plan.assignment.is_none() {
            return by_lot;
        }
        for (index, line) in self.lines.iter().enumerate() {
            if line.extra_minutes == 0 && line.needed_minutes == 0 {
                continue;
            }
            let taken: Vec<i64> = (0..sources.minutes.len())
                .map(|source| {
                    let (needed, extra) = plan.given(source, index);
                    needed + extra
                })
                .collect();
            let saved: Money = line.units.iter().map(|unit| unit.time_off.times(unit.count)).sum();
            for ((lot, amount), value) in by_lot.iter_mut().zip(&taken).zip(saved.split(&taken)) {
                if *amount > 0 {
                    lot.push(LineUse { line: line.input.id, amount: *amount, value });
                }
            }
        }
        by_lot
    }
}

fn check_ticket(input: &QuoteInput) -> Result<(), BadTicket> {
    if input.lines.len() > MAX_LINES {
        return Err(BadTicket::TooManyLines { most: MAX_LINES });
    }
    if input.credit_limit.is_some_and(Money::is_negative) {
        return Err(BadTicket::NegativeCreditLimit);
    }
    if is_negative(input.ticket_discount.as_ref()) {
        return Err(BadTicket::NegativeDiscount);
    }
    for (index, line) in input.lines.iter().enumerate() {
        if input.lines[..index].iter().any(|earlier| earlier.id == line.id) {
            return Err(BadTicket::SameLineTwice { line: line.id });
        }
    }
    Ok(())
}

/// The list price of each unit of a line that makes sense.
fn check_line(line: &LineInput) -> Result<Money, BadTicket> {
    if line.qty == 0 || line.qty > MAX_QTY {
        return Err(BadTicket::Quantity { line: line.id, qty: line.qty });
    }
    if (line.kind == LineKind::Plan) != line.plan.is_some() || (line.plan.is_some() && line.qty != 1) {
        return Err(BadTicket::PlanLine { line: line.id });
    }
    if line.manual_discount.is_some() && !line.kind.takes_benefits() {
        return Err(BadTicket::NotDiscountable { line: line.id, name: line.name.clone() });
    }
    if is_negative(line.manual_discount.as_ref()) {
        return Err(BadTicket::NegativeDiscount);
    }
    let refused = |price| BadTicket::Price { line: line.id, name: line.name.clone(), price };
    let price = line.price();
    if price.is_negative() || price > Money::MAX_PRICE {
        return Err(refused(price));
    }
    let each = match (line.kind, line.minutes) {
        (LineKind::Rental, None | Some(0)) => {
            return Err(BadTicket::NoMinutes { line: line.id, name: line.name.clone() });
        }
        (LineKind::Rental, Some(minutes)) => price.scale(i64::from(minutes), 60),
        _ => price,
    };
    if each > Money::MAX_PRICE { Err(refused(each)) } else { Ok(each) }
}

fn is_negative(discount: Option<&ManualDiscount>) -> bool {
    discount.is_some_and(|it| matches!(it.value, DiscountValue::Amount(amount) if amount.is_negative()))
}

/// A priced ticket; where `blocked` is not empty nothing was priced.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Quote {
    /// Every line that cannot be sold like this, in ticket order.
    #[serde(default)]
    pub blocked: Vec<Blocked>,
    /// In ticket order.
    pub lines: Vec<QuotedLine>,
    pub totals: Totals,
    /// What is drawn from each included service and lot, in the order of redemption.
    #[serde(default)]
    pub uses: Vec<Use>,
    /// What each percentage and fixed amount took off, in the order listed.
    #[serde(default)]
    pub discounts: Vec<DiscountTaken>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    pub line: LineId,
    pub why: BlockReason,
}

/// Why a line cannot be sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockReason {
    /// Only holders of one of these plans may buy it.
    MembersOnly { plans: Vec<PlanId> },
    /// `minutes` count against the longest rental, after all free time that could go here.
    TooLong { max_minutes: u32, minutes: u32 },
}

/// One line with its price; `list = covered + time_off + discount + manual + net`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedLine {
    pub id: LineId,
    pub list: Money,
    /// Units paid for by included services and booking credits, at list price.
    pub covered: Money,
    /// What minute credits took off.
    pub time_off: Money,
    /// The best percentage of each unit, and this line's part of every fixed amount.
    pub discount: Money,
    /// The part of `discount` that is fixed amounts.
    pub fixed: Money,
    /// Manual discounts: this line's own, and its part of the ticket's.
    pub manual: Money,
    /// The part of `manual` that came off the line as a whole rather than off each unit alone.
    pub manual_spread: Money,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// Money credits that pay this line.
    pub credits: Money,
    /// The best percentage among the entitled enrollments and where it comes from, if any applies.
    #[serde(default)]
    pub percent: Option<(BenefitKey, Rate)>,
    /// Units alike, earliest first; their counts sum to the quantity.
    pub units: Vec<UnitGroup>,
}

/// Consecutive units of a line that are priced alike, with the price of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitGroup {
    pub count: u32,
    pub list: Money,
    /// The list price when covered, else zero.
    pub covered: Money,
    /// Minute credits used on each.
    pub minutes: u32,
    pub time_off: Money,
    /// The best percentage.
    pub discount: Money,
    /// A manual percentage.
    pub manual: Money,
    /// What is left of each before anything is spread over the line.
    pub left: Money,
}

/// The sums of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub list: Money,
    pub covered: Money,
    pub time_off: Money,
    pub discount: Money,
    pub manual: Money,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    pub credits: Money,
    /// `total - credits`: what tenders pay, before a tip and cash rounding.
    pub due: Money,
    /// What membership saved: `covered + time_off + discount`. Credits are prepaid, not savings.
    pub savings: Money,
    /// What provisional benefits took off this ticket; counts against the desk's offline limits.
    pub provisional: Money,
}

/// What a ticket takes from one included service or lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    pub key: BenefitKey,
    pub kind: UseKind,
    /// Units, minutes or minor units, as `kind` says.
    pub amount: i64,
    /// What it saved, or paid.
    pub value: Money,
    pub lines: Vec<LineUse>,
}

/// What a [`Use`] is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseKind {
    /// Units covered by an included service.
    Included,
    /// Units covered by booking credits.
    Bookings,
    /// Minutes taken out of rentals.
    Minutes,
    /// Minor units paid by money credit.
    Money,
}

/// What one discount took off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountTaken {
    pub key: BenefitKey,
    pub value: Money,
    /// Lines it took something off, with how much.
    pub lines: Vec<(LineId, Money)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineUse {
    pub line: LineId,
    pub amount: i64,
    pub value: Money,
}

/// The ticket makes no sense; a screen that builds tickets properly never sees this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum BadTicket {
    #[error("a quantity is from 1 to 9,999, not {qty}")]
    Quantity { line: LineId, qty: u32 },
    #[error("{name} has a price of {price:?}, outside what can be sold")]
    Price { line: LineId, name: String, price: Money },
    #[error("{name} is rented by the hour and needs its minutes")]
    NoMinutes { line: LineId, name: String },
    #[error("{name} cannot be discounted by hand")]
    NotDiscountable { line: LineId, name: String },
    #[error("a manual discount is not negative")]
    NegativeDiscount,
    #[error("a credit limit is not negative")]
    NegativeCreditLimit,
    #[error("two lines have the same id")]
    SameLineTwice { line: LineId },
    #[error("a line sells a plan exactly when it says which, one at a time")]
    PlanLine { line: LineId },
    #[error("a ticket has at most {most} lines")]
    TooManyLines { most: usize },
}
