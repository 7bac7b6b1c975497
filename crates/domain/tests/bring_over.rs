//! A membership that ran elsewhere goes on here: nothing due before its date, month ends kept, balances at hand.

use domain::credit::MovementKind;
use domain::enrollment::*;
use domain::item::{ItemFilter, ItemSet};
use domain::plan::*;
use domain::standing::Standing;
use domain::*;
use proptest::prelude::*;
use uuid::Uuid;

const SPA: BenefitId = BenefitId::new(Uuid::from_u128(1));
const ANA: CustomerId = CustomerId::new(Uuid::from_u128(10));
const BEN: CustomerId = CustomerId::new(Uuid::from_u128(11));
const RECORD: RecordId = RecordId::new(Uuid::from_u128(50));

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn terms(frequency: Frequency, renewal: Renewal, expiry: Expiry) -> Terms {
    Terms {
        price: Money::from_minor(10_000),
        tax_rate: Rate::ZERO,
        tax_mode: TaxMode::Exclusive,
        frequency,
        setup_fee: Money::from_minor(2_500),
        minimum_cycles: 3,
        maximum_cycles: 0,
        discounts: Vec::new(),
        credits: vec![Credit {
            id: SPA,
            unit: CreditUnit::Money,
            amount: 5_000,
            renewal,
            usage: Usage::Deduct,
            expiry,
            items: ItemFilter::All,
            allowance: None,
        }],
        included: Vec::new(),
        access: ItemSet::default(),
        family: Family::Both { price: Money::from_minor(1_000), up_to: 1 },
        pause: PausePolicy::default(),
        cancel: CancelPolicy { prorates: true },
        past_due: PastDuePolicy::default(),
    }
}

fn monthly() -> Terms {
    terms(Frequency::Monthly, Renewal::Monthly, Expiry::PeriodEnd)
}

fn brought(terms: Terms, on: &str, start: &str, next: &str, left: i64) -> Brought {
    Brought {
        id: EnrollmentId::new(Uuid::from_u128(30)),
        customer: ANA,
        plan: PlanId::new(Uuid::from_u128(20)),
        version: 1,
        terms,
        pays: PaysBy::Counter,
        on: day(on),
        starts_on: day(start),
        next_billing: day(next),
        balances: vec![BroughtBalance { benefit: SPA, person: None, amount: left }],
        dependents: Vec::new(),
        credit_outlives_days: 0,
        record: RECORD,
    }
}

fn bring(brought: Brought) -> Enrollment {
    Enrollment::bring_over(brought).unwrap().0
}

#[test]
fn nothing_is_due_before_its_date_and_the_running_balance_is_at_hand() {
    let (mut ana, moved) =
        Enrollment::bring_over(brought(monthly(), "2026-03-12", "2025-01-20", "2026-03-20", 3_200)).unwrap();
    let today = day("2026-03-12");
    assert_eq!(ana.standing(today), Standing::Good);
    assert_eq!(ana.status(today), Status::Active);
    assert_eq!(ana.dues(today), []);
    assert_eq!(ana.next_billing(today), Some(day("2026-03-20")));
    assert_eq!((ana.starts_on, ana.periods_paid()), (day("2025-01-20"), 14));
    assert_eq!(ana.totals, Totals::default(), "nothing was captured here");
    assert_eq!(ana.refund_preview(today).refund, Money::ZERO, "nor comes anything of it back");

    assert_eq!(moved.len(), 1);
    assert_eq!((moved[0].kind, moved[0].amount), (MovementKind::Adjusted, 3_200));
    let account = ana.account(SPA, None).unwrap();
    assert_eq!((account.available(), account.sums().balance()), (3_200, 3_200));
    assert_eq!(account.lots()[0].expires, Some(day("2026-03-19")));
    assert_eq!(ana.refreshes_due(today), []);

    // On its date it is billed here, without the setup fee, and its credit waits for that.
    let due = ana.dues(day("2026-03-20"));
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].total, due[0].setup_fee), (Money::from_minor(10_000), Money::ZERO));
    assert_eq!(ana.refreshes_due(day("2026-03-20")), []);
    ana.collect(day("2026-03-20"), due[0].period, due[0].total, due[0].tax).unwrap();
    let refreshes = ana.refreshes_due(day("2026-03-20"));
    assert_eq!((refreshes.len(), refreshes[0].on), (1, day("2026-03-20")));
    ana.refresh(day("2026-03-20"), SPA, None, refreshes[0].n).unwrap();
    assert_eq!(ana.account(SPA, None).unwrap().available(), 5_000, "what was left has expired");
    // Periods paid elsewhere count towards the minimum.
    ana.cancel_at_period_end(day("2026-03-21"), Minimum::Holds).unwrap();
}

