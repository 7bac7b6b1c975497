use crate::check::Check;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::practice::Category;
use domain::record::Change;
use protocol::practice::{PracticeView, SaveCategory};

/// Names a category of items, or puts it elsewhere in the order.
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
    check.done()?;
    op.write(vec![Change::CategorySaved(Category {
        id,
        name,
        order: request.order,
        archived: request.archived,
    })])
    .await?;
    super::view(&op.here.ground)
}
