//! Histories that nobody thought of: people do things, networks fail, programs die, days pass; in the end nobody was
//! charged twice, nothing owed was lost, and what is known here is what Stripe says.
//!
//! `HISTORIES=10000 cargo test -p at-stripe simulation` plays as many, as continuous integration does; a failure names the seed
//! that plays it again with `SEED=n`, and `SAY=1` tells every request of it.

use crate::town::{Mutant, Town, VISA};
use domain::{CustomerId, Day, EnrollmentId, Instant, Money, PlanId};
use protocol::enrollments::*;
use protocol::mail::ListQueue;
use protocol::stripe::{ChangePays, RetryCharge};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use stripe_double::{Action, Fault, Kind, Mischief, Outcome, Settings};
use testkit::{MORNING, gold};

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

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

const STEPS: u64 = 14;

struct History {
    town: Town,
    chance: Chance,
    plan: PlanId,
    people: Vec<CustomerId>,
    held: Vec<EnrollmentId>,
    told: Vec<String>,
}

/// Days after 12 March 2026: ends of months, changes of the clocks in New York, the turn of a year, a leap day, or any.
fn begins_after(chance: &mut Chance) -> u32 {
    // 31 Mar, 30 Apr, 30 and 31 May, 31 Aug, 31 Oct (clocks go back on 1 Nov), 30 and 31 Dec 2026; 29 to 31 Jan, 28 Feb,
    // 13 Mar 2027 (clocks go forward on the 14th); 31 Jan, 29 Feb 2028.
    const EDGES: [u32; 13] = [19, 49, 79, 80, 172, 233, 293, 294, 323, 325, 353, 366, 690];
    match chance.below(2) {
        0 if chance.one_in(8) => 719,
        0 => *chance.of(&EDGES),
        _ => chance.below(730) as u32,
    }
}

