//! Items sold across the counter.

use domain::item::{Item, ItemKind};
use domain::{CategoryId, ItemId, Money, TaxClassId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ListItems {
    /// Part of a name or code; empty for all.
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub kind: Option<ItemKind>,
    #[serde(default)]
    pub category: Option<CategoryId>,
    #[serde(default)]
    pub archived: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemList {
    pub items: Vec<ItemRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemRow {
    pub item: Item,
    pub category_name: Option<String>,
    pub tax_class_name: Option<String>,
    /// The plans whose holders alone may buy it, in words: `Gold`, `Founders (no longer sold)`. Empty: anyone.
    #[serde(default)]
    pub members_of: Vec<String>,
}

/// A new item where `id` is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveItem {
    #[serde(default)]
    pub id: Option<ItemId>,
    pub kind: ItemKind,
    pub name: String,
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub category: Option<CategoryId>,
    /// Per hour for a rental.
    pub price: Money,
    #[serde(default)]
    pub tax_class: Option<TaxClassId>,
    #[serde(default)]
    pub minutes: Option<u32>,
    #[serde(default)]
    pub max_minutes: Option<u32>,
    #[serde(default)]
    pub favourite: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArchiveItem {
    pub id: ItemId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestoreItem {
    pub id: ItemId,
}
