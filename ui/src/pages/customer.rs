//! The profile of one customer: who they are, what they hold, bought, owe and were told.

mod billing_page;
mod card;
mod enrollments;
mod erase;
mod merge;
mod people;
mod person;
mod statements;
mod tabs;

use crate::components::{
    Avatar, AvatarSize, Button, Look, MenuItem, Notice, Refusal, RowMenu, Severity, Skeleton, TabItem, Tabs,
};
use crate::pages::log::Log;
use crate::pages::members::actions::{Move, MoveDialog};
use crate::pages::members::card_billing::is_moving;
use crate::pages::members::card_page::CardPageDialog;
use crate::pages::members::drawer::LOOK_MS;
use crate::pages::members::enroll::Enroll;
use crate::pages::organizations::EditOrganization;
use crate::query::{use_look_again, use_query};
use crate::route::{CustomerTab, Route};
use crate::session::use_session;
use crate::toast::use_toast;
use crate::{bridge, outside};
use billing_page::BillingPageDialog;
use card::CardDialog;
use domain::{CustomerId, EnrollmentId};
use merge::Merge;
use person::EditPerson;
use protocol::customers::{CustomerHit, CustomerView, GetCustomer};
use protocol::data::{ExportPerson, PersonFormat};
use protocol::enrollments::StatusView;
use protocol::keeping::Thing;
use protocol::plans::ListPlans;
use std::rc::Rc;
use yew::prelude::*;
use yew_nested_router::components::Link;
use yew_nested_router::prelude::use_router;

#[derive(Properties, PartialEq)]
pub struct CustomerPageProps {
    pub id: CustomerId,
    pub tab: CustomerTab,
}

/// The profile, with the tab that the address names.
#[component]
pub fn CustomerPage(props: &CustomerPageProps) -> Html {
    let asked = use_query(GetCustomer { id: props.id });
    let moving = asked.data.as_ref().is_some_and(|view| view.enrollments.iter().any(is_moving));
    use_look_again(&asked.reload, moving.then_some(LOOK_MS));
    match &asked.data {
        Some(view) if view.customer.id == props.id || view.customer.merged_into.is_none() => {
            html! { <Profile key={props.id.to_string()} view={view.clone()} tab={props.tab} /> }
        }
        Some(view) => html! { <Profile view={view.clone()} tab={props.tab} /> },
        None => html! {
            <div class="pl-head">
                if asked.error.is_some() {
                    <div class="pl-grow"><Refusal error={asked.error.clone()} title="The profile could not be read" onretry={asked.reload.clone()} /></div>
                } else if asked.slow {
                    <div class="pl-grow"><Skeleton width="18rem" /></div>
                }
            </div>
        },
    }
}

/// What one of the dialogs is open for.
#[derive(Clone, PartialEq)]
enum Open {
    Enroll,
    Edit,
    Merge,
    Erase,
    Card,
    /// A page for their bank card.
    BankCard,
    /// Stripe's page of their bills.
    Bills,
    Move(EnrollmentId, Move),
}

#[derive(Properties, PartialEq)]
struct ProfileProps {
    view: Rc<CustomerView>,
    tab: CustomerTab,
}

