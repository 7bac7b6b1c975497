use crate::op::Op;
use crate::refusal::Result;
use domain::PlanId;
use domain::plan::{PlanAbout, Terms};
use domain::record::Change;
use protocol::plans::{DuplicatePlan, PlanView};

/// Makes a new plan like another, under a name of its own; nobody's membership is touched.
pub(crate) async fn duplicate_plan(op: &mut Op<'_>, request: DuplicatePlan) -> Result<PlanView> {
    let ground = op.here.ground.clone();
    let plan = ground.plan(request.id)?;
    let mut terms: Terms = plan.current().terms.clone();
    for discount in &mut terms.discounts {
        discount.id = op.fresh();
    }
    for credit in &mut terms.credits {
        credit.id = op.fresh();
    }
    for included in &mut terms.included {
        included.id = op.fresh();
    }
    let name = (2..)
        .map(|nth| {
            if nth == 2 {
                format!("{} copy", plan.about.name)
            } else {
                format!("{} copy {nth}", plan.about.name)
            }
        })
        .find(|name| !ground.plans.values().any(|other| other.about.name.eq_ignore_ascii_case(name)))
        .unwrap_or_else(|| plan.about.name.clone());
    let about = PlanAbout { name, ..plan.about.clone() };
    let id: PlanId = op.fresh();
    let note = format!("Copied from {}", plan.about.name);
    op.write(vec![Change::PlanCreated { plan: id, about, terms: Box::new(terms), note }]).await?;
    let here = op.here.clone();
    super::view(op.conn().await?, &here, id).await
}
