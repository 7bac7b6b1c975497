//! The cash drawer through a day: what it was opened with, what came and went, and what was counted.

use domain::checkout::{TenderKind, TenderOffer};
use domain::drawer::{ByMethod, Method, Takings};
use domain::{DrawerId, Money, TicketId};
use protocol::Call;
use protocol::drawers::*;
use protocol::keeping::ListTasks;
use protocol::tickets::{RefundLine, RefundTicket, VoidTicket};

use testkit::{DANA, Front, ROSA, Shop, cash, gold};

fn usd(minor: i64) -> Money {
    Money::from_minor(minor)
}

async fn opens(front: &Front, counted: i64, note: &str) -> DrawerView {
    front.does(OpenDrawer { counted: usd(counted), note: note.into() }).await
}

async fn open_now(front: &Front) -> OpenDrawerView {
    front.does(GetDrawer {}).await.open.expect("an open drawer")
}

fn closing(expected: i64, counted: i64, left: i64, note: &str) -> CloseDrawer {
    CloseDrawer { expected: usd(expected), counted: usd(counted), left: usd(left), note: note.into() }
}

fn moving(way: Way, amount: i64, reason: &str) -> MoveCash {
    MoveCash { way, amount: usd(amount), reason: reason.into() }
}

/// What a refused request is answered with.
async fn why_not<C: Call>(front: &Front, request: C) -> String
where
    C::Reply: std::fmt::Debug,
{
    front.asks(request).await.expect_err("a refusal").message
}

fn refunding(ticket: TicketId, amount: i64) -> RefundTicket {
    RefundTicket {
        ticket,
        lines: vec![RefundLine::of(domain::LineId(uuid::Uuid::nil()), 1)],
        expected: usd(amount),
        reason: "Came back".into(),
        after_end: None,
    }
}

#[tokio::test]
async fn a_day_is_expected_to_the_cent() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let soap = front.sells("Soap", 1_250).await;
    let plan = front.offers("Gold", gold()).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    front.signs_in(ROSA).await;
    let never = front.does(GetDrawer {}).await;
    assert_eq!((never.open, never.waiting, never.last_closing), (None, None, None));

    opens(front, 20_000, "").await;
    // $12.50 in cash out of a twenty; $25.00 split over the terminal and cash; a membership at $108.00 in cash.
    front.is_paid(None, soap, 1, |_| cash(2_000)).await;
    let split = front
        .is_paid(None, soap, 2, |_| {
            let slip = TenderKind::Terminal { reference: "0042".into() };
            let mut tenders = vec![TenderOffer { kind: slip, amount: usd(1_500) }];
            tenders.extend(cash(1_000));
            tenders
        })
        .await;
    front.enrolls(ana, plan, cash(10_800)).await;
    // One of the two soaps comes back: its $12.50 goes to the last tender first, $10.00 in cash and $2.50 to the card.
    let line = split.settled.input.lines[0].id;
    let refund = RefundTicket { lines: vec![RefundLine::of(line, 1)], ..refunding(split.id, 1_250) };
    front.does(refund).await;
    front.does(moving(Way::In, 5_000, "Change from the bank")).await;
    front.does(moving(Way::Out, 1_899, "Window cleaner")).await;

    let open = open_now(front).await;
    assert_eq!(open.by, ROSA.name);
    assert_eq!(open.expected, usd(20_000 + 1_250 + 1_000 + 10_800 - 1_000 + 5_000 - 1_899));
    assert_eq!(open.moved.iter().map(|moved| moved.amount).collect::<Vec<_>>(), [usd(5_000), usd(-1_899)]);
    let takings = open.takings;
    let methods = [
        ByMethod { method: Method::Cash, taken: usd(13_050), given_back: usd(1_000) },
        ByMethod { method: Method::Terminal, taken: usd(1_500), given_back: usd(250) },
    ];
    assert_eq!(takings.methods, methods);
    assert_eq!((takings.tickets, takings.charges, takings.refunds, takings.voids), (2, 1, 1, 0));
    assert_eq!((takings.sold, takings.charged, takings.given_back), (usd(3_750), usd(10_800), usd(1_250)));
    balances(&takings);
    front.is_healthy().await;
}

