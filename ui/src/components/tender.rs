//! How an amount is paid at the counter, for tickets and memberships alike: cash with its change, a card terminal, a
//! check, or parts of each. What is typed is run through the rules that will take it.

use super::{Button, Icon, Look, MoneyField, Notice, Select, Severity, TextField};
use crate::bridge;
use crate::keys::{pass_scan_on, use_scan};
use domain::checkout::{SettleRefusal, Tender, TenderKind, TenderOffer, smallest_coin, take};
use domain::gift_card::{plain_code, shown_code};
use domain::{Currency, Money};
use protocol::ErrorReply;
use protocol::gift_cards::GetGiftCard;
use protocol::stripe::CardView;
use web_sys::KeyboardEvent;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Cash,
    Terminal,
    Check,
    GiftCard,
    Split,
    /// Only where a payer with one is known.
    CardOnFile,
}

impl Method {
    /// The last one only where there is a card: the keys of the others never change.
    pub const ALL: [Self; 6] =
        [Self::Cash, Self::Terminal, Self::Check, Self::GiftCard, Self::Split, Self::CardOnFile];

    fn offered(has_card: bool) -> Vec<Self> {
        Self::ALL.into_iter().filter(|method| has_card || *method != Self::CardOnFile).collect()
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Cash => "Cash",
            Self::Terminal => "Card terminal",
            Self::Check => "Check",
            Self::GiftCard => "Gift card",
            Self::Split => "Split",
            Self::CardOnFile => "Card on file",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Cash => "money-bill",
            Self::Terminal => "calculator",
            Self::Check => "money-check",
            Self::GiftCard => "gift",
            Self::Split => "columns",
            Self::CardOnFile => "credit-card",
        }
    }
}

/// What is typed, as text.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    pub method: Method,
    /// Cash handed over; empty means exactly what is due.
    pub received: String,
    pub reference: String,
    pub check_number: String,
    pub card_code: String,
    pub parts: Vec<Part>,
    /// Gift cards that were looked up for this payment.
    pub cards: Vec<KnownCard>,
}

/// What the desk says of a gift card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCard {
    /// Plain.
    pub code: String,
    pub balance: Money,
    pub blocked: bool,
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
    GiftCard,
    CardOnFile,
}

impl PartKind {
    pub const ALL: [Self; 5] = [Self::Cash, Self::Terminal, Self::Check, Self::GiftCard, Self::CardOnFile];

    fn offered(has_card: bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |kind| has_card || *kind != Self::CardOnFile)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Cash => "Cash",
            Self::Terminal => "Card terminal",
            Self::Check => "Check",
            Self::GiftCard => "Gift card",
            Self::CardOnFile => "Card on file",
        }
    }
}

impl Default for Typed {
    fn default() -> Self {
        let part = |kind| Part { kind, amount: String::new(), reference: String::new() };
        Self {
            method: Method::Cash,
            received: String::new(),
            reference: String::new(),
            check_number: String::new(),
            card_code: String::new(),
            cards: Vec::new(),
            parts: vec![part(PartKind::Cash), part(PartKind::Terminal)],
        }
    }
}

/// What covers the amount, and how it comes out.
#[derive(Debug, Clone, PartialEq)]
pub struct Covered {
    pub offers: Vec<TenderOffer>,
    /// What the offers become: what each takes, and the change.
    pub tenders: Vec<Tender>,
    pub cash_rounding: Money,
}

impl Covered {
    /// What is taken in all, after the rounding of cash.
    pub fn total(&self) -> Money {
        self.tenders.iter().map(|tender| tender.amount).sum()
    }

    fn change(&self) -> Money {
        self.tenders.iter().map(|tender| tender.change).sum()
    }
}

/// What is still missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Something typed is not an amount.
    NotAnAmount(String),
    /// So much of the amount due is not covered yet.
    LeftToPay(Money),
    /// It cannot be taken like this, in words.
    Refused(String),
}

impl Missing {
    pub fn of(refusal: &SettleRefusal, currency: Currency) -> Self {
        match refusal {
            SettleRefusal::TendersDoNotCover { due, tendered } => Self::LeftToPay(*due - *tendered),
            SettleRefusal::ChangeOnlyFromCash { due, tendered } => Self::Refused(format!(
                "{} is more than the {} due, and only cash gives change. Lower a part.",
                currency.format(*tendered),
                currency.format(*due)
            )),
            SettleRefusal::TipTooLarge { most } => {
                Self::Refused(format!("A tip is at most {}.", currency.format(*most)))
            }
            other => Self::Refused(format!("{other}.")),
        }
    }
}

