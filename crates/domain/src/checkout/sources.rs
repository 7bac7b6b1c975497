//! Which benefits may be used on a ticket at all, and in which order they are drawn.

use super::{BenefitKey, Entitlement, LineInput, Lowered, QuoteInput, UseKind};
use crate::item::{ItemFilter, ItemSet};
use crate::plan::{CreditUnit, Discount, DiscountValue, Usage};
use crate::{Day, Money, Rate, Standing};

/// What the entitled enrollments bring to a ticket, declined and expired ones left out.
pub(super) struct Sources<'a> {
    /// In the order listed.
    pub percents: Vec<Offer<'a, Rate>>,
    /// In the order listed.
    pub fixed: Vec<Offer<'a, Money>>,
    /// Included services and bookings, in order of redemption.
    pub covers: Vec<Source<'a>>,
    /// In order of redemption.
    pub minutes: Vec<Source<'a>>,
    /// In order of redemption.
    pub money: Vec<Source<'a>>,
}

/// A discount of an entitled enrollment.
pub(super) struct Offer<'a, T> {
    pub key: BenefitKey,
    pub value: T,
    pub items: &'a ItemFilter,
    pub provisional: bool,
}

/// An included service or lot that has something left.
pub(super) struct Source<'a> {
    pub key: BenefitKey,
    pub kind: UseKind,
    /// `None`: unlimited.
    pub remaining: Option<i64>,
    pub usage: Usage,
    pub provisional: bool,
    shared_pool: bool,
    expires: Option<Day>,
    granted: Day,
    items: Items<'a>,
}

#[derive(Clone, Copy)]
enum Items<'a> {
    Any(&'a ItemSet),
    Filter(&'a ItemFilter),
}

impl<'a> Sources<'a> {
    pub fn of(input: &'a QuoteInput) -> Self {
        let mut found = Self {
            percents: Vec::new(),
            fixed: Vec::new(),
            covers: Vec::new(),
            minutes: Vec::new(),
            money: Vec::new(),
        };
        for entitlement in input.entitlements.iter().filter(|it| it.holds_on(input)) {
            found.add(input, entitlement);
        }
        for list in [&mut found.covers, &mut found.minutes, &mut found.money] {
            lower(list, &input.lowered);
        }
        found.covers.sort_by_key(|source| {
            (source.remaining.is_some(), source.kind == UseKind::Bookings, source.redemption_order())
        });
        found.minutes.sort_by_key(Source::redemption_order);
        found.money.sort_by_key(Source::redemption_order);
        found
    }

    fn add(&mut self, input: &QuoteInput, entitlement: &'a Entitlement) {
        let enrollment = entitlement.enrollment;
        for Discount { id, value, items } in &entitlement.discounts {
            let key = BenefitKey::benefit(enrollment, *id);
            if input.declines(key) {
                continue;
            }
            let provisional = entitlement.provisional;
            match *value {
                DiscountValue::Percent(value) => self.percents.push(Offer { key, value, items, provisional }),
                DiscountValue::Amount(value) => self.fixed.push(Offer { key, value, items, provisional }),
            }
        }
        for lot in &entitlement.included {
            let key = BenefitKey::lot(enrollment, lot.benefit, lot.lot);
            if input.declines(key) || lot.remaining == Some(0) || is_over(lot.expires, input.day) {
                continue;
            }
            self.covers.push(Source {
                key,
                kind: UseKind::Included,
                remaining: lot.remaining.map(i64::from),
                usage: Usage::Deduct,
                provisional: entitlement.provisional || lot.provisional,
                shared_pool: lot.shared_pool,
                expires: lot.expires,
                granted: lot.granted,
                items: Items::Any(&lot.items),
            });
        }
        for lot in &entitlement.credits {
            let key = BenefitKey::lot(enrollment, lot.benefit, Some(lot.lot));
            if input.declines(key) || lot.remaining <= 0 || is_over(lot.expires, input.day) {
                continue;
            }
            let (kind, list) = match lot.unit {
                CreditUnit::Bookings => (UseKind::Bookings, &mut self.covers),
                CreditUnit::Minutes => (UseKind::Minutes, &mut self.minutes),
                CreditUnit::Money => (UseKind::Money, &mut self.money),
            };
            list.push(Source {
                key,
                kind,
                remaining: Some(lot.remaining),
                usage: lot.usage,
                provisional: entitlement.provisional || lot.provisional,
                shared_pool: lot.shared_pool,
                expires: lot.expires,
                granted: lot.granted,
                items: Items::Filter(&lot.items),
            });
        }
    }

    /// The best percentage for a line; the first listed among equals.
    pub fn best_percent(&self, line: &LineInput) -> Option<&Offer<'a, Rate>> {
        if !line.kind.takes_benefits() {
            return None;
        }
        let mut best: Option<&Offer<'a, Rate>> = None;
        for offer in &self.percents {
            if best.is_none_or(|best| offer.value > best.value)
                && offer.items.accepts(line.item, line.category)
            {
                best = Some(offer);
            }
        }
        best.filter(|offer| !offer.value.is_zero())
    }
}

