//! Credits through a year, each policy and unit; and families, each mode.

use domain::item::{ItemFilter, ItemSet};
use domain::plan::{Credit, CreditUnit, Expiry, Family, Frequency, Included, Renewal, TaxMode, Terms, Usage};
use domain::{BenefitId, CustomerId, Day, EnrollmentId, Money, Rate};
use protocol::enrollments::*;
use std::collections::BTreeMap;
use testkit::{Front, Shop, cash, gold};
use uuid::Uuid;

const UNITS: [CreditUnit; 3] = [CreditUnit::Money, CreditUnit::Minutes, CreditUnit::Bookings];
const POLICIES: [Expiry; 3] = [Expiry::PeriodEnd, Expiry::Rollover, Expiry::RolloverCap(15_000)];
const AMOUNT: i64 = 10_000;
const CAP: i64 = 15_000;

fn usd(minor: i64) -> Money {
    Money::from_minor(minor)
}

/// Every unit under every policy, $100.00 (or as many minutes, or bookings) at each refresh.
fn every_policy(renewal: Renewal) -> Vec<Credit> {
    let pairs = UNITS.into_iter().flat_map(|unit| POLICIES.map(|expiry| (unit, expiry)));
    pairs
        .enumerate()
        .map(|(nth, (unit, expiry))| Credit {
            id: BenefitId(Uuid::from_u128(100 + nth as u128)),
            unit,
            amount: AMOUNT,
            renewal,
            usage: Usage::Deduct,
            expiry,
            items: ItemFilter::All,
            allowance: None,
        })
        .collect()
}

fn plain(frequency: Frequency, credits: Vec<Credit>) -> Terms {
    Terms {
        frequency,
        credits,
        discounts: Vec::new(),
        tax_rate: Rate::ZERO,
        tax_mode: TaxMode::Exclusive,
        ..gold()
    }
}

/// granted - redeemed + returned - expired - trimmed + adjusted = balance, per lot and in sum.
fn adds_up(held: &EnrollmentView) {
    for balance in &held.balances {
        let moved = held.movements.iter().filter(|moved| moved.benefit == balance.benefit);
        let mut lots: BTreeMap<_, i64> = BTreeMap::new();
        for movement in moved {
            *lots.entry(movement.lot).or_default() += movement.amount;
        }
        assert_eq!(lots.values().sum::<i64>(), balance.left, "{} in sum", balance.name);
        for lot in &balance.lots {
            assert_eq!(lots.remove(&lot.id), Some(lot.left), "{} lot by lot", balance.name);
        }
        assert!(lots.values().all(|left| *left == 0), "{}: {lots:?}", balance.name);
    }
}

/// 31 January 2027 and the eleven refresh days after it, each month's last day where it has no 31st.
fn days() -> Vec<Day> {
    let anchor = Day::ymd(2027, 1, 31).unwrap();
    (0..=12).map(|month| anchor.plus_months(month)).collect()
}

#[test]
fn a_month_end_anchor_is_counted_from_the_first_day() {
    let days: Vec<String> =
        days().iter().take(5).map(|day| day.short(Day::ymd(2027, 1, 1).unwrap())).collect();
    assert_eq!(days, ["31 Jan", "28 Feb", "31 Mar", "30 Apr", "31 May"]);
}

