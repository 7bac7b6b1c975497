//! Reading through the door from a component.

use crate::bridge;
use gloo_timers::callback::{Interval, Timeout};
use protocol::{Call, ErrorReply};
use std::rc::Rc;
use yew::prelude::*;

/// How long a list may take before its skeleton shows; quicker answers never flash.
pub const PATIENCE_MS: u32 = 150;

/// What is known of a request: the newest reply, the newest refusal, and whether an answer is overdue.
///
/// While a newer answer is on its way the older reply stays, so nothing jumps.
#[derive(Clone, PartialEq)]
pub struct Query<R: PartialEq> {
    pub data: Option<Rc<R>>,
    /// `data` answers the request as it is now, not as it was some keys ago: only then may Enter act on it.
    pub fresh: bool,
    pub error: Option<ErrorReply>,
    /// Nothing to show yet and over [`PATIENCE_MS`] old: show a skeleton.
    pub slow: bool,
    pub reload: Callback<()>,
}

#[derive(Clone, PartialEq)]
struct Answer<R: PartialEq> {
    data: Option<Rc<R>>,
    error: Option<ErrorReply>,
    slow: bool,
}

enum Event<R: PartialEq> {
    Arrived(u32, R),
    Refused(u32, ErrorReply),
    Overdue(u32),
    Asked(u32),
}

#[derive(Clone, PartialEq)]
struct State<R: PartialEq> {
    /// The newest question; an answer to an older one comes too late and is dropped.
    round: u32,
    answer: Answer<R>,
}

impl<R: PartialEq> Default for State<R> {
    fn default() -> Self {
        Self { round: 0, answer: Answer { data: None, error: None, slow: false } }
    }
}

impl<R: PartialEq + 'static> Reducible for State<R> {
    type Action = Event<R>;

    fn reduce(self: Rc<Self>, event: Event<R>) -> Rc<Self> {
        match event {
            Event::Asked(round) => Rc::new(Self {
                round,
                answer: Answer {
                    data: self.answer.data.clone(),
                    error: self.answer.error.clone(),
                    slow: false,
                },
            }),
            Event::Arrived(round, _) | Event::Refused(round, _) | Event::Overdue(round)
                if round != self.round =>
            {
                self
            }
            Event::Arrived(round, reply) => Rc::new(Self {
                round,
                answer: Answer { data: Some(Rc::new(reply)), error: None, slow: false },
            }),
            Event::Refused(round, error) => Rc::new(Self {
                round,
                answer: Answer { data: self.answer.data.clone(), error: Some(error), slow: false },
            }),
            Event::Overdue(round) => {
                let unanswered = self.answer.data.is_none() && self.answer.error.is_none();
                Rc::new(Self {
                    round,
                    answer: Answer {
                        data: self.answer.data.clone(),
                        error: self.answer.error.clone(),
                        slow: unanswered,
                    },
                })
            }
        }
    }
}

/// Asks when the component appears, when `request` changes, after every change made through this window, and on
/// [`Query::reload`].
#[hook]
pub fn use_query<C>(request: C) -> Query<C::Reply>
where
    C: Call + Clone + PartialEq + 'static,
    C::Reply: PartialEq + 'static,
{
    use_query_once_known(Some(request))
}

/// Like [`use_query`], and asks nothing while there is nothing to ask about: a form that is not filled in yet.
///
/// What may be acted on is the reply while it is [`Query::fresh`]. It is read from here and never copied into a
/// state of its own, which would have to be emptied and filled again by every field that the question depends on.
#[hook]
pub fn use_query_once_known<C>(request: Option<C>) -> Query<C::Reply>
where
    C: Call + Clone + PartialEq + 'static,
    C::Reply: PartialEq + 'static,
{
    let state = use_reducer(State::<C::Reply>::default);
    let round = use_mut_ref(|| 0_u32);
    let newest = use_mut_ref(|| request.clone());
    *newest.borrow_mut() = request.clone();
    let answered = use_mut_ref(|| None::<C>);
    let asks = request.is_some();
    let fresh = asks && *answered.borrow() == request;

    let ask = {
        let dispatcher = state.dispatcher();
        use_callback((), move |(), ()| {
            let (rounds, answered) = (round.clone(), answered.clone());
            let this = {
                let mut round = round.borrow_mut();
                *round += 1;
                *round
            };
            // Without a question the round still counts, so that an answer to the one before comes too late.
            let request = newest.borrow().clone();
            let dispatcher = dispatcher.clone();
            dispatcher.dispatch(Event::Asked(this));
            let Some(request) = request else { return };
            let overdue = {
                let dispatcher = dispatcher.clone();
                Timeout::new(PATIENCE_MS, move || dispatcher.dispatch(Event::Overdue(this)))
            };
            wasm_bindgen_futures::spawn_local(async move {
                let answer = bridge::call(request.clone()).await;
                drop(overdue);
                if answer.is_ok() && *rounds.borrow() == this {
                    *answered.borrow_mut() = Some(request);
                }
                dispatcher.dispatch(match answer {
                    Ok(reply) => Event::Arrived(this, reply),
                    Err(error) => Event::Refused(this, error),
                });
            });
        })
    };
    {
        let ask = ask.clone();
        use_effect_with(request, move |_| ask.emit(()));
    }
    {
        let ask = ask.clone();
        use_effect_with((), move |()| {
            let listener = bridge::on_change(ask);
            move || drop(listener)
        });
    }
    Query {
        data: state.answer.data.clone().filter(|_| asks),
        fresh: fresh && state.answer.error.is_none(),
        error: state.answer.error.clone().filter(|_| asks),
        slow: asks && state.answer.slow,
        reload: ask,
    }
}

/// Asks again every so many milliseconds while there is something to wait for: what changes by itself, or outside, changes
/// nothing in this window that would say so.
#[hook]
pub fn use_look_again(reload: &Callback<()>, every_ms: Option<u32>) {
    let reload = reload.clone();
    use_effect_with(every_ms, move |every_ms| {
        let looks = every_ms.map(|every_ms| Interval::new(every_ms, move || reload.emit(())));
        move || drop(looks)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduce(state: State<u8>, event: Event<u8>) -> State<u8> {
        (*Rc::new(state).reduce(event)).clone()
    }

    #[test]
    fn a_late_answer_to_an_older_question_changes_nothing() {
        let state = reduce(State::default(), Event::Asked(1));
        let state = reduce(state, Event::Asked(2));
        let state = reduce(state, Event::Arrived(1, 7));
        assert!(state.answer.data.is_none());
        let state = reduce(state, Event::Arrived(2, 8));
        assert_eq!(state.answer.data.as_deref(), Some(&8));
    }

    #[test]
    fn the_older_reply_stays_while_a_newer_is_on_its_way() {
        let state = reduce(reduce(State::default(), Event::Asked(1)), Event::Arrived(1, 7));
        let state = reduce(reduce(state, Event::Asked(2)), Event::Overdue(2));
        assert_eq!(state.answer.data.as_deref(), Some(&7));
        assert!(!state.answer.slow);
    }

    #[test]
    fn a_first_answer_that_takes_long_shows_the_skeleton() {
        let state = reduce(reduce(State::default(), Event::Asked(1)), Event::Overdue(1));
        assert!(state.answer.slow);
        assert!(!reduce(state, Event::Arrived(1, 7)).answer.slow);
    }
}
