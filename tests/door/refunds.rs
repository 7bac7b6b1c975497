//! Every way that money and credit go back.

use domain::checkout::{Tender, TenderKind, TenderOffer};
use domain::item::{ItemFilter, ItemKind, ItemSet};
use domain::plan::{Credit, CreditUnit, Expiry, Frequency, Included, Renewal, Terms, Usage};
use domain::{BenefitId, CustomerId, EnrollmentId, Money, Rate};
use protocol::enrollments::{CancelNow, ChangePlan, Consent, PreviewChangePlan};
use protocol::keeping::ListTasks;
use protocol::tickets::{
    AfterEnd, DraftLine, PreviewRefund, QuoteTicket, RefundLine, RefundTicket, SettleTicket, TicketStatus,
    TicketView,
};
use testkit::{DANA, Front, ROSA, Shop, cash, gold};
use uuid::Uuid;

fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn terminal(minor: i64) -> TenderOffer {
    TenderOffer { kind: TenderKind::Terminal { reference: "A7".into() }, amount: money(minor) }
}

fn check(minor: i64) -> TenderOffer {
    TenderOffer { kind: TenderKind::Check { number: "1042".into() }, amount: money(minor) }
}

fn back(tenders: &[Tender]) -> Vec<(&'static str, i64)> {
    let name = |kind: &TenderKind| match kind {
        TenderKind::Cash => "cash",
        TenderKind::Terminal { .. } => "terminal",
        TenderKind::Check { .. } => "check",
        TenderKind::CardOnFile => "card on file",
        TenderKind::GiftCard { .. } => "gift card",
    };
    tenders.iter().map(|tender| (name(&tender.kind), tender.amount.minor())).collect()
}

fn some(ticket: &TicketView, qty: u32, expected: i64) -> RefundTicket {
    RefundTicket {
        ticket: ticket.id,
        lines: vec![RefundLine::of(ticket.refundable[0].line, qty)],
        reason: "Did not take place".into(),
        expected: money(expected),
        after_end: None,
    }
}

/// Gives back one unit after the other; what each handed back, by tender.
async fn one_by_one(front: &Front, ticket: &TicketView, each: &[i64]) -> Vec<Vec<(&'static str, i64)>> {
    let mut all = Vec::new();
    for expected in each {
        let after = front.does(some(ticket, 1, *expected)).await;
        all.push(back(&after.refunds.last().expect("it was refunded").tenders));
    }
    all
}

#[tokio::test]
async fn cash_terminal_and_check_get_back_what_each_took() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    for (tender, name) in
        [(cash(8_000).remove(0), "cash"), (terminal(8_000), "terminal"), (check(8_000), "check")]
    {
        let sold = front.settles(front.draft(None, vec![front.line(facial, 1)]), vec![tender]).await;
        shop.days_pass(1).await;
        let after = front.does(some(&sold, 1, 8_000)).await;
        assert_eq!(back(&after.refunds[0].tenders), [(name, 8_000)]);
        assert_eq!(after.status, TicketStatus::Refunded);
        assert_eq!(front.may_not(some(&sold, 1, 8_000)).await, "more_than_sold");
    }
    front.is_healthy().await;
}

#[tokio::test]
async fn a_split_gives_back_the_latest_part_first_over_several_refunds() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 3_000).await;
    let tenders = vec![terminal(2_000), check(3_000), cash(4_000).remove(0)];
    let sold = front.settles(front.draft(None, vec![front.line(facial, 3)]), tenders).await;
    let given = one_by_one(front, &sold, &[3_000, 3_000, 3_000]).await;
    assert_eq!(
        given,
        [
            vec![("cash", 3_000)],
            vec![("cash", 1_000), ("check", 2_000)],
            vec![("check", 1_000), ("terminal", 2_000)],
        ]
    );
    front.is_healthy().await;
}

#[tokio::test]
async fn a_tip_goes_back_with_the_last_unit_alone() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 3_000).await;
    let draft = front.draft(None, vec![front.line(facial, 2)]);
    let settle = SettleTicket { tip: money(500), ..front.settling(draft, vec![terminal(6_500)]).await };
    let sold = front.does(settle).await;
    assert_eq!(
        one_by_one(front, &sold, &[3_000, 3_500]).await,
        [[("terminal", 3_000)], [("terminal", 3_500)]]
    );
    front.is_healthy().await;
}

