//! Types and rules of the business: no I/O, no clock, no randomness, no floating point.
//!
//! Compiles for the desktop and for wasm, so the window prices a ticket with the very code that settles it.
#![deny(clippy::float_arithmetic)]

pub mod calendar;
pub mod checkout;
pub mod credit;
pub mod customer;
pub mod day;
pub mod drawer;
pub mod effect;
pub mod enrollment;
pub mod fold;
pub mod gift_card;
pub mod id;
pub mod item;
pub mod mail;
pub mod money;
pub mod plan;
pub mod practice;
pub mod proration;
pub mod rate;
pub mod record;
pub mod standing;
pub mod stripe;
pub mod ticket;

pub use day::{Day, Instant};
pub use id::*;
pub use money::{Currency, Money};
pub use rate::Rate;
pub use standing::Standing;