fn mischief(chance: &mut Chance) -> Mischief {
    match chance.below(13) {
        11 => Mischief::ServerError { executed: false, kept: true },
        12 => Mischief::BadGateway { executed: false },
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
    async fn begins(seed: u64, broken: Option<Mutant>) -> Self {
        let mut chance = Chance(seed);
        let at = Instant::from_millis(
            MORNING + i64::from(begins_after(&mut chance)) * DAY_MS + chance.below(13) as i64 * HOUR_MS,
        );
        let moods = Settings {
            seed,
            event_delay_seconds: *chance.of(&[0, 0, 60, 540]),
            event_twice_per_mille: *chance.of(&[0, 50, 500]),
            ..Settings::default()
        };
        let town = Town::opens_quickly(at, moods, broken).await;
        let plan = town.shop.front.offers("Gold", gold()).await;
        let mut people = Vec::new();
        for name in ["Ana Ruiz", "Bo Lind"] {
            let one = town.shop.front.puts_on_file(name).await;
            town.has_card(one, VISA).await;
            people.push(one);
        }
        let told = vec![format!("begins on {}", town.shop.today())];
        Self { town, chance, plan, people, held: Vec::new(), told }
    }

    fn tell(&mut self, words: impl Into<String>) {
        self.told.push(words.into());
    }

    /// Anything at all; what the desk refuses is not done.
    async fn step(mut self) -> Self {
        let front = &self.town.shop.front;
        let held = self.held.clone();
        match self.chance.below(19) {
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
                let mut fault = Fault::every(what).times(times);
                if self.chance.one_in(2) {
                    // Mostly it is read; what is sent is rarer.
                    fault = fault.on("POST", "");
                }
                self.town.stripe.fault(fault);
            }
            13 => {
                self.tell("the program dies");
                self = self.dies().await;
            }
            14 | 15 => self.somebody_works_in_the_dashboard(),
            _ => {
                let hours = *self.chance.of(&[1, 5, 24, 25, 24 * 8, 24 * 31]);
                self.tell(format!("{hours} hours pass"));
                self.town.hours_pass(hours).await;
            }
        }
        if self.chance.one_in(8) {
            self = self.dies().await;
        }
        if !self.chance.one_in(3) {
            self.town.carries().await;
        }
        self
    }

    /// What only events tell of.
    fn somebody_works_in_the_dashboard(&mut self) {
        let charges = self.town.stripe.charges();
        let action = match self.chance.below(3) {
            0 | 1 if !charges.is_empty() => {
                let charge = self.chance.of(&charges);
                let left = charge.amount - charge.refunded;
                if left == 0 {
                    return;
                }
                let amount = 1 + self.chance.below(left as u64) as i64;
                Action::Refund { charge: charge.charge.clone(), amount: Some(amount) }
            }
            _ => {
                let all = self.town.stripe.look(|mode| {
                    let all = mode.shelf(Kind::Subscription).all();
                    all.filter_map(|one| one["id"].as_str().map(str::to_owned)).collect::<Vec<_>>()
                });
                if all.is_empty() {
                    return;
                }
                let subscription = self.chance.of(&all).clone();
                Action::Cancel { subscription, at_period_end: self.chance.one_in(2) }
            }
        };
        let done = self.town.stripe.act(&action).is_ok();
        self.tell(format!("in the dashboard {action:?}: {done}"));
    }

    async fn dies(mut self) -> Self {
        let (errands, left) = (self.chance.below(6), self.chance.one_in(2));
        self.tell(format!("the program dies after {errands} errands; what was under way left: {left}"));
        self.town.dies_at_any_time(errands, left).await;
        self.town = self.town.restarts().await;
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
        // What Stripe would not give back, because somebody had given it back in the dashboard, is a task.
        known_back -= self.town.refused_refunds().await;
        if (known.minor(), known_back.minor()) != (taken, back) {
            return Err(format!(
                "{known:?} and {known_back:?} back are known here, {taken} and {back} back at Stripe"
            ));
        }
        for id in &self.held {
            let view = front.sees(*id).await;
            let bills = self.subscriptions_of(*id);
            agrees(&view, &bills, self.town.shop.today()).map_err(|why| {
                let EnrollmentView { status, last_day, next_charge, pays, owed, .. } = &view;
                format!(
                    "{why}: {status:?} {last_day:?} {next_charge:?} by {pays:?} owes {owed:?}, and {bills:?}"
                )
            })?;
        }
        front.is_healthy().await;
        Ok(())
    }

    /// What bills an enrollment at Stripe and has not ended.
    fn subscriptions_of(&self, id: EnrollmentId) -> Vec<Bills> {
        self.town.stripe.look(|mode| {
            let amount = |item: &serde_json::Value| {
                let id = item["price"].as_str().or_else(|| item["price"]["id"].as_str()).unwrap_or_default();
                let mut prices = mode.shelf(Kind::Price).all();
                prices.find(|price| price["id"] == id).and_then(|price| price["unit_amount"].as_i64())
            };
            let mine = mode.shelf(Kind::Subscription).all().filter(|one| {
                let ended = matches!(one["status"].as_str(), Some("canceled" | "incomplete_expired"));
                !ended && one["metadata"]["perennial_enrollment"] == id.to_string()
            });
            mine.map(|one| {
                let item = &one["items"]["data"][0];
                let ends = one["cancel_at"].as_i64();
                let period_end = item["current_period_end"].as_i64().unwrap_or_default();
                Bills {
                    status: one["status"].as_str().unwrap_or_default().to_owned(),
                    paused: !one["pause_collection"].is_null() || one["status"] == "paused",
                    next: period_end,
                    ends: ends.or((one["cancel_at_period_end"] == true).then_some(period_end)),
                    price: amount(item).unwrap_or_default(),
                    items: one["items"]["data"].as_array().map_or(0, Vec::len),
                    quantity: item["quantity"].as_i64().unwrap_or_default(),
                }
            })
            .collect()
        })
    }
}