#[tokio::test]
async fn a_refund_above_the_limit_needs_a_manager() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let laser = front.sells("Laser", 10_001).await;
    let sold = front.rings_up(None, laser, 1).await;
    front.signs_in(ROSA).await;
    let preview = PreviewRefund { ticket: sold.id, lines: sold.refundable.clone(), after_end: None };
    assert!(front.does(preview).await.needs_manager);
    assert_eq!(front.may_not(some(&sold, 1, 10_001)).await, "needs_manager");
    front.asks_approved(some(&sold, 1, 10_001), DANA).await.expect("Dana allows it");
    front.is_healthy().await;
}

#[tokio::test]
async fn the_limit_is_the_tickets_however_many_refunds_it_takes() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let peel = front.sells("Peel", 4_500).await;
    let sold = front.rings_up(None, peel, 4).await;
    front.signs_in(ROSA).await;
    let preview = PreviewRefund {
        ticket: sold.id,
        lines: vec![RefundLine::of(sold.refundable[0].line, 1)],
        after_end: None,
    };
    assert!(!front.does(preview.clone()).await.needs_manager);
    assert_eq!(one_by_one(front, &sold, &[4_500, 4_500]).await, [[("cash", 4_500)], [("cash", 4_500)]]);
    assert!(front.does(preview).await.needs_manager);
    let refused = front.why_not(some(&sold, 1, 4_500)).await;
    assert!(
        refused.starts_with(
            "Giving back more than $100.00 of one ticket, which gave back $90.00 already, needs a manager."
        ),
        "{refused}"
    );
    front.asks_approved(some(&sold, 1, 4_500), DANA).await.expect("Dana allows it");
    front.is_healthy().await;
}

#[tokio::test]
async fn what_one_charge_of_a_membership_gives_back_has_one_limit() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let terms = |frequency, price| Terms { price: money(price), tax_rate: Rate::ZERO, frequency, ..gold() };
    let half = front.offers("Half a year", terms(Frequency::SemiAnnual, 15_000)).await;
    let quarter = front.offers("Quarter", terms(Frequency::Quarterly, 7_800)).await;
    let month = front.offers("Month", terms(Frequency::Monthly, 2_700)).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let id = front.enrolls(ana, half, cash(15_000)).await.enrollment.id;
    front.signs_in(ROSA).await;
    let over = async |plan, refund| {
        let preview = front.does(PreviewChangePlan { id, plan }).await;
        assert_eq!((preview.due, preview.refund), (Money::ZERO, money(refund)));
        let change = ChangePlan {
            id,
            plan,
            version: preview.version,
            expected_due: preview.due,
            expected_refund: preview.refund,
            tenders: Vec::new(),
            consent: Consent::InPerson,
        };
        (preview.needs_manager, change)
    };
    let (needs_manager, change) = over(quarter, 7_200).await;
    assert!(!needs_manager);
    front.does(change).await;
    let (needs_manager, change) = over(month, 5_100).await;
    assert!(needs_manager);
    let refused = front.why_not(change.clone()).await;
    assert!(
        refused.starts_with(
            "Giving back more than $100.00 of one charge, of which $72.00 went back already, needs a manager."
        ),
        "{refused}"
    );
    front.asks_approved(change, DANA).await.expect("Dana allows it");
    front.is_healthy().await;
}

struct Member {
    ana: CustomerId,
    enrollment: EnrollmentId,
}

async fn member(front: &Front, terms: Terms) -> Member {
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", terms).await;
    let enrollment = front.enrolls(ana, plan, cash(10_800)).await.enrollment.id;
    Member { ana, enrollment }
}

async fn left(front: &Front, enrollment: EnrollmentId) -> i64 {
    front.sees(enrollment).await.balances.iter().map(|balance| balance.left).sum()
}

#[tokio::test]
async fn credit_returns_to_its_lot_and_the_rest_to_the_tender() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let Member { ana, enrollment } = member(front, gold()).await;
    let laser = front.sells("Laser", 20_000).await;
    let draft = front.draft(Some(ana), vec![front.line(laser, 1)]);
    let sold = front.settles(draft, vec![terminal(8_000)]).await;
    assert_eq!((sold.settled.quote.totals.credits, left(front, enrollment).await), (money(10_000), 0));
    let after = front.does(some(&sold, 1, 8_000)).await;
    assert_eq!(back(&after.refunds[0].tenders), [("terminal", 8_000)]);
    assert_eq!(after.refunds[0].returns, ["$100.00 of credit returns to Gold"]);
    assert_eq!(left(front, enrollment).await, 10_000);
    front.is_healthy().await;
}

