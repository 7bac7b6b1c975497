//! Items sold across the counter.

mod archive_item;
mod save_item;

pub(crate) use archive_item::{archive_item, restore_item};
pub(crate) use save_item::save_item;

use crate::ground::Ground;
use domain::item::Item;
use protocol::items::{ItemList, ItemRow, ListItems};

/// Favourites first, then by name.
pub(crate) fn list_items(ground: &Ground, request: &ListItems) -> ItemList {
    let text = request.text.trim().to_lowercase();
    let mut items: Vec<ItemRow> = ground
        .items
        .values()
        .filter(|item| item.archived == request.archived)
        .filter(|item| request.kind.is_none_or(|kind| item.kind == kind))
        .filter(|item| request.category.is_none() || item.category == request.category)
        .filter(|item| {
            text.is_empty()
                || item.name.to_lowercase().contains(&text)
                || item.code.as_ref().is_some_and(|code| code.to_lowercase().starts_with(&text))
        })
        .map(|item| row(ground, item.clone()))
        .collect();
    items.sort_by_cached_key(|row| (!row.item.favourite, row.item.name.to_lowercase()));
    ItemList { items }
}

fn row(ground: &Ground, item: Item) -> ItemRow {
    let category_name = ground
        .categories
        .iter()
        .find(|category| Some(category.id) == item.category)
        .map(|category| category.name.clone());
    let tax_class_name = ground
        .tax_classes
        .iter()
        .find(|class| Some(class.id) == item.tax_class)
        .map(|class| class.name.clone());
    ItemRow { item, category_name, tax_class_name }
}
