//! A membership sold on a ticket, and what becomes of it when its sale is given back.

use crate::agreements;
use crate::enrollments::{Asked, Offer, refreshes};
use crate::op::{Here, Op};
use crate::refusal::{Refusal, Result};
use domain::checkout::{LineKind, PlanSale, RefundOutcome, SettledTicket};
use domain::enrollment::{Enrollment, Minimum, PaysBy};
use domain::fold::State;
use domain::practice::Role;
use domain::record::{Change, ChargeCollected, ChargeRefunded, ConsentHow, Entity, ReceiptNumber};
use domain::ticket::Ticket;
use domain::{CustomerId, LineId, Money, TicketId};
use protocol::tickets::TicketDraft;
use sqlx::sqlite::SqliteConnection;
use store::query;

/// A membership on its way onto a ticket.
pub(super) struct Selling {
    line: LineId,
    offer: Offer,
    consent: ConsentHow,
}

/// What of a draft can be sold to this person, here, from today.
pub(super) async fn selling(
    op: &mut Op<'_>,
    draft: &TicketDraft,
    customer: Option<CustomerId>,
) -> Result<Vec<Selling>> {
    let here = op.here.clone();
    let mut found: Vec<Selling> = Vec::new();
    for line in &draft.lines {
        let Some(sells) = line.sells else { continue };
        let sale = sells.sale;
        let plan = here.ground.plan_name(sale.plan);
        let Some(customer) = customer else {
            return Err(Refusal::invalid("draft.customer", format!("Attach whoever {plan} is for.")));
        };
        if found.iter().any(|before| before.offer.enrollment.plan == sale.plan) {
            return Err(Refusal::invalid("draft.lines", format!("{plan} stands on this ticket twice.")));
        }
        if op.state(Entity::Enrollment(sale.enrollment)).await?.is_some() {
            return Err(Refusal::NotNow(format!("This {plan} was sold already. No money moved.")));
        }
        let asked = Asked {
            customer,
            plan: sale.plan,
            start: here.today,
            pays: PaysBy::Counter,
            seats: None,
            people: &[],
        };
        let offer = Offer::make(op.conn().await?, &here, sale.enrollment, asked).await?;
        if offer.enrollment.seats.is_some() {
            let why = format!("An organization takes {plan} on its own page, with the people it is for.");
            return Err(Refusal::invalid("draft.lines", why));
        }
        offer.same_version(&here.ground, sale.version)?;
        agreements::keep_signed(op, customer, sells.consent).await?;
        found.push(Selling { line: line.id, offer, consent: sells.consent });
    }
    Ok(found)
}

impl Selling {
    /// What stands before the sale in the journal: the enrollment, its first charge, which the ticket collects, and
    /// the credits that charge lets go, so that the ticket may draw on them.
    pub(super) fn changes(
        &self,
        here: &Here,
        ticket: TicketId,
        settled: &SettledTicket,
        number: &ReceiptNumber,
    ) -> Result<Vec<Change>> {
        let mut tried = self.offer.enrollment.clone();
        let mut changes = vec![self.offer.agreed_to(&here.ground, self.consent)];
        let (total, tax) = paid_on(settled, self.line);
        match self.offer.first_charge() {
            Some(due) if (due.total, due.tax) == (total, tax) => {
                tried.collect(here.today, due.period, total, tax)?;
                changes.push(Change::ChargeCollected(ChargeCollected {
                    enrollment: tried.id,
                    customer: tried.customer,
                    period: due.period,
                    total,
                    tax,
                    tenders: Vec::new(),
                    number: number.clone(),
                    ticket: Some(ticket),
                    stripe: None,
                    settles: None,
                }));
            }
            None if total.is_zero() => {}
            _ => {
                let plan = here.ground.plan_name(tried.plan);
                return Err(Refusal::Stale { what: format!("the first charge of {plan}") });
            }
        }
        changes.extend(refreshes(&tried, here.today));
        Ok(changes)
    }
}

/// What a ticket took for one of its lines, tax included, and the tax.
fn paid_on(settled: &SettledTicket, line: LineId) -> (Money, Money) {
    let quoted = settled.quote.lines.iter().find(|quoted| quoted.id == line);
    quoted.map_or((Money::ZERO, Money::ZERO), |quoted| (quoted.total, quoted.tax))
}

