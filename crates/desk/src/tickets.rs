//! Selling: from the catalog to the receipt, and back.

mod catalog;
mod customer_at_checkout;
mod held;
mod open_tickets;
mod receipt_pdf;
mod refund_ticket;
mod sell_plan;
mod settle_ticket;
mod view;
mod void_ticket;

pub(crate) use catalog::catalog_now;
pub(crate) use customer_at_checkout::customer_at_checkout;
pub(crate) use held::{drop_held, hold_ticket, list_held, recall_ticket};
pub(crate) use open_tickets::{keep_open_tickets, list_open_tickets};
pub(crate) use receipt_pdf::{get_receipt_pdf, receipt_file};
pub(crate) use refund_ticket::{preview_refund, refund_ticket};
pub(crate) use settle_ticket::{quote_ticket, settle_ticket};
pub(crate) use view::{get_ticket, list_tickets, load};
pub(crate) use void_ticket::void_ticket;
