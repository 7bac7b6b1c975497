//! The connection badge: how the way out stands, and the way to the queue.

use crate::app::Program;
use crate::bridge;
use crate::components::{Icon, RouteLink};
use crate::route::Route;
use crate::session::use_session;
use gloo_timers::callback::Interval;
use protocol::practice::{Session, WayOut, WhoAmI};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// While something waits, how often to ask whether it still does.
const LOOK_MS: u32 = 5_000;

/// What the badge says: tone, icon, words.
///
/// Only e-mail goes out, so only the mail server can be out of reach; nothing at the desk waits for it.
fn badge(session: &Session) -> (&'static str, &'static str, String) {
    match (session.open_tasks + session.refused, session.way_out, session.waiting) {
        (needed @ 1.., _, _) => ("pf-m-red", "exclamation-circle", format!("Attention · {needed}")),
        (0, WayOut::NotReached, 0) => ("pf-m-orange", "exclamation-triangle", "Offline".to_owned()),
        (0, WayOut::NotReached, waiting) => {
            ("pf-m-orange", "exclamation-triangle", format!("Offline · {waiting} waiting"))
        }
        (0, WayOut::Untried | WayOut::Reached, waiting @ 1..) => {
            ("pf-m-blue", "sync-alt", format!("Waiting · {waiting}"))
        }
        (0, WayOut::Reached, 0) => ("pf-m-green", "check-circle", "Online".to_owned()),
        (0, WayOut::Untried, 0) => ("pf-m-green", "check-circle", "This desk".to_owned()),
    }
}

/// What works, and what waits.
fn about(session: &Session) -> String {
    let mails = match session.waiting {
        0 => "no e-mail waits".to_owned(),
        1 => "1 e-mail waits".to_owned(),
        waiting => format!("{waiting} e-mails wait"),
    };
    match session.way_out {
        WayOut::NotReached => {
            format!("The mail server is out of reach. Everything at the desk works; {mails}.")
        }
        WayOut::Reached => format!("The mail server was reached at the last try; {mails}."),
        WayOut::Untried => format!("Everything is kept on this desk; {mails}."),
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
        <RouteLink to={Route::Queue} class={classes!("pf-v6-c-label", tone, "pf-m-clickable", "pl-conn")} title={about(&session)} label={format!("Connection: {words}. Open the queue")}>
            <span class="pf-v6-c-label__content">
                <span class="pf-v6-c-label__icon"><Icon name={icon} /></span>
                <span class="pf-v6-c-label__text">{ words }</span>
            </span>
        </RouteLink>
    }
}
