//! What other programs that bill through Stripe got wrong, each in the circumstances in which it went wrong there.

use crate::town::{Town, VISA, usd};
use domain::{EnrollmentId, Instant, Money};
use protocol::enrollments::*;
use protocol::stripe::ChangePays;
use stripe_double::{Action, Kind, Settings};
use testkit::{MORNING, gold};

/// Ana holds Gold by card, and paid its first charge.
async fn ana_holds_gold(moods: Settings) -> (Town, EnrollmentId) {
    let town = Town::opens_quickly(Instant::from_millis(MORNING), moods, None).await;
    let ana = town.shop.front.puts_on_file("Ana Ruiz").await;
    let plan = town.shop.front.offers("Gold", gold()).await;
    town.has_card(ana, VISA).await;
    let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
    town.carries().await;
    (town, id)
}

fn refunds_in_the_dashboard(town: &Town, amount: i64) {
    let charge = town.stripe.charges()[0].charge.clone();
    town.stripe.act(&Action::Refund { charge, amount: Some(amount) }).expect("a refund");
}

fn acts(town: &Town, action: impl FnOnce(String) -> Action) {
    town.stripe.act(&action(town.newest(Kind::Subscription))).expect("an action");
}

async fn given_back(town: &Town, id: EnrollmentId) -> Money {
    town.shop.front.sees(id).await.refunded_total
}

#[tokio::test]
async fn an_event_that_shows_up_late_is_not_passed_over() {
    let moods = Settings { event_delay_seconds: 540, ..Settings::default() };
    let (town, id) = ana_holds_gold(moods).await;
    // Some of them are seen at once, and move the cursor beyond others that are not there yet.
    for _ in 0..12 {
        refunds_in_the_dashboard(&town, 100);
        town.carries().await;
        town.stripe.advance(std::time::Duration::from_secs(300));
        town.shop.clock().passes(300_000);
        town.carries().await;
    }
    town.hours_pass(1).await;
    town.carries().await;
    assert_eq!(given_back(&town, id).await, usd(1_200));
}

#[tokio::test]
async fn ids_of_events_say_nothing_about_their_order() {
    let (town, id) = ana_holds_gold(Settings::default()).await;
    for heard in 1..=12 {
        refunds_in_the_dashboard(&town, 100);
        town.hours_pass(1).await;
        town.carries().await;
        assert_eq!(given_back(&town, id).await, usd(heard * 100));
    }
}

#[tokio::test]
async fn what_happens_twice_within_one_second_is_heard_twice() {
    let (town, id) = ana_holds_gold(Settings::default()).await;
    for heard in 1..=3 {
        refunds_in_the_dashboard(&town, 100);
        town.carries().await;
        assert_eq!(given_back(&town, id).await, usd(heard * 100), "the clock stands still");
    }
}

#[tokio::test]
async fn an_update_that_comes_before_the_creation_leaves_nothing_half_made() {
    let moods = Settings { event_delay_seconds: 600, event_twice_per_mille: 500, ..Settings::default() };
    let (town, id) = ana_holds_gold(moods).await;
    for _ in 0..6 {
        town.hours_pass(1).await;
        town.carries().await;
    }
    let billing = town.shop.front.sees(id).await.card.expect("billing by card");
    assert_eq!(billing.state, protocol::stripe::CardBillingState::Running);
}

#[tokio::test]
async fn an_event_that_comes_twice_is_one_charge() {
    let moods = Settings { event_twice_per_mille: 1_000, ..Settings::default() };
    let (town, id) = ana_holds_gold(moods).await;
    town.days_pass_online(33).await;
    let held = town.shop.front.sees(id).await;
    assert_eq!((held.paid_count, held.paid_total, held.charges.len()), (2, usd(21_600), 2));
}

#[tokio::test]
async fn an_event_about_what_we_just_made_may_come_before_the_answer() {
    let town = Town::opens_quickly(Instant::from_millis(MORNING), Settings::default(), None).await;
    let ana = town.shop.front.puts_on_file("Ana Ruiz").await;
    let plan = town.shop.front.offers("Gold", gold()).await;
    town.has_card(ana, VISA).await;
    let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
    town.dies_sending("/v1/subscriptions", true).await;
    let town = town.restarts().await;
    for _ in 0..6 {
        town.carries().await;
        town.hours_pass(1).await;
    }
    let held = town.shop.front.sees(id).await;
    assert_eq!((held.status, held.paid_total), (StatusView::Active, usd(10_800)));
    assert_eq!(town.stripe.look(|mode| mode.shelf(Kind::Subscription).all().count()), 1);
    assert_eq!(town.stripe.charges().len(), 1);
}

