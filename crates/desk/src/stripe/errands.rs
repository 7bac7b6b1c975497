//! The desk's side of whoever carries requests to Stripe: what is to be asked next, and what came back.

mod hearing;

pub(super) use hearing::{CURSOR, HEARD};

use super::adopt::AccountRead;
use super::hear::{self, Heard};
use super::resolve::{Resolved, resolve};
use super::{connected, named, owed_of};
use crate::door::Desk;
use crate::op::Op;
use crate::refusal::{Refusal, Result};
use billing::answer::{Answer, Reply, TransportError, Verdict, VerdictKind};
use billing::inbound::{Cursor, Snapshot};
use billing::outbox::{Found, Row, Step, Turn};
use billing::read::{Event, PortalSession, Seconds};
use billing::request::{Frozen, ListOf, LookUp, Reading, Thing};
use domain::effect::{EffectState, Progress};
use domain::fold::State;
use domain::record::{Change, Entity};
use domain::stripe::{ChargeFailed, EffectRefused, Extra, NextTry, Owed};
use domain::{EffectId, EnrollmentId, Instant};
use std::collections::{BTreeSet, VecDeque};
use store::query::{self, EffectKind, EffectRow, Progressed};

/// Where the way was broken, the longest time until it is tried again.
const LONGEST_REST: i64 = 5 * 60_000;
/// After so many milliseconds nobody settles a ticket any more that a card paid for; and after so many it was looked at.
const UNSETTLED_FOR: (i64, i64) = (2 * 3_600_000, 40 * 24 * 3_600_000);
/// The place of a setup fee among the effects of the record that enrolled.
const FEE: u32 = 900;
/// So many times in a row an effect may need something else first.
const DEEPEST: u32 = 8;

/// How the way to Stripe stands, and what is being read; not kept over a restart, which begins to read anew.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(super) since: Option<Instant>,
    pub(super) said: String,
    pub(super) not_before: Option<Instant>,
    pub(super) reached: bool,
    /// The key was not accepted; what was said.
    pub(super) key_refused: Option<String>,
    failures: u32,
    /// The key is one of the account that the practice bills through; nothing is sent before that is known.
    right_account: bool,
    /// Stripe's clock less ours, in milliseconds.
    offset: i64,
    jobs: VecDeque<Job>,
    /// What is read when there are no jobs left, for it is about what they tell of.
    later: VecDeque<Job>,
    /// What was put off once already.
    put_off: BTreeSet<Thing>,
    polled: Option<Instant>,
    /// The events that the jobs read after, and the cursor to keep when all of them are through.
    hearing: Option<Cursor>,
    pub(super) report: Report,
    /// What was read of the account, to be taken over.
    pub(super) account: AccountRead,
}

/// What a full comparison came to so far.
#[derive(Debug, Default, Clone)]
pub(super) struct Report {
    pub running: bool,
    pub read: u32,
    pub ended: Option<Instant>,
    pub differences: Vec<(Option<domain::CustomerId>, String)>,
}

/// Something to be read, and why.
#[derive(Debug, Clone)]
enum Job {
    /// Whose account the key is of: data may have been restored, or a key changed, behind the desk's back.
    WhoseKey,
    /// Whether an effect was done.
    LookUp { effect: EffectId, look: LookUp, reading: Reading },
    /// What happened since, page by page.
    Events { reading: Reading, began: Seconds, events: Vec<Event> },
    /// One object as it is now.
    Fetch(Thing),
    /// Everything of a kind that another program may have made, page by page, for that look at the account.
    Account { reading: Reading, of: ListOf, look: u32 },
    /// Everything of a kind, page by page.
    All { reading: Reading, of: ListOf },
}

/// One request to Stripe and what it is for.
#[derive(Debug)]
pub struct Errand {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Effect(EffectId, Frozen),
    Job(Job, Reading),
}

/// What is to be sent.
#[derive(Debug, Clone, Copy)]
pub enum Request<'a> {
    Send(&'a Frozen),
    Read(&'a Reading),
}

impl Errand {
    pub fn request(&self) -> Request<'_> {
        match &self.kind {
            Kind::Effect(_, frozen) => Request::Send(frozen),
            Kind::Job(_, reading) => Request::Read(reading),
        }
    }

    /// The effect that is carried out; `None` where something is only read.
    pub fn effect(&self) -> Option<EffectId> {
        match &self.kind {
            Kind::Effect(id, _) => Some(*id),
            Kind::Job(..) => None,
        }
    }
}

