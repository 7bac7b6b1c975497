//! Plans, and the immutable terms that enrollments are sold under.

use crate::item::{ItemFilter, ItemSet};
use crate::stripe::{PlanAtStripe, PlanSaid, StripeAccount};
use crate::{BenefitId, Day, LocationId, Money, PlanId, Rate, RecordId};
use serde::{Deserialize, Serialize};

/// How often a plan bills: every 1, 3, 6 or 12 months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    Monthly,
    Quarterly,
    SemiAnnual,
    Annual,
}

impl Frequency {
    pub const ALL: [Self; 4] = [Self::Monthly, Self::Quarterly, Self::SemiAnnual, Self::Annual];

    pub const fn months(self) -> u32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::SemiAnnual => 6,
            Self::Annual => 12,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// Tax comes on top of the price.
    #[default]
    Exclusive,
    /// Tax is inside the price.
    Inclusive,
}

/// A plan: what is sold, with its chain of terms (oldest first, never empty; the last is what is sold today).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub id: PlanId,
    pub about: PlanAbout,
    pub archived: bool,
    pub versions: Vec<Version>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_stripe: Option<PlanAtStripe>,
}

impl Plan {
    pub fn current(&self) -> &Version {
        self.versions.last().expect("a plan is created with its first terms")
    }

    pub fn at_stripe(&self, account: &StripeAccount) -> Option<&PlanAtStripe> {
        self.at_stripe.as_ref().filter(|known| known.account == *account)
    }

    pub(crate) fn hear(&mut self, account: &StripeAccount, said: &PlanSaid) {
        let known = self.at_stripe.take().filter(|known| known.account == *account);
        let known = self.at_stripe.insert(known.unwrap_or_else(|| PlanAtStripe {
            account: account.clone(),
            product: None,
            prices: Vec::new(),
        }));
        match said {
            PlanSaid::Product(product) => known.product = Some(product.clone()),
            PlanSaid::NoProduct => {
                known.product = None;
                known.prices.clear();
            }
            PlanSaid::Price(price) => match known.prices.iter_mut().find(|one| one.id == price.id) {
                Some(one) => *one = price.clone(),
                None => known.prices.push(price.clone()),
            },
        }
    }
}

/// What a plan says of itself; changing it touches nobody's terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAbout {
    pub name: String,
    pub description: String,
    /// BLAKE3 of the hero image, in hex; the bytes live in their own rows.
    pub image: Option<String>,
    /// What the image shows, for who cannot see it; empty where it says nothing that the name does not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub image_alt: String,
    pub scope: Scope,
    /// Place in lists, lowest first.
    pub order: i32,
}

/// Where a plan's benefits hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    #[default]
    All,
    Locations(Vec<LocationId>),
}

impl Scope {
    pub fn holds(&self, location: LocationId) -> bool {
        match self {
            Self::All => true,
            Self::Locations(locations) => locations.contains(&location),
        }
    }
}

/// One version of a plan's terms, numbered from 1, and the record that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub number: u32,
    pub made_by: RecordId,
    pub since: Day,
    /// What changed, in the words of who changed it; may be empty.
    pub note: String,
    pub terms: Terms,
}

/// Everything an enrollment is promised and owes; never edited once saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Per billing period, not negative.
    pub price: Money,
    pub tax_rate: Rate,
    pub tax_mode: TaxMode,
    pub frequency: Frequency,
    /// Added to the first charge; negative is an opening discount and never takes that charge below zero.
    pub setup_fee: Money,
    /// Paid periods before a cancellation is allowed; 0: none.
    pub minimum_cycles: u32,
    /// Periods after which it ends by itself; 0: no end.
    pub maximum_cycles: u32,
    pub discounts: Vec<Discount>,
    pub credits: Vec<Credit>,
    pub included: Vec<Included>,
    /// Items that only holders of plans naming them may buy.
    pub access: ItemSet,
    pub family: Family,
    pub pause: PausePolicy,
    pub cancel: CancelPolicy,
    pub past_due: PastDuePolicy,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    pub id: BenefitId,
    pub value: DiscountValue,
    pub items: ItemFilter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscountValue {
    /// Off each unit; the best percentage wins, percentages never stack.
    Percent(Rate),
    /// Off the ticket, once.
    Amount(Money),
}

/// What a credit is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditUnit {
    /// Minor units; pays line totals after tax.
    Money,
    /// Shown as hours; taken out of rentals.
    Minutes,
    /// Whole services or rentals.
    Bookings,
}

/// How minutes count against an item's longest rental.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Usage {
    #[default]
    Deduct,
    /// Minutes used do not count against the longest rental.
    FreeTime,
}

