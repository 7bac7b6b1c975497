//! Takes the oldest unpaid charge of an enrollment at the counter.

use super::{OfEnrollment, use_sending};
use crate::components::{Dialog, MoneyText, Refusal, TenderFields, Typed, cash_alone};
use crate::ids;
use crate::pages::members::receipt::Taken;
use crate::session::use_session;
use protocol::enrollments::{ChargeReceipt, CollectRenewal};
use yew::prelude::*;

#[component]
pub fn Collect(props: &OfEnrollment) -> Html {
    let session = use_session();
    let typed = use_state(Typed::default);
    let taken = use_state(|| None::<ChargeReceipt>);
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let view = &props.view;
    let title = format!("Collect from {}", view.customer_name);
    if let Some(receipt) = &*taken {
        return html! { <Taken title={format!("Collected {}", session.money(receipt.total))} receipt={receipt.clone()} onclose={props.onclose.clone()} /> };
    }
    let Some(due) = view.dues.first().cloned() else {
        return html! {
            <Dialog {title} width="30rem" secondary="Close" onclose={props.onclose.clone()}><p>{ "Nothing is owed." }</p></Dialog>
        };
    };
    let currency = session.currency();
    let covered = typed.covers(due.amount, currency);
    let disabled = covered.is_err() || *sending.busy;
    let collect = {
        let (covered, taken, sending, id, key) =
            (covered.clone(), taken.clone(), sending.clone(), view.id, *key);
        Callback::from(move |()| {
            let Ok(covered) = &covered else { return };
            let taken = taken.clone();
            let request = CollectRenewal { id, expected: due.amount, tenders: covered.offers.clone() };
            sending.send(request, key, move |collected| taken.set(Some(collected.receipt)));
        })
    };
    let more = view.dues.len() - 1;
    let onchange = {
        let typed = typed.clone();
        Callback::from(move |next| typed.set(next))
    };
    html! {
        <Dialog {title} description={format!("{} · {}", view.plan_name, due.words)} primary={format!("Collect {}", session.money(due.amount))}
            {disabled} onprimary={collect} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not collected" />
                <div class="pl-words">
                    <div class="pl-row pl-row--between">
                        <span><b class="pl-strong">{ session.day(due.on) }</b>{ format!(", {}", due.words) }</span>
                        <MoneyText amount={due.amount} strong=true />
                    </div>
                    if !due.tax.is_zero() { <div class="pl-small pl-subtle">{ format!("{} of it is tax.", session.money(due.tax)) }</div> }
                    if more > 0 {
                        <div class="pl-small pl-subtle">
                            { format!("The oldest charge first. {} more {} owed after it, {} in all.", more, if more == 1 { "is" } else { "are" }, session.money(view.owed)) }
                        </div>
                    }
                </div>
                <TenderFields typed={(*typed).clone()} {onchange} {currency} due={due.amount} exact_cash={cash_alone(due.amount, currency)} out={covered} autofocus=true />
            </div>
        </Dialog>
    }
}