/// Everything sold was paid by something.
fn balances(takings: &Takings) {
    let taken: Money = takings.methods.iter().map(|by| by.taken).sum();
    let back: Money = takings.methods.iter().map(|by| by.given_back).sum();
    assert_eq!(takings.sold - takings.credits + takings.tips + takings.charged + takings.rounding, taken);
    assert_eq!(takings.given_back, back);
}

#[tokio::test]
async fn a_variance_needs_a_note_and_the_report_stands() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let soap = front.sells("Soap", 1_250).await;
    front.signs_in(ROSA).await;
    opens(front, 20_000, "").await;
    front.rings_up(None, soap, 1).await;

    let refused = why_not(front, closing(21_250, 21_000, 20_000, "")).await;
    assert_eq!(refused, "Counted and expected differ: say what you know about it.");
    let refused = why_not(front, closing(21_250, 21_250, 21_251, "")).await;
    assert_eq!(refused, "More stays in the drawer than was counted in it.");
    let refused = why_not(front, closing(21_250, -1, 0, "Gone")).await;
    assert!(refused.contains("What was counted is below zero."), "{refused}");
    // Somebody sold one more while it was counted.
    front.rings_up(None, soap, 1).await;
    let stale = front.asks(closing(21_250, 21_250, 20_000, "")).await.unwrap_err();
    assert_eq!(stale.code, "stale_total");
    assert!(stale.message.contains("$225.00, not $212.50"), "{}", stale.message);
    assert!(front.does(GetDrawer {}).await.open.is_some());

    let report = front.does(closing(22_500, 22_000, 20_000, "Gave too much change")).await;
    assert_eq!((report.difference(), report.banked()), (usd(-500), usd(2_000)));
    assert_eq!((report.takings.tickets, report.takings.sold), (2, usd(2_500)));
    balances(&report.takings);
    let again = why_not(front, closing(22_500, 22_500, 20_000, "")).await;
    assert!(again.starts_with("The drawer is not open."), "{again}");

    // Whoever counted finds it again without a list of closings, which is a manager's.
    let last = front.does(GetDrawer {}).await.last_closing.unwrap();
    assert_eq!((last.id, last.by.as_str()), (report.id, ROSA.name));

    // What happens later, on any day, changes nothing of it.
    front.rings_up(None, soap, 3).await;
    assert_eq!(front.does(GetDrawerReport { id: report.id }).await, report);
    shop.days_pass(1).await;
    front.signs_in(ROSA).await;
    let refused = why_not(front, GetDrawerReport { id: report.id }).await;
    assert!(refused.starts_with("A closing report of another day needs a manager."), "{refused}");
    let refused = why_not(front, ListDrawers::default()).await;
    assert!(refused.starts_with("Looking through the closings needs a manager."), "{refused}");
    front.signs_in(DANA).await;
    assert_eq!(front.does(GetDrawerReport { id: report.id }).await, report);
    let page = front.does(ListDrawers::default()).await;
    assert_eq!(page.rows.len(), 1);
    assert_eq!((page.rows[0].expected, page.rows[0].counted), (usd(22_500), usd(22_000)));
    assert_eq!((page.rows[0].closed_by.as_str(), &page.next), (ROSA.name, &None));
    assert!(front.does(ListTasks { closed: false }).await.is_empty());
    front.is_healthy().await;
}

