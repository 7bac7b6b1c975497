//! What Stripe collected, could not collect, and gave back.

use super::{Heard, account, held, ours, subscription};
use crate::enrollments::alerts_of;
use crate::op::Op;
use crate::refusal::Result;
use crate::stripe::connected;
use billing::inbound::{InvoiceSnapshot, RefundSnapshot};
use billing::read::InvoiceStatus;
use billing::request::Thing;
use domain::checkout::{Tender, TenderKind};
use domain::enrollment::Enrollment;
use domain::record::{Change, ChargeCollected, ChargeRefunded};
use domain::stripe::{
    CardChargeAnswered, CardChargeRefunded, ChargeFailed, NextTry, Owed, PaidByStripe, RefundPart, Refundable,
};
use domain::{CustomerId, Day, Money};

pub(super) async fn invoice(op: &mut Op<'_>, said: InvoiceSnapshot, by: Option<&Owed>) -> Result<Heard> {
    let whose = match by {
        Some(Owed::PayInvoice { enrollment, .. } | Owed::PaidElsewhere { enrollment, .. }) => {
            Some(*enrollment)
        }
        _ => match &said.subscription {
            Some(id) => subscription::whose(op, id.as_str()).await?,
            None => ours(op, &said.ours)?.and_then(|ours| ours.enrollment),
        },
    };
    let Some(whose) = whose else { return Ok(Heard::default()) };
    let Some(held) = held(op, whose).await? else { return Ok(Heard::default()) };
    match said.status {
        Some(InvoiceStatus::Paid) => paid(op, &held, &said).await,
        Some(InvoiceStatus::Open | InvoiceStatus::Uncollectible) if said.attempt_count > 0 => {
            failed(op, &held, &said).await
        }
        _ => Ok(Heard::default()),
    }
}

/// Which charge of ours an invoice is: the period that runs when what it bills begins.
fn period_of(op: &Op<'_>, held: &Enrollment, said: &InvoiceSnapshot) -> Option<(u32, Day)> {
    let begins = said.period_start?;
    let ground = &op.here.ground;
    // An hour of summer time more or less must not put it into the period before.
    let day = ground.day_of(begins.plus_millis(3_600_000));
    let (period, _) = held.at(day).period_on(day)?;
    Some((period, day))
}

async fn paid(op: &mut Op<'_>, held: &Enrollment, said: &InvoiceSnapshot) -> Result<Heard> {
    let account = account(op)?;
    let stripe = PaidByStripe {
        account,
        invoice: said.id.clone(),
        payment: said
            .payment_intent
            .clone()
            .map(Refundable::Payment)
            .or_else(|| said.charge.clone().map(Refundable::Charge)),
    };
    if !op.tx.established(&[stripe.fact()]).await?.is_empty() {
        return Ok(Heard::default());
    }
    let today = op.here.today;
    let now = held.at(today);
    let Some((period, day)) = period_of(op, &now, said) else { return Ok(Heard::default()) };
    if now.was_paid_elsewhere(period) {
        return Ok(Heard::default());
    }
    // Nothing was charged for the days before a later start, or while a moved charge is waited for. What is billed from the
    // last hour of a day on is the next day's, unless it ends there too.
    let begins = now.billing_date(period);
    let before_it = said.period_end.is_some_and(|end| op.here.ground.day_of(end) <= begins);
    if said.amount.is_zero() && (before_it || !now.is_unpaid(period)) {
        return Ok(Heard::default());
    }
    // Marked as paid by us: what was collected at the counter stands in the journal already.
    let by_hand = said.paid_out_of_band == Some(true);
    if by_hand && !now.is_unpaid(period) {
        return Ok(Heard::default());
    }
    let total = said.amount;
    let tenders = match total.is_positive() {
        true => {
            vec![Tender { kind: TenderKind::CardOnFile, amount: total, received: total, change: Money::ZERO }]
        }
        false => Vec::new(),
    };
    let collected = ChargeCollected {
        enrollment: now.id,
        customer: now.customer,
        period,
        total,
        tax: said.tax,
        tenders,
        number: op.receipt_number(),
        ticket: None,
        stripe: Some(stripe.clone()),
        settles: None,
    };
    let agreed_otherwise = taken_after_all(&now, period, day);
    let mut tried = now.clone();
    tried.collect(today, period, total, said.tax)?;
    let mut changes = vec![Change::ChargeCollected(collected)];
    if let Some(why) = agreed_otherwise
        && let Some(of) = stripe.payment.clone()
        && total.is_positive()
        && total <= connected(&op.here.ground)?.limits.refund_alone
    {
        changes.push(Change::ChargeRefunded(ChargeRefunded {
            enrollment: now.id,
            customer: now.customer,
            total,
            tax: said.tax,
            tenders: vec![Tender {
                kind: TenderKind::CardOnFile,
                amount: total,
                received: total,
                change: Money::ZERO,
            }],
            number: op.receipt_number(),
            reason: why.to_owned(),
            cut_short: None,
            ticket: None,
            parts: vec![RefundPart { of, amount: total }],
            heard: None,
        }));
    }
    changes.extend(crate::enrollments::refreshes(&tried, today));
    changes.extend(alerts_of(op, now.id, period, "Paid.").await?);
    op.write(changes).await?;
    Ok(Heard::default())
}

