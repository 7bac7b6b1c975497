//! Writes what is taken over, so that nothing of it is owed to Stripe.

use super::planned::{Planned, PlannedMembership, PlannedPlan, Who};
use crate::op::Op;
use crate::refusal::Result;
use crate::stripe::errands::CURSOR;
use crate::stripe::hear::hear;
use billing::inbound::Snapshot;
use domain::CustomerId;
use domain::plan::{PlanAbout, Scope};
use domain::record::Change;
use domain::stripe::{CustomerAtStripe, CustomerHeard, Owed, PlanHeard, PlanSaid};
use protocol::adopting::Adopted;
use std::collections::HashSet;

impl Planned {
    pub(super) async fn take_over(self, op: &mut Op<'_>) -> Result<Adopted> {
        let account = self.account.clone();
        let mut adopted = Adopted { plans: 0, newcomers: 0, memberships: 0 };
        let mut order = op.here.ground.plans.values().map(|plan| plan.about.order).max().unwrap_or(0);
        for ((product, _), plan) in &self.plans {
            if !self.plan_comes(plan) {
                continue;
            }
            // In one write, so that nothing of it is owed to Stripe.
            let mut changes = Vec::new();
            if plan.into.is_none() {
                order += 1;
                adopted.plans += 1;
                changes.push(Change::PlanCreated {
                    plan: plan.id,
                    about: PlanAbout {
                        name: plan.name.clone(),
                        description: plan.description.clone(),
                        image: None,
                        image_alt: String::new(),
                        scope: Scope::All,
                        order,
                    },
                    terms: Box::new(plan.terms.clone()),
                    note: "As it is at Stripe.".to_owned(),
                });
            }
            let told = |said| Change::PlanHeard(PlanHeard { plan: plan.id, account: account.clone(), said });
            if !plan.without_product {
                changes.push(told(PlanSaid::Product(product.clone())));
            }
            changes.extend(plan.prices.iter().cloned().map(PlanSaid::Price).map(told));
            op.write(changes).await?;
        }
        let here = op.here.clone();
        let coming = self.coming();
        let mut created: HashSet<CustomerId> = HashSet::new();
        let mut people = Vec::with_capacity(coming.len() * 2);
        for (id, person) in coming {
            let Some(customer) = person.who.id() else { continue };
            if matches!(person.who, Who::New(_)) && created.insert(customer) {
                adopted.newcomers += 1;
                people.push(Change::CustomerCreated { customer, person: person.person.clone() });
            }
            if !person.known {
                // Without their card: what they hold is not known to be billed yet.
                let said =
                    CustomerAtStripe { account: account.clone(), id: id.clone(), card: None, deleted: false };
                people.push(Change::CustomerHeard(CustomerHeard { customer, said }));
            }
        }
        op.write_many(people).await?;
        let whose = |membership: &PlannedMembership| self.people.get(&membership.customer)?.who.id();
        let imports: Vec<Change> = self
            .memberships
            .iter()
            .filter_map(|one| {
                Some(Change::MembershipImported(Box::new(self.import(one, whose(one)?, &here))))
            })
            .collect();
        op.write_many(imports).await?;
        for membership in &self.memberships {
            let said = Snapshot::Subscription(Box::new(membership.adoptable.said.clone()));
            hear(op, said, Some(&Owed::Subscribe { enrollment: membership.enrollment })).await?;
            adopted.memberships += 1;
        }
        // Everything is read again, their cards among it, even where the program ends before it comes to that.
        op.tx.keep(CURSOR, "");
        Ok(adopted)
    }

    /// Plans that come: those that somebody pays for or could, and that are not here as they are.
    fn plan_comes(&self, plan: &PlannedPlan) -> bool {
        plan.into.is_none() || !plan.prices.is_empty() || (!plan.without_product && !plan.known)
    }
}
