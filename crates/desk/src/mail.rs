//! E-mail: what is owed to people, what it says, and the queue it waits in.
//!
//! A mail is an effect: a row of the outbox, written with the record that owes it. Who carries it out is not here; that
//! one asks for the next letter and tells what was answered.

mod ask_mail;
mod compose;
mod letter;
mod owe;
mod queue;
mod remind;
mod save_mail;
mod sender;

pub(crate) use ask_mail::ask_mail;
pub(crate) use queue::{cancel_effect, frozen, get_effect, list_queue, retry_effect};
pub(crate) use remind::{forget_old, remind};
pub(crate) use save_mail::{checked_address, save_mail};
pub(crate) use sender::Line;

use crate::refusal::{Refusal, Result};
use domain::mail::Mail;
use domain::practice::Practice;

/// Refuses where nothing that is asked for could ever be sent.
pub(crate) fn set_up(practice: &Practice) -> Result<()> {
    if practice.mail.is_some() || practice.demo { Ok(()) } else { Err(Refusal::MailNotSetUp) }
}

/// The mail that an effect is.
fn mail_of(what: &str) -> Result<Mail> {
    serde_json::from_str(what).map_err(|error| {
        store::StoreError::Unreadable { what: "an effect".into(), why: error.to_string() }.into()
    })
}
