//! What another program bills through the account goes on here, and nothing is changed at Stripe by that.

use crate::town::{EMPTY, Town, VISA, usd};
use domain::customer::Person;
use domain::plan::{Frequency, TaxMode};
use domain::{CustomerId, Day};
use protocol::adopting::*;
use protocol::customers::CreateCustomer;
use protocol::enrollments::*;
use protocol::members::ListMembers;
use serde_json::json;
use stripe_double::{Action, AnotherProgram, Kind, RESTRICTED_TEST};

/// What was changed at Stripe since so many requests, by this program.
fn changed(town: &Town, since: usize) -> Vec<String> {
    let ours = |key: &Option<String>| key.as_deref() != Some(stripe_double::SECRET_TEST);
    let log = town.stripe.requests();
    let since = log.iter().skip(since).filter(|one| one.method != "GET" && ours(&one.key));
    since.map(|one| format!("{} {}", one.method, one.path)).collect()
}

async fn looks(town: &Town) -> Adoption {
    town.shop.front.does(LookAtAccount {}).await;
    town.carries().await;
    let found = town.shop.front.does(GetAdoption::default()).await;
    assert!(matches!(found.reading, AdoptionReading::Done { .. }), "{:?}", found.reading);
    found
}

async fn adopts(town: &Town, choices: AdoptionChoices) -> Adopted {
    let front = &town.shop.front;
    let shown = front.does(GetAdoption { choices: choices.clone() }).await;
    let adopted = front
        .does(AdoptAccount { choices, memberships: shown.memberships, newcomers: shown.newcomers })
        .await;
    town.carries().await;
    adopted
}

async fn only_membership(town: &Town, name: &str) -> EnrollmentView {
    let front = &town.shop.front;
    let asked: ListMembers = serde_json::from_value(json!({ "text": name })).expect("a question");
    let found = front.does(asked).await;
    let [member] = found.rows.as_slice() else { panic!("{name}: {:?}", found.rows) };
    front.sees(member.enrollment).await
}

async fn on_file(town: &Town, name: &str, email: &str) -> CustomerId {
    let person = Person { name: name.into(), email: email.into(), ..Person::default() };
    town.shop.front.does(CreateCustomer { person }).await.customer.id
}

