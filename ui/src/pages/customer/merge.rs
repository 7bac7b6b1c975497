//! Brings a duplicate under this customer, after showing what it has.

use crate::components::{Dialog, Notice, Refusal, Severity};
use crate::ids;
use crate::pages::members::actions::use_sending;
use crate::pages::members::find_customer::FindCustomer;
use crate::pages::memberships::words::plural;
use crate::query::use_query;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::CustomerId;
use protocol::customers::{CustomerHit, CustomerView, GetCustomer, MergeCustomers};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct MergeProps {
    pub keep: Rc<CustomerView>,
    pub onclose: Callback<()>,
}

#[component]
pub fn Merge(props: &MergeProps) -> Html {
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let duplicate = use_state(|| None::<CustomerHit>);
    let (keep, name) = (props.keep.customer.id, props.keep.customer.person.name.clone());
    let merge = {
        let (sending, toast, onclose, key, duplicate, name) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, (*duplicate).clone(), name.clone());
        Callback::from(move |()| {
            let Some(hit) = duplicate.clone() else { return };
            let (toast, onclose, name) = (toast.clone(), onclose.clone(), name.clone());
            sending.send(MergeCustomers { keep, duplicate: hit.id }, key, move |_| {
                toast.done(format!("{} is shown under {name} from now on", hit.name));
                onclose.emit(());
            });
        })
    };
    html! {
        <Dialog title={format!("Merge a duplicate into {name}")} primary={duplicate.as_ref().map_or_else(|| "Merge".to_owned(), |hit| format!("Merge {}", hit.name))}
            disabled={duplicate.is_none() || *sending.busy} onprimary={merge} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not merged" />
                <FindCustomer label="The duplicate" may_create=false chosen={(*duplicate).clone()} without={vec![keep]}
                    onchoose={let duplicate = duplicate.clone(); Callback::from(move |hit| duplicate.set(hit))} />
                if let Some(hit) = &*duplicate { <WhatMoves duplicate={hit.id} keep={props.keep.clone()} /> }
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct WhatMovesProps {
    duplicate: CustomerId,
    keep: Rc<CustomerView>,
}

#[component]
fn WhatMoves(props: &WhatMovesProps) -> Html {
    let session = use_session();
    let asked = use_query(GetCustomer { id: props.duplicate });
    let Some(view) = &asked.data else {
        return html! { <Refusal error={asked.error.clone()} title="The duplicate could not be read" onretry={asked.reload.clone()} /> };
    };
    let notes = view.customer.notes.len() as i64;
    html! {
        <>
            <div class="pl-words">
                <h3 class="pl-eyebrow">{ format!("Moves to {}", props.keep.customer.person.name) }</h3>
                { for view.enrollments.iter().map(|one| html! { <div><bdi>{ &one.plan_name }</bdi>{ format!(", with its credits and charges since {}", one.start.long()) }</div> }) }
                if view.enrollments.is_empty() { <div class="pl-subtle">{ "No memberships" }</div> }
                <div>{ format!("{}, {} spent", plural(view.tickets.into(), "ticket", "tickets"), session.money(view.spent)) }</div>
                if view.owed.is_positive() { <div>{ format!("{} owed", session.money(view.owed)) }</div> }
                if notes > 0 { <div>{ plural(notes, "note", "notes") }</div> }
            </div>
            <Notice severity={Severity::Warning} title="This cannot be undone">
                { format!("Name, e-mail and phone stay those of {}. The duplicate's own page leads here.", props.keep.customer.person.name) }
            </Notice>
        </>
    }
}
