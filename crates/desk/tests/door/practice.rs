//! What the practice is made of: the lists that its settings keep.

use protocol::practice::{GetPractice, PracticeView, SaveCategory};
use testkit::Shop;

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
