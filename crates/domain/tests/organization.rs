//! What an organization holds for its people: seats, joiners by the day, pools and what one person may take of them.

use domain::checkout::Entitlement;
use domain::credit::LotDraw;
use domain::enrollment::{Direction, Enrollment, PaysBy, Refusal, Seats, Signup, When};
use domain::item::{ItemFilter, ItemSet};
use domain::plan::*;
use domain::{BenefitId, CustomerId, Day, EnrollmentId, Money, PlanId, Rate, RecordId, Standing, TicketId};
use uuid::Uuid;

const OFFICE: CustomerId = CustomerId(Uuid::from_u128(1));
const ANA: CustomerId = CustomerId(Uuid::from_u128(2));
const BEN: CustomerId = CustomerId(Uuid::from_u128(3));
const CLEO: CustomerId = CustomerId(Uuid::from_u128(4));
const PLAN: PlanId = PlanId(Uuid::from_u128(20));
const SPA: BenefitId = BenefitId(Uuid::from_u128(10));

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

/// $40 a month with $50 of credit, no tax.
fn terms(family: Family, allowance: Option<i64>) -> Terms {
    Terms {
        price: money(4_000),
        tax_rate: Rate::percent(0),
        tax_mode: TaxMode::Exclusive,
        frequency: Frequency::Monthly,
        setup_fee: Money::ZERO,
        minimum_cycles: 0,
        maximum_cycles: 0,
        discounts: Vec::new(),
        credits: vec![Credit {
            id: SPA,
            unit: CreditUnit::Money,
            amount: 5_000,
            renewal: Renewal::Monthly,
            usage: Usage::Deduct,
            expiry: Expiry::PeriodEnd,
            items: ItemFilter::All,
            allowance,
        }],
        included: Vec::new(),
        access: ItemSet::default(),
        family,
        pause: PausePolicy::default(),
        cancel: CancelPolicy { prorates: true },
        past_due: PastDuePolicy::default(),
    }
}

/// From 15 March.
fn held(terms: Terms, limit: Option<u32>, people: &[CustomerId]) -> Result<Enrollment, Refusal> {
    Enrollment::enroll(signup(OFFICE, terms, Some(Seats { limit }), people))
}

fn signup(holder: CustomerId, terms: Terms, seats: Option<Seats>, people: &[CustomerId]) -> Signup {
    Signup {
        id: EnrollmentId(Uuid::from_u128(30)),
        customer: holder,
        plan: PLAN,
        version: 1,
        terms,
        pays: PaysBy::Counter,
        signed_up_on: day("2026-03-15"),
        starts_on: day("2026-03-15"),
        consent: None,
        provisional: false,
        credit_outlives_days: 0,
        seats,
        people: people.to_vec(),
    }
}

/// Pays everything that is due and grants what that lets go.
fn pay(held: &mut Enrollment, on: &str) -> Money {
    let mut paid = Money::ZERO;
    for due in held.dues(day(on)) {
        held.collect(day(on), due.period, due.total, due.tax).unwrap();
        paid += due.total;
    }
    for due in held.refreshes_due(day(on)) {
        held.refresh(day(on), due.benefit, due.person, due.n).unwrap();
    }
    paid
}

fn offered(held: &Enrollment, on: &str, person: Option<CustomerId>) -> Option<Entitlement> {
    held.entitlement(day(on), person, "Office", &Scope::All)
}

/// What each lot offers a person, and whether it is the pool's.
fn credit(held: &Enrollment, on: &str, person: CustomerId) -> Vec<(bool, i64)> {
    let offered = offered(held, on, Some(person)).unwrap();
    offered.credits.iter().map(|lot| (lot.shared_pool, lot.remaining)).collect()
}

#[test]
fn each_seat_of_a_plan_for_one_costs_its_price_and_has_credits_of_its_own() {
    let mut office = held(terms(Family::None, None), Some(3), &[ANA, BEN]).unwrap();
    assert_eq!(pay(&mut office, "2026-03-15"), money(8_000));
    assert_eq!(credit(&office, "2026-03-15", ANA), [(false, 5_000)]);
    assert_eq!(credit(&office, "2026-03-15", BEN), [(false, 5_000)]);
    assert_eq!(offered(&office, "2026-03-15", None), None, "the organization uses nothing itself");
    assert_eq!(offered(&office, "2026-03-15", Some(CLEO)), None);
    assert_eq!(office.accounts.len(), 2, "nobody's account stands about");
    assert_eq!(office.recurring(day("2026-03-15")), (money(8_000), 1));
}

