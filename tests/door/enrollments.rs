//! Memberships at the counter, day by day, on a real encrypted database.

use domain::checkout::{TenderKind, TenderOffer};
use domain::plan::{Expiry, Family, Frequency, Terms};
use domain::{BenefitId, CustomerId, Day, EnrollmentId, Money, PlanId, RequestKey};
use protocol::enrollments::*;
use protocol::keeping::ListTasks;
use protocol::mail::GetChargeReceipt;
use protocol::members::{ListMembers, MemberSort, StatusFilter};
use protocol::plans::ArchivePlan;
use testkit::{DANA, Front, ROSA, Shop, cash, gold};
use uuid::Uuid;

const CREDIT: BenefitId = BenefitId(Uuid::from_u128(12));

fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A member of Gold since today, paid in cash.
async fn member(shop: &Shop, terms: Terms) -> (EnrollmentId, CustomerId, PlanId) {
    let customer = shop.front.puts_on_file("Ava Moreau").await;
    let plan = shop.front.offers("Gold", terms).await;
    let enrolled = shop.front.enrolls(customer, plan, cash(10_800)).await;
    (enrolled.enrollment.id, customer, plan)
}

fn collect(id: EnrollmentId, expected: i64, tenders: Vec<TenderOffer>) -> CollectRenewal {
    CollectRenewal { id, expected: money(expected), tenders }
}

fn at_period_end(id: EnrollmentId) -> CancelAtPeriodEnd {
    CancelAtPeriodEnd { id, reason: String::new(), override_minimum: false }
}

fn now(id: EnrollmentId, refund: i64) -> CancelNow {
    CancelNow { id, reason: "Moving away".into(), refund: money(refund), override_minimum: false }
}

async fn refused_and_nothing_happened<C: protocol::Call>(front: &Front, request: C, code: &str)
where
    C::Reply: std::fmt::Debug,
{
    let before = front.everything().await;
    assert_eq!(front.may_not(request).await, code);
    assert_eq!(front.everything().await, before, "{code} left something behind");
}

#[tokio::test]
async fn enrolling_today_takes_the_charge_and_grants_the_credit() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let customer = front.puts_on_file("Ava Moreau").await;
    let plan = front.offers("Gold", Terms { setup_fee: money(2_500), ..gold() }).await;
    let preview = front
        .does(PreviewEnroll {
            customer,
            plan,
            start: shop.today(),
            pays: PaysBy::Counter,
            seats: None,
            people: Vec::new(),
        })
        .await;
    assert_eq!(preview.first.amount, money(13_500));
    assert_eq!(preview.first.tax, money(1_000));
    assert_eq!((preview.next.on, preview.next.amount), (day("2026-04-12"), money(10_800)));
    assert_eq!(
        preview.sentences,
        [
            "$135.00 is due on 12 Mar 2026 (with $25.00 setup fee, with $10.00 tax).",
            "Then $108.00 a month (with $8.00 tax), next on 12 Apr 2026, collected at the counter.",
            "It runs until it is cancelled.",
            "It can be cancelled at any time and then ends with the period that is paid.",
            "Ending it at once gives back the unused days of the period.",
            "It can be paused 2 times a year, for at most 90 days. Benefits rest while it is paused.",
            "Benefits rest when a renewal is not paid within 7 days.",
            "Benefits start as soon as the first charge is paid: $100.00 credit a month on any service, product \
             or rental, up to $150.00 carried over; 10 % off services, products and rentals.",
        ]
    );

    let enrolled = front.enrolls(customer, plan, cash(14_000)).await;
    let receipt = enrolled.receipt.unwrap();
    assert_eq!((receipt.total, receipt.tax, receipt.net), (money(13_500), money(1_000), money(12_500)));
    assert_eq!(receipt.change, money(500));
    assert_eq!(receipt.number, "A-1");
    assert_eq!(receipt.what, "Gold, 12 Mar 2026 to 11 Apr 2026");
    let held = enrolled.enrollment;
    assert_eq!(held.status, StatusView::Active);
    assert!(held.benefits_on);
    assert_eq!(held.owed, Money::ZERO);
    assert_eq!(held.next_charge.unwrap().on, day("2026-04-12"));
    assert_eq!((held.balances[0].left, held.balances[0].of), (10_000, 10_000));
    assert_eq!(held.balances[0].next_refresh, Some(day("2026-04-12")));
    assert_eq!(held.movements[0].kind, MovementKind::Granted);
    assert_eq!(held.charges[0].words, "First charge");
    assert_eq!(held.charges[0].tenders, "Cash");
    assert_eq!(front.sees(held.id).await.movements, held.movements);
    front.is_healthy().await;
}

