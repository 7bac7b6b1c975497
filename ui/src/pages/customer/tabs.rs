//! The smaller tabs of the profile.

use crate::bridge;
use crate::components::{
    Button, Column, DataTable, EmptyState, EnrollmentStatus, Look, MoneyText, Notice, Severity, StatusLabel,
    TableRow, Tone,
};
use crate::pages::members::actions::Move;
use crate::pages::members::card_billing::{CardBilling, CardNotices};
use crate::pages::members::drawer::{
    Balance, Billing, FamilyList, NeedsDoing, movement, movement_head, names_benefit,
};
use crate::pages::stripe::CardOnFile;
use crate::pages_of::use_pages;
use crate::query::use_query;
use crate::route::{CustomerTab, Route};
use crate::session::use_session;
use crate::toast::use_toast;
use domain::{CustomerId, Day, EnrollmentId, StaffId};
use protocol::customers::{AddNote, CustomerView};
use protocol::enrollments::{BalanceView, EnrollmentView, MovementView, StatusView};
use protocol::practice::GetPractice;
use protocol::tickets::{ListTickets, TicketStatus};
use std::rc::Rc;
use yew::prelude::*;
use yew_nested_router::components::Link;
use yew_nested_router::prelude::use_router;

#[derive(Properties, PartialEq)]
pub struct OverviewProps {
    pub view: Rc<CustomerView>,
    pub onact: Callback<(EnrollmentId, Move)>,
    pub onedit: Callback<()>,
}

