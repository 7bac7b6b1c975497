//! The door, seen from the window: one typed request in, one typed reply out.
//!
//! [`call`] is for reading, [`act`] for everything that changes something. `act` makes the request's key, offers the
//! manager-PIN dialog where the door wants one, and tells every [`crate::query::use_query`] on the screen to look again.

use crate::ids;
use domain::RequestKey;
use futures_channel::oneshot;
use protocol::{Approval, Ask, Call, ErrorReply};
use serde_json::Value;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = invoke)]
    async fn invoke(command: &str, arguments: JsValue) -> Result<JsValue, JsValue>;
}

/// Asks without changing anything.
pub async fn call<C: Call>(request: C) -> Result<C::Reply, ErrorReply> {
    send::<C>(Ask { request: request.into(), key: None, approval: None }).await
}

/// Asks for a change, with a key of its own.
///
/// A screen whose request may be repeated by a person (payment above all) makes the key when it opens and uses
/// [`act_with_key`], so that the repeat is recognised.
pub async fn act<C: Call + Clone>(request: C) -> Result<C::Reply, ErrorReply> {
    act_with_key(request, ids::request_key()).await
}

/// [`act_with_key`] for one of several requests that do one thing: the PIN that was given for an earlier one, in
/// `approval`, counts for this one too.
pub async fn act_approved<C: Call + Clone>(
    request: C,
    key: RequestKey,
    approval: &mut Option<Approval>,
) -> Result<C::Reply, ErrorReply> {
    let reply = ask_allowed(request, Some(key), approval).await?;
    announce_change();
    Ok(reply)
}

/// Asks for something to read that may need a manager: nothing changes by it. The PIN that was given for an earlier
/// part, in `approval`, counts for this one too.
pub async fn read_approved<C: Call + Clone>(
    request: C,
    approval: &mut Option<Approval>,
) -> Result<C::Reply, ErrorReply> {
    ask_allowed(request, None, approval).await
}

async fn ask_allowed<C: Call + Clone>(
    request: C,
    key: Option<RequestKey>,
    approval: &mut Option<Approval>,
) -> Result<C::Reply, ErrorReply> {
    loop {
        let asked_before = approval.is_some();
        let ask = Ask { request: request.clone().into(), key, approval: approval.clone() };
        match send::<C>(ask).await {
            Ok(reply) => return Ok(reply),
            Err(refusal) => match wanted(&refusal.code, asked_before) {
                Wanted::Nothing => return Err(refusal),
                Wanted::Approval => match ask_manager(refusal.clone(), asked_before).await {
                    Some(given) => *approval = Some(given),
                    None => return Err(refusal),
                },
            },
        }
    }
}

/// Asks for a change under the screen's own key; a manager can allow it on the spot.
pub async fn act_with_key<C: Call + Clone>(request: C, key: RequestKey) -> Result<C::Reply, ErrorReply> {
    act_approved(request, key, &mut None).await
}

/// The code of a refusal that a manager's PIN lifts.
pub const NEEDS_MANAGER: &str = "needs_manager";
/// The code of a refusal that only an owner's PIN lifts.
pub const NEEDS_OWNER: &str = "needs_owner";
/// The code of a refusal because nobody is signed in.
pub const SIGNED_OUT: &str = "not_signed_in";
/// What this window answers by itself when it is not inside the program.
pub const NO_DOOR: &str = "no_door";

enum Wanted {
    Nothing,
    Approval,
}

/// A wrong or locked PIN only leads back to the dialog when it was the dialog's PIN.
fn wanted(code: &str, asked_before: bool) -> Wanted {
    match code {
        NEEDS_MANAGER | NEEDS_OWNER => Wanted::Approval,
        "wrong_pin" | "pin_locked" if asked_before => Wanted::Approval,
        _ => Wanted::Nothing,
    }
}

/// What the door says of one field of the request (`terms.price`), to stand under it.
pub fn problem_with(error: Option<&ErrorReply>, field: &str) -> Option<yew::AttrValue> {
    let problems = error.filter(|error| error.code == "invalid")?.details.get("problems")?.as_array()?;
    let problem = problems.iter().find(|problem| problem["field"] == field)?;
    Some(problem["why"].as_str()?.to_owned().into())
}

async fn send<C: Call>(ask: Ask) -> Result<C::Reply, ErrorReply> {
    let text = serde_json::to_string(&ask).map_err(|error| broken(&error.to_string()))?;
    let request = js_sys::JSON::parse(&text).map_err(|_| broken("the request is not JSON"))?;
    if !inside_the_program() {
        return Err(ErrorReply {
            code: NO_DOOR.into(),
            message: "This page only works inside Perennial.".into(),
            details: Value::Null,
        });
    }
    let arguments = js_sys::Object::new();
    js_sys::Reflect::set(&arguments, &"request".into(), &request).map_err(|_| broken("no arguments"))?;
    match invoke("call", arguments.into()).await {
        Ok(reply) => read(&reply),
        Err(refusal) => {
            let refusal: ErrorReply = read(&refusal)
                .unwrap_or_else(|_| broken(refusal.as_string().as_deref().unwrap_or("no answer")));
            if refusal.code == SIGNED_OUT {
                LISTENERS.with_borrow(|listeners| {
                    if let Some(signed_out) = &listeners.signed_out {
                        signed_out.emit(());
                    }
                });
            }
            Err(refusal)
        }
    }
}

