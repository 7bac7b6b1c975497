use crate::op::Look;
use crate::refusal::Result;
use crate::telling;
use protocol::customers::{CustomerHit, FindCustomers, FoundCustomers};
use store::query;

/// The few best matches by name, e-mail, phone or card code.
pub(crate) async fn find_customers(look: &mut Look<'_>, request: FindCustomers) -> Result<FoundCustomers> {
    let limit = request.limit.unwrap_or(8).clamp(1, 50);
    let text: String = request.text.chars().take(200).collect();
    let found = query::find_customers(look.conn, &text, limit).await?;
    let ground = &look.here.ground;
    let people = found
        .people
        .into_iter()
        .map(|found| {
            let memberships: Vec<String> = found
                .memberships
                .into_iter()
                .map(|(plan, status)| format!("{} · {}", ground.plan_name(plan), telling::status(status)))
                .collect();
            CustomerHit {
                id: found.row.id,
                name: found.row.name,
                email: found.row.email,
                phone: found.row.phone,
                memberships: memberships.join(", "),
                by_card: found.by_card,
                organization: found.organization,
            }
        })
        .collect();
    Ok(FoundCustomers { people, more: found.more })
}