#[tokio::test]
async fn without_money_the_first_charge_waits_and_so_do_the_benefits() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let customer = front.puts_on_file("Ava Moreau").await;
    let plan = front.offers("Gold", gold()).await;
    let held = front.enrolls(customer, plan, Vec::new()).await.enrollment;
    assert_eq!(held.status, StatusView::Waiting { due: shop.today() });
    assert!(!held.benefits_on);
    assert_eq!(held.balances[0].left, 0);
    assert_eq!(held.owed, money(10_800));

    let id = held.id;
    refused_and_nothing_happened(front, collect(id, 10_000, cash(10_800)), "stale_total").await;
    refused_and_nothing_happened(front, collect(id, 10_800, cash(10_000)), "tenders_do_not_cover").await;
    refused_and_nothing_happened(front, collect(id, 10_800, cash(-10_800)), "empty_tender").await;
    let terminal =
        TenderOffer { kind: TenderKind::Terminal { reference: "7".into() }, amount: money(10_900) };
    refused_and_nothing_happened(front, collect(id, 10_800, vec![terminal]), "change_only_from_cash").await;
    let on_file = TenderOffer { kind: TenderKind::CardOnFile, amount: money(10_800) };
    refused_and_nothing_happened(front, collect(id, 10_800, vec![on_file]), "invalid").await;

    let collected = front.collects(id).await;
    assert_eq!(collected.enrollment.status, StatusView::Active);
    assert_eq!(collected.enrollment.balances[0].left, 10_000);
    refused_and_nothing_happened(front, collect(id, 0, cash(0)), "not_now").await;
    front.is_healthy().await;
}

#[tokio::test]
async fn a_start_in_the_future_charges_nothing_before_it() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let customer = front.puts_on_file("Ava Moreau").await;
    let plan = front.offers("Gold", gold()).await;
    let today = front.enrollment_of(customer, plan, Vec::new()).await;
    let later = Enroll { start: day("2026-04-01"), ..today.clone() };
    let paid = Enroll { tenders: cash(10_800), ..later.clone() };
    refused_and_nothing_happened(front, paid, "invalid").await;
    let held = front.does(later).await.enrollment;
    assert_eq!(held.status, StatusView::Scheduled { starts: day("2026-04-01") });
    assert_eq!(held.owed, Money::ZERO);
    shop.days_pass(20).await;
    let held = front.sees(held.id).await;
    assert_eq!(held.status, StatusView::Waiting { due: day("2026-04-01") });
    assert_eq!(front.does(ListMembers::default()).await.rows[0].balance, money(10_800));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_renewal_is_due_then_late_and_its_credit_waits_for_the_money() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, ..) = member(&shop, gold()).await;
    shop.days_pass(31).await;
    let held = front.sees(id).await;
    assert_eq!(held.status, StatusView::PastDueGrace { since: day("2026-04-12"), until: day("2026-04-19") });
    assert!(held.benefits_on);
    assert_eq!(held.dues[0].words, "Renewal of 12 Apr");
    assert_eq!(front.does(RefreshCredits {}).await.granted, 0);
    shop.days_pass(8).await;
    let held = front.sees(id).await;
    assert_eq!(held.status, StatusView::PastDueSuspended { since: day("2026-04-12") });
    assert!(!held.benefits_on);

    let held = front.collects(id).await.enrollment;
    assert_eq!(held.status, StatusView::Active);
    assert_eq!((held.balances[0].left, held.balances[0].of), (20_000, 20_000));
    assert_eq!(held.charges[0].words, "Renewal of 12 Apr");

    // Carried over are at most $150.00 of the $200.00.
    shop.days_pass(30).await;
    let held = front.collects(id).await.enrollment;
    assert_eq!((held.balances[0].left, held.balances[0].of), (25_000, 25_000));
    let told: Vec<(MovementKind, i64, i64)> =
        held.movements.iter().map(|moved| (moved.kind, moved.amount, moved.balance)).collect();
    assert_eq!(
        told,
        [
            (MovementKind::Granted, 10_000, 25_000),
            (MovementKind::Trimmed, -5_000, 15_000),
            (MovementKind::Granted, 10_000, 20_000),
            (MovementKind::Granted, 10_000, 10_000),
        ]
    );
    assert_eq!((held.paid_count, held.paid_total), (3, money(32_400)));
    front.is_healthy().await;
}

