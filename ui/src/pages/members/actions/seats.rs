//! The seats of what an organization holds: how many, and who rests in theirs.

use super::family::{OfDependent, name_of};
use super::{OfEnrollment, use_sending};
use crate::components::{Dialog, NumberField, Radios, Refusal};
use crate::ids;
use crate::pages::members::drawer::places_words;
use crate::toast::use_toast;
use domain::plan::MOST_PEOPLE;
use protocol::enrollments::{LimitSeats, PauseSeat, ResumeSeat};
use yew::prelude::*;

#[component]
pub fn LimitTheSeats(props: &OfEnrollment) -> Html {
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let view = &props.view;
    let agreed = view.seats.and_then(|seats| seats.limit);
    let limited = use_state(|| agreed.is_some());
    let typed = use_state(|| agreed.unwrap_or(view.dependents.len().max(1) as u32).to_string());
    let number = typed.trim().parse::<u32>().ok().filter(|seats| (1..=MOST_PEOPLE).contains(seats));
    let limit = if *limited { number.map(Some) } else { Some(None) };
    let save = {
        let (sending, toast, onclose, id, key) =
            (sending.clone(), toast.clone(), props.onclose.clone(), view.id, *key);
        Callback::from(move |()| {
            let Some(limit) = limit else { return };
            let (toast, onclose) = (toast.clone(), onclose.clone());
            sending.send(LimitSeats { id, limit }, key, move |held| {
                toast.done(places_words(&held));
                onclose.emit(());
            });
        })
    };
    let error = (*limited && number.is_none()).then(|| AttrValue::from(format!("From 1 to {MOST_PEOPLE}.")));
    html! {
        <Dialog title={format!("Seats of {}", view.customer_name)} description={view.plan_name.clone()} width="30rem" primary="Save"
            disabled={limit.is_none() || limit == Some(agreed) || *sending.busy} onprimary={save} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not changed" />
                <Radios<bool> label="How many" options={vec![(true, "A number".into()), (false, "As many as join".into())]} selected={*limited}
                    onselect={let limited = limited.clone(); Callback::from(move |on| limited.set(on))} />
                if *limited {
                    <NumberField label="Seats" after="seats" value={(*typed).clone()} {error} autofocus=true
                        onchange={let typed = typed.clone(); Callback::from(move |text| typed.set(text))} />
                }
                <p class="pl-small pl-subtle">{ places_words(view) }{ " No money moves: who sits is what is paid for." }</p>
            </div>
        </Dialog>
    }
}

#[component]
pub fn PauseOne(props: &OfDependent) -> Html {
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let name = name_of(props);
    let (id, customer) = (props.view.id, props.customer);
    let pause = {
        let (sending, toast, onclose, key, name) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, name.clone());
        Callback::from(move |()| {
            let (toast, onclose, name) = (toast.clone(), onclose.clone(), name.clone());
            sending.send(PauseSeat { id, customer }, key, move |_| {
                toast.done(format!("{name} is paused"));
                onclose.emit(());
            });
        })
    };
    html! {
        <Dialog title={format!("Pause {name}?")} description={props.view.plan_name.clone()} width="30rem" primary={format!("Pause {name}")} disabled={*sending.busy}
            onprimary={pause} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not paused" />
                <p>{ "Benefits are off until somebody resumes them, and credits of their own do not expire meanwhile." }</p>
                <p class="pl-subtle">{ "The seat stays taken and is paid for." }</p>
            </div>
        </Dialog>
    }
}

#[component]
pub fn ResumeOne(props: &OfDependent) -> Html {
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let name = name_of(props);
    let (id, customer) = (props.view.id, props.customer);
    let resume = {
        let (sending, toast, onclose, key, name) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, name.clone());
        Callback::from(move |()| {
            let (toast, onclose, name) = (toast.clone(), onclose.clone(), name.clone());
            sending.send(ResumeSeat { id, customer }, key, move |_| {
                toast.done(format!("{name} has their benefits again"));
                onclose.emit(());
            });
        })
    };
    html! {
        <Dialog title={format!("Resume {name}?")} description={props.view.plan_name.clone()} width="30rem" primary={format!("Resume {name}")} disabled={*sending.busy}
            onprimary={resume} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not resumed" />
                <p>{ "Benefits are on again today. Credits of their own last longer by the days they rested." }</p>
            </div>
        </Dialog>
    }
}
