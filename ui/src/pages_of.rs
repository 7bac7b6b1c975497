//! Lists that come in pages: loaded as far as somebody has looked, read again after a change.

use crate::bridge;
use crate::query::PATIENCE_MS;
use gloo_timers::callback::Timeout;
use protocol::tickets::{ListTickets, TicketRow};
use protocol::{Call, ErrorReply};
use std::rc::Rc;
use yew::prelude::*;

/// The most the door gives at once.
const PAGE: u32 = 500;

/// A request whose reply is one page of a longer list.
pub trait Paged: Call + Clone + PartialEq + 'static {
    type Row: Clone + PartialEq + 'static;
    fn page(&self, after: Option<String>, limit: u32) -> Self;
    /// The rows, how many there are over all pages where the door counts them, and where the next page begins.
    fn open(reply: Self::Reply) -> (Vec<Self::Row>, Option<u32>, Option<String>);
}

impl Paged for ListTickets {
    type Row = TicketRow;
    fn page(&self, after: Option<String>, limit: u32) -> Self {
        Self { after, limit: Some(limit), ..self.clone() }
    }
    fn open(reply: Self::Reply) -> (Vec<TicketRow>, Option<u32>, Option<String>) {
        (reply.rows, None, reply.next)
    }
}

/// What is loaded of a list.
#[derive(Clone, PartialEq)]
pub struct Pages<Row: PartialEq> {
    pub rows: Rc<Vec<Row>>,
    /// All that match; `None` before the first answer.
    pub total: Option<u32>,
    pub error: Option<ErrorReply>,
    /// Nothing yet, and the answer is overdue.
    pub slow: bool,
    /// There are rows after those that are loaded.
    pub more: bool,
    /// Load at least up to this row.
    pub reach: Callback<usize>,
    pub reload: Callback<()>,
}

struct Loaded<Row> {
    round: u32,
    rows: Rc<Vec<Row>>,
    total: Option<u32>,
    next: Option<String>,
    error: Option<ErrorReply>,
    slow: bool,
    loading: bool,
}

impl<Row> Default for Loaded<Row> {
    fn default() -> Self {
        Self {
            round: 0,
            rows: Rc::default(),
            total: None,
            next: None,
            error: None,
            slow: false,
            loading: false,
        }
    }
}

impl<Row> Clone for Loaded<Row> {
    fn clone(&self) -> Self {
        Self {
            round: self.round,
            rows: self.rows.clone(),
            total: self.total,
            next: self.next.clone(),
            error: self.error.clone(),
            slow: self.slow,
            loading: self.loading,
        }
    }
}

enum Event<Row> {
    /// Another list than before, or the same one read again; `afresh` forgets what is shown.
    Asked {
        round: u32,
        afresh: bool,
    },
    Overdue(u32),
    Arrived {
        round: u32,
        rows: Vec<Row>,
        total: Option<u32>,
        next: Option<String>,
        replaces: bool,
    },
    Refused {
        round: u32,
        error: ErrorReply,
    },
}

impl<Row: Clone + 'static> Reducible for Loaded<Row> {
    type Action = Event<Row>;

    fn reduce(self: Rc<Self>, event: Event<Row>) -> Rc<Self> {
        let mut next = (*self).clone();
        match event {
            Event::Asked { round, afresh } => {
                next.round = round;
                next.loading = true;
                next.slow = false;
                if afresh {
                    next.error = None;
                }
            }
            Event::Overdue(round) if round == self.round => {
                next.slow = self.total.is_none() && self.error.is_none();
            }
            Event::Arrived { round, rows, total, next: after, replaces } if round == self.round => {
                if replaces {
                    next.rows = Rc::new(rows);
                } else {
                    Rc::make_mut(&mut next.rows).extend(rows);
                }
                // An uncounted list is as long as what is loaded of it.
                next.total = total.or(Some(next.rows.len() as u32));
                next.next = after;
                next.error = None;
                next.slow = false;
                next.loading = false;
            }
            Event::Refused { round, error } if round == self.round => {
                next.error = Some(error);
                next.slow = false;
                next.loading = false;
            }
            Event::Overdue(_) | Event::Arrived { .. } | Event::Refused { .. } => return self,
        }
        Rc::new(next)
    }
}

