//! What is sold, how it is paid, and what comes back.

use super::{Plan, Year};
use crate::Result;
use crate::practice::{MEMBERS_ONLY, OnSale};
use crate::world::dollars;
use domain::checkout::{ManualDiscount, TenderKind, TenderOffer};
use domain::item::ItemKind;
use domain::plan::DiscountValue;
use domain::practice::Role;
use domain::{Money, Rate, TicketId};
use protocol::tickets::*;

impl Year<'_> {
    /// Somebody comes in and buys something.
    pub(super) async fn visit(&mut self, nth: usize) -> Result<()> {
        let customer = self.regulars[nth].id;
        let access = self.regulars[nth].plan == Some(self.plans.gold);
        // A few do not say who they are.
        let customer = (!self.world.chance(4)).then_some(customer);
        let draft = self.draft(customer, access && customer.is_some());
        if self.world.chance(2) {
            self.world.ask("holding", HoldTicket { draft: draft.clone(), label: String::new() }).await?;
            self.world.pass_seconds(300);
            self.world.ask("recalling", RecallTicket { id: draft.id }).await?;
        }
        let mut quoted = self.world.ask("a quote", QuoteTicket { draft: draft.clone() }).await?;
        let mut draft = draft;
        if !quoted.quote.blocked.is_empty() {
            let blocked: Vec<_> = quoted.quote.blocked.iter().map(|line| line.line).collect();
            draft.lines.retain(|line| !blocked.contains(&line.id));
            if draft.lines.is_empty() {
                return Ok(());
            }
            quoted = self.world.ask("a quote", QuoteTicket { draft: draft.clone() }).await?;
        }
        let due = quoted.quote.totals.due;
        let tip = self.tip(&draft, due);
        let tenders = self.tenders(due + tip);
        let id = draft.id;
        let request = SettleTicket {
            draft,
            expected_due: due,
            expected_credits: quoted.quote.totals.credits,
            tenders,
            tip,
        };
        self.world.ask("settling", request).await?;
        self.made.tickets += 1;
        let small = due + tip <= dollars(100);
        if self.world.chance(1) && (small || self.is_manager()) {
            let void = VoidTicket { id, reason: "Rung up for the wrong person".into() };
            self.world.ask("voiding", void).await?;
        } else if self.world.chance(4) {
            let days = self.world.dice.i64(1..15);
            self.plan_for(days, Plan::Refund(id));
        }
        Ok(())
    }

    fn draft(&mut self, customer: Option<domain::CustomerId>, access: bool) -> TicketDraft {
        let count = self.world.pick(&[1, 1, 1, 2, 2, 3, 5]);
        let mut lines: Vec<DraftLine> = Vec::with_capacity(count);
        for _ in 0..count {
            let item = self.world.pick(&self.shop.items);
            let sold = access || !MEMBERS_ONLY.contains(&item.name);
            if sold && lines.iter().all(|line| line.item != item.id) {
                lines.push(self.line(item));
            }
        }
        if lines.is_empty() {
            let item = self.shop.items[0];
            lines.push(self.line(item));
        }
        // So much that the front desk takes off by itself; a manager is not asked for it.
        let value = match self.world.role() {
            Role::FrontDesk => DiscountValue::Percent(Rate::percent(10)),
            Role::Manager | Role::Owner => DiscountValue::Amount(dollars(5)),
        };
        let ticket_discount =
            self.world.chance(2).then_some(ManualDiscount { value, reason: "Waited twenty minutes".into() });
        if ticket_discount.is_some() {
            // Both together would be more than that.
            lines.iter_mut().for_each(|line| line.discount = None);
        }
        TicketDraft {
            id: self.world.fresh(),
            customer,
            lines,
            declined: Vec::new(),
            lowered: Vec::new(),
            credit_limit: self.world.chance(3).then(|| dollars(40)),
            ticket_discount,
            note: String::new(),
        }
    }

    fn line(&mut self, item: OnSale) -> DraftLine {
        let many = item.kind == ItemKind::Product && self.world.chance(25);
        let takes_off = item.kind.takes_benefits() && self.world.chance(2);
        let id = self.world.fresh();
        DraftLine {
            qty: if many { self.world.dice.u32(2..5) } else { 1 },
            minutes: (item.kind == ItemKind::Rental).then(|| self.world.pick(&[30, 30, 45, 60, 60, 90])),
            discount: takes_off.then(|| ManualDiscount {
                value: DiscountValue::Percent(Rate::percent(10)),
                reason: "Damaged box".into(),
            }),
            ..DraftLine::of(id, item.id)
        }
    }

    fn tip(&mut self, draft: &TicketDraft, due: Money) -> Money {
        let served = draft.lines.iter().any(|line| {
            self.shop.items.iter().any(|item| item.id == line.item && item.kind == ItemKind::Service)
        });
        if !served || due.is_zero() || !self.world.chance(35) {
            return Money::ZERO;
        }
        let percent = self.world.pick(&[10, 15, 18, 20]);
        dollars(due.scale(percent, 10_000).minor().max(1))
    }

    /// Card, cash, a check, or two of them.
    pub(super) fn tenders(&mut self, due: Money) -> Vec<TenderOffer> {
        if due.is_zero() {
            return Vec::new();
        }
        match self.world.dice.u32(0..100) {
            0..55 => vec![self.card(due)],
            55..85 => vec![cash(due)],
            85..90 => {
                let number = self.world.dice.u32(100..2000).to_string();
                vec![TenderOffer { kind: TenderKind::Check { number }, amount: due }]
            }
            _ => {
                let half = Money::from_minor(due.minor() / 2);
                if half.is_zero() {
                    return vec![cash(due)];
                }
                vec![self.card(half), cash(due - half)]
            }
        }
    }

    fn card(&mut self, amount: Money) -> TenderOffer {
        let reference = format!("{:06}", self.world.dice.u32(0..1_000_000));
        TenderOffer { kind: TenderKind::Terminal { reference }, amount }
    }

    /// Something comes back; what is over the limit waits until a manager is there.
    pub(super) async fn refund(&mut self, ticket: TicketId) -> Result<()> {
        let view = self.world.ask("a receipt", GetTicket { id: ticket }).await?;
        let lines: Vec<RefundLine> = view
            .refundable
            .iter()
            .find(|line| line.qty > 0)
            .map(|line| RefundLine::of(line.line, 1))
            .into_iter()
            .collect();
        if lines.is_empty() {
            return Ok(());
        }
        let preview = self
            .world
            .ask("a refund", PreviewRefund { ticket, lines: lines.clone(), after_end: None })
            .await?;
        if preview.needs_manager && !self.is_manager() {
            self.plan_for(5, Plan::Refund(ticket));
            return Ok(());
        }
        let reason = self.world.pick(&["Did not take place", "Returned unopened", "Not what was ordered"]);
        let request =
            RefundTicket { ticket, lines, reason: reason.into(), expected: preview.money, after_end: None };
        self.world.ask("a refund", request).await?;
        Ok(())
    }

    /// Three tickets wait at the desk at the end.
    pub(super) async fn leave_some_on_hold(&mut self) -> Result<()> {
        for nth in 0..self.regulars.len().min(3) {
            let draft = self.draft(Some(self.regulars[nth].id), false);
            self.world.ask("holding", HoldTicket { draft, label: String::new() }).await?;
        }
        Ok(())
    }
}

/// In notes: up to the next five dollars.
fn cash(due: Money) -> TenderOffer {
    let five = 500;
    let notes = due.minor().div_euclid(five) + i64::from(due.minor() % five != 0);
    TenderOffer { kind: TenderKind::Cash, amount: Money::from_minor(notes * five) }
}
