//! What a front desk does with a membership that is paid by card, and what Stripe then bills.

use crate::town::{Town, VISA, usd};
use domain::plan::{Frequency, Terms};
use domain::{CustomerId, EnrollmentId, PlanId};
use protocol::enrollments::*;
use protocol::keeping::ListTasks;
use protocol::stripe::{CardBillingState, ChangePays, RetryCharge};
use stripe_double::{Action, Kind, Outcome};
use testkit::gold;

/// Ana pays Gold by card since 12 March.
async fn ana(town: &Town) -> (CustomerId, PlanId, EnrollmentId) {
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    town.has_card(ana, VISA).await;
    let held = town.enrolls_by_card(ana, plan).await.enrollment;
    town.carries().await;
    (ana, plan, held.id)
}

#[tokio::test]
async fn a_pause_stops_billing_and_a_resume_moves_it_by_the_days_frozen() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    town.days_pass_online(10).await;
    front.does(PauseEnrollment { id, until: None }).await;
    town.carries().await;
    assert_eq!(town.says(Kind::Subscription, "/status"), "paused");
    town.days_pass_online(40).await;
    assert_eq!(town.stripe.charges().len(), 1);
    let held = front.sees(id).await;
    assert!(matches!(held.status, StatusView::Paused { .. }), "{:?}", held.status);

    let held = front.does(ResumeEnrollment { id }).await;
    let next = held.next_charge.unwrap().on;
    assert_eq!(next.to_string(), "2026-05-22");
    town.carries().await;
    assert_eq!(town.says(Kind::Subscription, "/status"), "trialing");
    let held = front.sees(id).await;
    assert_eq!(held.status, StatusView::Active);
    assert_eq!(held.next_charge.unwrap().on, next);
    town.days_pass_online(23).await;
    assert_eq!(town.stripe.charges().len(), 2);
    assert_eq!(front.sees(id).await.paid_total, usd(21_600));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_cancellation_ends_at_stripe_with_the_period_and_can_be_taken_back() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    let cancel = CancelAtPeriodEnd { id, reason: String::new(), override_minimum: false };
    front.does(cancel.clone()).await;
    town.carries().await;
    assert_eq!(town.says(Kind::Subscription, "/cancel_at_period_end"), true);
    front.does(UndoCancel { id }).await;
    town.carries().await;
    assert_eq!(town.says(Kind::Subscription, "/cancel_at_period_end"), false);
    assert_eq!(front.sees(id).await.status, StatusView::Active);
    front.does(cancel).await;
    town.days_pass_online(33).await;
    assert!(matches!(front.sees(id).await.status, StatusView::Cancelled { .. }));
    assert_eq!(town.says(Kind::Subscription, "/status"), "canceled");
    assert_eq!(town.stripe.charges().len(), 1);
    front.is_healthy().await;
}

#[tokio::test]
async fn cancelled_at_once_the_unused_days_go_back_to_the_card() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    town.days_pass_online(10).await;
    let preview = front.does(PreviewCancelNow { id }).await;
    assert_eq!(preview.refund, usd(7_316));
    let cancel =
        CancelNow { id, refund: preview.refund, reason: "Moves away.".into(), override_minimum: false };
    front.does(cancel).await;
    town.carries().await;
    assert_eq!(town.says(Kind::Subscription, "/status"), "canceled");
    let refunds = town.stripe.refunds();
    assert_eq!(refunds.iter().map(|refund| refund.amount).collect::<Vec<_>>(), [7_316]);
    let held = front.sees(id).await;
    assert_eq!(held.refunded_total, usd(7_316));
    town.days_pass_online(2).await;
    assert_eq!(front.sees(id).await.refunded_total, usd(7_316), "our own refund is heard, and is no other");
    front.is_healthy().await;
}

#[tokio::test]
async fn a_failed_renewal_is_past_due_until_the_card_is_good_again() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    let card = town.newest(Kind::PaymentMethod);
    let broke = Outcome::Declines("insufficient_funds".into());
    town.stripe.act(&Action::SetCard { card: card.clone(), outcome: broke }).unwrap();
    town.days_pass_online(32).await;
    let held = front.sees(id).await;
    assert!(matches!(held.status, StatusView::PastDueGrace { .. }), "{:?}", held.status);
    let billing = held.card.unwrap();
    assert_eq!(billing.state, CardBillingState::PastDue);
    assert_eq!((billing.failed.len(), billing.failed[0].amount), (1, usd(10_800)));
    assert!(billing.failed[0].tries_again.is_some());
    assert!(billing.failed[0].why.contains("enough money"), "{}", billing.failed[0].why);
    assert_eq!(front.does(ListTasks { closed: false }).await.len(), 1);

    town.stripe.act(&Action::SetCard { card, outcome: Outcome::Succeeds }).unwrap();
    front.does(RetryCharge { id, all: false }).await;
    town.carries().await;
    let held = front.sees(id).await;
    assert_eq!(held.status, StatusView::Active);
    assert_eq!(held.paid_total, usd(21_600));
    assert_eq!(front.does(ListTasks { closed: false }).await, []);
    assert_eq!(town.stripe.charges().len(), 2);
    front.is_healthy().await;
}