#[test]
fn a_start_on_the_last_of_the_month_stays_one() {
    let ana = bring(brought(monthly(), "2026-02-10", "2024-01-31", "2026-02-28", 0));
    let n = ana.periods_paid();
    let dates: Vec<Day> = (0..4).map(|k| ana.billing_date(n + k)).collect();
    assert_eq!(dates, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"].map(day));
    let account = ana.account(SPA, None).unwrap();
    let refreshes: Vec<Day> = (0..3).map(|n| account.refresh_date(n)).collect();
    assert_eq!(refreshes, ["2026-02-28", "2026-03-31", "2026-04-30"].map(day));
}

#[test]
fn a_date_that_the_start_does_not_lead_to_is_a_calendar_of_its_own() {
    // It was paused there once, so it bills on the 31st now.
    let ana = bring(brought(monthly(), "2026-03-12", "2025-01-15", "2026-03-31", 0));
    let n = ana.periods_paid();
    let dates: Vec<Day> = (0..4).map(|k| ana.billing_date(n + k)).collect();
    assert_eq!(dates, ["2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"].map(day));
    assert_eq!(ana.billing_date(0), day("2025-01-15"));
    assert_eq!(ana.period_on(day("2026-03-12")).unwrap().1.next, day("2026-03-31"));
    // A year billed on 29 February comes back to it.
    let yearly = terms(Frequency::Annual, Renewal::Monthly, Expiry::PeriodEnd);
    let leap = bring(brought(yearly, "2027-12-01", "2020-03-05", "2028-02-29", 0));
    let n = leap.periods_paid();
    let dates: Vec<Day> = (0..5).map(|k| leap.billing_date(n + k)).collect();
    assert_eq!(dates, ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"].map(day));
}

#[test]
fn a_monthly_credit_of_a_yearly_membership_goes_on_between_billings() {
    let yearly = terms(Frequency::Annual, Renewal::Monthly, Expiry::PeriodEnd);
    let ana = bring(brought(yearly.clone(), "2026-03-12", "2024-08-31", "2026-08-31", 1_000));
    let account = ana.account(SPA, None).unwrap();
    assert_eq!(account.lots()[0].expires, Some(day("2026-03-30")));
    let refreshes: Vec<Day> = (0..3).map(|n| account.refresh_date(n)).collect();
    assert_eq!(refreshes, ["2026-03-31", "2026-04-30", "2026-05-31"].map(day));
    assert_eq!(ana.refreshes_due(day("2026-03-31")).len(), 1, "no charge stands before it");
    // The day of a refresh was granted there already.
    let on_the_day = bring(brought(yearly, "2026-03-31", "2024-08-31", "2026-08-31", 1_000));
    assert_eq!(on_the_day.account(SPA, None).unwrap().refresh_date(0), day("2026-04-30"));
}

#[test]
fn a_yearly_credit_of_a_monthly_membership_waits_for_its_anniversary() {
    let yearly = terms(Frequency::Monthly, Renewal::Yearly, Expiry::PeriodEnd);
    let ana = bring(brought(yearly.clone(), "2026-03-12", "2024-05-20", "2026-03-20", 1_000));
    assert_eq!(ana.account(SPA, None).unwrap().refresh_date(0), day("2026-05-20"));
    let moved = bring(brought(yearly, "2026-03-12", "2024-05-20", "2026-03-25", 1_000));
    assert_eq!(moved.account(SPA, None).unwrap().refresh_date(0), day("2026-05-25"));
}

#[test]
fn what_rolls_over_never_expires_and_is_capped_at_the_next_refresh() {
    let capped = terms(Frequency::Monthly, Renewal::Monthly, Expiry::RolloverCap(6_000));
    let mut ana = bring(brought(capped, "2026-03-12", "2025-01-20", "2026-03-20", 9_000));
    assert_eq!(ana.account(SPA, None).unwrap().lots()[0].expires, None);
    let due = ana.dues(day("2026-03-20"))[0];
    ana.collect(day("2026-03-20"), due.period, due.total, due.tax).unwrap();
    ana.refresh(day("2026-03-20"), SPA, None, 0).unwrap();
    let account = ana.account(SPA, None).unwrap();
    assert_eq!(account.available(), 11_000, "6,000 carried and 5,000 granted");
    assert_eq!(account.sums().trimmed, 3_000);
}

#[test]
fn a_billing_that_has_passed_is_owed_since_its_day() {
    let ana = bring(brought(monthly(), "2026-03-12", "2025-01-01", "2026-03-01", 700));
    let today = day("2026-03-12");
    assert!(matches!(ana.status(today), Status::PastDue { .. }));
    assert_eq!(ana.dues(today).len(), 1);
    assert_eq!(ana.account(SPA, None).unwrap().available(), 0, "the balance ended with its period");
    assert_eq!(ana.account(SPA, None).unwrap().refresh_date(0), day("2026-03-01"));
}

#[test]
fn a_family_comes_along_and_costs_nothing_extra_for_days_gone_by() {
    let mut family = brought(monthly(), "2026-03-12", "2025-01-20", "2026-03-20", 0);
    family.dependents = vec![BEN];
    family.balances.push(BroughtBalance { benefit: SPA, person: Some(BEN), amount: 400 });
    let ana = bring(family.clone());
    assert!(ana.covers(BEN, day("2026-03-12")));
    assert_eq!(ana.account(SPA, Some(BEN)).unwrap().available(), 400);
    let due = ana.dues(day("2026-03-20"))[0];
    assert_eq!((due.add_ons, due.joined), (Money::from_minor(1_000), Money::ZERO));
    family.dependents.push(CustomerId::new(Uuid::from_u128(12)));
    assert_eq!(Enrollment::bring_over(family).unwrap_err(), Refusal::FamilyFull { up_to: 1 });
}

#[test]
fn what_cannot_have_been_is_refused() {
    let refused =
        |on, start, next| Enrollment::bring_over(brought(monthly(), on, start, next, 0)).unwrap_err();
    assert_eq!(
        refused("2026-03-12", "2026-03-13", "2026-04-13"),
        Refusal::StartsInFuture { starts: day("2026-03-13"), today: day("2026-03-12") }
    );
    assert_eq!(
        refused("2026-03-12", "2026-03-12", "2026-03-12"),
        Refusal::BillsBeforeStart { next_billing: day("2026-03-12"), starts: day("2026-03-12") }
    );
    let over = Terms { maximum_cycles: 6, ..monthly() };
    let over = brought(over, "2026-03-12", "2025-01-20", "2026-03-20", 0);
    assert_eq!(
        Enrollment::bring_over(over).unwrap_err(),
        Refusal::EndsBeforeBilling { on: day("2025-07-20") }
    );
    assert!(
        Enrollment::bring_over(brought(monthly(), "2026-03-12", "2025-01-20", "2026-03-20", -1)).is_err()
    );
}

proptest! {
    /// Whatever the dates: the next billing is the one that was given, nothing is due before it, every later one
    /// follows in steps of the frequency, and no refresh comes before tomorrow unless its charge is due.
    #[test]
    fn the_next_billing_is_the_one_that_was_given(
        age in 1_i64..4_000,
        ahead in -40_i64..400,
        frequency in prop::sample::select(vec![Frequency::Monthly, Frequency::Quarterly, Frequency::SemiAnnual, Frequency::Annual]),
        renewal in prop::sample::select(vec![Renewal::Monthly, Renewal::Yearly]),
        start_offset in 0_i64..1_500,
        left in 0_i64..9_000,
    ) {
        let today = day("2026-01-31").plus_days(start_offset);
        let (start, next) = (today.plus_days(-age), today.plus_days(ahead));
        prop_assume!(next > start);
        let brought = Brought {
            on: today, starts_on: start, next_billing: next,
            ..brought(terms(frequency, renewal, Expiry::PeriodEnd), "2026-01-31", "2026-01-01", "2026-02-01", left)
        };
        let (ana, moved) = Enrollment::bring_over(brought).unwrap();
        let n = ana.periods_paid();
        prop_assert_eq!(ana.billing_date(n), next);
        let months = |day: Day| { use chrono::Datelike; i64::from(day.date().year()) * 12 + i64::from(day.date().month0()) };
        for k in 0..6 {
            let step = months(ana.billing_date(n + k + 1)) - months(ana.billing_date(n + k));
            prop_assert_eq!(step, i64::from(frequency.months()));
        }
        prop_assert!(ana.dues(next.prev().max(today)).iter().all(|due| due.due_on >= next));
        if next > today {
            prop_assert_eq!(ana.dues(today).len(), 0);
            prop_assert_eq!(ana.standing(today), Standing::Good);
        }
        let account = ana.account(SPA, None).unwrap();
        let first = account.refresh_date(0);
        prop_assert!(first > today || first >= next, "{} {}", first, next);
        prop_assert!(account.refresh_date(1) > first);
        prop_assert_eq!(account.sums().balance(), account.balance());
        prop_assert_eq!(moved.iter().map(|moved| moved.change()).sum::<i64>(), account.balance());
    }
}
