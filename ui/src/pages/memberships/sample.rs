//! A small ticket priced with the terms being typed, by the same rule that settles real ones.

use domain::checkout::{Entitlement, QuoteInput};
use domain::item::ItemKind;
use domain::plan::Terms;
use domain::{EnrollmentId, ItemId, LineId};
use protocol::tickets::{Catalog, CatalogItem, DraftLine, TicketDraft};
use uuid::Uuid;

/// The items to begin with: what the terms speak of first, then what the practice sells most visibly.
pub fn first_items(catalog: &Catalog) -> Vec<ItemId> {
    let mut picked: Vec<&CatalogItem> = Vec::new();
    for kind in [ItemKind::Service, ItemKind::Product] {
        let of_kind = || {
            catalog
                .items
                .iter()
                .filter(|sold| sold.item.kind == kind && !sold.item.archived && sold.item.price.is_positive())
        };
        picked.extend(of_kind().find(|sold| sold.item.favourite).or_else(|| of_kind().next()));
    }
    picked.iter().map(|sold| sold.item.id).collect()
}

/// What prices `items` for a new member under `terms`, with everything the first refresh grants still there.
///
/// Items that are kept for members of other tiers are priced as if this tier opened them: the sample shows prices.
pub fn sample_input(catalog: &Catalog, terms: &Terms, items: &[ItemId]) -> Option<QuoteInput> {
    let lines = items
        .iter()
        .enumerate()
        .filter_map(|(nth, item)| {
            let sold = catalog.items.iter().find(|sold| sold.item.id == *item)?;
            Some(DraftLine {
                minutes: (sold.item.kind == ItemKind::Rental)
                    .then(|| sold.item.max_minutes.unwrap_or(60).min(60)),
                ..DraftLine::of(LineId(Uuid::from_u128(nth as u128 + 1)), *item)
            })
        })
        .collect();
    let draft = TicketDraft {
        id: domain::TicketId(Uuid::nil()),
        customer: Some(domain::CustomerId(Uuid::nil())),
        lines,
        declined: Vec::new(),
        lowered: Vec::new(),
        credit_limit: None,
        ticket_discount: None,
        note: String::new(),
    };
    let member = Entitlement::of_terms(terms, EnrollmentId(Uuid::nil()), catalog.today);
    let mut input = catalog.price_input(&draft, &[member]).ok()?;
    for line in &mut input.lines {
        line.members_only.clear();
    }
    Some(input)
}
