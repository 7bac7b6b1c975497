//! Going on with the key that was kept.

use crate::{Base, Client, Patience};
use billing::key::{KeyMode, StripeKey};
use desk::Desk;
use protocol::stripe::{StripeKeyView, StripeLine, StripeView};

/// The key of a practice as it was kept, and the way to Stripe where it may be used.
#[derive(Debug, Default)]
pub struct Kept {
    key: Option<StripeKey>,
    client: Option<Client>,
}

/// Looks at the key that was kept. Where none may be used and the practice is connected, the desk is told that it needs one.
pub async fn take_up(desk: &Desk, base: Base, kept: Option<&str>) -> Kept {
    let Some(account) = desk.stripe_account() else { return Kept::default() };
    let key: Option<StripeKey> = kept.and_then(|text| text.parse().ok());
    let Some(key) = key else {
        let why = match kept {
            None => "No key of Stripe's is kept on this computer.",
            Some(_) => "What is kept on this computer is no key of Stripe's that is used here.",
        };
        desk.stripe_needs_key(why).await;
        return Kept::default();
    };
    let why_not = match (account.live, key.mode()) {
        (true, KeyMode::Test) => Some(
            "The key kept here is one of Stripe's test mode, and this practice charges real cards."
                .to_owned(),
        ),
        (false, KeyMode::Live) => Some(
            "The key kept here is a live one, and this practice is connected in Stripe's test mode."
                .to_owned(),
        ),
        _ => desk.may_connect(&key).err().map(|refusal| refusal.to_string()),
    };
    let client = match why_not {
        Some(why) => Err(why),
        None => Client::new(base, key.clone(), Patience::default())
            .map_err(|no_way| format!("There is no way to Stripe: {no_way}.")),
    };
    match client {
        Ok(client) => Kept { key: Some(key), client: Some(client) },
        Err(why) => {
            desk.stripe_needs_key(&why).await;
            Kept { key: Some(key), client: None }
        }
    }
}

impl Kept {
    /// One that was entered just now.
    pub fn entered(client: Client) -> Self {
        Self { key: Some(client.key().clone()), client: Some(client) }
    }

    pub fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// Adds to the desk's view what it can't know: the key, and where it goes.
    pub fn shown_in(&self, view: StripeView, base: &Base) -> StripeView {
        let key = match (&self.key, &view.line) {
            (None, _) => StripeKeyView::None,
            (Some(key), StripeLine::NeedsKey { said }) if self.client.is_some() => {
                StripeKeyView::Refused { shown: key.to_string(), said: said.clone() }
            }
            (Some(key), _) => {
                StripeKeyView::Kept { shown: key.to_string(), live: key.mode() == KeyMode::Live }
            }
        };
        StripeView { key, elsewhere: (!base.is_stripe()).then(|| base.to_string()), ..view }
    }
}
