//! What would be taken over, as somebody looks through it.

use super::planned::{Planned, Sold, Who};
use billing::read::StripeCustomerId;
use protocol::adopting::{
    AdoptedAs, AdoptedMembership, AdoptedPerson, AdoptedPlan, Adoption, AdoptionReading,
};
use std::collections::BTreeMap;

/// So many people, and so many that stay with Stripe, are shown.
const SHOWN: usize = 300;

impl Planned {
    pub(super) fn shown(&self) -> Adoption {
        let (memberships, newcomers) = self.counts();
        let mut of_plan: BTreeMap<&Sold, u32> = BTreeMap::new();
        let mut of_person: BTreeMap<&StripeCustomerId, Vec<AdoptedMembership>> = BTreeMap::new();
        for membership in &self.memberships {
            *of_plan.entry(&membership.plan).or_default() += 1;
            of_person.entry(&membership.customer).or_default().push(AdoptedMembership {
                plan: self.plans.get(&membership.plan).map_or_else(String::new, |plan| plan.name.clone()),
                price: membership.terms.price,
                since: membership.start,
                bills_next: membership.next_billing,
                past_due: membership.past_due,
            });
        }
        let plans = self.plans.iter().map(|(sold, plan)| AdoptedPlan {
            product: sold.0.to_string(),
            frequency: sold.1,
            name: plan.name.clone(),
            price: plan.terms.price,
            memberships: of_plan.get(sold).copied().unwrap_or_default(),
            into: plan.into,
            may_be: plan.may_be.clone(),
            known: plan.known,
        });
        let coming = self.coming();
        let mut people: Vec<AdoptedPerson> = coming
            .iter()
            .filter(|(id, person)| !person.known || of_person.contains_key(*id))
            .map(|(id, person)| AdoptedPerson {
                customer: id.to_string(),
                name: person.person.name.clone(),
                email: person.person.email.clone(),
                who: match &person.who {
                    Who::New(_) => AdoptedAs::New,
                    Who::OnFile(id, name) => AdoptedAs::OnFile { id: *id, name: name.clone() },
                    Who::Unclear(may_be) => AdoptedAs::Unclear { may_be: may_be.clone() },
                },
                memberships: of_person.get(id).cloned().unwrap_or_default(),
            })
            .collect();
        people.sort_by_key(|person| {
            (
                !matches!(person.who, AdoptedAs::Unclear { .. }),
                person.name.to_lowercase(),
                person.customer.clone(),
            )
        });
        people.truncate(SHOWN);
        let on_file = coming.iter().filter(|(_, person)| matches!(person.who, Who::OnFile(..))).count();
        let mut left_out = self.left_out.clone();
        left_out.sort_by_key(|left| left.name.to_lowercase());
        left_out.truncate(SHOWN);
        Adoption {
            reading: AdoptionReading::NotBegun,
            plans: plans.collect(),
            people,
            memberships,
            newcomers,
            on_file: on_file as u32,
            unclear: self.unclear().count() as u32,
            without: self.without,
            known: self.known,
            ended: self.ended,
            left_out,
            left_out_count: self.left_out.len() as u32,
        }
    }
}
