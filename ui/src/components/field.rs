//! Fields of a form: one label that names the control, one line of help or refusal under it.
//!
//! A field holds the text as it is typed; the page parses it with [`parse_money`], [`parse_rate`] or [`parse_count`]
//! when it decides, and gives the refusal back as `error`.

use crate::components::menu::{Menu, MenuItem, caret};
use crate::components::text::Icon;
use crate::session::use_session;
use domain::{Currency, Money, Rate};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What stands in the control that sent the event.
pub fn control_value(event: &InputEvent) -> String {
    let Some(target) = event.target() else { return String::new() };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return input.value();
    }
    target.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value).unwrap_or_default()
}

/// The amount that was typed, or what to say under the field.
pub fn parse_money(currency: Currency, text: &str) -> Result<Money, String> {
    let amount = currency.parse(text).map_err(|_| match currency.exponent() {
        0 => "Type a whole amount".to_owned(),
        places => format!("Type an amount, with at most {places} decimals"),
    })?;
    if amount > Money::MAX_PRICE || amount < -Money::MAX_PRICE {
        return Err(format!("At most {}", currency.format(Money::MAX_PRICE)));
    }
    Ok(amount)
}

/// The percentage that was typed, or what to say under the field.
pub fn parse_rate(text: &str) -> Result<Rate, String> {
    text.parse().map_err(|_| "Type a percentage from 0 to 100, with at most 4 decimals".to_owned())
}

/// The whole number that was typed, or what to say under the field.
pub fn parse_count(text: &str, from: u32, to: u32) -> Result<u32, String> {
    text.trim()
        .parse()
        .ok()
        .filter(|count| (from..=to).contains(count))
        .ok_or_else(|| format!("Type a whole number from {from} to {to}"))
}

#[derive(Properties, PartialEq)]
pub struct FieldProps {
    pub label: AttrValue,
    /// The id of the control, which the label then names. `None` for a group that names itself.
    #[prop_or_default]
    pub of: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub help: AttrValue,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub wide: bool,
    pub children: Html,
}

/// Label, control, help. Every field below stands in one.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let words = html! {
        <>
            <span class="pf-v6-c-form__label-text">{ &props.label }</span>
            if props.required { { " " }<span class="pf-v6-c-form__label-required" aria-hidden="true">{ "*" }</span> }
        </>
    };
    let help_id = props.of.as_ref().map(|id| format!("{id}-help"));
    html! {
        <div class={classes!("pf-v6-c-form__group", props.wide.then_some("pl-wide"))}>
            if !props.label.is_empty() {
                <div class="pf-v6-c-form__group-label">
                    if let Some(id) = &props.of {
                        <label class="pf-v6-c-form__label" for={id.clone()}>{ words }</label>
                    } else {
                        <span class="pf-v6-c-form__label">{ words }</span>
                    }
                </div>
            }
            <div class="pf-v6-c-form__group-control">
                { props.children.clone() }
                if let Some(error) = &props.error {
                    <div class="pf-v6-c-form__helper-text" id={help_id}>
                        <div class="pf-v6-c-helper-text"><div class="pf-v6-c-helper-text__item pf-m-error" role="alert">
                            <span class="pf-v6-c-helper-text__item-icon"><Icon name="exclamation-circle" /></span>
                            <span class="pf-v6-c-helper-text__item-text">{ error }</span>
                        </div></div>
                    </div>
                } else if !props.help.is_empty() {
                    <div class="pf-v6-c-form__helper-text" id={help_id}>
                        <div class="pf-v6-c-helper-text"><div class="pf-v6-c-helper-text__item">
                            <span class="pf-v6-c-helper-text__item-text">{ &props.help }</span>
                        </div></div>
                    </div>
                }
            </div>
        </div>
    }
}

/// An id of its own for a control, kept while the component lives; `given` wins.
#[hook]
pub fn use_control_id(given: Option<AttrValue>) -> AttrValue {
    let own = use_memo((), |()| AttrValue::from(format!("f-{}", crate::ids::fresh().simple())));
    given.unwrap_or_else(|| (*own).clone())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Text,
    /// Dots instead of letters.
    Secret,
    /// A PIN: dots, digits only on a touch keyboard.
    Pin,
    Email,
    Phone,
    /// Several lines.
    Long,
    /// Figures, right keyboard, tabular.
    Figures,
}

#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    pub label: AttrValue,
    pub value: AttrValue,
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub kind: Kind,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub help: AttrValue,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub placeholder: AttrValue,
    #[prop_or_default]
    pub wide: bool,
    /// The first field of a page or dialog.
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub max_length: Option<u32>,
    /// A box before the control: a currency's symbol.
    #[prop_or_default]
    pub before: AttrValue,
    /// A box after the control: `%`, `days`.
    #[prop_or_default]
    pub after: AttrValue,
    #[prop_or_default]
    pub onblur: Callback<()>,
}