#[tokio::test]
async fn subscriptions_of_another_program_go_on_here_with_their_dates_and_prices() {
    let town = Town::opens().await;
    let before = AnotherProgram(&town.stripe);
    let product = before.sells("Gold");
    let (old, new) = (before.at(&product, "3900", "month", "1"), before.at(&product, "4900", "month", "1"));
    let yearly = before.at(&product, "49000", "year", "1");
    let (ana, ben, cleo) = (
        before.has("Ana Ruiz", "Ana@example.com"),
        before.has("Ben Okafor", "ben@example.com"),
        before.has("Cleo Marsh", "cleo@example.com"),
    );
    let started = town.shop.today();
    before.bills(&ana, &old);
    before.bills(&ben, &new);
    before.bills(&cleo, &yearly);
    // Ana is here already, under the same address.
    let here = on_file(&town, "Ana Ruiz-Lopez", "ana@example.com").await;
    town.days_pass_online(40).await;
    assert_eq!(town.charged(), [3_900, 4_900, 49_000, 3_900, 4_900]);

    let sent = town.stripe.requests().len();
    let found = looks(&town).await;
    assert_eq!((found.memberships, found.newcomers, found.on_file, found.unclear), (3, 2, 1, 0), "{found:?}");
    let plans: Vec<_> =
        found.plans.iter().map(|plan| (plan.name.as_str(), plan.price, plan.memberships)).collect();
    assert_eq!(plans, [("Gold (a month)", usd(4_900), 2), ("Gold (a year)", usd(49_000), 1)]);
    assert_eq!(
        adopts(&town, AdoptionChoices::default()).await,
        Adopted { plans: 2, newcomers: 2, memberships: 3 }
    );
    assert_eq!(changed(&town, sent), [""; 0], "nothing is changed at Stripe");
    let again = looks(&town).await;
    assert_eq!((again.memberships, again.newcomers, again.known), (0, 0, 3), "{again:?}");
    assert_eq!(
        adopts(&town, AdoptionChoices::default()).await,
        Adopted { plans: 0, newcomers: 0, memberships: 0 }
    );
    assert_eq!(changed(&town, sent), [""; 0]);

    let held = only_membership(&town, "Ana").await;
    assert_eq!(held.customer, here);
    assert_eq!((held.start, held.terms.price), (started, usd(3_900)));
    assert_eq!((held.terms.frequency, held.terms.tax_mode), (Frequency::Monthly, TaxMode::Exclusive));
    assert_eq!((held.status, held.paid_total, held.refunded_total), (StatusView::Active, usd(0), usd(0)));
    assert_eq!(held.period.map(|(first, _)| first), Some(started.plus_months(1)));
    assert_eq!(held.next_charge.as_ref().map(|due| due.on), Some(started.plus_months(2)));
    let card = held.card.clone().expect("by card").card.expect("the card that is there");
    assert_eq!(card.words, "Visa 4242");
    let year = only_membership(&town, "Cleo").await;
    assert_eq!(year.next_charge.map(|due| due.on), Some(started.plus_months(12)));

    // It is charged there, counted here, and no bill of before comes back.
    town.days_pass_online(25).await;
    let held = town.shop.front.sees(held.id).await;
    assert_eq!((held.paid_total, held.refunded_total), (usd(3_900), usd(0)));
    assert_eq!(held.next_charge.map(|due| due.on), Some(started.plus_months(3)));
    assert_eq!(town.charged(), [3_900, 4_900, 49_000, 3_900, 4_900, 3_900, 4_900]);
    assert_eq!(town.stripe.refunds().len(), 0);
    assert_eq!(changed(&town, sent), [""; 0]);

    // What is done here is done there.
    town.shop
        .front
        .does(CancelAtPeriodEnd { id: held.id, reason: "Moves away".into(), override_minimum: false })
        .await;
    town.carries().await;
    assert!(!changed(&town, sent).is_empty());
    town.days_pass_online(40).await;
    assert!(matches!(town.shop.front.sees(held.id).await.status, StatusView::Cancelled { .. }));
    assert_eq!(town.charged().iter().filter(|cents| **cents == 3_900).count(), 3);
    town.shop.front.is_healthy().await;
}

#[tokio::test]
async fn what_the_bank_refused_before_is_owed_here_and_can_be_collected() {
    let town = Town::opens().await;
    let before = AnotherProgram(&town.stripe);
    let price = before.at(&before.sells("Silver"), "2000", "month", "1");
    let dana = before.has("Dana Poe", "dana@example.com");
    before.bills(&dana, &price);
    town.days_pass_online(20).await;
    town.stripe.act(&Action::ReplaceCard { customer: dana.clone(), number: EMPTY.into() }).expect("a card");
    town.days_pass_online(14).await;
    assert_eq!(town.charged(), [2_000]);
    assert_eq!(town.says(Kind::Subscription, "/status"), "past_due");

    let found = looks(&town).await;
    assert!(found.people[0].memberships[0].past_due, "{found:?}");
    adopts(&town, AdoptionChoices::default()).await;
    let held = only_membership(&town, "Dana").await;
    assert!(matches!(held.status, StatusView::PastDueGrace { .. }), "{:?}", held.status);
    assert_eq!(held.owed, usd(2_000));
    assert_eq!(held.card.as_ref().expect("by card").failed.len(), 1);

    town.stripe.act(&Action::ReplaceCard { customer: dana, number: VISA.into() }).expect("a card");
    town.carries().await;
    town.shop.front.does(protocol::stripe::RetryCharge { id: held.id, all: false }).await;
    town.carries().await;
    let held = town.shop.front.sees(held.id).await;
    assert_eq!((held.status, held.owed, held.paid_total), (StatusView::Active, usd(0), usd(2_000)));
    assert_eq!(town.charged(), [2_000, 2_000]);
    town.shop.front.is_healthy().await;
}

