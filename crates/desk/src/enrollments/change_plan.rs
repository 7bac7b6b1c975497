use super::preview_change_plan::PlanChange;
use super::{charge_receipt, tenders, write};
use crate::agreements;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::Money;
use domain::record::{Change, Consent, PlanChanged};
use protocol::enrollments::{ChangePlan, ChangedPlan};

/// Takes a membership over to another plan: up now, with the old period credited by its days; down at the next billing
/// date. What is due is taken where tenders are given, and what is left of the old period goes back.
pub(crate) async fn change_plan(op: &mut Op<'_>, request: ChangePlan) -> Result<ChangedPlan> {
    let here = op.here.clone();
    let change = PlanChange::make(op.conn().await?, &here, request.id, request.plan).await?;
    if request.version != change.version() {
        let plan = here.ground.plan_name(request.plan);
        return Err(Refusal::Stale {
            what: format!("{plan} is sold under version {} now", change.version()),
        });
    }
    let due = change.due_today(&here).copied();
    tenders::same_amount(&here, request.expected_due, due.map_or(Money::ZERO, |due| due.total))?;
    tenders::same_amount(&here, request.expected_refund, change.what.refund)?;
    agreements::keep_signed(op, change.after.customer, request.consent).await?;
    let mut tried = change.after.clone();
    let mut changes = vec![Change::PlanChanged(Box::new(PlanChanged {
        enrollment: request.id,
        plan: request.plan,
        version: request.version,
        terms: here.ground.plan(request.plan)?.current().terms.clone(),
        consent: Consent { how: request.consent, shown: change.sentences(&here) },
    }))];
    let mut paid = None;
    if !request.tenders.is_empty() {
        let due = due.ok_or_else(|| Refusal::invalid("tenders", "Nothing is to be paid today."))?;
        let taken = tenders::taken(op, due.total, &request.tenders).await?;
        let charge = tenders::collected(op, &mut tried, &due, taken).await?;
        changes.push(Change::ChargeCollected(charge.clone()));
        paid = Some(charge.number.to_string());
    }
    let mut given_back = Vec::new();
    if change.what.refund.is_positive() {
        let (total, tax, cut_short) = (change.what.refund, change.what.refund_tax, change.what.cut_short);
        let refunded =
            tenders::refunded(op, &tried, total, tax, cut_short, "Change of plan: unused days").await?;
        given_back = refunded.tenders.clone();
        changes.push(Change::ChargeRefunded(refunded));
    }
    let enrollment = write(op, &tried, changes).await?;
    let receipt = match paid {
        Some(number) => Some(charge_receipt(op.conn().await?, &here, request.id, &number).await?),
        None => None,
    };
    Ok(ChangedPlan { enrollment, receipt, given_back })
}
