//! The life of an enrollment, move by move.

use domain::credit::{CreditRefusal, LotDraw, Movement, MovementKind};
use domain::enrollment::*;
use domain::item::{ItemFilter, ItemSet};
use domain::plan::*;
use domain::standing::{GraceReason, Standing};
use domain::*;
use uuid::Uuid;

const SPA: BenefitId = BenefitId::new(Uuid::from_u128(1));
const MASSAGE: BenefitId = BenefitId::new(Uuid::from_u128(2));
const ANA: CustomerId = CustomerId::new(Uuid::from_u128(10));
const BEN: CustomerId = CustomerId::new(Uuid::from_u128(11));
const CLEO: CustomerId = CustomerId::new(Uuid::from_u128(12));
const GOLD: PlanId = PlanId::new(Uuid::from_u128(20));
const PLATINUM: PlanId = PlanId::new(Uuid::from_u128(21));

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn lot(n: u32) -> LotId {
    LotId::of_refresh(enrollment_id(), SPA, None, n)
}

fn enrollment_id() -> EnrollmentId {
    EnrollmentId::new(Uuid::from_u128(30))
}

fn record(n: u128) -> RecordId {
    RecordId::new(Uuid::from_u128(1000 + n))
}

fn spa_credit(expiry: Expiry) -> Credit {
    Credit {
        id: SPA,
        unit: CreditUnit::Money,
        amount: 5_000,
        renewal: Renewal::Monthly,
        usage: Usage::Deduct,
        expiry,
        items: ItemFilter::All,
        allowance: None,
    }
}

/// $100 a month with $50 of credit, 10 % tax on top, prorated.
fn gold() -> Terms {
    Terms {
        price: money(10_000),
        tax_rate: Rate::percent(10),
        tax_mode: TaxMode::Exclusive,
        frequency: Frequency::Monthly,
        setup_fee: Money::ZERO,
        minimum_cycles: 0,
        maximum_cycles: 0,
        discounts: Vec::new(),
        credits: vec![spa_credit(Expiry::PeriodEnd)],
        included: Vec::new(),
        access: ItemSet::default(),
        family: Family::None,
        pause: PausePolicy::default(),
        cancel: CancelPolicy { prorates: true },
        past_due: PastDuePolicy::default(),
    }
}

fn signup(terms: Terms, today: &str, starts: &str) -> Signup {
    Signup {
        id: enrollment_id(),
        customer: ANA,
        plan: GOLD,
        version: 1,
        terms,
        pays: PaysBy::Counter,
        signed_up_on: day(today),
        starts_on: day(starts),
        consent: None,
        provisional: false,
        credit_outlives_days: 0,
        seats: None,
        people: Vec::new(),
    }
}

/// Enrolled and paid on 15 March, its first refresh granted.
fn ana(terms: Terms) -> Enrollment {
    let mut ana = Enrollment::enroll(signup(terms, "2026-03-15", "2026-03-15")).unwrap();
    pay(&mut ana, "2026-03-15");
    ana
}

fn ana_by_card(terms: Terms) -> Enrollment {
    let signup = Signup { pays: PaysBy::Card, ..signup(terms, "2026-03-15", "2026-03-15") };
    let mut ana = Enrollment::enroll(signup).unwrap();
    pay(&mut ana, "2026-03-15");
    ana
}

/// Pays everything that is due and grants what that lets go.
fn pay(enrollment: &mut Enrollment, on: &str) {
    for due in enrollment.dues(day(on)) {
        enrollment.collect(day(on), due.period, due.total, due.tax).unwrap();
    }
    grant(enrollment, on);
}

fn grant(enrollment: &mut Enrollment, on: &str) -> Vec<Movement> {
    let due = enrollment.refreshes_due(day(on));
    due.iter().flat_map(|due| enrollment.refresh(day(on), due.benefit, due.person, due.n).unwrap()).collect()
}

fn balance(enrollment: &Enrollment, on: &str) -> i64 {
    enrollment.at(day(on)).account(SPA, None).unwrap().balance()
}

fn grace(until: &str) -> Standing {
    Standing::Grace { until: Some(day(until)), because: GraceReason::PastDue }
}

// The moves, from top to bottom.

#[test]
fn enrolled_today_it_is_active_and_waits_for_the_first_charge() {
    let mut ana = Enrollment::enroll(signup(gold(), "2026-03-15", "2026-03-15")).unwrap();
    let today = day("2026-03-15");
    assert_eq!(ana.status(today), Status::Active);
    assert_eq!(ana.standing(today), Standing::Waiting);
    assert_eq!(ana.refreshes_due(today), []);
    let dues = ana.dues(today);
    assert_eq!(dues.len(), 1);
    assert_eq!((dues[0].price, dues[0].tax, dues[0].total), (money(10_000), money(1_000), money(11_000)));
    assert_eq!((dues[0].due_on, dues[0].next_on), (today, day("2026-04-15")));

    pay(&mut ana, "2026-03-15");
    assert_eq!(ana.standing(today), Standing::Good);
    assert_eq!(ana.dues(today), []);
    assert_eq!(balance(&ana, "2026-03-15"), 5_000);
    assert_eq!(balance(&ana, "2026-04-14"), 5_000);
    assert_eq!(balance(&ana, "2026-04-15"), 0);
    assert_eq!(ana.next_billing(today), Some(day("2026-04-15")));
}

