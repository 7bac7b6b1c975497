use crate::check::Check;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::practice::TaxClass;
use domain::record::Change;
use protocol::practice::{PracticeView, SaveTaxClass};

/// Names a class of tax; its rate is each location's own.
pub(crate) async fn save_tax_class(op: &mut Op<'_>, request: SaveTaxClass) -> Result<PracticeView> {
    let ground = op.here.ground.clone();
    if request.id.is_some_and(|id| !ground.tax_classes.iter().any(|known| known.id == id)) {
        return Err(Refusal::NotFound { what: "The tax class" });
    }
    let id = request.id.unwrap_or_else(|| op.fresh());
    let mut check = Check::default();
    let name = check.name("name", "The tax class's name", &request.name);
    let taken = ground
        .tax_classes
        .iter()
        .any(|other| other.id != id && !other.archived && other.name.eq_ignore_ascii_case(&name));
    check.require("name", !taken, "Another tax class has that name.");
    let used = ground.items.values().filter(|item| !item.archived && item.tax_class == Some(id)).count();
    if request.archived && used > 0 {
        check.wrong("archived", format!("{used} items still use this tax class."));
    }
    check.done()?;
    op.write(vec![Change::TaxClassSaved(TaxClass { id, name, archived: request.archived })]).await?;
    super::view(&op.here.ground)
}