impl Typed {
    /// What is offered for `owed`, of which `cash` would be taken if cash alone paid it.
    pub fn offers(&self, owed: Money, cash: Money, currency: Currency) -> Result<Vec<TenderOffer>, Missing> {
        let offer = |kind, amount| TenderOffer { kind, amount };
        Ok(match self.method {
            _ if owed.is_zero() => vec![],
            Method::Cash if self.received.trim().is_empty() => vec![offer(TenderKind::Cash, cash)],
            Method::Cash => vec![offer(TenderKind::Cash, amount(&self.received, currency)?)],
            Method::Terminal => vec![offer(terminal(&self.reference), owed)],
            Method::Check => vec![offer(check(&self.check_number)?, owed)],
            Method::GiftCard => {
                let card = self.card(&self.card_code)?;
                vec![offer(TenderKind::GiftCard { code: card.code.clone() }, owed.min(card.balance))]
            }
            Method::CardOnFile => vec![offer(TenderKind::CardOnFile, owed)],
            Method::Split => {
                if self.parts.iter().filter(|part| part.kind == PartKind::CardOnFile).count() > 1 {
                    return Err(Missing::Refused(
                        "The card on file is charged once. Put all of it into one part.".to_owned(),
                    ));
                }
                let mut tenders = Vec::new();
                for part in &self.parts {
                    let amount = amount(&part.amount, currency)?;
                    if !amount.is_zero() {
                        if part.kind == PartKind::GiftCard {
                            let card = self.card(&part.reference)?;
                            if amount > card.balance {
                                return Err(Missing::Refused(format!(
                                    "Gift card {} has only {} left.",
                                    shown_code(&card.code),
                                    currency.format(card.balance)
                                )));
                            }
                        }
                        tenders.push(offer(part.kind()?, amount));
                    }
                }
                tenders
            }
        })
    }

    /// The card of a typed code, once it was looked up.
    fn card(&self, typed: &str) -> Result<&KnownCard, Missing> {
        let plain = plain_code(typed);
        let known = self.cards.iter().find(|card| Some(&card.code) == plain.as_ref());
        match known {
            Some(card) if card.blocked => {
                Err(Missing::Refused(format!("Gift card {} is blocked.", shown_code(&card.code))))
            }
            Some(card) if card.balance.is_positive() => Ok(card),
            Some(card) => {
                Err(Missing::Refused(format!("Gift card {} has nothing left.", shown_code(&card.code))))
            }
            None => {
                Err(Missing::Refused("Type or scan the code of the gift card, then look it up.".to_owned()))
            }
        }
    }

    /// With what a look-up said of a card.
    fn knowing(&self, card: KnownCard) -> Self {
        let mut next = self.clone();
        next.cards.retain(|known| known.code != card.code);
        next.cards.push(card);
        next
    }

    /// A scanned gift card becomes a part of the payment: the first one, or one more.
    fn scanned(&self, card: KnownCard, owed: Money, currency: Currency) -> Self {
        let code = card.code.clone();
        let balance = card.balance;
        let mut next = self.knowing(card);
        match next.method {
            Method::Split => {
                let empty = |part: &Part| part.amount.trim().is_empty() && part.reference.trim().is_empty();
                let taken: Money =
                    next.parts.iter().filter_map(|part| amount(&part.amount, currency).ok()).sum();
                let part = Part {
                    kind: PartKind::GiftCard,
                    amount: currency.format_plain(balance.min((owed - taken).max(Money::ZERO))),
                    reference: code,
                };
                match next.parts.iter_mut().find(|part| empty(part)) {
                    Some(free) => *free = part,
                    None => next.parts.push(part),
                }
            }
            Method::Cash | Method::Terminal | Method::Check | Method::GiftCard | Method::CardOnFile => {
                next.method = Method::GiftCard;
                next.card_code = code;
            }
        }
        next
    }

    /// The gift card as the first part, and another way for what it does not cover.
    fn rest_in_parts(&self, due: Money, currency: Currency) -> Self {
        let covered = self.card(&self.card_code).map_or(Money::ZERO, |card| card.balance.min(due));
        let part = |kind, amount: Money, reference: String| Part {
            kind,
            amount: currency.format_plain(amount),
            reference,
        };
        Self {
            method: Method::Split,
            parts: vec![
                part(PartKind::GiftCard, covered, self.card_code.clone()),
                part(PartKind::Cash, due - covered, String::new()),
            ],
            ..self.clone()
        }
    }

