//! Organizations: they hold memberships for their people and pay for them by one statement.

use crate::enrollments::ChargeReceipt;
use domain::checkout::TenderOffer;
use domain::{CustomerId, Day, EnrollmentId, Money};
use serde::{Deserialize, Serialize};

/// Organizations by name, a page at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListOrganizations {
    /// A part of the name, the contact's e-mail or phone; empty lists all.
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub after: Option<String>,
    #[serde(default)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationPage {
    pub rows: Vec<OrganizationRow>,
    pub next: Option<String>,
    /// All there are.
    pub organizations: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationRow {
    pub id: CustomerId,
    pub name: String,
    pub contact: String,
    pub email: String,
    /// Current memberships: `Gold`, `Gold, Sauna Club`.
    pub plans: String,
    /// In seats of current memberships.
    pub people: u32,
    /// As many as can be; `None` where the terms alone say so.
    pub seats: Option<u32>,
    pub owed: Money,
    pub next_billing: Option<Day>,
}

/// What an organization pays and paid: everything that falls on one day stands on one statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetStatements {
    pub organization: CustomerId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statements {
    pub organization: CustomerId,
    pub name: String,
    pub contact: String,
    pub address: String,
    pub reference: String,
    pub owed: Money,
    /// Newest first; the first is the forecast of the next one, where there will be one.
    pub statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub on: Day,
    pub state: StatementState,
    pub lines: Vec<StatementLine>,
    /// Tax included.
    pub total: Money,
    pub tax: Money,
    /// Who was in a seat on that day.
    pub people: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum StatementState {
    /// As it will be if nobody joins or leaves.
    Forecast,
    Open,
    Paid {
        on: Day,
        /// `A-12`, `A-13`.
        receipts: Vec<String>,
    },
}

/// One sum on a statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementLine {
    pub enrollment: EnrollmentId,
    /// `Gold, 15 Mar to 14 Apr`, `3 people at $40.00`, `Ben Ode, from 25 Mar`.
    pub words: String,
    /// As the terms state prices: without tax that comes on top.
    pub amount: Money,
}

/// Takes everything on the oldest open statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollectStatement {
    pub organization: CustomerId,
    pub on: Day,
    /// What the person at the desk saw; refused when it is another amount by now.
    pub expected: Money,
    pub tenders: Vec<TenderOffer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementPaid {
    /// One for each membership on it.
    pub receipts: Vec<ChargeReceipt>,
    pub statements: Statements,
}
