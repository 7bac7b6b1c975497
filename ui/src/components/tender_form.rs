//! How an amount due is paid at the counter: cash with its change, a card terminal, a check, or parts of each.
//!
//! Give it the amount and a callback; the callback hears, after every change, the tenders that cover the amount
//! or why they do not yet. The screen around it keeps the last answer and enables its one button with it.

use domain::checkout::{TenderKind, TenderOffer};
use domain::{Currency, Money};
use std::rc::Rc;
use yew::prelude::*;

/// What covers the amount, or what is still missing, in words.
pub type Tendered = Result<Vec<TenderOffer>, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Cash,
    Terminal,
    Check,
    Split,
}

impl Method {
    const ALL: [Self; 4] = [Self::Cash, Self::Terminal, Self::Check, Self::Split];

    fn title(self) -> &'static str {
        match self {
            Self::Cash => "Cash",
            Self::Terminal => "Card terminal",
            Self::Check => "Check",
            Self::Split => "Split",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Cash => "fas fa-money-bill",
            Self::Terminal => "fas fa-calculator",
            Self::Check => "fas fa-money-check",
            Self::Split => "fas fa-columns",
        }
    }
}

/// The form as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    pub method: Method,
    /// Cash handed over; empty means exactly the amount due.
    pub received: String,
    pub reference: String,
    pub check_number: String,
    pub parts: Vec<Part>,
}

/// One part of a split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Never [`Method::Split`].
    pub method: Method,
    pub amount: String,
    pub reference: String,
}

impl Default for Taking {
    fn default() -> Self {
        Self {
            method: Method::Cash,
            received: String::new(),
            reference: String::new(),
            check_number: String::new(),
            parts: vec![Part::new(Method::Cash), Part::new(Method::Terminal)],
        }
    }
}

impl Part {
    fn new(method: Method) -> Self {
        Self { method, amount: String::new(), reference: String::new() }
    }
}

impl Taking {
    /// What is offered for `due`, in the order it was given.
    pub fn tenders(&self, due: Money, currency: Currency) -> Tendered {
        if !due.is_positive() {
            return Ok(Vec::new());
        }
        match self.method {
            Method::Cash => {
                let amount = self.cash(due, currency)?;
                Ok(vec![TenderOffer { kind: TenderKind::Cash, amount }])
            }
            Method::Terminal => Ok(vec![TenderOffer { kind: terminal(&self.reference)?, amount: due }]),
            Method::Check => Ok(vec![TenderOffer { kind: check(&self.check_number)?, amount: due }]),
            Method::Split => self.split(due, currency),
        }
    }

    /// What goes back to the customer; zero until enough cash was received.
    pub fn change(&self, due: Money, currency: Currency) -> Money {
        match self.tenders(due, currency) {
            Ok(tenders) => tenders.iter().map(|tender| tender.amount).sum::<Money>() - due,
            Err(_) => Money::ZERO,
        }
    }

    /// What the parts of a split do not cover yet; negative when they are more.
    pub fn left(&self, due: Money, currency: Currency) -> Money {
        due - self.parts.iter().filter_map(|part| currency.parse(&part.amount).ok()).sum::<Money>()
    }

    fn cash(&self, due: Money, currency: Currency) -> Result<Money, String> {
        if self.received.trim().is_empty() {
            return Ok(due);
        }
        let received = currency
            .parse(&self.received)
            .ok()
            .filter(|amount| *amount <= Money::MAX_PRICE)
            .ok_or("Type what was received, as an amount.")?;
        if received < due {
            return Err(format!("{} is missing.", currency.format(due - received)));
        }
        Ok(received)
    }

