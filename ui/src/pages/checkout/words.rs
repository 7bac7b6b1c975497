//! Minutes, benefits and lines in words.

use super::pricing::Priced;
use domain::checkout::{BenefitKey, BenefitWhat, Entitlement, QuoteInput, UseKind};
use domain::item::{ItemFilter, ItemSet};
use domain::plan::{CreditUnit, DiscountValue};
use domain::{Currency, LineId, Money};
pub use protocol::receipt::duration;
use protocol::tickets::{Catalog, CatalogItem, DraftLine};

/// `90`, `1:30`, `1.5 h`, `1h30`, `2 h`: minutes, as a person at a desk types them.
pub fn parse_duration(text: &str) -> Option<u32> {
    let text = text.trim().to_lowercase().replace("min", "").replace('m', "");
    let (hours, minutes) = match text.split_once([':', 'h']) {
        None => return text.trim().parse().ok().filter(|minutes| *minutes > 0),
        Some(parts) => parts,
    };
    let minutes: u32 = match minutes.trim() {
        "" => 0,
        minutes => minutes.parse().ok().filter(|minutes| *minutes < 60)?,
    };
    let hours = match hours.trim().split_once(['.', ',']) {
        None => hours.trim().parse::<u32>().ok()?.checked_mul(60)?,
        Some((whole, "5")) => whole.parse::<u32>().ok()?.checked_mul(60)?.checked_add(30)?,
        Some(_) => return None,
    };
    hours.checked_add(minutes).filter(|minutes| *minutes > 0)
}

/// What a line sells, by name; nothing where it is not on sale here any more.
pub fn line_name(catalog: &Catalog, line: &DraftLine) -> Option<String> {
    match line.sells {
        Some(sells) => {
            let sold = catalog.plans.iter().find(|sold| sold.plan.id == sells.sale.plan)?;
            Some(sold.plan.about.name.clone())
        }
        None => Some(catalog.items.iter().find(|sold| sold.item.id == line.item)?.item.name.clone()),
    }
}

/// How a discount reads: `10 % off`, `$5.00 off`.
pub fn discount(value: DiscountValue, currency: Currency) -> String {
    match value {
        DiscountValue::Percent(rate) => format!("{rate} % off"),
        DiscountValue::Amount(amount) => format!("{} off", currency.format(amount)),
    }
}

/// The name of a benefit: `10 % off Facials`, `Express Facial, included`, `Service credit`, `Infrared Sauna, hours`.
pub fn benefit(
    catalog: &Catalog,
    held: &Entitlement,
    key: BenefitKey,
    what: BenefitWhat,
    currency: Currency,
) -> String {
    match what {
        BenefitWhat::Percent(rate) => {
            off(catalog, held, key, discount(DiscountValue::Percent(rate), currency))
        }
        BenefitWhat::Amount(amount) => {
            off(catalog, held, key, discount(DiscountValue::Amount(amount), currency))
        }
        BenefitWhat::Included { .. } => {
            let lot = held.included.iter().find(|lot| lot.benefit == key.benefit);
            let names = lot.map(|lot| set_words(catalog, &lot.items, " or ")).unwrap_or_default();
            if names.is_empty() { "Included service".to_owned() } else { format!("{names}, included") }
        }
        BenefitWhat::Credit { unit, .. } => {
            let lot = held.credits.iter().find(|lot| lot.benefit == key.benefit);
            let on = match lot.map(|lot| &lot.items) {
                Some(ItemFilter::Only(set)) => set_words(catalog, set, ", "),
                _ => String::new(),
            };
            match (unit, on.is_empty()) {
                (CreditUnit::Money, true) => "Credit".to_owned(),
                (CreditUnit::Money, false) => format!("{on} credit"),
                (CreditUnit::Minutes, true) => "Rental hours".to_owned(),
                (CreditUnit::Minutes, false) => format!("{on}, hours"),
                (CreditUnit::Bookings, true) => "Bookings".to_owned(),
                (CreditUnit::Bookings, false) => format!("{on}, bookings"),
            }
        }
    }
}

fn off(catalog: &Catalog, held: &Entitlement, key: BenefitKey, words: String) -> String {
    let rule = held.discounts.iter().find(|rule| rule.id == key.benefit);
    match rule.map(|rule| &rule.items) {
        Some(ItemFilter::Only(set)) => format!("{words} {}", set_words(catalog, set, ", ")),
        Some(ItemFilter::Except(set)) => format!("{words} all but {}", set_words(catalog, set, ", ")),
        Some(ItemFilter::All) | None => words,
    }
}

/// The names of a set, the first two and how many more.
fn set_words(catalog: &Catalog, set: &ItemSet, between: &str) -> String {
    let categories = set.categories.iter().filter_map(|id| {
        catalog.categories.iter().find(|category| category.id == *id).map(|category| category.name.as_str())
    });
    let items = set.items.iter().filter_map(|id| {
        catalog.items.iter().find(|sold| sold.item.id == *id).map(|sold| sold.item.name.as_str())
    });
    let names: Vec<&str> = categories.chain(items).collect();
    match names.as_slice() {
        [first, second, rest @ ..] if !rest.is_empty() => {
            format!("{first}{between}{second} and {} more", rest.len())
        }
        few => few.join(between),
    }
}

