//! Finding the customer of a ticket, or writing down a new one.

use crate::bridge;
use crate::components::{Avatar, Button, Dialog, Kind, Look, Refusal, SearchField, TextField};
use crate::query::use_query;
use crate::session::use_session;
use domain::CustomerId;
use domain::customer::Person;
use protocol::ErrorReply;
use protocol::customers::{CreateCustomer, CustomerHit, FindCustomers};
use web_sys::KeyboardEvent;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct AttachProps {
    pub onchoose: Callback<CustomerId>,
    pub onclose: Callback<()>,
    /// What it is for, where it is not simply the ticket.
    #[prop_or_default]
    pub description: AttrValue,
}

const SHOWN: u32 = 8;

#[component]
pub fn Attach(props: &AttachProps) -> Html {
    let session = use_session();
    let creating = use_state(|| None::<String>);
    let text = use_state(String::new);
    let marked = use_state(|| 0_usize);
    let found = use_query(FindCustomers { text: (*text).clone(), limit: Some(SHOWN) });
    if let Some(name) = &*creating {
        let onback = {
            let creating = creating.clone();
            Callback::from(move |()| creating.set(None))
        };
        return html!(<NewCustomer name={name.clone()} onchoose={props.onchoose.clone()} {onback} />);
    }
    let hits: Vec<CustomerHit> = found.data.as_deref().cloned().unwrap_or_default();
    let at = (*marked).min(hits.len().saturating_sub(1));
    let choose_marked = {
        let (choose, hit) = (props.onchoose.clone(), hits.get(at).map(|hit| hit.id));
        Callback::from(move |()| {
            if let Some(id) = hit {
                choose.emit(id)
            }
        })
    };
    let onchange = {
        let (text, marked) = (text.clone(), marked.clone());
        Callback::from(move |typed: String| {
            text.set(typed);
            marked.set(0);
        })
    };
    let onkeydown = {
        let (marked, last) = (marked.clone(), hits.len().saturating_sub(1));
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowDown" => (at + 1).min(last),
                "ArrowUp" => at.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            marked.set(next);
        })
    };
    let start_new = {
        let (creating, text) = (creating.clone(), text.clone());
        Callback::from(move |()| {
            let typed = text.trim();
            let is_a_name = !typed.contains('@') && !typed.chars().any(|letter| letter.is_ascii_digit());
            creating.set(Some(if is_a_name { typed.to_owned() } else { String::new() }));
        })
    };
    let word = session.customer();
    let new_words = if text.trim().is_empty() {
        format!("New {word}")
    } else {
        format!("New {word} “{}”", text.trim())
    };
    html! {
        <Dialog title={format!("Add a {word} to the ticket")} description={props.description.clone()} onclose={props.onclose.clone()} width="34rem"
            primary={hits.get(at).map_or_else(AttrValue::default, |hit| format!("Add {}", hit.name).into())} onprimary={choose_marked}
            beside={html!(<Button look={Look::Link} icon="user-plus" text={new_words} onclick={start_new} />)}>
            <div class="pl-stack" {onkeydown}>
                <SearchField value={(*text).clone()} {onchange} placeholder="Name, phone, e-mail or card" label={format!("Find a {word}")}
                    onenter={let choose = props.onchoose.clone(); let hit = hits.get(at).map(|hit| hit.id); Callback::from(move |_| if let Some(id) = hit { choose.emit(id) })} />
                <Refusal error={found.error.clone()} title="Nobody could be looked up" onretry={Some(found.reload.clone())} />
                <ul class="pl-found" role="listbox" aria-label={session.practice.customer_word.many()}>
                    { for hits.iter().enumerate().map(|(nth, hit)| row(hit, nth == at, &props.onchoose)) }
                </ul>
                if hits.is_empty() && found.data.is_some() {
                    <p class="pl-subtle">{ if text.trim().is_empty() { "Type some of a name, a phone number or an e-mail address, or scan a card.".to_owned() } else { format!("No {word} matches. Write them down as new.") } }</p>
                }
            </div>
        </Dialog>
    }
}

fn row(hit: &CustomerHit, on: bool, choose: &Callback<CustomerId>) -> Html {
    let id = hit.id;
    let onclick = choose.reform(move |_: MouseEvent| id);
    let reach: Vec<&str> =
        [hit.email.as_str(), hit.phone.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
    html! {
        <li key={id.to_string()} role="option" aria-selected={on.to_string()} class={classes!("pl-found-row", on.then_some("pl-found-row--on"))} {onclick}>
            <Avatar name={hit.name.clone()} id={Some(id.uuid())} />
            <span class="pl-grow">
                <span class="pl-clip pl-strong" dir="auto">{ &hit.name }</span>
                <span class="pl-small pl-subtle pl-clip">{ reach.join(" · ") }</span>
            </span>
            <span class="pl-small">{ &hit.memberships }</span>
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct NewCustomerProps {
    name: String,
    onchoose: Callback<CustomerId>,
    onback: Callback<()>,
}

#[component]
fn NewCustomer(props: &NewCustomerProps) -> Html {
    let session = use_session();
    let name = use_state(|| props.name.clone());
    let email = use_state(String::new);
    let phone = use_state(String::new);
    let card = use_state(String::new);
    let refusal = use_state(|| None::<ErrorReply>);
    let sending = use_state(|| false);
    let key = use_memo((), |()| crate::ids::request_key());
    let onprimary = {
        let person = Person {
            name: name.trim().to_owned(),
            email: email.trim().to_owned(),
            phone: phone.trim().to_owned(),
            card_code: card.trim().to_owned(),
            ..Person::default()
        };
        let (refusal, sending, choose, key) =
            (refusal.clone(), sending.clone(), props.onchoose.clone(), *key);
        Callback::from(move |()| {
            let person = person.clone();
            let (refusal, sending, choose) = (refusal.clone(), sending.clone(), choose.clone());
            sending.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act_with_key(CreateCustomer { person }, key).await {
                    Ok(made) => choose.emit(made.customer.id),
                    Err(error) => {
                        refusal.set(Some(error));
                        sending.set(false);
                    }
                }
            });
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |typed| state.set(typed))
    };
    let word = session.customer();
    html! {
        <Dialog title={format!("New {word}")} primary={format!("Save {word} and add")} disabled={name.trim().is_empty() || *sending} {onprimary}
            onclose={props.onback.clone()} secondary="Back" width="34rem">
            <div class="pl-stack">
                <Refusal error={(*refusal).clone()} title={format!("The {word} was not saved")} />
                <div class="pl-fields">
                    <TextField label="Name" required=true value={(*name).clone()} onchange={set(&name)} autofocus=true wide=true max_length={200} />
                    <TextField label="E-mail" kind={Kind::Email} value={(*email).clone()} onchange={set(&email)} max_length={254} />
                    <TextField label="Phone" kind={Kind::Phone} value={(*phone).clone()} onchange={set(&phone)} max_length={40} />
                    <TextField label="Card code" value={(*card).clone()} onchange={set(&card)} help="Scan the member card, if there is one" max_length={80} wide=true />
                </div>
            </div>
        </Dialog>
    }
}
