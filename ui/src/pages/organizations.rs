//! Members > Organizations: who pays for the memberships of their people.

use crate::components::{
    Avatar, Button, Column, DataTable, Dialog, EmptyState, Kind, Look, MoneyText, NothingMatches, PageHead,
    Refusal, SearchField, TableRow, TextField, Toolbar,
};
use crate::ids;
use crate::keys::Command;
use crate::pages::members::actions::use_sending;
use crate::pages::members::{MemberTabs, Tab};
use crate::pages::memberships::kept::use_kept;
use crate::pages::memberships::words::plural;
use crate::pages_of::{Paged, use_pages};
use crate::route::{CustomerTab, Route};
use crate::session::use_session;
use crate::toast::use_toast;
use domain::CustomerId;
use domain::customer::{Organization, Person};
use protocol::customers::{CreateCustomer, CustomerView, EditCustomer};
use protocol::organizations::{ListOrganizations, OrganizationRow};
use std::cell::RefCell;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

thread_local! {
    /// What the list is narrowed to, as it was left.
    static NARROWED: RefCell<Option<String>> = const { RefCell::new(None) };
}

impl Paged for ListOrganizations {
    type Row = OrganizationRow;
    fn page(&self, after: Option<String>, limit: u32) -> Self {
        Self { after, limit: Some(limit), ..self.clone() }
    }
    fn open(reply: Self::Reply) -> (Vec<OrganizationRow>, Option<u32>, Option<String>) {
        (reply.rows, Some(reply.organizations), reply.next)
    }
}

