//! What is sold across the counter.

use crate::{CategoryId, ItemId, Money, TaxClassId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    Service,
    Product,
    /// Priced per hour.
    Rental,
    GiftCard,
    Fee,
}

impl ItemKind {
    pub const ALL: [Self; 5] = [Self::Service, Self::Product, Self::Rental, Self::GiftCard, Self::Fee];

    /// Services, products and rentals can be discounted, covered and paid from credits; gift cards and fees never.
    pub fn takes_benefits(self) -> bool {
        match self {
            Self::Service | Self::Product | Self::Rental => true,
            Self::GiftCard | Self::Fee => false,
        }
    }
}

/// Something sold: its price is per hour for a rental, the suggested value for a gift card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub id: ItemId,
    pub kind: ItemKind,
    pub name: String,
    /// What a scanner reads or a person types; unique among items in use.
    pub code: Option<String>,
    pub category: Option<CategoryId>,
    pub price: Money,
    /// `None`: untaxed everywhere.
    pub tax_class: Option<TaxClassId>,
    /// How long a service usually takes; shown, never priced.
    pub minutes: Option<u32>,
    /// The longest rental; `None`: no limit.
    pub max_minutes: Option<u32>,
    pub favourite: bool,
    pub archived: bool,
}

/// Which items a benefit speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemFilter {
    #[default]
    All,
    Only(ItemSet),
    Except(ItemSet),
}

/// Items named one by one or by whole category.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ItemSet {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<CategoryId>,
}

impl ItemSet {
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.categories.is_empty()
    }

    pub fn holds(&self, item: ItemId, category: Option<CategoryId>) -> bool {
        self.items.contains(&item) || category.is_some_and(|category| self.categories.contains(&category))
    }
}

impl ItemFilter {
    pub fn accepts(&self, item: ItemId, category: Option<CategoryId>) -> bool {
        match self {
            Self::All => true,
            Self::Only(set) => set.holds(item, category),
            Self::Except(set) => !set.holds(item, category),
        }
    }
}
