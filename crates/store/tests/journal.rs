//! The journal on real, encrypted databases: whatever order records arrive in, every desk ends in the same state.

use domain::checkout::{LineInput, LineKind, Payment, QuoteInput, TenderKind, TenderOffer, settle};
use domain::customer::{Note, Person};
use domain::enrollment::{BroughtBalance, PaysBy, When};
use domain::gift_card::IssuedCard;
use domain::item::{Item, ItemFilter, ItemKind, ItemSet};
use domain::plan::*;
use domain::record::{
    Actor, Change, ChargeCollected, ChargeRefunded, Consent, ConsentHow, Enrolled, Entity,
    MembershipImported, ReceiptNumber, TicketHeld, TicketSettled,
};
use domain::{
    BenefitId, CustomerId, Day, DeskId, EnrollmentId, Instant, ItemId, LineId, LocationId, Money, PlanId,
    Rate, RecordId, StaffId, TicketId,
};
use proptest::prelude::*;
use std::path::Path;
use store::{
    CustomerKey, DatabaseKey, Draft, SealedRecord, Store, StoreError, diagnose, everything, fingerprint,
    put_customer_key,
};
use uuid::Uuid;

const PLAN: PlanId = PlanId(Uuid::from_u128(10));
const CREDIT: BenefitId = BenefitId(Uuid::from_u128(11));
const ITEM: ItemId = ItemId(Uuid::from_u128(12));
const STAFF: StaffId = StaffId(Uuid::from_u128(13));

fn customer(n: u8) -> CustomerId {
    CustomerId(Uuid::from_u128(100 + u128::from(n % 3)))
}

fn enrollment(n: u8) -> EnrollmentId {
    EnrollmentId(Uuid::from_u128(200 + u128::from(n % 2)))
}

fn day(n: u16) -> Day {
    Day::ymd(2026, 1, 1).unwrap().plus_days(i64::from(n % 90))
}

fn terms() -> Terms {
    Terms {
        price: Money::from_minor(9_900),
        tax_rate: Rate::ZERO,
        tax_mode: TaxMode::Exclusive,
        frequency: Frequency::Monthly,
        setup_fee: Money::ZERO,
        minimum_cycles: 0,
        maximum_cycles: 0,
        discounts: Vec::new(),
        credits: vec![Credit {
            id: CREDIT,
            unit: CreditUnit::Money,
            amount: 10_000,
            renewal: Renewal::Monthly,
            usage: Usage::Deduct,
            expiry: Expiry::RolloverCap(15_000),
            items: ItemFilter::All,
            allowance: None,
        }],
        included: Vec::new(),
        access: ItemSet::default(),
        family: Family::Shared { up_to: 3 },
        pause: PausePolicy::default(),
        cancel: CancelPolicy { prorates: true },
        past_due: PastDuePolicy::default(),
    }
}

fn card(n: u8) -> String {
    format!("CARD{}", n % 3)
}

/// A ticket over $20.00; several desks may settle the same one.
fn sale(n: u8, on: Day, paid: TenderKind) -> TicketSettled {
    let line = LineInput {
        id: LineId(Uuid::from_u128(1)),
        item: ITEM,
        name: "Facial".into(),
        kind: LineKind::Service,
        category: None,
        list_price: Money::from_minor(2_000),
        price_override: None,
        tax_rate: Rate::ZERO,
        tax_mode: TaxMode::Exclusive,
        qty: 1,
        minutes: None,
        max_minutes: None,
        members_only: Vec::new(),
        manual_discount: None,
        plan: None,
        note: String::new(),
    };
    let input = QuoteInput {
        location: LocationId(Uuid::from_u128(14)),
        day: on,
        customer_attached: false,
        lines: vec![line],
        entitlements: Vec::new(),
        declined: Default::default(),
        lowered: Vec::new(),
        credit_limit: None,
        ticket_discount: None,
    };
    let payment = Payment {
        expected_due: Money::from_minor(2_000),
        expected_credits: Money::ZERO,
        tenders: vec![TenderOffer { kind: paid, amount: Money::from_minor(2_000) }],
        tip: Money::ZERO,
        cash_step: 1,
    };
    TicketSettled {
        ticket: TicketId(Uuid::from_u128(300 + u128::from(n))),
        location: input.location,
        customer: None,
        number: ReceiptNumber { code: "A".into(), number: u32::from(n) },
        settled: settle(&input, &payment).unwrap(),
        gift_cards: Vec::new(),
        note: format!("Ticket of {n}"),
    }
}

