//! Carries what the desk has for Stripe, for as long as the program runs; connects, and keeps the key.

use crate::door::{Keeper, patiently, refusal};
use desk::stripe::Errands;
use desk::{Desk, Refusal};
use protocol::ErrorReply;
use protocol::stripe::{StripeConnected, StripeView};
use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::time::Duration;
use tokio::sync::Mutex;
use wire::{BadBase, Base, Kept, carry, check, take_up};

/// Between two looks at what is to be asked; one with nothing in it is two indexed questions.
const LOOK: Duration = Duration::from_secs(1);
/// After the desk itself failed.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// The way to Stripe, which one key at a time goes.
pub(crate) struct Way {
    base: Result<Base, BadBase>,
    /// Held while anything is under way.
    walked: Mutex<()>,
    /// Somebody waits to change the key.
    awaited: Cell<bool>,
}

impl Way {
    pub(crate) fn to(base: Result<Base, BadBase>) -> Self {
        Self { base, walked: Mutex::new(()), awaited: Cell::new(false) }
    }

    fn base(&self) -> Result<Base, ErrorReply> {
        let named = self.base.as_ref();
        named.cloned().map_err(|bad| refusal("bad_base", format!("{}: {bad}.", wire::STRIPE_API)))
    }
}

pub(crate) async fn carry_errands(keeper: Rc<Keeper>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // Whose requests on their way at the last end of the program were looked after.
    let mut begun: Weak<Desk> = Weak::new();
    loop {
        looks.tick().await;
        let Some(desk) = keeper.open_desk().await.filter(|desk| desk.stripe_account().is_some()) else {
            continue;
        };
        if let Err(refusal) = carry_all(&keeper, &desk, &mut begun).await {
            log::error!("stripe: {}", plain(refusal));
            tokio::time::sleep(AFTER_FAILURE).await;
        }
    }
}

async fn carry_all(keeper: &Keeper, desk: &Rc<Desk>, begun: &mut Weak<Desk>) -> Result<(), Refusal> {
    if !begun.ptr_eq(&Rc::downgrade(desk)) {
        desk.errands_begin().await?;
        *begun = Rc::downgrade(desk);
    }
    let _walked = keeper.way.walked.lock().await;
    let kept = match keeper.stripe(desk).await {
        Ok(kept) => kept,
        Err(refusal) => {
            desk.stripe_needs_key(&refusal.message).await;
            return Ok(());
        }
    };
    if let Some(client) = kept.client() {
        carry(desk, client, Errands::All, || !keeper.way.awaited.get()).await?;
    }
    Ok(())
}

/// Of what the desk refuses nothing is logged that may name somebody.
fn plain(refusal: Refusal) -> String {
    match refusal {
        Refusal::Store(problem) => problem.to_string(),
        other => ErrorReply::from(other).code,
    }
}

impl Keeper {
    /// Checks a key at Stripe, connects the practice with its account, and keeps it.
    pub(crate) async fn connect_stripe(&self, typed: &str) -> Result<StripeConnected, ErrorReply> {
        let desk = self.desk().await?;
        let base = self.way.base()?;
        let checked = check(&desk, base.clone(), typed).await.map_err(ErrorReply::from)?;
        let view = self
            .alone(async {
                desk.connect_stripe(checked.client.key(), checked.found).await?;
                self.keep_stripe_key(&desk, typed.trim()).await?;
                let kept = Rc::new(Kept::entered(checked.client));
                self.take_up_stripe(&desk, Some(Rc::clone(&kept))).await;
                Ok(kept.shown_in(desk.stripe_view().await?, &base))
            })
            .await?;
        log::info!("stripe is connected");
        Ok(StripeConnected { view, missing: checked.missing, warning: checked.warning })
    }

    /// Forgets the key; what is owed waits.
    pub(crate) async fn remove_stripe_key(&self) -> Result<StripeView, ErrorReply> {
        let desk = self.desk().await?;
        self.alone(async {
            self.keep_stripe_key(&desk, "").await?;
            self.take_up_stripe(&desk, None).await;
            desk.stripe_key_changed().await;
            Ok(())
        })
        .await?;
        log::info!("the key of stripe was removed");
        self.stripe_view().await
    }

    pub(crate) async fn stripe_view(&self) -> Result<StripeView, ErrorReply> {
        let desk = self.desk().await?;
        let base = self.way.base()?;
        let kept = self.stripe(&desk).await?;
        Ok(kept.shown_in(desk.stripe_view().await?, &base))
    }

    /// With nothing under way: an answer to the old key says nothing about the new one.
    async fn alone<T>(&self, change: impl Future<Output = Result<T, ErrorReply>>) -> Result<T, ErrorReply> {
        self.way.awaited.set(true);
        let walked = self.way.walked.lock().await;
        self.way.awaited.set(false);
        let changed = change.await;
        drop(walked);
        changed
    }

    async fn keep_stripe_key(&self, desk: &Rc<Desk>, text: &str) -> Result<(), ErrorReply> {
        let (vault, key) = self.opened_for(desk).await?;
        let text = text.to_owned();
        patiently(move || vault.keep_stripe_key(&key, &text)).await
    }

