//! Labelled controls of the tier form: each carries its own problem and help, tied to it for screen readers.

use crate::pages::memberships::draft::{Field, PlanDraft};
use crate::pages::memberships::words::Names;
use domain::{BenefitId, Currency};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// One change of the draft.
pub type Change = Box<dyn FnOnce(&mut PlanDraft)>;

/// What every tab needs to draw itself.
pub struct Sheet<'a> {
    pub draft: &'a PlanDraft,
    pub names: &'a Names,
    pub currency: Currency,
    pub edit: &'a Callback<Change>,
    /// The field was left: its problem may be shown from now on.
    pub left: &'a Callback<Field>,
    /// What is wrong with a field, once it may be shown.
    pub problem: &'a dyn Fn(Field) -> Option<String>,
    pub is_open: &'a dyn Fn(BenefitId, usize) -> bool,
    pub toggle: &'a Callback<BenefitId>,
    pub pick: &'a Callback<Picking>,
    pub fresh: fn() -> BenefitId,
}

/// Whose items are being picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picking {
    Discount(usize),
    Credit(usize),
    Included(usize),
    Access,
    Sample,
}

/// A label, the control under it, and what is said of it.
pub struct Labelled<'a> {
    pub id: &'a str,
    pub label: &'a str,
    pub required: bool,
    pub help: &'a str,
    pub problem: Option<String>,
    pub wide: bool,
}

impl<'a> Labelled<'a> {
    pub fn new(id: &'a str, label: &'a str) -> Self {
        Self { id, label, required: false, help: "", problem: None, wide: false }
    }

    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub fn help(self, help: &'a str) -> Self {
        Self { help, ..self }
    }

    pub fn problem(self, problem: Option<String>) -> Self {
        Self { problem, ..self }
    }

    pub fn wide(self) -> Self {
        Self { wide: true, ..self }
    }

    /// A group of buttons, radios or chips, named by the label.
    pub fn group(self, control: Html) -> Html {
        let label_id = format!("{}-label", self.id);
        let name = html! {
            <span class="pf-v6-c-form__label" id={label_id.clone()}>{ self.label_text() }</span>
        };
        let body = html! { <div role="group" id={self.id.to_owned()} tabindex="-1" aria-labelledby={label_id}>{ control }</div> };
        self.frame(name, body)
    }

    /// A text field of one line.
    pub fn input(
        self,
        value: &str,
        max: u32,
        oninput: Callback<InputEvent>,
        onblur: Callback<FocusEvent>,
    ) -> Html {
        let control = html! {
            <span class={classes!("pf-v6-c-form-control", self.problem.is_some().then_some("pf-m-error"))}>
                { self.bare_input(value, max, "text", classes!(), oninput, onblur) }
            </span>
        };
        self.under_label(control)
    }

    /// An amount, with the currency's sign before it.
    pub fn money(
        self,
        currency: Currency,
        value: &str,
        oninput: Callback<InputEvent>,
        onblur: Callback<FocusEvent>,
    ) -> Html {
        let control = html! {
            <div class="pf-v6-c-input-group">
                <div class="pf-v6-c-input-group__item pf-m-box"><span class="pf-v6-c-input-group__text">{ currency.symbol() }</span></div>
                <div class="pf-v6-c-input-group__item pf-m-fill">
                    <span class={classes!("pf-v6-c-form-control", self.problem.is_some().then_some("pf-m-error"))}>
                        { self.bare_input(value, 20, "decimal", classes!("pl-num"), oninput, onblur) }
                    </span>
                </div>
            </div>
        };
        self.under_label(control)
    }

    /// A number, with its unit after it.
    pub fn number(
        self,
        unit: &str,
        value: &str,
        oninput: Callback<InputEvent>,
        onblur: Callback<FocusEvent>,
    ) -> Html {
        let control = html! {
            <div class="pf-v6-c-input-group">
                <div class="pf-v6-c-input-group__item pf-m-fill">
                    <span class={classes!("pf-v6-c-form-control", self.problem.is_some().then_some("pf-m-error"))}>
                        { self.bare_input(value, 12, "decimal", classes!("pl-num"), oninput, onblur) }
                    </span>
                </div>
                <div class="pf-v6-c-input-group__item pf-m-box"><span class="pf-v6-c-input-group__text">{ unit.to_owned() }</span></div>
            </div>
        };
        self.under_label(control)
    }

