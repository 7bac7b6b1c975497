//! The life of a membership: what may be done in each state, and why the rest may not.

use domain::plan::{AfterGrace, CancelPolicy, PastDuePolicy, TaxMode, Terms};
use domain::{Day, EnrollmentId, Money, Rate};
use protocol::enrollments::*;
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

fn usd(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// $100.00 a month, no tax.
fn plain() -> Terms {
    Terms { tax_rate: Rate::ZERO, tax_mode: TaxMode::Exclusive, ..gold() }
}

async fn member(shop: &Shop, terms: Terms) -> EnrollmentId {
    let ava = shop.front.puts_on_file("Ava Moreau").await;
    let plan = shop.front.offers("Gold", terms).await;
    shop.front.enrolls(ava, plan, cash(10_000)).await.enrollment.id
}

fn at_the_end(id: EnrollmentId) -> CancelAtPeriodEnd {
    CancelAtPeriodEnd { id, reason: "Moves away".into(), override_minimum: false }
}

fn at_once(id: EnrollmentId, refund: i64) -> CancelNow {
    CancelNow { id, reason: "Moves away".into(), refund: usd(refund), override_minimum: false }
}

/// A membership that came into one state of its life; the rest of its row is read from there.
async fn in_state(shop: &Shop, state: &str) -> EnrollmentId {
    let front = &shop.front;
    if state == "scheduled" || state == "waiting" {
        let ava = front.puts_on_file("Ava Moreau").await;
        let plan = front.offers("Gold", plain()).await;
        let request = front.enrollment_of(ava, plan, Vec::new()).await;
        let start = if state == "scheduled" { day("2026-04-01") } else { request.start };
        return front.does(Enroll { start, ..request }).await.enrollment.id;
    }
    let id = member(shop, plain()).await;
    match state {
        "active" => {}
        "past due" => shop.days_pass(31).await,
        "suspended" => shop.days_pass(39).await,
        "paused" => drop(front.does(PauseEnrollment { id, until: None }).await),
        "ending" => drop(front.does(at_the_end(id)).await),
        "cancelled" => drop(front.does(at_once(id, 10_000)).await),
        other => panic!("no state is called {other}"),
    }
    id
}

/// What the window offers, held against what the door does: a refused move is refused in the very same words, and leaves
/// nothing behind.
async fn row(front: &Front, id: EnrollmentId) -> Vec<(&'static str, String)> {
    let held = front.sees(id).await;
    let moves = held.moves.clone();
    let expected = held.dues.first().map_or(Money::ZERO, |due| due.amount);
    let collect = CollectRenewal { id, expected, tenders: cash(10_000) };
    let mut row = Vec::new();
    macro_rules! told {
        ($name:literal, $refused:expr, $request:expr) => {{
            let words = match $refused {
                None => "may".to_owned(),
                Some(words) => {
                    let before = front.everything().await;
                    let refused = front.asks($request).await.expect_err($name);
                    let said = refused.message.starts_with(words.trim_end_matches('.'));
                    assert!(said, "{}: {words}, but {}", $name, refused.message);
                    assert_eq!(front.everything().await, before, "{}", $name);
                    words
                }
            };
            row.push(($name, words));
        }};
    }
    told!("collect", moves.collect, collect.clone());
    told!("pause", moves.pause, PauseEnrollment { id, until: None });
    told!("resume", moves.resume, ResumeEnrollment { id });
    told!("cancel at the end", moves.cancel_at_period_end, at_the_end(id));
    told!("undo", moves.undo_cancel, UndoCancel { id });
    told!("cancel now", moves.cancel_now, at_once(id, 0));
    row
}

#[tokio::test]
async fn in_each_state_what_may_be_done_and_why_the_rest_may_not() {
    let mut table = String::new();
    for state in ["scheduled", "waiting", "active", "past due", "suspended", "paused", "ending", "cancelled"]
    {
        let shop = Shop::opens().await;
        let id = in_state(&shop, state).await;
        table.push_str(&format!("{state}\n"));
        for (name, words) in row(&shop.front, id).await {
            table.push_str(&format!("  {name}: {words}\n"));
        }
        shop.front.is_healthy().await;
    }
    assert_eq!(table.trim(), include_str!("moves.txt").trim(), "\n{table}");
}

#[tokio::test]
async fn one_that_is_scheduled_begins_on_its_day_or_is_cancelled_and_nothing_was_charged() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let id = in_state(&shop, "scheduled").await;
    shop.days_pass(20).await;
    assert_eq!(front.sees(id).await.status, StatusView::Waiting { due: day("2026-04-01") });
    assert_eq!(front.collects(id).await.enrollment.status, StatusView::Active);

    let shop = Shop::opens().await;
    let front = &shop.front;
    let id = in_state(&shop, "scheduled").await;
    let held = front.does(at_the_end(id)).await;
    assert_eq!(held.status, StatusView::Cancelled { on: shop.today() });
    assert_eq!((held.paid_total, held.owed, held.refunded_total), (Money::ZERO, Money::ZERO, Money::ZERO));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_pause_ends_by_itself_on_its_day_and_the_dates_move_by_the_days_frozen() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let id = member(&shop, plain()).await;
    shop.days_pass(10).await;
    front.does(PauseEnrollment { id, until: Some(day("2026-04-01")) }).await;
    shop.days_pass(9).await;
    assert!(matches!(front.sees(id).await.status, StatusView::Paused { .. }));
    shop.days_pass(1).await;
    let held = front.sees(id).await;
    assert_eq!(held.status, StatusView::Active);
    // Frozen from 22 March to 1 April: ten days later than the 12th.
    assert_eq!(held.next_charge.unwrap().on, day("2026-04-22"));
    front.is_healthy().await;
}

