//! The one place where what Stripe says becomes records: an answer, an event, a reconciliation.
//!
//! Nothing is written that is known already, so it may all be heard twice and in any order.

mod invoice;
mod people;
mod subscription;

use super::connected;
use crate::op::Op;
use crate::refusal::Result;
use billing::inbound::{
    CheckoutSnapshot, DisputeSnapshot, Ours, PaymentIntentSnapshot, PriceSnapshot, ProductSnapshot,
    RefundSnapshot, Snapshot,
};
use billing::read::{
    CheckoutStatus, DisputeStatus, Page, PaymentIntentStatus, RefundStatus, StripeSubscriptionId,
};
use billing::request::{ListOf, Thing};
use domain::enrollment::Enrollment;
use domain::fold::State;
use domain::record::{Change, Entity};
use domain::stripe::{
    CardChargeAnswered, CardOutcome, CustomerAtStripe, CustomerHeard, DisputeHeard, DisputeState, Owed,
    PlanHeard, PlanSaid, PriceAtStripe, Refundable, StripeAccount, TaxRateAtStripe,
};
use domain::{CustomerId, EnrollmentId, Money, PlanId, RecordId, TicketId};
use store::query;

/// What hearing something came to.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// What it names and is not known well enough yet.
    pub read_also: Vec<Thing>,
    /// It is about what is not known here, or not yet.
    pub too_early: Vec<Thing>,
    /// One of ours, whose invoices a full comparison reads too.
    pub subscription: Option<StripeSubscriptionId>,
    /// What was otherwise here, in words.
    pub differences: Vec<(Option<CustomerId>, String)>,
}

/// Takes in what Stripe says of one object; `by`: the effect that it answers.
pub(super) async fn hear(op: &mut Op<'_>, said: Snapshot, by: Option<&Owed>) -> Result<Heard> {
    match said {
        Snapshot::Customer(said) => people::customer(op, said, by).await,
        Snapshot::PaymentMethod(said) => people::payment_method(op, said).await,
        Snapshot::Product(said) => product(op, said, by).await,
        Snapshot::Price(said) => price(op, said, by).await,
        Snapshot::TaxRate { id, .. } => {
            if let Some(Owed::TaxRate { rate, mode }) = by {
                let stripe = connected(&op.here.ground)?;
                let account = stripe.account.clone();
                if stripe.tax_rate(*rate, *mode).is_none() {
                    let said = TaxRateAtStripe { id, rate: *rate, mode: *mode };
                    op.write(vec![Change::TaxRateHeard { account, said }]).await?;
                }
            }
            Ok(Heard::default())
        }
        Snapshot::Checkout(said) => checkout(op, said).await,
        Snapshot::Subscription(said) => subscription::subscription(op, *said, by).await,
        Snapshot::Invoice(said) => invoice::invoice(op, *said, by).await,
        Snapshot::PaymentIntent(said) => payment(op, said, by).await,
        Snapshot::Refund(said) => refund(op, said).await,
        Snapshot::Dispute(said) => dispute(op, said).await,
        // What was taken is told by the invoice or the payment, and what went back by the refund. A coupon and an invoice item
        // are known by the row of the effect that made them.
        Snapshot::Charge(_) | Snapshot::Coupon { .. } | Snapshot::InvoiceItem { .. } => Ok(Heard::default()),
        Snapshot::Gone { thing } => gone(op, thing).await,
    }
}

/// What an effect made is known by its id, though it could not be read.
pub(super) async fn only_its_id(op: &mut Op<'_>, id: &str, by: &Owed) -> Result<Heard> {
    let account = connected(&op.here.ground)?.account.clone();
    let change = match by {
        Owed::Customer { customer } => id.parse().ok().map(|id| {
            let said = CustomerAtStripe { account, id, card: None, deleted: false };
            Change::CustomerHeard(CustomerHeard { customer: *customer, said })
        }),
        Owed::Product { plan } => id
            .parse()
            .ok()
            .map(|id| Change::PlanHeard(PlanHeard { plan: *plan, account, said: PlanSaid::Product(id) })),
        Owed::Price { plan, price } => id.parse().ok().map(|id| {
            let said = PlanSaid::Price(PriceAtStripe { id, is: *price, active: true });
            Change::PlanHeard(PlanHeard { plan: *plan, account, said })
        }),
        _ => None,
    };
    let mut heard = Heard::default();
    if let Owed::Subscribe { .. } = by
        && let Ok(id) = id.parse()
    {
        heard.read_also.push(Thing::Subscription(id));
    }
    if let Some(change) = change {
        op.write(vec![change]).await?;
    }
    Ok(heard)
}

