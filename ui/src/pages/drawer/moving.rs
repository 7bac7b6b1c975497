//! Cash that comes in or goes out without a sale.

use crate::bridge::problem_with;
use crate::components::{Dialog, MoneyField, Refusal, TextField, parse_money};
use crate::saving::use_saving;
use crate::session::use_session;
use crate::toast::use_toast;
use protocol::drawers::{MoveCash, Way};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct MovingProps {
    pub way: Way,
    pub onclose: Callback<()>,
}

#[component]
pub fn Moving(props: &MovingProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let amount = use_state(String::new);
    let reason = use_state(String::new);
    let way = props.way;
    let (title, done, placeholder) = match way {
        Way::In => ("Pay in", "Paid in", "Change from the bank"),
        Way::Out => ("Pay out", "Paid out", "Window cleaner"),
    };
    let saving = {
        let onclose = props.onclose.clone();
        use_saving::<MoveCash>(Callback::from(move |_| {
            toast.done(done);
            onclose.emit(());
        }))
    };
    let typed = parse_money(session.currency(), &amount).ok().filter(|amount| amount.is_positive());
    let onprimary = {
        let (send, reason) = (saving.send.clone(), reason.clone());
        Callback::from(move |()| {
            if let Some(amount) = typed {
                send.emit(MoveCash { way, amount, reason: reason.trim().to_owned() });
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    html! {
        <Dialog {title} primary={title} {onprimary} onclose={props.onclose.clone()} width="30rem"
            disabled={saving.busy || typed.is_none() || reason.trim().is_empty()}>
            <div class="pl-stack">
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} title="No cash was recorded" />
                <MoneyField label="Amount" required=true value={(*amount).clone()} onchange={set(&amount)} autofocus=true
                    error={problem_with(saving.error.as_ref(), "amount")} />
                <TextField label="What for" required=true value={(*reason).clone()} onchange={set(&reason)} {placeholder} max_length={200}
                    error={problem_with(saving.error.as_ref(), "reason")} />
            </div>
        </Dialog>
    }
}