/// What a desk may write, without knowing what the others wrote meanwhile.
fn change(kind: u8, n: u8, on: Day) -> Change {
    let id = enrollment(n);
    match kind % 25 {
        0 => Change::PlanCreated {
            plan: PLAN,
            about: PlanAbout {
                name: format!("Gold {n}"),
                description: String::new(),
                image: None,
                image_alt: String::new(),
                scope: Scope::All,
                order: 0,
            },
            terms: Box::new(terms()),
            note: String::new(),
        },
        1 => Change::PlanVersioned {
            plan: PLAN,
            terms: Box::new(Terms { price: Money::from_minor(10_000 + i64::from(n)), ..terms() }),
            note: String::new(),
        },
        2 | 3 => Change::CustomerCreated {
            customer: customer(n),
            person: Person { name: format!("Ana {n}"), ..Person::default() },
        },
        4 => Change::CustomerEdited {
            customer: customer(n),
            person: Person { name: format!("Ana Ruiz {n}"), phone: format!("555 {n}"), ..Person::default() },
        },
        5 => Change::CustomerNoted {
            customer: customer(n),
            note: Note { on, by: STAFF, text: format!("Note {n}") },
        },
        6 if !n.is_multiple_of(3) => Change::CustomerMerged { customer: customer(n), into: customer(0) },
        6..=8 => Change::Enrolled(Box::new(Enrolled {
            enrollment: id,
            customer: customer(n),
            plan: PLAN,
            version: 1,
            terms: terms(),
            start: on,
            pays: PaysBy::Counter,
            consent: Consent { how: ConsentHow::InPerson, shown: Vec::new() },
            seats: None,
            people: Vec::new(),
            credit_outlives_days: 0,
            provisional: false,
        })),
        9 => Change::ChargeCollected(ChargeCollected {
            enrollment: id,
            customer: customer(n),
            period: u32::from(n % 3),
            total: Money::from_minor(9_900),
            tax: Money::ZERO,
            tenders: Vec::new(),
            number: ReceiptNumber { code: "A".into(), number: u32::from(n) },
            ticket: None,
            stripe: None,
            settles: None,
        }),
        10 => Change::CreditRefreshed { enrollment: id, benefit: CREDIT, person: None, n: u32::from(n % 3) },
        11 => Change::EnrollmentPaused { enrollment: id, until: Some(on.plus_days(10)) },
        12 => Change::EnrollmentResumed { enrollment: id },
        13 => Change::CancelScheduled { enrollment: id, reason: String::new(), minimum_waived: false },
        14 => Change::CreditAdjusted {
            enrollment: id,
            benefit: CREDIT,
            person: None,
            amount: i64::from(n) - 100,
            reason: "Goodwill".into(),
        },
        15 => Change::TermsUpdated {
            enrollment: id,
            version: 2,
            terms: Box::new(Terms { price: Money::from_minor(12_000), ..terms() }),
            when: When::NextBilling,
            consent: None,
        },
        17 => Change::CustomerErased { customer: customer(n), since: day(3) },
        18 => Change::MembershipImported(Box::new(MembershipImported {
            enrollment: id,
            customer: customer(n),
            plan: PLAN,
            version: 1,
            terms: terms(),
            start: on.plus_days(-40),
            next_billing: on.plus_days(i64::from(n % 20)),
            pays: PaysBy::Counter,
            balances: vec![BroughtBalance { benefit: CREDIT, person: None, amount: i64::from(n) }],
            dependents: Vec::new(),
            credit_outlives_days: 0,
        })),
        19 => Change::ChargeRefunded(ChargeRefunded {
            enrollment: id,
            customer: customer(n),
            total: Money::from_minor(1_000),
            tax: Money::ZERO,
            tenders: Vec::new(),
            number: ReceiptNumber { code: "R".into(), number: u32::from(n) },
            reason: format!("Ana {n} asked"),
            cut_short: None,
            ticket: None,
            parts: Vec::new(),
            heard: None,
        }),
        20 => Change::TicketHeld(Box::new(TicketHeld {
            ticket: TicketId(Uuid::from_u128(300 + u128::from(n % 3))),
            location: LocationId(Uuid::from_u128(14)),
            customer: Some(customer(n)),
            label: format!("Ana {n}"),
            lines: 1,
            draft: serde_json::json!({ "note": "for Ana" }),
        })),
        21 => Change::TicketSettled(Box::new(TicketSettled {
            gift_cards: vec![IssuedCard {
                line: LineId(Uuid::from_u128(1)),
                unit: 0,
                code: card(n),
                amount: Money::from_minor(5_000),
            }],
            ..sale(n, on, TenderKind::Cash)
        })),
        22 => Change::TicketSettled(Box::new(sale(n, on, TenderKind::GiftCard { code: card(n) }))),
        23 if n.is_multiple_of(2) => Change::GiftCardAdjusted {
            code: card(n),
            amount: Money::from_minor(i64::from(n) - 100),
            reason: "Counted wrong".into(),
        },
        23 => Change::GiftCardBlocked { code: card(n), reason: "Lost".into() },
        24 => Change::GiftCardUnblocked { code: card(n), reason: "Found".into() },
        _ => Change::ItemSaved(Item {
            id: ITEM,
            kind: ItemKind::Service,
            name: format!("Facial {n}"),
            code: None,
            category: None,
            price: Money::from_minor(i64::from(n)),
            tax_class: None,
            minutes: None,
            max_minutes: None,
            favourite: false,
            archived: false,
        }),
    }
}

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[9; 32])
}

