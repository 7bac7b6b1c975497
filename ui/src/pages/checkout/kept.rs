//! The open tickets: they outlive the page, the lock and the window.

use super::state::{Action, Counter};
use crate::toast::use_toast;
use crate::{bridge, ids};
use domain::{CustomerId, TicketId};
use gloo_timers::callback::Timeout;
use protocol::tickets::{CustomerAtCheckout, KeepOpenTickets, ListOpenTickets, TicketDraft};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

thread_local! {
    /// The open tickets outlive the page: looking up a member, or the lock after idle minutes, loses nothing.
    static OPEN_TICKETS: RefCell<Option<Counter>> = const { RefCell::new(None) };
}

pub fn open_tickets() -> Counter {
    OPEN_TICKETS.with_borrow(Clone::clone).unwrap_or_else(|| Counter::new(TicketId::new(ids::fresh())))
}

/// Brings back what was open when the window went away, once; `false` until that is known.
#[hook]
pub fn use_restored() -> bool {
    let toast = use_toast();
    let restored = use_state(|| OPEN_TICKETS.with_borrow(Option::is_some));
    let known = *restored;
    use_effect_with((), move |()| {
        if known {
            return;
        }
        spawn_local(async move {
            let drafts = match bridge::call(ListOpenTickets {}).await {
                Ok(drafts) => drafts,
                Err(refusal) => {
                    toast.refused(&refusal);
                    Vec::new()
                }
            };
            match drafts.len() {
                0 => {}
                1 => toast.done("The ticket that was open is still here"),
                open => toast.done(format!("{open} tickets that were open are still here")),
            }
            let counter = Counter::restored(drafts, ids::fresh().into());
            put_away(counter);
            restored.set(true);
        });
    });
    known
}

/// Whoever types is not written down at every key.
const KEEP_AFTER_MS: u32 = 300;

/// Keeps what is open beside the journal, so that a window that goes away loses none of it.
#[hook]
pub fn use_kept(tickets: Vec<TicketDraft>) {
    let newest = use_mut_ref(|| 0_u32);
    use_effect_with(tickets, move |tickets| {
        let tickets = tickets.clone();
        let this = {
            let mut newest = newest.borrow_mut();
            *newest = newest.wrapping_add(1);
            *newest
        };
        // It comes to pass though the page is left before.
        Timeout::new(KEEP_AFTER_MS, move || {
            if *newest.borrow() == this {
                spawn_local(async move {
                    // What could not be kept is still on the screen, and is kept with the next change.
                    let _ = bridge::call(KeepOpenTickets { tickets }).await;
                });
            }
        })
        .forget();
    });
}

/// Puts away the counter as it stands.
pub fn put_away(counter: Counter) {
    OPEN_TICKETS.with_borrow_mut(|kept| *kept = Some(counter));
}

/// Reads who is on the tickets that are not in view, so that each is called by its person.
#[hook]
pub fn use_people_beside(counter: &Counter, act: &Callback<Action>) {
    let shown = counter.shown;
    let beside =
        counter.tickets.iter().filter(|ticket| ticket.draft.id != shown && ticket.attached.is_none());
    let unread: Vec<CustomerId> = beside.filter_map(|ticket| ticket.draft.customer).collect();
    let act = act.clone();
    use_effect_with(unread, move |unread| {
        for customer in unread.iter().copied() {
            let act = act.clone();
            spawn_local(async move {
                // Who cannot be read now is read, or said, when the ticket is shown.
                if let Ok(who) = bridge::call(CustomerAtCheckout { customer }).await {
                    act.emit(Action::Known(Rc::new(who)));
                }
            });
        }
    });
}