#[tokio::test]
async fn who_may_be_several_here_is_chosen_first() {
    let town = Town::opens().await;
    let before = AnotherProgram(&town.stripe);
    let price = before.at(&before.sells("Gold"), "3000", "month", "3");
    before.bills(&before.has("Eve Stone", "stones@example.com"), &price);
    let without = before.has("Finn Idle", "finn@example.com");
    let father = on_file(&town, "Adam Stone", "stones@example.com").await;
    let mother = on_file(&town, "Eva Stone", "stones@example.com").await;
    let found = looks(&town).await;
    assert_eq!((found.unclear, found.without, found.memberships), (1, 1, 1));
    let AdoptedAs::Unclear { may_be } = &found.people[0].who else { panic!("{:?}", found.people) };
    assert_eq!(may_be.len(), 2);
    let front = &town.shop.front;
    let asked = AdoptAccount { choices: AdoptionChoices::default(), memberships: 1, newcomers: 0 };
    assert!(front.why_not(asked).await.contains("Choose who Eve Stone is"));

    let choices = AdoptionChoices {
        people: vec![(found.people[0].customer.clone(), Some(mother))],
        everybody: true,
        ..AdoptionChoices::default()
    };
    // What was shown is what is taken over.
    let asked = AdoptAccount { choices: choices.clone(), memberships: 1, newcomers: 0 };
    assert!(front.asks(asked).await.unwrap_err().message.contains("Look through it again"));
    assert_eq!(adopts(&town, choices).await, Adopted { plans: 1, newcomers: 1, memberships: 1 });
    let held = only_membership(&town, "Eva").await;
    assert_eq!((held.customer, held.terms.frequency), (mother, Frequency::Quarterly));
    assert_ne!(held.customer, father);
    assert!(!without.is_empty());
    front.is_healthy().await;
}

#[tokio::test]
async fn what_cannot_go_on_here_stays_with_stripe_and_says_why() {
    let town = Town::opens().await;
    let before = AnotherProgram(&town.stripe);
    let product = before.sells("Gold");
    let (monthly, weekly) =
        (before.at(&product, "3000", "month", "1"), before.at(&product, "900", "week", "1"));
    let gwen = before.has("Gwen Hale", "gwen@example.com");
    before.bills(&gwen, &weekly);
    before.bills(&gwen, &monthly);
    before.bills(&gwen, &monthly);
    before.bills_so(&before.has("Hal Many", "hal@example.com"), &monthly, &[("items[0][quantity]", "3")]);
    before.bills(&before.has("", ""), &monthly);
    let over = before.bills(&before.has("Ivy Gone", "ivy@example.com"), &monthly);
    town.stripe.act(&Action::Cancel { subscription: over, at_period_end: false }).expect("it ends");
    let paused = before.bills(&before.has("Joe Rest", "joe@example.com"), &monthly);
    town.stripe
        .act(&Action::PauseCollection { subscription: paused, behavior: Some("void".into()) })
        .expect("a pause");
    let ending = before.bills(&before.has("Kim Leaves", "kim@example.com"), &monthly);
    town.stripe.act(&Action::Cancel { subscription: ending, at_period_end: true }).expect("an end");
    town.days_pass_online(2).await;

    let found = looks(&town).await;
    let whys: Vec<_> = found.left_out.iter().map(|left| (left.name.as_str(), left.why.as_str())).collect();
    assert_eq!((found.memberships, found.ended, found.left_out_count), (3, 1, 4), "{whys:?}");
    assert!(whys.iter().any(|(name, why)| *name == "Hal Many" && why.contains("3 of the same")), "{whys:?}");
    assert!(whys.iter().any(|(name, why)| *name == "Gwen Hale" && why.contains("every month")), "{whys:?}");
    assert!(whys.iter().any(|(name, why)| *name == "Gwen Hale" && why.contains("already")), "{whys:?}");
    assert!(whys.iter().any(|(_, why)| why.contains("no name and no e-mail")), "{whys:?}");
    let sent = town.stripe.requests().len();
    adopts(&town, AdoptionChoices::default()).await;
    assert_eq!(changed(&town, sent), [""; 0]);
    assert!(matches!(only_membership(&town, "Joe").await.status, StatusView::Paused { .. }));
    assert!(only_membership(&town, "Kim").await.last_day.is_some());
    town.shop.front.is_healthy().await;
}