    /// What was typed for a charge of `due` that is no ticket, by the rules that collect it.
    pub fn covers(&self, due: Money, currency: Currency) -> Result<Covered, Missing> {
        let offers = self.offers(due, cash_alone(due, currency), currency)?;
        let tenders =
            take(due, &offers, smallest_coin(currency)).map_err(|refusal| Missing::of(&refusal, currency))?;
        let taken: Money = tenders.iter().map(|tender| tender.amount).sum();
        Ok(Covered { offers, cash_rounding: taken - due, tenders })
    }
}

/// What cash alone would take for `due`: rounded to the smallest coin by the rules, not here.
pub fn cash_alone(due: Money, currency: Currency) -> Money {
    let step = smallest_coin(currency);
    let plenty = TenderOffer { kind: TenderKind::Cash, amount: due + Money::from_minor(i64::from(step)) };
    take(due, &[plenty], step).map_or(due, |tenders| tenders.iter().map(|tender| tender.amount).sum())
}

/// Up to three round amounts a customer is likely to hand over: `$216.70` gives 220, 240 and 300.
fn quick_amounts(due: Money, currency: Currency) -> Vec<Money> {
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
    fn kind(&self) -> Result<TenderKind, Missing> {
        match self.kind {
            PartKind::Cash => Ok(TenderKind::Cash),
            PartKind::Terminal => Ok(terminal(&self.reference)),
            PartKind::Check => check(&self.reference),
            PartKind::CardOnFile => Ok(TenderKind::CardOnFile),
            PartKind::GiftCard => match plain_code(&self.reference) {
                Some(code) => Ok(TenderKind::GiftCard { code }),
                None => Err(Missing::Refused("Type the code of the gift card.".to_owned())),
            },
        }
    }
}

fn terminal(reference: &str) -> TenderKind {
    TenderKind::Terminal { reference: reference.trim().to_owned() }
}

fn check(number: &str) -> Result<TenderKind, Missing> {
    match number.trim() {
        "" => Err(Missing::Refused("Type the number of the check.".to_owned())),
        number => Ok(TenderKind::Check { number: number.to_owned() }),
    }
}

/// Nothing typed is nothing paid.
pub fn amount(text: &str, currency: Currency) -> Result<Money, Missing> {
    if text.trim().is_empty() {
        return Ok(Money::ZERO);
    }
    let amount =
        currency.parse(text).ok().filter(|amount| !amount.is_negative() && *amount <= Money::MAX_PRICE);
    amount.ok_or_else(|| Missing::NotAnAmount(text.trim().to_owned()))
}

#[derive(Properties, PartialEq)]
pub struct TenderFieldsProps {
    pub typed: Typed,
    pub onchange: Callback<Typed>,
    pub currency: Currency,
    pub due: Money,
    /// What cash alone would take.
    pub exact_cash: Money,
    pub out: Result<Covered, Missing>,
    /// The payer's card on file, which can be charged then.
    #[prop_or_default]
    pub card: Option<CardView>,
    /// There is something to pay, a tip included.
    #[prop_or(true)]
    pub pays: bool,
    /// The first field of a method takes the focus: for a dialog that is about nothing else.
    #[prop_or_default]
    pub autofocus: bool,
    /// Above the amount.
    #[prop_or_default]
    pub above: Html,
    /// Between the fields and what comes out: a tip.
    #[prop_or_default]
    pub children: Html,
}

