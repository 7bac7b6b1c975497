//! People on file.

mod add_note;
mod create_customer;
mod edit_customer;
mod find_customers;
mod member_card;
mod merge_customers;

pub(crate) use add_note::add_note;
pub(crate) use create_customer::create_customer;
pub(crate) use edit_customer::edit_customer;
pub(crate) use find_customers::find_customers;
pub(crate) use member_card::{get_member_card_pdf, make_member_card};
pub(crate) use merge_customers::merge_customers;

use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use crate::views;
use domain::customer::Customer;
use domain::fold::State;
use domain::record::Entity;
use domain::{CustomerId, Money};
use protocol::customers::{CustomerView, GetCustomer};
use protocol::enrollments::EnrollmentView;
use sqlx::sqlite::SqliteConnection;
use store::query;

pub(crate) async fn get_customer(look: &mut Look<'_>, request: GetCustomer) -> Result<CustomerView> {
    let here = look.here.clone();
    view(look.conn, &here, request.id).await
}

/// Everything the profile shows, under the one that a duplicate was merged into.
async fn view(conn: &mut SqliteConnection, here: &Here, id: CustomerId) -> Result<CustomerView> {
    let held = query::held_by(conn, id).await?.ok_or(Refusal::NotFound { what: "That person" })?;
    let root = held.person.id;
    let customer = load(conn, root).await?;
    let mut family = query::family_of(conn, root).await?;
    family.sort_unstable();
    let (covering, mut own): (Vec<_>, Vec<_>) =
        held.enrollments.into_iter().partition(|(_, covered)| *covered);
    // Running ones first, then ended ones, newest first.
    own.sort_by_key(|(enrollment, _)| {
        let ended = enrollment.at(here.today).ended.is_some();
        (ended, std::cmp::Reverse(enrollment.starts_on), enrollment.id)
    });
    let mut enrollments = Vec::with_capacity(own.len());
    for (enrollment, _) in &own {
        enrollments.push(views::enrollment(conn, here, enrollment).await?);
    }
    let mut covered_by = Vec::new();
    for (enrollment, _) in &covering {
        covered_by.push(views::enrollment(conn, here, enrollment).await?);
    }
    let sums = query::ticket_sums(conn, &family).await?;
    // What a ticket collected is in the sums of tickets.
    let on_tickets = |held: &EnrollmentView| -> Money {
        held.charges.iter().filter(|charge| charge.ticket.is_some()).map(|charge| charge.amount).sum()
    };
    let charged: Money =
        enrollments.iter().map(|held| held.paid_total - held.refunded_total - on_tickets(held)).sum();
    let card = crate::stripe::card_of(conn, &here.ground, here.today, customer.id).await?;
    Ok(CustomerView {
        customer,
        card,
        spent: sums.spent + charged,
        saved: sums.saved,
        owed: enrollments.iter().map(|held| held.owed).sum(),
        tickets: sums.tickets,
        enrollments,
        covered_by,
        known_as: family,
    })
}

async fn load(conn: &mut SqliteConnection, id: CustomerId) -> Result<Customer> {
    match query::entity(conn, Entity::Customer(id)).await? {
        Some(State::Customer(customer)) => Ok(*customer),
        _ => Err(Refusal::NotFound { what: "That person" }),
    }
}

/// Somebody of whom more can be written: not after they were erased.
async fn load_for_change(conn: &mut SqliteConnection, id: CustomerId) -> Result<Customer> {
    let customer = load(conn, id).await?;
    match customer.erased {
        Some(_) => Err(Refusal::Erased { name: customer.person.name }),
        None => Ok(customer),
    }
}
