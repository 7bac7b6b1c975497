use super::thing;
use crate::check::Check;
use crate::ground::Ground;
use crate::op::{Look, Op};
use crate::refusal::{Refusal, Result};
use crate::words;
use domain::enrollment::ChangedAtStripe;
use domain::fold::{Raised, State};
use domain::gift_card::masked_code;
use domain::record::{Change, Entity};
use domain::stripe::DisputeState;
use domain::{CustomerId, EnrollmentId, GiftCardId, PlanId, RecordId, TicketId};
use protocol::keeping::{CloseTask, ListTasks, NextStep, ShortCredit, TaskView, Thing};
use sqlx::sqlite::SqliteConnection;
use store::query::{self, TaskRow};

/// What needs a person, oldest first.
pub(crate) async fn list_tasks(look: &mut Look<'_>, request: ListTasks) -> Result<Vec<TaskView>> {
    let ground = look.here.ground.clone();
    views(look.conn, &ground, request.closed).await
}

/// What closes the tasks that `raised` picks, where settling their cause is what closes them.
pub(crate) async fn closing(
    conn: &mut SqliteConnection,
    settled: impl Fn(&TaskRow) -> bool,
    note: &str,
) -> Result<Vec<Change>> {
    let mut closed: Vec<RecordId> = Vec::new();
    for row in query::tasks(conn, false).await? {
        if settled(&row) && !closed.contains(&row.record) {
            closed.push(row.record);
        }
    }
    Ok(closed.into_iter().map(|task| Change::TaskClosed { task, note: note.to_owned() }).collect())
}

/// Puts a task away, with what was done about it.
pub(crate) async fn close_task(op: &mut Op<'_>, request: CloseTask) -> Result<Vec<TaskView>> {
    let mut check = Check::default();
    let note = check.text("note", "The note", &request.note, 500);
    check.done()?;
    let row =
        query::task(op.conn().await?, request.id).await?.ok_or(Refusal::NotFound { what: "The task" })?;
    if row.closed.is_none() {
        op.write(vec![Change::TaskClosed { task: request.id, note }]).await?;
    }
    let ground = op.here.ground.clone();
    views(op.conn().await?, &ground, false).await
}

async fn views(conn: &mut SqliteConnection, ground: &Ground, closed: bool) -> Result<Vec<TaskView>> {
    let rows = query::tasks(conn, closed).await?;
    let mut tasks: Vec<TaskView> = Vec::new();
    for row in rows {
        let mut about: Vec<Thing> = thing(row.about).into_iter().collect();
        let mut drawn = None;
        if let Entity::Enrollment(id) = row.about {
            drawn = Drawn::of(conn, ground, id, &row.raised).await?;
            about.extend(drawn.iter().map(|drawn| Thing::Customer(drawn.customer)));
            about.extend(
                drawn.iter().flat_map(|drawn| &drawn.tickets).map(|(ticket, _)| Thing::Ticket(*ticket)),
            );
        }
        let (title, text) = said(ground, &row, drawn.as_ref());
        let next = match &row.raised {
            Raised::SettledTwice { .. } | Raised::Overpaid { .. } => Some(NextStep::PayOut),
            Raised::RefundedTwice { .. } => Some(NextStep::PayIn),
            Raised::GiftCardOverdrawn { code, .. }
            | Raised::GiftCardSoldTwice { code, .. }
            | Raised::BlockedGiftCardSpent { code, .. } => {
                Some(NextStep::PutRight { card: GiftCardId::of_code(code) })
            }
            _ => drawn.and_then(|drawn| drawn.short).map(NextStep::Settle),
        };
        // One record can trouble several entities; it is one task.
        match tasks.iter_mut().find(|task| task.id == row.record) {
            Some(task) => {
                if !task.text.contains(&text) {
                    task.text = format!("{} {text}", task.text);
                }
                about.retain(|thing| !task.about.contains(thing));
                task.about.extend(about);
                task.next = task.next.take().or(next);
            }
            None => tasks.push(TaskView {
                id: row.record,
                on: row.day,
                title,
                text,
                about,
                next,
                closed: row.closed,
            }),
        }
    }
    Ok(tasks)
}

/// What a task about a membership names: whose it is, which sales drew on the credit, and what of it is short still.
struct Drawn {
    customer: CustomerId,
    customer_name: String,
    plan: PlanId,
    /// By the receipt numbers.
    tickets: Vec<(TicketId, String)>,
    /// `$30.00 of Service credit`, as it was when the task was raised.
    amount: Option<String>,
    short: Option<ShortCredit>,
}

