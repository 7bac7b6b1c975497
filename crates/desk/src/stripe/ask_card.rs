use super::{connected, named, owed_of};
use crate::op::{Look, Op};
use crate::refusal::{Refusal, Result};
use domain::CustomerId;
use domain::effect::EffectState;
use domain::record::Change;
use domain::stripe::{Owed, StripeCheckoutSessionId};
use protocol::stripe::{AskCard, CardPage, CardPageHow, GetCardPage};
use store::query::{self, EffectRow};

/// So long Stripe keeps a page open.
const OPEN_MILLIS: i64 = 24 * 3_600_000;

/// Asks Stripe for a page on which somebody enters their card.
pub(crate) async fn ask_card(op: &mut Op<'_>, request: AskCard) -> Result<CardPage> {
    let ground = op.here.ground.clone();
    connected(&ground)?;
    let customer = query::root_of(op.conn().await?, request.customer).await?;
    let Some(person) = super::resolve::person(op, customer).await? else {
        return Err(Refusal::NotFound { what: "That person" });
    };
    if request.how == CardPageHow::ByEmail {
        if person.person.email.is_empty() {
            return Err(Refusal::invalid("customer", "There is no e-mail address on file for them."));
        }
        crate::mail::set_up(ground.practice()?)?;
    }
    let by_email = request.how == CardPageHow::ByEmail;
    op.write(vec![Change::CardPageAsked { customer, by_email }]).await?;
    let here = op.here.clone();
    get_card_page(&mut Look { here, conn: op.conn().await? }, GetCardPage { customer }).await
}

/// The newest page for somebody's card, as Stripe calls it.
pub(super) async fn newest_session(
    look: &mut Look<'_>,
    customer: CustomerId,
) -> Result<Option<StripeCheckoutSessionId>> {
    let customer = query::root_of(look.conn, customer).await?;
    let newest = newest(look, customer).await?;
    Ok(newest.and_then(|row| row.made).and_then(|made| made.parse().ok()))
}

async fn newest(look: &mut Look<'_>, customer: CustomerId) -> Result<Option<EffectRow>> {
    let account = named(&connected(&look.here.ground)?.account);
    let rows = query::effects_of(look.conn, &[customer]).await?;
    let of_account = rows.into_iter().rev().filter(|row| row.account.as_deref() == Some(&account));
    Ok(of_account.into_iter().find(|row| matches!(owed_of(&row.what), Ok(Owed::SetUpCard { .. }))))
}

/// How the newest page for somebody's card stands.
pub(crate) async fn get_card_page(look: &mut Look<'_>, request: GetCardPage) -> Result<CardPage> {
    let ground = look.here.ground.clone();
    let customer = query::root_of(look.conn, request.customer).await?;
    let Some(row) = newest(look, customer).await? else { return Ok(CardPage::None) };
    let card = super::card_of(look.conn, &ground, look.here.today, customer).await?;
    Ok(match row.progress.state {
        EffectState::Waiting | EffectState::InFlight => {
            CardPage::Asked { effect: row.id, said: row.answer.filter(|_| row.progress.attempts > 0) }
        }
        EffectState::Refused | EffectState::Superseded => {
            CardPage::Refused { said: row.answer.unwrap_or_default() }
        }
        EffectState::Done => {
            let entered = match &row.made {
                Some(session) => query::card_entered_on(look.conn, session).await?,
                None => false,
            };
            let age = row.answered.map_or(0, |at| look.here.now.millis() - at.millis());
            match (entered, card, row.address) {
                (true, Some(card), _) => CardPage::Entered { card },
                (true, None, _) => CardPage::Asked { effect: row.id, said: None },
                (false, _, Some(url)) if age < OPEN_MILLIS => CardPage::Open { url },
                (false, _, _) => CardPage::Expired,
            }
        }
    })
}
