//! A membership that ran in another system goes on here.

use super::{Dependent, Enrollment, PaysBy, Refusal, Signup};
use crate::calendar::{Schedule, Series};
use crate::credit::{Account, Movement};
use crate::plan::{Expiry, Family, Renewal, Terms};
use crate::record::{MembershipImported, Record};
use crate::{BenefitId, CustomerId, Day, EnrollmentId, LotId, PlanId, RecordId};
use serde::{Deserialize, Serialize};

/// Months after which every date of a calendar comes back, 29 February included.
const LEAP_MONTHS: u32 = 48;

/// What a membership brings with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    pub id: EnrollmentId,
    pub customer: CustomerId,
    pub plan: PlanId,
    pub version: u32,
    pub terms: Terms,
    pub pays: PaysBy,
    /// The day it comes here.
    pub on: Day,
    pub starts_on: Day,
    /// The first charge to be collected here; everything before it was paid elsewhere. May have passed.
    pub next_billing: Day,
    pub balances: Vec<BroughtBalance>,
    /// Covered since the start.
    pub dependents: Vec<CustomerId>,
    pub credit_outlives_days: u32,
    /// Names the lots.
    pub record: RecordId,
}

/// What is left of one counted benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroughtBalance {
    pub benefit: BenefitId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<CustomerId>,
    /// In the benefit's unit, not negative.
    pub amount: i64,
}

impl Brought {
    /// What a record says was brought.
    pub fn of(import: &MembershipImported, record: &Record) -> Self {
        Self::named_by(import, record.day, record.id)
    }

    /// The same before it is written, to see whether it would be refused.
    pub fn tried(import: &MembershipImported, on: Day) -> Self {
        Self::named_by(import, on, RecordId(uuid::Uuid::nil()))
    }

    fn named_by(import: &MembershipImported, on: Day, record: RecordId) -> Self {
        Self {
            id: import.enrollment,
            customer: import.customer,
            plan: import.plan,
            version: import.version,
            terms: import.terms.clone(),
            pays: import.pays,
            on,
            starts_on: import.start,
            next_billing: import.next_billing,
            balances: import.balances.clone(),
            dependents: import.dependents.clone(),
            credit_outlives_days: import.credit_outlives_days,
            record,
        }
    }

    fn months(&self) -> u32 {
        self.terms.frequency.months()
    }

    /// Dates that hold the next billing: counted from the start where its calendar does, so that a start on the 31st
    /// stays one; else from the same date years before it.
    fn calendar(&self) -> Schedule {
        let from_start = Schedule { anchor: self.starts_on, months: self.months() };
        if from_start.first_after(self.next_billing.prev()) == self.next_billing {
            return from_start;
        }
        let mut anchor = self.next_billing;
        while anchor > self.starts_on {
            anchor = anchor.minus_months(LEAP_MONTHS);
        }
        Schedule { anchor, months: self.months() }
    }

    /// Refresh dates of a benefit from now on: on the calendar of billing at the benefit's own renewal, but none that
    /// the other system has granted already.
    fn refreshes(&self, calendar: Schedule, billing: &Series, renewal: Renewal) -> Series {
        let granted = self.on.min(self.next_billing.prev());
        if renewal == Renewal::Yearly && calendar.anchor != self.starts_on {
            // The anniversary of the start, on the billing date that holds it.
            let on_billing = |year: u32| {
                let anniversary = self.starts_on.plus_months(12 * year);
                billing.start(billing.count_through(anniversary.prev()))
            };
            let next = (1..).map(on_billing).find(|on| *on > granted).unwrap_or(self.next_billing);
            return Series::new(Schedule { anchor: next, months: renewal.months() });
        }
        let months = renewal.months();
        let next = Schedule { anchor: calendar.anchor, months }.first_after(granted);
        Series::joining(&Series::new(calendar), next, months)
    }
}

impl Enrollment {
    /// Takes over a membership with what is left of its credits; nothing is due before its next billing.
    ///
    /// A balance that its policy ends with the period is usable until the day before the next refresh.
    pub fn bring_over(brought: Brought) -> Result<(Self, Vec<Movement>), Refusal> {
        let (today, starts) = (brought.on, brought.starts_on);
        if starts > today {
            return Err(Refusal::StartsInFuture { starts, today });
        }
        let next_billing = brought.next_billing;
        if next_billing <= starts {
            return Err(Refusal::BillsBeforeStart { next_billing, starts });
        }
        let calendar = brought.calendar();
        let mut now = Self::enroll(Signup {
            id: brought.id,
            customer: brought.customer,
            plan: brought.plan,
            version: brought.version,
            terms: brought.terms.clone(),
            pays: brought.pays,
            signed_up_on: starts,
            starts_on: starts,
            consent: None,
            provisional: false,
            credit_outlives_days: brought.credit_outlives_days,
            seats: None,
            people: Vec::new(),
        })?;
        now.billing = Series::joining(&Series::new(calendar), starts, brought.months());
        now.paid = now.billing.count_through(next_billing.prev());
        now.paid_elsewhere = now.paid;
        now.as_of = starts;
        now.totals = super::Totals::default();
        now.captures.clear();
        if let Some(on) = now.maximum_reached_on().filter(|on| *on <= next_billing) {
            return Err(Refusal::EndsBeforeBilling { on });
        }
        now.take_dependents(&brought)?;
        now.accounts.clear();
        let own: Vec<CustomerId> =
            if now.terms.family.own_lots() { brought.dependents.clone() } else { Vec::new() };
        for person in std::iter::once(None).chain(own.into_iter().map(Some)) {
            for (benefit, grant) in now.grants() {
                let dates = brought.refreshes(calendar, &now.billing, grant.renewal);
                now.accounts.push(Account::open(benefit, person, grant, dates));
            }
        }
        now.as_of = today;
        let mut moved = now.take_balances(&brought)?;
        moved.extend(now.advance(today));
        Ok((now, moved))
    }

    fn take_dependents(&mut self, brought: &Brought) -> Result<(), Refusal> {
        let up_to = self.terms.family.up_to();
        for customer in &brought.dependents {
            if matches!(self.terms.family, Family::None) {
                return Err(Refusal::NoFamily);
            }
            if self.covers(*customer, self.starts_on) {
                return Err(Refusal::AlreadyCovered { customer: *customer });
            }
            if self.dependents.len() as u64 >= u64::from(up_to) {
                return Err(Refusal::FamilyFull { up_to });
            }
            self.dependents.push(Dependent::since(*customer, self.starts_on));
        }
        Ok(())
    }

    fn take_balances(&mut self, brought: &Brought) -> Result<Vec<Movement>, Refusal> {
        let mut moved = Vec::new();
        for (nth, balance) in brought.balances.iter().enumerate().filter(|(_, balance)| balance.amount != 0) {
            let lot = LotId::of_record(brought.record, nth as u32);
            let account = self.account_mut(balance.benefit, balance.person)?;
            let expires = match account.grant.expiry {
                Expiry::PeriodEnd => Some(account.refresh_date(0).prev()),
                Expiry::Rollover | Expiry::RolloverCap(_) => None,
            };
            moved.extend(account.goodwill(brought.on, balance.amount, expires, lot)?);
        }
        Ok(moved)
    }
}
