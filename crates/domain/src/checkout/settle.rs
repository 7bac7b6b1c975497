//! A ticket closed with payment: what it holds for ever.

use super::{BadTicket, BenefitKey, Blocked, Quote, QuoteInput, UseKind};
use crate::{LineId, Money};
use serde::{Deserialize, Serialize};

/// How a person means to pay, and what they saw before they said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The amount due that the person saw; another one now is refused.
    pub expected_due: Money,
    /// The credits that the person saw used.
    pub expected_credits: Money,
    /// In the order they were given.
    pub tenders: Vec<TenderOffer>,
    #[serde(default)]
    pub tip: Money,
    /// The smallest coin, in minor units; 1 where cash is not rounded.
    #[serde(default = "smallest_step")]
    pub cash_step: u32,
}

const fn smallest_step() -> u32 {
    1
}

/// One way of paying a part; for cash, `amount` is what was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderOffer {
    pub kind: TenderKind,
    pub amount: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum TenderKind {
    Cash,
    /// A card terminal that stands apart; `reference` is what its slip says.
    Terminal {
        #[serde(default)]
        reference: String,
    },
    Check {
        #[serde(default)]
        number: String,
    },
    /// The customer's card on file, charged by Stripe.
    CardOnFile,
    GiftCard {
        code: String,
    },
}

/// A tender as it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    pub kind: TenderKind,
    /// What it paid: `received - change`.
    pub amount: Money,
    pub received: Money,
    /// Only cash has any.
    #[serde(default)]
    pub change: Money,
}

/// A ticket closed with payment; kept for ever and never edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledTicket {
    pub input: QuoteInput,
    pub quote: Quote,
    /// In ticket order.
    pub lines: Vec<SettledLine>,
    /// `due + tip + cash_rounding` in sum, in the order they were given.
    pub tenders: Vec<Tender>,
    pub tip: Money,
    /// What rounding to the smallest coin added to the cash part, or took off.
    pub cash_rounding: Money,
    /// The smallest coin it was rounded to.
    pub cash_step: u32,
}

/// What each unit of a line cost and drew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledLine {
    pub id: LineId,
    /// Earliest unit first; counts sum to the quantity.
    pub units: Vec<UnitRun>,
}

/// Consecutive units that cost and drew exactly the same, with the amounts of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRun {
    pub count: u32,
    pub list: Money,
    pub covered: Money,
    pub time_off: Money,
    /// Percentage and its part of the fixed amounts.
    pub discount: Money,
    pub manual: Money,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// Money credit that paid for it.
    pub credits: Money,
    /// What it drew, in the order of redemption.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<Draw>,
}

impl UnitRun {
    /// What tenders paid for each.
    pub fn paid(&self) -> Money {
        self.total - self.credits
    }
}

/// What one unit took from one included service or lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    pub key: BenefitKey,
    pub kind: UseKind,
    pub amount: i64,
}

/// Why a ticket was not settled; no money moved and nothing was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum SettleRefusal {
    #[error(transparent)]
    BadTicket(#[from] BadTicket),
    #[error("the ticket has no lines")]
    Empty,
    #[error("a line of the ticket cannot be sold like this")]
    Blocked { lines: Vec<Blocked> },
    #[error("less credit is left than was shown")]
    InsufficientCredit { needed: Money, available: Money },
    #[error("the amount due has changed since it was shown")]
    StaleTotal { expected: Money, actual: Money },
    #[error("what was given does not cover the amount due")]
    TendersDoNotCover { due: Money, tendered: Money },
    /// Only cash gives change.
    #[error("more than the amount due was charged to something that gives no change")]
    ChangeOnlyFromCash { due: Money, tendered: Money },
    #[error("a tender is more than zero")]
    EmptyTender { nth: usize },
    #[error("a tip is not negative")]
    NegativeTip,
    #[error("a tip is at most {most:?}")]
    AmountTooLarge { most: Money },
    #[error("the same gift card was given twice")]
    SameGiftCardTwice { code: String },
}
