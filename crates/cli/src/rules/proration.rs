//! Refunds for the unused days of a period.

use super::{plausible, read};
use domain::calendar::Period;
use domain::proration::prorate;
use domain::{Day, Money};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Case {
    price: Money,
    period: [Day; 2],
    cancel_on: Day,
}

/// Unused days, days of the period and the refund.
pub fn answer(case: &Value) -> Result<Value, String> {
    let case: Case = read(case)?;
    let [start, next] = case.period;
    let period = Period { start: plausible(start, "period start")?, next: plausible(next, "period end")? };
    if period.days() <= 0 {
        return Err(format!("the period from {start} to {next} has no days"));
    }
    if case.cancel_on < start || case.cancel_on > next {
        return Err(format!("cancel_on {} is outside the period from {start} to {next}", case.cancel_on));
    }
    if case.price.is_negative() || case.price > Money::MAX_PRICE {
        return Err(format!("price {} is not an amount that can be charged", case.price.minor()));
    }
    let proration = prorate(case.price, period, case.cancel_on);
    Ok(json!({
        "unused_days": proration.unused_days,
        "days": proration.days,
        "refund": proration.refund,
    }))
}
