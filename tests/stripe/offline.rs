//! The network fails, and nothing is lost or charged twice.

use crate::town::{EMPTY, Town, VISA, usd};
use domain::checkout::{TenderKind, TenderOffer};
use domain::effect::EffectState;
use domain::{CustomerId, EnrollmentId, Money, TicketId};
use protocol::enrollments::*;
use protocol::keeping::ListTasks;
use protocol::mail::{ListQueue, QueuePart};
use protocol::stripe::{CardCharge, ChangePays, ChargeCard, GetCardCharge, ReconcileStripe};
use protocol::tickets::{SettleTicket, VoidTicket};
use stripe_double::{Action, Fault, Kind, Mischief};
use testkit::{DANA, ROSA, gold};

fn on_card(minor: i64) -> Vec<TenderOffer> {
    vec![TenderOffer { kind: TenderKind::CardOnFile, amount: usd(minor) }]
}

async fn waiting(town: &Town) -> Vec<String> {
    let page = town.shop.front.does(ListQueue { limit: Some(100), ..ListQueue::default() }).await;
    page.rows.into_iter().map(|row| row.title).collect()
}

async fn states(town: &Town, part: QueuePart) -> Vec<EffectState> {
    let queue = ListQueue { part, limit: Some(100), ..ListQueue::default() };
    town.shop.front.does(queue).await.rows.into_iter().map(|row| row.state).collect()
}

/// Somebody with a card, and a ticket of $50.00 for them.
async fn ticket(town: &Town, number: &str) -> (CustomerId, SettleTicket) {
    let front = &town.shop.front;
    let ana = front.puts_on_file("Ana Ruiz").await;
    town.has_card(ana, number).await;
    let facial = front.sells("Facial", 5_000).await;
    let draft = front.draft(Some(ana), vec![front.line(facial, 1)]);
    let settling = front.settling(draft, on_card(5_000)).await;
    (ana, settling)
}

#[tokio::test]
async fn a_month_offline_then_everything_goes_out_once_and_in_order() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let plan = front.offers("Gold", gold()).await;
    let mut people = Vec::new();
    for name in ["Ana Ruiz", "Bo Lind", "Cleo Park", "Dev Anand"] {
        let one = front.puts_on_file(name).await;
        town.has_card(one, VISA).await;
        people.push(one);
    }
    let ana = town.enrolls_by_card(people[0], plan).await.enrollment.id;
    let bo = town.enrolls_by_card(people[1], plan).await.enrollment.id;
    town.carries().await;
    assert_eq!(town.stripe.charges().len(), 2);

    town.goes_offline();
    town.days_pass(3).await;
    let cleo = town.enrolls_by_card(people[2], plan).await.enrollment.id;
    let dev = town.enrolls_by_card(people[3], plan).await.enrollment.id;
    front.does(PauseEnrollment { id: bo, until: None }).await;
    front.does(CancelAtPeriodEnd { id: ana, reason: String::new(), override_minimum: false }).await;
    town.carries().await;
    town.days_pass(2).await;
    front
        .does(CancelNow {
            id: dev,
            refund: Money::ZERO,
            reason: "Thought again.".into(),
            override_minimum: false,
        })
        .await;
    town.days_pass(27).await;
    town.carries().await;
    let queued = waiting(&town).await;
    assert_eq!(queued.len(), 4, "{queued:?}");
    assert_eq!(town.stripe.charges().len(), 4, "Ana's and Bo's renewals: {:?}", town.stripe.charges());

    town.comes_online();
    town.carries().await;
    assert_eq!(front.sees(cleo).await.next_charge.unwrap().on.to_string(), "2026-04-15");
    town.days_pass_online(4).await;
    assert_eq!(waiting(&town).await, [] as [String; 0]);
    // Dev never came to be billed, and both what started and what ended it vanished.
    assert_eq!(states(&town, QueuePart::NotSent).await.len(), 2);
    assert!(matches!(front.sees(dev).await.status, StatusView::Cancelled { .. }));
    // Cleo's first month was charged as one item, and the next on its date.
    let held = front.sees(cleo).await;
    assert_eq!((held.status, held.paid_total), (StatusView::Active, usd(21_600)));
    assert_eq!(held.next_charge.unwrap().on.to_string(), "2026-05-15");
    // What Stripe took of Ana and Bo after that had been agreed otherwise is back on their cards.
    assert_eq!(
        town.stripe.refunds().iter().map(|refund| refund.amount).collect::<Vec<_>>(),
        [10_800, 10_800]
    );
    assert!(matches!(front.sees(ana).await.status, StatusView::Cancelled { .. }));
    assert!(matches!(front.sees(bo).await.status, StatusView::Paused { .. }));
    assert_eq!(town.stripe.charged_twice("perennial_effect"), []);
    front.is_healthy().await;
}

