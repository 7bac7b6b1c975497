//! After the sale: the change, the receipt, print or keep it, and on to the next person.

use crate::components::{Button, Dialog, Look, print_paper};
use crate::outside;
use crate::pages::send_mail::SendMail;
use crate::pages::ticket::receipt::{PrintedReceipt, Receipt};
use crate::route::Route;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::Money;
use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use protocol::mail::Wanted;
use protocol::receipt::GetReceiptPdf;
use protocol::tickets::TicketView;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[derive(Properties, PartialEq)]
pub struct DoneProps {
    pub ticket: Rc<TicketView>,
    pub onnext: Callback<()>,
}

#[component]
pub fn Done(props: &DoneProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let router = use_router::<Route>();
    let settled = &props.ticket.settled;
    let change: Money = settled.tenders.iter().map(|tender| tender.change).sum();
    let paid: Money = settled.tenders.iter().map(|tender| tender.amount).sum();
    let onsave = use_callback((props.ticket.id, toast.clone()), |(), (id, toast)| {
        outside::keep_file(GetReceiptPdf { ticket: *id }, toast.clone());
    });
    let onprint = use_callback(toast, |(), toast| print_paper(toast.clone()));
    let onopen = {
        let (next, id) = (props.onnext.clone(), props.ticket.id);
        Callback::from(move |()| {
            next.emit(());
            if let Some(router) = &router {
                router.push(Route::Ticket(id));
            }
        })
    };
    use_shortcut('p', onprint.clone());
    let mailing = use_state(|| false);
    let mail = |shown: bool| {
        let mailing = mailing.clone();
        Callback::from(move |()| mailing.set(shown))
    };
    let title =
        if paid.is_zero() { "Nothing to pay".to_owned() } else { format!("{} paid", session.money(paid)) };
    html! {
        <>
            <Dialog {title} description={format!("Ticket {}", props.ticket.number)} primary={format!("Next {}", session.customer())}
                onprimary={props.onnext.clone()} onclose={props.onnext.clone()} secondary="" width="36rem"
                beside={html! { <>
                    <Button look={Look::Secondary} icon="print" text="Print" onclick={onprint} />
                    <Button look={Look::Secondary} icon="download" text="Save PDF" onclick={onsave} />
                    <Button look={Look::Secondary} icon="envelope" text="E-mail" onclick={mail(true)} />
                    <Button look={Look::Link} text="Open ticket" onclick={onopen} />
                </> }}>
                <div class="pl-stack">
                    if change.is_positive() {
                        <div class="pl-change" role="status"><span class="pl-strong">{ "Change" }</span><span class="pl-big">{ session.money(change) }</span></div>
                    }
                    <div class="pl-receipt-frame" tabindex="0" role="group" aria-label="Receipt"><Receipt ticket={props.ticket.clone()} /></div>
                </div>
            </Dialog>
            <PrintedReceipt ticket={props.ticket.clone()} />
            if *mailing {
                <SendMail what={Wanted::Receipt { ticket: props.ticket.id }} title={format!("Receipt {}", props.ticket.number)}
                    own={props.ticket.customer_email.clone()} onclose={mail(false)} />
            }
        </>
    }
}

/// Ctrl or Cmd with a letter does `run` while this is shown, wherever the focus is.
#[hook]
fn use_shortcut(letter: char, run: Callback<()>) {
    use_effect_with(run, move |run| {
        let run = run.clone();
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        let listener = web_sys::window().map(|window| {
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let held = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
                if held && event.key().eq_ignore_ascii_case(&letter.to_string()) {
                    event.prevent_default();
                    event.stop_propagation();
                    run.emit(());
                }
            })
        });
        move || drop(listener)
    });
}