#[test]
fn a_queued_first_charge_gives_benefits_on_trust_and_a_failed_one_ends_after_a_week() {
    let by_card =
        Signup { pays: PaysBy::Card, provisional: true, ..signup(gold(), "2026-03-15", "2026-03-15") };
    let mut ana = Enrollment::enroll(by_card).unwrap();
    let granted = grant(&mut ana, "2026-03-15");
    assert_eq!(granted.len(), 1);
    let offered = ana.entitlement(day("2026-03-15"), None, "Gold", &Scope::All).unwrap();
    assert!(offered.provisional);
    assert_eq!(offered.standing, Standing::Waiting);
    assert!(offered.credits[0].provisional);
    ana.draw(day("2026-03-16"), SPA, LotDraw { lot: lot(0), amount: 2_000 }).unwrap();

    let taken_back = ana.charge_failed(day("2026-03-17"), 0).unwrap();
    assert_eq!(
        taken_back.iter().map(|moved| (moved.kind, moved.amount)).collect::<Vec<_>>(),
        [(MovementKind::Adjusted, -3_000)]
    );
    assert_eq!(ana.standing(day("2026-03-24")), Standing::Waiting);
    assert_eq!(ana.status(day("2026-03-25")), Status::Cancelled { on: day("2026-03-25") });
    assert_eq!(ana.at(day("2026-03-25")).ended.unwrap().why, EndReason::FirstChargeFailed);

    pay(&mut ana, "2026-03-20");
    assert_eq!(ana.standing(day("2026-03-25")), Standing::Good);
    assert_eq!(balance(&ana, "2026-03-25"), 3_000);
}

#[test]
fn scheduled_charges_nothing_before_it_starts() {
    let mut ana = Enrollment::enroll(signup(gold(), "2026-03-15", "2026-04-01")).unwrap();
    let starts = day("2026-04-01");
    assert_eq!(ana.status(day("2026-03-31")), Status::Scheduled { starts });
    assert_eq!(ana.standing(day("2026-03-31")), Standing::Scheduled { starts: Some(starts) });
    assert_eq!(ana.dues(day("2026-03-31")), []);
    assert_eq!(ana.next_charge(day("2026-03-15")).unwrap().due_on, starts);
    assert!(!ana.is_member(day("2026-03-31")));
    assert_eq!(ana.changes_on(), Some(starts));
    assert_eq!(ana.pause(day("2026-03-20"), None), Err(Refusal::NotStarted { starts }));

    // Its start comes.
    assert_eq!(ana.status(starts), Status::Active);
    assert_eq!(ana.dues(starts).len(), 1);

    // Cancelled before, it was never charged; the minimum does not hold it.
    let mut left = ana.clone();
    left.terms.minimum_cycles = 12;
    left.cancel_at_period_end(day("2026-03-30"), Minimum::Holds).unwrap();
    assert_eq!(left.status(day("2026-03-30")), Status::Cancelled { on: day("2026-03-30") });
    assert_eq!(left.dues(starts), []);
    assert_eq!(left.refund_preview(day("2026-03-30")).refund, Money::ZERO);
}

#[test]
fn a_start_in_the_past_is_refused() {
    let refused = Enrollment::enroll(signup(gold(), "2026-03-15", "2026-03-14"));
    let (starts, today) = (day("2026-03-14"), day("2026-03-15"));
    assert_eq!(refused, Err(Refusal::StartsInPast { starts, today }));
}

#[test]
fn unpaid_at_the_counter_is_past_due_from_its_day_and_suspended_after_grace() {
    let ana = ana(gold());
    let since = day("2026-04-15");
    let past_due = Status::PastDue { since, grace_until: day("2026-04-22") };
    assert_eq!(ana.status(day("2026-04-14")), Status::Active);
    assert_eq!(ana.status(since), past_due);
    assert_eq!(ana.standing(since), grace("2026-04-22"));
    assert_eq!(ana.standing(day("2026-04-22")), grace("2026-04-22"));
    assert_eq!(ana.standing(day("2026-04-23")), Standing::Suspended { since: Some(day("2026-04-22")) });
    assert_eq!(ana.status(day("2026-06-20")), past_due);
    let periods: Vec<u32> = ana.dues(day("2026-06-20")).iter().map(|due| due.period).collect();
    assert_eq!(periods, [1, 2, 3]);
    assert_eq!(ana.refreshes_due(day("2026-04-20")), []);
}

#[test]
fn paying_what_is_overdue_grants_the_refreshes_that_waited_with_their_dates() {
    let mut ana = ana(gold());
    for due in ana.dues(day("2026-05-20")) {
        ana.collect(day("2026-05-20"), due.period, due.total, due.tax).unwrap();
    }
    assert_eq!(ana.status(day("2026-05-20")), Status::Active);
    let due: Vec<(u32, Day)> =
        ana.refreshes_due(day("2026-05-20")).iter().map(|due| (due.n, due.on)).collect();
    assert_eq!(due, [(1, day("2026-04-15")), (2, day("2026-05-15"))]);
    assert_eq!(ana.changes_on(), Some(day("2026-05-20")));
    let moved = grant(&mut ana, "2026-05-20");
    let seen: Vec<(MovementKind, i64, Day)> =
        moved.iter().map(|moved| (moved.kind, moved.amount, moved.on)).collect();
    // The one already over is granted and expires at once.
    assert_eq!(
        seen,
        [
            (MovementKind::Granted, 5_000, day("2026-04-15")),
            (MovementKind::Expired, 5_000, day("2026-05-14")),
            (MovementKind::Granted, 5_000, day("2026-05-15")),
        ]
    );
    assert_eq!(balance(&ana, "2026-05-20"), 5_000);
}

