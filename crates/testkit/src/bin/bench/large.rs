//! A practice with 100,000 memberships, made once and kept.
//!
//! The practice, its items and its plans come through the door; people and memberships are appended to the journal
//! many at a time, and folded and projected as any other record. Every run works on a copy.

use crate::figure::{self, say, words};
use crate::names;
use desk::Clock;
use domain::customer::Person;
use domain::enrollment::PaysBy;
use domain::item::{ItemFilter, ItemKind, ItemSet};
use domain::plan::{Expiry, Frequency, Included, Renewal, Terms};
use domain::record::{Actor, Change, ChargeCollected, Consent, ConsentHow, Enrolled, ReceiptNumber};
use domain::{
    BenefitId, CategoryId, CustomerId, Day, EnrollmentId, Instant, ItemId, Money, PlanId, RecordId,
    TaxClassId,
};
use fastrand::Rng;
use protocol::items::SaveItem;
use protocol::practice::{GetPractice, SaveCategory, SaveLocation, SaveTaxClass};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Stopwatch};
use store::Draft;
use testkit::{DATABASE, Shop, gold};
use uuid::Uuid;

pub const MEMBERS: u32 = 100_000;
/// Beside them some who have left.
const LEFT: u32 = 10_000;
/// So many join a day.
const A_DAY: u32 = 4_400;
const TOGETHER: u32 = 1_100;

/// The practice on a copy of its own, and what is needed to sell there.
pub struct Large {
    pub shop: Shop,
    pub items: Vec<Sold>,
}

/// Something that the bench sells.
#[derive(Debug, Clone, Copy)]
pub struct Sold {
    pub id: ItemId,
    pub kind: ItemKind,
}

impl Large {
    /// A fresh copy of the practice that is kept in `folder`; made now where there is none of this source.
    pub async fn kept_in(folder: &Path) -> Self {
        let kept = folder.join(format!("practice-{}", fingerprint()));
        if !kept.join("made").exists() {
            say(&format!("making a practice of {MEMBERS} members in {}", kept.display()));
            make(&kept).await;
        }
        let made = std::fs::read_to_string(kept.join("made")).expect("what the making wrote down");
        let mut made = made.split_whitespace().map(|word| word.parse::<i64>().expect("numbers"));
        let mut next = || made.next().expect("three numbers");
        let (millis, at) = (next(), Instant::from_millis(next()));
        let size = std::fs::metadata(kept.join(DATABASE)).map_or(0, |file| file.len());
        figure::note(
            "making the practice of 100,000 (kept for later runs)",
            &format!("{}, {} MB", words(Duration::from_millis(millis.unsigned_abs())), size / 1_000_000),
        );
        let copy = folder.join("copy");
        let _ = std::fs::remove_dir_all(&copy);
        std::fs::create_dir_all(&copy).expect("a folder for the copy");
        std::fs::copy(kept.join(DATABASE), copy.join(DATABASE)).expect("a copy of the practice");
        let shop = Shop::returns_to(&copy, at).await;
        let items = shop.front.does(protocol::items::ListItems::default()).await;
        let items = items.items.iter().map(|view| Sold { id: view.item.id, kind: view.item.kind }).collect();
        Self { shop, items }
    }
}

/// Of all that decides what the made practice looks like: the rules, the store, the schema and this page.
fn fingerprint() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut hasher = blake3::Hasher::new();
    for part in
        ["crates/domain/src", "crates/store/src", "migrations", "crates/testkit/src/bin/bench/large.rs"]
    {
        hash(&root.join(part), &mut hasher);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

fn hash(path: &Path, hasher: &mut blake3::Hasher) {
    let Ok(inside) = std::fs::read_dir(path) else {
        hasher.update(&std::fs::read(path).expect("the source of this program"));
        return;
    };
    let mut paths: Vec<PathBuf> = inside.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        hash(&path, hasher);
    }
}

async fn make(kept: &Path) {
    let _ = std::fs::remove_dir_all(kept);
    let began = Stopwatch::now();
    let shop = Shop::opens_in(kept).await;
    shop.front.desk.store().be_quick().await.expect("a quick database");
    let plans = put_on_sale(&shop).await;
    let mut dice = Rng::with_seed(100_000);
    for first in (0..MEMBERS + LEFT).step_by(A_DAY as usize) {
        for first in (first..first + A_DAY).step_by(TOGETHER as usize) {
            join(&shop, &plans, first..first + TOGETHER, &mut dice).await;
        }
        shop.nobody_comes_for(1);
        shop.front.desk.daily_round().await.expect("the daily round");
    }
    shop.front.desk.store().be_durable().await.expect("a durable database");
    let at = shop.clock().now().millis();
    shop.front.desk.close().await.expect("a closed database");
    let took = began.elapsed().as_millis();
    std::fs::write(kept.join("made"), format!("{took} {at}\n")).expect("what the making took");
}

