//! Money for a membership, taken and given back at the counter.

use crate::check::Check;
use crate::gift_cards;
use crate::op::{Here, Op};
use crate::refusal::{Refusal, Result};
use domain::checkout::{Tender, TenderKind, TenderOffer, round_to_coin, smallest_coin, take};
use domain::enrollment::{Due, Enrollment};
use domain::fold::State;
use domain::record::{Change, ChargeCollected, ChargeRefunded, Entity, ReceiptNumber};
use domain::stripe::{RefundPart, Refundable};
use domain::{Money, TicketId};
use store::query;

/// Takes exactly what is due; a card on file pays no membership at the counter.
pub(crate) async fn taken(op: &mut Op<'_>, due: Money, offers: &[TenderOffer]) -> Result<Vec<Tender>> {
    let mut check = Check::default();
    for offer in offers {
        match &offer.kind {
            TenderKind::Cash | TenderKind::GiftCard { .. } => {}
            TenderKind::Terminal { reference: text } | TenderKind::Check { number: text } => {
                check.line("tenders", "What the slip or check says", text, 100);
            }
            TenderKind::CardOnFile => check.wrong(
                "tenders",
                "A membership is paid with cash, a check, a gift card or the card terminal at the counter.",
            ),
        }
    }
    check.done()?;
    let offers = gift_cards::spend(op, offers).await?;
    Ok(take(due, &offers, smallest_coin(op.here.ground.practice()?.currency))?)
}

/// Collects one charge: changes `tried`, and gives the record with the next receipt number.
pub(crate) async fn collected(
    op: &mut Op<'_>,
    tried: &mut Enrollment,
    due: &Due,
    tenders: Vec<Tender>,
) -> Result<ChargeCollected> {
    let settles = tried.open_invoices.get(&due.period).and_then(|open| open.invoice.clone());
    tried.collect(op.here.today, due.period, due.total, due.tax)?;
    Ok(ChargeCollected {
        enrollment: tried.id,
        customer: tried.customer,
        period: due.period,
        total: due.total,
        tax: due.tax,
        tenders,
        number: op.receipt_number(),
        ticket: None,
        stripe: None,
        // Stripe is told, and asks for it no longer.
        settles,
    })
}

/// What of `amount` goes back to which tender, and the ticket whose tenders they are where one sold the membership.
pub(super) async fn gives_back(
    conn: &mut sqlx::sqlite::SqliteConnection,
    here: &Here,
    held: &Enrollment,
    amount: Money,
) -> Result<(Vec<Tender>, Option<TicketId>)> {
    let coin = smallest_coin(here.ground.practice()?.currency);
    let history = history(conn, held).await?;
    let last = history.iter().rev().find_map(|change| match change {
        Change::ChargeCollected(charge) => Some(charge.ticket),
        _ => None,
    });
    let Some(Some(ticket)) = last else { return Ok((give_back(&history, amount, coin), None)) };
    let left = match query::entity(conn, Entity::Ticket(ticket)).await? {
        Some(State::Ticket(sold)) => sold.tenders_left(),
        _ => Vec::new(),
    };
    Ok((hand_out(left.into_iter(), amount, coin), Some(ticket)))
}

/// What of `amount` goes back to which tender: latest first, each up to what it took and still has.
fn give_back(changes: &[Change], amount: Money, coin: u32) -> Vec<Tender> {
    let mut took: Vec<(TenderKind, Money)> = Vec::new();
    for change in changes {
        match change {
            Change::ChargeCollected(charge) => {
                took.extend(charge.tenders.iter().map(|tender| (tender.kind.clone(), tender.amount)));
            }
            Change::ChargeRefunded(charge) => {
                for tender in &charge.tenders {
                    take_out(&mut took, &tender.kind, tender.amount);
                }
            }
            _ => {}
        }
    }
    hand_out(took.into_iter().rev(), amount, coin)
}

/// Cash goes back in coins, all of it as one: what no tender has any more can only come out of the drawer as well.
fn hand_out(sources: impl Iterator<Item = (TenderKind, Money)>, amount: Money, coin: u32) -> Vec<Tender> {
    let mut missing = amount;
    let (mut cash, mut tenders) = (Money::ZERO, Vec::new());
    let tender = |kind, amount| Tender { kind, amount, received: amount, change: Money::ZERO };
    for (kind, has) in sources {
        let part = missing.min(has);
        if !part.is_positive() {
            continue;
        }
        missing -= part;
        match kind {
            TenderKind::Cash => cash += part,
            kind => tenders.push(tender(kind, part)),
        }
    }
    let cash = round_to_coin(cash + missing, coin);
    if cash.is_positive() {
        tenders.push(tender(TenderKind::Cash, cash));
    }
    tenders
}

fn take_out(took: &mut [(TenderKind, Money)], kind: &TenderKind, amount: Money) {
    let mut missing = amount;
    for (_, has) in took.iter_mut().rev().filter(|(known, _)| known == kind) {
        let part = missing.min(*has);
        *has -= part;
        missing -= part;
    }
}

