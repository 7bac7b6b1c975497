use crate::op::Look;
use crate::refusal::{Refusal, Result};
use domain::record::{Change, Entity};
use domain::{CustomerId, EnrollmentId, PlanId};
use protocol::agreements::{AgreedTo, Agreement, Agreements, GetAgreements};
use store::query;

/// Everything that was agreed to about a membership, newest first.
pub(crate) async fn get_agreements(look: &mut Look<'_>, request: GetAgreements) -> Result<Agreements> {
    let mut agreements = of_enrollment(look, request.enrollment).await?;
    agreements.reverse();
    Ok(Agreements { agreements })
}

/// The same, oldest first: its records say who held it and which plan it was when each was agreed to.
pub(crate) async fn of_enrollment(look: &mut Look<'_>, id: EnrollmentId) -> Result<Vec<Agreement>> {
    let ground = look.here.ground.clone();
    let records = store::history_of(look.conn, Entity::Enrollment(id)).await?.records;
    let mut held: Option<(CustomerId, PlanId)> = None;
    let mut agreements = Vec::new();
    for record in records {
        match &record.change {
            Change::Enrolled(made) => held = Some((made.customer, made.plan)),
            Change::MembershipImported(made) => held = Some((made.customer, made.plan)),
            Change::HolderChanged { to, .. } => held = held.map(|(_, plan)| (*to, plan)),
            _ => {}
        }
        let Some((customer, before)) = held else { continue };
        let Some(agreed) = record.change.agreed() else { continue };
        let plan = agreed.plan.unwrap_or(before);
        held = Some((customer, plan));
        let to = match &record.change {
            Change::Enrolled(_) | Change::HolderChanged { .. } => AgreedTo::Membership,
            Change::PlanChanged(_) => AgreedTo::OtherPlan,
            _ => AgreedTo::OtherTerms,
        };
        let root = query::root_of(look.conn, customer).await?;
        let names = query::customers_named(look.conn, &[root]).await?;
        let picture_kept = match agreed.consent.how.picture() {
            Some(picture) => query::signed(look.conn, picture).await?.is_some(),
            None => false,
        };
        agreements.push(Agreement {
            record: record.id,
            to,
            on: record.day,
            at: ground.wall_time(record.on),
            practice: ground.practice()?.name.clone(),
            customer: root,
            customer_name: names.into_iter().next().map(|row| row.name).unwrap_or_default(),
            plan_name: ground.plan_name(plan),
            version: agreed.version,
            taken_by: ground.staff_name(record.actor.staff),
            approved_by: record.actor.approved_by.map(|staff| ground.staff_name(Some(staff))),
            how: agreed.consent.how,
            picture_kept,
            sentences: agreed.consent.shown.clone(),
        });
    }
    if held.is_none() {
        return Err(Refusal::NotFound { what: "The membership" });
    }
    Ok(agreements)
}