/// What is left of a benefit: `$120.00 left`, `1 h 30 min left`, `2 left`; nothing for discounts and unlimited ones.
pub fn left(what: BenefitWhat, remaining: i64, currency: Currency) -> Option<String> {
    match what {
        BenefitWhat::Percent(_) | BenefitWhat::Amount(_) | BenefitWhat::Included { remaining: None } => None,
        BenefitWhat::Included { .. } => Some(format!("{remaining} left")),
        BenefitWhat::Credit { unit: CreditUnit::Money, .. } => {
            Some(format!("{} left", currency.format(Money::from_minor(remaining))))
        }
        BenefitWhat::Credit { unit: CreditUnit::Minutes, .. } => {
            Some(format!("{} left", duration(remaining)))
        }
        BenefitWhat::Credit { unit: CreditUnit::Bookings, .. } => Some(format!("{remaining} left")),
    }
}

/// How much of a benefit is used where it was lowered: `At most 2`, `At most 1 h 30 min`, `At most $20.00`.
pub fn at_most(kind: UseKind, most: u32, currency: Currency) -> String {
    let most = i64::from(most);
    match kind {
        UseKind::Included | UseKind::Bookings => format!("At most {most}"),
        UseKind::Minutes if most > 0 => format!("At most {}", duration(most)),
        UseKind::Minutes => "At most 0 min".to_owned(),
        UseKind::Money => format!("At most {}", currency.format(Money::from_minor(most))),
    }
}

/// The small words under a line: what applied to it, its minutes, its price each, its note.
pub fn line_note(priced: &Priced, line: LineId, currency: Currency) -> String {
    let input = &priced.input;
    let Some(typed) = input.lines.iter().find(|typed| typed.id == line) else { return String::new() };
    let mut parts = Vec::new();
    if let Some(outcome) = priced.why.lines.iter().find(|outcome| outcome.line == line) {
        for here in &outcome.applied {
            let Some((held, what)) = holding(input, priced, here.key) else { continue };
            let words = match what {
                BenefitWhat::Included { .. } => format!("Included with {}", held.plan_name),
                BenefitWhat::Percent(rate) => discount(DiscountValue::Percent(rate), currency),
                BenefitWhat::Amount(_) => {
                    format!("{} off with {}", currency.format(here.value), held.plan_name)
                }
                BenefitWhat::Credit { unit: CreditUnit::Bookings, .. } => {
                    format!("Booked with {}", held.plan_name)
                }
                BenefitWhat::Credit { unit: CreditUnit::Minutes, .. } => {
                    format!("{} free", duration(here.amount))
                }
                // Money credit shows in the totals; it pays, it does not make a line cheaper.
                BenefitWhat::Credit { unit: CreditUnit::Money, .. } => continue,
            };
            if !parts.contains(&words) {
                parts.push(words);
            }
        }
    }
    if let Some(manual) = &typed.manual_discount {
        let words = discount(manual.value, currency);
        parts.push(if manual.reason.is_empty() { words } else { format!("{words}: {}", manual.reason) });
    }
    if let Some(minutes) = typed.minutes {
        parts.push(duration(i64::from(minutes)));
    }
    if typed.price_override.is_some() && typed.price() != typed.list_price {
        parts.push(format!("price changed from {}", currency.format(typed.list_price)));
    }
    if typed.qty > 1 || typed.minutes.is_some() {
        let per = if typed.minutes.is_some() { "per hour" } else { "each" };
        parts.push(format!("{} {per}", currency.format(typed.price())));
    }
    if typed.plan.is_some() {
        parts.push("membership, first charge".to_owned());
    }
    if !typed.note.is_empty() {
        parts.push(typed.note.clone());
    }
    parts.join(", ")
}

/// The enrollment behind a benefit, and what the benefit is.
pub fn holding<'a>(
    input: &'a QuoteInput,
    priced: &Priced,
    key: BenefitKey,
) -> Option<(&'a Entitlement, BenefitWhat)> {
    let held = input.entitlements.iter().find(|held| held.enrollment == key.enrollment)?;
    let what = priced.why.benefits.iter().find(|outcome| outcome.key == key)?.what;
    Some((held, what))
}

/// What stands at the foot of a tile: a service's minutes, `per hour`, or who may buy it.
pub fn tile_note(catalog: &Catalog, sold: &CatalogItem) -> String {
    use domain::item::ItemKind;
    if !sold.members_only.is_empty() {
        let name = |id: &domain::PlanId| catalog.keeper(*id, sold.item.id);
        let names: Vec<String> = sold.members_only.iter().filter_map(name).collect();
        return if names.is_empty() { "Members".to_owned() } else { names.join(", ") };
    }
    match sold.item.kind {
        ItemKind::Rental => "per hour".to_owned(),
        ItemKind::GiftCard => "or other".to_owned(),
        ItemKind::Service | ItemKind::Product | ItemKind::Fee => {
            sold.item.minutes.map(|minutes| duration(i64::from(minutes))).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_print_as_a_desk_says_them() {
        for (text, minutes) in [
            ("90", 90),
            ("1:30", 90),
            ("1h30", 90),
            ("1 h 30 min", 90),
            ("1.5 h", 90),
            ("2 h", 120),
            ("45 min", 45),
        ] {
            assert_eq!(parse_duration(text), Some(minutes), "{text}");
        }
        for text in ["", "0", "x", "1:75", "1.3 h", "-5"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
        assert_eq!([duration(45), duration(60), duration(90)], ["45 min", "1 h", "1 h 30 min"]);
    }
}
