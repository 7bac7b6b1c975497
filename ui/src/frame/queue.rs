//! The connection badge, and what it opens: what waits to go out, and what needs a person.

use crate::components::{Button, Icon, Look, Place, RouteLink, use_outside_press};
use crate::keys::{Command, use_command};
use crate::route::Route;
use crate::session::{SignedIn, use_session};
use yew::prelude::*;

/// What the badge says: tone, icon, words.
fn badge(session: &SignedIn) -> (&'static str, &'static str, String) {
    match (session.open_tasks, session.waiting) {
        (0, 0) => ("pf-m-green", "check-circle", "This desk".to_owned()),
        (0, waiting) => ("pf-m-blue", "sync-alt", format!("Waiting · {waiting}")),
        (tasks, _) => ("pf-m-red", "exclamation-circle", format!("Attention · {tasks}")),
    }
}

#[component]
pub fn ConnectionBadge() -> Html {
    let session = use_session();
    let button = use_node_ref();
    let open = use_state(|| None::<Place>);
    let (tone, icon, words) = badge(&session);
    let onclick = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |_: MouseEvent| {
            open.set(if open.is_some() { None } else { Place::under(&button, false) })
        })
    };
    let onclose = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |()| {
            open.set(None);
            if let Some(button) = button.cast::<web_sys::HtmlElement>() {
                let _ = button.focus();
            }
        })
    };
    html! {
        <>
            <button ref={button.clone()} class={classes!("pf-v6-c-label", tone, "pf-m-clickable", "pl-conn")} type="button" {onclick} aria-haspopup="dialog"
                aria-expanded={open.is_some().to_string()} aria-label={format!("Connection: {words}. Open the queue")}>
                <span class="pf-v6-c-label__content">
                    <span class="pf-v6-c-label__icon"><Icon name={icon} /></span>
                    <span class="pf-v6-c-label__text">{ words }</span>
                </span>
            </button>
            if let Some(place) = &*open { <Queue place={*place} {onclose} anchor={button.clone()} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct QueueProps {
    place: Place,
    onclose: Callback<()>,
    anchor: NodeRef,
}

#[component]
fn Queue(props: &QueueProps) -> Html {
    let session = use_session();
    use_command(Command::Leave, props.onclose.clone());
    let node = use_node_ref();
    use_outside_press(vec![node.clone(), props.anchor.clone()], props.onclose.clone());
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(panel) = node.cast::<web_sys::HtmlElement>() {
                let _ = panel.focus();
            }
        });
    }
    let tasks = session.open_tasks;
    html! {
        <div ref={node} class="pl-popover" style={props.place.style()} role="dialog" aria-label="Queue" tabindex="-1">
            <div class="pl-row pl-row--between">
                <h2 class="pl-section-title">{ "Queue" }</h2>
                <Button look={Look::Plain} small=true icon="times" label="Close the queue" onclick={props.onclose.clone()} />
            </div>
            if session.waiting == 0 {
                <p>{ "Nothing waits to be sent." }</p>
            } else {
                <p>{ format!("{} things wait to be sent, in order.", session.waiting) }</p>
            }
            <p class="pl-small pl-subtle">
                { "This desk works by itself: every sale, membership and change is saved, encrypted, on this computer the moment it is made. Members pay at the counter, so nothing is owed to an outside service." }
            </p>
            if tasks > 0 {
                <p>
                    <RouteLink to={Route::Tasks}>{ if tasks == 1 { "1 task needs a person".to_owned() } else { format!("{tasks} tasks need a person") } }</RouteLink>
                </p>
            }
        </div>
    }
}
