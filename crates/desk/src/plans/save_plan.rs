use super::terms;
use crate::check::Check;
use crate::images;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::PlanId;
use domain::record::Change;
use protocol::plans::{PlanView, SavePlan};

/// Makes a plan, or describes one anew and, where its terms changed, adds a version that new enrollments get.
pub(crate) async fn save_plan(op: &mut Op<'_>, request: SavePlan) -> Result<PlanView> {
    let ground = op.here.ground.clone();
    let before = request.id.map(|id| ground.plan(id)).transpose()?;
    let mut check = Check::default();
    let about = terms::about(&mut check, &ground, &request.about);
    terms::terms(&mut check, &ground, &request.terms);
    let note = check.text("note", "The note", &request.note, 500);
    let taken = ground.plans.values().any(|other| {
        Some(other.id) != request.id && !other.archived && other.about.name.eq_ignore_ascii_case(&about.name)
    });
    check.require("about.name", !taken, "Another membership has that name.");
    let image_before = before.and_then(|plan| plan.about.image.as_deref());
    if let Some(hash) = about.image.as_deref().filter(|hash| image_before != Some(hash)) {
        let kept = images::known(op.conn().await?, hash).await?;
        check.require("about.image", kept, "The picture is not here any more. Choose it again.");
    }
    check.done()?;
    let id = request.id.unwrap_or_else(|| op.fresh::<PlanId>());
    let mut changes = Vec::new();
    match before {
        None => {
            changes.push(Change::PlanCreated { plan: id, about, terms: Box::new(request.terms), note });
        }
        Some(plan) => {
            if request.based_on.is_some_and(|version| version != plan.current().number) {
                return Err(Refusal::Stale { what: format!("{} has a newer version", plan.about.name) });
            }
            if plan.about != about {
                changes.push(Change::PlanDescribed { plan: id, about });
            }
            if plan.current().terms != request.terms {
                changes.push(Change::PlanVersioned { plan: id, terms: Box::new(request.terms), note });
            }
        }
    }
    if !changes.is_empty() {
        op.write(changes).await?;
    }
    let here = op.here.clone();
    super::view(op.conn().await?, &here, id).await
}
