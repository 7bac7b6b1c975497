//! Stripe's language: what this program asks of Stripe, what comes back, and what becomes of both.
//!
//! All of it is pure: no I/O, no clock, no randomness. The version spoken is [`STRIPE_VERSION`].
//!
//! An effect goes one way: a [`request::Ask`] is frozen into bytes, [`outbox::Row`] says when they are sent, the crate `wire`
//! sends them, [`answer::Answer`] says what came of it, and the row says what follows. What Stripe made is read as an
//! [`inbound::Snapshot`]. The other way: [`inbound::Cursor`] says which events to ask for, [`inbound::touched`] what to read
//! again because of them, and each object that is read is a snapshot too.
#![deny(clippy::float_arithmetic)]

pub mod adopt;
pub mod answer;
pub mod inbound;
pub mod key;
pub mod money;
pub mod outbox;
pub mod read;
pub mod request;

/// The version of Stripe's API that is asked for, whatever the account's own is.
pub const STRIPE_VERSION: &str = "2026-09-30.endive";

#[cfg(test)]
mod tests {
    /// The builders and the header speak the same version.
    #[test]
    fn the_builders_speak_this_version() {
        assert_eq!(stripe_client_core::VERSION.as_str(), super::STRIPE_VERSION);
    }
}