#[tokio::test]
async fn what_is_paused_at_stripe_is_paused_here() {
    let (town, id) = ana_holds_gold(Settings::default()).await;
    acts(&town, |subscription| Action::Pause { subscription });
    town.carries().await;
    let held = town.shop.front.sees(id).await;
    assert!(matches!(held.status, StatusView::Paused { .. }), "{:?}", held.status);
    assert!(!held.benefits_on);
}

#[tokio::test]
async fn a_cancellation_taken_back_at_stripe_leaves_no_end_behind() {
    let (town, id) = ana_holds_gold(Settings::default()).await;
    acts(&town, |subscription| Action::Cancel { subscription, at_period_end: true });
    town.carries().await;
    assert!(matches!(town.shop.front.sees(id).await.status, StatusView::Ends { .. }));
    acts(&town, |subscription| Action::KeepOn { subscription });
    town.carries().await;
    town.days_pass_online(33).await;
    let held = town.shop.front.sees(id).await;
    assert_eq!((held.status, held.paid_total), (StatusView::Active, usd(21_600)));
}

#[tokio::test]
async fn what_ended_while_its_event_was_missed_is_not_active_past_its_end() {
    let (town, id) = ana_holds_gold(Settings::default()).await;
    town.goes_offline();
    acts(&town, |subscription| Action::Cancel { subscription, at_period_end: false });
    // Events live for thirty days.
    town.days_pass(40).await;
    town.comes_online();
    town.carries().await;
    let held = town.shop.front.sees(id).await;
    assert!(matches!(held.status, StatusView::Cancelled { .. }), "{:?}", held.status);
}

#[tokio::test]
async fn what_is_paused_here_can_be_resumed_and_is_billed_again() {
    let (town, id) = ana_holds_gold(Settings::default()).await;
    let front = &town.shop.front;
    front.does(PauseEnrollment { id, until: None }).await;
    town.days_pass_online(10).await;
    assert_eq!(town.says(Kind::Subscription, "/status"), "paused");
    front.does(ResumeEnrollment { id }).await;
    town.carries().await;
    assert_ne!(town.says(Kind::Subscription, "/status"), "paused");
    town.days_pass_online(33).await;
    assert_eq!(town.stripe.charges().len(), 2);
    assert_eq!(front.sees(id).await.paid_total, usd(21_600));
}

#[tokio::test]
async fn what_went_back_in_the_dashboard_a_month_ago_is_heard_of() {
    let (town, id) = ana_holds_gold(Settings::default()).await;
    town.goes_offline();
    refunds_in_the_dashboard(&town, 3_801);
    town.days_pass(40).await;
    town.comes_online();
    town.carries().await;
    assert_eq!(given_back(&town, id).await, usd(3_801));
}

#[tokio::test]
async fn what_went_back_of_a_charge_that_is_not_known_yet_is_heard_once_it_is() {
    let (town, id) = ana_holds_gold(Settings::default()).await;
    town.goes_offline();
    town.days_pass(32).await;
    // Of the renewal, of which nobody here has heard.
    let charge = town.stripe.charges()[1].charge.clone();
    town.stripe.act(&Action::Refund { charge, amount: Some(1_330) }).expect("a refund");
    town.comes_online();
    town.carries().await;
    let held = town.shop.front.sees(id).await;
    assert_eq!((held.paid_total, held.refunded_total), (usd(21_600), usd(1_330)));
}

#[tokio::test]
async fn an_end_that_stays_is_not_moved_beyond_the_period_it_ends_with() {
    let (town, id) = ana_holds_gold(Settings::default()).await;
    let front = &town.shop.front;
    front.does(CancelAtPeriodEnd { id, reason: String::new(), override_minimum: false }).await;
    town.carries().await;
    // It is paid by card already, and ends all the same.
    front.does(ChangePays { id, pays: PaysBy::Card }).await;
    town.days_pass_online(40).await;
    assert_eq!(town.stripe.look(|mode| mode.shelf(Kind::Invoice).all().count()), 1);
    let held = front.sees(id).await;
    assert!(matches!(held.status, StatusView::Cancelled { .. }), "{:?}", held.status);
    assert_eq!(held.paid_total, usd(10_800));
}

/// Data of one account that is opened with the key of another, as after a restore on another computer.
#[tokio::test]
async fn nothing_is_sent_under_the_key_of_another_account() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    town.carries().await;
    town.has_card(ana, VISA).await;
    let town = town.moves_to_another_account().await;
    let front = &town.shop.front;
    town.enrolls_by_card(ana, plan).await;
    town.carries().await;
    assert!(town.stripe.requests().iter().all(|sent| sent.method == "GET"), "{:?}", town.stripe.requests());
    let view = town.shop.front.desk.stripe_view().await.unwrap();
    let protocol::stripe::StripeLine::NeedsKey { said } = view.line else { panic!("{:?}", view.line) };
    assert!(said.contains("Nothing was sent"), "{said}");
    front.is_healthy().await;
}
