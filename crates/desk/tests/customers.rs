//! Finding people.

use domain::customer::Person;
use protocol::customers::{CreateCustomer, FindCustomers};
use testkit::Shop;

#[tokio::test]
async fn only_the_whole_code_of_a_card_is_that_card() {
    let shop = Shop::opens().await;
    let person = |name: &str, phone: &str, card: &str| Person {
        name: name.into(),
        phone: phone.into(),
        card_code: card.into(),
        ..Person::default()
    };
    let ana = shop.front.does(CreateCustomer { person: person("Ana Ruiz", "", "400638") }).await;
    shop.front.does(CreateCustomer { person: person("Ben Okafor", "400638", "LK7") }).await;
    let find = |text: &str| FindCustomers { text: text.into(), limit: None };

    let hits = shop.front.does(find("400638")).await;
    assert_eq!((hits[0].id, hits[0].by_card), (ana.customer.id, true));
    assert!(hits[1..].iter().all(|hit| !hit.by_card), "{hits:?}");
    for part in ["4006", "Ana", "LK"] {
        let hits = shop.front.does(find(part)).await;
        assert!(!hits.is_empty() && hits.iter().all(|hit| !hit.by_card), "{part}: {hits:?}");
    }
}