#[tokio::test]
async fn cash_between_two_drawers_is_expected_in_the_next() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let soap = front.sells("Soap", 1_250).await;
    opens(front, 10_000, "").await;
    let twice = why_not(front, OpenDrawer { counted: usd(1), note: String::new() }).await;
    assert!(twice.starts_with("The drawer is open already, since 11:00 by Dana"), "{twice}");
    front.does(closing(10_000, 10_000, 4_000, "")).await;

    // Nobody opened it again, and cash was taken all the same.
    let sold = front.rings_up(None, soap, 2).await;
    let waiting = front.does(GetDrawer {}).await.waiting.unwrap();
    assert_eq!((waiting.left, waiting.since, waiting.expected()), (usd(4_000), usd(2_500), usd(6_500)));
    let shop = shop.restarts().await;
    let front = &shop.front;
    let refused = why_not(front, OpenDrawer { counted: usd(6_000), note: String::new() }).await;
    assert!(refused.starts_with("$65.00 should be in the drawer and $60.00 was counted."), "{refused}");
    opens(front, 6_000, "Five dollars are gone").await;
    assert_eq!(open_now(front).await.expected, usd(6_000));

    // It was sold before this drawer was opened, and is still of today: voiding it takes its cash out of this one.
    front.does(VoidTicket { id: sold.id, reason: "Wrong one".into() }).await;
    assert_eq!(open_now(front).await.expected, usd(3_500));
    let report = front.does(closing(3_500, 3_500, 3_500, "")).await;
    assert_eq!((report.opened_expected, report.opened_with), (Some(usd(6_500)), usd(6_000)));
    assert_eq!((report.takings.voids, report.takings.given_back), (1, usd(2_500)));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_counted_drawer_takes_no_void_back() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let soap = front.sells("Soap", 1_250).await;
    opens(front, 0, "").await;
    let sold = front.rings_up(None, soap, 1).await;
    front.does(closing(1_250, 1_250, 0, "")).await;
    let refused = why_not(front, VoidTicket { id: sold.id, reason: "Mistake".into() }).await;
    assert!(refused.starts_with("The drawer it was paid into is closed and counted"), "{refused}");
    let line = sold.settled.input.lines[0].id;
    front.does(RefundTicket { lines: vec![RefundLine::of(line, 1)], ..refunding(sold.id, 1_250) }).await;
    assert_eq!(front.does(GetDrawer {}).await.waiting.unwrap().expected(), usd(-1_250));
}

#[tokio::test]
async fn nonsense_moves_no_cash() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let refused = why_not(front, moving(Way::In, 100, "Change")).await;
    assert!(refused.starts_with("The drawer is not open."), "{refused}");
    let refused = why_not(front, GetDrawerReport { id: DrawerId(uuid::Uuid::nil()) }).await;
    assert_eq!(refused, "The drawer is not here any more. Go back and look again.");
    let opened = opens(front, 5_000, "").await.open.unwrap();
    let refused = why_not(front, GetDrawerReport { id: opened.id }).await;
    assert!(refused.starts_with("This drawer is still open"), "{refused}");
    let wrong = [
        (moving(Way::Out, 5_001, "Rent"), "The drawer should hold $50.00; more cannot be taken out."),
        (moving(Way::Out, 0, "Nothing"), "Say how much."),
        (moving(Way::In, -5, "Backwards"), "The amount is below zero."),
        (moving(Way::In, 100, "  "), "Say what it is for."),
    ];
    for (request, why) in wrong {
        assert_eq!(why_not(front, request).await, why);
    }
    let refused = why_not(front, ListDrawers { after: Some("yesterday".into()), limit: None }).await;
    assert!(refused.starts_with("This is not a place in the list"), "{refused}");
    assert_eq!(open_now(front).await.expected, usd(5_000));
}

#[tokio::test]
async fn closings_come_in_pages() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    for n in 0..6 {
        opens(front, 1_000, if n == 0 { "" } else { "The same again" }).await;
        front.does(closing(1_000, 1_000, n, "")).await;
    }
    let mut seen = Vec::new();
    let mut after = None;
    let mut pages = 0;
    loop {
        let page = front.does(ListDrawers { after, limit: Some(2) }).await;
        assert!(page.rows.len() <= 2);
        pages += 1;
        seen.extend(page.rows.iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let all: Vec<DrawerId> = front.does(ListDrawers::default()).await.rows.iter().map(|row| row.id).collect();
    assert_eq!(seen, all);
    assert_eq!((seen.len(), pages), (6, 3), "no page is empty");
}
