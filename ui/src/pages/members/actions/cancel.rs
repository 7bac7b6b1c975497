//! Ends an enrollment, at the end of what is paid or at once, or keeps one that was going to end.

use super::{OfEnrollment, use_sending};
use crate::components::{
    Checkbox, Dialog, MoneyField, Notice, Radios, Refusal, Severity, Skeleton, TextField, parse_money,
};
use crate::ids;
use crate::pages::members::receipt::GivenBack;
use crate::pages::memberships::words::plural;
use crate::query::use_query;
use crate::session::{SignedIn, use_session};
use crate::toast::use_toast;
use domain::plan::CreditUnit;
use domain::{Day, Money};
use protocol::enrollments::{
    CancelAtPeriodEnd, CancelNow, CancelPreview, EnrollmentView, PreviewCancelNow, StatusView, UndoCancel,
};
use protocol::receipt::tender_words;
use std::rc::Rc;
use yew::prelude::*;

/// Where it stands when it is cancelled: only one that runs has a choice of when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// It ends at once; nothing was charged.
    NotStarted,
    /// It ends at once, and the frozen days go back where the terms prorate.
    Paused,
    Running,
}

impl Stands {
    fn of(view: &EnrollmentView) -> Self {
        match view.status {
            StatusView::Scheduled { .. } => Self::NotStarted,
            StatusView::Paused { .. } => Self::Paused,
            StatusView::Active
            | StatusView::Waiting { .. }
            | StatusView::PastDueGrace { .. }
            | StatusView::PastDueSuspended { .. }
            | StatusView::Ends { .. }
            | StatusView::Cancelled { .. } => Self::Running,
        }
    }
}

