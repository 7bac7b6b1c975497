//! Terms in words: what a member is promised and owes, as a row, an expansion or a card says it.

use crate::components::grouped;
use domain::item::{ItemFilter, ItemSet};
use domain::plan::{
    AfterGrace, CancelPolicy, Credit, CreditUnit, Discount, DiscountValue, Expiry, Family, Frequency,
    Included, PastDuePolicy, PausePolicy, Renewal, Scope, Terms, Usage,
};
use domain::{CategoryId, Currency, ItemId, LocationId, Money};
use protocol::items::ItemRow;
use protocol::practice::PracticeView;
use std::collections::BTreeMap;

/// What ids are called, so that terms can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Names {
    pub currency: Currency,
    pub items: BTreeMap<ItemId, String>,
    pub categories: BTreeMap<CategoryId, String>,
    pub locations: BTreeMap<LocationId, String>,
}

/// One promise: its bold part, what follows on the line, and a quieter second line; the last two may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrase {
    pub strong: String,
    pub rest: String,
    pub note: String,
}

impl Phrase {
    fn new(strong: impl Into<String>, rest: impl Into<String>, note: impl Into<String>) -> Self {
        Self { strong: strong.into(), rest: rest.into(), note: note.into() }
    }

    /// The whole phrase as one plain line.
    #[cfg(test)]
    pub fn line(&self) -> String {
        [self.strong.as_str(), self.rest.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Names {
    pub fn new(currency: Currency, practice: &PracticeView, items: &[ItemRow]) -> Self {
        Self {
            currency,
            items: items.iter().map(|row| (row.item.id, row.item.name.clone())).collect(),
            categories: practice.categories.iter().map(|one| (one.id, one.name.clone())).collect(),
            locations: practice.locations.iter().map(|one| (one.id, one.name.clone())).collect(),
        }
    }

    /// The few words under a tier's name: `$100.00 credit, 10 % off, 1 Express Facial a month`.
    pub fn headline(&self, terms: &Terms) -> String {
        let mut parts: Vec<String> = Vec::new();
        for credit in &terms.credits {
            let amount = match credit.unit {
                CreditUnit::Money => format!("{} credit", self.amount(credit.unit, credit.amount)),
                CreditUnit::Minutes | CreditUnit::Bookings => self.amount(credit.unit, credit.amount),
            };
            parts.push(if credit.renewal.months() == terms.frequency.months() {
                amount
            } else {
                format!("{amount} {}", a_renewal(credit.renewal))
            });
        }
        for discount in &terms.discounts {
            parts.push(self.off(discount));
        }
        for included in &terms.included {
            let names = self.set(&included.items, "or", 2);
            parts.push(match included.quantity {
                Some(quantity) => format!("{quantity} {names} {}", a_renewal(included.renewal)),
                None => format!("unlimited {names}"),
            });
        }
        if !terms.access.is_empty() {
            parts.push(format!("{} for members only", self.set(&terms.access, "and", 2)));
        }
        if terms.family.up_to() > 0 {
            parts.push(format!("family of up to {}", terms.family.up_to()));
        }
        if parts.is_empty() {
            return "No benefits".into();
        }
        let more = parts.len().saturating_sub(3);
        parts.truncate(3);
        let mut line = parts.join(", ");
        if more > 0 {
            line.push_str(&format!(" and {more} more"));
        }
        line
    }

    pub fn credits(&self, terms: &Terms) -> Vec<Phrase> {
        terms.credits.iter().map(|credit| self.credit(credit)).collect()
    }

    pub fn credit(&self, credit: &Credit) -> Phrase {
        let mut notes = vec![match credit.expiry {
            Expiry::PeriodEnd => "Expires at the next refresh".to_owned(),
            Expiry::Rollover => "Rolls over without end".to_owned(),
            Expiry::RolloverCap(cap) => format!("Rolls over, {} at most", self.amount(credit.unit, cap)),
        }];
        if credit.unit == CreditUnit::Minutes && credit.usage == Usage::FreeTime {
            notes.push("does not count against the longest rental".to_owned());
        }
        Phrase::new(
            format!("{} {}", self.amount(credit.unit, credit.amount), a_renewal(credit.renewal)),
            format!("for {}", self.credit_items(credit)),
            notes.join(", "),
        )
    }

    pub fn discounts(&self, terms: &Terms) -> Vec<Phrase> {
        terms
            .discounts
            .iter()
            .map(|discount| {
                let note = match discount.value {
                    DiscountValue::Percent(_) => "Not gift cards or fees",
                    DiscountValue::Amount(_) => "Once per ticket, not gift cards or fees",
                };
                Phrase::new(self.off(discount), self.discounted(&discount.items), note)
            })
            .collect()
    }

    pub fn included(&self, terms: &Terms) -> Vec<Phrase> {
        terms.included.iter().map(|included| self.included_one(included)).collect()
    }

    pub fn included_one(&self, included: &Included) -> Phrase {
        let names = self.set(&included.items, "or", 6);
        match included.quantity {
            Some(quantity) => Phrase::new(format!("{quantity} {}:", a_renewal(included.renewal)), names, ""),
            None => Phrase::new("Unlimited:", names, ""),
        }
    }

    /// `Laser suite`, or empty where nothing is kept for members.
    pub fn access(&self, terms: &Terms) -> String {
        if terms.access.is_empty() { String::new() } else { self.set(&terms.access, "and", 8) }
    }

    pub fn family(&self, family: &Family) -> Phrase {
        let people = |count: u32| plural(count.into(), "person", "people");
        match family {
            Family::None => Phrase::new("", "Only the member", ""),
            Family::AddOn { price, up_to } => Phrase::new(
                "",
                format!("Add-on, up to {}, {} each", people(*up_to), self.money(*price)),
                "Each has credits of their own",
            ),
            Family::Shared { up_to } => Phrase::new(
                "",
                format!("Shared, up to {}", people(*up_to)),
                "All draw from the member's credits",
            ),
            Family::Both { price, up_to } => Phrase::new(
                "",
                format!("Add-on, up to {}, {} each", people(*up_to), self.money(*price)),
                "Own credits first, then the shared pool",
            ),
        }
    }

    pub fn scope(&self, scope: &Scope) -> String {
        match scope {
            Scope::All => "All locations".into(),
            Scope::Locations(ids) => {
                let names: Vec<&str> = ids
                    .iter()
                    .map(|id| self.locations.get(id).map_or("a closed location", String::as_str))
                    .collect();
                join(&names, "and", 6)
            }
        }
    }

    pub fn policies(&self, terms: &Terms) -> Vec<String> {
        let mut lines = vec![pause_words(&terms.pause), cancel_words(terms), past_due_words(&terms.past_due)];
        if terms.maximum_cycles > 0 {
            lines.push(format!(
                "Ends after {}",
                plural(terms.maximum_cycles.into(), "paid period", "paid periods")
            ));
        }
        lines
    }

    /// What the member reads on the tier's card, most valuable first.
    pub fn member_lines(&self, terms: &Terms) -> Vec<Phrase> {
        let mut lines: Vec<Phrase> = terms
            .credits
            .iter()
            .map(|credit| {
                let strong = match credit.unit {
                    CreditUnit::Money => format!("{} credit", self.amount(credit.unit, credit.amount)),
                    CreditUnit::Minutes | CreditUnit::Bookings => self.amount(credit.unit, credit.amount),
                };
                let carried = match credit.expiry {
                    Expiry::PeriodEnd => String::new(),
                    Expiry::Rollover => ", what is left stays yours".into(),
                    Expiry::RolloverCap(cap) => {
                        format!(", up to {} carried over", self.amount(credit.unit, cap))
                    }
                };
                Phrase::new(
                    strong,
                    format!("{} for {}{carried}", a_renewal(credit.renewal), self.credit_items(credit)),
                    "",
                )
            })
            .collect();
        lines.extend(
            terms
                .discounts
                .iter()
                .map(|discount| Phrase::new(self.off(discount), self.discounted(&discount.items), "")),
        );
        lines.extend(terms.included.iter().map(|included| {
            let names = self.set(&included.items, "or", 3);
            match included.quantity {
                Some(quantity) => Phrase::new(format!("{quantity} {names}"), a_renewal(included.renewal), ""),
                None => Phrase::new(format!("Unlimited {names}"), "", ""),
            }
        }));
        if !terms.access.is_empty() {
            lines.push(Phrase::new(self.set(&terms.access, "and", 3), "only for members", ""));
        }
        match &terms.family {
            Family::None => {}
            Family::Shared { up_to } => {
                lines.push(Phrase::new("Family", format!("of up to {up_to} shares the credits"), ""));
            }
            Family::AddOn { price, up_to } | Family::Both { price, up_to } => lines.push(Phrase::new(
                "Family",
                format!("of up to {up_to}, {} each {}", self.money(*price), per(terms.frequency)),
                "",
            )),
        }
        lines
    }

    /// An amount in its unit: `$100.00`, `2 hours`, `3 bookings`.
    pub fn amount(&self, unit: CreditUnit, amount: i64) -> String {
        match unit {
            CreditUnit::Money => self.money(Money::from_minor(amount)),
            CreditUnit::Minutes => duration(amount),
            CreditUnit::Bookings => plural(amount, "booking", "bookings"),
        }
    }

    pub fn money(&self, amount: Money) -> String {
        self.currency.format(amount)
    }

    /// `all items but …`, the names of a filter, for lists and chips.
    pub fn filter(&self, filter: &ItemFilter, all: &str) -> String {
        match filter {
            ItemFilter::All => all.to_owned(),
            ItemFilter::Only(set) => self.set(set, "and", 4),
            ItemFilter::Except(set) => format!("{all} except {}", self.set(set, "and", 4)),
        }
    }

    /// The names in a set, whole categories first.
    pub fn set(&self, set: &ItemSet, word: &str, most: usize) -> String {
        let names: Vec<&str> = set
            .categories
            .iter()
            .map(|id| self.categories.get(id).map_or("a removed category", String::as_str))
            .chain(set.items.iter().map(|id| self.items.get(id).map_or("a removed item", String::as_str)))
            .collect();
        join(&names, word, most)
    }

    fn off(&self, discount: &Discount) -> String {
        match discount.value {
            DiscountValue::Percent(rate) => format!("{rate} % off"),
            DiscountValue::Amount(amount) => format!("{} off", self.money(amount)),
        }
    }

    fn discounted(&self, filter: &ItemFilter) -> String {
        match filter {
            ItemFilter::All => "everything".into(),
            ItemFilter::Only(set) => self.set(set, "and", 4),
            ItemFilter::Except(set) => format!("everything but {}", self.set(set, "and", 4)),
        }
    }

    fn credit_items(&self, credit: &Credit) -> String {
        let any = match credit.unit {
            CreditUnit::Money => "any service, product or rental",
            CreditUnit::Minutes => "any rental",
            CreditUnit::Bookings => "any service or rental",
        };
        match &credit.items {
            ItemFilter::All => any.into(),
            ItemFilter::Only(set) => self.set(set, "or", 4),
            ItemFilter::Except(set) => format!("{any} but {}", self.set(set, "or", 4)),
        }
    }
}

/// `every month`, `every 3 months`, `every year`.
pub fn every(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Monthly => "every month",
        Frequency::Quarterly => "every 3 months",
        Frequency::SemiAnnual => "every 6 months",
        Frequency::Annual => "every year",
    }
}

/// After a price: `$99.00 a month`.
pub fn per(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Monthly => "a month",
        Frequency::Quarterly => "a quarter",
        Frequency::SemiAnnual => "every 6 months",
        Frequency::Annual => "a year",
    }
}

/// What a person picks: `Monthly`.
pub fn frequency_name(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Monthly => "Monthly",
        Frequency::Quarterly => "Quarterly",
        Frequency::SemiAnnual => "Semi-annually",
        Frequency::Annual => "Annually",
    }
}

