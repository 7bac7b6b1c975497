use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::record::Change;
use protocol::customers::{CustomerView, MergeCustomers};
use store::query;

/// Shows everything of a duplicate under the one that is kept; nothing is lost and no money moves.
///
/// Two running memberships of the same plan stand in the way: one of them is ended first.
pub(crate) async fn merge_customers(op: &mut Op<'_>, request: MergeCustomers) -> Result<CustomerView> {
    let keep = query::root_of(op.conn().await?, request.keep).await?;
    let duplicate = query::root_of(op.conn().await?, request.duplicate).await?;
    if keep == duplicate {
        return Err(Refusal::invalid("duplicate", "These are one and the same person already."));
    }
    let kept = super::load_for_change(op.conn().await?, keep).await?;
    let merged = super::load_for_change(op.conn().await?, duplicate).await?;
    if kept.person.is_organization() != merged.person.is_organization() {
        return Err(Refusal::invalid("duplicate", "One is a person and the other an organization."));
    }
    let today = op.here.today;
    let running = |held: Vec<domain::enrollment::Enrollment>| {
        held.into_iter().filter(|held| held.at(today).ended.is_none()).collect::<Vec<_>>()
    };
    let ours = running(query::enrollments_of(op.conn().await?, keep).await?);
    let theirs = running(query::enrollments_of(op.conn().await?, duplicate).await?);
    if let Some(twice) = theirs.iter().find(|held| ours.iter().any(|own| own.plan == held.plan)) {
        return Err(Refusal::SamePlanTwice {
            name: kept.person.name,
            plan: op.here.ground.plan_name(twice.plan),
            since: twice.starts_on,
        });
    }
    let mut changes = vec![Change::CustomerMerged { customer: duplicate, into: keep }];
    // Whatever was merged into the duplicate before follows it.
    for earlier in query::family_of(op.conn().await?, duplicate).await? {
        if earlier != duplicate {
            changes.push(Change::CustomerMerged { customer: earlier, into: keep });
        }
    }
    op.write(changes).await?;
    let here = op.here.clone();
    super::view(op.conn().await?, &here, keep).await
}