/// Shows a paged list: the first page at once, more as it is reached, all that was loaded again after a change.
///
/// While another filter's first page is on its way the older rows stay.
#[hook]
pub fn use_pages<C: Paged>(request: C) -> Pages<C::Row> {
    let state = use_reducer(Loaded::<C::Row>::default);
    let newest = use_mut_ref(|| request.clone());
    *newest.borrow_mut() = request.clone();
    let round = use_mut_ref(|| 0_u32);

    let start = {
        let dispatcher = state.dispatcher();
        let (newest, round) = (newest.clone(), round.clone());
        use_callback((), move |(wanted, afresh): (usize, bool), ()| {
            let this = {
                let mut round = round.borrow_mut();
                *round += 1;
                *round
            };
            dispatcher.dispatch(Event::Asked { round: this, afresh });
            let overdue = {
                let dispatcher = dispatcher.clone();
                Timeout::new(PATIENCE_MS, move || dispatcher.dispatch(Event::Overdue(this)))
            };
            let (request, dispatcher) = (newest.borrow().clone(), dispatcher.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let event = load(request, None, 0, wanted, this, true).await;
                drop(overdue);
                dispatcher.dispatch(event);
            });
        })
    };
    let reach = {
        let dispatcher = state.dispatcher();
        let newest = newest.clone();
        let (have, after, loading, round) =
            (state.rows.len(), state.next.clone(), state.loading, state.round);
        Callback::from(move |wanted: usize| {
            if loading || wanted <= have || after.is_none() {
                return;
            }
            dispatcher.dispatch(Event::Asked { round, afresh: false });
            let (request, dispatcher, after) = (newest.borrow().clone(), dispatcher.clone(), after.clone());
            wasm_bindgen_futures::spawn_local(async move {
                dispatcher.dispatch(load(request, after, have, wanted, round, false).await);
            });
        })
    };
    {
        let start = start.clone();
        use_effect_with(request, move |_| start.emit((0, true)));
    }
    let have = use_mut_ref(|| 0_usize);
    *have.borrow_mut() = state.rows.len();
    let again = {
        let start = start.clone();
        use_callback((), move |(), ()| start.emit((*have.borrow(), false)))
    };
    {
        let again = again.clone();
        use_effect_with((), move |()| {
            let listener = bridge::on_change(again);
            move || drop(listener)
        });
    }
    Pages {
        rows: state.rows.clone(),
        total: state.total,
        error: state.error.clone(),
        slow: state.slow,
        more: state.next.is_some(),
        reach,
        reload: again,
    }
}

/// Pages from `after` on until `wanted` rows are there or the list ends.
async fn load<C: Paged>(
    request: C,
    mut after: Option<String>,
    have: usize,
    wanted: usize,
    round: u32,
    replaces: bool,
) -> Event<C::Row> {
    let mut rows = Vec::new();
    loop {
        let limit = if wanted > 100 { PAGE } else { 100 };
        match bridge::call(request.page(after.clone(), limit)).await {
            Err(error) => return Event::Refused { round, error },
            Ok(reply) => {
                let (more, total, next) = C::open(reply);
                rows.extend(more);
                after = next;
                if after.is_none() || have + rows.len() >= wanted {
                    return Event::Arrived { round, rows, total, next: after, replaces };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduce(state: Loaded<u8>, event: Event<u8>) -> Loaded<u8> {
        (*Rc::new(state).reduce(event)).clone()
    }

    #[test]
    fn pages_join_and_a_new_list_replaces() {
        let state = reduce(Loaded::default(), Event::Asked { round: 1, afresh: true });
        let first = Event::Arrived {
            round: 1,
            rows: vec![1, 2],
            total: Some(3),
            next: Some("2".into()),
            replaces: true,
        };
        let state = reduce(state, first);
        let more = Event::Arrived { round: 1, rows: vec![3], total: Some(3), next: None, replaces: false };
        let state = reduce(state, more);
        assert_eq!(*state.rows, [1, 2, 3]);
        let state = reduce(state, Event::Asked { round: 2, afresh: true });
        assert_eq!(*state.rows, [1, 2, 3], "older rows stay until the new list is there");
        let other = Event::Arrived { round: 2, rows: vec![9], total: Some(1), next: None, replaces: true };
        assert_eq!(*reduce(state, other).rows, [9]);
    }

    #[test]
    fn a_page_of_a_list_no_longer_shown_is_dropped() {
        let state = reduce(Loaded::default(), Event::Asked { round: 2, afresh: true });
        let late = Event::Arrived { round: 1, rows: vec![7], total: Some(1), next: None, replaces: true };
        assert!(reduce(state, late).rows.is_empty());
    }
}
