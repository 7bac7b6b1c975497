//! Mistakes of somebody in a hurry: no money is wrong, nothing is lost, and the way back exists.

use domain::checkout::{TenderKind, TenderOffer};
use domain::item::ItemKind;
use domain::plan::Terms;
use domain::{CustomerId, Instant, ItemId, LineId, Money, RequestKey, TicketId};
use protocol::drawers::{CloseDrawer, GetDrawer, OpenDrawer};
use protocol::enrollments::*;
use protocol::gift_cards::GetGiftCard;
use protocol::tickets::*;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use testkit::{DANA, Front, ROSA, Shop, cash, gold};
use uuid::Uuid;

fn usd(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn terminal(minor: i64) -> Vec<TenderOffer> {
    vec![TenderOffer { kind: TenderKind::Terminal { reference: "A7".into() }, amount: usd(minor) }]
}

fn void(ticket: &TicketView) -> VoidTicket {
    VoidTicket { id: ticket.id, reason: "A mistake".into() }
}

fn refund(ticket: &TicketView, expected: i64) -> RefundTicket {
    RefundTicket {
        ticket: ticket.id,
        lines: ticket.refundable.clone(),
        reason: "A mistake".into(),
        expected: usd(expected),
        after_end: None,
    }
}

/// What the drawer should hold now.
async fn in_the_drawer(front: &Front) -> Money {
    front.does(GetDrawer {}).await.open.expect("an open drawer").expected
}

async fn opens_the_drawer(front: &Front) {
    front.does(OpenDrawer { counted: usd(10_000), note: String::new() }).await;
}

async fn tickets(front: &Front) -> Vec<TicketRow> {
    front.does(ListTickets { customer: None, from: None, to: None, after: None, limit: Some(500) }).await.rows
}

/// Ava, who holds Gold with $100.00 of credit and 10 % off.
async fn ava(front: &Front) -> (CustomerId, domain::EnrollmentId) {
    let ava = front.puts_on_file("Ava Moreau").await;
    let plan = front.offers("Gold", gold()).await;
    (ava, front.enrolls(ava, plan, cash(10_800)).await.enrollment.id)
}

async fn credit(front: &Front, id: domain::EnrollmentId) -> i64 {
    front.sees(id).await.balances[0].left
}

#[tokio::test]
async fn pay_is_pressed_twice() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    opens_the_drawer(front).await;
    let request = front.settling(front.draft(None, vec![front.line(facial, 1)]), cash(8_000)).await;
    let key = front.desk.fresh_key();
    let (first, second) =
        tokio::join!(front.asks_as(request.clone(), key), front.asks_as(request.clone(), key));
    assert_eq!(first.expect("settled"), second.expect("the same answer"));
    // Even under another key the same ticket is not taken twice.
    let again = front.asks(request).await.expect_err("a refusal");
    assert!(
        again.message.contains("No money moved") || again.message.contains("Nothing was done"),
        "{}",
        again.message
    );
    assert_eq!((tickets(front).await.len(), in_the_drawer(front).await), (1, usd(18_000)));
    front.is_healthy().await;
}

#[tokio::test]
async fn the_ticket_is_left_in_the_middle() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ava, id) = ava(front).await;
    let facial = front.sells("Facial", 8_000).await;
    let before = front.everything().await;
    let draft = front.draft(Some(ava), vec![front.line(facial, 2)]);
    front.does(QuoteTicket { draft: draft.clone() }).await;
    front.does(CustomerAtCheckout { customer: ava }).await;
    assert_eq!(front.everything().await, before, "pricing and looking take nothing");
    assert_eq!(credit(front, id).await, 10_000);
    // Set aside, it waits over the night and comes back as it was.
    front.does(HoldTicket { draft: draft.clone(), label: String::new() }).await;
    shop.days_pass(1).await;
    let held = front.does(ListHeld {}).await.held;
    assert_eq!(front.does(RecallTicket { id: held[0].id }).await, draft);
}

