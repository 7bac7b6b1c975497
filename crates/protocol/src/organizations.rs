//! Organizations: they hold memberships for their people and pay for them by one statement.

use crate::enrollments::ChargeReceipt;
use crate::receipt::Sum;
use domain::checkout::TenderOffer;
use domain::mail::StatementKind;
use domain::practice::Practice;
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
    /// Empty where none is on file.
    pub email: String,
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
    /// Where it is paid: one for each membership on it.
    #[serde(default)]
    pub receipts: Vec<StatementReceipt>,
}

/// What shows a receipt again that a statement was paid by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementReceipt {
    pub enrollment: EnrollmentId,
    pub number: String,
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

impl StatementState {
    pub fn kind(&self) -> StatementKind {
        match self {
            Self::Forecast => StatementKind::Forecast,
            Self::Open => StatementKind::Open,
            Self::Paid { .. } => StatementKind::Paid,
        }
    }
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

/// One statement as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetStatementPdf {
    pub organization: CustomerId,
    pub on: Day,
    pub kind: StatementKind,
}

/// Everything that stands on a statement, from top to bottom: the same on the screen, on paper, in a file and in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementPaper {
    pub practice: String,
    /// `Statement, 15 March 2026`
    pub title: String,
    /// The organization, whose attention, its address, its reference; without those that are empty.
    pub to: Vec<String>,
    pub lines: Vec<Sum>,
    pub tax: Option<Sum>,
    pub total: Sum,
    /// `Paid on 15 March 2026. Receipt A-12.`
    pub note: String,
    pub people: Vec<String>,
}

impl StatementPaper {
    pub fn of(all: &Statements, one: &Statement, practice: &Practice) -> Self {
        let currency = practice.currency;
        let about = [&all.name, &all.contact, &all.address, &all.reference];
        let lines: Money = one.lines.iter().map(|line| line.amount).sum();
        let inside = if lines == one.total { "Of it tax" } else { "Tax" };
        let title = match one.state {
            StatementState::Forecast => "Statement as it will be",
            StatementState::Open | StatementState::Paid { .. } => "Statement",
        };
        Self {
            practice: practice.name.clone(),
            title: format!("{title}, {}", one.on.long()),
            to: about.into_iter().filter(|text| !text.is_empty()).cloned().collect(),
            lines: one.lines.iter().map(|line| Sum::of(line.words.clone(), line.amount, currency)).collect(),
            tax: one.tax.is_positive().then(|| Sum::of(inside, one.tax, currency)),
            total: Sum::of("Total", one.total, currency),
            note: match &one.state {
                StatementState::Paid { on, receipts } => {
                    format!("Paid on {}. Receipt {}.", on.long(), receipts.join(", "))
                }
                StatementState::Open => "To be paid.".to_owned(),
                StatementState::Forecast => "If nobody joins or leaves before.".to_owned(),
            },
            people: one.people.clone(),
        }
    }
}
