use super::sell_plan::{endings, nothing_stays_of, plan_on, undone};
use super::settle_ticket::expect_ticket;
use super::view::{given, handed_back, load, returns, view};
use crate::check::Check;
use crate::gift_cards::{self, TakenBack};
use crate::op::{Here, Look, Op};
use crate::refusal::{Refusal, Result};
use crate::stripe;
use domain::checkout::{
    self, BenefitKey, RefundOutcome, RefundRequest, SettledTicket, UseKind, WhichUnits, refund, refundable,
    smallest_coin,
};
use domain::enrollment::Enrollment;
use domain::fold::State;
use domain::gift_card::plain_code;
use domain::practice::Role;
use domain::record::{Change, Entity, TicketRefunded, TicketSettled};
use domain::ticket::Ticket;
use domain::{LineId, Money};
use protocol::tickets::{AfterEnd, PreviewRefund, RefundLine, RefundPreview, RefundTicket, TicketView};
use sqlx::sqlite::SqliteConnection;
use store::query;

/// What refunding would give back, before anything is done.
pub(crate) async fn preview_refund(look: &mut Look<'_>, request: PreviewRefund) -> Result<RefundPreview> {
    let here = look.here.clone();
    let ticket = load(look.conn, request.ticket).await?;
    let decided = Decided::of(look.conn, &here, &ticket, &request.lines, request.after_end).await?;
    let money = given(&decided.outcome);
    Ok(RefundPreview {
        money,
        tenders: handed_back(&decided.outcome),
        returns: returns(&here, decided.settled, &decided.outcome),
        needs_manager: (over_limit(&here, &ticket, money) || decided.is_for_a_manager())
            && here.require(Role::Manager, "").is_err(),
        kept: decided.back.kept,
        after_end: decided.after_end,
        notes: decided.notes,
    })
}

/// Gives back exactly what the units paid, to the tenders and lots it came from.
pub(crate) async fn refund_ticket(op: &mut Op<'_>, request: RefundTicket) -> Result<TicketView> {
    let here = op.here.clone();
    let mut check = Check::default();
    let reason = check.line("reason", "The reason", &request.reason, 200);
    check.require("reason", !reason.is_empty(), "Say why it is refunded.");
    check.done()?;
    let ticket = load(op.conn().await?, request.ticket).await?;
    let decided = Decided::of(op.conn().await?, &here, &ticket, &request.lines, request.after_end).await?;
    let money = given(&decided.outcome);
    if money != request.expected {
        return Err(Refusal::StaleTotal {
            expected: request.expected,
            actual: money,
            expected_words: here.ground.money(request.expected),
            actual_words: here.ground.money(money),
        });
    }
    if decided.after_end.is_positive() && request.after_end.is_none() {
        return Err(Refusal::invalid(
            "after_end",
            format!(
                "{} of this was paid by a membership that has ended. A manager chooses: cash, or a gift card.",
                here.ground.money(decided.after_end)
            ),
        ));
    }
    if decided.back.kept.is_positive() {
        here.require(Role::Manager, "Giving back the sale of a gift card that was spent in part")?;
    }
    if decided.after_end.is_positive() {
        here.require(Role::Manager, "Giving something for the credit of an ended membership")?;
    }
    if over_limit(&here, &ticket, money) {
        let limit = here.ground.money(here.ground.practice()?.refund_limit);
        let before = given_before(&ticket);
        let what = if before.is_positive() {
            let before = here.ground.money(before);
            format!("Giving back more than {limit} of one ticket, which gave back {before} already,")
        } else {
            format!("A refund above {limit}")
        };
        here.require(Role::Manager, &what)?;
    }
    let goodwill = match request.after_end.filter(|_| decided.after_end.is_positive()) {
        Some(AfterEnd::GiftCard) => Some(gift_cards::new_card(op, decided.after_end)),
        Some(AfterEnd::Cash) | None => None,
    };
    let number = op.receipt_number();
    let endings = endings(&here, &ticket, &decided.undone, &number, &reason)?;
    let customer = ticket.sale.as_ref().and_then(|sale| sale.what.customer);
    let mut units = ticket.refunded_units();
    units.extend_from_slice(&decided.outcome.units);
    let refunded = TicketRefunded {
        ticket: ticket.id,
        customer,
        number,
        reason,
        refund: decided.outcome,
        gift_cards: decided.back.cards,
        goodwill,
    };
    let mut changes = vec![Change::TicketRefunded(Box::new(refunded))];
    changes.extend(endings);
    changes.extend(stripe::trust_returned(op, &ticket, &units).await?);
    let states = op.write(changes).await?;
    let ticket = expect_ticket(states.get(&Entity::Ticket(ticket.id)))?;
    view(op.conn().await?, &here, ticket).await
}

