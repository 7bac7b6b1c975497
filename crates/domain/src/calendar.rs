//! When periods start: billing and refresh dates, counted from their anchor.

use crate::Day;
use serde::{Deserialize, Serialize};

/// Dates `months` apart, each counted from the anchor itself.
///
/// Counting from the anchor and not from the date before is what brings 31 January back to 31 March after a
/// February that had to clamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Schedule {
    pub anchor: Day,
    /// At least 1.
    pub months: u32,
}

impl Schedule {
    /// First day of period `k`: anchor + k x months, clamped to that month's last day.
    pub fn start(self, k: u32) -> Day {
        self.anchor.plus_months(k.saturating_mul(self.months))
    }

    /// Period `k`; it ends the day before the next one starts.
    pub fn period(self, k: u32) -> Period {
        Period { start: self.start(k), next: self.start(k.saturating_add(1)) }
    }

    /// The first date of the schedule after `day`.
    pub fn first_after(self, day: Day) -> Day {
        self.start(self.count_through(day))
    }

    /// How many dates of the schedule are on or before `day`.
    fn count_through(self, day: Day) -> u32 {
        if day < self.anchor {
            return 0;
        }
        // A month has at most 31 days, so this many have started for sure.
        let mut k = (day.since(self.anchor) / (31 * i64::from(self.months))) as u32;
        while self.start(k) <= day {
            k += 1;
        }
        k
    }
}

/// The days from `start` until the day before `next`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    pub start: Day,
    /// First day of the period after this one.
    pub next: Day,
}

impl Period {
    pub fn days(self) -> i64 {
        self.next.since(self.start)
    }

    pub fn last_day(self) -> Day {
        self.next.prev()
    }

    pub fn holds(self, day: Day) -> bool {
        self.start <= day && day < self.next
    }
}

/// Numbered dates whose calendar may move while their numbers go on.
///
/// A pause or an upgrade gives the dates from some number on a new anchor; the earlier ones keep theirs, so what
/// was due before stays due on its own day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Series(Vec<Stretch>);

/// Dates numbered from `first` on, until the next stretch takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Stretch {
    first: u32,
    anchor: Day,
    /// From the anchor to the date numbered `first`.
    #[serde(default, skip_serializing_if = "is_zero")]
    offset_months: u32,
    months: u32,
}

fn is_zero(months: &u32) -> bool {
    *months == 0
}

impl Series {
    pub fn new(schedule: Schedule) -> Self {
        Self(vec![Stretch::new(0, schedule)])
    }

    /// Dates for somebody who joins on `day`: that day, then those of `calendar` every `months` from its anchor.
    pub fn joining(calendar: &Self, day: Day, months: u32) -> Self {
        let mut series = Self(Vec::new());
        series.join(0, calendar, day, months);
        series
    }

    /// The date of number `n`.
    pub fn start(&self, n: u32) -> Day {
        self.stretch(n).start(n)
    }

    pub fn period(&self, n: u32) -> Period {
        Period { start: self.start(n), next: self.start(n.saturating_add(1)) }
    }

    /// How many dates are on or before `day`.
    pub fn count_through(&self, day: Day) -> u32 {
        let mut count = 0;
        for (index, stretch) in self.0.iter().enumerate() {
            let end = self.0.get(index + 1).map_or(u32::MAX, |next| next.first);
            count = stretch.first.saturating_add(stretch.count_through(day)).min(end);
            if count < end {
                break;
            }
        }
        count
    }

    /// The number of the period that holds `day`; `None` before the first.
    pub fn index_on(&self, day: Day) -> Option<u32> {
        self.count_through(day).checked_sub(1)
    }

    /// The number that falls on `day` itself, the latest where several do.
    pub fn number_on(&self, day: Day) -> Option<u32> {
        self.index_on(day).filter(|n| self.start(*n) == day)
    }

    /// Dates from number `first` on follow `schedule` instead, whose anchor is the date of `first`.
    pub fn follow(&mut self, first: u32, schedule: Schedule) {
        self.put(Stretch::new(first, schedule));
    }

    /// Dates after number `first` come every `months`, still counted from the anchor they had.
    pub fn respace(&mut self, first: u32, months: u32) {
        let stretch = self.stretch(first);
        if stretch.months != months {
            let offset_months = stretch.months_to(first);
            self.put(Stretch { first, anchor: stretch.anchor, offset_months, months });
        }
    }

    /// Number `first` falls on `day`, the later ones on the dates of `calendar` every `months` from its anchor.
    pub fn join(&mut self, first: u32, calendar: &Self, day: Day, months: u32) {
        let n = calendar.index_on(day).unwrap_or(0);
        let anchor = calendar.stretch(n).anchor;
        let schedule = Schedule { anchor, months };
        let before = schedule.count_through(day.prev());
        let offset_months = before.saturating_mul(months);
        if schedule.start(before) == day {
            self.put(Stretch { first, anchor, offset_months, months });
        } else {
            self.put(Stretch::new(first, Schedule { anchor: day, months }));
            self.put(Stretch { first: first + 1, anchor, offset_months, months });
        }
    }

