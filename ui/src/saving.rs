//! Sending one change from a form: once at a time, with its refusal kept beside the form.

use crate::bridge;
use protocol::{Call, ErrorReply};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// A change that a form sends; see [`use_saving`].
#[derive(Clone, PartialEq)]
pub struct Saving<C> {
    /// The answer is on its way: the button rests.
    pub busy: bool,
    pub error: Option<ErrorReply>,
    pub send: Callback<C>,
}

/// Sends a change with a key of its own and calls back with the reply.
#[hook]
pub fn use_saving<C>(ondone: Callback<C::Reply>) -> Saving<C>
where
    C: Call + Clone + 'static,
    C::Reply: 'static,
{
    let state = use_state(|| (false, None::<ErrorReply>));
    let send = {
        let state = state.clone();
        Callback::from(move |request: C| {
            if state.0 {
                return;
            }
            state.set((true, None));
            let (state, ondone) = (state.clone(), ondone.clone());
            spawn_local(async move {
                match bridge::act(request).await {
                    Ok(reply) => {
                        state.set((false, None));
                        ondone.emit(reply);
                    }
                    Err(error) => state.set((false, Some(error))),
                }
            });
        })
    };
    Saving { busy: state.0, error: state.1.clone(), send }
}
