//! One plan for another, paid by card.

use crate::town::{EMPTY, Town, VISA, usd};
use domain::plan::Terms;
use domain::{CustomerId, EnrollmentId, Money};
use protocol::enrollments::*;
use protocol::stripe::RetryCharge;
use testkit::gold;

async fn ana(town: &Town) -> (CustomerId, EnrollmentId) {
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    town.has_card(ana, VISA).await;
    let held = town.enrolls_by_card(ana, plan).await.enrollment;
    town.carries().await;
    (ana, held.id)
}

/// Ana's membership becomes the plan of that name and price.
async fn changes_to(town: &Town, id: EnrollmentId, name: &str, price: i64) -> ChangePlanPreview {
    let front = &town.shop.front;
    let plan = front.offers(name, Terms { price: usd(price), ..gold() }).await;
    let preview = front.does(PreviewChangePlan { id, plan }).await;
    front
        .does(ChangePlan {
            id,
            plan,
            version: preview.version,
            expected_due: preview.due,
            expected_refund: preview.refund,
            tenders: Vec::new(),
            consent: Consent::InPerson,
        })
        .await;
    preview
}

#[tokio::test]
async fn up_takes_the_unused_days_off_and_starts_a_period_today() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, id) = ana(&town).await;
    town.days_pass_online(10).await;

    let preview = changes_to(&town, id, "Platinum", 20_000).await;
    assert_eq!((preview.due, preview.carried), (usd(14_284), usd(7_316)));
    town.carries().await;
    assert_eq!(town.charged(), [10_800, 14_284]);
    let held = front.sees(id).await;
    assert_eq!((held.plan_name.as_str(), held.status), ("Platinum", StatusView::Active));
    assert_eq!((held.owed, held.paid_total), (Money::ZERO, usd(25_084)));
    assert_eq!(
        held.next_charge.map(|next| (next.on, next.amount)),
        Some(("2026-04-22".parse().unwrap(), usd(21_600),))
    );

    town.days_pass_online(32).await;
    assert_eq!(town.charged(), [10_800, 14_284, 21_600]);
    assert_eq!(front.sees(id).await.status, StatusView::Active);
    front.is_healthy().await;
}

#[tokio::test]
async fn up_with_a_card_that_fails_is_past_due_and_takes_the_unused_days_off_once() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (ana, id) = ana(&town).await;
    town.days_pass_online(10).await;
    town.has_card(ana, EMPTY).await;

    changes_to(&town, id, "Platinum", 20_000).await;
    town.carries().await;
    assert_eq!(front.sees(id).await.owed, usd(14_284));
    town.has_card(ana, VISA).await;
    front.does(RetryCharge { id, all: false }).await;
    town.carries().await;
    town.days_pass_online(32).await;
    assert_eq!(town.charged(), [10_800, 14_284, 21_600]);
    assert_eq!(front.sees(id).await.owed, Money::ZERO);
    front.is_healthy().await;
}

#[tokio::test]
async fn down_waits_for_the_next_billing_date() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (_, id) = ana(&town).await;
    town.days_pass_online(10).await;
    let preview = changes_to(&town, id, "Silver", 5_000).await;
    assert!(!preview.now);
    town.carries().await;
    assert_eq!(town.stripe.charges().len(), 1);
    town.days_pass_online(25).await;
    assert_eq!(town.charged(), [10_800, 5_400]);
    let held = front.sees(id).await;
    assert_eq!(
        (held.plan_name.as_str(), held.status, held.owed),
        ("Silver", StatusView::Active, Money::ZERO)
    );
    front.is_healthy().await;
}