#[component]
pub fn Cancel(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let view = &props.view;
    let stands = Stands::of(view);
    let chose_now = use_state(|| false);
    let reason = use_state(String::new);
    let lowered = use_state(|| None::<String>);
    let override_minimum = use_state(|| false);
    let given_back = use_state(|| None::<AttrValue>);
    let preview = use_query(PreviewCancelNow { id: view.id });
    if let Some(number) = &*given_back {
        return html! {
            <GivenBack title={format!("{} is cancelled", view.plan_name)} enrollment={view.id} number={number.clone()} onclose={props.onclose.clone()} />
        };
    }
    // The end of the period is today for one that is paused; only a manager gives back less than its frozen days.
    let now = match stands {
        Stands::NotStarted => false,
        Stands::Paused => lowered.is_some(),
        Stands::Running => *chose_now,
    };
    let refunds = now || stands == Stands::Paused;
    let known: Option<Rc<CancelPreview>> = preview.data.clone();
    let full = known.as_ref().map_or(Money::ZERO, |preview| preview.refund);
    let refund = match &*lowered {
        None => Ok(full),
        Some(text) => parse_money(session.currency(), text).and_then(|amount| {
            if amount > full { Err(format!("At most {}.", session.money(full))) } else { Ok(amount) }
        }),
    };
    let needs_override = known.as_ref().is_some_and(|preview| preview.needs_override);
    let last_day = view.period.map(|(_, last)| last);
    let reason_needed = now || (needs_override && *override_minimum);
    let ready = (!reason_needed || !reason.trim().is_empty())
        && (!needs_override || *override_minimum)
        && (!refunds || (known.is_some() && refund.is_ok()));
    let cancel = {
        let (sending, toast, onclose, key, id) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, view.id);
        let (reason, override_minimum, refund, given_back) =
            (reason.trim().to_owned(), *override_minimum, refund.clone(), given_back.clone());
        let words = format!("{}: {}", view.customer_name, view.plan_name);
        Callback::from(move |()| {
            let (toast, onclose, words, given_back) =
                (toast.clone(), onclose.clone(), words.clone(), given_back.clone());
            let done = move |after: EnrollmentView| {
                if !matches!(after.status, StatusView::Cancelled { .. }) {
                    toast.done(format!("{words} will end with its period"));
                    return onclose.emit(());
                }
                // What goes back stays on the screen until somebody has handed it out.
                let newest = after.charges.first().filter(|_| refunds);
                match newest.filter(|charge| charge.amount.is_negative() && charge.receipt) {
                    Some(charge) => given_back.set(Some(charge.number.clone().into())),
                    None => {
                        toast.done(format!("{words} is cancelled"));
                        onclose.emit(());
                    }
                }
            };
            if now {
                let Ok(refund) = refund else { return };
                sending.send(CancelNow { id, reason: reason.clone(), refund, override_minimum }, key, done);
            } else {
                sending.send(CancelAtPeriodEnd { id, reason: reason.clone(), override_minimum }, key, done);
            }
        })
    };
    let primary = match (stands, last_day) {
        (Stands::NotStarted, _) => "Cancel today".to_owned(),
        _ if refunds && refund.as_ref().is_ok_and(|refund| refund.is_positive()) => {
            let back = session.money(refund.clone().unwrap_or_default());
            format!(
                "Cancel {} and give back {back}",
                if now && stands == Stands::Running { "now" } else { "today" }
            )
        }
        (Stands::Paused, _) => "Cancel today, without a refund".to_owned(),
        _ if now => "Cancel now, without a refund".to_owned(),
        (Stands::Running, Some(last)) => format!("Cancel on {}", session.day(last)),
        (Stands::Running, None) => "Cancel membership".to_owned(),
    };
    let period = if view.owed.is_positive() { "this" } else { "the paid" };
    let at_end_words = last_day.map_or_else(
        || format!("At the end of {period} period"),
        |last| format!("At the end of {period} period, on {}", session.day(last)),
    );
    let refused = if now { view.moves.cancel_now.clone() } else { view.moves.cancel_at_period_end.clone() };
    html! {
        <Dialog title={format!("Cancel {} for {}", view.plan_name, view.customer_name)} {primary} danger=true secondary="Keep it"
            disabled={!ready || *sending.busy} onprimary={cancel} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not cancelled" />
                if stands == Stands::Running {
                    <Radios<bool> label="When" options={vec![(false, at_end_words.into()), (true, "Now".into())]} selected={*chose_now}
                        onselect={let chose_now = chose_now.clone(); Callback::from(move |value| chose_now.set(value))} />
                }
                if let Some(why) = &refused { <Notice severity={Severity::Warning} title="Not as it stands">{ why.clone() }</Notice> }
                if refunds {
                    if let Some(preview) = &known { { refund_words(preview, view, stands, &session) } }
                    if let Some(why) = known.as_ref().and_then(|preview| preview.refused.clone()).filter(|why| Some(why) != refused.as_ref()) {
                        <Notice severity={Severity::Warning} title="Not as it stands">{ why }</Notice>
                    }
                    <Refusal error={preview.error.clone()} title="The refund could not be worked out" onretry={preview.reload.clone()} />
                    if preview.slow { <Skeleton width="100%" /> }
                    if full.is_positive() {
                        if let Some(text) = &*lowered {
                            <MoneyField label="Give back" value={text.clone()} help={format!("At most {}. A manager decides it, with a reason.", session.money(full))} error={refund.clone().err().map(AttrValue::from)}
                                onchange={let lowered = lowered.clone(); Callback::from(move |text| lowered.set(Some(text)))} />
                        } else {
                            <div>
                                <button type="button" class="pf-v6-c-button pf-m-link pf-m-inline"
                                    onclick={let (lowered, text) = (lowered.clone(), session.currency().format_plain(full)); Callback::from(move |_: MouseEvent| lowered.set(Some(text.clone())))}>
                                    <span class="pf-v6-c-button__text">{ "Give back less" }</span>
                                </button>
                            </div>
                        }
                    }
                } else {
                    <div class="pl-words">
                        <h3 class="pl-eyebrow">{ "What happens" }</h3>
                        { for until_it_ends(view, stands, last_day, &session).into_iter().map(|words| html! { <div>{ words }</div> }) }
                    </div>
                }
                if needs_override {
                    <Notice severity={Severity::Warning} title="The minimum is not paid yet">
                        { "A manager may cancel before that, with a reason." }
                    </Notice>
                    <Checkbox label="Cancel before the minimum is paid" on={*override_minimum}
                        onchange={let value = override_minimum.clone(); Callback::from(move |on| value.set(on))} />
                }
                <TextField label="Reason" value={(*reason).clone()} required={reason_needed} max_length={200}
                    help={if reason_needed { "" } else { "Optional; kept in the log." }}
                    onchange={let reason = reason.clone(); Callback::from(move |text| reason.set(text))} />
            </div>
        </Dialog>
    }
}