    fn split(&self, due: Money, currency: Currency) -> Tendered {
        let mut tenders = Vec::new();
        for part in self.parts.iter().filter(|part| !part.amount.trim().is_empty()) {
            let amount = currency
                .parse(&part.amount)
                .ok()
                .filter(|amount| amount.is_positive() && *amount <= Money::MAX_PRICE)
                .ok_or("Each part is an amount above zero.")?;
            let kind = match part.method {
                Method::Cash | Method::Split => TenderKind::Cash,
                Method::Terminal => terminal(&part.reference)?,
                Method::Check => check(&part.reference)?,
            };
            tenders.push(TenderOffer { kind, amount });
        }
        let left = self.left(due, currency);
        if left.is_positive() {
            return Err(format!("{} is left to pay.", currency.format(left)));
        }
        let cash: Money =
            tenders.iter().filter(|tender| tender.kind == TenderKind::Cash).map(|tender| tender.amount).sum();
        if -left > cash {
            return Err("The card and the check are more than what is due; only cash gives change.".into());
        }
        Ok(tenders)
    }
}

/// Round sums a customer is likely to hand over, each above `due`, lowest first.
pub fn likely_cash(due: Money, currency: Currency) -> Vec<Money> {
    let unit = 10_i64.pow(currency.exponent());
    // A yen is about a cent: its notes start where a dollar's cents end.
    let scale = if currency.exponent() == 0 { 100 } else { 1 };
    let mut sums: Vec<Money> = [1, 5, 10, 20, 50, 100]
        .into_iter()
        .map(|note| {
            let step = note * scale * unit;
            Money::from_minor((due.minor() + step - 1) / step * step)
        })
        .filter(|sum| *sum > due)
        .collect();
    sums.sort_unstable();
    sums.dedup();
    sums.truncate(3);
    sums
}

fn terminal(reference: &str) -> Result<TenderKind, String> {
    match reference.trim() {
        "" => Err("Copy the reference from the terminal's slip.".into()),
        reference => Ok(TenderKind::Terminal { reference: reference.to_owned() }),
    }
}

fn check(number: &str) -> Result<TenderKind, String> {
    match number.trim() {
        "" => Err("Type the number of the check.".into()),
        number => Ok(TenderKind::Check { number: number.to_owned() }),
    }
}

type Change = Box<dyn FnOnce(&mut Taking)>;

impl Reducible for Taking {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut next = (*self).clone();
        change(&mut next);
        Rc::new(next)
    }
}

#[derive(Properties, PartialEq)]
pub struct TenderFormProps {
    pub due: Money,
    pub currency: Currency,
    /// Hears the tenders, or what is missing, at once and after every change.
    pub on_change: Callback<Tendered>,
}

/// The payment form: the amount, how it is paid, and the change.
#[component]
pub fn TenderForm(props: &TenderFormProps) -> Html {
    let taking = use_reducer(Taking::default);
    let (due, currency) = (props.due, props.currency);
    {
        let on_change = props.on_change.clone();
        use_effect_with(((*taking).clone(), due, currency), move |(taking, due, currency)| {
            on_change.emit(taking.tenders(*due, *currency));
        });
    }
    let edit = {
        let dispatcher = taking.dispatcher();
        Callback::from(move |change: Change| dispatcher.dispatch(change))
    };
    let methods = Method::ALL.into_iter().map(|method| {
        let on = taking.method == method;
        let onclick = set(&edit, move |state| state.method = method);
        html! {
            <button type="button" role="tab" aria-selected={on.to_string()} {onclick}>
                <i class={method.icon()} aria-hidden="true"></i>
                <span>{ method.title() }</span>
            </button>
        }
    });
    let body = match taking.method {
        Method::Cash => cash(&taking, due, currency, &edit),
        Method::Terminal => html! {
            <>
                <div class="pl-words">
                    <div>{ "Key " }<b class="pl-strong pl-num">{ currency.format(due) }</b>{ " into the terminal." }</div>
                    <div class="pl-small pl-subtle">
                        { "When it says approved, copy the reference from its slip. Perennial does not talk to the terminal." }
                    </div>
                </div>
                { field("tender-reference", "Reference", &taking.reference, typing(&edit, |state, text| state.reference = text)) }
            </>
        },
        Method::Check => field(
            "tender-check",
            "Check number",
            &taking.check_number,
            typing(&edit, |state, text| state.check_number = text),
        ),
        Method::Split => split(&taking, due, currency, &edit),
    };
    html! {
        <div class="pl-tender">
            <div class="pl-method" role="tablist" aria-label="How is it paid?" aria-orientation="vertical">{ for methods }</div>
            <div class="pl-tender-body pl-grow" role="tabpanel" aria-label={taking.method.title()}>
                <div class="pl-row pl-row--between">
                    <span class="pl-subtle">{ "Due" }</span>
                    <span class="pl-big">{ currency.format(due) }</span>
                </div>
                { body }
            </div>
        </div>
    }
}

