//! The drawer of one member: what needs doing, what is left, what was charged, who is covered, what happened.

use super::actions::agreements::Documents;
use super::actions::{Move, move_items, use_way_to};
use super::card_billing::{CardBilling, CardNotices, is_moving, pays_words};
use super::receipt::PastReceipt;
use super::{left_words, price_words};
use crate::components::{
    Avatar, AvatarSize, Button, Drawer, EnrollmentStatus, Look, MenuItem, MoneyText, Notice, Refusal,
    RowMenu, Severity, Skeleton, StatusLabel, TabItem, Tabs, Tone,
};
use crate::pages::log::Log;
use crate::pages::memberships::words::plural;
use crate::query::{use_look_again, use_query};
use crate::route::{CustomerTab, Route};
use crate::session::{SignedIn, use_session};
use domain::plan::CreditUnit;
use domain::{BenefitId, CustomerId, EnrollmentId};
use protocol::customers::GetCustomer;
use protocol::enrollments::{
    BalanceView, DependentView, EnrollmentView, GetEnrollment, MovementKind, MovementView, PaysBy, StatusView,
};
use protocol::keeping::Thing;
use std::rc::Rc;
use yew::prelude::*;
use yew_nested_router::components::Link;

/// How often to look while something of it is on its way to Stripe.
pub const LOOK_MS: u32 = 5_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Overview,
    Family,
    Documents,
    Log,
}

#[derive(Properties, PartialEq)]
pub struct MemberDrawerProps {
    pub enrollment: EnrollmentId,
    pub onact: Callback<(EnrollmentId, Move)>,
    pub onclose: Callback<()>,
}

#[component]
pub fn MemberDrawer(props: &MemberDrawerProps) -> Html {
    let asked = use_query(GetEnrollment { id: props.enrollment });
    let moving = asked.data.as_ref().is_some_and(|view| is_moving(view));
    use_look_again(&asked.reload, moving.then_some(LOOK_MS));
    let Some(view) = asked.data.clone() else {
        return html! {
            <Drawer label="Member" head={html! { <div class="pl-grow"></div> }} onclose={props.onclose.clone()}>
                <Refusal error={asked.error.clone()} title="The membership could not be read" onretry={asked.reload.clone()} />
                if asked.slow { <Skeleton /><Skeleton width="90%" /><Skeleton width="40%" /> }
            </Drawer>
        };
    };
    html! { <Loaded {view} onact={props.onact.clone()} onclose={props.onclose.clone()} /> }
}

#[derive(Properties, PartialEq)]
struct LoadedProps {
    view: Rc<EnrollmentView>,
    onact: Callback<(EnrollmentId, Move)>,
    onclose: Callback<()>,
}

#[component]
fn Loaded(props: &LoadedProps) -> Html {
    let session = use_session();
    let view = &props.view;
    let tab = use_state(|| Tab::Overview);
    let customer = use_query(GetCustomer { id: view.customer });
    let id = view.id;
    let act = props.onact.reform(move |what| (id, what));
    let mut items = use_way_to(view.customer);
    let mut moves = move_items(view, &act, &session);
    if let Some(first) = moves.first_mut() {
        first.apart = true;
    }
    items.extend(moves);
    let person = customer.data.as_ref().map(|customer| customer.customer.person.clone()).unwrap_or_default();
    let head = html! {
        <>
            <Avatar name={view.customer_name.clone()} id={view.customer.uuid()} size={AvatarSize::Large} />
            <div class="pl-grow">
                <h2 class="pl-section-title pl-cardname"><bdi>{ &view.customer_name }</bdi></h2>
                <div class="pl-small pl-subtle pl-wrap">{ &person.email }if !person.email.is_empty() && !person.phone.is_empty() { <br /> }{ &person.phone }</div>
            </div>
        </>
    };
    let mut family = TabItem::new(Tab::Family, if view.seats.is_some() { "People" } else { "Family" });
    if !view.dependents.is_empty() {
        family = family.count(view.dependents.len() as u32);
    }
    let tabs = html! {
        <>
            <div class="pl-row pl-drawer-status">
                <StatusLabel text={view.plan_name.clone()} tone={Tone::Outline} />
                <EnrollmentStatus status={view.status} />
            </div>
            <Tabs<Tab> label="About the member" class="pl-tabs-tight" selected={*tab} onselect={let tab = tab.clone(); Callback::from(move |new| tab.set(new))}
                tabs={vec![TabItem::new(Tab::Overview, "Overview"), family, TabItem::new(Tab::Documents, "Documents"), TabItem::new(Tab::Log, "Log")]} />
        </>
    };
    let body = match *tab {
        Tab::Overview => html! { <Overview view={view.clone()} onact={act.clone()} /> },
        Tab::Family => html! { <FamilyOf view={view.clone()} onact={act.clone()} /> },
        Tab::Documents => html! { <Documents view={view.clone()} onact={act.clone()} /> },
        Tab::Log => html! { <Log about={Thing::Enrollment(view.id)} /> },
    };
    html! {
        <Drawer label={view.customer_name.clone()} {head} {tabs} onclose={props.onclose.clone()}
            actions={html! { <RowMenu label={format!("More for {}", view.customer_name)} {items} /> }}>
            { body }
        </Drawer>
    }
}

