//! An organization that pays for its people by card.

use crate::town::{Town, VISA, usd};
use domain::customer::{Organization, Person};
use domain::plan::Terms;
use domain::{CustomerId, Money, Rate};
use protocol::customers::CreateCustomer;
use protocol::enrollments::*;
use protocol::organizations::GetStatements;
use stripe_double::Kind;
use testkit::gold;

/// $40.00 for each of its people, no tax.
fn by_the_seat() -> Terms {
    Terms { price: usd(4_000), tax_rate: Rate::percent(0), ..gold() }
}

async fn enrolls(town: &Town, office: CustomerId, plan: domain::PlanId, people: &[CustomerId]) -> Enrolled {
    let front = &town.shop.front;
    let plain = front.enrollment_of(office, plan, Vec::new()).await;
    front.does(Enroll { pays: PaysBy::Card, seats: Some(5), people: people.to_vec(), ..plain }).await
}

async fn harbor_law(town: &Town) -> CustomerId {
    let organization = Organization { contact: "Mia Chen".into(), reference: "VAT 91".into() };
    let person = Person { name: "Harbor Law".into(), organization: Some(organization), ..Person::default() };
    let office = town.shop.front.does(CreateCustomer { person }).await.customer.id;
    town.has_card(office, VISA).await;
    office
}

#[tokio::test]
async fn its_people_are_the_quantity_and_who_joins_is_charged_by_the_day() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let office = harbor_law(&town).await;
    let plan = front.offers("Gold", by_the_seat()).await;
    let (ana, ben) = (front.puts_on_file("Ana Ruiz").await, front.puts_on_file("Ben Ode").await);
    let id = enrolls(&town, office, plan, &[ana, ben]).await.enrollment.id;
    town.carries().await;
    assert_eq!(town.charged(), [8_000]);
    assert_eq!(town.says(Kind::Subscription, "/items/data/0/quantity"), 2);

    // 21 of 31 days of $40.00 are $27.10.
    town.days_pass_online(10).await;
    let cleo = front.puts_on_file("Cleo Moreau").await;
    front.does(AddDependent { id, customer: cleo }).await;
    // A paused person frees no seat.
    front.does(PauseSeat { id, customer: ben }).await;
    town.carries().await;
    assert_eq!(town.says(Kind::Subscription, "/items/data/0/quantity"), 3);
    assert_eq!(front.sees(id).await.next_charge.expect("a charge follows").amount, usd(14_710));
    town.days_pass_online(22).await;
    assert_eq!(town.charged(), [8_000, 14_710]);

    front.does(RemoveDependent { id, customer: ben }).await;
    town.days_pass_online(31).await;
    // Two seats from here on, and the days that Ben was not there any more go back.
    assert_eq!(town.says(Kind::Subscription, "/items/data/0/quantity"), 2);
    let held = front.sees(id).await;
    assert_eq!((held.status, held.owed), (StatusView::Active, Money::ZERO));
    assert_eq!(held.paid_total, usd(town.charged().iter().sum()));
    front.is_healthy().await;
}

#[tokio::test]
async fn what_it_holds_is_billed_on_the_same_day() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let office = harbor_law(&town).await;
    let gold = front.offers("Gold", by_the_seat()).await;
    let mut terms = by_the_seat();
    terms.price = usd(1_500);
    let silver = front.offers("Silver", terms).await;
    let (ana, ben) = (front.puts_on_file("Ana Ruiz").await, front.puts_on_file("Ben Ode").await);
    enrolls(&town, office, gold, &[ana]).await;
    enrolls(&town, office, silver, &[ben]).await;
    town.carries().await;
    assert_eq!(town.charged(), [4_000, 1_500]);
    let told = front.does(GetStatements { organization: office }).await;
    assert_eq!(told.owed, Money::ZERO, "{told:#?}");
    let today = told.statements.iter().find(|one| one.on == town.shop.today()).expect("of today");
    assert_eq!(today.lines.iter().map(|line| line.amount.minor()).sum::<i64>(), 5_500, "{told:#?}");
    town.days_pass_online(32).await;
    assert_eq!(town.charged(), [4_000, 1_500, 4_000, 1_500]);
    front.is_healthy().await;
}
