//! The offline product: everything a practice does at its counter, one file per use case.
//!
//! [`Desk::call`] is the one door. A request that writes runs as one [`op::Op`]: begin, load, decide in `domain`,
//! append to the journal, commit.

mod ambient;
mod check;
mod door;
mod drawers;
mod ground;
mod op;
mod pdf;
mod refusal;
pub mod stripe;
mod telling;

mod agreements;
mod customers;
mod data;
mod enrollments;
mod gift_cards;
mod images;
mod items;
mod keeping;
mod mail;
mod members;
mod organizations;
mod plans;
mod practice;
mod tickets;
mod views;
mod words;

pub use ambient::{Clock, Ids, SystemClock, SystemIds, uuid_v7};
pub use door::Desk;
pub use refusal::Refusal;
