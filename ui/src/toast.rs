//! Short words in the corner after something was done or could not be done.

use patternfly_yew::prelude::{AlertType, Toast, Toaster, use_toaster};
use protocol::ErrorReply;
use std::time::Duration;
use yew::prelude::*;

/// How long good news stays; bad news stays until it is closed.
const GOOD_NEWS: Duration = Duration::from_secs(4);

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

    /// Where a file was saved; nothing where the person left the dialog.
    pub fn saved(&self, saved: Result<Option<String>, ErrorReply>) {
        match saved {
            Ok(Some(path)) => self.done(format!("Saved as {path}")),
            Ok(None) => {}
            Err(refusal) => self.refused(&refusal),
        }
    }

    fn show(&self, kind: AlertType, title: String, text: String, timeout: Option<Duration>) {
        if let Some(toaster) = &self.0 {
            let body = if text.is_empty() { html!() } else { html!(<p>{ text }</p>) };
            toaster.toast(Toast { title, r#type: kind, timeout, body, actions: vec![] });
        }
    }
}

/// The way to say something in the corner.
#[hook]
pub fn use_toast() -> Notify {
    Notify(use_toaster())
}
