//! First days of billing periods.

use super::{plausible, read};
use domain::Day;
use domain::calendar::Schedule;
use domain::plan::Frequency;
use serde::Deserialize;
use serde_json::Value;

const MOST_PERIODS: u32 = 10_000;

#[derive(Deserialize)]
struct Case {
    anchor: Day,
    every: Every,
    count: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Every {
    Monthly,
    Quarterly,
    #[serde(rename = "semiannual")]
    SemiAnnual,
    Annual,
}

impl Every {
    fn frequency(&self) -> Frequency {
        match self {
            Self::Monthly => Frequency::Monthly,
            Self::Quarterly => Frequency::Quarterly,
            Self::SemiAnnual => Frequency::SemiAnnual,
            Self::Annual => Frequency::Annual,
        }
    }
}

/// The first days of the first `count` periods.
pub fn answer(case: &Value) -> Result<Value, String> {
    let case: Case = read(case)?;
    let anchor = plausible(case.anchor, "anchor")?;
    if case.count > MOST_PERIODS {
        return Err(format!("count {} is more than {MOST_PERIODS}", case.count));
    }
    let schedule = Schedule { anchor, months: case.every.frequency().months() };
    Ok((0..case.count).map(|k| schedule.start(k).to_string()).collect())
}
