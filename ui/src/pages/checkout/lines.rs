//! The lines of the ticket, and the selected one edited in place.

use super::pricing::Pricing;
use super::state::{Action, MOST_UNITS, OpenTicket};
use super::{focus_search_soon, words};
use crate::components::{
    Button, Icon, KeyHint, Look, MoneyField, MoneyText, RateField, TextField, parse_count, parse_money,
    parse_rate,
};
use crate::keys::{Command, use_command, use_scan};
use crate::session::use_session;
use crate::toast::use_toast;
use domain::checkout::ManualDiscount;
use domain::item::ItemKind;
use domain::plan::DiscountValue;
use domain::{Currency, LineId, Money};
use protocol::tickets::{Catalog, DraftLine};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct LinesProps {
    pub ticket: Rc<OpenTicket>,
    pub catalog: Rc<Catalog>,
    pub pricing: Rc<Pricing>,
    pub currency: Currency,
    pub act: Callback<Action>,
    pub onwhy: Callback<LineId>,
}

#[component]
pub fn Lines(props: &LinesProps) -> Html {
    let list = use_node_ref();
    let selected = props.ticket.selected;
    // The line that was just added, or moved to, is always in sight.
    {
        let list = list.clone();
        use_effect_with((selected, props.ticket.draft.lines.len()), move |_| {
            let found = list
                .cast::<web_sys::Element>()
                .and_then(|list| list.query_selector(".pl-tline--selected").ok().flatten());
            if let Some(line) = found {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                line.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    let onkeydown = {
        let (act, list) = (props.act.clone(), list.clone());
        Callback::from(move |event: KeyboardEvent| {
            let on_a_line = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                .is_some_and(|target| target.class_list().contains("pl-tline"));
            let by = match event.key().as_str() {
                "ArrowDown" => 1,
                "ArrowUp" => -1,
                _ => return,
            };
            if on_a_line {
                event.prevent_default();
                act.emit(Action::MoveSelection(by));
                focus_neighbour(&list, by);
            }
        })
    };
    html! {
        <ul ref={list} class="pl-tlines" aria-label="Lines of the ticket" {onkeydown}>
            { for props.ticket.draft.lines.iter().enumerate().map(|(at, line)| {
                let on = selected == Some(line.id);
                let reachable = on || (selected.is_none() && at == 0);
                html! {
                    <li key={line.id.to_string()} class={classes!("pl-tline-item", on.then_some("pl-tline-item--selected"))}>
                        { row(props, line, on, reachable) }
                        if on {
                            <LineEditor key={line.id.to_string()} line={line.clone()} catalog={props.catalog.clone()} act={props.act.clone()} onwhy={props.onwhy.clone()} />
                        }
                    </li>
                }
            }) }
        </ul>
    }
}

fn row(props: &LinesProps, line: &DraftLine, on: bool, reachable: bool) -> Html {
    let name = words::line_name(&props.catalog, line).unwrap_or_else(|| "Unknown item".to_owned());
    let attached = props.ticket.draft.customer.is_some();
    let trouble = props.pricing.trouble(&props.catalog, line.id, attached);
    let onclick = {
        let (act, id) = (props.act.clone(), line.id);
        Callback::from(move |_: MouseEvent| act.emit(Action::Select(if on { None } else { Some(id) })))
    };
    let class = classes!(
        "pl-tline",
        on.then_some("pl-tline--selected"),
        trouble.is_some().then_some("pl-tline--blocked")
    );
    html! {
        <button type="button" {class} {onclick} aria-expanded={on.to_string()} tabindex={if reachable { "0" } else { "-1" }}>
            <span class="pl-num pl-subtle">{ line.qty }</span>
            <span class="pl-tline-what">
                <span class="pl-clip" dir="auto" title={name.clone()}>{ name.clone() }</span>
                if let Some(trouble) = trouble {
                    <span class="pl-small pl-bad"><Icon name="exclamation-circle" />{ format!(" {}. {}", trouble.what, trouble.next) }</span>
                } else if let Some(priced) = props.pricing.priced() {
                    <span class="pl-small pl-subtle pl-clip" dir="auto">{ words::line_note(priced, line.id, props.currency) }</span>
                }
            </span>
            <span class="pl-end">
                if let Some(quoted) = props.pricing.priced().and_then(|priced| priced.quote.lines.iter().find(|quoted| quoted.id == line.id)) {
                    <MoneyText was={Some(quoted.list)} amount={quoted.net} strong=true />
                }
            </span>
        </button>
    }
}

fn focus_neighbour(list: &NodeRef, by: i32) {
    let Some(list) = list.cast::<web_sys::Element>() else { return };
    let Ok(rows) = list.query_selector_all(".pl-tline") else { return };
    let rows: Vec<web_sys::HtmlElement> =
        (0..rows.length()).filter_map(|at| rows.item(at)?.dyn_into().ok()).collect();
    let active = web_sys::window().and_then(|window| window.document()?.active_element());
    let Some(at) = active.and_then(|active| rows.iter().position(|row| **row == active)) else { return };
    let next = (at as i64 + i64::from(by)).clamp(0, rows.len() as i64 - 1);
    let _ = rows[next as usize].focus();
}

/// What of the line is being changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Price,
    Discount,
    Minutes,
    /// Of printed gift cards.
    Codes,
    Note,
}

#[derive(Properties, PartialEq)]
struct LineEditorProps {
    line: DraftLine,
    catalog: Rc<Catalog>,
    act: Callback<Action>,
    onwhy: Callback<LineId>,
}

#[component]
fn LineEditor(props: &LineEditorProps) -> Html {
    let part = use_state(|| None::<Part>);
    let toast = use_toast();
    let quantity = use_node_ref();
    let id = props.line.id;
    let sold = props.catalog.items.iter().find(|sold| sold.item.id == props.line.item);
    let kind = sold.map(|sold| sold.item.kind);
    let name = words::line_name(&props.catalog, &props.line).unwrap_or_default();
    let is_plan = props.line.sells.is_some();
    let step = |by: i32| props.act.reform(move |()| Action::StepQty(id, by));
    let qty = {
        let (act, now) = (props.act.clone(), props.line.qty);
        Callback::from(move |event: Event| {
            let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            match parse_count(&field.value(), 0, MOST_UNITS) {
                Ok(qty) => act.emit(Action::SetQty(id, qty)),
                Err(_) => field.set_value(&now.to_string()),
            }
        })
    };
    // Typed and done with: the next item is typed.
    let now = props.line.qty;
    let onquantitykey = Callback::from(move |event: KeyboardEvent| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        match (event.key().as_str(), field) {
            // Leaving the field says what was typed in it.
            ("Enter", Some(_)) => focus_search_soon(),
            ("Escape", Some(field)) => {
                field.set_value(&now.to_string());
                focus_search_soon();
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    });
    let to_quantity = {
        let (quantity, toast) = (quantity.clone(), toast.clone());
        Callback::from(move |()| match quantity.cast::<HtmlInputElement>() {
            Some(field) => {
                let _ = field.focus();
                field.select();
            }
            None => toast.warn("One at a time", "A membership is sold one at a time."),
        })
    };
    use_command(Command::Quantity, to_quantity);
    let to_price = {
        let part = part.clone();
        Callback::from(move |()| {
            if is_plan {
                toast.warn("Its price stays", "A membership is sold at the price of its terms.");
            } else {
                part.set(Some(Part::Price));
            }
        })
    };
    use_command(Command::Price, to_price);
    let toggle = |which: Part, words: &'static str, icon: &'static str| {
        let (part, on) = (part.clone(), *part == Some(which));
        let onclick = Callback::from(move |()| part.set(if on { None } else { Some(which) }));
        let command = (which == Part::Price).then_some(Command::Price);
        html!(<Button small=true look={if on { Look::Secondary } else { Look::Link }} text={words} {icon} {command} {onclick} />)
    };
    let done = {
        let part = part.clone();
        Callback::from(move |()| {
            part.set(None);
            focus_search_soon();
        })
    };
    let takes_discounts = kind.is_some_and(ItemKind::takes_benefits);
    html! {
        <div class="pl-lineedit">
            <div class="pl-row">
                if is_plan {
                    <span class="pl-small pl-subtle">{ "Starts today, paid with the ticket" }</span>
                } else {
                    <div class="pl-stepper" role="group" aria-label={format!("Quantity of {name}")}>
                        <Button look={Look::Plain} small=true icon="minus" label="One less" onclick={step(-1)} />
                        <input ref={quantity} class="pl-num" type="text" inputmode="numeric" aria-label="Quantity" title={format!("Quantity ({})", Command::Quantity.key_hint())}
                            value={props.line.qty.to_string()} onchange={qty} onkeydown={onquantitykey} />
                        <Button look={Look::Plain} small=true icon="plus" label="One more" onclick={step(1)} />
                    </div>
                    // A rental has one more tool in this row; its field names the key too.
                    if kind != Some(ItemKind::Rental) { <KeyHint command={Command::Quantity} /> }
                }
                <span class="pl-grow"></span>
                if kind == Some(ItemKind::Rental) { { toggle(Part::Minutes, "Time", "clock") } }
                if kind == Some(ItemKind::GiftCard) { { toggle(Part::Codes, "Codes", "barcode") } }
                if !is_plan { { toggle(Part::Price, if kind == Some(ItemKind::GiftCard) { "Value" } else { "Price" }, "tag") } }
                if takes_discounts { { toggle(Part::Discount, "Discount", "percent") } }
                { toggle(Part::Note, "Note", "pen") }
                <Button look={Look::Plain} small=true icon="question-circle" label={format!("Why this price for {name}?")} onclick={props.onwhy.reform(move |()| id)} />
                <Button look={Look::Plain} small=true icon="trash" label={format!("Remove {name}")} onclick={props.act.reform(move |()| Action::Remove(id))} />
            </div>
            { match *part {
                Some(Part::Price) => html!(<PriceEditor line={props.line.clone()} act={props.act.clone()} {done} value_of={kind == Some(ItemKind::GiftCard)} />),
                Some(Part::Discount) => html!(<DiscountEditor current={props.line.discount.clone()} {done}
                    onsave={props.act.reform(move |discount| Action::SetDiscount(id, discount))} />),
                Some(Part::Minutes) => html!(<MinutesEditor line={props.line.clone()} act={props.act.clone()} {done} />),
                Some(Part::Codes) => html!(<CodesEditor line={props.line.clone()} act={props.act.clone()} {done} />),
                Some(Part::Note) => html!(<NoteEditor line={props.line.clone()} act={props.act.clone()} {done} />),
                None => html!(),
            } }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct PartProps {
    line: DraftLine,
    act: Callback<Action>,
    done: Callback<()>,
    /// A gift card's value rather than a price.
    #[prop_or_default]
    value_of: bool,
}

/// A small form under the line: Enter saves, Esc leaves.
#[derive(Properties, PartialEq)]
struct InPlaceProps {
    children: Html,
    onsave: Callback<()>,
    oncancel: Callback<()>,
    /// Takes away what was set before.
    #[prop_or_default]
    onreset: Option<Callback<()>>,
}

#[component]
fn InPlace(props: &InPlaceProps) -> Html {
    let onkeydown = {
        let (save, cancel) = (props.onsave.clone(), props.oncancel.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if in_a_field(&event) => {
                event.prevent_default();
                event.stop_propagation();
                save.emit(());
            }
            "Escape" => {
                event.stop_propagation();
                cancel.emit(());
            }
            _ => {}
        })
    };
    html! {
        <div class="pl-inplace" {onkeydown}>
            { props.children.clone() }
            <div class="pl-row">
                <Button small=true look={Look::Secondary} text="Set" onclick={props.onsave.clone()} />
                if let Some(reset) = &props.onreset {
                    <Button small=true look={Look::Link} text="Take off" onclick={reset.clone()} />
                }
                <Button small=true look={Look::Link} text="Cancel" onclick={props.oncancel.clone()} />
            </div>
        </div>
    }
}

fn in_a_field(event: &KeyboardEvent) -> bool {
    event.target().is_some_and(|target| target.dyn_ref::<HtmlInputElement>().is_some())
}

#[component]
fn PriceEditor(props: &PartProps) -> Html {
    let session = use_session();
    let currency = session.currency();
    let text =
        use_state(|| props.line.price_override.map(|price| currency.format_plain(price)).unwrap_or_default());
    let error = use_state(|| None::<AttrValue>);
    let id = props.line.id;
    let onsave = {
        let (text, error, act, done) = (text.clone(), error.clone(), props.act.clone(), props.done.clone());
        Callback::from(move |()| match parse_money(currency, &text) {
            Ok(price) if price.is_negative() => error.set(Some("A price is not negative".into())),
            Ok(price) => {
                act.emit(Action::SetPrice(id, Some(price)));
                done.emit(());
            }
            Err(words) => error.set(Some(words.into())),
        })
    };
    let onreset = {
        let (act, done) = (props.act.clone(), props.done.clone());
        props.line.price_override.map(|_| {
            Callback::from(move |()| {
                act.emit(Action::SetPrice(id, None));
                done.emit(());
            })
        })
    };
    let label = match (props.value_of, props.line.minutes) {
        (true, _) => "Value of the gift card",
        (false, Some(_)) => "Price per hour, instead of the list price",
        (false, None) => "Price each, instead of the list price",
    };
    let onchange = {
        let text = text.clone();
        Callback::from(move |typed| text.set(typed))
    };
    html! {
        <InPlace {onsave} oncancel={props.done.clone()} {onreset}>
            <MoneyField {label} value={(*text).clone()} {onchange} error={(*error).clone()} autofocus=true />
        </InPlace>
    }
}

#[derive(Properties, PartialEq)]
pub struct DiscountEditorProps {
    pub current: Option<ManualDiscount>,
    pub onsave: Callback<Option<ManualDiscount>>,
    pub done: Callback<()>,
}

/// A discount by hand: a percentage or an amount, always with its reason.
#[component]
pub fn DiscountEditor(props: &DiscountEditorProps) -> Html {
    let session = use_session();
    let currency = session.currency();
    let by_amount =
        use_state(|| matches!(props.current.as_ref().map(|it| it.value), Some(DiscountValue::Amount(_))));
    let text = use_state(|| match props.current.as_ref().map(|it| it.value) {
        Some(DiscountValue::Percent(rate)) => rate.to_string(),
        Some(DiscountValue::Amount(amount)) => currency.format_plain(amount),
        None => String::new(),
    });
    let reason = use_state(|| props.current.as_ref().map(|it| it.reason.clone()).unwrap_or_default());
    let error = use_state(|| (None::<AttrValue>, None::<AttrValue>));
    let onsave = {
        let (by_amount, text, reason, error) =
            (by_amount.clone(), text.clone(), reason.clone(), error.clone());
        let (save, done) = (props.onsave.clone(), props.done.clone());
        Callback::from(move |()| {
            let value = if *by_amount {
                parse_money(currency, &text).and_then(positive).map(DiscountValue::Amount)
            } else {
                parse_rate(&text).map(DiscountValue::Percent)
            };
            match value {
                Err(words) => error.set((Some(words.into()), None)),
                Ok(_) if reason.trim().is_empty() => {
                    error.set((None, Some("Say why, for the receipt and the log".into())))
                }
                Ok(value) => {
                    save.emit(Some(ManualDiscount { value, reason: reason.trim().to_owned() }));
                    done.emit(());
                }
            }
        })
    };
    let onreset = {
        let (save, done) = (props.onsave.clone(), props.done.clone());
        props.current.as_ref().map(|_| {
            Callback::from(move |()| {
                save.emit(None);
                done.emit(());
            })
        })
    };
    let kind = |amount: bool, words: String| {
        let (on, state) = (*by_amount == amount, by_amount.clone());
        let onclick = Callback::from(move |_: MouseEvent| state.set(amount));
        html! {
            <div class="pf-v6-c-toggle-group__item">
                <button type="button" class={classes!("pf-v6-c-toggle-group__button", on.then_some("pf-m-selected"))} aria-pressed={on.to_string()} {onclick}>
                    <span class="pf-v6-c-toggle-group__text">{ words }</span>
                </button>
            </div>
        }
    };
    let onchange = {
        let text = text.clone();
        Callback::from(move |typed| text.set(typed))
    };
    let onreason = {
        let reason = reason.clone();
        Callback::from(move |typed| reason.set(typed))
    };
    html! {
        <InPlace {onsave} oncancel={props.done.clone()} {onreset}>
            <div class="pl-inplace-fields">
                if *by_amount {
                    <MoneyField key="amount" label="Discount" value={(*text).clone()} {onchange} error={error.0.clone()} autofocus=true />
                } else {
                    <RateField key="rate" label="Discount" value={(*text).clone()} {onchange} error={error.0.clone()} autofocus=true />
                }
                <div class="pf-v6-c-toggle-group" role="group" aria-label="Kind of discount">
                    { kind(false, "%".to_owned()) }{ kind(true, currency.symbol()) }
                </div>
            </div>
            <TextField label="Reason" required=true value={(*reason).clone()} onchange={onreason} error={error.1.clone()} max_length={200} />
        </InPlace>
    }
}

fn positive(amount: Money) -> Result<Money, String> {
    if amount.is_negative() { Err("A discount is not negative".to_owned()) } else { Ok(amount) }
}

#[component]
fn MinutesEditor(props: &PartProps) -> Html {
    let text = use_state(|| {
        props.line.minutes.map(|minutes| words::duration(i64::from(minutes))).unwrap_or_default()
    });
    let error = use_state(|| None::<AttrValue>);
    let id = props.line.id;
    let set = {
        let (act, done) = (props.act.clone(), props.done.clone());
        Callback::from(move |minutes: u32| {
            act.emit(Action::SetMinutes(id, minutes));
            done.emit(());
        })
    };
    let onsave = {
        let (text, error, set) = (text.clone(), error.clone(), set.clone());
        Callback::from(move |()| match words::parse_duration(&text) {
            Some(minutes) => set.emit(minutes),
            None => error.set(Some("Type minutes, or hours as 1:30".into())),
        })
    };
    let onchange = {
        let text = text.clone();
        Callback::from(move |typed| text.set(typed))
    };
    html! {
        <InPlace {onsave} oncancel={props.done.clone()}>
            <TextField label="Time of each" value={(*text).clone()} {onchange} error={(*error).clone()} autofocus=true help="Minutes, or hours as 1:30" />
            <div class="pl-row" role="group" aria-label="Usual times">
                { for [30_u32, 45, 60, 90, 120].map(|minutes| html! {
                    <Button small=true look={Look::Tertiary} text={words::duration(i64::from(minutes))} onclick={set.reform(move |()| minutes)} />
                }) }
            </div>
        </InPlace>
    }
}

/// So many codes can be typed on one line; the others are made.
const MOST_CODES: usize = 10;

/// The codes of printed gift cards, one for each; a code is made where none is typed.
#[component]
fn CodesEditor(props: &PartProps) -> Html {
    let id = props.line.id;
    let count = (props.line.qty as usize).min(MOST_CODES);
    let codes = use_state(|| {
        let mut codes = props.line.codes.clone();
        codes.resize(count.max(codes.len()), String::new());
        codes
    });
    let scan = {
        let codes = codes.clone();
        Callback::from(move |code: String| {
            let mut next = (*codes).clone();
            if let Some(free) = next.iter_mut().find(|code| code.trim().is_empty()) {
                *free = code;
            }
            codes.set(next);
        })
    };
    use_scan(scan);
    let onsave = {
        let (codes, act, done) = (codes.clone(), props.act.clone(), props.done.clone());
        Callback::from(move |()| {
            let typed = codes.iter().map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
            act.emit(Action::SetCodes(id, typed.collect()));
            done.emit(());
        })
    };
    html! {
        <InPlace {onsave} oncancel={props.done.clone()}>
            { for codes.iter().take(count).enumerate().map(|(nth, code)| {
                let codes = codes.clone();
                let onchange = Callback::from(move |text: String| {
                    let mut next = (*codes).clone();
                    next[nth] = text;
                    codes.set(next);
                });
                let label = if count > 1 { format!("Code of card {}", nth + 1) } else { "Code of the printed card".to_owned() };
                html!(<TextField key={nth} {label} value={code.clone()} {onchange} autofocus={nth == 0} max_length={60} />)
            }) }
            <p class="pl-small pl-subtle">{ "Type or scan it. Left empty, a code is made and printed on the receipt." }</p>
        </InPlace>
    }
}

#[component]
fn NoteEditor(props: &PartProps) -> Html {
    let text = use_state(|| props.line.note.clone());
    let id = props.line.id;
    let onsave = {
        let (text, act, done) = (text.clone(), props.act.clone(), props.done.clone());
        Callback::from(move |()| {
            act.emit(Action::SetNote(id, text.trim().to_owned()));
            done.emit(());
        })
    };
    let onchange = {
        let text = text.clone();
        Callback::from(move |typed| text.set(typed))
    };
    html! {
        <InPlace {onsave} oncancel={props.done.clone()}>
            <TextField label="Note, printed under the line" value={(*text).clone()} {onchange} autofocus=true max_length={200} />
        </InPlace>
    }
}
