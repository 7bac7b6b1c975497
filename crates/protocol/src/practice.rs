//! The practice, and who is at the desk.

use domain::practice::{Category, CustomerWord, DeskAbout, Location, Practice, Role, TaxClass};
use domain::{CategoryId, Currency, Day, LocationId, StaffId, TaxClassId};
use serde::{Deserialize, Serialize};

/// The last step of the guide: one location, one owner, signed in afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetUpPractice {
    pub name: String,
    pub currency: Currency,
    pub time_zone: String,
    #[serde(default)]
    pub customer_word: CustomerWord,
    pub location_name: String,
    pub desk_name: String,
    pub owner_name: String,
    /// 4 to 8 digits.
    pub owner_pin: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WhoAmI {}

/// Somebody is at the desk, though they asked for nothing: they type, and the desk does not lock meanwhile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StillHere {}

/// Where the desk stands: whose practice, and whether someone is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Door {
    /// `None` before the guide is finished.
    pub practice: Option<Practice>,
    pub session: Option<Session>,
    /// Who can sign in here.
    pub staff: Vec<StaffView>,
}

/// Who is signed in, where, and what day it is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub staff: StaffView,
    pub location: Location,
    pub desk: DeskAbout,
    pub practice: Practice,
    /// Today in the practice's time zone.
    pub today: Day,
    pub open_tasks: u32,
    /// The cash drawer of this desk.
    pub drawer: DrawerStands,
    /// Effects that are owed to the outside and not through yet.
    pub waiting: u32,
    /// Effects that the outside refused.
    #[serde(default)]
    pub refused: u32,
    /// Memberships whose renewal is late.
    #[serde(default)]
    pub past_due: u32,
    /// Memberships that wait for their first payment.
    #[serde(default)]
    pub unpaid: u32,
    #[serde(default)]
    pub way_out: WayOut,
    /// The same of Stripe.
    #[serde(default)]
    pub stripe_out: WayOut,
}

/// How the mail server was found when it was last spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayOut {
    /// Nothing is set up to go out, or nothing was sent since the program began.
    #[default]
    Untried,
    Reached,
    NotReached,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawerStands {
    /// This desk counts no drawer, or not yet.
    Never,
    Open,
    Closed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffView {
    pub id: StaffId,
    pub name: String,
    pub role: Role,
    pub archived: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignIn {
    pub staff: StaffId,
    pub pin: String,
}

/// Leaves the desk locked, also after idle minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignOut {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChooseLocation {
    pub location: LocationId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListTimeZones {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetPractice {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PracticeView {
    pub practice: Practice,
    pub locations: Vec<Location>,
    pub tax_classes: Vec<TaxClass>,
    pub categories: Vec<Category>,
    pub staff: Vec<StaffView>,
    pub desks: Vec<DeskAbout>,
}

/// Everything but the currency and the time zone, which are for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavePractice {
    pub name: String,
    pub customer_word: CustomerWord,
    pub receipt: domain::practice::ReceiptText,
    pub lock_after_minutes: u32,
    pub refund_limit: domain::Money,
    /// What the front desk may take off by hand, of list prices.
    pub discount_limit: domain::Rate,
    /// So many days bought money credit lives on after the end of a membership that begins from now on; 0 to 3,660.
    #[serde(default)]
    pub credit_outlives_days: u32,
    /// Stands above receipts; stored before with `store_image`.
    #[serde(default)]
    pub logo: Option<String>,
}

/// A new location where `id` is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveLocation {
    #[serde(default)]
    pub id: Option<LocationId>,
    pub name: String,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub tax_mode: domain::plan::TaxMode,
    #[serde(default)]
    pub tax_rates: std::collections::BTreeMap<TaxClassId, domain::Rate>,
    #[serde(default)]
    pub archived: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveTaxClass {
    #[serde(default)]
    pub id: Option<TaxClassId>,
    pub name: String,
    #[serde(default)]
    pub archived: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveCategory {
    #[serde(default)]
    pub id: Option<CategoryId>,
    pub name: String,
    #[serde(default)]
    pub order: i32,
    #[serde(default)]
    pub archived: bool,
}

/// A new person needs a PIN; an edit without one keeps the old.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveStaff {
    #[serde(default)]
    pub id: Option<StaffId>,
    pub name: String,
    pub role: Role,
    #[serde(default)]
    pub pin: Option<String>,
    #[serde(default)]
    pub archived: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveDesk {
    pub name: String,
    /// 1 to 6 capital letters or digits; stands before receipt numbers.
    pub code: String,
    /// Where the desk stands; where it is absent, where whoever asks is signed in.
    #[serde(default)]
    pub location: Option<LocationId>,
}
