//! The double, asked over real HTTP.

mod client;
mod faults;
mod idempotency;
mod objects;
mod renewals;
