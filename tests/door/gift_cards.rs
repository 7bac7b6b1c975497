//! Gift cards sold, spent, given back, put right, and overspent by two desks.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::checkout::{TenderKind, TenderOffer};
use domain::gift_card::is_mistyped;
use domain::item::ItemKind;
use domain::record::ExportedWhat;
use domain::{GiftCardId, ItemId, Money};
use protocol::data::{ExportData, ExportPerson, PersonFormat};
use protocol::enrollments::{CancelNow, CollectRenewal};
use protocol::gift_cards::{
    AdjustGiftCard, BlockGiftCard, GetGiftCard, GiftCardView, ListGiftCards, UnblockGiftCard, WhichCards,
};
use protocol::keeping::{ListTasks, Search, Thing};
use protocol::members::ExportFormat;
use protocol::receipt::FileMade;
use protocol::tickets::{DraftLine, PreviewRefund, RefundLine, RefundTicket, TicketView, VoidTicket};
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn by_card(code: &str, minor: i64) -> TenderOffer {
    TenderOffer { kind: TenderKind::GiftCard { code: code.to_owned() }, amount: money(minor) }
}

async fn card_item(front: &Front) -> ItemId {
    front.puts_on_sale(ItemKind::GiftCard, "Gift card", 5_000).await
}

/// Sells one gift card over $50.00 and gives its ticket.
async fn sold_card(front: &Front) -> TicketView {
    let item = card_item(front).await;
    let line = front.line(item, 1);
    front.settles(front.draft(None, vec![line]), cash(5_000)).await
}

async fn card(front: &Front, code: &str) -> GiftCardView {
    front.does(GetGiftCard { code: code.to_owned(), id: None }).await
}

fn refund_of(ticket: &TicketView, expected: i64) -> RefundTicket {
    RefundTicket {
        ticket: ticket.id,
        lines: ticket.refundable.clone(),
        reason: "Not needed".into(),
        expected: money(expected),
        after_end: None,
    }
}

#[tokio::test]
async fn each_unit_is_a_card_of_its_own_and_a_printed_code_is_kept() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let item = card_item(front).await;
    let line = DraftLine {
        price_override: Some(money(2_500)),
        codes: vec!["gift 0001".into()],
        ..front.line(item, 3)
    };
    let ticket = front.settles(front.draft(None, vec![line]), cash(7_500)).await;
    let codes: Vec<&str> = ticket.gift_cards.iter().map(|card| card.code.as_str()).collect();
    assert_eq!((codes.len(), codes[0]), (3, "GIFT0001"));
    for code in &codes[1..] {
        assert!(code.len() == 12 && !is_mistyped(code), "{code}");
    }
    assert_ne!(codes[1], codes[2]);
    assert!(ticket.gift_cards.iter().all(|card| card.amount == money(2_500)));
    let page = front.does(ListGiftCards::default()).await;
    assert_eq!((page.cards, page.open, page.liability), (3, 3, money(7_500)));
    let by_end = ListGiftCards { text: "0001".into(), ..ListGiftCards::default() };
    assert_eq!(front.does(by_end).await.rows.len(), 1);
    let found = front.does(Search { text: "GIFT-0001".into(), limit: None }).await.hits;
    assert!(found.iter().any(|hit| matches!(hit.thing, Thing::GiftCard(_)) && hit.subtitle == "$25.00 left"));

    let again = DraftLine { codes: vec!["GIFT-0001".into()], ..front.line(item, 1) };
    let again = front.settling(front.draft(None, vec![again]), cash(5_000)).await;
    assert_eq!(front.may_not(again).await, "sold_already");
    let twice = DraftLine { codes: vec!["new-1".into(), "NEW1".into()], ..front.line(item, 2) };
    let twice = front.settling(front.draft(None, vec![twice]), cash(10_000)).await;
    assert_eq!(front.may_not(twice).await, "code_twice");
    let open_price = front.puts_on_sale(ItemKind::GiftCard, "Any value", 0).await;
    let worthless = front.draft(None, vec![front.line(open_price, 1)]);
    let worthless = front.settling(worthless, Vec::new()).await;
    assert_eq!(front.may_not(worthless).await, "invalid");
    front.is_healthy().await;
}

