use super::PAGE;
use super::spreadsheet::{Export, Row};
use crate::ground::Ground;
use crate::op::Look;
use crate::refusal::Result;
use crate::words;
use domain::credit::{Account, Lot};
use domain::plan::CreditUnit;
use domain::{CustomerId, Day, EnrollmentId, LotId, Money};
use serde::Serialize;
use store::query::{self, HeldLots};

/// One row for each lot of each membership, as it stands today; those that are used up or expired among them.
pub(super) async fn export_credits(look: &mut Look<'_>, file: &mut Export) -> Result<()> {
    let mut after = 0;
    loop {
        let page = query::lots_after(look.conn, after, PAGE).await?;
        for held in &page {
            after = held.place;
            let now = held.enrollment.at(look.here.today);
            for account in &now.accounts {
                for lot in account.lots() {
                    file.add(&Line::of(&look.here.ground, held, account, lot)?)?;
                }
            }
        }
        if page.len() < PAGE as usize {
            return Ok(());
        }
    }
}

#[derive(Clone, Serialize)]
struct Line {
    member: String,
    email: String,
    tier: String,
    benefit: String,
    unit: CreditUnit,
    granted_on: Day,
    /// What was granted, in the unit.
    amount: String,
    remaining: String,
    expires: Option<Day>,
    state: &'static str,
    currency: &'static str,
    /// Of a family member's own credit.
    family_member: Option<CustomerId>,
    customer: CustomerId,
    enrollment: EnrollmentId,
    lot: LotId,
}

impl Line {
    fn of(ground: &Ground, held: &HeldLots, account: &Account, lot: &Lot) -> Result<Self> {
        let currency = ground.practice()?.currency;
        let unit = account.grant.unit;
        let figure = |amount: i64| match unit {
            CreditUnit::Money => currency.decimal(Money::from_minor(amount)),
            CreditUnit::Minutes | CreditUnit::Bookings => amount.to_string(),
        };
        Ok(Self {
            member: held.name.clone(),
            email: held.email.clone(),
            tier: ground.plan_name(held.enrollment.plan),
            benefit: words::benefit_name(ground, &account.grant),
            unit,
            granted_on: lot.granted,
            amount: figure(held.granted.get(&lot.id).copied().unwrap_or(0)),
            remaining: figure(lot.remaining),
            expires: lot.expires,
            state: match (lot.over, lot.remaining) {
                (true, _) => "over",
                (false, 0) => "used_up",
                (false, left) if left < 0 => "overdrawn",
                (false, _) => "open",
            },
            currency: currency.code(),
            family_member: account.person,
            customer: held.holder,
            enrollment: held.enrollment.id,
            lot: lot.id,
        })
    }
}

impl Row for Line {
    fn texts(&mut self) -> Vec<&mut String> {
        vec![&mut self.member, &mut self.email, &mut self.tier, &mut self.benefit]
    }
}
