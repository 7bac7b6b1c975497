use super::preview_enroll::same_plan_elsewhere;
use super::preview_update_terms::what_holds;
use super::{load, person, write};
use crate::agreements;
use crate::check::Check;
use crate::ground::Ground;
use crate::op::{Look, Op};
use crate::refusal::Result;
use domain::Day;
use domain::enrollment::Enrollment;
use domain::record::{Change, Consent};
use protocol::enrollments::{ChangeHolder, EnrollmentView, HolderPreview, PreviewChangeHolder};

/// What a family member agrees to who takes over as the holder.
pub(crate) async fn preview_change_holder(
    look: &mut Look<'_>,
    request: PreviewChangeHolder,
) -> Result<HolderPreview> {
    let here = look.here.clone();
    let mut tried = load(look.conn, request.id).await?.at(here.today);
    let to = person(look.conn, request.to).await?.id;
    tried.change_holder(here.today, to)?;
    Ok(HolderPreview { sentences: sentences(&here.ground, here.today, &tried) })
}

/// Makes a family member the holder, who agrees to pay from now on; the lots stay with the membership.
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
    agreements::keep_signed(op, to, request.consent).await?;
    let shown = sentences(&here.ground, here.today, &tried);
    let consent = Some(Box::new(Consent { how: request.consent, shown }));
    let version = Some(tried.version);
    let change = Change::HolderChanged { enrollment: request.id, from, to, reason, version, consent };
    write(op, &tried, vec![change]).await
}

fn sentences(ground: &Ground, today: Day, after: &Enrollment) -> Vec<String> {
    let plan = ground.plan_name(after.plan);
    let mut said = vec![format!(
        "{plan}, version {}, is held and paid for by you from {} on.",
        after.version,
        today.long()
    )];
    said.extend(what_holds(ground, today, after, &after.terms));
    said
}
