//! A ticket closed with payment: what it holds for ever.

use super::quote::{Quote, quote};
use super::refund::RefundedUnits;
use super::units::settle_lines;
use super::{BadTicket, BenefitKey, Blocked, QuoteInput, UseKind};
use crate::{EnrollmentId, LineId, Money};
use serde::{Deserialize, Serialize};

/// Prices the ticket again, holds it against what the person saw, takes the tenders and fixes what every unit cost.
///
/// All or nothing: a refusal means that no money moved and nothing was drawn.
pub fn settle(input: &QuoteInput, payment: &Payment) -> Result<SettledTicket, SettleRefusal> {
    if input.lines.is_empty() {
        return Err(SettleRefusal::Empty);
    }
    let quote = quote(input)?;
    if !quote.blocked.is_empty() {
        return Err(SettleRefusal::Blocked { lines: quote.blocked });
    }
    compare_with_what_was_seen(&quote, payment)?;
    let taken = take_tenders(quote.totals.due, payment)?;
    let lines = settle_lines(input, &quote);
    Ok(SettledTicket {
        input: input.clone(),
        quote,
        lines,
        tenders: taken.tenders,
        tip: payment.tip,
        cash_rounding: taken.cash_rounding,
        cash_step: payment.cash_step.max(1),
    })
}

fn compare_with_what_was_seen(quote: &Quote, payment: &Payment) -> Result<(), SettleRefusal> {
    let totals = &quote.totals;
    if totals.credits < payment.expected_credits {
        let (needed, available) = (payment.expected_credits, totals.credits);
        return Err(SettleRefusal::InsufficientCredit { needed, available });
    }
    if totals.due != payment.expected_due {
        return Err(SettleRefusal::StaleTotal { expected: payment.expected_due, actual: totals.due });
    }
    if totals.credits != payment.expected_credits {
        let expected = payment.expected_due + payment.expected_credits;
        return Err(SettleRefusal::StaleTotal { expected, actual: totals.total });
    }
    Ok(())
}

/// Takes the tenders of a charge that is no ticket; they cover `due`, and only cash may be more.
pub fn take(due: Money, offers: &[TenderOffer], cash_step: u32) -> Result<Vec<Tender>, SettleRefusal> {
    let payment = Payment {
        expected_due: due,
        expected_credits: Money::ZERO,
        tenders: offers.to_vec(),
        tip: Money::ZERO,
        cash_step,
    };
    take_tenders(due, &payment).map(|taken| taken.tenders)
}

struct Taken {
    tenders: Vec<Tender>,
    cash_rounding: Money,
}

/// Cash comes after everything else: only what the others leave is rounded to the smallest coin, and only cash
/// gives change.
fn take_tenders(due: Money, payment: &Payment) -> Result<Taken, SettleRefusal> {
    if payment.tip.is_negative() {
        return Err(SettleRefusal::NegativeTip);
    }
    let most = Money::MAX_PRICE;
    if payment.tip > most {
        return Err(SettleRefusal::TipTooLarge { most });
    }
    check_offers(&payment.tenders)?;
    let owed = due + payment.tip;
    let sum_of = |cash: bool| -> Money {
        payment.tenders.iter().filter(|it| (it.kind == TenderKind::Cash) == cash).map(|it| it.amount).sum()
    };
    let (by_others, received) = (sum_of(false), sum_of(true));
    if by_others > owed {
        return Err(SettleRefusal::ChangeOnlyFromCash { due: owed, tendered: by_others });
    }
    let for_cash = owed - by_others;
    let pays_cash = payment.tenders.iter().any(|it| it.kind == TenderKind::Cash);
    let cash_due = if pays_cash { round_to_coin(for_cash, payment.cash_step) } else { for_cash };
    if received < cash_due {
        let tendered = by_others + received;
        return Err(SettleRefusal::TendersDoNotCover { due: by_others + cash_due, tendered });
    }
    let mut change = received - cash_due;
    let mut tenders: Vec<Tender> = payment
        .tenders
        .iter()
        .map(|it| Tender {
            kind: it.kind.clone(),
            amount: it.amount,
            received: it.amount,
            change: Money::ZERO,
        })
        .collect();
    for tender in tenders.iter_mut().rev().filter(|it| it.kind == TenderKind::Cash) {
        tender.change = change.min(tender.received);
        tender.amount = tender.received - tender.change;
        change -= tender.change;
    }
    Ok(Taken { tenders, cash_rounding: cash_due - for_cash })
}

/// No more than sums of a thousand of them fit.
const MOST_TENDERED: Money = Money::from_minor(1_000_000_000_000_000);

fn check_offers(offers: &[TenderOffer]) -> Result<(), SettleRefusal> {
    for (nth, offer) in offers.iter().enumerate() {
        let nothing = match offer.kind {
            // What is owed in cash can round down to nothing.
            TenderKind::Cash => offer.amount.is_negative(),
            _ => !offer.amount.is_positive(),
        };
        if nothing {
            return Err(SettleRefusal::EmptyTender { nth });
        }
        if offer.amount > MOST_TENDERED || nth >= 1_000 {
            return Err(SettleRefusal::TenderTooLarge { nth });
        }
        if let TenderKind::GiftCard { code } = &offer.kind
            && offers[..nth].iter().any(|earlier| earlier.kind == offer.kind)
        {
            return Err(SettleRefusal::SameGiftCardTwice { code: code.clone() });
        }
    }
    Ok(())
}

