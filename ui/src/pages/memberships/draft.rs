//! A tier as it is being typed: text in every field, turned into terms only when all of it makes sense.

use domain::item::{ItemFilter, ItemSet};
use domain::plan::{
    AfterGrace, CancelPolicy, Credit, CreditUnit, Discount, DiscountValue, Expiry, Family, Frequency,
    Included, PastDuePolicy, PausePolicy, Plan, PlanAbout, Renewal, Scope, TaxMode, Terms, Usage,
};
use domain::{BenefitId, Currency, LocationId, Money, Rate};
use std::str::FromStr;

/// One tab of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tab {
    General,
    Pricing,
    Discounts,
    Credits,
    Included,
    Access,
    Family,
    Policies,
}

impl Tab {
    pub const ALL: [Self; 8] = [
        Self::General,
        Self::Pricing,
        Self::Discounts,
        Self::Credits,
        Self::Included,
        Self::Access,
        Self::Family,
        Self::Policies,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Pricing => "Pricing",
            Self::Discounts => "Discounts",
            Self::Credits => "Credits",
            Self::Included => "Included services",
            Self::Access => "Access",
            Self::Family => "Family plan",
            Self::Policies => "Policies",
        }
    }
}

/// One field of the form, so that a problem can stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Name,
    Locations,
    Price,
    TaxRate,
    SetupFee,
    MinimumCycles,
    MaximumCycles,
    DiscountValue(usize),
    DiscountItems(usize),
    CreditAmount(usize),
    CreditCap(usize),
    CreditItems(usize),
    IncludedItems(usize),
    IncludedQuantity(usize),
    CreditAllowance(usize),
    IncludedAllowance(usize),
    FamilyPrice,
    FamilyUpTo,
    PausesPerYear,
    PauseDays,
    GraceDays,
}

impl Field {
    pub fn tab(self) -> Tab {
        match self {
            Self::Name | Self::Locations => Tab::General,
            Self::Price | Self::TaxRate | Self::SetupFee | Self::MinimumCycles | Self::MaximumCycles => {
                Tab::Pricing
            }
            Self::DiscountValue(_) | Self::DiscountItems(_) => Tab::Discounts,
            Self::CreditAmount(_) | Self::CreditCap(_) | Self::CreditItems(_) | Self::CreditAllowance(_) => {
                Tab::Credits
            }
            Self::IncludedItems(_) | Self::IncludedQuantity(_) | Self::IncludedAllowance(_) => Tab::Included,
            Self::FamilyPrice | Self::FamilyUpTo => Tab::Family,
            Self::PausesPerYear | Self::PauseDays | Self::GraceDays => Tab::Policies,
        }
    }
}

/// What is wrong with one field, in words that say what to type instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: Field,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PlanDraft {
    pub name: String,
    pub description: String,
    pub image: Option<String>,
    pub image_alt: String,
    pub order: i32,
    pub everywhere: bool,
    /// Kept while `everywhere` is on, so that switching back loses nothing.
    pub locations: Vec<LocationId>,
    pub price: String,
    pub tax_rate: String,
    pub tax_mode: TaxMode,
    pub frequency: Frequency,
    pub setup: Setup,
    pub setup_fee: String,
    pub minimum_cycles: String,
    pub maximum_cycles: String,
    pub discounts: Vec<DiscountDraft>,
    pub credits: Vec<CreditDraft>,
    pub included: Vec<IncludedDraft>,
    pub access: ItemSet,
    pub family: FamilyMode,
    pub family_price: String,
    pub family_up_to: String,
    pub pause_allowed: bool,
    pub pauses_per_year: String,
    pub pause_days: String,
    pub pause_keeps_benefits: bool,
    pub prorates: bool,
    pub grace_days: String,
    pub afterwards: AfterGrace,
}

/// What comes with the first charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    None,
    Fee,
    OpeningDiscount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FamilyMode {
    None,
    AddOn,
    Shared,
    Both,
}

impl FamilyMode {
    pub fn shares_pool(self) -> bool {
        matches!(self, Self::Shared | Self::Both)
    }

    pub fn has_price(self) -> bool {
        matches!(self, Self::AddOn | Self::Both)
    }
}

