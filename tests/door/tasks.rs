//! What needs a person, with its next step; and what each person of the staff did.

use domain::plan::Family;
use domain::{CustomerId, EnrollmentId, GiftCardId, ItemId, Money};
use protocol::enrollments::{CancelNow, OverdraftChoice, PauseEnrollment, PreviewCancelNow, SettleOverdraft};
use protocol::gift_cards::AdjustGiftCard;
use protocol::items::SaveItem;
use protocol::keeping::*;
use testkit::{DANA, Front, ROSA, Shop, cash, gold};

/// Ava holds Gold with $100.00 of credit; two desks that are apart take $72.00 each of it.
async fn spent_twice(shop: &Shop) -> (EnrollmentId, CustomerId, ItemId) {
    let front = &shop.front;
    let ava = front.puts_on_file("Ava Moreau").await;
    let plan = front.offers("Gold", gold()).await;
    let facial = front.sells("Facial", 8_000).await;
    let id = front.enrolls(ava, plan, cash(10_800)).await.enrollment.id;
    let other = shop.another_desk().await;
    other.hears_from(front).await;
    front.rings_up(Some(ava), facial, 1).await;
    other.rings_up(Some(ava), facial, 1).await;
    front.hears_from(&other).await;
    (id, ava, facial)
}

async fn tasks(front: &Front) -> Vec<TaskView> {
    front.does(ListTasks { closed: false }).await
}

fn settle(short: &ShortCredit, by: OverdraftChoice) -> SettleOverdraft {
    let ShortCredit { enrollment, benefit, lot, .. } = short.clone();
    SettleOverdraft { id: enrollment, benefit, lot, by, reason: "The sauna was cold".into() }
}

#[tokio::test]
async fn an_overdrawn_credit_names_both_tickets_the_amount_and_the_choices() {
    for by in [OverdraftChoice::Forgive, OverdraftChoice::TakeFromNextRefresh] {
        let shop = Shop::opens().await;
        let front = &shop.front;
        let (id, ava, _) = spent_twice(&shop).await;
        let open = tasks(front).await;
        assert_eq!(open.len(), 1);
        assert_eq!(
            open[0].text,
            "Tickets A-2 and B-1 drew on the same credit of Ava Moreau while two desks were apart: $44.00 of Service \
             credit more than there was. Both sales stand, and no money moved. Forgive it, take it from the next \
             refresh, or charge it at the checkout and forgive it then."
        );
        assert!(open[0].about.contains(&Thing::Customer(ava)));
        assert_eq!(open[0].about.iter().filter(|thing| matches!(thing, Thing::Ticket(_))).count(), 2);
        let Some(NextStep::Settle(short)) = &open[0].next else { panic!("{:?}", open[0].next) };
        assert_eq!((short.enrollment, short.words.as_str()), (id, "$44.00 of Service credit"));

        front.signs_in(ROSA).await;
        assert_eq!(front.may_not(settle(short, by)).await, "needs_manager");
        // What is forgiven is given away, and says why; what the member bears needs no words.
        let silent = SettleOverdraft { reason: " ".into(), ..settle(short, OverdraftChoice::Forgive) };
        assert_eq!(front.asks_approved(silent, DANA).await.expect_err("no reason").code, "invalid");
        let reason = if by == OverdraftChoice::Forgive { "The sauna was cold" } else { "" };
        let request = SettleOverdraft { reason: reason.into(), ..settle(short, by) };
        front.asks_approved(request, DANA).await.expect("allowed");
        assert_eq!(tasks(front).await, [], "it closes with its cause");
        let done = front.does(ListTasks { closed: true }).await;
        assert!(done[0].text.ends_with("Nothing is short any more.") && done[0].next.is_none());
        assert_eq!(front.sees(id).await.balances[0].left, 0);
        shop.days_pass(31).await;
        front.collects(id).await;
        let next = if by == OverdraftChoice::Forgive { 10_000 } else { 5_600 };
        assert_eq!(front.sees(id).await.balances[0].left, next, "{by:?}");
        front.is_healthy().await;
    }
}

#[tokio::test]
async fn what_was_paid_twice_says_how_it_goes_back_and_what_had_no_effect_says_whose_it_was() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let ava = front.puts_on_file("Ava Moreau").await;
    let plan = front.offers("Gold", gold()).await;
    let id = front.enrolls(ava, plan, Vec::new()).await.enrollment.id;
    let other = shop.another_desk().await;
    other.hears_from(front).await;
    front.collects(id).await;
    other.collects(id).await;
    front.hears_from(&other).await;
    let open = tasks(front).await;
    assert_eq!(open[0].title, "A membership was paid twice");
    assert_eq!(
        open[0].text,
        "$108.00 came in that was not owed. It is about Gold of Ava Moreau. Give it back: cash is paid out of the \
         drawer, a card on its terminal."
    );
    assert_eq!(open[0].next, Some(NextStep::PayOut));
    front.does(CloseTask { id: open[0].id, note: "Given back in cash".into() }).await;
    assert_eq!(tasks(front).await, []);

    // Ended here, paused there: the pause finds nothing to pause.
    other.hears_from(front).await;
    let refund = front.does(PreviewCancelNow { id }).await.refund;
    front.does(CancelNow { id, reason: "Moves".into(), refund, override_minimum: false }).await;
    other.does(PauseEnrollment { id, until: None }).await;
    front.hears_from(&other).await;
    let open = tasks(front).await;
    assert_eq!(open[0].title, "A pause had no effect");
    assert!(
        open[0].text.contains("No money moved by it. It is about Gold of Ava Moreau."),
        "{}",
        open[0].text
    );
    assert!(open[0].about.contains(&Thing::Customer(ava)));
    front.is_healthy().await;
}

