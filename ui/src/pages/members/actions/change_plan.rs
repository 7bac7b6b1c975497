//! Takes a membership over to another tier, after showing what it charges, gives back and changes.

use super::{OfEnrollment, use_sending};
use crate::components::{
    Dialog, MoneyText, Notice, Refusal, Select, Severity, Skeleton, TenderFields, Typed, cash_alone,
};
use crate::ids;
use crate::pages::members::consent::ConsentChoice;
use crate::pages::members::enroll::is_sold_at;
use crate::pages::members::receipt::Taken;
use crate::pages::memberships::words::every;
use crate::query::{Query, use_query, use_query_once_known};
use crate::session::use_session;
use crate::toast::use_toast;
use domain::{Money, PlanId};
use protocol::enrollments::{
    ChangePlan as ChangeRequest, ChangePlanPreview, ChangedPlan, ChargeReceipt, Consent, EnrollmentView,
    KeepTerms, PreviewChangePlan,
};
use protocol::plans::{ListPlans, PlanView};
use protocol::receipt::tender_words;
use yew::prelude::*;

#[component]
pub fn ChangePlan(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let plans = use_query(ListPlans {});
    let plan = use_state(|| None::<PlanId>);
    let preview = use_query_once_known(plan.map(|plan| PreviewChangePlan { id: props.view.id, plan }));
    let pay_now = use_state(|| true);
    let typed = use_state(Typed::default);
    let consent = use_state(|| None::<Consent>);
    let taken = use_state(|| None::<ChargeReceipt>);
    let view = &props.view;
    if let Some(receipt) = &*taken {
        let title = format!("{} has another membership", view.customer_name);
        return html! { <Taken {title} receipt={receipt.clone()} onclose={props.onclose.clone()} /> };
    }
    let on_sale: Vec<PlanView> = plans
        .data
        .iter()
        .flat_map(|list| &list.plans)
        .filter(|other| other.plan.id != view.plan && is_sold_at(other, session.location.id))
        .cloned()
        .collect();
    let known = preview.data.clone().filter(|_| preview.error.is_none());
    let due = known.as_ref().map_or(Money::ZERO, |known| known.due);
    let takes_now = *pay_now && due.is_positive();
    let currency = session.currency();
    let covered = typed.covers(due, currency);
    let change = {
        let (sending, toast, onclose, key, id) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, view.id);
        let (plan, known, covered, consent, taken) =
            (*plan, known.clone(), covered.clone(), *consent, taken.clone());
        let session = session.clone();
        Callback::from(move |()| {
            let (Some(plan), Some(known), Some(consent)) = (plan, &known, consent) else { return };
            let tenders = match (takes_now, &covered) {
                (false, _) => Vec::new(),
                (true, Ok(covered)) => covered.offers.clone(),
                (true, Err(_)) => return,
            };
            let request = ChangeRequest {
                id,
                plan,
                version: known.version,
                expected_due: known.due,
                expected_refund: known.refund,
                tenders,
                consent,
            };
            let (toast, onclose, taken, session) =
                (toast.clone(), onclose.clone(), taken.clone(), session.clone());
            sending.send(request, key, move |changed: ChangedPlan| match changed.receipt {
                Some(receipt) => taken.set(Some(receipt)),
                None => {
                    let backs: Vec<String> = changed
                        .given_back
                        .iter()
                        .map(|tender| {
                            format!(
                                "{} {}",
                                session.money(tender.amount),
                                tender_words(&tender.kind).to_lowercase()
                            )
                        })
                        .collect();
                    if backs.is_empty() {
                        toast.done("Membership changed");
                    } else {
                        // It stays until somebody has done it.
                        toast
                            .warn(format!("Give back {}", backs.join(" and ")), "The membership is changed.");
                    }
                    onclose.emit(());
                }
            });
        })
    };
    let primary = match &known {
        None => "Change".to_owned(),
        Some(known) if !known.now => format!("Change on {}", session.day(known.effective_on)),
        Some(_) if takes_now => format!("Change and take {}", session.money(due)),
        Some(known) if known.refund.is_positive() => {
            format!("Change and give back {}", session.money(known.refund))
        }
        Some(_) if due.is_positive() => format!("Change, {} stays due", session.money(due)),
        Some(_) => "Change today".to_owned(),
    };
    let ready = preview.fresh && consent.is_some() && !*sending.busy && (!takes_now || covered.is_ok());
    let options: Vec<(PlanId, AttrValue)> = on_sale
        .iter()
        .map(|other| {
            let terms = &other.plan.current().terms;
            let words = format!(
                "{}, {} {}",
                other.plan.about.name,
                session.money(terms.price),
                every(terms.frequency)
            );
            (other.plan.id, words.into())
        })
        .collect();
    let onselect = {
        let plan = plan.clone();
        Callback::from(move |id| plan.set(Some(id)))
    };
    html! {
        <Dialog title={format!("Change the membership of {}", view.customer_name)} description={view.plan_name.clone()} {primary} disabled={!ready}
            onprimary={change} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not changed" />
                <Refusal error={plans.error.clone()} title="The tiers could not be read" onretry={plans.reload.clone()} />
                if plans.data.is_some() && on_sale.is_empty() {
                    <Notice severity={Severity::Info} title="No other tier is on sale here">{ "Add a membership under Inventory first." }</Notice>
                } else {
                    <Select<PlanId> label="New tier" {options} selected={*plan} {onselect} placeholder="Choose a tier" />
                }
                <WhatChanges {preview} />
                if let Some(known) = &known {
                    <ConsentChoice key={known.sentences.join(" ")} customer={view.customer} onchoose={let consent = consent.clone(); Callback::from(move |how| consent.set(how))} />
                }
                if due.is_positive() {
                    <div class="pf-v6-c-check">
                        <input class="pf-v6-c-check__input" type="checkbox" id="change-pay" checked={*pay_now}
                            onchange={let pay_now = pay_now.clone(); Callback::from(move |_: Event| pay_now.set(!*pay_now))} />
                        <label class="pf-v6-c-check__label" for="change-pay">{ format!("Take {} now", session.money(due)) }</label>
                    </div>
                    if *pay_now {
                        <TenderFields typed={(*typed).clone()} onchange={let typed = typed.clone(); Callback::from(move |next| typed.set(next))}
                            {currency} {due} exact_cash={cash_alone(due, currency)} out={covered} />
                    }
                }
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct WhatChangesProps {
    preview: Query<ChangePlanPreview>,
}

/// Old and new side by side, and what the desk will do, in its own words.
#[component]
fn WhatChanges(props: &WhatChangesProps) -> Html {
    let session = use_session();
    let preview = &props.preview;
    if preview.error.is_some() {
        return html! { <Refusal error={preview.error.clone()} title="It cannot change like this" /> };
    }
    let Some(known) = &preview.data else {
        return html!(if preview.slow { <Skeleton width="100%" /> });
    };
    let line = |words: String, amount: Money| {
        html! {
            <div class="pl-row pl-row--between"><span>{ words }</span><span class="pl-strong"><MoneyText {amount} /></span></div>
        }
    };
    let next = |charge: &protocol::enrollments::ChargeLine| line(session.day(charge.on), charge.amount);
    html! {
        <>
            <div class="pl-words" aria-live="polite">
                <h3 class="pl-eyebrow">{ "What happens" }</h3>
                if known.now {
                    if known.carried.is_positive() { { line("Unused days of the old period".to_owned(), -(known.carried + known.refund)) } }
                    { line("Due today".to_owned(), known.due) }
                    if known.refund.is_positive() { { line("Goes back".to_owned(), known.refund) } }
                } else if let Some(first) = &known.first {
                    { next(first) }
                }
                if let Some(then) = &known.next { { next(then) } }
                <div class="pl-small pl-subtle">{ known.sentences.join(" ") }</div>
            </div>
            if !known.ends.is_empty() {
                <Notice severity={Severity::Warning} title="Ends with the old membership">{ known.ends.join(", ") }</Notice>
            }
            if known.needs_manager {
                <p class="pl-small pl-subtle">{ "A manager enters their PIN for what goes back." }</p>
            }
            { super::update_terms::old_and_new("Now", known.old_price, &known.old_benefits, "Then", known.new_price, &known.new_benefits) }
        </>
    }
}

/// Drops what was agreed for the next billing date.
#[component]
pub fn KeepAsItIs(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let view = &props.view;
    let keep = {
        let (sending, toast, onclose, key, id) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, view.id);
        Callback::from(move |()| {
            let (toast, onclose) = (toast.clone(), onclose.clone());
            sending.send(KeepTerms { id }, key, move |kept: EnrollmentView| {
                toast.done(format!("{} stays as it is", kept.plan_name));
                onclose.emit(());
            });
        })
    };
    let words = match &view.pending_terms {
        Some(pending) => {
            let what = pending.plan.clone().unwrap_or_else(|| format!("version {}", pending.version));
            format!(
                "It would go over to {what} on {}, at {}. That is dropped, and {} goes on as it is.",
                session.day(pending.from),
                session.money(pending.price),
                view.plan_name
            )
        }
        None => "Nothing is agreed for later.".to_owned(),
    };
    html! {
        <Dialog title={format!("Keep {} as it is?", view.plan_name)} width="30rem" primary={format!("Keep {}", view.plan_name)} disabled={*sending.busy}
            onprimary={keep} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not dropped" />
                <p>{ words }</p>
                <p class="pl-subtle">{ "No money moves." }</p>
            </div>
        </Dialog>
    }
}
