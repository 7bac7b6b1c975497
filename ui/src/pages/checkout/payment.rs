//! How a ticket is being paid: what is typed in the dialog, and what the rules of settling make of it.

use domain::checkout::{Payment, QuoteInput, SettleRefusal, SettledTicket, TenderKind, TenderOffer, settle};
use domain::{Currency, Money};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Cash,
    Terminal,
    Check,
    Split,
}

impl Method {
    pub const ALL: [Self; 4] = [Self::Cash, Self::Terminal, Self::Check, Self::Split];

    pub fn words(self) -> &'static str {
        match self {
            Self::Cash => "Cash",
            Self::Terminal => "Card terminal",
            Self::Check => "Check",
            Self::Split => "Split",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Cash => "money-bill",
            Self::Terminal => "calculator",
            Self::Check => "money-check",
            Self::Split => "columns",
        }
    }
}

/// Everything typed in the dialog, as text.
#[derive(Debug, Clone, PartialEq)]
pub struct PayForm {
    pub method: Method,
    pub received: String,
    pub reference: String,
    pub check_number: String,
    pub tip: String,
    pub parts: Vec<Part>,
}

/// One part of a split.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub kind: PartKind,
    pub amount: String,
    /// The terminal's reference or the check's number.
    pub reference: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    Cash,
    Terminal,
    Check,
}

impl PartKind {
    pub const ALL: [Self; 3] = [Self::Cash, Self::Terminal, Self::Check];

    pub fn words(self) -> &'static str {
        match self {
            Self::Cash => "Cash",
            Self::Terminal => "Card terminal",
            Self::Check => "Check",
        }
    }
}

impl Default for PayForm {
    fn default() -> Self {
        let part = |kind| Part { kind, amount: String::new(), reference: String::new() };
        Self {
            method: Method::Cash,
            received: String::new(),
            reference: String::new(),
            check_number: String::new(),
            tip: String::new(),
            parts: vec![part(PartKind::Cash), part(PartKind::Terminal)],
        }
    }
}

/// A payment ready to be taken, with how it will come out.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    pub payment: Payment,
    pub outcome: Box<SettledTicket>,
}

/// What is still missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Something typed is not an amount.
    NotAnAmount(String),
    /// So much of the amount due is not covered yet.
    LeftToPay(Money),
    /// The rules refuse it, in words.
    Refused(String),
}

/// What was typed, run through the very rules that settle the ticket.
pub fn preview(form: &PayForm, input: &QuoteInput, seen: Seen, currency: Currency) -> Result<Ready, Missing> {
    let tip = amount(&form.tip, currency)?;
    let owed = seen.due + tip;
    let offer = |kind, amount| TenderOffer { kind, amount };
    let tenders = match form.method {
        _ if owed.is_zero() => vec![],
        Method::Cash if form.received.trim().is_empty() => {
            vec![offer(TenderKind::Cash, cash_due(input, seen, tip)?)]
        }
        Method::Cash => vec![offer(TenderKind::Cash, amount(&form.received, currency)?)],
        Method::Terminal => vec![offer(terminal(&form.reference), owed)],
        Method::Check => vec![offer(check(&form.check_number), owed)],
        Method::Split => {
            let mut tenders = Vec::new();
            for part in &form.parts {
                let amount = amount(&part.amount, currency)?;
                if !amount.is_zero() {
                    tenders.push(offer(part.kind(), amount));
                }
            }
            tenders
        }
    };
    let payment = seen.payment(tenders, tip);
    match settle(input, &payment) {
        Ok(outcome) => Ok(Ready { payment, outcome: Box::new(outcome) }),
        Err(SettleRefusal::TendersDoNotCover { due, tendered }) => Err(Missing::LeftToPay(due - tendered)),
        Err(refusal) => Err(Missing::Refused(in_words(&refusal, currency))),
    }
}

/// What the person at the desk sees when the dialog opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub due: Money,
    pub credits: Money,
    /// The smallest coin.
    pub cash_step: u32,
}

impl Seen {
    fn payment(self, tenders: Vec<TenderOffer>, tip: Money) -> Payment {
        Payment {
            expected_due: self.due,
            expected_credits: self.credits,
            tenders,
            tip,
            cash_step: self.cash_step,
        }
    }
}

/// What is due in cash alone: rounded to the smallest coin by the rules, not here.
pub fn cash_due(input: &QuoteInput, seen: Seen, tip: Money) -> Result<Money, Missing> {
    let step = Money::from_minor(i64::from(seen.cash_step));
    let plenty = TenderOffer { kind: TenderKind::Cash, amount: seen.due + tip + step };
    let outcome = settle(input, &seen.payment(vec![plenty], tip));
    outcome
        .map(|outcome| outcome.tenders.iter().map(|tender| tender.amount).sum())
        .map_err(|refusal| Missing::Refused(refusal.to_string()))
}

/// Up to three round amounts a customer is likely to hand over: `$216.70` gives 220, 240 and 300.
pub fn quick_amounts(due: Money, currency: Currency) -> Vec<Money> {
    let unit = 10_i64.pow(currency.exponent());
    let up_to = |step: i64| Money::from_minor((due.minor() + step - 1) / step * step);
    let steps: [i64; 6] = [5, 10, 20, 50, 100, 1_000];
    let mut amounts: Vec<Money> = Vec::new();
    for step in steps {
        let amount = up_to(step * unit);
        if amount > due && amounts.last().is_none_or(|last| *last < amount) {
            amounts.push(amount);
        }
    }
    amounts.truncate(3);
    amounts
}

impl Part {
    fn kind(&self) -> TenderKind {
        match self.kind {
            PartKind::Cash => TenderKind::Cash,
            PartKind::Terminal => terminal(&self.reference),
            PartKind::Check => check(&self.reference),
        }
    }
}

