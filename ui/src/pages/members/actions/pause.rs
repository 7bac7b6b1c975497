//! Stops an enrollment for a while, and takes it up again.

use super::{OfEnrollment, use_sending};
use crate::components::{DateField, Dialog, Notice, Radios, Refusal, Severity};
use crate::ids;
use crate::pages::memberships::words::plural;
use crate::session::use_session;
use crate::toast::use_toast;
use protocol::enrollments::{PauseEnrollment, ResumeEnrollment};
use yew::prelude::*;

#[component]
pub fn Pause(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let view = &props.view;
    let policy = view.terms.pause.clone();
    let today = session.today;
    let last = today.plus_days(policy.max_days.into());
    let open_end = use_state(|| false);
    let until = use_state(|| Some(today.plus_days(i64::from(policy.max_days).min(30))));
    let good = *open_end || until.is_some_and(|day| day > today && day <= last);
    let pause = {
        let (sending, until, open_end) = (sending.clone(), until.clone(), open_end.clone());
        let (toast, onclose, id, name, key) =
            (toast.clone(), props.onclose.clone(), view.id, view.customer_name.clone(), *key);
        Callback::from(move |()| {
            let until = if *open_end { None } else { *until };
            let (toast, onclose, name) = (toast.clone(), onclose.clone(), name.clone());
            sending.send(PauseEnrollment { id, until }, key, move |paused| {
                toast.done(format!("{name}: {} is paused", paused.plan_name));
                onclose.emit(());
            });
        })
    };
    let resumes_on = if *open_end { Some(last) } else { until.filter(|_| good) };
    let primary = match (*open_end, *until) {
        (false, Some(day)) if good => format!("Pause until {}", session.day(day)),
        _ => "Pause".into(),
    };
    html! {
        <Dialog title={format!("Pause {} for {}", view.plan_name, view.customer_name)} width="34rem" {primary} disabled={!good || *sending.busy}
            onprimary={pause} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not paused" />
                if let Some(why) = &view.moves.pause { <Notice severity={Severity::Warning} title="It cannot be paused now">{ why }</Notice> }
                <Radios<bool> label="How long" options={vec![(false, "Until a day".into()), (true, format!("Until someone resumes it, {} at the latest", session.day(last)).into())]} selected={*open_end}
                    onselect={let open_end = open_end.clone(); Callback::from(move |open| open_end.set(open))} />
                if !*open_end {
                    <DateField label="Resumes on" from={today.next()} to={last} value={*until}
                        onchange={let until = until.clone(); Callback::from(move |day| until.set(day))} />
                    if until.is_some_and(|day| day > last) {
                        <p class="pl-small pl-bad" role="status">{ format!("At most {}: until {}.", plural(policy.max_days.into(), "day", "days"), session.day(last)) }</p>
                    }
                }
                <div class="pl-words">
                    <h3 class="pl-eyebrow">{ "What happens" }</h3>
                    <div>{ "Nothing is charged while it is paused." }</div>
                    if let Some(day) = resumes_on {
                        <div>{ format!("If nobody resumes it before, it resumes by itself on {} and is billed again.", session.day(day)) }</div>
                    }
                    <div>{ if policy.keeps_benefits { "Benefits stay on." } else { "Benefits are off until it resumes." } }</div>
                    <div>{ "Credits do not expire meanwhile: the next refresh, the next charge and every expiry move by the days of the pause." }</div>
                    <div class="pl-small pl-subtle">
                        { format!("The terms allow {} a year, at most {} each.", plural(policy.per_year.into(), "pause", "pauses"), plural(policy.max_days.into(), "day", "days")) }
                    </div>
                </div>
            </div>
        </Dialog>
    }
}

#[component]
pub fn Resume(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let view = &props.view;
    let resume = {
        let (sending, toast, onclose, id, name, key) = (
            sending.clone(),
            toast.clone(),
            props.onclose.clone(),
            view.id,
            view.customer_name.clone(),
            *key,
        );
        Callback::from(move |()| {
            let (toast, onclose, name) = (toast.clone(), onclose.clone(), name.clone());
            sending.send(ResumeEnrollment { id }, key, move |resumed| {
                toast.done(format!("{name}: {} runs again", resumed.plan_name));
                onclose.emit(());
            });
        })
    };
    let planned = view
        .resumes_on
        .map(|day| format!("It would resume by itself on {}.", session.day(day)))
        .unwrap_or_default();
    html! {
        <Dialog title={format!("Resume {} for {}", view.plan_name, view.customer_name)} width="30rem" primary="Resume today" disabled={*sending.busy}
            onprimary={resume} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not resumed" />
                <p>{ "Benefits are on again from today. Credits, refreshes and the next charge move by the days it was paused." }</p>
                if !planned.is_empty() { <p class="pl-subtle">{ planned }</p> }
            </div>
        </Dialog>
    }
}
