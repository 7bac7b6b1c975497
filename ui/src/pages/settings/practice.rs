//! Practice, receipt and security: all of them fields of the one practice.

use super::recovery::RecoverySection;
use crate::bridge::problem_with;
use crate::components::{
    Button, Field, Kind, Look, MoneyField, NumberField, PictureChoice, RateField, Refusal, Select, TextField,
    parse_count, parse_money, parse_rate,
};
use crate::pictures::Logo;
use crate::saving::{Saving, use_saving};
use crate::session::use_session;
use crate::toast::use_toast;
use domain::LocationId;
use domain::practice::{CustomerWord, Practice, ReceiptText};
use protocol::practice::{PracticeView, SaveDesk, SavePractice};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SectionProps {
    pub view: PracticeView,
}

/// The practice as it is saved now, to change one part of it.
fn request(practice: &Practice) -> SavePractice {
    SavePractice {
        name: practice.name.clone(),
        customer_word: practice.customer_word,
        receipt: practice.receipt.clone(),
        lock_after_minutes: practice.lock_after_minutes,
        refund_limit: practice.refund_limit,
        discount_limit: practice.discount_limit,
        credit_outlives_days: practice.credit_outlives_days,
        logo: practice.logo.clone(),
    }
}

#[hook]
fn use_saved() -> Saving<SavePractice> {
    let toast = use_toast();
    use_saving(Callback::from(move |_| toast.done("Saved")))
}

/// A setter for a state of text.
fn into_state(state: &UseStateHandle<String>) -> Callback<String> {
    let state = state.clone();
    Callback::from(move |text: String| state.set(text))
}

#[component]
pub fn PracticeSection(props: &SectionProps) -> Html {
    let practice = &props.view.practice;
    let name = use_state(|| practice.name.clone());
    let word = use_state(|| practice.customer_word);
    let logo = use_state(|| practice.logo.clone());
    let no_picture = use_state(|| None::<String>);
    let outlives = use_state(|| practice.credit_outlives_days.to_string());
    let days = parse_count(&outlives, 0, 3_660);
    let saving = use_saved();
    let onsubmit = {
        let (name, word, logo, days) = (name.clone(), word.clone(), logo.clone(), days.clone());
        let (send, practice) = (saving.send.clone(), practice.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Ok(credit_outlives_days) = days else { return };
            send.emit(SavePractice {
                name: name.trim().into(),
                customer_word: *word,
                logo: (*logo).clone(),
                credit_outlives_days,
                ..request(&practice)
            });
        })
    };
    let onimage = {
        let logo = logo.clone();
        Callback::from(move |hash| logo.set(hash))
    };
    let onproblem = {
        let no_picture = no_picture.clone();
        Callback::from(move |words| no_picture.set(words))
    };
    let no_logo =
        (*no_picture).clone().map(AttrValue::from).or_else(|| problem_with(saving.error.as_ref(), "logo"));
    let onselect = {
        let word = word.clone();
        Callback::from(move |chosen: CustomerWord| word.set(chosen))
    };
    let changed = *name != practice.name
        || *word != practice.customer_word
        || *logo != practice.logo
        || days != Ok(practice.credit_outlives_days);
    html! {
        <>
            <form class="pl-stack pl-settings-form" {onsubmit} novalidate=true>
                <h2 class="pl-section-title">{ "Practice" }</h2>
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} />
                <TextField label="Name" required=true value={(*name).clone()} onchange={into_state(&name)} max_length={80} error={problem_with(saving.error.as_ref(), "name")} />
                <Select<CustomerWord> label="What you call the people you serve" selected={*word} {onselect}
                    options={CustomerWord::ALL.map(|word| (word, AttrValue::from(word.many()))).to_vec()} />
                <Field label="Logo" help="Stands above receipts. PNG, JPEG or WebP of any size; it can be dropped here." error={no_logo}>
                    <PictureChoice image={(*logo).clone()} {onimage} {onproblem}>
                        if logo.is_some() { <Logo hash={(*logo).clone()} /> }
                    </PictureChoice>
                </Field>
                <NumberField label="Bought money credit lives on after the end for" after="days" value={(*outlives).clone()} onchange={into_state(&outlives)}
                    error={days.clone().err().map(AttrValue::from)}
                    help="0: it ends with the membership. It holds for memberships that begin from now on. The law on stored value differs from place to place: ask somebody who knows yours." />
                <dl class="pl-kv">
                    <dt>{ "Currency" }</dt><dd>{ format!("{} ({})", practice.currency.name(), practice.currency.code()) }</dd>
                    <dt>{ "Time zone" }</dt><dd>{ practice.time_zone.replace('_', " ") }</dd>
                </dl>
                <p class="pl-small pl-subtle">{ "Currency and time zone were chosen for ever: every amount and every day in the books is kept in them." }</p>
                <div><Button look={Look::Primary} text="Save" submit=true disabled={saving.busy || !changed || days.is_err()} /></div>
            </form>
            <DeskForm view={props.view.clone()} />
        </>
    }
}

