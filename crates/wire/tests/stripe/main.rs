//! Against a double of Stripe, over HTTP: what is asked, what is heard, and what faults come to.

mod charging;
mod counter;
mod faults;
mod hearing;
mod walk;