#[tokio::test]
async fn a_ticket_is_charged_to_the_card_on_file_and_voiding_gives_it_back() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (ana, settling) = ticket(&town, VISA).await;
    let ticket: TicketId = settling.draft.id;
    let asked = front.does(ChargeCard { ticket, customer: ana, amount: usd(5_000) }).await;
    assert!(matches!(asked, CardCharge::Waiting { .. }), "{asked:?}");
    town.carries().await;
    assert_eq!(front.does(GetCardCharge { ticket }).await, CardCharge::Taken { amount: usd(5_000) });
    front.does(settling).await;
    town.carries().await;
    assert_eq!(town.stripe.charges().len(), 1);
    front.does(VoidTicket { id: ticket, reason: "Wrong item.".into() }).await;
    town.carries().await;
    assert_eq!(town.stripe.refunds().iter().map(|refund| refund.amount).collect::<Vec<_>>(), [5_000]);
    town.days_pass_online(1).await;
    assert_eq!(town.stripe.refunds().len(), 1);
    front.is_healthy().await;
}

#[tokio::test]
async fn a_charge_that_is_taken_for_a_ticket_nobody_settled_goes_back_by_itself() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (ana, settling) = ticket(&town, VISA).await;
    let ticket = settling.draft.id;
    front.does(ChargeCard { ticket, customer: ana, amount: usd(5_000) }).await;
    town.carries().await;
    town.hours_pass(1).await;
    town.carries().await;
    assert_eq!(town.stripe.refunds().len(), 0, "somebody may still settle it");
    town.days_pass_online(1).await;
    assert_eq!(town.stripe.refunds().iter().map(|refund| refund.amount).collect::<Vec<_>>(), [5_000]);
    assert_eq!(front.does(GetCardCharge { ticket }).await, CardCharge::None);
    front.is_healthy().await;
}

#[tokio::test]
async fn a_card_charged_offline_is_within_limits_and_a_decline_is_a_task() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (ana, settling) = ticket(&town, EMPTY).await;
    town.goes_offline();
    front.signs_in(ROSA).await;
    front.does(settling).await;
    let page = front.does(ListQueue::default()).await;
    assert_eq!((page.rows.len(), page.at_risk), (1, usd(5_000)));
    // More than $250.00 on one ticket needs a manager.
    front.signs_in(DANA).await;
    let spa = front.sells("Spa day", 30_000).await;
    front.signs_in(ROSA).await;
    let draft = front.draft(Some(ana), vec![front.line(spa, 1)]);
    let dear = front.settling(draft, on_card(30_000)).await;
    assert_eq!(front.may_not(dear.clone()).await, "needs_manager");
    front.asks_approved(dear, DANA).await.expect("a manager allows it");

    town.comes_online();
    town.carries().await;
    front.signs_in(DANA).await;
    let tasks = front.does(ListTasks { closed: false }).await;
    assert_eq!(tasks.len(), 2, "{tasks:?}");
    assert!(tasks[0].title.contains("declined"), "{}", tasks[0].title);
    assert_eq!(town.stripe.charges().len(), 0);
    front.is_healthy().await;
}

#[tokio::test]
async fn nobody_waits_for_an_answer_where_stripe_is_known_to_be_out_of_reach() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (ana, settling) = ticket(&town, VISA).await;
    let asks = ChargeCard { ticket: settling.draft.id, customer: ana, amount: usd(5_000) };
    town.goes_offline();
    town.carries().await;
    front.does(asks).await;
    let charge = front.does(GetCardCharge { ticket: settling.draft.id }).await;
    assert!(
        matches!(&charge, CardCharge::Waiting { said: Some(said), .. } if !said.is_empty()),
        "{charge:?}"
    );
    town.comes_online();
    town.carries().await;
    let charge = front.does(GetCardCharge { ticket: settling.draft.id }).await;
    assert_eq!(charge, CardCharge::Taken { amount: usd(5_000) });
    front.does(settling).await;
    front.is_healthy().await;
}

