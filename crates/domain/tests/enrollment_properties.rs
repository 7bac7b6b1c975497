//! Random histories of an enrollment keep what must hold in every one of them.

use domain::credit::{LotDraw, Movement, MovementKind, Sums};
use domain::enrollment::*;
use domain::item::{ItemFilter, ItemSet};
use domain::plan::*;
use domain::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

const CREDIT: BenefitId = BenefitId::new(Uuid::from_u128(1));
const INCLUDED: BenefitId = BenefitId::new(Uuid::from_u128(2));
const EXTRA: BenefitId = BenefitId::new(Uuid::from_u128(3));
const HOLDER: CustomerId = CustomerId::new(Uuid::from_u128(10));

fn customer(number: u8) -> CustomerId {
    CustomerId::new(Uuid::from_u128(11 + u128::from(number)))
}

#[derive(Debug, Clone)]
enum Do {
    PayAll,
    PayNext,
    PayTwice,
    Fail,
    RetriesExhausted,
    Grant,
    Pause(Option<u8>),
    Resume,
    CancelAtPeriodEnd,
    UndoCancel,
    CancelNow,
    RefundHalf,
    Update(Box<Terms>, When),
    Change(Box<Terms>, u8),
    SwitchPays(PaysBy),
    Add(u8),
    Remove(u8),
    Hold(u8),
    Draw { late_days: u8, nth: u8, amount: u16 },
    GiveBack { nth: u8, amount: u16 },
    Adjust(i16),
    Goodwill(u16, u8),
    Extend(u8, u8),
    Forgive,
    TakeFromNextRefresh,
}

fn terms() -> impl Strategy<Value = Terms> {
    let expiry = prop_oneof![
        Just(Expiry::PeriodEnd),
        Just(Expiry::Rollover),
        (0..800_i64).prop_map(Expiry::RolloverCap)
    ];
    let family = prop_oneof![
        2 => Just(Family::None),
        1 => Just(Family::AddOn { price: Money::from_minor(700), up_to: 2 }),
        1 => Just(Family::Shared { up_to: 2 }),
        1 => Just(Family::Both { price: Money::from_minor(301), up_to: 2 }),
    ];
    let renewal = prop_oneof![3 => Just(Renewal::Monthly), 1 => Just(Renewal::Yearly)];
    let price = prop_oneof![4 => 1..20_000_i64, 1 => Just(0)];
    (
        (price, -3_000..3_000_i64, proptest::sample::select(Frequency::ALL.to_vec())),
        (expiry, renewal, proptest::option::of(1..4_u32), any::<bool>()),
        (family, 0..3_u32, prop_oneof![3 => Just(0), 1 => 1..6_u32]),
        (any::<bool>(), 0..=30_u32, any::<bool>(), any::<bool>()),
    )
        .prop_map(|(money, credit, limits, policies)| {
            let (price, setup_fee, frequency) = money;
            let (expiry, renewal, quantity, extra) = credit;
            let (family, minimum_cycles, maximum_cycles) = limits;
            let (keeps_benefits, grace_days, cancels, prorates) = policies;
            let credit = |id| Credit {
                id,
                unit: CreditUnit::Money,
                amount: 500,
                renewal,
                usage: Usage::Deduct,
                expiry,
                items: ItemFilter::All,
                allowance: None,
            };
            Terms {
                price: Money::from_minor(price),
                tax_rate: "8.875".parse().unwrap(),
                tax_mode: TaxMode::Exclusive,
                frequency,
                setup_fee: Money::from_minor(setup_fee),
                minimum_cycles,
                maximum_cycles,
                discounts: Vec::new(),
                credits: std::iter::once(CREDIT).chain(extra.then_some(EXTRA)).map(credit).collect(),
                included: vec![Included {
                    id: INCLUDED,
                    items: ItemSet::default(),
                    quantity,
                    renewal: Renewal::Monthly,
                    allowance: None,
                }],
                access: ItemSet::default(),
                family,
                pause: PausePolicy { keeps_benefits, ..PausePolicy::default() },
                cancel: CancelPolicy { prorates },
                past_due: PastDuePolicy {
                    grace_days,
                    afterwards: if cancels { AfterGrace::Cancels } else { AfterGrace::StaysPastDue },
                },
            }
        })
}

