//! A card, a subscription, a renewal.

use crate::town::{EMPTY, Town, VISA};
use domain::Money;
use protocol::enrollments::*;
use protocol::stripe::{AskBillingPage, BillingPage, GetBillingPage};
use stripe_double::Kind;
use testkit::gold;

#[tokio::test]
async fn a_membership_by_card_is_charged_at_once_and_again_each_month() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    town.carries().await;
    town.has_card(ana, VISA).await;
    let held = town.enrolls_by_card(ana, plan).await.enrollment;
    assert!(matches!(held.status, StatusView::Waiting { .. }), "{:?}", held.status);
    assert_eq!(held.card.as_ref().unwrap().waiting.len(), 1);
    town.carries().await;

    let held = front.sees(held.id).await;
    assert_eq!(held.status, StatusView::Active);
    assert_eq!(held.paid_total, Money::from_minor(10_800));
    assert_eq!(town.stripe.charges().len(), 1);
    assert_eq!(town.says(Kind::Subscription, "/status"), "active");
    assert_eq!(town.says(Kind::Subscription, "/billing_mode/type"), "flexible");

    // A renewal's invoice is a draft for an hour.
    town.days_pass_online(32).await;
    let held = front.sees(held.id).await;
    assert_eq!(held.paid_total, Money::from_minor(21_600));
    assert_eq!(held.status, StatusView::Active);
    assert_eq!(town.stripe.charges().len(), 2);
    assert_eq!(held.card.unwrap().card.unwrap().words, "Visa 4242");
    front.is_healthy().await;
}

#[tokio::test]
async fn a_declined_first_charge_leaves_it_waiting_with_an_alert_and_nothing_at_stripe() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    town.has_card(ana, EMPTY).await;
    let held = town.enrolls_by_card(ana, plan).await.enrollment;
    town.carries().await;
    let held = front.sees(held.id).await;
    assert!(matches!(held.status, StatusView::Waiting { .. }), "{:?}", held.status);
    assert_eq!(held.card.as_ref().unwrap().failed.len(), 1);
    assert_eq!(town.stripe.charges().len(), 0);
    let tasks = front.does(protocol::keeping::ListTasks { closed: false }).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");

    town.has_card(ana, VISA).await;
    front.does(protocol::stripe::RetryCharge { id: held.id, all: false }).await;
    town.carries().await;
    let held = front.sees(held.id).await;
    assert_eq!(held.status, StatusView::Active);
    assert_eq!(town.stripe.charges().len(), 1);
    assert_eq!(front.does(protocol::keeping::ListTasks { closed: false }).await, []);
    front.is_healthy().await;
}

#[tokio::test]
async fn whoever_enrolls_before_they_enter_a_card_is_charged_once_it_is_there() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let terms = domain::plan::Terms { setup_fee: Money::from_minor(-2_000), ..gold() };
    let plan = front.offers("Gold", terms).await;
    let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
    town.carries().await;
    assert_eq!(front.does(protocol::keeping::ListTasks { closed: false }).await, [], "nothing was refused");
    assert!(matches!(front.sees(id).await.status, StatusView::Waiting { .. }));
    town.has_card(ana, VISA).await;
    town.carries().await;
    let held = front.sees(id).await;
    assert_eq!((held.status, held.paid_total), (StatusView::Active, Money::from_minor(8_640)));
    assert_eq!(town.stripe.charges().len(), 1);
    // A card that is replaced starts nothing again.
    town.has_card(ana, "5555555555554444").await;
    town.days_pass_online(2).await;
    assert_eq!(town.stripe.charges().len(), 1);
    front.is_healthy().await;
}

#[tokio::test]
async fn the_page_of_their_bills_is_open_for_five_minutes_and_never_late() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    assert!(front.why_not(AskBillingPage { customer: ana }).await.contains("Stripe does not know them yet"));
    town.has_card(ana, VISA).await;
    front.does(AskBillingPage { customer: ana }).await;
    town.carries().await;
    let page = front.does(GetBillingPage { customer: ana }).await;
    assert!(matches!(&page, BillingPage::Open { url } if url.contains("/p/session/")), "{page:?}");
    town.hours_pass(1).await;
    assert_eq!(front.does(GetBillingPage { customer: ana }).await, BillingPage::Expired);

    // Asked for just before the network went: nobody waits for it when it is back.
    town.goes_offline();
    front.does(AskBillingPage { customer: ana }).await;
    town.carries().await;
    assert_eq!(
        front.may_not(AskBillingPage { customer: ana }).await,
        "not_now",
        "the way is known to be broken"
    );
    let asked = front.does(GetBillingPage { customer: ana }).await;
    assert!(matches!(&asked, BillingPage::Asked { said: Some(_) }), "{asked:?}");
    town.hours_pass(1).await;
    let before = town.stripe.look(|mode| mode.shelf(Kind::PortalSession).all().count());
    town.comes_online();
    town.carries().await;
    assert_eq!(town.stripe.look(|mode| mode.shelf(Kind::PortalSession).all().count()), before);
    assert_eq!(front.does(GetBillingPage { customer: ana }).await, BillingPage::Expired);
    front.is_healthy().await;
}
