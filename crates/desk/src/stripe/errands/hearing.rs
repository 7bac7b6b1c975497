//! What is read of Stripe: the events since the last round, what they name, and everything there is.
//!
//! An event is only a hint about what to read again. How far the events were heard is kept once all of it was read and
//! committed, so that a program that dies reads them again.

use super::super::connected;
use super::super::hear::{self, Heard};
use super::{Errand, Job, Kind, Line, Report, machine};
use crate::door::Desk;
use crate::refusal::Result;
use billing::answer::Answer;
use billing::inbound::{Cursor, NextPoll, Snapshot, touched};
use billing::outbox::Found;
use billing::read::{Account, Event, Page, Seconds};
use billing::request::{ListOf, LookUp, Looked, Reading, Thing};
use domain::{EffectId, Instant};
use store::query;

/// Between two polls of Stripe's events.
const POLL: i64 = 20_000;
/// How far Stripe's events were heard, as kept.
pub(in crate::stripe) const CURSOR: &str = "stripe_cursor";
/// When.
pub(in crate::stripe) const HEARD: &str = "stripe_heard";

impl Desk {
    pub(super) async fn poll_when_due(&self, clock: Instant, now: Instant) -> Result<Option<Errand>> {
        let due = {
            let line = self.stripe_line.lock().await;
            // The clock may have been set back.
            !line.polled.is_some_and(|at| (0..POLL).contains(&(clock.millis() - at.millis())))
        };
        if !due {
            return Ok(None);
        }
        self.give_back_what_nobody_settled(clock).await?;
        let kept = {
            let mut through = self.store().look().await?;
            query::kept(through.conn(), CURSOR).await?
        };
        let mut line = self.stripe_line.lock().await;
        line.polled = Some(clock);
        let cursor = kept.and_then(|text| serde_json::from_str::<Cursor>(&text).ok());
        let began = Seconds::from(now);
        let next = match &cursor {
            Some(cursor) => cursor.next(began),
            // Nothing was heard yet: everything that is here is read once.
            None => NextPoll::Reconcile,
        };
        let (job, reading) = match next {
            NextPoll::Events { from } => {
                let reading = Reading::list(ListOf::Events { from });
                (Job::Events { reading: reading.clone(), began, events: Vec::new() }, reading)
            }
            NextPoll::Reconcile => {
                line.begin_reconciling(began);
                let Some(job) = line.jobs.pop_front() else { return Ok(None) };
                let reading = job.reading();
                (job, reading)
            }
        };
        Ok(Some(Errand { kind: Kind::Job(job, reading) }))
    }

    pub(super) async fn more(&self, heard: Heard) {
        self.put_off(heard.too_early).await;
        self.also_read(heard.read_also).await;
    }

    /// Adds what is not to be read already.
    pub(in crate::stripe) async fn also_read(&self, things: impl IntoIterator<Item = Thing>) {
        let mut line = self.stripe_line.lock().await;
        for thing in things {
            let known = line.jobs.iter().any(|job| matches!(job, Job::Fetch(known) if *known == thing));
            if !known {
                line.jobs.push_back(Job::Fetch(thing));
            }
        }
    }

