//! The practice itself: its places, its people, its taxes and its words.

use crate::mail::MailSettings;
use crate::plan::TaxMode;
use crate::stripe::StripeSettings;
use crate::{CategoryId, Currency, Day, DeskId, LocationId, Money, Rate, StaffId, TaxClassId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The business as a whole: one currency and one time zone, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    pub name: String,
    pub currency: Currency,
    /// IANA name, e.g. `America/New_York`.
    pub time_zone: String,
    pub customer_word: CustomerWord,
    pub receipt: ReceiptText,
    /// The program locks after this many idle minutes, 1 to 240.
    pub lock_after_minutes: u32,
    /// A front-desk refund above this needs a manager.
    pub refund_limit: Money,
    /// What the front desk may take off by hand, of list prices, on a line and on a ticket; more needs a manager.
    #[serde(default = "ten_percent")]
    pub discount_limit: Rate,
    /// So many days bought money credit lives on after the end of a membership that begins from now on; 0 to 3,660.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub credit_outlives_days: u32,
    /// Stands above receipts: the hash of a kept picture, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// A made-up practice: nothing in it is ever charged.
    pub demo: bool,
    /// `None`: nothing is sent by e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailSettings>,
    /// `None`: nothing is charged to cards by this program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stripe: Option<StripeSettings>,
}

pub(crate) fn is_zero(days: &u32) -> bool {
    *days == 0
}

/// What a new practice lets the front desk take off by hand, and one from before there was a limit.
pub const fn ten_percent() -> Rate {
    Rate::percent(10)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerWord {
    #[default]
    Patient,
    Customer,
    Client,
    Guest,
}

impl CustomerWord {
    pub const ALL: [Self; 4] = [Self::Patient, Self::Customer, Self::Client, Self::Guest];

    pub fn one(self) -> &'static str {
        match self {
            Self::Patient => "Patient",
            Self::Customer => "Customer",
            Self::Client => "Client",
            Self::Guest => "Guest",
        }
    }

    pub fn many(self) -> &'static str {
        match self {
            Self::Patient => "Patients",
            Self::Customer => "Customers",
            Self::Client => "Clients",
            Self::Guest => "Guests",
        }
    }
}

/// What stands above and below every receipt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReceiptText {
    pub header: String,
    pub footer: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    pub id: LocationId,
    pub name: String,
    pub address: String,
    pub tax_mode: TaxMode,
    /// A class without a rate here is untaxed here.
    pub tax_rates: BTreeMap<TaxClassId, Rate>,
    pub archived: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxClass {
    pub id: TaxClassId,
    pub name: String,
    pub archived: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub name: String,
    /// Place in lists, lowest first.
    pub order: i32,
    pub archived: bool,
}

/// One installed program at one counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskAbout {
    pub id: DeskId,
    pub name: String,
    /// Stands before this desk's dense receipt numbers.
    pub code: String,
    pub location: LocationId,
}

/// What a person may do; each role may do all that the one before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    FrontDesk,
    Manager,
    Owner,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::FrontDesk, Self::Manager, Self::Owner];

    pub fn words(self) -> &'static str {
        match self {
            Self::FrontDesk => "Front desk",
            Self::Manager => "Manager",
            Self::Owner => "Owner",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    pub id: StaffId,
    pub name: String,
    pub role: Role,
    /// Argon2id in PHC form; never leaves the desk's own database.
    pub pin_hash: String,
    pub since: Day,
    pub archived: bool,
}
