//! Dates and figures as other systems write them; what is not surely meant is refused, never guessed.

use chrono::NaiveDate;
use domain::{Currency, Day, Money};
use protocol::data::DateOrder;

#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    pub dates: DateOrder,
    pub decimal_comma: bool,
    pub currency: Currency,
}

impl Figures {
    pub fn date(self, text: &str) -> Result<Day, String> {
        let text = without_time(text.trim());
        if let Some(day) = with_month_name(text) {
            return Ok(day);
        }
        let parts: Vec<&str> = text.split(['/', '.', '-', ' ']).collect();
        let whole = |part: &str| -> Option<u32> {
            (!part.is_empty() && part.len() <= 4 && part.bytes().all(|digit| digit.is_ascii_digit()))
                .then(|| part.parse().ok())
                .flatten()
        };
        let [first, second, third] = parts.as_slice() else {
            return Err(if text.len() == 5 && text.bytes().all(|digit| digit.is_ascii_digit()) {
                "This is a spreadsheet's own number for a day. Format the column as a date and save it again."
                    .to_owned()
            } else {
                format!("This is not a date. Write it like {}.", self.example())
            });
        };
        let (Some(a), Some(b), Some(c)) = (whole(first), whole(second), whole(third)) else {
            return Err(format!("This is not a date. Write it like {}.", self.example()));
        };
        let (year, month, day) = if first.len() == 4 {
            (a, b, c)
        } else if third.len() == 4 {
            match self.dates {
                DateOrder::DayMonthYear => (c, b, a),
                DateOrder::MonthDayYear => (c, a, b),
                DateOrder::YearMonthDay => {
                    return Err(
                        "The year does not come first here. Choose how the file writes dates, above."
                            .to_owned(),
                    );
                }
            }
        } else {
            return Err(format!("Write the year with four digits, like {}.", self.example()));
        };
        match Day::ymd(year as i32, month, day) {
            Some(found) => Ok(found),
            None if month > 12 && day <= 12 => {
                Err(format!("There is no month {month}. Choose how the file writes dates, above."))
            }
            None => Err("This day does not exist.".to_owned()),
        }
    }

    fn example(self) -> &'static str {
        match self.dates {
            DateOrder::YearMonthDay => "2026-03-15",
            DateOrder::DayMonthYear => "15/03/2026",
            DateOrder::MonthDayYear => "03/15/2026",
        }
    }

    /// An amount, not below zero.
    pub fn money(self, text: &str) -> Result<Money, String> {
        let symbol = self.currency.symbol();
        let bare = text.replace([' ', '\u{a0}', '\u{202f}', '\''], "");
        let bare = bare.trim_start_matches(self.currency.code()).trim_end_matches(self.currency.code());
        let bare = bare.trim_start_matches(symbol.as_str()).trim_end_matches(symbol.as_str());
        let plain = self.plain(bare)?;
        let amount = self.currency.parse(&plain).map_err(|_| match self.currency.exponent() {
            0 => "This is not a whole amount.".to_owned(),
            places => format!("This is not an amount with at most {places} decimals."),
        })?;
        if amount.is_negative() {
            return Err("An amount here is not below zero.".to_owned());
        }
        if amount > Money::MAX_PRICE {
            return Err(format!("At most {}.", self.currency.format(Money::MAX_PRICE)));
        }
        Ok(amount)
    }

    /// Minutes of `1.5` hours, `1:30` or `90 min`.
    pub fn minutes_of_hours(self, text: &str) -> Result<i64, String> {
        let wrong = || "Write hours like 1.5 or 1:30.".to_owned();
        let text = text.trim().to_lowercase();
        if let Some(minutes) = text.strip_suffix("min") {
            return whole(minutes);
        }
        let text = text.trim_end_matches(|letter: char| letter.is_alphabetic()).trim();
        if let Some((hours, minutes)) = text.split_once(':') {
            let (hours, minutes) = (whole(hours)?, whole(minutes)?);
            return if minutes < 60 { Ok(hours * 60 + minutes) } else { Err(wrong()) };
        }
        let plain = self.plain(text)?;
        let (hours, part) = plain.split_once('.').unwrap_or((&plain, ""));
        if part.len() > 4 || !part.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(wrong());
        }
        let scale = 10_i64.pow(part.len() as u32);
        let of_part = if part.is_empty() { 0 } else { whole(part)? * 60 };
        // Hours are often cut to two decimals: 0.33 is 20 minutes.
        Ok(whole(hours).map_err(|_| wrong())? * 60 + (of_part + scale / 2) / scale)
    }

    /// Digits with a point, whatever the file's decimal sign is.
    fn plain(self, text: &str) -> Result<String, String> {
        let (decimal, group) = if self.decimal_comma { (',', '.') } else { ('.', ',') };
        let (whole, part) = match text.rsplit_once(decimal) {
            Some((whole, part)) => (whole, Some(part)),
            None => (text, None),
        };
        let unsure = || "Is the comma or the point the decimal sign? Choose it above.".to_owned();
        if part.is_some_and(|part| part.contains(group)) || whole.contains(decimal) {
            return Err(unsure());
        }
        let mut groups = whole.split(group);
        let first = groups.next().unwrap_or_default();
        let mut plain = first.to_owned();
        let digits = first.trim_start_matches('-');
        for group in groups {
            if group.len() != 3 || digits.is_empty() || digits.len() > 3 {
                return Err(unsure());
            }
            plain.push_str(group);
        }
        if let Some(part) = part {
            plain.push('.');
            plain.push_str(part);
        }
        Ok(plain)
    }
}

