//! What a customer's enrollments bring to a ticket.

use super::LineInput;
use crate::item::{ItemFilter, ItemSet};
use crate::plan::{CreditUnit, Discount, Scope, Usage};
use crate::standing::Standing;
use crate::{BenefitId, CustomerId, Day, EnrollmentId, LineId, LotId, PlanId};
use serde::{Deserialize, Serialize};

/// One enrollment with what it has left, as the ticket's customer may use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitlement {
    pub enrollment: EnrollmentId,
    pub plan: PlanId,
    pub plan_name: String,
    /// The dependent who uses it; `None`: its holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<CustomerId>,
    pub standing: Standing,
    #[serde(default)]
    pub scope: Scope,
    /// What its terms let their holder buy that others may not; `None`: all that its plan keeps for its members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<ItemSet>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<Discount>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub included: Vec<IncludedLot>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<CreditLot>,
    /// Its first charge is queued: benefits hold while it waits, and count against the desk's offline limits.
    #[serde(default)]
    pub provisional: bool,
    /// The line of this ticket that sells the plan; without that line there is no entitlement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold_on: Option<LineId>,
}

impl Entitlement {
    /// Whether its terms open a line that is kept for members: under other terms its plan may.
    pub fn opens(&self, line: &LineInput) -> bool {
        line.members_only.contains(&self.plan)
            && self.access.as_ref().is_none_or(|access| access.holds(line.item, line.category))
    }
}

/// What is left of an included service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncludedLot {
    pub benefit: BenefitId,
    /// `None`: unlimited, or nothing that keeps count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// Any of these.
    pub items: ItemSet,
    /// Units left; `None`: unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u32>,
    pub granted: Day,
    /// Usable through this day; `None`: never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// Drawn from the holder's lots; own lots go first.
    #[serde(default)]
    pub shared_pool: bool,
    /// Granted before Stripe confirmed the renewal.
    #[serde(default)]
    pub provisional: bool,
}

/// What is left of one dated grant of a credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditLot {
    pub benefit: BenefitId,
    pub lot: LotId,
    pub unit: CreditUnit,
    /// In the unit; an overdrawn lot is negative and gives nothing.
    pub remaining: i64,
    #[serde(default)]
    pub usage: Usage,
    #[serde(default)]
    pub items: ItemFilter,
    pub granted: Day,
    /// Usable through this day; `None`: never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// Drawn from the holder's lots; own lots go first.
    #[serde(default)]
    pub shared_pool: bool,
    /// Granted before Stripe confirmed the renewal.
    #[serde(default)]
    pub provisional: bool,
}

/// Names one benefit of one enrollment, or one lot of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BenefitKey {
    pub enrollment: EnrollmentId,
    pub benefit: BenefitId,
    /// `None`: the benefit with all its lots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
}

impl BenefitKey {
    pub const fn benefit(enrollment: EnrollmentId, benefit: BenefitId) -> Self {
        Self { enrollment, benefit, lot: None }
    }

    pub const fn lot(enrollment: EnrollmentId, benefit: BenefitId, lot: Option<LotId>) -> Self {
        Self { enrollment, benefit, lot }
    }

    /// Whether this speaks of that lot: by itself, or by the benefit as a whole.
    pub fn names(self, lot: Self) -> bool {
        self == lot || self == lot.whole()
    }

    /// The benefit this speaks of, whichever lot of it.
    pub const fn whole(self) -> Self {
        Self { lot: None, ..self }
    }
}
