//! What makes, changes and collects invoices.

pub mod collect;
pub mod invoice;
pub mod line;
pub mod proration;
pub mod renewal;
pub mod totals;