#[test]
fn who_joins_within_a_period_is_charged_by_its_days_with_the_next() {
    let mut office = held(terms(Family::None, None), None, &[ANA]).unwrap();
    pay(&mut office, "2026-03-15");
    // 21 of the 31 days from 15 March to 15 April: 40 x 21 / 31.
    office.add_dependent(day("2026-03-25"), BEN).unwrap();
    assert_eq!(credit(&office, "2026-03-25", BEN), [(false, 0)], "granted with the refresh that is due");
    pay(&mut office, "2026-03-25");
    assert_eq!(credit(&office, "2026-03-25", BEN), [(false, 5_000)]);
    let next = office.next_charge(day("2026-03-25")).unwrap();
    assert_eq!((next.add_ons, next.joined, next.total), (money(8_000), money(2_710), money(10_710)));
    assert_eq!(pay(&mut office, "2026-04-15"), money(10_710));
    assert_eq!(office.next_charge(day("2026-04-15")).unwrap().total, money(8_000));
}

#[test]
fn who_joins_on_the_first_day_after_it_was_paid_is_charged_all_of_it_with_the_next() {
    let mut office = held(terms(Family::None, None), None, &[]).unwrap();
    assert_eq!(office.dues(day("2026-03-15")), [], "without anybody there is nothing to pay");
    office.add_dependent(day("2026-03-15"), ANA).unwrap();
    let next = office.next_charge(day("2026-03-15")).unwrap();
    assert_eq!((next.add_ons, next.joined), (money(4_000), money(4_000)));
}

#[test]
fn seats_are_limited_and_the_limit_moves_but_not_below_who_sits() {
    let mut office = held(terms(Family::None, None), Some(2), &[ANA, BEN]).unwrap();
    let today = day("2026-03-20");
    assert_eq!(office.add_dependent(today, CLEO), Err(Refusal::SeatsFull { limit: 2 }));
    assert_eq!(office.limit_seats(today, Some(1)), Err(Refusal::SeatsTaken { taken: 2, limit: 1 }));
    office.limit_seats(today, Some(3)).unwrap();
    office.add_dependent(today, CLEO).unwrap();
    office.limit_seats(today, None).unwrap();
    let too_many = held(terms(Family::None, None), Some(1), &[ANA, BEN]);
    assert_eq!(too_many.unwrap_err(), Refusal::SeatsFull { limit: 1 });
    let twice = held(terms(Family::None, None), None, &[ANA, ANA]);
    assert_eq!(twice.unwrap_err(), Refusal::AlreadyCovered { customer: ANA });
}

#[test]
fn a_paused_person_frees_no_seat_and_is_paid_for() {
    let mut office = held(terms(Family::None, None), Some(2), &[ANA, BEN]).unwrap();
    pay(&mut office, "2026-03-15");
    office.pause_seat(day("2026-03-20"), BEN).unwrap();
    let ben = offered(&office, "2026-03-20", Some(BEN)).unwrap();
    assert_eq!(ben.standing, Standing::Paused { until: None });
    assert_eq!(offered(&office, "2026-03-20", Some(ANA)).unwrap().standing, Standing::Good);
    assert_eq!(office.add_dependent(day("2026-03-20"), CLEO), Err(Refusal::SeatsFull { limit: 2 }));
    assert_eq!(
        office.pause_seat(day("2026-03-21"), BEN),
        Err(Refusal::SeatPaused { since: day("2026-03-20") })
    );
    assert_eq!(pay(&mut office, "2026-04-15"), money(8_000));
    // Frozen for 36 days: what was to end on 14 April ends on 20 May, and the refresh of 15 April comes on 21 May.
    assert_eq!(office.resume_seat(day("2026-04-25"), BEN).unwrap(), []);
    let ben = offered(&office, "2026-04-25", Some(BEN)).unwrap();
    assert_eq!(ben.standing, Standing::Good);
    assert_eq!((ben.credits[0].remaining, ben.credits[0].expires), (5_000, Some(day("2026-05-20"))));
    assert_eq!(office.account(SPA, Some(BEN)).unwrap().next_refresh().1, day("2026-05-21"));
    assert_eq!(office.account(SPA, Some(ANA)).unwrap().next_refresh().1, day("2026-05-15"));
    assert_eq!(office.resume_seat(day("2026-04-25"), BEN), Err(Refusal::SeatNotPaused));
}

