//! One dated grant of a credit.

use crate::{Day, LotId};
use serde::{Deserialize, Serialize};

/// What is left of one grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lot {
    pub id: LotId,
    pub granted: Day,
    /// Usable through this day; `None`: never expires. Stands still during a pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// In the credit's unit; negative when two desks spent it while apart.
    pub remaining: i64,
    /// It has expired, or ended with its enrollment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
    /// What expired of it: a sale made in time that becomes known later still finds it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub expired: i64,
    /// Granted before the charge of its day was confirmed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

impl Lot {
    pub fn is_live(&self) -> bool {
        !self.over && self.remaining > 0
    }

    /// Sorts soonest to expire first (never last), then oldest.
    pub(super) fn redemption_order(&self) -> (bool, Option<Day>, Day) {
        (self.expires.is_none(), self.expires, self.granted)
    }

    /// Whether a sale on `day` was in time for it.
    pub(super) fn usable_on(&self, day: Day) -> bool {
        self.expires.is_none_or(|expires| day <= expires)
    }
}

/// A part of one lot: taken by a sale, or given back by its refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LotDraw {
    pub lot: LotId,
    pub amount: i64,
}

/// What one redemption took and still has, in the order it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Redemption {
    pub draws: Vec<LotDraw>,
}

impl Redemption {
    pub fn amount(&self) -> i64 {
        self.draws.iter().map(|draw| draw.amount).sum()
    }

    /// Takes `amount` out of it again, last taken first; `None` when that is more than it still has.
    pub fn take_back(&mut self, amount: i64) -> Option<Vec<LotDraw>> {
        if amount > self.amount() {
            return None;
        }
        let mut missing = amount;
        let mut taken = Vec::new();
        while missing > 0 {
            let last = self.draws.last_mut()?;
            let part = missing.min(last.amount);
            taken.push(LotDraw { lot: last.lot, amount: part });
            last.amount -= part;
            missing -= part;
            if last.amount == 0 {
                self.draws.pop();
            }
        }
        Some(taken)
    }
}