    pub(super) async fn job_answered(&self, job: Job, reading: Reading, answer: Answer) -> Result<()> {
        match job {
            Job::WhoseKey => self.whose_key_answered(&answer).await,
            Job::LookUp { effect, look, reading: _ } => self.looked_up(effect, look, reading, answer).await,
            Job::Events { began, mut events, .. } => {
                let Answer::Accepted { body, .. } = &answer else { return Ok(()) };
                let Ok(page) = Page::<Event>::read(body) else { return Ok(()) };
                events.extend(page.items);
                match page.next_after {
                    Some(after) => {
                        let ListOf::Events { from } = list_of(&reading) else { return Ok(()) };
                        let reading = Reading::List { of: ListOf::Events { from }, after: Some(after) };
                        let mut line = self.stripe_line.lock().await;
                        line.jobs.push_front(Job::Events { reading, began, events });
                        Ok(())
                    }
                    None => self.take_events(events, began).await,
                }
            }
            Job::Fetch(thing) => {
                match Snapshot::of(&thing, answer) {
                    Ok(snapshot) => {
                        let mut op = self.begin(self.nobody()).await?;
                        let heard = hear::hear(&mut op, snapshot, None).await?;
                        self.commit(op).await?;
                        self.note_read(&heard).await;
                        self.more(heard).await;
                    }
                    Err(billing::inbound::NoSnapshot::NotTold(answer)) if again(&answer) => {
                        self.stripe_line.lock().await.jobs.push_front(Job::Fetch(thing));
                        return Ok(());
                    }
                    Err(problem) => log::warn!("stripe: something could not be read: {problem}"),
                }
                self.keep_cursor_when_through().await
            }
            Job::Account { of, look, .. } => {
                self.account_answered(reading, of, look, answer).await;
                self.keep_cursor_when_through().await
            }
            Job::All { of, .. } => {
                let Answer::Accepted { body, .. } = &answer else {
                    if again(&answer) {
                        self.stripe_line.lock().await.jobs.push_front(Job::All { reading, of });
                        return Ok(());
                    }
                    // The key may not read these; what else there is has been heard all the same.
                    log::warn!("stripe: {}", answer.in_words());
                    return self.keep_cursor_when_through().await;
                };
                let (things, after) = hear::listed(&of, body);
                self.also_read(things).await;
                if let Some(after) = after {
                    let reading = Reading::List { of: of.clone(), after: Some(after) };
                    self.stripe_line.lock().await.jobs.push_front(Job::All { reading, of });
                }
                self.keep_cursor_when_through().await
            }
        }
    }

    /// Nothing goes out under the key of another account: what this practice made is not there.
    async fn whose_key_answered(&self, answer: &Answer) -> Result<()> {
        let ground = self.nobody().ground;
        let stripe = connected(&ground)?;
        let account = match answer {
            Answer::Accepted { body, .. } => billing::read::read::<Account>(body).ok(),
            _ => None,
        };
        let mut line = self.stripe_line.lock().await;
        match account {
            Some(account) if account.id != stripe.account.id => {
                let theirs = account.name().map_or_else(|| account.id.to_string(), str::to_owned);
                line.key_refused = Some(format!(
                    "The key that is kept here is one of {theirs}, and this practice bills through {}. Nothing was sent.",
                    stripe.name
                ));
            }
            // A key that may not tell was let in when it was entered.
            Some(_) => line.right_account = true,
            None => line.right_account = !again(answer),
        }
        Ok(())
    }

    async fn looked_up(
        &self,
        effect: EffectId,
        look: LookUp,
        reading: Reading,
        answer: Answer,
    ) -> Result<()> {
        let found = match answer {
            Answer::Accepted { body, .. } => match look.judge(&reading, &body) {
                Ok(Looked::More(reading)) => {
                    let job = Job::LookUp { effect, look, reading };
                    self.stripe_line.lock().await.jobs.push_front(job);
                    return Ok(());
                }
                Ok(Looked::Done { body }) => Found::Done { body },
                Ok(Looked::Declined(verdict)) => Found::Declined(verdict),
                Ok(Looked::NotDone) => Found::NotDone,
                Err(problem) => Found::NotKnown(Answer::Unknown(problem.to_string())),
            },
            other => Found::NotKnown(other),
        };
        let mut op = self.begin(self.nobody()).await?;
        let now = self.stripe_now(op.here.now).await;
        let Some(row) = query::effect(op.conn().await?, effect).await? else {
            op.tx.roll_back().await?;
            return Ok(());
        };
        let turn = machine(&row)?.looked_up(found, now, self.stripe_jitter());
        self.turned(&mut op, &row, turn).await?;
        self.commit(op).await
    }

    /// Events are only hints about what to read again; how far they were heard is kept when all of it was.
    async fn take_events(&self, events: Vec<Event>, began: Seconds) -> Result<()> {
        let kept = {
            let mut through = self.store().look().await?;
            query::kept(through.conn(), CURSOR).await?
        };
        let cursor = kept.and_then(|text| serde_json::from_str::<Cursor>(&text).ok());
        let taken = cursor.unwrap_or_else(|| Cursor::reconciled(began)).take(events, began);
        let things = touched(&taken.fresh);
        {
            let mut line = self.stripe_line.lock().await;
            line.hearing = Some(taken.cursor);
        }
        self.also_read(things).await;
        self.keep_cursor_when_through().await
    }

