//! Finding people.

use domain::customer::Person;
use domain::plan::{Family, Terms};
use protocol::customers::{CreateCustomer, FindCustomers, MergeCustomers};
use protocol::enrollments::AddDependent;
use protocol::keeping::Search;
use protocol::member_card::{GetMemberCardPdf, MakeMemberCard};
use protocol::members::ListMembers;
use testkit::{Shop, cash, gold};

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

    let hits = shop.front.does(find("400638")).await.people;
    assert_eq!((hits[0].id, hits[0].by_card), (ana.customer.id, true));
    assert!(hits[1..].iter().all(|hit| !hit.by_card), "{hits:?}");
    for part in ["4006", "Ana", "LK"] {
        let hits = shop.front.does(find(part)).await.people;
        assert!(!hits.is_empty() && hits.iter().all(|hit| !hit.by_card), "{part}: {hits:?}");
    }
}

#[tokio::test]
async fn a_member_card_gets_a_code_once_and_its_square_says_nothing_else() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    assert_eq!(front.may_not(GetMemberCardPdf { customer: ana }).await, "not_now");
    let card = front.does(MakeMemberCard { customer: ana }).await;
    assert_eq!((card.name.as_str(), card.practice.as_str()), ("Ana Ruiz", "Larkspur"));
    assert!(!card.code.is_empty() && card.code.chars().all(|letter| letter.is_ascii_alphanumeric()));
    assert_eq!(front.does(MakeMemberCard { customer: ana }).await, card);
    let found = front.does(FindCustomers { text: card.code.clone(), limit: Some(1) }).await.people;
    assert!(found[0].by_card && found[0].id == ana);
    let ben = front.puts_on_file("Ben Cole").await;
    assert_ne!(front.does(MakeMemberCard { customer: ben }).await.code, card.code);
    let pdf = front.does(GetMemberCardPdf { customer: ana }).await;
    assert_eq!(pdf.name, "Member card Ana Ruiz.pdf");
    front.is_healthy().await;
}

#[tokio::test]
async fn the_best_names_come_first_and_more_than_fit_are_told_of() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    for nth in 0..10 {
        front.puts_on_file(&format!("Aaron Marsh {nth}")).await;
    }
    front.puts_on_file("Marcus Ode").await;
    front.puts_on_file("Mara Lind").await;
    let names = async |text: &str, limit| {
        let found = front.does(FindCustomers { text: text.into(), limit }).await;
        let names: Vec<String> = found.people.into_iter().map(|hit| hit.name).collect();
        (names, found.more)
    };
    let (first, more) = names(" Mar", None).await;
    assert_eq!(first[..3], ["Mara Lind", "Marcus Ode", "Aaron Marsh 0"]);
    assert_eq!((first.len(), more), (8, true));
    let (all, more) = names("mar", Some(12)).await;
    assert_eq!((all.len(), more), (12, false));
    assert_eq!(names("mar ode", None).await, (vec!["Marcus Ode".to_owned()], false));
    let hits = front.does(Search { text: "mar".into(), limit: Some(2) }).await.hits;
    assert_eq!(hits.iter().map(|hit| hit.title.as_str()).collect::<Vec<_>>(), ["Mara Lind", "Marcus Ode"]);
}

/// Nobody is covered by what they hold themselves, nor paid for twice in one family.
#[tokio::test]
async fn a_merged_person_is_covered_and_paid_for_once() {
    let family = Family::AddOn { price: domain::Money::from_minor(2_000), up_to: 3 };
    for holder_is_kept in [true, false] {
        let shop = Shop::opens().await;
        let front = &shop.front;
        let ava = front.puts_on_file("Ava Moreau").await;
        let twin = front.puts_on_file("A. Moreau").await;
        let ben = front.puts_on_file("Ben Moreau").await;
        let double = front.puts_on_file("Benjamin Moreau").await;
        let plan = front.offers("Gold", Terms { family: family.clone(), ..gold() }).await;
        let id = front.enrolls(ava, plan, cash(10_800)).await.enrollment.id;
        for customer in [twin, ben, double] {
            front.does(AddDependent { id, customer }).await;
        }
        let names = async || -> Vec<String> {
            front.sees(id).await.dependents.into_iter().map(|one| one.name).collect()
        };
        assert_eq!(names().await.len(), 3);
        // The holder's own double is covered no longer, whichever of the two is kept.
        let (keep, duplicate) = if holder_is_kept { (ava, twin) } else { (twin, ava) };
        front.does(MergeCustomers { keep, duplicate }).await;
        assert_eq!(names().await, ["Ben Moreau", "Benjamin Moreau"]);
        front.does(MergeCustomers { keep: ben, duplicate: double }).await;
        assert_eq!(names().await, ["Ben Moreau"]);
        // $100.00, and one person at $20.00 for this period and for the next, with 8 % of tax.
        assert_eq!(front.sees(id).await.next_charge.unwrap().amount.minor(), 15_120);
        front.is_healthy().await;
    }
}

#[tokio::test]
async fn a_number_is_found_however_it_is_typed() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let numbers = [
        (
            "Ana Ruiz",
            "+1 914 555 0112",
            "9145550112 5550112 0112 (914)555-0112 +19145550112 914-555-0112 555-01",
        ),
        (
            "Ben Cole",
            "(212) 555-7788",
            "2125557788 5557788 12125557788 +12125557788 +1-212-555-7788 001-212-5557788",
        ),
        (
            "Cleo Hart",
            "+44 20 7946 0991",
            "02079460991 +442079460991 2079460991 79460991 00442079460991 0207946",
        ),
        ("Dirk Blom", "030 123456", "+4930123456 030123456 30123456 123456"),
    ];
    let gold = front.offers("Gold", gold()).await;
    for (name, phone, _) in numbers {
        let person = Person { name: name.into(), phone: phone.into(), ..Person::default() };
        let id = front.does(CreateCustomer { person }).await.customer.id;
        front.enrolls(id, gold, cash(10_800)).await;
    }
    let finds = async |text: &str| -> Vec<String> {
        let found = front.does(FindCustomers { text: text.into(), limit: None }).await.people;
        let members = front.does(ListMembers { text: text.into(), ..ListMembers::default() }).await;
        let hits = front.does(Search { text: text.into(), limit: None }).await.hits;
        let names: Vec<String> = found.into_iter().map(|hit| hit.name).collect();
        assert_eq!(names, members.rows.into_iter().map(|row| row.name).collect::<Vec<_>>(), "{text}");
        assert_eq!(names, hits.into_iter().map(|hit| hit.title).collect::<Vec<_>>(), "{text}");
        names
    };
    for (name, _, typed) in numbers {
        for text in typed.split(' ') {
            assert_eq!(finds(text).await, [name], "{text}");
        }
    }
    // As it is written, with its spaces, and beside a name.
    assert_eq!(finds("+1 212 555 7788").await, ["Ben Cole"]);
    assert_eq!(finds("+44 (0)20 7946 0991").await, ["Cleo Hart"]);
    assert_eq!(finds("ruiz 555 0112").await, ["Ana Ruiz"]);
    assert_eq!(finds("cole 555 0112").await, [""; 0]);
    assert_eq!(finds("9145550113").await, [""; 0]);
    assert_eq!(
        finds("+49 212 555 7788").await,
        ["Ben Cole"],
        "a country nobody wrote down is no reason to miss them"
    );
    front.is_healthy().await;
}
