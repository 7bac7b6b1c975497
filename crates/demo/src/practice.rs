//! Two houses, seven people, eight shelves and sixty things on them.

use crate::Result;
use crate::world::{World, dollars};
use chrono_tz::Tz;
use domain::item::ItemKind::{self, Fee, GiftCard, Product, Rental, Service};
use domain::plan::TaxMode;
use domain::practice::{CustomerWord, ReceiptText, Role};
use domain::{CategoryId, Currency, ItemId, LocationId, Money, TaxClassId};
use protocol::items::SaveItem;
use protocol::practice::*;
use std::collections::BTreeMap;

pub const ZONE: Tz = chrono_tz::America::New_York;

/// Everyone who works here; the first set the practice up.
pub const STAFF: [(&str, Role, &str); 7] = [
    ("Dana Whitfield", Role::Owner, "4711"),
    ("Marcus Oyelaran", Role::Manager, "2580"),
    ("Ingrid Solheim", Role::Manager, "3690"),
    ("Priya Raman", Role::FrontDesk, "1122"),
    ("Tomás Herrera", Role::FrontDesk, "3344"),
    ("Mei-Ling Chou", Role::FrontDesk, "5566"),
    ("Samuel Adeyemi", Role::FrontDesk, "7788"),
];

/// What the history sells from.
pub struct Shop {
    pub locations: [LocationId; 2],
    pub items: Vec<OnSale>,
    pub categories: BTreeMap<&'static str, CategoryId>,
}

#[derive(Clone, Copy)]
pub struct OnSale {
    pub id: ItemId,
    pub name: &'static str,
    pub kind: ItemKind,
}

impl Shop {
    pub fn item(&self, name: &str) -> ItemId {
        self.items.iter().find(|item| item.name == name).expect("the list below has it").id
    }

    pub fn shelf(&self, name: &str) -> CategoryId {
        self.categories[name]
    }
}

/// Only members of the top plan may buy these.
pub const MEMBERS_ONLY: [&str; 2] = ["Founders Dinner Seat", "Longevity Panel"];

const SHELVES: [&str; 8] =
    ["Facials", "Massage", "Body", "Wellness rooms", "Injectables", "Skin care", "Boutique", "Other"];

