//! Why: for every benefit and every line, what applied, what did not, and what would have to be true.

use super::entitlement::{BenefitKey, Entitlement};
use super::quote::{BlockReason, Quote, QuotedLine, UseKind};
use super::sources::is_over;
use super::{LineInput, LineKind, Lowered, QuoteInput};
use crate::item::{ItemFilter, ItemSet};
use crate::plan::{CreditUnit, Discount, DiscountValue};
use crate::{Currency, Day, LineId, Money, PlanId, Rate, Standing};
use serde::{Deserialize, Serialize};

/// What became of every benefit on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Explanation {
    /// In the order listed; credits and included services lot by lot.
    pub benefits: Vec<BenefitOutcome>,
    /// In ticket order.
    pub lines: Vec<LineOutcome>,
}

/// One benefit (or one lot of it) on one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenefitOutcome {
    /// What the switch declines.
    pub key: BenefitKey,
    pub plan: PlanId,
    pub plan_name: String,
    pub what: BenefitWhat,
    /// Usable through this day.
    pub expires: Option<Day>,
    /// The first charge or the renewal behind it is not confirmed yet.
    pub provisional: bool,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BenefitWhat {
    Percent(Rate),
    /// Off the ticket, once.
    Amount(Money),
    /// Units left; `None`: unlimited.
    Included {
        remaining: Option<u32>,
    },
    Credit {
        unit: CreditUnit,
        remaining: i64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// `amount` is units, minutes or minor units drawn, and zero for a discount; `value` what it saved or paid.
    Applied {
        amount: i64,
        value: Money,
        lines: Vec<LineId>,
    },
    /// It holds, and nothing on the ticket is of its sort.
    Available {
        why: WhyNot,
    },
    NotApplied {
        why: WhyNot,
    },
}

/// One line, with every benefit that touched it and every one that did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineOutcome {
    pub line: LineId,
    pub applied: Vec<AppliedHere>,
    pub not_applied: Vec<(BenefitKey, WhyNot)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedHere {
    pub key: BenefitKey,
    /// Units, minutes or minor units drawn; zero for a discount.
    pub amount: i64,
    pub value: Money,
}

/// Why a benefit did not apply, with the numbers and days that explain it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    NoCustomer,
    /// The first charge is not paid yet.
    Waiting,
    /// Past due beyond grace.
    PastDue {
        since: Option<Day>,
    },
    Paused {
        until: Option<Day>,
    },
    NotStarted {
        starts: Option<Day>,
    },
    Ended {
        on: Option<Day>,
    },
    WrongLocation,
    /// The line that sold the plan is off the ticket.
    PlanNotOnTicket,
    Declined,
    UsedUp,
    Expired {
        on: Day,
    },
    /// The ticket has no lines.
    NothingOnTicket,
    /// Its rule leaves these items out.
    ItemExcluded,
    /// Whatever its rule says: gift cards, fees and plans take no benefits, bookings cover no products, minutes
    /// shorten rentals only.
    NotForThisKind {
        kind: LineKind,
    },
    BetterBenefit {
        by: BenefitKey,
        plan_name: String,
    },
    /// All of it went to other lines, where it does more.
    UsedElsewhere,
    /// Nothing is left to take off or to pay.
    NothingLeft,
    /// Staff capped the credit used on this ticket.
    CreditLimit {
        limit: Money,
    },
    /// Staff lowered what is used of it on this ticket, and that much is used.
    Lowered {
        most: u32,
        /// What `most` is counted in.
        kind: UseKind,
    },
    /// The ticket is blocked and was not priced.
    NotPriced,
}