#[tokio::test]
async fn whatever_the_network_does_a_membership_is_charged_once() {
    let mischiefs = [
        Mischief::DropBefore,
        Mischief::DropAfter,
        Mischief::CutAnswer,
        Mischief::Hang { executed: true },
        Mischief::Hang { executed: false },
        Mischief::TooMany { retry_after_seconds: Some(2) },
        Mischief::LockTimeout,
        Mischief::ServerError { executed: false, kept: false },
        Mischief::ServerError { executed: true, kept: true },
        Mischief::ServerError { executed: false, kept: true },
        Mischief::BadGateway { executed: true },
        Mischief::LoginPage,
    ];
    for mischief in mischiefs {
        let town = Town::opens().await;
        let front = &town.shop.front;
        let plan = front.offers("Gold", gold()).await;
        let ana = front.puts_on_file("Ana Ruiz").await;
        town.has_card(ana, VISA).await;
        let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
        // A fault that is kept under the key is one for a whole day.
        let kept = matches!(mischief, Mischief::ServerError { kept: true, .. });
        town.stripe.fault(Fault::every(mischief.clone()).on("POST", "/v1/subscriptions").times(if kept {
            1
        } else {
            4
        }));
        for _ in 0..40 {
            town.carries().await;
            town.hours_pass(1).await;
        }
        town.carries().await;
        assert_eq!(town.stripe.charges().len(), 1, "{mischief:?}");
        let held = front.sees(id).await;
        assert_eq!((held.status, held.paid_total), (StatusView::Active, usd(10_800)), "{mischief:?}");
        assert_eq!(waiting(&town).await, [] as [String; 0], "{mischief:?}");
        front.is_healthy().await;
    }
}

#[tokio::test]
async fn the_program_dies_while_a_charge_is_on_its_way() {
    for executed in [false, true] {
        let town = Town::opens().await;
        let plan = town.shop.front.offers("Gold", gold()).await;
        let ana = town.shop.front.puts_on_file("Ana Ruiz").await;
        town.has_card(ana, VISA).await;
        let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
        // Everything up to the subscription, which is taken out and never answered.
        town.dies_sending("/v1/subscriptions", executed).await;
        let town = town.restarts().await;
        town.carries().await;
        assert_eq!(town.stripe.charges().len(), 1, "executed: {executed}");
        let held = town.shop.front.sees(id).await;
        assert_eq!((held.status, held.paid_total), (StatusView::Active, usd(10_800)));
        town.shop.front.is_healthy().await;
    }
}

#[tokio::test]
async fn what_stripe_refused_is_an_alert_until_somebody_looks_after_it() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let plan = front.offers("Gold", gold()).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    town.has_card(ana, VISA).await;
    let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
    // The card goes at Stripe while the enrollment is on its way there.
    let card = town.newest(Kind::PaymentMethod);
    town.stripe.act(&stripe_double::Action::RemoveCard { card }).unwrap();
    town.carries().await;
    let refused = front.does(ListQueue { part: QueuePart::Refused, ..ListQueue::default() }).await.rows;
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(front.does(ListTasks { closed: false }).await.len(), 1);

    // With another card it is billed by itself.
    town.has_card(ana, VISA).await;
    assert_eq!(town.stripe.charges().len(), 1);
    assert_eq!(front.does(ListTasks { closed: false }).await.len(), 1, "nobody has looked yet");
    // Asked for anew it is there already, and the alert closes.
    front.does(protocol::mail::RetryEffect { id: refused[0].id }).await;
    town.carries().await;
    assert_eq!(front.sees(id).await.status, StatusView::Active);
    assert_eq!(town.stripe.charges().len(), 1);
    assert_eq!(front.does(ListTasks { closed: false }).await, []);
    front.is_healthy().await;
}

#[tokio::test]
async fn a_withdrawn_key_stops_the_line_until_another_is_entered() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let plan = front.offers("Gold", gold()).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    town.has_card(ana, VISA).await;
    let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
    town.stripe.expire_key(stripe_double::RESTRICTED_TEST);
    town.carries().await;
    town.hours_pass(1).await;
    town.carries().await;
    assert!(!waiting(&town).await.is_empty());
    let view = front.desk.stripe_view().await.unwrap();
    assert!(matches!(view.line, protocol::stripe::StripeLine::NeedsKey { .. }), "{:?}", view.line);
    assert_eq!(town.stripe.charges().len(), 0);
    let town = town.with_another_key().await;
    town.carries().await;
    assert_eq!(town.stripe.charges().len(), 1);
    assert_eq!(town.shop.front.sees(id).await.status, StatusView::Active);
    assert_eq!(town.says(Kind::Subscription, "/status"), "active");
}

