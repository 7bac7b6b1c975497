//! The year itself: day after day, what was planned for it and who walked in.

mod counter;
mod drawer;
mod membership;
mod organization;

use crate::plans::{self, Plans};
use crate::practice::{STAFF, Shop};
use crate::world::World;
use crate::{Made, Refused, Result, people, staff};
use domain::practice::Role;
use domain::{CustomerId, Day, EnrollmentId, PlanId, TicketId};
use protocol::customers::{AddNote, CreateCustomer, CustomerView, MergeCustomers};
use protocol::enrollments::RefreshCredits;
use protocol::practice::ChooseLocation;
use std::collections::BTreeMap;

/// What was planned for a day.
#[derive(Debug, Clone, Copy)]
enum Plan {
    Join { nth: u32 },
    Visitor,
    Collect(EnrollmentId),
    Pause(EnrollmentId),
    Resume(EnrollmentId),
    Leave(EnrollmentId),
    LeaveNow(EnrollmentId),
    StayAfterAll(EnrollmentId),
    TakeNewTerms(EnrollmentId),
    GrowUp(EnrollmentId, CustomerId),
    Refund(TicketId),
}

/// Somebody who comes in now and then.
struct Regular {
    id: CustomerId,
    name: String,
    plan: Option<PlanId>,
    /// Of a hundred days.
    visits: u32,
}

pub(crate) struct Year<'a> {
    world: &'a mut World,
    shop: &'a Shop,
    plans: &'a Plans,
    agenda: BTreeMap<Day, Vec<Plan>>,
    regulars: Vec<Regular>,
    payers: BTreeMap<EnrollmentId, membership::Payer>,
    /// Memberships of Gold, whose terms change twice.
    golden: Vec<EnrollmentId>,
    /// So many joined in the last weeks.
    late_joiners: u32,
    next_person: u32,
    /// So many were asked for.
    members: u32,
    /// At which of the two houses the desk stands today.
    house: usize,
    made: Made,
}

/// Lives the year and says what there is at its end.
pub async fn live(world: &mut World, shop: &Shop, plans: &Plans, members: u32) -> Result<Made> {
    let made = Made { staff: staff(), customers: 0, memberships: 0, tickets: 0, refused: Vec::new() };
    let mut year = Year {
        agenda: BTreeMap::new(),
        regulars: Vec::new(),
        payers: BTreeMap::new(),
        golden: Vec::new(),
        late_joiners: 0,
        next_person: 0,
        members,
        house: 0,
        world,
        shop,
        plans,
        made,
    };
    year.invite(members);
    let first = year.world.today();
    while year.world.is_open() {
        year.day(first).await?;
        if year.world.today() >= year.world.last_day() {
            break;
        }
        year.world.sleep().await?;
    }
    year.leave_some_on_hold().await?;
    let refused = year.world.refused().into_iter();
    let refused = refused.map(|((what, code), times)| Refused { what, code, times }).collect();
    Ok(Made { refused, ..year.made })
}

