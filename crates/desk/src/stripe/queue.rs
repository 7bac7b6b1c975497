//! What is owed to Stripe, in words, and what a person can do about it.

use super::owed_of;
use crate::ground::Ground;
use crate::keeping::closing;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use crate::stripe::hear::card_answer;
use domain::effect::EffectState;
use domain::fold::{Raised, State};
use domain::record::{Change, Entity};
use domain::stripe::{CardOutcome, Extra, Owed};
use domain::{CustomerId, EnrollmentId};
use sqlx::sqlite::SqliteConnection;
use store::query::{self, EffectRow, TaskRow};

/// What the list calls it, with names.
pub(crate) async fn title(conn: &mut SqliteConnection, ground: &Ground, row: &EffectRow) -> Result<String> {
    let owed = owed_of(&row.what)?;
    let whose = match &owed {
        Owed::Customer { customer } => name(conn, *customer).await?,
        _ if !row.name.is_empty() => row.name.clone(),
        _ => String::new(),
    };
    let plan = match owed.enrollment() {
        Some(id) => plan_of(conn, ground, id).await?,
        None => String::new(),
    };
    let title = words(ground, &owed, &plan);
    Ok(match (&owed, whose.is_empty()) {
        (_, true) => title,
        (Owed::ChargeCard { .. }, false) => format!("{title} to the card of {whose}"),
        (_, false) => format!("{title}, {whose}"),
    })
}

/// The same of nobody in person.
pub(crate) fn plain_title(ground: &Ground, owed: &Owed) -> String {
    words(ground, owed, "a membership")
}

fn words(ground: &Ground, owed: &Owed, plan: &str) -> String {
    let money = |amount| ground.money(amount);
    match owed {
        Owed::Customer { .. } => "Tell Stripe who they are".to_owned(),
        Owed::CustomerGone { .. } => "Let Stripe forget somebody who was erased".to_owned(),
        Owed::CustomerWords { .. } => "Tell Stripe their new name or address".to_owned(),
        Owed::Product { plan } => format!("Tell Stripe of {}", ground.plan_name(*plan)),
        Owed::ProductWords { plan } => format!("Tell Stripe how {} is described", ground.plan_name(*plan)),
        Owed::Price { plan, price } => {
            format!("Tell Stripe the price {} of {}", money(price.amount), ground.plan_name(*plan))
        }
        Owed::PriceSold { plan, price, sold: true } => {
            format!("Sell {} at {} again", ground.plan_name(*plan), money(price.amount))
        }
        Owed::PriceSold { plan, price, sold: false } => {
            format!("Sell {} no longer at {}", ground.plan_name(*plan), money(price.amount))
        }
        Owed::TaxRate { rate, .. } => format!("Tell Stripe the tax rate of {rate} %"),
        Owed::Coupon { amount, .. } => format!("Take {} off the first charge", money(*amount)),
        Owed::DefaultCard { .. } => "Charge their new card from now on".to_owned(),
        Owed::SubscriptionCard { .. } => format!("Charge {plan} to the new card"),
        Owed::SetUpCard { .. } => "Open a page for their card".to_owned(),
        Owed::OpenPortal { .. } => "Open the page of their bills".to_owned(),
        Owed::Subscribe { .. } => format!("Start billing {plan}"),
        Owed::NextInvoice { amount, why, .. } => {
            let what = match why {
                Extra::SetupFee => "the setup fee",
                Extra::OpeningDiscount => "the opening discount",
                Extra::Joined => "the days of somebody who joined",
                Extra::Carried => "the unused days of the plan before",
            };
            format!("Put {what}, {}, on the next charge of {plan}", money(*amount))
        }
        Owed::Pause { .. } => format!("Pause {plan}"),
        Owed::Resume { .. } => format!("Resume {plan}"),
        Owed::Shift { to, .. } => format!("Charge {plan} next on {}", to.long()),
        Owed::CancelOn { on, .. } => format!("End {plan} after {}", on.prev().long()),
        Owed::KeepOn { .. } => format!("Let {plan} go on"),
        Owed::CancelNow { .. } => format!("End {plan} now"),
        Owed::Items { .. } => format!("Change what {plan} is billed by"),
        Owed::Upgrade { .. } => format!("Start the new period of {plan}"),
        Owed::PayInvoice { .. } => format!("Ask the bank again for {plan}"),
        Owed::PaidElsewhere { .. } => format!("Mark {plan} as paid at the counter"),
        Owed::VoidInvoice { .. } => format!("Ask no longer for what {plan} owed"),
        Owed::ChargeCard { amount, .. } => format!("Charge {}", money(*amount)),
        Owed::Refund { amount, .. } => format!("Give {} back to the card", money(*amount)),
    }
}

