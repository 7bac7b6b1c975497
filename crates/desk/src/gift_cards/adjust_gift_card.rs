use super::get_gift_card::view;
use super::{in_words, load, meant};
use crate::check::Check;
use crate::keeping;
use crate::op::Op;
use crate::refusal::Result;
use domain::Money;
use domain::fold::Raised;
use domain::gift_card::{Refusal, shown_code};
use domain::record::Change;
use protocol::gift_cards::{AdjustGiftCard, GiftCardView};
use store::query::TaskRow;

/// Puts a balance right, up or down, never below zero and always with a reason.
pub(crate) async fn adjust_gift_card(op: &mut Op<'_>, request: AdjustGiftCard) -> Result<GiftCardView> {
    let mut check = Check::default();
    let reason = check.text("reason", "The reason", &request.reason, 500);
    check.require("reason", !reason.is_empty(), "Say why the balance changes.");
    check.require("amount", !request.amount.is_zero(), "An adjustment of nothing changes nothing.");
    let size = if request.amount.is_negative() { -request.amount } else { request.amount };
    check.price("amount", "The adjustment", size);
    check.done()?;
    let card = meant(op, request.id, &request.code).await?;
    let code = card.code.clone();
    let after = card.balance() + request.amount;
    if request.amount.is_negative() && after.is_negative() {
        let balance = card.balance().max(Money::ZERO);
        let refusal = Refusal::NotEnough { code: shown_code(&code), balance, asked: size };
        return Err(in_words(&op.here, refusal));
    }
    let mut changes = vec![Change::GiftCardAdjusted { code: code.clone(), amount: request.amount, reason }];
    if card.balance().is_negative() && !after.is_negative() {
        let about =
            |row: &TaskRow| matches!(&row.raised, Raised::GiftCardOverdrawn { code: of, .. } if *of == code);
        changes.extend(keeping::closing(op.conn().await?, about, "The balance was put right.").await?);
    }
    op.write(changes).await?;
    let card = load(op, &code).await?;
    let here = op.here.clone();
    view(op.conn().await?, &here, &card).await
}
