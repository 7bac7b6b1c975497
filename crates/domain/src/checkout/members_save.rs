//! What each plan on sale would have saved on a ticket: "Members save $12.00 with Gold".

use super::QuoteInput;
use super::entitlement::{CreditLot, Entitlement, IncludedLot};
use super::quote::{BadTicket, quote};
use crate::plan::{Expiry, Plan, Renewal, Scope, Terms};
use crate::{BenefitId, Day, EnrollmentId, LineId, LotId, Money, PlanId, Standing};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What one plan would have saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersSave {
    pub plan: PlanId,
    pub plan_name: String,
    /// Covered units, minutes and discounts; credits are prepaid and no saving.
    pub saving: Money,
    /// The part of each line that it saves something on, in ticket order.
    pub lines: Vec<(LineId, Money)>,
    /// Without it the ticket cannot be sold as it is.
    pub unblocks: bool,
}

/// What each plan would have saved on the ticket as it stands, with nobody's membership on it; most first.
///
/// `as_members` holds each plan on sale here as a new member would hold it on the first day. A plan that would
/// save nothing, or leaves the ticket blocked, is left out.
pub fn members_save(input: &QuoteInput, as_members: &[Entitlement]) -> Result<Vec<MembersSave>, BadTicket> {
    let mut alone = QuoteInput { customer_attached: true, entitlements: Vec::new(), ..input.clone() };
    alone.declined.clear();
    alone.lowered.clear();
    let was_blocked = !quote(&alone)?.blocked.is_empty();
    let mut savings = Vec::new();
    for member in as_members {
        alone.entitlements.clear();
        alone.entitlements.push(member.clone());
        let priced = quote(&alone)?;
        let saving = priced.totals.savings;
        if priced.blocked.is_empty() && (saving.is_positive() || was_blocked) {
            let (plan, plan_name) = (member.plan, member.plan_name.clone());
            let lines = priced
                .lines
                .iter()
                .map(|line| (line.id, line.covered + line.time_off + line.discount))
                .filter(|(_, saved)| saved.is_positive())
                .collect();
            savings.push(MembersSave { plan, plan_name, saving, lines, unblocks: was_blocked });
        }
    }
    savings.sort_by_key(|it| std::cmp::Reverse(it.saving));
    Ok(savings)
}

impl Entitlement {
    /// What a new member holds on the first day under the plan's current terms, every credit just granted.
    ///
    /// For a plan sold on the ticket, `sold_on` is its line: without it the benefits fall.
    pub fn of_new_member(plan: &Plan, enrollment: EnrollmentId, today: Day, sold_on: Option<LineId>) -> Self {
        Self {
            plan: plan.id,
            plan_name: plan.about.name.clone(),
            scope: plan.about.scope.clone(),
            sold_on,
            ..Self::of_terms(&plan.current().terms, enrollment, today)
        }
    }

    /// The same of terms alone, of no plan yet and holding everywhere: for terms that are still being written.
    pub fn of_terms(terms: &Terms, enrollment: EnrollmentId, today: Day) -> Self {
        let first_lot = |benefit: BenefitId| LotId::of_refresh(enrollment, benefit, None, 0);
        let to_next_refresh = |renewal: Renewal| Some(today.plus_months(renewal.months()).prev());
        Self {
            enrollment,
            plan: PlanId(Uuid::nil()),
            plan_name: String::new(),
            person: None,
            standing: Standing::Good,
            scope: Scope::default(),
            access: Some(terms.access.clone()),
            discounts: terms.discounts.clone(),
            included: terms
                .included
                .iter()
                .map(|included| IncludedLot {
                    benefit: included.id,
                    lot: included.quantity.map(|_| first_lot(included.id)),
                    items: included.items.clone(),
                    remaining: included.quantity,
                    granted: today,
                    expires: included.quantity.and_then(|_| to_next_refresh(included.renewal)),
                    shared_pool: false,
                    provisional: false,
                })
                .collect(),
            credits: terms
                .credits
                .iter()
                .map(|credit| CreditLot {
                    benefit: credit.id,
                    lot: first_lot(credit.id),
                    unit: credit.unit,
                    remaining: credit.amount,
                    usage: credit.usage,
                    items: credit.items.clone(),
                    granted: today,
                    expires: match credit.expiry {
                        Expiry::PeriodEnd => to_next_refresh(credit.renewal),
                        Expiry::Rollover | Expiry::RolloverCap(_) => None,
                    },
                    shared_pool: false,
                    provisional: false,
                })
                .collect(),
            provisional: false,
            sold_on: None,
        }
    }
}