#[test]
fn past_due_ends_after_grace_where_the_terms_say_so() {
    let mut terms = gold();
    terms.past_due = PastDuePolicy { grace_days: 3, afterwards: AfterGrace::Cancels };
    let mut ana = ana(terms);
    assert_eq!(
        ana.status(day("2026-04-18")),
        Status::PastDue { since: day("2026-04-15"), grace_until: day("2026-04-18") }
    );
    assert_eq!(ana.status(day("2026-04-19")), Status::Cancelled { on: day("2026-04-19") });
    ana.advance(day("2026-07-01"));
    assert_eq!(ana.ended, Some(Ended { on: day("2026-04-19"), why: EndReason::PastDue }));
    // Money that comes in after the end is still taken, as an overpayment.
    ana.collect(day("2026-07-01"), 1, money(11_000), money(1_000)).unwrap();
    assert_eq!(ana.totals.overpaid, money(11_000));
    assert_eq!(ana.totals.captured, money(22_000));
}

#[test]
fn a_card_renewal_without_word_is_in_grace_and_granted_provisionally() {
    let mut ana = ana_by_card(gold());
    let renewal = day("2026-04-15");
    let not_confirmed =
        Standing::Grace { until: Some(day("2026-04-22")), because: GraceReason::NotConfirmed };
    assert_eq!(ana.standing(renewal), not_confirmed);
    assert_eq!(ana.status(renewal), Status::Active);
    grant(&mut ana, "2026-04-15");
    assert!(ana.account(SPA, None).unwrap().lots().last().unwrap().provisional);
    assert_eq!(ana.standing(day("2026-04-23")), Standing::Suspended { since: Some(day("2026-04-22")) });

    // It failed: grace starts on that day, and what is left of the refresh goes.
    let mut failed = ana.clone();
    failed.charge_failed(day("2026-04-17"), 1).unwrap();
    assert_eq!(failed.standing(day("2026-04-24")), grace("2026-04-24"));
    assert_eq!(failed.account(SPA, None).unwrap().balance(), 0);
    let mut given_up = failed.clone();
    given_up.retries_exhausted(day("2026-05-01")).unwrap();
    assert!(matches!(given_up.status(day("2026-05-01")), Status::PastDue { .. }));
    given_up.terms.past_due.afterwards = AfterGrace::Cancels;
    given_up.retries_exhausted(day("2026-05-01")).unwrap();
    assert_eq!(given_up.status(day("2026-05-01")), Status::Cancelled { on: day("2026-05-01") });

    // It was paid after all, or in the first place: certain, and there again.
    for enrollment in [&mut failed, &mut ana] {
        pay(enrollment, "2026-04-18");
        assert_eq!(enrollment.standing(day("2026-04-18")), Standing::Good);
        let account = enrollment.account(SPA, None).unwrap();
        assert_eq!(account.balance(), 5_000);
        assert!(account.lots().iter().all(|lot| !lot.provisional));
        assert_eq!(enrollment.refreshes_due(day("2026-04-18")), []);
    }
}

#[test]
fn a_pause_moves_every_date_by_the_days_frozen() {
    let mut ana = ana(gold());
    ana.pause(day("2026-03-20"), Some(day("2026-04-03"))).unwrap();
    assert_eq!(ana.status(day("2026-04-02")), Status::Paused { until: Some(day("2026-04-03")) });
    assert_eq!(ana.standing(day("2026-04-02")), Standing::Paused { until: Some(day("2026-04-03")) });
    assert_eq!(ana.dues(day("2026-04-02")), []);
    assert_eq!(ana.next_billing(day("2026-03-21")), Some(day("2026-04-29")), "as it will be");
    // It resumes by itself.
    assert_eq!(ana.status(day("2026-04-03")), Status::Active);
    assert_eq!(balance(&ana, "2026-04-28"), 5_000);
    assert_eq!(balance(&ana, "2026-04-29"), 0);
    assert_eq!(ana.next_billing(day("2026-04-03")), Some(day("2026-04-29")));
    let later = ana.at(day("2026-04-29"));
    assert_eq!(later.dues(day("2026-04-29"))[0].due_on, day("2026-04-29"));
    assert_eq!(later.account(SPA, None).unwrap().next_refresh(), (1, day("2026-04-29")));
    // By hand as well, and that date is the new anchor.
    ana.resume(day("2026-03-22")).unwrap();
    assert_eq!(ana.next_billing(day("2026-03-22")), Some(day("2026-04-17")));
    pay(&mut ana, "2026-04-17");
    assert_eq!(ana.next_billing(day("2026-04-17")), Some(day("2026-05-17")));
    assert_eq!(ana.resume(day("2026-04-18")), Err(Refusal::NotPaused));
}

#[test]
fn an_open_pause_lasts_as_long_as_the_terms_allow() {
    let mut ana = ana(gold());
    ana.pause(day("2026-03-20"), None).unwrap();
    assert_eq!(ana.status(day("2026-06-17")), Status::Paused { until: None });
    assert_eq!(ana.status(day("2026-06-18")), Status::Active);
}

#[test]
fn a_pause_may_keep_benefits() {
    let mut terms = gold();
    terms.pause.keeps_benefits = true;
    let mut ana = ana(terms);
    ana.pause(day("2026-03-20"), None).unwrap();
    assert_eq!(ana.standing(day("2026-04-20")), Standing::Good);
    assert_eq!(ana.status(day("2026-04-20")), Status::Paused { until: None });
    assert_eq!(ana.refreshes_due(day("2026-04-20")), []);
}

