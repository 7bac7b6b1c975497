//! The double, asked over real HTTP.

mod access;
mod client;
mod events;
mod faults;
mod idempotency;
mod invoices;
mod lives;
mod objects;
mod renewals;
mod steering;
mod storm;
mod subscriptions;