fn cash(taking: &Taking, due: Money, currency: Currency, edit: &Callback<Change>) -> Html {
    let quick = |text: String, label: String| {
        let chosen = taking.received == text;
        let onclick = set(edit, move |state| state.received = text);
        html! {
            <button class={classes!("pf-v6-c-button", "pf-m-secondary", chosen.then_some("pf-m-clicked"))}
                type="button" aria-pressed={chosen.to_string()} {onclick}>
                <span class="pf-v6-c-button__text">{ label }</span>
            </button>
        }
    };
    let oninput = typing(edit, |state, text| state.received = text);
    html! {
        <>
            <div class="pf-v6-c-form__group">
                <div class="pf-v6-c-form__group-label">
                    <label class="pf-v6-c-form__label" for="tender-received">
                        <span class="pf-v6-c-form__label-text">{ "Received" }</span>
                    </label>
                </div>
                <div class="pf-v6-c-form__group-control">{ money_input("tender-received", None, &taking.received, &currency.format_plain(due), currency, oninput) }</div>
            </div>
            <div class="pl-quick">
                { quick(String::new(), "Exact".into()) }
                { for likely_cash(due, currency).into_iter().map(|sum| quick(currency.format_plain(sum), currency.format(sum))) }
            </div>
            <div class="pl-change" role="status">
                { match taking.tenders(due, currency) {
                    Ok(_) => html! { <><span class="pl-strong">{ "Change" }</span><span class="pl-big">{ currency.format(taking.change(due, currency)) }</span></> },
                    Err(missing) => html! { <span class="pl-strong">{ missing }</span> },
                } }
            </div>
        </>
    }
}

