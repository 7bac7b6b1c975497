//! Picks one person: by name, e-mail, phone or card, or puts a new one on file on the spot.

use crate::bridge;
use crate::components::{Avatar, Button, Look, Refusal, control_value};
use crate::query::use_query;
use crate::session::use_session;
use domain::CustomerId;
use domain::customer::Person;
use protocol::ErrorReply;
use protocol::customers::{CreateCustomer, CustomerHit, FindCustomers};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct FindCustomerProps {
    pub label: AttrValue,
    pub chosen: Option<CustomerHit>,
    pub onchoose: Callback<Option<CustomerHit>>,
    /// Who cannot be chosen here.
    #[prop_or_default]
    pub without: Vec<CustomerId>,
    /// A new person may be put on file.
    #[prop_or(true)]
    pub may_create: bool,
}

#[component]
pub fn FindCustomer(props: &FindCustomerProps) -> Html {
    let text = use_state(String::new);
    let creating = use_state(|| false);
    let session = use_session();
    if let Some(hit) = &props.chosen {
        let again = props.onchoose.reform(|()| None);
        return html! {
            <div>
                <div class="pf-v6-c-form__label"><span class="pf-v6-c-form__label-text">{ &props.label }</span></div>
                <div class="pl-row pl-chosen">
                    <Avatar name={hit.name.clone()} id={hit.id.uuid()} />
                    <div class="pl-grow">
                        <div class="pl-strong pl-clip"><bdi>{ &hit.name }</bdi></div>
                        <div class="pl-small pl-subtle pl-clip">{ contact(hit) }</div>
                    </div>
                    <Button look={Look::Link} small=true text="Change" onclick={again} />
                </div>
            </div>
        };
    }
    if *creating {
        let oncancel = {
            let creating = creating.clone();
            Callback::from(move |()| creating.set(false))
        };
        return html! { <NewCustomer name={(*text).clone()} oncreated={props.onchoose.reform(Some)} {oncancel} /> };
    }
    let oninput = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| text.set(control_value(&event)))
    };
    let create = {
        let creating = creating.clone();
        Callback::from(move |()| creating.set(true))
    };
    html! {
        <div>
            <label class="pf-v6-c-form__label" for="find-customer"><span class="pf-v6-c-form__label-text">{ &props.label }</span></label>
            <span class="pf-v6-c-form-control">
                <input id="find-customer" type="text" autocomplete="off" spellcheck="false" data-autofocus="" dir="auto"
                    placeholder="Name, e-mail, phone or card" value={(*text).clone()} {oninput} />
            </span>
            if !text.trim().is_empty() {
                <Hits text={text.trim().to_owned()} onchoose={props.onchoose.reform(Some)} without={props.without.clone()} />
            }
            if props.may_create {
                <div class="pl-under">
                    <Button look={Look::Link} small=true icon="user-plus" text={format!("New {}", session.customer())} onclick={create} />
                </div>
            }
        </div>
    }
}

fn contact(hit: &CustomerHit) -> String {
    [hit.memberships.as_str(), hit.email.as_str(), hit.phone.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

#[derive(Properties, PartialEq)]
struct HitsProps {
    text: String,
    onchoose: Callback<CustomerHit>,
    without: Vec<CustomerId>,
}

#[component]
fn Hits(props: &HitsProps) -> Html {
    let session = use_session();
    let found = use_query(FindCustomers { text: props.text.clone(), limit: Some(8) });
    let Some(hits) = &found.data else {
        return html! { <Refusal error={found.error.clone()} title="The search did not work" onretry={found.reload.clone()} /> };
    };
    let hits: Vec<&CustomerHit> = hits.iter().filter(|hit| !props.without.contains(&hit.id)).collect();
    html! {
        <div class="pl-hits" role="group" aria-label="Found">
            if hits.is_empty() { <p class="pl-small pl-subtle">{ format!("No {} found.", session.customer()) }</p> }
            { for hits.into_iter().map(|hit| {
                let onclick = {
                    let (onchoose, hit) = (props.onchoose.clone(), hit.clone());
                    Callback::from(move |_: MouseEvent| onchoose.emit(hit.clone()))
                };
                html! {
                    <button type="button" class="pl-hit" key={hit.id.to_string()} {onclick}>
                        <Avatar name={hit.name.clone()} id={hit.id.uuid()} />
                        <span class="pl-grow">
                            <span class="pl-strong pl-clip"><bdi>{ &hit.name }</bdi></span>
                            <span class="pl-small pl-subtle pl-clip">{ contact(hit) }</span>
                        </span>
                    </button>
                }
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NewCustomerProps {
    name: String,
    oncreated: Callback<CustomerHit>,
    oncancel: Callback<()>,
}

#[component]
fn NewCustomer(props: &NewCustomerProps) -> Html {
    let session = use_session();
    let person = use_state(|| Person { name: props.name.clone(), ..Person::default() });
    let refusal = use_state(|| None::<ErrorReply>);
    let busy = use_state(|| false);
    let field = |id: &'static str, label: &'static str, value: String, put: fn(&mut Person, String)| {
        let person = person.clone();
        let oninput = Callback::from(move |event: InputEvent| {
            let mut next = (*person).clone();
            put(&mut next, control_value(&event));
            person.set(next);
        });
        html! {
            <div class="pf-v6-c-form__group">
                <div class="pf-v6-c-form__group-label"><label class="pf-v6-c-form__label" for={id}><span class="pf-v6-c-form__label-text">{ label }</span></label></div>
                <div class="pf-v6-c-form__group-control"><span class="pf-v6-c-form-control"><input {id} type="text" autocomplete="off" maxlength="200" dir="auto" {value} {oninput} /></span></div>
            </div>
        }
    };
    let create = {
        let (person, refusal, busy, oncreated) =
            (person.clone(), refusal.clone(), busy.clone(), props.oncreated.clone());
        Callback::from(move |()| {
            busy.set(true);
            let (person, refusal, busy, oncreated) =
                ((*person).clone(), refusal.clone(), busy.clone(), oncreated.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act(CreateCustomer { person }).await {
                    Ok(view) => {
                        let Person { name, email, phone, .. } = view.customer.person;
                        oncreated.emit(CustomerHit {
                            id: view.customer.id,
                            name,
                            email,
                            phone,
                            memberships: String::new(),
                            by_card: false,
                        });
                    }
                    Err(error) => {
                        busy.set(false);
                        refusal.set(Some(error));
                    }
                }
            });
        })
    };
    html! {
        <div class="pl-panel pl-stack">
            <h3 class="pl-section-title">{ format!("New {}", session.customer()) }</h3>
            <Refusal error={(*refusal).clone()} />
            <div class="pl-fields">
                { field("new-name", "Name", person.name.clone(), |person, text| person.name = text) }
                { field("new-email", "E-mail", person.email.clone(), |person, text| person.email = text) }
                { field("new-phone", "Phone", person.phone.clone(), |person, text| person.phone = text) }
            </div>
            <div class="pl-row">
                <Button look={Look::Secondary} text="Put on file" disabled={*busy || person.name.trim().is_empty()} onclick={create} />
                <Button look={Look::Link} text="Back to search" onclick={props.oncancel.clone()} />
            </div>
        </div>
    }
}
