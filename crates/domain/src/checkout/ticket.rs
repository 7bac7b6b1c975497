//! What a ticket is priced from.

use super::{BenefitKey, Entitlement};
use crate::item::ItemKind;
use crate::plan::{DiscountValue, TaxMode};
use crate::{CategoryId, Day, EnrollmentId, ItemId, LineId, LocationId, Money, PlanId, Rate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Everything a price depends on; the same input gives the same quote on every desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteInput {
    pub location: LocationId,
    pub day: Day,
    /// Without a customer nobody is entitled to anything.
    pub customer_attached: bool,
    pub lines: Vec<LineInput>,
    /// The customer's enrollments by start, then id; ended and paused ones too, so that the quote can say why not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entitlements: Vec<Entitlement>,
    /// Benefits and lots to leave alone on this ticket.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub declined: BTreeSet<BenefitKey>,
    /// Benefits of which only a part is used on this ticket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lowered: Vec<Lowered>,
    /// The most money credit to use; `None`: as much as there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_limit: Option<Money>,
    /// Off the whole ticket, after every fixed amount of a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_discount: Option<ManualDiscount>,
}

/// The most of one benefit to use on a ticket, over all its lots.
///
/// What is drawn is counted: units of an included service or a booking credit, minutes, minor units of a money
/// credit. A discount draws nothing and cannot be lowered; a manual one takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lowered {
    pub key: BenefitKey,
    /// 0: none of it.
    pub most: u32,
}

/// One row of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineInput {
    pub id: LineId,
    pub item: ItemId,
    pub name: String,
    pub kind: LineKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// Each; per hour for a rental.
    pub list_price: Money,
    /// Replaces the list price before anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_override: Option<Money>,
    #[serde(default)]
    pub tax_rate: Rate,
    #[serde(default)]
    pub tax_mode: TaxMode,
    /// 1 to 9,999.
    pub qty: u32,
    /// Of each unit; rentals have one, nothing else does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// The item's longest rental; `None`: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_minutes: Option<u32>,
    /// Plans whose holders alone may buy it; empty: anyone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members_only: Vec<PlanId>,
    /// Off this line, after the percentages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manual_discount: Option<ManualDiscount>,
    /// The enrollment this line sells; only on lines of kind [`LineKind::Plan`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanSale>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What kind of thing a line sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    Service,
    Product,
    /// Priced per hour.
    Rental,
    GiftCard,
    Fee,
    /// A plan sold on this ticket: its first charge, which nothing covers or discounts.
    Plan,
}

impl LineKind {
    /// Services, products and rentals can be discounted, covered and paid from credits; nothing else can.
    pub const fn takes_benefits(self) -> bool {
        match self {
            Self::Service | Self::Product | Self::Rental => true,
            Self::GiftCard | Self::Fee | Self::Plan => false,
        }
    }

    /// Booking credits cover services and rentals, never products.
    pub const fn takes_bookings(self) -> bool {
        match self {
            Self::Service | Self::Rental => true,
            Self::Product | Self::GiftCard | Self::Fee | Self::Plan => false,
        }
    }
}

impl From<ItemKind> for LineKind {
    fn from(kind: ItemKind) -> Self {
        match kind {
            ItemKind::Service => Self::Service,
            ItemKind::Product => Self::Product,
            ItemKind::Rental => Self::Rental,
            ItemKind::GiftCard => Self::GiftCard,
            ItemKind::Fee => Self::Fee,
        }
    }
}

/// What a person at the desk took off by hand, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualDiscount {
    /// A percentage of each unit, or an amount off the line (or ticket) as a whole.
    pub value: DiscountValue,
    pub reason: String,
}

/// The plan a line sells and the enrollment it will start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSale {
    pub plan: PlanId,
    /// Number of the version of terms it is sold under.
    pub version: u32,
    pub enrollment: EnrollmentId,
}

impl LineInput {
    /// What each unit (or hour) costs on this ticket before any benefit.
    pub fn price(&self) -> Money {
        self.price_override.unwrap_or(self.list_price)
    }
}
