use super::{connected, named, owed_of};
use crate::op::{Look, Op};
use crate::refusal::{Refusal, Result};
use domain::effect::EffectState;
use domain::record::Change;
use domain::stripe::Owed;
use protocol::stripe::{AskBillingPage, BillingPage, GetBillingPage};
use store::query;

/// As long as Stripe lets a page be opened that nobody has opened yet:
/// <https://docs.stripe.com/api/customer_portal/sessions/object>, `url`.
const OPEN_MILLIS: i64 = 5 * 60_000;

/// Asks Stripe for its page of somebody's bills.
pub(crate) async fn ask_billing_page(op: &mut Op<'_>, request: AskBillingPage) -> Result<BillingPage> {
    let ground = op.here.ground.clone();
    let account = connected(&ground)?.account.clone();
    let customer = query::root_of(op.conn().await?, request.customer).await?;
    let Some(person) = super::resolve::person(op, customer).await? else {
        return Err(Refusal::NotFound { what: "That person" });
    };
    if person.at_stripe(&account).is_none_or(|known| known.deleted) {
        return Err(Refusal::NotNow(
            "Stripe does not know them yet. There are no bills to show before something was paid by card."
                .into(),
        ));
    }
    op.write(vec![Change::BillingPageAsked { customer }]).await?;
    let here = op.here.clone();
    get_billing_page(&mut Look { here, conn: op.conn().await? }, GetBillingPage { customer }).await
}

/// How the newest such page stands.
pub(crate) async fn get_billing_page(look: &mut Look<'_>, request: GetBillingPage) -> Result<BillingPage> {
    let account = named(&connected(&look.here.ground)?.account);
    let customer = query::root_of(look.conn, request.customer).await?;
    let rows = query::effects_of(look.conn, &[customer]).await?;
    let newest = rows
        .into_iter()
        .rev()
        .filter(|row| row.account.as_deref() == Some(&account))
        .find(|row| matches!(owed_of(&row.what), Ok(Owed::OpenPortal { .. })));
    let Some(row) = newest else { return Ok(BillingPage::None) };
    Ok(match row.progress.state {
        EffectState::Waiting | EffectState::InFlight => {
            BillingPage::Asked { said: row.answer.filter(|_| row.progress.attempts > 0) }
        }
        EffectState::Refused => BillingPage::Refused { said: row.answer.unwrap_or_default() },
        EffectState::Superseded => BillingPage::Expired,
        EffectState::Done => {
            let age = row.answered.map_or(0, |at| look.here.now.millis() - at.millis());
            match row.address {
                Some(url) if age < OPEN_MILLIS => BillingPage::Open { url },
                _ => BillingPage::Expired,
            }
        }
    })
}