#[derive(Properties, PartialEq)]
struct PartProps {
    view: Rc<EnrollmentView>,
    onact: Callback<Move>,
}

#[component]
fn Overview(props: &PartProps) -> Html {
    let session = use_session();
    let view = &props.view;
    let all = use_state(|| false);
    let movements: Vec<&MovementView> =
        view.movements.iter().take(if *all { usize::MAX } else { 5 }).collect();
    html! {
        <>
            <NeedsDoing view={view.clone()} onact={props.onact.clone()} />
            <section class="pl-block pl-block--first">
                <div class="pl-row pl-row--between">
                    <h3 class="pl-section-title">{ "Benefits left" }</h3>
                    <span class="pl-small pl-subtle">{ next_refresh(view, &session) }</span>
                </div>
                if view.balances.is_empty() { <p class="pl-small pl-subtle">{ "These terms have no credits or included services." }</p> }
                <div class="pl-stack pl-gap-wide">
                    { for view.balances.iter().map(|balance| html! { <Balance balance={balance.clone()} onact={props.onact.clone()} /> }) }
                </div>
            </section>
            if !view.movements.is_empty() {
                <section class="pl-block">
                    <div class="pl-row pl-row--between">
                        <h3 class="pl-section-title">{ "Credit history" }</h3>
                        if view.movements.len() > 5 {
                            <Button look={Look::Inline} small=true text={if *all { "Fewer" } else { "All movements" }}
                                onclick={let all = all.clone(); Callback::from(move |()| all.set(!*all))} />
                        }
                    </div>
                    <ul class="pl-lines pl-lines--ledger pl-small">{ movement_head() }{ for movements.into_iter().map(|one| movement(one, &session, names_benefit(view))) }</ul>
                </section>
            }
            <section class="pl-block">
                <div class="pl-row pl-row--between"><h3 class="pl-section-title">{ "Billing" }</h3></div>
                <div class="pl-stack"><CardBilling view={view.clone()} onact={props.onact.clone()} /></div>
                <Billing view={view.clone()} />
            </section>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct NeedsDoingProps {
    pub view: Rc<EnrollmentView>,
    pub onact: Callback<Move>,
}

/// What a person must do now, if anything: money first; and whether it comes to its end.
#[component]
pub fn NeedsDoing(props: &NeedsDoingProps) -> Html {
    let session = use_session();
    let declined = props.view.card.as_ref().is_some_and(|billing| !billing.failed.is_empty());
    html! {
        <>
            <CardNotices view={props.view.clone()} onact={props.onact.clone()} />
            // What the bank refused says of itself what is owed, and what of it.
            if !declined { { now_to_do(props, &session) } }
            { its_end(props, &session) }
        </>
    }
}

/// Cancelled though something is owed, or in its last cycle; why, where it has ended.
fn its_end(props: &NeedsDoingProps, session: &SignedIn) -> Html {
    let view = &props.view;
    if let StatusView::Cancelled { on } = view.status {
        let Some(because) = &view.ended_because else { return html!() };
        return html!(<p class="pl-small pl-subtle">{ format!("Ended on {}: {because}.", session.day(on)) }</p>);
    }
    let Some(last_day) = view.last_day.filter(|_| !matches!(view.status, StatusView::Ends { .. })) else {
        return html!();
    };
    let title = format!("Ends on {}", session.day(last_day));
    let cancelled = view.moves.undo_cancel.is_none();
    if cancelled {
        let keep = html!(<Button look={Look::Inline} text="Keep it" onclick={props.onact.reform(|()| Move::UndoCancel)} />);
        html!(<Notice severity={Severity::Info} {title} actions={keep}>{ "It is cancelled to that day; what is owed stays owed." }</Notice>)
    } else if view.next_charge.is_none() {
        html!(<Notice severity={Severity::Info} {title}>{ "It is in its last cycle. Nothing more is charged." }</Notice>)
    } else {
        html!()
    }
}

fn now_to_do(props: &NeedsDoingProps, session: &SignedIn) -> Html {
    let view = &props.view;
    let collect = |words: String| {
        html! { <Button look={Look::Inline} text={words} onclick={props.onact.reform(|()| Move::Collect)} /> }
    };
    let due = view.dues.first();
    let collect_words = due.map(|due| format!("Collect {}", session.money(due.amount))).unwrap_or_default();
    match (&view.status, due) {
        (StatusView::Waiting { .. }, Some(due)) if view.pays == PaysBy::Card => html! {
            <Notice severity={Severity::Info} title={format!("{} is not charged yet", session.money(due.amount))}>
                { "No money moved. Benefits start when Stripe has charged the card." }
            </Notice>
        },
        (StatusView::Waiting { due: day }, Some(due)) => html! {
            <Notice severity={Severity::Warning} title={format!("{} is not paid yet", session.money(due.amount))} actions={collect(collect_words)}>
                { format!("No money moved. Benefits start when the first charge of {} is paid.", session.day(*day)) }
            </Notice>
        },
        (StatusView::PastDueGrace { since, until }, Some(_)) => html! {
            <Notice severity={Severity::Warning} title={format!("{} is owed since {}", session.money(view.owed), session.day(*since))} actions={collect(collect_words)}>
                { format!("No money moved. Benefits stay on through {}.", session.day(*until)) }
            </Notice>
        },
        (StatusView::PastDueSuspended { since }, Some(_)) => html! {
            <Notice severity={Severity::Danger} title={format!("{} is owed since {}", session.money(view.owed), session.day(*since))} actions={collect(collect_words)}>
                { "No money moved. Benefits are off until it is paid." }
            </Notice>
        },
        (_, Some(_)) if view.owed.is_positive() => html! {
            <Notice severity={Severity::Warning} title={format!("{} is owed", session.money(view.owed))} actions={collect(collect_words)}>
                { "No money moved." }
            </Notice>
        },
        (StatusView::Paused { .. }, None) if view.resumes_on.is_some() => {
            let day = view.resumes_on.map(|day| session.day(day)).unwrap_or_default();
            let next = next_charge_words(view, session)
                .map(|next| format!(" Next charge: {next}."))
                .unwrap_or_default();
            html! {
                <Notice severity={Severity::Info} title={format!("Resumes by itself on {day}")}
                    actions={html! { <Button look={Look::Inline} text="Resume" onclick={props.onact.reform(|()| Move::Resume)} /> }}>
                    { format!("Nothing is charged while it is paused.{next}") }
                </Notice>
            }
        }
        (StatusView::Ends { last_day }, _) => html! {
            <Notice severity={Severity::Info} title={format!("Ends on {}", session.day(*last_day))}
                actions={html! { <Button look={Look::Inline} text="Keep it" onclick={props.onact.reform(|()| Move::UndoCancel)} /> }}>
                { "Benefits stay on until then. Nothing more is charged." }
            </Notice>
        },
        _ => match &view.pending_terms {
            Some(pending) => html! {
                <Notice severity={Severity::Info} title={format!("{} from {}", pending.plan.clone().unwrap_or_else(|| format!("Version {}", pending.version)), session.day(pending.from))}
                    actions={html! { <Button look={Look::Inline} text="Keep it as it is" onclick={props.onact.reform(|()| Move::KeepAsItIs)} /> }}>
                    { format!("The price is {} from then on.", session.money(pending.price)) }
                </Notice>
            },
            None => html! {},
        },
    }
}

fn next_refresh(view: &EnrollmentView, session: &SignedIn) -> String {
    match view.balances.iter().filter_map(|balance| balance.next_refresh).min() {
        Some(day) if view.benefits_on => format!("Next refresh {}", session.day(day)),
        Some(day) if day <= session.today => format!("Refresh of {} waits for payment", session.day(day)),
        _ => String::new(),
    }
}

#[derive(Properties, PartialEq)]
pub struct BalanceProps {
    pub balance: BalanceView,
    pub onact: Callback<Move>,
}

/// One benefit with its bar, and the lots behind it.
#[component]
pub fn Balance(props: &BalanceProps) -> Html {
    let session = use_session();
    let balance = &props.balance;
    let name = match &balance.person_name {
        Some(person) => format!("{} · {person}", balance.name),
        None => balance.name.clone(),
    };
    let Some(unit) = balance.unit else {
        return html! {
            <div class="pl-row pl-row--between"><span><bdi>{ name }</bdi></span><span class="pl-subtle">{ "unlimited" }</span></div>
        };
    };
    let say = |amount| left_words(unit, amount, session.currency());
    let words = if balance.of > 0 {
        format!("{} of {}", say(balance.left), say(balance.of))
    } else {
        say(balance.left)
    };
    let percent = if balance.of > 0 {
        (balance.left.max(0).min(balance.of) * 100 / balance.of).max(i64::from(balance.left > 0))
    } else {
        0
    };
    let (benefit, person) = (balance.benefit, balance.person);
    let expiring = balance
        .lots
        .iter()
        .filter(|lot| lot.left > 0)
        .filter_map(|lot| lot.expires.map(|day| (day, lot.left)))
        .min();
    html! {
        <div>
            <div class="pl-row pl-row--between">
                <span class="pl-wrap"><bdi>{ name }</bdi></span>
                <span class="pl-row pl-snug">
                    <span class={classes!("pl-money", (balance.left < 0).then_some("pl-bad"))}>{ words.clone() }</span>
                    <RowMenu label={format!("Change {}", balance.name)} items={by_hand(benefit, person, &props.onact)} />
                </span>
            </div>
            if balance.of > 0 {
                <div class="pl-meter" role="img" aria-label={format!("{words} left")}><span style={format!("width:{percent}%")}></span></div>
            }
            if let Some((day, amount)) = expiring {
                <div class="pl-small pl-subtle">{ format!("{} through {}", say(amount), session.day(day)) }</div>
            }
        </div>
    }
}

/// What a manager can do to a credit.
fn by_hand(benefit: BenefitId, person: Option<CustomerId>, act: &Callback<Move>) -> Vec<MenuItem> {
    let item = |words: &'static str, icon: &'static str, what: Move| {
        MenuItem::action(words, icon, act.reform(move |()| what.clone()))
    };
    vec![
        item("Adjust", "sliders-h", Move::Adjust(benefit, person)),
        item("Give goodwill", "gift", Move::Give(benefit, person)),
        item("Change expiry", "calendar-alt", Move::Extend(benefit, person)),
    ]
}

/// When the next charge comes and what it is: `12 Apr, $108.00`; none where nothing comes.
pub fn next_charge_words(view: &EnrollmentView, session: &SignedIn) -> Option<String> {
    let charge = view.next_charge.as_ref()?;
    let latest = if view.resumes_on.is_some() { " at the latest" } else { "" };
    Some(format!("{}{latest}, {}", session.day(charge.on), session.money(charge.amount)))
}

/// Whether its movements have to say of which benefit they are.
pub fn names_benefit(view: &EnrollmentView) -> bool {
    let first = view.movements.first().map(|one| one.benefit);
    view.movements.iter().any(|one| Some(one.benefit) != first)
}

/// The lot a movement is of, from its grant to its expiry: `granted 15 Mar, through 14 Apr`.
fn lot_words(one: &MovementView, session: &SignedIn) -> Option<String> {
    let begins = one.kind == MovementKind::Granted && one.on == one.granted_on;
    let granted = (!begins).then(|| format!("granted {}", session.day(one.granted_on)));
    let through = one.expires.map(|day| format!("through {}", session.day(day)));
    let words: Vec<String> = granted.into_iter().chain(through).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What the columns of the credit history are.
pub fn movement_head() -> Html {
    html! {
        <li class="pl-subtle">
            <span>{ "Day" }</span><span>{ "What" }</span><span class="pl-end">{ "Change" }</span><span class="pl-end">{ "Left" }</span>
        </li>
    }
}

/// One line of the credit history.
pub fn movement(one: &MovementView, session: &SignedIn, names_benefit: bool) -> Html {
    let say = |amount: i64| left_words(one.unit, amount, session.currency());
    let amount = if one.amount > 0 { format!("+{}", say(one.amount)) } else { say(one.amount) };
    let words = match one.kind {
        MovementKind::Granted => "Refresh",
        MovementKind::Redeemed => "Used",
        MovementKind::Returned => "Returned",
        MovementKind::Expired => "Expired",
        MovementKind::Trimmed => "Over the cap",
        MovementKind::Adjusted => "Adjusted",
    };
    html! {
        <li>
            <span class="pl-subtle pl-date">{ session.day(one.on) }</span>
            <span class="pl-wrap">
                { words }
                if let (Some(ticket), Some(number)) = (one.ticket, &one.ticket_number) {
                    { if one.kind == MovementKind::Returned { " from " } else { " on " } }
                    <Link<Route> to={Route::Ticket(ticket)}>{ format!("ticket {number}") }</Link<Route>>
                }
                if names_benefit { <span class="pl-subtle">{ format!(" · {}", one.benefit_name) }</span> }
                if let Some(person) = &one.person_name { <span class="pl-subtle"><bdi>{ format!(" · {person}") }</bdi></span> }
                if let Some(reason) = &one.reason { <span class="pl-subtle"><bdi>{ format!(" · {reason}") }</bdi></span> }
                if let Some(lot) = lot_words(one, session) { <span class="pl-subtle">{ format!(" · {lot}") }</span> }
            </span>
            <span class="pl-money pl-end">{ amount }</span>
            <span class="pl-money pl-end">{ say(one.balance) }</span>
        </li>
    }
}

#[derive(Properties, PartialEq)]
pub struct BillingProps {
    pub view: Rc<EnrollmentView>,
}

/// How it is paid, what comes next, and every charge so far.
#[component]
pub fn Billing(props: &BillingProps) -> Html {
    let session = use_session();
    let view = &props.view;
    let newer =
        view.newer_version.map(|newer| format!(" (version {newer} is sold today)")).unwrap_or_default();
    let next = next_charge_words(view, &session).unwrap_or_else(|| "None".into());
    let shown = use_state(|| None::<AttrValue>);
    let onclose = {
        let shown = shown.clone();
        Callback::from(move |()| shown.set(None))
    };
    html! {
        <>
            <dl class="pl-kv">
                <dt>{ "Pays" }</dt><dd>{ pays_words(view) }</dd>
                <dt>{ "Terms" }</dt><dd>{ format!("Version {}, {}{newer}", view.version, price_words(view, &session)) }</dd>
                if let Some((first, last)) = view.period {
                    <dt>{ "Period" }</dt><dd class="pl-date">{ format!("{} to {}", session.day(first), session.day(last)) }</dd>
                }
                <dt>{ "Next charge" }</dt><dd class="pl-date">{ next }</dd>
                <dt>{ "Paid so far" }</dt>
                <dd>{ format!("{} in {}", session.money(view.paid_total), plural(view.paid_count.into(), "charge", "charges")) }</dd>
                if view.refunded_total.is_positive() { <dt>{ "Given back" }</dt><dd><MoneyText amount={view.refunded_total} /></dd> }
                if view.saved_total.is_positive() { <dt>{ "Saved so far" }</dt><dd><MoneyText amount={view.saved_total} saving=true /></dd> }
            </dl>
            if !view.charges.is_empty() {
                <ul class="pl-lines pl-small pl-charges" aria-label="Charges">
                    { for view.charges.iter().map(|charge| html! {
                        <li>
                            <span class="pl-wrap"><span class="pl-subtle pl-date">{ session.day(charge.on) }</span>{ format!(" {} ", charge.words) }
                                if charge.receipt {
                                    <Button look={Look::Inline} text={charge.number.clone()} label={AttrValue::from(format!("Receipt {}", charge.number))}
                                        onclick={ let (shown, number) = (shown.clone(), charge.number.clone()); Callback::from(move |()| shown.set(Some(AttrValue::from(number.clone())))) } />
                                    <span class="pl-subtle">{ format!(" · {}", charge.tenders) }</span>
                                } else {
                                    <span class="pl-subtle">{ format!("· {} · {}", charge.number, charge.tenders) }</span>
                                }
                            </span>
                            <MoneyText amount={charge.amount} />
                        </li>
                    }) }
                </ul>
            }
            if let Some(number) = &*shown { <PastReceipt enrollment={view.id} number={number.clone()} {onclose} /> }
        </>
    }
}

#[component]
fn FamilyOf(props: &PartProps) -> Html {
    let view = &props.view;
    let onact = props.onact.clone();
    let may_add = view.terms.family.up_to() > 0;
    html! {
        <>
            <FamilyList view={view.clone()} {onact} />
            if may_add {
                <div>
                    <Button look={Look::Secondary} small=true icon="user-plus" text={add_words(view)} disabled={view.moves.add_dependent.is_some()} onclick={props.onact.reform(|()| Move::AddDependent)} />
                    if let Some(why) = &view.moves.add_dependent { <p class="pl-small pl-subtle">{ why }</p> }
                </div>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct FamilyListProps {
    pub view: Rc<EnrollmentView>,
    pub onact: Callback<Move>,
}

/// Who an enrollment covers beside its holder.
#[component]
pub fn FamilyList(props: &FamilyListProps) -> Html {
    let session = use_session();
    let view = &props.view;
    if view.terms.family.up_to() == 0 {
        return html! { <p class="pl-subtle">{ "These terms cover only the member." }</p> };
    }
    html! {
        <>
            <p class="pl-small pl-subtle">{ places_words(view) }</p>
            <ul class="pl-list">
                { for view.dependents.iter().map(|one| {
                    let customer = one.customer;
                    let mut about = vec![format!("since {}", session.day(one.since))];
                    about.extend(one.may_take.iter().map(|left| format!("may take {left}")));
                    html! {
                        <li class="pl-row" key={customer.to_string()}>
                            <Avatar name={one.name.clone()} id={customer.uuid()} />
                            <div class="pl-grow">
                                <div class="pl-clip"><Link<Route> to={Route::Customer { id: customer, tab: CustomerTab::Overview }}><bdi>{ &one.name }</bdi></Link<Route>></div>
                                <div class="pl-small pl-subtle pl-wrap">{ about.join(" · ") }</div>
                            </div>
                            if let Some(since) = one.paused { <StatusLabel icon="pause-circle" text={format!("Paused since {}", session.day(since))} tone={Tone::Grey} /> }
                            <RowMenu label={format!("Actions for {}", one.name)} items={family_items(view, one, &props.onact)} />
                        </li>
                    }
                }) }
            </ul>
        </>
    }
}

/// `2 of 5 places are taken.`
pub fn places_words(view: &EnrollmentView) -> String {
    let taken = view.dependents.len();
    match view.seats {
        Some(seats) if seats.limit.is_none() && seats.places >= domain::plan::MOST_PEOPLE => {
            plural(taken as i64, "person, as many as join.", "people, as many as join.")
        }
        Some(seats) => format!("{taken} of {} seats are taken.", seats.places),
        None => format!("{taken} of {} places are taken.", view.terms.family.up_to()),
    }
}

/// What the button says that covers one more.
pub fn add_words(view: &EnrollmentView) -> &'static str {
    if view.seats.is_some() { "Add a person" } else { "Add family member" }
}

/// What can be done to one who is covered.
fn family_items(view: &EnrollmentView, one: &DependentView, onact: &Callback<Move>) -> Vec<MenuItem> {
    let customer = one.customer;
    let act = |what: Move| onact.reform(move |()| what.clone());
    if view.seats.is_none() {
        return vec![
            MenuItem::action("Make the holder", "user-check", act(Move::ChangeHolder(customer))),
            MenuItem::action("Remove from the family", "times", act(Move::RemoveDependent(customer))).apart(),
        ];
    }
    let rests = if one.paused.is_some() {
        MenuItem::action("Resume", "play", act(Move::ResumeSeat(customer)))
    } else {
        MenuItem::action("Pause", "pause", act(Move::PauseSeat(customer)))
    };
    vec![rests, MenuItem::action("Remove", "times", act(Move::RemoveDependent(customer))).apart()]
}

/// What is left, as words in one line: `$60.00 of credit, 1 Express Facial`.
pub fn left_line(view: &EnrollmentView, session: &SignedIn) -> String {
    let parts: Vec<String> = view
        .balances
        .iter()
        .filter(|balance| balance.person.is_none())
        .map(|balance| match balance.unit {
            None => format!("{}: unlimited", balance.name),
            Some(unit @ (CreditUnit::Money | CreditUnit::Minutes | CreditUnit::Bookings)) => {
                format!("{} {}", left_words(unit, balance.left, session.currency()), balance.name)
            }
        })
        .collect();
    if parts.is_empty() { "\u{2014}".into() } else { parts.join(", ") }
}
