//! What the rest of a period is worth, by calendar days.

use crate::calendar::Period;
use crate::{Day, Money};
use serde::{Deserialize, Serialize};

/// The unused part of a period and the money it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proration {
    pub unused_days: i64,
    pub days: i64,
    pub refund: Money,
}

/// The refund of `price` for a period that stops being used on `effect`.
///
/// unused = next period's start - day of effect; refund = round(price x unused / days). The day of effect itself
/// is not used any more: cancelled on the first day, all of it comes back.
pub fn prorate(price: Money, period: Period, effect: Day) -> Proration {
    let days = period.days();
    of_days(price, period.next.since(effect), days)
}

/// As [`prorate`], for a period whose length in days is not the distance of its ends (it was frozen in between).
pub fn of_days(price: Money, unused_days: i64, days: i64) -> Proration {
    let days = days.max(0);
    let unused_days = unused_days.clamp(0, days);
    let refund = if days == 0 { Money::ZERO } else { price.scale(unused_days, days) };
    Proration { unused_days, days, refund }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_dollars_cancelled_after_ten_of_31_days() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let period = Period { start: day("2026-03-15"), next: day("2026-04-15") };
        let price = Money::from_minor(10_000);
        let expected = Proration { unused_days: 21, days: 31, refund: Money::from_minor(6_774) };
        assert_eq!(prorate(price, period, day("2026-03-25")), expected);
        assert_eq!(prorate(price, period, day("2026-03-15")).refund, price);
        assert_eq!(prorate(price, period, day("2026-04-15")).refund, Money::ZERO);
        assert_eq!(prorate(price, period, day("2027-01-01")).refund, Money::ZERO);
    }
}