/// Forty items on four shelves and four plans, all billed by the year or the half year, with a credit every month.
async fn put_on_sale(shop: &Shop) -> Vec<(PlanId, Terms)> {
    let front = &shop.front;
    let classes = front.does(SaveTaxClass { id: None, name: "Goods".into(), archived: false }).await;
    let class: TaxClassId = classes.tax_classes[0].id;
    let location = front.does(GetPractice {}).await.locations[0].clone();
    front
        .does(SaveLocation {
            id: Some(location.id),
            name: location.name.clone(),
            address: String::new(),
            tax_mode: domain::plan::TaxMode::Exclusive,
            tax_rates: [(class, "8.875".parse().expect("a rate"))].into(),
            archived: false,
        })
        .await;
    let mut shelves: Vec<CategoryId> = Vec::new();
    for name in ["Facials", "Massage", "Wellness rooms", "Skin care"] {
        let view = front.does(SaveCategory { id: None, name: name.into(), order: 0, archived: false }).await;
        shelves.push(view.categories.iter().find(|one| one.name == name).expect("just saved").id);
    }
    let mut items = Vec::new();
    for nth in 0..40_usize {
        let kind = [ItemKind::Service, ItemKind::Service, ItemKind::Rental, ItemKind::Product][nth % 4];
        let item = SaveItem {
            id: None,
            kind,
            name: format!("Item {nth:02}"),
            code: Some(format!("C{nth:03}")),
            category: Some(shelves[nth % 4]),
            price: Money::from_minor(3_000 + 450 * nth as i64),
            tax_class: Some(class),
            minutes: (kind == ItemKind::Service).then_some(60),
            max_minutes: (kind == ItemKind::Rental).then_some(180),
            favourite: nth < 8,
        };
        items.push(front.does(item).await.item.id);
    }
    let mut plans = Vec::new();
    for (nth, name) in (0..).zip(["Silver", "Gold", "Platinum", "Founders"]) {
        let benefit = |kind: u128| BenefitId(Uuid::from_u128(1000 * (nth + 1) + kind));
        let mut terms = gold();
        terms.price = Money::from_minor(30_000 + 10_000 * nth as i64);
        terms.frequency = if nth % 2 == 0 { Frequency::Annual } else { Frequency::SemiAnnual };
        terms.discounts[0].id = benefit(1);
        terms.credits[0].id = benefit(2);
        if nth == 2 {
            terms.credits[0].expiry = Expiry::PeriodEnd;
        }
        if nth == 3 {
            terms.credits[0].items =
                ItemFilter::Except(ItemSet { items: vec![], categories: vec![shelves[3]] });
        }
        if nth == 1 {
            terms.included = vec![Included {
                id: benefit(3),
                items: ItemSet { items: vec![items[0], items[1]], categories: vec![] },
                quantity: Some(1),
                renewal: Renewal::Monthly,
                allowance: None,
            }];
        }
        plans.push((front.offers(name, terms.clone()).await, terms));
    }
    plans
}

async fn join(shop: &Shop, plans: &[(PlanId, Terms)], people: std::ops::Range<u32>, dice: &mut Rng) {
    let (now, today) = (shop.clock().now(), shop.today());
    let actor = Actor { staff: None, approved_by: None };
    let mut drafts = Vec::new();
    for nth in people {
        for (kind, change) in (3..).zip(one(plans, nth, today, dice)) {
            drafts.push(Draft { id: RecordId(id(now, kind, nth)), actor, change });
        }
    }
    let mut tx = shop.front.desk.store().begin().await.expect("a transaction");
    tx.append(drafts, now, today).await.expect("records");
    tx.commit().await.expect("a commit");
}

/// What one person's membership begins with, and for some how it goes on at once.
fn one(plans: &[(PlanId, Terms)], nth: u32, today: Day, dice: &mut Rng) -> Vec<Change> {
    let at = Instant::from_millis(today.date().and_time(Default::default()).and_utc().timestamp_millis());
    let (customer, enrollment) = (CustomerId(id(at, 1, nth)), EnrollmentId(id(at, 2, nth)));
    let (plan, terms) = &plans[dice.usize(0..100) * dice.usize(0..100) * plans.len() / 10_000];
    let name = names::someone(dice);
    let word: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let person = Person {
        name,
        email: format!("{word}{nth}@example.com"),
        phone: format!("+1 {} 555 {:04}", [518, 845, 914][dice.usize(0..3)], dice.u32(0..10_000)),
        card_code: format!("LK{nth:06}"),
        external_id: String::new(),
        ..Person::default()
    };
    let fate = dice.u32(0..100);
    let leaves = nth % 11 == 10;
    let later = !leaves && fate >= 98;
    let paid = leaves || fate < 96;
    let mut changes = vec![
        Change::CustomerCreated { customer, person },
        Change::Enrolled(Box::new(Enrolled {
            enrollment,
            customer,
            plan: *plan,
            version: 1,
            terms: terms.clone(),
            start: if later { today.plus_days(90) } else { today },
            pays: PaysBy::Counter,
            consent: Consent { how: ConsentHow::InPerson, shown: Vec::new() },
            seats: None,
            people: Vec::new(),
            credit_outlives_days: 0,
            provisional: false,
        })),
    ];
    if paid && !later {
        let taxed = terms.taxed(terms.first_price());
        changes.push(Change::ChargeCollected(ChargeCollected {
            enrollment,
            customer,
            period: 0,
            total: taxed.total,
            tax: taxed.tax,
            tenders: Vec::new(),
            number: ReceiptNumber { code: "A".into(), number: nth + 1 },
            ticket: None,
            stripe: None,
            settles: None,
        }));
        let granted = terms.credits.iter().map(|credit| credit.id);
        let granted = granted.chain(terms.included.iter().map(|included| included.id));
        changes.extend(granted.map(|benefit| Change::CreditRefreshed {
            enrollment,
            benefit,
            person: None,
            n: 0,
        }));
        let reason = || "Moving away".to_owned();
        match fate {
            _ if leaves => {
                changes.push(Change::EnrollmentCancelled {
                    enrollment,
                    reason: reason(),
                    minimum_waived: true,
                });
            }
            90..93 => changes.push(Change::EnrollmentPaused { enrollment, until: None }),
            93..96 => {
                changes.push(Change::CancelScheduled { enrollment, reason: reason(), minimum_waived: true });
            }
            _ => {}
        }
    }
    changes
}

/// Ordered by time as all ids are, and the same whenever the practice is made.
fn id(at: Instant, kind: u64, nth: u32) -> Uuid {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&(kind << 32 | u64::from(nth)).to_be_bytes());
    desk::uuid_v7(at, random)
}