#[test]
fn pauses_are_limited() {
    let mut ana = ana(gold());
    let today = day("2026-03-20");
    let until = |text: &str| Some(day(text));
    assert_eq!(ana.pause(today, until("2026-06-19")), Err(Refusal::PauseTooLong { max_days: 90 }));
    let in_past = Refusal::PauseEndsInPast { until: today, today };
    assert_eq!(ana.pause(today, Some(today)), Err(in_past));
    for month in ["03", "04"] {
        pay(&mut ana, &format!("2026-{month}-21"));
        ana.pause(day(&format!("2026-{month}-21")), until(&format!("2026-{month}-22"))).unwrap();
    }
    let again = ana.pause(day("2026-04-21"), None);
    assert_eq!(again, Err(Refusal::AlreadyPaused { since: day("2026-04-21") }));
    pay(&mut ana, "2026-05-30");
    assert_eq!(ana.pause(day("2026-05-30"), None), Err(Refusal::PauseLimit { taken: 2, per_year: 2 }));
    let mut overdue = ana.clone();
    let refused = overdue.pause(day("2026-07-01"), None);
    assert_eq!(refused, Err(Refusal::ChargeOverdue { since: day("2026-06-17") }));
    // A year after the first one there is room again.
    for month in 6..=12 {
        pay(&mut ana, &format!("2026-{month:02}-20"));
    }
    for month in 1..=3 {
        pay(&mut ana, &format!("2027-{month:02}-20"));
    }
    ana.pause(day("2027-03-21"), None).unwrap();

    let mut never = gold();
    never.pause.allowed = false;
    let mut ben = self::ana(never);
    assert_eq!(ben.pause(today, None), Err(Refusal::PausesNotAllowed));
}

#[test]
fn cancelled_at_period_end_benefits_stay_until_then_and_it_can_be_undone() {
    let mut ana = ana(gold());
    ana.cancel_at_period_end(day("2026-03-25"), Minimum::Holds).unwrap();
    let last_day = day("2026-04-14");
    assert_eq!(ana.status(last_day), Status::Ending { last_day });
    assert_eq!(ana.standing(last_day), Standing::Good);
    assert_eq!(ana.next_billing(last_day), None);
    assert_eq!(ana.status(day("2026-04-15")), Status::Cancelled { on: day("2026-04-15") });
    assert_eq!(ana.dues(day("2026-04-15")), []);
    assert_eq!(balance(&ana, "2026-04-15"), 0);
    let again = ana.cancel_at_period_end(day("2026-03-26"), Minimum::Holds);
    assert_eq!(again, Err(Refusal::AlreadyEnding { last_day }));
    assert_eq!(ana.pause(day("2026-03-26"), None), Err(Refusal::AlreadyEnding { last_day }));

    let mut too_late = ana.clone();
    let refused = too_late.undo_cancel(day("2026-04-15"));
    assert_eq!(refused, Err(Refusal::AlreadyCancelled { on: day("2026-04-15") }));
    assert_eq!(too_late, ana);
    ana.undo_cancel(last_day).unwrap();
    assert_eq!(ana.undo_cancel(last_day), Err(Refusal::NotEnding));
    assert!(matches!(ana.status(day("2026-04-15")), Status::PastDue { .. }));
    // Past due it can be cancelled as well.
    ana.cancel_at_period_end(day("2026-04-16"), Minimum::Holds).unwrap();
    assert_eq!(ana.status(day("2026-05-15")), Status::Cancelled { on: day("2026-05-15") });
}

#[test]
fn cancelled_now_gives_the_unused_days_back() {
    let mut ana = ana(gold());
    let today = day("2026-03-25");
    let preview = ana.refund_preview(today);
    // $110.00 x 21/31.
    assert_eq!((preview.unused_days, preview.days), (21, 31));
    assert_eq!((preview.base, preview.refund, preview.tax), (money(11_000), money(7_452), money(677)));
    // What was given back before is no base any more.
    let mut lowered = ana.clone();
    lowered.refund(today, money(1_000), money(91), None).unwrap();
    assert_eq!(lowered.refund_preview(today).base, money(10_000));
    let mut without = ana.clone();
    without.terms.cancel.prorates = false;
    assert_eq!(without.refund_preview(today).refund, Money::ZERO);

    ana.cancel_now(today, Minimum::Holds).unwrap();
    assert_eq!(ana.status(today), Status::Cancelled { on: today });
    assert_eq!(ana.standing(today), Standing::Cancelled { ended: Some(today) });
    assert_eq!(balance(&ana, "2026-03-25"), 0);
    assert_eq!(ana.refund_preview(today).refund, Money::ZERO);
    assert_eq!(ana.cancel_now(today, Minimum::Holds), Err(Refusal::AlreadyCancelled { on: today }));
    let draw = LotDraw { lot: lot(0), amount: 1 };
    let back = ana.give_back(today, SPA, draw, record(1));
    assert_eq!(back, Err(Refusal::Credit(CreditRefusal::Ended { on: today })));
}

#[test]
fn cancelled_at_period_end_while_paused_it_ends_now_and_refunds_the_frozen_days() {
    let mut ana = ana(gold());
    ana.pause(day("2026-03-25"), None).unwrap();
    let today = day("2026-05-01");
    let preview = ana.refund_preview(today);
    assert_eq!((preview.unused_days, preview.days, preview.refund), (21, 31, money(7_452)));
    ana.cancel_at_period_end(today, Minimum::Holds).unwrap();
    assert_eq!(ana.status(today), Status::Cancelled { on: today });
    assert_eq!(ana.changes_on(), None);
}

#[test]
fn a_pause_does_not_change_what_a_day_is_worth() {
    let mut ana = ana(gold());
    ana.pause(day("2026-03-20"), Some(day("2026-04-03"))).unwrap();
    // 5 days used before, 5 after: 21 of 31 are left.
    let preview = ana.refund_preview(day("2026-04-08"));
    assert_eq!((preview.unused_days, preview.days), (21, 31));
}

