//! Memberships sold on a ticket: one payment, benefits at once, and what becomes of them when the sale is given back.

use domain::checkout::{PlanSale, TenderKind, TenderOffer};
use domain::plan::Terms;
use domain::{CustomerId, EnrollmentId, ItemId, LineId, Money, PlanId};
use protocol::customers::GetCustomer;
use protocol::enrollments::{CancelNow, Consent, EnrollmentView, PreviewCancelNow};
use protocol::plans::{GetPlan, ListPlans};
use protocol::tickets::{
    DraftLine, GetCatalog, HoldTicket, PreviewRefund, QuoteTicket, RecallTicket, RefundLine, RefundTicket,
    SellsPlan, TicketView, VoidTicket,
};
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn terminal(minor: i64) -> TenderOffer {
    TenderOffer { kind: TenderKind::Terminal { reference: "A7".into() }, amount: money(minor) }
}

async fn membership(front: &Front, plan: PlanId) -> DraftLine {
    let version = front.does(GetPlan { id: plan }).await.plan.current().number;
    let sale = PlanSale { plan, version, enrollment: EnrollmentId(front.desk.fresh_key().0) };
    DraftLine::of_plan(LineId(front.desk.fresh_key().0), SellsPlan { sale, consent: Consent::InPerson })
}

struct Sold {
    ticket: TicketView,
    ana: CustomerId,
    plan: PlanId,
    facial: ItemId,
    enrollment: EnrollmentId,
}

/// Ana buys Gold ($100.00 and 8 % tax) and a facial at $80.00, which its credit pays after its 10 %.
async fn sold(front: &Front, tenders: Vec<TenderOffer>) -> Sold {
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    let facial = front.sells("Facial", 8_000).await;
    let line = membership(front, plan).await;
    let enrollment = line.sells.expect("it sells one").sale.enrollment;
    let draft = front.draft(Some(ana), vec![line, front.line(facial, 1)]);
    let ticket = front.settles(draft, tenders).await;
    Sold { ticket, ana, plan, facial, enrollment }
}

fn credit_left(held: &EnrollmentView) -> i64 {
    held.balances.iter().map(|balance| balance.left).sum()
}

#[tokio::test]
async fn one_payment_sells_the_membership_and_its_benefits_apply_to_that_very_ticket() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let Sold { ticket, ana, plan, enrollment, .. } = sold(front, cash(10_800)).await;
    let totals = ticket.settled.quote.totals;
    // The facial costs $72.00 as a member, and credit pays it; what is left is the first charge.
    assert_eq!((totals.savings, totals.credits, totals.due), (money(800), money(7_200), money(10_800)));
    assert_eq!(ticket.renewals, ["Gold renews on 12 Apr 2026 at $108.00"]);
    let held = front.sees(enrollment).await;
    assert!(held.dues.is_empty());
    assert_eq!((held.customer, credit_left(&held)), (ana, 2_800));
    assert_eq!(held.charges[0].tenders, "On ticket A-1");
    // The plan earned its price once; the ticket's money is the same money.
    assert_eq!(front.does(GetCustomer { id: ana }).await.spent, money(10_800));
    let plans = front.does(ListPlans {}).await;
    let row = plans.plans.iter().find(|row| row.plan.id == plan).expect("it is on sale");
    assert_eq!((row.members, row.revenue), (1, Some(money(10_000))));
    // What it earns is for managers.
    front.signs_in(ROSA).await;
    let row = front.does(GetPlan { id: plan }).await;
    assert_eq!((row.members, row.revenue, row.waiting), (1, None, None));
    assert!(
        front.does(ListPlans {}).await.plans.iter().all(|row| row.revenue.is_none() && row.waiting.is_none())
    );
    front.is_healthy().await;
}

#[tokio::test]
async fn without_its_line_the_benefits_fall_and_the_window_prices_it_as_the_desk_does() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    let facial = front.sells("Facial", 8_000).await;
    let line = membership(front, plan).await;
    let with = front.draft(Some(ana), vec![front.line(facial, 1), line]);
    let at_desk = front.does(QuoteTicket { draft: with.clone() }).await;
    let catalog = front.does(GetCatalog {}).await;
    let in_window = catalog.price_input(&with, &[]).expect("all of it is on sale");
    assert_eq!(at_desk.input, in_window);
    assert_eq!(at_desk.quote.totals.due, money(10_800));
    let mut without = with;
    without.lines.pop();
    assert_eq!(front.does(QuoteTicket { draft: without }).await.quote.totals.due, money(8_000));
}