#[component]
fn Profile(props: &ProfileProps) -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let toast = use_toast();
    let plans = use_query(ListPlans {});
    let open = use_state(|| None::<Open>);
    let view = &props.view;
    let customer = &view.customer;
    let person = &customer.person;
    let id = customer.id;
    let say = |what: Open| {
        let open = open.clone();
        Callback::from(move |()| open.set(Some(what.clone())))
    };
    let close = {
        let open = open.clone();
        Callback::from(move |()| open.set(None))
    };
    let onact = {
        let open = open.clone();
        Callback::from(move |(enrollment, what)| open.set(Some(Open::Move(enrollment, what))))
    };
    let new_ticket = {
        let router = router.clone();
        Callback::from(move |()| {
            if let Some(router) = &router {
                router.push(Route::Checkout { customer: Some(id) });
            }
        })
    };
    let onselect = Callback::from(move |tab| {
        if let Some(router) = &router {
            router.push(Route::Customer { id, tab });
        }
    });
    let running =
        view.enrollments.iter().filter(|one| !matches!(one.status, StatusView::Cancelled { .. })).count()
            as u32;
    let is_organization = person.is_organization();
    let people: u32 = view.enrollments.iter().map(|one| one.dependents.len() as u32).sum();
    let tabs: Vec<TabItem<CustomerTab>> = CustomerTab::ALL
        .iter()
        .map(|tab| {
            let item = TabItem::new(*tab, tab_title(*tab, is_organization));
            match tab {
                CustomerTab::Family if is_organization && people > 0 => item.count(people),
                CustomerTab::Memberships if running > 0 => item.count(running),
                CustomerTab::Notes if !customer.notes.is_empty() => item.count(customer.notes.len() as u32),
                _ => item,
            }
        })
        .collect();
    let contact: Vec<String> = [
        person.email.clone(),
        person.phone.clone(),
        if is_organization {
            format!("Organization since {}", customer.since.long())
        } else {
            format!("{} since {}", session.customer(), customer.since.long())
        },
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect();
    let hit = CustomerHit {
        id,
        name: person.name.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        memberships: String::new(),
        by_card: false,
        organization: is_organization,
    };
    let hand_out = |format: PersonFormat| {
        let toast = toast.clone();
        Callback::from(move |()| {
            let toast = toast.clone();
            wasm_bindgen_futures::spawn_local(async move {
                // Through the way of changes, which asks for a manager's PIN where one is needed.
                let saved = match bridge::act(ExportPerson { customer: id, format }).await {
                    Ok(file) => outside::save_file(file).await,
                    Err(refusal) => Err(refusal),
                };
                toast.saved(saved);
            });
        })
    };
    let mut items = vec![MenuItem::action("Edit", "pencil-alt", say(Open::Edit))];
    if !is_organization {
        items.push(MenuItem::action("Member card", "id-card", say(Open::Card)));
    }
    items.extend([
        MenuItem::action("Merge a duplicate", "compress-alt", say(Open::Merge)),
        MenuItem::action("Everything held, to read", "file-alt", hand_out(PersonFormat::Html))
            .about("A page for who asks what is held about them")
            .apart(),
        MenuItem::action("Everything held, for a program", "file-code", hand_out(PersonFormat::Json))
            .about("The same as JSON"),
        MenuItem::action("Erase on request", "user-slash", say(Open::Erase)).danger().apart(),
    ]);
    // What an organization takes in addition stands on the statement it already gets.
    let next_statement = view
        .enrollments
        .iter()
        .filter(|one| one.seats.is_some())
        .find_map(|one| one.next_charge.as_ref().map(|charge| charge.on));
    let all_plans = plans.data.clone();
    let panel = match props.tab {
        CustomerTab::Overview => {
            html! { <tabs::Overview view={view.clone()} onact={onact.clone()} onedit={say(Open::Edit)} /> }
        }
        CustomerTab::Memberships => {
            html! { <enrollments::Enrollments view={view.clone()} plans={all_plans} onact={onact.clone()} onenroll={say(Open::Enroll)} /> }
        }
        CustomerTab::Purchases => html! { <tabs::Purchases customer={id} /> },
        CustomerTab::Credits => html! { <tabs::Credits view={view.clone()} onact={onact.clone()} /> },
        CustomerTab::Billing if is_organization => {
            html! { <statements::StatementsTab organization={id} /> }
        }
        CustomerTab::Family if is_organization => {
            html! { <people::People view={view.clone()} onact={onact.clone()} onenroll={say(Open::Enroll)} /> }
        }
        CustomerTab::Billing => {
            html! { <tabs::BillingTab view={view.clone()} onact={onact.clone()} oncard={say(Open::BankCard)} onbills={say(Open::Bills)} /> }
        }
        CustomerTab::Family => html! { <tabs::Family view={view.clone()} onact={onact.clone()} /> },
        CustomerTab::Notes => html! { <tabs::Notes view={view.clone()} /> },
        CustomerTab::Log => html! { <Log about={Thing::Customer(id)} /> },
    };
    html! {
        <>
            <div class="pl-head">
                <Avatar name={person.name.clone()} id={id.uuid()} size={AvatarSize::Large} organization={is_organization} />
                <div class="pl-grow">
                    <h1 class="pl-wrap"><bdi>{ &person.name }</bdi></h1>
                    <div class="pl-small pl-subtle pl-wrap">{ contact.join(" · ") }</div>
                </div>
                if customer.erased.is_none() {
                    <div class="pl-actions">
                        <Button look={Look::Secondary} text="New ticket" onclick={new_ticket} />
                        <RowMenu label={format!("More for {}", person.name)} {items} />
                    </div>
                }
            </div>
            if let Some(on) = customer.erased {
                <div class="pl-tools">
                    <Notice severity={Severity::Info} title={format!("Erased on request on {}", on.long())}>
                        { "Name, contact, notes and reasons are gone. What was paid stays for the books; nothing new can be added." }
                    </Notice>
                </div>
            }
            if let Some(kept) = customer.merged_into {
                <div class="pl-tools">
                    <Notice severity={Severity::Info} title="This was a duplicate">
                        <Link<Route> to={Route::Customer { id: kept, tab: CustomerTab::Overview }}>{ "Everything about it is shown here." }</Link<Route>>
                    </Notice>
                </div>
            }
            <div class="pl-profile">
                <nav aria-label="Profile sections"><Tabs<CustomerTab> label="Profile" vertical=true {tabs} selected={props.tab} {onselect} /></nav>
                <div class="pl-profile-panel" role="tabpanel" aria-label={tab_title(props.tab, is_organization)} tabindex="0">{ panel }</div>
            </div>
            { match &*open {
                None => html! {},
                Some(Open::Enroll) => html! { <Enroll customer={Some(hit)} start={next_statement} onclose={close} /> },
                Some(Open::Edit) if is_organization => html! { <EditOrganization of={Some((id, person.clone()))} onclose={close} /> },
                Some(Open::Edit) => html! { <EditPerson id={id} person={person.clone()} onclose={close} /> },
                Some(Open::Erase) => html! { <erase::Erase {id} name={person.name.clone()} onclose={close} /> },
                Some(Open::Card) => html! { <CardDialog customer={id} name={person.name.clone()} onclose={close} /> },
                Some(Open::BankCard) => html! { <CardPageDialog customer={id} name={person.name.clone()} onclose={close} /> },
                Some(Open::Bills) => html! { <BillingPageDialog customer={id} name={person.name.clone()} onclose={close} /> },
                Some(Open::Merge) => html! { <Merge keep={view.clone()} onclose={close} /> },
                Some(Open::Move(enrollment, what)) => html! { <MoveDialog enrollment={*enrollment} what={what.clone()} onclose={close} /> },
            } }
        </>
    }
}

/// What an organization's page calls its sections.
fn tab_title(tab: CustomerTab, is_organization: bool) -> &'static str {
    match tab {
        CustomerTab::Family if is_organization => "People",
        CustomerTab::Billing if is_organization => "Statements",
        other => other.title(),
    }
}
