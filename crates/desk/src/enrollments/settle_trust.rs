use super::{load, write};
use crate::check::Check;
use crate::keeping;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use domain::checkout::LineKind;
use domain::fold::{Raised, State};
use domain::practice::Role;
use domain::record::{Change, Entity};
use domain::ticket::{Ticket, TicketStatus};
use domain::{CustomerId, Money, TicketId};
use protocol::enrollments::{EnrollmentView, SettleTrust};
use store::query::{self, TaskRow};

/// Benefits that were used before they were paid for: paid on a ticket as a fee, or forgiven by a manager.
pub(crate) async fn settle_trust(op: &mut Op<'_>, request: SettleTrust) -> Result<EnrollmentView> {
    let today = op.here.today;
    let mut tried = load(op.conn().await?, request.id).await?;
    let amount = tried.used_on_trust();
    let mut check = Check::default();
    let number = check.line("receipt", "The receipt", &request.receipt, 40);
    let reason = check.text("reason", "The reason", &request.reason, 500);
    check.require("reason", !number.is_empty() || !reason.is_empty(), "Say why it is forgiven.");
    check.done()?;
    tried.settle_trust(today)?;
    let ticket = if number.is_empty() {
        op.here.require(Role::Manager, "Forgiving what was used before it was paid for")?;
        None
    } else {
        Some(paid_on(op, &number, tried.customer, amount).await?)
    };
    // The alert closes with its cause.
    let about = |row: &TaskRow| {
        row.about == Entity::Enrollment(request.id) && matches!(row.raised, Raised::UsedOnTrust { .. })
    };
    let done = if ticket.is_some() { "Paid at the checkout." } else { "Forgiven." };
    let closing = keeping::closing(op.conn().await?, about, done).await?;
    let settled = Change::TrustSettled { enrollment: request.id, amount, ticket, reason };
    write(op, &tried, std::iter::once(settled).chain(closing).collect()).await
}

/// The ticket of that number, where the holder paid at least `amount` in fees on it that settled nothing before.
async fn paid_on(op: &mut Op<'_>, number: &str, customer: CustomerId, amount: Money) -> Result<TicketId> {
    let wrong = |why: String| Refusal::invalid("receipt", why);
    let known = query::ticket_by_number(op.conn().await?, number, 5).await?;
    let id = known
        .iter()
        .find(|line| line.number.eq_ignore_ascii_case(number))
        .map(|line| line.id)
        .ok_or_else(|| wrong(format!("There is no receipt {number}.")))?;
    let Some(State::Ticket(ticket)) = op.state(Entity::Ticket(id)).await? else {
        return Err(wrong(format!("There is no receipt {number}.")));
    };
    let sale = ticket.sale.as_ref().ok_or_else(|| wrong(format!("Receipt {number} is not settled.")))?;
    let bought_by = match sale.what.customer {
        Some(by) => Some(query::root_of(op.conn().await?, by).await?),
        None => None,
    };
    if bought_by != Some(query::root_of(op.conn().await?, customer).await?) {
        return Err(wrong(format!("Receipt {number} is not theirs.")));
    }
    let paid = fees_paid(&ticket);
    if paid < amount {
        return Err(wrong(format!(
            "Receipt {number} has {} in fees, and {} were used. Sell a fee of that amount first.",
            op.here.ground.money(paid),
            op.here.ground.money(amount)
        )));
    }
    for held in query::enrollments_of(op.conn().await?, customer).await? {
        let records = store::records_about(op.conn().await?, Entity::Enrollment(held.id)).await?;
        let spent =
            |change: &Change| matches!(change, Change::TrustSettled { ticket: Some(by), .. } if *by == id);
        if records.iter().any(|record| spent(&record.change)) {
            return Err(wrong(format!("Receipt {number} settled what was used before.")));
        }
    }
    Ok(id)
}

/// What fees on a ticket came to, where nothing of it went back.
fn fees_paid(ticket: &Ticket) -> Money {
    let Some(sale) = ticket.sale.as_ref().filter(|_| ticket.status() == TicketStatus::Settled) else {
        return Money::ZERO;
    };
    let settled = &sale.what.settled;
    let is_fee = |id| settled.input.lines.iter().any(|line| line.id == id && line.kind == LineKind::Fee);
    settled
        .lines
        .iter()
        .filter(|line| is_fee(line.id))
        .flat_map(|line| &line.units)
        .map(|run| run.total.times(run.count))
        .sum()
}