#[component]
pub fn OrganizationsPage() -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let text = use_kept(&NARROWED);
    let adding = use_state(|| false);
    let found = use_pages(ListOrganizations { text: (*text).clone(), after: None, limit: None });
    let rows: Vec<TableRow> = found
        .rows
        .iter()
        .map(|row| {
            let seats = row.seats.map_or_else(
                || row.people.to_string(),
                |seats| format!("{} of {seats}", row.people),
            );
            let dash = |text: &str| if text.is_empty() { "\u{2014}".to_owned() } else { text.to_owned() };
            TableRow::new(
                row.id.to_string(),
                vec![
                    html! {
                        <span class="pl-row">
                            <Avatar name={row.name.clone()} id={row.id.uuid()} organization=true />
                            <span class="pl-grow pl-clip"><bdi class="pl-name">{ &row.name }</bdi></span>
                        </span>
                    },
                    html! { <span class="pl-clip"><bdi>{ dash(if row.contact.is_empty() { &row.email } else { &row.contact }) }</bdi></span> },
                    html! { <span class="pl-clip"><bdi>{ dash(&row.plans) }</bdi></span> },
                    html! { <span class="pl-num">{ seats }</span> },
                    html! { <span class="pl-date">{ row.next_billing.map_or_else(|| "\u{2014}".to_owned(), |day| session.day(day)) }</span> },
                    html! { <MoneyText amount={row.owed} overdue=true /> },
                ],
            )
        })
        .collect();
    let open = {
        let router = router.clone();
        Callback::from(move |id: CustomerId| {
            if let Some(router) = &router {
                router.push(Route::Customer { id, tab: CustomerTab::Family });
            }
        })
    };
    let onopen = {
        let (rows, open) = (found.rows.clone(), open.clone());
        Callback::from(move |at: usize| {
            if let Some(row) = rows.get(at) {
                open.emit(row.id);
            }
        })
    };
    let add = {
        let adding = adding.clone();
        Callback::from(move |()| adding.set(true))
    };
    let close = {
        let adding = adding.clone();
        Callback::from(move |()| adding.set(false))
    };
    let more = {
        let (reach, have) = (found.reach.clone(), found.rows.len());
        Callback::from(move |()| reach.emit(have + 1))
    };
    let onchange = {
        let text = text.clone();
        Callback::from(move |typed: String| text.change(|text| *text = typed))
    };
    let onclear = {
        let text = text.clone();
        Callback::from(move |()| text.change(String::clear))
    };
    let is_filtered = !text.trim().is_empty();
    let count = match found.total {
        None => String::new(),
        Some(all) if !is_filtered => plural(all.into(), "organization", "organizations"),
        // How many match is known once the last of them is loaded.
        Some(all) => {
            let (shown, all) = (found.rows.len(), plural(all.into(), "organization", "organizations"));
            if found.more { format!("More than {shown} of {all}") } else { format!("{shown} of {all}") }
        }
    };
    let empty = if !is_filtered {
        html! {
            <EmptyState title="No organization yet" icon="building"
                actions={html! { <Button look={Look::Primary} text="Add organization" onclick={add.clone()} /> }}>
                { "A company, a club or a school that pays for its people: each of them has a seat, and all of it stands on one statement." }
            </EmptyState>
        }
    } else {
        html! { <NothingMatches what="organizations" {onclear} /> }
    };
    let columns = vec![
        Column::new("Organization", ""),
        Column::new("Contact", "pl-w-what"),
        Column::new("Memberships", "pl-w-what"),
        Column::new("People", "pl-w-st"),
        Column::new("Next billing", "pl-w-date"),
        Column::new("Owed", "pl-w-bal").end(),
    ];
    html! {
        <>
            <PageHead title="Members" actions={html! { <Button look={Look::Primary} icon="plus" text="Add organization" onclick={add} /> }} />
            <MemberTabs selected={Tab::Organizations} />
            <Toolbar {count}>
                <SearchField width="15rem" value={(*text).clone()} placeholder="Name, e-mail or phone" label="Filter organizations" command={Command::Filter} {onchange} />
            </Toolbar>
            <DataTable label="Organizations" {rows} {onopen} loading={found.slow} error={found.error.clone()} onretry={found.reload.clone()} {empty} {columns} />
            if found.more {
                <div><Button look={Look::Link} text="Show more" onclick={more} /></div>
            }
            if *adding { <EditOrganization of={None::<(CustomerId, Person)>} onclose={close} onmade={open} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct EditOrganizationProps {
    /// The one that is edited; else a new one is made.
    pub of: Option<(CustomerId, Person)>,
    #[prop_or_default]
    pub onmade: Callback<CustomerId>,
    pub onclose: Callback<()>,
}

/// What an organization is called, where it is and whom to ask for there.
#[component]
pub fn EditOrganization(props: &EditOrganizationProps) -> Html {
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let before = props.of.as_ref().map(|(_, person)| person.clone());
    let person = use_state(|| {
        before
            .clone()
            .unwrap_or_else(|| Person { organization: Some(Organization::default()), ..Person::default() })
    });
    let put = |change: fn(&mut Person, String)| {
        let person = person.clone();
        Callback::from(move |text: String| {
            let mut next = (*person).clone();
            change(&mut next, text);
            person.set(next);
        })
    };
    let office = person.organization.clone().unwrap_or_default();
    let save = {
        let (sending, person, toast, onclose, onmade, of, key) = (
            sending.clone(),
            (*person).clone(),
            toast.clone(),
            props.onclose.clone(),
            props.onmade.clone(),
            props.of.as_ref().map(|(id, _)| *id),
            *key,
        );
        Callback::from(move |()| {
            let (toast, onclose, onmade) = (toast.clone(), onclose.clone(), onmade.clone());
            let done = move |saved: CustomerView| {
                toast.done(format!("{} saved", saved.customer.person.name));
                onclose.emit(());
                onmade.emit(saved.customer.id);
            };
            match of {
                Some(id) => sending.send(EditCustomer { id, person: person.clone() }, key, done),
                None => sending.send(CreateCustomer { person: person.clone() }, key, done),
            }
        })
    };
    let email_wrong = !person.email.trim().is_empty() && !person.email.contains('@');
    let changed = before.as_ref() != Some(&*person);
    let ready = !person.name.trim().is_empty() && !email_wrong && changed && !*sending.busy;
    let title =
        before.map_or_else(|| "Add organization".to_owned(), |person| format!("Edit {}", person.name));
    html! {
        <Dialog {title} primary="Save" disabled={!ready} onprimary={save} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not saved" />
                <div class="pl-fields">
                    <TextField label="Name" value={person.name.clone()} required=true autofocus=true max_length={200} onchange={put(|person, text| person.name = text)} />
                    <TextField label="Contact" value={office.contact} max_length={200} help="Whom to ask for there"
                        onchange={put(|person, text| person.organization.get_or_insert_default().contact = text)} />
                    <TextField label="E-mail" kind={Kind::Email} value={person.email.clone()} max_length={254} onchange={put(|person, text| person.email = text)}
                        error={email_wrong.then(|| AttrValue::from("An address like office@example.com."))} />
                    <TextField label="Phone" kind={Kind::Phone} value={person.phone.clone()} max_length={40} onchange={put(|person, text| person.phone = text)} />
                    <TextField label="On statements" value={office.reference} max_length={100} help="A tax number or a cost centre, say" wide=true
                        onchange={put(|person, text| person.organization.get_or_insert_default().reference = text)} />
                    <TextField label="Address" kind={Kind::Long} wide=true value={person.address.clone()} max_length={500} onchange={put(|person, text| person.address = text)} />
                </div>
            </div>
        </Dialog>
    }
}