#[tokio::test]
async fn what_an_expired_lot_gave_returns_to_a_new_one_of_this_period() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let monthly = Credit {
        id: BenefitId(Uuid::from_u128(12)),
        unit: CreditUnit::Money,
        amount: 10_000,
        renewal: Renewal::Monthly,
        usage: Usage::Deduct,
        expiry: Expiry::PeriodEnd,
        items: ItemFilter::All,
        allowance: None,
    };
    let Member { ana, enrollment } = member(front, Terms { credits: vec![monthly], ..gold() }).await;
    let facial = front.sells("Facial", 5_000).await;
    let sold = front.rings_up(Some(ana), facial, 1).await;
    assert_eq!(left(front, enrollment).await, 5_500);
    shop.days_pass(32).await;
    front.collects(enrollment).await;
    assert_eq!(left(front, enrollment).await, 10_000);
    front.does(some(&sold, 1, 0)).await;
    assert_eq!(left(front, enrollment).await, 14_500);
    // It is over with the period it came back in.
    shop.days_pass(31).await;
    assert_eq!(left(front, enrollment).await, 0);
    front.is_healthy().await;
}

/// An included facial, a booking and minutes of a sauna each go back to the lot they came from, and nothing is paid out.
#[tokio::test]
async fn what_covered_a_unit_returns_to_its_lot() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 5_000).await;
    let massage = front.sells("Massage", 9_000).await;
    let sauna = front.puts_on_sale(ItemKind::Rental, "Sauna", 3_000).await;
    let only = |item| ItemSet { items: vec![item], ..ItemSet::default() };
    let credit = |n: u128, unit, amount, items| Credit {
        id: BenefitId(Uuid::from_u128(n)),
        unit,
        amount,
        renewal: Renewal::Monthly,
        usage: Usage::Deduct,
        expiry: Expiry::PeriodEnd,
        items: ItemFilter::Only(items),
        allowance: None,
    };
    let terms = Terms {
        discounts: Vec::new(),
        credits: vec![
            credit(31, CreditUnit::Bookings, 3, only(massage)),
            credit(32, CreditUnit::Minutes, 120, only(sauna)),
        ],
        included: vec![Included {
            id: BenefitId(Uuid::from_u128(33)),
            items: only(facial),
            quantity: Some(2),
            renewal: Renewal::Monthly,
            allowance: None,
        }],
        ..gold()
    };
    let Member { ana, enrollment } = member(front, terms).await;
    let lefts = async || -> Vec<(u128, i64)> {
        let balances = front.sees(enrollment).await.balances;
        balances.iter().map(|balance| (balance.benefit.0.as_u128(), balance.left)).collect()
    };
    let whole = [(31, 3), (32, 120), (33, 2)];
    assert_eq!(lefts().await, whole);
    for (item, minutes, used) in [
        (facial, None, [(31, 3), (32, 120), (33, 1)]),
        (massage, None, [(31, 2), (32, 120), (33, 2)]),
        (sauna, Some(90), [(31, 3), (32, 30), (33, 2)]),
    ] {
        let line = DraftLine { minutes, ..front.line(item, 1) };
        let sold = front.settles(front.draft(Some(ana), vec![line]), Vec::new()).await;
        assert_eq!(sold.settled.quote.totals.due, Money::ZERO);
        assert_eq!(lefts().await, used);
        let after = front.does(some(&sold, 1, 0)).await;
        assert!(after.refunds[0].tenders.is_empty());
        assert_eq!(lefts().await, whole);
        assert_eq!(front.may_not(some(&sold, 1, 0)).await, "more_than_sold", "returned once");
    }
    front.is_healthy().await;
}

/// Ana's facial was paid with credit, and her membership ended since.
async fn ended(shop: &Shop) -> TicketView {
    let front = &shop.front;
    let Member { ana, enrollment } = member(front, gold()).await;
    let facial = front.sells("Facial", 5_000).await;
    let sold = front.rings_up(Some(ana), facial, 1).await;
    let cancel =
        CancelNow { id: enrollment, reason: "Moved".into(), refund: Money::ZERO, override_minimum: false };
    front.does(cancel).await;
    sold
}

