//! Short words in the corner after something was done or could not be done.

use crate::components::{Button, Look};
use patternfly_yew::prelude::{AlertType, Toast, Toaster, use_toaster};
use protocol::ErrorReply;
use std::time::Duration;
use yew::prelude::*;

/// How long good news stays; bad news stays until it is closed.
const GOOD_NEWS: Duration = Duration::from_secs(4);
/// How long something can be taken back.
const TIME_TO_UNDO: Duration = Duration::from_secs(12);

/// Says things in the corner; see [`use_toast`].
#[derive(Clone, PartialEq)]
pub struct Notify(Option<Toaster>);

impl Notify {
    pub fn done(&self, title: impl Into<String>) {
        self.show(AlertType::Success, title.into(), String::new(), Some(GOOD_NEWS));
    }

    pub fn refused(&self, refusal: &ErrorReply) {
        self.show(AlertType::Danger, "Not done".into(), refusal.message.clone(), None);
    }

    pub fn warn(&self, title: impl Into<String>, text: impl Into<String>) {
        self.show(AlertType::Warning, title.into(), text.into(), None);
    }

    /// Says what happened without having been asked for in so many words, and takes it back for a while.
    pub fn undo(&self, title: impl Into<String>, text: impl Into<String>, onundo: Callback<()>) {
        let body = html!(<Undo text={text.into()} {onundo} />);
        self.show_body(AlertType::Info, title.into(), body, Some(TIME_TO_UNDO));
    }

    /// Where a file was saved; nothing where the person left the dialog.
    pub fn saved(&self, saved: Result<Option<String>, ErrorReply>) {
        match saved {
            Ok(Some(path)) => self.done(format!("Saved as {path}")),
            Ok(None) => {}
            Err(refusal) => self.refused(&refusal),
        }
    }

    fn show(&self, kind: AlertType, title: String, text: String, timeout: Option<Duration>) {
        let body = if text.is_empty() { html!() } else { html!(<p>{ text }</p>) };
        self.show_body(kind, title, body, timeout);
    }

    fn show_body(&self, kind: AlertType, title: String, body: Html, timeout: Option<Duration>) {
        if let Some(toaster) = &self.0 {
            toaster.toast(Toast { title, r#type: kind, timeout, body, actions: vec![] });
        }
    }
}

#[derive(Properties, PartialEq)]
struct UndoProps {
    text: String,
    onundo: Callback<()>,
}

/// Takes back once; then it says that it did.
#[component]
fn Undo(props: &UndoProps) -> Html {
    let done = use_state(|| false);
    let onclick = {
        let (done, undo) = (done.clone(), props.onundo.clone());
        Callback::from(move |()| {
            done.set(true);
            undo.emit(());
        })
    };
    html! {
        <>
            <p>{ &props.text }</p>
            if *done {
                <p role="status">{ "Taken back." }</p>
            } else {
                <Button look={Look::Inline} text="Undo" {onclick} />
            }
        </>
    }
}

/// The way to say something in the corner.
#[hook]
pub fn use_toast() -> Notify {
    Notify(use_toaster())
}
