//! Memberships: enrolling, collecting, pausing, leaving, and the credits in between.

mod add_dependent;
mod adjust_credit;
mod cancel_at_period_end;
mod cancel_now;
mod change_holder;
mod change_plan;
mod charge_receipt;
mod collect_renewal;
mod enroll;
mod extend_lot;
mod give_goodwill;
mod keep_terms;
mod limit_seats;
mod pause_enrollment;
mod pause_seat;
mod preview_cancel_now;
mod preview_change_plan;
mod preview_enroll;
mod preview_update_terms;
mod refresh_credits;
mod remove_dependent;
mod resume_enrollment;
mod settle_overdraft;
mod settle_trust;
mod tell;
pub(crate) mod tenders;
mod undo_cancel;
mod update_terms;

pub(crate) use add_dependent::add_dependent;
pub(crate) use adjust_credit::adjust_credit;
pub(crate) use cancel_at_period_end::cancel_at_period_end;
pub(crate) use cancel_now::cancel_now;
pub(crate) use change_holder::{change_holder, preview_change_holder};
pub(crate) use change_plan::change_plan;
pub(crate) use charge_receipt::{charge_of, charge_receipt, get_charge_receipt, get_charge_receipt_pdf};
pub(crate) use collect_renewal::collect_renewal;
pub(crate) use enroll::enroll;
pub(crate) use extend_lot::extend_lot;
pub(crate) use give_goodwill::give_goodwill;
pub(crate) use keep_terms::keep_terms;
pub(crate) use limit_seats::limit_seats;
pub(crate) use pause_enrollment::pause_enrollment;
pub(crate) use pause_seat::{pause_seat, resume_seat};
pub(crate) use preview_cancel_now::preview_cancel_now;
pub(crate) use preview_change_plan::preview_change_plan;
pub(crate) use preview_enroll::{Asked, Offer, preview_enroll};
pub(crate) use preview_update_terms::{preview_update_terms, when};
pub(crate) use refresh_credits::refresh_credits;
pub(crate) use remove_dependent::remove_dependent;
pub(crate) use resume_enrollment::resume_enrollment;
pub(crate) use settle_overdraft::settle_overdraft;
pub(crate) use settle_trust::settle_trust;
pub(crate) use tell::tell;
pub(crate) use undo_cancel::undo_cancel;
pub(crate) use update_terms::update_terms;

use crate::op::{Look, Op};
use crate::refusal::{Refusal, Result};
use crate::{keeping, views};
use domain::customer::Customer;
use domain::enrollment::{Enrollment, PaysBy};
use domain::fold::{Raised, State};
use domain::record::{Change, Entity};
use domain::{CustomerId, Day, EnrollmentId};
use protocol::enrollments::{EnrollmentView, GetEnrollment};
use sqlx::sqlite::SqliteConnection;
use store::query::{self, TaskRow};

pub(crate) async fn get_enrollment(look: &mut Look<'_>, request: GetEnrollment) -> Result<EnrollmentView> {
    let held = load(look.conn, request.id).await?;
    views::enrollment(look.conn, &look.here, &held).await
}

pub(crate) async fn load(conn: &mut SqliteConnection, id: EnrollmentId) -> Result<Enrollment> {
    match query::entity(conn, Entity::Enrollment(id)).await? {
        Some(State::Enrollment(held)) => Ok(*held),
        _ => Err(Refusal::NotFound { what: "The membership" }),
    }
}

/// The way to pay that was asked for.
pub(crate) fn pays_by(asked: protocol::enrollments::PaysBy) -> PaysBy {
    match asked {
        protocol::enrollments::PaysBy::Counter => PaysBy::Counter,
        protocol::enrollments::PaysBy::Card => PaysBy::Card,
    }
}

/// A person on file who was not merged into another.
async fn person(conn: &mut SqliteConnection, id: CustomerId) -> Result<Customer> {
    match query::entity(conn, Entity::Customer(id)).await? {
        Some(State::Customer(customer)) if customer.erased.is_some() => {
            Err(Refusal::Erased { name: customer.person.name })
        }
        Some(State::Customer(customer)) if customer.merged_into.is_none() => Ok(*customer),
        Some(State::Customer(_)) => {
            Err(Refusal::Stale { what: "two entries for one person became one".into() })
        }
        _ => Err(Refusal::NotFound { what: "That person" }),
    }
}

/// Somebody who can be covered by what another holds.
async fn taking_a_seat(conn: &mut SqliteConnection, id: CustomerId) -> Result<CustomerId> {
    let found = person(conn, id).await?;
    if found.person.is_organization() {
        let why = format!("{} is an organization: people are covered.", found.person.name);
        return Err(Refusal::invalid("customer", why));
    }
    Ok(found.id)
}

/// Writes what was tried on a copy before, and with it every refresh that is then due.
pub(crate) async fn write(
    op: &mut Op<'_>,
    tried: &Enrollment,
    mut changes: Vec<Change>,
) -> Result<EnrollmentView> {
    changes.extend(refreshes(tried, op.here.today));
    let paid = changes.iter().find_map(|change| match change {
        Change::ChargeCollected(charge) => Some(charge.period),
        _ => None,
    });
    if let Some(period) = paid {
        changes.extend(alerts_of(op, tried.id, period, "Paid.").await?);
    }
    let mut states = op.write(changes).await?;
    let Some(State::Enrollment(held)) = states.remove(&Entity::Enrollment(tried.id)) else {
        return Err(Refusal::NotFound { what: "The membership" });
    };
    let here = op.here.clone();
    views::enrollment(op.conn().await?, &here, &held).await
}

/// What closes the alerts about a charge that the bank refused.
pub(crate) async fn alerts_of(
    op: &mut Op<'_>,
    enrollment: EnrollmentId,
    period: u32,
    note: &str,
) -> Result<Vec<Change>> {
    let about = Entity::Enrollment(enrollment);
    let of = |row: &TaskRow| {
        row.about == about
            && matches!(row.raised, Raised::ChargeFailed { period: known, .. } if known == period)
    };
    keeping::closing(op.conn().await?, of, note).await
}

/// A record for each refresh that is due by `day`.
pub(crate) fn refreshes(held: &Enrollment, day: Day) -> impl Iterator<Item = Change> {
    let enrollment = held.id;
    held.refreshes_due(day).into_iter().map(move |due| Change::CreditRefreshed {
        enrollment,
        benefit: due.benefit,
        person: due.person,
        n: due.n,
    })
}
