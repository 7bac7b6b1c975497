//! A double of Stripe's HTTP interface at one version, for tests and for trying the program out: stateful, with a
//! virtual clock, and as strict as the original.
//!
//! It depends on no other crate of this workspace, so that a mistake made there is not made here again. It follows
//! Stripe's documentation (named at each part) and its published parameter types (`parameters.json`).
//!
//! Another process steers it over HTTP: `GET /_double/state` says where it stands, and `src/control.rs` has the rest.
//! Pages for entering a card, the portal and invoices stand where Stripe's would, and say that they are a double; the
//! page at `/` has buttons for what happens outside the program.
//!
//! # What it does not do
//!
//! It sends no webhooks, has no schedules, tiers, metered prices, promotion codes, credit notes, Connect or payment
//! methods other than cards, takes no card numbers over the interface, and keeps nothing when it ends. What is asked
//! of it and missing is refused by name. Where Stripe's documentation leaves something open, these are its readings:
//!
//! - A retry that is due for a card with a hard decline counts as an attempt and charges nothing.
//! - A trial begins with an invoice of 0 in both billing modes, also on a subscription that runs; what waited for an
//!   invoice is on it, and is charged. Putting off a trial that runs makes none.
//! - Another interval without a trial bills at once and moves the anchor, in flexible billing too, where one page of
//!   Stripe's says that it does not move: ask for `billing_cycle_anchor` by name.
//! - An invoice paid with other money has its payment canceled; nothing of a payment record is shown.
//! - A renewal that collection is paused for is voided, kept or given up at once, not after the hour of a draft.
//! - A coupon for one time leaves its subscription with the first invoice it took something off.
//!
//! [`Double`] is an account behind a port; [`Account`] is the same without a network, for simulations: the same seed
//! and the same calls get the same answers, and a request takes about a seventh of a millisecond.
//!
//! ```no_run
//! # async fn run() -> std::io::Result<()> {
//! use std::time::Duration;
//! use stripe_double::{Double, Fault, Mischief};
//!
//! let double = Double::start().await?;
//! // requests go to double.base_url() with stripe_double::SECRET_TEST
//! double.fault(Fault::once(Mischief::DropAfter).on("POST", "/v1/subscriptions"));
//! double.advance(Duration::from_secs(31 * 24 * 3_600));
//! assert!(double.charged_twice("effect").is_empty());
//! # Ok(())
//! # }
//! ```

#![recursion_limit = "256"]

mod account;
mod another;
mod billing;
mod calendar;
mod cards;
mod charging;
mod control;
mod currency;
mod dashboard;
mod double;
mod due;
mod endpoints;
mod error;
mod events;
mod expand;
mod fault;
mod form;
mod idempotency;
mod keys;
mod kind;
mod ledger;
mod listing;
mod mode;
mod object;
mod overview;
mod pages;
mod parameters;
mod reply;
mod search;
mod serve;
mod settings;
mod shelf;
mod world;

pub use account::Account;
pub use another::AnotherProgram;
pub use cards::{Outcome, TEST_CARDS, TestCard};
pub use dashboard::Action;
pub use double::{Clock, Double};
pub use error::{ApiError, ErrorKind};
pub use fault::{Fault, Mischief};
pub use keys::{RESTRICTED_LIVE, RESTRICTED_TEST, SECRET_LIVE, SECRET_TEST};
pub use kind::Kind;
pub use ledger::{Charged, Refunded};
pub use mode::Mode;
pub use reply::{Reply, Request, Seen};
pub use settings::{AfterRetries, Settings};
pub use world::Logged;

/// The version of Stripe's interface that is spoken.
pub fn api_version() -> &'static str {
    &parameters::table().api_version
}
