use super::{connected, named};
use crate::check::Check;
use crate::door::Desk;
use crate::op::{Look, Op};
use crate::refusal::{Refusal, Result};
use billing::key::{KeyMode, StripeKey};
use billing::read::StripeAccountId;
use domain::practice::Practice;
use domain::record::Change;
use domain::stripe::{OfflineLimits, StripeAccount, StripeSettings};
use protocol::stripe::{RemoveStripeKey, SaveStripeLimits, StripeView};
use store::query::{self, EffectKind};

/// An account that a key was found to belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    pub id: StripeAccountId,
    pub name: String,
}

impl Desk {
    /// The account the practice bills through; `None` where none was ever connected.
    pub fn stripe_account(&self) -> Option<StripeAccount> {
        Some(self.nobody().ground.practice.as_ref()?.stripe.as_ref()?.account.clone())
    }

    /// Whether a key may be entered here at all, before anybody is asked about it.
    ///
    /// # Errors
    /// Real money in a made-up practice.
    pub fn may_connect(&self, key: &StripeKey) -> Result<()> {
        let here = self.nobody();
        let practice = here.ground.practice()?;
        match (practice.demo, key.mode()) {
            (true, KeyMode::Live) => Err(Refusal::LiveKeyInDemo),
            (true, KeyMode::Test) | (false, _) => Ok(()),
        }
    }

    /// Connects the practice with the account of a key that Stripe accepted; by whoever has just checked and kept it.
    ///
    /// # Errors
    /// Something is billed or owed through another account.
    pub async fn connect_stripe(&self, key: &StripeKey, found: Connected) -> Result<()> {
        self.may_connect(key)?;
        let mut op = self.begin(self.nobody_but_signed_in().await).await?;
        let practice = op.here.ground.practice()?.clone();
        let account = StripeAccount { id: found.id, live: key.mode() == KeyMode::Live };
        let before = practice.stripe.clone();
        if let Some(before) = &before
            && before.account != account
        {
            refuse_while_used(&mut op, before).await?;
        }
        let settings = match before {
            Some(before) if before.account == account => StripeSettings { name: found.name, ..before },
            before => StripeSettings {
                account,
                name: found.name,
                mark: before
                    .as_ref()
                    .map_or_else(|| op.fresh::<domain::RecordId>().to_string(), |before| before.mark.clone()),
                limits: before.map_or_else(|| OfflineLimits::usual(practice.currency), |it| it.limits),
                tax_rates: Vec::new(),
            },
        };
        if practice.stripe.as_ref() != Some(&settings) {
            let practice = Practice { stripe: Some(settings), ..practice };
            op.write(vec![Change::PracticeSaved(Box::new(practice))]).await?;
            self.commit(op).await?;
        } else {
            op.tx.roll_back().await?;
        }
        self.stripe_key_changed().await;
        Ok(())
    }
}

async fn refuse_while_used(op: &mut Op<'_>, before: &StripeSettings) -> Result<()> {
    let by_card = query::billed_by_card(op.conn().await?).await?;
    let open = query::open_effects(op.conn().await?, EffectKind::Stripe).await?;
    let owed = open.iter().filter(|(row, _)| row.account.as_deref() == Some(&named(&before.account))).count();
    if by_card == 0 && owed == 0 {
        return Ok(());
    }
    Err(Refusal::OtherAccount {
        name: before.name.clone(),
        mode: if before.account.live { "live" } else { "test" },
        by_card,
        waiting: owed as u32,
    })
}

/// The key is gone from the keychain; what the practice has there stays known.
pub(crate) async fn remove_stripe_key(look: &mut Look<'_>, _: RemoveStripeKey) -> Result<StripeView> {
    super::view::view(look).await
}

pub(crate) async fn save_stripe_limits(op: &mut Op<'_>, request: SaveStripeLimits) -> Result<StripeView> {
    let mut check = Check::default();
    check.price("limits.ticket", "The limit of one ticket", request.limits.ticket);
    check.price("limits.desk", "The limit of this desk", request.limits.desk);
    check.price("limits.refund_alone", "What goes back by itself", request.limits.refund_alone);
    check.done()?;
    let ground = op.here.ground.clone();
    let stripe = StripeSettings { limits: request.limits, ..connected(&ground)?.clone() };
    let practice = Practice { stripe: Some(stripe), ..ground.practice()?.clone() };
    op.write(vec![Change::PracticeSaved(Box::new(practice))]).await?;
    let here = op.here.clone();
    super::view::view(&mut Look { here, conn: op.conn().await? }).await
}