/// What the child settles `n`th, the same whenever it is asked.
fn nth(n: u128, facial: ItemId) -> (SettleTicket, RequestKey) {
    let draft = TicketDraft {
        id: TicketId(Uuid::from_u128(0x7000 + n)),
        customer: None,
        lines: vec![DraftLine::of(LineId(Uuid::from_u128(0x8000 + n)), facial)],
        declined: Vec::new(),
        lowered: Vec::new(),
        credit_limit: None,
        ticket_discount: None,
        note: String::new(),
    };
    let request = SettleTicket {
        draft,
        expected_due: usd(8_000),
        expected_credits: Money::ZERO,
        tenders: cash(8_000),
        tip: Money::ZERO,
    };
    (request, RequestKey(Uuid::from_u128(0x9000 + n)))
}

const FOLDER: &str = "PERENNIAL_TEST_SHOP";
const MINUTES: &str = "PERENNIAL_TEST_MINUTES";
/// 12 March 2026, 12:00 in New York, in milliseconds.
const NOON: i64 = 1_773_331_200_000;

fn after_noon(minutes: i64) -> Instant {
    Instant::from_millis(NOON + minutes * 60_000)
}

async fn facial_of(front: &Front) -> ItemId {
    let list = front.does(protocol::items::ListItems::default()).await;
    list.items.iter().find(|row| row.item.name == "Facial").expect("it is sold").item.id
}

/// Not a test by itself: the program that is killed.
#[tokio::test]
async fn settles_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let minutes = std::env::var(MINUTES).unwrap().parse().unwrap();
    let shop = Shop::returns_to(std::path::Path::new(&folder), after_noon(minutes)).await;
    let facial = facial_of(&shop.front).await;
    for n in 0.. {
        let (request, key) = nth(n, facial);
        let ticket = shop.front.asks_as(request, key).await.expect("settled");
        println!("settled {n} {}", ticket.number);
    }
}

#[tokio::test]
async fn the_program_is_killed_in_the_middle_of_a_payment() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::opens_in(folder.path()).await;
    shop.front.sells("Facial", 8_000).await;
    opens_the_drawer(&shop.front).await;
    shop.front.desk.close().await.unwrap();
    let mut known = 0_u128;
    for after in [1_u128, 4, 9] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "mistakes::settles_until_it_is_killed", "--nocapture"])
            .env(FOLDER, folder.path())
            .env(MINUTES, (2 * after).to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = Vec::new();
        for line in said.map_while(Result::ok) {
            let Some(at) = line.find("settled ") else { continue };
            let mut words = line[at..].split(' ').skip(1);
            let n: u128 = words.next().unwrap().parse().unwrap();
            told.push((n, words.next().unwrap().to_owned()));
            if n >= known + after {
                break;
            }
        }
        // SIGKILL: nothing is finished and nothing is said.
        child.kill().unwrap();
        child.wait().unwrap();

        let shop = Shop::returns_to(folder.path(), after_noon(2 * after as i64 + 1)).await;
        let front = &shop.front;
        let facial = facial_of(front).await;
        for (n, number) in &told {
            let (request, key) = nth(*n, facial);
            let again = front.asks_as(request, key).await.expect("the same answer");
            assert_eq!(&again.number, number, "what was said to be paid is paid, once");
        }
        // Whoever stands there presses again: it is paid now, or was already.
        known = told.last().unwrap().0 + 1;
        let (request, key) = nth(known, facial);
        front.asks_as(request, key).await.expect("settled");
        let mut rows = tickets(front).await;
        // The child may have got further than it could say.
        while rows.len() as u128 > known + 1 {
            known += 1;
            let (request, key) = nth(known, facial);
            front.asks_as(request, key).await.expect("the same answer");
        }
        rows = tickets(front).await;
        assert_eq!(rows.len() as u128, known + 1);
        let mut numbers: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), rows.len(), "no number twice");
        assert_eq!(in_the_drawer(front).await, usd(10_000 + 8_000 * rows.len() as i64));
        front.is_healthy().await;
        known += 1;
        shop.front.desk.close().await.unwrap();
    }
}

