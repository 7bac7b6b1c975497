//! Benefits that are used before the charge they count on is answered.

use crate::town::{EMPTY, Town, VISA, usd};
use domain::item::ItemKind;
use domain::{EnrollmentId, Money};
use protocol::enrollments::*;
use protocol::keeping::ListTasks;
use protocol::mail::ListQueue;
use protocol::stripe::RetryCharge;
use protocol::tickets::VoidTicket;
use testkit::{DANA, ROSA, cash, gold};

/// Gold takes 10 % off and pays from its credit: $50.00 costs its member nothing.
async fn uses(town: &Town, number: &str) -> (EnrollmentId, protocol::tickets::TicketView) {
    let front = &town.shop.front;
    let plan = front.offers("Gold", gold()).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    town.has_card(ana, number).await;
    town.goes_offline();
    let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
    let facial = front.sells("Facial", 5_000).await;
    let ticket = front.settles(front.draft(Some(ana), vec![front.line(facial, 1)]), Vec::new()).await;
    (id, ticket)
}

async fn at_risk(town: &Town) -> Money {
    town.shop.front.does(ListQueue::default()).await.at_risk
}

fn on_trust(view: &EnrollmentView) -> Money {
    view.card.as_ref().expect("billing by card").on_trust
}

fn cancels(id: EnrollmentId) -> CancelNow {
    CancelNow { id, refund: Money::ZERO, reason: "Thought again.".into(), override_minimum: false }
}

#[tokio::test]
async fn benefits_hold_while_the_first_charge_is_on_its_way_and_are_certain_once_it_is_paid() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (id, ticket) = uses(&town, VISA).await;
    assert_eq!(ticket.settled.quote.totals.due, Money::ZERO, "{:?}", ticket.settled.quote.totals);
    let held = front.sees(id).await;
    assert!(on_trust(&held) >= usd(5_000), "10 % and the rest from credit: {:?}", on_trust(&held));
    assert_eq!(at_risk(&town).await, on_trust(&held));
    town.comes_online();
    town.carries().await;
    assert_eq!(on_trust(&front.sees(id).await), Money::ZERO);
    assert_eq!(at_risk(&town).await, Money::ZERO);
    front.does(PreviewCancelNow { id }).await;
    front.is_healthy().await;
}

#[tokio::test]
async fn without_a_card_on_file_nothing_is_trusted() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let plan = front.offers("Gold", gold()).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
    assert!(!front.sees(id).await.benefits_on);
    let facial = front.sells("Facial", 5_000).await;
    let ticket = front.settles(front.draft(Some(ana), vec![front.line(facial, 1)]), cash(5_000)).await;
    assert_eq!(ticket.settled.quote.totals.savings, Money::ZERO);
    front.is_healthy().await;
}

#[tokio::test]
async fn a_membership_whose_benefits_were_used_does_not_vanish_and_one_unused_does() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (id, ticket) = uses(&town, VISA).await;
    assert!(front.why_not(cancels(id)).await.contains("before they were paid for"));
    // Given back, nothing was used.
    front.does(VoidTicket { id: ticket.id, reason: "The wrong person".into() }).await;
    assert_eq!(on_trust(&front.sees(id).await), Money::ZERO);
    front.does(cancels(id)).await;
    town.comes_online();
    town.carries().await;
    assert_eq!((town.stripe.charges().len(), at_risk(&town).await), (0, Money::ZERO));
    front.is_healthy().await;
}

#[tokio::test]
async fn a_decline_takes_back_what_is_left_and_says_what_was_used() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (id, _) = uses(&town, EMPTY).await;
    let used = on_trust(&front.sees(id).await);
    town.comes_online();
    town.carries().await;
    let held = front.sees(id).await;
    assert!(!held.benefits_on);
    assert_eq!(on_trust(&held), used);
    assert!(held.balances.iter().all(|balance| balance.left <= 0), "{:?}", held.balances);
    let tasks = front.does(ListTasks { closed: false }).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert!(tasks[0].text.contains(" of its benefits were used"), "{}", tasks[0].text);
    assert_eq!(at_risk(&town).await, Money::ZERO, "it is lost, not at risk");
    assert!(front.why_not(cancels(id)).await.contains("before they were paid for"));

    // Another card pays for everything.
    let ana = held.customer;
    town.has_card(ana, VISA).await;
    front.does(RetryCharge { id, all: false }).await;
    town.carries().await;
    assert_eq!(on_trust(&front.sees(id).await), Money::ZERO);
    front.is_healthy().await;
}

#[tokio::test]
async fn what_was_used_is_paid_as_a_fee_or_forgiven_by_a_manager() {
    for forgiven in [false, true] {
        let town = Town::opens().await;
        let front = &town.shop.front;
        let (id, first) = uses(&town, EMPTY).await;
        let used = on_trust(&front.sees(id).await);
        let ana = front.sees(id).await.customer;
        town.comes_online();
        town.carries().await;
        let fee = front.puts_on_sale(ItemKind::Fee, "Benefits used", used.minor()).await;
        front.signs_in(ROSA).await;
        let settles =
            |receipt: &str, reason: &str| SettleTrust { id, receipt: receipt.into(), reason: reason.into() };
        assert_eq!(front.may_not(settles("", "They were ill")).await, "needs_manager");
        assert_eq!(front.may_not(settles("", "")).await, "invalid");
        assert!(front.why_not(settles("Z-999", "")).await.contains("no receipt"));
        assert!(front.why_not(settles(&first.number.to_string(), "")).await.contains("in fees"));
        if forgiven {
            front.signs_in(DANA).await;
            front.does(settles("", "They were ill")).await;
        } else {
            let draft = front.draft(Some(ana), vec![front.line(fee, 1)]);
            let due = front.settling(draft.clone(), Vec::new()).await.expected_due;
            let paid = front.settles(draft, cash(due.minor())).await;
            front.does(settles(&paid.number.to_string(), "")).await;
            assert_eq!(front.may_not(settles(&paid.number.to_string(), "")).await, "nothing_on_trust");
            front.signs_in(DANA).await;
        }
        let held = front.sees(id).await;
        assert_eq!(on_trust(&held), Money::ZERO);
        assert_eq!(front.does(cancels(id)).await.owed, Money::ZERO);
        front.is_healthy().await;
    }
}

#[tokio::test]
async fn trust_has_the_limits_of_the_ticket() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let mut rich = gold();
    rich.credits[0].amount = 100_000;
    let plan = front.offers("Gold", rich).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    town.has_card(ana, VISA).await;
    let spa = front.sells("Spa day", 40_000).await;
    town.goes_offline();
    town.enrolls_by_card(ana, plan).await;
    front.signs_in(ROSA).await;
    let settling = front.settling(front.draft(Some(ana), vec![front.line(spa, 1)]), Vec::new()).await;
    assert_eq!(front.may_not(settling.clone()).await, "needs_manager");
    front.asks_approved(settling, DANA).await.expect("a manager allows it");
    front.is_healthy().await;
}
