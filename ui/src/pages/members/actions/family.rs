//! Who else an enrollment covers.

use super::{OfEnrollment, use_sending};
use crate::components::{Dialog, Refusal, TextField};
use crate::ids;
use crate::pages::members::consent::ConsentChoice;
use crate::pages::members::drawer::places_words;
use crate::pages::members::find_customer::FindCustomer;
use crate::query::use_query;
use crate::session::{SignedIn, use_session};
use crate::toast::use_toast;
use domain::plan::Family;
use domain::{CustomerId, Money};
use protocol::customers::CustomerHit;
use protocol::enrollments::{
    AddDependent, ChangeHolder, Consent, EnrollmentView, PreviewChangeHolder, RemoveDependent,
};
use std::rc::Rc;
use yew::prelude::*;

#[component]
pub fn AddToFamily(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let person = use_state(|| None::<CustomerHit>);
    let view = &props.view;
    let add = {
        let (sending, toast, onclose, key, id) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, view.id);
        let person = (*person).clone();
        Callback::from(move |()| {
            let Some(hit) = person.clone() else { return };
            let (toast, onclose) = (toast.clone(), onclose.clone());
            sending.send(AddDependent { id, customer: hit.id }, key, move |covered| {
                toast.done(format!("{} is covered by {}", hit.name, covered.plan_name));
                onclose.emit(());
            });
        })
    };
    let without: Vec<CustomerId> =
        view.dependents.iter().map(|one| one.customer).chain([view.customer]).collect();
    let price = view.terms.family.add_on_price();
    let organization = view.seats.is_some();
    let words = match &view.terms.family {
        _ if organization => {
            let price = view.terms.family.add_on_price();
            if price.is_positive() {
                format!(
                    "The days from today to the next billing date stand on the next statement; then {} each time.",
                    session.money(price)
                )
            } else {
                "Shares what the organization has, at no extra price.".to_owned()
            }
        }
        Family::None => "These terms cover nobody else.".to_owned(),
        Family::Shared { .. } => "Draws from the member's credits, at no extra price.".to_owned(),
        Family::AddOn { .. } => {
            format!("Has credits of their own. {}", add_on_words(view, price, &session))
        }
        Family::Both { .. } => format!(
            "Has credits of their own, then draws from the member's. {}",
            add_on_words(view, price, &session)
        ),
    };
    let primary = person.as_ref().map_or_else(|| "Add".to_owned(), |hit| format!("Add {}", hit.name));
    html! {
        <Dialog title={if organization { format!("Add a person of {}", view.customer_name) } else { format!("Add to the family of {}", view.customer_name) }} width="34rem" {primary} disabled={person.is_none() || *sending.busy}
            onprimary={add} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not added" />
                <FindCustomer label={if organization { "Person" } else { "Family member" }} people_only=true chosen={(*person).clone()} {without} onchoose={let person = person.clone(); Callback::from(move |hit| person.set(hit))} />
                <p class="pl-small pl-subtle">{ words }{ " " }{ places_words(view) }</p>
            </div>
        </Dialog>
    }
}

/// What one more costs, beginning with the days that are not paid for yet.
fn add_on_words(view: &EnrollmentView, price: Money, session: &SignedIn) -> String {
    let each = session.money(price);
    if !price.is_positive() {
        return "At no extra price.".to_owned();
    }
    match view.period {
        None => format!("{each} more at every charge."),
        // The charge of today counts who is covered today.
        Some((first, _)) if first == session.today && !view.dues.is_empty() => {
            format!("{each} more from today's charge on.")
        }
        Some(_) => format!(
            "The days from today to the next billing date come with the next charge; then {each} more each time."
        ),
    }
}

#[derive(Properties, PartialEq)]
pub struct OfDependent {
    pub view: Rc<EnrollmentView>,
    pub customer: CustomerId,
    pub onclose: Callback<()>,
}

#[component]
pub fn RemoveFromFamily(props: &OfDependent) -> Html {
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let view = &props.view;
    let name = name_of(props);
    let remove = {
        let (sending, toast, onclose, key, id, customer, name) = (
            sending.clone(),
            toast.clone(),
            props.onclose.clone(),
            *key,
            view.id,
            props.customer,
            name.clone(),
        );
        Callback::from(move |()| {
            let (toast, onclose, name) = (toast.clone(), onclose.clone(), name.clone());
            sending.send(RemoveDependent { id, customer }, key, move |_| {
                toast.done(format!("{name} is no longer covered"));
                onclose.emit(());
            });
        })
    };
    html! {
        <Dialog title={if view.seats.is_some() { format!("Remove {name}?") } else { format!("Remove {name} from the family?") }} width="30rem" danger=true primary={format!("Remove {name}")} disabled={*sending.busy}
            onprimary={remove} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not removed" />
                <p>{ format!("{name} loses the benefits of {} today", view.plan_name) }{ if view.terms.family.own_lots() { ", with credits of their own." } else { "." } }</p>
                <p class="pl-subtle">{ "No money is given back." }</p>
            </div>
        </Dialog>
    }
}

/// Somebody of the family holds it and pays from now on.
#[component]
pub fn ChangeTheHolder(props: &OfDependent) -> Html {
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let reason = use_state(String::new);
    let consent = use_state(|| None::<Consent>);
    let view = &props.view;
    let name = name_of(props);
    let preview = use_query(PreviewChangeHolder { id: view.id, to: props.customer });
    let change = {
        let (sending, toast, onclose, key) = (sending.clone(), toast.clone(), props.onclose.clone(), *key);
        let (id, to, reason, consent) = (view.id, props.customer, reason.trim().to_owned(), *consent);
        Callback::from(move |()| {
            let Some(consent) = consent else { return };
            let (toast, onclose) = (toast.clone(), onclose.clone());
            sending.send(
                ChangeHolder { id, to, reason: reason.clone(), consent },
                key,
                move |held: EnrollmentView| {
                    toast.done(format!("{} holds {} now", held.customer_name, held.plan_name));
                    onclose.emit(());
                },
            );
        })
    };
    html! {
        <Dialog title={format!("Make {name} the holder?")} width="32rem" primary={format!("Make {name} the holder")} disabled={*sending.busy || consent.is_none()}
            onprimary={change} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not changed" />
                <Refusal error={preview.error.clone()} title="Not as it stands" onretry={preview.reload.clone()} />
                <p>{ format!("{name} pays for {} from the next charge on, and its credits are theirs. {} is no longer covered.", view.plan_name, view.customer_name) }</p>
                if view.terms.family.own_lots() { <p>{ format!("What is left of {name}’s own credits can still be used; no more is granted to them apart from the holder’s.") }</p> }
                <TextField label="Reason" value={(*reason).clone()} max_length={200} autofocus=true
                    onchange={let reason = reason.clone(); Callback::from(move |text| reason.set(text))} />
                <p class="pl-subtle">{ "No money moves." }</p>
                if let Some(known) = &preview.data {
                    <div class="pl-words"><h3 class="pl-eyebrow">{ format!("What {name} agrees to") }</h3><div class="pl-small pl-subtle">{ known.sentences.join(" ") }</div></div>
                    <ConsentChoice customer={props.customer} onchoose={let consent = consent.clone(); Callback::from(move |how| consent.set(how))} />
                }
            </div>
        </Dialog>
    }
}

pub(super) fn name_of(props: &OfDependent) -> String {
    let found = props.view.dependents.iter().find(|one| one.customer == props.customer);
    found.map_or_else(String::new, |one| one.name.clone())
}