#[tokio::test]
async fn the_wrong_person_is_on_the_ticket() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ava, id) = ava(front).await;
    let ben = front.puts_on_file("Ben Okafor").await;
    let facial = front.sells("Facial", 8_000).await;
    opens_the_drawer(front).await;
    front.signs_in(ROSA).await;
    let wrong = front.rings_up(Some(ava), facial, 1).await;
    assert_eq!(credit(front, id).await, 2_800);
    front.does(void(&wrong)).await;
    assert_eq!(credit(front, id).await, 10_000, "her credit is whole again");
    let right = front.rings_up(Some(ben), facial, 1).await;
    assert_eq!(right.settled.quote.totals.due, usd(8_000));
    assert_eq!(in_the_drawer(front).await, usd(18_000));
    front.is_healthy().await;
}

#[tokio::test]
async fn it_is_settled_with_the_wrong_tender() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    opens_the_drawer(front).await;
    let wrong = front.is_paid(None, facial, 1, |due| terminal(due.minor())).await;
    assert_eq!(in_the_drawer(front).await, usd(10_000));
    let voided = front.does(void(&wrong)).await;
    assert!(voided.voided.is_some() && !voided.can_void);
    front.rings_up(None, facial, 1).await;
    assert_eq!(in_the_drawer(front).await, usd(18_000));
    assert_eq!(front.asks(void(&wrong)).await.expect_err("once").code, "not_now");
    front.is_healthy().await;
}

#[tokio::test]
async fn the_price_is_typed_wrong() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    opens_the_drawer(front).await;
    front.signs_in(ROSA).await;
    let at = |price| {
        let mut line = front.line(facial, 1);
        line.price_override = Some(usd(price));
        front.draft(None, vec![line])
    };
    // $8.00 for $80.00 is far below the front desk's limit: a manager is asked before anything is sold.
    let low = front.settling(at(800), cash(800)).await;
    assert_eq!(front.may_not(low).await, "needs_manager");
    // $800.00 is not; the whole ticket goes back, and the right one is sold.
    let high = front.settles(at(80_000), cash(80_000)).await;
    front.asks_approved(void(&high), DANA).await.expect("allowed");
    front.settles(at(8_000), cash(8_000)).await;
    assert_eq!(in_the_drawer(front).await, usd(18_000));
    front.is_healthy().await;
}

#[tokio::test]
async fn the_void_comes_after_the_drawer_was_counted() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    opens_the_drawer(front).await;
    let sold = front.rings_up(None, facial, 1).await;
    let close =
        CloseDrawer { expected: usd(18_000), counted: usd(18_000), left: usd(10_000), note: String::new() };
    front.does(close).await;
    let refused = front.asks(void(&sold)).await.expect_err("a refusal").message;
    assert!(refused.contains("closed and counted") && refused.to_lowercase().contains("refund"), "{refused}");
    opens_the_drawer(front).await;
    let back = front.does(refund(&sold, 8_000)).await;
    assert_eq!(back.status, TicketStatus::Refunded);
    assert_eq!(in_the_drawer(front).await, usd(2_000));
    front.is_healthy().await;
}

#[tokio::test]
async fn it_is_refunded_twice() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ava, id) = ava(front).await;
    let massage = front.sells("Massage", 20_000).await;
    opens_the_drawer(front).await;
    let sold = front.rings_up(Some(ava), massage, 1).await;
    // $180.00 as a member: $100.00 of credit, $80.00 in cash.
    let request = refund(&sold, 8_000);
    let key = front.desk.fresh_key();
    let first = front.asks_as(request.clone(), key).await.expect("refunded");
    assert_eq!(front.asks_as(request.clone(), key).await.expect("the same answer"), first);
    let again = front.asks(request).await.expect_err("once");
    assert!(again.message.starts_with("Nothing was refunded"), "{}", again.message);
    assert_eq!((credit(front, id).await, in_the_drawer(front).await), (10_000, usd(10_000)));
    front.is_healthy().await;
}

