use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use crate::tickets::receipt_file;
use domain::enrollment::Enrollment;
use domain::fold::{State, fold};
use domain::record::{Change, ChargeCollected, ChargeRefunded, Entity, ReceiptNumber, Record};
use domain::{CustomerId, EnrollmentId};
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
    receipt_file(look.conn, receipt).await
}

/// The receipt of a charge, as it was when it was collected, or of what was given back.
pub(crate) async fn charge_receipt(
    conn: &mut SqliteConnection,
    here: &Here,
    enrollment: EnrollmentId,
    number: &str,
) -> Result<ChargeReceipt> {
    let ground = &here.ground;
    let Found { record, held, moved } = found(conn, enrollment, number).await?;
    let holder = query::shown_as(conn, moved.customer()).await?;
    let location = ground.desks.get(&record.place.desk).and_then(|desk| ground.locations.get(&desk.location));
    let plan = ground.plan_name(held.plan);
    let what = match &moved {
        Moved::Taken(charge) => {
            let (first, next) = (held.billing_date(charge.period), held.billing_date(charge.period + 1));
            format!("{plan}, {} to {}", first.long(), next.prev().long())
        }
        Moved::GivenBack(charge) if charge.cut_short.is_some() => format!("Unused days before {plan}"),
        Moved::GivenBack(_) => format!("{plan}, unused days"),
    };
    let given_back = matches!(moved, Moved::GivenBack(_));
    let (total, tax, tenders) = match moved {
        Moved::Taken(charge) => (charge.total, charge.tax, charge.tenders),
        Moved::GivenBack(charge) => (charge.total, charge.tax, charge.tenders),
    };
    Ok(ChargeReceipt {
        enrollment,
        number: number.to_owned(),
        given_back,
        location_name: location.map_or_else(String::new, |at| at.name.clone()),
        location_address: location.map_or_else(String::new, |at| at.address.clone()),
        email: holder.as_ref().map_or_else(String::new, |holder| holder.email.clone()),
        on: record.day,
        at: ground.wall_time(record.on),
        staff: ground.staff_name(record.actor.staff),
        customer: holder.map_or_else(String::new, |holder| holder.name),
        what,
        net: total - tax,
        tax,
        total,
        change: tenders.iter().map(|tender| tender.change).sum(),
        tenders,
    })
}

/// Whose charge has a receipt of its own under this number, and the number as it was given.
pub(crate) async fn charge_of(
    conn: &mut SqliteConnection,
    enrollment: EnrollmentId,
    number: &str,
) -> Result<(CustomerId, ReceiptNumber)> {
    let moved = found(conn, enrollment, number).await?.moved;
    Ok((moved.customer(), moved.number().clone()))
}

/// Money that a record moved, with a receipt of its own.
enum Moved {
    Taken(ChargeCollected),
    GivenBack(ChargeRefunded),
}

impl Moved {
    /// What a ticket took or gave back stands on that ticket.
    fn by(change: &Change) -> Option<Self> {
        match change {
            Change::ChargeCollected(charge) if charge.ticket.is_none() => Some(Self::Taken(charge.clone())),
            Change::ChargeRefunded(charge) if charge.ticket.is_none() || !charge.tenders.is_empty() => {
                Some(Self::GivenBack(charge.clone()))
            }
            _ => None,
        }
    }

    fn customer(&self) -> CustomerId {
        match self {
            Self::Taken(charge) => charge.customer,
            Self::GivenBack(charge) => charge.customer,
        }
    }

    fn number(&self) -> &ReceiptNumber {
        match self {
            Self::Taken(charge) => &charge.number,
            Self::GivenBack(charge) => &charge.number,
        }
    }
}

struct Found {
    record: Record,
    /// As it stood right after.
    held: Enrollment,
    moved: Moved,
}

async fn found(conn: &mut SqliteConnection, enrollment: EnrollmentId, number: &str) -> Result<Found> {
    let entity = Entity::Enrollment(enrollment);
    let mut state = None;
    let mut facts = HashSet::new();
    for record in store::records_about(conn, entity).await? {
        if !record.change.touches(entity) || record.change.fact().is_some_and(|fact| !facts.insert(fact)) {
            continue;
        }
        state = Some(fold(entity, state.take(), &record).state);
        if let (Some(moved), Some(State::Enrollment(held))) = (Moved::by(&record.change), &state)
            && moved.number().to_string() == number
        {
            let held = (**held).clone();
            return Ok(Found { record, held, moved });
        }
    }
    Err(Refusal::NotFound { what: "The receipt" })
}
