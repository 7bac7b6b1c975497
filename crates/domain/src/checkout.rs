//! Pricing, settling and refunding a ticket: pure, exact, and the same on every desk.

pub mod entitlement;
pub mod quote;
pub mod refund;
pub mod settle;
pub mod ticket;

pub use entitlement::{BenefitKey, CreditLot, Entitlement, IncludedLot};
pub use quote::{
    BadTicket, BlockReason, Blocked, LineUse, Quote, QuotedLine, Totals, UnitGroup, Use, UseKind,
};
pub use refund::{
    GiveBack, RefundLine, RefundOutcome, RefundRefusal, RefundRequest, RefundedUnits, Return, WhichUnits,
};
pub use settle::{
    Draw, Payment, SettleRefusal, SettledLine, SettledTicket, Tender, TenderKind, TenderOffer, UnitRun,
};
pub use ticket::{LineInput, LineKind, ManualDiscount, PlanSale, QuoteInput};