/// A subscription as Stripe holds it.
#[derive(Debug, Clone)]
struct Bills {
    status: String,
    paused: bool,
    /// Seconds since 1970, as the next.
    next: i64,
    ends: Option<i64>,
    price: i64,
    items: usize,
    quantity: i64,
}

/// Whether what is known of an enrollment is what bills it at Stripe.
fn agrees(view: &EnrollmentView, bills: &[Bills], today: Day) -> Result<(), String> {
    // To the day of the practice; an hour of summer time makes no other.
    let days = |seconds: i64| [seconds, seconds + 3_600, seconds - 3_600].map(day_in_new_york);
    let say = |what: String| Err(format!("Stripe holds otherwise: {what}"));
    let status = view.status;
    let changes_on = view.card.as_ref().and_then(|card| card.changes_on);
    let one = match (bills, status) {
        ([], StatusView::Cancelled { .. } | StatusView::Waiting { .. }) => return Ok(()),
        // It ends at Stripe where it was to end, whatever a pause has moved since; the counter is paid from then on.
        ([], _) if view.pays == PaysBy::Counter || changes_on.is_some() => return Ok(()),
        ([one], _) => one,
        (many, _) => return say(format!("{} subscriptions for {status:?}", many.len())),
    };
    // It has ended today, at an hour that is still to come.
    let ends_today = one.ends.is_some_and(|ends| days(ends).contains(&today));
    if ends_today && matches!(status, StatusView::Cancelled { .. }) {
        return Ok(());
    }
    let past_due = matches!(status, StatusView::PastDueGrace { .. } | StatusView::PastDueSuspended { .. });
    let alike = match one.status.as_str() {
        _ if one.paused => matches!(status, StatusView::Paused { .. }),
        // One whose first charge of a later start failed never ran.
        "past_due" | "unpaid" => past_due || matches!(status, StatusView::Waiting { .. }),
        "active" | "trialing" => {
            !past_due && !matches!(status, StatusView::Paused { .. } | StatusView::Cancelled { .. })
        }
        _ => false,
    };
    if !alike {
        return say(format!("{} for {status:?}", one.status));
    }
    let price = view.terms.price.minor();
    if (one.items, one.quantity, one.price) != (1, 1, price) {
        return say(format!("{} of {} at {} for {price}", one.items, one.quantity, one.price));
    }
    let ends = view.last_day.map(Day::next).or(changes_on);
    let alike = match (one.ends, ends) {
        (None, None) => true,
        // On the day itself it has not ended yet.
        (Some(theirs), Some(ours)) => days(theirs).iter().any(|day| *day == ours || *day == today),
        _ => false,
    };
    let before_it_changes =
        one.ends.is_some_and(|theirs| changes_on.is_some_and(|on| day_in_new_york(theirs) <= on));
    if view.pays == PaysBy::Card && !alike && !before_it_changes {
        return say(format!("ends {:?} for {ends:?}", one.ends.map(day_in_new_york)));
    }
    let next = view.next_charge.as_ref().map(|charge| charge.on);
    let due_today = days(one.next).iter().any(|day| *day <= today);
    if one.paused || ends.is_some() || due_today || next.is_some_and(|next| days(one.next).contains(&next)) {
        return Ok(());
    }
    say(format!("the next charge {:?} for {next:?}", day_in_new_york(one.next)))
}

fn day_in_new_york(seconds: i64) -> Day {
    let at = chrono::DateTime::from_timestamp(seconds, 0).expect("a time");
    at.with_timezone(&chrono_tz::America::New_York).date_naive().to_string().parse().expect("a day")
}

async fn plays(seed: u64, broken: Option<Mutant>) -> Result<(), String> {
    let mut history = History::begins(seed, broken).await;
    for _ in 0..STEPS {
        history = history.step().await;
    }
    history.ends().await;
    let held = history.holds().await.map_err(|why| format!("{why}\n{}", history.told.join("\n")));
    history.town.shop.closes().await;
    held
}