#[test]
fn minimum_cycles_hold_a_cancellation_back_unless_waived() {
    let mut terms = gold();
    terms.minimum_cycles = 3;
    let mut ana = ana(terms);
    let held = Err(Refusal::MinimumCycles { paid: 1, minimum: 3 });
    assert_eq!(ana.cancel_at_period_end(day("2026-03-20"), Minimum::Holds), held);
    assert_eq!(ana.cancel_now(day("2026-03-20"), Minimum::Holds), held);
    let mut waived = ana.clone();
    waived.cancel_now(day("2026-03-20"), Minimum::Waived).unwrap();
    pay(&mut ana, "2026-04-15");
    pay(&mut ana, "2026-05-15");
    ana.cancel_at_period_end(day("2026-05-20"), Minimum::Holds).unwrap();
}

#[test]
fn maximum_cycles_end_it() {
    let mut terms = gold();
    terms.maximum_cycles = 2;
    let mut ana = ana(terms);
    pay(&mut ana, "2026-04-15");
    assert_eq!(ana.next_billing(day("2026-04-15")), None);
    assert_eq!(ana.status(day("2026-05-14")), Status::Active);
    ana.advance(day("2026-06-01"));
    assert_eq!(ana.ended, Some(Ended { on: day("2026-05-15"), why: EndReason::MaximumCycles }));
}

#[test]
fn an_upgrade_starts_a_new_period_and_credits_the_old_one() {
    let mut ana = ana(gold());
    let mut platinum = gold();
    platinum.price = money(20_000);
    platinum.credits[0].id = MASSAGE;
    let today = day("2026-03-25");
    let preview = ana.change_preview(today, PLATINUM, 1, &platinum).unwrap();
    assert_eq!((preview.direction, preview.effective_on), (Direction::Up, today));
    assert_eq!((preview.carried, preview.refund), (money(7_452), Money::ZERO));
    assert_eq!(preview.first.unwrap().total, money(22_000 - 7_452));

    let moved = ana.change_plan(today, PLATINUM, 1, platinum).unwrap();
    assert_eq!(moved.iter().map(|moved| moved.kind).collect::<Vec<_>>(), [MovementKind::Expired]);
    assert_eq!(ana.plan, PLATINUM);
    assert_eq!(ana.standing(today), grace("2026-04-01"));
    assert_eq!(ana.refreshes_due(today), []);
    pay(&mut ana, "2026-03-25");
    assert_eq!(ana.standing(today), Standing::Good);
    assert_eq!(ana.account(MASSAGE, None).unwrap().balance(), 5_000);
    assert_eq!(ana.totals.captured, money(11_000 + 14_548));
    assert_eq!(ana.next_billing(today), Some(day("2026-04-25")));
    // What was carried over was captured too.
    assert_eq!(ana.refund_preview(today).refund, money(22_000));
    assert_eq!(ana.next_charge(today).unwrap().total, money(22_000));
}

#[test]
fn an_upgrade_keeps_rollover_lots() {
    let mut terms = gold();
    terms.credits = vec![spa_credit(Expiry::Rollover)];
    let mut ana = ana(terms);
    let mut platinum = gold();
    platinum.price = money(20_000);
    platinum.credits.clear();
    ana.change_plan(day("2026-03-25"), PLATINUM, 1, platinum).unwrap();
    pay(&mut ana, "2026-03-25");
    assert_eq!(balance(&ana, "2026-12-25"), 5_000);
    let offered = ana.entitlement(day("2026-03-25"), None, "Platinum", &Scope::All).unwrap();
    assert_eq!(offered.credits[0].remaining, 5_000);
    assert!(ana.account(SPA, None).unwrap().is_closed());
}

#[test]
fn an_upgrade_to_a_smaller_charge_gives_the_rest_back() {
    let mut yearly = gold();
    yearly.frequency = Frequency::Annual;
    yearly.price = money(100_000);
    let mut ana = ana(yearly);
    let mut monthly = gold();
    monthly.price = money(9_000);
    let today = day("2026-03-15");
    let preview = ana.change_preview(today, PLATINUM, 1, &monthly).unwrap();
    assert_eq!(preview.direction, Direction::Up);
    assert_eq!((preview.carried, preview.refund), (money(9_900), money(110_000 - 9_900)));
    assert_eq!((preview.refund_tax, preview.cut_short), (money(9_100), Some(0)));
    ana.change_plan(today, PLATINUM, 1, monthly).unwrap();
    ana.advance(today);
    assert_eq!(ana.standing(today), Standing::Good);
    // What goes back is of the period that was cut short; the new one keeps all that was carried into it.
    ana.refund(today, preview.refund, preview.refund_tax, preview.cut_short).unwrap();
    assert_eq!(ana.refund_preview(today).base, money(9_900));
}

#[test]
fn a_downgrade_waits_for_the_next_billing_date() {
    let mut ana = ana(gold());
    let mut silver = gold();
    silver.price = money(4_000);
    silver.frequency = Frequency::Quarterly;
    ana.change_plan(day("2026-03-25"), PLATINUM, 1, silver).unwrap();
    assert_eq!(ana.plan, GOLD);
    assert_eq!(ana.next_charge(day("2026-03-25")).unwrap().price, money(4_000));
    assert_eq!(ana.next_charge(day("2026-03-25")).unwrap().next_on, day("2026-07-15"));
    assert_eq!(ana.at(day("2026-04-15")).plan, PLATINUM);
    pay(&mut ana, "2026-04-15");
    assert_eq!(ana.next_billing(day("2026-04-15")), Some(day("2026-07-15")));
    assert_eq!(ana.totals.captured, money(11_000 + 4_400));
}