impl Drawn {
    async fn of(
        conn: &mut SqliteConnection,
        ground: &Ground,
        id: EnrollmentId,
        raised: &Raised,
    ) -> Result<Option<Self>> {
        let Some(State::Enrollment(held)) = query::entity(conn, Entity::Enrollment(id)).await? else {
            return Ok(None);
        };
        let customer = query::root_of(conn, held.customer).await?;
        let names = query::customers_named(conn, &[customer]).await?;
        let customer_name = names.into_iter().next().map(|row| row.name).unwrap_or_default();
        let mut drawn =
            Self { customer, customer_name, plan: held.plan, tickets: Vec::new(), amount: None, short: None };
        let Raised::Overdrawn { lot, by } = raised else { return Ok(Some(drawn)) };
        let Some(account) = held.accounts.iter().find(|account| account.lot(*lot).is_some()) else {
            return Ok(Some(drawn));
        };
        let named = |amount| {
            format!(
                "{} of {}",
                words::amount(ground, account.grant.unit, amount),
                words::benefit_name(ground, &account.grant)
            )
        };
        drawn.amount = Some(named(*by));
        drawn.short = account.overdrawn().find(|over| over.lot == *lot).map(|over| ShortCredit {
            enrollment: id,
            benefit: account.benefit,
            lot: *lot,
            customer,
            customer_name: drawn.customer_name.clone(),
            words: named(over.amount),
        });
        for record in store::records_about(conn, Entity::Enrollment(id)).await? {
            let Change::TicketSettled(sale) = record.change else { continue };
            let units = sale.settled.lines.iter().flat_map(|line| &line.units);
            if units.flat_map(|run| &run.draws).any(|draw| draw.key.lot == Some(*lot)) {
                drawn.tickets.push((sale.ticket, sale.number.to_string()));
            }
        }
        Ok(Some(drawn))
    }
}