#[tokio::test]
async fn the_daily_round_grants_each_refresh_once() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let mut terms = Terms { frequency: Frequency::Annual, ..gold() };
    terms.credits[0].expiry = Expiry::PeriodEnd;
    let (id, ..) = member(&shop, terms).await;
    shop.nobody_comes_for(65);
    let round = front.desk.daily_round().await.unwrap();
    assert_eq!((round.granted, round.enrollments), (2, 1));
    assert_eq!(front.desk.daily_round().await.unwrap().granted, 0);
    front.signs_in_again().await;
    assert_eq!(front.does(RefreshCredits {}).await.granted, 0);
    let held = front.sees(id).await;
    assert_eq!(held.balances[0].left, 10_000);
    assert_eq!(held.balances[0].lots[0].expires, Some(day("2026-06-11")));
    let kinds: Vec<MovementKind> = held.movements.iter().map(|moved| moved.kind).collect();
    use MovementKind::{Expired, Granted};
    assert_eq!(kinds, [Granted, Expired, Granted, Expired, Granted]);
    let lots: Vec<(Day, Option<Day>)> =
        held.movements.iter().map(|moved| (moved.granted_on, moved.expires)).collect();
    let (march, april, may) = (day("2026-03-12"), day("2026-04-12"), day("2026-05-12"));
    assert_eq!(lots[..2], [(may, Some(day("2026-06-11"))), (april, Some(day("2026-05-11")))]);
    assert_eq!(lots[4], (march, Some(day("2026-04-11"))));
    let expired: Vec<(Day, i64)> =
        held.balances[0].expired.iter().map(|lot| (lot.granted_on, lot.left)).collect();
    assert_eq!(expired, [(april, 10_000), (march, 10_000)]);
    front.is_healthy().await;
    let shop = shop.restarts().await;
    assert_eq!(shop.front.sees(id).await, held);
}