/// Everything of a page that is to be read, and where the next begins.
pub(super) fn listed(of: &ListOf, body: &[u8]) -> (Vec<Thing>, Option<String>) {
    use billing::read::{Customer, Dispute, Refund, Subscription};
    match of {
        ListOf::Customers => page::<Customer>(body, |one| Thing::Customer(one.id.clone())),
        ListOf::Subscriptions => page::<Subscription>(body, |one| Thing::Subscription(one.id.clone())),
        ListOf::Disputes => page::<Dispute>(body, |one| Thing::Dispute(one.id.clone())),
        ListOf::Refunds => page::<Refund>(body, |one| Thing::Refund(one.id.clone())),
        ListOf::InvoicesOfSubscription(_) | ListOf::InvoicesOf(_) => {
            page::<billing::read::Invoice>(body, |one| Thing::Invoice(one.id.clone()))
        }
        _ => (Vec::new(), None),
    }
}

fn page<T: billing::read::Object>(body: &[u8], thing: impl Fn(&T) -> Thing) -> (Vec<Thing>, Option<String>) {
    match Page::<T>::read(body) {
        Ok(page) => (page.items.iter().map(thing).collect(), page.next_after),
        Err(_) => (Vec::new(), None),
    }
}

pub(super) async fn held(op: &mut Op<'_>, id: EnrollmentId) -> Result<Option<Box<Enrollment>>> {
    Ok(match op.state(Entity::Enrollment(id)).await? {
        Some(State::Enrollment(held)) => Some(held),
        _ => None,
    })
}

pub(super) fn card_answer(
    ticket: TicketId,
    customer: CustomerId,
    asked: RecordId,
    amount: Money,
    outcome: CardOutcome,
) -> Change {
    Change::CardChargeAnswered(CardChargeAnswered { ticket, customer, asked, amount, outcome })
}

fn account(op: &Op<'_>) -> Result<StripeAccount> {
    Ok(connected(&op.here.ground)?.account.clone())
}

/// What this practice wrote on it, and no other that shares the account.
fn ours<'a>(op: &Op<'_>, ours: &'a Ours) -> Result<Option<&'a Ours>> {
    let mark = &connected(&op.here.ground)?.mark;
    Ok((ours.practice.as_deref() == Some(mark.as_str())).then_some(ours))
}

/// The plan that a product or price at Stripe is.
async fn plan_at(op: &mut Op<'_>, id: &str) -> Result<Option<PlanId>> {
    let known = query::at_stripe(op.conn().await?, id).await?;
    Ok(known.into_iter().find_map(|entity| match entity {
        Entity::Plan(plan) => Some(plan),
        _ => None,
    }))
}

async fn product(op: &mut Op<'_>, said: ProductSnapshot, by: Option<&Owed>) -> Result<Heard> {
    let account = account(op)?;
    let plan = match by {
        Some(Owed::Product { plan }) => Some(*plan),
        _ => plan_at(op, said.id.as_str()).await?,
    };
    let Some(plan) = plan else { return Ok(Heard::default()) };
    let known = op.here.ground.plans.get(&plan).and_then(|plan| plan.at_stripe(&account)?.product.clone());
    let change = match (known, said.deleted) {
        (Some(known), true) if known == said.id => Some(PlanSaid::NoProduct),
        (None, false) => Some(PlanSaid::Product(said.id)),
        _ => None,
    };
    if let Some(said) = change {
        op.write(vec![Change::PlanHeard(PlanHeard { plan, account, said })]).await?;
    }
    Ok(Heard::default())
}

async fn price(op: &mut Op<'_>, said: PriceSnapshot, by: Option<&Owed>) -> Result<Heard> {
    let account = account(op)?;
    let (plan, is) = match by {
        Some(Owed::Price { plan, price } | Owed::PriceSold { plan, price, .. }) => (*plan, *price),
        _ => {
            let Some(plan) = plan_at(op, said.id.as_str()).await? else { return Ok(Heard::default()) };
            let known = op.here.ground.plans.get(&plan).and_then(|plan| plan.at_stripe(&account).cloned());
            let known = known.and_then(|known| known.prices.into_iter().find(|price| price.id == said.id));
            let Some(known) = known else { return Ok(Heard::default()) };
            (plan, known.is)
        }
    };
    let known = op.here.ground.plans.get(&plan).and_then(|plan| plan.at_stripe(&account)?.price(is).cloned());
    let told = PriceAtStripe { id: said.id, is, active: said.active };
    if known.as_ref() != Some(&told) {
        let said = PlanSaid::Price(told);
        op.write(vec![Change::PlanHeard(PlanHeard { plan, account, said })]).await?;
    }
    Ok(Heard::default())
}