#[test]
fn a_plan_is_not_changed_while_paused_ending_or_overdue() {
    let ana = ana(gold());
    let change = |mut ana: Enrollment, on: &str| ana.change_plan(day(on), PLATINUM, 1, gold());
    assert_eq!(change(ana.clone(), "2026-04-20"), Err(Refusal::ChargeOverdue { since: day("2026-04-15") }));
    let mut paused = ana.clone();
    paused.pause(day("2026-03-20"), None).unwrap();
    assert_eq!(change(paused, "2026-03-21"), Err(Refusal::AlreadyPaused { since: day("2026-03-20") }));
    let mut ending = ana;
    ending.cancel_at_period_end(day("2026-03-20"), Minimum::Holds).unwrap();
    assert_eq!(change(ending, "2026-03-21"), Err(Refusal::AlreadyEnding { last_day: day("2026-04-14") }));
}

// Terms.

#[test]
fn updated_terms_hold_from_the_next_billing_date_or_now() {
    let mut dearer = gold();
    dearer.price = money(12_000);
    dearer.credits[0].amount = 6_000;
    let mut later = ana(gold());
    later.update_terms(day("2026-03-20"), 2, dearer.clone(), When::NextBilling).unwrap();
    assert_eq!(later.version, 1);
    pay(&mut later, "2026-04-15");
    assert_eq!((later.version, later.totals.captured), (2, money(11_000 + 13_200)));
    assert_eq!(balance(&later, "2026-04-15"), 6_000);

    // Now: a new benefit is there at once, and what was overdue keeps its price.
    dearer.credits.push(Credit { id: MASSAGE, ..spa_credit(Expiry::PeriodEnd) });
    let mut now = ana(gold());
    now.update_terms(day("2026-04-20"), 2, dearer, When::Now).unwrap();
    assert_eq!(now.dues(day("2026-04-20"))[0].total, money(11_000));
    assert_eq!(now.next_charge(day("2026-04-20")).unwrap().total, money(13_200));
    pay(&mut now, "2026-04-20");
    let massage = now.account(MASSAGE, None).unwrap();
    assert_eq!(massage.balance(), 5_000);
    assert_eq!(massage.next_refresh(), (1, day("2026-05-15")));
}

#[test]
fn a_benefit_no_longer_promised_is_not_refreshed() {
    let mut bare = gold();
    bare.credits.clear();
    let mut ana = ana(gold());
    ana.update_terms(day("2026-03-20"), 2, bare, When::Now).unwrap();
    assert_eq!(balance(&ana, "2026-04-14"), 5_000);
    pay(&mut ana, "2026-04-15");
    assert_eq!(balance(&ana, "2026-04-15"), 0);
    // Promised again, its refreshes go on counting.
    ana.update_terms(day("2026-04-20"), 3, gold(), When::Now).unwrap();
    let granted = grant(&mut ana, "2026-04-20");
    assert_eq!(granted[0].lot, lot(1));
}

#[test]
fn the_way_to_pay_changes_at_the_next_billing_date() {
    let mut ana = ana(gold());
    ana.switch_pays(day("2026-03-20"), PaysBy::Card).unwrap();
    assert_eq!(ana.pays, PaysBy::Counter);
    assert_eq!(ana.at(day("2026-04-15")).pays, PaysBy::Card);
    ana.switch_pays(day("2026-03-21"), PaysBy::Counter).unwrap();
    assert_eq!(ana.at(day("2026-04-15")).pays, PaysBy::Counter);
}

// Money.

#[test]
fn the_setup_fee_comes_with_the_first_charge_and_a_negative_one_stops_at_zero() {
    let first = |setup_fee: i64| {
        let mut terms = gold();
        terms.setup_fee = money(setup_fee);
        Enrollment::enroll(signup(terms, "2026-03-15", "2026-03-15")).unwrap()
    };
    let today = day("2026-03-15");
    assert_eq!(first(2_500).dues(today)[0].total, money(13_750));
    assert_eq!(first(-2_500).dues(today)[0].total, money(8_250));
    // Nothing to pay: good at once.
    let free = first(-20_000);
    assert_eq!(free.dues(today), []);
    assert_eq!(free.standing(today), Standing::Good);
    assert_eq!(free.next_charge(today).unwrap().total, money(11_000));
}

#[test]
fn a_charge_paid_twice_is_an_overpayment() {
    let mut ana = ana(gold());
    ana.collect(day("2026-03-16"), 0, money(11_000), money(1_000)).unwrap();
    assert_eq!((ana.totals.captured, ana.totals.overpaid), (money(22_000), money(11_000)));
    assert_eq!(ana.periods_paid(), 1);
}

#[test]
fn a_period_paid_ahead_comes_back_whole() {
    let mut ana = ana(gold());
    ana.collect(day("2026-03-25"), 1, money(11_000), money(1_000)).unwrap();
    assert_eq!(ana.next_billing(day("2026-03-25")), Some(day("2026-05-15")));
    assert_eq!(ana.refund_preview(day("2026-03-25")).refund, money(7_452 + 11_000));
    ana.cancel_at_period_end(day("2026-03-25"), Minimum::Holds).unwrap();
    assert_eq!(ana.ending.unwrap().last_day, day("2026-05-14"));
}

// Credits.

#[test]
fn monthly_credit_on_an_annual_plan_is_granted_between_charges() {
    let mut terms = gold();
    terms.frequency = Frequency::Annual;
    let mut ana = ana(terms);
    assert_eq!(ana.changes_on(), Some(day("2026-04-15")));
    assert_eq!(ana.refreshes_due(day("2026-06-20")).len(), 3);
    grant(&mut ana, "2026-06-20");
    assert_eq!(balance(&ana, "2026-06-20"), 5_000);
    // Past due within grace it goes on; on the billing date it waits.
    ana.advance(day("2027-03-16"));
    let due: Vec<u32> = ana.refreshes_due(day("2027-03-16")).iter().map(|due| due.n).collect();
    assert_eq!(due, (4..12).collect::<Vec<u32>>());
}