impl Source<'_> {
    /// Own lots before a shared pool, then soonest to expire (never expiring last), then oldest; the sort keeps
    /// the order listed among equals.
    fn redemption_order(&self) -> (bool, bool, Option<Day>, Day) {
        (self.shared_pool, self.expires.is_none(), self.expires, self.granted)
    }

    /// Whether units of the line can be covered, shortened or paid from this.
    pub fn accepts(&self, line: &LineInput) -> bool {
        let kind = match self.kind {
            UseKind::Included | UseKind::Money => line.kind.takes_benefits(),
            UseKind::Bookings => line.kind.takes_bookings(),
            UseKind::Minutes => line.kind == super::LineKind::Rental,
        };
        kind && match self.items {
            Items::Any(set) => set.holds(line.item, line.category),
            Items::Filter(filter) => filter.accepts(line.item, line.category),
        }
    }
}

impl Entitlement {
    /// Whether its benefits hold on the ticket: a customer attached, standing good or grace (or provisional while
    /// the first charge is on its way), the location in the plan's scope, and the line that sells it still there.
    pub fn holds_on(&self, input: &QuoteInput) -> bool {
        input.customer_attached
            && (self.standing.gives_benefits() || self.provisional && self.standing == Standing::Waiting)
            && self.scope.holds(input.location)
            && self.sold_on.is_none_or(|sale| input.lines.iter().any(|line| line.id == sale))
    }
}

impl QuoteInput {
    /// Whether what a benefit gives counts on a charge that is not paid.
    pub fn is_provisional(&self, key: BenefitKey) -> bool {
        self.entitlements.iter().filter(|it| it.enrollment == key.enrollment).any(|it| {
            let included = it.included.iter().map(|lot| (lot.benefit, lot.lot, lot.provisional));
            let credits = it.credits.iter().map(|lot| (lot.benefit, Some(lot.lot), lot.provisional));
            it.provisional
                || included.chain(credits).any(|(benefit, lot, provisional)| {
                    provisional && (benefit, lot) == (key.benefit, key.lot)
                })
        })
    }

    /// Whether a lot, or its benefit as a whole, is to be left alone on this ticket.
    pub fn declines(&self, key: BenefitKey) -> bool {
        !self.declined.is_empty() && (self.declined.contains(&key) || self.declined.contains(&key.whole()))
    }
}

/// Leaves of each lowered benefit what it may give, in its lots that are redeemed first; the stages then see no
/// difference from a member who has no more.
fn lower(sources: &mut Vec<Source<'_>>, lowered: &[Lowered]) {
    if lowered.is_empty() {
        return;
    }
    sources.sort_by_key(Source::redemption_order);
    for Lowered { key, most } in lowered {
        let mut open = i64::from(*most);
        for source in sources.iter_mut().filter(|source| key.names(source.key)) {
            let offered = source.remaining.map_or(open, |left| left.min(open));
            source.remaining = Some(offered);
            open -= offered;
        }
    }
    sources.retain(|source| source.remaining != Some(0));
}

/// "Expires on D" is usable through the end of D.
pub(super) fn is_over(expires: Option<Day>, today: Day) -> bool {
    expires.is_some_and(|last| last < today)
}
