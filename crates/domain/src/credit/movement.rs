//! What happens to credits, one row each: the credit history of a member.

use crate::{BenefitId, CustomerId, Day, LotId};
use serde::{Deserialize, Serialize};

/// One change of one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Movement {
    pub benefit: BenefitId,
    /// Whose account; `None`: the holder's, from which a family may draw as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<CustomerId>,
    pub lot: LotId,
    pub kind: MovementKind,
    /// In the credit's unit. Positive, but for a downward adjustment, and for an expiry taken back because a sale
    /// made in time became known later.
    pub amount: i64,
    pub on: Day,
}

impl Movement {
    /// What it did to the balance.
    pub fn change(&self) -> i64 {
        match self.kind {
            MovementKind::Granted | MovementKind::Returned | MovementKind::Adjusted => self.amount,
            MovementKind::Redeemed | MovementKind::Expired | MovementKind::Trimmed => -self.amount,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// By a refresh.
    Granted,
    Redeemed,
    /// By a refund or a void.
    Returned,
    Expired,
    /// Above the cap of what may be carried over.
    Trimmed,
    /// By a manager, up or down; goodwill is one.
    Adjusted,
}

/// granted - redeemed + returned - expired - trimmed + adjusted = balance, at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Sums {
    pub granted: i64,
    pub redeemed: i64,
    pub returned: i64,
    pub expired: i64,
    pub trimmed: i64,
    pub adjusted: i64,
}

impl Sums {
    pub fn add(&mut self, kind: MovementKind, amount: i64) {
        *match kind {
            MovementKind::Granted => &mut self.granted,
            MovementKind::Redeemed => &mut self.redeemed,
            MovementKind::Returned => &mut self.returned,
            MovementKind::Expired => &mut self.expired,
            MovementKind::Trimmed => &mut self.trimmed,
            MovementKind::Adjusted => &mut self.adjusted,
        } += amount;
    }

    pub fn balance(&self) -> i64 {
        self.granted - self.redeemed + self.returned - self.expired - self.trimmed + self.adjusted
    }
}
