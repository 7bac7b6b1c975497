//! A day at the counter, on a real encrypted database: from the guide to a refund, and all of it again after a restart.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use desk::{Clock, Desk, SystemIds};
use domain::checkout::{TenderKind, TenderOffer};
use domain::item::ItemKind;
use domain::{Currency, DeskId, Instant, LineId, Money, RequestKey, TicketId};
use protocol::ErrorReply;
use protocol::items::SaveItem;
use protocol::keeping::{GetLog, ListTasks, RunDoctor, Search, Thing};
use protocol::practice::{SetUpPractice, SignIn, SignOut, WhoAmI};
use protocol::receipt::GetReceiptPdf;
use protocol::tickets::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::{DatabaseKey, Store};
use uuid::Uuid;

struct ManualClock(AtomicI64);

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// 12 March 2026, 15:00 UTC.
const NOON: i64 = 1_773_327_600_000;

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[7; 32])
}

async fn open(path: &std::path::Path, clock: &Arc<ManualClock>) -> Desk {
    let store = if path.exists() {
        Store::open(path, &key()).await.unwrap()
    } else {
        Store::create(path, &key(), DeskId(Uuid::from_u128(1))).await.unwrap()
    };
    Desk::open(store, clock.clone(), Arc::new(SystemIds)).await.unwrap()
}

async fn set_up(desk: &Desk) {
    let request = SetUpPractice {
        name: "Larkspur".into(),
        currency: Currency::USD,
        time_zone: "America/New_York".into(),
        customer_word: domain::practice::CustomerWord::Patient,
        location_name: "Main Street".into(),
        desk_name: "Front desk".into(),
        owner_name: "Dana Whitfield".into(),
        owner_pin: "4711".into(),
    };
    let session = desk.ask(request, Some(desk.fresh_key())).await.unwrap();
    assert_eq!(session.staff.name, "Dana Whitfield");
    assert_eq!(session.today.to_string(), "2026-03-12");
}

fn item(name: &str, kind: ItemKind, price: i64) -> SaveItem {
    SaveItem {
        id: None,
        kind,
        name: name.into(),
        code: None,
        category: None,
        price: Money::from_minor(price),
        tax_class: None,
        minutes: None,
        max_minutes: None,
        favourite: false,
    }
}

fn draft(item: domain::ItemId, qty: u32) -> TicketDraft {
    TicketDraft {
        id: TicketId(Uuid::from_u128(100)),
        customer: None,
        lines: vec![DraftLine { qty, ..DraftLine::of(LineId(Uuid::from_u128(200)), item) }],
        declined: Vec::new(),
        lowered: Vec::new(),
        credit_limit: None,
        ticket_discount: None,
        note: String::new(),
    }
}

fn cash(minor: i64) -> Vec<TenderOffer> {
    vec![TenderOffer { kind: TenderKind::Cash, amount: Money::from_minor(minor) }]
}

