use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::ItemId;
use domain::item::Item;
use domain::record::Change;
use protocol::items::{ArchiveItem, ItemRow, RestoreItem};

/// Takes an item off sale; plans that name it keep naming it.
pub(crate) async fn archive_item(op: &mut Op<'_>, request: ArchiveItem) -> Result<ItemRow> {
    put_away(op, request.id, true).await
}

/// Puts an item back on sale, unless another has taken its code.
pub(crate) async fn restore_item(op: &mut Op<'_>, request: RestoreItem) -> Result<ItemRow> {
    let item = op.here.ground.item(request.id)?;
    let taken = op.here.ground.items.values().find(|other| {
        other.id != item.id && !other.archived && other.code.is_some() && other.code == item.code
    });
    if let Some(other) = taken {
        return Err(Refusal::invalid(
            "code",
            format!("{} has its code now; change that one first.", other.name),
        ));
    }
    put_away(op, request.id, false).await
}

async fn put_away(op: &mut Op<'_>, id: ItemId, archived: bool) -> Result<ItemRow> {
    let item = Item { archived, ..op.here.ground.item(id)?.clone() };
    op.write(vec![Change::ItemSaved(item.clone())]).await?;
    let ground = op.here.ground.clone();
    let held = super::held_terms(op.conn().await?, &ground).await?;
    Ok(super::row(&ground, &held, item))
}
