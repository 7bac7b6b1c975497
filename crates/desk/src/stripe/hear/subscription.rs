//! What bills an enrollment.

use super::{Heard, account, held, ours};
use crate::op::Op;
use crate::refusal::Result;
use billing::inbound::{Paused, SubscriptionSnapshot, SubscriptionState as Stands};
use billing::request::Thing;
use domain::EnrollmentId;
use domain::effect::EffectState;
use domain::enrollment::Enrollment;
use domain::record::{Change, Entity};
use domain::stripe::{Owed, SubscriptionHeard, SubscriptionItemSaid, SubscriptionSaid, SubscriptionState};
use store::query::{self, EffectKind};

pub(super) async fn subscription(
    op: &mut Op<'_>,
    said: SubscriptionSnapshot,
    by: Option<&Owed>,
) -> Result<Heard> {
    let whose = match by {
        Some(Owed::Subscribe { enrollment }) => Some(*enrollment),
        _ => match whose(op, said.id.as_str()).await? {
            Some(known) => Some(known),
            None => ours(op, &said.ours)?.and_then(|ours| ours.enrollment),
        },
    };
    let Some(whose) = whose else { return Ok(Heard::default()) };
    let Some(before) = held(op, whose).await? else { return Ok(Heard::default()) };
    let mut heard = Heard { subscription: Some(said.id.clone()), ..Heard::default() };
    heard.read_also.extend(said.latest_invoice.clone().map(Thing::Invoice));
    // One that ended says nothing of another that bills it now.
    let known = before.subscription.as_deref();
    let another = known.is_some_and(|known| known.id != said.id && known.state != SubscriptionState::Ended);
    if another && said.state() == Stands::Ended {
        return Ok(heard);
    }
    let told = told(op, &before, &said)?;
    let settled = is_settled(op, whose).await?;
    // Said again, it is new only where it could not be believed before.
    if known == Some(&told) && !(settled && differs(&before.at(op.here.today), &told)) {
        return Ok(heard);
    }
    let change = SubscriptionHeard { enrollment: whose, customer: before.customer, said: told, settled };
    let states = op.write(vec![Change::SubscriptionHeard(Box::new(change))]).await?;
    if let Some(domain::fold::State::Enrollment(after)) = states.get(&Entity::Enrollment(whose)) {
        heard.differences = differences(op, &before, after);
    }
    Ok(heard)
}

/// Stripe does not know it any more, which it only does where the customer was deleted.
pub(super) async fn vanished(op: &mut Op<'_>, id: &str) -> Result<Heard> {
    let Some(whose) = whose(op, id).await? else { return Ok(Heard::default()) };
    let Some(before) = held(op, whose).await? else { return Ok(Heard::default()) };
    let Some(known) = before.subscription.as_deref().filter(|known| known.id.as_str() == id) else {
        return Ok(Heard::default());
    };
    if known.state != SubscriptionState::Ended {
        let said = SubscriptionSaid { state: SubscriptionState::Ended, bills_next: None, ..known.clone() };
        let settled = is_settled(op, whose).await?;
        let change = SubscriptionHeard { enrollment: whose, customer: before.customer, said, settled };
        op.write(vec![Change::SubscriptionHeard(Box::new(change))]).await?;
    }
    Ok(Heard::default())
}

/// The enrollment that a subscription, or an invoice of one, is about.
pub(super) async fn whose(op: &mut Op<'_>, id: &str) -> Result<Option<EnrollmentId>> {
    let known = query::at_stripe(op.conn().await?, id).await?;
    Ok(known.into_iter().find_map(|entity| match entity {
        Entity::Enrollment(enrollment) => Some(enrollment),
        _ => None,
    }))
}

fn told(op: &Op<'_>, before: &Enrollment, said: &SubscriptionSnapshot) -> Result<SubscriptionSaid> {
    let ground = &op.here.ground;
    let now = before.at(op.here.today);
    let expected = now.next_billing(op.here.today);
    let state = match said.state() {
        Stands::Running | Stands::Unknown(_) => SubscriptionState::Running,
        Stands::Waiting => SubscriptionState::Waiting,
        Stands::PastDue => SubscriptionState::PastDue,
        Stands::Paused => match &said.paused {
            Paused::Collection { resumes_at } => {
                SubscriptionState::CollectionPaused { resumes_on: resumes_at.map(|at| ground.day_of(at)) }
            }
            Paused::Yes { .. } | Paused::No => SubscriptionState::Paused,
        },
        Stands::Ended => SubscriptionState::Ended,
    };
    let bills = !matches!(state, SubscriptionState::Ended | SubscriptionState::Paused);
    let last_day = now.last_day().map(domain::Day::next);
    // While it is paused its period ends where that began.
    let paused = said.paused != Paused::No && said.cancel_at.is_some();
    let ends_at = match said.cancel_at_period_end && !paused {
        true => said.period_end.or(said.cancel_at),
        false => said.cancel_at,
    };
    Ok(SubscriptionSaid {
        account: account(op)?,
        id: said.id.clone(),
        customer: said.customer.clone(),
        state,
        items: said
            .items
            .iter()
            .map(|item| SubscriptionItemSaid {
                id: item.id.clone(),
                price: item.price.clone(),
                quantity: u32::try_from(item.quantity).unwrap_or(u32::MAX),
                amount: item.amount.filter(|_| said.whole),
                months: item.months,
            })
            .collect(),
        bills_next: said.period_end.filter(|_| bills).map(|at| ground.billing_day_of(at, expected)),
        cancels_on: ends_at.map(|at| ground.billing_day_of(at, last_day.or(expected))),
        can_pause: said.can_pause,
        card: said.default_payment_method.clone(),
    })
}

/// Nothing that was asked of it waits or is on its way.
async fn is_settled(op: &mut Op<'_>, enrollment: EnrollmentId) -> Result<bool> {
    let open = query::open_effects(op.conn().await?, EffectKind::Stripe).await?;
    for (row, _) in open {
        let open = matches!(row.progress.state, EffectState::Waiting | EffectState::InFlight);
        if open && super::super::owed_of(&row.what)?.enrollment() == Some(enrollment) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether what is agreed here is otherwise than Stripe does.
fn differs(now: &Enrollment, told: &SubscriptionSaid) -> bool {
    let mut after = now.clone();
    let (_, changed) = after.hear(now.as_of, told, true);
    changed.is_some() || after.next_billing(after.as_of) != now.next_billing(now.as_of)
}

fn differences(
    op: &Op<'_>,
    before: &Enrollment,
    after: &Enrollment,
) -> Vec<(Option<domain::CustomerId>, String)> {
    let today = op.here.today;
    let was = before.at(today);
    let plan = op.here.ground.plan_name(after.plan);
    let mut said = Vec::new();
    let mut say = |words: String| said.push((Some(after.customer), format!("{plan}: {words}.")));
    if was.ended.is_none() && after.ended.is_some() {
        say("it has ended at Stripe".to_owned());
        return said;
    }
    if was.paused.is_some() != after.paused.is_some() {
        say(if after.paused.is_some() { "it is paused at Stripe" } else { "it goes on at Stripe" }.to_owned());
    }
    if was.ending != after.ending {
        say(match after.ending {
            Some(ending) => format!("it ends after {}", ending.last_day.long()),
            None => "its end was taken back".to_owned(),
        });
    }
    let (then, now) = (was.next_billing(today), after.next_billing(today));
    if then != now
        && let Some(now) = now
    {
        say(format!("the next charge is on {}", now.long()));
    }
    said
}
