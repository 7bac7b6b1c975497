//! The receipt of a ticket in words and sums: composed once, shown on the screen, printed, and written to a file.

use crate::enrollments::ChargeReceipt;
use crate::tickets::{RefundView, TicketView};
use domain::checkout::{LineInput, LineKind, QuotedLine, Tender, TenderKind};
use domain::gift_card::masked_code;
use domain::plan::TaxMode;
use domain::practice::Practice;
use domain::{Currency, Money, Rate, TicketId};
use serde::{Deserialize, Serialize};

/// The receipt of a settled ticket as a PDF on paper of a receipt's width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetReceiptPdf {
    pub ticket: TicketId,
}

/// A file for a person to keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileMade {
    /// A suggestion, without a folder: `Receipt A-2087.pdf`.
    pub name: String,
    /// Standard base64 with padding.
    pub base64: String,
}

/// Everything that stands on a receipt, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub number: String,
    /// The hash of the practice's picture.
    pub logo: Option<String>,
    pub practice: String,
    pub location: String,
    /// May have several lines; empty where the location has none.
    pub address: String,
    /// The practice's own words; may have several lines, or be empty.
    pub header: String,
    /// Number and time, who served, for whom.
    pub facts: Vec<String>,
    /// `VOID, 4 May 2026`
    pub stamp: Option<String>,
    pub lines: Vec<Line>,
    pub totals: Vec<Sum>,
    pub total: usize,
    /// Empty: nothing was to pay.
    pub tenders: Vec<Sum>,
    pub refunds: Vec<Refund>,
    /// `You saved $103.00 as a member`
    pub saved: Option<String>,
    /// Gift cards that it sold and that were not taken back.
    pub cards: Vec<Card>,
    /// `Gold renews on 12 Apr 2026 at $108.00`.
    pub renewals: Vec<String>,
    /// `Gold: $38.00 of credit left`, as of the day the receipt is made.
    pub left: Vec<String>,
    pub footer: String,
}

/// A gift card, to be cut off and handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub sum: Sum,
    /// In groups, as people read it.
    pub shown: String,
    /// What its square of dots says.
    pub code: String,
}

/// Words on the left, a sum on the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    pub words: String,
    pub amount: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// At list price.
    pub sum: Sum,
    /// Price per piece or hour, and what was noted.
    pub notes: Vec<String>,
    pub taken_off: Option<Sum>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub sum: Sum,
    /// What went back to credits.
    pub notes: Vec<String>,
}

impl Receipt {
    pub fn of(ticket: &TicketView, practice: &Practice) -> Self {
        let currency = practice.currency;
        let quote = &ticket.settled.quote;
        let mut facts = vec![
            format!("{} · {} {}", ticket.number, ticket.on.long(), ticket.at),
            format!("Served by {}", ticket.staff),
        ];
        facts.extend(ticket.customer_name.clone());
        let (totals, total) = totals(ticket, currency);
        Self {
            number: ticket.number.clone(),
            logo: practice.logo.clone(),
            practice: practice.name.clone(),
            location: ticket.location_name.clone(),
            address: ticket.location_address.clone(),
            header: practice.receipt.header.clone(),
            facts,
            stamp: ticket.voided.as_ref().map(|voided| format!("VOID, {}", voided.on.long())),
            lines: ticket
                .settled
                .input
                .lines
                .iter()
                .zip(&quote.lines)
                .map(|(line, quoted)| Line::of(line, quoted, currency))
                .collect(),
            totals,
            total,
            tenders: tenders(&ticket.settled.tenders, currency),
            refunds: ticket.refunds.iter().map(|refund| Refund::of(refund, currency)).collect(),
            saved: quote
                .totals
                .savings
                .is_positive()
                .then(|| format!("You saved {} as a member", currency.format(quote.totals.savings))),
            cards: ticket
                .gift_cards
                .iter()
                .filter(|card| !card.taken_back)
                .map(|card| Card {
                    sum: Sum::of("Gift card", card.amount, currency),
                    shown: card.shown.clone(),
                    code: card.code.clone(),
                })
                .collect(),
            renewals: ticket.renewals.clone(),
            left: ticket.credit_left.clone(),
            footer: practice.receipt.footer.clone(),
        }
    }

    /// The receipt of a charge that was collected for a membership.
    pub fn of_charge(charge: &ChargeReceipt, practice: &Practice) -> Self {
        let currency = practice.currency;
        let signed = |amount: Money| if charge.given_back { -amount } else { amount };
        let mut totals = Vec::new();
        if !charge.tax.is_zero() {
            totals.push(Sum::of("Of it tax", signed(charge.tax), currency));
        }
        let words = if charge.given_back { "Given back" } else { "Total" };
        totals.push(Sum::of(words, signed(charge.total), currency));
        let rounding: Money = charge.tenders.iter().map(|tender| tender.amount).sum::<Money>() - charge.total;
        let total = totals.len() - 1;
        if !rounding.is_zero() && !charge.tenders.is_empty() {
            totals.push(Sum::of("Rounding of cash", signed(rounding), currency));
        }
        let went_back = |tender: &Tender| Sum::of(tender_words(&tender.kind), -tender.amount, currency);
        Self {
            number: charge.number.clone(),
            logo: practice.logo.clone(),
            practice: practice.name.clone(),
            location: charge.location_name.clone(),
            address: charge.location_address.clone(),
            header: practice.receipt.header.clone(),
            facts: vec![
                format!("{} · {} {}", charge.number, charge.on.long(), charge.at),
                format!("Served by {}", charge.staff),
                charge.customer.clone(),
            ],
            stamp: None,
            lines: vec![Line {
                sum: Sum::of(charge.what.clone(), signed(charge.total), currency),
                notes: Vec::new(),
                taken_off: None,
            }],
            totals,
            total,
            tenders: if charge.given_back {
                charge.tenders.iter().map(went_back).collect()
            } else {
                tenders(&charge.tenders, currency)
            },
            refunds: Vec::new(),
            saved: None,
            cards: Vec::new(),
            renewals: Vec::new(),
            left: Vec::new(),
            footer: practice.receipt.footer.clone(),
        }
    }
}

