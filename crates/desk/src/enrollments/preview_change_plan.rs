use super::preview_enroll::{on_sale, same_plan_elsewhere, tax_words};
use super::{load, tenders};
use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use crate::{views, words};
use domain::credit::{Movement, MovementKind};
use domain::enrollment::{ChangePreview, Direction, Due, Enrollment};
use domain::plan::Plan;
use domain::practice::Role;
use domain::{EnrollmentId, Money, PlanId};
use protocol::enrollments::{ChangePlanPreview, PreviewChangePlan};
use sqlx::sqlite::SqliteConnection;

/// What going over to another plan charges, gives back and changes, and the sentences the member agrees to.
pub(crate) async fn preview_change_plan(
    look: &mut Look<'_>,
    request: PreviewChangePlan,
) -> Result<ChangePlanPreview> {
    let here = look.here.clone();
    let change = PlanChange::make(look.conn, &here, request.id, request.plan).await?;
    let given = tenders::given_before(look.conn, &change.before).await?;
    Ok(change.view(&here, given))
}

/// A membership as it would go over to another plan, not yet agreed to.
pub(super) struct PlanChange {
    before: Enrollment,
    pub after: Enrollment,
    pub what: ChangePreview,
    plan: Plan,
    next: Option<Due>,
    ended: Vec<Movement>,
}

impl PlanChange {
    /// Refuses what this membership may not become, here, today.
    pub async fn make(
        conn: &mut SqliteConnection,
        here: &Here,
        id: EnrollmentId,
        plan: PlanId,
    ) -> Result<Self> {
        let today = here.today;
        let before = load(conn, id).await?.at(today);
        if before.plan == plan {
            let plan = here.ground.plan_name(plan);
            return Err(Refusal::invalid(
                "plan",
                format!("This is {plan} already. Update its terms instead."),
            ));
        }
        let plan = on_sale(here, plan)?.clone();
        same_plan_elsewhere(conn, here, before.customer, &plan, today, Some(id)).await?;
        let current = plan.current();
        let (number, terms) = (current.number, &current.terms);
        let what = before.change_preview(today, plan.id, number, terms)?;
        let mut after = before.clone();
        let moved = after.change_plan(today, plan.id, number, terms.clone())?;
        let ended = moved.into_iter().filter(|movement| movement.kind == MovementKind::Expired).collect();
        let mut paid = after.at(what.effective_on);
        if let Some(due) = &what.first {
            paid.collect(what.effective_on, due.period, due.total, due.tax)?;
        }
        let next = paid.next_charge(what.effective_on);
        Ok(Self { before, after, what, plan, next, ended })
    }

    pub fn version(&self) -> u32 {
        self.plan.current().number
    }

    /// What is to be paid today; nothing for a change that comes later.
    pub fn due_today(&self, here: &Here) -> Option<&Due> {
        self.what.first.as_ref().filter(|due| due.due_on == here.today && due.total.is_positive())
    }

    /// `given`: what went back of the charge before.
    fn view(&self, here: &Here, given: Money) -> ChangePlanPreview {
        let ground = &here.ground;
        let limit = ground.practice.as_ref().map_or(Money::ZERO, |practice| practice.refund_limit);
        ChangePlanPreview {
            version: self.version(),
            now: self.what.effective_on <= here.today,
            effective_on: self.what.effective_on,
            due: self.due_today(here).map_or(Money::ZERO, |due| due.total),
            carried: self.what.carried,
            refund: self.what.refund,
            first: self.what.first.as_ref().map(|due| views::charge_line(due, here.today)),
            next: self.next.as_ref().map(|due| views::charge_line(due, here.today)),
            old_price: words::price_held(&self.before.terms, self.before.seats),
            new_price: words::price_held(&self.plan.current().terms, self.before.seats),
            old_benefits: words::benefits_held(ground, &self.before.terms, self.before.seats),
            new_benefits: words::benefits_held(ground, &self.plan.current().terms, self.before.seats),
            ends: self.ends(here),
            sentences: self.sentences(here),
            needs_manager: self.what.refund.is_positive()
                && self.what.refund + given > limit
                && here.require(Role::Manager, "").is_err(),
        }
    }

    /// What is left of credits that end with the old plan.
    fn ends(&self, here: &Here) -> Vec<String> {
        self.ended
            .iter()
            .filter_map(|movement| {
                let account = self.before.account(movement.benefit, movement.person).ok()?;
                let left = words::amount(&here.ground, account.grant.unit, -movement.change());
                Some(format!("{left} of {}", words::benefit_name(&here.ground, &account.grant)))
            })
            .collect()
    }

    /// What changes, what is charged and when, what it promises and how to leave.
    pub fn sentences(&self, here: &Here) -> Vec<String> {
        let ground = &here.ground;
        let terms = &self.plan.current().terms;
        let (old, new) = (ground.plan_name(self.before.plan), &self.plan.about.name);
        let on = self.what.effective_on;
        let mut said = Vec::new();
        match self.what.direction {
            Direction::Up | Direction::Down if on <= here.today => {
                said.push(format!("{new} takes the place of {old} today, {}.", on.long()));
                if self.what.carried.is_positive() {
                    said.push(format!(
                        "The unused days of {old} are worth {} and are taken off.",
                        ground.money(self.what.carried + self.what.refund)
                    ));
                }
            }
            Direction::Up | Direction::Down => said.push(format!(
                "{old} stays as it is through {}; {new} takes its place on {}.",
                on.prev().long(),
                on.long()
            )),
        }
        if let Some(due) = &self.what.first {
            let tax = tax_words(ground, terms, due.tax).map(|tax| format!(" ({tax})")).unwrap_or_default();
            said.push(format!("{} is due on {}{tax}.", ground.money(due.total), due.due_on.long()));
        }
        if self.what.refund.is_positive() {
            said.push(format!("{} goes back.", ground.money(self.what.refund)));
        }
        if let Some(due) = &self.next {
            said.push(format!(
                "Then {} {}, next on {}, collected at the counter.",
                ground.money(due.total),
                words::per(terms.frequency),
                due.due_on.long()
            ));
        }
        said.extend(words::policies(terms, on, self.before.seats));
        let benefits = words::benefits_held(ground, terms, self.before.seats);
        if !benefits.is_empty() {
            said.push(format!("Benefits: {}.", benefits.join("; ")));
        }
        said
    }
}
