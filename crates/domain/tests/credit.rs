//! One benefit's credit through random refreshes, redemptions, returns and pauses.

use domain::credit::{Account, Certainty, Covers, CreditRefusal, Grant, Movement, Redemption, Sums};
use domain::item::ItemFilter;
use domain::plan::{CreditUnit, Expiry, Renewal, Usage};
use domain::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

const BENEFIT: BenefitId = BenefitId::new(Uuid::from_u128(1));
const ENROLLMENT: EnrollmentId = EnrollmentId::new(Uuid::from_u128(2));

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn account(expiry: Expiry) -> Account {
    let grant = Grant {
        covers: Covers::Credit,
        unit: CreditUnit::Money,
        amount: 1_000,
        renewal: Renewal::Monthly,
        usage: Usage::Deduct,
        expiry,
        items: ItemFilter::All,
        allowance: None,
    };
    Account::anchored(BENEFIT, None, grant, day("2026-01-31"))
}

fn refreshed(expiry: Expiry, through: u32) -> Account {
    let mut account = account(expiry);
    let on = account.refresh_date(through);
    account.refresh(ENROLLMENT, through, on, Certainty::Certain).unwrap();
    account
}

#[test]
fn a_refresh_is_granted_once_whatever_repeats() {
    let mut account = account(Expiry::Rollover);
    let refresh = |account: &mut Account, n| {
        account.refresh(ENROLLMENT, n, day("2026-05-01"), Certainty::Certain).map(|moved| moved.len())
    };
    assert_eq!(refresh(&mut account, 1), Ok(2));
    assert_eq!(refresh(&mut account, 0), Ok(0));
    assert_eq!(refresh(&mut account, 1), Ok(0));
    assert_eq!(account.balance(), 2_000);
    assert_eq!(refresh(&mut account, 4), Err(CreditRefusal::NotDue { due: day("2026-05-31") }));
}

#[test]
fn a_redemption_takes_all_or_nothing() {
    let mut account = refreshed(Expiry::Rollover, 1);
    let today = day("2026-03-01");
    let refused = account.redeem(today, 2_001).unwrap_err();
    assert_eq!(refused, CreditRefusal::Insufficient { needed: 2_001, available: 2_000 });
    assert_eq!(account.balance(), 2_000);
    let (taken, _) = account.redeem(today, 1_500).unwrap();
    assert_eq!(taken.draws.iter().map(|draw| draw.amount).collect::<Vec<_>>(), [1_000, 500]);
}

#[test]
fn the_soonest_to_expire_goes_first_and_never_goes_last() {
    let mut account = refreshed(Expiry::Rollover, 0);
    let goodwill = |number| LotId::of_record(RecordId::new(Uuid::from_u128(number)), 0);
    account.goodwill(day("2026-02-01"), 10, Some(day("2026-04-01")), goodwill(7)).unwrap();
    account.goodwill(day("2026-02-02"), 10, Some(day("2026-03-01")), goodwill(8)).unwrap();
    let order: Vec<Option<Day>> = account.redeemable().iter().map(|lot| lot.expires).collect();
    assert_eq!(order, [Some(day("2026-03-01")), Some(day("2026-04-01")), None]);
    // Extended, it goes later; one that had expired is there again.
    account.extend(day("2026-03-05"), goodwill(8), Some(day("2026-06-01"))).unwrap();
    assert_eq!(account.balance(), 1_020);
    assert_eq!(account.redeemable()[0].id, goodwill(7));
}

#[test]
fn lots_empty_for_long_are_forgotten_and_still_take_returns() {
    let mut account = account(Expiry::Rollover);
    let mut first = Redemption::default();
    for n in 0..120 {
        let on = account.refresh_date(n);
        account.refresh(ENROLLMENT, n, on, Certainty::Certain).unwrap();
        let (taken, _) = account.redeem(on, 1_000).unwrap();
        if n == 0 {
            first = taken;
        }
    }
    assert!(account.lots().len() < 40);
    let today = account.refresh_date(120);
    let draw = first.take_back(400).unwrap()[0];
    account.give_back(today, draw, RecordId::new(Uuid::from_u128(9))).unwrap();
    assert_eq!(account.redeemable()[0].expires, None);
    assert_eq!(account.sums().balance(), 400);
}