    /// The key that is kept, read once for an open desk, and the way there.
    async fn stripe(&self, desk: &Rc<Desk>) -> Result<Rc<Kept>, ErrorReply> {
        if let Some(kept) = self.taken_up(desk).await {
            return Ok(kept);
        }
        if desk.stripe_account().is_none() {
            return Ok(Rc::default());
        }
        let base = self.way.base()?;
        let (vault, key) = self.opened_for(desk).await?;
        let text = patiently(move || vault.stripe_key(&key)).await?;
        // Another may have been entered meanwhile.
        if let Some(kept) = self.taken_up(desk).await {
            return Ok(kept);
        }
        let kept = Rc::new(take_up(desk, base, text.as_deref().map(String::as_str)).await);
        self.take_up_stripe(desk, Some(Rc::clone(&kept))).await;
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::tests::{ask, keeper_to, set_up};
    use protocol::stripe::{ConnectStripe, GetStripe, RemoveStripeKey, StripeKeyView, StripeLine};
    use stripe_double::{Double, Kind, RESTRICTED_LIVE, RESTRICTED_TEST, SECRET_TEST};

    async fn connect(keeper: &Keeper, key: &str) -> Result<StripeConnected, String> {
        ask(keeper, ConnectStripe { key: key.into() }, None).await
    }

    /// One look of the worker.
    async fn looks(keeper: &Keeper, begun: &mut Weak<Desk>) {
        let desk = keeper.desk().await.unwrap();
        carry_all(keeper, &desk, begun).await.unwrap();
    }

    #[tokio::test]
    async fn a_key_is_checked_kept_shown_in_part_and_removed() {
        let (folder, double) = (tempfile::tempdir().unwrap(), Double::start().await.unwrap());
        let keeper = keeper_to(folder.path(), &double.base_url());
        assert_eq!(ask(&keeper, GetStripe {}, None).await.map(|_| ()), Err("locked".into()));
        set_up(&keeper).await;
        let view = ask(&keeper, GetStripe {}, None).await.unwrap();
        assert_eq!((view.key, view.line), (StripeKeyView::None, StripeLine::NotConnected));
        for (key, code) in [
            ("rk_test_", "invalid"),
            (RESTRICTED_LIVE, "no_way_to_stripe"),
            ("rk_test_nobodysKey000000", "key_refused"),
        ] {
            assert_eq!(connect(&keeper, key).await.map(|_| ()), Err(code.into()), "{key}");
        }

        let connected = connect(&keeper, RESTRICTED_TEST).await.unwrap();
        let kept = StripeKeyView::Kept { shown: "rk_test_\u{2026}0000".into(), live: false };
        assert_eq!((connected.view.key.clone(), connected.warning), (kept.clone(), None));
        assert_eq!(connected.view.elsewhere, Some(double.base_url()));
        let mut begun = Weak::new();
        looks(&keeper, &mut begun).await;
        assert_eq!(ask(&keeper, GetStripe {}, None).await.unwrap().line, StripeLine::Open);

        // After a restart the kept key is taken up.
        drop(keeper);
        let keeper = keeper_to(folder.path(), &double.base_url());
        let unlock = protocol::start::Unlock { secret: crate::door::tests::PASSPHRASE.into() };
        ask(&keeper, unlock, None).await.unwrap();
        looks(&keeper, &mut begun).await;
        assert_eq!(keeper.stripe_view().await.unwrap().key, kept);
        double.expire_key(RESTRICTED_TEST);
        let desk = keeper.desk().await.unwrap();
        desk.stripe_is_asked_again().await;
        looks(&keeper, &mut begun).await;
        let view = keeper.stripe_view().await.unwrap();
        assert!(matches!(view.key, StripeKeyView::Refused { .. }), "{:?}", view.key);
        assert!(matches!(view.line, StripeLine::NeedsKey { .. }), "{:?}", view.line);

        keeper.connect_stripe(SECRET_TEST).await.unwrap().warning.unwrap();
        let asked = double.requests().len();
        let view = keeper.remove_stripe_key().await.unwrap();
        assert!(matches!(view.line, StripeLine::NeedsKey { .. }), "{:?}", view.line);
        assert_eq!(view.key, StripeKeyView::None);
        looks(&keeper, &mut begun).await;
        assert_eq!(double.requests().len(), asked, "nothing goes out without a key");
        assert!(!folder.path().join("stripe.key").exists());
        assert_eq!(double.look(|mode| mode.shelf(Kind::Customer).all().count()), 0);
    }

    #[tokio::test]
    async fn the_front_desk_changes_no_key() {
        let (folder, double) = (tempfile::tempdir().unwrap(), Double::start().await.unwrap());
        let keeper = keeper_to(folder.path(), &double.base_url());
        set_up(&keeper).await;
        ask(&keeper, protocol::practice::SignOut {}, None).await.unwrap();
        assert_eq!(connect(&keeper, RESTRICTED_TEST).await.map(|_| ()), Err("not_signed_in".into()));
        let removed = ask(&keeper, RemoveStripeKey {}, None).await.map(|_| ());
        assert_eq!(removed, Err("not_signed_in".into()));
        assert_eq!(double.requests().len(), 0);
    }

    #[tokio::test]
    async fn a_kept_key_of_the_other_mode_is_not_used() {
        let (folder, double) = (tempfile::tempdir().unwrap(), Double::start().await.unwrap());
        let keeper = keeper_to(folder.path(), &double.base_url());
        set_up(&keeper).await;
        connect(&keeper, RESTRICTED_TEST).await.unwrap();
        let desk = keeper.desk().await.unwrap();
        keeper.keep_stripe_key(&desk, RESTRICTED_LIVE).await.unwrap();
        keeper.take_up_stripe(&desk, None).await;
        let asked = double.requests().len();
        let view = ask(&keeper, GetStripe {}, None).await.unwrap();
        let StripeLine::NeedsKey { said } = &view.line else { panic!("{:?}", view.line) };
        assert!(said.contains("test mode"), "{said}");
        assert!(matches!(view.key, StripeKeyView::Kept { live: true, .. }), "{:?}", view.key);
        looks(&keeper, &mut Weak::new()).await;
        assert_eq!(double.requests().len(), asked);
    }
}