/// What a refund comes to, of money, credits, gift cards and memberships.
struct Decided<'a> {
    settled: &'a SettledTicket,
    outcome: RefundOutcome,
    back: TakenBack,
    /// Memberships that end with it.
    undone: Vec<(LineId, Enrollment)>,
    /// What credits and included services of ended memberships took off.
    after_end: Money,
    notes: Vec<String>,
}

impl<'a> Decided<'a> {
    async fn of(
        conn: &mut SqliteConnection,
        here: &Here,
        ticket: &'a Ticket,
        lines: &[RefundLine],
        after_end: Option<AfterEnd>,
    ) -> Result<Self> {
        let sale = ticket.sale.as_ref().ok_or(Refusal::NotFound { what: "The ticket" })?;
        if ticket.voided.is_some() {
            return Err(Refusal::NotNow("This ticket was voided: everything was given back already.".into()));
        }
        let settled = &sale.what.settled;
        // First, for what an ended membership gave back is no longer with the tenders.
        let mut undone_with = Vec::new();
        for line in lines.iter().filter(|line| line.qty > 0) {
            if let Some(sold) = plan_on(settled, line.line) {
                undone_with.push((line.line, undone(conn, here, ticket, sold).await?));
            }
        }
        let before = ticket.refund_outcomes();
        let mut request = asked(&sale.what, &before, lines)?;
        let mut outcome = refund(settled, &before, &request)?;
        let back = gift_cards::take_back(conn, &sale.what.gift_cards, &outcome.units).await?;
        if back.kept.is_positive() {
            request.kept = back.kept;
            outcome = refund(settled, &before, &request)?;
        }
        let mut decided =
            Self { settled, outcome, back, undone: Vec::new(), after_end: Money::ZERO, notes: Vec::new() };
        decided.leave_ended_lots(conn, here).await?;
        if let Some(AfterEnd::Cash) = after_end {
            let step = smallest_coin(here.ground.practice()?.currency);
            decided.outcome.pay_out(decided.after_end, step);
        }
        for (_, held) in &undone_with {
            nothing_stays_of(here, ticket, &decided.outcome, held)?;
            decided.notes.push(format!("{} ends today.", here.ground.plan_name(held.plan)));
        }
        decided.undone = undone_with;
        decided.say(here);
        Ok(decided)
    }

    fn is_for_a_manager(&self) -> bool {
        self.back.kept.is_positive() || self.after_end.is_positive() || !self.undone.is_empty()
    }

    /// Nothing returns to the lots of a membership that has ended.
    async fn leave_ended_lots(&mut self, conn: &mut SqliteConnection, here: &Here) -> Result<()> {
        let mut ended = Vec::new();
        for part in &self.outcome.returns {
            let id = part.key.enrollment;
            if ended.iter().any(|(known, _)| *known == id) {
                continue;
            }
            let over = match query::entity(conn, Entity::Enrollment(id)).await? {
                Some(State::Enrollment(held)) => held.at(here.today).ended.is_some(),
                _ => false,
            };
            ended.push((id, over));
        }
        let is_over = |id| ended.iter().any(|(known, over)| *known == id && *over);
        let (gone, returns): (Vec<_>, Vec<_>) = std::mem::take(&mut self.outcome.returns)
            .into_iter()
            .partition(|part| part.key.lot.is_some() && is_over(part.key.enrollment));
        self.outcome.returns = returns;
        for part in gone {
            let plan = self.settled.input.entitlements.iter().find(|it| it.enrollment == part.key.enrollment);
            let plan = plan.map_or("The membership", |held| held.plan_name.as_str());
            let what = crate::telling::drawn(&here.ground, part.kind, part.amount);
            let worth = self.worth(part.key, part.kind, part.amount);
            self.after_end += worth;
            let took_off = match part.kind {
                UseKind::Money => String::new(),
                UseKind::Minutes | UseKind::Bookings | UseKind::Included => {
                    format!(" It took {} off.", here.ground.money(worth))
                }
            };
            self.notes.push(format!("{plan} has ended, so {what} cannot return to it.{took_off}"));
        }
        Ok(())
    }