/// Name, kind, shelf, price in cents (an hour for a rental), minutes a service takes or a rental lasts at most.
const ITEMS: [(&str, ItemKind, &str, i64, u32); 60] = [
    ("Express Facial", Service, "Facials", 8_500, 30),
    ("HydraGlow Treatment", Service, "Facials", 16_500, 60),
    ("LED Light Therapy", Service, "Facials", 6_500, 30),
    ("Microdermabrasion", Service, "Facials", 14_000, 45),
    ("Chemical Peel, light", Service, "Facials", 12_500, 45),
    ("Chemical Peel, medium", Service, "Facials", 22_500, 60),
    ("Oxygen Facial", Service, "Facials", 15_000, 60),
    ("Teen Clear Skin Facial", Service, "Facials", 7_500, 45),
    ("Dermaplaning", Service, "Facials", 9_500, 40),
    ("Brow Shape and Tint", Service, "Facials", 4_800, 30),
    ("Swedish Massage, 60 min", Service, "Massage", 11_000, 60),
    ("Swedish Massage, 90 min", Service, "Massage", 15_500, 90),
    ("Deep Tissue Massage, 60 min", Service, "Massage", 12_500, 60),
    ("Prenatal Massage", Service, "Massage", 12_000, 60),
    ("Hot Stone Massage", Service, "Massage", 14_000, 75),
    ("Lymphatic Drainage", Service, "Massage", 13_500, 60),
    ("Sports Recovery Massage", Service, "Massage", 13_000, 60),
    ("Chair Massage, 15 min", Service, "Massage", 3_000, 15),
    ("Body Scrub", Service, "Body", 9_500, 45),
    ("Seaweed Wrap", Service, "Body", 13_000, 60),
    ("Cellulite Treatment", Service, "Body", 18_000, 60),
    ("Laser Hair Removal, small area", Service, "Body", 9_900, 20),
    ("Laser Hair Removal, large area", Service, "Body", 24_900, 45),
    ("Back Facial", Service, "Body", 9_000, 45),
    ("Infrared Sauna", Rental, "Wellness rooms", 4_000, 120),
    ("Float Tank", Rental, "Wellness rooms", 7_500, 90),
    ("Cold Plunge", Rental, "Wellness rooms", 3_000, 30),
    ("Salt Room", Rental, "Wellness rooms", 3_500, 60),
    ("Meditation Suite", Rental, "Wellness rooms", 2_500, 180),
    ("Private Studio", Rental, "Wellness rooms", 6_000, 480),
    ("Botox Consultation", Service, "Injectables", 5_000, 20),
    ("Botox, per area", Service, "Injectables", 28_900, 30),
    ("Lip Filler", Service, "Injectables", 65_000, 45),
    ("Vitamin B12 Shot", Service, "Injectables", 3_500, 10),
    ("NAD+ Infusion", Service, "Injectables", 39_900, 120),
    ("Hydration Drip", Service, "Injectables", 16_900, 45),
    ("Longevity Panel", Service, "Injectables", 49_900, 60),
    ("Vitamin C Serum", Product, "Skin care", 6_800, 0),
    ("Retinol Night Cream", Product, "Skin care", 7_400, 0),
    ("Mineral Sunscreen SPF 50", Product, "Skin care", 3_800, 0),
    ("Gentle Cleanser", Product, "Skin care", 2_900, 0),
    ("Hyaluronic Mist", Product, "Skin care", 2_450, 0),
    ("Eye Renewal Balm", Product, "Skin care", 5_600, 0),
    ("Travel Set", Product, "Skin care", 4_200, 0),
    ("Clay Mask", Product, "Skin care", 3_333, 0),
    ("Lip Repair", Product, "Skin care", 1_400, 0),
    ("Silk Pillowcase", Product, "Boutique", 5_900, 0),
    ("Jade Roller", Product, "Boutique", 2_700, 0),
    ("Gua Sha Stone", Product, "Boutique", 2_200, 0),
    ("Linen Robe", Product, "Boutique", 11_800, 0),
    ("Soy Candle", Product, "Boutique", 3_100, 0),
    ("Herbal Tea, 20 bags", Product, "Boutique", 1_250, 0),
    ("Yoga Mat", Product, "Boutique", 6_400, 0),
    ("Water Bottle", Product, "Boutique", 2_600, 0),
    ("Gift Card $50", GiftCard, "Other", 5_000, 0),
    ("Gift Card $100", GiftCard, "Other", 10_000, 0),
    ("Gift Card $250", GiftCard, "Other", 25_000, 0),
    ("Late Cancellation Fee", Fee, "Other", 3_500, 0),
    ("No-Show Fee", Fee, "Other", 7_500, 0),
    ("Founders Dinner Seat", Product, "Other", 9_500, 0),
];

const FAVOURITES: [&str; 10] = [
    "Express Facial",
    "HydraGlow Treatment",
    "LED Light Therapy",
    "Swedish Massage, 60 min",
    "Deep Tissue Massage, 60 min",
    "Infrared Sauna",
    "Vitamin B12 Shot",
    "Mineral Sunscreen SPF 50",
    "Vitamin C Serum",
    "Gift Card $100",
];

pub async fn set_up(world: &mut World) -> Result<Shop> {
    let guide = SetUpPractice {
        name: "Larkspur Skin & Wellness".into(),
        currency: Currency::USD,
        time_zone: ZONE.name().into(),
        customer_word: CustomerWord::Client,
        location_name: "Main Street".into(),
        desk_name: "Front desk".into(),
        owner_name: STAFF[0].0.into(),
        owner_pin: STAFF[0].2.into(),
    };
    let session = world.ask("the guide", guide).await?;
    keep_house(world).await?;
    let (goods, care) = taxes(world).await?;
    let locations = houses(world, session.location.id, goods, care).await?;
    take_on_staff(world).await?;
    let categories = shelves(world).await?;
    let items = items(world, &categories, goods, care).await?;
    Ok(Shop { locations, items, categories })
}

async fn keep_house(world: &World) -> Result<()> {
    let practice = SavePractice {
        name: "Larkspur Skin & Wellness".into(),
        customer_word: CustomerWord::Client,
        receipt: ReceiptText {
            header: "larkspur.example.com".into(),
            footer: "Thank you. Returns of unopened products within 14 days.".into(),
        },
        lock_after_minutes: 240,
        refund_limit: dollars(100),
        discount_limit: domain::practice::ten_percent(),
        credit_outlives_days: 0,
        logo: None,
    };
    world.ask("the practice", practice).await?;
    Ok(())
}

