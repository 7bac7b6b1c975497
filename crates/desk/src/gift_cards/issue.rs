use super::plain;
use crate::check::Check;
use crate::op::Op;
use crate::refusal::Result;
use domain::checkout::{LineKind, SettledTicket};
use domain::fold::State;
use domain::gift_card::{IssuedCard, Refusal, code_of, shown_code};
use domain::record::Entity;
use domain::{GiftCardId, Money};
use protocol::tickets::TicketDraft;
use uuid::Uuid;

/// So many gift cards on one line: each has a code that somebody has to hand over.
const MOST_CARDS: u32 = 200;

/// The typed codes of a draft are codes, and each stands there once.
pub(crate) fn check_codes(draft: &TicketDraft) -> Result<()> {
    let mut seen: Vec<String> = Vec::new();
    let mut check = Check::default();
    for line in &draft.lines {
        let codes = line.codes.iter().filter(|code| !code.trim().is_empty());
        if codes.clone().count() > line.qty as usize {
            check.wrong("draft.lines.codes", "There are more codes than gift cards on a line.");
        }
        for code in codes {
            let code = plain(code)?;
            if seen.contains(&code) {
                return Err(Refusal::CodeTwice { code: shown_code(&code) }.into());
            }
            seen.push(code);
        }
    }
    check.done()
}

/// A card for each unit of each gift card's line: under the code that was typed for it, or a new one.
pub(crate) async fn issue(
    op: &mut Op<'_>,
    draft: &TicketDraft,
    settled: &SettledTicket,
) -> Result<Vec<IssuedCard>> {
    let mut cards: Vec<IssuedCard> = Vec::new();
    let mut check = Check::default();
    let lines = settled.input.lines.iter().zip(&settled.lines).zip(&draft.lines);
    for ((line, sold), typed) in lines.filter(|((line, _), _)| line.kind == LineKind::GiftCard) {
        check.require("draft.lines.qty", line.qty <= MOST_CARDS, "At most 200 gift cards stand on one line.");
        check.require(
            "draft.lines.price_override",
            line.price().is_positive(),
            "A gift card needs a value: type it on its line.",
        );
        let amounts = sold.units.iter().flat_map(|run| std::iter::repeat_n(run.list, run.count as usize));
        let mut codes = typed.codes.iter().filter(|code| !code.trim().is_empty());
        for (unit, amount) in (0..).zip(amounts).take(MOST_CARDS as usize) {
            let code = match codes.next() {
                Some(code) => plain(code)?,
                None => fresh_code(op),
            };
            cards.push(IssuedCard { line: line.id, unit, code, amount });
        }
    }
    check.done()?;
    for card in &cards {
        op.tx.want(Entity::GiftCard(GiftCardId::of_code(&card.code)));
    }
    for card in &cards {
        let state = op.state(Entity::GiftCard(GiftCardId::of_code(&card.code))).await?;
        if matches!(&state, Some(State::GiftCard(known)) if known.is_known()) {
            return Err(Refusal::SoldAlready { code: shown_code(&card.code) }.into());
        }
    }
    Ok(cards)
}

/// A card that is given rather than sold: no line of a ticket stands for it.
pub(crate) fn new_card(op: &Op<'_>, amount: Money) -> IssuedCard {
    IssuedCard { line: domain::LineId(Uuid::nil()), unit: 0, code: fresh_code(op), amount }
}

/// Of the random part of a new id, so that tests and simulations decide it.
fn fresh_code(op: &Op<'_>) -> String {
    let id: Uuid = op.fresh();
    code_of(id.as_u64_pair().1)
}