/// The amount, how it is paid, and what comes out. Alt and a digit choose the method from anywhere in it.
#[component]
pub fn TenderFields(props: &TenderFieldsProps) -> Html {
    let onkeydown = {
        let (typed, onchange) = (props.typed.clone(), props.onchange.clone());
        let offered = Method::offered(props.card.is_some());
        Callback::from(move |event: KeyboardEvent| {
            let nth = event.code().strip_prefix("Digit").and_then(|digit| digit.parse::<usize>().ok());
            if let Some(method) =
                nth.and_then(|nth| offered.get(nth.checked_sub(1)?)).filter(|_| event.alt_key())
            {
                event.prevent_default();
                onchange.emit(Typed { method: *method, ..typed.clone() });
            }
        })
    };
    let scanned = {
        let (typed, onchange, owed, currency) =
            (props.typed.clone(), props.onchange.clone(), props.due, props.currency);
        let found = Callback::from(move |card: KnownCard| onchange.emit(typed.scanned(card, owed, currency)));
        use_card_lookup(found, true)
    };
    use_scan(scanned.look);
    html! {
        <div class="pl-pay" {onkeydown}>
            { methods(props) }
            <div class="pl-grow pl-pay-body">
                { props.above.clone() }
                <div class="pl-row pl-row--between"><span class="pl-subtle">{ "Due" }</span><span class="pl-big">{ props.currency.format(props.due) }</span></div>
                if props.pays {
                    { match props.typed.method {
                        Method::Cash => cash(props),
                        Method::Terminal => terminal_fields(props),
                        Method::Check => check_fields(props),
                        Method::GiftCard => gift_card_fields(props),
                        Method::Split => split(props),
                        Method::CardOnFile => card_on_file(props),
                    } }
                }
                { props.children.clone() }
                { outcome(props) }
            </div>
        </div>
    }
}

/// A callback that puts what is typed into one place of the form.
fn typing(props: &TenderFieldsProps, edit: impl Fn(&mut Typed, String) + 'static) -> Callback<String> {
    let (typed, onchange) = (props.typed.clone(), props.onchange.clone());
    Callback::from(move |text: String| {
        let mut next = typed.clone();
        edit(&mut next, text);
        onchange.emit(next);
    })
}

fn doing(props: &TenderFieldsProps, edit: impl Fn(&mut Typed) + 'static) -> Callback<()> {
    typing(props, move |typed, _| edit(typed)).reform(|()| String::new())
}

fn methods(props: &TenderFieldsProps) -> Html {
    let offered = Method::offered(props.card.is_some());
    let at = offered.iter().position(|method| *method == props.typed.method).unwrap_or(0);
    let onkeydown = {
        let (typed, onchange, offered) = (props.typed.clone(), props.onchange.clone(), offered.clone());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowDown" => (at + 1) % offered.len(),
                "ArrowUp" => (at + offered.len() - 1) % offered.len(),
                _ => return,
            };
            event.prevent_default();
            onchange.emit(Typed { method: offered[next], ..typed.clone() });
        })
    };
    html! {
        <div class="pl-method" role="tablist" aria-label="How is it paid?" aria-orientation="vertical" {onkeydown}>
            { for offered.iter().enumerate().map(|(nth, method)| {
                let (on, method) = (nth == at, *method);
                let onclick = doing(props, move |typed| typed.method = method).reform(|_: MouseEvent| ());
                html! {
                    <button type="button" role="tab" aria-selected={on.to_string()} tabindex={if on { "0" } else { "-1" }} {onclick}>
                        <Icon name={method.icon()} /><span>{ method.words() }</span><span class="pl-key" aria-hidden="true">{ format!("Alt {}", nth + 1) }</span>
                    </button>
                }
            }) }
        </div>
    }
}

fn cash(props: &TenderFieldsProps) -> Html {
    let (typed, currency, exact) = (&props.typed, props.currency, props.exact_cash);
    let put = |amount: Money| doing(props, move |typed| typed.received = currency.format_plain(amount));
    let whole = |amount: Money| {
        currency
            .format(amount)
            .trim_end_matches(&format!(".{}", "0".repeat(currency.exponent() as usize)))
            .to_owned()
    };
    let received = currency.parse(&typed.received).ok();
    let pressed = |amount: Money| classes!((received == Some(amount)).then_some("pf-m-clicked"));
    let error = matches!(&props.out, Err(Missing::NotAnAmount(text)) if *text == typed.received.trim())
        .then_some(AttrValue::from("Type an amount"));
    html! {
        <>
            <MoneyField label="Received" value={typed.received.clone()} onchange={typing(props, |typed, received| typed.received = received)} autofocus={props.autofocus}
                {error} help={if typed.received.is_empty() { "Empty means the exact amount" } else { "" }} />
            <div class="pl-quick">
                <Button text="Exact" class={pressed(exact)} onclick={put(exact)} />
                { for quick_amounts(exact, currency).into_iter().map(|amount| html!(<Button text={whole(amount)} class={pressed(amount)} onclick={put(amount)} />)) }
            </div>
        </>
    }
}

