//! Finding the customer of a ticket, or writing down a new one.

use crate::components::{Button, Dialog, Look, use_new_person, use_person_search};
use crate::session::use_session;
use domain::CustomerId;
use protocol::customers::CustomerHit;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct AttachProps {
    pub onchoose: Callback<CustomerId>,
    pub onclose: Callback<()>,
    /// What it is for, where it is not simply the ticket.
    #[prop_or_default]
    pub description: AttrValue,
}

#[component]
pub fn Attach(props: &AttachProps) -> Html {
    let session = use_session();
    let word = session.customer();
    let creating = use_state(|| None::<String>);
    let choose = props.onchoose.reform(|hit: CustomerHit| hit.id);
    let search = use_person_search(
        "find-customer".into(),
        format!("Find a {word}").into(),
        Vec::new(),
        false,
        choose.clone(),
    );
    if let Some(name) = &*creating {
        let onback = {
            let creating = creating.clone();
            Callback::from(move |()| creating.set(None))
        };
        return html!(<New name={name.clone()} onmade={choose} {onback} />);
    }
    let choose_marked = {
        let marked = search.marked.clone();
        Callback::from(move |()| {
            if let Some(hit) = &marked {
                choose.emit(hit.clone());
            }
        })
    };
    let start_new = {
        let (creating, name) = (creating.clone(), search.new_name());
        Callback::from(move |()| creating.set(Some(name.clone())))
    };
    let typed = search.typed.trim();
    let new_words =
        if typed.is_empty() { format!("New {word}") } else { format!("New {word} “{typed}”") };
    let primary =
        search.marked.as_ref().map_or_else(AttrValue::default, |hit| format!("Add {}", hit.name).into());
    html! {
        <Dialog title={format!("Add a {word} to the ticket")} description={props.description.clone()} onclose={props.onclose.clone()} width="34rem"
            {primary} onprimary={choose_marked}
            beside={html!(<Button look={Look::Link} icon="user-plus" text={new_words} onclick={start_new} />)}>
            { search.view }
        </Dialog>
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
    let word = session.customer();
    let new = use_new_person(props.name.clone(), props.onmade.clone());
    html! {
        <Dialog title={format!("New {word}")} primary={format!("Save {word} and add")} disabled={!new.ready} onprimary={new.save}
            onclose={props.onback.clone()} secondary="Back" width="34rem">
            { new.view }
        </Dialog>
    }
}