fn step() -> impl Strategy<Value = Do> {
    let pays = prop_oneof![Just(PaysBy::Counter), Just(PaysBy::Card)];
    let when = prop_oneof![Just(When::Now), Just(When::NextBilling)];
    prop_oneof![
        12 => Just(Do::PayAll),
        2 => Just(Do::PayNext),
        1 => Just(Do::PayTwice),
        2 => Just(Do::Fail),
        1 => Just(Do::RetriesExhausted),
        8 => Just(Do::Grant),
        4 => proptest::option::of(0..100_u8).prop_map(Do::Pause),
        3 => Just(Do::Resume),
        1 => Just(Do::CancelAtPeriodEnd),
        1 => Just(Do::UndoCancel),
        1 => Just(Do::CancelNow),
        1 => Just(Do::RefundHalf),
        2 => (terms(), when).prop_map(|(terms, when)| Do::Update(Box::new(terms), when)),
        2 => (terms(), 0..3_u8).prop_map(|(terms, plan)| Do::Change(Box::new(terms), plan)),
        1 => pays.prop_map(Do::SwitchPays),
        2 => (0..4_u8).prop_map(Do::Add),
        1 => (0..4_u8).prop_map(Do::Remove),
        1 => (0..4_u8).prop_map(Do::Hold),
        6 => (0..40_u8, any::<u8>(), 1..700_u16)
            .prop_map(|(late_days, nth, amount)| Do::Draw { late_days, nth, amount }),
        3 => (any::<u8>(), 1..300_u16).prop_map(|(nth, amount)| Do::GiveBack { nth, amount }),
        2 => (-400..400_i16).prop_map(Do::Adjust),
        1 => (1..300_u16, 0..90_u8).prop_map(|(amount, days)| Do::Goodwill(amount, days)),
        1 => (any::<u8>(), 0..90_u8).prop_map(|(nth, days)| Do::Extend(nth, days)),
        1 => Just(Do::Forgive),
        1 => Just(Do::TakeFromNextRefresh),
    ]
}

/// An enrollment with every movement it made.
struct Told {
    enrollment: Enrollment,
    movements: Vec<Movement>,
    nth: u32,
}

impl Told {
    fn begin(terms: Terms, pays: PaysBy, starts_in: i64) -> Self {
        let today = Day::ymd(2026, 1, 31).unwrap();
        let enrollment = Enrollment::enroll(Signup {
            id: EnrollmentId::new(Uuid::from_u128(30)),
            customer: HOLDER,
            plan: PlanId::new(Uuid::from_u128(100)),
            version: 1,
            terms,
            pays,
            signed_up_on: today,
            starts_on: today.plus_days(starts_in),
            consent: None,
            provisional: false,
            credit_outlives_days: 0,
            seats: None,
            people: Vec::new(),
        })
        .unwrap();
        Self { enrollment, movements: Vec::new(), nth: 0 }
    }