fn split(taking: &Taking, due: Money, currency: Currency, edit: &Callback<Change>) -> Html {
    let left = taking.left(due, currency);
    let parts = taking.parts.iter().enumerate().map(|(nth, part)| {
        let methods = [Method::Cash, Method::Terminal, Method::Check].into_iter().map(|method| {
            html! { <option value={method.title()} selected={part.method == method}>{ method.title() }</option> }
        });
        let onchange = {
            let edit = edit.clone();
            Callback::from(move |event: Event| {
                let title = event.target_unchecked_into::<web_sys::HtmlInputElement>().value();
                edit.emit(Box::new(move |state: &mut Taking| {
                    if let Some(method) = Method::ALL.into_iter().find(|method| method.title() == title) {
                        state.parts[nth].method = method;
                    }
                }));
            })
        };
        let amount = typing(edit, move |state, text| state.parts[nth].amount = text);
        let reference = typing(edit, move |state, text| state.parts[nth].reference = text);
        let fill = set(edit, move |state| {
            let rest = state.left(due, currency) + currency.parse(&state.parts[nth].amount).unwrap_or_default();
            state.parts[nth].amount = if rest.is_positive() { currency.format_plain(rest) } else { String::new() };
        });
        let remove = set(edit, move |state| {
            state.parts.remove(nth);
        });
        html! {
            <div class="pl-tender-part">
                <span class="pf-v6-c-form-control">
                    <select aria-label={format!("How part {} is paid", nth + 1)} {onchange}>{ for methods }</select>
                </span>
                { money_input(&format!("tender-part-{nth}"), Some(format!("Amount of part {}", nth + 1)), &part.amount, "", currency, amount) }
                <button class="pf-v6-c-button pf-m-link pf-m-inline pl-small" type="button" onclick={fill}
                    aria-label={format!("Part {} takes the rest", nth + 1)}>
                    <span class="pf-v6-c-button__text">{ "The rest" }</span>
                </button>
                if taking.parts.len() > 1 {
                    <button class="pf-v6-c-button pf-m-plain" type="button" onclick={remove} aria-label={format!("Remove part {}", nth + 1)}>
                        <span class="pf-v6-c-button__icon"><i class="fas fa-times" aria-hidden="true"></i></span>
                    </button>
                }
                if part.method != Method::Cash && !part.amount.trim().is_empty() {
                    <span class="pf-v6-c-form-control pl-tender-reference">
                        <input type="text" value={part.reference.clone()} oninput={reference} maxlength="64"
                            placeholder={ if part.method == Method::Check { "Check number" } else { "Reference from the slip" } }
                            aria-label={format!("Reference of part {}", nth + 1)} />
                    </span>
                }
            </div>
        }
    });
    let add = set(edit, |state| state.parts.push(Part::new(Method::Terminal)));
    html! {
        <>
            <div class="pl-stack">{ for parts }</div>
            if taking.parts.len() < 6 {
                <div>
                    <button class="pf-v6-c-button pf-m-link pf-m-inline" type="button" onclick={add}>
                        <span class="pf-v6-c-button__icon pf-m-start"><i class="fas fa-plus" aria-hidden="true"></i></span>
                        <span class="pf-v6-c-button__text">{ "Add another part" }</span>
                    </button>
                </div>
            }
            <div class="pl-change" role="status">
                { match taking.tenders(due, currency) {
                    Err(missing) if !left.is_positive() => html! { <span class="pl-strong">{ missing }</span> },
                    _ if left.is_negative() => html! { <><span class="pl-strong">{ "Change" }</span><span class="pl-big">{ currency.format(-left) }</span></> },
                    _ => html! { <><span class="pl-strong">{ "Left to pay" }</span><span class="pl-big">{ currency.format(left) }</span></> },
                } }
            </div>
        </>
    }
}

fn field(id: &'static str, label: &'static str, value: &str, oninput: Callback<InputEvent>) -> Html {
    html! {
        <div class="pf-v6-c-form__group">
            <div class="pf-v6-c-form__group-label">
                <label class="pf-v6-c-form__label" for={id}>
                    <span class="pf-v6-c-form__label-text">{ label }</span>
                    <span class="pf-v6-c-form__label-required" aria-hidden="true">{ "\u{a0}*" }</span>
                </label>
            </div>
            <div class="pf-v6-c-form__group-control">
                <span class="pf-v6-c-form-control"><input {id} type="text" value={value.to_owned()} {oninput} maxlength="64" required=true /></span>
            </div>
        </div>
    }
}

fn money_input(
    id: &str,
    label: Option<String>,
    value: &str,
    placeholder: &str,
    currency: Currency,
    oninput: Callback<InputEvent>,
) -> Html {
    html! {
        <div class="pf-v6-c-input-group">
            <div class="pf-v6-c-input-group__item pf-m-box"><span class="pf-v6-c-input-group__text">{ currency.symbol() }</span></div>
            <div class="pf-v6-c-input-group__item pf-m-fill">
                <span class="pf-v6-c-form-control">
                    <input id={id.to_owned()} class="pl-num" type="text" inputmode="decimal" autocomplete="off" maxlength="20"
                        aria-label={label} value={value.to_owned()} placeholder={placeholder.to_owned()} {oninput} />
                </span>
            </div>
        </div>
    }
}

