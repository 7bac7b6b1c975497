use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::record::Change;
use protocol::plans::{ArchivePlan, PlanView, RestorePlan};

/// Stops new enrollments; those that hold the plan keep it as it is.
pub(crate) async fn archive_plan(op: &mut Op<'_>, request: ArchivePlan) -> Result<PlanView> {
    if !op.here.ground.plan(request.id)?.archived {
        op.write(vec![Change::PlanArchived { plan: request.id }]).await?;
    }
    let here = op.here.clone();
    super::view(op.conn().await?, &here, request.id).await
}

/// Puts a plan back on sale, unless another has taken its name.
pub(crate) async fn restore_plan(op: &mut Op<'_>, request: RestorePlan) -> Result<PlanView> {
    let plan = op.here.ground.plan(request.id)?;
    let taken = op.here.ground.plans.values().any(|other| {
        other.id != plan.id && !other.archived && other.about.name.eq_ignore_ascii_case(&plan.about.name)
    });
    if taken {
        return Err(Refusal::invalid(
            "about.name",
            "Another membership has that name now; rename one of them first.",
        ));
    }
    if plan.archived {
        op.write(vec![Change::PlanRestored { plan: request.id }]).await?;
    }
    let here = op.here.clone();
    super::view(op.conn().await?, &here, request.id).await
}
