//! A priced ticket.

use super::BenefitKey;
use crate::{LineId, Money, PlanId, Rate};
use serde::{Deserialize, Serialize};

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
