//! Ends an enrollment, at the end of what is paid or at once, or keeps one that was going to end.

use super::{OfEnrollment, use_sending};
use crate::components::{
    Checkbox, Dialog, MoneyField, Notice, Radios, Refusal, Severity, TextField, parse_money,
};
use crate::ids;
use crate::query::use_query;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::Money;
use protocol::enrollments::{CancelAtPeriodEnd, CancelNow, CancelPreview, PreviewCancelNow, UndoCancel};
use protocol::receipt::tender_words;
use std::rc::Rc;
use yew::prelude::*;

#[component]
pub fn Cancel(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let view = &props.view;
    let at_end_refused = view.moves.cancel_at_period_end.clone();
    let now = use_state(|| false);
    let reason = use_state(String::new);
    let lowered = use_state(|| None::<String>);
    let override_minimum = use_state(|| false);
    let preview = use_query(PreviewCancelNow { id: view.id });
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
    let reason_needed = *now || (needs_override && *override_minimum);
    let ready = (!reason_needed || !reason.trim().is_empty())
        && (!needs_override || *override_minimum)
        && (!*now || (known.is_some() && refund.is_ok()));
    let cancel = {
        let (sending, toast, onclose, key, id) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, view.id);
        let (reason, now, override_minimum, refund) =
            (reason.trim().to_owned(), *now, *override_minimum, refund.clone());
        let words = format!("{}: {}", view.customer_name, view.plan_name);
        Callback::from(move |()| {
            let (toast, onclose, words) = (toast.clone(), onclose.clone(), words.clone());
            if now {
                let Ok(refund) = refund else { return };
                let request = CancelNow { id, reason: reason.clone(), refund, override_minimum };
                sending.send(request, key, move |_| {
                    toast.done(format!("{words} is cancelled"));
                    onclose.emit(());
                });
            } else {
                let request = CancelAtPeriodEnd { id, reason: reason.clone(), override_minimum };
                sending.send(request, key, move |_| {
                    toast.done(format!("{words} will end with its period"));
                    onclose.emit(());
                });
            }
        })
    };
    let primary = match (*now, last_day) {
        (true, _) if refund.as_ref().is_ok_and(|refund| refund.is_positive()) => {
            format!("Cancel now and give back {}", session.money(refund.clone().unwrap_or_default()))
        }
        (true, _) => "Cancel now, without a refund".into(),
        (false, Some(last)) => format!("Cancel on {}", session.day(last)),
        (false, None) => "Cancel membership".into(),
    };
    let at_end_words = last_day.map_or_else(
        || "At the end of the paid period".to_owned(),
        |last| format!("At the end of the paid period, on {}", session.day(last)),
    );
    let refused = if *now { view.moves.cancel_now.clone() } else { at_end_refused };
    html! {
        <Dialog title={format!("Cancel {} for {}", view.plan_name, view.customer_name)} {primary} danger=true secondary="Keep it"
            disabled={!ready || *sending.busy} onprimary={cancel} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not cancelled" />
                <Radios<bool> label="When" options={vec![(false, at_end_words.into()), (true, "Now".into())]} selected={*now}
                    onselect={let now = now.clone(); Callback::from(move |value| now.set(value))} />
                if let Some(why) = refused { <Notice severity={Severity::Warning} title="Not as it stands">{ why }</Notice> }
                if *now {
                    if let Some(preview) = &known { { refund_words(preview, &session) } }
                    if let Some(why) = known.as_ref().and_then(|preview| preview.refused.clone()) {
                        <Notice severity={Severity::Warning} title="Not as it stands">{ why }</Notice>
                    }
                    <Refusal error={preview.error.clone()} title="The refund could not be worked out" onretry={preview.reload.clone()} />
                    if full.is_positive() {
                        if let Some(text) = &*lowered {
                            <MoneyField label="Give back" value={text.clone()} help={format!("At most {}.", session.money(full))} error={refund.clone().err().map(AttrValue::from)}
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
                        <div>{ last_day.map_or_else(|| "Benefits stay on until it ends.".to_owned(), |last| format!("Benefits stay on through {}.", session.day(last))) }</div>
                        <div>{ "Nothing more is charged, and no money is given back. Until then it can be undone." }</div>
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

fn refund_words(preview: &CancelPreview, session: &crate::session::SignedIn) -> Html {
    html! {
        <div class="pl-words" aria-live="polite">
            <h3 class="pl-eyebrow">{ "What happens" }</h3>
            <div class="pl-row pl-row--between"><span>{ "Paid for this period" }</span><span class="pl-money">{ session.money(preview.base) }</span></div>
            <div class="pl-row pl-row--between"><span>{ format!("Unused: {} of {} days", preview.unused_days, preview.days) }</span>
                <span class="pl-money pl-strong">{ session.money(preview.refund) }</span></div>
            if preview.used.is_positive() {
                <div class="pl-row pl-row--between pl-small pl-subtle"><span>{ "Benefits already used this period" }</span><span class="pl-money">{ session.money(preview.used) }</span></div>
            }
            { for preview.tenders.iter().map(|tender| html! {
                <div class="pl-row pl-row--between pl-small pl-subtle"><span>{ format!("Goes back to: {}", tender_words(&tender.kind)) }</span><span class="pl-money">{ session.money(tender.amount) }</span></div>
            }) }
            <div class="pl-small pl-subtle">{ "It ends today, with its benefits and credits. This cannot be undone." }</div>
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