    pub fn area(self, value: &str, max: u32, oninput: Callback<InputEvent>) -> Html {
        let control = html! {
            <span class="pf-v6-c-form-control pf-m-textarea pf-m-resize-vertical">
                <textarea id={self.id.to_owned()} rows="3" maxlength={max.to_string()} value={value.to_owned()} {oninput}
                    aria-describedby={self.said_id()} />
            </span>
        };
        self.under_label(control)
    }

    pub fn under_label(self, control: Html) -> Html {
        let name = html! {
            <label class="pf-v6-c-form__label" for={self.id.to_owned()}>{ self.label_text() }</label>
        };
        self.frame(name, control)
    }

    fn label_text(&self) -> Html {
        html! {
            <>
                <span class="pf-v6-c-form__label-text">{ self.label.to_owned() }</span>
                if self.required {
                    <span class="pf-v6-c-form__label-required" aria-hidden="true">{ "\u{a0}*" }</span>
                }
            </>
        }
    }

    fn bare_input(
        &self,
        value: &str,
        max: u32,
        mode: &'static str,
        class: Classes,
        oninput: Callback<InputEvent>,
        onblur: Callback<FocusEvent>,
    ) -> Html {
        html! {
            <input id={self.id.to_owned()} type="text" inputmode={mode} {class} maxlength={max.to_string()} autocomplete="off"
                value={value.to_owned()} {oninput} {onblur} required={self.required} dir="auto"
                aria-invalid={self.problem.is_some().to_string()} aria-describedby={self.said_id()} />
        }
    }

    fn said_id(&self) -> Option<String> {
        (self.problem.is_some() || !self.help.is_empty()).then(|| format!("{}-said", self.id))
    }

    fn frame(self, name: Html, control: Html) -> Html {
        let said_id = self.said_id();
        html! {
            <div class={classes!("pf-v6-c-form__group", self.wide.then_some("pl-wide"))}>
                <div class="pf-v6-c-form__group-label">{ name }</div>
                <div class="pf-v6-c-form__group-control">
                    { control }
                    if let Some(said_id) = said_id {
                        <div class="pf-v6-c-form__helper-text" id={said_id} aria-live="polite">
                            <div class="pf-v6-c-helper-text">
                                if let Some(problem) = self.problem {
                                    <div class="pf-v6-c-helper-text__item pf-m-error">
                                        <span class="pf-v6-c-helper-text__item-icon"><i class="fas fa-exclamation-circle" aria-hidden="true"></i></span>
                                        <span class="pf-v6-c-helper-text__item-text">{ problem }</span>
                                    </div>
                                } else {
                                    <div class="pf-v6-c-helper-text__item">
                                        <span class="pf-v6-c-helper-text__item-text">{ self.help.to_owned() }</span>
                                    </div>
                                }
                            </div>
                        </div>
                    }
                </div>
            </div>
        }
    }
}

