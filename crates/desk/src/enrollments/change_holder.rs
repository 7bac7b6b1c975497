use super::preview_enroll::same_plan_elsewhere;
use super::{load, person, write};
use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::record::Change;
use protocol::enrollments::{ChangeHolder, EnrollmentView};

/// Makes a family member the holder, who pays from now on; the lots stay with the membership.
pub(crate) async fn change_holder(op: &mut Op<'_>, request: ChangeHolder) -> Result<EnrollmentView> {
    let here = op.here.clone();
    let mut tried = load(op.conn().await?, request.id).await?.at(here.today);
    let from = tried.customer;
    let to = person(op.conn().await?, request.to).await?.id;
    let mut check = Check::default();
    let reason = check.line("reason", "The reason", &request.reason, 200);
    check.done()?;
    tried.change_holder(here.today, to)?;
    let plan = here.ground.plan(tried.plan)?.clone();
    same_plan_elsewhere(op.conn().await?, &here, to, &plan, here.today, Some(request.id)).await?;
    let change = Change::HolderChanged { enrollment: request.id, from, to, reason };
    write(op, &tried, vec![change]).await
}
