//! The life of one benefit's credit, event by event.

use super::{plausible, read};
use domain::credit::{Account, Certainty, Covers, CreditRefusal, Grant, Redemption};
use domain::item::ItemFilter;
use domain::plan::{CreditUnit, Expiry, Renewal, Usage};
use domain::{BenefitId, Day, EnrollmentId, LotId, RecordId};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

const MOST: i64 = 1_000_000_000_000;

#[derive(Deserialize)]
struct Case {
    benefit: Benefit,
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Benefit {
    unit: CreditUnit,
    amount: i64,
    renewal: Renewal,
    expiry: Kind,
    cap: Option<i64>,
    anchor: Day,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    PeriodEnd,
    Rollover,
    RolloverCap,
}

#[derive(Deserialize)]
struct Event {
    on: Day,
    #[serde(flatten)]
    what: What,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum What {
    Refresh,
    Redeem { amount: i64 },
    Return { redemption: usize, amount: i64 },
    Adjust { amount: i64 },
    Pause,
    Resume,
    End,
}

/// The result, balance and live lots after each event, then the sums and the next refresh.
pub fn answer(case: &Value) -> Result<Value, String> {
    let case: Case = read(case)?;
    let anchor = plausible(case.benefit.anchor, "anchor")?;
    let account = Account::anchored(BenefitId::new(Uuid::nil()), None, case.benefit.grant()?, anchor);
    let mut history = History { account, redemptions: Vec::new(), paused: false, ended: false };
    let mut steps = Vec::with_capacity(case.events.len());
    let mut before = None;
    for (nth, event) in case.events.iter().enumerate() {
        plausible(event.on, "event day")?;
        if before.is_some_and(|before| event.on < before) {
            return Err(format!("event {nth} on {} is earlier than the one before it", event.on));
        }
        before = Some(event.on);
        let result = history.apply(nth, event).map_err(|error| format!("event {nth}: {error}"))?;
        let lots: Vec<Value> =
            (history.account.redeemable().iter()).map(|lot| json!([lot.remaining, lot.expires])).collect();
        steps.push(json!({"result": result, "balance": history.account.balance(), "lots": lots}));
    }
    Ok(json!({
        "steps": steps,
        "sums": history.account.sums(),
        "next_refresh": history.account.next_refresh().1,
    }))
}

impl Benefit {
    fn grant(&self) -> Result<Grant, String> {
        let expiry = match (&self.expiry, self.cap) {
            (Kind::PeriodEnd, _) => Expiry::PeriodEnd,
            (Kind::Rollover, _) => Expiry::Rollover,
            (Kind::RolloverCap, Some(cap)) if (0..=MOST).contains(&cap) => Expiry::RolloverCap(cap),
            (Kind::RolloverCap, Some(cap)) => return Err(format!("cap {cap} is out of range")),
            (Kind::RolloverCap, None) => return Err("rollover_cap needs a cap".into()),
        };
        if !(0..=MOST).contains(&self.amount) {
            return Err(format!("amount {} is out of range", self.amount));
        }
        Ok(Grant {
            covers: Covers::Credit,
            unit: self.unit,
            amount: self.amount,
            renewal: self.renewal,
            usage: Usage::Deduct,
            expiry,
            items: ItemFilter::All,
            allowance: None,
        })
    }
}

struct History {
    account: Account,
    redemptions: Vec<Redemption>,
    paused: bool,
    ended: bool,
}

impl History {
    fn apply(&mut self, nth: usize, event: &Event) -> Result<&'static str, String> {
        let record = RecordId::new(Uuid::from_u128(nth as u128));
        let lot = LotId::of_record(record, 0);
        let day = event.on;
        self.account.expire(day);
        let outcome = match event.what {
            What::Refresh => {
                let (n, _) = self.account.next_refresh();
                self.account.refresh(EnrollmentId::new(Uuid::nil()), n, day, Certainty::Certain).map(drop)
            }
            What::Redeem { amount } => self
                .account
                .redeem(day, within(amount)?)
                .map(|(redemption, _)| self.redemptions.push(redemption)),
            What::Return { redemption, amount } => {
                let known = self.redemptions.len();
                let redemption = (self.redemptions.get_mut(redemption))
                    .ok_or_else(|| format!("redemption {redemption} of {known} is not there"))?;
                if self.ended {
                    return Ok("ended");
                }
                if within(amount)? <= 0 {
                    return Err(format!("can't return {amount}"));
                }
                let Some(draws) = redemption.take_back(amount) else { return Ok("too_much") };
                draws.into_iter().try_for_each(|draw| self.account.give_back(day, draw, record).map(drop))
            }
            What::Adjust { amount } => self.account.adjust(day, within(amount)?, lot).map(drop),
            What::Pause | What::Resume | What::End if self.ended => return Ok("ended"),
            What::Pause if self.paused => return Ok("paused"),
            What::Pause => {
                self.paused = true;
                self.account.pause(day);
                Ok(())
            }
            What::Resume if !self.paused => return Ok("not_paused"),
            What::Resume => {
                self.paused = false;
                self.account.resume(day);
                Ok(())
            }
            What::End => {
                self.ended = true;
                self.account.end(day, 0);
                Ok(())
            }
        };
        match outcome {
            Ok(()) => Ok("ok"),
            Err(CreditRefusal::Insufficient { .. }) => Ok("insufficient"),
            Err(CreditRefusal::Paused { .. }) => Ok("paused"),
            Err(CreditRefusal::Ended { .. }) => Ok("ended"),
            Err(
                refusal @ (CreditRefusal::NotDue { .. }
                | CreditRefusal::EmptyAmount
                | CreditRefusal::NoSuchLot { .. }),
            ) => Err(refusal.to_string()),
        }
    }
}

fn within(amount: i64) -> Result<i64, String> {
    if (-MOST..=MOST).contains(&amount) {
        Ok(amount)
    } else {
        Err(format!("amount {amount} is out of range"))
    }
}