/// Plays histories on every core; the failures by seed, and how many were played. With `first` it ends with the first failure.
fn play_all(
    seeds: std::ops::Range<u64>,
    broken: Option<Mutant>,
    first: bool,
) -> (BTreeMap<u64, String>, u64) {
    let next = AtomicU64::new(seeds.start);
    let failed = Mutex::new(BTreeMap::new());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for core in 0..cores {
            let (next, failed, seeds) = (&next, &failed, seeds.clone());
            scope.spawn(move || {
                testkit::stay_on_core(core);
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.expect("a runtime");
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    let over = first && !failed.lock().expect("whole").is_empty();
                    if seed >= seeds.end || over {
                        return;
                    }
                    // What the program itself finds wrong ends a history too.
                    let played = catch_unwind(AssertUnwindSafe(|| runtime.block_on(plays(seed, broken))));
                    let why = match played {
                        Ok(Ok(())) => continue,
                        Ok(Err(why)) => why,
                        Err(panic) => words_of(&*panic),
                    };
                    failed.lock().expect("whole").insert(seed, why);
                }
            });
        }
    });
    let played = next.into_inner().min(seeds.end) - seeds.start;
    (failed.into_inner().expect("whole"), played)
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn whatever_happens_nobody_is_charged_twice_and_nothing_is_lost() {
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("HISTORIES").unwrap_or(300),
    };
    let (failed, played) = play_all(seeds, None, false);
    if let Some((seed, why)) = failed.first_key_value() {
        let seeds: Vec<&u64> = failed.keys().take(20).collect();
        panic!("{} of {played} histories failed, {seeds:?}; the first is SEED={seed}: {why}", failed.len());
    }
}

/// A history finds the fault before that many are played.
const FOUND_WITHIN: u64 = 600;

fn is_found(mutant: Mutant) {
    let (failed, played) = play_all(0..FOUND_WITHIN, Some(mutant), true);
    let (seed, why) =
        failed.first_key_value().unwrap_or_else(|| panic!("{mutant:?} goes unnoticed in {played} histories"));
    println!("{mutant:?} is found by SEED={seed}: {why}");
}

#[test]
fn another_key_for_what_is_sent_again_is_found() {
    is_found(Mutant::AnotherKey);
}

#[test]
fn sending_again_after_a_day_without_looking_is_found() {
    is_found(Mutant::NoLookUp);
}

#[test]
fn taking_events_in_the_order_of_their_ids_is_found() {
    is_found(Mutant::OrderById);
}

#[test]
fn keeping_the_cursor_before_what_was_read_is_found() {
    is_found(Mutant::CursorBeforeCommit);
}

#[test]
fn acknowledging_before_the_answer_is_kept_is_found() {
    is_found(Mutant::AcknowledgedFirst);
}

#[tokio::test]
async fn what_stripe_does_otherwise_is_found_at_the_end_of_a_history() {
    let otherwise: [fn(String) -> Action; 4] = [
        |subscription| Action::ChangeQuantity { subscription, quantity: 3 },
        |subscription| Action::PauseCollection { subscription, behavior: Some("void".into()) },
        |subscription| Action::Cancel { subscription, at_period_end: true },
        |subscription| Action::Cancel { subscription, at_period_end: false },
    ];
    for otherwise in otherwise {
        let mut history = History::begins(1, None).await;
        let (plan, ana) = (history.plan, history.people[0]);
        history.held.push(history.town.enrolls_by_card(ana, plan).await.enrollment.id);
        history.town.carries().await;
        assert_eq!(history.holds().await, Ok(()));
        // Nobody hears of it before the comparison.
        let unheard = otherwise(history.town.newest(Kind::Subscription));
        history.town.stripe.act(&unheard).expect("it is done there");
        let found = history.holds().await;
        assert!(found.is_err_and(|why| why.contains("Stripe holds otherwise")), "{unheard:?}");
        history.town.shop.closes().await;
    }
}