impl Sheet<'_> {
    pub fn typing(
        &self,
        change: impl FnOnce(&mut PlanDraft, String) + Clone + 'static,
    ) -> Callback<InputEvent> {
        let edit = self.edit.clone();
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            let change = change.clone();
            edit.emit(Box::new(move |draft: &mut PlanDraft| change(draft, text)));
        })
    }

    pub fn set(&self, change: impl FnOnce(&mut PlanDraft) + Clone + 'static) -> Callback<MouseEvent> {
        let edit = self.edit.clone();
        Callback::from(move |_| edit.emit(Box::new(change.clone())))
    }

    pub fn blur(&self, field: Field) -> Callback<FocusEvent> {
        let left = self.left.clone();
        Callback::from(move |_| left.emit(field))
    }

    /// Two or three choices side by side.
    pub fn toggles<T: Copy + PartialEq + 'static>(
        &self,
        label: &str,
        options: &[(T, &'static str)],
        chosen: T,
        change: impl FnOnce(&mut PlanDraft, T) + Clone + 'static,
    ) -> Html {
        let buttons = options.iter().map(|(value, words)| {
            let (value, on) = (*value, *value == chosen);
            let change = change.clone();
            let onclick = self.set(move |draft| change(draft, value));
            html! {
                <div class="pf-v6-c-toggle-group__item">
                    <button type="button" {onclick} aria-pressed={on.to_string()}
                        class={classes!("pf-v6-c-toggle-group__button", on.then_some("pf-m-selected"))}>
                        <span class="pf-v6-c-toggle-group__text">{ *words }</span>
                    </button>
                </div>
            }
        });
        html! { <div class="pf-v6-c-toggle-group" role="group" aria-label={label.to_owned()}>{ for buttons }</div> }
    }

    /// Choices one under another, each with a few words more where it needs them.
    pub fn radios<T: Copy + PartialEq + 'static>(
        &self,
        name: &str,
        options: &[(T, &'static str, &'static str)],
        chosen: T,
        change: impl FnOnce(&mut PlanDraft, T) + Clone + 'static,
    ) -> Html {
        let radios = options.iter().enumerate().map(|(nth, (value, words, more))| {
            let value = *value;
            let id = format!("{name}-{nth}");
            let change = change.clone();
            let onchange = {
                let edit = self.edit.clone();
                Callback::from(move |_: Event| {
                    let change = change.clone();
                    edit.emit(Box::new(move |draft: &mut PlanDraft| change(draft, value)));
                })
            };
            html! {
                <div class="pf-v6-c-radio">
                    <input class="pf-v6-c-radio__input" type="radio" name={name.to_owned()} id={id.clone()} checked={value == chosen} {onchange} />
                    <label class="pf-v6-c-radio__label" for={id}>{ *words }</label>
                    if !more.is_empty() { <span class="pf-v6-c-radio__description">{ *more }</span> }
                </div>
            }
        });
        html! { <div class="pl-stack pl-radios">{ for radios }</div> }
    }

    pub fn check(
        &self,
        id: &str,
        words: &str,
        on: bool,
        change: impl FnOnce(&mut PlanDraft, bool) + Clone + 'static,
    ) -> Html {
        let edit = self.edit.clone();
        let onchange = Callback::from(move |event: Event| {
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            let change = change.clone();
            edit.emit(Box::new(move |draft: &mut PlanDraft| change(draft, on)));
        });
        html! {
            <div class="pf-v6-c-check">
                <input class="pf-v6-c-check__input" type="checkbox" id={id.to_owned()} checked={on} {onchange} />
                <label class="pf-v6-c-check__label" for={id.to_owned()}>{ words.to_owned() }</label>
            </div>
        }
    }
}

/// The element that a problem of this field brings the focus to.
pub fn field_id(field: Field) -> String {
    match field {
        Field::Name => "tier-name".into(),
        Field::Locations => "tier-locations".into(),
        Field::Price => "tier-price".into(),
        Field::TaxRate => "tier-tax".into(),
        Field::SetupFee => "tier-setup-fee".into(),
        Field::MinimumCycles => "tier-minimum".into(),
        Field::MaximumCycles => "tier-maximum".into(),
        Field::DiscountValue(nth) => format!("discount-{nth}-value"),
        Field::DiscountItems(nth) => format!("discount-{nth}-items"),
        Field::CreditAmount(nth) => format!("credit-{nth}-amount"),
        Field::CreditCap(nth) => format!("credit-{nth}-cap"),
        Field::CreditItems(nth) => format!("credit-{nth}-items"),
        Field::IncludedItems(nth) => format!("included-{nth}-items"),
        Field::IncludedQuantity(nth) => format!("included-{nth}-quantity"),
        Field::FamilyPrice => "family-price".into(),
        Field::CreditAllowance(nth) => format!("credit-{nth}-allowance"),
        Field::IncludedAllowance(nth) => format!("included-{nth}-allowance"),
        Field::FamilyUpTo => "family-up-to".into(),
        Field::PausesPerYear => "pauses-per-year".into(),
        Field::PauseDays => "pause-days".into(),
        Field::GraceDays => "grace-days".into(),
    }
}
