//! Gift cards: sold on a ticket, spent as a tender, each named by its code.
//!
//! A card is the fold of what tickets, charges and managers did with it. Each of them only adds a movement, and
//! movements commute: whatever order they arrived in, what was issued is what was spent, taken back and adjusted, and
//! what is left.

use crate::checkout::{RefundOutcome, SettledTicket, TenderKind};
use crate::record::{Change, Record};
use crate::{Day, GiftCardId, LineId, Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What codes are made of: no letter that is taken for a digit, or a digit for a letter. A prime number of them, so
/// that the check character finds every single mistake and every two that changed places.
const LETTERS: &[u8; 29] = b"23456789ACDEFGHJKMNPQRTUVWXYZ";
/// Of a generated code, its check character among them.
const LENGTH: usize = 12;
/// Of a code that a printer put on a card.
const SHORTEST: usize = 4;
const LONGEST: usize = 40;

/// A code as it is kept and compared: capital letters and digits alone; `None` where nothing of use is left.
pub fn plain_code(typed: &str) -> Option<String> {
    let plain: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect();
    (SHORTEST..=LONGEST).contains(&plain.len()).then_some(plain)
}

/// A new code of a random number, its last character checking the others.
pub fn code_of(random: u64) -> String {
    let mut rest = random;
    let mut values = [0_usize; LENGTH];
    for value in &mut values[..LENGTH - 1] {
        *value = (rest % LETTERS.len() as u64) as usize;
        rest /= LETTERS.len() as u64;
    }
    values[LENGTH - 1] = check_of(&values[..LENGTH - 1]);
    values.iter().map(|value| char::from(LETTERS[*value])).collect()
}

/// Whether a code has the form of a generated one and its check character says that it was mistyped.
pub fn is_mistyped(plain: &str) -> bool {
    let values: Option<Vec<usize>> =
        plain.bytes().map(|letter| LETTERS.iter().position(|known| *known == letter)).collect();
    match values {
        Some(values) if values.len() == LENGTH => check_of(&values[..LENGTH - 1]) != values[LENGTH - 1],
        _ => false,
    }
}

fn check_of(values: &[usize]) -> usize {
    let sum: usize = values.iter().enumerate().map(|(nth, value)| (nth + 1) * value).sum();
    // The check character's own place weighs as much as the one after the last.
    let weight = values.len() + 1;
    let wanted = (LETTERS.len() - sum % LETTERS.len()) % LETTERS.len();
    (0..LETTERS.len()).find(|value| (value * weight) % LETTERS.len() == wanted).unwrap_or(0)
}

/// A code as people read it, in groups of four.
pub fn shown_code(plain: &str) -> String {
    let letters: Vec<char> = plain.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// The end of a code, for papers that others may read: it names the card and does not spend it.
pub fn masked_code(plain: &str) -> String {
    let from = plain.len().saturating_sub(4);
    format!("…{}", plain.get(from..).unwrap_or(plain))
}

impl GiftCardId {
    /// The same on every desk for the same plain code.
    pub fn of_code(plain: &str) -> Self {
        const CODES: Uuid = Uuid::from_u128(0x6a1f_7d0e_52c9_4b7e_9a43_1f0c_8be2_70d5);
        Self(Uuid::new_v5(&CODES, plain.as_bytes()))
    }
}

/// One unit of a gift card's line and the card it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedCard {
    pub line: LineId,
    /// Counted from 0.
    pub unit: u32,
    pub code: String,
    pub amount: Money,
}

/// A card whose sale was given back, with what was still on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBackCard {
    pub code: String,
    pub amount: Money,
}

/// What one record did to a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", content = "amount", rename_all = "snake_case")]
pub enum CardMove {
    /// Sold.
    Issued(Money),
    /// Its sale was given back, and with it what was left.
    TakenBack(Money),
    Spent(Money),
    /// What it had paid was given back.
    Returned(Money),
    /// By a manager, up or down.
    Adjusted(Money),
}

impl CardMove {
    /// What it adds to the balance.
    pub fn effect(self) -> Money {
        match self {
            Self::Issued(amount) | Self::Returned(amount) | Self::Adjusted(amount) => amount,
            Self::TakenBack(amount) | Self::Spent(amount) => -amount,
        }
    }
}