#[test]
fn a_sale_made_in_time_finds_its_lot_however_late_it_arrives() {
    let mut ana = ana(gold());
    ana.advance(day("2026-04-20"));
    assert_eq!(balance(&ana, "2026-04-20"), 0);
    let moved = ana.draw(day("2026-04-14"), SPA, LotDraw { lot: lot(0), amount: 3_000 }).unwrap();
    let seen: Vec<(MovementKind, i64)> = moved.iter().map(|moved| (moved.kind, moved.amount)).collect();
    assert_eq!(seen, [(MovementKind::Expired, -3_000), (MovementKind::Redeemed, 3_000)]);
    let sums = ana.account(SPA, None).unwrap().sums();
    assert_eq!((sums.expired, sums.redeemed, sums.balance()), (2_000, 3_000, 0));
    // Made too late, or twice over, it overdraws.
    ana.draw(day("2026-04-15"), SPA, LotDraw { lot: lot(0), amount: 500 }).unwrap();
    let overdrawn: Vec<LotDraw> = ana.account(SPA, None).unwrap().overdrawn().collect();
    assert_eq!(overdrawn, [LotDraw { lot: lot(0), amount: 500 }]);
    let mut forgiven = ana.clone();
    forgiven.forgive(day("2026-04-20"), SPA, lot(0)).unwrap();
    pay(&mut forgiven, "2026-04-20");
    assert_eq!(balance(&forgiven, "2026-04-20"), 5_000);
    ana.take_from_next_refresh(day("2026-04-20"), SPA, lot(0)).unwrap();
    assert_eq!(balance(&ana, "2026-04-20"), 0);
    pay(&mut ana, "2026-04-20");
    assert_eq!(balance(&ana, "2026-04-20"), 4_500);
}

#[test]
fn a_sale_may_arrive_before_the_refresh_it_drew_from() {
    let mut ana = ana(gold());
    pay(&mut ana, "2026-04-15");
    let mut draws_first = self::ana(gold());
    let due = draws_first.dues(day("2026-04-15"))[0];
    draws_first.collect(day("2026-04-15"), due.period, due.total, due.tax).unwrap();
    let draw = LotDraw { lot: lot(1), amount: 2_000 };
    draws_first.draw(day("2026-04-16"), SPA, draw).unwrap();
    draws_first.refresh(day("2026-04-16"), SPA, None, 1).unwrap();
    ana.draw(day("2026-04-16"), SPA, draw).unwrap();
    assert_eq!(
        ana.account(SPA, None).unwrap().redeemable(),
        draws_first.account(SPA, None).unwrap().redeemable()
    );
}

#[test]
fn an_included_service_is_counted_and_an_unlimited_one_is_not() {
    let items = ItemSet { items: vec![ItemId::new(Uuid::from_u128(5))], categories: Vec::new() };
    let included = |id, quantity| Included {
        id,
        items: items.clone(),
        quantity,
        renewal: Renewal::Monthly,
        allowance: None,
    };
    let mut terms = gold();
    terms.credits.clear();
    terms.included = vec![included(MASSAGE, Some(2)), included(SPA, None)];
    let mut ana = ana(terms);
    let massage = LotId::of_refresh(enrollment_id(), MASSAGE, None, 0);
    ana.draw(day("2026-03-20"), MASSAGE, LotDraw { lot: massage, amount: 1 }).unwrap();
    let offered = ana.entitlement(day("2026-03-20"), None, "Gold", &Scope::All).unwrap();
    let seen: Vec<(Option<u32>, Option<LotId>)> =
        offered.included.iter().map(|lot| (lot.remaining, lot.lot)).collect();
    assert_eq!(seen, [(None, None), (Some(1), Some(massage))]);
    ana.draw(day("2026-03-20"), MASSAGE, LotDraw { lot: massage, amount: 1 }).unwrap();
    let offered = ana.entitlement(day("2026-03-20"), None, "Gold", &Scope::All).unwrap();
    assert_eq!(offered.included[1].remaining, Some(0));
}

#[test]
fn bought_money_credit_may_outlive_its_enrollment() {
    let outlives = Signup { credit_outlives_days: 10, ..signup(gold(), "2026-03-15", "2026-03-15") };
    let mut ana = Enrollment::enroll(outlives).unwrap();
    pay(&mut ana, "2026-03-15");
    ana.cancel_now(day("2026-03-20"), Minimum::Holds).unwrap();
    let last = ana.entitlement(day("2026-03-29"), None, "Gold", &Scope::All).unwrap();
    assert_eq!((last.standing, last.credits[0].remaining), (Standing::Good, 5_000));
    let over = ana.entitlement(day("2026-03-30"), None, "Gold", &Scope::All).unwrap();
    assert_eq!(over.standing, Standing::Cancelled { ended: Some(day("2026-03-20")) });
    assert!(over.credits.is_empty());
}

// Families.