fn terminal_fields(props: &TenderFieldsProps) -> Html {
    let amount = props.out.as_ref().map_or(props.due, Covered::total);
    html! {
        <>
            <div class="pl-words">
                <span>{ "Key " }<span class="pl-strong pl-num">{ props.currency.format(amount) }</span>{ " into the terminal." }</span>
                <span class="pl-small pl-subtle">{ "When it says approved, copy the reference from its slip. Perennial does not talk to the terminal." }</span>
            </div>
            <TextField key="terminal" label="Reference" value={props.typed.reference.clone()} onchange={typing(props, |typed, text| typed.reference = text)}
                help="From the terminal’s slip" autofocus={props.autofocus} max_length={60} />
        </>
    }
}

/// The card that will be charged; the bank is asked before anything is settled.
fn card_on_file(props: &TenderFieldsProps) -> Html {
    let Some(card) = &props.card else { return html!() };
    let expires = card.expires.as_ref().map(|month| format!("Expires {month}. ")).unwrap_or_default();
    html! {
        <div class="pl-words">
            <span class="pl-strong pl-num"><Icon name="credit-card" />{ format!(" {}", card.words) }</span>
            <span class="pl-small pl-subtle">{ format!("{expires}The bank is asked at once, and the ticket is settled when it has taken the money.") }</span>
            if card.expires_soon { <span class="pl-small pl-bad">{ "It expires soon, or has expired: the bank may refuse it." }</span> }
        </div>
    }
}

fn check_fields(props: &TenderFieldsProps) -> Html {
    html!(<TextField key="check" label="Check number" value={props.typed.check_number.clone()} onchange={typing(props, |typed, text| typed.check_number = text)}
        autofocus={props.autofocus} max_length={60} />)
}

/// Asks the desk what is left on a gift card.
#[derive(Clone, PartialEq)]
struct CardLookup {
    look: Callback<String>,
    error: Option<ErrorReply>,
}

#[hook]
fn use_card_lookup(onfound: Callback<KnownCard>, passes_on: bool) -> CardLookup {
    let error = use_state(|| None::<ErrorReply>);
    let newest = use_mut_ref(|| onfound.clone());
    *newest.borrow_mut() = onfound;
    let look = {
        let error = error.clone();
        use_callback(passes_on, move |code: String, passes_on: &bool| {
            let passes_on = *passes_on;
            let (error, newest) = (error.clone(), newest.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::call(GetGiftCard { code: code.clone(), id: None }).await {
                    Ok(card) => {
                        error.set(None);
                        let found = newest.borrow().clone();
                        let (balance, blocked) = (card.balance, card.blocked.is_some());
                        found.emit(KnownCard { code: card.code, balance, blocked });
                    }
                    // Something else was scanned while the payment is open.
                    Err(_) if passes_on => pass_scan_on(code),
                    Err(refusal) => error.set(Some(refusal)),
                }
            });
        })
    };
    CardLookup { look, error: (*error).clone() }
}

#[derive(Properties, PartialEq)]
struct CardFieldProps {
    code: String,
    /// What a look-up said of it.
    known: Option<KnownCard>,
    /// What it pays of the amount due.
    pays: Money,
    currency: Currency,
    oncode: Callback<String>,
    onfound: Callback<KnownCard>,
    autofocus: bool,
}

/// The code of a gift card, what is left on it, and what will be.
#[component]
fn CardField(props: &CardFieldProps) -> Html {
    let lookup = use_card_lookup(props.onfound.clone(), false);
    let ask = {
        let (look, code) = (lookup.look.clone(), props.code.clone());
        Callback::from(move |()| look.emit(code.clone()))
    };
    let onkeydown = {
        let (ask, known) = (ask.clone(), props.known.is_some());
        Callback::from(move |event: KeyboardEvent| {
            // Enter takes the payment once the card is known.
            if event.key() == "Enter" && !known {
                event.prevent_default();
                event.stop_propagation();
                ask.emit(());
            }
        })
    };
    let money = |amount| props.currency.format(amount);
    let error = lookup.error.as_ref().map(|error| AttrValue::from(error.message.clone()));
    html! {
        <div class="pl-stack pl-snug" {onkeydown}>
            <div class="pl-cardcode">
                <TextField label="Gift card" value={props.code.clone()} onchange={props.oncode.clone()} {error} autofocus={props.autofocus} max_length={60}
                    help={if props.known.is_none() { "Type or scan its code" } else { "" }} />
                if props.known.is_none() { <Button text="Look it up" disabled={props.code.trim().is_empty()} onclick={ask} /> }
            </div>
            if let Some(card) = &props.known {
                <div class="pl-words" role="status">
                    <span class="pl-row pl-row--between"><span>{ "Left on it" }</span><span class="pl-money">{ money(card.balance) }</span></span>
                    <span class="pl-row pl-row--between"><span class="pl-strong">{ "Left after this" }</span><span class="pl-money pl-strong">{ money(card.balance - props.pays.min(card.balance)) }</span></span>
                </div>
            }
        </div>
    }
}

