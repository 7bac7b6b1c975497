//! Carries out what the desk owes by e-mail, one letter after the other, for as long as the program runs.

use crate::door::Keeper;
use desk::Desk;
use domain::effect::Answer;
use post::{Carrier, Server};
use std::rc::{Rc, Weak};
use std::time::Duration;

/// Between two looks at the queue; one with nothing in it is one indexed question.
const LOOK: Duration = Duration::from_secs(3);

pub(crate) async fn carry_mail(keeper: Rc<Keeper>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // Whose letters on their way at the last end of the program were looked after.
    let mut begun: Weak<Desk> = Weak::new();
    loop {
        looks.tick().await;
        let Some(desk) = keeper.open_desk().await else { continue };
        if !begun.ptr_eq(&Rc::downgrade(&desk)) {
            match desk.post_begins().await {
                Ok(()) => begun = Rc::downgrade(&desk),
                Err(problem) => {
                    log::error!("mail: {problem}");
                    continue;
                }
            }
        }
        if let Err(problem) = carry_all(&keeper, &desk).await {
            log::error!("mail: {problem}");
        }
    }
}

/// Carries letters until none may go; keeps one connection for all of them.
async fn carry_all(keeper: &Keeper, desk: &Desk) -> Result<(), desk::Refusal> {
    let mut carrier: Option<Carrier> = None;
    while let Some(out) = desk.next_letter().await? {
        let id = out.letter.id;
        let to = out.letter.to.clone();
        let answer = match keeper.mail_password().await {
            Ok(password) => {
                let server = Server { settings: out.settings, password, trusts: Vec::new() };
                let kept = carrier.take().filter(|kept| *kept.server() == server);
                let mut carries = kept.unwrap_or_else(|| Carrier::to(server));
                let letter = out.letter;
                let done = tokio::task::spawn_blocking(move || {
                    let answer = carries.carry(&letter);
                    (carries, answer)
                });
                match done.await {
                    Ok((carries, answer)) => {
                        carrier = Some(carries);
                        answer
                    }
                    Err(problem) => {
                        Answer::Unknown(format!("The program failed while it was sent: {problem}"))
                    }
                }
            }
            Err(refusal) => Answer::NotReached(refusal.message),
        };
        // Of a letter nothing is logged that names somebody.
        match &answer {
            Answer::NotReached(why) => log::warn!("mail: {why}"),
            Answer::Refused(_) => log::warn!("mail: {id} was refused"),
            Answer::Accepted(_) | Answer::Later(_) | Answer::Unknown(_) => {}
        }
        desk.letter_answered(id, &to, answer).await?;
    }
    if let Some(mut carrier) = carrier {
        // Saying goodbye takes a moment too.
        let _ = tokio::task::spawn_blocking(move || carrier.leave()).await;
    }
    Ok(())
}