#[derive(Debug, Clone)]
enum Do {
    Refresh,
    Redeem(u16),
    Return(u8, u16),
    Adjust(i16),
    Pause,
    Resume,
    End,
}

fn step() -> impl Strategy<Value = Do> {
    prop_oneof![
        8 => Just(Do::Refresh),
        6 => (1..1_500_u16).prop_map(Do::Redeem),
        4 => (any::<u8>(), 1..600_u16).prop_map(|(nth, amount)| Do::Return(nth, amount)),
        2 => (-700..700_i16).prop_map(Do::Adjust),
        2 => Just(Do::Pause),
        2 => Just(Do::Resume),
        1 => Just(Do::End),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_unit_can_be_followed(
        expiry in prop_oneof![
            Just(Expiry::PeriodEnd),
            Just(Expiry::Rollover),
            (0..2_500_i64).prop_map(Expiry::RolloverCap)
        ],
        steps in proptest::collection::vec((0..50_u8, step()), 0..60),
    ) {
        let mut account = account(expiry);
        let mut movements: Vec<Movement> = Vec::new();
        let mut redemptions: Vec<Redemption> = Vec::new();
        let (mut today, mut paused) = (day("2026-01-31"), false);
        for (nth, (days, what)) in steps.iter().enumerate() {
            today = today.plus_days(i64::from(*days));
            let record = RecordId::new(Uuid::from_u128(nth as u128));
            movements.extend(account.expire(today));
            let available = account.available();
            let outcome = match what {
                Do::Refresh => {
                    let (n, _) = account.next_refresh();
                    account.refresh(ENROLLMENT, n, today, Certainty::Certain)
                }
                Do::Redeem(amount) => account.redeem(today, i64::from(*amount)).map(|(taken, moved)| {
                    assert_eq!(taken.amount(), i64::from(*amount));
                    redemptions.push(taken);
                    moved
                }),
                Do::Return(nth, amount) => {
                    let count = redemptions.len();
                    let Some(redemption) = redemptions.get_mut(usize::from(*nth) % count.max(1)) else { continue };
                    let left = redemption.amount();
                    let Some(draws) = redemption.take_back(i64::from(*amount)) else {
                        prop_assert!(i64::from(*amount) > left);
                        continue;
                    };
                    let mut moved = Vec::new();
                    for draw in draws {
                        match account.give_back(today, draw, record) {
                            Ok(returned) => moved.extend(returned),
                            Err(refusal) => {
 let ended = matches!(refusal, CreditRefusal::Ended { .. });
 prop_assert!(ended, "{refusal}");
 }
                        }
                    }
                    Ok(moved)
                }
                Do::Adjust(amount) => account.adjust(today, i64::from(*amount), LotId::of_record(record, 0)),
                Do::Pause => {
                    paused = true;
                    Ok(account.pause(today))
                }
                Do::Resume => {
                    paused = false;
                    Ok(account.resume(today))
                }
                Do::End => Ok(account.end(today, 0)),
            };
            match outcome {
                Ok(moved) => movements.extend(moved),
                Err(CreditRefusal::Insufficient { needed, available: told }) => {
                    prop_assert_eq!(told, available);
                    prop_assert!(needed > available);
                }
                Err(_) => prop_assert_eq!(account.available(), available),
            }
            let mut sums = Sums::default();
            let mut lots: BTreeMap<LotId, i64> = BTreeMap::new();
            for moved in &movements {
                sums.add(moved.kind, moved.amount);
                *lots.entry(moved.lot).or_default() += moved.change();
            }
            prop_assert_eq!(account.sums(), sums);
            prop_assert_eq!(account.balance(), sums.balance());
            for lot in account.lots() {
                prop_assert_eq!(lots.remove(&lot.id).unwrap_or(0), lot.remaining);
                prop_assert!(lot.remaining >= 0);
                let expired = lot.expires.is_some_and(|expires| expires < today);
                prop_assert!(paused || lot.over || !expired, "{:?} should have expired by {}", lot, today);
            }
            prop_assert!(lots.values().all(|forgotten| *forgotten == 0));
        }
    }
}