fn gift_card_fields(props: &TenderFieldsProps) -> Html {
    let typed = &props.typed;
    let known = typed.card(&typed.card_code).ok().cloned();
    let owed = match &props.out {
        Ok(covered) => covered.total(),
        Err(_) => props.due,
    };
    let pays = known.as_ref().map_or(Money::ZERO, |card| card.balance.min(owed));
    let oncode = typing(props, |typed, text| typed.card_code = text);
    let onfound = {
        let (typed, onchange) = (typed.clone(), props.onchange.clone());
        Callback::from(move |card: KnownCard| {
            onchange.emit(Typed { card_code: card.code.clone(), ..typed.knowing(card) })
        })
    };
    let short = matches!(props.out, Err(Missing::LeftToPay(_))) && known.is_some();
    let rest = {
        let (typed, onchange, due, currency) =
            (typed.clone(), props.onchange.clone(), props.due, props.currency);
        Callback::from(move |()| onchange.emit(typed.rest_in_parts(due, currency)))
    };
    html! {
        <>
            <CardField key="gift-card" code={typed.card_code.clone()} {known} {pays} currency={props.currency} {oncode} {onfound} autofocus={props.autofocus} />
            if short { <div><Button look={Look::Secondary} text="Pay the rest another way" onclick={rest} /></div> }
        </>
    }
}

fn split(props: &TenderFieldsProps) -> Html {
    let currency = props.currency;
    let rest = match &props.out {
        Err(Missing::LeftToPay(left)) => Some(*left),
        Ok(_) | Err(_) => None,
    };
    let rows = props.typed.parts.iter().enumerate().map(|(nth, part)| {
        let amount = typing(props, move |typed, text| typed.parts[nth].amount = text);
        let reference = typing(props, move |typed, text| typed.parts[nth].reference = text);
        let kind = {
            let (typed, onchange) = (props.typed.clone(), props.onchange.clone());
            Callback::from(move |kind: PartKind| {
                let mut next = typed.clone();
                next.parts[nth].kind = kind;
                onchange.emit(next);
            })
        };
        let remove = doing(props, move |typed| {
            typed.parts.remove(nth);
        });
        let fill = rest.filter(|_| part.amount.trim().is_empty()).map(|rest| {
            let onclick = doing(props, move |typed| typed.parts[nth].amount = currency.format_plain(rest));
            html!(<Button small=true look={Look::Inline} text={format!("Rest: {}", currency.format(rest))} {onclick} />)
        });
        let options = PartKind::offered(props.card.is_some()).map(|kind| (kind, AttrValue::from(kind.words()))).collect::<Vec<_>>();
        let reference_label = match part.kind {
            PartKind::Cash => None,
            PartKind::Terminal => Some("Reference"),
            PartKind::Check => Some("Check number"),
            PartKind::GiftCard | PartKind::CardOnFile => None,
        };
        let card = (part.kind == PartKind::GiftCard).then(|| {
            let onfound = {
                let (typed, onchange, owed) = (props.typed.clone(), props.onchange.clone(), rest);
                Callback::from(move |card: KnownCard| {
                    let mut next = typed.knowing(card.clone());
                    let part = &mut next.parts[nth];
                    part.reference = card.code;
                    if let Some(owed) = owed.filter(|_| part.amount.trim().is_empty()) {
                        part.amount = currency.format_plain(card.balance.min(owed));
                    }
                    onchange.emit(next);
                })
            };
            let known = props.typed.card(&part.reference).ok().cloned();
            let pays = amount_of(&part.amount, currency);
            html!(<CardField code={part.reference.clone()} {known} {pays} {currency} oncode={reference.clone()} {onfound} autofocus=false />)
        });
        html! {
            <div class="pl-part" key={nth} role="group" aria-label={format!("Part {}", nth + 1)}>
                <Select<PartKind> label="" {options} selected={Some(part.kind)} onselect={kind} />
                <div>
                    <MoneyField label={format!("Amount of part {}", nth + 1)} value={part.amount.clone()} onchange={amount} autofocus={props.autofocus && nth == 0} />
                    { fill.unwrap_or_default() }
                </div>
                <Button look={Look::Plain} icon="times" label={format!("Remove part {}", nth + 1)} disabled={props.typed.parts.len() <= 1} onclick={remove} />
                if let Some(label) = reference_label {
                    <div class="pl-part-reference"><TextField {label} value={part.reference.clone()} onchange={reference} max_length={60} /></div>
                }
                if let Some(card) = card { <div class="pl-part-reference">{ card }</div> }
            </div>
        }
    });
    let add = doing(props, |typed| {
        typed.parts.push(Part { kind: PartKind::Terminal, amount: String::new(), reference: String::new() });
    });
    html! {
        <>
            { for rows }
            if props.typed.parts.len() < MOST_PARTS { <div><Button look={Look::Inline} icon="plus" text="Add another part" onclick={add} /></div> }
            <p class="pl-small pl-subtle">{ "A refund gives back the latest part first." }</p>
        </>
    }
}