/// A membership among the lines of a ticket.
pub(super) fn plan_on(settled: &SettledTicket, line: LineId) -> Option<PlanSale> {
    settled.input.lines.iter().find(|sold| sold.id == line && sold.kind == LineKind::Plan)?.plan
}

/// The enrollment that goes with the sale, where nothing was done with it that the sale's money paid for.
///
/// Otherwise it is ended as a membership, which works out what of the running period comes back.
pub(super) async fn undone(
    conn: &mut SqliteConnection,
    here: &Here,
    ticket: &Ticket,
    sale: PlanSale,
) -> Result<Enrollment> {
    let plan = here.ground.plan_name(sale.plan);
    let instead = "Cancel it on the member's page instead, which works out what comes back. No money moved.";
    let Some(State::Enrollment(held)) = query::entity(conn, Entity::Enrollment(sale.enrollment)).await?
    else {
        return Err(Refusal::NotFound { what: "The membership" });
    };
    let held = held.at(here.today);
    if let Some(ended) = held.ended {
        return Err(Refusal::NotNow(format!(
            "{plan} ended on {}, and what was to come back was settled then. No money moved.",
            ended.on.long()
        )));
    }
    let history = store::records_about(conn, Entity::Enrollment(held.id)).await?;
    let again = history.iter().any(
        |record| matches!(&record.change, Change::ChargeCollected(charge) if charge.ticket != Some(ticket.id)),
    );
    if again {
        return Err(Refusal::NotNow(format!("{plan} was paid again since it was sold. {instead}")));
    }
    if let Some(number) = used_elsewhere(conn, ticket.id, &held, &history).await? {
        return Err(Refusal::NotNow(format!("{plan} was used on ticket {number} since. {instead}")));
    }
    let mut tried = held.clone();
    tried.cancel_now(here.today, Minimum::Waived)?;
    Ok(held)
}

/// Refuses to give back a membership alone that took something off lines which stay.
pub(super) fn nothing_stays_of(
    here: &Here,
    ticket: &Ticket,
    refund: &RefundOutcome,
    held: &Enrollment,
) -> Result<()> {
    if ticket.benefits_left(held.id, refund) {
        let plan = here.ground.plan_name(held.plan);
        return Err(Refusal::NotNow(format!(
            "{plan} took something off other lines of this ticket. Refund those with it, or cancel it on the member's \
             page. No money moved."
        )));
    }
    Ok(())
}

async fn used_elsewhere(
    conn: &mut SqliteConnection,
    sold_on: TicketId,
    held: &Enrollment,
    history: &[domain::record::Record],
) -> Result<Option<String>> {
    if let Some(number) = query::saved_elsewhere(conn, held.id, sold_on).await? {
        return Ok(Some(number));
    }
    let voided = |ticket: TicketId| {
        history
            .iter()
            .any(|record| matches!(&record.change, Change::TicketVoided(void) if void.ticket == ticket))
    };
    Ok(history.iter().find_map(|record| match &record.change {
        Change::TicketSettled(sale) if sale.ticket != sold_on && !voided(sale.ticket) => {
            Some(sale.number.to_string())
        }
        _ => None,
    }))
}

/// What ends the enrollment behind the void or refund that gave its charge back; needs a manager.
pub(super) fn endings(
    here: &Here,
    ticket: &Ticket,
    undone: &[(LineId, Enrollment)],
    number: &ReceiptNumber,
    reason: &str,
) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    let Some(sale) = &ticket.sale else { return Ok(changes) };
    if !undone.is_empty() {
        here.require(Role::Manager, "Giving back the sale of a membership, which ends it,")?;
    }
    for (line, held) in undone {
        let (total, tax) = paid_on(&sale.what.settled, *line);
        if total.is_positive() {
            changes.push(Change::ChargeRefunded(ChargeRefunded {
                enrollment: held.id,
                customer: held.customer,
                total,
                tax,
                tenders: Vec::new(),
                number: number.clone(),
                reason: reason.to_owned(),
                cut_short: None,
                ticket: Some(ticket.id),
                parts: Vec::new(),
                heard: None,
            }));
        }
        changes.push(Change::EnrollmentCancelled {
            enrollment: held.id,
            reason: reason.to_owned(),
            minimum_waived: true,
        });
    }
    Ok(changes)
}
