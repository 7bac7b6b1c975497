use crate::op::Look;
use crate::refusal::Result;
use crate::telling;
use protocol::customers::{CustomerHit, FindCustomers};
use store::query;

/// The few best matches by name, e-mail, phone or card code.
pub(crate) async fn find_customers(look: &mut Look<'_>, request: FindCustomers) -> Result<Vec<CustomerHit>> {
    let limit = request.limit.unwrap_or(8).clamp(1, 50);
    let text: String = request.text.chars().take(200).collect();
    let mut rows = query::customers_by_words(look.conn, &text, limit).await?;
    let card = query::customer_by_card(look.conn, text.trim()).await?;
    let by_card = card.as_ref().map(|card| card.id);
    if let Some(card) = card {
        rows.retain(|row| row.id != card.id);
        rows.insert(0, card);
    }
    let mut hits = Vec::with_capacity(rows.len());
    for row in rows {
        let held = query::enrollments_of(look.conn, row.id).await?;
        let memberships: Vec<String> = held
            .iter()
            .map(|enrollment| enrollment.at(look.here.today))
            .filter(|enrollment| enrollment.ended.is_none())
            .map(|enrollment| {
                let plan = look.here.ground.plan_name(enrollment.plan);
                format!("{plan} · {}", telling::status(query::StatusShown::of(&enrollment, look.here.today)))
            })
            .collect();
        hits.push(CustomerHit {
            id: row.id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            memberships: memberships.join(", "),
            by_card: by_card == Some(row.id),
        });
    }
    Ok(hits)
}