/// Which of a filter's three ways is chosen; the set stays while another way is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilterDraft {
    pub mode: FilterMode,
    pub set: ItemSet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FilterMode {
    #[default]
    All,
    Only,
    Except,
}

impl FilterDraft {
    fn of(filter: &ItemFilter) -> Self {
        match filter {
            ItemFilter::All => Self::default(),
            ItemFilter::Only(set) => Self { mode: FilterMode::Only, set: set.clone() },
            ItemFilter::Except(set) => Self { mode: FilterMode::Except, set: set.clone() },
        }
    }

    pub fn filter(&self) -> ItemFilter {
        match self.mode {
            FilterMode::All => ItemFilter::All,
            FilterMode::Only => ItemFilter::Only(self.set.clone()),
            FilterMode::Except => ItemFilter::Except(self.set.clone()),
        }
    }

    fn is_unfinished(&self) -> bool {
        self.mode != FilterMode::All && self.set.is_empty()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DiscountDraft {
    pub id: BenefitId,
    pub is_percent: bool,
    pub value: String,
    pub items: FilterDraft,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CreditDraft {
    pub id: BenefitId,
    pub unit: CreditUnit,
    /// The unit and id it came with: balances of another unit would be counted in the wrong thing.
    came_as: Option<(CreditUnit, BenefitId)>,
    /// In the unit as shown: money in major units, hours with decimals, bookings.
    pub amount: String,
    pub renewal: Renewal,
    pub usage: Usage,
    pub expiry: ExpiryMode,
    pub cap: String,
    /// What each person may take of a shared pool; empty: all of it.
    pub allowance: String,
    pub items: FilterDraft,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpiryMode {
    PeriodEnd,
    Rollover,
    Cap,
}

impl CreditDraft {
    pub fn new(id: BenefitId) -> Self {
        Self {
            id,
            unit: CreditUnit::Money,
            came_as: None,
            amount: String::new(),
            renewal: Renewal::Monthly,
            usage: Usage::Deduct,
            expiry: ExpiryMode::PeriodEnd,
            cap: String::new(),
            allowance: String::new(),
            items: FilterDraft::default(),
        }
    }

    /// The same rule once more, as a benefit of its own.
    pub fn copy(&self, fresh: BenefitId) -> Self {
        Self { id: fresh, came_as: None, ..self.clone() }
    }

    /// Counts it in another unit: under `fresh`, unless it goes back to what it came as.
    pub fn count_in(&mut self, unit: CreditUnit, fresh: BenefitId) {
        if self.unit == unit {
            return;
        }
        self.unit = unit;
        self.id = match self.came_as {
            Some((came_unit, came_id)) if came_unit == unit => came_id,
            _ => fresh,
        };
        if unit != CreditUnit::Minutes {
            self.usage = Usage::Deduct;
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct IncludedDraft {
    pub id: BenefitId,
    pub items: ItemSet,
    pub unlimited: bool,
    pub quantity: String,
    pub renewal: Renewal,
    /// What each person may take of a shared pool; empty: all of it.
    pub allowance: String,
}

impl IncludedDraft {
    pub fn new(id: BenefitId) -> Self {
        Self {
            id,
            items: ItemSet::default(),
            unlimited: false,
            quantity: "1".into(),
            renewal: Renewal::Monthly,
            allowance: String::new(),
        }
    }
}

impl DiscountDraft {
    pub fn new(id: BenefitId) -> Self {
        Self { id, is_percent: true, value: String::new(), items: FilterDraft::default() }
    }
}

impl PlanDraft {
    /// A new tier with what most practices choose.
    pub fn empty(order: i32) -> Self {
        let pause = PausePolicy::default();
        let past_due = PastDuePolicy::default();
        Self {
            name: String::new(),
            description: String::new(),
            image: None,
            image_alt: String::new(),
            order,
            everywhere: true,
            locations: Vec::new(),
            price: String::new(),
            tax_rate: "0".into(),
            tax_mode: TaxMode::Exclusive,
            frequency: Frequency::Monthly,
            setup: Setup::None,
            setup_fee: String::new(),
            minimum_cycles: "0".into(),
            maximum_cycles: "0".into(),
            discounts: Vec::new(),
            credits: Vec::new(),
            included: Vec::new(),
            access: ItemSet::default(),
            family: FamilyMode::None,
            family_price: String::new(),
            family_up_to: "3".into(),
            pause_allowed: pause.allowed,
            pauses_per_year: pause.per_year.to_string(),
            pause_days: pause.max_days.to_string(),
            pause_keeps_benefits: pause.keeps_benefits,
            prorates: true,
            grace_days: past_due.grace_days.to_string(),
            afterwards: past_due.afterwards,
        }
    }

    /// A tier on sale, ready to be changed.
    pub fn of(plan: &Plan, currency: Currency) -> Self {
        let terms = &plan.current().terms;
        let (everywhere, locations) = match &plan.about.scope {
            Scope::All => (true, Vec::new()),
            Scope::Locations(ids) => (false, ids.clone()),
        };
        let (family, family_price, family_up_to) = match &terms.family {
            Family::None => (FamilyMode::None, String::new(), "3".into()),
            Family::AddOn { price, up_to } => {
                (FamilyMode::AddOn, typed_money(*price, currency), up_to.to_string())
            }
            Family::Shared { up_to } => (FamilyMode::Shared, String::new(), up_to.to_string()),
            Family::Both { price, up_to } => {
                (FamilyMode::Both, typed_money(*price, currency), up_to.to_string())
            }
        };
        let setup = match terms.setup_fee {
            fee if fee.is_zero() => Setup::None,
            fee if fee.is_negative() => Setup::OpeningDiscount,
            _ => Setup::Fee,
        };
        Self {
            name: plan.about.name.clone(),
            description: plan.about.description.clone(),
            image: plan.about.image.clone(),
            image_alt: plan.about.image_alt.clone(),
            order: plan.about.order,
            everywhere,
            locations,
            price: typed_money(terms.price, currency),
            tax_rate: terms.tax_rate.to_string(),
            tax_mode: terms.tax_mode,
            frequency: terms.frequency,
            setup,
            setup_fee: match setup {
                Setup::None => String::new(),
                Setup::Fee => typed_money(terms.setup_fee, currency),
                Setup::OpeningDiscount => typed_money(-terms.setup_fee, currency),
            },
            minimum_cycles: terms.minimum_cycles.to_string(),
            maximum_cycles: terms.maximum_cycles.to_string(),
            discounts: terms
                .discounts
                .iter()
                .map(|discount| DiscountDraft {
                    id: discount.id,
                    is_percent: matches!(discount.value, DiscountValue::Percent(_)),
                    value: match discount.value {
                        DiscountValue::Percent(rate) => rate.to_string(),
                        DiscountValue::Amount(amount) => typed_money(amount, currency),
                    },
                    items: FilterDraft::of(&discount.items),
                })
                .collect(),
            credits: terms
                .credits
                .iter()
                .map(|credit| CreditDraft {
                    id: credit.id,
                    unit: credit.unit,
                    came_as: Some((credit.unit, credit.id)),
                    amount: typed_amount(credit.unit, credit.amount, currency),
                    renewal: credit.renewal,
                    usage: credit.usage,
                    expiry: match credit.expiry {
                        Expiry::PeriodEnd => ExpiryMode::PeriodEnd,
                        Expiry::Rollover => ExpiryMode::Rollover,
                        Expiry::RolloverCap(_) => ExpiryMode::Cap,
                    },
                    cap: match credit.expiry {
                        Expiry::RolloverCap(cap) => typed_amount(credit.unit, cap, currency),
                        Expiry::PeriodEnd | Expiry::Rollover => String::new(),
                    },
                    allowance: credit
                        .allowance
                        .map_or_else(String::new, |most| typed_amount(credit.unit, most, currency)),
                    items: FilterDraft::of(&credit.items),
                })
                .collect(),
            included: terms
                .included
                .iter()
                .map(|included| IncludedDraft {
                    id: included.id,
                    items: included.items.clone(),
                    unlimited: included.quantity.is_none(),
                    quantity: included.quantity.map_or_else(|| "1".into(), |quantity| quantity.to_string()),
                    renewal: included.renewal,
                    allowance: included.allowance.map_or_else(String::new, |most| most.to_string()),
                })
                .collect(),
            access: terms.access.clone(),
            family,
            family_price,
            family_up_to,
            pause_allowed: terms.pause.allowed,
            pauses_per_year: terms.pause.per_year.to_string(),
            pause_days: terms.pause.max_days.to_string(),
            pause_keeps_benefits: terms.pause.keeps_benefits,
            prorates: terms.cancel.prorates,
            grace_days: terms.past_due.grace_days.to_string(),
            afterwards: terms.past_due.afterwards,
        }
    }

    /// What the plan says of itself; complete whatever the terms are.
    pub fn about(&self) -> PlanAbout {
        PlanAbout {
            name: self.name.trim().to_owned(),
            description: self.description.trim().to_owned(),
            image: self.image.clone(),
            image_alt: self.image.as_ref().map_or_else(String::new, |_| self.image_alt.trim().to_owned()),
            scope: if self.everywhere { Scope::All } else { Scope::Locations(self.locations.clone()) },
            order: self.order,
        }
    }

    /// The tier as it would be saved, or everything that stands in the way, in the order of the tabs.
    pub fn check(&self, currency: Currency) -> Result<(PlanAbout, Terms), Vec<Problem>> {
        let (terms, problems) = self.read(currency);
        if problems.is_empty() { Ok((self.about(), terms)) } else { Err(problems) }
    }

    /// What can be read of it so far, for the card beside the form: a field that makes no sense yet counts as zero,
    /// a benefit that does is left out.
    pub fn so_far(&self, currency: Currency) -> Terms {
        let (mut terms, problems) = self.read(currency);
        let keep = |nth: usize, of: fn(usize) -> [Field; 4]| {
            !problems.iter().any(|problem| of(nth).contains(&problem.field))
        };
        retain_nth(&mut terms.discounts, |nth| {
            keep(nth, |n| {
                let (value, items) = (Field::DiscountValue(n), Field::DiscountItems(n));
                [value, items, value, items]
            })
        });
        retain_nth(&mut terms.credits, |nth| {
            keep(nth, |n| {
                [
                    Field::CreditAmount(n),
                    Field::CreditCap(n),
                    Field::CreditItems(n),
                    Field::CreditAllowance(n),
                ]
            })
        });
        retain_nth(&mut terms.included, |nth| {
            keep(nth, |n| {
                let items = Field::IncludedItems(n);
                [items, Field::IncludedQuantity(n), Field::IncludedAllowance(n), items]
            })
        });
        terms
    }

    fn read(&self, currency: Currency) -> (Terms, Vec<Problem>) {
        let mut reader = Reader { currency, problems: Vec::new() };
        if self.name.trim().is_empty() {
            reader.problem(Field::Name, "Give the tier a name.");
        }
        if !self.everywhere && self.locations.is_empty() {
            reader.problem(Field::Locations, "Choose at least one location.");
        }
        let price = reader.money(Field::Price, &self.price, true);
        let tax_rate = reader.rate(Field::TaxRate, &self.tax_rate);
        let setup_fee = match self.setup {
            Setup::None => Money::ZERO,
            Setup::Fee => reader.money(Field::SetupFee, &self.setup_fee, false),
            Setup::OpeningDiscount => -reader.money(Field::SetupFee, &self.setup_fee, false),
        };
        let minimum_cycles = reader.count(Field::MinimumCycles, &self.minimum_cycles, 0, 120);
        let maximum_cycles = reader.count(Field::MaximumCycles, &self.maximum_cycles, 0, 1_200);
        if maximum_cycles > 0 && minimum_cycles > maximum_cycles {
            reader.problem(
                Field::MaximumCycles,
                "It would end before a cancellation is allowed: make this at least the minimum.",
            );
        }
        let discounts = self
            .discounts
            .iter()
            .enumerate()
            .map(|(nth, draft)| {
                let field = Field::DiscountValue(nth);
                let value = if draft.is_percent {
                    let rate = reader.rate(field, &draft.value);
                    if rate.is_zero() && !reader.has(field) {
                        reader.problem(field, "Above zero.");
                    }
                    DiscountValue::Percent(rate)
                } else {
                    DiscountValue::Amount(reader.money(field, &draft.value, false))
                };
                reader.items(Field::DiscountItems(nth), &draft.items);
                Discount { id: draft.id, value, items: draft.items.filter() }
            })
            .collect();
        let credits = self
            .credits
            .iter()
            .enumerate()
            .map(|(nth, draft)| {
                let amount = reader.amount(Field::CreditAmount(nth), draft.unit, &draft.amount);
                let expiry = match draft.expiry {
                    ExpiryMode::PeriodEnd => Expiry::PeriodEnd,
                    ExpiryMode::Rollover => Expiry::Rollover,
                    ExpiryMode::Cap => {
                        Expiry::RolloverCap(reader.amount(Field::CreditCap(nth), draft.unit, &draft.cap))
                    }
                };
                reader.items(Field::CreditItems(nth), &draft.items);
                let limited = self.family.shares_pool() && !draft.allowance.trim().is_empty();
                let field = Field::CreditAllowance(nth);
                let allowance = limited.then(|| reader.amount(field, draft.unit, &draft.allowance));
                if allowance.is_some_and(|most| most > amount) && !reader.has(field) {
                    reader.problem(field, "Not more than all of it.");
                }
                Credit {
                    id: draft.id,
                    unit: draft.unit,
                    amount,
                    renewal: draft.renewal,
                    usage: draft.usage,
                    expiry,
                    items: draft.items.filter(),
                    allowance,
                }
            })
            .collect();
        let included = self
            .included
            .iter()
            .enumerate()
            .map(|(nth, draft)| {
                if draft.items.is_empty() {
                    reader.problem(Field::IncludedItems(nth), "Choose at least one item.");
                }
                let quantity = (!draft.unlimited)
                    .then(|| reader.count(Field::IncludedQuantity(nth), &draft.quantity, 1, 9_999));
                let limited = self.family.shares_pool() && !draft.allowance.trim().is_empty();
                let allowance = quantity.filter(|_| limited).map(|quantity| {
                    let most = quantity.max(1);
                    reader.count(Field::IncludedAllowance(nth), &draft.allowance, 1, most)
                });
                Included {
                    id: draft.id,
                    items: draft.items.clone(),
                    quantity,
                    renewal: draft.renewal,
                    allowance,
                }
            })
            .collect();
        let up_to = match self.family {
            FamilyMode::None => 0,
            FamilyMode::AddOn | FamilyMode::Shared | FamilyMode::Both => {
                reader.count(Field::FamilyUpTo, &self.family_up_to, 1, domain::plan::MOST_PEOPLE)
            }
        };
        let family_price = if self.family.has_price() {
            reader.money(Field::FamilyPrice, &self.family_price, true)
        } else {
            Money::ZERO
        };
        let family = match self.family {
            FamilyMode::None => Family::None,
            FamilyMode::AddOn => Family::AddOn { price: family_price, up_to },
            FamilyMode::Shared => Family::Shared { up_to },
            FamilyMode::Both => Family::Both { price: family_price, up_to },
        };
        let pause = if self.pause_allowed {
            PausePolicy {
                allowed: true,
                per_year: reader.count(Field::PausesPerYear, &self.pauses_per_year, 1, 12),
                max_days: reader.count(Field::PauseDays, &self.pause_days, 1, 365),
                keeps_benefits: self.pause_keeps_benefits,
            }
        } else {
            PausePolicy {
                allowed: false,
                per_year: self.pauses_per_year.trim().parse().unwrap_or(PausePolicy::default().per_year),
                max_days: self.pause_days.trim().parse().unwrap_or(PausePolicy::default().max_days),
                keeps_benefits: self.pause_keeps_benefits,
            }
        };
        let past_due = PastDuePolicy {
            grace_days: reader.count(Field::GraceDays, &self.grace_days, 0, 30),
            afterwards: self.afterwards,
        };
        let terms = Terms {
            price,
            tax_rate,
            tax_mode: self.tax_mode,
            frequency: self.frequency,
            setup_fee,
            minimum_cycles,
            maximum_cycles,
            discounts,
            credits,
            included,
            access: self.access.clone(),
            family,
            pause,
            cancel: CancelPolicy { prorates: self.prorates },
            past_due,
        };
        (terms, reader.problems)
    }
}

struct Reader {
    currency: Currency,
    problems: Vec<Problem>,
}

impl Reader {
    fn problem(&mut self, field: Field, words: impl Into<String>) {
        self.problems.push(Problem { field, words: words.into() });
    }

    fn has(&self, field: Field) -> bool {
        self.problems.iter().any(|problem| problem.field == field)
    }

    fn money(&mut self, field: Field, text: &str, zero_allowed: bool) -> Money {
        if text.trim().is_empty() {
            self.problem(field, "Type an amount.");
            return Money::ZERO;
        }
        match self.currency.parse(text) {
            Err(_) => {
                self.problem(
                    field,
                    format!("An amount like {}.", self.currency.format_plain(Money::from_minor(9_900))),
                );
                Money::ZERO
            }
            Ok(amount) if amount.is_negative() || (amount.is_zero() && !zero_allowed) => {
                self.problem(field, if zero_allowed { "Not below zero." } else { "Above zero." });
                Money::ZERO
            }
            Ok(amount) if amount > Money::MAX_PRICE => {
                self.problem(field, format!("At most {}.", self.currency.format(Money::MAX_PRICE)));
                Money::ZERO
            }
            Ok(amount) => amount,
        }
    }

    fn rate(&mut self, field: Field, text: &str) -> Rate {
        Rate::from_str(text).unwrap_or_else(|_| {
            self.problem(field, "A percentage from 0 to 100, like 8.875.");
            Rate::ZERO
        })
    }

    fn count(&mut self, field: Field, text: &str, least: u32, most: u32) -> u32 {
        match text.trim().parse::<u32>() {
            Ok(count) if (least..=most).contains(&count) => count,
            _ => {
                self.problem(field, format!("A whole number from {least} to {most}."));
                0
            }
        }
    }

    /// What a credit counts: positive, in the unit.
    fn amount(&mut self, field: Field, unit: CreditUnit, text: &str) -> i64 {
        match unit {
            CreditUnit::Money => self.money(field, text, false).minor(),
            CreditUnit::Minutes => match minutes(text) {
                Some(minutes) if (1..=600_000).contains(&minutes) => minutes,
                _ => {
                    self.problem(field, "Hours, like 2, 1.5 or 1:30.");
                    0
                }
            },
            CreditUnit::Bookings => self.count(field, text, 1, 9_999).into(),
        }
    }

    fn items(&mut self, field: Field, items: &FilterDraft) {
        if items.is_unfinished() {
            self.problem(field, "Choose at least one item or category.");
        }
    }
}

/// Minutes from hours as typed: `2`, `1.5`, `1,5`, `1:30`, `45m`; none where they are not whole minutes.
pub fn minutes(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = |part: &str| {
        if part.len() <= 5 && part.chars().all(|digit| digit.is_ascii_digit()) {
            part.parse::<i64>().ok()
        } else {
            None
        }
    };
    if let Some(minutes) = text.strip_suffix('m') {
        return digits(minutes.trim());
    }
    if let Some((hours, minutes)) = text.split_once(':') {
        let minutes = digits(minutes).filter(|minutes| *minutes < 60)?;
        return Some(digits(hours)? * 60 + minutes);
    }
    let text = text.strip_suffix('h').unwrap_or(text).trim();
    let Some((hours, fraction)) = text.split_once(['.', ',']) else {
        return digits(text).map(|hours| hours * 60);
    };
    let scale = 10_i64.pow(fraction.len().min(5) as u32);
    let parts = digits(fraction)? * 60;
    let hours = if hours.is_empty() { 0 } else { digits(hours)? };
    (parts % scale == 0).then(|| hours * 60 + parts / scale)
}

/// How an amount of a credit stands in its field.
pub fn typed_amount(unit: CreditUnit, amount: i64, currency: Currency) -> String {
    match unit {
        CreditUnit::Money => typed_money(Money::from_minor(amount), currency),
        CreditUnit::Minutes if amount % 60 == 0 => (amount / 60).to_string(),
        CreditUnit::Minutes => format!("{}:{:02}", amount / 60, amount % 60),
        CreditUnit::Bookings => amount.to_string(),
    }
}

fn typed_money(amount: Money, currency: Currency) -> String {
    currency.format_plain(amount)
}

fn retain_nth<T>(list: &mut Vec<T>, keep: impl Fn(usize) -> bool) {
    let mut nth = 0;
    list.retain(|_| {
        nth += 1;
        keep(nth - 1)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::plan::Version;
    use domain::{CategoryId, Day, ItemId, PlanId, RecordId};
    use uuid::Uuid;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn set() -> ItemSet {
        ItemSet { items: vec![ItemId(id(1))], categories: vec![CategoryId(id(2))] }
    }

    fn terms() -> Terms {
        Terms {
            price: Money::from_minor(128_400),
            tax_rate: "8.875".parse().unwrap(),
            tax_mode: TaxMode::Inclusive,
            frequency: Frequency::Annual,
            setup_fee: Money::from_minor(-2_500),
            minimum_cycles: 1,
            maximum_cycles: 5,
            discounts: vec![
                Discount {
                    id: BenefitId(id(10)),
                    value: DiscountValue::Percent(Rate::percent(15)),
                    items: ItemFilter::Except(set()),
                },
                Discount {
                    id: BenefitId(id(11)),
                    value: DiscountValue::Amount(Money::from_minor(1_050)),
                    items: ItemFilter::All,
                },
            ],
            credits: vec![
                Credit {
                    id: BenefitId(id(12)),
                    unit: CreditUnit::Money,
                    amount: 10_000,
                    renewal: Renewal::Monthly,
                    usage: Usage::Deduct,
                    expiry: Expiry::RolloverCap(15_000),
                    items: ItemFilter::Only(set()),
                    allowance: None,
                },
                Credit {
                    id: BenefitId(id(13)),
                    unit: CreditUnit::Minutes,
                    amount: 95,
                    renewal: Renewal::Yearly,
                    usage: Usage::FreeTime,
                    expiry: Expiry::Rollover,
                    items: ItemFilter::All,
                    allowance: None,
                },
                Credit {
                    id: BenefitId(id(14)),
                    unit: CreditUnit::Bookings,
                    amount: 3,
                    renewal: Renewal::Monthly,
                    usage: Usage::Deduct,
                    expiry: Expiry::PeriodEnd,
                    items: ItemFilter::All,
                    allowance: None,
                },
            ],
            included: vec![
                Included {
                    id: BenefitId(id(15)),
                    items: set(),
                    quantity: Some(2),
                    renewal: Renewal::Monthly,
                    allowance: None,
                },
                Included {
                    id: BenefitId(id(16)),
                    items: set(),
                    quantity: None,
                    renewal: Renewal::Yearly,
                    allowance: None,
                },
            ],
            access: set(),
            family: Family::Both { price: Money::from_minor(3_900), up_to: 4 },
            pause: PausePolicy { allowed: true, per_year: 3, max_days: 30, keeps_benefits: true },
            cancel: CancelPolicy { prorates: false },
            past_due: PastDuePolicy { grace_days: 0, afterwards: AfterGrace::Cancels },
        }
    }

    fn plan(terms: Terms) -> Plan {
        Plan {
            id: PlanId(id(90)),
            about: PlanAbout {
                name: "Platinum".into(),
                description: "Everything".into(),
                image: Some("ab".into()),
                image_alt: "Towels on a bench".into(),
                scope: Scope::Locations(vec![LocationId(id(91))]),
                order: 3,
            },
            archived: false,
            versions: vec![Version {
                number: 1,
                made_by: RecordId(id(92)),
                since: Day::ymd(2026, 1, 12).unwrap(),
                note: String::new(),
                terms,
            }],
            at_stripe: None,
        }
    }

    #[test]
    fn every_field_survives_the_form() {
        let sold = plan(terms());
        let draft = PlanDraft::of(&sold, Currency::USD);
        assert_eq!(draft.price, "1,284.00");
        assert_eq!(draft.credits[1].amount, "1:35");
        assert_eq!(draft.check(Currency::USD), Ok((sold.about, terms())));
    }

    #[test]
    fn every_family_and_setup_survives_the_form() {
        let price = Money::from_minor(3_900);
        for (family, setup) in [
            (Family::None, 0),
            (Family::AddOn { price, up_to: 2 }, 1_000),
            (Family::Shared { up_to: 5 }, -1_000),
            (Family::Both { price: Money::ZERO, up_to: 1 }, 0),
        ] {
            let terms = Terms { family, setup_fee: Money::from_minor(setup), ..terms() };
            let draft = PlanDraft::of(&plan(terms.clone()), Currency::USD);
            assert_eq!(draft.check(Currency::USD).unwrap().1, terms);
        }
    }

    #[test]
    fn a_new_tier_needs_a_name_and_a_price() {
        let problems = PlanDraft::empty(0).check(Currency::USD).unwrap_err();
        assert_eq!(
            problems.iter().map(|problem| problem.field).collect::<Vec<_>>(),
            [Field::Name, Field::Price]
        );
        let named = PlanDraft { name: "Gold".into(), price: "99".into(), ..PlanDraft::empty(0) };
        let (about, terms) = named.check(Currency::USD).unwrap();
        assert_eq!(about.name, "Gold");
        assert_eq!(terms.price, Money::from_minor(9_900));
        assert!(terms.cancel.prorates);
    }

    #[test]
    fn each_wrong_field_is_named_beside_its_tab() {
        let fresh = BenefitId(id(50));
        let draft = PlanDraft {
            everywhere: false,
            price: "12.345".into(),
            tax_rate: "101".into(),
            setup: Setup::Fee,
            setup_fee: "0".into(),
            minimum_cycles: "6".into(),
            maximum_cycles: "3".into(),
            discounts: vec![DiscountDraft {
                value: "0".into(),
                items: FilterDraft { mode: FilterMode::Only, set: ItemSet::default() },
                ..DiscountDraft::new(fresh)
            }],
            credits: vec![CreditDraft {
                amount: "1.001".into(),
                unit: CreditUnit::Minutes,
                expiry: ExpiryMode::Cap,
                ..CreditDraft::new(fresh)
            }],
            included: vec![IncludedDraft { quantity: "0".into(), ..IncludedDraft::new(fresh) }],
            family: FamilyMode::AddOn,
            family_up_to: "0".into(),
            pauses_per_year: "x".into(),
            grace_days: "31".into(),
            ..PlanDraft::empty(0)
        };
        let fields: Vec<Field> =
            draft.check(Currency::USD).unwrap_err().into_iter().map(|problem| problem.field).collect();
        assert_eq!(
            fields,
            [
                Field::Name,
                Field::Locations,
                Field::Price,
                Field::TaxRate,
                Field::SetupFee,
                Field::MaximumCycles,
                Field::DiscountValue(0),
                Field::DiscountItems(0),
                Field::CreditAmount(0),
                Field::CreditCap(0),
                Field::IncludedItems(0),
                Field::IncludedQuantity(0),
                Field::FamilyUpTo,
                Field::FamilyPrice,
                Field::PausesPerYear,
                Field::GraceDays,
            ]
        );
        let so_far = draft.so_far(Currency::USD);
        assert!(so_far.discounts.is_empty() && so_far.credits.is_empty() && so_far.included.is_empty());
    }

    #[test]
    fn a_credit_counted_in_something_else_is_another_benefit() {
        let mut credit = PlanDraft::of(&plan(terms()), Currency::USD).credits.remove(1);
        let (was, fresh) = (credit.id, BenefitId(id(77)));
        credit.count_in(CreditUnit::Money, fresh);
        assert_eq!((credit.id, credit.usage), (fresh, Usage::Deduct));
        credit.count_in(CreditUnit::Minutes, BenefitId(id(78)));
        assert_eq!(credit.id, was);
    }

    #[test]
    fn hours_are_read_as_whole_minutes_or_not_at_all() {
        for (text, expected) in
            [("2", 120), ("1.5", 90), ("1,25", 75), ("1:30", 90), ("45m", 45), (".5", 30), ("2 h", 120)]
        {
            assert_eq!(minutes(text), Some(expected), "{text}");
        }
        for text in ["", "1.001", "1:60", "x", "-1", "1e3"] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn a_yen_tier_takes_no_decimals() {
        let jpy = Currency::from_code("JPY").unwrap();
        let draft = PlanDraft { name: "Gold".into(), price: "9900".into(), ..PlanDraft::empty(0) };
        assert_eq!(draft.check(jpy).unwrap().1.price, Money::from_minor(9_900));
        assert!(PlanDraft { price: "99.5".into(), ..draft }.check(jpy).is_err());
    }
}