#[tokio::test]
async fn every_policy_and_unit_goes_through_a_year_from_a_months_end() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    shop.days_pass(days()[0].since(shop.today())).await;
    let facial = front.sells("Facial", 5_000).await;
    let mut held = Vec::new();
    for frequency in [Frequency::Monthly, Frequency::Annual] {
        for renewal in [Renewal::Monthly, Renewal::Yearly] {
            let name = format!("{frequency:?} with {renewal:?} credit");
            let included = vec![Included {
                id: BenefitId(Uuid::from_u128(200)),
                items: ItemSet { items: vec![facial], ..ItemSet::default() },
                quantity: Some(2),
                renewal,
                allowance: None,
            }];
            let terms = Terms { included, ..plain(frequency, every_policy(renewal)) };
            let plan = front.offers(&name, terms).await;
            let customer = front.puts_on_file(&name).await;
            let id = front.enrolls(customer, plan, cash(10_000)).await.enrollment.id;
            held.push((name, frequency, renewal, id));
        }
    }
    let days = days();
    for (month, day) in days.iter().enumerate() {
        shop.days_pass(day.since(shop.today())).await;
        for (name, frequency, renewal, id) in &held {
            let before = front.sees(*id).await;
            let bills = *frequency == Frequency::Monthly || month % 12 == 0;
            if month > 0 {
                assert_eq!(before.dues.len(), usize::from(bills), "{name} on {day}");
                if bills {
                    assert_eq!(before.dues[0].on, *day, "{name}");
                    front.collects(*id).await;
                }
            }
            front.desk.daily_round().await.unwrap();
            let now = front.sees(*id).await;
            adds_up(&now);
            let refreshes = match renewal {
                Renewal::Monthly => month as i64 + 1,
                Renewal::Yearly => month as i64 / 12 + 1,
            };
            // What is included is there again with each refresh, and nothing of it is carried over.
            let included = now.balances.iter().find(|balance| balance.benefit.0.as_u128() == 200);
            assert_eq!(included.map(|balance| balance.left), Some(2), "{name} on {day}");
            for (balance, (unit, expiry)) in now
                .balances
                .iter()
                .zip(UNITS.into_iter().flat_map(|unit| POLICIES.map(|expiry| (unit, expiry))))
            {
                let left = match expiry {
                    Expiry::PeriodEnd => AMOUNT,
                    Expiry::Rollover => AMOUNT * refreshes,
                    // $100.00, $200.00, then $150.00 carried and $100.00 added.
                    Expiry::RolloverCap(_) => (AMOUNT * refreshes).min(CAP + AMOUNT),
                };
                assert_eq!((balance.unit, balance.left), (Some(unit), left), "{name}, {expiry:?} on {day}");
                let next = match renewal {
                    Renewal::Monthly => days[0].plus_months(month as u32 + 1),
                    Renewal::Yearly => days[0].plus_months(12 * refreshes as u32),
                };
                assert_eq!(balance.next_refresh, Some(next), "{name} on {day}");
            }
        }
    }
    front.is_healthy().await;
}

#[tokio::test]
async fn of_two_hundred_unused_a_cap_carries_one_hundred_and_fifty_and_fifty_are_lost() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let credits =
        vec![Credit { expiry: Expiry::RolloverCap(CAP), ..every_policy(Renewal::Monthly).remove(0) }];
    let plan = front.offers("Gold", plain(Frequency::Monthly, credits)).await;
    let ava = front.puts_on_file("Ava Moreau").await;
    let facial = front.sells("Facial", 4_000).await;
    let id = front.enrolls(ava, plan, cash(10_000)).await.enrollment.id;
    for (days, left) in [(31, 20_000), (30, 25_000)] {
        shop.days_pass(days).await;
        front.collects(id).await;
        let held = front.sees(id).await;
        assert_eq!(held.balances[0].left, left);
        adds_up(&held);
    }
    let lost: Vec<i64> = (front.sees(id).await.movements.iter())
        .filter(|moved| moved.kind == MovementKind::Trimmed)
        .map(|moved| moved.amount)
        .collect();
    assert_eq!(lost, [-5_000]);
    // What is used and what comes back count as well.
    let ticket = front.rings_up(Some(ava), facial, 2).await;
    let held = front.sees(id).await;
    assert_eq!(held.balances[0].left, 17_000);
    adds_up(&held);
    let back = protocol::tickets::RefundTicket {
        ticket: ticket.id,
        lines: vec![protocol::tickets::RefundLine::of(ticket.refundable[0].line, 1)],
        reason: "Did not take place".into(),
        expected: Money::ZERO,
        after_end: None,
    };
    front.does(back).await;
    let held = front.sees(id).await;
    assert_eq!(held.balances[0].left, 21_000);
    adds_up(&held);
    shop.days_pass(31).await;
    front.collects(id).await;
    let held = front.sees(id).await;
    assert_eq!(held.balances[0].left, 25_000, "$150.00 carried of $210.00");
    adds_up(&held);
    front.is_healthy().await;
}

/// Ava holds a family plan with $100.00 of credit a month, and Ben is covered.
async fn family(shop: &Shop, mode: Family, due: i64) -> (EnrollmentId, CustomerId, CustomerId) {
    let front = &shop.front;
    let credits = vec![every_policy(Renewal::Monthly).remove(0)];
    let plan =
        front.offers("Family", Terms { family: mode.clone(), ..plain(Frequency::Monthly, credits) }).await;
    let (ava, ben) = (front.puts_on_file("Ava Moreau").await, front.puts_on_file("Ben Moreau").await);
    let id = front.enrolls(ava, plan, Vec::new()).await.enrollment.id;
    front.does(AddDependent { id, customer: ben }).await;
    let held = front.sees(id).await;
    assert_eq!(held.owed, usd(due), "{mode:?}");
    front.collects(id).await;
    (id, ava, ben)
}

