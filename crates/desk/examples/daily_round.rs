//! Measures the daily round where every member's monthly credit is due on the same day:
//! `cargo run --release -p desk --example daily_round -- 100000`.

use desk::Clock;
use domain::enrollment::PaysBy;
use domain::plan::{Frequency, Terms};
use domain::record::{Actor, Change, ChargeCollected, Consent, ConsentHow, Enrolled, ReceiptNumber};
use domain::{CustomerId, EnrollmentId, Money, RecordId};
use std::time::Instant as Stopwatch;
use store::Draft;
use testkit::{Shop, gold};
use uuid::Uuid;

const TOGETHER: u32 = 2_000;

#[tokio::main]
async fn main() {
    let members: u32 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(10_000);
    let shop = Shop::opens().await;
    let began = Stopwatch::now();
    fill(&shop, members).await;
    println!("{members} members enrolled in {:.1?}", began.elapsed());
    shop.nobody_comes_for(31);
    for round in ["first", "second"] {
        let began = Stopwatch::now();
        let done = shop.front.desk.daily_round().await.expect("a round");
        println!("{round} round: {} granted in {:.1?}", done.granted, began.elapsed());
    }
}

/// Everybody joined today for a year, and has had the first month's credit.
async fn fill(shop: &Shop, members: u32) {
    let terms = Terms { frequency: Frequency::Annual, ..gold() };
    let plan = shop.front.offers("Gold", terms.clone()).await;
    let (now, today) = (shop.clock().now(), shop.today());
    let actor = Actor { staff: None, approved_by: None };
    for first in (0..members).step_by(TOGETHER as usize) {
        let mut drafts = Vec::new();
        for nth in first..members.min(first + TOGETHER) {
            let id = |kind: u128| Uuid::from_u128(kind << 64 | u128::from(nth) << 16 | 0x0191_u128 << 100);
            let (customer, enrollment) = (CustomerId(id(1)), EnrollmentId(id(2)));
            let person = domain::customer::Person {
                name: format!("Member {nth}"),
                ..domain::customer::Person::default()
            };
            let total = Money::from_minor(10_800);
            let changes = [
                Change::CustomerCreated { customer, person },
                Change::Enrolled(Box::new(Enrolled {
                    enrollment,
                    customer,
                    plan,
                    version: 1,
                    terms: terms.clone(),
                    start: today,
                    pays: PaysBy::Counter,
                    consent: Consent { how: ConsentHow::InPerson, shown: Vec::new() },
                })),
                Change::ChargeCollected(ChargeCollected {
                    enrollment,
                    customer,
                    period: 0,
                    total,
                    tax: Money::from_minor(800),
                    tenders: Vec::new(),
                    number: ReceiptNumber { code: "A".into(), number: nth + 1 },
                }),
                Change::CreditRefreshed { enrollment, benefit: terms.credits[0].id, person: None, n: 0 },
            ];
            for (kind, change) in (3..).zip(changes) {
                drafts.push(Draft { id: RecordId(id(kind)), actor, change });
            }
        }
        let mut tx = shop.front.desk.store().begin().await.expect("a transaction");
        tx.append(drafts, now, today).await.expect("records");
        tx.commit().await.expect("a commit");
    }
}