/// Through JSON text: exact for whole numbers and for every shape that serde writes.
fn read<T: serde::de::DeserializeOwned>(value: &JsValue) -> Result<T, ErrorReply> {
    let text = if value.is_undefined() {
        "null".to_owned()
    } else {
        js_sys::JSON::stringify(value).map_err(|_| broken("the reply is not JSON"))?.into()
    };
    serde_json::from_str(&text).map_err(|error| broken(&error.to_string()))
}

fn broken(cause: &str) -> ErrorReply {
    ErrorReply {
        code: "bridge".into(),
        message: format!(
            "The window and the program do not understand each other ({cause}). Nothing was changed by this window; restart Perennial."
        ),
        details: Value::Null,
    }
}

fn inside_the_program() -> bool {
    web_sys::window()
        .and_then(|window| js_sys::Reflect::get(&window, &"__TAURI_INTERNALS__".into()).ok())
        .is_some_and(|internals| internals.is_object())
}

/// A manager's PIN is wanted: why, whether the last one was wrong, and where the answer goes (`None`: left).
#[derive(Clone)]
pub struct ApprovalWanted {
    pub refusal: ErrorReply,
    pub again: bool,
    pub answer: std::rc::Rc<RefCell<Option<oneshot::Sender<Option<Approval>>>>>,
}

impl PartialEq for ApprovalWanted {
    fn eq(&self, other: &Self) -> bool {
        std::rc::Rc::ptr_eq(&self.answer, &other.answer)
    }
}

impl ApprovalWanted {
    pub fn reply(&self, approval: Option<Approval>) {
        if let Some(sender) = self.answer.borrow_mut().take() {
            // The asker may be gone with its page; then nobody minds.
            let _ = sender.send(approval);
        }
    }
}

async fn ask_manager(refusal: ErrorReply, again: bool) -> Option<Approval> {
    let (sender, receiver) = oneshot::channel();
    let wanted = ApprovalWanted { refusal, again, answer: std::rc::Rc::new(RefCell::new(Some(sender))) };
    let approver = LISTENERS.with_borrow(|listeners| listeners.approver.clone())?;
    approver.emit(wanted);
    receiver.await.ok().flatten()
}

#[derive(Default)]
struct Listeners {
    approver: Option<yew::Callback<ApprovalWanted>>,
    signed_out: Option<yew::Callback<()>>,
    changed: Vec<(u64, yew::Callback<()>)>,
    next: u64,
}

thread_local! {
    static LISTENERS: RefCell<Listeners> = RefCell::default();
}

/// The frame says once where a wanted approval is shown.
pub fn on_approval_wanted(approver: yew::Callback<ApprovalWanted>) {
    LISTENERS.with_borrow_mut(|listeners| listeners.approver = Some(approver));
}

/// The frame says once what happens when the door finds nobody signed in.
pub fn on_signed_out(callback: yew::Callback<()>) {
    LISTENERS.with_borrow_mut(|listeners| listeners.signed_out = Some(callback));
}

/// Calls back after every change made through this window, until the returned value is dropped.
pub fn on_change(callback: yew::Callback<()>) -> ChangeListener {
    LISTENERS.with_borrow_mut(|listeners| {
        listeners.next += 1;
        listeners.changed.push((listeners.next, callback));
        ChangeListener(listeners.next)
    })
}

/// Keeps a callback of [`on_change`] alive.
pub struct ChangeListener(u64);

impl Drop for ChangeListener {
    fn drop(&mut self) {
        LISTENERS.with_borrow_mut(|listeners| listeners.changed.retain(|(id, _)| *id != self.0));
    }
}

/// Has everything on the screen look again: after a change made here, or one that was heard of from outside.
pub fn announce_change() {
    let callbacks: Vec<_> =
        LISTENERS.with_borrow(|listeners| listeners.changed.iter().map(|(_, call)| call.clone()).collect());
    for callback in callbacks {
        callback.emit(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_found_by_its_field() {
        let error = ErrorReply {
            code: "invalid".into(),
            message: String::new(),
            details: serde_json::json!({ "problems": [{ "field": "name", "why": "Type a name." }] }),
        };
        assert_eq!(problem_with(Some(&error), "name").as_deref(), Some("Type a name."));
        assert_eq!(problem_with(Some(&error), "code"), None);
    }

    #[test]
    fn a_wrong_pin_leads_back_to_the_dialog_only_when_it_was_the_managers() {
        assert!(matches!(wanted(NEEDS_MANAGER, false), Wanted::Approval));
        assert!(matches!(wanted("wrong_pin", true), Wanted::Approval));
        assert!(matches!(wanted("wrong_pin", false), Wanted::Nothing));
        assert!(matches!(wanted("insufficient_credit", true), Wanted::Nothing));
    }
}
