use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::EnrollmentId;
use domain::enrollment::Enrollment;
use domain::fold::{State, fold};
use domain::record::{Change, ChargeCollected, Entity, Record};
use protocol::enrollments::ChargeReceipt;
use protocol::mail::{GetChargeReceipt, GetChargeReceiptPdf};
use protocol::receipt::{FileMade, Receipt};
use sqlx::sqlite::SqliteConnection;
use std::collections::HashSet;
use store::query;

pub(crate) async fn get_charge_receipt(
    look: &mut Look<'_>,
    request: GetChargeReceipt,
) -> Result<ChargeReceipt> {
    charge_receipt(look.conn, &look.here, request.enrollment, &request.number).await
}

/// The receipt as a file, with the words and sums that the screen shows.
pub(crate) async fn get_charge_receipt_pdf(
    look: &mut Look<'_>,
    request: GetChargeReceiptPdf,
) -> Result<FileMade> {
    let here = look.here.clone();
    let charge = charge_receipt(look.conn, &here, request.enrollment, &request.number).await?;
    let receipt = Receipt::of_charge(&charge, here.ground.practice()?);
    let name = format!("Receipt {}.pdf", receipt.number);
    // Setting type is work for a processor, and other requests are not to wait for it.
    let pdf = tokio::task::spawn_blocking(move || paper::receipt(&receipt))
        .await
        .map_err(|problem| Refusal::NoFile(problem.to_string()))?
        .map_err(|problem| Refusal::NoFile(problem.to_string()))?;
    Ok(FileMade { name, base64: BASE64_STANDARD.encode(pdf) })
}

/// The receipt of a charge, as it was when it was collected.
pub(crate) async fn charge_receipt(
    conn: &mut SqliteConnection,
    here: &Here,
    enrollment: EnrollmentId,
    number: &str,
) -> Result<ChargeReceipt> {
    let ground = &here.ground;
    let (record, charge, held) = found(conn, enrollment, number).await?;
    let holder = query::shown_as(conn, charge.customer).await?;
    let location = ground.desks.get(&record.place.desk).and_then(|desk| ground.locations.get(&desk.location));
    let period = (held.billing_date(charge.period), held.billing_date(charge.period + 1).prev());
    Ok(ChargeReceipt {
        enrollment,
        number: charge.number.to_string(),
        location_name: location.map_or_else(String::new, |at| at.name.clone()),
        location_address: location.map_or_else(String::new, |at| at.address.clone()),
        email: holder.as_ref().map_or_else(String::new, |holder| holder.email.clone()),
        on: record.day,
        at: ground.wall_time(record.on),
        staff: ground.staff_name(record.actor.staff),
        customer: holder.map_or_else(String::new, |holder| holder.name),
        what: format!("{}, {} to {}", ground.plan_name(held.plan), period.0.long(), period.1.long()),
        net: charge.total - charge.tax,
        tax: charge.tax,
        total: charge.total,
        change: charge.tenders.iter().map(|tender| tender.change).sum(),
        tenders: charge.tenders,
    })
}

/// The record of a charge that has a receipt of its own.
pub(crate) async fn charge_of(
    conn: &mut SqliteConnection,
    enrollment: EnrollmentId,
    number: &str,
) -> Result<(Record, ChargeCollected)> {
    let (record, charge, _) = found(conn, enrollment, number).await?;
    Ok((record, charge))
}

async fn found(
    conn: &mut SqliteConnection,
    enrollment: EnrollmentId,
    number: &str,
) -> Result<(Record, ChargeCollected, Enrollment)> {
    let entity = Entity::Enrollment(enrollment);
    let mut state = None;
    let mut facts = HashSet::new();
    for record in store::records_about(conn, entity).await? {
        if !record.change.touches(entity) || record.change.fact().is_some_and(|fact| !facts.insert(fact)) {
            continue;
        }
        state = Some(fold(entity, state.take(), &record).state);
        if let (Change::ChargeCollected(charge), Some(State::Enrollment(held))) = (&record.change, &state)
            && charge.ticket.is_none()
            && charge.number.to_string() == number
        {
            let (charge, held) = (charge.clone(), (**held).clone());
            return Ok((record, charge, held));
        }
    }
    Err(Refusal::NotFound { what: "The receipt" })
}
