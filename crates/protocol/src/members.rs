//! The table of members.

use crate::enrollments::StatusView;
use domain::{CustomerId, Day, EnrollmentId, LocationId, Money, PlanId};
use serde::{Deserialize, Serialize};

/// One page of the table; every column sorts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ListMembers {
    /// Part of a name, e-mail or phone; empty for all.
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub plan: Option<PlanId>,
    #[serde(default)]
    pub version: Option<u32>,
    #[serde(default)]
    pub status: Option<StatusFilter>,
    /// Members whose plan holds at this place.
    #[serde(default)]
    pub location: Option<LocationId>,
    #[serde(default)]
    pub sort: MemberSort,
    #[serde(default)]
    pub descending: bool,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// 1 to 500, default 100.
    #[serde(default)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusFilter {
    /// Not ended: what "Members" means without a filter.
    Current,
    Active,
    Waiting,
    PastDue,
    Paused,
    Scheduled,
    Ending,
    Cancelled,
    /// Neither ended nor still to start: those that a tier counts as its members.
    Started,
    /// Those that have ended as well.
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberSort {
    #[default]
    Name,
    Plan,
    Status,
    Joined,
    NextBilling,
    Balance,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberPage {
    pub rows: Vec<MemberRow>,
    /// All that match, over every page.
    pub total: u32,
    /// Opaque; ask again with it as `after`.
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberRow {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    pub name: String,
    pub email: String,
    pub plan: PlanId,
    pub plan_name: String,
    pub version: u32,
    pub status: StatusView,
    pub joined: Day,
    pub next_billing: Option<Day>,
    /// What is owed today, tax included.
    pub balance: Money,
}

/// Everybody whom the table's filters let through, as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportMembers {
    /// Its place and page size do not count: every page is in the file.
    pub filters: ListMembers,
    /// Of those the filters let through, these alone; empty: all.
    #[serde(default)]
    pub only: Vec<EnrollmentId>,
    /// Of those, all but these.
    #[serde(default)]
    pub but: Vec<EnrollmentId>,
    pub format: ExportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// UTF-8 with a byte order mark, as spreadsheets like it; texts that a spreadsheet would take for a formula begin
    /// with an apostrophe.
    Csv,
    /// A list of objects with the columns of the CSV as names.
    Json,
}

impl ExportFormat {
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}
