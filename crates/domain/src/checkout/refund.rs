//! Giving back what units of a settled ticket paid and drew.

use super::{BenefitKey, TenderKind, UseKind};
use crate::{LineId, Money};
use serde::{Deserialize, Serialize};

/// What to give back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RefundRequest {
    #[serde(default)]
    pub lines: Vec<RefundLine>,
    /// Part of the tip to give back as well.
    #[serde(default)]
    pub tip: Money,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundOutcome {
    /// In ticket order, ranges of units.
    pub units: Vec<RefundedUnits>,
    /// What these units paid net of tax, their tax, and what tenders paid of the sum.
    pub net: Money,
    pub tax: Money,
    /// What goes back to tenders for the units, before cash rounding and tip.
    pub paid: Money,
    pub tip: Money,
    /// What rounding to the smallest coin added to the cash handed back, or took off.
    pub cash_rounding: Money,
    /// By tender, latest first; `paid + tip + cash_rounding` in sum.
    pub give_backs: Vec<GiveBack>,
    /// What goes back to lots and included services, last taken first.
    pub returns: Vec<Return>,
}

/// `count` units of a line, from unit `first` (counted from 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundedUnits {
    pub line: LineId,
    pub first: u32,
    pub count: u32,
}

/// What one tender gets back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveBack {
    /// Its place among the ticket's tenders.
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
    #[error("more tip than is left to give back")]
    MoreTipThanTaken { left: Money, asked: Money },
}