#[tokio::test]
async fn a_pause_moves_every_date_by_the_days_frozen() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, ..) = member(&shop, gold()).await;
    shop.days_pass(10).await;
    let pause = |until| PauseEnrollment { id, until };
    refused_and_nothing_happened(front, ResumeEnrollment { id }, "not_paused").await;
    refused_and_nothing_happened(front, pause(Some(shop.today())), "pause_ends_in_past").await;
    refused_and_nothing_happened(front, pause(Some(day("1900-01-01"))), "pause_ends_in_past").await;
    refused_and_nothing_happened(front, pause(Some(day("2026-12-31"))), "pause_too_long").await;
    let held = front.does(pause(Some(day("2026-04-11")))).await;
    assert_eq!(held.status, StatusView::Paused { until: Some(day("2026-04-11")) });
    assert!(!held.benefits_on);
    assert_eq!(held.next_charge.unwrap().on, day("2026-05-02"));
    assert_eq!(held.balances[0].next_refresh, None);
    assert!(held.moves.pause.unwrap().contains("paused since 22 Mar 2026"));
    refused_and_nothing_happened(front, pause(None), "already_paused").await;
    shop.days_pass(5).await;
    let held = front.does(ResumeEnrollment { id }).await;
    assert_eq!(held.status, StatusView::Active);
    assert_eq!(held.next_charge.unwrap().on, day("2026-04-17"));
    assert_eq!(held.balances[0].next_refresh, Some(day("2026-04-17")));
    let held = front.does(pause(None)).await;
    // Open, it resumes by itself after the 90 days that the terms allow, and everything moves by them.
    assert_eq!(held.resumes_on, Some(day("2026-06-25")));
    assert_eq!(held.next_charge.unwrap().on, day("2026-07-16"));
    assert_eq!(front.does(ResumeEnrollment { id }).await.resumes_on, None);
    refused_and_nothing_happened(front, pause(None), "pause_limit").await;
    shop.days_pass(40).await;
    refused_and_nothing_happened(front, pause(None), "charge_overdue").await;
    front.is_healthy().await;
}

#[tokio::test]
async fn cancelling_at_the_periods_end_can_be_undone_until_then() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, ..) = member(&shop, gold()).await;
    front.signs_in(ROSA).await;
    refused_and_nothing_happened(front, UndoCancel { id }, "not_ending").await;
    let held = front.does(at_period_end(id)).await;
    assert_eq!(held.status, StatusView::Ends { last_day: day("2026-04-11") });
    assert_eq!(held.next_charge, None);
    assert_eq!(held.balances[0].next_refresh, None);
    refused_and_nothing_happened(front, at_period_end(id), "already_ending").await;
    assert_eq!(front.does(UndoCancel { id }).await.status, StatusView::Active);
    front.does(at_period_end(id)).await;
    shop.days_pass(31).await;
    let held = front.sees(id).await;
    assert_eq!(held.status, StatusView::Cancelled { on: day("2026-04-12") });
    assert_eq!(held.movements[0].kind, MovementKind::Expired);
    assert!(held.moves.cancel_now.is_some() && held.moves.collect.is_some());
    refused_and_nothing_happened(front, UndoCancel { id }, "already_cancelled").await;
    front.is_healthy().await;
}

#[tokio::test]
async fn only_a_manager_with_a_reason_lets_go_before_the_minimum() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, ..) = member(&shop, Terms { minimum_cycles: 3, ..gold() }).await;
    assert!(front.does(PreviewCancelNow { id }).await.needs_override);
    refused_and_nothing_happened(front, at_period_end(id), "minimum_cycles").await;
    let waived = |reason: &str| CancelAtPeriodEnd { id, reason: reason.into(), override_minimum: true };
    refused_and_nothing_happened(front, waived("  "), "invalid").await;
    front.signs_in(ROSA).await;
    refused_and_nothing_happened(front, waived("Illness"), "needs_manager").await;
    front.asks_approved(waived("Illness"), DANA).await.unwrap();
    assert_eq!(front.sees(id).await.status, StatusView::Ends { last_day: day("2026-04-11") });
    front.is_healthy().await;
}

