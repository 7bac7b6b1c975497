//! What needs a person.

use crate::bridge::act;
use crate::components::{
    Button, Dialog, EmptyState, Icon, Kind, PageHead, RadioCard, RadioCards, Refusal, RouteLink, Skeleton,
    TabItem, Tabs, TextField,
};
use crate::ids;
use crate::pages::gift_cards::change::{Change, ChangeCard};
use crate::pages::members::actions::use_sending;
use crate::pages::members::table::show_only;
use crate::pages::memberships::words::plural;
use crate::query::use_query;
use crate::route::{CustomerTab, Route};
use crate::session::use_session;
use crate::toast::use_toast;
use domain::GiftCardId;
use protocol::ErrorReply;
use protocol::enrollments::{OverdraftChoice, SettleOverdraft};
use protocol::gift_cards::GetGiftCard;
use protocol::keeping::{CloseTask, ListTasks, NextStep, ShortCredit, TaskView, Thing};
use protocol::members::StatusFilter;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[component]
pub fn TasksPage() -> Html {
    let session = use_session();
    let done = use_state(|| false);
    let list = use_query(ListTasks { closed: *done });
    let closing = use_state(|| None::<TaskView>);
    let settling = use_state(|| None::<ShortCredit>);
    let righting = use_state(|| None::<GiftCardId>);
    let onselect = {
        let done = done.clone();
        Callback::from(move |tab: bool| done.set(tab))
    };
    let (refused, past_due, unpaid) = (session.refused, session.past_due, session.unpaid);
    let to_do = session.to_do();
    let tabs = vec![TabItem::new(false, "To do").count(to_do), TabItem::new(true, "Done")];
    let subtitle = match to_do {
        0 => "Nothing needs a person".to_owned(),
        1 => "1 needs a person".to_owned(),
        count => format!("{count} need a person"),
    };
    // The reply to the other tab may still stand here while its own is on the way.
    let tasks: Vec<TaskView> = list
        .data
        .iter()
        .flat_map(|tasks| tasks.iter())
        .filter(|task| task.closed.is_some() == *done)
        .cloned()
        .collect();
    let onclose = {
        let closing = closing.clone();
        Callback::from(move |()| closing.set(None))
    };
    let empty = match *done {
        false => {
            html!(<EmptyState icon="clipboard-check" title="Nothing to do">{ "When something needs a person, it appears here: what happened, whether money moved, and what to do next." }</EmptyState>)
        }
        true => {
            html!(<EmptyState title="Nothing done yet">{ "Tasks that were closed stay here." }</EmptyState>)
        }
    };
    html! {
        <>
            <PageHead title="Tasks" {subtitle} />
            <Tabs<bool> {tabs} selected={*done} {onselect} />
            <div class="pl-scroll" role="tabpanel" aria-label={if *done { "Done" } else { "To do" }} tabindex="0">
                if list.error.is_some() && list.data.is_none() {
                    <div class="pl-instead"><Refusal error={list.error.clone()} title="The tasks could not be read" onretry={list.reload.clone()} /></div>
                } else if list.slow {
                    { for (0..3).map(|_| html!(<div class="pl-task"><span></span><div class="pl-stack"><Skeleton width="40%" /><Skeleton width="70%" /></div></div>)) }
                } else if tasks.is_empty() && list.data.is_some() && (*done || refused + past_due + unpaid == 0) {
                    { empty }
                }
                if !*done && refused > 0 { { refused_effects(refused, session.practice.stripe.is_some()) } }
                if !*done && past_due > 0 { <NotCollected of={StatusFilter::PastDue} count={past_due} /> }
                if !*done && unpaid > 0 { <NotCollected of={StatusFilter::Waiting} count={unpaid} /> }
                { for tasks.iter().map(|task| {
                    let onclick = { let (closing, task) = (closing.clone(), task.clone()); Callback::from(move |()| closing.set(Some(task.clone()))) };
                    html! {
                        <article key={task.id.to_string()} class="pl-task">
                            <span class="pl-task-icon"><Icon name={if *done { "check" } else { "exclamation-circle" }} /></span>
                            <div class="pl-grow">
                                <h2>{ &task.title }</h2>
                                <p class="pl-subtle">{ &task.text }</p>
                                <div class="pl-buttons">
                                    if !*done { <Button small=true text="Mark done" label={AttrValue::from(format!("Mark done: {}", task.title))} {onclick} /> }
                                    { for next_step(task, &settling, &righting) }
                                    { for links(&task.about) }
                                </div>
                            </div>
                            <span class="pl-small pl-subtle pl-date">{ session.day(task.closed.unwrap_or(task.on)) }</span>
                        </article>
                    }
                }) }
            </div>
            if let Some(short) = &*settling { <SettleDialog short={short.clone()} onclose={let settling = settling.clone(); Callback::from(move |()| settling.set(None))} /> }
            if let Some(id) = *righting { <PutRight {id} onclose={let righting = righting.clone(); Callback::from(move |()| righting.set(None))} /> }
            if let Some(task) = &*closing { <CloseDialog task={task.clone()} {onclose} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct NotCollectedProps {
    of: StatusFilter,
    count: u32,
}

/// Renewals, or first charges, that were not collected in time; the table of members has them all.
#[component]
fn NotCollected(props: &NotCollectedProps) -> Html {
    let router = use_router::<Route>();
    let NotCollectedProps { of, count } = *props;
    let onclick = Callback::from(move |()| {
        show_only(of);
        if let Some(router) = &router {
            router.push(Route::Members);
        }
    });
    let first = of == StatusFilter::Waiting;
    let title = match (first, count) {
        (false, 1) => "1 membership is past due".to_owned(),
        (false, count) => format!("{count} memberships are past due"),
        (true, 1) => "1 membership waits for its first payment".to_owned(),
        (true, count) => format!("{count} memberships wait for their first payment"),
    };
    let text = if first {
        "The first charge was not collected on its day. No money moved, and benefits start once it is paid. Collect it when they come in, or cancel what is not wanted any more."
    } else {
        "A renewal was not collected on its day. No money moved. Benefits hold through the days of grace and rest after them; collect what is owed when they come in, or write to them."
    };
    html! {
        <article class="pl-task">
            <span class="pl-task-icon"><Icon name="exclamation-circle" /></span>
            <div class="pl-grow">
                <h2>{ title }</h2>
                <p class="pl-subtle">{ text }</p>
                <div class="pl-buttons"><Button small=true text="Show the members" {onclick} /></div>
            </div>
        </article>
    }
}

/// What the outside refused: it stands in the queue, where each can be read, tried again or cancelled.
///
/// `by_card`: Stripe is connected too, so that it need not be an e-mail.
fn refused_effects(count: u32, by_card: bool) -> Html {
    let (title, text) = match by_card {
        true => (
            plural(count.into(), "thing was refused", "things were refused"),
            "Stripe, or the mail server, did not take what was to go out. The queue says of each why, whether money moved, and what to do; it is tried again once the cause is mended.",
        ),
        false => (
            plural(count.into(), "e-mail was refused", "e-mails were refused"),
            "The mail server did not take what was to go out. No money moved. The queue says why of each, and tries it again once the cause is mended.",
        ),
    };
    html! {
        <article class="pl-task">
            <span class="pl-task-icon"><Icon name="exclamation-circle" /></span>
            <div class="pl-grow">
                <h2>{ title }</h2>
                <p class="pl-subtle">{ text }</p>
                <div class="pl-buttons"><RouteLink to={Route::Queue} class="pf-v6-c-button pf-m-link pf-m-small">{ "Open the queue" }</RouteLink></div>
            </div>
            <span></span>
        </article>
    }
}

/// What can be done about a task right here, beside looking at what it speaks of.
fn next_step(
    task: &TaskView,
    settling: &UseStateHandle<Option<ShortCredit>>,
    righting: &UseStateHandle<Option<GiftCardId>>,
) -> Vec<Html> {
    let away = |to: Route, words: &'static str| html!(<RouteLink {to} class="pf-v6-c-button pf-m-link pf-m-small">{ words }</RouteLink>);
    match (&task.next, task.closed) {
        (Some(NextStep::Settle(short)), None) => {
            let onclick = {
                let (settling, short) = (settling.clone(), short.clone());
                Callback::from(move |()| settling.set(Some(short.clone())))
            };
            let label = AttrValue::from(format!("Settle it: {}", short.words));
            vec![
                html!(<Button small=true text="Settle it" {label} {onclick} />),
                away(Route::Checkout { customer: Some(short.customer) }, "Charge it at the checkout"),
            ]
        }
        (Some(NextStep::PayOut), None) => vec![away(Route::Drawer, "Pay it out of the drawer")],
        (Some(NextStep::PayIn), None) => vec![away(Route::Drawer, "Pay it into the drawer")],
        (Some(NextStep::PutRight { card }), None) => {
            let onclick = {
                let (righting, card) = (righting.clone(), *card);
                Callback::from(move |()| righting.set(Some(card)))
            };
            let label = AttrValue::from(format!("Put the balance right: {}", task.title));
            vec![html!(<Button small=true text="Put the balance right" {label} {onclick} />)]
        }
        (None, _) | (_, Some(_)) => Vec::new(),
    }
}

/// Where the things a task speaks of are shown.
fn links(about: &[Thing]) -> Vec<Html> {
    let of_membership = about.iter().any(|thing| matches!(thing, Thing::Enrollment(_)));
    let several = about.iter().filter(|thing| matches!(thing, Thing::Ticket(_))).count() > 1;
    let mut tickets = 0;
    let one = |thing: &Thing| {
        let (to, words) = match *thing {
            Thing::Customer(id) if of_membership => {
                (Route::Customer { id, tab: CustomerTab::Memberships }, "Open the memberships".to_owned())
            }
            Thing::Customer(id) => {
                (Route::Customer { id, tab: CustomerTab::Overview }, "Open the profile".to_owned())
            }
            Thing::Ticket(id) => {
                tickets += 1;
                let words =
                    if several { format!("Open ticket {tickets}") } else { "Open the ticket".to_owned() };
                (Route::Ticket(id), words)
            }
            Thing::Plan(id) => (Route::TierEdit(id), "Open the membership".to_owned()),
            Thing::Item(id) => (Route::Items { item: Some(id) }, "Open the item".to_owned()),
            Thing::GiftCard(id) => (Route::GiftCards { card: Some(id) }, "Open the gift card".to_owned()),
            Thing::Practice | Thing::Enrollment(_) => return None,
        };
        Some(html!(<RouteLink {to} class="pf-v6-c-button pf-m-link pf-m-small">{ words }</RouteLink>))
    };
    about.iter().filter_map(one).collect()
}

#[derive(Properties, PartialEq)]
struct PutRightProps {
    id: GiftCardId,
    onclose: Callback<()>,
}

/// Puts the balance of a task's gift card right where the task stands.
#[component]
fn PutRight(props: &PutRightProps) -> Html {
    let card = use_query(GetGiftCard { code: String::new(), id: Some(props.id) });
    match (&card.data, &card.error) {
        (Some(card), _) => {
            html!(<ChangeCard card={card.clone()} what={Change::Adjust} onclose={props.onclose.clone()} />)
        }
        (None, Some(error)) => html! {
            <Dialog title="Gift card" onclose={props.onclose.clone()} secondary="Close" width="30rem">
                <Refusal error={Some(error.clone())} title="The gift card could not be read" onretry={Some(card.reload.clone())} />
            </Dialog>
        },
        (None, None) => html!(),
    }
}

#[derive(Properties, PartialEq)]
struct SettleDialogProps {
    short: ShortCredit,
    onclose: Callback<()>,
}

/// Who bears what a credit is short of.
#[component]
fn SettleDialog(props: &SettleDialogProps) -> Html {
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let by = use_state(|| OverdraftChoice::Forgive);
    let reason = use_state(String::new);
    let short = &props.short;
    let settle = {
        let (sending, onclose, key, short) = (sending.clone(), props.onclose.clone(), *key, short.clone());
        let (by, reason) = (*by, reason.trim().to_owned());
        Callback::from(move |()| {
            let (toast, onclose) = (toast.clone(), onclose.clone());
            let request = SettleOverdraft {
                id: short.enrollment,
                benefit: short.benefit,
                lot: short.lot,
                by,
                reason: reason.clone(),
            };
            sending.send(request, key, move |_| {
                toast.done("Settled, and the task is done");
                onclose.emit(());
            });
        })
    };
    let cards = vec![
        RadioCard::new(
            OverdraftChoice::Forgive,
            "Forgive it",
            "The practice bears it. Choose this too after charging it at the checkout.",
        ),
        RadioCard::new(
            OverdraftChoice::TakeFromNextRefresh,
            "Take it from the next refresh",
            "The next refreshes bring as much less.",
        ),
    ];
    let needs_reason = *by == OverdraftChoice::Forgive;
    let primary = match *by {
        OverdraftChoice::Forgive => format!("Forgive {}", short.words),
        OverdraftChoice::TakeFromNextRefresh => "Take it from the next refresh".to_owned(),
    };
    html! {
        <Dialog title={format!("{} of {} are short", short.words, short.customer_name)} description="No money moves by this." {primary} onprimary={settle}
            disabled={*sending.busy || needs_reason && reason.trim().is_empty()} onclose={props.onclose.clone()} width="34rem">
            <div class="pl-stack pl-dialog-form">
                <Refusal error={(*sending.refusal).clone()} title="Not settled" />
                <RadioCards<OverdraftChoice> label="Who bears it" {cards} selected={*by} columns={1}
                    onselect={let by = by.clone(); Callback::from(move |chosen| by.set(chosen))} />
                <TextField label={if needs_reason { "Reason" } else { "Reason (optional)" }} required={needs_reason} value={(*reason).clone()} max_length={200}
                    onchange={let reason = reason.clone(); Callback::from(move |text| reason.set(text))} />
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct CloseDialogProps {
    task: TaskView,
    onclose: Callback<()>,
}

#[component]
fn CloseDialog(props: &CloseDialogProps) -> Html {
    let toast = use_toast();
    let note = use_state(String::new);
    let error = use_state(|| None::<ErrorReply>);
    let onchange = {
        let note = note.clone();
        Callback::from(move |text: String| note.set(text))
    };
    let onprimary = {
        let (id, note, error, toast, onclose) =
            (props.task.id, note.clone(), error.clone(), toast, props.onclose.clone());
        Callback::from(move |()| {
            let (note, error, toast, onclose) =
                ((*note).clone(), error.clone(), toast.clone(), onclose.clone());
            spawn_local(async move {
                match act(CloseTask { id, note }).await {
                    Ok(_) => {
                        toast.done("Marked done");
                        onclose.emit(());
                    }
                    Err(refusal) => error.set(Some(refusal)),
                }
            });
        })
    };
    html! {
        <Dialog title={props.task.title.clone()} description="Closing a task changes nothing else. It stays under Done." primary="Mark done" {onprimary}
            onclose={props.onclose.clone()} width="30rem">
            <div class="pl-stack pl-dialog-form">
                <Refusal error={(*error).clone()} />
                <TextField kind={Kind::Long} label="What was done (optional)" value={(*note).clone()} {onchange} max_length={500} />
            </div>
        </Dialog>
    }
}
