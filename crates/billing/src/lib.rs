//! Stripe's language: what this program asks of Stripe, what comes back, and what becomes of both.
//!
//! Everything but [`client`] is pure: no I/O, no clock, no randomness. Requests are written with async-stripe's builders;
//! sending and reading are our own. The version spoken is [`STRIPE_VERSION`].
#![deny(clippy::float_arithmetic)]

pub mod answer;
pub mod client;
pub mod inbound;
pub mod money;
pub mod outbox;
pub mod read;
pub mod request;

/// The version of Stripe's API that is asked for, whatever the account's own is.
pub const STRIPE_VERSION: &str = "2026-09-30.endive";