/// Says why, for a ticket and the quote it got.
pub fn explain(input: &QuoteInput, quote: &Quote) -> Explanation {
    let mut explanation = Explanation::default();
    explanation.lines.extend(input.lines.iter().map(|line| LineOutcome {
        line: line.id,
        applied: Vec::new(),
        not_applied: Vec::new(),
    }));
    for entitlement in &input.entitlements {
        for benefit in benefits_of(entitlement) {
            let outcome = explain_benefit(input, quote, entitlement, &benefit, &mut explanation.lines);
            explanation.benefits.push(BenefitOutcome {
                key: benefit.key,
                plan: entitlement.plan,
                plan_name: entitlement.plan_name.clone(),
                what: benefit.what,
                expires: benefit.expires,
                provisional: entitlement.provisional || benefit.provisional,
                outcome,
            });
        }
    }
    explanation
}

struct Benefit<'a> {
    key: BenefitKey,
    what: BenefitWhat,
    items: Items<'a>,
    expires: Option<Day>,
    provisional: bool,
}

enum Items<'a> {
    Any(&'a ItemSet),
    Filter(&'a ItemFilter),
}

fn benefits_of(entitlement: &Entitlement) -> Vec<Benefit<'_>> {
    let enrollment = entitlement.enrollment;
    let discounts = entitlement.discounts.iter().map(|Discount { id, value, items }| Benefit {
        key: BenefitKey::benefit(enrollment, *id),
        what: match *value {
            DiscountValue::Percent(rate) => BenefitWhat::Percent(rate),
            DiscountValue::Amount(amount) => BenefitWhat::Amount(amount),
        },
        items: Items::Filter(items),
        expires: None,
        provisional: false,
    });
    let included = entitlement.included.iter().map(|lot| Benefit {
        key: BenefitKey::lot(enrollment, lot.benefit, lot.lot),
        what: BenefitWhat::Included { remaining: lot.remaining },
        items: Items::Any(&lot.items),
        expires: lot.expires,
        provisional: lot.provisional,
    });
    let credits = entitlement.credits.iter().map(|lot| Benefit {
        key: BenefitKey::lot(enrollment, lot.benefit, Some(lot.lot)),
        what: BenefitWhat::Credit { unit: lot.unit, remaining: lot.remaining },
        items: Items::Filter(&lot.items),
        expires: lot.expires,
        provisional: lot.provisional,
    });
    discounts.chain(included).chain(credits).collect()
}

/// Writes what a benefit did on every line, and sums it up.
fn explain_benefit(
    input: &QuoteInput,
    quote: &Quote,
    entitlement: &Entitlement,
    benefit: &Benefit<'_>,
    lines: &mut [LineOutcome],
) -> Outcome {
    let everywhere = not_entitled(input, entitlement).or_else(|| benefit.cannot_be_used(input));
    let (mut amount, mut value, mut applied_to) = (0, Money::ZERO, Vec::new());
    let (mut first_that_fits, mut held_back_on_a_line) = (None, false);
    for (nth, (line, outcome)) in input.lines.iter().zip(lines).enumerate() {
        // What never fits this line is no better for being paused or used up: that would promise it for later.
        let why = match (benefit.does_not_fit(line), &everywhere) {
            (Some(why), _) => why,
            (None, Some(why)) => why.clone(),
            (None, None) if !quote.blocked.is_empty() => WhyNot::NotPriced,
            (None, None) => match applied_here(quote, nth, benefit) {
                Some(here) => {
                    amount += here.amount;
                    value += here.value;
                    applied_to.push(line.id);
                    outcome.applied.push(here);
                    continue;
                }
                None => benefit.outdone(input, quote, nth),
            },
        };
        if everywhere.is_none() && benefit.does_not_fit(line).is_none() {
            // What staff held back on any line says more than a line that needed nothing.
            let held_back = matches!(why, WhyNot::CreditLimit { .. } | WhyNot::Lowered { .. });
            if held_back && !held_back_on_a_line || first_that_fits.is_none() {
                first_that_fits = Some(why.clone());
            }
            held_back_on_a_line |= held_back;
        }
        outcome.not_applied.push((benefit.key, why));
    }
    match (everywhere, first_that_fits) {
        _ if !applied_to.is_empty() => Outcome::Applied { amount, value, lines: applied_to },
        (Some(why), _) | (None, Some(why)) => Outcome::NotApplied { why },
        (None, None) => {
            let only = input.lines.first().and_then(|line| benefit.does_not_fit(line));
            Outcome::Available { why: only.unwrap_or(WhyNot::NothingOnTicket) }
        }
    }
}