/// Which errands somebody carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errands {
    All,
    /// Only what is read: nothing changes at Stripe.
    Questions,
}

impl Desk {
    /// To be called once by whoever carries requests, before the first: nobody knows what became of those that were on
    /// their way when the program ended.
    pub async fn errands_begin(&self) -> Result<()> {
        let mut op = self.begin(self.nobody()).await?;
        let now = self.stripe_now(op.here.now).await;
        for (row, _) in query::open_effects(op.conn().await?, EffectKind::Stripe).await? {
            if row.progress.state == EffectState::InFlight {
                let machine = machine(&row)?.interrupted(now);
                keep(&mut op, &row, machine, None)?;
            }
        }
        self.commit(op).await
    }

    /// The request that goes out next, with its bytes kept; `None` while nothing may go. May be asked again while others are
    /// under way; a second one that reads waits better for the first, for it may be about the same.
    pub async fn next_errand(&self) -> Result<Option<Errand>> {
        self.next_of(Errands::All).await
    }

    /// The same of some errands only.
    pub async fn next_of(&self, errands: Errands) -> Result<Option<Errand>> {
        let here = self.nobody();
        let Some(practice) = here.ground.practice.as_ref() else { return Ok(None) };
        let Some(stripe) = practice.stripe.clone() else { return Ok(None) };
        let clock = here.now;
        let now = {
            let mut line = self.stripe_line.lock().await;
            if line.key_refused.is_some() || line.not_before.is_some_and(|until| until > clock) {
                return Ok(None);
            }
            if !line.right_account {
                let reading = Job::WhoseKey.reading();
                return Ok(Some(Errand { kind: Kind::Job(Job::WhoseKey, reading) }));
            }
            if let Some(job) = line.jobs.pop_front() {
                let reading = job.reading();
                return Ok(Some(Errand { kind: Kind::Job(job, reading) }));
            }
            clock.plus_millis(line.offset)
        };
        if errands == Errands::All
            && let Some(errand) = self.next_effect_for_stripe(now, &named(&stripe.account)).await?
        {
            return Ok(Some(errand));
        }
        self.poll_when_due(clock, now).await
    }

    async fn next_effect_for_stripe(&self, now: Instant, account: &str) -> Result<Option<Errand>> {
        // Most of the time nothing waits, and nobody's transaction is held up to find that out.
        {
            let mut through = self.store().look().await?;
            if query::next_effect(through.conn(), EffectKind::Stripe, now).await?.is_none() {
                return Ok(None);
            }
        }
        let mut deep = 0;
        loop {
            let mut op = self.begin(self.nobody()).await?;
            let Some(row) = query::next_effect(op.conn().await?, EffectKind::Stripe, now).await? else {
                op.tx.roll_back().await?;
                return Ok(None);
            };
            if row.account.as_deref() != Some(account) {
                not_sent(&mut op, &row, "It was owed under another account of Stripe's.");
                self.commit(op).await?;
                continue;
            }
            let machine = machine(&row)?;
            match machine.step(now) {
                Step::Freeze => match self.freeze(&mut op, &row, machine).await {
                    Ok(()) => {
                        self.commit(op).await?;
                        deep += 1;
                        if deep > DEEPEST * 64 {
                            log::error!("stripe: what effect {} needs never comes", row.id);
                            return Ok(None);
                        }
                    }
                    Err(refusal) => {
                        op.tx.roll_back().await?;
                        return Err(refusal);
                    }
                },
                Step::Send(frozen) => {
                    keep(&mut op, &row, machine.sent(now), None)?;
                    self.commit(op).await?;
                    return Ok(Some(Errand { kind: Kind::Effect(row.id, frozen) }));
                }
                Step::LookUp(frozen) => {
                    let look = LookUp::of(&frozen);
                    match look.reading.clone() {
                        Some(reading) => {
                            op.tx.roll_back().await?;
                            let job = Job::LookUp { effect: row.id, look, reading: reading.clone() };
                            return Ok(Some(Errand { kind: Kind::Job(job, reading) }));
                        }
                        None => {
                            let turn = machine.looked_up(Found::NotDone, now, self.stripe_jitter());
                            self.turned(&mut op, &row, turn).await?;
                            self.commit(op).await?;
                        }
                    }
                }
                Step::Wait(_) | Step::InFlight | Step::Settled => {
                    op.tx.roll_back().await?;
                    return Ok(None);
                }
            }
        }
    }