/// What happened, whether money moved, and what to do next.
fn said(ground: &Ground, row: &TaskRow, drawn: Option<&Drawn>) -> (String, String) {
    let whose = drawn.map_or_else(String::new, |drawn| {
        format!(" It is about {} of {}.", ground.plan_name(drawn.plan), drawn.customer_name)
    });
    match &row.raised {
        Raised::Refused { kind, why } => (
            format!("{} had no effect", crate::telling::kind(kind)),
            format!(
                "When its turn came, {why}. No money moved by it.{whose} Look at the log, and do it again if it is still wanted."
            ),
        ),
        Raised::SettledTwice { paid } => (
            "A ticket was settled on two desks".into(),
            format!(
                "{} was taken a second time. Find out which payment stands and give the other back: cash is paid out of the \
                 drawer, a card on its terminal.",
                ground.money(*paid)
            ),
        ),
        Raised::RefundedTwice { given } => (
            "A ticket was refunded twice".into(),
            format!(
                "{} was given back for units that had been refunded. Ask for it back and pay it into the drawer, or let it go.",
                ground.money(*given)
            ),
        ),
        Raised::Overdrawn { .. } => {
            let title = "More credit was used than there was".to_owned();
            let Some(Drawn { customer_name, tickets, amount: Some(amount), short, .. }) = drawn else {
                return (title, format!("Two sales drew on the same credit. No money moved.{whose}"));
            };
            let numbers: Vec<&str> = tickets.iter().map(|(_, number)| number.as_str()).collect();
            let sales = match numbers.split_last() {
                Some((last, others)) if !others.is_empty() => {
                    format!("Tickets {} and {last}", others.join(", "))
                }
                Some((only, _)) => format!("Ticket {only}"),
                None => "Two sales".to_owned(),
            };
            let next = match short {
                Some(short) if short.words == *amount => {
                    "Forgive it, take it from the next refresh, or charge it at the checkout and forgive it then."
                        .to_owned()
                }
                Some(short) => format!(
                    "{} are short now. Forgive it, take it from the next refresh, or charge it at the checkout and \
                     forgive it then.",
                    short.words
                ),
                None => "Nothing is short any more.".to_owned(),
            };
            let text = format!(
                "{sales} drew on the same credit of {customer_name} while two desks were apart: {amount} more than there \
                 was. Both sales stand, and no money moved. {next}"
            );
            (title, text)
        }
        Raised::GiftCardOverdrawn { code, by } => (
            format!("Gift card {} was spent twice", masked_code(code)),
            format!(
                "Two desks spent the same money while apart; the card is {} short. Both sales stand. Forgive it by \
                 putting the balance right, or ask for the money.",
                ground.money(*by)
            ),
        ),
        Raised::GiftCardSoldTwice { code, amount } => (
            format!("Gift card {} was sold twice", masked_code(code)),
            format!(
                "Two desks sold one code; both sums, {} the second time, are on the one card, and two people may hold it. \
                 Give one of them a new card, and put this balance right.",
                ground.money(*amount)
            ),
        ),
        Raised::BlockedGiftCardSpent { code, amount } => (
            format!("Gift card {} was spent though it is blocked", masked_code(code)),
            format!(
                "{} was taken from it at a desk that did not know yet. Look at the sale, and put the balance right if the \
                 card was not theirs.",
                ground.money(*amount)
            ),
        ),
        Raised::EndedUnpaid { owed } => (
            "A membership ended unpaid".into(),
            format!(
                "{} was due and not collected when it ended.{whose} Nobody is asked for it by itself: sell a fee of that \
                 amount when they come, or let it go.",
                ground.money(*owed)
            ),
        ),
        Raised::UsedOnTrust { used } => (
            "Benefits were used and not paid for".into(),
            format!(
                "{} were taken off a ticket on the strength of a charge that the bank had refused.{whose} Take it at the \
                 checkout, or forgive it, and settle it on the membership.",
                ground.money(*used)
            ),
        ),
        Raised::ChargeFailed { period, total, reason, used } => {
            let decline = billing::answer::decline(reason);
            let what = if *period == 0 { "A first charge" } else { "A renewal" };
            let used = match used.is_positive() {
                true => format!(
                    " {} of its benefits were used on the strength of it: they are paid for once the charge succeeds, or \
                     settled on the membership.",
                    ground.money(*used)
                ),
                false => String::new(),
            };
            (
                format!("{what} was not paid"),
                format!(
                    "{} could not be charged.{whose} {} No money moved. {}{used}",
                    ground.money(*total),
                    decline.what,
                    decline.next
                ),
            )
        }
        Raised::ChangedAtStripe { changed } => {
            let what = match changed {
                ChangedAtStripe::Paused => "It was paused".to_owned(),
                ChangedAtStripe::Resumed => "It was resumed".to_owned(),
                ChangedAtStripe::Cancelled => "It was ended".to_owned(),
                ChangedAtStripe::Ending { last_day } => {
                    format!("It was told to end after {}", last_day.long())
                }
                ChangedAtStripe::EndTakenBack => "Its end was taken back".to_owned(),
                ChangedAtStripe::Price { was, is } => {
                    format!("Its price was changed from {} to {}", ground.money(*was), ground.money(*is))
                }
                ChangedAtStripe::Items => "What it is billed by was changed".to_owned(),
            };
            (
                "A membership was changed in Stripe's dashboard".into(),
                format!(
                    "{what} there, and is so here now.{whose} No money moved by it. Look whether that is what was agreed."
                ),
            )
        }
        Raised::EffectRefused { refused } => {
            let with = match refused.with {
                0 => String::new(),
                1 => " One more that depended on it is not sent either.".to_owned(),
                more => format!(" {more} more that depended on it are not sent either."),
            };
            (
                "Stripe refused something".into(),
                format!(
                    "{}: it was refused ({}).{with}{whose} No money moved by it. Look at it in the queue: retry it there, or \
                     cancel it.",
                    crate::stripe::plain_title(ground, &refused.owed),
                    refused.why.replace('_', " ")
                ),
            )
        }
        Raised::CardGivenBackThere { amount } => (
            "Money went back to a card at Stripe".into(),
            format!(
                "Somebody gave {} of a settled ticket back to the card in Stripe's dashboard. If something was returned, refund \
                 it on the ticket too: what went back already is not sent again.",
                ground.money(*amount)
            ),
        ),
        Raised::CardDeclined { amount, reason } => {
            let decline = billing::answer::decline(reason);
            (
                "A card was declined after the sale".into(),
                format!(
                    "{} on a settled ticket could not be charged to the card on file. {} No money moved. {} Ask for another \
                     way to pay, refund what was sold, or let it go.",
                    ground.money(*amount),
                    decline.what,
                    decline.next
                ),
            )
        }
        Raised::Disputed { dispute } => {
            let what = match dispute.state {
                DisputeState::Open { answer_by: Some(day) } => {
                    format!("Answer in Stripe's dashboard by {}.", day.long())
                }
                DisputeState::Open { answer_by: None } => "Answer in Stripe's dashboard.".to_owned(),
                DisputeState::UnderReview => "The bank is looking at it.".to_owned(),
                DisputeState::Won => "It was decided for the practice: the money is back.".to_owned(),
                DisputeState::Lost => "It was decided for the cardholder: the money is gone.".to_owned(),
                DisputeState::Inquiry => "The bank only asks so far; no money moved.".to_owned(),
            };
            (
                "A charge is disputed".into(),
                format!("A cardholder disputes {} at their bank. {what}", ground.money(dispute.amount)),
            )
        }
        Raised::Overpaid { paid } => (
            "A membership was paid twice".into(),
            format!(
                "{} came in that was not owed.{whose} Give it back: cash is paid out of the drawer, a card on its terminal.",
                ground.money(*paid)
            ),
        ),
    }
}
