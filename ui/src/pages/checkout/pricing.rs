//! The price of a ticket as it is typed, by the very rules that settle it.

use super::state::OpenTicket;
use domain::checkout::{
    BadTicket, BlockReason, Entitlement, Explanation, MembersSave, Quote, QuoteInput, explain, members_save,
    quote,
};
use domain::{LineId, Money};
use protocol::tickets::{Catalog, NotOnSale};

/// A ticket with its price, or why it has none.
#[derive(Debug, Clone, PartialEq)]
pub enum Pricing {
    Priced(Box<Priced>),
    /// An item left the catalog while the ticket was open or held.
    NotOnSale(NotOnSale),
    Bad(BadTicket),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    pub input: QuoteInput,
    pub quote: Quote,
    pub why: Explanation,
    /// What each plan on sale would have saved; only where nobody is attached or the person holds no plan any more.
    pub members_save: Vec<MembersSave>,
}

/// Why a line stands in the way of selling the ticket, and what a person can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub what: String,
    pub next: &'static str,
}

/// Prices a ticket from what the window already knows.
pub fn price(catalog: &Catalog, ticket: &OpenTicket) -> Pricing {
    let holds: &[Entitlement] = ticket.attached.as_ref().map_or(&[], |who| &who.entitlements);
    let input = match catalog.price_input(&ticket.draft, holds) {
        Ok(input) => input,
        Err(missing) => return Pricing::NotOnSale(missing),
    };
    // One that ended is no membership any more, whatever of its credit may still be used up.
    let holds_a_plan = ticket.attached.as_ref().is_some_and(|who| !who.memberships.is_empty())
        || input.lines.iter().any(|line| line.plan.is_some());
    price_input(catalog, input, holds_a_plan).unwrap_or_else(Pricing::Bad)
}

fn price_input(catalog: &Catalog, input: QuoteInput, holds_a_plan: bool) -> Result<Pricing, BadTicket> {
    let quote = quote(&input)?;
    let why = explain(&input, &quote);
    let members_save = if holds_a_plan {
        vec![]
    } else {
        let as_members: Vec<_> = catalog.plans.iter().map(|plan| plan.as_member.clone()).collect();
        members_save(&input, &as_members)?
    };
    Ok(Pricing::Priced(Box::new(Priced { input, quote, why, members_save })))
}

impl Pricing {
    pub fn priced(&self) -> Option<&Priced> {
        match self {
            Self::Priced(priced) => Some(priced),
            Self::NotOnSale(_) | Self::Bad(_) => None,
        }
    }

    /// What is due, where the ticket can be paid as it stands.
    pub fn payable(&self) -> Option<Money> {
        let priced = self.priced()?;
        let can = !priced.input.lines.is_empty() && priced.quote.blocked.is_empty();
        can.then_some(priced.quote.totals.due)
    }

    /// Why a line stands in the way of selling the ticket; `attached`: somebody is on it.
    pub fn trouble(&self, catalog: &Catalog, line: LineId, attached: bool) -> Option<Trouble> {
        match self {
            Self::NotOnSale(missing) => (missing.line == line)
                .then(|| Trouble { what: "No longer sold here".to_owned(), next: "Remove it to go on." }),
            Self::Bad(bad) => {
                let (at, next) = match bad {
                    BadTicket::Quantity { line, .. } => (line, "Change its quantity, or remove it."),
                    BadTicket::Price { line, .. } => (line, "Change its price, or remove it."),
                    BadTicket::NoMinutes { line, .. } => (line, "Set its time, or remove it."),
                    BadTicket::NotDiscountable { line, .. } => (line, "Take its discount off, or remove it."),
                    BadTicket::SameLineTwice { line } | BadTicket::PlanLine { line } => {
                        (line, "Remove it, and add it again.")
                    }
                    BadTicket::NegativeDiscount
                    | BadTicket::NegativeCreditLimit
                    | BadTicket::TooManyLines { .. } => return None,
                };
                (*at == line).then(|| Trouble { what: upper_first(&bad.to_string()), next })
            }
            Self::Priced(priced) => {
                let blocked = priced.quote.blocked.iter().find(|blocked| blocked.line == line)?;
                let next = match (&blocked.why, attached) {
                    (BlockReason::MembersOnly { .. }, false) => "Add a member (F3), or remove it.",
                    (BlockReason::MembersOnly { .. }, true) => "Sell them a membership, or remove it.",
                    (BlockReason::TooLong { .. }, _) => "Make its time shorter, or remove it.",
                };
                let item = priced.input.lines.iter().find(|typed| typed.id == line)?.item;
                Some(Trouble { what: blocked.why.sentence(|plan| catalog.keeper(plan, item)), next })
            }
        }
    }
}