/// Every movement a change brings, with the plain code of its card, in order.
pub fn moves(change: &Change) -> Vec<(&str, CardMove)> {
    let spent = |kind: &TenderKind| match kind {
        TenderKind::GiftCard { .. } => true,
        TenderKind::Cash
        | TenderKind::Terminal { .. }
        | TenderKind::Check { .. }
        | TenderKind::CardOnFile => false,
    };
    let mut found = Vec::new();
    match change {
        Change::TicketSettled(sale) => {
            found.extend(
                sale.gift_cards.iter().map(|card| (card.code.as_str(), CardMove::Issued(card.amount))),
            );
            found.extend(by_card(&sale.settled));
        }
        Change::TicketVoided(void) => {
            found.extend(taken_back(&void.gift_cards));
            found.extend(given_back(&void.refund));
        }
        Change::TicketRefunded(refunded) => {
            let given = refunded.goodwill.iter();
            found.extend(given.map(|card| (card.code.as_str(), CardMove::Issued(card.amount))));
            found.extend(taken_back(&refunded.gift_cards));
            found.extend(given_back(&refunded.refund));
        }
        Change::ChargeCollected(charge) => {
            for tender in charge.tenders.iter().filter(|tender| spent(&tender.kind)) {
                if let TenderKind::GiftCard { code } = &tender.kind {
                    found.push((code.as_str(), CardMove::Spent(tender.amount)));
                }
            }
        }
        Change::ChargeRefunded(charge) => {
            for tender in charge.tenders.iter().filter(|tender| spent(&tender.kind)) {
                if let TenderKind::GiftCard { code } = &tender.kind {
                    found.push((code.as_str(), CardMove::Returned(tender.amount)));
                }
            }
        }
        Change::GiftCardAdjusted { code, amount, .. } => {
            found.push((code.as_str(), CardMove::Adjusted(*amount)));
        }
        _ => {}
    }
    found
}

/// The cards a change speaks of, each once.
pub fn cards_of(change: &Change) -> Vec<GiftCardId> {
    let mut found: Vec<GiftCardId> = Vec::new();
    for (code, _) in moves(change) {
        let card = GiftCardId::of_code(code);
        if !found.contains(&card) {
            found.push(card);
        }
    }
    found
}

fn by_card(settled: &SettledTicket) -> impl Iterator<Item = (&str, CardMove)> {
    settled.tenders.iter().filter_map(|tender| match &tender.kind {
        TenderKind::GiftCard { code } => Some((code.as_str(), CardMove::Spent(tender.amount))),
        TenderKind::Cash
        | TenderKind::Terminal { .. }
        | TenderKind::Check { .. }
        | TenderKind::CardOnFile => None,
    })
}

fn given_back(refund: &RefundOutcome) -> impl Iterator<Item = (&str, CardMove)> {
    refund.give_backs.iter().filter_map(|back| match &back.kind {
        TenderKind::GiftCard { code } => Some((code.as_str(), CardMove::Returned(back.amount))),
        TenderKind::Cash
        | TenderKind::Terminal { .. }
        | TenderKind::Check { .. }
        | TenderKind::CardOnFile => None,
    })
}

fn taken_back(cards: &[TakenBackCard]) -> impl Iterator<Item = (&str, CardMove)> {
    cards.iter().map(|card| (card.code.as_str(), CardMove::TakenBack(card.amount)))
}

/// The fold of a card's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftCard {
    pub id: GiftCardId,
    /// Plain: capital letters and digits.
    pub code: String,
    /// In sum; more than one sale only where two desks sold one code.
    pub issued: Money,
    #[serde(default)]
    pub taken_back: Money,
    #[serde(default)]
    pub spent: Money,
    #[serde(default)]
    pub returned: Money,
    #[serde(default)]
    pub adjusted: Money,
    /// Why it may not be spent now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_on: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Day>,
}

/// Something about a card that a person has to look at; its money moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum CardTrouble {
    /// Two sales spent the same money.
    Overdrawn {
        by: Money,
    },
    /// Its code was sold twice, so two people may hold it.
    SoldTwice {
        amount: Money,
    },
    SpentWhileBlocked {
        amount: Money,
    },
}

impl GiftCard {
    pub fn new(id: GiftCardId) -> Self {
        Self {
            id,
            code: String::new(),
            issued: Money::ZERO,
            taken_back: Money::ZERO,
            spent: Money::ZERO,
            returned: Money::ZERO,
            adjusted: Money::ZERO,
            blocked: None,
            issued_on: None,
            last_used: None,
        }
    }

    /// What is left on it; below zero where it is overdrawn.
    pub fn balance(&self) -> Money {
        self.issued - self.taken_back - self.spent + self.returned + self.adjusted
    }

    /// It was sold, here or elsewhere.
    pub fn is_known(&self) -> bool {
        self.issued_on.is_some()
    }