/// A database of desk `n`, with the keys that seal every customer's words.
async fn desk(folder: &Path, n: u128) -> Store {
    let store =
        Store::create(&folder.join(format!("{n}.db")), &key(), DeskId(Uuid::from_u128(n))).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    for n in 0..3 {
        put_customer_key(tx.conn().await.unwrap(), customer(n), &CustomerKey::from_bytes([n; 32]))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    store
}

async fn write(store: &Store, nth: u128, change: Change, on: Day, millis: i64) {
    let mut tx = store.begin().await.unwrap();
    let desk = tx.head().desk.0.as_u128();
    let draft = Draft {
        id: RecordId(Uuid::from_u128(desk << 32 | nth)),
        actor: Actor { staff: Some(STAFF), approved_by: None },
        change,
    };
    match tx.append(vec![draft], Instant::from_millis(millis), on).await {
        Ok(_) => tx.commit().await.unwrap(),
        // This desk knows that they were erased.
        Err(StoreError::Erased(_)) => tx.roll_back().await.unwrap(),
        Err(problem) => panic!("{problem}"),
    }
}

async fn all(store: &Store) -> Vec<SealedRecord> {
    let mut conn = store.readers().acquire().await.unwrap();
    everything(&mut conn).await.unwrap()
}

async fn receive(store: &Store, records: Vec<SealedRecord>) {
    let mut tx = store.begin().await.unwrap();
    tx.receive(records).await.unwrap();
    tx.commit().await.unwrap();
}

async fn settle_on(store: &Store, day: Day) {
    let mut tx = store.begin().await.unwrap();
    tx.advance_to(day, u32::MAX).await.unwrap();
    tx.commit().await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    /// Three desks write while apart; in whatever order and however often their records arrive, all end the same,
    /// and the same as a rebuild from nothing.
    #[test]
    fn every_order_of_arrival_ends_in_the_same_state(
        written in proptest::collection::vec((0..3_u128, any::<u8>(), any::<u8>(), any::<u16>(), 0..4_i64), 1..40),
        order in proptest::collection::vec((any::<u16>(), 1..7_usize), 120),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let mut desks = Vec::new();
            for n in 1..=3 {
                desks.push(desk(folder.path(), n).await);
            }
            let mut clocks = [1_000_i64; 3];
            for (nth, (at, kind, n, on, passed)) in written.iter().enumerate() {
                let at = *at as usize;
                clocks[at] += passed;
                write(&desks[at], nth as u128, change(*kind, *n, day(*on)), day(*on), clocks[at]).await;
            }
            let mut records = Vec::new();
            for store in &desks {
                records.extend(all(store).await);
            }
            // Two that only listen, and the desks themselves: each in another order, with repeats.
            desks.push(desk(folder.path(), 4).await);
            desks.push(desk(folder.path(), 5).await);
            let end = day(89).plus_days(40);
            let mut prints = Vec::new();
            for (nth, store) in desks.iter().enumerate() {
                let mut arriving = records.clone();
                for (step, (from, _)) in order.iter().enumerate() {
                    let count = arriving.len();
                    arriving.swap((step * (nth + 1)) % count, usize::from(*from) % count);
                }
                arriving.extend(arriving.clone().into_iter().step_by(3));
                let mut sizes = order.iter().map(|(_, size)| *size).cycle();
                while !arriving.is_empty() {
                    let size = sizes.next().unwrap_or(1).min(arriving.len());
                    receive(store, arriving.drain(..size).collect()).await;
                }
                settle_on(store, end).await;
                let found = diagnose(store).await.unwrap();
                prop_assert_eq!(found.problems, Vec::<String>::new());
                prints.push(fingerprint(store).await.unwrap());
            }
            for print in &prints {
                prop_assert_eq!(print, &prints[0]);
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_wrong_key_is_said_and_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("1.db");
    let store = desk(folder.path(), 1).await;
    write(&store, 1, change(2, 1, day(1)), day(1), 5).await;
    store.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    assert_ne!(&before[..15], b"SQLite format 3");
    assert!(!before.windows(5).any(|bytes| bytes == b"Ana 1"));
    let wrong = Store::open(&path, &DatabaseKey::from_bytes(&[1; 32])).await;
    assert!(matches!(wrong, Err(StoreError::WrongKey)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let right = Store::open(&path, &key()).await.unwrap();
    assert_eq!(all(&right).await.len(), 1);
    assert!(matches!(
        Store::create(&path, &key(), DeskId(Uuid::from_u128(9))).await,
        Err(StoreError::AlreadyExists(_))
    ));
}

#[tokio::test]
async fn a_record_altered_on_its_way_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let from = desk(folder.path(), 1).await;
    let to = desk(folder.path(), 2).await;
    write(&from, 1, change(16, 50, day(1)), day(1), 5).await;
    let mut records = all(&from).await;
    let last = records[0].body.len() - 3;
    records[0].body[last] ^= 1;
    let mut tx = to.begin().await.unwrap();
    assert!(matches!(tx.receive(records).await, Err(StoreError::Altered(_))));
    drop(tx);
    assert!(all(&to).await.is_empty());
}

#[tokio::test]
async fn a_transaction_that_is_dropped_never_happened() {
    let folder = tempfile::tempdir().unwrap();
    let store = desk(folder.path(), 1).await;
    let mut tx = store.begin().await.unwrap();
    let draft = Draft {
        id: RecordId(Uuid::from_u128(1)),
        actor: Actor { staff: None, approved_by: None },
        change: change(16, 1, day(1)),
    };
    tx.append(vec![draft], Instant::from_millis(1), day(1)).await.unwrap();
    assert_eq!(tx.next_receipt(), 1);
    drop(tx);
    assert!(all(&store).await.is_empty());
    assert_eq!(store.head().await.seq, 0);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.next_receipt(), 1);
    tx.roll_back().await.unwrap();
    write(&store, 2, change(16, 2, day(1)), day(1), 2).await;
    assert_eq!(store.head().await.seq, 1);
}

#[tokio::test]
async fn the_doctor_finds_what_was_planted() {
    let folder = tempfile::tempdir().unwrap();
    let store = desk(folder.path(), 1).await;
    write(&store, 1, change(2, 0, day(1)), day(1), 5).await;
    write(&store, 2, change(7, 0, day(1)), day(1), 6).await;
    settle_on(&store, day(3)).await;
    assert_eq!(diagnose(&store).await.unwrap().problems, Vec::<String>::new());
    for (plant, word) in [
        ("UPDATE enrollment SET balance = balance + 1", "enrollment"),
        ("UPDATE customer SET name = 'Eve'", "customer"),
        ("UPDATE record SET hash = zeroblob(32) WHERE seq = 2", "altered"),
        ("DELETE FROM record WHERE seq = 1", "no record 1"),
    ] {
        let mut tx = store.begin().await.unwrap();
        sqlx::query(plant).execute(tx.conn().await.unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        let found = diagnose(&store).await.unwrap().problems.join(" ");
        assert!(found.contains(word), "{plant}: {found}");
    }
}

#[tokio::test]
async fn a_refresh_granted_on_two_desks_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (desk(folder.path(), 1).await, desk(folder.path(), 2).await);
    write(&one, 1, change(2, 0, day(1)), day(1), 1).await;
    write(&one, 2, change(7, 0, day(1)), day(1), 2).await;
    write(&one, 3, change(9, 0, day(1)), day(1), 3).await;
    receive(&two, all(&one).await).await;
    write(&one, 4, change(10, 0, day(1)), day(1), 4).await;
    write(&two, 4, change(10, 0, day(1)), day(1), 4).await;
    receive(&one, all(&two).await).await;
    receive(&two, all(&one).await).await;
    for store in [&one, &two] {
        let mut conn = store.readers().acquire().await.unwrap();
        let state = store::query::entity(&mut conn, Entity::Enrollment(enrollment(0))).await.unwrap();
        let Some(domain::fold::State::Enrollment(held)) = state else { panic!("no enrollment") };
        assert_eq!(held.accounts[0].balance(), 10_000);
    }
    settle_on(&one, day(2)).await;
    settle_on(&two, day(2)).await;
    assert_eq!(fingerprint(&one).await.unwrap(), fingerprint(&two).await.unwrap());
}

/// Every cell of every table, the full-text index's own among them, as SQLite prints it.
async fn everything_stored(store: &Store) -> Vec<u8> {
    use sqlx::Row;
    let mut conn = store.readers().acquire().await.unwrap();
    let tables = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(&mut *conn)
        .await
        .unwrap();
    let mut dump = Vec::new();
    for table in tables {
        let name: String = table.get(0);
        if name == "customer_words" {
            continue;
        }
        let columns = sqlx::query("SELECT name FROM pragma_table_info(?)")
            .bind(&name)
            .fetch_all(&mut *conn)
            .await
            .unwrap();
        for column in columns {
            let sql =
                format!("SELECT CAST(\"{}\" AS BLOB) AS cell FROM \"{name}\"", column.get::<String, _>(0));
            for row in sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *conn).await.unwrap() {
                dump.extend(row.get::<Option<Vec<u8>>, _>("cell").unwrap_or_default());
                dump.push(b'\n');
            }
        }
    }
    dump
}

fn holds(dump: &[u8], word: &str) -> bool {
    dump.windows(word.len()).any(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()))
}

#[tokio::test]
async fn an_erased_person_is_nowhere_any_more_on_any_desk() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (desk(folder.path(), 1).await, desk(folder.path(), 2).await);
    let person = Person {
        name: "Xanthippe Quill".into(),
        email: "xq@example.com".into(),
        phone: "555 0199".into(),
        external_id: "EXT77".into(),
        ..Person::default()
    };
    let ana = CustomerId(Uuid::from_u128(100));
    let refund = |reason: &str| {
        Change::ChargeRefunded(ChargeRefunded {
            enrollment: enrollment(0),
            customer: ana,
            total: Money::from_minor(1_000),
            tax: Money::ZERO,
            tenders: Vec::new(),
            number: ReceiptNumber { code: "A".into(), number: 2 },
            reason: reason.into(),
            cut_short: None,
            ticket: None,
            parts: Vec::new(),
            heard: None,
        })
    };
    write(&one, 1, Change::CustomerCreated { customer: ana, person: person.clone() }, day(1), 1).await;
    write(&one, 2, change(7, 0, day(1)), day(1), 2).await;
    write(&one, 3, change(9, 0, day(1)), day(1), 3).await;
    let note = Note { on: day(2), by: STAFF, text: "Calls herself Xanthi".into() };
    write(&one, 4, Change::CustomerNoted { customer: ana, note }, day(2), 4).await;
    write(&one, 5, refund("Xanthippe moved"), day(2), 5).await;
    let leave = |reason: &str| Change::EnrollmentCancelled {
        enrollment: enrollment(0),
        reason: reason.into(),
        minimum_waived: false,
    };
    write(&one, 6, leave("Quill left town"), day(2), 6).await;
    receive(&two, all(&one).await).await;
    // While apart, the other desk writes of her once more.
    let edited = Person { phone: "555 0111".into(), ..person };
    write(&two, 7, Change::CustomerEdited { customer: ana, person: edited }, day(3), 7).await;
    write(&two, 8, refund("Once more for Xanthippe"), day(3), 8).await;
    for store in [&one, &two] {
        let dump = everything_stored(store).await;
        assert!(holds(&dump, "quill") && holds(&dump, "xq@example") && holds(&dump, "xanthippe"));
        assert!(!holds(&dump, "left town") && !holds(&dump, "xanthippe moved"), "reasons lie sealed");
    }

    write(&one, 9, Change::CustomerErased { customer: ana, since: day(1) }, day(3), 9).await;
    receive(&two, all(&one).await).await;
    receive(&one, all(&two).await).await;
    // Her key does not come back with a later sync.
    for store in [&one, &two] {
        let mut tx = store.begin().await.unwrap();
        put_customer_key(tx.conn().await.unwrap(), ana, &CustomerKey::from_bytes([0; 32])).await.unwrap();
        tx.commit().await.unwrap();
        let dump = everything_stored(store).await;
        for word in ["xanthi", "quill", "xq@example", "5550199", "555 0199", "555 0111", "left town", "ext77"]
        {
            assert!(!holds(&dump, word), "{word} is still there");
        }
        assert!(holds(&dump, "Erased person 0064"));
        let mut conn = store.readers().acquire().await.unwrap();
        assert_eq!(store::query::customers_by_words(&mut conn, "xanthippe", 5).await.unwrap(), []);
        assert!(store::is_erased(&mut conn, ana).await.unwrap());
        drop(conn);
        settle_on(store, day(5)).await;
        assert_eq!(diagnose(store).await.unwrap().problems, Vec::<String>::new());
    }
    assert_eq!(fingerprint(&one).await.unwrap(), fingerprint(&two).await.unwrap());
    // Both refunds still count.
    let mut conn = one.readers().acquire().await.unwrap();
    let state = store::query::entity(&mut conn, Entity::Enrollment(enrollment(0))).await.unwrap();
    let Some(domain::fold::State::Enrollment(held)) = state else { panic!("no enrollment") };
    assert_eq!(held.totals.refunded, Money::from_minor(2_000));
    assert!(held.ended.is_some());
}
