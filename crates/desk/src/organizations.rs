//! Organizations: customers that hold memberships for their people.

mod collect_statement;
mod list_organizations;
mod statements;

pub(crate) use collect_statement::collect_statement;
pub(crate) use list_organizations::list_organizations;
pub(crate) use statements::{get_statement_pdf, get_statements, statement_paper};

use crate::refusal::{Refusal, Result};
use domain::CustomerId;
use domain::customer::{Customer, Organization};
use domain::fold::State;
use domain::record::Entity;
use sqlx::sqlite::SqliteConnection;
use store::query;

/// An organization on file, under the one that a duplicate was merged into.
async fn organization(conn: &mut SqliteConnection, id: CustomerId) -> Result<(Box<Customer>, Organization)> {
    let root = query::root_of(conn, id).await?;
    match query::entity(conn, Entity::Customer(root)).await? {
        Some(State::Customer(customer)) => match customer.person.organization.clone() {
            Some(office) => Ok((customer, office)),
            None => Err(Refusal::NotFound { what: "That organization" }),
        },
        _ => Err(Refusal::NotFound { what: "That organization" }),
    }
}
