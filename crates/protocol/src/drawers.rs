//! The cash drawer of a desk: opened with what is counted, closed with what is counted.

use domain::drawer::Takings;
use domain::{Day, DrawerId, Money};
use serde::{Deserialize, Serialize};

/// How this desk's drawer stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetDrawer {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerView {
    pub desk: String,
    /// `None`: it is not open.
    pub open: Option<OpenDrawerView>,
    /// What should lie in a drawer that is not open; `None` where this desk never had one.
    pub waiting: Option<Waiting>,
    /// The newest closing of this desk; its report is for everybody on the day itself.
    #[serde(default)]
    pub last_closing: Option<LastClosing>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastClosing {
    pub id: DrawerId,
    pub on: Day,
    /// The practice's wall clock.
    pub at: String,
    pub by: String,
}

/// What a drawer that is not open should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What the last closing left in it.
    pub left: Money,
    /// Cash that this desk took, less what it gave back, since then.
    pub since: Money,
}

impl Waiting {
    pub fn expected(self) -> Money {
        self.left + self.since
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDrawerView {
    pub id: DrawerId,
    pub on: Day,
    /// The practice's wall clock: `09:02`.
    pub at: String,
    pub by: String,
    pub opened_with: Money,
    /// What should lie in it now.
    pub expected: Money,
    pub takings: Takings,
    /// Oldest first.
    pub moved: Vec<CashMove>,
}

/// Cash paid in or out without a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashMove {
    pub at: String,
    pub by: String,
    /// Negative: paid out.
    pub amount: Money,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenDrawer {
    pub counted: Money,
    /// Says why, where another sum was expected.
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    In,
    Out,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveCash {
    pub way: Way,
    pub amount: Money,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloseDrawer {
    /// What the person saw as expected; another sum is refused.
    pub expected: Money,
    pub counted: Money,
    /// Stays in the drawer for the next opening.
    pub left: Money,
    /// Required where counted and expected differ.
    #[serde(default)]
    pub note: String,
}

/// The closing report of any drawer that was closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetDrawerReport {
    pub id: DrawerId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerReport {
    pub id: DrawerId,
    pub desk: String,
    pub location: String,
    pub opened_on: Day,
    pub opened_at: String,
    pub opened_by: String,
    pub opened_with: Money,
    /// What was expected when it was opened, where that was known.
    pub opened_expected: Option<Money>,
    pub opened_note: String,
    pub closed_on: Day,
    pub closed_at: String,
    pub closed_by: String,
    pub expected: Money,
    pub counted: Money,
    pub left: Money,
    pub note: String,
    pub takings: Takings,
    pub moved: Vec<CashMove>,
}

impl DrawerReport {
    /// Positive: more was counted than expected.
    pub fn difference(&self) -> Money {
        self.counted - self.expected
    }

    /// What was taken out at the closing.
    pub fn banked(&self) -> Money {
        self.counted - self.left
    }
}

/// Closed drawers of every desk, newest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ListDrawers {
    #[serde(default)]
    pub after: Option<String>,
    /// 1 to 200; 50 where it is absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerPage {
    pub rows: Vec<DrawerRow>,
    /// Names the next page; `None` at the end.
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerRow {
    pub id: DrawerId,
    pub desk: String,
    pub closed_on: Day,
    pub closed_at: String,
    pub closed_by: String,
    pub expected: Money,
    pub counted: Money,
    pub note: String,
}