#[test]
fn as_a_whole_it_is_neither_paused_nor_handed_to_a_person() {
    let mut office = held(terms(Family::None, None), None, &[ANA]).unwrap();
    pay(&mut office, "2026-03-15");
    let today = day("2026-03-20");
    assert_eq!(office.pause(today, None), Err(Refusal::HeldByOrganization));
    assert_eq!(office.change_holder(today, ANA), Err(Refusal::HeldByOrganization));
}

#[test]
fn a_dearer_plan_keeps_the_one_anchor_and_comes_with_the_next_billing_date() {
    let mut office = held(terms(Family::None, None), None, &[ANA]).unwrap();
    pay(&mut office, "2026-03-15");
    let today = day("2026-03-20");
    let dearer = Terms { price: money(6_000), ..terms(Family::None, None) };
    let other = PlanId(Uuid::from_u128(21));
    let preview = office.change_preview(today, other, 1, &dearer).unwrap();
    assert_eq!((preview.direction, preview.effective_on), (Direction::Down, day("2026-04-15")));
    assert_eq!(preview.first.unwrap().total, money(6_000));
    office.change_plan(today, other, 1, dearer).unwrap();
    assert_eq!(office.next_billing(today), Some(day("2026-04-15")));
    assert_eq!(pay(&mut office, "2026-04-15"), money(6_000));
    assert_eq!(office.plan, other);
}

#[test]
fn newer_terms_are_held_by_the_seat_as_well() {
    let mut office = held(terms(Family::None, None), None, &[ANA]).unwrap();
    pay(&mut office, "2026-03-15");
    let newer = Terms { price: money(4_500), ..terms(Family::None, None) };
    office.update_terms(day("2026-03-20"), 2, newer, When::NextBilling).unwrap();
    assert_eq!(office.next_charge(day("2026-03-20")).unwrap().total, money(4_500));
    let now = held(terms(Family::Shared { up_to: 5 }, None), None, &[ANA]).unwrap();
    assert_eq!(now.places(), 5);
}

#[test]
fn a_pool_is_shared_and_an_allowance_limits_what_one_person_takes_of_it() {
    let mut office = held(terms(Family::Shared { up_to: 5 }, Some(2_000)), None, &[ANA, BEN]).unwrap();
    assert_eq!(pay(&mut office, "2026-03-15"), money(4_000), "one price for all of them");
    assert_eq!(credit(&office, "2026-03-15", ANA), [(true, 2_000)]);
    let lot = offered(&office, "2026-03-15", Some(ANA)).unwrap().credits[0].lot;
    let sold = |office: &mut Enrollment, on: &str, by, ticket, amount| {
        let draw = LotDraw { lot, amount };
        office.draw(day(on), SPA, draw).unwrap();
        office.count_taken(SPA, draw, by, TicketId(Uuid::from_u128(ticket))).unwrap();
    };
    sold(&mut office, "2026-03-16", ANA, 1, 1_500);
    assert_eq!(credit(&office, "2026-03-16", ANA), [(true, 500)]);
    assert_eq!(credit(&office, "2026-03-16", BEN), [(true, 2_000)]);
    sold(&mut office, "2026-03-17", ANA, 2, 500);
    assert_eq!(credit(&office, "2026-03-17", ANA), [(true, 0)], "used up, though the pool is not");
    sold(&mut office, "2026-03-17", BEN, 3, 2_000);
    assert_eq!(credit(&office, "2026-03-18", BEN), [(true, 0)]);

    // What is given back can be taken again.
    let back = LotDraw { lot, amount: 500 };
    office.give_back(day("2026-03-18"), SPA, back, RecordId::new(Uuid::from_u128(9))).unwrap();
    office.count_returned(SPA, back, TicketId(Uuid::from_u128(2))).unwrap();
    assert_eq!(credit(&office, "2026-03-18", ANA), [(true, 500)]);

    // A refresh begins anew, and what is returned of a time before it gives nobody more.
    pay(&mut office, "2026-04-15");
    assert_eq!(credit(&office, "2026-04-15", ANA), [(true, 2_000)]);
    office.count_returned(SPA, back, TicketId(Uuid::from_u128(1))).unwrap();
    assert_eq!(credit(&office, "2026-04-15", ANA), [(true, 2_000)]);
}

#[test]
fn with_both_own_credit_comes_first_and_the_allowance_is_the_pools_alone() {
    let both = Family::Both { price: money(1_000), up_to: 3 };
    let mut office = held(terms(both, Some(1_000)), None, &[ANA]).unwrap();
    assert_eq!(pay(&mut office, "2026-03-15"), money(5_000));
    assert_eq!(credit(&office, "2026-03-15", ANA), [(false, 5_000), (true, 1_000)]);
}