fn upper_first(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::checkout::sample::{self, id};
    use crate::pages::checkout::state::{Action, Counter};
    use domain::Rate;
    use domain::item::{ItemFilter, ItemKind};
    use domain::plan::{Discount, DiscountValue};
    use std::rc::Rc;

    #[test]
    fn a_member_pays_less_as_it_is_typed_and_an_archived_item_is_named() {
        let serum = sample::item(10, ItemKind::Product, "Serum", 6400);
        let mut catalog = sample::catalog(vec![serum.clone()]);
        let mut gold = sample::gold(60);
        gold.discounts.push(Discount {
            id: id(70),
            value: DiscountValue::Percent(Rate::percent(10)),
            items: ItemFilter::All,
        });
        let mut ana = sample::person(50, "Ana Ruiz");
        ana.entitlements.push(gold);
        let counter = Counter::new(id(1)).after(Action::Add { item: Box::new(serum), line: id(100) });
        assert_eq!(price(&catalog, counter.current()).payable(), Some(Money::from_minor(6400)));
        let counter = counter.after(Action::Attach(Rc::new(ana)));
        assert_eq!(price(&catalog, counter.current()).payable(), Some(Money::from_minor(5760)));
        catalog.items[0].item.archived = true;
        let pricing = price(&catalog, counter.current());
        assert_eq!(pricing.payable(), None);
        assert!(pricing.trouble(&catalog, id(100), true).unwrap().what.contains("No longer sold"));
    }

    #[test]
    fn whoever_held_a_membership_is_offered_one_again_and_whoever_holds_one_is_not() {
        let serum = sample::item(10, ItemKind::Product, "Serum", 6_400);
        let mut catalog = sample::catalog(vec![serum.clone()]);
        let off =
            Discount { id: id(70), value: DiscountValue::Percent(Rate::percent(10)), items: ItemFilter::All };
        catalog.plans.push(sample::on_sale(60, "Gold", off));
        let added = Counter::new(id(1)).after(Action::Add { item: Box::new(serum), line: id(100) });
        let offered = |who: protocol::tickets::AtCheckout| -> Vec<(String, i64)> {
            let counter = added.clone().after(Action::Attach(Rc::new(who)));
            let pricing = price(&catalog, counter.current());
            let plans = pricing.priced().unwrap().members_save.iter();
            plans.map(|it| (it.plan_name.clone(), it.saving.minor())).collect()
        };
        let gold = [("Gold".to_owned(), 640)];
        let mut ana = sample::person(50, "Ana Ruiz");
        ana.entitlements.push(Entitlement {
            standing: domain::Standing::Cancelled { ended: Some(sample::day()) },
            ..sample::gold(80)
        });
        assert_eq!(offered(ana.clone()), gold);
        // What is left of its credit is no membership either.
        ana.entitlements[0].standing = domain::Standing::Good;
        assert_eq!(offered(ana.clone()), gold);
        ana.memberships.push(sample::membership(80, "Gold"));
        assert_eq!(offered(ana), []);
    }

    #[test]
    fn an_empty_or_blocked_ticket_cannot_be_paid_and_says_for_whom_it_is() {
        let mut laser = sample::item(10, ItemKind::Service, "Laser Suite", 32_000);
        laser.members_only = vec![id(61)];
        let catalog = sample::catalog(vec![laser.clone()]);
        let empty = Counter::new(id(1));
        assert_eq!(price(&catalog, empty.current()).payable(), None);
        let blocked = empty.after(Action::Add { item: Box::new(laser), line: id(100) });
        let pricing = price(&catalog, blocked.current());
        assert_eq!(pricing.payable(), None);
        let trouble = |attached| pricing.trouble(&catalog, id(100), attached).unwrap();
        assert_eq!(trouble(false).what, "Only members may buy this");
        assert_eq!(trouble(false).next, "Add a member (F3), or remove it.");
        assert_eq!(trouble(true).next, "Sell them a membership, or remove it.");
    }

    #[test]
    fn a_rental_that_is_too_long_is_made_shorter_whoever_is_on_the_ticket() {
        let mut sauna = sample::item(10, ItemKind::Rental, "Sauna", 4_800);
        sauna.item.max_minutes = Some(90);
        let catalog = sample::catalog(vec![sauna.clone()]);
        let counter = Counter::new(id(1))
            .after(Action::Add { item: Box::new(sauna), line: id(100) })
            .after(Action::SetMinutes(id(100), 120));
        let pricing = price(&catalog, counter.current());
        for attached in [false, true] {
            let trouble = pricing.trouble(&catalog, id(100), attached).unwrap();
            assert_eq!(trouble.next, "Make its time shorter, or remove it.");
        }
    }
}
