//! Pricing, settling and refunding a ticket, from the outside.

mod build;
mod properties;
mod random;
mod settling;