#[tokio::test]
async fn after_the_end_a_manager_chooses_cash() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let sold = ended(&shop).await;
    front.signs_in(ROSA).await;
    let preview = PreviewRefund { ticket: sold.id, lines: sold.refundable.clone(), after_end: None };
    let shown = front.does(preview).await;
    assert_eq!((shown.money, shown.after_end, shown.needs_manager), (money(0), money(4_500), true));
    assert!(shown.notes[0].contains("$45.00 of credit cannot return"), "{:?}", shown.notes);
    assert_eq!(front.may_not(some(&sold, 1, 0)).await, "invalid");
    let in_cash = RefundTicket { after_end: Some(AfterEnd::Cash), ..some(&sold, 1, 4_500) };
    assert_eq!(front.may_not(in_cash.clone()).await, "needs_manager");
    front.asks_approved(in_cash, DANA).await.expect("Dana allows it");
    front.signs_in(DANA).await;
    let after = front.does(protocol::tickets::GetTicket { id: sold.id }).await;
    assert_eq!(back(&after.refunds[0].tenders), [("cash", 4_500)]);
    assert!(front.does(ListTasks { closed: false }).await.is_empty());
    front.is_healthy().await;
}

/// A booking and an included service are worth what they took off, for nothing returns to what has ended.
#[tokio::test]
async fn after_the_end_what_covered_a_unit_is_worth_what_it_took_off() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let mut terms = gold();
    terms.discounts.clear();
    terms.credits[0].unit = domain::plan::CreditUnit::Bookings;
    terms.credits[0].amount = 3;
    let Member { ana, enrollment } = member(front, terms).await;
    let facial = front.sells("Facial", 5_000).await;
    let sold = front.rings_up(Some(ana), facial, 2).await;
    assert_eq!(sold.settled.quote.totals.covered, money(10_000));
    let cancel =
        CancelNow { id: enrollment, reason: "Moved".into(), refund: Money::ZERO, override_minimum: false };
    front.does(cancel).await;
    let lines = vec![RefundLine::of(sold.refundable[0].line, 1)];
    let shown = front.does(PreviewRefund { ticket: sold.id, lines, after_end: None }).await;
    assert_eq!((shown.money, shown.after_end), (money(0), money(5_000)));
    assert!(
        shown.notes[0].contains("1 booking cannot return to it. It took $50.00 off."),
        "{:?}",
        shown.notes
    );
    assert_eq!(front.may_not(some(&sold, 1, 0)).await, "invalid", "somebody chooses");
    let after = front.does(RefundTicket { after_end: Some(AfterEnd::Cash), ..some(&sold, 1, 5_000) }).await;
    assert_eq!(back(&after.refunds[0].tenders), [("cash", 5_000)]);
    front.is_healthy().await;
}

#[tokio::test]
async fn after_the_end_goodwill_is_a_gift_card() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let sold = ended(&shop).await;
    let goodwill = RefundTicket { after_end: Some(AfterEnd::GiftCard), ..some(&sold, 1, 0) };
    let after = front.does(goodwill).await;
    assert!(after.refunds[0].tenders.is_empty());
    let code = after.gift_cards[0].code.clone();
    let facial = front.sells("Massage", 4_500).await;
    let spend = TenderOffer { kind: TenderKind::GiftCard { code }, amount: money(4_500) };
    front.settles(front.draft(None, vec![front.line(facial, 1)]), vec![spend]).await;
    front.is_healthy().await;
}

#[tokio::test]
async fn several_refunds_hand_back_exactly_the_rounded_cash_that_was_taken() {
    let shop = Shop::opens_in_currency("CHF").await;
    let front = &shop.front;
    let serum = front.sells("Serum", 1_001).await;
    let draft = front.draft(None, vec![front.line(serum, 3)]);
    let due = front.does(QuoteTicket { draft: draft.clone() }).await.quote.totals.due;
    assert_eq!(due, money(3_003));
    let sold = front.settles(draft, cash(3_005)).await;
    assert_eq!(sold.settled.cash_rounding, money(2));
    let mut handed = 0;
    for _ in 0..3 {
        let lines = vec![RefundLine::of(sold.refundable[0].line, 1)];
        let preview = front.does(PreviewRefund { ticket: sold.id, lines, after_end: None }).await;
        assert_eq!(preview.money.minor() % 5, 0);
        handed += preview.money.minor();
        front.does(some(&sold, 1, preview.money.minor())).await;
    }
    assert_eq!(handed, 3_005);
    front.is_healthy().await;
}
