//! What the practice is made of: the lists that its settings keep.

use domain::LocationId;
use protocol::practice::{GetPractice, PracticeView, SaveCategory, SaveDesk, SaveLocation, WhoAmI};
use testkit::{DANA, Front, Shop};

fn names(practice: &PracticeView) -> Vec<&str> {
    practice.categories.iter().map(|category| category.name.as_str()).collect()
}

fn orders(practice: &PracticeView) -> Vec<i32> {
    practice.categories.iter().map(|category| category.order).collect()
}

#[tokio::test]
async fn a_category_that_moves_leaves_everyone_a_place_of_their_own() {
    let shop = Shop::opens().await;
    for (order, name) in ["Facials", "Massage", "Retail"].into_iter().enumerate() {
        let request = SaveCategory { id: None, name: name.into(), order: order as i32 + 1, archived: false };
        shop.front.does(request).await;
    }
    let before = shop.front.does(GetPractice {}).await;
    assert_eq!(names(&before), ["Facials", "Massage", "Retail"]);

    let retail = &before.categories[2];
    let up = SaveCategory {
        id: Some(retail.id),
        name: retail.name.clone(),
        order: before.categories[1].order,
        archived: false,
    };
    let moved = shop.front.does(up).await;
    assert_eq!(names(&moved), ["Facials", "Retail", "Massage"]);

    let facials = &moved.categories[0];
    let down = SaveCategory {
        id: Some(facials.id),
        name: facials.name.clone(),
        order: moved.categories[1].order + 1,
        archived: false,
    };
    let moved = shop.front.does(down).await;
    assert_eq!(names(&moved), ["Retail", "Facials", "Massage"]);
    let places = orders(&moved);
    assert!(places.is_sorted_by(|one, next| one < next), "{places:?}");
}

async fn place(front: &Front, id: Option<LocationId>, name: &str, archived: bool) -> LocationId {
    let request = SaveLocation {
        id,
        name: name.into(),
        address: String::new(),
        tax_mode: Default::default(),
        tax_rates: Default::default(),
        archived,
    };
    let view = front.does(request).await;
    view.locations.iter().find(|location| location.name == name).expect("it was saved").id
}

#[tokio::test]
async fn a_desk_moves_for_whoever_signs_in_next_and_never_into_an_archived_place() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let harbour = place(front, None, "Harbour", false).await;
    let old = place(front, None, "Old town", false).await;
    place(front, Some(old), "Old town", true).await;
    let desk = front.does(WhoAmI {}).await.session.unwrap().desk;
    let moves =
        |location| SaveDesk { name: desk.name.clone(), code: desk.code.clone(), location: Some(location) };
    let refused = front.asks(moves(old)).await.unwrap_err();
    assert!(refused.message.contains("That location is archived."), "{}", refused.message);

    front.does(moves(harbour)).await;
    let session = front.does(WhoAmI {}).await.session.unwrap();
    assert_eq!((session.desk.location, session.location.id), (harbour, shop.location));
    front.signs_in(DANA).await;
    assert_eq!(front.does(WhoAmI {}).await.session.unwrap().location.id, harbour);
}