fn terminal(reference: &str) -> TenderKind {
    TenderKind::Terminal { reference: reference.trim().to_owned() }
}

fn check(number: &str) -> TenderKind {
    TenderKind::Check { number: number.trim().to_owned() }
}

/// Nothing typed is nothing paid.
fn amount(text: &str, currency: Currency) -> Result<Money, Missing> {
    if text.trim().is_empty() {
        return Ok(Money::ZERO);
    }
    let amount =
        currency.parse(text).ok().filter(|amount| !amount.is_negative() && *amount <= Money::MAX_PRICE);
    amount.ok_or_else(|| Missing::NotAnAmount(text.trim().to_owned()))
}

fn in_words(refusal: &SettleRefusal, currency: Currency) -> String {
    match refusal {
        SettleRefusal::ChangeOnlyFromCash { due, tendered } => format!(
            "{} is more than the {} due, and only cash gives change. Lower a part.",
            currency.format(*tendered),
            currency.format(*due)
        ),
        SettleRefusal::TipTooLarge { most } => format!("A tip is at most {}.", currency.format(*most)),
        other => format!("{other}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::checkout::pricing::{Pricing, price};
    use crate::pages::checkout::sample::{self, id};
    use crate::pages::checkout::state::{Action, Counter};
    use domain::item::ItemKind;
    use protocol::receipt::tender_words;

    /// A ticket of one item at `price`, as it stands when its payment opens.
    fn ticket(price_minor: i64, cash_step: u32) -> (QuoteInput, Seen) {
        let item = sample::item(10, ItemKind::Product, "Serum", price_minor);
        let catalog = sample::catalog(vec![item.clone()]);
        let counter = Counter::new(id(1)).after(Action::Add { item: Box::new(item), line: id(100) });
        let Pricing::Priced(priced) = price(&catalog, counter.current()) else { panic!("it is priced") };
        let totals = priced.quote.totals;
        (priced.input, Seen { due: totals.due, credits: totals.credits, cash_step })
    }

    fn change(ready: &Ready) -> i64 {
        ready.outcome.tenders.iter().map(|tender| tender.change.minor()).sum()
    }

    #[test]
    fn cash_gives_change_and_nothing_typed_means_the_exact_amount() {
        let (input, seen) = ticket(21_670, 1);
        let form = PayForm { received: "220".into(), ..PayForm::default() };
        assert_eq!(change(&preview(&form, &input, seen, Currency::USD).unwrap()), 330);
        let exact = preview(&PayForm::default(), &input, seen, Currency::USD).unwrap();
        assert_eq!((change(&exact), exact.payment.tenders[0].amount.minor()), (0, 21_670));
        let short = PayForm { received: "200".into(), ..PayForm::default() };
        assert_eq!(
            preview(&short, &input, seen, Currency::USD),
            Err(Missing::LeftToPay(Money::from_minor(1_670)))
        );
        let nonsense = PayForm { received: "abc".into(), ..PayForm::default() };
        assert_eq!(preview(&nonsense, &input, seen, Currency::USD), Err(Missing::NotAnAmount("abc".into())));
    }

    #[test]
    fn cash_is_rounded_to_the_smallest_coin_by_the_rules() {
        let (input, seen) = ticket(1_003, 5);
        assert_eq!(cash_due(&input, seen, Money::ZERO), Ok(Money::from_minor(1_005)));
        let exact = preview(&PayForm::default(), &input, seen, Currency::USD).unwrap();
        assert_eq!(exact.outcome.cash_rounding.minor(), 2);
    }

    #[test]
    fn a_tip_comes_on_top_and_the_terminal_takes_it() {
        let (input, seen) = ticket(10_000, 1);
        let form = PayForm {
            method: Method::Terminal,
            reference: " A7 4402 ".into(),
            tip: "15".into(),
            ..PayForm::default()
        };
        let ready = preview(&form, &input, seen, Currency::USD).unwrap();
        let tender = &ready.payment.tenders[0];
        assert_eq!(tender.amount.minor(), 11_500);
        assert_eq!(tender_words(&tender.kind), "Card terminal A7 4402");
    }

    #[test]
    fn a_split_says_what_is_left_and_gives_change_from_its_cash_only() {
        let (input, seen) = ticket(21_670, 1);
        let mut form = PayForm { method: Method::Split, ..PayForm::default() };
        form.parts[0].amount = "100".into();
        assert_eq!(
            preview(&form, &input, seen, Currency::USD),
            Err(Missing::LeftToPay(Money::from_minor(11_670)))
        );
        form.parts[1].amount = "116.70".into();
        assert_eq!(preview(&form, &input, seen, Currency::USD).unwrap().payment.tenders.len(), 2);
        form.parts[1].amount = "300".into();
        let too_much = preview(&form, &input, seen, Currency::USD);
        assert!(matches!(too_much, Err(Missing::Refused(words)) if words.contains("only cash gives change")));
    }

    #[test]
    fn a_ticket_paid_by_benefits_needs_no_tender() {
        let (input, seen) = ticket(0, 1);
        let ready = preview(&PayForm::default(), &input, seen, Currency::USD).unwrap();
        assert!(ready.payment.tenders.is_empty());
    }

    #[test]
    fn quick_amounts_are_the_notes_a_customer_hands_over() {
        let usd = |due| {
            quick_amounts(Money::from_minor(due), Currency::USD)
                .iter()
                .map(|it| it.minor() / 100)
                .collect::<Vec<_>>()
        };
        assert_eq!(usd(21_670), [220, 250, 300]);
        assert_eq!(usd(400), [5, 10, 20]);
        assert_eq!(usd(10_000), [1_000]);
    }
}
