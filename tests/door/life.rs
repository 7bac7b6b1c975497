//! The life of a membership beyond its plain course: other plans, other holders, credit given by hand.

use domain::plan::{Expiry, Family, Frequency, Terms};
use domain::{CustomerId, Day, EnrollmentId, Money, PlanId};
use protocol::enrollments::*;
use protocol::keeping::{GetLog, Thing};
use testkit::{DANA, ROSA, Shop, cash, gold};

fn usd(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Ava holds Gold at $108.00 with tax, since 12 March, paid in cash.
async fn ava(shop: &Shop, terms: Terms) -> (EnrollmentId, CustomerId) {
    let customer = shop.front.puts_on_file("Ava Moreau").await;
    let plan = shop.front.offers("Gold", terms).await;
    let enrolled = shop.front.enrolls(customer, plan, cash(10_800)).await;
    (enrolled.enrollment.id, customer)
}

fn costing(minor: i64) -> Terms {
    Terms { price: usd(minor), ..gold() }
}

fn over_to(id: EnrollmentId, plan: PlanId, due: i64, refund: i64) -> ChangePlan {
    ChangePlan {
        id,
        plan,
        version: 1,
        expected_due: usd(due),
        expected_refund: usd(refund),
        tenders: if due > 0 { cash(due) } else { Vec::new() },
        consent: Consent::InPerson,
    }
}

#[tokio::test]
async fn up_starts_a_new_period_today_and_takes_off_the_unused_days() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let mut terms = gold();
    terms.credits[0].expiry = Expiry::PeriodEnd;
    let (id, _) = ava(&shop, terms).await;
    let platinum = front.offers("Platinum", costing(20_000)).await;
    shop.days_pass(10).await;
    front.signs_in(ROSA).await;

    // 21 of 31 days of $108.00 are $73.16; $216.00 less that are $142.84.
    let preview = front.does(PreviewChangePlan { id, plan: platinum }).await;
    assert!(preview.now && !preview.needs_manager);
    assert_eq!(preview.effective_on, day("2026-03-22"));
    assert_eq!((preview.due, preview.carried, preview.refund), (usd(14_284), usd(7_316), Money::ZERO));
    assert_eq!(
        preview.next.as_ref().map(|next| (next.on, next.amount)),
        Some((day("2026-04-22"), usd(21_600)))
    );
    assert_eq!(preview.ends, ["$100.00 of Service credit"]);
    assert_eq!(
        preview.sentences[..4],
        [
            "Platinum takes the place of Gold today, 22 Mar 2026.",
            "The unused days of Gold are worth $73.16 and are taken off.",
            "$142.84 is due on 22 Mar 2026 (with $10.58 tax).",
            "Then $216.00 a month, next on 22 Apr 2026, collected at the counter.",
        ]
    );

    let stale = front.why_not(over_to(id, platinum, 14_283, 0)).await;
    assert_eq!(stale, "The amount is now $142.84, not $142.83. No money moved; check the new amount.");
    let changed = front.does(over_to(id, platinum, 14_284, 0)).await;
    assert_eq!(changed.receipt.as_ref().map(|receipt| receipt.total), Some(usd(14_284)));
    let view = changed.enrollment;
    assert_eq!((view.plan_name.as_str(), view.status), ("Platinum", StatusView::Active));
    assert_eq!(view.period, Some((day("2026-03-22"), day("2026-04-21"))));
    assert_eq!(view.balances.iter().map(|balance| balance.left).collect::<Vec<_>>(), [10_000]);
    // Cancelled at once, the whole of what the new period cost comes back, the old worth in it.
    let preview = front.does(PreviewCancelNow { id }).await;
    assert_eq!((preview.base, preview.refund), (usd(21_600), usd(21_600)));
    let log = front.does(GetLog { about: Thing::Enrollment(id), after: None, limit: None }).await.entries;
    assert!(log.iter().any(|entry| entry.text == "Changed to Platinum (version 1)."));
    front.is_healthy().await;
}

#[tokio::test]
async fn up_to_a_smaller_charge_gives_the_rest_back() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let customer = front.puts_on_file("Ava Moreau").await;
    let yearly = front.offers("Yearly", Terms { frequency: Frequency::Annual, ..costing(60_000) }).await;
    let monthly = front.offers("Monthly", costing(6_000)).await;
    let id = front.enrolls(customer, yearly, cash(64_800)).await.enrollment.id;
    shop.days_pass(73).await;
    front.signs_in(ROSA).await;

    // 292 of 365 days of $648.00 are $518.40; the first month costs $64.80, so $453.60 go back.
    let preview = front.does(PreviewChangePlan { id, plan: monthly }).await;
    assert_eq!((preview.due, preview.carried, preview.refund), (Money::ZERO, usd(6_480), usd(45_360)));
    assert!(preview.needs_manager);
    let refused = front.why_not(over_to(id, monthly, 0, 45_360)).await;
    assert!(refused.starts_with("A refund above $100.00 needs a manager."), "{refused}");
    front.asks_approved(over_to(id, monthly, 0, 45_360), DANA).await.unwrap();
    let view = front.sees(id).await;
    assert_eq!(view.status, StatusView::Active);
    assert_eq!((view.paid_total, view.refunded_total, view.owed), (usd(64_800), usd(45_360), Money::ZERO));
    assert_eq!(view.charges[0].words, "Refund of unused days, change of plan");
    assert_eq!(front.does(PreviewCancelNow { id }).await.base, usd(6_480));
    front.is_healthy().await;
}