    fn tell(&mut self, day: Day, what: &Do) {
        self.nth += 1;
        let record = RecordId::new(Uuid::from_u128(u128::from(self.nth)));
        let lots: Vec<(BenefitId, LotId)> = (self.enrollment.accounts.iter())
            .flat_map(|account| account.lots().iter().map(|lot| (account.benefit, lot.id)))
            .collect();
        let pick = |nth: u8| (!lots.is_empty()).then(|| lots[usize::from(nth) % lots.len()]);
        let now = &mut self.enrollment;
        let before = now.clone();
        let outcome = match what {
            Do::PayAll => {
                let dues = now.dues(day);
                let mut moved = Vec::new();
                for due in dues {
                    moved.extend(now.collect(day, due.period, due.total, due.tax).unwrap());
                }
                for due in now.refreshes_due(day) {
                    moved.extend(now.refresh(day, due.benefit, due.person, due.n).unwrap());
                }
                Ok(moved)
            }
            Do::PayNext => match now.next_charge(day) {
                Some(due) => now.collect(day, due.period, due.total, due.tax),
                None => return,
            },
            Do::PayTwice => now.collect(day, 0, Money::from_minor(5), Money::ZERO),
            Do::Fail => now.charge_failed(day, now.periods_paid()),
            Do::RetriesExhausted => now.retries_exhausted(day),
            Do::Grant => {
                let due = now.refreshes_due(day);
                let mut moved = Vec::new();
                for due in due {
                    moved.extend(now.refresh(day, due.benefit, due.person, due.n).unwrap());
                }
                Ok(moved)
            }
            Do::Pause(days) => now.pause(day, days.map(|days| day.plus_days(i64::from(days)))),
            Do::Resume => now.resume(day),
            Do::CancelAtPeriodEnd => now.cancel_at_period_end(day, Minimum::Waived),
            Do::UndoCancel => now.undo_cancel(day),
            Do::CancelNow => now.cancel_now(day, Minimum::Holds),
            Do::RefundHalf => {
                let preview = now.refund_preview(day);
                now.refund(day, preview.base.scale(1, 2), Money::ZERO, None)
            }
            Do::Update(terms, when) => now.update_terms(day, now.version + 1, (**terms).clone(), *when),
            Do::Change(terms, plan) => {
                let plan = PlanId::new(Uuid::from_u128(100 + u128::from(*plan)));
                let preview = now.change_preview(day, plan, 1, terms);
                let worth = now.refund_preview(day);
                let moved = now.change_plan(day, plan, 1, (**terms).clone());
                if let Ok(preview) = &preview {
                    assert!(!preview.carried.is_negative() && !preview.refund.is_negative());
                    if before.at(day).terms.cancel.prorates {
                        assert!(preview.carried + preview.refund <= worth.refund);
                    }
                }
                assert_eq!(preview.err(), moved.clone().err());
                moved
            }
            Do::SwitchPays(pays) => now.switch_pays(day, *pays),
            Do::Add(number) => now.add_dependent(day, customer(*number)),
            Do::Remove(number) => now.remove_dependent(day, customer(*number)),
            Do::Hold(number) => now.change_holder(day, customer(*number)),
            Do::Draw { late_days, nth, amount } => {
                let Some((benefit, lot)) = pick(*nth) else { return };
                let sold_on = day.plus_days(-i64::from(*late_days));
                now.draw(sold_on, benefit, LotDraw { lot, amount: i64::from(*amount) })
            }
            Do::GiveBack { nth, amount } => {
                let Some((benefit, lot)) = pick(*nth) else { return };
                now.give_back(day, benefit, LotDraw { lot, amount: i64::from(*amount) }, record)
            }
            Do::Adjust(amount) => {
                now.adjust(day, CREDIT, None, i64::from(*amount), LotId::of_record(record, 0))
            }
            Do::Goodwill(amount, days) => {
                let expires = Some(day.plus_days(i64::from(*days)));
                now.goodwill(day, CREDIT, None, i64::from(*amount), expires, LotId::of_record(record, 0))
            }
            Do::Extend(nth, days) => {
                let Some((benefit, lot)) = pick(*nth) else { return };
                now.extend_lot(day, benefit, lot, Some(day.plus_days(i64::from(*days))))
            }
            Do::Forgive | Do::TakeFromNextRefresh => {
                let overdrawn = (now.accounts.iter())
                    .find_map(|account| account.overdrawn().next().map(|draw| (account.benefit, draw.lot)));
                let Some((benefit, lot)) = overdrawn else { return };
                if matches!(what, Do::Forgive) {
                    now.forgive(day, benefit, lot)
                } else {
                    now.take_from_next_refresh(day, benefit, lot)
                }
            }
        };
        match outcome {
            Ok(moved) => self.movements.extend(moved),
            Err(_) => assert_eq!(self.enrollment, before, "a refusal changed something"),
        }
    }

    /// granted - redeemed + returned - expired - trimmed + adjusted = balance, per lot and in sum.
    fn check_credits(&self) {
        for account in &self.enrollment.accounts {
            let own = |moved: &&Movement| moved.benefit == account.benefit && moved.person == account.person;
            let mut sums = Sums::default();
            let mut lots: BTreeMap<LotId, i64> = BTreeMap::new();
            for moved in self.movements.iter().filter(own) {
                sums.add(moved.kind, moved.amount);
                *lots.entry(moved.lot).or_default() += moved.change();
                let signed = matches!(moved.kind, MovementKind::Expired | MovementKind::Adjusted);
                assert!(moved.amount > 0 || (signed && moved.amount < 0), "{moved:?}");
            }
            assert_eq!(account.sums(), sums);
            assert_eq!(account.balance(), sums.balance());
            for lot in account.lots() {
                assert_eq!(lots.remove(&lot.id).unwrap_or(0), lot.remaining, "{lot:?}");
                assert!(!lot.over || lot.remaining <= 0, "{lot:?} is over and has something left");
                assert!(lot.expired >= 0);
            }
            assert!(lots.values().all(|forgotten| *forgotten == 0), "a forgotten lot had something left");
        }
    }