fn set(edit: &Callback<Change>, change: impl FnOnce(&mut Taking) + Clone + 'static) -> Callback<MouseEvent> {
    let edit = edit.clone();
    Callback::from(move |_| edit.emit(Box::new(change.clone())))
}

fn typing(
    edit: &Callback<Change>,
    change: impl FnOnce(&mut Taking, String) + Clone + 'static,
) -> Callback<InputEvent> {
    let edit = edit.clone();
    Callback::from(move |event: InputEvent| {
        let text = event.target_unchecked_into::<web_sys::HtmlInputElement>().value();
        let change = change.clone();
        edit.emit(Box::new(move |state: &mut Taking| change(state, text)));
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUE: Money = Money::from_minor(21_670);

    fn cash(amount: i64) -> TenderOffer {
        TenderOffer { kind: TenderKind::Cash, amount: Money::from_minor(amount) }
    }

    #[test]
    fn cash_is_exact_unless_more_was_received() {
        let mut taking = Taking::default();
        assert_eq!(taking.tenders(DUE, Currency::USD), Ok(vec![cash(21_670)]));
        taking.received = "220".into();
        assert_eq!(taking.tenders(DUE, Currency::USD), Ok(vec![cash(22_000)]));
        assert_eq!(taking.change(DUE, Currency::USD), Money::from_minor(330));
        taking.received = "200".into();
        assert_eq!(taking.tenders(DUE, Currency::USD), Err("$16.70 is missing.".into()));
        assert_eq!(taking.change(DUE, Currency::USD), Money::ZERO);
    }

    #[test]
    fn a_terminal_needs_what_its_slip_says() {
        let mut taking = Taking { method: Method::Terminal, ..Taking::default() };
        assert!(taking.tenders(DUE, Currency::USD).is_err());
        taking.reference = " A7 4402 ".into();
        let expected =
            TenderOffer { kind: TenderKind::Terminal { reference: "A7 4402".into() }, amount: DUE };
        assert_eq!(taking.tenders(DUE, Currency::USD), Ok(vec![expected]));
    }

    #[test]
    fn parts_cover_the_amount_and_only_cash_gives_change() {
        let part = |method, amount: &str| Part { method, amount: amount.into(), reference: "1".into() };
        let split = |parts| Taking { method: Method::Split, parts, ..Taking::default() };
        let short = split(vec![part(Method::Cash, "100"), part(Method::Terminal, "100")]);
        assert_eq!(short.tenders(DUE, Currency::USD), Err("$16.70 is left to pay.".into()));
        let exact =
            split(vec![part(Method::Cash, "100"), part(Method::Terminal, "116.70"), part(Method::Check, "")]);
        assert_eq!(exact.tenders(DUE, Currency::USD).unwrap().len(), 2);
        let change = split(vec![part(Method::Cash, "120"), part(Method::Terminal, "116.70")]);
        assert_eq!(change.change(DUE, Currency::USD), Money::from_minor(2_000));
        let card_too_much = split(vec![part(Method::Cash, "10"), part(Method::Terminal, "240")]);
        assert!(card_too_much.tenders(DUE, Currency::USD).is_err());
    }

    #[test]
    fn nothing_due_needs_nothing() {
        assert_eq!(Taking::default().tenders(Money::ZERO, Currency::USD), Ok(vec![]));
    }

    #[test]
    fn likely_sums_are_round_and_above_what_is_due() {
        let sums = likely_cash(DUE, Currency::USD);
        assert_eq!(sums, [21_700, 22_000, 25_000].map(Money::from_minor));
        assert_eq!(
            likely_cash(Money::from_minor(22_000), Currency::USD),
            [25_000, 30_000].map(Money::from_minor)
        );
        let yen = Currency::from_code("JPY").unwrap();
        assert_eq!(likely_cash(Money::from_minor(980), yen), [1_000, 2_000, 5_000].map(Money::from_minor));
    }
}