    /// Moves the cursor once nothing is left to be read.
    async fn keep_cursor_when_through(&self) -> Result<()> {
        let cursor = {
            let mut line = self.stripe_line.lock().await;
            if line.jobs.is_empty() {
                line.jobs = std::mem::take(&mut line.later);
            }
            if !line.jobs.is_empty() {
                return Ok(());
            }
            line.put_off.clear();
            if line.report.running {
                line.report.running = false;
                line.report.ended = Some(self.nobody().now);
            }
            line.hearing.take()
        };
        if let Some(cursor) = cursor
            && let Ok(text) = serde_json::to_string(&cursor)
        {
            let mut op = self.begin(self.nobody()).await?;
            op.tx.keep(CURSOR, &text);
            let heard = op.here.now.millis().to_string();
            op.tx.keep(HEARD, &heard);
            self.commit(op).await?;
        }
        Ok(())
    }

    /// Reads again at the end, once, what nothing here is known of yet.
    async fn put_off(&self, things: Vec<Thing>) {
        let mut line = self.stripe_line.lock().await;
        for thing in things {
            if line.put_off.insert(thing.clone()) {
                line.later.push_back(Job::Fetch(thing));
            }
        }
    }

    async fn note_read(&self, heard: &Heard) {
        let mut line = self.stripe_line.lock().await;
        if line.report.running {
            if let Some(id) = heard.subscription.clone() {
                let of = ListOf::InvoicesOfSubscription(id);
                line.jobs.push_back(Job::All { reading: Reading::list(of.clone()), of });
            }
            line.report.read += 1;
            line.report.differences.extend(heard.differences.iter().cloned());
        }
    }

    /// Reads what the account has that may be taken over.
    pub(crate) async fn look_at_account(&self) -> Result<()> {
        connected(&self.nobody().ground)?;
        let mut line = self.stripe_line.lock().await;
        line.not_before = None;
        line.jobs.retain(|job| !matches!(job, Job::Account { .. }));
        let look = line.account.begin();
        for of in [ListOf::Products, ListOf::Prices, ListOf::Customers, ListOf::Subscriptions] {
            line.jobs.push_back(Job::Account { reading: Reading::list(of.clone()), of, look });
        }
        Ok(())
    }

    async fn account_answered(&self, reading: Reading, of: ListOf, look: u32, answer: Answer) {
        let now = self.nobody().now;
        let mut line = self.stripe_line.lock().await;
        if !line.account.is_of(look) {
            return;
        }
        if again(&answer) {
            line.jobs.push_front(Job::Account { reading, of, look });
            return;
        }
        let read = match &answer {
            Answer::Accepted { body, .. } => line.account.take(&of, body),
            other => Err(other.in_words()),
        };
        match read {
            Ok(Some(after)) => {
                let reading = Reading::List { of: of.clone(), after: Some(after) };
                line.jobs.push_front(Job::Account { reading, of, look });
            }
            Ok(None) => {}
            Err(said) => {
                line.jobs.retain(|job| !matches!(job, Job::Account { .. }));
                line.account.stop(said);
            }
        }
        if !line.jobs.iter().any(|job| matches!(job, Job::Account { .. })) {
            line.account.end(now);
        }
    }

    /// Reads everything there is, object by object.
    pub(crate) async fn reconcile(&self) -> Result<()> {
        let now = self.stripe_now(self.nobody().now).await;
        let mut line = self.stripe_line.lock().await;
        line.not_before = None;
        line.begin_reconciling(Seconds::from(now));
        Ok(())
    }
}

impl Line {
    fn begin_reconciling(&mut self, began: Seconds) {
        self.report = Report { running: true, ..Report::default() };
        self.hearing = Some(Cursor::reconciled(began));
        let all = |of: ListOf| Job::All { reading: Reading::list(of.clone()), of };
        self.jobs.extend([ListOf::Customers, ListOf::Subscriptions].map(all));
        // Of charges that those tell of.
        self.later = [ListOf::Disputes, ListOf::Refunds].map(all).into();
        self.put_off.clear();
    }
}

/// Whether the same question is worth asking again.
fn again(answer: &Answer) -> bool {
    match answer {
        Answer::Later { .. }
        | Answer::Failed { .. }
        | Answer::Unknown(_)
        | Answer::NotReached(_)
        | Answer::KeyRefused(_) => true,
        Answer::Accepted { .. } | Answer::Refused(_) => false,
    }
}

fn list_of(reading: &Reading) -> ListOf {
    match reading {
        Reading::List { of, .. } | Reading::First(of) => of.clone(),
        Reading::One(_) | Reading::Search { .. } => ListOf::Customers,
    }
}