    /// Works out what is asked, and keeps its bytes; or what has to come before.
    async fn freeze(&self, op: &mut Op<'_>, row: &EffectRow, machine: Row) -> Result<()> {
        let owed = owed_of(&row.what)?;
        match resolve(op, row, &owed).await {
            Ok(Resolved::Goes(ask, mark)) => match ask.freeze(&mark) {
                Ok(frozen) => keep(op, row, machine.freeze(frozen), None),
                Err(problem) => {
                    let settled = Row { state: EffectState::Refused, ..machine };
                    keep(op, row, settled, Some(problem.to_string()))?;
                    self.give_up(op, row, &owed, "not_asked").await
                }
            },
            Ok(Resolved::There) => {
                let settled = Row { state: EffectState::Done, ..machine };
                keep(op, row, settled, Some("It is so already.".to_owned()))?;
                self.through(op, row).await;
                Ok(())
            }
            Ok(Resolved::Needs(needs)) => {
                let account = connected(&op.here.ground)?.account.clone();
                let mut ids = Vec::with_capacity(needs.len());
                for need in needs {
                    ids.push(op.owe_before(&account, (row.record, row.owed), need).await?);
                }
                op.tx.needs(row.id, &ids);
                Ok(())
            }
            Ok(Resolved::NotAnyMore(why)) => {
                not_sent(op, row, &why);
                self.supersede_dependents(op, row.id).await?;
                self.through(op, row).await;
                Ok(())
            }
            // What it is about is not here.
            Err(Refusal::NotFound { what }) => {
                not_sent(op, row, &format!("{what} is not here any more."));
                Ok(())
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// What a card paid for a ticket that nobody settled goes back by itself.
    async fn give_back_what_nobody_settled(&self, clock: Instant) -> Result<()> {
        let from = clock.plus_millis(-UNSETTLED_FOR.1);
        let until = clock.plus_millis(-UNSETTLED_FOR.0);
        let taken = {
            let mut through = self.store().look().await?;
            query::brought_between(through.conn(), from, until).await?
        };
        for row in taken {
            let Owed::ChargeCard { ticket, .. } = owed_of(&row.what)? else { continue };
            let mut op = self.begin(self.nobody()).await?;
            let changes = match op.state(Entity::Ticket(ticket)).await? {
                Some(State::Ticket(ticket)) if ticket.sale.is_none() => {
                    super::gives_back_beyond(&ticket, domain::Money::ZERO)
                }
                _ => Vec::new(),
            };
            if changes.is_empty() {
                op.tx.roll_back().await?;
            } else {
                op.write(changes).await?;
                self.commit(op).await?;
            }
        }
        Ok(())
    }

    /// What came back for an errand, or that nothing did.
    pub async fn errand_done(
        &self,
        errand: Errand,
        came: std::result::Result<Reply, TransportError>,
    ) -> Result<()> {
        let clock = self.nobody().now;
        if let Ok(reply) = &came
            && let Some(theirs) = reply.date
        {
            // To the second, and the answer took a moment: smaller differences are none.
            let offset = theirs.millis() - clock.millis();
            let mut line = self.stripe_line.lock().await;
            line.offset = if offset.abs() > 5_000 { offset } else { 0 };
        }
        let answer = Answer::of(came);
        self.note_the_way(&answer, clock).await;
        match errand.kind {
            Kind::Effect(id, _) => self.effect_answered(id, answer).await,
            Kind::Job(job, reading) => self.job_answered(job, reading, answer).await,
        }
    }

    async fn effect_answered(&self, id: EffectId, answer: Answer) -> Result<()> {
        let mut op = self.begin(self.nobody()).await?;
        let now = self.stripe_now(op.here.now).await;
        let Some(row) = query::effect(op.conn().await?, id).await? else {
            op.tx.roll_back().await?;
            return Ok(());
        };
        let said = answer.in_words();
        let turn = machine(&row)?.answered(answer, now, self.stripe_jitter());
        let row = EffectRow { answer: Some(said), answered: Some(now), ..row };
        self.turned(&mut op, &row, turn).await?;
        self.commit(op).await
    }

    /// What a turn of the machine makes of an effect, in one transaction with what it says.
    async fn turned(&self, op: &mut Op<'_>, row: &EffectRow, (machine, turn): (Row, Turn)) -> Result<()> {
        let owed = owed_of(&row.what)?;
        match turn {
            Turn::Done { body, .. } | Turn::AlreadySo { body } => {
                let snapshot = Snapshot::read(&body).ok();
                keep(op, row, machine, Some("Stripe has taken it.".to_owned()))?;
                if let (Owed::SetUpCard { .. }, Some(Snapshot::Checkout(session))) = (&owed, &snapshot)
                    && let Some(page) = &session.page
                {
                    op.tx.address(row.id, page);
                    op.owe_card_page(row).await?;
                }
                if let Owed::OpenPortal { .. } = &owed
                    && let Ok(page) = billing::read::read::<PortalSession>(&body)
                {
                    op.tx.address(row.id, &page.url);
                }
                let id = made(&body);
                if let Some(id) = &id {
                    op.tx.made(row.id, id);
                }
                let heard = match (snapshot, id) {
                    (Some(snapshot), _) => hear::hear(op, snapshot, Some(&owed)).await?,
                    // It was made, and is not made again because it could not be read.
                    (None, Some(id)) => hear::only_its_id(op, &id, &owed).await?,
                    (None, None) => Heard::default(),
                };
                self.more(heard).await;
                if let Owed::Subscribe { enrollment } = &owed {
                    fee_with_the_start(op, row, *enrollment).await?;
                }
                self.through(op, row).await;
            }
            Turn::Refused(verdict) => {
                keep(op, row, machine, Some(verdict.words().to_string()))?;
                self.refused(op, row, &owed, &verdict).await?;
                self.through(op, row).await;
            }
            Turn::GivenUp { words } => {
                keep(op, row, machine, Some(words))?;
                self.give_up(op, row, &owed, "given_up").await?;
                self.through(op, row).await;
            }
            Turn::Again | Turn::Rest => keep(op, row, machine.thaw(), row.answer.clone())?,
            Turn::AskForKey(verdict) => {
                keep(op, row, machine.thaw(), row.answer.clone())?;
                self.ask_for_key(&verdict).await;
            }
        }
        Ok(())
    }

    /// A verdict becomes a fact: a declined card, or a task.
    async fn refused(&self, op: &mut Op<'_>, row: &EffectRow, owed: &Owed, verdict: &Verdict) -> Result<()> {
        let reason = verdict.decline_code.clone().or_else(|| verdict.code.clone()).unwrap_or_default();
        let declined = verdict.kind == VerdictKind::Declined;
        let changes = match owed {
            Owed::Subscribe { enrollment } if declined => {
                let Some(held) = hear::held(op, *enrollment).await? else { return Ok(()) };
                let now = held.at(op.here.today);
                let account = connected(&op.here.ground)?.account.clone();
                let due = now.dues(op.here.today).into_iter().next();
                due.map(|due| {
                    let attempt = now.open_invoices.get(&due.period).map_or(0, |open| open.attempt) + 1;
                    Change::ChargeFailed(ChargeFailed {
                        enrollment: now.id,
                        customer: now.customer,
                        account,
                        invoice: None,
                        period: due.period,
                        total: due.total,
                        attempt,
                        reason,
                        next_try: NextTry::Never,
                        page: None,
                    })
                })
                .into_iter()
                .collect()
            }
            Owed::ChargeCard { ticket, customer, amount, asked, .. } if declined => {
                vec![hear::card_answer(
                    *ticket,
                    *customer,
                    *asked,
                    *amount,
                    domain::stripe::CardOutcome::Declined { reason },
                )]
            }
            // The bank said no again; what is known of it comes with the invoice.
            Owed::PayInvoice { invoice, .. } if declined => {
                self.also_read([Thing::Invoice(invoice.clone())]).await;
                Vec::new()
            }
            // Whoever asked sees why, and nothing hangs on it.
            Owed::OpenPortal { .. } => Vec::new(),
            _ => return self.give_up(op, row, owed, &kind_of(verdict)).await,
        };
        if !changes.is_empty() {
            op.write(changes).await?;
        }
        Ok(())
    }

    /// It is not done, and a person decides: one task for it and all that depended on it.
    async fn give_up(&self, op: &mut Op<'_>, row: &EffectRow, owed: &Owed, why: &str) -> Result<()> {
        if let Owed::OpenPortal { .. } = owed {
            return Ok(());
        }
        let lost = self.supersede_dependents(op, row.id).await?;
        if let Owed::ChargeCard { ticket, customer, amount, asked, .. } = owed {
            let outcome = domain::stripe::CardOutcome::Declined { reason: why.to_owned() };
            op.write(vec![hear::card_answer(*ticket, *customer, *asked, *amount, outcome)]).await?;
            return Ok(());
        }
        let refused = EffectRefused {
            effect: row.id,
            owed: owed.clone(),
            customer: row.customer,
            why: why.to_owned(),
            with: lost,
        };
        op.write(vec![Change::EffectRefused(Box::new(refused))]).await?;
        Ok(())
    }

    async fn supersede_dependents(&self, op: &mut Op<'_>, refused: EffectId) -> Result<u32> {
        let open = query::open_effects(op.conn().await?, EffectKind::Stripe).await?;
        let lines: Vec<billing::outbox::LineRow> = open
            .iter()
            .map(|(row, needs)| billing::outbox::LineRow {
                id: row.id,
                customer: row.customer,
                state: row.progress.state,
                needs: needs.clone(),
            })
            .collect();
        let lost = billing::outbox::superseded_by(&lines, refused);
        for (row, _) in open.iter().filter(|(row, _)| lost.contains(&row.id)) {
            let machine = machine(row)?.supersede();
            keep(op, row, machine, Some("What it needs was refused by Stripe.".to_owned()))?;
        }
        Ok(lost.len() as u32)
    }

    /// After the last effect of somebody is through, what they hold is read as it is now: until then it may only have been on
    /// its way to what was asked.
    async fn through(&self, op: &mut Op<'_>, row: &EffectRow) {
        let Ok(owed) = owed_of(&row.what) else { return };
        let Some(enrollment) = owed.enrollment() else { return };
        if let Ok(Some(held)) = hear::held(op, enrollment).await
            && let Some(said) = &held.subscription
        {
            self.also_read([Thing::Subscription(said.id.clone())]).await;
        }
    }

    /// Tries the way again at once.
    pub async fn stripe_is_asked_again(&self) {
        let mut line = self.stripe_line.lock().await;
        line.not_before = None;
        line.polled = None;
    }

    /// How many milliseconds Stripe asked to be left alone for, where it is reached and a pause is all it wants.
    pub async fn stripe_wants_rest(&self) -> Option<i64> {
        let clock = self.nobody().now;
        let line = self.stripe_line.lock().await;
        let until = line.not_before.filter(|_| line.since.is_none())?;
        Some(until.millis() - clock.millis()).filter(|rest| *rest > 0)
    }

    /// There is no key that may be used, and why: nothing goes out until one is entered.
    pub async fn stripe_needs_key(&self, why: &str) {
        self.stripe_line.lock().await.key_refused = Some(why.to_owned());
    }

    /// Another key was entered.
    pub async fn stripe_key_changed(&self) {
        let mut line = self.stripe_line.lock().await;
        *line = Line { offset: line.offset, ..Line::default() };
    }

    async fn ask_for_key(&self, verdict: &Verdict) {
        let mut line = self.stripe_line.lock().await;
        if verdict.kind == VerdictKind::NotPermitted {
            line.said = verdict.words().to_string();
        } else {
            line.key_refused = Some(verdict.words().to_string());
        }
    }

    async fn note_the_way(&self, answer: &Answer, clock: Instant) {
        let jitter = self.stripe_jitter();
        let mut line = self.stripe_line.lock().await;
        match answer {
            Answer::NotReached(_) | Answer::Unknown(_) => {
                line.failures += 1;
                line.since.get_or_insert(clock);
                line.said = answer.in_words();
                let pause = billing::outbox::pause(line.failures, jitter).min(LONGEST_REST);
                line.not_before = Some(clock.plus_millis(pause));
            }
            Answer::Later { wait_seconds, .. } => {
                let wait = i64::from(wait_seconds.unwrap_or(1)) * 1_000;
                line.not_before = Some(clock.plus_millis(wait));
            }
            Answer::KeyRefused(verdict) => line.key_refused = Some(verdict.words().to_string()),
            Answer::Failed { .. } => line.not_before = Some(clock.plus_millis(1_000)),
            Answer::Accepted { .. } | Answer::Refused(_) => {
                line.failures = 0;
                line.since = None;
                line.not_before = None;
                line.reached = true;
                line.said.clear();
            }
        }
    }

    async fn stripe_now(&self, clock: Instant) -> Instant {
        clock.plus_millis(self.stripe_line.lock().await.offset)
    }

    fn stripe_jitter(&self) -> u32 {
        (self.fresh_key().0.as_u128() % 1_001) as u32
    }
}

impl Job {
    fn reading(&self) -> Reading {
        match self {
            Self::LookUp { reading, .. }
            | Self::Events { reading, .. }
            | Self::Account { reading, .. }
            | Self::All { reading, .. } => reading.clone(),
            Self::WhoseKey => Reading::One(Thing::Account),
            Self::Fetch(thing) => Reading::One(thing.clone()),
        }
    }
}

/// Where it starts later, what belongs to its first charge goes onto that.
async fn fee_with_the_start(op: &mut Op<'_>, row: &EffectRow, enrollment: EnrollmentId) -> Result<()> {
    let Some(held) = hear::held(op, enrollment).await? else { return Ok(()) };
    let today = op.here.today;
    let first = held.at(today).next_charge(today).filter(|due| due.period == 0 && due.due_on > today);
    let Some(due) = first.filter(|due| !due.setup_fee.is_zero()) else { return Ok(()) };
    let account = connected(&op.here.ground)?.account.clone();
    let why = if due.setup_fee.is_negative() { Extra::OpeningDiscount } else { Extra::SetupFee };
    let owed = Owed::NextInvoice { enrollment, amount: due.setup_fee, why };
    let id = EffectId::of(row.record, FEE);
    op.owe_at(&account, id, (row.record, row.owed), owed, row.customer, Vec::new())
}

fn kind_of(verdict: &Verdict) -> String {
    verdict.code.clone().unwrap_or_else(|| match verdict.kind {
        VerdictKind::Declined => "declined".to_owned(),
        VerdictKind::Invalid => "invalid".to_owned(),
        VerdictKind::NotPermitted => "not_permitted".to_owned(),
        VerdictKind::NoSuchThing => "no_such_thing".to_owned(),
        VerdictKind::Key => "key".to_owned(),
        VerdictKind::KeyReused => "key_reused".to_owned(),
    })
}

/// The id of an object that Stripe answered with.
fn made(body: &[u8]) -> Option<String> {
    let object: serde_json::Value = serde_json::from_slice(body).ok()?;
    object.get("id")?.as_str().map(str::to_owned)
}

/// The machine of a row; one that was never tried has none yet.
pub(super) fn machine(row: &EffectRow) -> Result<Row> {
    let kept = match &row.body {
        Some(body) => serde_json::from_str::<Row>(body).map_err(|error| store::StoreError::Unreadable {
            what: "an effect".into(),
            why: error.to_string(),
        })?,
        None => Row::waiting(row.id, row.progress.next_try),
    };
    // Where the columns say more, somebody at the desk changed them: a retry, a cancellation.
    Ok(Row { state: row.progress.state, next_try: row.progress.next_try, ..kept })
}

/// Writes how far a row came.
fn keep(op: &mut Op<'_>, row: &EffectRow, machine: Row, said: Option<String>) -> Result<()> {
    let settled = matches!(machine.state, EffectState::Done | EffectState::Superseded);
    let body = serde_json::to_string(&machine).map_err(|error| store::StoreError::Unreadable {
        what: "an effect".into(),
        why: error.to_string(),
    })?;
    let now = op.here.now;
    let answered = said.is_some().then_some(now).or(row.answered);
    op.tx.progress(
        row.id,
        Progressed {
            progress: Progress {
                state: machine.state,
                attempts: machine.attempts,
                unsure: u32::from(machine.doubt != billing::outbox::Doubt::None),
                first_sent: machine.first_sent,
                next_try: machine.next_try,
            },
            answer: said.or_else(|| row.answer.clone()),
            answered,
            // What was asked names people; it is not needed once it is through.
            body: Some((!settled).then_some(body)),
            address: None,
        },
    );
    Ok(())
}

fn not_sent(op: &mut Op<'_>, row: &EffectRow, why: &str) {
    let now = op.here.now;
    op.tx.progress(
        row.id,
        Progressed {
            progress: Progress { state: EffectState::Superseded, ..row.progress },
            answer: Some(why.to_owned()),
            answered: Some(now),
            body: Some(None),
            address: None,
        },
    );
}
