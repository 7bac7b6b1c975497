//! Stripe: what is owed to it, what it says, and what the window shows of both.
//!
//! What a record owes is a row of the outbox (`owe`). When its turn comes it is worked out what exactly is to be asked
//! (`resolve`), and the bytes are kept before they leave. Who carries them is not here: that one asks for the next
//! errand and tells what came back (`errands`). Whatever Stripe says, in an answer or by itself, becomes records in one
//! place (`hear`).

mod adopt;
mod ask_billing_page;
mod ask_card;
mod change_pays;
mod charge_card;
mod connect;
mod errands;
mod hear;
mod owe;
mod queue;
mod resolve;
mod retry_charge;
mod view;

pub use connect::Connected;
pub use errands::{Errand, Errands, Request};

pub(crate) use adopt::adopt_account;
pub(crate) use ask_billing_page::{ask_billing_page, get_billing_page};
pub(crate) use ask_card::ask_card;
pub(crate) use change_pays::change_pays;
pub(crate) use charge_card::{
    at_risk, card_to_charge, charge_card, get_card_charge, gives_back_beyond, relied_on, trust_returned,
};
pub(crate) use connect::{remove_stripe_key, save_stripe_limits};
pub(crate) use errands::Line;
pub(crate) use queue::{explained, plain_title, renew, taken_out, title};
pub(crate) use retry_charge::retry_charge;
pub(crate) use view::{billing_view, card_of};

use crate::ground::Ground;
use crate::refusal::{Refusal, Result};
use domain::customer::Customer;
use domain::effect::EffectState;
use domain::stripe::{Owed, StripeAccount, StripeCustomerId, StripeSettings};
use domain::{CustomerId, Day, Instant};
use sqlx::sqlite::SqliteConnection;
use store::query::{self, EffectKind, EffectRow};

/// The practice's connection; refuses where there is none.
pub(crate) fn connected(ground: &Ground) -> Result<&StripeSettings> {
    ground.practice()?.stripe.as_ref().ok_or(Refusal::StripeNotConnected)
}

/// Something is still owed to Stripe for these people: they can't be forgotten before.
pub(crate) async fn owes_for(conn: &mut SqliteConnection, people: &[CustomerId]) -> Result<bool> {
    let rows = query::effects_of(conn, people).await?;
    let open = |row: &EffectRow| matches!(row.progress.state, EffectState::Waiting | EffectState::InFlight);
    Ok(rows.iter().any(|row| row.kind == EffectKind::Stripe && open(row)))
}

/// Who some people are at Stripe, under the account that is connected.
pub(crate) fn known_as(ground: &Ground, people: &[Customer]) -> Vec<StripeCustomerId> {
    let Ok(stripe) = connected(ground) else { return Vec::new() };
    let known = people.iter().flat_map(|one| &one.at_stripe);
    known
        .filter(|known| known.account == stripe.account && !known.deleted)
        .map(|known| known.id.clone())
        .collect()
}

/// An account as the outbox names it.
pub(crate) fn named(account: &StripeAccount) -> String {
    format!("{} {}", account.id, if account.live { "live" } else { "test" })
}

pub(crate) fn owed_of(what: &str) -> Result<Owed> {
    serde_json::from_str(what).map_err(|error| {
        store::StoreError::Unreadable { what: "an effect".into(), why: error.to_string() }.into()
    })
}

/// When what begins on a day begins at Stripe: at noon, so that no change of the clocks moves it to another day.
pub(crate) fn noon(ground: &Ground, day: Day) -> Instant {
    ground.at_hour(day, 12)
}