#[tokio::test]
async fn past_due_is_paid_at_the_counter_or_ends_as_the_terms_say() {
    for (afterwards, ends) in [(AfterGrace::StaysPastDue, false), (AfterGrace::Cancels, true)] {
        let shop = Shop::opens().await;
        let front = &shop.front;
        let past_due = PastDuePolicy { grace_days: 7, afterwards };
        let id = member(&shop, Terms { past_due, ..plain() }).await;
        shop.days_pass(31).await;
        let until = day("2026-04-19");
        assert_eq!(front.sees(id).await.status, StatusView::PastDueGrace { since: day("2026-04-12"), until });
        assert!(front.sees(id).await.benefits_on, "through its last day of grace");
        shop.days_pass(8).await;
        let held = front.sees(id).await;
        assert!(!held.benefits_on);
        assert_eq!(matches!(held.status, StatusView::Cancelled { .. }), ends, "{:?}", held.status);
        if !ends {
            let held = front.collects(id).await.enrollment;
            assert_eq!(
                (held.status, held.balances[0].left),
                (StatusView::Active, 20_000),
                "what waited is granted"
            );
        }
        front.is_healthy().await;
    }
}

/// $100.00 from 15 March to 15 April, cancelled on the 25th: 100 x 21/31.
#[tokio::test]
async fn cancelled_at_once_it_gives_back_sixty_seven_dollars_and_seventy_four_cents_or_nothing() {
    for (prorates, back) in [(true, 6_774), (false, 0)] {
        let shop = Shop::opens().await;
        let front = &shop.front;
        shop.days_pass(3).await;
        let id = member(&shop, Terms { cancel: CancelPolicy { prorates }, ..plain() }).await;
        shop.days_pass(10).await;
        let shown = front.does(PreviewCancelNow { id }).await;
        assert_eq!(
            (shown.unused_days, shown.days, shown.base, shown.refund),
            (21, 31, usd(10_000), usd(back))
        );
        front.signs_in(ROSA).await;
        let refused = front.asks(at_once(id, back)).await.expect_err("a refusal");
        assert_eq!(
            refused.message,
            "Cancelling at once needs a manager. Ask one to enter their PIN for this one action."
        );
        front.asks_approved(at_once(id, back), DANA).await.expect("allowed");
        let held = front.sees(id).await;
        assert_eq!(held.status, StatusView::Cancelled { on: day("2026-03-25") });
        assert_eq!(held.refunded_total, usd(back));
        front.is_healthy().await;
    }
}

/// Whatever else its status says, a cancellation to the end of the period is seen and can be taken back.
#[tokio::test]
async fn past_due_or_waiting_a_cancellation_is_seen_and_taken_back() {
    for state in ["past due", "waiting", "suspended"] {
        let shop = Shop::opens().await;
        let front = &shop.front;
        let id = in_state(&shop, state).await;
        let before = front.sees(id).await;
        let held = front.does(at_the_end(id)).await;
        assert_eq!(held.status, before.status, "{state}: money first");
        assert!(held.last_day.is_some_and(|last| last >= shop.today()), "{state}: {:?}", held.last_day);
        assert_eq!(held.moves.undo_cancel, None, "{state}");
        let terms = Terms { price: usd(12_000), ..plain() };
        front.changes_terms(held.plan, terms).await;
        let update = UpdateTerms {
            id,
            to_version: 2,
            from: EffectiveFrom::NextBilling,
            consent: Some(Consent::InPerson),
        };
        assert!(front.why_not(update).await.starts_with("It already ends after"), "{state}");
        let held = front.does(UndoCancel { id }).await;
        assert_eq!((held.last_day, held.moves.undo_cancel.is_some()), (None, true), "{state}");
        front.is_healthy().await;
    }
}

#[tokio::test]
async fn past_due_it_is_cancelled_at_once_and_nothing_comes_back() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let id = in_state(&shop, "past due").await;
    let shown = front.does(PreviewCancelNow { id }).await;
    assert_eq!(
        (shown.base, shown.refund),
        (Money::ZERO, Money::ZERO),
        "nothing was captured for this period"
    );
    let held = front.does(at_once(id, 0)).await;
    assert_eq!(held.status, StatusView::Cancelled { on: shop.today() });
    assert_eq!(held.ended_because.as_deref(), Some("cancelled"));
    assert_eq!((held.owed, held.refunded_total), (Money::ZERO, Money::ZERO));
    front.is_healthy().await;
}

#[tokio::test]
async fn its_last_cycle_ends_it_by_itself_and_the_last_day_is_known_before() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let id = member(&shop, Terms { maximum_cycles: 2, ..plain() }).await;
    assert_eq!(front.sees(id).await.last_day, Some(day("2026-05-11")));
    shop.days_pass(31).await;
    front.collects(id).await;
    let held = front.sees(id).await;
    assert_eq!((held.next_charge, held.last_day), (None, Some(day("2026-05-11"))));
    shop.days_pass(30).await;
    let held = front.sees(id).await;
    assert_eq!(held.status, StatusView::Cancelled { on: day("2026-05-12") });
    assert_eq!(held.ended_because.as_deref(), Some("its last cycle was over"));
    front.is_healthy().await;
}