fn settle(draft: TicketDraft, due: i64, tendered: i64) -> SettleTicket {
    SettleTicket {
        draft,
        expected_due: Money::from_minor(due),
        expected_credits: Money::ZERO,
        tenders: cash(tendered),
        tip: Money::ZERO,
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, ErrorReply>) -> String {
    result.unwrap_err().code
}

#[tokio::test]
async fn a_sale_its_refund_and_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.db");
    let clock = Arc::new(ManualClock(AtomicI64::new(NOON)));
    let desk = open(&path, &clock).await;
    set_up(&desk).await;
    let facial =
        desk.ask(item("Express Facial", ItemKind::Service, 8_500), Some(desk.fresh_key())).await.unwrap();

    let ticket = draft(facial.item.id, 2);
    let pay = RequestKey(Uuid::from_u128(300));
    assert_eq!(
        code(desk.ask(settle(ticket.clone(), 16_000, 20_000), Some(desk.fresh_key())).await),
        "stale_total"
    );
    assert_eq!(
        code(desk.ask(settle(ticket.clone(), 17_000, 10_000), Some(desk.fresh_key())).await),
        "tenders_do_not_cover"
    );
    let sold = desk.ask(settle(ticket.clone(), 17_000, 20_000), Some(pay)).await.unwrap();
    assert_eq!(sold.number, "A-1");
    assert_eq!(sold.settled.tenders[0].change, Money::from_minor(3_000));

    // The same key again answers the same and sells nothing twice; other content under it is refused.
    let again = desk.ask(settle(ticket.clone(), 17_000, 20_000), Some(pay)).await.unwrap();
    assert_eq!(again, sold);
    assert_eq!(code(desk.ask(settle(ticket.clone(), 17_000, 17_000), Some(pay)).await), "key_reused");
    assert_eq!(code(desk.ask(settle(ticket, 17_000, 20_000), Some(desk.fresh_key())).await), "not_now");

    let refund = |qty, expected| RefundTicket {
        ticket: sold.id,
        lines: vec![RefundLine::of(sold.settled.input.lines[0].id, qty)],
        reason: "Did not take place".into(),
        expected: Money::from_minor(expected),
        after_end: None,
    };
    assert_eq!(code(desk.ask(refund(3, 25_500), Some(desk.fresh_key())).await), "more_than_sold");
    let refunded = desk.ask(refund(1, 8_500), Some(desk.fresh_key())).await.unwrap();
    assert_eq!(refunded.status, TicketStatus::PartlyRefunded);
    assert_eq!(refunded.refunds[0].number, "A-2");
    assert_eq!(code(desk.ask(refund(2, 17_000), Some(desk.fresh_key())).await), "more_than_sold");

    let receipt = receipt_text(&desk, sold.id).await;
    for words in [
        "Larkspur",
        "Main Street",
        "A-1 · 12 Mar 2026",
        "Served by Dana Whitfield",
        "2 × Express Facial $170.00",
        "$85.00 each",
        "Total $170.00",
        "Cash $200.00",
        "Change −$30.00",
        "Refund A-2, 12 Mar 2026 −$85.00",
    ] {
        assert!(receipt.contains(words), "{words} is missing in {receipt}");
    }

    desk.close().await.unwrap();
    let desk = open(&path, &clock).await;
    let door = desk.ask(WhoAmI {}, None).await.unwrap();
    assert!(door.session.is_none());
    assert_eq!(code(desk.ask(GetTicket { id: sold.id }, None).await), "not_signed_in");
    assert_eq!(code(desk.ask(GetReceiptPdf { ticket: sold.id }, None).await), "not_signed_in");
    let dana = door.staff[0].id;
    desk.ask(SignIn { staff: dana, pin: "4711".into() }, None).await.unwrap();
    assert_eq!(desk.ask(GetTicket { id: sold.id }, None).await.unwrap(), refunded);
    let found = desk.ask(Search { text: "A-1".into(), limit: None }, None).await.unwrap();
    assert_eq!(found.hits[0].thing, Thing::Ticket(sold.id));
    assert_eq!(
        desk.ask(GetLog { about: Thing::Ticket(sold.id), after: None, limit: None }, None)
            .await
            .unwrap()
            .entries
            .len(),
        2
    );
    assert!(desk.ask(ListTasks { closed: false }, None).await.unwrap().is_empty());
    let health = desk.ask(RunDoctor {}, None).await.unwrap();
    assert_eq!(health.problems, Vec::<String>::new());
    assert!(health.healthy);
}

/// What the receipt's PDF says, one space for every gap.
async fn receipt_text(desk: &Desk, ticket: TicketId) -> String {
    let file = desk.ask(GetReceiptPdf { ticket }, None).await.unwrap();
    assert_eq!(file.name, "Receipt A-1.pdf");
    let pdf = BASE64_STANDARD.decode(file.base64).unwrap();
    let text = pdf_extract::extract_text_from_mem(&pdf).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn wrong_pins_lock_and_time_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock(AtomicI64::new(NOON)));
    let desk = open(&folder.path().join("practice.db"), &clock).await;
    set_up(&desk).await;
    desk.ask(SignOut {}, None).await.unwrap();
    let dana = desk.ask(WhoAmI {}, None).await.unwrap().staff[0].id;
    let try_pin = |pin: &str| SignIn { staff: dana, pin: pin.into() };
    for _ in 0..4 {
        assert_eq!(code(desk.ask(try_pin("0000"), None).await), "wrong_pin");
    }
    assert_eq!(code(desk.ask(try_pin("0000"), None).await), "pin_locked");
    assert_eq!(code(desk.ask(try_pin("4711"), None).await), "pin_locked");
    clock.0.fetch_add(61_000, Ordering::SeqCst);
    desk.ask(try_pin("4711"), None).await.unwrap();
    // Idle too long: locked.
    clock.0.fetch_add(16 * 60_000, Ordering::SeqCst);
    assert_eq!(code(desk.ask(RunDoctor {}, None).await), "not_signed_in");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock(AtomicI64::new(NOON)));
    let desk = open(&folder.path().join("practice.db"), &clock).await;
    set_up(&desk).await;
    for (name, price) in
        [("", 100), ("   ", 100), ("Facial", -1), ("Facial", 10_000_000_001), ("a\u{0}b", 100)]
    {
        assert_eq!(
            code(desk.ask(item(name, ItemKind::Service, price), Some(desk.fresh_key())).await),
            "invalid"
        );
    }
    let long = "x".repeat(10_000);
    assert_eq!(code(desk.ask(item(&long, ItemKind::Service, 100), Some(desk.fresh_key())).await), "invalid");
    for name in ["<script>alert(1)</script>", "🌿 Facial", "العناية بالبشرة"] {
        let row = desk.ask(item(name, ItemKind::Service, 100), Some(desk.fresh_key())).await.unwrap();
        assert_eq!(row.item.name, name);
    }
    assert_eq!(code(desk.ask(item("No key", ItemKind::Service, 100), None).await), "key_missing");
}
