use super::{charge_receipt, load, tenders, write};
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::record::Change;
use protocol::enrollments::{CollectRenewal, Collected};

/// Takes the oldest unpaid charge; refreshes that waited for it are granted with it.
pub(crate) async fn collect_renewal(op: &mut Op<'_>, request: CollectRenewal) -> Result<Collected> {
    let here = op.here.clone();
    let mut tried = load(op.conn().await?, request.id).await?.at(here.today);
    if let Some(ended) = tried.ended {
        return Err(domain::enrollment::Refusal::AlreadyCancelled { on: ended.on }.into());
    }
    let due =
        tried.dues(here.today).into_iter().next().ok_or_else(|| {
            Refusal::NotNow("Nothing is due for this membership. No money moved.".to_owned())
        })?;
    tenders::same_amount(&here, request.expected, due.total)?;
    let taken = tenders::taken(op, due.total, &request.tenders).await?;
    let charge = tenders::collected(op, &mut tried, &due, taken).await?;
    let enrollment = write(op, &tried, vec![Change::ChargeCollected(charge.clone())]).await?;
    let number = charge.number.to_string();
    let receipt = charge_receipt(op.conn().await?, &here, request.id, &number).await?;
    Ok(Collected { enrollment, receipt })
}
