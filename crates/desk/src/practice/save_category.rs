use crate::check::Check;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::practice::Category;
use domain::record::Change;
use protocol::practice::{PracticeView, SaveCategory};

/// Far beyond any list, and far from where counting on would end.
const FURTHEST: i32 = 1_000_000;

/// Names a category of items, or puts it elsewhere in the order; who stood at that place, and who is crowded by them,
/// stands one further back.
pub(crate) async fn save_category(op: &mut Op<'_>, request: SaveCategory) -> Result<PracticeView> {
    let ground = op.here.ground.clone();
    if request.id.is_some_and(|id| !ground.categories.iter().any(|known| known.id == id)) {
        return Err(Refusal::NotFound { what: "The category" });
    }
    let id = request.id.unwrap_or_else(|| op.fresh());
    let mut check = Check::default();
    let name = check.name("name", "The category's name", &request.name);
    let taken = ground
        .categories
        .iter()
        .any(|other| other.id != id && !other.archived && other.name.eq_ignore_ascii_case(&name));
    check.require("name", !taken, "Another category has that name.");
    check.require(
        "order",
        (-FURTHEST..=FURTHEST).contains(&request.order),
        "That place in the order is too far away.",
    );
    check.done()?;
    let mut others: Vec<&Category> = ground.categories.iter().filter(|other| other.id != id).collect();
    others.sort_by_key(|other| other.order);
    let mut changes =
        vec![Change::CategorySaved(Category { id, name, order: request.order, archived: request.archived })];
    let behind = others.into_iter().filter(|other| other.order >= request.order);
    for (taken, other) in (request.order..).zip(behind) {
        if other.order > taken {
            break;
        }
        changes.push(Change::CategorySaved(Category { order: taken + 1, ..other.clone() }));
    }
    op.write(changes).await?;
    super::view(&op.here.ground)
}
