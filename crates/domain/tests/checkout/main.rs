//! Pricing, settling and refunding a ticket, from the outside.

mod build;
mod by_hand;
mod cases;
mod properties;
mod random;
mod reference;
mod settling;