#[tokio::test]
async fn cancelling_now_gives_back_the_unused_days_to_the_latest_tender_first() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let customer = front.puts_on_file("Ava Moreau").await;
    let plan = front.offers("Gold", gold()).await;
    let mut tenders = cash(6_000);
    tenders.push(TenderOffer { kind: TenderKind::Terminal { reference: "R7".into() }, amount: money(4_800) });
    let id = front.enrolls(customer, plan, tenders).await.enrollment.id;
    shop.days_pass(10).await;
    let preview = front.does(PreviewCancelNow { id }).await;
    assert_eq!((preview.unused_days, preview.days), (21, 31));
    assert_eq!((preview.base, preview.refund), (money(10_800), money(7_316)));
    assert_eq!((preview.tenders[0].amount, preview.tenders[1].amount), (money(4_800), money(2_516)));
    assert_eq!(preview.refused, None);

    front.signs_in(ROSA).await;
    refused_and_nothing_happened(front, now(id, 7_316), "needs_manager").await;
    front.signs_in(DANA).await;
    refused_and_nothing_happened(front, now(id, 7_317), "stale_total").await;
    refused_and_nothing_happened(front, now(id, -1), "invalid").await;
    refused_and_nothing_happened(front, CancelNow { reason: " ".into(), ..now(id, 0) }, "invalid").await;
    let held = front.does(now(id, 5_400)).await;
    assert_eq!(held.status, StatusView::Cancelled { on: shop.today() });
    assert_eq!(held.refunded_total, money(5_400));
    assert_eq!((held.charges[0].amount, held.charges[0].tax), (money(-5_400), money(-400)));
    assert_eq!(held.charges[0].tenders, "Card terminal R7 $48.00, Cash $6.00");
    assert_eq!(held.charges[0].words, "Refund on cancelling at once: Moving away");
    assert!(held.charges[0].receipt);
    let number = held.charges[0].number.clone();
    let receipt = front.does(GetChargeReceipt { enrollment: id, number: number.clone() }).await;
    assert!(receipt.given_back);
    assert_eq!((receipt.number, receipt.what.as_str()), (number, "Gold, unused days"));
    assert_eq!((receipt.total, receipt.tax, receipt.change), (money(5_400), money(400), Money::ZERO));
    let parts: Vec<Money> = receipt.tenders.iter().map(|tender| tender.amount).collect();
    assert_eq!(parts, [money(4_800), money(600)]);
    assert_eq!(held.balances, []);
    refused_and_nothing_happened(front, now(id, 0), "already_cancelled").await;
    assert_eq!(front.does(ListTasks { closed: false }).await, []);
    front.is_healthy().await;
}

#[tokio::test]
async fn what_was_used_of_the_period_is_what_was_saved_and_the_credit_that_was_spent() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, customer, _) = member(&shop, gold()).await;
    let massage = front.sells("Massage", 5_000).await;
    front.rings_up(Some(customer), massage, 1).await;
    shop.days_pass(5).await;
    // Ten percent off $50.00, and credit for the other $45.00.
    assert_eq!(front.does(PreviewCancelNow { id }).await.used, money(5_000));
    shop.days_pass(26).await;
    front.collects(id).await;
    assert_eq!(front.does(PreviewCancelNow { id }).await.used, Money::ZERO);
}

#[tokio::test]
async fn a_paused_membership_that_is_cancelled_gets_its_frozen_days_back() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, ..) = member(&shop, gold()).await;
    shop.days_pass(10).await;
    front.does(PauseEnrollment { id, until: None }).await;
    shop.days_pass(15).await;
    let held = front.does(at_period_end(id)).await;
    assert_eq!(held.status, StatusView::Cancelled { on: shop.today() });
    assert_eq!(held.refunded_total, money(7_316));
    front.is_healthy().await;
}