#[test]
fn in_a_family_the_holder_may_take_all_of_it() {
    let family = terms(Family::Shared { up_to: 2 }, Some(2_000));
    let mut ana = Enrollment::enroll(signup(ANA, family, None, &[BEN])).unwrap();
    pay(&mut ana, "2026-03-15");
    let holder = offered(&ana, "2026-03-15", None).unwrap();
    assert_eq!(holder.credits[0].remaining, 5_000);
    assert_eq!(credit(&ana, "2026-03-15", BEN), [(true, 2_000)]);
}

#[test]
fn an_opening_discount_takes_no_first_charge_below_zero() {
    let terms = Terms { setup_fee: money(-5_000), ..terms(Family::None, None) };
    let one = held(terms.clone(), None, &[ANA]).unwrap();
    assert_eq!(one.dues(day("2026-03-15")), [], "$40 less $50 is nothing");
    let two = held(terms, None, &[ANA, BEN]).unwrap();
    let first = two.dues(day("2026-03-15"))[0];
    assert_eq!((first.add_ons, first.setup_fee, first.total), (money(8_000), money(-5_000), money(3_000)));
}

/// $40 a month, and `each` for every further person.
fn family(each: i64, on: &str) -> Enrollment {
    let family = Family::AddOn { price: money(each), up_to: 3 };
    let mut ana = Enrollment::enroll(signup(ANA, terms(family, None), None, &[])).unwrap();
    pay(&mut ana, "2026-03-15");
    ana.add_dependent(day(on), BEN).unwrap();
    ana
}

fn dearer(each: i64) -> Terms {
    let family = Family::AddOn { price: money(each), up_to: 3 };
    Terms { price: money(6_000), ..terms(family, None) }
}

#[test]
fn days_before_an_upgrade_are_charged_at_the_price_and_the_length_of_their_own_period() {
    let mut ana = family(2_000, "2026-03-25");
    let other = PlanId(Uuid::from_u128(21));
    let preview = ana.change_preview(day("2026-04-04"), other, 1, &dearer(3_000)).unwrap();
    ana.change_plan(day("2026-04-04"), other, 1, dearer(3_000)).unwrap();
    let first = ana.dues(day("2026-04-04"))[0];
    // 10 of the 31 days from 15 March to 15 April at $20, and 11 days of the $40 that was paid for them.
    assert_eq!((first.add_ons, first.joined, first.carried), (money(3_000), money(645), money(1_419)));
    assert_eq!(first.total, money(6_000 + 3_000 + 645 - 1_419));
    assert_eq!(preview.first, Some(first));
    pay(&mut ana, "2026-04-04");
    assert_eq!(ana.next_charge(day("2026-04-04")).unwrap().total, money(9_000));
}

#[test]
fn days_under_terms_that_charged_for_a_person_are_charged_under_terms_that_do_not() {
    let shared = || terms(Family::Shared { up_to: 3 }, None);
    for when in [When::NextBilling, When::Now] {
        let mut ana = family(2_000, "2026-03-25");
        ana.update_terms(day("2026-03-28"), 2, shared(), when).unwrap();
        // Who comes after them pays what holds by then.
        ana.add_dependent(day("2026-03-30"), CLEO).unwrap();
        let cleo = match when {
            When::Now => 0,
            // 16 of 31 days.
            When::NextBilling => 1_032,
        };
        let forecast = ana.next_charge(day("2026-03-30")).unwrap();
        assert_eq!((forecast.add_ons, forecast.joined), (Money::ZERO, money(1_355 + cleo)));
        assert_eq!(pay(&mut ana, "2026-04-15"), money(4_000 + 1_355 + cleo));
        assert_eq!(ana.next_charge(day("2026-04-15")).unwrap().total, money(4_000));
    }
}

#[test]
fn who_joins_on_the_first_day_is_charged_once_whatever_else_that_day_brings() {
    let mut ana = family(2_000, "2026-03-15");
    assert_eq!(ana.next_charge(day("2026-03-15")).unwrap().joined, money(2_000));
    ana.change_plan(day("2026-03-15"), PlanId(Uuid::from_u128(21)), 1, dearer(3_000)).unwrap();
    assert_eq!(pay(&mut ana, "2026-03-15"), money(6_000 + 3_000 - 4_000));
    let next = ana.next_charge(day("2026-03-15")).unwrap();
    assert_eq!((next.add_ons, next.joined), (money(3_000), Money::ZERO));
}
