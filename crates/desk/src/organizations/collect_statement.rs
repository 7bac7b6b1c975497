use super::{organization, statements};
use crate::enrollments::{charge_receipt, refreshes, tenders};
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::Money;
use domain::checkout::Tender;
use domain::enrollment::{Due, Enrollment};
use domain::record::Change;
use protocol::organizations::{CollectStatement, StatementPaid};
use store::query;

/// Takes everything that fell due on one day, of all memberships at once; the oldest day first.
pub(crate) async fn collect_statement(op: &mut Op<'_>, request: CollectStatement) -> Result<StatementPaid> {
    let here = op.here.clone();
    let (customer, _) = organization(op.conn().await?, request.organization).await?;
    let held = query::enrollments_of(op.conn().await?, customer.id).await?;
    let mut open: Vec<(Enrollment, Due)> = Vec::new();
    for held in held {
        let now = held.at(here.today);
        open.extend(now.dues(here.today).into_iter().next().map(|due| (now.clone(), due)));
    }
    let oldest =
        open.iter().map(|(_, due)| due.due_on).min().ok_or_else(|| {
            Refusal::NotNow(format!("{} owes nothing. No money moved.", customer.person.name))
        })?;
    if request.on != oldest {
        return Err(Refusal::NotNow(format!(
            "The oldest open statement is that of {}. Collect it first. No money moved.",
            oldest.long()
        )));
    }
    open.retain(|(_, due)| due.due_on == oldest);
    let total: Money = open.iter().map(|(_, due)| due.total).sum();
    tenders::same_amount(&here, request.expected, total)?;
    let taken = tenders::taken(op, total, &request.tenders).await?;
    let shares = shared_out(taken, open.iter().map(|(_, due)| due.total));
    let (mut changes, mut numbers) = (Vec::new(), Vec::new());
    for ((mut tried, due), taken) in open.into_iter().zip(shares) {
        let charge = tenders::collected(op, &mut tried, &due, taken).await?;
        numbers.push((tried.id, charge.number.to_string()));
        changes.push(Change::ChargeCollected(charge));
        changes.extend(refreshes(&tried, here.today));
    }
    op.write(changes).await?;
    let mut receipts = Vec::with_capacity(numbers.len());
    for (enrollment, number) in numbers {
        receipts.push(charge_receipt(op.conn().await?, &here, enrollment, &number).await?);
    }
    let statements = statements::statements(op.conn().await?, &here, customer.id).await?;
    Ok(StatementPaid { receipts, statements })
}

/// What of each tender pays which of the amounts, in turn; change goes with the last of a tender's parts, and so does
/// what cash was rounded up by.
fn shared_out(taken: Vec<Tender>, amounts: impl Iterator<Item = Money>) -> Vec<Vec<Tender>> {
    let mut taken = taken.into_iter().peekable();
    let mut shares: Vec<Vec<Tender>> = amounts
        .map(|amount| {
            let mut missing = amount;
            let mut parts = Vec::new();
            while let Some(tender) = taken.peek_mut().filter(|_| missing.is_positive()) {
                if tender.amount <= missing {
                    missing -= tender.amount;
                    parts.extend(taken.next());
                } else {
                    let kind = tender.kind.clone();
                    parts.push(Tender { kind, amount: missing, received: missing, change: Money::ZERO });
                    tender.amount -= missing;
                    tender.received -= missing;
                    missing = Money::ZERO;
                }
            }
            parts
        })
        .collect();
    for rest in taken {
        match shares.iter_mut().flatten().rev().find(|part| part.kind == rest.kind) {
            Some(part) => {
                part.amount += rest.amount;
                part.received += rest.received;
                part.change += rest.change;
            }
            None => shares.iter_mut().last().into_iter().for_each(|share| share.push(rest.clone())),
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::checkout::TenderKind;

    fn tender(kind: TenderKind, amount: i64, received: i64) -> Tender {
        let (amount, received) = (Money::from_minor(amount), Money::from_minor(received));
        Tender { kind, amount, received, change: received - amount }
    }

    #[test]
    fn what_cash_was_rounded_up_by_goes_with_it_and_so_does_the_change() {
        // 2 x 10.03 in francs: 20.06 is 20.05 in coins; 3 x 10.03 is 30.09, 30.10 in coins.
        let due = |times| std::iter::repeat_n(Money::from_minor(1_003), times);
        let cash = |amount, received| tender(TenderKind::Cash, amount, received);
        assert_eq!(
            shared_out(vec![cash(3_010, 5_000)], due(3)),
            [vec![cash(1_003, 1_003)], vec![cash(1_003, 1_003)], vec![cash(1_004, 2_994)]]
        );
        assert_eq!(
            shared_out(vec![cash(2_005, 2_010)], due(2)),
            [vec![cash(1_003, 1_003)], vec![cash(1_002, 1_007)]]
        );
    }

    #[test]
    fn every_cent_goes_to_one_charge_and_the_change_goes_back_once() {
        let check = || TenderKind::Check { number: "7".into() };
        let taken = vec![tender(check(), 5_000, 5_000), tender(TenderKind::Cash, 3_000, 4_000)];
        let shares = shared_out(taken, [4_000, 4_000].into_iter().map(Money::from_minor));
        assert_eq!(
            shares,
            [
                vec![tender(check(), 4_000, 4_000)],
                vec![tender(check(), 1_000, 1_000), tender(TenderKind::Cash, 3_000, 4_000)]
            ]
        );
    }
}
