use super::organization;
use crate::op::Look;
use crate::refusal::Result;
use domain::enrollment::Enrollment;
use protocol::organizations::{ListOrganizations, OrganizationPage, OrganizationRow};
use store::query;

/// The practice's organizations by name.
pub(crate) async fn list_organizations(
    look: &mut Look<'_>,
    request: ListOrganizations,
) -> Result<OrganizationPage> {
    let here = look.here.clone();
    let limit = request.limit.unwrap_or(50).clamp(1, 500);
    let text: String = request.text.chars().take(200).collect();
    let (found, next) = query::organizations(look.conn, &text, request.after.as_deref(), limit).await?;
    let mut rows = Vec::with_capacity(found.len());
    for id in found {
        let (customer, office) = organization(look.conn, id).await?;
        let held = query::enrollments_of(look.conn, id).await?;
        let running: Vec<Enrollment> =
            (held.iter()).map(|held| held.at(here.today)).filter(|held| held.ended.is_none()).collect();
        let plans: Vec<String> = running.iter().map(|held| here.ground.plan_name(held.plan)).collect();
        let seats = running.iter().map(|held| held.seats.and_then(|seats| seats.limit)).sum::<Option<u32>>();
        rows.push(OrganizationRow {
            id,
            name: customer.person.name,
            contact: office.contact,
            email: customer.person.email,
            plans: plans.join(", "),
            people: running.iter().map(|held| held.covered(here.today).count() as u32).sum(),
            seats: seats.filter(|_| !running.is_empty()),
            owed: running.iter().flat_map(|held| held.dues(here.today)).map(|due| due.total).sum(),
            next_billing: running.iter().filter_map(|held| held.next_billing(here.today)).min(),
        });
    }
    let organizations = query::organizations_count(look.conn).await?;
    Ok(OrganizationPage { rows, next, organizations })
}