#[tokio::test]
async fn down_waits_for_the_next_billing_date_and_can_be_dropped_until_then() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, _) = ava(&shop, gold()).await;
    let silver = front.offers("Silver", costing(5_000)).await;
    shop.days_pass(10).await;
    front.signs_in(ROSA).await;
    let preview = front.does(PreviewChangePlan { id, plan: silver }).await;
    assert!(!preview.now);
    assert_eq!((preview.effective_on, preview.due), (day("2026-04-12"), Money::ZERO));
    assert_eq!(preview.first.map(|first| first.amount), Some(usd(5_400)));
    assert_eq!(
        preview.sentences[0],
        "Gold stays as it is through 11 Apr 2026; Silver takes its place on 12 Apr 2026."
    );
    front.does(over_to(id, silver, 0, 0)).await;
    let view = front.sees(id).await;
    assert_eq!(view.plan_name, "Gold");
    let pending = view.pending_terms.unwrap();
    assert_eq!((pending.plan.as_deref(), pending.from), (Some("Silver"), day("2026-04-12")));
    assert_eq!(view.moves.keep_terms, None);

    front.does(KeepTerms { id }).await;
    assert_eq!(front.sees(id).await.pending_terms, None);
    assert_eq!(front.why_not(KeepTerms { id }).await, "No other terms are agreed.");

    front.does(over_to(id, silver, 0, 0)).await;
    shop.days_pass(21).await;
    front.signs_in(ROSA).await;
    let view = front.sees(id).await;
    assert_eq!((view.plan_name.as_str(), view.owed), ("Silver", usd(5_400)));
    front.is_healthy().await;
}

#[tokio::test]
async fn what_cannot_change_says_why() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, customer) = ava(&shop, gold()).await;
    let gold_plan = front.sees(id).await.plan;
    let silver = front.offers("Silver", costing(5_000)).await;
    let same = front.why_not(PreviewChangePlan { id, plan: gold_plan }).await;
    assert_eq!(same, "This is Gold already. Update its terms instead.");
    let second = front.enrolls(customer, silver, cash(5_400)).await.enrollment.id;
    let twice = front.why_not(over_to(id, silver, 0, 0)).await;
    assert!(twice.starts_with("Ava Moreau already holds Silver."), "{twice}");
    // Nor may two of them become the same later.
    let bronze = front.offers("Bronze", costing(1_000)).await;
    front.does(over_to(second, bronze, 0, 0)).await;
    let twice = front.why_not(over_to(id, bronze, 0, 0)).await;
    assert!(twice.starts_with("Ava Moreau already holds Bronze."), "{twice}");
    front.does(PauseEnrollment { id, until: None }).await;
    let copper = front.offers("Copper", costing(2_000)).await;
    let paused = front.why_not(over_to(id, copper, 0, 0)).await;
    assert_eq!(paused, "It is paused since 12 Mar 2026.");
}