    fn check_money(&self, day: Day) {
        let now = self.enrollment.at(day);
        let totals = now.totals;
        assert!(totals.overpaid <= totals.captured);
        let preview = now.refund_preview(day);
        assert!(!preview.refund.is_negative() && preview.refund <= totals.captured);
        assert!((0..=preview.days).contains(&preview.unused_days), "{preview:?}");
        let dues = now.dues(day);
        assert!(dues.windows(2).all(|pair| pair[0].period < pair[1].period));
        for due in &dues {
            assert!(due.due_on <= day && due.due_on <= due.next_on && !due.total.is_negative(), "{due:?}");
        }
        if let Some(next) = now.next_charge(day) {
            assert!(next.due_on >= day || now.paused.is_some(), "{next:?}");
        }
    }

    /// Until the day it names, nothing that is shown changes by itself.
    fn check_changes_on(&self, day: Day) {
        let now = self.enrollment.at(day);
        let until = now.changes_on().unwrap_or(day.plus_days(400)).min(day.plus_days(400));
        assert!(until >= day);
        if until == day {
            assert!(!now.refreshes_due(day).is_empty());
            return;
        }
        let seen = |enrollment: &Enrollment, on: Day| {
            let balances: Vec<i64> = enrollment.accounts.iter().map(|account| account.balance()).collect();
            (
                (enrollment.status(on), enrollment.standing(on)),
                (enrollment.dues(on), enrollment.refreshes_due(on)),
                (enrollment.terms.clone(), enrollment.pays, balances),
            )
        };
        let last = until.prev();
        assert_eq!(seen(&now, day), seen(&now.at(last), last), "between {day} and {last}");
    }
}

fn history() -> impl Strategy<Value = (Terms, PaysBy, i64, Vec<(u8, Do)>)> {
    let pays = prop_oneof![2 => Just(PaysBy::Counter), 1 => Just(PaysBy::Card)];
    let starts_in = prop_oneof![3 => Just(0), 1 => 0..40_i64];
    (terms(), pays, starts_in, proptest::collection::vec((0..45_u8, step()), 0..40))
}

proptest! {
    // Two faults once took some thousands of histories to meet.
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(3_000),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn histories_add_up((terms, pays, starts_in, steps) in history()) {
        let mut told = Told::begin(terms, pays, starts_in);
        let mut today = told.enrollment.as_of;
        for (days, what) in &steps {
            today = today.plus_days(i64::from(*days));
            told.tell(today, what);
            let moved = told.enrollment.advance(today);
            told.movements.extend(moved);
            told.check_credits();
            told.check_money(today);
            told.check_changes_on(today);
        }
        let stored = serde_json::to_string(&told.enrollment).unwrap();
        prop_assert_eq!(serde_json::from_str::<Enrollment>(&stored).unwrap(), told.enrollment);
    }

    #[test]
    fn the_calendar_may_be_applied_in_any_steps(
        (terms, pays, starts_in, steps) in history(),
        first in 0..200_i64,
        second in 0..400_i64,
    ) {
        let mut told = Told::begin(terms, pays, starts_in);
        let mut today = told.enrollment.as_of;
        for (days, what) in &steps {
            today = today.plus_days(i64::from(*days));
            told.tell(today, what);
        }
        let (halfway, end) = (today.plus_days(first), today.plus_days(first + second));
        let mut at_once = told.enrollment.clone();
        let all = at_once.advance(end);
        let mut in_steps = told.enrollment.clone();
        let mut moved = in_steps.advance(halfway);
        moved.extend(in_steps.advance(end));
        prop_assert_eq!(&in_steps, &at_once);
        prop_assert_eq!(moved, all);
        // It never goes backwards.
        prop_assert_eq!(in_steps.advance(halfway), []);
        prop_assert_eq!(in_steps, at_once);
    }
}
