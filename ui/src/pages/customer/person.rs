//! Edits what a customer told us of themselves.

use crate::components::{DateField, Dialog, Kind, Refusal, TextField};
use crate::ids;
use crate::pages::members::actions::use_sending;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::CustomerId;
use domain::customer::Person;
use protocol::customers::EditCustomer;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct EditPersonProps {
    pub id: CustomerId,
    pub person: Person,
    pub onclose: Callback<()>,
}

#[component]
pub fn EditPerson(props: &EditPersonProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let person = use_state(|| props.person.clone());
    let put = |change: fn(&mut Person, String)| {
        let person = person.clone();
        Callback::from(move |text: String| {
            let mut next = (*person).clone();
            change(&mut next, text);
            person.set(next);
        })
    };
    let save = {
        let (sending, person, toast, onclose, id, key) =
            (sending.clone(), (*person).clone(), toast.clone(), props.onclose.clone(), props.id, *key);
        Callback::from(move |()| {
            let (toast, onclose) = (toast.clone(), onclose.clone());
            sending.send(EditCustomer { id, person: person.clone() }, key, move |saved| {
                toast.done(format!("{} saved", saved.customer.person.name));
                onclose.emit(());
            });
        })
    };
    let email_wrong = !person.email.trim().is_empty() && !person.email.contains('@');
    let ready = !person.name.trim().is_empty() && !email_wrong && *person != props.person && !*sending.busy;
    let birthday = {
        let person = person.clone();
        Callback::from(move |birthday| person.set(Person { birthday, ..(*person).clone() }))
    };
    html! {
        <Dialog title={format!("Edit {}", props.person.name)} primary="Save" disabled={!ready} onprimary={save} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not saved" />
                <div class="pl-fields">
                    <TextField label="Name" value={person.name.clone()} required=true autofocus=true max_length={200} onchange={put(|person, text| person.name = text)} />
                    <TextField label="E-mail" value={person.email.clone()} max_length={254} onchange={put(|person, text| person.email = text)}
                        error={email_wrong.then(|| AttrValue::from("An address like ana@example.com."))} />
                    <TextField label="Phone" value={person.phone.clone()} max_length={40} onchange={put(|person, text| person.phone = text)} />
                    <DateField label="Birthday" value={person.birthday} to={session.today} onchange={birthday} />
                    <TextField label="Member card" value={person.card_code.clone()} max_length={64} help="What the card's barcode or QR code says."
                        onchange={put(|person, text| person.card_code = text)} />
                    <TextField label="Address" kind={Kind::Long} wide=true value={person.address.clone()} max_length={500} onchange={put(|person, text| person.address = text)} />
                </div>
            </div>
        </Dialog>
    }
}
