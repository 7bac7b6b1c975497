//! Finding one person, or writing down a new one: the same everywhere, in a dialog of its own or inside another.

use super::{Avatar, Kind, Refusal, SearchField, TextField};
use crate::bridge;
use crate::keys::use_scan;
use crate::query::use_query;
use crate::session::use_session;
use domain::CustomerId;
use domain::customer::Person;
use protocol::ErrorReply;
use protocol::customers::{CreateCustomer, CustomerHit, FindCustomers};
use std::rc::Rc;
use web_sys::KeyboardEvent;
use yew::prelude::*;

const SHOWN: u32 = 8;

/// A search for a person, and whoever is marked in what it found.
pub struct PersonSearch {
    pub view: Html,
    pub typed: String,
    /// Whom Enter and the dialog's button choose.
    pub marked: Option<CustomerHit>,
}

impl PersonSearch {
    /// What was typed, where it looks like the name of somebody new.
    pub fn new_name(&self) -> String {
        let typed = self.typed.trim();
        let is_a_name = !typed.contains('@') && !typed.chars().any(|letter| letter.is_ascii_digit());
        if is_a_name { typed.to_owned() } else { String::new() }
    }
}

/// Searches by name, e-mail, phone or card as it is typed; the arrow keys mark and Enter chooses.
///
/// Enter never acts on what an earlier text found. Where the answer is still on its way it waits, and then chooses
/// only whom it cannot mistake: the holder of the card, or the only one found.
#[hook]
pub fn use_person_search(
    id: AttrValue,
    label: AttrValue,
    without: Vec<CustomerId>,
    people_only: bool,
    onchoose: Callback<CustomerHit>,
) -> PersonSearch {
    let session = use_session();
    let text = use_state(String::new);
    let marked = use_state(|| 0_usize);
    let waiting = use_state(|| false);
    let found = use_query(FindCustomers { text: (*text).clone(), limit: Some(SHOWN) });
    let (hits, more) =
        found.data.as_deref().map_or((Vec::new(), false), |found| (found.people.clone(), found.more));
    let hits: Vec<CustomerHit> = hits
        .into_iter()
        .filter(|hit| !(without.contains(&hit.id) || people_only && hit.organization))
        .collect();
    let at = (*marked).min(hits.len().saturating_sub(1));
    let fresh = found.fresh;
    let mark = hits.get(at).filter(|_| fresh).cloned();
    {
        let (waiting, onchoose) = (waiting.clone(), onchoose.clone());
        let sure = match hits.as_slice() {
            [only] => Some(only.clone()),
            [first, ..] if first.by_card => Some(first.clone()),
            _ => None,
        };
        use_effect_with((*waiting, fresh, sure), move |(asked, fresh, sure)| {
            if *asked && *fresh {
                waiting.set(false);
                if let Some(hit) = sure {
                    onchoose.emit(hit.clone());
                }
            }
        });
    }
    let onchange = {
        let (text, marked, waiting) = (text.clone(), marked.clone(), waiting.clone());
        Callback::from(move |typed: String| {
            text.set(typed);
            marked.set(0);
            waiting.set(false);
        })
    };
    let onenter = {
        let (mark, waiting, onchoose) = (mark.clone(), waiting.clone(), onchoose.clone());
        Callback::from(move |_: String| match &mark {
            Some(hit) => onchoose.emit(hit.clone()),
            None if !fresh => waiting.set(true),
            None => {}
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
    let word = session.customer();
    let nobody = hits.is_empty() && fresh;
    let view = html! {
        <div class="pl-stack" {onkeydown}>
            <SearchField {id} value={(*text).clone()} {onchange} {onenter} placeholder="Name, phone, e-mail or card" {label} />
            <Refusal error={found.error.clone()} title="Nobody could be looked up" onretry={Some(found.reload.clone())} />
            <ul class="pl-found" role="listbox" aria-label={session.practice.customer_word.many()}>
                { for hits.iter().enumerate().map(|(nth, hit)| row(hit, nth == at, &onchoose)) }
            </ul>
            if more && !hits.is_empty() {
                <p class="pl-subtle pl-small">{ "And more: type on to find them." }</p>
            }
            if nobody {
                <p class="pl-subtle pl-small">{ if text.trim().is_empty() { "Type some of a name, a phone number or an e-mail address, or scan a card.".to_owned() } else { format!("No {word} matches.") } }</p>
            }
        </div>
    };
    PersonSearch { view, typed: (*text).clone(), marked: mark }
}

fn row(hit: &CustomerHit, on: bool, choose: &Callback<CustomerHit>) -> Html {
    let onclick = {
        let hit = hit.clone();
        choose.reform(move |_: MouseEvent| hit.clone())
    };
    let reach: Vec<&str> =
        [hit.email.as_str(), hit.phone.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
    html! {
        <li key={hit.id.to_string()} role="option" aria-selected={on.to_string()} class={classes!("pl-found-row", on.then_some("pl-found-row--on"))} {onclick}>
            <Avatar name={hit.name.clone()} id={Some(hit.id.uuid())} organization={hit.organization} />
            <span class="pl-grow">
                <span class="pl-clip pl-strong" dir="auto">{ &hit.name }</span>
                <span class="pl-small pl-subtle pl-clip">{ reach.join(" · ") }</span>
            </span>
            <span class="pl-small">{ &hit.memberships }</span>
        </li>
    }
}

/// What is typed of a new person; a field's change builds on the others as they stand then.
#[derive(Clone, PartialEq)]
struct Typed(Person);

impl Reducible for Typed {
    type Action = (fn(&mut Person, String), String);

    fn reduce(self: Rc<Self>, (put, typed): Self::Action) -> Rc<Self> {
        let mut next = (*self).clone();
        put(&mut next.0, typed);
        Rc::new(next)
    }
}

/// A new person being written down.
pub struct NewPerson {
    pub view: Html,
    /// There is a name, and nothing is on its way.
    pub ready: bool,
    pub save: Callback<()>,
}

/// The few fields that put a person on file at the counter, under one key: pressed twice, it is still one person.
#[hook]
pub fn use_new_person(name: String, onmade: Callback<CustomerHit>) -> NewPerson {
    let session = use_session();
    let person = use_reducer(|| Typed(Person { name, ..Person::default() }));
    let refusal = use_state(|| None::<ErrorReply>);
    let sending = use_state(|| false);
    let key = use_memo((), |()| crate::ids::request_key());
    let put = |put: fn(&mut Person, String)| {
        let person = person.dispatcher();
        Callback::from(move |typed: String| person.dispatch((put, typed)))
    };
    // Whichever field has the focus: what is scanned here is their card.
    use_scan(put(|person, code| person.card_code = code));
    let person = &person.0;
    let save = {
        let (typed, refusal, sending, key) = (person.clone(), refusal.clone(), sending.clone(), *key);
        let person = Person {
            name: typed.name.trim().to_owned(),
            email: typed.email.trim().to_owned(),
            phone: typed.phone.trim().to_owned(),
            card_code: typed.card_code.trim().to_owned(),
            ..typed
        };
        Callback::from(move |()| {
            let (person, refusal, sending, onmade) =
                (person.clone(), refusal.clone(), sending.clone(), onmade.clone());
            sending.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act_with_key(CreateCustomer { person }, key).await {
                    Ok(made) => {
                        let Person { name, email, phone, .. } = made.customer.person;
                        let id = made.customer.id;
                        let memberships = String::new();
                        onmade.emit(CustomerHit {
                            id,
                            name,
                            email,
                            phone,
                            memberships,
                            by_card: false,
                            organization: false,
                        });
                    }
                    Err(error) => {
                        refusal.set(Some(error));
                        sending.set(false);
                    }
                }
            });
        })
    };
    let view = html! {
        <div class="pl-stack">
            <Refusal error={(*refusal).clone()} title={format!("The {} was not saved", session.customer())} />
            <div class="pl-fields">
                <TextField label="Name" required=true value={person.name.clone()} onchange={put(|person, typed| person.name = typed)} autofocus=true wide=true max_length={200} />
                <TextField label="E-mail" kind={Kind::Email} value={person.email.clone()} onchange={put(|person, typed| person.email = typed)} max_length={254} />
                <TextField label="Phone" kind={Kind::Phone} value={person.phone.clone()} onchange={put(|person, typed| person.phone = typed)} max_length={40} />
                <TextField label="Card code" value={person.card_code.clone()} onchange={put(|person, typed| person.card_code = typed)} help="Scan the member card, if there is one" max_length={80} wide=true />
            </div>
        </div>
    };
    NewPerson { view, ready: !person.name.trim().is_empty() && !*sending, save }
}
