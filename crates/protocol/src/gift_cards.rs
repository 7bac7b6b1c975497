//! Gift cards: what is left on one, all that happened to it, and the list of them.

use domain::gift_card::CardMove;
use domain::{Day, GiftCardId, Money, TicketId};
use serde::{Deserialize, Serialize};

/// One card by its code as it was typed or scanned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetGiftCard {
    #[serde(default)]
    pub code: String,
    /// The card itself rather than its code, as tasks and found things name it.
    #[serde(default)]
    pub id: Option<GiftCardId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GiftCardView {
    pub id: GiftCardId,
    /// Plain, as tenders name it; empty for who is no manager and asked for the card without knowing its code.
    pub code: String,
    /// In groups, as people read it; its end alone where `code` is empty.
    pub shown: String,
    /// Below zero where it is overdrawn.
    pub balance: Money,
    pub issued: Money,
    pub spent: Money,
    pub returned: Money,
    pub taken_back: Money,
    pub adjusted: Money,
    /// Why it may not be spent now.
    pub blocked: Option<String>,
    pub issued_on: Option<Day>,
    pub last_used: Option<Day>,
    /// Newest first.
    pub movements: Vec<CardMovement>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CardMovement {
    pub on: Day,
    /// Practice-local wall time, `14:05`.
    pub at: String,
    pub by: String,
    /// `None`: it was blocked or unblocked, and no money moved.
    pub moved: Option<CardMove>,
    /// What happened, in words.
    pub words: String,
    /// The balance behind it.
    pub left: Money,
    pub ticket: Option<TicketId>,
    /// Of the receipt: `A-2087`.
    pub number: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhichCards {
    #[default]
    All,
    /// Something is left.
    Open,
    Empty,
    Blocked,
    Overdrawn,
}

/// Newest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ListGiftCards {
    /// The last four letters of a code or the whole of it; of any length from either end for a manager. Everything
    /// where empty.
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub which: WhichCards,
    #[serde(default)]
    pub after: Option<String>,
    #[serde(default)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GiftCardPage {
    pub rows: Vec<GiftCardRow>,
    pub next: Option<String>,
    /// What is left on all cards of the practice together, whatever is listed here.
    pub liability: Money,
    /// Cards with something left.
    pub open: u32,
    /// All there are.
    pub cards: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GiftCardRow {
    pub id: GiftCardId,
    /// The end of its code: a list is no place for what can be spent.
    pub shown: String,
    pub issued: Money,
    pub balance: Money,
    pub issued_on: Option<Day>,
    pub last_used: Option<Day>,
    pub blocked: bool,
}

/// A manager puts a balance right, always with a reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdjustGiftCard {
    #[serde(default)]
    pub code: String,
    /// The card itself rather than its code, as lists name it.
    #[serde(default)]
    pub id: Option<GiftCardId>,
    /// Up, or down where it is negative; never below zero.
    pub amount: Money,
    pub reason: String,
}

/// It was lost or stolen: nobody spends it until it is unblocked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlockGiftCard {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub id: Option<GiftCardId>,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnblockGiftCard {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub id: Option<GiftCardId>,
    pub reason: String,
}
