//! Taking over what another program bills through the account: read, looked through, and then taken over whole.

use domain::plan::Frequency;
use domain::{CustomerId, Day, Money, PlanId};
use serde::{Deserialize, Serialize};

/// Begins to read the products, prices, customers and subscriptions of the account. Nothing is changed there, then or later.
/// How far it is comes with [`GetAdoption`]. Needs the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LookAtAccount {}

/// What would be taken over, under choices that were made so far.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GetAdoption {
    #[serde(default)]
    pub choices: AdoptionChoices,
}

/// Takes over what [`GetAdoption`] tells of under the same choices, in one transaction. Refused where that is not the same
/// any more, or where somebody is still to be chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdoptAccount {
    pub choices: AdoptionChoices,
    /// [`Adoption::memberships`] and [`Adoption::newcomers`], as they were shown.
    pub memberships: u32,
    pub newcomers: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AdoptionChoices {
    /// Customers at Stripe (`cus_`), and who they are here; `None`: somebody new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<(String, Option<CustomerId>)>,
    /// Products at Stripe (`prod_`) by how often they are charged, and what they are here; `None`: a new membership.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<(String, Frequency, Option<PlanId>)>,
    /// Customers who bring no membership are put on file too.
    #[serde(default)]
    pub everybody: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Adoption {
    pub reading: AdoptionReading,
    pub plans: Vec<AdoptedPlan>,
    /// Those to be chosen first; at most a few hundred.
    pub people: Vec<AdoptedPerson>,
    /// So many memberships come.
    pub memberships: u32,
    /// So many people are put on file, and so many are on file already.
    pub newcomers: u32,
    pub on_file: u32,
    /// So many people may be several on file, and nobody chose yet.
    pub unclear: u32,
    /// Customers who bring no membership.
    pub without: u32,
    /// Subscriptions that are known here already, and those that have ended.
    pub known: u32,
    pub ended: u32,
    /// What stays with Stripe alone; at most a few hundred.
    pub left_out: Vec<LeftOut>,
    pub left_out_count: u32,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum AdoptionReading {
    #[default]
    NotBegun,
    /// So many objects so far.
    Reading { read: u32 },
    /// Stripe said no.
    Stopped { said: String },
    /// All of it, at that time: `14:05`.
    Done { at: String },
}

/// A product at Stripe, at one frequency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdoptedPlan {
    pub product: String,
    pub frequency: Frequency,
    /// As it is called here once it is taken over.
    pub name: String,
    /// What is charged for one period, before tax that comes on top; for most of them.
    pub price: Money,
    pub memberships: u32,
    /// What it is here; `None`: a new membership.
    pub into: Option<PlanId>,
    /// What it may be: memberships here with the same frequency.
    pub may_be: Vec<(PlanId, String)>,
    /// It was taken over before.
    pub known: bool,
}

/// A customer at Stripe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdoptedPerson {
    /// `cus_`
    pub customer: String,
    pub name: String,
    pub email: String,
    pub who: AdoptedAs,
    pub memberships: Vec<AdoptedMembership>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum AdoptedAs {
    New,
    OnFile {
        id: CustomerId,
        name: String,
    },
    /// Several on file have the address.
    Unclear {
        may_be: Vec<(CustomerId, String)>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdoptedMembership {
    pub plan: String,
    pub price: Money,
    pub since: Day,
    /// The first charge that is collected here; may have come due.
    pub bills_next: Day,
    pub past_due: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// `sub_` or `cus_`
    pub id: String,
    /// Whose it is.
    pub name: String,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adopted {
    pub plans: u32,
    pub newcomers: u32,
    pub memberships: u32,
}