/// Stripe took it though it had been agreed before that it would not: it was told too late.
fn taken_after_all(now: &Enrollment, period: u32, day: Day) -> Option<&'static str> {
    if let Some(ended) = now.ended {
        return (ended.on <= day).then_some("Stripe charged it after it had been cancelled here.");
    }
    if let Some(paused) = now.paused {
        return (paused.on <= day).then_some("Stripe charged it after it had been paused here.");
    }
    let ending = now.ending.filter(|ending| ending.last_day < day);
    if ending.is_some() {
        return Some("Stripe charged it after it had been cancelled here.");
    }
    // Somebody paid at the counter before.
    (!now.is_unpaid(period)).then_some("It had been paid at the counter before Stripe charged it.")
}

async fn failed(op: &mut Op<'_>, held: &Enrollment, said: &InvoiceSnapshot) -> Result<Heard> {
    let now = held.at(op.here.today);
    let Some((period, _)) = period_of(op, &now, said) else { return Ok(Heard::default()) };
    if !now.is_unpaid(period) || now.ended.is_some() {
        return Ok(Heard::default());
    }
    let ground = op.here.ground.clone();
    let next_try = match (&said.status, said.next_payment_attempt) {
        (Some(InvoiceStatus::Open), Some(at)) => NextTry::On(ground.day_of(at)),
        _ => NextTry::Never,
    };
    let failed = ChargeFailed {
        enrollment: now.id,
        customer: now.customer,
        account: account(op)?,
        invoice: Some(said.id.clone()),
        period,
        total: said.remaining,
        attempt: said.attempt_count,
        reason: said.decline_code.clone().unwrap_or_default(),
        next_try,
        page: said.page.clone(),
    };
    let fact: Vec<uuid::Uuid> = failed.fact().into_iter().collect();
    if op.tx.established(&fact).await?.is_empty() {
        // One alert stands for all attempts of one charge.
        let known = now.open_invoices.contains_key(&period);
        let mut changes = Vec::new();
        if known {
            changes = alerts_of(op, now.id, period, "Tried again.").await?;
        }
        changes.push(Change::ChargeFailed(failed));
        op.write(changes).await?;
    }
    Ok(Heard::default())
}

/// What a payment was for.
enum PaidFor {
    Charge(ChargeCollected),
    Ticket(CardChargeAnswered),
}

impl PaidFor {
    fn customer(&self) -> CustomerId {
        match self {
            Self::Charge(charge) => charge.customer,
            Self::Ticket(answered) => answered.customer,
        }
    }
}