#[tokio::test]
async fn a_family_member_becomes_the_holder_and_the_credit_stays() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, ava) = ava(&shop, Terms { family: Family::Shared { up_to: 2 }, ..gold() }).await;
    let ben = front.puts_on_file("Ben Moreau").await;
    let eve = front.puts_on_file("Eve Moreau").await;
    let refused =
        front.why_not(ChangeHolder { id, to: ben, reason: String::new(), consent: Consent::InPerson }).await;
    assert_eq!(refused, "This person is not covered.");
    for customer in [ben, eve] {
        front.does(AddDependent { id, customer }).await;
    }
    let soap = front.sells("Soap", 4_500).await;
    front.rings_up(Some(ava), soap, 1).await;
    shop.days_pass(31).await;
    let refused =
        front.why_not(ChangeHolder { id, to: ben, reason: String::new(), consent: Consent::InPerson }).await;
    assert_eq!(
        refused, "A charge is due since 12 Apr 2026; collect it first.",
        "who takes over owes nothing old"
    );
    front.collects(id).await;
    let view = front
        .does(ChangeHolder { id, to: ben, reason: "Ava moves abroad".into(), consent: Consent::InPerson })
        .await;
    assert_eq!((view.customer, view.customer_name.as_str()), (ben, "Ben Moreau"));
    assert_eq!(view.dependents.iter().map(|one| one.customer).collect::<Vec<_>>(), [eve]);
    // 10 % off $45.00: $40.50 of the credit are gone, the rest is Ben's now.
    assert_eq!(view.balances[0].left, 20_000 - 4_050);
    assert_eq!(front.rings_up(Some(ben), soap, 1).await.settled.quote.totals.due, Money::ZERO);
    assert_eq!(front.rings_up(Some(ava), soap, 1).await.settled.quote.totals.due, usd(4_500));
    // The holder's log tells what became of the membership as well.
    front.does(PauseEnrollment { id, until: None }).await;
    let log = front.does(GetLog { about: Thing::Customer(ben), after: None, limit: None }).await.entries;
    assert_eq!(log[0].text, "Paused without a return date.");
    let ids: std::collections::BTreeSet<_> = log.iter().map(|entry| entry.record).collect();
    assert_eq!(ids.len(), log.len(), "each once");
    for person in [ava, ben] {
        let log =
            front.does(GetLog { about: Thing::Customer(person), after: None, limit: None }).await.entries;
        let told = "Ben Moreau became the holder. Reason: Ava moves abroad";
        assert!(log.iter().any(|entry| entry.text == told), "{log:?}");
    }
    front.is_healthy().await;
}

#[tokio::test]
async fn other_terms_drop_nobody_from_the_family() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (id, _) = ava(&shop, Terms { family: Family::Shared { up_to: 2 }, ..gold() }).await;
    let silver =
        front.offers("Silver", Terms { family: Family::Shared { up_to: 1 }, ..costing(5_000) }).await;
    let people = [front.puts_on_file("Ben Moreau").await, front.puts_on_file("Eve Moreau").await];
    for customer in people {
        front.does(AddDependent { id, customer }).await;
    }
    let refused = front.why_not(over_to(id, silver, 0, 0)).await;
    assert_eq!(
        refused,
        "2 more are covered, and these terms cover 1. Remove somebody from the family first."
    );
    front.does(RemoveDependent { id, customer: people[0] }).await;
    front.does(over_to(id, silver, 0, 0)).await;
    // Nor does somebody come in whom the terms that are agreed would drop again.
    let refused = front.why_not(AddDependent { id, customer: people[0] }).await;
    assert_eq!(refused, "The terms cover 1 more person at most.");
}

#[tokio::test]
async fn goodwill_has_its_own_expiry_and_a_lot_can_be_extended() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let mut terms = gold();
    terms.credits[0].expiry = Expiry::PeriodEnd;
    let (id, _) = ava(&shop, terms).await;
    let view = front.sees(id).await;
    let (benefit, lot) = (view.balances[0].benefit, view.balances[0].lots[0].id);
    let give = |amount, expires: Option<&str>, reason: &str| GiveGoodwill {
        id,
        benefit,
        person: None,
        amount,
        expires: expires.map(day),
        reason: reason.into(),
    };
    front.signs_in(ROSA).await;
    assert!(
        front.why_not(give(2_000, None, "Cold sauna")).await.starts_with("Giving credit needs a manager.")
    );
    front.signs_in(DANA).await;
    assert_eq!(front.why_not(give(0, None, "Cold sauna")).await, "An amount is more than zero.");
    assert_eq!(front.why_not(give(2_000, None, " ")).await, "Say what it is given for.");
    let late = front.why_not(give(2_000, Some("2026-03-11"), "Cold sauna")).await;
    assert_eq!(late, "It would have expired already.");
    front.does(give(2_000, Some("2026-03-20"), "Cold sauna")).await;
    let view = front.sees(id).await;
    assert_eq!((view.balances[0].left, view.movements[0].reason.as_deref()), (12_000, Some("Cold sauna")));

    shop.days_pass(9).await;
    front.signs_in(DANA).await;
    assert_eq!(front.sees(id).await.balances[0].left, 10_000);
    // The month's credit would end on 11 April; it is given a month more.
    let extend = |expires: Option<&str>, reason: &str| ExtendLot {
        id,
        benefit,
        lot,
        expires: expires.map(day),
        reason: reason.into(),
    };
    assert_eq!(front.why_not(extend(None, "")).await, "Say why its expiry changes.");
    let over = front.why_not(extend(Some("2026-03-01"), "Ill")).await;
    assert_eq!(over, "That day is over. To take credit away, adjust the balance.");
    front.does(extend(Some("2026-05-11"), "Ill for a month")).await;
    shop.days_pass(22).await;
    front.signs_in(DANA).await;
    front.collects(id).await;
    let lots = front.sees(id).await.balances[0].lots.clone();
    assert_eq!(lots.iter().map(|lot| lot.left).collect::<Vec<_>>(), [10_000, 10_000]);
    front.is_healthy().await;
}