/// Why an enrollment gives nothing on this ticket, if it does not.
fn not_entitled(input: &QuoteInput, entitlement: &Entitlement) -> Option<WhyNot> {
    if !input.customer_attached {
        return Some(WhyNot::NoCustomer);
    }
    match entitlement.standing {
        Standing::Good | Standing::Grace { .. } => {}
        Standing::Waiting if entitlement.provisional => {}
        Standing::Waiting => return Some(WhyNot::Waiting),
        Standing::Suspended { since } => return Some(WhyNot::PastDue { since }),
        Standing::Paused { until } => return Some(WhyNot::Paused { until }),
        Standing::Scheduled { starts } => return Some(WhyNot::NotStarted { starts }),
        Standing::Cancelled { ended } => return Some(WhyNot::Ended { on: ended }),
    }
    if !entitlement.scope.holds(input.location) {
        return Some(WhyNot::WrongLocation);
    }
    (!entitlement.holds_on(input)).then_some(WhyNot::PlanNotOnTicket)
}

/// What a benefit did on a line.
fn applied_here(quote: &Quote, nth: usize, benefit: &Benefit<'_>) -> Option<AppliedHere> {
    let line = quote.lines.get(nth)?.id;
    let key = benefit.key;
    let discount = quote.discounts.iter().find(|it| it.key == key).and_then(|it| {
        let (_, value) = it.lines.iter().find(|(taken, _)| *taken == line)?;
        Some(AppliedHere { key, amount: 0, value: *value })
    });
    discount.or_else(|| {
        let used = quote.uses.iter().find(|it| it.key == key && Some(it.kind) == benefit.drawn_as())?;
        let here = used.lines.iter().find(|it| it.line == line)?;
        Some(AppliedHere { key, amount: here.amount, value: here.value })
    })
}