/// Somebody entered a card on Stripe's page.
async fn checkout(op: &mut Op<'_>, said: CheckoutSnapshot) -> Result<Heard> {
    let Some(ours) = ours(op, &said.ours)? else { return Ok(Heard::default()) };
    let (Some(customer), Some(card)) = (ours.customer, said.payment_method.clone()) else {
        return Ok(Heard::default());
    };
    if said.status != Some(CheckoutStatus::Complete) {
        return Ok(Heard::default());
    }
    let account = account(op)?;
    let entered = Change::CardEntered { customer, account, session: said.id, card };
    let fact = entered.fact();
    let known = op.tx.established(&fact.into_iter().collect::<Vec<_>>()).await?;
    if known.is_empty() {
        op.write(vec![entered]).await?;
    }
    Ok(Heard::default())
}

/// A card on file was charged for a ticket.
async fn payment(op: &mut Op<'_>, said: PaymentIntentSnapshot, by: Option<&Owed>) -> Result<Heard> {
    let asked = match by {
        Some(Owed::ChargeCard { ticket, customer, asked, .. }) => Some((*ticket, *customer, *asked)),
        _ => match ours(op, &said.ours)?.and_then(|ours| Some((ours.ticket?, ours.effect?))) {
            Some((ticket, effect)) => match query::effect(op.conn().await?, effect).await? {
                Some(row) => match super::owed_of(&row.what)? {
                    Owed::ChargeCard { customer, asked, .. } => Some((ticket, customer, asked)),
                    _ => None,
                },
                None => None,
            },
            None => None,
        },
    };
    let Some((ticket, customer, asked)) = asked else { return Ok(Heard::default()) };
    let outcome = match said.status {
        PaymentIntentStatus::Succeeded => {
            CardOutcome::Taken { payment: Refundable::Payment(said.id.clone()) }
        }
        PaymentIntentStatus::RequiresPaymentMethod | PaymentIntentStatus::Canceled => {
            CardOutcome::Declined { reason: said.decline_code.clone().unwrap_or_default() }
        }
        _ => return Ok(Heard::default()),
    };
    let answer = card_answer(ticket, customer, asked, said.amount, outcome);
    let known = op.tx.established(&answer.fact().into_iter().collect::<Vec<_>>()).await?;
    if known.is_empty() {
        let states = op.write(vec![answer]).await?;
        // Taken after it was paid another way, or after the sale was voided.
        if let Some(State::Ticket(ticket)) = states.get(&Entity::Ticket(ticket))
            && ticket.sale.is_some()
        {
            let needed = if ticket.counts_cards() { ticket.sold_on_card() } else { Money::ZERO };
            op.write(super::gives_back_beyond(ticket, needed)).await?;
        }
    }
    Ok(Heard::default())
}

/// Money that somebody gave back in the dashboard, or a refund of ours that the bank sent back.
async fn refund(op: &mut Op<'_>, said: RefundSnapshot) -> Result<Heard> {
    let by_us = ours(op, &said.ours)?.is_some();
    let failed = matches!(said.status, Some(RefundStatus::Failed | RefundStatus::Canceled));
    match (by_us, failed) {
        (true, true) => invoice::refund_failed(op, &said).await,
        (false, false) => invoice::refunded_there(op, &said).await,
        _ => Ok(Heard::default()),
    }
}

async fn dispute(op: &mut Op<'_>, said: DisputeSnapshot) -> Result<Heard> {
    let customer = match &said.payment_intent {
        Some(payment) => invoice::who_paid(op, payment.as_str()).await?,
        None => None,
    };
    let ground = op.here.ground.clone();
    let state = match said.status {
        DisputeStatus::NeedsResponse => {
            DisputeState::Open { answer_by: said.due_by.map(|by| ground.day_of(by)) }
        }
        DisputeStatus::UnderReview => DisputeState::UnderReview,
        DisputeStatus::Won => DisputeState::Won,
        DisputeStatus::Lost => DisputeState::Lost,
        _ => DisputeState::Inquiry,
    };
    let heard = DisputeHeard {
        dispute: said.id,
        charge: said.charge,
        customer,
        amount: said.amount,
        reason: said.reason.unwrap_or_default(),
        state,
    };
    let known = op.tx.established(&[heard.fact()]).await?;
    if known.is_empty() {
        op.write(vec![Change::DisputeHeard(heard)]).await?;
    }
    Ok(Heard::default())
}

/// Stripe has no such thing any more.
async fn gone(op: &mut Op<'_>, thing: Thing) -> Result<Heard> {
    match thing {
        Thing::Customer(id) => people::deleted(op, id.as_str()).await,
        Thing::Subscription(id) => subscription::vanished(op, id.as_str()).await,
        Thing::Product(id) => {
            let account = account(op)?;
            if let Some(plan) = plan_at(op, id.as_str()).await? {
                op.write(vec![Change::PlanHeard(PlanHeard { plan, account, said: PlanSaid::NoProduct })])
                    .await?;
            }
            Ok(Heard::default())
        }
        _ => Ok(Heard::default()),
    }
}
