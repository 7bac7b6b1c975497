//! The double, asked over real HTTP.

mod access;
mod client;
mod control;
mod events;
mod faults;
mod idempotency;
mod invoices;
mod lives;
mod objects;
mod renewals;
mod storm;
mod subscriptions;
