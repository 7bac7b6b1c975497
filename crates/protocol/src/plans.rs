//! Plans: what is sold as a membership.

use domain::plan::{Plan, PlanAbout, Terms};
use domain::{Money, PlanId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListPlans {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanList {
    pub plans: Vec<PlanView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanView {
    pub plan: Plan,
    /// Enrollments neither ended nor still to start.
    pub members: u32,
    /// Fees and renewals captured less refunds, before tax; `None`: whoever asks is no manager.
    pub revenue: Option<Money>,
    /// Queued and not yet captured; `None` as above.
    pub waiting: Option<Money>,
    /// In the order of `plan.versions`.
    pub version_members: Vec<u32>,
    /// Whether anyone ever enrolled.
    pub ever_held: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetPlan {
    pub id: PlanId,
}

/// A new plan where `id` is none; changed terms make a new version, and nobody's held terms change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavePlan {
    #[serde(default)]
    pub id: Option<PlanId>,
    pub about: PlanAbout,
    pub terms: Terms,
    /// What changed, for the list of versions; may be empty.
    #[serde(default)]
    pub note: String,
    /// The version this edit began from; refused when somebody saved another since.
    #[serde(default)]
    pub based_on: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DuplicatePlan {
    pub id: PlanId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArchivePlan {
    pub id: PlanId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestorePlan {
    pub id: PlanId,
}
