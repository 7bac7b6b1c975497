use crate::gift_cards::cards_named;
use crate::op::Look;
use crate::refusal::Result;
use domain::GiftCardId;
use domain::gift_card::masked_code;
use protocol::keeping::{Found, Hit, Search, Thing};
use store::query::{self, CardsThat};

/// Customers by the beginnings of their words, plans and items by part of their name or code, tickets by number.
pub(crate) async fn search(look: &mut Look<'_>, request: Search) -> Result<Found> {
    let limit = request.limit.unwrap_or(6).clamp(1, 50);
    let text: String = request.text.trim().chars().take(200).collect();
    let mut hits = Vec::new();
    if text.is_empty() {
        return Ok(Found { hits });
    }
    let ground = look.here.ground.clone();
    for row in query::customers_by_words(look.conn, &text, limit).await? {
        let contact = if row.email.is_empty() { row.phone } else { row.email };
        hits.push(Hit { thing: Thing::Customer(row.id), title: row.name, subtitle: contact });
    }
    let lower = text.to_lowercase();
    let plans = ground.plans.values().filter(|plan| plan.about.name.to_lowercase().contains(&lower));
    for plan in plans.take(limit as usize) {
        let price = ground.money(plan.current().terms.price);
        let often = crate::telling::every(plan.current().terms.frequency);
        let off_sale = if plan.archived { " · archived" } else { "" };
        hits.push(Hit {
            thing: Thing::Plan(plan.id),
            title: plan.about.name.clone(),
            subtitle: format!("{price} {often}{off_sale}"),
        });
    }
    let items = ground.items.values().filter(|item| {
        !item.archived
            && (item.name.to_lowercase().contains(&lower)
                || item.code.as_ref().is_some_and(|code| code.to_lowercase().starts_with(&lower)))
    });
    for item in items.take(limit as usize) {
        hits.push(Hit {
            thing: Thing::Item(item.id),
            title: item.name.clone(),
            subtitle: ground.money(item.price),
        });
    }
    for ticket in query::ticket_by_number(look.conn, &text, limit).await? {
        let who = ticket.customer_name.map_or_else(String::new, |name| format!("{name} · "));
        hits.push(Hit {
            thing: Thing::Ticket(ticket.id),
            title: format!("Ticket {}", ticket.number),
            subtitle: format!("{who}{} · {}", ticket.day.short(look.here.today), ground.money(ticket.due)),
        });
    }
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    // Three letters or fewer are the beginning of something else.
    if plain.len() > 3 {
        let (cards, _) =
            query::gift_cards(look.conn, cards_named(&look.here, &plain), CardsThat::Are, None, limit)
                .await?;
        hits.extend(cards.into_iter().map(|card| Hit {
            thing: Thing::GiftCard(GiftCardId::of_code(&card.code)),
            title: format!("Gift card {}", masked_code(&card.code)),
            subtitle: format!("{} left", ground.money(card.balance)),
        }));
    }
    Ok(Found { hits })
}
