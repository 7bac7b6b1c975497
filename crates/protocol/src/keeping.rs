//! Finding things, tasks, the log, and the health of the data.

use domain::{
    BenefitId, CustomerId, Day, EnrollmentId, GiftCardId, ItemId, LotId, PlanId, RecordId, StaffId, TicketId,
};
use serde::{Deserialize, Serialize};

/// Search over customers, plans, items and tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Search {
    pub text: String,
    /// Of each kind; default 6.
    #[serde(default)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub hits: Vec<Hit>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    pub thing: Thing,
    pub title: String,
    pub subtitle: String,
}

/// Anything that has a page or a log of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Thing {
    Practice,
    Customer(CustomerId),
    Plan(PlanId),
    Item(ItemId),
    Ticket(TicketId),
    Enrollment(EnrollmentId),
    GiftCard(GiftCardId),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListTasks {
    #[serde(default)]
    pub closed: bool,
}

/// What needs a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskView {
    /// The record that raised it.
    pub id: RecordId,
    pub on: Day,
    pub title: String,
    /// What happened, whether money moved, and what to do next.
    pub text: String,
    pub about: Vec<Thing>,
    /// What the window offers to do about it.
    #[serde(default)]
    pub next: Option<NextStep>,
    pub closed: Option<Day>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum NextStep {
    /// Bring a credit that is short back to zero.
    Settle(ShortCredit),
    /// Give money back that was taken twice.
    PayOut,
    /// Ask for money back that was given twice.
    PayIn,
    /// Bring a gift card to what should be on it.
    PutRight { card: GiftCardId },
}

/// A credit of which two sales used more than there was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShortCredit {
    pub enrollment: EnrollmentId,
    pub benefit: BenefitId,
    pub lot: LotId,
    pub customer: CustomerId,
    pub customer_name: String,
    /// `$30.00 of Service credit`
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloseTask {
    pub id: RecordId,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetLog {
    pub about: Thing,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// 1 to 1,000, default 100.
    #[serde(default)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogPage {
    /// Newest first.
    pub entries: Vec<LogEntry>,
    /// Where the page of what is older begins.
    pub next: Option<String>,
}

/// What one person of the staff did or allowed, newest first, page by page; their own, or a manager's to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetStaffLog {
    pub staff: StaffId,
    /// Where the page before ended.
    #[serde(default)]
    pub after: Option<String>,
    /// Default 50, at most 200.
    #[serde(default)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffLog {
    pub entries: Vec<StaffLogEntry>,
    /// The day this page looked back to. A page may be short, or empty, and still not be the last.
    pub back_to: Option<Day>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffLogEntry {
    #[serde(flatten)]
    pub entry: LogEntry,
    /// Whom or what it was done to: `Ana Ruiz, Gold`, `Ticket A-2087`.
    pub what: String,
    pub thing: Option<Thing>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    pub record: RecordId,
    pub on: Day,
    pub at: String,
    pub by: String,
    pub approved_by: Option<String>,
    pub desk: String,
    /// `ticket_settled.v1`.
    pub kind: String,
    /// What happened, in words.
    pub text: String,
    /// The state no longer permitted it when its turn came; it had no effect.
    pub refused: Option<String>,
}

/// Rebuilds the projections beside the live ones, compares, and verifies the chains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunDoctor {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoctorReport {
    pub healthy: bool,
    pub records: u64,
    pub desks: u32,
    /// Each in words; empty when healthy.
    pub problems: Vec<String>,
}