#[tokio::test]
async fn cards_pay_in_part_and_together_and_never_more_than_is_left() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let (first, second) = (sold_card(front).await, sold_card(front).await);
    let (first, second) = (first.gift_cards[0].code.clone(), second.gift_cards[0].code.clone());
    let facial = front.sells("Facial", 8_000).await;

    let too_much = front.draft(None, vec![front.line(facial, 1)]);
    let too_much = front.settling(too_much, vec![by_card(&first, 5_001), by_card(&second, 2_999)]).await;
    let refused = front.asks(too_much).await.expect_err("the card has less");
    assert_eq!(refused.code, "not_enough");
    assert!(refused.message.contains("$50.00 left, not $50.01"), "{}", refused.message);

    let shown = domain::gift_card::shown_code(&first).to_lowercase();
    let draft = front.draft(None, vec![front.line(facial, 1)]);
    let tenders = vec![by_card(&shown, 5_000), by_card(&second, 1_000), cash(2_000).remove(0)];
    let paid = front.settles(draft, tenders).await;
    assert_eq!(paid.settled.tenders[0].kind, TenderKind::GiftCard { code: first.clone() });
    assert_eq!(
        (card(front, &first).await.balance, card(front, &second).await.balance),
        (money(0), money(4_000))
    );
    assert!(paid.credit_left.iter().any(|line| line.contains("$40.00 left")), "{:?}", paid.credit_left);

    let draft = front.draft(None, vec![front.line(facial, 1)]);
    let twice = front.settling(draft, vec![by_card(&second, 4_000), by_card(&second, 4_000)]).await;
    assert_eq!(front.may_not(twice).await, "same_gift_card_twice");
    let mut wrong = second.clone();
    wrong.replace_range(0..1, if second.starts_with('2') { "3" } else { "2" });
    for (code, why) in [(wrong.as_str(), "mistyped"), ("NOBODY1", "unknown_card"), ("a", "not_a_code")] {
        let draft = front.draft(None, vec![front.line(facial, 1)]);
        let settling = front.settling(draft, vec![by_card(code, 8_000)]).await;
        assert_eq!(front.may_not(settling).await, why);
        assert_eq!(front.may_not(GetGiftCard { code: code.into(), id: None }).await, why);
    }
    front.is_healthy().await;
}

#[tokio::test]
async fn what_a_card_paid_goes_back_to_it_by_refund_and_by_void() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let code = sold_card(front).await.gift_cards[0].code.clone();
    let facial = front.sells("Facial", 3_000).await;
    let draft = front.draft(None, vec![front.line(facial, 2)]);
    let paid = front.settles(draft, vec![by_card(&code, 4_000), cash(2_000).remove(0)]).await;
    let one =
        RefundTicket { lines: vec![RefundLine::of(paid.refundable[0].line, 1)], ..refund_of(&paid, 3_000) };
    let after = front.does(one).await;
    // Latest tender first: $20.00 in cash, then $10.00 onto the card.
    assert_eq!(after.refunds[0].tenders.len(), 2);
    assert_eq!(card(front, &code).await.balance, money(2_000));

    let draft = front.draft(None, vec![front.line(facial, 1)]);
    let paid = front.settles(draft, vec![by_card(&code, 1_500), cash(1_500).remove(0)]).await;
    assert_eq!(card(front, &code).await.balance, money(500));
    front.does(VoidTicket { id: paid.id, reason: "Wrong person".into() }).await;
    let view = card(front, &code).await;
    assert_eq!(view.balance, money(2_000));
    let kinds: Vec<_> =
        view.movements.iter().map(|it| (it.words.split(',').next().unwrap().to_owned(), it.left)).collect();
    assert_eq!(
        kinds,
        [
            ("Ticket voided".to_owned(), money(2_000)),
            ("Paid".to_owned(), money(500)),
            ("Refund".to_owned(), money(2_000)),
            ("Paid".to_owned(), money(1_000)),
            ("Sold".to_owned(), money(5_000)),
        ]
    );
    assert!(view.movements.iter().all(|it| it.ticket.is_some() && it.number.is_some()));
    assert_eq!(view.issued, view.spent - view.returned + view.taken_back - view.adjusted + view.balance);
    front.is_healthy().await;
}

#[tokio::test]
async fn giving_back_the_sale_of_a_card_never_gives_more_than_is_left_on_it() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let untouched = sold_card(front).await;
    front.does(refund_of(&untouched, 5_000)).await;
    let code = &untouched.gift_cards[0].code;
    assert_eq!(card(front, code).await.balance, money(0));
    let facial = front.sells("Facial", 2_000).await;
    let spend = front.draft(None, vec![front.line(facial, 1)]);
    assert_eq!(front.may_not(front.settling(spend, vec![by_card(code, 2_000)]).await).await, "not_enough");

    let spent = sold_card(front).await;
    let code = spent.gift_cards[0].code.clone();
    front.settles(front.draft(None, vec![front.line(facial, 1)]), vec![by_card(&code, 2_000)]).await;
    assert_eq!(front.may_not(VoidTicket { id: spent.id, reason: "Changed mind".into() }).await, "not_now");
    let preview = PreviewRefund { ticket: spent.id, lines: spent.refundable.clone(), after_end: None };
    front.signs_in(ROSA).await;
    let preview = front.does(preview).await;
    assert_eq!((preview.money, preview.kept, preview.needs_manager), (money(3_000), money(2_000), true));
    assert_eq!(front.may_not(refund_of(&spent, 5_000)).await, "stale_total");
    assert_eq!(front.may_not(refund_of(&spent, 3_000)).await, "needs_manager");
    front.asks_approved(refund_of(&spent, 3_000), DANA).await.expect("Dana allows it");
    let view = card(front, &code).await;
    assert_eq!((view.balance, view.taken_back), (money(0), money(3_000)));
    assert_eq!(front.does(ListGiftCards::default()).await.liability, money(0));
    front.is_healthy().await;
}