impl Benefit<'_> {
    fn drawn_as(&self) -> Option<UseKind> {
        match self.what {
            BenefitWhat::Percent(_) | BenefitWhat::Amount(_) => None,
            BenefitWhat::Included { .. } => Some(UseKind::Included),
            BenefitWhat::Credit { unit: CreditUnit::Bookings, .. } => Some(UseKind::Bookings),
            BenefitWhat::Credit { unit: CreditUnit::Minutes, .. } => Some(UseKind::Minutes),
            BenefitWhat::Credit { unit: CreditUnit::Money, .. } => Some(UseKind::Money),
        }
    }

    fn cannot_be_used(&self, input: &QuoteInput) -> Option<WhyNot> {
        let used_up = match self.what {
            BenefitWhat::Percent(_) | BenefitWhat::Amount(_) => false,
            BenefitWhat::Included { remaining } => remaining == Some(0),
            BenefitWhat::Credit { remaining, .. } => remaining <= 0,
        };
        if input.declines(self.key) {
            Some(WhyNot::Declined)
        } else if let Some(on) = self.expires.filter(|_| is_over(self.expires, input.day)) {
            Some(WhyNot::Expired { on })
        } else {
            used_up.then_some(WhyNot::UsedUp)
        }
    }

    fn does_not_fit(&self, line: &LineInput) -> Option<WhyNot> {
        let kind = match self.drawn_as() {
            None | Some(UseKind::Included | UseKind::Money) => line.kind.takes_benefits(),
            Some(UseKind::Bookings) => line.kind.takes_bookings(),
            Some(UseKind::Minutes) => line.kind == LineKind::Rental,
        };
        if !kind {
            return Some(WhyNot::NotForThisKind { kind: line.kind });
        }
        let accepted = match self.items {
            Items::Any(set) => set.holds(line.item, line.category),
            Items::Filter(filter) => filter.accepts(line.item, line.category),
        };
        (!accepted).then_some(WhyNot::ItemExcluded)
    }

    /// Why a benefit that fits a line did nothing there: something better took its place, it did more on another
    /// line, or nothing was left.
    fn outdone(&self, input: &QuoteInput, quote: &Quote, nth: usize) -> WhyNot {
        let Some(line) = quote.lines.get(nth) else { return WhyNot::NotPriced };
        if line.list.is_zero() {
            return WhyNot::NothingLeft;
        }
        let better = |by: Option<BenefitKey>| by.map(|by| better(input, by));
        let drawn_here = |kinds: &[UseKind]| {
            let mut others = quote.uses.iter().filter(|it| kinds.contains(&it.kind) && it.key != self.key);
            others.find(|it| it.lines.iter().any(|part| part.line == line.id)).map(|it| it.key)
        };
        let covers =
            || if is_covered(line) { drawn_here(&[UseKind::Included, UseKind::Bookings]) } else { None };
        let percent = || line.percent.map(|(key, _)| key).filter(|key| *key != self.key);
        let spent = quote.uses.iter().any(|it| it.key == self.key && Some(it.kind) == self.drawn_as());
        let nothing_open = line.units.iter().all(|unit| unit.left.is_zero());
        let why = match self.drawn_as() {
            None if matches!(self.what, BenefitWhat::Percent(_)) => better(percent().or_else(covers)),
            None => better(covers()),
            Some(UseKind::Included | UseKind::Bookings) => {
                better(covers().or_else(|| if !spent && nothing_open { percent() } else { None }))
            }
            Some(UseKind::Minutes) => better(covers().or_else(|| {
                if nothing_open { drawn_here(&[UseKind::Minutes]).or_else(percent) } else { None }
            })),
            Some(UseKind::Money) if line.total.is_zero() => None,
            Some(UseKind::Money) => match input.credit_limit {
                Some(limit) if quote.totals.credits == limit && line.credits < line.total => {
                    Some(WhyNot::CreditLimit { limit })
                }
                _ if line.credits == line.total => better(drawn_here(&[UseKind::Money])),
                _ => None,
            },
        };
        let why = why.or_else(|| if self.still_open(line) { self.lowered(input, quote) } else { None });
        why.unwrap_or(if spent { WhyNot::UsedElsewhere } else { WhyNot::NothingLeft })
    }

    /// Whether more of this sort of benefit would find something to take off, or to pay.
    fn still_open(&self, line: &QuotedLine) -> bool {
        match self.drawn_as() {
            None => false,
            Some(UseKind::Included | UseKind::Bookings) => !is_covered(line),
            Some(UseKind::Minutes) => line.units.iter().any(|unit| !unit.left.is_zero()),
            Some(UseKind::Money) => line.credits < line.total,
        }
    }

    /// What the benefit was lowered to, where that much of it is used and its lots hold more.
    fn lowered(&self, input: &QuoteInput, quote: &Quote) -> Option<WhyNot> {
        let kind = self.drawn_as()?;
        let of_this = input.lowered.iter().filter(|it| it.key.names(self.key));
        let Lowered { key, most } = of_this.min_by_key(|it| it.most)?;
        let used: i64 = quote.uses.iter().filter(|it| key.names(it.key)).map(|it| it.amount).sum();
        let held = input.entitlements.iter().find(|it| it.enrollment == key.enrollment)?;
        let usable = benefits_of(held)
            .into_iter()
            .filter(|lot| key.names(lot.key) && lot.cannot_be_used(input).is_none())
            .map(|lot| match lot.what {
                BenefitWhat::Included { remaining } => remaining.map_or(i64::MAX, i64::from),
                BenefitWhat::Credit { remaining, .. } => remaining,
                BenefitWhat::Percent(_) | BenefitWhat::Amount(_) => 0,
            });
        let holds = usable.fold(0_i64, i64::saturating_add);
        (used >= i64::from(*most) && holds > i64::from(*most))
            .then_some(WhyNot::Lowered { most: *most, kind })
    }
}

