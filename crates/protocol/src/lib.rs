//! What crosses the door between the window, scripts and tests on one side and the desk on the other.
//!
//! A request is one struct; [`Call`] names its reply. On the wire it is one JSON object:
//! `{"do": "settle_ticket", ...its fields..., "key": "…", "approval": {…}}`. The answer is the reply's JSON,
//! or an [`ErrorReply`].

pub mod adopting;
pub mod agreements;
mod call;
pub mod customers;
pub mod data;
pub mod dots;
pub mod drawers;
pub mod enrollments;
pub mod gift_cards;
pub mod images;
pub mod items;
pub mod keeping;
pub mod mail;
pub mod many;
pub mod member_card;
pub mod members;
pub mod organizations;
pub mod plans;
pub mod practice;
pub mod receipt;
pub mod start;
pub mod stripe;
pub mod tickets;

pub use call::{Approval, Ask, Call, ErrorReply, Request};
