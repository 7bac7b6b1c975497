//! A card on file is charged before the ticket is settled: the bank is asked, and has ten seconds to answer.

use crate::{bridge, ids};
use domain::Money;
use domain::checkout::{TenderKind, TenderOffer};
use gloo_timers::future::TimeoutFuture;
use protocol::ErrorReply;
use protocol::stripe::{CardCharge, ChargeCard, GetCardCharge};

const LOOK_MS: u32 = 500;
/// Nobody is kept waiting longer at the counter.
const PATIENCE_MS: u32 = 10_000;

/// How the charge stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Charging {
    #[default]
    Idle,
    /// The bank is being asked; so often it was looked whether it has answered.
    Asking {
        amount: Money,
        looks: u32,
    },
    /// No answer in time, or Stripe is not reached: a person decides. An answer may still come.
    Late {
        amount: Money,
        said: Option<String>,
    },
    Taken {
        amount: Money,
    },
    Declined {
        why: String,
        next: String,
    },
}

impl Charging {
    pub fn asking(amount: Money) -> Self {
        Self::Asking { amount, looks: 0 }
    }

    /// The bank may still take something.
    pub fn open(&self) -> Option<Money> {
        match self {
            Self::Asking { amount, .. } | Self::Late { amount, .. } => Some(*amount),
            Self::Idle | Self::Taken { .. } | Self::Declined { .. } => None,
        }
    }

    /// What is on the card though the ticket is not settled.
    pub fn taken(&self) -> Option<Money> {
        match self {
            Self::Taken { amount } => Some(*amount),
            Self::Idle | Self::Asking { .. } | Self::Late { .. } | Self::Declined { .. } => None,
        }
    }

    /// What it becomes by what the desk says of the charge.
    fn after(&self, heard: CardCharge) -> Self {
        let Some(amount) = self.open() else { return self.clone() };
        match (heard, self) {
            (CardCharge::Taken { amount: taken }, _) if taken == amount => Self::Taken { amount },
            (CardCharge::Declined { why, next }, _) => Self::Declined { why, next },
            (CardCharge::Waiting { said: Some(said), .. }, _) => Self::Late { amount, said: Some(said) },
            // Of another amount, or not known yet: the answer to what was asked is still to come.
            (
                CardCharge::Waiting { .. } | CardCharge::Taken { .. } | CardCharge::None,
                Self::Asking { looks, .. },
            ) => {
                let looks = looks + 1;
                if looks * LOOK_MS > PATIENCE_MS {
                    Self::Late { amount, said: None }
                } else {
                    Self::Asking { amount, looks }
                }
            }
            (CardCharge::Waiting { .. } | CardCharge::Taken { .. } | CardCharge::None, _) => self.clone(),
        }
    }
}

/// What a payment charges to the card on file; nothing where no part of it does.
pub fn on_card(offers: &[TenderOffer]) -> Option<Money> {
    let parts = offers.iter().filter(|offer| matches!(offer.kind, TenderKind::CardOnFile));
    let amount: Money = parts.map(|offer| offer.amount).sum();
    amount.is_positive().then_some(amount)
}

/// Whether what is known of the ticket's charge is already the one that is wanted: then it is not asked for again.
fn stands_for(known: &CardCharge, wanted: Money) -> bool {
    match known {
        CardCharge::Waiting { amount, .. } | CardCharge::Taken { amount } => *amount == wanted,
        CardCharge::None | CardCharge::Declined { .. } => false,
    }
}

/// Asks the bank, shows each step, and looks until it has answered or nobody waits for it any more (`None`).
pub async fn ask_the_bank(
    request: ChargeCard,
    show: impl Fn(Charging),
    still: impl Fn() -> bool,
) -> Result<Option<Charging>, ErrorReply> {
    let (ticket, amount) = (request.ticket, request.amount);
    let mut now = Charging::asking(amount);
    show(now.clone());
    // An earlier attempt may have been taken, and the ticket not been settled after it.
    let known = bridge::call(GetCardCharge { ticket }).await.unwrap_or(CardCharge::None);
    let mut heard = if stands_for(&known, amount) {
        known
    } else {
        bridge::act_with_key(request, ids::request_key()).await?
    };
    loop {
        if !still() {
            return Ok(None);
        }
        now = now.after(heard);
        if now.open().is_none() {
            return Ok(Some(now));
        }
        show(now.clone());
        TimeoutFuture::new(LOOK_MS).await;
        heard = bridge::call(GetCardCharge { ticket }).await.unwrap_or(CardCharge::None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUE: Money = Money::from_minor(21_670);

    fn waiting(said: Option<&str>) -> CardCharge {
        CardCharge::Waiting { amount: DUE, said: said.map(str::to_owned) }
    }

    #[test]
    fn the_bank_takes_it_or_says_why_not() {
        let asked = Charging::asking(DUE).after(waiting(None));
        assert_eq!(asked.open(), Some(DUE));
        assert_eq!(asked.after(CardCharge::Taken { amount: DUE }).taken(), Some(DUE));
        let no = CardCharge::Declined { why: "not enough funds".into(), next: String::new() };
        let declined = asked.after(no);
        assert!(matches!(&declined, Charging::Declined { why, .. } if why == "not enough funds"));
        assert_eq!(declined.after(CardCharge::Taken { amount: DUE }), declined, "it is over");
    }

    #[test]
    fn ten_seconds_without_an_answer_are_enough() {
        let mut now = Charging::asking(DUE);
        for look in 1..=PATIENCE_MS / LOOK_MS {
            now = now.after(waiting(None));
            assert_eq!(now, Charging::Asking { amount: DUE, looks: look });
        }
        now = now.after(waiting(None));
        assert_eq!(now, Charging::Late { amount: DUE, said: None });
        assert_eq!(now.after(waiting(None)), now);
        assert_eq!(now.after(CardCharge::Taken { amount: DUE }).taken(), Some(DUE), "it came late");
    }

    #[test]
    fn a_broken_way_is_said_at_once() {
        let now = Charging::asking(DUE).after(waiting(Some("No route")));
        assert_eq!(now, Charging::Late { amount: DUE, said: Some("No route".into()) });
    }

    #[test]
    fn what_was_taken_for_another_amount_does_not_count() {
        let other = CardCharge::Taken { amount: Money::from_minor(100) };
        assert!(!stands_for(&other, DUE));
        assert!(stands_for(&CardCharge::Taken { amount: DUE }, DUE) && stands_for(&waiting(None), DUE));
        assert_eq!(Charging::asking(DUE).after(other).taken(), None);
    }

    #[test]
    fn only_the_part_on_the_card_is_charged_to_it() {
        let offer = |kind, minor| TenderOffer { kind, amount: Money::from_minor(minor) };
        let parts = [offer(TenderKind::Cash, 10_000), offer(TenderKind::CardOnFile, 11_670)];
        assert_eq!(on_card(&parts).map(Money::minor), Some(11_670));
        assert_eq!(on_card(&parts[..1]), None);
    }
}