#[component]
fn DeskForm(props: &SectionProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let desk = &session.desk;
    let name = use_state(|| desk.name.clone());
    let code = use_state(|| desk.code.clone());
    let saving = use_saving::<SaveDesk>(Callback::from(move |_| toast.done("Saved")));
    let location = use_state(|| desk.location);
    let changed = *name != desk.name || *code != desk.code || *location != desk.location;
    let places: Vec<(LocationId, AttrValue)> = props
        .view
        .locations
        .iter()
        .filter(|place| !place.archived || place.id == desk.location)
        .map(|place| (place.id, AttrValue::from(place.name.clone())))
        .collect();
    let onplace = {
        let location = location.clone();
        Callback::from(move |chosen: LocationId| location.set(chosen))
    };
    let onsubmit = {
        let (name, code, send) = (name.clone(), code.clone(), saving.send.clone());
        let location = Some(*location);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(SaveDesk { name: name.trim().into(), code: code.trim().into(), location });
        })
    };
    let oncode = {
        let code = code.clone();
        Callback::from(move |text: String| code.set(text.to_uppercase()))
    };
    html! {
        <form class="pl-stack pl-settings-form" {onsubmit} novalidate=true>
            <h2 class="pl-section-title">{ "This desk" }</h2>
            <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} />
            <div class="pl-fields">
                <TextField label="Name" required=true value={(*name).clone()} onchange={into_state(&name)} max_length={40} error={problem_with(saving.error.as_ref(), "name")} />
                <TextField label="Code" required=true value={(*code).clone()} onchange={oncode} max_length={6} error={problem_with(saving.error.as_ref(), "code")}
                    help={format!("Stands before receipt numbers: {}-2087", code.trim())} />
                <Select<LocationId> label="Location" options={places} selected={Some(*location)} onselect={onplace} wide=true
                    help="Whoever signs in at this desk begins here" error={problem_with(saving.error.as_ref(), "location")} />
            </div>
            <div><Button look={Look::Primary} text="Save" submit=true disabled={saving.busy || !changed} /></div>
        </form>
    }
}

#[component]
pub fn ReceiptSection(props: &SectionProps) -> Html {
    let practice = &props.view.practice;
    let header = use_state(|| practice.receipt.header.clone());
    let footer = use_state(|| practice.receipt.footer.clone());
    let saving = use_saved();
    let receipt = ReceiptText { header: (*header).clone(), footer: (*footer).clone() };
    let changed = receipt != practice.receipt;
    let onsubmit = {
        let (send, practice, receipt) = (saving.send.clone(), practice.clone(), receipt.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(SavePractice { receipt: receipt.clone(), ..request(&practice) });
        })
    };
    html! {
        <form class="pl-stack pl-settings-form" {onsubmit} novalidate=true>
            <h2 class="pl-section-title">{ "Receipt" }</h2>
            <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} />
            <TextField kind={Kind::Long} label="Above every receipt" value={(*header).clone()} onchange={into_state(&header)} max_length={500}
                help="Address, phone, tax number" error={problem_with(saving.error.as_ref(), "receipt.header")} />
            <TextField kind={Kind::Long} label="Below every receipt" value={(*footer).clone()} onchange={into_state(&footer)} max_length={500}
                help="Thanks, opening hours, return policy" error={problem_with(saving.error.as_ref(), "receipt.footer")} />
            <Field label="How it will look">
                <div class="pl-receipt-sample">
                    <strong>{ &practice.name }</strong>
                    <span class="pl-prewrap">{ &*header }</span>
                    <span class="pl-receipt-rule" aria-hidden="true"></span>
                    <span class="pl-subtle">{ "lines, savings, tax, payment" }</span>
                    <span class="pl-receipt-rule" aria-hidden="true"></span>
                    <span class="pl-prewrap">{ &*footer }</span>
                </div>
            </Field>
            <div><Button look={Look::Primary} text="Save" submit=true disabled={saving.busy || !changed} /></div>
        </form>
    }
}

#[component]
pub fn SecuritySection(props: &SectionProps) -> Html {
    let practice = &props.view.practice;
    let currency = practice.currency;
    let minutes = use_state(|| practice.lock_after_minutes.to_string());
    let limit = use_state(|| currency.format_plain(practice.refund_limit));
    let by_hand = use_state(|| practice.discount_limit.to_string());
    let saving = use_saved();
    let read = (
        parse_count(&minutes, 1, 240),
        parse_money(currency, &limit)
            .and_then(|limit| if limit.is_negative() { Err("Not below zero".into()) } else { Ok(limit) }),
        parse_rate(&by_hand),
    );
    let changed = read.0 != Ok(practice.lock_after_minutes)
        || read.1 != Ok(practice.refund_limit)
        || read.2 != Ok(practice.discount_limit);
    let right = read.0.is_ok() && read.1.is_ok() && read.2.is_ok();
    let onsubmit = {
        let (send, practice, read) = (saving.send.clone(), practice.clone(), read.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let (Ok(lock_after_minutes), Ok(refund_limit), Ok(discount_limit)) = &read {
                send.emit(SavePractice {
                    lock_after_minutes: *lock_after_minutes,
                    refund_limit: *refund_limit,
                    discount_limit: *discount_limit,
                    ..request(&practice)
                });
            }
        })
    };
    html! {
        <>
            <form class="pl-stack pl-settings-form" {onsubmit} novalidate=true>
                <h2 class="pl-section-title">{ "Security" }</h2>
                <Refusal error={saving.error.clone()} />
                <div class="pl-fields">
                    <NumberField label="Lock after" after="minutes" value={(*minutes).clone()} onchange={into_state(&minutes)} error={read.0.err().map(AttrValue::from)}
                        help="Without a key or a touch. Held tickets stay." />
                    <MoneyField label="Refund without a manager up to" value={(*limit).clone()} onchange={into_state(&limit)} error={read.1.err().map(AttrValue::from)}
                        help="Above it a manager's PIN is asked for." />
                    <RateField label="Taken off by hand without a manager up to" value={(*by_hand).clone()} onchange={into_state(&by_hand)} error={read.2.err().map(AttrValue::from)}
                        help="Of the list price, by a discount or a lower price, on a line and on a ticket." />
                </div>
                <div><Button look={Look::Primary} text="Save" submit=true disabled={saving.busy || !changed || !right} /></div>
            </form>
            <RecoverySection />
        </>
    }
}
