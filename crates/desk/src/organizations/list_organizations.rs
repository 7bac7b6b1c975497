use super::organization;
use crate::op::Look;
use crate::refusal::Result;
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
    for line in found {
        let (_, office) = organization(look.conn, line.id).await?;
        let held = query::enrollments_of(look.conn, line.id).await?;
        let running = held.iter().map(|held| held.at(here.today)).filter(|held| held.ended.is_none());
        let limits: Vec<Option<u32>> = running.map(|held| held.seats.and_then(|seats| seats.limit)).collect();
        let plans: Vec<String> = line.plans.iter().map(|plan| here.ground.plan_name(*plan)).collect();
        rows.push(OrganizationRow {
            id: line.id,
            name: line.name,
            contact: office.contact,
            email: line.email,
            plans: plans.join(", "),
            people: line.people,
            seats: limits.into_iter().sum::<Option<u32>>().filter(|seats| *seats > 0),
            owed: line.owed,
            next_billing: line.next_billing,
        });
    }
    let organizations = query::organizations_count(look.conn).await?;
    Ok(OrganizationPage { rows, next, organizations })
}
