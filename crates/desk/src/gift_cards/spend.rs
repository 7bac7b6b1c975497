use super::{in_words, load, plain};
use crate::op::Op;
use crate::refusal::Result;
use domain::GiftCardId;
use domain::checkout::{TenderKind, TenderOffer};
use domain::record::Entity;

/// The offers with every gift card under its plain code, each known, not blocked, and with enough left.
pub(crate) async fn spend(op: &mut Op<'_>, offers: &[TenderOffer]) -> Result<Vec<TenderOffer>> {
    let mut taken = Vec::with_capacity(offers.len());
    for offer in offers {
        let kind = match &offer.kind {
            TenderKind::GiftCard { code } => {
                let code = plain(code)?;
                op.tx.want(Entity::GiftCard(GiftCardId::of_code(&code)));
                TenderKind::GiftCard { code }
            }
            TenderKind::Cash
            | TenderKind::Terminal { .. }
            | TenderKind::Check { .. }
            | TenderKind::CardOnFile => offer.kind.clone(),
        };
        taken.push(TenderOffer { kind, amount: offer.amount });
    }
    for offer in &taken {
        if let TenderKind::GiftCard { code } = &offer.kind {
            let card = load(op, code).await?;
            card.may_spend(offer.amount).map_err(|refusal| in_words(&op.here, refusal))?;
        }
    }
    Ok(taken)
}