#[tokio::test]
async fn cash_for_an_open_invoice_stops_stripe_from_asking() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    let card = town.newest(Kind::PaymentMethod);
    let broke = Outcome::Declines("insufficient_funds".into());
    town.stripe.act(&Action::SetCard { card: card.clone(), outcome: broke }).unwrap();
    town.days_pass_online(32).await;
    front.collects(id).await;
    town.carries().await;
    assert_eq!(town.says(Kind::Invoice, "/status"), "paid");
    town.stripe.act(&Action::SetCard { card, outcome: Outcome::Succeeds }).unwrap();
    town.days_pass_online(10).await;
    let held = front.sees(id).await;
    assert_eq!((held.status, held.paid_total), (StatusView::Active, usd(21_600)));
    assert_eq!(town.stripe.charges().len(), 1, "the card was charged once");
    assert_eq!(front.does(ListTasks { closed: false }).await, []);
    front.is_healthy().await;
}

#[tokio::test]
async fn what_the_dashboard_does_shows_up_here() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    let subscription = town.newest(Kind::Subscription);
    town.days_pass_online(1).await;
    town.stripe.act(&Action::Pause { subscription: subscription.clone() }).unwrap();
    town.days_pass_online(1).await;
    assert!(matches!(front.sees(id).await.status, StatusView::Paused { .. }));
    town.stripe.act(&Action::Resume { subscription: subscription.clone() }).unwrap();
    town.days_pass_online(1).await;
    assert_eq!(front.sees(id).await.status, StatusView::Active);
    town.stripe.act(&Action::Cancel { subscription: subscription.clone(), at_period_end: true }).unwrap();
    town.days_pass_online(1).await;
    assert!(matches!(front.sees(id).await.status, StatusView::Ends { .. }));
    town.stripe.act(&Action::KeepOn { subscription: subscription.clone() }).unwrap();
    town.days_pass_online(1).await;
    assert_eq!(front.sees(id).await.status, StatusView::Active);
    let charge = town.newest(Kind::Charge);
    town.stripe.act(&Action::Refund { charge, amount: Some(1_000) }).unwrap();
    town.days_pass_online(1).await;
    assert_eq!(front.sees(id).await.refunded_total, usd(1_000));
    town.stripe.act(&Action::Cancel { subscription, at_period_end: false }).unwrap();
    town.days_pass_online(1).await;
    assert!(matches!(front.sees(id).await.status, StatusView::Cancelled { .. }));
    // Each is told to a manager.
    assert!(front.does(ListTasks { closed: false }).await.len() >= 5);
    front.is_healthy().await;
}

#[tokio::test]
async fn over_to_the_counter_and_back_at_the_next_billing_date() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    town.days_pass_online(5).await;
    let held = front.does(ChangePays { id, pays: PaysBy::Counter }).await;
    assert_eq!(held.card.unwrap().changes_on.unwrap().to_string(), "2026-04-12");
    town.days_pass_online(30).await;
    assert_eq!(town.says(Kind::Subscription, "/status"), "canceled");
    let held = front.sees(id).await;
    assert_eq!((held.pays, held.owed), (PaysBy::Counter, usd(10_800)));
    front.collects(id).await;
    front.does(ChangePays { id, pays: PaysBy::Card }).await;
    town.carries().await;
    assert_eq!(town.says(Kind::Subscription, "/status"), "trialing");
    assert_eq!(town.stripe.charges().len(), 1);
    town.days_pass_online(30).await;
    let held = front.sees(id).await;
    assert_eq!((held.pays, held.status), (PaysBy::Card, StatusView::Active));
    assert_eq!(held.paid_total, usd(32_400));
    assert_eq!(town.stripe.charges().len(), 2);
    front.is_healthy().await;
}

#[tokio::test]
async fn other_terms_are_billed_from_the_next_charge_and_old_members_keep_theirs() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, plan, id) = ana(&town).await;
    front.changes_terms(plan, Terms { price: usd(12_000), ..gold() }).await;
    town.days_pass_online(32).await;
    assert_eq!(front.sees(id).await.paid_total, usd(21_600), "old members keep their price");
    front
        .does(UpdateTerms {
            id,
            to_version: 2,
            from: EffectiveFrom::NextBilling,
            consent: Some(Consent::InPerson),
        })
        .await;
    town.days_pass_online(31).await;
    assert_eq!(front.sees(id).await.paid_total, usd(21_600 + 12_960));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_quarterly_plan_with_a_fee_from_next_week() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let bo = front.puts_on_file("Bo Lind").await;
    let terms = Terms { frequency: Frequency::Quarterly, setup_fee: usd(2_500), ..gold() };
    let plan = front.offers("Gold Quarter", terms).await;
    town.has_card(bo, VISA).await;
    let start = town.shop.today().plus_days(7);
    let enroll = Enroll {
        customer: bo,
        plan,
        version: 1,
        start,
        pays: PaysBy::Card,
        tenders: Vec::new(),
        seats: None,
        people: Vec::new(),
        consent: Consent::InPerson,
    };
    let id = front.does(enroll).await.enrollment.id;
    town.carries().await;
    assert_eq!(town.stripe.charges().len(), 0);
    assert!(matches!(front.sees(id).await.status, StatusView::Scheduled { .. }));
    town.days_pass_online(8).await;
    let held = front.sees(id).await;
    assert_eq!((held.status, held.paid_total), (StatusView::Active, usd(13_500)));
    assert_eq!(held.next_charge.unwrap().on.to_string(), "2026-06-19");
    front.is_healthy().await;
}

