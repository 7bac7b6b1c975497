use super::cards_named;
use crate::op::Look;
use crate::refusal::Result;
use domain::GiftCardId;
use domain::gift_card::masked_code;
use protocol::gift_cards::{GiftCardPage, GiftCardRow, ListGiftCards, WhichCards};
use store::query::{self, CardsThat};

/// The practice's gift cards by the ends of their codes, newest first, and what it owes on all of them.
pub(crate) async fn list_gift_cards(look: &mut Look<'_>, request: ListGiftCards) -> Result<GiftCardPage> {
    let limit = request.limit.unwrap_or(50).clamp(1, 500);
    let letters = request.text.chars().filter(char::is_ascii_alphanumeric).take(60);
    let plain: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
    // What has no letter or digit is the code of no card.
    let asks_for_none = plain.is_empty() && !request.text.trim().is_empty();
    let that = match request.which {
        WhichCards::All => CardsThat::Are,
        WhichCards::Open => CardsThat::HaveMoney,
        WhichCards::Empty => CardsThat::AreEmpty,
        WhichCards::Blocked => CardsThat::AreBlocked,
        WhichCards::Overdrawn => CardsThat::AreOverdrawn,
    };
    let (cards, next) = if asks_for_none {
        (Vec::new(), None)
    } else {
        query::gift_cards(look.conn, cards_named(&look.here, &plain), that, request.after.as_deref(), limit)
            .await?
    };
    let sums = query::gift_card_sums(look.conn).await?;
    let rows = cards
        .into_iter()
        .map(|card| GiftCardRow {
            id: GiftCardId::of_code(&card.code),
            shown: masked_code(&card.code),
            issued: card.issued,
            balance: card.balance,
            issued_on: card.issued_on,
            last_used: card.last_used,
            blocked: card.blocked,
        })
        .collect();
    Ok(GiftCardPage { rows, next, liability: sums.liability, open: sums.open, cards: sums.cards })
}
