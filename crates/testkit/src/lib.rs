//! A practice for tests: a real encrypted database, a clock that tests move, ids that a seed decides.
//!
//! Verbs read like a day at the desk and panic where the day could not have gone on; what is expected to be refused
//! is asked with [`Front::asks`].

mod crowd;
mod front;
mod mail_server;
mod shop;
mod time;

pub use front::{Front, cash};
pub use mail_server::{Arrived, MailServer, MailServerIs, Says};
pub use shop::{DANA, DATABASE, OtherDesk, Person, ROSA, Shop, gold, key};
pub use time::{ManualClock, SeededIds};