impl Year<'_> {
    /// Spreads those who will join and those who only visit over the year: a rush at the opening, then day by day.
    fn invite(&mut self, members: u32) {
        let first = self.world.today();
        let mut at = |world: &mut World, plan: Plan, rush: u32| {
            let after = if world.chance(rush) { world.dice.i64(0..45) } else { world.dice.i64(30..=365) };
            self.agenda.entry(first.plus_days(after)).or_default().push(plan);
        };
        for nth in 0..members {
            at(self.world, Plan::Join { nth }, 35);
        }
        for _ in 0..members / 4 {
            at(self.world, Plan::Visitor, 20);
        }
    }

    async fn day(&mut self, first: Day) -> Result<()> {
        let today = self.world.today();
        let gone = today.since(first);
        self.staff_the_desk(gone).await?;
        self.world.ask("the daily round", RefreshCredits {}).await?;
        self.open_the_drawer().await?;
        self.manage(gone).await?;
        let planned = self.agenda.remove(&today).unwrap_or_default();
        for plan in planned {
            if !self.world.is_open() {
                break;
            }
            self.world.pass_seconds(120);
            Box::pin(self.carry_out(plan)).await?;
        }
        self.visits().await?;
        self.close_the_drawer().await
    }

    /// Somebody else every week, and a day at the other house every so often.
    async fn staff_the_desk(&mut self, gone: i64) -> Result<()> {
        if gone % 7 == 0 {
            let turn = usize::try_from(gone / 7).unwrap_or_default();
            // The front desk works most days; each manager now and then.
            self.world.sign_in([3, 4, 1, 5, 6, 2, 3, 4, 5, 6][turn % 10]).await?;
        }
        self.house = usize::from(gone % 7 == 3 || gone % 7 == 5);
        self.world.ask("going there", ChooseLocation { location: self.shop.locations[self.house] }).await?;
        Ok(())
    }

    /// The few days a manager has something on.
    async fn manage(&mut self, gone: i64) -> Result<()> {
        match gone {
            120 | 240 => {
                let before = STAFF.iter().position(|(_, role, _)| *role == self.world.role()).unwrap_or(3);
                self.world.sign_in(1).await?;
                let version = if gone == 120 { 2 } else { 3 };
                plans::renew_gold(self.world, self.shop, self.plans, version).await?;
                self.offer_new_terms();
                self.world.sign_in(before).await
            }
            _ if self.is_manager() && self.world.chance(20) => self.adjust_someone().await,
            200 => self.merge_a_duplicate().await,
            // A handful of members is no place for a firm.
            330 if self.members >= 20 => self.take_an_organization().await,
            _ => Ok(()),
        }
    }

    async fn carry_out(&mut self, plan: Plan) -> Result<()> {
        match plan {
            Plan::Join { nth } => self.join(nth).await,
            Plan::Visitor => {
                let person = self.put_on_file(None).await?;
                let visits = 1 + self.world.dice.u32(0..3);
                self.know(&person, None, visits);
                self.visit(self.regulars.len() - 1).await
            }
            Plan::Collect(id) => self.collect(id).await,
            Plan::Pause(id) => self.pause(id).await,
            Plan::Resume(id) => self.resume(id).await,
            Plan::Leave(id) => self.leave(id).await,
            Plan::LeaveNow(id) => self.leave_now(id).await,
            Plan::StayAfterAll(id) => self.stay_after_all(id).await,
            Plan::TakeNewTerms(id) => self.take_new_terms(id).await,
            Plan::GrowUp(id, customer) => self.grow_up(id, customer).await,
            Plan::Refund(id) => self.refund(id).await,
        }
    }

    async fn visits(&mut self) -> Result<()> {
        for nth in 0..self.regulars.len() {
            if !self.world.is_open() {
                break;
            }
            let visits = self.regulars[nth].visits;
            if self.world.chance(visits) {
                self.world.pass_seconds(90);
                Box::pin(self.visit(nth)).await?;
            }
        }
        Ok(())
    }

    /// A new customer, sometimes with a note.
    async fn put_on_file(&mut self, of: Option<&str>) -> Result<CustomerView> {
        const NOTES: [&str; 6] = [
            "Prefers the quiet room at the back.",
            "Allergic to almond oil.",
            "Asks for a call instead of an e-mail.",
            "Comes with a stroller; needs the ground floor.",
            "Likes to book the same hour every week.",
            "Sensitive skin: patch test before any peel.",
        ];
        self.next_person += 1;
        let person = match of {
            Some(name) => people::relative(self.world, name, self.next_person),
            None => people::someone(self.world, self.next_person),
        };
        let mut view = self.world.ask("a customer", CreateCustomer { person }).await?;
        if self.world.chance(15) {
            let text = self.world.pick(&NOTES).to_owned();
            view = self.world.ask("a note", AddNote { id: view.customer.id, text }).await?;
        }
        self.made.customers += 1;
        Ok(view)
    }

    fn know(&mut self, view: &CustomerView, plan: Option<PlanId>, visits: u32) {
        let name = view.customer.person.name.clone();
        self.regulars.push(Regular { id: view.customer.id, name, plan, visits });
    }

    /// One person put on file twice becomes one again.
    async fn merge_a_duplicate(&mut self) -> Result<()> {
        let Some(visitor) = self.regulars.iter().find(|one| one.plan.is_none()) else { return Ok(()) };
        let (keep, name) = (visitor.id, visitor.name.clone());
        self.next_person += 1;
        let mut person = people::someone(self.world, self.next_person);
        person.name = name.to_uppercase();
        let duplicate = self.world.ask("a duplicate", CreateCustomer { person }).await?.customer.id;
        let before = STAFF.iter().position(|(_, role, _)| *role == self.world.role()).unwrap_or(3);
        self.world.sign_in(2).await?;
        self.world.ask("merging", MergeCustomers { keep, duplicate }).await?;
        self.world.sign_in(before).await
    }

    fn is_manager(&self) -> bool {
        self.world.role() >= Role::Manager
    }

    fn plan_for(&mut self, days: i64, plan: Plan) {
        let on = self.world.today().plus_days(days.max(1));
        if on <= self.world.last_day() {
            self.agenda.entry(on).or_default().push(plan);
        }
    }
}