#[component]
pub fn Overview(props: &OverviewProps) -> Html {
    let session = use_session();
    let view = &props.view;
    let person = &view.customer.person;
    let fact = |label: &'static str, value: String| {
        html! { <><dt>{ label }</dt><dd class="pl-wrap pl-lines-kept"><bdi>{ if value.is_empty() { "\u{2014}".to_owned() } else { value } }</bdi></dd></> }
    };
    let running: Vec<&EnrollmentView> =
        view.enrollments.iter().filter(|one| !matches!(one.status, StatusView::Cancelled { .. })).collect();
    html! {
        <>
            { for running.iter().map(|one| {
                let id = one.id;
                html! { <NeedsDoing key={id.to_string()} view={Rc::new((*one).clone())} onact={props.onact.reform(move |what| (id, what))} /> }
            }) }
            <div class="pl-figures">
                <div class="pl-panel"><div class="pl-small pl-subtle">{ "Spent" }</div><div class="pl-big"><MoneyText amount={view.spent} /></div>
                    <div class="pl-small pl-subtle">{ crate::pages::memberships::words::plural(view.tickets.into(), "ticket", "tickets") }</div></div>
                <div class="pl-panel"><div class="pl-small pl-subtle">{ "Saved as a member" }</div><div class="pl-big"><MoneyText amount={view.saved} saving=true /></div></div>
                <div class="pl-panel"><div class="pl-small pl-subtle">{ "Owed" }</div><div class="pl-big"><MoneyText amount={view.owed} overdue=true /></div></div>
            </div>
            <div class="pl-fields">
                <section class="pl-panel">
                    <div class="pl-row pl-row--between">
                        <h2 class="pl-section-title">{ if person.is_organization() { "Organization" } else { "Person" } }</h2>
                        if view.customer.erased.is_none() {
                            <Button look={Look::Inline} small=true text="Edit" label={format!("Edit {}", person.name)} onclick={props.onedit.clone()} />
                        }
                    </div>
                    <dl class="pl-kv">
                        if let Some(office) = &person.organization { { fact("Contact", office.contact.clone()) } }
                        { fact("E-mail", person.email.clone()) }
                        { fact("Phone", person.phone.clone()) }
                        if !person.is_organization() { { fact("Birthday", person.birthday.map(domain::Day::long).unwrap_or_default()) } }
                        { fact("Address", person.address.clone()) }
                        if let Some(office) = &person.organization { { fact("On statements", office.reference.clone()) } }
                        if !person.is_organization() { { fact("Member card", person.card_code.clone()) } }
                        if !person.external_id.is_empty() { { fact("In the other system", person.external_id.clone()) } }
                    </dl>
                </section>
                <section class="pl-panel">
                    <h2 class="pl-section-title">{ "Memberships" }</h2>
                    <ul class="pl-list">
                        if running.is_empty() && view.covered_by.is_empty() { <li class="pl-subtle">{ "None" }</li> }
                        { for running.iter().map(|one| html! {
                            <li class="pl-row pl-flow" key={one.id.to_string()}><span class="pl-strong"><bdi>{ &one.plan_name }</bdi></span><EnrollmentStatus status={one.status} /></li>
                        }) }
                        { for view.covered_by.iter().map(|one| html! {
                            <li class="pl-row pl-flow" key={one.id.to_string()}><span><bdi>{ format!("{}, held by {}", one.plan_name, one.customer_name) }</bdi></span><EnrollmentStatus status={one.status} /></li>
                        }) }
                    </ul>
                    if let Some(note) = view.customer.notes.last() {
                        <h2 class="pl-section-title pl-later">{ "Newest note" }</h2>
                        <p class="pl-lines-kept pl-wrap"><bdi>{ &note.text }</bdi></p>
                        <div class="pl-small pl-subtle">{ session.day(note.on) }</div>
                    }
                </section>
            </div>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct PurchasesProps {
    pub customer: CustomerId,
}

#[component]
pub fn Purchases(props: &PurchasesProps) -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let tickets = use_pages(ListTickets { customer: Some(props.customer), ..ListTickets::default() });
    let rows: Vec<TableRow> = tickets
        .rows
        .iter()
        .map(|row| {
            let (text, tone) = match row.status {
                TicketStatus::Settled => ("Settled", Tone::Green),
                TicketStatus::Voided => ("Voided", Tone::Outline),
                TicketStatus::PartlyRefunded => ("Partly refunded", Tone::Yellow),
                TicketStatus::Refunded => ("Refunded", Tone::Grey),
            };
            TableRow::new(
                row.id.to_string(),
                vec![
                    html! { <Link<Route> to={Route::Ticket(row.id)} class="pl-num">{ &row.number }</Link<Route>> },
                    html! { <span class="pl-date">{ session.day(row.on) }</span> },
                    html! { <span class="pl-clip"><bdi>{ &row.what }</bdi></span> },
                    html! { <StatusLabel {text} {tone} /> },
                    html! { <MoneyText amount={row.savings} saving={row.savings.is_positive()} /> },
                    html! { <MoneyText amount={row.total} /> },
                ],
            )
        })
        .collect();
    let onopen = {
        let rows = tickets.rows.clone();
        Callback::from(move |at: usize| {
            if let (Some(router), Some(row)) = (&router, rows.get(at)) {
                router.push(Route::Ticket(row.id));
            }
        })
    };
    let more = {
        let (reach, have) = (tickets.reach.clone(), tickets.rows.len());
        Callback::from(move |()| reach.emit(have + 1))
    };
    html! {
        <>
            <h2 class="pl-section-title">{ "Purchases" }</h2>
            <DataTable label="Purchases" {rows} {onopen} loading={tickets.slow} error={tickets.error.clone()} onretry={tickets.reload.clone()}
                columns={vec![
                    Column::new("Ticket", "pl-w-bal"), Column::new("Date", "pl-w-date"), Column::new("What", ""),
                    Column::new("Status", "pl-w-st"), Column::new("Saved", "pl-w-bal").end(), Column::new("Total", "pl-w-bal").end(),
                ]}
                empty={html! { <EmptyState title="No purchases yet">{ "Tickets with this person attached are listed here." }</EmptyState> }} />
            if tickets.more { <div><Button look={Look::Link} text="Show older" onclick={more} /></div> }
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct PartsProps {
    pub view: Rc<CustomerView>,
    pub onact: Callback<(EnrollmentId, Move)>,
}

#[component]
pub fn Credits(props: &PartsProps) -> Html {
    let session = use_session();
    let with_credits: Vec<&EnrollmentView> = props
        .view
        .enrollments
        .iter()
        .filter(|one| !one.balances.is_empty() || !one.movements.is_empty())
        .collect();
    let covered: Vec<(&EnrollmentView, ForOne)> = (props.view.covered_by.iter())
        .map(|one| (one, ForOne::of(one, &props.view.known_as)))
        .filter(|(_, mine)| !mine.is_empty())
        .collect();
    html! {
        <>
            <h2 class="pl-section-title">{ "Credits" }</h2>
            if with_credits.is_empty() && covered.is_empty() { <EmptyState title="No credits">{ "A tier's credits and included services are counted here." }</EmptyState> }
            { for with_credits.into_iter().map(|one| {
                let id = one.id;
                let onact = props.onact.reform(move |what| (id, what));
                html! {
                    <section class="pl-panel pl-stack" key={id.to_string()}>
                        <div class="pl-row pl-flow"><h3 class="pl-section-title"><bdi>{ &one.plan_name }</bdi></h3><EnrollmentStatus status={one.status} /></div>
                        <div class="pl-fields">{ for one.balances.iter().map(|balance| html! { <Balance balance={balance.clone()} onact={onact.clone()} /> }) }</div>
                        if !one.movements.is_empty() {
                            <h4 class="pl-eyebrow">{ "Every movement" }</h4>
                            <ul class="pl-lines pl-lines--ledger pl-lines--wide pl-small">{ movement_head() }{ for one.movements.iter().map(|line| movement(line, &session, names_benefit(one))) }</ul>
                        }
                    </section>
                }
            }) }
            { for covered.into_iter().map(|(one, mine)| html! {
                <Covered key={one.id.to_string()} view={Rc::new(one.clone())} {mine} onact={props.onact.clone()} />
            }) }
        </>
    }
}

/// What of somebody else's membership one person it covers can use.
#[derive(Debug, Clone, PartialEq, Default)]
struct ForOne {
    own: Vec<BalanceView>,
    /// Drawn from by all it covers, with what has no end.
    shared: Vec<BalanceView>,
    /// What an allowance still lets them take of it.
    may_take: Vec<String>,
    movements: Vec<MovementView>,
    paused: Option<Day>,
}

impl ForOne {
    /// Of a person under any of the names they are on file.
    fn of(view: &EnrollmentView, known_as: &[CustomerId]) -> Self {
        let is_theirs = |person: Option<CustomerId>| person.is_some_and(|person| known_as.contains(&person));
        let seat = view.dependents.iter().find(|one| known_as.contains(&one.customer));
        let shares = view.terms.family.shares_pool();
        let of_all = |balance: &&BalanceView| balance.person.is_none() && (shares || balance.unit.is_none());
        Self {
            own: view.balances.iter().filter(|balance| is_theirs(balance.person)).cloned().collect(),
            shared: view.balances.iter().filter(of_all).cloned().collect(),
            may_take: seat.map(|one| one.may_take.clone()).unwrap_or_default(),
            movements: view.movements.iter().filter(|one| is_theirs(one.person)).cloned().collect(),
            paused: seat.and_then(|one| one.paused),
        }
    }

    fn is_empty(&self) -> bool {
        self.own.is_empty() && self.shared.is_empty() && self.movements.is_empty()
    }
}

#[derive(Properties, PartialEq)]
struct CoveredProps {
    view: Rc<EnrollmentView>,
    mine: ForOne,
    onact: Callback<(EnrollmentId, Move)>,
}

/// The credits of a membership that somebody else holds, as far as this person can use them.
#[component]
fn Covered(props: &CoveredProps) -> Html {
    let session = use_session();
    let (view, mine) = (&props.view, &props.mine);
    let id = view.id;
    let onact = props.onact.reform(move |what| (id, what));
    let balances = |title: &'static str, of: &[BalanceView]| {
        html! {
            if !of.is_empty() {
                <h4 class="pl-eyebrow">{ title }</h4>
                <div class="pl-fields">{ for of.iter().map(|balance| html! { <Balance balance={balance.clone()} onact={onact.clone()} /> }) }</div>
            }
        }
    };
    html! {
        <section class="pl-panel pl-stack">
            <div class="pl-row pl-flow">
                <h3 class="pl-section-title"><bdi>{ &view.plan_name }</bdi></h3>
                <EnrollmentStatus status={view.status} />
                <span class="pl-small pl-subtle pl-wrap">
                    { "Held by " }
                    <Link<Route> to={Route::Customer { id: view.customer, tab: CustomerTab::Credits }}><bdi>{ &view.customer_name }</bdi></Link<Route>>
                </span>
            </div>
            if let Some(since) = mine.paused { <p class="pl-small pl-subtle">{ format!("The seat is paused since {}: nothing can be used until it is resumed.", session.day(since)) }</p> }
            { balances("Of their own", &mine.own) }
            { balances("Shared with everybody it covers", &mine.shared) }
            if !mine.may_take.is_empty() { <p class="pl-small pl-subtle">{ format!("May still take {} until the next refresh.", mine.may_take.join(", ")) }</p> }
            if !mine.movements.is_empty() {
                <h4 class="pl-eyebrow">{ "Every movement" }</h4>
                <ul class="pl-lines pl-lines--ledger pl-lines--wide pl-small">{ movement_head() }{ for mine.movements.iter().map(|line| movement(line, &session, names_benefit(view))) }</ul>
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
pub struct BillingTabProps {
    pub view: Rc<CustomerView>,
    pub onact: Callback<(EnrollmentId, Move)>,
    /// Asks for their card.
    pub oncard: Callback<()>,
    /// Asks for Stripe's page of their bills.
    pub onbills: Callback<()>,
}

#[component]
pub fn BillingTab(props: &BillingTabProps) -> Html {
    let session = use_session();
    html! {
        <>
            <h2 class="pl-section-title">{ "Billing" }</h2>
            if session.practice.stripe.is_some() || props.view.card.is_some() {
                <section class="pl-panel pl-row pl-flow pl-row--between">
                    <h3 class="pl-section-title">{ "Card on file" }</h3>
                    <div class="pl-grow">
                        if let Some(card) = &props.view.card { <CardOnFile card={card.clone()} /> } else { <span class="pl-subtle">{ "None. It is typed on Stripe’s page, never here." }</span> }
                    </div>
                    if session.practice.stripe.is_some() && props.view.customer.erased.is_none() {
                        <Button small=true icon="credit-card" text={if props.view.card.is_some() { "Replace card" } else { "Add a card" }} onclick={props.oncard.clone()} />
                        if props.view.card.is_some() { <Button small=true look={Look::Link} text="Bills at Stripe" onclick={props.onbills.clone()} /> }
                    }
                </section>
            }
            if props.view.enrollments.is_empty() { <EmptyState title="No charges">{ "Membership charges are listed here." }</EmptyState> }
            { for props.view.enrollments.iter().map(|one| {
                let id = one.id;
                html! {
                    <section class="pl-panel pl-stack" key={id.to_string()}>
                        <div class="pl-row pl-flow"><h3 class="pl-section-title"><bdi>{ &one.plan_name }</bdi></h3><EnrollmentStatus status={one.status} /></div>
                        <CardNotices view={Rc::new(one.clone())} onact={props.onact.reform(move |what| (id, what))} />
                        if !one.dues.is_empty() && one.card.as_ref().is_none_or(|billing| billing.failed.is_empty()) {
                            <Notice severity={Severity::Warning} title={format!("{} is owed", session.money(one.owed))}
                                actions={html! { <Button look={Look::Inline} text={format!("Collect {}", session.money(one.dues[0].amount))} onclick={props.onact.reform(move |()| (id, Move::Collect))} /> }}>
                                <ul class="pl-list">{ for one.dues.iter().map(|due| html! { <li>{ format!("{}: {}, {}", session.day(due.on), due.words, session.money(due.amount)) }</li> }) }</ul>
                            </Notice>
                        }
                        <CardBilling view={Rc::new(one.clone())} onact={props.onact.reform(move |what| (id, what))} />
                        <Billing view={Rc::new(one.clone())} />
                    </section>
                }
            }) }
        </>
    }
}

#[component]
pub fn Family(props: &PartsProps) -> Html {
    let running: Vec<&EnrollmentView> = props
        .view
        .enrollments
        .iter()
        .filter(|one| !matches!(one.status, StatusView::Cancelled { .. }))
        .collect();
    html! {
        <>
            <h2 class="pl-section-title">{ "Family" }</h2>
            if running.is_empty() && props.view.covered_by.is_empty() { <EmptyState title="No family">{ "A tier with a family plan covers more people than its member." }</EmptyState> }
            { for running.into_iter().map(|one| {
                let id = one.id;
                let may_add = one.terms.family.up_to() > 0;
                html! {
                    <section class="pl-panel pl-stack" key={id.to_string()}>
                        <h3 class="pl-section-title"><bdi>{ &one.plan_name }</bdi></h3>
                        <FamilyList view={Rc::new(one.clone())} onact={props.onact.reform(move |what| (id, what))} />
                        if may_add {
                            <div>
                                <Button look={Look::Secondary} small=true icon="user-plus" text="Add family member" disabled={one.moves.add_dependent.is_some()} onclick={props.onact.reform(move |()| (id, Move::AddDependent))} />
                                if let Some(why) = &one.moves.add_dependent { <span class="pl-small pl-subtle">{ format!(" {why}") }</span> }
                            </div>
                        }
                    </section>
                }
            }) }
            { for props.view.covered_by.iter().map(|one| html! {
                <section class="pl-panel" key={one.id.to_string()}>
                    <bdi>{ &one.plan_name }</bdi>{ ", held by " }
                    <Link<Route> to={Route::Customer { id: one.customer, tab: CustomerTab::Family }}><bdi>{ &one.customer_name }</bdi></Link<Route>>
                </section>
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct NotesProps {
    pub view: Rc<CustomerView>,
}

#[component]
pub fn Notes(props: &NotesProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let practice = use_query(GetPractice {});
    let text = use_state(String::new);
    let busy = use_state(|| false);
    let id = props.view.customer.id;
    let add = {
        let (text, busy, toast) = (text.clone(), busy.clone(), toast.clone());
        Callback::from(move |()| {
            busy.set(true);
            let (text, busy, toast) = (text.clone(), busy.clone(), toast.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act(AddNote { id, text: text.trim().to_owned() }).await {
                    Ok(_) => text.set(String::new()),
                    Err(refusal) => toast.refused(&refusal),
                }
                busy.set(false);
            });
        })
    };
    let oninput = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| text.set(crate::components::control_value(&event)))
    };
    let by = |staff: StaffId| {
        practice
            .data
            .as_ref()
            .and_then(|practice| practice.staff.iter().find(|one| one.id == staff))
            .map_or_else(String::new, |one| format!(" · {}", one.name))
    };
    html! {
        <>
            <h2 class="pl-section-title">{ "Notes" }</h2>
            if props.view.customer.erased.is_none() { <div class="pl-stack">
                <span class="pf-v6-c-form-control pf-m-textarea">
                    <textarea rows="3" maxlength="2000" aria-label="New note" placeholder="What the next person at the desk should know" value={(*text).clone()} {oninput} dir="auto" />
                </span>
                <div><Button look={Look::Secondary} text="Add note" disabled={*busy || text.trim().is_empty()} onclick={add} /></div>
            </div> }
            <ul class="pl-list">
                { for props.view.customer.notes.iter().rev().map(|note| html! {
                    <li class="pl-panel"><div class="pl-lines-kept pl-wrap"><bdi>{ &note.text }</bdi></div>
                        <div class="pl-small pl-subtle">{ session.day(note.on) }<bdi>{ by(note.by) }</bdi></div></li>
                }) }
            </ul>
        </>
    }
}