#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let id = use_control_id(props.id.clone());
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.autofocus, move |autofocus| {
            if *autofocus && let Some(input) = node.cast::<web_sys::HtmlElement>() {
                let _ = input.focus();
            }
        });
    }
    let oninput = props.onchange.reform(|event: InputEvent| control_value(&event));
    let onblur = props.onblur.reform(|_: FocusEvent| ());
    let described = (props.error.is_some() || !props.help.is_empty()).then(|| format!("{id}-help"));
    let invalid = props.error.is_some().then_some("true");
    let control_class = classes!(
        "pf-v6-c-form-control",
        props.error.is_some().then_some("pf-m-error"),
        props.disabled.then_some("pf-m-disabled")
    );
    let (kind, mode) = match props.kind {
        Kind::Text | Kind::Long => ("text", None),
        Kind::Secret => ("password", None),
        Kind::Pin => ("password", Some("numeric")),
        Kind::Email => ("email", None),
        Kind::Phone => ("tel", None),
        Kind::Figures => ("text", Some("decimal")),
    };
    let control = if props.kind == Kind::Long {
        html! {
            <span class={classes!(control_class, "pf-m-textarea", "pf-m-resize-vertical")}>
                <textarea ref={node} id={id.clone()} rows="3" value={props.value.clone()} placeholder={props.placeholder.clone()}
                    disabled={props.disabled} required={props.required} maxlength={props.max_length.map(|most| most.to_string())}
                    aria-invalid={invalid} aria-describedby={described} data-autofocus={props.autofocus.then_some("")} {oninput} {onblur} />
            </span>
        }
    } else {
        html! {
            <span class={control_class}>
                <input ref={node} id={id.clone()} type={kind} inputmode={mode} value={props.value.clone()} placeholder={props.placeholder.clone()}
                    class={(props.kind == Kind::Figures).then_some("pl-num")} autocomplete="off" spellcheck="false"
                    disabled={props.disabled} required={props.required} maxlength={props.max_length.map(|most| most.to_string())}
                    aria-invalid={invalid} aria-describedby={described} data-autofocus={props.autofocus.then_some("")} {oninput} {onblur} />
            </span>
        }
    };
    let control = if props.before.is_empty() && props.after.is_empty() {
        control
    } else {
        html! {
            <div class="pf-v6-c-input-group">
                if !props.before.is_empty() {
                    <div class="pf-v6-c-input-group__item pf-m-box"><span class="pf-v6-c-input-group__text">{ &props.before }</span></div>
                }
                <div class="pf-v6-c-input-group__item pf-m-fill">{ control }</div>
                if !props.after.is_empty() {
                    <div class="pf-v6-c-input-group__item pf-m-box"><span class="pf-v6-c-input-group__text">{ &props.after }</span></div>
                }
            </div>
        }
    };
    html! {
        <Field label={props.label.clone()} of={id} required={props.required} help={props.help.clone()} error={props.error.clone()} wide={props.wide}>
            { control }
        </Field>
    }
}

/// The props that money, rate and number fields share.
#[derive(Properties, PartialEq)]
pub struct FiguresFieldProps {
    pub label: AttrValue,
    pub value: AttrValue,
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub help: AttrValue,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub wide: bool,
    /// A box after the control: `days`, `people`.
    #[prop_or_default]
    pub after: AttrValue,
}

/// An amount in the practice's currency; see [`parse_money`].
#[component]
pub fn MoneyField(props: &FiguresFieldProps) -> Html {
    let session = use_session();
    figures(props, session.currency().symbol().into(), props.after.clone())
}

/// A percentage; see [`parse_rate`].
#[component]
pub fn RateField(props: &FiguresFieldProps) -> Html {
    figures(props, AttrValue::default(), "%".into())
}

/// A whole number; see [`parse_count`].
#[component]
pub fn NumberField(props: &FiguresFieldProps) -> Html {
    figures(props, AttrValue::default(), props.after.clone())
}

fn figures(props: &FiguresFieldProps, before: AttrValue, after: AttrValue) -> Html {
    html! {
        <TextField kind={Kind::Figures} label={props.label.clone()} value={props.value.clone()} onchange={props.onchange.clone()} id={props.id.clone()}
            required={props.required} disabled={props.disabled} help={props.help.clone()} error={props.error.clone()} autofocus={props.autofocus}
            wide={props.wide} {before} {after} />
    }
}