/// The nearest amount that can be paid in coins; half a coin rounds up.
pub fn round_to_coin(amount: Money, cash_step: u32) -> Money {
    let step = i64::from(cash_step.max(1));
    amount.scale(1, step).scale(step, 1)
}

/// How a person means to pay, and what they saw before they said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The amount due that the person saw; another one now is refused.
    pub expected_due: Money,
    /// The credits that the person saw used.
    pub expected_credits: Money,
    /// In the order they were given.
    pub tenders: Vec<TenderOffer>,
    #[serde(default)]
    pub tip: Money,
    /// The smallest coin, in minor units; 1 where cash is not rounded.
    #[serde(default = "smallest_step")]
    pub cash_step: u32,
}

const fn smallest_step() -> u32 {
    1
}

/// One way of paying a part; for cash, `amount` is what was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderOffer {
    pub kind: TenderKind,
    pub amount: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum TenderKind {
    Cash,
    /// A card terminal that stands apart; `reference` is what its slip says.
    Terminal {
        #[serde(default)]
        reference: String,
    },
    Check {
        #[serde(default)]
        number: String,
    },
    /// The customer's card on file, charged by Stripe.
    CardOnFile,
    GiftCard {
        code: String,
    },
}

/// A tender as it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    pub kind: TenderKind,
    /// What it paid: `received - change`.
    pub amount: Money,
    pub received: Money,
    /// Only cash has any.
    #[serde(default)]
    pub change: Money,
}

/// A ticket closed with payment; kept for ever and never edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledTicket {
    pub input: QuoteInput,
    pub quote: Quote,
    /// In ticket order.
    pub lines: Vec<SettledLine>,
    /// `due + tip + cash_rounding` in sum, in the order they were given.
    pub tenders: Vec<Tender>,
    pub tip: Money,
    /// What rounding to the smallest coin added to the cash part, or took off.
    pub cash_rounding: Money,
    /// The smallest coin it was rounded to.
    pub cash_step: u32,
}

impl SettledTicket {
    /// What benefits took off it on the strength of charges that were not paid then, by membership.
    pub fn on_trust(&self) -> Vec<(EnrollmentId, Money)> {
        if !self.quote.totals.provisional.is_positive() {
            return Vec::new();
        }
        let uses = self.quote.uses.iter().map(|part| (part.key, part.value));
        let discounts = self.quote.discounts.iter().map(|part| (part.key, part.value));
        let mut found: Vec<(EnrollmentId, Money)> = Vec::new();
        for (key, value) in uses.chain(discounts).filter(|(key, _)| self.input.is_provisional(*key)) {
            match found.iter_mut().find(|(known, _)| *known == key.enrollment) {
                Some((_, sum)) => *sum += value,
                None => found.push((key.enrollment, value)),
            }
        }
        found
    }

    /// Of what benefits took off it, how much units took off that are not given back: the part and the whole.
    pub fn taken_off(&self, given_back: &[RefundedUnits]) -> (Money, Money) {
        let (mut left, mut whole) = (Money::ZERO, Money::ZERO);
        for line in &self.lines {
            let mut nth = 0;
            for run in &line.units {
                let off = run.covered + run.time_off + run.discount + run.credits;
                for unit in nth..nth + run.count {
                    whole += off;
                    let gone = given_back.iter().any(|back| {
                        back.line == line.id && (back.first..back.first + back.count).contains(&unit)
                    });
                    left += if gone { Money::ZERO } else { off };
                }
                nth += run.count;
            }
        }
        (left, whole)
    }
}

/// What each unit of a line cost and drew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledLine {
    pub id: LineId,
    /// Earliest unit first; counts sum to the quantity.
    pub units: Vec<UnitRun>,
}

/// Consecutive units that cost and drew exactly the same, with the amounts of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRun {
    pub count: u32,
    pub list: Money,
    pub covered: Money,
    pub time_off: Money,
    /// Percentage and its part of the fixed amounts.
    pub discount: Money,
    pub manual: Money,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// Money credit that paid for it.
    pub credits: Money,
    /// What it drew, in the order of redemption.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<Draw>,
}

impl UnitRun {
    /// What tenders paid for each.
    pub fn paid(&self) -> Money {
        self.total - self.credits
    }
}

/// What one unit took from one included service or lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    pub key: BenefitKey,
    pub kind: UseKind,
    pub amount: i64,
}

/// Why a ticket was not settled; no money moved and nothing was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum SettleRefusal {
    #[error(transparent)]
    BadTicket(#[from] BadTicket),
    #[error("the ticket has no lines")]
    Empty,
    #[error("a line of the ticket cannot be sold like this")]
    Blocked { lines: Vec<Blocked> },
    #[error("less credit is left than was shown")]
    InsufficientCredit { needed: Money, available: Money },
    #[error("the amount due has changed since it was shown")]
    StaleTotal { expected: Money, actual: Money },
    #[error("what was given does not cover the amount due")]
    TendersDoNotCover { due: Money, tendered: Money },
    /// Only cash gives change.
    #[error("more than the amount due was charged to something that gives no change")]
    ChangeOnlyFromCash { due: Money, tendered: Money },
    #[error("a tender is more than zero")]
    EmptyTender { nth: usize },
    #[error("a tip is not negative")]
    NegativeTip,
    #[error("a tip cannot be that large")]
    TipTooLarge { most: Money },
    #[error("a tender cannot be that large")]
    TenderTooLarge { nth: usize },
    #[error("the same gift card was given twice")]
    SameGiftCardTwice { code: String },
}