    /// Moves number `first` and all later ones by `days`; the date of `first` is the new anchor.
    pub fn shift(&mut self, first: u32, days: i64) {
        if days == 0 {
            return;
        }
        let at_first = Stretch { first, ..self.stretch(first) };
        let moved: Vec<Stretch> = std::iter::once(at_first)
            .chain(self.0.iter().filter(|stretch| stretch.first > first).copied())
            .map(|stretch| {
                let anchor = self.start(stretch.first).plus_days(days);
                Stretch::new(stretch.first, Schedule { anchor, months: stretch.months })
            })
            .collect();
        self.0.retain(|stretch| stretch.first < first);
        self.0.extend(moved);
    }

    fn put(&mut self, stretch: Stretch) {
        self.0.retain(|known| known.first < stretch.first);
        self.0.push(stretch);
    }

    fn stretch(&self, n: u32) -> Stretch {
        let at = self.0.partition_point(|stretch| stretch.first <= n);
        self.0[at.max(1) - 1]
    }
}

impl Stretch {
    fn new(first: u32, schedule: Schedule) -> Self {
        Self { first, anchor: schedule.anchor, offset_months: 0, months: schedule.months }
    }

    fn months_to(self, n: u32) -> u32 {
        self.offset_months.saturating_add((n - self.first).saturating_mul(self.months))
    }

    fn start(self, n: u32) -> Day {
        self.anchor.plus_months(self.months_to(n))
    }

    fn count_through(self, day: Day) -> u32 {
        let calendar = Schedule { anchor: self.anchor, months: self.months };
        if self.offset_months == 0 {
            return calendar.count_through(day);
        }
        let mut n = self.first;
        if self.start(n) <= day {
            n += (day.since(self.start(n)) / (31 * i64::from(self.months))) as u32;
        }
        while self.start(n) <= day {
            n += 1;
        }
        n - self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn monthly(anchor: &str) -> Schedule {
        Schedule { anchor: day(anchor), months: 1 }
    }

    #[test]
    fn the_last_of_the_month_comes_back_after_a_short_one() {
        let starts: Vec<String> = (0..4).map(|k| monthly("2026-01-31").start(k).to_string()).collect();
        assert_eq!(starts, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
    }

    #[test]
    fn finds_the_period_of_a_day() {
        let series = Series::new(monthly("2026-01-31"));
        assert_eq!(series.index_on(day("2026-01-30")), None);
        assert_eq!(series.index_on(day("2026-02-27")), Some(0));
        assert_eq!(series.index_on(day("2026-02-28")), Some(1));
        assert_eq!(series.index_on(day("2036-03-30")), Some(121));
        assert_eq!(monthly("2026-01-31").first_after(day("2026-02-28")), day("2026-03-31"));
    }

    #[test]
    fn a_shift_keeps_numbers_and_earlier_dates() {
        let mut series = Series::new(monthly("2026-03-15"));
        series.shift(1, 14);
        assert_eq!(series.start(0), day("2026-03-15"));
        assert_eq!(series.start(1), day("2026-04-29"));
        assert_eq!(series.start(2), day("2026-05-29"));
        assert_eq!(series.index_on(day("2026-04-28")), Some(0));
        assert_eq!(series.index_on(day("2026-04-29")), Some(1));
    }

    #[test]
    fn a_new_calendar_takes_over_from_a_number() {
        let mut series = Series::new(monthly("2026-03-15"));
        series.follow(2, Schedule { anchor: day("2026-04-20"), months: 12 });
        assert_eq!(series.start(1), day("2026-04-15"));
        assert_eq!(series.start(2), day("2026-04-20"));
        assert_eq!(series.start(3), day("2027-04-20"));
        assert_eq!(series.index_on(day("2026-04-19")), Some(1));
        assert_eq!(series.count_through(day("2026-04-20")), 3);
    }

    #[test]
    fn another_spacing_keeps_the_anchor() {
        let mut series = Series::new(monthly("2026-01-31"));
        series.respace(1, 3);
        assert_eq!(series.start(1), day("2026-02-28"));
        assert_eq!(series.start(2), day("2026-05-31"));
        assert_eq!(series.index_on(day("2026-05-30")), Some(1));
        assert_eq!(series.number_on(day("2026-08-31")), Some(3));
    }

    #[test]
    fn somebody_who_joins_falls_in_with_the_calendar() {
        let billing = Series::new(Schedule { anchor: day("2026-01-31"), months: 12 });
        let late = Series::joining(&billing, day("2026-02-10"), 1);
        let starts: Vec<Day> = (0..4).map(|n| late.start(n)).collect();
        assert_eq!(starts, ["2026-02-10", "2026-02-28", "2026-03-31", "2026-04-30"].map(day));
        assert_eq!(late.count_through(day("2026-03-30")), 2);
        let on_time = Series::joining(&billing, day("2026-02-28"), 1);
        assert_eq!(on_time.start(0), day("2026-02-28"));
        assert_eq!(on_time.start(1), day("2026-03-31"));
    }
}