/// What holds from today to the end where no money goes back.
fn until_it_ends(
    view: &EnrollmentView,
    stands: Stands,
    last_day: Option<Day>,
    session: &SignedIn,
) -> Vec<String> {
    if stands == Stands::NotStarted {
        let starts = session.day(view.start);
        return vec![
            format!("It would start on {starts}. It ends at once, and this cannot be undone."),
            "Nothing was charged, so nothing goes back.".to_owned(),
        ];
    }
    let through =
        last_day.map_or_else(|| "until it ends".to_owned(), |last| format!("through {}", session.day(last)));
    let owed = view.owed.is_positive().then(|| session.money(view.owed));
    let benefits = match (&view.status, &owed) {
        (StatusView::PastDueGrace { until, .. }, Some(owed)) if last_day.is_none_or(|last| *until < last) => {
            format!("Benefits stay on through {}, and {through} once {owed} is paid.", session.day(*until))
        }
        (_, Some(owed)) if !view.benefits_on => {
            format!("Benefits are off. Once {owed} is paid they are on {through}.")
        }
        _ if !view.benefits_on => "Benefits are off, and stay off.".to_owned(),
        _ => format!("Benefits stay on {through}."),
    };
    let money = match owed {
        Some(owed) => format!(
            "{owed} stays due and can be collected until then. Nothing more is charged, and no money is given back. Until then it can be undone."
        ),
        None => {
            "Nothing more is charged, and no money is given back. Until then it can be undone.".to_owned()
        }
    };
    let mut said = vec![benefits, money];
    said.extend(credit_after(view));
    said
}

/// What of its credit can be used after the end.
fn credit_after(view: &EnrollmentView) -> Option<String> {
    let holds_money = view.balances.iter().any(|one| one.unit == Some(CreditUnit::Money) && one.left > 0);
    (holds_money && view.credit_outlives_days > 0).then(|| {
        let days = plural(view.credit_outlives_days.into(), "more day", "more days");
        format!("Credit in money that is left then can be used for {days}.")
    })
}

fn refund_words(preview: &CancelPreview, view: &EnrollmentView, stands: Stands, session: &SignedIn) -> Html {
    html! {
        <div class="pl-words" aria-live="polite">
            <h3 class="pl-eyebrow">{ "What happens" }</h3>
            if stands == Stands::Paused { <div>{ "While it is paused there is no period to wait for: it ends today." }</div> }
            <div class="pl-row pl-row--between"><span>{ "Paid for this period" }</span><span class="pl-money">{ session.money(preview.base) }</span></div>
            <div class="pl-row pl-row--between"><span>{ format!("Unused: {} of {} days", preview.unused_days, preview.days) }</span>
                <span class="pl-money pl-strong">{ session.money(preview.refund) }</span></div>
            if !view.terms.cancel.prorates && preview.refund.is_zero() { <div class="pl-small pl-subtle">{ "The terms give nothing back for unused days." }</div> }
            if preview.used.is_positive() {
                <div class="pl-row pl-row--between pl-small pl-subtle"><span>{ "Benefits already used this period" }</span><span class="pl-money">{ session.money(preview.used) }</span></div>
            }
            { for preview.tenders.iter().map(|tender| html! {
                <div class="pl-row pl-row--between pl-small pl-subtle"><span>{ format!("Goes back to: {}", tender_words(&tender.kind)) }</span><span class="pl-money">{ session.money(tender.amount) }</span></div>
            }) }
            if view.owed.is_positive() {
                <div>{ format!("{} is owed. It ends with the membership and cannot be collected any more; to have it, collect it first.", session.money(view.owed)) }</div>
            }
            <div class="pl-small pl-subtle">{ match credit_after(view) {
                Some(words) => format!("It ends today, with its benefits. {words} Other credits end with it. This cannot be undone."),
                None => "It ends today, with its benefits and credits. This cannot be undone.".to_owned(),
            } }</div>
        </div>
    }
}

#[component]
pub fn KeepIt(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let view = &props.view;
    let keep = {
        let (sending, toast, onclose, key, id, name) = (
            sending.clone(),
            toast.clone(),
            props.onclose.clone(),
            *key,
            view.id,
            view.customer_name.clone(),
        );
        Callback::from(move |()| {
            let (toast, onclose, name) = (toast.clone(), onclose.clone(), name.clone());
            sending.send(UndoCancel { id }, key, move |kept| {
                toast.done(format!("{name} keeps {}", kept.plan_name));
                onclose.emit(());
            });
        })
    };
    let next = view.period.map(|(_, last)| session.day(last.next()));
    html! {
        <Dialog title={format!("Keep {} for {}", view.plan_name, view.customer_name)} width="30rem" primary="Keep it" disabled={*sending.busy}
            onprimary={keep} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not kept" />
                <p>{ next.map_or_else(|| "It goes on as before.".to_owned(), |day| format!("It goes on as before; the next charge is on {day}.")) }</p>
            </div>
        </Dialog>
    }
}