#[tokio::test]
async fn terms_stay_as_sold_until_they_are_updated() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, _, plan) = member(&shop, gold()).await;
    let update = |to_version, from| UpdateTerms { id, to_version, from, consent: None };
    refused_and_nothing_happened(front, update(1, EffectiveFrom::Now), "not_now").await;
    front.changes_terms(plan, Terms { price: money(12_000), ..gold() }).await;
    let held = front.sees(id).await;
    assert_eq!((held.version, held.newer_version), (1, Some(2)));
    assert_eq!(held.next_charge.unwrap().amount, money(10_800));
    let rows = front.does(PreviewUpdateTerms { ids: vec![id], from: EffectiveFrom::NextBilling }).await.rows;
    assert_eq!((rows[0].old_price, rows[0].new_price), (money(10_000), money(12_000)));
    assert_eq!((rows[0].from, &rows[0].refused), (day("2026-04-12"), &None));
    refused_and_nothing_happened(front, update(1, EffectiveFrom::NextBilling), "stale").await;
    let held = front.does(update(2, EffectiveFrom::NextBilling)).await;
    assert_eq!(held.version, 1);
    let pending = held.pending_terms.unwrap();
    assert_eq!((pending.version, pending.from, pending.price), (2, day("2026-04-12"), money(12_000)));
    assert_eq!(held.next_charge.unwrap().amount, money(12_960));
    assert!(held.moves.update_terms.is_some());
    front.signs_in(ROSA).await;
    refused_and_nothing_happened(front, update(2, EffectiveFrom::Now), "needs_manager").await;
    shop.days_pass(31).await;
    let held = front.sees(id).await;
    assert_eq!((held.version, held.owed), (2, money(12_960)));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_family_is_covered_up_to_its_number() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let family = Family::AddOn { price: money(2_000), up_to: 1 };
    let (id, holder, _) = member(&shop, Terms { family, ..gold() }).await;
    let (ben, cleo) = (front.puts_on_file("Ben Moreau").await, front.puts_on_file("Cleo Moreau").await);
    let add = |customer| AddDependent { id, customer };
    refused_and_nothing_happened(front, add(holder), "already_covered").await;
    refused_and_nothing_happened(front, add(CustomerId(Uuid::from_u128(9))), "not_found").await;
    let held = front.does(add(ben)).await;
    assert_eq!(held.dependents[0].name, "Ben Moreau");
    assert_eq!((held.balances[1].person, held.balances[1].left), (Some(ben), 10_000));
    refused_and_nothing_happened(front, add(ben), "already_covered").await;
    refused_and_nothing_happened(front, add(cleo), "family_full").await;
    let remove = |customer| RemoveDependent { id, customer };
    refused_and_nothing_happened(front, remove(cleo), "not_covered").await;
    let held = front.does(remove(ben)).await;
    assert_eq!(held.dependents, []);
    assert_eq!(held.balances.len(), 1);
    front.is_healthy().await;
}

#[tokio::test]
async fn a_manager_adjusts_a_balance_with_a_reason() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, ..) = member(&shop, gold()).await;
    let adjust = |amount, reason: &str| AdjustCredit {
        id,
        benefit: CREDIT,
        person: None,
        amount,
        reason: reason.into(),
    };
    refused_and_nothing_happened(front, adjust(500, " "), "invalid").await;
    refused_and_nothing_happened(front, adjust(0, "Nothing"), "invalid").await;
    refused_and_nothing_happened(front, adjust(i64::MIN, "Far too much"), "invalid").await;
    refused_and_nothing_happened(front, adjust(i64::MAX, "Far too much"), "invalid").await;
    refused_and_nothing_happened(front, adjust(-10_001, "More than there is"), "credit").await;
    let unknown = AdjustCredit { benefit: BenefitId(Uuid::from_u128(99)), ..adjust(500, "Sorry") };
    refused_and_nothing_happened(front, unknown, "no_such_benefit").await;
    let held = front.does(adjust(2_000, "A late start")).await;
    assert_eq!((held.balances[0].left, held.balances[0].of), (12_000, 12_000));
    assert_eq!(held.movements[0].reason.as_deref(), Some("A late start"));
    let held = front.does(adjust(-12_000, "Start again")).await;
    assert_eq!(held.balances[0].left, 0);
    front.signs_in(ROSA).await;
    refused_and_nothing_happened(front, adjust(500, "Kindness"), "needs_manager").await;
    front.is_healthy().await;
}

