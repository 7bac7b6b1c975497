use super::get_gift_card::view;
use super::{load, meant};
use crate::check::Check;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::record::Change;
use protocol::gift_cards::{BlockGiftCard, GiftCardView, UnblockGiftCard};

/// Nobody spends it until it is unblocked; what it paid for can still be given back to it.
pub(crate) async fn block_gift_card(op: &mut Op<'_>, request: BlockGiftCard) -> Result<GiftCardView> {
    let reason = because(&request.reason)?;
    let card = meant(op, request.id, &request.code).await?;
    if card.blocked.is_some() {
        return Err(Refusal::NotNow("This gift card is blocked already.".into()));
    }
    write(op, &card.code, Change::GiftCardBlocked { code: card.code.clone(), reason }).await
}

pub(crate) async fn unblock_gift_card(op: &mut Op<'_>, request: UnblockGiftCard) -> Result<GiftCardView> {
    let reason = because(&request.reason)?;
    let card = meant(op, request.id, &request.code).await?;
    if card.blocked.is_none() {
        return Err(Refusal::NotNow("This gift card is not blocked.".into()));
    }
    write(op, &card.code, Change::GiftCardUnblocked { code: card.code.clone(), reason }).await
}

fn because(reason: &str) -> Result<String> {
    let mut check = Check::default();
    let reason = check.text("reason", "The reason", reason, 500);
    check.require("reason", !reason.is_empty(), "Say why.");
    check.done()?;
    Ok(reason)
}

async fn write(op: &mut Op<'_>, code: &str, change: Change) -> Result<GiftCardView> {
    op.write(vec![change]).await?;
    let card = load(op, code).await?;
    let here = op.here.clone();
    view(op.conn().await?, &here, &card).await
}