    /// What a return is worth in money: money credit its amount, anything else what it took off the units that go back.
    fn worth(&self, key: BenefitKey, kind: UseKind, amount: i64) -> Money {
        if kind == UseKind::Money {
            return Money::from_minor(amount);
        }
        let mut worth = Money::ZERO;
        for back in &self.outcome.units {
            let Some(line) = self.settled.lines.iter().find(|line| line.id == back.line) else { continue };
            let mut first = 0;
            for run in &line.units {
                let next = first + run.count;
                let units = next.min(back.first + back.count).saturating_sub(first.max(back.first));
                first = next;
                let drawn: i64 =
                    run.draws.iter().filter(|draw| draw.key == key).map(|draw| draw.amount).sum();
                if units == 0 || drawn == 0 {
                    continue;
                }
                let each = match kind {
                    // Minutes of several lots share what they took off.
                    UseKind::Minutes => {
                        let minutes = run.draws.iter().filter(|draw| draw.kind == UseKind::Minutes);
                        run.time_off.scale(drawn, minutes.map(|draw| draw.amount).sum::<i64>().max(1))
                    }
                    UseKind::Bookings | UseKind::Included | UseKind::Money => run.covered,
                };
                worth += each.times(units);
            }
        }
        worth
    }

    fn say(&mut self, here: &Here) {
        let cards = self.back.cards.len();
        if cards > 0 {
            let left: Money = self.back.cards.iter().map(|card| card.amount).sum();
            let which =
                if cards == 1 { "The gift card is".to_owned() } else { format!("{cards} gift cards are") };
            self.notes.push(format!("{which} taken back with {} on it.", here.ground.money(left)));
        }
        if self.back.kept.is_positive() {
            self.notes.push(format!(
                "{} was spent already and is not given back.",
                here.ground.money(self.back.kept)
            ));
        }
    }
}

/// Which units are meant: the named gift cards, else the latest of each line; with the last unit the tip goes back too.
fn asked(sale: &TicketSettled, before: &[RefundOutcome], lines: &[RefundLine]) -> Result<RefundRequest> {
    let mut request = RefundRequest::default();
    for line in lines.iter().filter(|line| line.qty > 0) {
        let units = if line.cards.is_empty() {
            WhichUnits::Count(line.qty)
        } else {
            WhichUnits::Exactly(units_of(sale, line)?)
        };
        request.lines.push(checkout::RefundLine { line: line.line, units });
    }
    let asked_for =
        |id: LineId| lines.iter().filter(|line| line.line == id).map(|line| line.qty).sum::<u32>();
    let left = refundable(&sale.settled, before);
    // A membership that goes on keeps nobody's tip.
    let mut services = left.iter().filter(|(line, _)| plan_on(&sale.settled, *line).is_none());
    if !request.lines.is_empty() && services.all(|(line, units)| asked_for(*line) >= *units) {
        request.tip = RefundRequest::everything(&sale.settled, before).tip;
    }
    Ok(request)
}

fn units_of(sale: &TicketSettled, line: &RefundLine) -> Result<Vec<u32>> {
    let named = line.cards.iter().map(|code| {
        let plain = plain_code(code);
        let card =
            sale.gift_cards.iter().find(|card| card.line == line.line && Some(&card.code) == plain.as_ref());
        card.map(|card| card.unit)
            .ok_or_else(|| Refusal::invalid("lines.cards", "This line sold no gift card with that code."))
    });
    let units: Vec<u32> = named.collect::<Result<_>>()?;
    if units.len() != line.qty as usize {
        return Err(Refusal::invalid("lines.qty", "Name as many gift cards as are to be refunded."));
    }
    Ok(units)
}

/// The limit is the ticket's: by lines and pieces it would be none.
fn over_limit(here: &Here, ticket: &Ticket, money: Money) -> bool {
    let sum = given_before(ticket) + money;
    money.is_positive() && here.ground.practice.as_ref().is_some_and(|practice| sum > practice.refund_limit)
}

fn given_before(ticket: &Ticket) -> Money {
    ticket.refund_outcomes().iter().map(given).sum()
}
