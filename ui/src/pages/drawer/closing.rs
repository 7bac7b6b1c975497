//! Counting and closing the drawer.

use crate::bridge::problem_with;
use crate::components::{Dialog, MoneyField, MoneyText, Refusal, TextField, parse_money};
use crate::route::Route;
use crate::saving::use_saving;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::Money;
use protocol::drawers::{CloseDrawer, DrawerReport, OpenDrawerView};
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[derive(Properties, PartialEq)]
pub struct ClosingProps {
    pub open: OpenDrawerView,
    pub onclose: Callback<()>,
}

#[component]
pub fn Closing(props: &ClosingProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let router = use_router::<Route>();
    let currency = session.currency();
    let counted = use_state(String::new);
    let left = use_state(String::new);
    let note = use_state(String::new);
    let saving = use_saving::<CloseDrawer>(Callback::from(move |report: DrawerReport| {
        toast.done("Drawer closed");
        if let Some(router) = &router {
            router.push(Route::DrawerReport(report.id));
        }
    }));
    let expected = props.open.expected;
    let sum = parse_money(currency, &counted).ok().filter(|sum| !sum.is_negative());
    // What is not said otherwise stays in the drawer: nobody's money moves by leaving a field empty.
    let stays = if left.trim().is_empty() {
        sum
    } else {
        parse_money(currency, &left).ok().filter(|stays| !stays.is_negative())
    };
    let too_much = sum.zip(stays).is_some_and(|(sum, stays)| stays > sum);
    let difference = sum.map(|sum| sum - expected);
    let needs_note = difference.is_some_and(|difference| !difference.is_zero());
    let onprimary = {
        let (send, note) = (saving.send.clone(), note.clone());
        Callback::from(move |()| {
            if let (Some(counted), Some(left)) = (sum, stays) {
                send.emit(CloseDrawer { expected, counted, left, note: note.trim().to_owned() });
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let left_problem = if too_much {
        Some("More stays in the drawer than was counted in it.".into())
    } else {
        problem_with(saving.error.as_ref(), "left")
    };
    html! {
        <Dialog title="Close the drawer" primary="Close the drawer" {onprimary} onclose={props.onclose.clone()} width="32rem"
            disabled={saving.busy || sum.is_none() || stays.is_none() || too_much || (needs_note && note.trim().is_empty())}>
            <div class="pl-stack">
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} title="Not closed" />
                <MoneyField label="Counted in the drawer" required=true value={(*counted).clone()} onchange={set(&counted)} autofocus=true
                    error={problem_with(saving.error.as_ref(), "counted")} />
                <dl class="pl-kv pl-kv--sums">
                    <dt>{ "Expected" }</dt><dd><MoneyText amount={expected} /></dd>
                    <dt>{ "Difference" }</dt>
                    <dd>{ match difference {
                        None => html!(<span class="pl-subtle">{ "Count first" }</span>),
                        Some(Money::ZERO) => html!(<span class="pl-saving">{ "None" }</span>),
                        Some(more) if more.is_positive() => html!(<span class="pl-bad pl-strong">{ format!("{} too much", session.money(more)) }</span>),
                        Some(less) => html!(<span class="pl-bad pl-strong">{ format!("{} missing", session.money(-less)) }</span>),
                    } }</dd>
                </dl>
                if needs_note {
                    <TextField label="What do you know about the difference?" required=true value={(*note).clone()} onchange={set(&note)} max_length={500}
                        error={problem_with(saving.error.as_ref(), "note")} />
                }
                <MoneyField label="Stays in the drawer" value={(*left).clone()} onchange={set(&left)} error={left_problem}
                    help={match (sum, stays) {
                        (Some(sum), Some(stays)) if stays < sum => format!("{} is taken out, for the bank or the safe", session.money(sum - stays)),
                        _ => "Leave it empty when everything stays for the next opening".to_owned(),
                    }} />
            </div>
        </Dialog>
    }
}