pub fn a_renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Monthly => "a month",
        Renewal::Yearly => "a year",
    }
}

/// `2 hours`, `1 hour 30 minutes`, `45 minutes`.
pub fn duration(minutes: i64) -> String {
    let sign = if minutes < 0 { "\u{2212}" } else { "" };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let words = match (hours, rest) {
        (0, rest) => plural(rest, "minute", "minutes"),
        (hours, 0) => plural(hours, "hour", "hours"),
        (hours, rest) => format!("{} {}", plural(hours, "hour", "hours"), plural(rest, "minute", "minutes")),
    };
    format!("{sign}{words}")
}

/// In a narrow column: `2 h`, `1 h 30`, `0 h 45`.
pub fn short_duration(minutes: i64) -> String {
    let sign = if minutes < 0 { "\u{2212}" } else { "" };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    if rest == 0 { format!("{sign}{hours} h") } else { format!("{sign}{hours} h {rest:02}") }
}

pub fn plural(count: i64, one: &str, many: &str) -> String {
    let sign = if count < 0 { "-" } else { "" };
    format!("{sign}{} {}", grouped(count.unsigned_abs()), if count == 1 { one } else { many })
}

fn pause_words(pause: &PausePolicy) -> String {
    if !pause.allowed {
        return "Cannot be paused".into();
    }
    let benefits = if pause.keeps_benefits { ", benefits stay on" } else { "" };
    format!(
        "Pause up to {} a year, {} each{benefits}",
        plural(pause.per_year.into(), "time", "times"),
        plural(pause.max_days.into(), "day", "days")
    )
}

