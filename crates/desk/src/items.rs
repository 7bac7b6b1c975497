//! Items sold across the counter.

mod archive_item;
mod members_only;
mod save_item;

pub(crate) use archive_item::{archive_item, restore_item};
pub(crate) use members_only::{HeldTerms, Keeper, former_terms_matter, held_terms, keepers};
pub(crate) use save_item::save_item;

use crate::ground::Ground;
use crate::op::Look;
use crate::refusal::Result;
use domain::item::Item;
use protocol::items::{ItemList, ItemRow, ListItems};

/// Favourites first, then by name.
pub(crate) async fn list_items(look: &mut Look<'_>, request: ListItems) -> Result<ItemList> {
    let ground = &*look.here.ground;
    let held = held_terms(look.conn, ground).await?;
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
        .map(|item| row(ground, &held, item.clone()))
        .collect();
    items.sort_by_cached_key(|row| (!row.item.favourite, row.item.name.to_lowercase()));
    Ok(ItemList { items })
}

fn row(ground: &Ground, held: &HeldTerms, item: Item) -> ItemRow {
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
    let members_of = keepers(ground, held, &item).iter().map(Keeper::words).collect();
    ItemRow { item, category_name, tax_class_name, members_of }
}
