//! The connection badge: how the way out stands, and the way to the queue.

use crate::app::Program;
use crate::bridge;
use crate::components::{Icon, RouteLink};
use crate::route::Route;
use crate::session::{SignedIn, use_session};
use gloo_timers::callback::Interval;
use protocol::practice::WhoAmI;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// While something waits, how often to ask whether it still does.
const LOOK_MS: u32 = 5_000;

/// What the badge says: tone, icon, words.
fn badge(session: &SignedIn) -> (&'static str, &'static str, String) {
    match (session.open_tasks + session.refused, session.waiting) {
        (0, 0) => ("pf-m-green", "check-circle", "This desk".to_owned()),
        (0, waiting) => ("pf-m-blue", "sync-alt", format!("Waiting · {waiting}")),
        (needed, _) => ("pf-m-red", "exclamation-circle", format!("Attention · {needed}")),
    }
}

#[component]
pub fn ConnectionBadge() -> Html {
    let session = use_session();
    let program = use_context::<Program>();
    let waits = session.waiting > 0;
    let onsession = program.map(|program| program.session);
    // What goes out by itself changes nothing in this window that would say so.
    use_effect_with(waits, move |waits| {
        let looks = waits.then(|| {
            Interval::new(LOOK_MS, move || {
                let onsession = onsession.clone();
                spawn_local(async move {
                    let door = bridge::call(WhoAmI {}).await;
                    if let (Some(onsession), Ok(Some(session))) = (onsession, door.map(|door| door.session)) {
                        onsession.emit(session);
                    }
                });
            })
        });
        move || drop(looks)
    });
    let (tone, icon, words) = badge(&session);
    html! {
        <RouteLink to={Route::Queue} class={classes!("pf-v6-c-label", tone, "pf-m-clickable", "pl-conn")} label={format!("Connection: {words}. Open the queue")}>
            <span class="pf-v6-c-label__content">
                <span class="pf-v6-c-label__icon"><Icon name={icon} /></span>
                <span class="pf-v6-c-label__text">{ words }</span>
            </span>
        </RouteLink>
    }
}
