//! Settles benefits that were used before their charge was paid.

use super::{OfEnrollment, use_sending};
use crate::components::{Dialog, RadioCard, RadioCards, Refusal, TextField};
use crate::ids;
use crate::session::use_session;
use crate::toast::use_toast;
use protocol::enrollments::SettleTrust as Settle;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Paid,
    Forgiven,
}

/// Paid on a receipt, or forgiven by a manager.
#[component]
pub fn SettleTrust(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let how = use_state(|| How::Paid);
    let key = use_memo((), |()| ids::request_key());
    let receipt = use_state(String::new);
    let reason = use_state(String::new);
    let view = &props.view;
    let used = session.money(view.card.as_ref().map_or(domain::Money::ZERO, |billing| billing.on_trust));
    let (needed, missing) = match *how {
        How::Paid => (receipt.trim().to_owned(), receipt.trim().is_empty()),
        How::Forgiven => (String::new(), reason.trim().is_empty()),
    };
    let onprimary = {
        let (sending, toast, onclose, id, key) =
            (sending.clone(), toast.clone(), props.onclose.clone(), view.id, *key);
        let reason = reason.trim().to_owned();
        Callback::from(move |()| {
            let (toast, onclose) = (toast.clone(), onclose.clone());
            let request = Settle { id, receipt: needed.clone(), reason: reason.clone() };
            sending.send(request, key, move |_| {
                toast.done("What was used is settled");
                onclose.emit(());
            });
        })
    };
    let cards = vec![
        RadioCard::new(
            How::Paid,
            "They paid it at the checkout",
            format!("As a fee of {used}; type the receipt's number."),
        ),
        RadioCard::new(How::Forgiven, "Forgive it", "The practice bears it; a manager decides.".to_owned()),
    ];
    let primary = match *how {
        How::Paid => format!("Settle {used}"),
        How::Forgiven => format!("Forgive {used}"),
    };
    let onselect = {
        let how = how.clone();
        Callback::from(move |chosen| how.set(chosen))
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text| state.set(text))
    };
    html! {
        <Dialog title={format!("{used} of benefits were used before they were paid for")} description={format!("{}, {}", view.customer_name, view.plan_name)} {primary} {onprimary}
            disabled={*sending.busy || missing} onclose={props.onclose.clone()} width="34rem">
            <div class="pl-stack pl-dialog-form">
                <Refusal error={(*sending.refusal).clone()} title="Not settled" />
                <RadioCards<How> label="How it is settled" {cards} selected={*how} columns={1} {onselect} />
                if *how == How::Paid {
                    <TextField label="Receipt number" required=true value={(*receipt).clone()} max_length={40} onchange={set(&receipt)} />
                }
                <TextField label={if *how == How::Forgiven { "Reason" } else { "Note (optional)" }} required={*how == How::Forgiven} value={(*reason).clone()} max_length={200} onchange={set(&reason)} />
            </div>
        </Dialog>
    }
}
