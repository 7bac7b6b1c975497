//! The desk's side of whoever carries mail out: the next letter, and what was answered to it.

use super::compose::{Composed, compose, test_letter};
use super::{checked_address, queue};
use crate::door::Desk;
use crate::op::Look;
use crate::refusal::{Refusal, Result};
use domain::effect::{self, Answer, EffectState, Progress};
use domain::{EffectId, Instant};
use protocol::mail::{LineView, Outgoing};
use protocol::practice::WayOut;
use store::query::{self, EffectKind, Progressed};

/// How the way to the mail server stands; not kept over a restart, which tries anew.
#[derive(Debug, Default)]
pub(crate) struct Line {
    failures: u32,
    since: Option<Instant>,
    said: String,
    not_before: Option<Instant>,
    reached: bool,
}

impl Desk {
    /// To be called once by whoever carries mail out, before the first letter: nobody knows what became of those that
    /// were on their way when the program ended.
    pub async fn post_begins(&self) -> Result<()> {
        let mut op = self.begin(self.nobody()).await?;
        let now = op.here.now;
        let left = query::effects(op.conn().await?, &[EffectState::InFlight], false, None, 500).await?;
        for row in left.rows.into_iter().filter(|row| row.kind == EffectKind::Mail) {
            let answer = Answer::Unknown("The program ended while it was being sent.".into());
            let progress = effect::after(row.progress, &answer, now, self.jitter());
            op.tx.progress(row.id, said(progress, &answer, now));
        }
        self.commit(op).await
    }

    /// The letter that goes out next, frozen and marked as on its way; `None` while nothing may go.
    pub async fn next_letter(&self) -> Result<Option<Outgoing>> {
        let here = self.nobody();
        let Some(practice) = here.ground.practice.as_ref().filter(|practice| !practice.demo) else {
            return Ok(None);
        };
        let Some(settings) = practice.mail.clone() else { return Ok(None) };
        let now = here.now;
        if self.line.lock().await.not_before.is_some_and(|until| until > now) {
            return Ok(None);
        }
        // Most of the time nothing waits, and nobody's transaction is held up to find that out.
        {
            let mut through = self.store().look().await?;
            if query::next_effect(through.conn(), EffectKind::Mail, now).await?.is_none() {
                return Ok(None);
            }
        }
        loop {
            let mut op = self.begin(here.clone()).await?;
            let Some(row) = query::next_effect(op.conn().await?, EffectKind::Mail, now).await? else {
                op.tx.roll_back().await?;
                return Ok(None);
            };
            let composed = match &row.body {
                Some(body) => Composed::Goes(Box::new(queue::frozen(body)?)),
                None => {
                    let mut look = Look { here: here.clone(), conn: op.tx.conn().await? };
                    match compose(&mut look, &row).await {
                        Ok(composed) => composed,
                        // What it is about is not here: there is nothing to send.
                        Err(Refusal::NotFound { what }) => {
                            Composed::NotAnyMore(format!("{what} is not here any more."))
                        }
                        Err(refusal) => {
                            op.tx.roll_back().await?;
                            return Err(refusal);
                        }
                    }
                }
            };
            match composed {
                Composed::NotAnyMore(why) => {
                    let progress = Progress { state: EffectState::Superseded, ..row.progress };
                    op.tx.progress(
                        row.id,
                        Progressed {
                            progress,
                            answer: Some(why),
                            answered: Some(now),
                            body: Some(None),
                            address: None,
                        },
                    );
                    self.commit(op).await?;
                }
                Composed::Goes(letter) => {
                    let body = serde_json::to_string(&*letter).map_err(|error| {
                        store::StoreError::Unreadable { what: "a letter".into(), why: error.to_string() }
                    })?;
                    let progress = Progress {
                        state: EffectState::InFlight,
                        attempts: row.progress.attempts + 1,
                        ..row.progress
                    };
                    op.tx.progress(
                        row.id,
                        Progressed {
                            progress,
                            answer: row.answer,
                            answered: row.answered,
                            body: Some(Some(body)),
                            address: None,
                        },
                    );
                    self.commit(op).await?;
                    return Ok(Some(Outgoing { settings, letter: *letter }));
                }
            }
        }
    }

    /// What the mail server said to a letter, or that it was not reached.
    pub async fn letter_answered(&self, id: EffectId, to: &str, answer: Answer) -> Result<()> {
        let jitter = self.jitter();
        let mut op = self.begin(self.nobody()).await?;
        let now = op.here.now;
        // Who was erased meanwhile has no mail any more.
        if let Some(row) = query::effect(op.conn().await?, id).await? {
            let progress = effect::after(row.progress, &answer, now, jitter);
            let mut progressed = said(progress, &answer, now);
            match progress.state {
                // What it said is not needed any more; where it went is shown for a while.
                EffectState::Done => {
                    progressed.body = Some(None);
                    progressed.address = Some(to.to_owned());
                }
                // Nothing was sent, so nothing is frozen.
                EffectState::Waiting if progress.first_sent.is_none() => progressed.body = Some(None),
                _ => {}
            }
            op.tx.progress(row.id, progressed);
        }
        self.commit(op).await?;
        let mut line = self.line.lock().await;
        match answer {
            Answer::NotReached(words) => {
                line.failures += 1;
                line.since.get_or_insert(now);
                line.said = words;
                let pause = effect::pause(line.failures, jitter);
                line.not_before = Some(Instant::from_millis(now.millis() + pause.min(15 * 60 * 1_000)));
            }
            // Nobody knows how far it came.
            Answer::Unknown(_) => *line = Line::default(),
            _ => *line = Line { reached: true, ..Line::default() },
        }
        Ok(())
    }

    /// A letter that tests the way out, to an address that was typed for it.
    pub fn test_letter(&self, to: &str) -> Result<Outgoing> {
        let here = self.nobody();
        let practice = here.ground.practice()?;
        let settings = practice.mail.clone().ok_or(Refusal::MailNotSetUp)?;
        let to = checked_address(to)?;
        let letter = test_letter(practice, EffectId(self.fresh_key().0), to, here.now.millis());
        Ok(Outgoing { settings, letter })
    }

    /// Tries the way out again at once.
    pub(crate) async fn line_is_asked_again(&self) {
        *self.line.lock().await = Line::default();
    }

    /// How the way out stands, where it is broken.
    pub(crate) async fn line_view(&self) -> Option<LineView> {
        let ground = self.nobody().ground;
        let line = self.line.lock().await;
        let (since, until) = line.since.zip(line.not_before)?;
        Some(LineView::Broken {
            since: ground.wall_time(since),
            said: line.said.clone(),
            next_try: ground.wall_time(until),
        })
    }

    /// How the mail server was found at the last try, for the badge at the top.
    pub(crate) async fn way_out(&self) -> WayOut {
        let line = self.line.lock().await;
        match (line.since, line.reached) {
            (Some(_), _) => WayOut::NotReached,
            (None, true) => WayOut::Reached,
            (None, false) => WayOut::Untried,
        }
    }

    /// From 0 to 1,000.
    fn jitter(&self) -> u32 {
        (self.fresh_key().0.as_u128() % 1_001) as u32
    }
}

fn said(progress: Progress, answer: &Answer, now: Instant) -> Progressed {
    Progressed {
        progress,
        answer: Some(answer.words().to_owned()),
        answered: Some(now),
        body: None,
        address: None,
    }
}