fn amount_of(text: &str, currency: Currency) -> Money {
    amount(text, currency).unwrap_or_default()
}

/// More would not fit the dialog, and nobody pays like this.
const MOST_PARTS: usize = 6;

/// What will happen with what was typed: the change, what is left to pay, or why it is refused.
fn outcome(props: &TenderFieldsProps) -> Html {
    let money = |amount| props.currency.format(amount);
    let line = |words: &str, amount: Money| {
        html! {
            <div class="pl-change" role="status"><span class="pl-strong">{ words.to_owned() }</span><span class="pl-big">{ money(amount) }</span></div>
        }
    };
    match &props.out {
        Err(Missing::LeftToPay(left)) => line("Left to pay", *left),
        Err(Missing::Refused(words)) => {
            html!(<Notice severity={Severity::Warning} title="Not like this">{ words.clone() }</Notice>)
        }
        Err(Missing::NotAnAmount(text)) => {
            html!(<Notice severity={Severity::Warning} title={format!("“{text}” is not an amount")} />)
        }
        Ok(covered) => {
            let has_cash =
                matches!(props.typed.method, Method::Cash | Method::Split) && !covered.tenders.is_empty();
            html! {
                <>
                    if !covered.cash_rounding.is_zero() {
                        <div class="pl-row pl-row--between pl-small pl-subtle"><span>{ "Rounded to the smallest coin" }</span><span class="pl-money">{ money(covered.cash_rounding) }</span></div>
                    }
                    if has_cash { { line("Change", covered.change()) } }
                </>
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUE: Money = Money::from_minor(21_670);

    #[test]
    fn a_charge_is_covered_by_exact_cash_unless_more_was_received() {
        let mut typed = Typed::default();
        let exact = typed.covers(DUE, Currency::USD).unwrap();
        assert_eq!((exact.total(), exact.change()), (DUE, Money::ZERO));
        typed.received = "220".into();
        assert_eq!(typed.covers(DUE, Currency::USD).unwrap().change(), Money::from_minor(330));
        typed.received = "200".into();
        assert_eq!(typed.covers(DUE, Currency::USD), Err(Missing::LeftToPay(Money::from_minor(1_670))));
        typed.received = "abc".into();
        assert_eq!(typed.covers(DUE, Currency::USD), Err(Missing::NotAnAmount("abc".into())));
    }

    #[test]
    fn cash_for_a_charge_is_rounded_to_the_smallest_coin_and_cards_are_not() {
        let francs = Currency::from_code("CHF").unwrap();
        let due = Money::from_minor(1_003);
        let cash = Typed::default().covers(due, francs).unwrap();
        assert_eq!((cash.total().minor(), cash.cash_rounding.minor()), (1_005, 2));
        let card = Typed { method: Method::Terminal, ..Typed::default() };
        assert_eq!(card.covers(due, francs).unwrap().total(), due);
    }

    #[test]
    fn parts_cover_the_charge_and_only_cash_gives_change() {
        let mut typed = Typed { method: Method::Split, ..Typed::default() };
        typed.parts[0].amount = "120".into();
        typed.parts[1].amount = "116.70".into();
        assert_eq!(typed.covers(DUE, Currency::USD).unwrap().change(), Money::from_minor(2_000));
        typed.parts[1].amount = "300".into();
        let too_much = typed.covers(DUE, Currency::USD);
        assert!(matches!(too_much, Err(Missing::Refused(words)) if words.contains("only cash gives change")));
    }

    #[test]
    fn a_check_needs_its_number() {
        let mut typed = Typed { method: Method::Check, ..Typed::default() };
        assert!(matches!(typed.covers(DUE, Currency::USD), Err(Missing::Refused(_))));
        typed.check_number = " 1042 ".into();
        let kind = typed.covers(DUE, Currency::USD).unwrap().tenders.remove(0).kind;
        assert_eq!(kind, TenderKind::Check { number: "1042".into() });
    }

    #[test]
    fn a_gift_card_pays_what_it_has_and_the_rest_is_paid_another_way() {
        let mut typed = Typed { method: Method::GiftCard, card_code: "gift-0001".into(), ..Typed::default() };
        assert!(matches!(typed.covers(DUE, Currency::USD), Err(Missing::Refused(_))), "it was not looked up");
        typed = typed.knowing(KnownCard {
            code: "GIFT0001".into(),
            balance: Money::from_minor(5_000),
            blocked: false,
        });
        assert_eq!(typed.covers(DUE, Currency::USD), Err(Missing::LeftToPay(Money::from_minor(16_670))));
        let both = typed.rest_in_parts(DUE, Currency::USD);
        let covered = both.covers(DUE, Currency::USD).unwrap();
        assert_eq!(covered.tenders[0].kind, TenderKind::GiftCard { code: "GIFT0001".into() });
        assert_eq!((covered.tenders[0].amount.minor(), covered.total()), (5_000, DUE));
        let rich = typed.knowing(KnownCard {
            code: "GIFT0001".into(),
            balance: Money::from_minor(50_000),
            blocked: false,
        });
        assert_eq!(rich.covers(DUE, Currency::USD).unwrap().total(), DUE);
        let empty =
            typed.knowing(KnownCard { code: "GIFT0001".into(), balance: Money::ZERO, blocked: false });
        assert!(
            matches!(empty.covers(DUE, Currency::USD), Err(Missing::Refused(words)) if words.contains("nothing left"))
        );
    }

    #[test]
    fn a_scanned_gift_card_is_taken_as_the_method_or_as_a_part() {
        let card = |code: &str, balance| KnownCard {
            code: code.into(),
            balance: Money::from_minor(balance),
            blocked: false,
        };
        let alone = Typed::default().scanned(card("AAAA", 30_000), DUE, Currency::USD);
        assert_eq!((alone.method, alone.card_code.as_str()), (Method::GiftCard, "AAAA"));
        let mut split = Typed { method: Method::Split, ..Typed::default() };
        split.parts[0].amount = "200".into();
        let split = split.scanned(card("BBBB", 30_000), DUE, Currency::USD);
        assert_eq!((split.parts[1].kind, split.parts[1].amount.as_str()), (PartKind::GiftCard, "16.70"));
        let again = split.scanned(card("CCCC", 500), DUE, Currency::USD);
        assert_eq!((again.parts.len(), again.parts[2].amount.as_str()), (3, "0.00"));
    }

    #[test]
    fn the_card_on_file_is_offered_where_there_is_one_and_charged_once() {
        assert!(!Method::offered(false).contains(&Method::CardOnFile));
        assert_eq!(Method::offered(true)[..5], Method::offered(false)[..]);
        let typed = Typed { method: Method::CardOnFile, ..Typed::default() };
        let covered = typed.covers(DUE, Currency::USD).unwrap();
        assert_eq!((covered.tenders[0].kind.clone(), covered.total()), (TenderKind::CardOnFile, DUE));
        let mut split = Typed { method: Method::Split, ..Typed::default() };
        split.parts[0].amount = "100".into();
        split.parts[1] =
            Part { kind: PartKind::CardOnFile, amount: "116.70".into(), reference: String::new() };
        let covered = split.covers(DUE, Currency::USD).unwrap();
        assert_eq!((covered.tenders[1].amount.minor(), covered.total()), (11_670, DUE));
        split.parts[0].kind = PartKind::CardOnFile;
        assert!(matches!(split.covers(DUE, Currency::USD), Err(Missing::Refused(_))));
    }

    #[test]
    fn nothing_due_needs_nothing() {
        assert!(Typed::default().covers(Money::ZERO, Currency::USD).unwrap().tenders.is_empty());
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
