//! The double, asked over real HTTP and inside.

mod access;
mod changes;
mod client;
mod control;
mod dashboard;
mod events;
mod faults;
mod idempotency;
mod inside;
mod invoices;
mod lives;
mod objects;
mod renewals;
mod storm;
mod subscriptions;
