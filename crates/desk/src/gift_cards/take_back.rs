use crate::refusal::Result;
use domain::GiftCardId;
use domain::Money;
use domain::checkout::RefundedUnits;
use domain::fold::State;
use domain::gift_card::{IssuedCard, TakenBackCard};
use domain::record::Entity;
use sqlx::sqlite::SqliteConnection;
use store::query;

/// What giving back the sale of some gift cards comes to.
#[derive(Debug, Default)]
pub(crate) struct TakenBack {
    /// What is left on each is taken off it.
    pub cards: Vec<TakenBackCard>,
    /// What was spent of them, which the refund keeps.
    pub kept: Money,
}

/// The cards among units that are given back, as they stand.
pub(crate) async fn take_back(
    conn: &mut SqliteConnection,
    sold: &[IssuedCard],
    units: &[RefundedUnits],
) -> Result<TakenBack> {
    let mut back = TakenBack::default();
    for card in sold {
        let here = |units: &&RefundedUnits| {
            units.line == card.line && (units.first..units.first + units.count).contains(&card.unit)
        };
        if !units.iter().any(|range| here(&range)) {
            continue;
        }
        let state = query::entity(conn, Entity::GiftCard(GiftCardId::of_code(&card.code))).await?;
        let left = match state {
            Some(State::GiftCard(now)) => now.left_of(card.amount),
            _ => Money::ZERO,
        };
        back.kept += card.amount - left;
        back.cards.push(TakenBackCard { code: card.code.clone(), amount: left });
    }
    Ok(back)
}