fn cancel_words(terms: &Terms) -> String {
    let CancelPolicy { prorates } = terms.cancel;
    let from = if terms.minimum_cycles > 0 {
        format!(", after {}", plural(terms.minimum_cycles.into(), "paid period", "paid periods"))
    } else {
        String::new()
    };
    let refund = if prorates { "; now with a refund of unused days" } else { "; now without a refund" };
    format!("Cancel at period end{from}{refund}")
}

fn past_due_words(policy: &PastDuePolicy) -> String {
    let grace = match policy.grace_days {
        0 => "benefits off at once".to_owned(),
        days => format!("{} of grace", plural(days.into(), "day", "days")),
    };
    match policy.afterwards {
        AfterGrace::StaysPastDue => format!("Past due: {grace}"),
        AfterGrace::Cancels => format!("Past due: {grace}, then it is cancelled"),
    }
}

fn join(names: &[&str], word: &str, most: usize) -> String {
    let (shown, hidden) = if names.len() > most { (&names[..most], names.len() - most) } else { (names, 0) };
    if hidden > 0 {
        return format!("{} {word} {hidden} more", shown.join(", "));
    }
    match shown {
        [] => "nothing yet".into(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{BenefitId, Rate};
    use uuid::Uuid;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn names() -> Names {
        Names {
            currency: Currency::USD,
            items: BTreeMap::from([
                (ItemId(id(1)), "Express Facial".into()),
                (ItemId(id(2)), "LED Light".into()),
            ]),
            categories: BTreeMap::from([(CategoryId(id(9)), "Infrared sauna".into())]),
            locations: BTreeMap::from([(LocationId(id(5)), "Main Street".into())]),
        }
    }

    fn gold() -> Terms {
        Terms {
            price: Money::from_minor(9_900),
            tax_rate: Rate::ZERO,
            tax_mode: Default::default(),
            frequency: Frequency::Monthly,
            setup_fee: Money::ZERO,
            minimum_cycles: 3,
            maximum_cycles: 0,
            discounts: vec![Discount {
                id: BenefitId(id(20)),
                value: DiscountValue::Percent(Rate::percent(10)),
                items: ItemFilter::All,
            }],
            credits: vec![
                Credit {
                    id: BenefitId(id(21)),
                    unit: CreditUnit::Money,
                    amount: 10_000,
                    renewal: Renewal::Monthly,
                    usage: Usage::Deduct,
                    expiry: Expiry::RolloverCap(15_000),
                    items: ItemFilter::All,
                    allowance: None,
                },
                Credit {
                    id: BenefitId(id(22)),
                    unit: CreditUnit::Minutes,
                    amount: 120,
                    renewal: Renewal::Monthly,
                    usage: Usage::FreeTime,
                    expiry: Expiry::PeriodEnd,
                    items: ItemFilter::Only(ItemSet { items: vec![], categories: vec![CategoryId(id(9))] }),
                    allowance: None,
                },
            ],
            included: vec![Included {
                id: BenefitId(id(23)),
                items: ItemSet { items: vec![ItemId(id(1)), ItemId(id(2))], categories: vec![] },
                quantity: Some(1),
                renewal: Renewal::Monthly,
                allowance: None,
            }],
            access: ItemSet::default(),
            family: Family::Both { price: Money::from_minor(3_900), up_to: 3 },
            pause: PausePolicy::default(),
            cancel: CancelPolicy { prorates: true },
            past_due: PastDuePolicy::default(),
        }
    }

    #[test]
    fn terms_read_like_a_person_says_them() {
        let (names, gold) = (names(), gold());
        assert_eq!(names.headline(&gold), "$100.00 credit, 2 hours, 10 % off and 2 more");
        let credits = names.credits(&gold);
        assert_eq!(credits[0].line(), "$100.00 a month for any service, product or rental");
        assert_eq!(credits[0].note, "Rolls over, $150.00 at most");
        assert_eq!(credits[1].line(), "2 hours a month for Infrared sauna");
        assert_eq!(credits[1].note, "Expires at the next refresh, does not count against the longest rental");
        assert_eq!(names.included(&gold)[0].line(), "1 a month: Express Facial or LED Light");
        assert_eq!(names.family(&gold.family).rest, "Add-on, up to 3 people, $39.00 each");
        assert_eq!(
            names.policies(&gold),
            [
                "Pause up to 2 times a year, 90 days each",
                "Cancel at period end, after 3 paid periods; now with a refund of unused days",
                "Past due: 7 days of grace",
            ]
        );
    }

    #[test]
    fn a_credit_that_renews_apart_from_the_charge_says_so() {
        let yearly = Terms {
            frequency: Frequency::Annual,
            discounts: vec![],
            included: vec![],
            family: Family::None,
            ..gold()
        };
        assert_eq!(names().headline(&yearly), "$100.00 credit a month, 2 hours a month");
    }

    #[test]
    fn long_lists_are_cut_and_unknown_names_are_not_hidden() {
        let set =
            ItemSet { items: (1..=6).map(|n| ItemId(id(n))).collect(), categories: vec![CategoryId(id(9))] };
        assert_eq!(names().set(&set, "or", 3), "Infrared sauna, Express Facial, LED Light or 4 more");
        assert_eq!(
            names().scope(&Scope::Locations(vec![LocationId(id(5)), LocationId(id(6))])),
            "Main Street and a closed location"
        );
    }

    #[test]
    fn durations() {
        assert_eq!(duration(90), "1 hour 30 minutes");
        assert_eq!(duration(-60), "\u{2212}1 hour");
        assert_eq!(short_duration(30), "0 h 30");
        assert_eq!(short_duration(120), "2 h");
    }
}