#[tokio::test]
async fn of_two_cards_on_a_line_the_one_that_is_brought_back_is_refunded() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let item = card_item(front).await;
    let ticket = front.settles(front.draft(None, vec![front.line(item, 2)]), cash(10_000)).await;
    let codes: Vec<String> = ticket.gift_cards.iter().map(|card| card.code.clone()).collect();
    let line = RefundLine { cards: vec![codes[0].clone()], ..RefundLine::of(ticket.refundable[0].line, 1) };
    let other = RefundLine { cards: vec!["NOTHERE".into()], ..line.clone() };
    let refund = |line| RefundTicket { lines: vec![line], ..refund_of(&ticket, 5_000) };
    assert_eq!(front.may_not(refund(other)).await, "invalid");
    let after = front.does(refund(line.clone())).await;
    assert_eq!(after.gift_cards.iter().map(|card| card.taken_back).collect::<Vec<_>>(), [true, false]);
    assert_eq!(card(front, &codes[0]).await.balance, money(0));
    assert_eq!(card(front, &codes[1]).await.balance, money(5_000));
    assert_eq!(front.may_not(refund(line)).await, "already_refunded");
    front.is_healthy().await;
}

#[tokio::test]
async fn a_manager_puts_right_and_blocks_and_the_front_desk_may_not() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let code = sold_card(front).await.gift_cards[0].code.clone();
    let adjust = |amount: i64, reason: &str| AdjustGiftCard {
        id: None,
        code: code.clone(),
        amount: money(amount),
        reason: reason.into(),
    };
    assert_eq!(front.may_not(adjust(-5_001, "Too far")).await, "not_enough");
    assert_eq!(front.may_not(adjust(100, " ")).await, "invalid");
    assert_eq!(front.may_not(adjust(0, "Nothing")).await, "invalid");
    assert_eq!(front.does(adjust(-1_000, "Counted wrong")).await.balance, money(4_000));
    let block = BlockGiftCard { id: None, code: code.clone(), reason: "Lost".into() };
    assert_eq!(front.does(block.clone()).await.blocked.as_deref(), Some("Lost"));
    assert_eq!(front.may_not(block.clone()).await, "not_now");
    let facial = front.sells("Facial", 2_000).await;
    let spend =
        front.settling(front.draft(None, vec![front.line(facial, 1)]), vec![by_card(&code, 2_000)]).await;
    assert_eq!(front.may_not(spend.clone()).await, "blocked");
    let blocked = ListGiftCards { which: WhichCards::Blocked, ..ListGiftCards::default() };
    assert_eq!(front.does(blocked).await.rows.len(), 1);
    front.does(UnblockGiftCard { id: None, code: code.clone(), reason: "Found".into() }).await;
    front.does(spend).await;
    front.signs_in(ROSA).await;
    assert_eq!(front.may_not(adjust(500, "Please")).await, "needs_manager");
    assert_eq!(front.may_not(block).await, "needs_manager");
    assert_eq!(card(front, &code).await.balance, money(2_000));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_card_pays_for_a_membership_and_gets_its_part_back() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let code = sold_card(front).await.gift_cards[0].code.clone();
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    let enrolled = front.enrolls(ana, plan, Vec::new()).await.enrollment;
    let collect = |tenders| CollectRenewal { id: enrolled.id, expected: money(10_800), tenders };
    assert_eq!(front.may_not(collect(vec![by_card(&code, 10_800)])).await, "not_enough");
    front.does(collect(vec![by_card(&code, 5_000), cash(5_800).remove(0)])).await;
    assert_eq!(card(front, &code).await.balance, money(0));
    let cancel =
        CancelNow { id: enrolled.id, reason: "Moved".into(), refund: money(7_000), override_minimum: false };
    front.does(cancel).await;
    // Cash took $58.00 and is latest; the rest goes onto the card.
    assert_eq!(card(front, &code).await.balance, money(1_200));
    front.is_healthy().await;
}