/// How often a credit is granted, whatever the billing frequency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    Monthly,
    Yearly,
}

impl Renewal {
    pub const fn months(self) -> u32 {
        match self {
            Self::Monthly => 1,
            Self::Yearly => 12,
        }
    }
}

/// What happens at a refresh to what was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// It expired the day before.
    PeriodEnd,
    /// It stays, without end.
    Rollover,
    /// It stays up to the cap (in the credit's unit); the oldest is trimmed.
    RolloverCap(i64),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    pub id: BenefitId,
    pub unit: CreditUnit,
    /// Granted at each refresh, in the unit; positive.
    pub amount: i64,
    pub renewal: Renewal,
    pub usage: Usage,
    pub expiry: Expiry,
    pub items: ItemFilter,
    /// What one person who draws from a shared pool may take of it between two refreshes, in the unit; `None`: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowance: Option<i64>,
}

/// A service that is part of the plan: any of `items`, `quantity` times per renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Included {
    pub id: BenefitId,
    /// One, or pick one of several.
    pub items: ItemSet,
    /// `None`: unlimited.
    pub quantity: Option<u32>,
    pub renewal: Renewal,
    /// What one person who draws from a shared pool may take of it between two refreshes; `None`: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowance: Option<u32>,
}

/// Who else an enrollment covers, and from which lots they draw.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    #[default]
    None,
    /// Each dependent has benefits of their own, at a price of their own.
    AddOn { price: Money, up_to: u32 },
    /// All draw from the holder's lots.
    Shared { up_to: u32 },
    /// Own lots first, then the holder's.
    Both { price: Money, up_to: u32 },
}

impl Family {
    pub fn up_to(&self) -> u32 {
        match self {
            Self::None => 0,
            Self::AddOn { up_to, .. } | Self::Shared { up_to } | Self::Both { up_to, .. } => *up_to,
        }
    }

    /// What one dependent adds to each period's price.
    pub fn add_on_price(&self) -> Money {
        match self {
            Self::None | Self::Shared { .. } => Money::ZERO,
            Self::AddOn { price, .. } | Self::Both { price, .. } => *price,
        }
    }

    /// Whether each dependent has lots of their own.
    pub fn own_lots(&self) -> bool {
        matches!(self, Self::AddOn { .. } | Self::Both { .. })
    }

    /// Whether dependents draw from the holder's lots.
    pub fn shares_pool(&self) -> bool {
        matches!(self, Self::Shared { .. } | Self::Both { .. })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PausePolicy {
    pub allowed: bool,
    /// Default 2.
    pub per_year: u32,
    /// Default 90.
    pub max_days: u32,
    /// Benefits stay on while paused.
    pub keeps_benefits: bool,
}

impl Default for PausePolicy {
    fn default() -> Self {
        Self { allowed: true, per_year: 2, max_days: 90, keeps_benefits: false }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CancelPolicy {
    /// Cancelling now gives back the unused days of what was captured for the period.
    pub prorates: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastDuePolicy {
    /// 0 to 30, default 7: benefits stay on through the due day plus these.
    pub grace_days: u32,
    pub afterwards: AfterGrace,
}

impl Default for PastDuePolicy {
    fn default() -> Self {
        Self { grace_days: 7, afterwards: AfterGrace::StaysPastDue }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterGrace {
    StaysPastDue,
    Cancels,
}

/// As many people as one enrollment covers where its terms name no number.
pub const MOST_PEOPLE: u32 = 9_999;

impl Terms {
    /// These terms as an organization holds them: where they cover one person alone, each seat costs the price.
    pub fn by_seat(self) -> Self {
        match self.family {
            Family::None => Self {
                price: Money::ZERO,
                family: Family::AddOn { price: self.price, up_to: MOST_PEOPLE },
                ..self
            },
            Family::AddOn { .. } | Family::Shared { .. } | Family::Both { .. } => self,
        }
    }

    /// The first charge before tax: price and setup fee, never below zero.
    pub fn first_price(&self) -> Money {
        (self.price + self.setup_fee).max(Money::ZERO)
    }

    /// The tax on an amount that these terms charge, and the total a member pays for it.
    pub fn taxed(&self, amount: Money) -> Taxed {
        match self.tax_mode {
            TaxMode::Exclusive => {
                let tax = self.tax_rate.of(amount);
                Taxed { tax, total: amount + tax }
            }
            TaxMode::Inclusive => Taxed { tax: self.tax_rate.inside(amount), total: amount },
        }
    }
}

/// An amount with its tax worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taxed {
    pub tax: Money,
    pub total: Money,
}
