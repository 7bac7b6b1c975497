//! Picks one person inside a dialog: by name, e-mail, phone or card, or puts a new one on file on the spot.

use crate::components::{Avatar, Button, Look, use_new_person, use_person_search};
use crate::session::use_session;
use domain::CustomerId;
use protocol::customers::CustomerHit;
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
    /// No organization.
    #[prop_or_default]
    pub people_only: bool,
}

#[component]
pub fn FindCustomer(props: &FindCustomerProps) -> Html {
    match &props.chosen {
        Some(hit) => {
            html!(<Chosen label={props.label.clone()} hit={hit.clone()} onagain={props.onchoose.reform(|()| None)} />)
        }
        None => html! {
            <Search label={props.label.clone()} onchoose={props.onchoose.reform(Some)} without={props.without.clone()}
                may_create={props.may_create} people_only={props.people_only} />
        },
    }
}

#[derive(Properties, PartialEq)]
struct ChosenProps {
    label: AttrValue,
    hit: CustomerHit,
    onagain: Callback<()>,
}

#[component]
fn Chosen(props: &ChosenProps) -> Html {
    let hit = &props.hit;
    let about: Vec<&str> = [hit.memberships.as_str(), hit.email.as_str(), hit.phone.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    html! {
        <div>
            <div class="pf-v6-c-form__label"><span class="pf-v6-c-form__label-text">{ &props.label }</span></div>
            <div class="pl-row pl-chosen">
                <Avatar name={hit.name.clone()} id={hit.id.uuid()} />
                <div class="pl-grow">
                    <div class="pl-strong pl-clip"><bdi>{ &hit.name }</bdi></div>
                    <div class="pl-small pl-subtle pl-clip">{ about.join(" · ") }</div>
                </div>
                <Button look={Look::Link} small=true text="Change" onclick={props.onagain.clone()} />
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SearchProps {
    label: AttrValue,
    onchoose: Callback<CustomerHit>,
    without: Vec<CustomerId>,
    may_create: bool,
    people_only: bool,
}

#[component]
fn Search(props: &SearchProps) -> Html {
    let session = use_session();
    let creating = use_state(|| None::<String>);
    let search = use_person_search(
        "find-customer".into(),
        props.label.clone(),
        props.without.clone(),
        props.people_only,
        props.onchoose.clone(),
    );
    if let Some(name) = &*creating {
        let onback = {
            let creating = creating.clone();
            Callback::from(move |()| creating.set(None))
        };
        return html!(<New name={name.clone()} onmade={props.onchoose.clone()} {onback} />);
    }
    let start_new = {
        let (creating, name) = (creating.clone(), search.new_name());
        Callback::from(move |()| creating.set(Some(name.clone())))
    };
    html! {
        <div>
            <label class="pf-v6-c-form__label" for="find-customer"><span class="pf-v6-c-form__label-text">{ &props.label }</span></label>
            { search.view }
            if props.may_create {
                <div class="pl-under">
                    <Button look={Look::Link} small=true icon="user-plus" text={format!("New {}", session.customer())} onclick={start_new} />
                </div>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NewProps {
    name: String,
    onmade: Callback<CustomerHit>,
    onback: Callback<()>,
}

#[component]
fn New(props: &NewProps) -> Html {
    let session = use_session();
    let new = use_new_person(props.name.clone(), props.onmade.clone());
    html! {
        <div class="pl-panel pl-stack">
            <h3 class="pl-section-title">{ format!("New {}", session.customer()) }</h3>
            { new.view }
            <div class="pl-row">
                <Button look={Look::Secondary} text="Put on file" disabled={!new.ready} onclick={new.save} />
                <Button look={Look::Link} text="Back to search" onclick={props.onback.clone()} />
            </div>
        </div>
    }
}