#[derive(Properties, PartialEq)]
pub struct SelectProps<T: Clone + PartialEq + 'static> {
    pub label: AttrValue,
    pub options: Vec<(T, AttrValue)>,
    /// `None`: nothing chosen yet.
    pub selected: Option<T>,
    pub onselect: Callback<T>,
    #[prop_or_else(|| "Choose".into())]
    pub placeholder: AttrValue,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub help: AttrValue,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub wide: bool,
}

/// One of a few; typing a letter jumps.
#[component]
pub fn Select<T: Clone + PartialEq + 'static>(props: &SelectProps<T>) -> Html {
    let id = use_control_id(props.id.clone());
    let chosen = props.options.iter().find(|(value, _)| Some(value) == props.selected.as_ref());
    let words = chosen.map_or_else(|| props.placeholder.clone(), |(_, words)| words.clone());
    let items: Vec<_> = props
        .options
        .iter()
        .map(|(value, words)| {
            let (select, chosen) = (props.onselect.clone(), value.clone());
            MenuItem::choice(
                words.clone(),
                Some(value) == props.selected.as_ref(),
                Callback::from(move |()| select.emit(chosen.clone())),
            )
        })
        .collect();
    let described =
        (props.error.is_some() || !props.help.is_empty()).then(|| AttrValue::from(format!("{id}-help")));
    html! {
        <Field label={props.label.clone()} of={id.clone()} required={props.required} help={props.help.clone()} error={props.error.clone()} wide={props.wide}>
            <Menu class="pf-m-full-width" {id} label={AttrValue::from(format!("{}: {words}", props.label))} {items} disabled={props.disabled} full_width=true
                describedby={described} invalid={props.error.is_some()} toggle={caret(html!({ words.clone() }))} />
        </Field>
    }
}

/// One card of [`RadioCards`].
#[derive(Debug, Clone, PartialEq)]
pub struct RadioCard<T> {
    pub value: T,
    pub title: AttrValue,
    pub about: AttrValue,
    /// Why it cannot be chosen now.
    pub refused: Option<AttrValue>,
}

impl<T> RadioCard<T> {
    /// One that can be chosen.
    pub fn new(value: T, title: impl Into<AttrValue>, about: impl Into<AttrValue>) -> Self {
        Self { value, title: title.into(), about: about.into(), refused: None }
    }
}

#[derive(Properties, PartialEq)]
pub struct RadioCardsProps<T: Clone + PartialEq + 'static> {
    pub label: AttrValue,
    pub cards: Vec<RadioCard<T>>,
    pub selected: Option<T>,
    pub onselect: Callback<T>,
    #[prop_or(2)]
    pub columns: u32,
}

/// One of several, each with a line that explains it.
#[component]
pub fn RadioCards<T: Clone + PartialEq + 'static>(props: &RadioCardsProps<T>) -> Html {
    let name = use_control_id(None);
    html! {
        <Field label={props.label.clone()} wide=true>
            <div role="radiogroup" aria-label={props.label.clone()} class="pl-radiocards" style={format!("--pl-columns:{}", props.columns)}>
                { for props.cards.iter().enumerate().map(|(at, card)| {
                    let on = Some(&card.value) == props.selected.as_ref();
                    let off = card.refused.is_some();
                    let onchange = { let (select, value) = (props.onselect.clone(), card.value.clone()); Callback::from(move |_: Event| select.emit(value.clone())) };
                    let about = card.refused.clone().unwrap_or_else(|| card.about.clone());
                    html! {
                        <label class={classes!("pl-choice", on.then_some("pl-choice--on"), off.then_some("pl-choice--off"))} for={format!("{name}-{at}")}>
                            <input type="radio" id={format!("{name}-{at}")} name={name.clone()} checked={on} disabled={off} {onchange} />
                            <span><span class="pl-strong">{ &card.title }</span>
                                if !about.is_empty() { <br /><span class="pl-small pl-subtle">{ about }</span> }
                            </span>
                        </label>
                    }
                }) }
            </div>
        </Field>
    }
}

#[derive(Properties, PartialEq)]
pub struct RadiosProps<T: Clone + PartialEq + 'static> {
    pub label: AttrValue,
    pub options: Vec<(T, AttrValue)>,
    pub selected: T,
    pub onselect: Callback<T>,
    #[prop_or_default]
    pub help: AttrValue,
    #[prop_or_default]
    pub wide: bool,
}

