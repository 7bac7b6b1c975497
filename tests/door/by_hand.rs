//! What the front desk may take off by hand, at the door.

use domain::checkout::ManualDiscount;
use domain::plan::DiscountValue;
use domain::{Money, Rate};
use protocol::practice::{GetPractice, SavePractice};
use protocol::tickets::DraftLine;
use testkit::{DANA, ROSA, Shop, cash};

fn off(percent: u32) -> Option<ManualDiscount> {
    Some(ManualDiscount { value: DiscountValue::Percent(Rate::percent(percent)), reason: "A regular".into() })
}

#[tokio::test]
async fn more_than_the_limit_needs_a_manager_on_a_line_a_ticket_and_by_a_lower_price() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 10_000).await;
    front.signs_in(ROSA).await;
    let line = |discount, price_override| DraftLine { discount, price_override, ..front.line(facial, 1) };
    front.settles(front.draft(None, vec![line(off(10), None)]), cash(9_000)).await;
    let too_much = [
        front.draft(None, vec![line(off(11), None)]),
        front.draft(None, vec![line(None, Some(Money::from_minor(8_000)))]),
        protocol::tickets::TicketDraft {
            ticket_discount: off(20),
            ..front.draft(None, vec![line(None, None)])
        },
    ];
    for draft in too_much {
        let settle = front.settling(draft, cash(10_000)).await;
        let refused = front.asks(settle.clone()).await.expect_err("it is above the limit");
        assert_eq!(refused.code, "needs_manager");
        assert!(refused.message.contains("above 10 %"), "{}", refused.message);
        front.asks_approved(settle, DANA).await.expect("Dana allows it");
    }
    front.is_healthy().await;
}

#[tokio::test]
async fn the_limit_is_the_practices_own() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let before = front.does(GetPractice {}).await.practice;
    assert_eq!(before.discount_limit, Rate::percent(10));
    let save = SavePractice {
        name: before.name,
        customer_word: before.customer_word,
        receipt: before.receipt,
        lock_after_minutes: before.lock_after_minutes,
        refund_limit: before.refund_limit,
        discount_limit: Rate::percent(50),
        credit_outlives_days: 0,
        logo: None,
    };
    front.does(save).await;
    let facial = front.sells("Facial", 10_000).await;
    front.signs_in(ROSA).await;
    let half = DraftLine { discount: off(50), ..front.line(facial, 1) };
    front.settles(front.draft(None, vec![half]), cash(5_000)).await;
}