/// Whose money a payment was: a ticket's, or a charge of a membership's.
pub(super) async fn who_paid(op: &mut Op<'_>, payment: &str) -> Result<Option<CustomerId>> {
    Ok(paid_for(op, payment).await?.map(|paid| paid.customer()))
}

/// The charge or the ticket that a payment paid, found in the journal of whoever it is linked with.
async fn paid_for(op: &mut Op<'_>, payment: &str) -> Result<Option<PaidFor>> {
    let record = store::query::charge_paid_by(op.conn().await?, payment).await?;
    Ok(record.and_then(|record| match record.change {
        Change::ChargeCollected(charge) => Some(PaidFor::Charge(charge)),
        Change::CardChargeAnswered(answered) => Some(PaidFor::Ticket(answered)),
        _ => None,
    }))
}

/// Somebody gave money back in the dashboard.
pub(super) async fn refunded_there(op: &mut Op<'_>, said: &RefundSnapshot) -> Result<Heard> {
    let payment = said.payment_intent.as_ref().map(|id| id.as_str().to_owned());
    let payment = payment.or_else(|| said.charge.as_ref().map(|id| id.as_str().to_owned()));
    let Some(payment) = payment else { return Ok(Heard::default()) };
    let charge = match paid_for(op, &payment).await? {
        None => return Ok(Heard { too_early: vec![Thing::Refund(said.id.clone())], ..Heard::default() }),
        Some(PaidFor::Charge(charge)) => charge,
        Some(PaidFor::Ticket(answered)) => {
            let back = Change::CardChargeRefunded(CardChargeRefunded {
                ticket: answered.ticket,
                customer: answered.customer,
                asked: answered.asked,
                refund: said.id.clone(),
                amount: said.amount,
            });
            return note_given_back(op, back, answered.customer, said.amount).await;
        }
    };
    let (enrollment, customer) = (charge.enrollment, charge.customer);
    let tax = charge.tax.scale(said.amount.minor(), charge.total.minor().max(1));
    let back = Change::ChargeRefunded(ChargeRefunded {
        enrollment,
        customer,
        total: said.amount,
        tax,
        tenders: vec![Tender {
            kind: TenderKind::CardOnFile,
            amount: said.amount,
            received: said.amount,
            change: Money::ZERO,
        }],
        number: op.receipt_number(),
        reason: "In Stripe's dashboard.".to_owned(),
        cut_short: None,
        ticket: None,
        parts: Vec::new(),
        heard: Some(said.id.clone()),
    });
    note_given_back(op, back, customer, said.amount).await
}

async fn note_given_back(
    op: &mut Op<'_>,
    back: Change,
    customer: CustomerId,
    amount: Money,
) -> Result<Heard> {
    let fact: Vec<uuid::Uuid> = back.fact().into_iter().collect();
    let mut heard = Heard::default();
    if op.tx.established(&fact).await?.is_empty() {
        let words = format!("{} was given back at Stripe.", op.here.ground.money(amount));
        heard.differences.push((Some(customer), words));
        op.write(vec![back]).await?;
    }
    Ok(heard)
}

/// The bank did not take a refund of ours back.
pub(super) async fn refund_failed(op: &mut Op<'_>, said: &RefundSnapshot) -> Result<Heard> {
    let Some(effect) = said.ours.effect else { return Ok(Heard::default()) };
    let Some(row) = store::query::effect(op.conn().await?, effect).await? else {
        return Ok(Heard::default());
    };
    let refused = domain::stripe::EffectRefused {
        effect,
        owed: crate::stripe::owed_of(&row.what)?,
        customer: row.customer,
        why: said.failure.clone().unwrap_or_else(|| "refund_failed".to_owned()),
        with: 0,
    };
    let change = Change::EffectRefused(Box::new(refused));
    let fact: Vec<uuid::Uuid> = change.fact().into_iter().collect();
    if op.tx.established(&fact).await?.is_empty() {
        op.write(vec![change]).await?;
    }
    Ok(Heard::default())
}