    /// What of the sale of this card for `amount` can be taken back: never more than is left.
    pub fn left_of(&self, amount: Money) -> Money {
        self.balance().max(Money::ZERO).min(amount)
    }

    /// Whether `amount` can be spent from it now.
    pub fn may_spend(&self, amount: Money) -> Result<(), Refusal> {
        let code = || shown_code(&self.code);
        if let Some(reason) = &self.blocked {
            return Err(Refusal::Blocked { code: code(), reason: reason.clone() });
        }
        let balance = self.balance();
        if amount > balance {
            return Err(Refusal::NotEnough {
                code: code(),
                balance: balance.max(Money::ZERO),
                asked: amount,
            });
        }
        Ok(())
    }

    /// Applies a record that touches this card. Money moved, so every movement takes effect.
    pub fn apply(&mut self, record: &Record) -> Option<CardTrouble> {
        let mut trouble = None;
        let was_sold = self.is_known();
        match &record.change {
            Change::GiftCardBlocked { code, reason } => {
                self.code.clone_from(code);
                self.blocked = Some(reason.clone());
            }
            Change::GiftCardUnblocked { code, .. } => {
                self.code.clone_from(code);
                self.blocked = None;
            }
            _ => {}
        }
        for (code, moved) in moves(&record.change) {
            if GiftCardId::of_code(code) != self.id {
                continue;
            }
            self.code = code.to_owned();
            match moved {
                CardMove::Issued(amount) => {
                    self.issued += amount;
                    self.issued_on.get_or_insert(record.day);
                    if was_sold {
                        trouble.get_or_insert(CardTrouble::SoldTwice { amount });
                    }
                }
                CardMove::TakenBack(amount) => self.taken_back += amount,
                CardMove::Spent(amount) => {
                    self.spent += amount;
                    self.last_used = Some(record.day);
                    if self.blocked.is_some() {
                        trouble = Some(CardTrouble::SpentWhileBlocked { amount });
                    }
                }
                CardMove::Returned(amount) => self.returned += amount,
                CardMove::Adjusted(amount) => self.adjusted += amount,
            }
            let takes = matches!(moved, CardMove::Spent(_) | CardMove::TakenBack(_));
            if takes && self.balance().is_negative() {
                trouble = Some(CardTrouble::Overdrawn { by: -self.balance() });
            }
        }
        trouble
    }
}

/// Why a card is not sold, spent or changed; nothing moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum Refusal {
    #[error("no gift card has the code {code}")]
    UnknownCard { code: String },
    #[error("the code {code} was mistyped: its last character does not fit the others")]
    Mistyped { code: String },
    #[error("a gift card's code has {SHORTEST} to {LONGEST} letters and digits")]
    NotACode { code: String },
    #[error("gift card {code} is blocked: {reason}")]
    Blocked { code: String, reason: String },
    #[error("gift card {code} has less left than that")]
    NotEnough { code: String, balance: Money, asked: Money },
    #[error("a gift card with the code {code} was sold already")]
    SoldAlready { code: String },
    #[error("the code {code} stands on this ticket twice")]
    CodeTwice { code: String },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_finds_every_single_mistake_and_every_two_that_changed_places() {
        for random in [0, 1, 7_654_321, u64::MAX, 0x1234_5678_9abc_def0] {
            let code = code_of(random);
            assert_eq!(plain_code(&shown_code(&code).to_lowercase()), Some(code.clone()));
            assert!(!is_mistyped(&code), "{code}");
            let letters: Vec<u8> = code.bytes().collect();
            for nth in 0..letters.len() {
                for letter in LETTERS.iter().filter(|letter| **letter != letters[nth]) {
                    let mut wrong = letters.clone();
                    wrong[nth] = *letter;
                    assert!(is_mistyped(&String::from_utf8(wrong).unwrap()), "{code} at {nth}");
                }
                for other in nth + 1..letters.len() {
                    let mut wrong = letters.clone();
                    wrong.swap(nth, other);
                    let wrong = String::from_utf8(wrong).unwrap();
                    assert!(wrong == code || is_mistyped(&wrong), "{code} as {wrong}");
                }
            }
        }
    }

    #[test]
    fn a_printed_code_is_taken_as_it_is_and_a_short_one_is_none() {
        assert_eq!(plain_code(" gift 0001-23 "), Some("GIFT000123".into()));
        assert!(!is_mistyped("GIFT000123"));
        assert_eq!(plain_code("a-1"), None);
        assert_eq!(plain_code(&"9".repeat(41)), None);
        assert_eq!(
            (shown_code("GIFT000123"), masked_code("GIFT000123")),
            ("GIFT-0001-23".into(), "…0123".into())
        );
    }
}
