//! Histories that nobody thought of: people do things, networks fail, programs die, days pass; in the end nobody was
//! charged twice, nothing owed was lost, and what is known here is what Stripe says.
//!
//! `HISTORIES=10000 cargo test -p at-stripe --test at_stripe simulation` plays more of them; a failure names the seed that
//! plays it again with `SEED=n`.

use crate::town::{Town, VISA};
use domain::{CustomerId, EnrollmentId, Money, PlanId};
use protocol::enrollments::*;
use protocol::mail::ListQueue;
use protocol::stripe::{ChangePays, RetryCharge};
use std::collections::BTreeMap;
use stripe_double::{Action, Fault, Kind, Mischief, Outcome};
use testkit::gold;

/// SplitMix64: the same seed plays the same history.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }
}

const STEPS: u64 = 14;

struct History {
    town: Town,
    chance: Chance,
    plan: PlanId,
    people: Vec<CustomerId>,
    held: Vec<EnrollmentId>,
    told: Vec<String>,
}

fn mischief(chance: &mut Chance) -> Mischief {
    match chance.below(11) {
        0 => Mischief::DropBefore,
        1 => Mischief::DropAfter,
        2 => Mischief::CutAnswer,
        3 => Mischief::Hang { executed: true },
        4 => Mischief::Hang { executed: false },
        5 => Mischief::TooMany { retry_after_seconds: Some(3) },
        6 => Mischief::LockTimeout,
        7 => Mischief::ServerError { executed: true, kept: true },
        8 => Mischief::ServerError { executed: false, kept: false },
        9 => Mischief::BadGateway { executed: true },
        _ => Mischief::LoginPage,
    }
}

impl History {
    async fn begins(seed: u64) -> Self {
        let town = Town::opens().await;
        let plan = town.shop.front.offers("Gold", gold()).await;
        let mut people = Vec::new();
        for name in ["Ana Ruiz", "Bo Lind"] {
            let one = town.shop.front.puts_on_file(name).await;
            town.has_card(one, VISA).await;
            people.push(one);
        }
        Self { town, chance: Chance(seed), plan, people, held: Vec::new(), told: Vec::new() }
    }

    fn tell(&mut self, words: impl Into<String>) {
        self.told.push(words.into());
    }

    /// Anything at all; what the desk refuses is not done.
    async fn step(mut self) -> Self {
        let front = &self.town.shop.front;
        let held = self.held.clone();
        match self.chance.below(17) {
            0 | 1 => {
                let who = *self.chance.of(&self.people);
                let version = 1;
                let start = self.town.shop.today().plus_days(if self.chance.one_in(3) { 9 } else { 0 });
                let enroll = Enroll {
                    customer: who,
                    plan: self.plan,
                    version,
                    start,
                    pays: PaysBy::Card,
                    tenders: Vec::new(),
                    seats: None,
                    people: Vec::new(),
                    consent: Consent::InPerson,
                };
                if let Ok(made) = front.asks(enroll).await {
                    self.held.push(made.enrollment.id);
                    self.tell(format!("enrolls from {start}"));
                }
            }
            2 if !held.is_empty() => {
                let id = *self.chance.of(&held);
                let done = front.asks(PauseEnrollment { id, until: None }).await.is_ok();
                self.tell(format!("pauses: {done}"));
            }
            3 if !held.is_empty() => {
                let id = *self.chance.of(&held);
                let done = front.asks(ResumeEnrollment { id }).await.is_ok();
                self.tell(format!("resumes: {done}"));
            }
            4 if !held.is_empty() => {
                let id = *self.chance.of(&held);
                let cancel = CancelAtPeriodEnd { id, reason: String::new(), override_minimum: false };
                let done = front.asks(cancel).await.is_ok();
                self.tell(format!("cancels: {done}"));
            }
            5 if !held.is_empty() => {
                let id = *self.chance.of(&held);
                let done = front.asks(UndoCancel { id }).await.is_ok();
                self.tell(format!("takes the cancellation back: {done}"));
            }
            6 if !held.is_empty() && self.chance.one_in(2) => {
                let id = *self.chance.of(&held);
                let preview = front.does(PreviewCancelNow { id }).await;
                let cancel = CancelNow {
                    id,
                    refund: preview.refund,
                    reason: "Moves away.".into(),
                    override_minimum: false,
                };
                let done = front.asks(cancel).await.is_ok();
                self.tell(format!("ends now: {done}"));
            }
            7 if !held.is_empty() => {
                let id = *self.chance.of(&held);
                let done = front.asks(RetryCharge { id, all: false }).await.is_ok();
                self.tell(format!("retries: {done}"));
            }
            8 if !held.is_empty() && self.chance.one_in(2) => {
                let id = *self.chance.of(&held);
                let pays = if self.chance.one_in(2) { PaysBy::Card } else { PaysBy::Counter };
                let done = front.asks(ChangePays { id, pays }).await.is_ok();
                self.tell(format!("is paid by {pays:?}: {done}"));
            }
            9 => {
                let card = self.town.newest(Kind::PaymentMethod);
                let outcome = match self.chance.one_in(2) {
                    true => Outcome::Declines("insufficient_funds".into()),
                    false => Outcome::Succeeds,
                };
                self.tell(format!("a card: {outcome:?}"));
                self.town.stripe.act(&Action::SetCard { card, outcome }).expect("a card");
            }
            10 => {
                self.tell("the network goes");
                self.town.goes_offline();
            }
            11 => {
                self.tell("the network is back");
                self.town.comes_online();
            }
            12 => {
                let what = mischief(&mut self.chance);
                self.tell(format!("{what:?}"));
                let times = 1 + self.chance.below(3) as u32;
                self.town.stripe.fault(Fault::every(what).times(times));
            }
            13 => {
                self.tell("the program dies");
                self.town.dies_at_any_time(self.chance.below(4)).await;
                self.town = self.town.restarts().await;
            }
            _ => {
                let hours = *self.chance.of(&[1, 5, 24, 25, 24 * 8, 24 * 31]);
                self.tell(format!("{hours} hours pass"));
                self.town.hours_pass(hours).await;
            }
        }
        if !self.chance.one_in(3) {
            self.town.carries().await;
        }
        self
    }