#[tokio::test]
async fn bad_enrollments_are_refused_each_for_its_own_reason() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (_, holder, plan) = member(&shop, gold()).await;
    let other = front.puts_on_file("Ben Okafor").await;
    let good = front.enrollment_of(other, plan, cash(10_800)).await;
    let nobody = CustomerId(Uuid::from_u128(9));
    let refusals = [
        (Enroll { start: day("1900-01-01"), ..good.clone() }, "starts_in_past"),
        (Enroll { start: day("2028-03-13"), tenders: Vec::new(), ..good.clone() }, "invalid"),
        (Enroll { customer: holder, ..good.clone() }, "same_plan_twice"),
        (Enroll { customer: nobody, ..good.clone() }, "not_found"),
        (Enroll { plan: PlanId(Uuid::from_u128(9)), ..good.clone() }, "not_found"),
        (Enroll { version: 2, ..good.clone() }, "stale"),
        (Enroll { tenders: cash(-1), ..good.clone() }, "empty_tender"),
        (Enroll { tenders: cash(10_799), ..good.clone() }, "tenders_do_not_cover"),
        (Enroll { tenders: cash(i64::MAX), ..good.clone() }, "tender_too_large"),
    ];
    for (request, code) in refusals {
        refused_and_nothing_happened(front, request, code).await;
    }
    let unknown = EnrollmentId(Uuid::from_u128(9));
    refused_and_nothing_happened(front, collect(unknown, 10_800, cash(10_800)), "not_found").await;
    refused_and_nothing_happened(front, now(unknown, 0), "not_found").await;
    refused_and_nothing_happened(front, PauseEnrollment { id: unknown, until: None }, "not_found").await;

    let key = RequestKey(Uuid::from_u128(77));
    let first = front.asks_as(good.clone(), key).await.unwrap();
    let after = front.everything().await;
    assert_eq!(front.asks_as(good.clone(), key).await.unwrap(), first);
    let another = Enroll { consent: Consent::SignedPaper, ..good.clone() };
    assert_eq!(front.asks_as(another, key).await.unwrap_err().code, "key_reused");
    assert_eq!(front.everything().await, after);

    front.does(ArchivePlan { id: plan }).await;
    let third = front.puts_on_file("Cleo Tan").await;
    refused_and_nothing_happened(front, Enroll { customer: third, ..good }, "plan_not_on_sale").await;
    front.is_healthy().await;
}

#[tokio::test]
async fn the_table_of_members_finds_sorts_and_pages() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let gold_plan = front.offers("Gold", gold()).await;
    let silver = front.offers("Silver", Terms { price: money(5_000), ..gold() }).await;
    for (name, plan) in [("Cleo Tan", gold_plan), ("ava Moreau", silver), ("Ben Okafor", gold_plan)] {
        let customer = front.puts_on_file(name).await;
        let paid = if plan == gold_plan { cash(10_800) } else { Vec::new() };
        front.enrolls(customer, plan, paid).await;
    }
    let all = front.does(ListMembers::default()).await;
    let names: Vec<&str> = all.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["ava Moreau", "Ben Okafor", "Cleo Tan"]);
    assert_eq!((all.total, &all.next), (3, &None));
    let page = front.does(ListMembers { limit: Some(2), ..ListMembers::default() }).await;
    let rest = front.does(ListMembers { limit: Some(2), after: page.next, ..ListMembers::default() }).await;
    assert_eq!(rest.rows, all.rows[2..]);
    let waiting = ListMembers { status: Some(StatusFilter::Waiting), ..ListMembers::default() };
    assert_eq!(front.does(waiting).await.rows[0].plan_name, "Silver");
    let by_balance =
        ListMembers { sort: MemberSort::Balance, descending: true, plan: None, ..ListMembers::default() };
    assert_eq!(front.does(by_balance).await.rows[0].balance, money(5_400));
    let here = ListMembers { text: "oka".into(), location: Some(shop.location), ..ListMembers::default() };
    assert_eq!(front.does(here).await.total, 1);
    let bad = ListMembers { after: Some("zz".into()), ..ListMembers::default() };
    assert_eq!(front.may_not(bad).await, "invalid");
    assert_eq!(front.may_not(ListMembers { limit: Some(0), ..ListMembers::default() }).await, "invalid");
}
