//! Pictures of plans, through the door.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::PlanId;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use protocol::images::{ImageBytes, ImageStored, ReadImage, StoreImage};
use protocol::keeping::RunDoctor;
use protocol::plans::{DuplicatePlan, GetPlan, PlanView, SavePlan};
use sqlx::Row;
use std::io::Cursor;
use testkit::{Front, ROSA, Shop, gold};

/// A picture of one colour, as a file.
fn picture(red: u8, width: u32, height: u32) -> StoreImage {
    let image = DynamicImage::from(RgbImage::from_pixel(width, height, Rgb([red, 90, 60])));
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    StoreImage { base64: BASE64_STANDARD.encode(file.into_inner()) }
}

async fn stores(front: &Front, red: u8) -> ImageStored {
    front.does(picture(red, 1_600, 1_200)).await
}

async fn reads(front: &Front, hash: &str) -> ImageBytes {
    front.does(ReadImage { hash: hash.to_owned() }).await
}

async fn kept(front: &Front) -> i64 {
    let mut conn = front.desk.store().readers().acquire().await.unwrap();
    sqlx::query("SELECT count(*) AS kept FROM image").fetch_one(&mut *conn).await.unwrap().get("kept")
}

/// Lets the database go before the process ends: closing it after a large write takes a while on its own thread.
async fn closes(shop: Shop) {
    shop.front.desk.close().await.unwrap();
}

/// The plan as it is, to be saved with another picture.
async fn shows(front: &Front, plan: PlanId, image: Option<&str>, alt: &str) -> SavePlan {
    let view = front.does(GetPlan { id: plan }).await;
    let mut about = view.plan.about.clone();
    about.image = image.map(str::to_owned);
    about.image_alt = alt.to_owned();
    let terms = view.plan.current().terms.clone();
    SavePlan { id: Some(plan), about, terms, note: String::new(), based_on: None }
}

#[tokio::test]
async fn a_picture_is_scaled_kept_once_and_read_back_by_its_hash() {
    let shop = Shop::opens().await;
    let first = stores(&shop.front, 20).await;
    assert_eq!((first.width, first.height), (960, 720));
    assert_eq!(stores(&shop.front, 20).await, first);
    assert_ne!(stores(&shop.front, 200).await.hash, first.hash);
    assert_eq!(kept(&shop.front).await, 2);

    let read = reads(&shop.front, &first.hash).await;
    assert_eq!(read.media_type, "image/jpeg");
    let bytes = BASE64_STANDARD.decode(read.base64).unwrap();
    assert_eq!(bytes.len(), first.size as usize);
    assert_eq!(blake3::hash(&bytes).to_hex().as_str(), first.hash);
    assert_eq!(image::guess_format(&bytes).unwrap(), ImageFormat::Jpeg);
    closes(shop).await;
}

#[tokio::test]
async fn each_refusal_says_what_is_wrong_with_the_file_and_keeps_nothing() {
    let shop = Shop::opens().await;
    let whole = BASE64_STANDARD.decode(picture(20, 300, 200).base64).unwrap();
    let cases: [(Vec<u8>, &str); 3] = [
        (Vec::new(), "image_empty"),
        (b"words in a file called picture.png".to_vec(), "not_a_picture"),
        (whole[..whole.len() / 2].to_vec(), "image_broken"),
    ];
    for (file, code) in cases {
        let request = StoreImage { base64: BASE64_STANDARD.encode(file) };
        assert_eq!(shop.front.may_not(request).await, code);
    }
    let large = "A".repeat(protocol::images::LARGEST_FILE / 3 * 4 + 8);
    assert_eq!(shop.front.may_not(StoreImage { base64: large }).await, "image_too_large");
    assert_eq!(shop.front.may_not(StoreImage { base64: "%".into() }).await, "not_a_picture");
    assert_eq!(kept(&shop.front).await, 0);
    for hash in ["", "zz", &"0".repeat(64)] {
        assert_eq!(shop.front.may_not(ReadImage { hash: hash.to_owned() }).await, "not_found");
    }
    closes(shop).await;
}

#[tokio::test]
async fn a_plan_shows_its_picture_after_a_restart_and_its_copy_shows_the_same() {
    let shop = Shop::opens().await;
    let plan = shop.front.offers("Gold", gold()).await;
    let hash = stores(&shop.front, 20).await.hash;
    let request = shows(&shop.front, plan, Some(&hash), "  Towels on a bench ").await;
    shop.front.does(request).await;

    let shop = shop.restarts().await;
    let view: PlanView = shop.front.does(GetPlan { id: plan }).await;
    assert_eq!(view.plan.about.image.as_deref(), Some(hash.as_str()));
    assert_eq!(view.plan.about.image_alt, "Towels on a bench");
    assert_eq!(view.plan.versions.len(), 1, "a picture changes nobody's terms");
    let copy = shop.front.does(DuplicatePlan { id: plan }).await;
    assert_eq!(copy.plan.about.image, view.plan.about.image);
    assert_eq!(kept(&shop.front).await, 1);
    assert!(shop.front.does(RunDoctor {}).await.healthy);

    let request = shows(&shop.front, plan, None, "left over").await;
    let about = shop.front.does(request).await.plan.about;
    assert_eq!((about.image, about.image_alt), (None, String::new()));
    closes(shop).await;
}

#[tokio::test]
async fn a_plan_names_only_a_picture_that_is_kept_and_the_front_desk_keeps_none() {
    let shop = Shop::opens().await;
    let plan = shop.front.offers("Gold", gold()).await;
    let hash = stores(&shop.front, 20).await.hash;
    for odd in [&"0".repeat(64), "", "../../etc/passwd", &hash.to_uppercase()] {
        let request = shows(&shop.front, plan, Some(odd), "").await;
        assert_eq!(shop.front.may_not(request).await, "invalid", "{odd}");
    }
    shop.front.signs_in(ROSA).await;
    assert_eq!(shop.front.may_not(picture(1, 10, 10)).await, "needs_manager");
    reads(&shop.front, &hash).await;
    closes(shop).await;
}

#[tokio::test]
async fn what_no_plan_names_is_dropped_after_a_day_and_what_one_names_stays() {
    let shop = Shop::opens().await;
    let plan = shop.front.offers("Gold", gold()).await;
    let named = stores(&shop.front, 20).await.hash;
    let request = shows(&shop.front, plan, Some(&named), "").await;
    shop.front.does(request).await;
    let unnamed = stores(&shop.front, 100).await.hash;
    stores(&shop.front, 200).await;
    assert_eq!(kept(&shop.front).await, 3);
    shop.days_pass(2).await;
    stores(&shop.front, 250).await;
    assert_eq!(kept(&shop.front).await, 2);
    reads(&shop.front, &named).await;
    assert_eq!(shop.front.may_not(ReadImage { hash: unnamed }).await, "not_found");
    closes(shop).await;
}
