use super::thing;
use crate::check::Check;
use crate::ground::Ground;
use crate::op::{Look, Op};
use crate::refusal::{Refusal, Result};
use domain::fold::Raised;
use domain::gift_card::shown_code;
use domain::record::Change;
use protocol::keeping::{CloseTask, ListTasks, TaskView};
use sqlx::sqlite::SqliteConnection;
use store::query::{self, TaskRow};

/// What needs a person, oldest first.
pub(crate) async fn list_tasks(look: &mut Look<'_>, request: ListTasks) -> Result<Vec<TaskView>> {
    let ground = look.here.ground.clone();
    views(look.conn, &ground, request.closed).await
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
        // One record can trouble several entities; it is one task.
        match tasks.iter_mut().find(|task| task.id == row.record) {
            Some(task) => {
                let (_, text) = words(ground, &row);
                if !task.text.contains(&text) {
                    task.text = format!("{} {text}", task.text);
                }
                task.about.extend(thing(row.about));
            }
            None => {
                let (title, text) = words(ground, &row);
                tasks.push(TaskView {
                    id: row.record,
                    on: row.day,
                    title,
                    text,
                    about: thing(row.about).into_iter().collect(),
                    closed: row.closed,
                });
            }
        }
    }
    Ok(tasks)
}

/// What happened, whether money moved, and what to do next.
fn words(ground: &Ground, row: &TaskRow) -> (String, String) {
    match &row.raised {
        Raised::Refused { kind, why } => (
            format!("{} had no effect", crate::telling::kind(kind)),
            format!(
                "When its turn came, {why}. No money moved by it. Look at the log, and do it again if it is still wanted."
            ),
        ),
        Raised::SettledTwice { paid } => (
            "A ticket was settled on two desks".into(),
            format!(
                "{} was taken a second time. Find out which payment stands and give the other back.",
                ground.money(*paid)
            ),
        ),
        Raised::RefundedTwice { given } => (
            "A ticket was refunded twice".into(),
            format!(
                "{} was given back for units that had been refunded. Ask for it back, or let it go.",
                ground.money(*given)
            ),
        ),
        Raised::Overdrawn { by, .. } => (
            "More credit was used than there was".into(),
            format!(
                "Two sales drew on the same credit; it is {by} short. Forgive it, charge it, or take it from the next refresh."
            ),
        ),
        Raised::GiftCardOverdrawn { code, by } => (
            format!("Gift card {} was spent twice", shown_code(code)),
            format!(
                "Two desks spent the same money while apart; the card is {} short. Both sales stand. Forgive it by \
                 putting the balance right, or ask for the money.",
                ground.money(*by)
            ),
        ),
        Raised::GiftCardSoldTwice { code, amount } => (
            format!("Gift card {} was sold twice", shown_code(code)),
            format!(
                "Two desks sold one code; both sums, {} the second time, are on the one card, and two people may hold it. \
                 Give one of them a new card, and put this balance right.",
                ground.money(*amount)
            ),
        ),
        Raised::BlockedGiftCardSpent { code, amount } => (
            format!("Gift card {} was spent though it is blocked", shown_code(code)),
            format!(
                "{} was taken from it at a desk that did not know yet. Look at the sale, and put the balance right if the \
                 card was not theirs.",
                ground.money(*amount)
            ),
        ),
        Raised::Overpaid { paid } => (
            "A membership was paid twice".into(),
            format!(
                "{} came in that was not owed. Give it back, or keep it for the next charge.",
                ground.money(*paid)
            ),
        ),
    }
}
