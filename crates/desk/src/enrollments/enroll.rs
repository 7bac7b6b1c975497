use super::preview_enroll::{Asked, Offer};
use super::{charge_receipt, pays_by, tenders, write};
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use crate::{agreements, stripe};
use domain::EnrollmentId;
use domain::record::Change;
use protocol::enrollments::{Enroll, Enrolled};

/// Enrolls a customer, with the sentences they agreed to; takes the first charge where tenders are given.
pub(crate) async fn enroll(op: &mut Op<'_>, request: Enroll) -> Result<Enrolled> {
    let here = op.here.clone();
    let id: EnrollmentId = op.fresh();
    let asked = Asked {
        customer: request.customer,
        plan: request.plan,
        start: request.start,
        pays: pays_by(request.pays),
        seats: request.seats,
        people: &request.people,
    };
    let mut offer = Offer::make(op.conn().await?, &here, id, asked).await?;
    if request.tenders.is_empty() {
        let card = stripe::card_of(op.conn().await?, &here.ground, here.today, request.customer).await?;
        offer.trust_where(card.is_some(), here.today);
    }
    let mut tried = offer.enrollment.clone();
    offer.same_version(&here.ground, request.version)?;
    agreements::keep_signed(op, request.customer, request.consent).await?;
    let mut changes = vec![offer.agreed_to(&here.ground, request.consent)];
    let mut paid = None;
    if !request.tenders.is_empty() {
        let due = *offer.first_charge().filter(|_| request.start == here.today).ok_or_else(|| {
            Refusal::invalid("tenders", "Nothing is charged before the start, or there is nothing to pay.")
        })?;
        let taken = tenders::taken(op, due.total, &request.tenders).await?;
        let charge = tenders::collected(op, &mut tried, &due, taken).await?;
        changes.push(Change::ChargeCollected(charge.clone()));
        paid = Some(charge.number.to_string());
    }
    let enrollment = write(op, &tried, changes).await?;
    let receipt = match paid {
        Some(number) => Some(charge_receipt(op.conn().await?, &here, id, &number).await?),
        None => None,
    };
    Ok(Enrolled { enrollment, receipt })
}