/// Everything an enrollment took and gave back so far, in order.
pub(super) async fn history(
    conn: &mut sqlx::sqlite::SqliteConnection,
    held: &Enrollment,
) -> Result<Vec<Change>> {
    let records = store::records_about(conn, Entity::Enrollment(held.id)).await?;
    Ok(records.into_iter().map(|record| record.change).collect())
}

/// What went back since money was last collected: the refund limit holds for a charge, in however many parts.
pub(super) async fn given_before(
    conn: &mut sqlx::sqlite::SqliteConnection,
    held: &Enrollment,
) -> Result<Money> {
    Ok(history(conn, held).await?.iter().fold(Money::ZERO, |given, change| match change {
        Change::ChargeCollected(_) => Money::ZERO,
        Change::ChargeRefunded(charge) => given + charge.total,
        _ => given,
    }))
}

/// The record of money given back; a large sum needs a manager.
pub(super) async fn refunded(
    op: &mut Op<'_>,
    held: &Enrollment,
    total: Money,
    tax: Money,
    cut_short: Option<u32>,
    reason: &str,
) -> Result<ChargeRefunded> {
    let here = op.here.clone();
    let practice = here.ground.practice()?;
    let before = given_before(op.conn().await?, held).await?;
    if total + before > practice.refund_limit {
        let limit = here.ground.money(practice.refund_limit);
        let what = if before.is_positive() {
            let before = here.ground.money(before);
            format!("Giving back more than {limit} of one charge, of which {before} went back already,")
        } else {
            format!("A refund above {limit}")
        };
        here.require(domain::practice::Role::Manager, &what)?;
    }
    let (tenders, ticket) = gives_back(op.conn().await?, &here, held, total).await?;
    let parts = match ticket {
        None => parts(&history(op.conn().await?, held).await?, &tenders),
        Some(_) => Vec::new(),
    };
    let number: ReceiptNumber = op.receipt_number();
    Ok(ChargeRefunded {
        enrollment: held.id,
        customer: held.customer,
        total,
        tax,
        tenders,
        number,
        reason: reason.to_owned(),
        cut_short,
        ticket,
        parts,
        heard: None,
    })
}

/// Which payments at Stripe a refund to the card is of, latest first, each up to what it took and still has.
fn parts(history: &[Change], back: &[Tender]) -> Vec<RefundPart> {
    let on_card = |tender: &&Tender| tender.kind == TenderKind::CardOnFile;
    let mut paid: Vec<(Refundable, Money)> = Vec::new();
    for change in history {
        match change {
            Change::ChargeCollected(charge) => {
                let payment = charge.stripe.as_ref().and_then(|stripe| stripe.payment.clone());
                paid.extend(payment.map(|payment| (payment, charge.total)));
            }
            Change::ChargeRefunded(charge) => {
                let told = charge.parts.iter().map(|part| part.amount).sum::<Money>();
                let elsewhere = match charge.heard {
                    Some(_) => charge.total,
                    None => Money::ZERO,
                };
                let mut missing = told + elsewhere;
                for (_, has) in paid.iter_mut().rev() {
                    let part = missing.min(*has);
                    *has -= part;
                    missing -= part;
                }
            }
            _ => {}
        }
    }
    let mut missing: Money = back.iter().filter(on_card).map(|tender| tender.amount).sum();
    let mut parts = Vec::new();
    for (of, has) in paid.into_iter().rev() {
        let amount = missing.min(has);
        if amount.is_positive() {
            parts.push(RefundPart { of, amount });
            missing -= amount;
        }
    }
    parts
}

/// Refuses when another amount is due than the person saw.
pub(crate) fn same_amount(here: &Here, expected: Money, actual: Money) -> Result<()> {
    if expected == actual {
        return Ok(());
    }
    Err(Refusal::StaleTotal {
        expected,
        actual,
        expected_words: here.ground.money(expected),
        actual_words: here.ground.money(actual),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cash_goes_back_in_coins_and_all_else_to_the_cent() {
        let money = Money::from_minor;
        let card = || TenderKind::Terminal { reference: "7".into() };
        let given = |sources: Vec<(TenderKind, i64)>, amount| -> Vec<(TenderKind, Money)> {
            let sources = sources.into_iter().map(|(kind, has)| (kind, money(has)));
            hand_out(sources, money(amount), 5).into_iter().map(|back| (back.kind, back.amount)).collect()
        };
        assert_eq!(given(vec![(TenderKind::Cash, 10_000)], 6_774), [(TenderKind::Cash, money(6_775))]);
        assert_eq!(given(vec![(card(), 10_000)], 6_774), [(card(), money(6_774))]);
        let both = vec![(card(), 5_000), (TenderKind::Cash, 1_000)];
        assert_eq!(given(both, 6_774), [(card(), money(5_000)), (TenderKind::Cash, money(1_775))]);
        assert_eq!(given(vec![(TenderKind::Cash, 1_000)], 2), [], "less than the smallest coin");
    }
}
