use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::item::{Item, ItemKind};
use domain::record::Change;
use protocol::items::{ItemRow, SaveItem};

/// The longest a service takes or a rental lasts: 31 days.
const MOST_MINUTES: u32 = 31 * 24 * 60;

/// Puts an item on sale or changes one; tickets already settled keep what they were sold at.
pub(crate) async fn save_item(op: &mut Op<'_>, request: SaveItem) -> Result<ItemRow> {
    let ground = op.here.ground.clone();
    let before = request.id.map(|id| ground.item(id)).transpose()?;
    let id = request.id.unwrap_or_else(|| op.fresh());
    let mut check = Check::default();
    let name = check.name("name", "The item's name", &request.name);
    check.price("price", "The price", request.price);
    let code = request
        .code
        .as_deref()
        .map(|code| check.line("code", "The code", code, 64))
        .filter(|code| !code.is_empty());
    if let Some(code) = &code {
        let other = ground
            .items
            .values()
            .find(|other| other.id != id && !other.archived && other.code.as_deref() == Some(code.as_str()));
        if let Some(other) = other {
            check.wrong("code", format!("{} has the code {code} already.", other.name));
        }
    }
    if let Some(category) = request.category {
        let known = ground.categories.iter().any(|known| known.id == category && !known.archived);
        check.require("category", known, "That category is not here any more.");
    }
    if let Some(class) = request.tax_class {
        let known = ground.tax_classes.iter().any(|known| known.id == class && !known.archived);
        check.require("tax_class", known, "That tax class is not here any more.");
    }
    let fits = |minutes: Option<u32>| minutes.is_none_or(|minutes| (1..=MOST_MINUTES).contains(&minutes));
    check.require("minutes", fits(request.minutes), "The duration is from 1 minute to 31 days.");
    check.require(
        "max_minutes",
        fits(request.max_minutes),
        "The longest rental is from 1 minute to 31 days.",
    );
    check.require(
        "max_minutes",
        request.max_minutes.is_none() || request.kind == ItemKind::Rental,
        "Only a rental has a longest duration.",
    );
    check.require(
        "kind",
        before.is_none_or(|before| before.kind == request.kind),
        "What kind of thing an item is stays; add another item instead.",
    );
    check.done()?;
    let item = Item {
        id,
        kind: request.kind,
        name,
        code,
        category: request.category,
        price: request.price,
        tax_class: request.tax_class,
        minutes: request.minutes,
        max_minutes: request.max_minutes,
        favourite: request.favourite,
        archived: before.is_some_and(|before| before.archived),
    };
    op.write(vec![Change::ItemSaved(item.clone())]).await?;
    let ground = op.here.ground.clone();
    let held = super::held_terms(op.conn().await?, &ground).await?;
    Ok(super::row(&ground, &held, item))
}
