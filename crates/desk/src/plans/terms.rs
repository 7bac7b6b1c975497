use crate::check::Check;
use crate::ground::Ground;
use domain::item::{ItemFilter, ItemKind, ItemSet};
use domain::plan::{CreditUnit, DiscountValue, Expiry, Family, MOST_PEOPLE, PlanAbout, Scope, Terms, Usage};
use domain::{BenefitId, Money};
use std::collections::BTreeSet;

/// The most of anything a benefit grants at once, in its unit.
const MOST_GRANTED: i64 = 10_000_000_000;
const MOST_BENEFITS: usize = 50;

pub fn about(check: &mut Check, ground: &Ground, about: &PlanAbout) -> PlanAbout {
    let clean = PlanAbout {
        name: check.name("about.name", "The membership's name", &about.name),
        description: check.text(
            "about.description",
            "The description",
            &about.description,
            crate::check::TEXT,
        ),
        image: about.image.clone(),
        image_alt: match &about.image {
            Some(_) => {
                check.line("about.image_alt", "What the picture shows", &about.image_alt, crate::check::NAME)
            }
            None => String::new(),
        },
        scope: about.scope.clone(),
        order: about.order,
    };
    if let Scope::Locations(locations) = &about.scope {
        check.require("about.scope", !locations.is_empty(), "Choose at least one location, or all.");
        let known = locations.iter().all(|id| ground.locations.contains_key(id));
        check.require("about.scope", known, "A chosen location is not here any more.");
    }
    clean
}

/// Says everything that terms cannot be, field by field.
pub fn terms(check: &mut Check, ground: &Ground, terms: &Terms) {
    check.price("terms.price", "The price", terms.price);
    let fee = terms.setup_fee.minor().unsigned_abs();
    check.require(
        "terms.setup_fee",
        fee <= Money::MAX_PRICE.minor().unsigned_abs(),
        "The setup fee is higher than any price can be.",
    );
    check.require("terms.minimum_cycles", terms.minimum_cycles <= 120, "At most 120 minimum cycles.");
    check.require("terms.maximum_cycles", terms.maximum_cycles <= 1200, "At most 1,200 maximum cycles.");
    check.require(
        "terms.maximum_cycles",
        terms.maximum_cycles == 0 || terms.maximum_cycles >= terms.minimum_cycles,
        "The maximum is below the minimum cycles.",
    );
    check.require("terms.past_due", terms.past_due.grace_days <= 30, "Grace is from 0 to 30 days.");
    check.require("terms.pause", terms.pause.per_year <= 12, "At most 12 pauses a year.");
    check.require(
        "terms.pause",
        !terms.pause.allowed || (1..=366).contains(&terms.pause.max_days),
        "A pause lasts from 1 to 366 days.",
    );
    check.require(
        "terms",
        terms.discounts.len() + terms.credits.len() + terms.included.len() <= MOST_BENEFITS,
        "At most 50 benefits.",
    );
    benefits(check, ground, terms);
    match &terms.family {
        Family::None => {}
        Family::AddOn { price, up_to } | Family::Both { price, up_to } => {
            check.price("terms.family", "The add-on price", *price);
            check.require(
                "terms.family",
                (1..=MOST_PEOPLE).contains(up_to),
                "From 1 to 9,999 more people are covered.",
            );
        }
        Family::Shared { up_to } => {
            check.require(
                "terms.family",
                (1..=MOST_PEOPLE).contains(up_to),
                "From 1 to 9,999 more people are covered.",
            );
        }
    }
    set(check, ground, "terms.access", &terms.access);
}

fn benefits(check: &mut Check, ground: &Ground, terms: &Terms) {
    let mut ids: BTreeSet<BenefitId> = BTreeSet::new();
    let mut distinct = true;
    for (nth, discount) in terms.discounts.iter().enumerate() {
        let field = format!("terms.discounts.{nth}");
        distinct &= ids.insert(discount.id);
        match discount.value {
            DiscountValue::Percent(rate) => {
                check.require(&field, !rate.is_zero(), "A discount of 0 % does nothing.")
            }
            DiscountValue::Amount(amount) => {
                check.require(&field, amount.is_positive(), "A discount is more than zero.");
                check.price(&field, "The discount", amount);
            }
        }
        filter(check, ground, &field, &discount.items);
    }
    for (nth, credit) in terms.credits.iter().enumerate() {
        let field = format!("terms.credits.{nth}");
        distinct &= ids.insert(credit.id);
        check.require(&field, (1..=MOST_GRANTED).contains(&credit.amount), "A credit is more than zero.");
        if let Expiry::RolloverCap(cap) = credit.expiry {
            check.require(&field, (1..=MOST_GRANTED).contains(&cap), "The cap is more than zero.");
        }
        check.require(
            &field,
            credit.usage == Usage::Deduct || credit.unit == CreditUnit::Minutes,
            "Only hours can be free time.",
        );
        allowance(check, &field, terms, credit.allowance, Some(credit.amount));
        filter(check, ground, &field, &credit.items);
    }
    for (nth, included) in terms.included.iter().enumerate() {
        let field = format!("terms.included.{nth}");
        distinct &= ids.insert(included.id);
        check.require(&field, !included.items.is_empty(), "Choose at least one item that is included.");
        check.require(
            &field,
            included.quantity.is_none_or(|quantity| (1..=9_999).contains(&quantity)),
            "From 1 to 9,999 are included, or without limit.",
        );
        let quantity = included.quantity.map(i64::from);
        allowance(check, &field, terms, included.allowance.map(i64::from), quantity);
        set(check, ground, &field, &included.items);
        let never = included.items.items.iter().any(|id| {
            ground.items.get(id).is_some_and(|item| matches!(item.kind, ItemKind::GiftCard | ItemKind::Fee))
        });
        check.require(&field, !never, "Gift cards and fees are never included.");
    }
    check.require("terms", distinct, "Two benefits have the same id.");
}

/// What one person may take of a pool is part of what there is in it, and there is a pool.
fn allowance(check: &mut Check, field: &str, terms: &Terms, allowance: Option<i64>, granted: Option<i64>) {
    let Some(most) = allowance else { return };
    check.require(field, most >= 1, "What each person may take is more than zero.");
    check.require(
        field,
        granted.is_some_and(|granted| most <= granted),
        "What each person may take is not more than there is.",
    );
    check.require(field, terms.family.shares_pool(), "Only where people share can each take a part of it.");
}

fn filter(check: &mut Check, ground: &Ground, field: &str, filter: &ItemFilter) {
    match filter {
        ItemFilter::All => {}
        ItemFilter::Only(only) => {
            check.require(field, !only.is_empty(), "Choose at least one item or category.");
            set(check, ground, field, only);
        }
        ItemFilter::Except(except) => set(check, ground, field, except),
    }
}

fn set(check: &mut Check, ground: &Ground, field: &str, set: &ItemSet) {
    let items = set.items.iter().all(|id| ground.items.contains_key(id));
    let categories = set.categories.iter().all(|id| ground.categories.iter().any(|known| known.id == *id));
    check.require(field, items && categories, "A chosen item or category is not here any more.");
}
