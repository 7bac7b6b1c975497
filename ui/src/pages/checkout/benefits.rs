//! The rows of the benefits panel: what applied, what could, and what did not and why.

use super::pricing::Priced;
use super::words;
use domain::checkout::{BenefitKey, BenefitOutcome, BenefitWhat, Outcome, UseKind, WhyNot, explain, quote};
use domain::item::{ItemFilter, ItemKind};
use domain::plan::CreditUnit;
use domain::{Currency, ItemId, Money};
use protocol::tickets::Catalog;

/// The three groups; an empty one is not drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Benefits {
    pub applied: Vec<AppliedRow>,
    pub available: Vec<AvailableRow>,
    pub not_applied: Vec<NotAppliedRow>,
}

/// Did something on this ticket, or would have if it were not switched off.
#[derive(Debug, Clone, PartialEq)]
pub struct AppliedRow {
    pub key: BenefitKey,
    pub name: String,
    pub about: String,
    /// What it takes off; struck through where it is switched off.
    pub value: Money,
    /// Prepaid credit pays, it does not save.
    pub saves: bool,
    pub on: bool,
    /// Where it is drawn from something counted, and less of it can be used.
    pub part: Option<Part>,
}

/// How much of a benefit is used on the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub kind: UseKind,
    /// Lowered to so much.
    pub most: Option<u32>,
    /// Units, minutes or minor units, as `kind` says.
    pub used: i64,
    /// In all its lots; none: unlimited.
    pub holds: Option<i64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AvailableRow {
    pub key: BenefitKey,
    pub name: String,
    pub about: String,
    /// What would use it, as far as it is in the catalog.
    pub items: Vec<ItemId>,
    /// Only where it is lowered.
    pub part: Option<Part>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NotAppliedRow {
    pub key: BenefitKey,
    pub name: String,
    pub why: WhyNot,
}

/// Sorts every benefit of the ticket into its group, one row for each whatever the number of its lots.
pub fn rows(priced: &Priced, catalog: &Catalog, currency: Currency) -> Benefits {
    let mut rows = Benefits::default();
    for lots in by_benefit(&priced.why.benefits) {
        let first = lots[0];
        let key = first.key.whole();
        let Some(held) = priced.input.entitlements.iter().find(|held| held.enrollment == key.enrollment)
        else {
            continue;
        };
        let name = words::benefit(catalog, held, key, first.what, currency);
        let remaining = lots.iter().map(|lot| remaining(lot.what)).sum();
        let left = words::left(first.what, remaining, currency);
        let declined = lots
            .iter()
            .all(|lot| priced.input.declined.contains(&lot.key) || priced.input.declined.contains(&key));
        let part = |used: i64| {
            let of_this = priced.input.lowered.iter().filter(|it| it.key.whole() == key);
            let most = of_this.map(|it| it.most).min();
            let holds = (first.what != BenefitWhat::Included { remaining: None }).then_some(remaining);
            Some(Part { kind: drawn_as(first.what)?, most, used, holds })
        };
        let lowered_away = || match the_reason(&lots) {
            Some(WhyNot::Lowered { .. } | WhyNot::NotPriced) => part(0).filter(|part| part.most.is_some()),
            _ => None,
        };
        if let Some(taken) = taken(&lots) {
            let part = part(taken.amount);
            let about = about_applied(priced, first.what, &taken, left);
            rows.applied.push(AppliedRow {
                key,
                name,
                about,
                value: taken.value,
                saves: saves(first.what),
                on: true,
                part,
            });
        } else if declined {
            let value = worth_if_accepted(priced, key);
            let about = "switched off".to_owned();
            let saves = saves(first.what);
            rows.applied.push(AppliedRow { key, name, about, value, saves, on: false, part: None });
        } else if let Some(part) = lowered_away() {
            // It stays where its field is, so that more of it can be used again.
            let (about, saves) = (left.unwrap_or_else(|| "unlimited".to_owned()), saves(first.what));
            let (value, part) = (Money::ZERO, Some(part));
            rows.applied.push(AppliedRow { key, name, about, value, saves, on: true, part });
        } else if lots.iter().any(|lot| matches!(lot.outcome, Outcome::Available { .. })) {
            let about = match (&left, first.what) {
                (Some(left), _) => left.clone(),
                (None, BenefitWhat::Included { .. }) => "unlimited".to_owned(),
                (None, _) => "nothing on the ticket uses it".to_owned(),
            };
            rows.available.push(AvailableRow {
                key,
                name,
                about,
                items: items_for(priced, catalog, key, first.what),
                part: part(0).filter(|part| part.most.is_some()),
            });
        } else if let Some(why) = the_reason(&lots) {
            rows.not_applied.push(NotAppliedRow { key, name, why });
        }
    }
    rows
}

fn by_benefit(outcomes: &[BenefitOutcome]) -> Vec<Vec<&BenefitOutcome>> {
    let mut groups: Vec<Vec<&BenefitOutcome>> = Vec::new();
    for outcome in outcomes {
        match groups.iter_mut().find(|group| group[0].key.whole() == outcome.key.whole()) {
            Some(group) => group.push(outcome),
            None => groups.push(vec![outcome]),
        }
    }
    groups
}

struct Taken {
    amount: i64,
    value: Money,
    lines: Vec<domain::LineId>,
}

fn taken(lots: &[&BenefitOutcome]) -> Option<Taken> {
    let mut sum = Taken { amount: 0, value: Money::ZERO, lines: vec![] };
    for lot in lots {
        if let Outcome::Applied { amount, value, lines } = &lot.outcome {
            sum.amount += amount;
            sum.value += *value;
            sum.lines
                .extend(lines.iter().filter(|line| !sum.lines.contains(line)).copied().collect::<Vec<_>>());
        }
    }
    (!sum.lines.is_empty()).then_some(sum)
}

fn remaining(what: BenefitWhat) -> i64 {
    match what {
        BenefitWhat::Percent(_) | BenefitWhat::Amount(_) | BenefitWhat::Included { remaining: None } => 0,
        BenefitWhat::Included { remaining: Some(left) } => i64::from(left),
        BenefitWhat::Credit { remaining, .. } => remaining.max(0),
    }
}

/// A discount draws nothing that could be less.
fn drawn_as(what: BenefitWhat) -> Option<UseKind> {
    match what {
        BenefitWhat::Percent(_) | BenefitWhat::Amount(_) => None,
        BenefitWhat::Included { .. } => Some(UseKind::Included),
        BenefitWhat::Credit { unit: CreditUnit::Bookings, .. } => Some(UseKind::Bookings),
        BenefitWhat::Credit { unit: CreditUnit::Minutes, .. } => Some(UseKind::Minutes),
        BenefitWhat::Credit { unit: CreditUnit::Money, .. } => Some(UseKind::Money),
    }
}

fn saves(what: BenefitWhat) -> bool {
    !matches!(what, BenefitWhat::Credit { unit: CreditUnit::Money, .. })
}

fn about_applied(priced: &Priced, what: BenefitWhat, taken: &Taken, left: Option<String>) -> String {
    let on = || match taken.lines.as_slice() {
        [one] => {
            let name = priced.input.lines.iter().find(|line| line.id == *one).map(|line| line.name.as_str());
            format!("on {}", name.unwrap_or("1 line"))
        }
        lines => format!("{} lines", lines.len()),
    };
    match what {
        BenefitWhat::Percent(_) | BenefitWhat::Amount(_) => match taken.lines.len() {
            1 => "1 line".to_owned(),
            lines => format!("{lines} lines"),
        },
        BenefitWhat::Included { remaining: None } => "unlimited".to_owned(),
        BenefitWhat::Included { .. } | BenefitWhat::Credit { unit: CreditUnit::Bookings, .. } => {
            let of = left.as_deref().and_then(|left| left.strip_suffix(" left")).unwrap_or_default();
            format!("{} of {of} left", taken.amount)
        }
        BenefitWhat::Credit { unit: CreditUnit::Minutes, .. } => {
            format!("{} of {}", words::duration(taken.amount), left.unwrap_or_default())
        }
        BenefitWhat::Credit { unit: CreditUnit::Money, .. } => format!("prepaid, {}", on()),
    }
}

/// What a switched-off benefit would take off if it were switched on again.
fn worth_if_accepted(priced: &Priced, key: BenefitKey) -> Money {
    let mut input = priced.input.clone();
    input.declined.retain(|declined| declined.whole() != key);
    let Ok(quote) = quote(&input) else { return Money::ZERO };
    let why = explain(&input, &quote);
    let lots: Vec<_> = why.benefits.iter().filter(|outcome| outcome.key.whole() == key).collect();
    taken(&lots).map_or(Money::ZERO, |taken| taken.value)
}

/// The reason that says most: what a person can change before what they cannot, and an empty lot last.
fn the_reason(lots: &[&BenefitOutcome]) -> Option<WhyNot> {
    let reasons = lots.iter().filter_map(|lot| match &lot.outcome {
        Outcome::NotApplied { why } => Some(why),
        Outcome::Applied { .. } | Outcome::Available { .. } => None,
    });
    reasons.min_by_key(|why| matches!(why, WhyNot::UsedUp | WhyNot::Expired { .. })).cloned()
}

/// Items in the catalog that the benefit speaks of.
fn items_for(priced: &Priced, catalog: &Catalog, key: BenefitKey, what: BenefitWhat) -> Vec<ItemId> {
    let held = priced.input.entitlements.iter().find(|held| held.enrollment == key.enrollment);
    let Some(held) = held else { return vec![] };
    let fits_kind = |kind: ItemKind| match what {
        BenefitWhat::Credit { unit: CreditUnit::Minutes, .. } => kind == ItemKind::Rental,
        BenefitWhat::Credit { unit: CreditUnit::Bookings, .. } => {
            matches!(kind, ItemKind::Service | ItemKind::Rental)
        }
        _ => kind.takes_benefits(),
    };
    let filter = held
        .discounts
        .iter()
        .find(|rule| rule.id == key.benefit)
        .map(|rule| rule.items.clone())
        .or_else(|| {
            held.included
                .iter()
                .find(|lot| lot.benefit == key.benefit)
                .map(|lot| ItemFilter::Only(lot.items.clone()))
        })
        .or_else(|| held.credits.iter().find(|lot| lot.benefit == key.benefit).map(|lot| lot.items.clone()));
    let Some(filter) = filter else { return vec![] };
    catalog
        .items
        .iter()
        .map(|sold| &sold.item)
        .filter(|item| !item.archived && fits_kind(item.kind) && filter.accepts(item.id, item.category))
        .map(|item| item.id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::checkout::pricing::{Pricing, price};
    use crate::pages::checkout::sample::{self, id};
    use crate::pages::checkout::state::{Action, Counter};
    use domain::checkout::{CreditLot, Entitlement, IncludedLot};
    use domain::item::ItemSet;
    use domain::plan::{Discount, DiscountValue, Usage};
    use domain::{Rate, Standing};
    use protocol::tickets::CatalogItem;
    use std::rc::Rc;

    fn gold() -> Entitlement {
        let mut gold = sample::gold(60);
        gold.discounts.push(Discount {
            id: id(70),
            value: DiscountValue::Percent(Rate::percent(10)),
            items: ItemFilter::All,
        });
        gold.included.push(IncludedLot {
            benefit: id(71),
            lot: Some(id(81)),
            items: ItemSet { items: vec![id(10)], categories: vec![] },
            remaining: Some(1),
            granted: sample::day(),
            expires: None,
            shared_pool: false,
            provisional: false,
        });
        for (lot, left) in [(82, 5_000), (83, 7_000)] {
            gold.credits.push(CreditLot {
                benefit: id(72),
                lot: id(lot),
                unit: CreditUnit::Money,
                remaining: left,
                usage: Usage::Deduct,
                items: ItemFilter::All,
                granted: sample::day(),
                expires: None,
                shared_pool: false,
                provisional: false,
            });
        }
        gold.credits.push(CreditLot {
            benefit: id(73),
            lot: id(84),
            unit: CreditUnit::Minutes,
            remaining: 90,
            usage: Usage::Deduct,
            items: ItemFilter::All,
            granted: sample::day(),
            expires: None,
            shared_pool: false,
            provisional: false,
        });
        gold
    }

    fn items() -> Vec<CatalogItem> {
        vec![
            sample::item(10, ItemKind::Service, "Express Facial", 8_500),
            sample::item(11, ItemKind::Service, "HydraGlow", 18_000),
            sample::item(12, ItemKind::Rental, "Infrared Sauna", 4_800),
        ]
    }

    fn rows_of(counter: &Counter) -> Benefits {
        let catalog = sample::catalog(items());
        let Pricing::Priced(priced) = price(&catalog, counter.current()) else { panic!("it is priced") };
        rows(&priced, &catalog, Currency::USD)
    }

    fn with_member(entitlement: Entitlement) -> Counter {
        let mut ana = sample::person(50, "Ana Ruiz");
        ana.entitlements.push(entitlement);
        let counter = Counter::new(id(1)).after(Action::Attach(Rc::new(ana)));
        items().into_iter().take(2).zip(100..).fold(counter, |counter, (item, line)| {
            counter.after(Action::Add { item: Box::new(item), line: id(line) })
        })
    }

    #[test]
    fn each_benefit_is_one_row_in_its_group() {
        let rows = rows_of(&with_member(gold()));
        let applied: Vec<_> =
            rows.applied.iter().map(|row| (row.name.as_str(), row.value.minor(), row.saves)).collect();
        assert_eq!(
            applied,
            [("10 % off", 1_800, true), ("Express Facial, included", 8_500, true), ("Credit", 12_000, false)]
        );
        assert_eq!(rows.applied[2].about, "prepaid, on HydraGlow");
        assert_eq!(rows.available.len(), 1);
        assert_eq!(rows.available[0].about, "1 h 30 min left");
        assert_eq!(rows.available[0].items, [id(12)]);
        assert!(rows.not_applied.is_empty());
    }

    #[test]
    fn a_switched_off_benefit_stays_with_what_it_would_take_off() {
        let key = BenefitKey::benefit(id(60), id(70));
        let counter = with_member(gold()).after(Action::Decline(key));
        let rows = rows_of(&counter);
        let off = rows.applied.iter().find(|row| row.key == key).unwrap();
        assert_eq!((off.on, off.value.minor()), (false, 1_800));
        let on = rows_of(&counter.after(Action::Accept(key)));
        assert!(on.applied.iter().all(|row| row.on));
    }

    #[test]
    fn a_lowered_benefit_keeps_its_row_and_says_how_much_of_it_is_used() {
        let key = BenefitKey::benefit(id(60), id(72));
        let counter = with_member(gold());
        let of_credit = |rows: &Benefits| rows.applied.iter().find(|row| row.key == key).cloned().unwrap();
        let part = Part { kind: UseKind::Money, most: None, used: 12_000, holds: Some(12_000) };
        assert_eq!(of_credit(&rows_of(&counter)).part, Some(part));
        let less = of_credit(&rows_of(&counter.after(Action::Lower(key, Some(6_000)))));
        assert_eq!(less.value.minor(), 6_000);
        assert_eq!(less.part, Some(Part { most: Some(6_000), used: 6_000, ..part }));
        let none = of_credit(&rows_of(&counter.after(Action::Lower(key, Some(0)))));
        assert_eq!((none.on, none.value, none.about.as_str()), (true, Money::ZERO, "$120.00 left"));
        assert_eq!(none.part, Some(Part { most: Some(0), used: 0, ..part }));
        // What nothing on the ticket uses keeps what was said of it.
        let hours = BenefitKey::benefit(id(60), id(73));
        let rows = rows_of(&counter.after(Action::Lower(hours, Some(30))));
        assert_eq!(rows.available[0].part.and_then(|part| part.most), Some(30));
        assert!(rows_of(&counter).available[0].part.is_none());
        let discount = rows_of(&counter).applied.into_iter().find(|row| row.key.benefit == id(70)).unwrap();
        assert_eq!(discount.part, None);
    }

    #[test]
    fn a_paused_membership_says_so_in_every_row() {
        let paused = Entitlement { standing: Standing::Paused { until: None }, ..gold() };
        let rows = rows_of(&with_member(paused));
        assert!(rows.applied.is_empty() && rows.available.is_empty());
        assert!(rows.not_applied.iter().all(|row| row.why == WhyNot::Paused { until: None }));
        assert_eq!(rows.not_applied.len(), 4);
    }
}