fn is_covered(line: &QuotedLine) -> bool {
    line.units.iter().all(|unit| unit.covered == unit.list)
}

fn better(input: &QuoteInput, by: BenefitKey) -> WhyNot {
    let of = input.entitlements.iter().find(|it| it.enrollment == by.enrollment);
    WhyNot::BetterBenefit { by, plan_name: of.map(|it| it.plan_name.clone()).unwrap_or_default() }
}

impl BenefitWhat {
    /// The benefit in words: `10% off`, `Included, 2 left`, `$40.00 of credit left`.
    pub fn words(&self, currency: Currency) -> String {
        match self {
            Self::Percent(rate) => format!("{rate}% off"),
            Self::Amount(amount) => format!("{} off the ticket", currency.format(*amount)),
            Self::Included { remaining: None } => "Included, unlimited".to_owned(),
            Self::Included { remaining: Some(units) } => format!("Included, {units} left"),
            Self::Credit { unit, remaining } => {
                let left = (*remaining).max(0);
                match unit {
                    CreditUnit::Money => {
                        format!("{} of credit left", currency.format(Money::from_minor(left)))
                    }
                    CreditUnit::Minutes => format!("{} left", clock(left)),
                    CreditUnit::Bookings => format!("{} left", counted(left, "booking")),
                }
            }
        }
    }
}

impl BenefitOutcome {
    /// What it did, or why it did nothing.
    pub fn sentence(&self, today: Day, currency: Currency) -> String {
        match &self.outcome {
            Outcome::Available { why } | Outcome::NotApplied { why } => why.sentence(today, currency),
            Outcome::Applied { amount, value, .. } => {
                let value = currency.format(*value);
                match self.what {
                    BenefitWhat::Percent(_) | BenefitWhat::Amount(_) => format!("Saves {value}"),
                    BenefitWhat::Included { .. } => {
                        format!("Covers {}, saves {value}", counted(*amount, "unit"))
                    }
                    BenefitWhat::Credit { unit, .. } => match unit {
                        CreditUnit::Money => format!("Pays {value}"),
                        CreditUnit::Minutes => format!("Takes {} off, saves {value}", clock(*amount)),
                        CreditUnit::Bookings => format!("Covers {}, saves {value}", counted(*amount, "unit")),
                    },
                }
            }
        }
    }
}