    /// Everything comes to rest.
    async fn ends(&self) {
        self.town.comes_online();
        self.town.stripe.clear_faults();
        for _ in 0..60 {
            self.town.carries().await;
            self.town.hours_pass(1).await;
            let queue = ListQueue { limit: Some(100), ..ListQueue::default() };
            if self.town.shop.front.does(queue).await.rows.is_empty() {
                break;
            }
        }
        self.town.carries().await;
        self.town.hours_pass(26).await;
        self.town.carries().await;
        self.town.carries().await;
    }

    /// What must hold whatever happened.
    async fn holds(&self) -> Result<(), String> {
        let front = &self.town.shop.front;
        let stripe = &self.town.stripe;
        let left = front.does(ListQueue { limit: Some(100), ..ListQueue::default() }).await.rows;
        if !left.is_empty() {
            return Err(format!("still waits: {left:?}"));
        }
        let twice = stripe.charged_twice("perennial_effect");
        if !twice.is_empty() {
            return Err(format!("charged twice: {twice:?}"));
        }
        let mut periods: BTreeMap<(String, i64), u32> = BTreeMap::new();
        for charge in stripe.charges() {
            if let Some(subscription) = charge.subscription {
                *periods.entry((subscription, charge.period_start)).or_default() += 1;
            }
        }
        if let Some((period, times)) = periods.iter().find(|(_, times)| **times > 1) {
            return Err(format!("{period:?} was charged {times} times"));
        }
        // Every cent that Stripe took of a membership stands here, and every cent that went back.
        let taken: i64 = stripe.charges().iter().map(|charge| charge.amount).sum();
        let back: i64 = stripe.refunds().iter().map(|refund| refund.amount).sum();
        let (mut known, mut known_back) = (Money::ZERO, Money::ZERO);
        for id in &self.held {
            let view = front.sees(*id).await;
            known += view.paid_total;
            known_back += view.refunded_total;
        }
        if (known.minor(), known_back.minor()) != (taken, back) {
            return Err(format!(
                "{known:?} and {known_back:?} back are known here, {taken} and {back} back at Stripe"
            ));
        }
        front.is_healthy().await;
        Ok(())
    }
}

async fn plays(seed: u64) -> Result<(), String> {
    let mut history = History::begins(seed).await;
    for _ in 0..STEPS {
        history = history.step().await;
    }
    history.ends().await;
    history.holds().await.map_err(|why| format!("SEED={seed}: {why}\n{}", history.told.join("\n")))
}

#[tokio::test]
async fn whatever_happens_nobody_is_charged_twice_and_nothing_is_lost() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("HISTORIES").unwrap_or(60),
    };
    let mut failed = Vec::new();
    for seed in seeds {
        if let Err(why) = plays(seed).await {
            failed.push(why);
        }
    }
    assert!(failed.is_empty(), "{} histories failed; the first:\n{}", failed.len(), failed[0]);
}
