//! How a ticket is being paid: what is typed in the dialog, and what the rules of settling make of it.

use crate::components::{Covered, Missing, Typed, amount};
use domain::checkout::{Payment, QuoteInput, TenderKind, TenderOffer, settle};
use domain::{Currency, Money};

/// Everything typed in the dialog.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PayForm {
    pub tenders: Typed,
    pub tip: String,
}

/// What was typed, run through the very rules that settle the ticket.
pub fn preview(
    form: &PayForm,
    input: &QuoteInput,
    seen: Seen,
    currency: Currency,
) -> Result<Covered, Missing> {
    let tip = amount(&form.tip, currency)?;
    let offers = form.tenders.offers(seen.due + tip, cash_due(input, seen, tip, currency)?, currency)?;
    let outcome = settle(input, &seen.payment(offers.clone(), tip))
        .map_err(|refusal| Missing::of(&refusal, currency))?;
    Ok(Covered { offers, tenders: outcome.tenders, cash_rounding: outcome.cash_rounding })
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
pub fn cash_due(input: &QuoteInput, seen: Seen, tip: Money, currency: Currency) -> Result<Money, Missing> {
    let step = Money::from_minor(i64::from(seen.cash_step));
    let plenty = TenderOffer { kind: TenderKind::Cash, amount: seen.due + tip + step };
    let outcome = settle(input, &seen.payment(vec![plenty], tip));
    outcome
        .map(|outcome| outcome.tenders.iter().map(|tender| tender.amount).sum())
        .map_err(|refusal| Missing::of(&refusal, currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::Method;
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

    fn cash(received: &str) -> PayForm {
        PayForm { tenders: Typed { received: received.into(), ..Typed::default() }, ..PayForm::default() }
    }

    fn change(ready: &Covered) -> i64 {
        ready.tenders.iter().map(|tender| tender.change.minor()).sum()
    }

    #[test]
    fn cash_gives_change_and_nothing_typed_means_the_exact_amount() {
        let (input, seen) = ticket(21_670, 1);
        let form = cash("220");
        assert_eq!(change(&preview(&form, &input, seen, Currency::USD).unwrap()), 330);
        let exact = preview(&PayForm::default(), &input, seen, Currency::USD).unwrap();
        assert_eq!((change(&exact), exact.offers[0].amount.minor()), (0, 21_670));
        let short = cash("200");
        assert_eq!(
            preview(&short, &input, seen, Currency::USD),
            Err(Missing::LeftToPay(Money::from_minor(1_670)))
        );
        let nonsense = cash("abc");
        assert_eq!(preview(&nonsense, &input, seen, Currency::USD), Err(Missing::NotAnAmount("abc".into())));
    }

    #[test]
    fn cash_is_rounded_to_the_smallest_coin_by_the_rules() {
        let (input, seen) = ticket(1_003, 5);
        assert_eq!(cash_due(&input, seen, Money::ZERO, Currency::USD), Ok(Money::from_minor(1_005)));
        let exact = preview(&PayForm::default(), &input, seen, Currency::USD).unwrap();
        assert_eq!(exact.cash_rounding.minor(), 2);
    }

    #[test]
    fn a_tip_comes_on_top_and_the_terminal_takes_it() {
        let (input, seen) = ticket(10_000, 1);
        let form = PayForm {
            tenders: Typed { method: Method::Terminal, reference: " A7 4402 ".into(), ..Typed::default() },
            tip: "15".into(),
        };
        let ready = preview(&form, &input, seen, Currency::USD).unwrap();
        let tender = &ready.offers[0];
        assert_eq!(tender.amount.minor(), 11_500);
        assert_eq!(tender_words(&tender.kind), "Card terminal A7 4402");
    }

    #[test]
    fn a_split_says_what_is_left_and_gives_change_from_its_cash_only() {
        let (input, seen) = ticket(21_670, 1);
        let mut form =
            PayForm { tenders: Typed { method: Method::Split, ..Typed::default() }, ..PayForm::default() };
        form.tenders.parts[0].amount = "100".into();
        assert_eq!(
            preview(&form, &input, seen, Currency::USD),
            Err(Missing::LeftToPay(Money::from_minor(11_670)))
        );
        form.tenders.parts[1].amount = "116.70".into();
        assert_eq!(preview(&form, &input, seen, Currency::USD).unwrap().offers.len(), 2);
        form.tenders.parts[1].amount = "300".into();
        let too_much = preview(&form, &input, seen, Currency::USD);
        assert!(matches!(too_much, Err(Missing::Refused(words)) if words.contains("only cash gives change")));
    }

    #[test]
    fn a_ticket_paid_by_benefits_needs_no_tender() {
        let (input, seen) = ticket(0, 1);
        let ready = preview(&PayForm::default(), &input, seen, Currency::USD).unwrap();
        assert!(ready.offers.is_empty());
    }
}
