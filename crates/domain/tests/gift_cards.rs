//! What is on a gift card: nothing is lost and nothing appears, in whatever order its movements came.

use domain::gift_card::{CardMove, CardTrouble, GiftCard, Refusal, moves};
use domain::record::{Actor, Change, Hlc, Place, Record};
use domain::{Day, DeskId, GiftCardId, Instant, Money, RecordId};
use proptest::prelude::*;
use uuid::Uuid;

const CODE: &str = "8KHM3QPX9TRV";

fn record(nth: u128, change: Change) -> Record {
    Record {
        id: RecordId(Uuid::from_u128(nth)),
        place: Place {
            at: Hlc { millis: nth as i64, count: 0 },
            desk: DeskId(Uuid::from_u128(1)),
            seq: nth as u64,
        },
        on: Instant::from_millis(nth as i64),
        day: Day::ymd(2026, 3, 12).unwrap(),
        actor: Actor { staff: None, approved_by: None },
        change,
    }
}

/// A kept record of each kind that moves money, with `amount` in the place of its own.
fn change(kind: &str, amount: i64) -> Change {
    let text = match kind {
        "sold" => include_str!("golden/ticket_settled.v1+gift_cards.json"),
        "voided" => include_str!("golden/ticket_voided.v1+gift_cards.json"),
        _ => {
            return Change::GiftCardAdjusted { code: CODE.into(), amount: money(amount), reason: "x".into() };
        }
    };
    let mut change: Change = serde_json::from_str(text).unwrap();
    match &mut change {
        Change::TicketSettled(sale) => sale.gift_cards[0].amount = money(amount),
        Change::TicketVoided(void) => void.gift_cards[0].amount = money(amount),
        _ => unreachable!("only those two are read"),
    }
    change
}

fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn card() -> GiftCard {
    GiftCard::new(GiftCardId::of_code(CODE))
}

proptest! {
    #[test]
    fn nothing_is_lost_whatever_the_order(
        done in proptest::collection::vec((0..3_usize, 1..10_000_i64), 1..20),
        order in proptest::collection::vec(any::<proptest::sample::Index>(), 20),
    ) {
        let mut left: Vec<(usize, i64)> = done.clone();
        let mut shuffled = Vec::new();
        for pick in &order {
            if !left.is_empty() {
                shuffled.push(left.remove(pick.index(left.len())));
            }
        }
        let fold = |list: &[(usize, i64)]| {
            let mut card = card();
            let mut moved = Money::ZERO;
            for (nth, (kind, amount)) in list.iter().enumerate() {
                let change = change(["sold", "voided", "adjusted"][*kind], *amount);
                for (code, one) in moves(&change) {
                    if code == CODE {
                        moved += one.effect();
                    }
                }
                card.apply(&record(nth as u128 + 1, change));
            }
            (card, moved)
        };
        let (card, moved) = fold(&done);
        prop_assert_eq!(card.balance(), moved);
        prop_assert_eq!(
            card.issued,
            card.spent + card.taken_back + card.balance() - card.returned - card.adjusted
        );
        prop_assert_eq!(fold(&shuffled).0, card);
    }
}

#[test]
fn what_needs_a_person_is_said_once_it_happens() {
    let mut card = card();
    assert_eq!(
        card.apply(&record(1, change("voided", 700))),
        Some(CardTrouble::Overdrawn { by: money(700) })
    );
    assert_eq!(card.apply(&record(2, change("sold", 5_000))), None);
    assert_eq!(card.balance(), money(4_300));
    assert_eq!(
        card.apply(&record(3, change("sold", 2_000))),
        Some(CardTrouble::SoldTwice { amount: money(2_000) })
    );
}

#[test]
fn a_card_is_spent_up_to_what_is_left_and_not_while_it_is_blocked() {
    let mut card = card();
    card.apply(&record(1, change("sold", 5_000)));
    assert_eq!(card.may_spend(money(5_000)), Ok(()));
    let more = card.may_spend(money(5_001));
    assert!(matches!(more, Err(Refusal::NotEnough { balance, .. }) if balance == money(5_000)));
    card.apply(&record(2, Change::GiftCardBlocked { code: CODE.into(), reason: "Lost".into() }));
    assert!(matches!(card.may_spend(money(1)), Err(Refusal::Blocked { .. })));
    card.apply(&record(3, Change::GiftCardUnblocked { code: CODE.into(), reason: "Found".into() }));
    assert_eq!(card.may_spend(money(1)), Ok(()));
    assert_eq!((card.left_of(money(3_000)), card.left_of(money(9_000))), (money(3_000), money(5_000)));
}

#[test]
fn tenders_and_what_they_give_back_move_the_card_they_name() {
    let sold = change("sold", 5_000);
    assert_eq!(
        moves(&sold),
        [(CODE, CardMove::Issued(money(5_000))), ("GIFT0001", CardMove::Spent(money(9_900)))]
    );
    let refunded: Change =
        serde_json::from_str(include_str!("golden/ticket_refunded.v1+gift_cards.json")).unwrap();
    assert_eq!(
        moves(&refunded),
        [(CODE, CardMove::Issued(money(5_000))), (CODE, CardMove::TakenBack(money(3_000)))]
    );
}
