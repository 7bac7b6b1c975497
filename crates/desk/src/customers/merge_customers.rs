use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::enrollment::Enrollment;
use domain::record::Change;
use domain::{CustomerId, Day};
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
    let running = |held: Vec<Enrollment>| {
        let now = held.into_iter().map(|held| held.at(today));
        now.filter(|held| held.ended.is_none()).collect::<Vec<_>>()
    };
    let ours = running(query::enrollments_of(op.conn().await?, keep).await?);
    let theirs = running(query::enrollments_of(op.conn().await?, duplicate).await?);
    if let Some(twice) = theirs.iter().find(|held| ours.iter().any(|own| meet(own, held))) {
        return Err(Refusal::SamePlanTwice {
            name: kept.person.name,
            plan: op.here.ground.plan_name(twice.plan),
            since: twice.starts_on,
        });
    }
    let known_as = query::family_of(op.conn().await?, keep).await?;
    let merged_as = query::family_of(op.conn().await?, duplicate).await?;
    let mut changes: Vec<Change> = Vec::new();
    for side in [keep, duplicate] {
        let Some(held) = query::held_by(op.conn().await?, side).await? else { continue };
        let held = running(held.enrollments.into_iter().map(|(held, _)| held).collect());
        for change in covered_twice(&held, &known_as, &merged_as, today) {
            // What covers both is read under either of them.
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
    }
    changes.push(Change::CustomerMerged { customer: duplicate, into: keep });
    // Whatever was merged into the duplicate before follows it.
    let earlier = merged_as.into_iter().filter(|earlier| *earlier != duplicate);
    changes.extend(earlier.map(|earlier| Change::CustomerMerged { customer: earlier, into: keep }));
    op.write(changes).await?;
    let here = op.here.clone();
    super::view(op.conn().await?, &here, keep).await
}

/// Two memberships that are of one plan, or come to be.
fn meet(one: &Enrollment, other: &Enrollment) -> bool {
    let plans = |held: &Enrollment| [Some(held.plan), held.pending_terms.as_ref().map(|next| next.plan)];
    plans(one).into_iter().flatten().any(|plan| plans(other).contains(&Some(plan)))
}

/// Nobody is covered by what they hold themselves, nor paid for twice in one family.
fn covered_twice(
    held: &[Enrollment],
    known_as: &[CustomerId],
    merged_as: &[CustomerId],
    today: Day,
) -> Vec<Change> {
    let mut removed = Vec::new();
    for held in held {
        let covered = |names: &[CustomerId]| -> Vec<CustomerId> {
            let covered = held.dependents.iter().filter(|one| one.is_covered(today.max(held.starts_on)));
            covered.map(|one| one.customer).filter(|one| names.contains(one)).collect()
        };
        let (kept, merged) = (covered(known_as), covered(merged_as));
        let is_holder = known_as.contains(&held.customer) || merged_as.contains(&held.customer);
        let out = if is_holder {
            [kept, merged].concat()
        } else if kept.is_empty() {
            Vec::new()
        } else {
            merged
        };
        removed.extend(
            out.into_iter().map(|customer| Change::DependentRemoved { enrollment: held.id, customer }),
        );
    }
    removed
}
