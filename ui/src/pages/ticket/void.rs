//! Taking back a whole ticket on the day of its sale.

use crate::components::{Dialog, Notice, Refusal, Severity, TextField};
use crate::session::use_session;
use crate::toast::use_toast;
use crate::{bridge, ids};
use domain::checkout::LineKind;
use protocol::ErrorReply;
use protocol::receipt::tender_words;
use protocol::tickets::{TicketView, VoidTicket};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct VoidProps {
    pub ticket: Rc<TicketView>,
    pub onclose: Callback<()>,
}

#[component]
pub fn Void(props: &VoidProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let reason = use_state(String::new);
    let refusal = use_state(|| None::<ErrorReply>);
    let sending = use_state(|| false);
    let key = use_memo((), |()| ids::request_key());
    let number = props.ticket.number.clone();
    let onprimary = {
        let (reason, refusal, sending) = (reason.clone(), refusal.clone(), sending.clone());
        let (close, id, key, number) = (props.onclose.clone(), props.ticket.id, *key, number.clone());
        Callback::from(move |()| {
            let request = VoidTicket { id, reason: reason.trim().to_owned() };
            let (refusal, sending, close) = (refusal.clone(), sending.clone(), close.clone());
            let (toast, words) = (toast.clone(), format!("Ticket {number} voided"));
            sending.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act_with_key(request, key).await {
                    Ok(_) => {
                        toast.done(words);
                        close.emit(());
                    }
                    Err(error) => {
                        sending.set(false);
                        refusal.set(Some(error));
                    }
                }
            });
        })
    };
    let onreason = {
        let reason = reason.clone();
        Callback::from(move |typed| reason.set(typed))
    };
    let settled = &props.ticket.settled;
    let backs: Vec<String> = settled
        .tenders
        .iter()
        .map(|tender| {
            format!("{} {}", session.money(tender.amount), tender_words(&tender.kind).to_lowercase())
        })
        .collect();
    let mut what = if backs.is_empty() {
        "No money changes hands.".to_owned()
    } else {
        format!("Give back {}.", backs.join(" and "))
    };
    if !settled.quote.uses.is_empty() {
        what.push_str(" Credits and included services return to the member.");
    }
    let sold: Vec<&str> = settled
        .input
        .lines
        .iter()
        .filter(|line| line.kind == LineKind::Plan)
        .map(|line| line.name.as_str())
        .collect();
    if let Some((last, others)) = sold.split_last() {
        let names =
            if others.is_empty() { (*last).to_owned() } else { format!("{} and {last}", others.join(", ")) };
        let ends = if others.is_empty() { "ends" } else { "end" };
        what.push_str(&format!(" {names}, sold on it, {ends} at once, with every credit and benefit."));
    }
    html! {
        <Dialog title={format!("Void ticket {number}")} primary={format!("Void ticket {number}")} danger=true disabled={reason.trim().is_empty() || *sending}
            {onprimary} onclose={props.onclose.clone()} width="32rem">
            <div class="pl-stack">
                <Refusal error={(*refusal).clone()} title="Not voided. Nothing changed" />
                <Notice severity={Severity::Warning} title="The whole sale is taken back">{ what }</Notice>
                <TextField label="Reason" required=true value={(*reason).clone()} onchange={onreason} autofocus=true max_length={200} />
            </div>
        </Dialog>
    }
}