impl Line {
    fn of(line: &LineInput, quoted: &QuotedLine, currency: Currency) -> Self {
        let count = if line.qty > 1 { format!("{} × ", line.qty) } else { String::new() };
        let mut notes = Vec::new();
        match line.minutes {
            Some(minutes) => notes.push(format!(
                "{} at {} an hour",
                duration(i64::from(minutes)),
                currency.format(line.price())
            )),
            None if line.qty > 1 => notes.push(format!("{} each", currency.format(line.price()))),
            None => {}
        }
        if !line.note.is_empty() {
            notes.push(line.note.clone());
        }
        let saved = quoted.list - quoted.net;
        let reason = line.manual_discount.as_ref().map(|discount| discount.reason.as_str());
        Self {
            sum: Sum::of(format!("{count}{}", line.name), quoted.list, currency),
            notes,
            taken_off: saved
                .is_positive()
                .then(|| Sum::of(taken_off(reason, quoted.manual == saved), -saved, currency)),
        }
    }
}

fn taken_off(reason: Option<&str>, by_hand_alone: bool) -> String {
    match reason {
        Some(reason) if by_hand_alone && !reason.is_empty() => reason.to_owned(),
        _ if by_hand_alone => "Discount".to_owned(),
        _ => "Member savings and discounts".to_owned(),
    }
}

/// From list to what was paid, and which of them is the total.
fn totals(ticket: &TicketView, currency: Currency) -> (Vec<Sum>, usize) {
    let settled = &ticket.settled;
    let of = settled.quote.totals;
    let mut sums = vec![Sum::of("List", of.list, currency)];
    if of.savings.is_positive() {
        sums.push(Sum::of("Member savings", -of.savings, currency));
    }
    if of.manual.is_positive() {
        sums.push(Sum::of("Discount", -of.manual, currency));
    }
    sums.extend(taxes(ticket).into_iter().map(|(words, tax)| Sum::of(words, tax, currency)));
    let total = sums.len();
    sums.push(Sum::of("Total", of.total, currency));
    if of.credits.is_positive() {
        sums.push(Sum::of("Paid with credit", -of.credits, currency));
    }
    if settled.tip.is_positive() {
        sums.push(Sum::of("Tip", settled.tip, currency));
    }
    if !settled.cash_rounding.is_zero() {
        sums.push(Sum::of("Rounding of cash", settled.cash_rounding, currency));
    }
    (sums, total)
}

/// The tax of each rate, in the order it first appears; inside the prices where the practice prices so.
fn taxes(ticket: &TicketView) -> Vec<(String, Money)> {
    let mut sums: Vec<(Rate, TaxMode, Money)> = Vec::new();
    let lines = ticket.settled.input.lines.iter().zip(&ticket.settled.quote.lines);
    for (line, quoted) in lines.filter(|(line, _)| line.kind != LineKind::GiftCard) {
        match sums.iter_mut().find(|(rate, mode, _)| (*rate, *mode) == (line.tax_rate, line.tax_mode)) {
            Some((_, _, sum)) => *sum += quoted.tax,
            None => sums.push((line.tax_rate, line.tax_mode, quoted.tax)),
        }
    }
    sums.into_iter()
        .filter(|(_, _, sum)| !sum.is_zero())
        .map(|(rate, mode, sum)| match mode {
            TaxMode::Exclusive => (format!("Tax {rate} %"), sum),
            TaxMode::Inclusive => (format!("Including tax {rate} %"), sum),
        })
        .collect()
}

fn tenders(tenders: &[Tender], currency: Currency) -> Vec<Sum> {
    let mut sums = Vec::new();
    for tender in tenders {
        sums.push(Sum::of(tender_words(&tender.kind), tender.received, currency));
        if tender.change.is_positive() {
            sums.push(Sum::of("Change", -tender.change, currency));
        }
    }
    sums
}

impl Refund {
    fn of(refund: &RefundView, currency: Currency) -> Self {
        let words = format!("Refund {}, {}", refund.number, refund.on.long());
        Self { sum: Sum::of(words, -refund.money, currency), notes: refund.returns.clone() }
    }
}

impl Sum {
    pub(crate) fn of(words: impl Into<String>, amount: Money, currency: Currency) -> Self {
        Self { words: words.into(), amount: currency.format(amount) }
    }
}

/// How a tender reads on a receipt: `Cash`, `Card terminal A7 4402`.
pub fn tender_words(kind: &TenderKind) -> String {
    let with = |words: &str, reference: &str| match reference {
        "" => words.to_owned(),
        reference => format!("{words} {reference}"),
    };
    match kind {
        TenderKind::Cash => "Cash".to_owned(),
        TenderKind::Terminal { reference } => with("Card terminal", reference),
        TenderKind::Check { number } => with("Check", number),
        TenderKind::CardOnFile => "Card on file".to_owned(),
        // Whoever finds the paper could spend the card.
        TenderKind::GiftCard { code } => with("Gift card", &masked_code(code)),
    }
}

/// `45 min`, `1 h`, `1 h 30 min`.
pub fn duration(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
