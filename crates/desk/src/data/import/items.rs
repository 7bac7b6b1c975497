use super::figures::whole;
use super::{Cells, Planned, Reading};
use crate::check::Check;
use crate::ground::Ground;
use crate::op::Here;
use crate::refusal::{Refusal, Result};
use domain::item::{Item, ItemKind};
use domain::practice::Category;
use domain::record::Change;
use domain::{CategoryId, ItemId, Money};
use std::collections::BTreeMap;
use uuid::Uuid;

const MOST_MINUTES: i64 = 31 * 24 * 60;

/// New items go on sale; of those that are, only what the file says is changed: an empty cell changes nothing.
pub(super) fn plan(
    here: &Here,
    reading: &Reading<'_>,
    fresh: &mut (dyn FnMut() -> Uuid + Send),
    planned: &mut Planned,
) -> Result<()> {
    let ground = &here.ground;
    let mut categories = Categories::of(ground);
    let mut by_code: BTreeMap<String, ItemId> = BTreeMap::new();
    let mut by_name: BTreeMap<String, Vec<ItemId>> = BTreeMap::new();
    // One on sale is found before one that was archived, which stays archived: the same file twice adds nothing.
    let mut on_sale: Vec<&Item> = ground.items.values().collect();
    on_sale.sort_by_key(|item| !item.archived);
    for item in on_sale {
        by_code.extend(item.code.clone().map(|code| (code, item.id)));
        let named = by_name.entry(item.name.to_lowercase()).or_default();
        if !item.archived {
            named.retain(|id| ground.items.get(id).is_some_and(|known| !known.archived));
        }
        named.push(item.id);
    }
    let mut lines: BTreeMap<ItemId, u32> = BTreeMap::new();
    let mut archived = 0_u32;
    for cells in reading.rows() {
        let (code, name) = (cells.text("code"), cells.text("name"));
        let mut problems = Vec::new();
        let mut wrong = |key: &str, why: String| problems.push((key.to_owned(), why));
        let named = by_name.get(&name.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        // An item with another code is another item, whatever it is called.
        let same: Vec<ItemId> = named
            .iter()
            .copied()
            .filter(|id| {
                let known = ground.items.get(id).and_then(|item| item.code.as_deref());
                code.is_empty() || known.is_none_or(|known| known == code)
            })
            .collect();
        let found = match by_code.get(code).filter(|_| !code.is_empty()) {
            Some(id) => Some(*id),
            None => match same.as_slice() {
                [] => None,
                [only] => Some(*only),
                several => {
                    let count = several.len();
                    wrong(
                        "name",
                        format!("{count} items have this name. Give each a code, here and in the file."),
                    );
                    None
                }
            },
        };
        let id = found.unwrap_or_else(|| ItemId(fresh()));
        if let Some(before) = lines.insert(id, cells.row.line) {
            let key = if code.is_empty() { "name" } else { "code" };
            wrong(key, format!("Line {before} is about the same item. Keep one of the two."));
            lines.insert(id, before);
        }
        let old = found.and_then(|id| ground.items.get(&id));
        let item = item(cells, id, old, ground, &mut categories, fresh, &mut problems);
        archived += u32::from(item.archived);
        if planned.note(cells, problems) {
            continue;
        }
        by_code.extend(item.code.clone().map(|code| (code, id)));
        if found.is_none() {
            by_name.entry(item.name.to_lowercase()).or_default().push(id);
        }
        match old {
            Some(old) if *old == item => planned.unchanged += 1,
            Some(_) => {
                planned.changed += 1;
                planned.changes.push(Change::ItemSaved(item));
            }
            None => {
                planned.created += 1;
                planned.changes.push(Change::ItemSaved(item));
            }
        }
    }
    categories.add(planned);
    match archived {
        0 => {}
        1 => planned.notes.push("1 item was archived here and stays so; restore it in Items.".to_owned()),
        count => planned
            .notes
            .push(format!("{count} items were archived here and stay so; restore them in Items.")),
    }
    Ok(())
}

/// The categories there are, and those that rows name first.
struct Categories {
    known: BTreeMap<String, CategoryId>,
    new: Vec<Category>,
    order: i32,
}

impl Categories {
    fn of(ground: &Ground) -> Self {
        let known = ground.categories.iter().filter(|category| !category.archived);
        Self {
            known: known.map(|category| (category.name.to_lowercase(), category.id)).collect(),
            new: Vec::new(),
            order: ground.categories.iter().map(|category| category.order).max().unwrap_or(0),
        }
    }

    fn named(&mut self, name: &str, fresh: &mut (dyn FnMut() -> Uuid + Send)) -> CategoryId {
        if let Some(id) = self.known.get(&name.to_lowercase()) {
            return *id;
        }
        let id = CategoryId(fresh());
        self.order = self.order.saturating_add(1);
        self.known.insert(name.to_lowercase(), id);
        self.new.push(Category { id, name: name.to_owned(), order: self.order, archived: false });
        id
    }

    /// New categories that an imported item names come before the items.
    fn add(self, planned: &mut Planned) {
        let used: Vec<Category> = self
            .new
            .into_iter()
            .filter(|category| {
                planned.changes.iter().any(
                    |change| matches!(change, Change::ItemSaved(item) if item.category == Some(category.id)),
                )
            })
            .collect();
        if !used.is_empty() {
            let names: Vec<&str> = used.iter().map(|category| category.name.as_str()).collect();
            planned.notes.push(format!("Categories that are added: {}.", names.join(", ")));
        }
        planned.changes.splice(0..0, used.into_iter().map(Change::CategorySaved));
    }
}

fn item(
    cells: Cells<'_>,
    id: ItemId,
    old: Option<&Item>,
    ground: &Ground,
    categories: &mut Categories,
    fresh: &mut (dyn FnMut() -> Uuid + Send),
    problems: &mut Vec<(String, String)>,
) -> Item {
    let mut item = old.cloned().unwrap_or(Item {
        id,
        kind: ItemKind::Service,
        name: String::new(),
        code: None,
        category: None,
        price: Money::ZERO,
        tax_class: None,
        minutes: None,
        max_minutes: None,
        favourite: false,
        archived: false,
    });
    let mut check = Check::default();
    item.name = check.name("name", "The item's name", cells.text("name"));
    let code = check.line("code", "The code", cells.text("code"), 64);
    if !code.is_empty() {
        item.code = Some(code);
    }
    let mut wrong = |key: &str, why: String| problems.push((key.to_owned(), why));
    match cells.reading.figures.money(cells.text("price")) {
        Ok(price) => item.price = price,
        Err(_) if cells.text("price").is_empty() => {
            if old.is_none() {
                wrong("price", "The price is missing.".to_owned());
            }
        }
        Err(why) => wrong("price", why),
    }
    match (kind(cells.text("kind")), old) {
        (Some(Ok(kind)), Some(old)) if kind != old.kind => {
            wrong(
                "kind",
                "What kind of thing an item is stays; give the other one a code of its own.".to_owned(),
            );
        }
        (Some(Ok(kind)), _) => item.kind = kind,
        (Some(Err(why)), _) => wrong("kind", why),
        (None, _) => {}
    }
    let category = check.line("category", "The category", cells.text("category"), 60);
    if !category.is_empty() {
        item.category = Some(categories.named(&category, fresh));
    }
    let class = cells.text("tax_class");
    if !class.is_empty() {
        let mut classes = ground.tax_classes.iter().filter(|known| !known.archived);
        match classes.find(|known| known.name.to_lowercase() == class.to_lowercase()) {
            Some(known) => item.tax_class = Some(known.id),
            None => wrong("tax_class", format!("There is no tax class {class}. Add it under Taxes first.")),
        }
    }
    for (key, place) in [("minutes", &mut item.minutes), ("max_minutes", &mut item.max_minutes)] {
        let text = cells.text(key);
        if text.is_empty() {
            continue;
        }
        match whole(text) {
            Ok(minutes) if (1..=MOST_MINUTES).contains(&minutes) => *place = Some(minutes as u32),
            Ok(_) => wrong(key, "From 1 minute to 31 days.".to_owned()),
            Err(why) => wrong(key, why),
        }
    }
    if item.max_minutes.is_some() && item.kind != ItemKind::Rental {
        wrong("max_minutes", "Only a rental has a longest duration.".to_owned());
    }
    if let Err(Refusal::Invalid { problems: more }) = check.done() {
        problems.extend(more.into_iter().map(|problem| (problem.field, problem.why)));
    }
    item
}

fn kind(text: &str) -> Option<Result<ItemKind, String>> {
    let plain = text.to_lowercase().replace(['_', '-'], " ");
    Some(match plain.trim() {
        "" => return None,
        "service" | "services" | "treatment" | "appointment" | "class" => Ok(ItemKind::Service),
        "product" | "products" | "retail" | "good" | "goods" | "physical" => Ok(ItemKind::Product),
        "rental" | "rentals" | "room" | "hourly" => Ok(ItemKind::Rental),
        "gift card" | "giftcard" | "gift cards" | "voucher" => Ok(ItemKind::GiftCard),
        "fee" | "fees" => Ok(ItemKind::Fee),
        _ => Err("Write service, product, rental, gift card or fee.".to_owned()),
    })
}