/// One of a few, all in sight.
#[component]
pub fn Radios<T: Clone + PartialEq + 'static>(props: &RadiosProps<T>) -> Html {
    let name = use_control_id(None);
    html! {
        <Field label={props.label.clone()} help={props.help.clone()} wide={props.wide}>
            <div class="pl-stack pl-radios" role="radiogroup" aria-label={props.label.clone()}>
                { for props.options.iter().enumerate().map(|(at, (value, words))| {
                    let onchange = { let (select, value) = (props.onselect.clone(), value.clone()); Callback::from(move |_: Event| select.emit(value.clone())) };
                    html! {
                        <div class="pf-v6-c-radio">
                            <input class="pf-v6-c-radio__input" type="radio" id={format!("{name}-{at}")} name={name.clone()} checked={*value == props.selected} {onchange} />
                            <label class="pf-v6-c-radio__label" for={format!("{name}-{at}")}>{ words }</label>
                        </div>
                    }
                }) }
            </div>
        </Field>
    }
}

#[derive(Properties, PartialEq)]
pub struct ToggleGroupProps<T: Clone + PartialEq + 'static> {
    pub label: AttrValue,
    pub options: Vec<(T, AttrValue)>,
    pub selected: T,
    pub onselect: Callback<T>,
    #[prop_or_default]
    pub help: AttrValue,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub wide: bool,
}

/// One of two to four short words side by side.
#[component]
pub fn ToggleGroup<T: Clone + PartialEq + 'static>(props: &ToggleGroupProps<T>) -> Html {
    html! {
        <Field label={props.label.clone()} help={props.help.clone()} error={props.error.clone()} wide={props.wide}>
            <div class="pf-v6-c-toggle-group" role="group" aria-label={props.label.clone()}>
                { for props.options.iter().map(|(value, words)| {
                    let on = *value == props.selected;
                    let onclick = { let (select, value) = (props.onselect.clone(), value.clone()); Callback::from(move |_: MouseEvent| select.emit(value.clone())) };
                    html! {
                        <div class="pf-v6-c-toggle-group__item">
                            <button type="button" class={classes!("pf-v6-c-toggle-group__button", on.then_some("pf-m-selected"))} aria-pressed={on.to_string()}
                                disabled={props.disabled} {onclick}><span class="pf-v6-c-toggle-group__text">{ words }</span></button>
                        </div>
                    }
                }) }
            </div>
        </Field>
    }
}

#[derive(Properties, PartialEq)]
pub struct SwitchProps {
    /// Names the switch; drawn beside it unless `quiet`.
    pub label: AttrValue,
    pub on: bool,
    pub onchange: Callback<bool>,
    #[prop_or_default]
    pub quiet: bool,
    #[prop_or_default]
    pub disabled: bool,
}

#[component]
pub fn SwitchField(props: &SwitchProps) -> Html {
    let id = use_control_id(None);
    let onchange = {
        let (change, on) = (props.onchange.clone(), props.on);
        Callback::from(move |_: Event| change.emit(!on))
    };
    html! {
        <label class="pf-v6-c-switch" for={id.clone()}>
            <input class="pf-v6-c-switch__input" type="checkbox" role="switch" {id} aria-label={props.label.clone()} checked={props.on} disabled={props.disabled} {onchange} />
            <span class="pf-v6-c-switch__toggle"><span class="pf-v6-c-switch__toggle-icon"><Icon name="check" /></span></span>
            if !props.quiet { <span class="pf-v6-c-switch__label" aria-hidden="true">{ &props.label }</span> }
        </label>
    }
}

#[derive(Properties, PartialEq)]
pub struct CheckboxProps {
    pub label: AttrValue,
    pub on: bool,
    pub onchange: Callback<bool>,
    #[prop_or_default]
    pub disabled: bool,
}

#[component]
pub fn Checkbox(props: &CheckboxProps) -> Html {
    let id = use_control_id(None);
    let onchange = {
        let (change, on) = (props.onchange.clone(), props.on);
        Callback::from(move |_: Event| change.emit(!on))
    };
    html! {
        <div class="pf-v6-c-check">
            <input class="pf-v6-c-check__input" type="checkbox" id={id.clone()} checked={props.on} disabled={props.disabled} {onchange} />
            <label class="pf-v6-c-check__label" for={id}>{ &props.label }</label>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_or_refused_in_words() {
        assert_eq!(parse_money(Currency::USD, "1,284.5"), Ok(Money::from_minor(128_450)));
        assert_eq!(
            parse_money(Currency::USD, "1.234").unwrap_err(),
            "Type an amount, with at most 2 decimals"
        );
        assert!(parse_money(Currency::USD, "999999999999").unwrap_err().starts_with("At most"));
        assert_eq!(parse_count(" 12 ", 0, 30), Ok(12));
        assert_eq!(parse_count("31", 0, 30).unwrap_err(), "Type a whole number from 0 to 30");
        assert!(parse_rate("12.5").is_ok() && parse_rate("101").is_err());
    }
}