#[tokio::test]
async fn a_membership_that_is_here_takes_the_members_of_a_product() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let plan = front.offers("gold", testkit::gold()).await;
    let before = AnotherProgram(&town.stripe);
    let price = before.at(&before.sells("Gold"), "7500", "month", "1");
    before.bills(&before.has("Lea Frost", "lea@example.com"), &price);
    town.days_pass_online(1).await;
    let sent = town.stripe.requests().len();
    let found = looks(&town).await;
    assert_eq!(found.plans[0].into, Some(plan), "the name is the same");
    adopts(&town, AdoptionChoices::default()).await;
    let held = only_membership(&town, "Lea").await;
    assert_eq!((held.plan, held.terms.price), (plan, usd(7_500)));
    // With the benefits that it has here.
    assert!(held.benefits_on && !held.balances.is_empty());
    assert_eq!(changed(&town, sent), [""; 0]);
    let today: Day = town.shop.today();
    assert!(held.next_charge.is_some_and(|due| due.on > today));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_key_that_may_not_read_them_says_so_and_takes_nothing_over() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    town.stripe.allow_key(RESTRICTED_TEST, &["rak_customer_read", "rak_subscription_read"]);
    front.does(LookAtAccount {}).await;
    town.carries().await;
    let found = front.does(GetAdoption::default()).await;
    let AdoptionReading::Stopped { said } = found.reading else { panic!("{found:?}") };
    assert!(!said.is_empty());
    let asked = AdoptAccount { choices: AdoptionChoices::default(), memberships: 0, newcomers: 0 };
    assert!(front.asks(asked).await.unwrap_err().message.contains("not read yet"));
}

#[tokio::test]
async fn without_a_network_it_is_read_once_there_is_one() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    assert_eq!(front.does(GetAdoption::default()).await, Adoption::default());
    town.goes_offline();
    front.does(LookAtAccount {}).await;
    town.carries().await;
    let found = front.does(GetAdoption::default()).await;
    assert_eq!(found.reading, AdoptionReading::Reading { read: 0 });
    town.comes_online();
    town.hours_pass(1).await;
    town.carries().await;
    let found = front.does(GetAdoption::default()).await;
    assert!(matches!(found.reading, AdoptionReading::Done { .. }), "{:?}", found.reading);
}

#[tokio::test]
async fn what_is_charged_without_end_there_does_not_end_by_itself_here() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let terms = domain::plan::Terms { maximum_cycles: 2, ..testkit::gold() };
    let plan = front.offers("Course", terms).await;
    let before = AnotherProgram(&town.stripe);
    let price = before.at(&before.sells("Course"), "4000", "month", "1");
    before.bills(&before.has("Mo Reed", "mo@example.com"), &price);
    town.days_pass_online(1).await;
    looks(&town).await;
    adopts(&town, AdoptionChoices::default()).await;
    town.days_pass_online(100).await;
    let held = only_membership(&town, "Mo").await;
    assert_eq!((held.plan, held.status, held.paid_total), (plan, StatusView::Active, usd(12_000)));
    assert_eq!(town.charged(), [4_000; 4]);
    front.is_healthy().await;
}

#[tokio::test]
async fn two_customers_of_one_name_and_address_are_one_person() {
    let town = Town::opens().await;
    let before = AnotherProgram(&town.stripe);
    let (gold, silver) = (before.sells("Gold"), before.sells("Silver"));
    let (gold, silver) = (before.at(&gold, "3000", "month", "1"), before.at(&silver, "2000", "month", "1"));
    before.bills(&before.has("Nia Fox", "nia@example.com"), &gold);
    before.bills(&before.has("nia fox", "NIA@example.com"), &silver);
    // And a third of the same, who brings nothing.
    before.has("Nia Fox", "nia@example.com");
    // Whoever is impatient asks twice.
    town.shop.front.does(LookAtAccount {}).await;
    let found = looks(&town).await;
    assert_eq!((found.memberships, found.newcomers, found.without), (2, 1, 1), "{found:?}");
    let choices = AdoptionChoices { everybody: true, ..AdoptionChoices::default() };
    assert_eq!(adopts(&town, choices).await, Adopted { plans: 2, newcomers: 1, memberships: 2 });
    let asked: ListMembers = serde_json::from_value(json!({ "text": "nia" })).expect("a question");
    let rows = town.shop.front.does(asked).await.rows;
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows[0].customer, rows[1].customer);
    town.shop.front.is_healthy().await;
}