async fn name(conn: &mut SqliteConnection, customer: CustomerId) -> Result<String> {
    let names = query::customers_named(conn, &[customer]).await?;
    Ok(names.into_iter().next().map(|row| row.name).unwrap_or_default())
}

async fn plan_of(conn: &mut SqliteConnection, ground: &Ground, id: EnrollmentId) -> Result<String> {
    Ok(match query::entity(conn, Entity::Enrollment(id)).await? {
        Some(State::Enrollment(held)) => ground.plan_name(held.plan),
        _ => "a membership".to_owned(),
    })
}

/// Why it is where it is and what happens next.
pub(crate) fn explained(row: &EffectRow, when: impl Fn(domain::Instant) -> String) -> Vec<String> {
    let progress = row.progress;
    let mut said = Vec::new();
    match progress.state {
        EffectState::Waiting if row.behind => {
            said.push("Something that has to be done before goes first.".to_owned());
        }
        EffectState::Waiting if progress.attempts == 0 => {
            said.push("It goes out by itself as soon as Stripe can be reached.".to_owned());
        }
        EffectState::Waiting => {
            said.push(format!("It was tried; the next try is after {}.", when(progress.next_try)));
            if progress.unsure > 0 {
                said.push(
                    "Nobody knows whether it arrived. It is sent again under the same key, by which Stripe does it once."
                        .to_owned(),
                );
            }
        }
        EffectState::InFlight => said.push("It is on its way now.".to_owned()),
        EffectState::Done => said.push("Stripe has done it.".to_owned()),
        EffectState::Refused => said.push(
            "Stripe refused it for good. Retry asks for it anew, under another key; cancel it where it is not wanted."
                .to_owned(),
        ),
        EffectState::Superseded => said.push("It was not sent. No money moved by it.".to_owned()),
    }
    said
}

/// Tries it now; what Stripe gave a verdict on is owed anew, for its key has its answer.
pub(crate) async fn renew(op: &mut Op<'_>, row: &EffectRow) -> Result<()> {
    let owed = owed_of(&row.what)?;
    if let Owed::ChargeCard { .. } = owed {
        return Err(Refusal::NotNow(
            "A declined card is charged again from the ticket. No money moved.".into(),
        ));
    }
    let customer = row.customer;
    let mut changes = vec![Change::EffectRenewed { effect: row.id, owed, customer }];
    changes.extend(alert_about(op, row, "Asked for anew.").await?);
    op.write(changes).await?;
    Ok(())
}

/// The alert that it was refused closes with what is done about it.
async fn alert_about(op: &mut Op<'_>, row: &EffectRow, note: &str) -> Result<Vec<Change>> {
    let about = |task: &TaskRow| matches!(&task.raised, Raised::EffectRefused { refused } if refused.effect == row.id);
    closing(op.conn().await?, about, note).await
}

/// Somebody took it out of the queue.
pub(crate) async fn taken_out(op: &mut Op<'_>, row: &EffectRow) -> Result<()> {
    if let Owed::ChargeCard { ticket, customer, amount, asked, .. } = owed_of(&row.what)? {
        let answer = card_answer(ticket, customer, asked, amount, CardOutcome::NotAsked);
        op.write(vec![answer]).await?;
    }
    let closed = alert_about(op, row, "Taken out of the queue.").await?;
    op.write(closed).await?;
    Ok(())
}