#[tokio::test]
async fn somebody_is_enrolled_in_the_wrong_plan_or_twice_in_the_same() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ava, wrong) = ava(front).await;
    let silver = front.offers("Silver", Terms { price: usd(5_000), ..gold() }).await;
    let gold_plan = front.sees(wrong).await.plan;
    opens_the_drawer(front).await;
    let twice = front.enrollment_of(ava, gold_plan, cash(10_800)).await;
    let refused = front.asks(twice).await.expect_err("a refusal");
    assert_eq!(refused.message, "Ava Moreau already holds Gold. Nothing was done.");
    // On its own day all of it goes back.
    let shown = front.does(PreviewCancelNow { id: wrong }).await;
    assert_eq!((shown.refund, shown.used), (usd(10_800), Money::ZERO));
    let cancel = CancelNow {
        id: wrong,
        reason: "The wrong plan".into(),
        refund: shown.refund,
        override_minimum: false,
    };
    front.does(cancel).await;
    let right = front.enrolls(ava, silver, cash(5_400)).await.enrollment;
    assert_eq!(right.status, StatusView::Active);
    // $108.00 came before the drawer was opened; it went out of it, and $54.00 came in.
    assert_eq!(in_the_drawer(front).await, usd(10_000 - 10_800 + 5_400));
    // Enrolled again in the one that was ended: it is theirs to hold once more.
    front.enrolls(ava, gold_plan, cash(10_800)).await;
    front.is_healthy().await;
}

#[tokio::test]
async fn the_wrong_member_is_cancelled() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (ava, id) = ava(front).await;
    let before = front.sees(id).await;
    front.signs_in(ROSA).await;
    let cancel = CancelAtPeriodEnd { id, reason: "The wrong one".into(), override_minimum: false };
    front.does(cancel).await;
    assert!(front.sees(id).await.benefits_on, "nothing is lost until the period's end");
    let kept = front.does(UndoCancel { id }).await;
    assert_eq!((&kept.status, &kept.next_charge), (&before.status, &before.next_charge));
    assert_eq!(kept.balances, before.balances);
    // Ended at once, it does not come back; the credit does, as goodwill, in a new one that the refund pays.
    front.signs_in(DANA).await;
    let refund = front.does(PreviewCancelNow { id }).await.refund;
    assert_eq!(refund, usd(10_800));
    front.does(CancelNow { id, reason: "The wrong one".into(), refund, override_minimum: false }).await;
    let again = front.enrolls(ava, before.plan, cash(10_800)).await.enrollment;
    assert_eq!((again.status, again.balances[0].left), (StatusView::Active, 10_000));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_gift_card_is_typed_twice() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let card = front.puts_on_sale(ItemKind::GiftCard, "Gift card", 5_000).await;
    let facial = front.sells("Facial", 8_000).await;
    let code = front.rings_up(None, card, 1).await.gift_cards[0].code.clone();
    let by_card =
        |minor| TenderOffer { kind: TenderKind::GiftCard { code: code.clone() }, amount: usd(minor) };
    let before = front.everything().await;
    let twice = front
        .settling(front.draft(None, vec![front.line(facial, 1)]), vec![by_card(5_000), by_card(3_000)])
        .await;
    let refused = front.asks(twice).await.expect_err("a refusal");
    assert!(refused.message.contains("No money moved"), "{}", refused.message);
    assert_eq!(front.everything().await, before);
    let mut tenders = vec![by_card(5_000)];
    tenders.extend(cash(3_000));
    front.settles(front.draft(None, vec![front.line(facial, 1)]), tenders).await;
    assert_eq!(front.does(GetGiftCard { code, id: None }).await.balance, Money::ZERO);
    front.is_healthy().await;
}

#[tokio::test]
async fn the_cash_is_typed_wrong() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    opens_the_drawer(front).await;
    let draft = || front.draft(None, vec![front.line(facial, 1)]);
    let short = front.settling(draft(), cash(800)).await;
    let refused = front.asks(short).await.expect_err("a refusal");
    assert_eq!(refused.code, "tenders_do_not_cover");
    assert!(refused.message.ends_with("No money moved; the ticket is as it was."), "{}", refused.message);
    // $1,000.00 for $100.00: the change that is said is wrong, what is taken is not.
    let long = front.settles(draft(), cash(100_000)).await;
    assert_eq!(long.settled.tenders[0].change, usd(92_000));
    assert_eq!(in_the_drawer(front).await, usd(18_000));
    front.is_healthy().await;
}