#[test]
fn a_family_with_add_ons_has_lots_of_their_own_at_their_price() {
    let mut terms = gold();
    terms.family = Family::AddOn { price: money(3_000), up_to: 1 };
    let mut ana = Enrollment::enroll(signup(terms, "2026-03-15", "2026-03-15")).unwrap();
    ana.add_dependent(day("2026-03-15"), BEN).unwrap();
    assert_eq!(ana.dues(day("2026-03-15"))[0].total, money(14_300));
    assert_eq!(ana.add_dependent(day("2026-03-15"), CLEO), Err(Refusal::FamilyFull { up_to: 1 }));
    let again = ana.add_dependent(day("2026-03-15"), BEN);
    assert_eq!(again, Err(Refusal::AlreadyCovered { customer: BEN }));
    pay(&mut ana, "2026-03-15");
    let offered = |ana: &Enrollment, person, on: &str| ana.entitlement(day(on), person, "Gold", &Scope::All);
    let ben = offered(&ana, Some(BEN), "2026-03-15").unwrap();
    assert_eq!(ben.credits.len(), 1);
    assert_ne!(ben.credits[0].lot, lot(0));
    assert_eq!(offered(&ana, Some(CLEO), "2026-03-15"), None);

    let ended = ana.remove_dependent(day("2026-03-20"), BEN).unwrap();
    assert_eq!(ended.len(), 1);
    assert_eq!(offered(&ana, Some(BEN), "2026-03-20"), None);
    assert_eq!(ana.remove_dependent(day("2026-03-20"), BEN), Err(Refusal::NotCovered { customer: BEN }));

    // Back for the last ten of 31 days: those are charged with the next period, and refreshes go on counting.
    ana.add_dependent(day("2026-04-05"), BEN).unwrap();
    let granted = grant(&mut ana, "2026-04-05");
    assert_eq!(granted[0].lot, LotId::of_refresh(enrollment_id(), SPA, Some(BEN), 1));
    let next = ana.next_charge(day("2026-04-05")).unwrap();
    assert_eq!((next.add_ons, next.joined), (money(3_000), money(968)));
}

#[test]
fn a_shared_pool_is_drawn_by_all_and_both_means_own_lots_first() {
    let offered = |family| {
        let mut terms = gold();
        terms.family = family;
        let mut ana = Enrollment::enroll(signup(terms, "2026-03-15", "2026-03-15")).unwrap();
        ana.add_dependent(day("2026-03-15"), BEN).unwrap();
        pay(&mut ana, "2026-03-15");
        let ben = ana.entitlement(day("2026-03-15"), Some(BEN), "Gold", &Scope::All).unwrap();
        ben.credits.iter().map(|lot| (lot.shared_pool, lot.remaining)).collect::<Vec<_>>()
    };
    assert_eq!(offered(Family::Shared { up_to: 3 }), [(true, 5_000)]);
    assert_eq!(offered(Family::Both { price: money(1), up_to: 3 }), [(false, 5_000), (true, 5_000)]);
    let mut alone = ana(gold());
    assert_eq!(alone.add_dependent(day("2026-03-15"), BEN), Err(Refusal::NoFamily));
}

#[test]
fn a_dependent_may_become_the_holder() {
    let mut terms = gold();
    terms.family = Family::Both { price: money(1_000), up_to: 2 };
    let mut ana = Enrollment::enroll(signup(terms, "2026-03-15", "2026-03-15")).unwrap();
    ana.add_dependent(day("2026-03-15"), BEN).unwrap();
    pay(&mut ana, "2026-03-15");
    assert_eq!(ana.change_holder(day("2026-03-20"), CLEO), Err(Refusal::NotCovered { customer: CLEO }));
    ana.change_holder(day("2026-03-20"), BEN).unwrap();
    assert_eq!(ana.customer, BEN);
    assert!(!ana.covers(ANA, day("2026-03-20")));
    let ben = ana.entitlement(day("2026-03-20"), None, "Gold", &Scope::All).unwrap();
    assert_eq!(ben.credits.iter().map(|lot| lot.remaining).sum::<i64>(), 10_000);
    assert_eq!(ana.next_charge(day("2026-03-20")).unwrap().total, money(11_000));
    pay(&mut ana, "2026-04-15");
    let ben = ana.entitlement(day("2026-04-15"), None, "Gold", &Scope::All).unwrap();
    assert_eq!(ben.credits.iter().map(|lot| lot.remaining).sum::<i64>(), 5_000);
}

// What travels.

#[test]
fn it_survives_being_stored() {
    let mut ana = ana(gold());
    ana.pause(day("2026-03-20"), None).unwrap();
    ana.resume(day("2026-03-22")).unwrap();
    ana.update_terms(day("2026-03-23"), 2, gold(), When::NextBilling).unwrap();
    let stored = serde_json::to_string(&ana).unwrap();
    assert_eq!(serde_json::from_str::<Enrollment>(&stored).unwrap(), ana);
}

#[test]
fn what_was_given_before_the_start_stays_under_other_terms() {
    let mut ana = Enrollment::enroll(signup(gold(), "2026-03-15", "2026-04-15")).unwrap();
    let (today, benefit) = (day("2026-03-16"), gold().credits[0].id);
    ana.goodwill(today, benefit, None, 2_000, None, lot(7)).unwrap();
    ana.update_terms(today, 2, gold(), When::Now).unwrap();
    assert_eq!(ana.at(today).accounts[0].balance(), 2_000);
    pay(&mut ana, "2026-04-15");
    grant(&mut ana, "2026-04-15");
    assert_eq!(balance(&ana, "2026-04-15"), 7_000);
}

#[test]
fn a_change_down_right_after_an_unpaid_change_up_gives_nothing_back() {
    let mut ana = ana_by_card(gold());
    pay(&mut ana, "2026-03-15");
    let (today, plan) = (day("2026-03-25"), |n| PlanId::new(Uuid::from_u128(n)));
    let dearer = Terms { price: money(20_000), ..gold() };
    let up = ana.change_preview(today, plan(2), 1, &dearer).unwrap();
    assert!(up.carried.is_positive());
    ana.change_plan(today, plan(2), 1, dearer).unwrap();
    let more = Terms { price: money(30_000), ..gold() };
    assert!(matches!(ana.change_plan(today, plan(4), 1, more), Err(Refusal::ChargeUnpaid { .. })));
    let down = ana.change_preview(today, plan(3), 1, &Terms { price: money(100), ..gold() }).unwrap();
    assert_eq!((down.carried, down.refund, down.refund_tax), (Money::ZERO, Money::ZERO, Money::ZERO));
}
