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
/// What Stripe says by itself, of a charge that failed, comes in without anything waiting here.
const LISTEN_MS: u32 = 30_000;

/// How often to look; not at all where nothing changes by itself.
fn look_every(waiting: u32, listens: bool) -> Option<u32> {
    match (waiting, listens) {
        (1.., _) => Some(LOOK_MS),
        (0, true) => Some(LISTEN_MS),
        (0, false) => None,
    }
}

/// Both ways out as one: not reached where one of them is not.
fn both(mail: WayOut, stripe: WayOut) -> WayOut {
    match (mail, stripe) {
        (WayOut::NotReached, _) | (_, WayOut::NotReached) => WayOut::NotReached,
        (WayOut::Reached, _) | (_, WayOut::Reached) => WayOut::Reached,
        (WayOut::Untried, WayOut::Untried) => WayOut::Untried,
    }
}

/// What the badge says: tone, icon, words.
fn badge(session: &Session) -> (&'static str, &'static str, String) {
    match (session.open_tasks + session.refused, both(session.way_out, session.stripe_out), session.waiting) {
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
    if session.practice.stripe.is_some() {
        return about_both(session);
    }
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

/// The same where cards are charged too: what a broken way to Stripe leaves undone is said.
fn about_both(session: &Session) -> String {
    let waits = match session.waiting {
        0 => "nothing waits".to_owned(),
        1 => "1 thing waits".to_owned(),
        waiting => format!("{waiting} things wait"),
    };
    let works = "You can sell, enroll, pause and look up; new cards, and charging one at once, have to wait";
    match (session.way_out, session.stripe_out) {
        (WayOut::NotReached, WayOut::NotReached) => {
            format!("Stripe and the mail server are out of reach. {works}. In the queue {waits}.")
        }
        (_, WayOut::NotReached) => format!("Stripe is out of reach. {works}. In the queue {waits}."),
        (WayOut::NotReached, _) => {
            format!("The mail server is out of reach. Everything at the desk works; {waits}.")
        }
        (_, WayOut::Reached) => format!("Stripe was reached at the last try; {waits}."),
        (WayOut::Reached, _) => format!("The mail server was reached at the last try; {waits}."),
        (WayOut::Untried, WayOut::Untried) => format!("Everything is kept on this desk; {waits}."),
    }
}

#[component]
pub fn ConnectionBadge() -> Html {
    let session = use_session();
    let program = use_context::<Program>();
    let look_every = look_every(session.waiting, session.practice.stripe.is_some());
    let onsession = program.map(|program| program.session);
    // What goes out by itself changes nothing in this window that would say so.
    use_effect_with(look_every, move |look_every| {
        let looks = look_every.map(|every_ms| {
            Interval::new(every_ms, move || {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_that_is_not_reached_is_enough_to_be_offline() {
        use WayOut::{NotReached, Reached, Untried};
        assert_eq!(both(Reached, NotReached), NotReached);
        assert_eq!(both(NotReached, Untried), NotReached);
        assert_eq!(both(Untried, Reached), Reached);
        assert_eq!(both(Untried, Untried), Untried);
    }

    #[test]
    fn the_badge_looks_again_while_something_waits_or_stripe_may_speak() {
        assert_eq!(look_every(2, false), Some(LOOK_MS));
        assert_eq!(look_every(0, true), Some(LISTEN_MS));
        assert_eq!(look_every(0, false), None);
    }
}
