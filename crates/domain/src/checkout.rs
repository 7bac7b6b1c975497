//! Pricing, settling and refunding a ticket: pure, exact, and the same on every desk.

mod assignment;
mod blocked;
mod by_hand;
mod cash;
mod discounts;
pub mod entitlement;
pub mod members_save;
mod minutes;
mod money_credits;
pub mod quote;
pub mod refund;
pub mod settle;
mod sources;
mod tax;
pub mod ticket;
mod units;
mod whole_units;
pub mod why;

pub use by_hand::{ByHand, above_limit, own_manual};
pub use cash::smallest_coin;
pub use entitlement::{BenefitKey, CreditLot, Entitlement, IncludedLot};
pub use members_save::{MembersSave, members_save};
pub use quote::{
    BadTicket, BlockReason, Blocked, DiscountTaken, LineUse, Quote, QuotedLine, Totals, UnitGroup, Use,
    UseKind, quote,
};
pub use refund::{
    GiveBack, RefundLine, RefundOutcome, RefundRefusal, RefundRequest, RefundedUnits, Return, WhichUnits,
    refund, refundable,
};
pub use settle::{
    Draw, Payment, SettleRefusal, SettledLine, SettledTicket, Tender, TenderKind, TenderOffer, UnitRun,
    round_to_coin, settle, take,
};
pub use ticket::{LineInput, LineKind, Lowered, ManualDiscount, PlanSale, QuoteInput};
pub use why::{AppliedHere, BenefitOutcome, BenefitWhat, Explanation, LineOutcome, Outcome, WhyNot, explain};
