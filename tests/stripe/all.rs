//! A desk that bills through Stripe: the real desk on a real encrypted database, and a double of Stripe that answers as it
//! would over HTTP.

mod adopting;
mod family;
mod first_steps;
mod known_bugs;
mod life;
mod offline;
mod on_trust;
mod organizations;
mod plan_changes;
mod simulation;
mod town;
