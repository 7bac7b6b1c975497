//! A family that is paid by card.

use crate::town::{Town, VISA, usd};
use domain::Money;
use domain::plan::{Family, Terms};
use protocol::enrollments::*;
use testkit::gold;

#[tokio::test]
async fn who_joins_within_a_period_pays_its_remaining_days_with_the_next() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let ben = front.puts_on_file("Ben Okafor").await;
    let cleo = front.puts_on_file("Cleo Ruiz").await;
    let family = Family::AddOn { price: usd(3_000), up_to: 3 };
    let plan = front.offers("Family", Terms { family, ..gold() }).await;
    town.has_card(ana, VISA).await;
    let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
    town.carries().await;
    town.days_pass_online(10).await;

    // 21 of 31 days of $30.00 are $20.32; Cleo is gone again after five days of it, for $4.84.
    front.does(AddDependent { id, customer: ben }).await;
    front.does(AddDependent { id, customer: cleo }).await;
    town.carries().await;
    assert_eq!(town.charged(), [10_800]);
    town.days_pass_online(5).await;
    front.does(RemoveDependent { id, customer: cleo }).await;
    town.carries().await;
    let next = front.sees(id).await.next_charge.expect("a charge follows").amount;
    assert_eq!(next, usd(16_758), "the tax of every line is rounded, as Stripe does");

    town.days_pass_online(18).await;
    assert_eq!(town.charged(), [10_800, 16_758]);
    let held = front.sees(id).await;
    assert_eq!((held.status, held.owed), (StatusView::Active, Money::ZERO));
    town.days_pass_online(31).await;
    assert_eq!(town.charged(), [10_800, 16_758, 14_040]);
    front.is_healthy().await;
}