#[tokio::test]
async fn what_cannot_be_sold_is_refused_with_the_reason() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", gold()).await;
    let before = front.everything().await;
    let line = membership(front, plan).await;
    let nobody = front.settling(front.draft(None, vec![line.clone()]), cash(10_800)).await;
    assert_eq!(front.may_not(nobody).await, "invalid");
    let twice = vec![line.clone(), membership(front, plan).await];
    let twice = front.settling(front.draft(Some(ana), twice), cash(21_600)).await;
    assert_eq!(front.may_not(twice).await, "invalid");
    let cheaper = DraftLine { price_override: Some(money(100)), ..line.clone() };
    let cheaper = front.settling(front.draft(Some(ana), vec![cheaper]), cash(10_800)).await;
    assert_eq!(front.may_not(cheaper).await, "invalid");
    let waiting = front.settling(front.draft(Some(ana), vec![line.clone()]), cash(10_800)).await;
    assert_eq!(front.everything().await, before);
    front.changes_terms(plan, Terms { price: money(12_000), ..gold() }).await;
    assert_eq!(front.may_not(waiting).await, "stale");
    let line = membership(front, plan).await;
    front.enrolls(ana, plan, cash(12_960)).await;
    let same = front.settling(front.draft(Some(ana), vec![line]), cash(12_960)).await;
    assert_eq!(front.may_not(same).await, "same_plan_twice");
    front.is_healthy().await;
}

#[tokio::test]
async fn a_setup_fee_is_in_the_first_charge_and_a_held_ticket_keeps_its_membership() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let plan = front.offers("Gold", Terms { setup_fee: money(-2_500), ..gold() }).await;
    let line = membership(front, plan).await;
    let draft = front.draft(Some(ana), vec![line]);
    front.does(HoldTicket { draft: draft.clone(), label: String::new() }).await;
    let recalled = front.does(RecallTicket { id: draft.id }).await;
    assert_eq!(recalled, draft);
    let ticket = front.settles(recalled, cash(8_100)).await;
    assert_eq!(ticket.settled.quote.totals.due, money(8_100));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_void_takes_the_membership_back_and_needs_a_manager() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let Sold { ticket, ana, plan, enrollment, .. } = sold(front, vec![terminal(10_800)]).await;
    front.signs_in(ROSA).await;
    let void = VoidTicket { id: ticket.id, reason: "Wrong person".into() };
    assert_eq!(front.may_not(void.clone()).await, "needs_manager");
    front.asks_approved(void, DANA).await.expect("Dana allows it");
    let held = front.sees(enrollment).await;
    assert!(matches!(held.status, protocol::enrollments::StatusView::Cancelled { .. }), "{:?}", held.status);
    assert_eq!(credit_left(&held), 0);
    let plans = front.does(ListPlans {}).await;
    let row = plans.plans.iter().find(|row| row.plan.id == plan).expect("it is on sale");
    assert_eq!((row.members, row.revenue), (0, None));
    // She may buy it again.
    let again = membership(front, plan).await;
    front.settles(front.draft(Some(ana), vec![again]), cash(10_800)).await;
    front.is_healthy().await;
}

#[tokio::test]
async fn a_membership_that_was_used_since_is_ended_on_its_own_page_and_its_tender_gets_the_money() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let Sold { ticket, ana, facial, enrollment, .. } = sold(front, vec![terminal(10_800)]).await;
    front.rings_up(Some(ana), facial, 1).await;
    let plan_line = vec![RefundLine::of(ticket.refundable[0].line, 1)];
    let everything = ticket.refundable.clone();
    for lines in [plan_line, everything] {
        let preview = PreviewRefund { ticket: ticket.id, lines, after_end: None };
        let refused = front.asks(preview).await.expect_err("it was used since");
        assert!(refused.message.contains("Cancel it on the member's page"), "{}", refused.message);
    }
    assert_eq!(front.may_not(VoidTicket { id: ticket.id, reason: "No".into() }).await, "not_now");
    shop.days_pass(10).await;
    let preview = front.does(PreviewCancelNow { id: enrollment }).await;
    assert_eq!(preview.refund, money(7_316));
    assert_eq!(preview.tenders[0].kind, TenderKind::Terminal { reference: "A7".into() });
    let cancel =
        CancelNow { id: enrollment, reason: "Moved".into(), refund: preview.refund, override_minimum: false };
    front.does(cancel).await;
    // The terminal has $34.84 of the ticket left; nothing of the facial was paid by it.
    let gone = PreviewRefund {
        ticket: ticket.id,
        lines: vec![RefundLine::of(ticket.refundable[0].line, 1)],
        after_end: None,
    };
    assert!(front.asks(gone).await.expect_err("it has ended").message.contains("ended on"));
    front.is_healthy().await;
}

#[tokio::test]
async fn an_unused_membership_is_refunded_with_what_it_took_off() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let Sold { ticket, enrollment, .. } = sold(front, vec![terminal(10_800)]).await;
    shop.days_pass(1).await;
    let refund = |lines: Vec<RefundLine>| RefundTicket {
        ticket: ticket.id,
        lines,
        reason: "Not needed".into(),
        expected: money(10_800),
        after_end: None,
    };
    // The facial was paid with its credit.
    let alone = refund(vec![RefundLine::of(ticket.refundable[0].line, 1)]);
    assert_eq!(front.may_not(alone).await, "not_now");
    let after = front.does(refund(ticket.refundable.clone())).await;
    assert_eq!(after.refunds[0].tenders[0].kind, TenderKind::Terminal { reference: "A7".into() });
    assert_eq!(after.renewals, ["Gold ended on 13 Mar 2026"]);
    assert_eq!(credit_left(&front.sees(enrollment).await), 0);
    front.is_healthy().await;
}
