use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use crate::{stripe, views};
use domain::checkout::Entitlement;
use domain::enrollment::Enrollment;
use domain::fold::State;
use domain::plan::CreditUnit;
use domain::record::Entity;
use domain::{CustomerId, EnrollmentId, Money, Standing};
use protocol::enrollments::StatusView;
use protocol::tickets::{AtCheckout, CustomerAtCheckout, StripMembership};
use std::collections::BTreeMap;
use store::query::{self, Held};

pub(crate) async fn customer_at_checkout(
    look: &mut Look<'_>,
    request: CustomerAtCheckout,
) -> Result<AtCheckout> {
    let here = look.here.clone();
    let held = query::held_by(look.conn, request.customer).await?;
    let held = held.ok_or(Refusal::NotFound { what: "That person" })?;
    if held.erased {
        return Err(Refusal::Erased { name: held.person.name });
    }
    let person = held.person.clone();
    let root = person.id;
    let mut memberships = Vec::new();
    let mut owed = Money::ZERO;
    let holding = Holding::of(held);
    for (enrollment, covered) in &holding.all {
        let covered = *covered;
        let now = enrollment.at(here.today);
        if now.ended.is_some() {
            continue;
        }
        let dues: Money = now.dues(here.today).iter().map(|due| due.total).sum();
        let person = covered.then_some(root);
        let entitlement = entitlement(&here, &now, person);
        let left = |unit: CreditUnit| -> i64 {
            let lots = entitlement.iter().flat_map(|held| &held.credits).filter(|lot| lot.unit == unit);
            lots.map(|lot| lot.remaining.max(0)).sum()
        };
        let holder =
            if covered { query::customers_named(look.conn, &[now.customer]).await? } else { Vec::new() };
        if !covered {
            owed += dues;
        }
        memberships.push(StripMembership {
            enrollment: now.id,
            plan: now.plan,
            plan_name: here.ground.plan_name(now.plan),
            status: match person.and_then(|person| now.seat_paused(person)) {
                Some(_) => StatusView::Paused { until: None },
                None => views::status(query::StatusShown::of(&now, here.today)),
            },
            credit: Money::from_minor(left(CreditUnit::Money)),
            minutes: left(CreditUnit::Minutes),
            bookings: left(CreditUnit::Bookings),
            next_refresh: now
                .accounts
                .iter()
                .filter(|account| account.refreshes())
                .map(|account| account.next_refresh().1)
                .min(),
            family: now.covered(here.today).count() as u32,
            covered_by: holder.into_iter().next().map(|holder| holder.name),
            owed: if covered { Money::ZERO } else { dues },
            on_trust: now.provisional && now.ended.is_none(),
        });
    }
    memberships.sort_by_key(|held| place(held.status));
    let entitlements = holding.entitlements(&here);
    let card = stripe::card_of(look.conn, &here.ground, here.today, root).await?;
    let (name, email) = (person.name, person.email);
    Ok(AtCheckout { customer: root, name, email, memberships, entitlements, owed, card })
}

/// Where a membership stands among a person's: what gives something today comes before what rests.
fn place(status: StatusView) -> u8 {
    match status {
        StatusView::Active | StatusView::Ends { .. } => 0,
        StatusView::PastDueGrace { .. } => 1,
        StatusView::Waiting { .. } => 2,
        StatusView::PastDueSuspended { .. } => 3,
        StatusView::Scheduled { .. } => 4,
        StatusView::Paused { .. } => 5,
        StatusView::Cancelled { .. } => 6,
    }
}

fn entitlement(here: &Here, enrollment: &Enrollment, person: Option<CustomerId>) -> Option<Entitlement> {
    let plan = here.ground.plans.get(&enrollment.plan)?;
    enrollment.entitlement(here.today, person, &plan.about.name, &plan.about.scope)
}

/// For so many days after its end a membership is named with the reason why it gives nothing.
const NAMED_AFTER_END: i64 = 90;

/// Enrollments a customer holds, and those that cover them as a dependent (marked), by start, then id.
pub(super) struct Holding {
    customer: CustomerId,
    all: Vec<(Enrollment, bool)>,
}

impl Holding {
    pub(super) fn of(held: Held) -> Self {
        Self { customer: held.person.id, all: held.enrollments }
    }

    /// The same after a change that left these states behind.
    pub(super) fn after(mut self, states: &BTreeMap<Entity, State>) -> Self {
        for (held, _) in &mut self.all {
            if let Some(State::Enrollment(now)) = states.get(&Entity::Enrollment(held.id)) {
                held.clone_from(now);
            }
        }
        for state in states.values() {
            if let State::Enrollment(new) = state
                && new.customer == self.customer
                && !self.all.iter().any(|(held, _)| held.id == new.id)
            {
                self.all.push(((**new).clone(), false));
            }
        }
        self
    }

    /// An enrollment among them, or one that covers them.
    pub(super) fn find(&self, id: EnrollmentId) -> Option<&Enrollment> {
        self.all.iter().map(|(held, _)| held).find(|held| held.id == id)
    }

    /// What they bring to a ticket today. One that ended a while ago is not spoken of any more.
    pub(super) fn entitlements(&self, here: &Here) -> Vec<Entitlement> {
        self.all
            .iter()
            .filter_map(|(enrollment, covered)| {
                entitlement(here, enrollment, covered.then_some(self.customer))
            })
            .filter(|held| match held.standing {
                Standing::Cancelled { ended: Some(on) } => here.today.since(on) <= NAMED_AFTER_END,
                _ => true,
            })
            .collect()
    }
}
