//! Joining, paying, pausing and leaving.

use super::{Plan, Year};
use crate::Result;
use domain::{CustomerId, Day, EnrollmentId, PlanId};
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

/// How a membership begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    Today,
    /// Today, with the first charge left open.
    Unpaid,
    Later(Day),
}

impl Year<'_> {
    pub(super) async fn join(&mut self, nth: u32) -> Result<()> {
        let person = self.put_on_file(None).await?;
        let today = self.world.today();
        let plan = self.choose();
        let begins = self.decide_a_beginning(today);
        let start = match begins {
            Begins::Today | Begins::Unpaid => today,
            Begins::Later(start) => start,
        };
        let offer = PreviewEnroll {
            customer: person.customer.id,
            plan,
            start,
            pays: PaysBy::Counter,
            seats: None,
            people: Vec::new(),
        };
        let offer = self.world.ask("the offer", offer).await?;
        let tenders = match begins {
            Begins::Today => self.tenders(offer.first.amount),
            Begins::Unpaid | Begins::Later(_) => Vec::new(),
        };
        let request = Enroll {
            customer: person.customer.id,
            plan,
            version: offer.version,
            start,
            pays: PaysBy::Counter,
            tenders,
            consent: if self.world.chance(25) { Consent::SignedPaper } else { Consent::InPerson },
            seats: None,
            people: Vec::new(),
        };
        let view = self.world.ask("enrolling", request).await?.enrollment;
        self.made.memberships += 1;
        let visits = self.world.pick(&[1, 2, 2, 3, 3, 4, 6]);
        self.know(&person, Some(plan), visits);
        if plan == self.plans.gold {
            self.golden.push(view.id);
        }
        self.bring_family(&view, &person.customer.person.name).await?;
        self.decide_a_life(view.id, nth);
        if begins == Begins::Unpaid {
            // Pays when the year is over.
            self.payers.insert(view.id, Payer::StopsOn(today));
        }
        self.await_next_charge(view.id, &view);
        Ok(())
    }

    /// Of those who join at the end of the year, some have still to start and some have still to pay as it is over.
    fn decide_a_beginning(&mut self, today: Day) -> Begins {
        let last = self.world.last_day();
        if last.since(today) < 30 {
            self.late_joiners += 1;
            return match self.late_joiners % 4 {
                1 => Begins::Later(last.plus_days(self.world.dice.i64(1..20))),
                2 => Begins::Unpaid,
                _ => Begins::Today,
            };
        }
        if self.world.chance(6) {
            return Begins::Later(today.plus_days(self.world.dice.i64(2..25)));
        }
        Begins::Today
    }

    fn choose(&mut self) -> PlanId {
        match self.world.dice.u32(0..100) {
            0..36 => self.plans.silver,
            36..66 => self.plans.gold,
            // Only sold where the rooms are.
            66..86 if self.house == 0 => self.plans.recovery,
            66..86 => self.plans.silver,
            _ => self.plans.family,
        }
    }

    /// Some bring others along; what the terms do not allow is seen at the desk and not tried.
    async fn bring_family(&mut self, view: &EnrollmentView, name: &str) -> Result<()> {
        let places = self.plans.places(view.plan);
        let along = if places > 2 { self.world.dice.u32(0..=3) } else { self.world.dice.u32(0..=places) };
        for nth in 0..along {
            let relative = self.put_on_file(Some(name)).await?;
            let id = relative.customer.id;
            let request = AddDependent { id: view.id, customer: id };
            if self.world.try_ask("bringing family", request).await?.is_none() {
                continue;
            }
            self.know(&relative, Some(view.plan), 1);
            if nth == 0 && self.world.chance(10) {
                let days = self.world.dice.i64(60..200);
                self.plan_for(days, Plan::GrowUp(view.id, id));
            }
        }
        Ok(())
    }

    /// One of a family goes their own way.
    pub(super) async fn grow_up(&mut self, id: EnrollmentId, customer: CustomerId) -> Result<()> {
        self.world.try_ask("leaving a family", RemoveDependent { id, customer }).await?;
        Ok(())
    }

    /// Some of those who hold older terms are asked in the weeks after.
    pub(super) fn offer_new_terms(&mut self) {
        for id in self.golden.clone() {
            if self.world.chance(35) {
                let days = self.world.dice.i64(1..30);
                self.plan_for(days, Plan::TakeNewTerms(id));
            }
        }
    }

    /// Moves to the newest terms, most from the next billing date; waits until a manager is there.
    pub(super) async fn take_new_terms(&mut self, id: EnrollmentId) -> Result<()> {
        if !self.is_manager() {
            self.plan_for(3, Plan::TakeNewTerms(id));
            return Ok(());
        }
        let from = if self.world.chance(25) { EffectiveFrom::Now } else { EffectiveFrom::NextBilling };
        let preview = PreviewUpdateTerms { ids: vec![id], from };
        let preview = self.world.ask("new terms", preview).await?;
        let Some(row) = preview.rows.first() else { return Ok(()) };
        let request = UpdateTerms { id, to_version: row.new_version, from, consent: None };
        self.world.try_ask("new terms", request).await?;
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
            // Some are away or on their way out as the year ends.
            5 if self.world.chance(50) => {
                let left = self.world.last_day().since(self.world.today());
                let days = left - self.world.dice.i64(0..14);
                if days > 0 {
                    self.plan_for(days, Plan::Pause(id));
                }
            }
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
        if let Some(view) = self.world.try_ask("pausing", PauseEnrollment { id, until }).await? {
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
        let view = match self.world.try_ask("resuming", ResumeEnrollment { id }).await? {
            Some(view) => view,
            None => self.world.ask("a membership", GetEnrollment { id }).await?,
        };
        self.await_next_charge(id, &view);
        Ok(())
    }

    /// Goes at the end of the period; a paused one ends at once, and the days given back may want a manager.
    pub(super) async fn leave(&mut self, id: EnrollmentId) -> Result<()> {
        let view = self.world.ask("a membership", GetEnrollment { id }).await?;
        if matches!(view.status, StatusView::Paused { .. }) && !self.is_manager() {
            self.plan_for(3, Plan::Leave(id));
            return Ok(());
        }
        let reason = self.world.pick(&["Moving away", "Not enough time", "Too expensive", ""]);
        let request = CancelAtPeriodEnd { id, reason: reason.into(), override_minimum: false };
        if self.world.try_ask("leaving", request).await?.is_some() && self.world.chance(20) {
            self.plan_for(3, Plan::StayAfterAll(id));
        }
        Ok(())
    }

    pub(super) async fn stay_after_all(&mut self, id: EnrollmentId) -> Result<()> {
        if let Some(view) = self.world.try_ask("staying after all", UndoCancel { id }).await? {
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
        self.world.try_ask("putting a balance right", request).await?;
        Ok(())
    }
}
