//! The queue: what waits, what was said, and what a person can do about it.

use super::compose::{Composed, compose};
use super::mail_of;
use crate::ground::Ground;
use crate::op::{Look, Op};
use crate::refusal::{Refusal, Result};
use crate::stripe;
use crate::telling::{self, Around};
use domain::effect::{EffectState, Progress};
use domain::mail::Mail;
use domain::practice::Role;
use domain::record::Change;
use domain::{EffectId, Instant};
use protocol::mail::{
    CancelEffect, EffectExplained, EffectTo, EffectView, GetEffect, LetterView, LineView, ListQueue,
    QueuePage, QueuePart, RetryEffect,
};
use sqlx::sqlite::SqliteConnection;
use store::query::{self, EffectKind, EffectRow, Progressed};

pub(crate) async fn list_queue(look: &mut Look<'_>, request: ListQueue) -> Result<QueuePage> {
    use EffectState as S;
    let (states, newest_first): (&[S], bool) = match request.part {
        QueuePart::Waiting => (&[S::Waiting, S::InFlight], false),
        QueuePart::Refused => (&[S::Refused], false),
        QueuePart::Done => (&[S::Done], true),
        QueuePart::NotSent => (&[S::Superseded], true),
    };
    let limit = request.limit.unwrap_or(50).clamp(1, 500);
    let ground = look.here.ground.clone();
    let page = query::effects(look.conn, states, newest_first, request.after, limit).await?;
    let counted = query::count_effects(look.conn).await?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        rows.push(view(look.conn, &ground, row).await?);
    }
    let at_risk = stripe::at_risk(look.conn, &ground).await?;
    let practice = ground.practice()?;
    Ok(QueuePage {
        line: match (&practice.mail, practice.demo) {
            (_, true) => LineView::MadeUp,
            (None, false) => LineView::NotSetUp,
            (Some(_), false) => LineView::Open,
        },
        rows,
        at_risk,
        // Known to the desk alone.
        stripe: None,
        next: page.next,
        waiting: counted.waiting,
        refused: counted.refused,
        done: counted.done,
        not_sent: counted.superseded,
    })
}

/// One effect in the words of the list.
async fn view(conn: &mut SqliteConnection, ground: &Ground, row: &EffectRow) -> Result<EffectView> {
    if row.kind == EffectKind::Stripe {
        let title = stripe::title(conn, ground, row).await?;
        return Ok(EffectView { title, ..shown(ground, row, String::new()) });
    }
    let to = row.address.as_deref().filter(|to| !to.is_empty()).unwrap_or(&row.email);
    let what = match mail_of(&row.what)? {
        Mail::Message { message } => match store::record(conn, message).await?.map(|found| found.change) {
            Some(Change::MessageWritten(written)) => format!("“{}”", written.subject),
            _ => row.title.clone(),
        },
        _ => row.title.clone(),
    };
    let title = if to.is_empty() { what } else { format!("{what} to {to}") };
    Ok(shown(ground, row, title))
}

fn shown(ground: &Ground, row: &EffectRow, title: String) -> EffectView {
    let state = row.progress.state;
    EffectView {
        to: match row.kind {
            EffectKind::Mail => EffectTo::Mail,
            EffectKind::Stripe => EffectTo::Stripe,
        },
        id: row.id,
        title,
        state,
        customer: row.customer,
        on: ground.day_of(row.owed),
        at: ground.wall_time(row.owed),
        attempts: row.progress.attempts,
        answer: row.answer.clone(),
        answered: row.answered.map(|at| moment(ground, at)),
        can_retry: state == EffectState::Refused
            || (state == EffectState::Waiting && row.progress.attempts > 0),
        // What may have arrived at Stripe is settled first.
        can_cancel: match row.kind {
            EffectKind::Mail => matches!(state, EffectState::Waiting | EffectState::Refused),
            EffectKind::Stripe => {
                state == EffectState::Refused || (state == EffectState::Waiting && row.progress.unsure == 0)
            }
        },
    }
}

