//! What needs a person.

use crate::bridge::act;
use crate::components::{
    Button, Dialog, EmptyState, Icon, Kind, PageHead, Refusal, RouteLink, Skeleton, TabItem, Tabs, TextField,
};
use crate::query::use_query;
use crate::route::{CustomerTab, Route};
use crate::session::use_session;
use crate::toast::use_toast;
use protocol::ErrorReply;
use protocol::keeping::{CloseTask, ListTasks, TaskView, Thing};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[component]
pub fn TasksPage() -> Html {
    let session = use_session();
    let done = use_state(|| false);
    let list = use_query(ListTasks { closed: *done });
    let closing = use_state(|| None::<TaskView>);
    let onselect = {
        let done = done.clone();
        Callback::from(move |tab: bool| done.set(tab))
    };
    let open = session.open_tasks;
    let tabs = vec![TabItem::new(false, "To do").count(open), TabItem::new(true, "Done")];
    let subtitle = match open {
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
                } else if tasks.is_empty() && list.data.is_some() {
                    { empty }
                }
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
                                    { for task.about.iter().filter_map(|thing| link(*thing)) }
                                </div>
                            </div>
                            <span class="pl-small pl-subtle pl-date">{ session.day(task.closed.unwrap_or(task.on)) }</span>
                        </article>
                    }
                }) }
            </div>
            if let Some(task) = &*closing { <CloseDialog task={task.clone()} {onclose} /> }
        </>
    }
}

/// Where the thing a task speaks of is shown.
fn link(thing: Thing) -> Option<Html> {
    let (to, words) = match thing {
        Thing::Customer(id) => (Route::Customer { id, tab: CustomerTab::Overview }, "Open the profile"),
        Thing::Ticket(id) => (Route::Ticket(id), "Open the ticket"),
        Thing::Plan(id) => (Route::TierEdit(id), "Open the membership"),
        Thing::Item(_) => (Route::Items, "Open the items"),
        Thing::GiftCard(id) => (Route::GiftCards { card: Some(id) }, "Open the gift card"),
        Thing::Practice | Thing::Enrollment(_) => return None,
    };
    Some(html!(<RouteLink {to} class="pf-v6-c-button pf-m-link pf-m-small">{ words }</RouteLink>))
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
                <TextField kind={Kind::Long} label="What was done (optional)" value={(*note).clone()} {onchange} />
            </div>
        </Dialog>
    }
}