#[tokio::test]
async fn two_desks_that_spent_the_same_card_both_keep_their_sale() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let code = sold_card(front).await.gift_cards[0].code.clone();
    let facial = front.sells("Facial", 4_000).await;
    let other = shop.another_desk().await;
    other.hears_from(front).await;
    let here =
        front.settles(front.draft(None, vec![front.line(facial, 1)]), vec![by_card(&code, 4_000)]).await;
    let there =
        other.settles(other.draft(None, vec![other.line(facial, 1)]), vec![by_card(&code, 4_000)]).await;
    front.hears_from(&other).await;
    other.hears_from(front).await;
    for desk in [front, &other] {
        assert_eq!(card(desk, &code).await.balance, money(-3_000));
        let tasks = desk.does(ListTasks { closed: false }).await;
        assert!(tasks[0].text.contains("$30.00 short"), "{tasks:?}");
        assert!(desk.does(ListGiftCards::default()).await.liability.is_zero());
        desk.is_healthy().await;
    }
    assert_ne!(here.id, there.id);
    assert_eq!(
        store::fingerprint(front.desk.store()).await.unwrap(),
        store::fingerprint(other.desk.store()).await.unwrap()
    );
}

#[tokio::test]
async fn a_code_is_money_and_lists_and_files_show_its_end_alone() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let code = sold_card(front).await.gift_cards[0].code.clone();
    let other = sold_card(front).await.gift_cards[0].code.clone();
    let masked = domain::gift_card::masked_code(&code);
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    let mut tenders = cash(6_000);
    tenders.push(by_card(&code, 4_800));
    let held = front.enrolls(ana, plan, tenders).await.enrollment;
    assert_eq!(held.charges[0].tenders, format!("Cash $60.00, Gift card {masked} $48.00"));
    let soap = front.sells("Soap", 200).await;
    front.settles(front.draft(Some(ana), vec![front.line(soap, 2)]), Vec::new()).await;
    front.settles(front.draft(None, vec![front.line(soap, 1)]), vec![by_card(&code, 200)]).await;
    let decoded = |file: FileMade| String::from_utf8(BASE64_STANDARD.decode(file.base64).unwrap()).unwrap();
    let shown = domain::gift_card::shown_code(&code);
    for what in [ExportedWhat::Tickets, ExportedWhat::TicketLines] {
        let export = ExportData { what, format: ExportFormat::Csv, from: None, to: None };
        let file = decoded(front.does(export).await);
        assert!(!file.contains(&code) && !file.contains(&shown), "{file}");
        assert_eq!(file.contains(&masked), what == ExportedWhat::Tickets);
    }
    for format in [PersonFormat::Html, PersonFormat::Json] {
        let file = decoded(front.does(ExportPerson { customer: ana, format }).await);
        assert!(!file.contains(&code) && !file.contains(&shown), "{file}");
    }

    // At the front desk one knows a card by its end, or has it in hand.
    front.signs_in(ROSA).await;
    let page = front.does(ListGiftCards { limit: Some(1), ..ListGiftCards::default() }).await;
    let next = page.next.expect("there are two");
    assert!(!next.contains(&code) && !next.contains(&other), "{next}");
    let rest = front.does(ListGiftCards { after: Some(next), ..ListGiftCards::default() }).await;
    let rows = [page.rows, rest.rows].concat();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|row| row.shown == masked && row.id == GiftCardId::of_code(&code)));
    let listed = async |text: &str| {
        let found = front.does(ListGiftCards { text: text.into(), ..ListGiftCards::default() }).await;
        let hits = front.does(Search { text: text.into(), limit: None }).await.hits;
        let cards = hits.iter().filter(|hit| matches!(hit.thing, Thing::GiftCard(_)));
        assert!(hits.iter().all(|hit| !hit.title.contains(&shown)));
        assert_eq!(cards.count(), found.rows.len(), "{text}");
        found.rows.into_iter().map(|row| row.shown).collect::<Vec<_>>()
    };
    assert_eq!(listed(&code).await, [masked.as_str()]);
    assert_eq!(listed(&shown).await, [masked.as_str()]);
    assert_eq!(listed(&code[8..]).await, [masked.as_str()]);
    assert_eq!(listed(&code[..4]).await, [""; 0], "letter by letter nobody finds one out");
    assert_eq!(listed(&code[6..]).await, [""; 0]);
    let id = Some(GiftCardId::of_code(&code));
    let seen = front.does(GetGiftCard { code: String::new(), id }).await;
    assert_eq!((seen.code.as_str(), seen.shown.as_str(), seen.balance), ("", masked.as_str(), money(0)));
    assert_eq!(card(front, &code).await.shown, shown, "who has the card may read it");
    let block = BlockGiftCard { code: String::new(), id, reason: "Lost".into() };
    front.asks_approved(block, DANA).await.expect("Dana allows it");

    front.signs_in(DANA).await;
    let seen = front.does(GetGiftCard { code: String::new(), id }).await;
    assert_eq!((seen.code, seen.blocked.as_deref()), (code.clone(), Some("Lost")));
    assert_eq!(listed(&code[..4]).await, [masked]);
    front.is_healthy().await;
}