fn moment(ground: &Ground, at: Instant) -> String {
    format!("{} {}", ground.day_of(at).long(), ground.wall_time(at))
}

pub(super) async fn view_of(op: &mut Op<'_>, id: EffectId) -> Result<EffectView> {
    let ground = op.here.ground.clone();
    let row = load(op.conn().await?, id).await?;
    view(op.conn().await?, &ground, &row).await
}

async fn load(conn: &mut SqliteConnection, id: EffectId) -> Result<EffectRow> {
    query::effect(conn, id).await?.ok_or(Refusal::NotFound { what: "What was to be sent" })
}

/// Why an effect is where it is, what comes next, and what the mail says.
pub(crate) async fn get_effect(look: &mut Look<'_>, request: GetEffect) -> Result<EffectExplained> {
    let ground = look.here.ground.clone();
    let row = load(look.conn, request.id).await?;
    let effect = view(look.conn, &ground, &row).await?;
    let mut because = Vec::new();
    if let Some(record) = store::record(look.conn, row.record).await? {
        let by = match record.actor.staff {
            Some(staff) => format!("by {}", ground.staff_name(Some(staff))),
            None => "by the daily round".to_owned(),
        };
        because.push(format!(
            "{} On {}, {by}.",
            telling::change(&ground, &Around::default(), &record.change, record.day),
            moment(&ground, record.on)
        ));
    }
    if row.kind == EffectKind::Stripe {
        because.extend(stripe::explained(&row, |at| moment(&ground, at)));
        return Ok(EffectExplained { effect, because, letter: None });
    }
    let open = matches!(row.progress.state, EffectState::Waiting | EffectState::Refused);
    let letter = match (&row.body, open) {
        (_, false) => None,
        (Some(body), true) => frozen(body).ok(),
        (None, true) => match compose(look, &row).await? {
            Composed::Goes(letter) => Some(*letter),
            Composed::NotAnyMore(why) => {
                because.push(format!("{why} It will not be sent."));
                None
            }
        },
    };
    because.extend(next_step(&ground, &row));
    let letter =
        letter.map(|letter| LetterView { to: letter.to, subject: letter.subject, text: letter.text });
    Ok(EffectExplained { effect, because, letter })
}