/// Ana took Gold by card ten days ago, and Stripe has not heard of it.
async fn ten_days_unheard() -> (Town, EnrollmentId) {
    let town = Town::opens().await;
    let ana = town.shop.front.puts_on_file("Ana Ruiz").await;
    let plan = town.shop.front.offers("Gold", gold()).await;
    town.has_card(ana, VISA).await;
    town.goes_offline();
    let id = town.enrolls_by_card(ana, plan).await.enrollment.id;
    town.hours_pass(10 * 24).await;
    (town, id)
}

#[tokio::test]
async fn who_enrolls_and_cancels_offline_pays_one_period_late() {
    let (town, id) = ten_days_unheard().await;
    let front = &town.shop.front;
    front.does(CancelAtPeriodEnd { id, reason: "Moves away".into(), override_minimum: false }).await;
    town.comes_online();
    town.hours_pass(1).await;
    town.carries().await;
    assert_eq!(town.charged(), [10_800], "one period, and not another that would begin today");
    let held = front.sees(id).await;
    assert_eq!((held.paid_total, held.owed), (usd(10_800), usd(0)));
    town.days_pass_online(40).await;
    assert_eq!(town.charged(), [10_800]);
    assert_eq!(town.says(Kind::Subscription, "/status"), "canceled");
    assert!(matches!(front.sees(id).await.status, StatusView::Cancelled { .. }));
    front.is_healthy().await;
}

#[tokio::test]
async fn what_the_dashboard_gave_back_of_a_ticket_is_a_task_and_is_not_sent_again() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (ana, settling) = ticket(&town, VISA).await;
    let ticket: TicketId = settling.draft.id;
    front.does(ChargeCard { ticket, customer: ana, amount: usd(5_000) }).await;
    town.carries().await;
    front.does(settling).await;
    let charge = town.stripe.charges()[0].charge.clone();
    town.stripe.act(&Action::Refund { charge, amount: Some(2_000) }).expect("a refund");
    // Heard once, by an event and by a full comparison.
    town.hours_pass(1).await;
    town.carries().await;
    front.does(ReconcileStripe {}).await;
    town.carries().await;
    let tasks = front.does(ListTasks { closed: false }).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert!(tasks[0].text.contains("$20.00 of a settled ticket"), "{tasks:?}");

    front.does(VoidTicket { id: ticket, reason: "Returned.".into() }).await;
    town.days_pass_online(1).await;
    let back: Vec<i64> = town.stripe.refunds().iter().map(|refund| refund.amount).collect();
    assert_eq!(back, [2_000, 3_000], "what went back already is not sent again");
    assert_eq!(states(&town, QueuePart::Refused).await, []);
    front.is_healthy().await;
}

#[tokio::test]
async fn a_disputed_charge_of_a_ticket_names_whose_it_is() {
    let town = Town::opens().await;
    let front = &town.shop.front;
    let (ana, settling) = ticket(&town, VISA).await;
    front.does(ChargeCard { ticket: settling.draft.id, customer: ana, amount: usd(5_000) }).await;
    town.carries().await;
    front.does(settling).await;
    let charge = town.stripe.charges()[0].charge.clone();
    town.stripe.act(&Action::OpenDispute { charge, reason: None }).expect("a dispute");
    town.days_pass_online(1).await;
    let tasks = front.does(ListTasks { closed: false }).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert!(format!("{:?}", tasks[0].about).contains(&ana.to_string()), "{tasks:?}");
    front.is_healthy().await;
}

#[tokio::test]
async fn who_chooses_the_card_again_before_stripe_hears_of_it_is_billed_by_one_subscription() {
    let (town, id) = ten_days_unheard().await;
    let front = &town.shop.front;
    for _ in 0..3 {
        front.asks(ChangePays { id, pays: PaysBy::Card }).await.ok();
    }
    front.does(CancelAtPeriodEnd { id, reason: "Moves away".into(), override_minimum: false }).await;
    town.comes_online();
    town.hours_pass(1).await;
    town.carries().await;
    let subscriptions = town.stripe.look(|mode| mode.shelf(Kind::Subscription).all().count());
    assert_eq!((subscriptions, town.charged()), (1, vec![10_800]));
    assert_eq!(front.sees(id).await.refunded_total, Money::ZERO);
    front.is_healthy().await;
}
