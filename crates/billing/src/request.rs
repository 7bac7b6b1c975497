//! What this program asks of Stripe.

mod frozen;

pub use frozen::{Frozen, Method};