fn next_step(ground: &Ground, row: &EffectRow) -> Vec<String> {
    let progress = row.progress;
    let mut said = Vec::new();
    match progress.state {
        EffectState::Waiting => {
            let practice = ground.practice.as_ref();
            if practice.is_some_and(|practice| practice.demo) {
                said.push("This practice is made up: nothing in it is ever sent.".to_owned());
            } else if practice.is_some_and(|practice| practice.mail.is_none()) {
                said.push("E-mail is not set up any more. It waits until a manager sets it up.".to_owned());
            } else if row.behind {
                said.push("Something owed to the same person before goes first.".to_owned());
            } else if progress.attempts == 0 {
                said.push("It goes out by itself as soon as the mail server can be reached.".to_owned());
            } else {
                said.push(format!(
                    "It was tried {}; the next try is after {}.",
                    times(progress.attempts),
                    moment(ground, progress.next_try)
                ));
            }
            if progress.unsure > 0 {
                said.push(
                    "The answer to the last try was lost: it may have arrived. It is sent once more under the same \
                     number, by which most mail programs show it once."
                        .to_owned(),
                );
            }
        }
        EffectState::InFlight => said.push("It is being handed to the mail server now.".to_owned()),
        EffectState::Done => said.push("The mail server took it. What becomes of it there is not known here.".to_owned()),
        EffectState::Refused if progress.unsure > 1 => said.push(
            "The answer was lost twice: it may have arrived once or twice. It is not sent again unless you say so."
                .to_owned(),
        ),
        EffectState::Refused => said.push(
            "The mail server refused it for good, so it is not tried again by itself. Put the address right and retry, or \
             cancel it. No money is touched by this."
                .to_owned(),
        ),
        EffectState::Superseded => said.push("It was not sent.".to_owned()),
    }
    said
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

pub(crate) fn frozen(body: &str) -> Result<protocol::mail::Letter> {
    serde_json::from_str(body).map_err(|error| {
        store::StoreError::Unreadable { what: "a letter".into(), why: error.to_string() }.into()
    })
}

/// Tries it again now. What the outside gave a verdict on is worked out anew, for an address may have been put right.
pub(crate) async fn retry_effect(op: &mut Op<'_>, request: RetryEffect) -> Result<EffectView> {
    let row = load(op.conn().await?, request.id).await?;
    let progress = row.progress;
    let unsure = progress.unsure > 1;
    match progress.state {
        EffectState::Waiting | EffectState::Refused => {}
        EffectState::InFlight => return Err(not_now("It is being sent at this moment.")),
        EffectState::Done => return Err(not_now("It was sent already.")),
        EffectState::Superseded => return Err(not_now("It was cancelled, or no longer holds.")),
    }
    if row.kind == EffectKind::Stripe && progress.state == EffectState::Refused {
        stripe::renew(op, &row).await?;
        let by = op.here.ground.staff_name(op.here.actor().staff);
        put_away(op, row, format!("Asked for anew by {by}"));
        return view_of(op, request.id).await;
    }
    if row.kind == EffectKind::Stripe {
        let progress = Progress { next_try: Instant::from_millis(0), ..progress };
        let (answer, answered) = (row.answer, row.answered);
        op.tx.progress(row.id, Progressed { progress, answer, answered, body: None, address: None });
        return view_of(op, request.id).await;
    }
    let thawed = progress.state == EffectState::Refused && !unsure;
    op.tx.progress(
        row.id,
        Progressed {
            progress: Progress {
                state: EffectState::Waiting,
                unsure: u32::from(unsure),
                first_sent: if thawed { None } else { progress.first_sent },
                next_try: Instant::from_millis(0),
                ..progress
            },
            answer: row.answer,
            answered: row.answered,
            body: thawed.then_some(None),
            address: None,
        },
    );
    view_of(op, request.id).await
}

/// Takes it out of the queue.
pub(crate) async fn cancel_effect(op: &mut Op<'_>, request: CancelEffect) -> Result<EffectView> {
    let row = load(op.conn().await?, request.id).await?;
    match row.progress.state {
        EffectState::Waiting | EffectState::Refused => {}
        EffectState::InFlight => return Err(not_now("It is being sent at this moment.")),
        EffectState::Done => return Err(not_now("It was sent already.")),
        EffectState::Superseded => return Err(not_now("It was cancelled already, or no longer holds.")),
    }
    if row.kind == EffectKind::Stripe {
        op.here.require(Role::Manager, "Taking something owed to Stripe out of the queue")?;
        if row.progress.unsure > 0 {
            return Err(not_now("Nobody knows whether Stripe has done it; that is found out first."));
        }
        stripe::taken_out(op, &row).await?;
    }
    let by = op.here.ground.staff_name(op.here.actor().staff);
    let said = row.answer.clone().filter(|_| row.progress.state == EffectState::Refused);
    let answer = match said {
        Some(said) => format!("Cancelled by {by}, after: {said}"),
        None => format!("Cancelled by {by}"),
    };
    put_away(op, row, answer);
    view_of(op, request.id).await
}

fn put_away(op: &mut Op<'_>, row: EffectRow, answer: String) {
    let answered = Some(op.here.now);
    op.tx.progress(
        row.id,
        Progressed {
            progress: Progress { state: EffectState::Superseded, ..row.progress },
            answer: Some(answer),
            answered,
            body: Some(None),
            address: None,
        },
    );
}

fn not_now(why: &str) -> Refusal {
    Refusal::NotNow(format!("{why} Nothing was changed."))
}
