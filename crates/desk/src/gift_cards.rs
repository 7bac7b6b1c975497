//! Gift cards at the counter: looked up, put right, and what tickets and charges ask of them.

mod adjust_gift_card;
mod block_gift_card;
mod get_gift_card;
mod issue;
mod list_gift_cards;
mod spend;
mod take_back;

pub(crate) use adjust_gift_card::adjust_gift_card;
pub(crate) use block_gift_card::{block_gift_card, unblock_gift_card};
pub(crate) use get_gift_card::get_gift_card;
pub(crate) use issue::{check_codes, issue, new_card};
pub(crate) use list_gift_cards::list_gift_cards;
pub(crate) use spend::spend;
pub(crate) use take_back::{TakenBack, take_back};

use crate::op::{Here, Op};
use crate::refusal::{Refusal, Result};
use domain::GiftCardId;
use domain::fold::State;
use domain::gift_card::{self, GiftCard};
use domain::practice::Role;
use domain::record::Entity;
use store::query::CardsNamed;

/// The plain code of what was typed or scanned.
fn plain(typed: &str) -> Result<String> {
    let plain = gift_card::plain_code(typed);
    Ok(plain.ok_or_else(|| gift_card::Refusal::NotACode { code: typed.trim().chars().take(60).collect() })?)
}

/// Which cards a text means. By the letters from the front one could try a code out one by one: that is for managers.
pub(crate) fn cards_named<'a>(here: &Here, plain: &'a str) -> CardsNamed<'a> {
    if plain.is_empty() {
        CardsNamed::Any
    } else if here.require(Role::Manager, "").is_ok() {
        CardsNamed::Part(plain)
    } else {
        CardsNamed::EndOrWhole(plain)
    }
}

/// A card that was sold, or why there is none under that code.
fn known(state: Option<State>, plain: &str) -> Result<GiftCard> {
    match state {
        Some(State::GiftCard(card)) if card.is_known() => Ok(*card),
        _ => {
            let code = gift_card::shown_code(plain);
            Err(if gift_card::is_mistyped(plain) {
                gift_card::Refusal::Mistyped { code }
            } else {
                gift_card::Refusal::UnknownCard { code }
            }
            .into())
        }
    }
}

/// A refusal with its amounts as the practice writes them.
fn in_words(here: &Here, refusal: gift_card::Refusal) -> Refusal {
    let words = match &refusal {
        gift_card::Refusal::NotEnough { code, balance, asked } => {
            let (balance, asked) = (here.ground.money(*balance), here.ground.money(*asked));
            format!("gift card {code} has {balance} left, not {asked}")
        }
        other => other.to_string(),
    };
    Refusal::GiftCard { refusal, words }
}

/// The card that a request means: the one of an id, as lists name it, or else of a code.
async fn meant(op: &mut Op<'_>, id: Option<GiftCardId>, code: &str) -> Result<GiftCard> {
    let Some(id) = id else { return load(op, &plain(code)?).await };
    match op.state(Entity::GiftCard(id)).await? {
        Some(State::GiftCard(card)) if card.is_known() => Ok(*card),
        _ => Err(Refusal::NotFound { what: "The gift card" }),
    }
}

async fn load(op: &mut Op<'_>, plain: &str) -> Result<GiftCard> {
    let state = op.state(Entity::GiftCard(GiftCardId::of_code(plain))).await?;
    known(state, plain)
}
