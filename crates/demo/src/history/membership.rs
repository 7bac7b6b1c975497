//! Joining, paying, pausing and leaving.

use super::{Plan, Year};
use crate::Result;
use domain::{Day, EnrollmentId, PlanId};
use protocol::enrollments::*;

/// How somebody pays what falls due.
#[derive(Debug, Clone, Copy)]
pub(super) enum Payer {
    OnTheDay,
    /// Days late, every time.
    Late(i64),
    /// Pays on the day, until this one.
    StopsOn(Day),
}

impl Year<'_> {
    pub(super) async fn join(&mut self, nth: u32) -> Result<()> {
        let person = self.put_on_file(None).await?;
        let today = self.world.today();
        let plan = self.choose(today);
        let late_in_the_year = self.world.last_day().since(today) < 20;
        let waits = if late_in_the_year { self.world.chance(30) } else { self.world.chance(6) };
        let start = if waits { today.plus_days(self.world.dice.i64(2..25)) } else { today };
        let offer = PreviewEnroll { customer: person.customer.id, plan, start, pays: PaysBy::Counter };
        let offer = self.world.ask("the offer", offer).await?;
        let unpaid = waits || (late_in_the_year && self.world.chance(8));
        let tenders = if unpaid { Vec::new() } else { self.tenders(offer.first.amount) };
        let request = Enroll {
            customer: person.customer.id,
            plan,
            version: offer.version,
            start,
            pays: PaysBy::Counter,
            tenders,
            consent: if self.world.chance(25) { Consent::SignedPaper } else { Consent::InPerson },
        };
        let view = self.world.ask("enrolling", request).await?.enrollment;
        self.made.memberships += 1;
        let visits = self.world.pick(&[1, 2, 2, 3, 3, 4, 6]);
        self.know(&person, Some(plan), visits);
        if self.plans.covers_family(plan) {
            self.bring_family(&view, &person.customer.person.name).await?;
        }
        self.decide_a_life(view.id, nth);
        self.await_next_charge(view.id, &view);
        Ok(())
    }

    fn choose(&mut self, today: Day) -> PlanId {
        let open = self.world.last_day().since(today) > 275;
        match self.world.dice.u32(0..100) {
            0..34 => self.plans.silver,
            34..68 => self.plans.gold,
            // Only sold where the rooms are.
            68..84 if self.house == 0 => self.plans.recovery,
            68..84 => self.plans.gold,
            84..92 if open => self.plans.founders,
            84..88 => self.plans.silver,
            _ => self.plans.family,
        }
    }

    async fn bring_family(&mut self, view: &EnrollmentView, name: &str) -> Result<()> {
        let up_to = if view.plan == self.plans.family {
            self.world.dice.u32(0..4)
        } else {
            self.world.dice.u32(0..2)
        };
        for _ in 0..up_to {
            let relative = self.put_on_file(Some(name)).await?;
            let request = AddDependent { id: view.id, customer: relative.customer.id };
            if self.world.try_ask(request).await.is_ok() {
                self.know(&relative, Some(view.plan), 1);
            }
        }
        Ok(())
    }

    /// What this membership will go through, decided when it begins.
    fn decide_a_life(&mut self, id: EnrollmentId, nth: u32) {
        let payer = match self.world.dice.u32(0..100) {
            0..80 => Payer::OnTheDay,
            80..90 => Payer::Late(self.world.dice.i64(1..6)),
            90..95 => Payer::Late(self.world.dice.i64(9..25)),
            _ => Payer::StopsOn(self.world.last_day().plus_days(-self.world.dice.i64(5..60))),
        };
        self.payers.insert(id, payer);
        if self.world.chance(14) {
            let days = self.world.dice.i64(20..200);
            self.plan_for(days, Plan::Pause(id));
        }
        match nth % 8 {
            3 => {
                let days = self.world.dice.i64(60..330);
                let plan = if self.world.chance(35) { Plan::LeaveNow(id) } else { Plan::Leave(id) };
                self.plan_for(days, plan);
            }
            // Some are on their way out or away as the year ends.
            6 if self.world.chance(60) => {
                let left = self.world.last_day().since(self.world.today());
                let days = left - self.world.dice.i64(0..20);
                let plan = if self.world.chance(55) { Plan::Leave(id) } else { Plan::Pause(id) };
                if days > 0 {
                    self.plan_for(days, plan);
                }
            }
            _ => {}
        }
    }

    /// Comes back to the counter when the next charge is due, or when this person gets round to it.
    fn await_next_charge(&mut self, id: EnrollmentId, view: &EnrollmentView) {
        let Some(on) = view.dues.first().or(view.next_charge.as_ref()).map(|charge| charge.on) else {
            return;
        };
        let late = match self.payers.get(&id) {
            Some(Payer::Late(days)) => *days,
            Some(Payer::StopsOn(day)) if on >= *day => return,
            _ => 0,
        };
        let days = on.since(self.world.today()) + late;
        self.plan_for(days, Plan::Collect(id));
    }

    pub(super) async fn collect(&mut self, id: EnrollmentId) -> Result<()> {
        let mut view = self.world.ask("a membership", GetEnrollment { id }).await?;
        while let Some(due) = view.dues.first() {
            if view.moves.collect.is_some() {
                break;
            }
            let tenders = self.tenders(due.amount);
            let request = CollectRenewal { id, expected: due.amount, tenders };
            view = self.world.ask("collecting", request).await?.enrollment;
        }
        self.await_next_charge(id, &view);
        Ok(())
    }

    pub(super) async fn pause(&mut self, id: EnrollmentId) -> Result<()> {
        let until = if self.world.chance(70) {
            Some(self.world.today().plus_days(self.world.dice.i64(14..58)))
        } else {
            None
        };
        // What is overdue or ending cannot be paused: then this one is not.
        if let Ok(view) = self.world.try_ask(PauseEnrollment { id, until }).await {
            let days = match until {
                Some(until) if self.world.chance(75) => until.since(self.world.today()) + 1,
                _ => self.world.dice.i64(10..50),
            };
            self.plan_for(days, Plan::Resume(view.id));
        }
        Ok(())
    }

    pub(super) async fn resume(&mut self, id: EnrollmentId) -> Result<()> {
        // Back by itself on its date already, or left meanwhile.
        let view = match self.world.try_ask(ResumeEnrollment { id }).await {
            Ok(view) => view,
            Err(_) => self.world.ask("a membership", GetEnrollment { id }).await?,
        };
        self.await_next_charge(id, &view);
        Ok(())
    }

    pub(super) async fn leave(&mut self, id: EnrollmentId) -> Result<()> {
        let reason = self.world.pick(&["Moving away", "Not enough time", "Too expensive", ""]);
        let request = CancelAtPeriodEnd { id, reason: reason.into(), override_minimum: false };
        if self.world.try_ask(request).await.is_ok() && self.world.chance(20) {
            self.plan_for(3, Plan::StayAfterAll(id));
        }
        Ok(())
    }

    pub(super) async fn stay_after_all(&mut self, id: EnrollmentId) -> Result<()> {
        if let Ok(view) = self.world.try_ask(UndoCancel { id }).await {
            self.await_next_charge(id, &view);
        }
        Ok(())
    }

    /// Ends today; waits until a manager is there.
    pub(super) async fn leave_now(&mut self, id: EnrollmentId) -> Result<()> {
        if !self.is_manager() {
            self.plan_for(3, Plan::LeaveNow(id));
            return Ok(());
        }
        let preview = self.world.ask("leaving", PreviewCancelNow { id }).await?;
        if preview.refused.is_some() {
            return Ok(());
        }
        let request = CancelNow {
            id,
            reason: "Moved abroad".into(),
            refund: preview.refund,
            override_minimum: preview.needs_override,
        };
        self.world.ask("leaving", request).await?;
        Ok(())
    }

    /// A manager puts something right.
    pub(super) async fn adjust_someone(&mut self) -> Result<()> {
        let ids: Vec<EnrollmentId> = self.payers.keys().copied().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let id = self.world.pick(&ids);
        let view = self.world.ask("a membership", GetEnrollment { id }).await?;
        let Some((benefit, of)) =
            view.balances.iter().find(|held| held.unit.is_some()).map(|held| (held.benefit, held.of))
        else {
            return Ok(());
        };
        let request = AdjustCredit {
            id,
            benefit,
            person: None,
            amount: (of / 10).max(1),
            reason: "Goodwill after a late start".into(),
        };
        // Not for one that has ended.
        let _ = self.world.try_ask(request).await;
        Ok(())
    }
}