/// A whole number from zero.
pub(super) fn whole(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|digit| digit.is_ascii_digit());
    digits
        .then(|| text.parse().ok())
        .flatten()
        .ok_or_else(|| "This is not a whole number from zero.".to_owned())
}

/// `2026-03-15T00:00:00Z` and `15/03/2026 00:00` are days.
fn without_time(text: &str) -> &str {
    match text.split_once(['T', ' ']) {
        Some((day, time)) if time.contains(':') && day.len() >= 8 => day,
        _ => text,
    }
}

fn with_month_name(text: &str) -> Option<Day> {
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let plain = text.replace([',', '.'], " ").replace('-', " ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    ["%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%Y %b %d"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(&plain, format).ok())
        .filter(|date| (1000..=9999).contains(&chrono::Datelike::year(date)))
        .map(Day::new)
}

/// How some dates are written; `None` where they could be read in more than one way.
pub(super) fn order_of<'t>(dates: impl Iterator<Item = &'t str>) -> Option<DateOrder> {
    let (mut day_first, mut month_first, mut year_first) = (0, 0, 0);
    for text in dates.take(5_000) {
        let parts: Vec<u32> = without_time(text.trim())
            .split(['/', '.', '-', ' '])
            .filter_map(|part| part.parse().ok())
            .collect();
        match parts.as_slice() {
            [year, _, _] if *year > 999 => year_first += 1,
            [a, b, year] if *year > 999 && *a > 12 && *b <= 12 => day_first += 1,
            [a, b, year] if *year > 999 && *b > 12 && *a <= 12 => month_first += 1,
            _ => {}
        }
    }
    match (day_first, month_first, year_first) {
        (0, 0, 0) => None,
        (0, 0, _) => Some(DateOrder::YearMonthDay),
        (days, months, _) if days > months => Some(DateOrder::DayMonthYear),
        (days, months, _) if months > days => Some(DateOrder::MonthDayYear),
        _ => None,
    }
}

/// Whether amounts are written with a decimal comma.
pub(super) fn has_decimal_comma<'t>(amounts: impl Iterator<Item = &'t str>) -> bool {
    let (mut commas, mut points) = (0, 0);
    for text in amounts.take(5_000) {
        let digits_after = |sign: char| {
            text.rsplit_once(sign).is_some_and(|(_, part)| {
                (1..=2).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit())
            })
        };
        commas += u32::from(digits_after(','));
        points += u32::from(digits_after('.'));
    }
    commas > points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(dates: DateOrder, decimal_comma: bool) -> Figures {
        Figures { dates, decimal_comma, currency: Currency::USD }
    }

    #[test]
    fn dates_are_read_as_the_file_writes_them() {
        let expected = Day::ymd(2026, 3, 4).unwrap();
        let dmy = figures(DateOrder::DayMonthYear, false);
        for text in
            ["04/03/2026", "4.3.2026", "2026-03-04", "2026-03-04T00:00:00Z", "4 Mar 2026", "March 4, 2026"]
        {
            assert_eq!(dmy.date(text), Ok(expected), "{text}");
        }
        assert_eq!(figures(DateOrder::MonthDayYear, false).date("03/04/2026 00:00"), Ok(expected));
        for text in
            ["31/02/2026", "04/03/26", "46093", "soon", "", "03/2026", "13/13/2026", "1/2/3/2026", "٣/٤/2026"]
        {
            assert!(dmy.date(text).is_err(), "{text}");
        }
        assert!(figures(DateOrder::YearMonthDay, false).date("04/03/2026").is_err());
        assert_eq!(order_of(["01/02/2026", "13/02/2026"].into_iter()), Some(DateOrder::DayMonthYear));
        assert_eq!(order_of(["01/02/2026", "02/28/2026"].into_iter()), Some(DateOrder::MonthDayYear));
        assert_eq!(order_of(["01/02/2026"].into_iter()), None);
        assert_eq!(order_of(["2026-02-01"].into_iter()), Some(DateOrder::YearMonthDay));
    }

    #[test]
    fn a_comma_is_never_read_as_something_else() {
        let point = figures(DateOrder::YearMonthDay, false);
        let comma = figures(DateOrder::YearMonthDay, true);
        assert_eq!(point.money("$1,284.50"), Ok(Money::from_minor(128_450)));
        assert_eq!(point.money("USD 12"), Ok(Money::from_minor(1_200)));
        assert_eq!(comma.money("1.284,5"), Ok(Money::from_minor(128_450)));
        for text in ["12,5", "1,28,4", "1.284,50", "-5", "", "1e9", "12.345", "99999999999", ",50"] {
            assert!(point.money(text).is_err(), "{text}");
        }
        for text in ["12.5", "1,284.50"] {
            assert!(comma.money(text).is_err(), "{text}");
        }
        assert!(has_decimal_comma(["12,50", "1.000,00"].into_iter()));
        assert!(!has_decimal_comma(["12.50", "1,000"].into_iter()));
    }

    #[test]
    fn hours_are_minutes() {
        let point = figures(DateOrder::YearMonthDay, false);
        for (text, minutes) in
            [("1.5", 90), ("1:30", 90), ("90 min", 90), ("2", 120), ("0.33", 20), ("2 h", 120)]
        {
            assert_eq!(point.minutes_of_hours(text), Ok(minutes), "{text}");
        }
        for text in ["-1", "1:75", "x", "", "1.5.5"] {
            assert!(point.minutes_of_hours(text).is_err(), "{text}");
        }
    }
}