#[tokio::test]
async fn an_overdrawn_gift_card_closes_its_task_when_its_balance_is_put_right() {
    use domain::checkout::{TenderKind, TenderOffer};
    use domain::item::ItemKind;
    let shop = Shop::opens().await;
    let front = &shop.front;
    let card = front.puts_on_sale(ItemKind::GiftCard, "Gift card", 5_000).await;
    let facial = front.sells("Facial", 4_000).await;
    let code = front.rings_up(None, card, 1).await.gift_cards[0].code.clone();
    let other = shop.another_desk().await;
    other.hears_from(front).await;
    let by_card = || {
        let kind = TenderKind::GiftCard { code: code.clone() };
        vec![TenderOffer { kind, amount: Money::from_minor(4_000) }]
    };
    front.is_paid(None, facial, 1, |_| by_card()).await;
    other.is_paid(None, facial, 1, |_| by_card()).await;
    front.hears_from(&other).await;
    let task = tasks(front).await.remove(0);
    assert!(task.text.contains("the card is $30.00 short"));
    assert_eq!(task.next, Some(NextStep::PutRight { card: GiftCardId::of_code(&code) }));
    let adjust = |minor| AdjustGiftCard {
        id: None,
        code: code.clone(),
        amount: Money::from_minor(minor),
        reason: "Ours".into(),
    };
    front.does(adjust(1_000)).await;
    assert_eq!(tasks(front).await.len(), 1, "it is short still");
    front.does(adjust(2_000)).await;
    assert_eq!(tasks(front).await, []);
}

#[tokio::test]
async fn a_person_reads_what_they_did_page_by_page_and_approvals_name_both() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let plan = front.offers("Gold", domain::plan::Terms { family: Family::None, ..gold() }).await;
    let (dana, rosa) = (front.staff(DANA).await, front.staff(ROSA).await);
    front.signs_in(ROSA).await;
    let ava = front.puts_on_file("Ava Moreau").await;
    let id = front.enrolls(ava, plan, cash(10_800)).await.enrollment.id;
    let refund = front.does(PreviewCancelNow { id }).await.refund;
    let cancel = CancelNow { id, reason: "Wrong plan".into(), refund, override_minimum: false };
    front.asks_approved(cancel, DANA).await.expect("allowed");
    let of = |staff, after, limit| GetStaffLog { staff, after, limit: Some(limit) };

    let page = front.does(of(rosa, None, 2)).await;
    assert_eq!(page.entries.len(), 2);
    let newest =
        page.entries.iter().find(|one| one.entry.kind == "enrollment_cancelled.v1").expect("it is new");
    assert_eq!((newest.what.as_str(), newest.thing), ("Ava Moreau, Gold", Some(Thing::Customer(ava))));
    assert_eq!(newest.entry.text, "Cancelled at once. Reason: Wrong plan");
    assert_eq!(
        (newest.entry.by.as_str(), newest.entry.approved_by.as_deref()),
        ("Rosa Lindqvist", Some("Dana Whitfield"))
    );
    let mut told: Vec<String> = Vec::new();
    let mut after = None;
    loop {
        let page = front.does(of(rosa, after, 2)).await;
        told.extend(page.entries.iter().map(|one| format!("{}: {}", one.what, one.entry.text)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(told.last().map(String::as_str), Some("Ava Moreau: Ava Moreau put on file."));
    assert!(
        told.iter().any(|line| line == "Ava Moreau, Gold: Enrolled in Gold (version 1), starting 12 Mar.")
    );
    let distinct: std::collections::BTreeSet<&String> = told.iter().collect();
    assert_eq!(distinct.len(), told.len(), "{told:?}");

    // Somebody else's is a manager's to read; what Dana allowed stands in hers too.
    assert_eq!(front.may_not(of(dana, None, 50)).await, "needs_manager");
    front.signs_in(DANA).await;
    let danas = front.does(of(dana, None, 50)).await;
    assert!(danas.entries.iter().any(|one| one.entry.record == newest.entry.record));
    assert!(danas.entries.iter().any(|one| one.what == "Gold" && one.entry.text.starts_with("Gold created")));
    assert!(danas.next.is_none());
    let facial = SaveItem {
        id: None,
        kind: domain::item::ItemKind::Service,
        name: "Facial".into(),
        code: None,
        category: None,
        price: Money::from_minor(8_000),
        tax_class: None,
        minutes: None,
        max_minutes: None,
        favourite: false,
    };
    front.does(facial).await;
    assert_eq!(front.does(of(dana, None, 1)).await.entries[0].what, "Facial");
}