#[tokio::test]
async fn who_is_erased_here_is_forgotten_there() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (ana, _, id) = ana(&town).await;
    let erase = protocol::data::EraseCustomer { customer: ana, name: "Ana Ruiz".into() };
    front.does(CancelNow { id, refund: usd(0), reason: "Moves away.".into(), override_minimum: false }).await;
    let stripes_id = town.newest(Kind::Customer);
    // What waits for Stripe goes first.
    assert!(front.why_not(erase.clone()).await.contains("waits for Stripe"));
    town.carries().await;
    front.does(erase).await;
    town.carries().await;
    let forgotten = town.stripe.requests().into_iter().filter(|one| one.method == "DELETE" && one.executed);
    let paths: Vec<String> =
        forgotten.map(|one| one.path).filter(|path| path.contains("/customers/")).collect();
    assert_eq!(paths, [format!("/v1/customers/{stripes_id}")]);
    let records =
        store::everything(&mut front.desk.store().readers().acquire().await.unwrap()).await.unwrap();
    let text = |body: &[u8]| String::from_utf8_lossy(body).contains("4242");
    assert!(!records.iter().any(|record| text(&record.body)), "nothing of the card is left in clear");
    front.is_healthy().await;
}

#[tokio::test]
async fn who_starts_tomorrow_is_charged_tomorrow_however_late_it_is() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    town.has_card(ana, VISA).await;
    // From eleven in the morning to eleven at night: the hour that Stripe's own dates may be off by.
    town.hours_pass(12).await;
    let id = town.enrolls_by_card_from(ana, plan, "2026-03-13".parse().unwrap()).await.enrollment.id;
    town.carries().await;
    let held = front.sees(id).await;
    assert!(matches!(held.status, StatusView::Scheduled { .. }), "{:?}", held.status);
    assert_eq!((held.paid_total, held.charges.len()), (usd(0), 0));

    town.days_pass_online(2).await;
    let held = front.sees(id).await;
    assert_eq!((held.status, held.paid_total, held.owed), (StatusView::Active, usd(10_800), usd(0)));
    assert_eq!(town.stripe.charges().len(), 1);
    assert!(town.stripe.refunds().is_empty());
    front.is_healthy().await;
}

#[tokio::test]
async fn who_goes_over_to_the_counter_and_pauses_before_that_stays_a_member() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    front.does(ChangePays { id, pays: PaysBy::Counter }).await;
    town.carries().await;
    front.does(PauseEnrollment { id, until: None }).await;
    town.carries().await;
    // Stripe's subscription ends with the month that was paid; the membership waits for its pause to end.
    town.days_pass_online(45).await;
    assert_eq!(town.says(Kind::Subscription, "/status"), "canceled");
    assert!(
        matches!(front.sees(id).await.status, StatusView::Paused { .. }),
        "{:?}",
        front.sees(id).await.status
    );
    front.does(ResumeEnrollment { id }).await;
    town.carries().await;
    let held = front.sees(id).await;
    assert_eq!(held.status, StatusView::Active);
    town.days_pass_online(32).await;
    let held = front.sees(id).await;
    assert_eq!((held.pays, held.owed), (PaysBy::Counter, held.terms.price + usd(800)));
    assert_eq!(town.charged().len(), 1);
    front.is_healthy().await;
}

#[tokio::test]
async fn a_cancellation_taken_back_leaves_the_change_to_the_counter() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    front.does(ChangePays { id, pays: PaysBy::Counter }).await;
    town.carries().await;
    front.does(CancelAtPeriodEnd { id, reason: "Moves away".into(), override_minimum: false }).await;
    town.carries().await;
    front.does(UndoCancel { id }).await;
    town.days_pass_online(40).await;
    assert_eq!(town.charged().len(), 1, "what is paid at the counter is not charged to the card too");
    let held = front.sees(id).await;
    assert_eq!((held.pays, held.owed), (PaysBy::Counter, usd(10_800)));
    front.is_healthy().await;
}

#[tokio::test]
async fn an_end_set_in_the_dashboard_before_a_pause_keeps_its_day() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, _, id) = ana(&town).await;
    let subscription = town.newest(Kind::Subscription);
    town.stripe.act(&Action::Cancel { subscription, at_period_end: true }).expect("an end");
    // It is paused here before anybody heard of that.
    front.does(PauseEnrollment { id, until: None }).await;
    town.days_pass_online(2).await;
    let held = front.sees(id).await;
    // 12 March to 11 April were paid.
    assert_eq!(held.last_day, Some("2026-04-11".parse().unwrap()), "{:?}", held.status);
    assert!(matches!(held.status, StatusView::Paused { .. }), "{:?}", held.status);
}