/// `1 unit`, `2 units`.
fn counted(count: i64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

impl WhyNot {
    /// The reason in words, for the benefits panel and for "why?".
    pub fn sentence(&self, today: Day, currency: Currency) -> String {
        let when = |day: &Option<Day>, before: &str| {
            day.map(|day| format!(" {before} {}", day.short(today))).unwrap_or_default()
        };
        match self {
            Self::NoCustomer => "No customer is attached".to_owned(),
            Self::Waiting => "The first charge is not paid yet".to_owned(),
            Self::PastDue { since } => format!("Past due; grace is over{}", when(since, "since")),
            Self::Paused { until } => format!("Paused{}", when(until, "until")),
            Self::NotStarted { starts: None } => "Not started yet".to_owned(),
            Self::NotStarted { starts: Some(day) } => format!("Starts on {}", day.short(today)),
            Self::Ended { on } => format!("The membership ended{}", when(on, "on")),
            Self::WrongLocation => "The plan does not hold at this location".to_owned(),
            Self::PlanNotOnTicket => "The plan is no longer on this ticket".to_owned(),
            Self::Declined => "Declined on this ticket".to_owned(),
            Self::UsedUp => "Used up".to_owned(),
            Self::Expired { on } => format!("Expired on {}", on.short(today)),
            Self::NothingOnTicket => "Nothing on the ticket yet".to_owned(),
            Self::ItemExcluded => "Does not include this item".to_owned(),
            Self::NotForThisKind { kind } => match kind {
                LineKind::GiftCard => "Benefits never apply to gift cards",
                LineKind::Fee => "Benefits never apply to fees",
                LineKind::Plan => "Benefits never apply to the plan being sold",
                LineKind::Product => "Not for products",
                LineKind::Service => "Not for services",
                LineKind::Rental => "Not for rentals",
            }
            .to_owned(),
            Self::BetterBenefit { plan_name, .. } => format!("A better benefit of {plan_name} applied"),
            Self::UsedElsewhere => "Used on other lines, where it saves more".to_owned(),
            Self::NothingLeft => "Nothing left to take off".to_owned(),
            Self::CreditLimit { limit } => {
                format!("Credit on this ticket is capped at {}", currency.format(*limit))
            }
            Self::Lowered { most: 0, .. } => "Lowered to none of it on this ticket".to_owned(),
            Self::Lowered { most, kind } => {
                let most = i64::from(*most);
                let most = match kind {
                    UseKind::Included => counted(most, "unit"),
                    UseKind::Bookings => counted(most, "booking"),
                    UseKind::Minutes => clock(most),
                    UseKind::Money => currency.format(Money::from_minor(most)),
                };
                format!("Lowered to {most} on this ticket")
            }
            Self::NotPriced => "The ticket cannot be sold like this yet".to_owned(),
        }
    }

    /// What would have to be true for the benefit to apply; `None` where nothing a person does would change it.
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::NoCustomer => Some("Attach the member to the ticket."),
            Self::Waiting => Some("It applies once the first charge is paid."),
            Self::PastDue { .. } => Some("It applies again once what is overdue is paid."),
            Self::Paused { .. } => Some("It applies again once the membership is resumed."),
            Self::NotStarted { .. } => Some("It applies from the start date."),
            Self::Ended { .. } => Some("Enroll again to use it."),
            Self::WrongLocation => Some("It applies at the plan's own locations."),
            Self::PlanNotOnTicket => Some("Add the plan to the ticket again."),
            Self::Declined => Some("Switch it on to use it."),
            Self::UsedUp => Some("It applies again after the next refresh."),
            Self::CreditLimit { .. } => Some("Raise the cap to use more."),
            Self::Lowered { .. } => Some("Use as much as possible of it again."),
            Self::NothingOnTicket | Self::ItemExcluded => Some("Add an item that it includes."),
            Self::Expired { .. }
            | Self::NotForThisKind { .. }
            | Self::BetterBenefit { .. }
            | Self::UsedElsewhere
            | Self::NothingLeft
            | Self::NotPriced => None,
        }
    }
}

impl BlockReason {
    /// What would have to be true for the line to be sold.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::MembersOnly { .. } => {
                "Put somebody on the ticket who may buy it, or sell them the membership on this very ticket."
            }
            Self::TooLong { .. } => {
                "Make its time shorter. Free rental time of a member does not count against the longest rental."
            }
        }
    }

    /// The reason in words; `plan_name` knows the names of plans.
    pub fn sentence(&self, plan_name: impl Fn(PlanId) -> Option<String>) -> String {
        match self {
            Self::MembersOnly { plans } => {
                let names: Vec<String> = plans.iter().filter_map(|plan| plan_name(*plan)).collect();
                if names.is_empty() {
                    "Only members may buy this".to_owned()
                } else {
                    format!("Only for members of {}", names.join(", "))
                }
            }
            Self::TooLong { max_minutes, minutes } => {
                format!(
                    "{} is longer than the longest rental, {}",
                    clock((*minutes).into()),
                    clock((*max_minutes).into())
                )
            }
        }
    }
}

/// `45 min`, `2 h`, `2 h 30 min`.
fn clock(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