/// What goes over the counter, and what is done to people: taxed apart in many places.
async fn taxes(world: &World) -> Result<(TaxClassId, TaxClassId)> {
    let view = world.ask("taxes", GetPractice {}).await?;
    let goods = view.tax_classes[0].id;
    world.ask("taxes", SaveTaxClass { id: Some(goods), name: "Goods".into(), archived: false }).await?;
    let view = world.ask("taxes", SaveTaxClass { id: None, name: "Care".into(), archived: false }).await?;
    let care = view.tax_classes.iter().find(|class| class.id != goods).expect("just saved").id;
    Ok((goods, care))
}

async fn houses(
    world: &World,
    main: LocationId,
    goods: TaxClassId,
    care: TaxClassId,
) -> Result<[LocationId; 2]> {
    let rate = |text: &str| text.parse().expect("a rate");
    let street = SaveLocation {
        id: Some(main),
        name: "Main Street".into(),
        address: "120 Main Street\nHudson, NY 12534".into(),
        tax_mode: TaxMode::Exclusive,
        tax_rates: BTreeMap::from([(goods, rate("8")), (care, rate("4.5"))]),
        archived: false,
    };
    world.ask("Main Street", street).await?;
    let harbor = SaveLocation {
        id: None,
        name: "Harbor".into(),
        address: "8 Pier Road\nBeacon, NY 12508".into(),
        tax_mode: TaxMode::Exclusive,
        tax_rates: BTreeMap::from([(goods, rate("8.375"))]),
        archived: false,
    };
    let view = world.ask("Harbor", harbor).await?;
    let other = view.locations.iter().find(|place| place.id != main).expect("just saved").id;
    Ok([main, other])
}

async fn take_on_staff(world: &mut World) -> Result<()> {
    let mut known = Vec::new();
    for (name, role, pin) in STAFF.into_iter().skip(1) {
        let person = SaveStaff { id: None, name: name.into(), role, pin: Some(pin.into()), archived: false };
        known = world.ask("staff", person).await?.staff;
    }
    let ids = STAFF.map(|(name, ..)| known.iter().find(|one| one.name == name).expect("just saved").id);
    world.meet(ids.to_vec());
    Ok(())
}

async fn shelves(world: &World) -> Result<BTreeMap<&'static str, CategoryId>> {
    let mut categories = BTreeMap::new();
    for (order, name) in (1..).zip(SHELVES) {
        let shelf = SaveCategory { id: None, name: name.into(), order, archived: false };
        let view = world.ask("categories", shelf).await?;
        let saved = view.categories.iter().find(|one| one.name == name).expect("just saved");
        categories.insert(name, saved.id);
    }
    Ok(categories)
}

async fn items(
    world: &World,
    categories: &BTreeMap<&'static str, CategoryId>,
    goods: TaxClassId,
    care: TaxClassId,
) -> Result<Vec<OnSale>> {
    let mut items = Vec::with_capacity(ITEMS.len());
    for (nth, (name, kind, shelf, price, minutes)) in (1..).zip(ITEMS) {
        let item = SaveItem {
            id: None,
            kind,
            name: name.into(),
            code: Some(code(kind, nth)),
            category: Some(categories[shelf]),
            price: Money::from_minor(price),
            tax_class: match kind {
                Service | Rental => Some(care),
                Product => Some(goods),
                GiftCard | Fee => None,
            },
            minutes: (kind == Service).then_some(minutes),
            max_minutes: (kind == Rental).then_some(minutes),
            favourite: FAVOURITES.contains(&name),
        };
        let id = world.ask("items", item).await?.item.id;
        items.push(OnSale { id, name, kind });
    }
    Ok(items)
}

/// Thirteen digits with their check digit, as a scanner reads them off a product; short words for the rest.
fn code(kind: ItemKind, nth: u32) -> String {
    let letter = match kind {
        Product => {
            let twelve = format!("2000000{nth:05}");
            let sum: u32 = twelve
                .bytes()
                .zip([1, 3].into_iter().cycle())
                .map(|(digit, weight)| u32::from(digit - b'0') * weight)
                .sum();
            return format!("{twelve}{}", (10 - sum % 10) % 10);
        }
        Service => 'S',
        Rental => 'R',
        GiftCard => 'G',
        Fee => 'F',
    };
    format!("{letter}{nth:03}")
}