/// Whose credit is left: the pool or holder first, then each dependent's own.
async fn left(front: &Front, id: EnrollmentId) -> Vec<(bool, i64)> {
    let held = front.sees(id).await;
    adds_up_in_family(&held);
    held.balances.iter().map(|balance| (balance.person.is_some(), balance.left)).collect()
}

fn adds_up_in_family(held: &EnrollmentView) {
    let moved: i64 = held.movements.iter().map(|moved| moved.amount).sum();
    assert_eq!(moved, held.balances.iter().map(|balance| balance.left).sum::<i64>());
}

#[tokio::test]
async fn each_family_mode_draws_from_its_own_place() {
    let add_on = Family::AddOn { price: usd(3_000), up_to: 2 };
    let shared = Family::Shared { up_to: 2 };
    let both = Family::Both { price: usd(3_000), up_to: 2 };
    // Ben buys at $120.00: what his credit pays, what he pays, and what is left of the pool and of his own.
    for (mode, first, due, after) in [
        (add_on, 13_000, 2_000, vec![(false, 10_000), (true, 0)]),
        (shared, 10_000, 2_000, vec![(false, 0)]),
        (both, 13_000, 0, vec![(false, 8_000), (true, 0)]),
    ] {
        let shop = Shop::opens().await;
        let front = &shop.front;
        let (id, ava, ben) = family(&shop, mode.clone(), first).await;
        let massage = front.sells("Massage", 12_000).await;
        let ticket = front.rings_up(Some(ben), massage, 1).await;
        assert_eq!(ticket.settled.quote.totals.due, usd(due), "{mode:?}");
        assert_eq!(left(front, id).await, after, "{mode:?}");
        // The holder leaves: Ben holds it, with what is left, and Ava is covered no more.
        front
            .does(ChangeHolder { id, to: ben, reason: "Moves away".into(), consent: Consent::InPerson })
            .await;
        let held = front.sees(id).await;
        assert_eq!((held.customer, held.dependents.len()), (ben, 0), "{mode:?}");
        adds_up_in_family(&held);
        assert_eq!(
            front.rings_up(Some(ava), massage, 1).await.settled.quote.totals.due,
            usd(12_000),
            "{mode:?}"
        );
        // The next charge is without the add-on, and refreshes one pool alone.
        assert_eq!(held.next_charge.as_ref().unwrap().amount, usd(10_000), "{mode:?}");
        shop.days_pass(31).await;
        front.collects(id).await;
        let sum: i64 = front.sees(id).await.balances.iter().map(|balance| balance.left).sum();
        assert_eq!(sum, 10_000, "{mode:?}");
        front.is_healthy().await;
    }
}

#[tokio::test]
async fn without_a_family_mode_nobody_is_covered_and_the_end_ends_it_for_all() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Solo", plain(Frequency::Monthly, Vec::new())).await;
    let (cleo, dee) = (front.puts_on_file("Cleo Okafor").await, front.puts_on_file("Dee Okafor").await);
    let solo = front.enrolls(cleo, plan, cash(10_000)).await.enrollment;
    let refused = front.asks(AddDependent { id: solo.id, customer: dee }).await.expect_err("a refusal");
    assert_eq!(
        (refused.code.as_str(), refused.message.as_str()),
        ("no_family", "The terms cover nobody else.")
    );
    assert_eq!(solo.moves.add_dependent.as_deref(), Some("The terms cover nobody else."));

    let (id, _, ben) = family(&shop, Family::Shared { up_to: 2 }, 10_000).await;
    let facial = front.sells("Facial", 4_000).await;
    assert_eq!(front.rings_up(Some(ben), facial, 1).await.settled.quote.totals.due, Money::ZERO);
    let refund = front.does(PreviewCancelNow { id }).await.refund;
    front.does(CancelNow { id, reason: "Over".into(), refund, override_minimum: false }).await;
    assert_eq!(front.rings_up(Some(ben), facial, 1).await.settled.quote.totals.due, usd(4_000));
    front.is_healthy().await;
}
