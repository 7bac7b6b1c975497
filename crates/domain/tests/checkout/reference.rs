//! A second pricing program, slow and written another way, that the first one has to agree with to the cent.
//!
//! Whole units are found by trying every assignment; minutes and money by counting, over every set of lines, what
//! the lots that suit them could give at most (a cut), so nothing here searches for a path. Every unit is a row of
//! its own.

use crate::random::small_tickets;
use domain::checkout::*;
use domain::item::ItemFilter;
use domain::plan::{CreditUnit, DiscountValue, TaxMode, Usage};
use domain::{Day, Standing};
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Amounts drawn, by what they came from and by line.
type Drawn = BTreeMap<(BenefitKey, UseKind), Vec<i64>>;

#[derive(Debug, PartialEq)]
enum Answer {
    Blocked(Vec<(usize, &'static str)>),
    Priced { lines: Vec<Row>, drawn: Drawn },
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Row {
    list: i64,
    covered: i64,
    time_off: i64,
    discount: i64,
    manual: i64,
    net: i64,
    tax: i64,
    total: i64,
    credits: i64,
}

/// Redemption order: unlimited, included, own, expiring at all, soonest (in days from today), oldest.
type Order = (bool, bool, bool, bool, i64, Day);

struct Source<'a> {
    key: BenefitKey,
    kind: UseKind,
    left: i64,
    free_time: bool,
    order: Order,
    accepts: Box<dyn Fn(&LineInput) -> bool + 'a>,
}

fn half_up(numerator: i128, denominator: i128) -> i64 {
    let (whole, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    (whole + i128::from(rest * 2 >= denominator)) as i64
}

fn part_of(amount: i64, parts: i64) -> i64 {
    half_up(i128::from(amount) * i128::from(parts), 1_000_000)
}

/// Largest remainder, a cent at a time.
fn share_out(amount: i64, weights: &[i64]) -> Vec<i64> {
    let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if total == 0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<i128> = weights.iter().map(|weight| i128::from(amount) * i128::from(*weight)).collect();
    let mut parts: Vec<i64> = exact.iter().map(|it| (it / total) as i64).collect();
    let mut rests: Vec<i128> = exact.iter().map(|it| it % total).collect();
    while parts.iter().sum::<i64>() < amount {
        let most = *rests.iter().max().unwrap();
        let first = rests.iter().position(|rest| *rest == most).unwrap();
        parts[first] += 1;
        rests[first] = -1;
    }
    parts
}

/// The most that sources can give to sinks, as the smallest of all cuts.
fn most(left: &[i64], wanted: &[i64], suits: &dyn Fn(usize, usize) -> bool) -> i64 {
    let cut = |chosen: u32| -> i64 {
        let inside = |sink: usize| chosen >> sink & 1 == 1;
        let unmet: i64 = (0..wanted.len()).filter(|sink| !inside(*sink)).map(|sink| wanted[sink]).sum();
        let from = |source: &usize| (0..wanted.len()).any(|sink| inside(sink) && suits(*source, sink));
        unmet + (0..left.len()).filter(from).map(|source| left[source]).sum::<i64>()
    };
    (0..1_u32 << wanted.len()).map(cut).min().unwrap()
}

/// What each source gives when earlier ones give all they can, `limit` in sum.
fn earliest_sources(
    left: &[i64],
    wanted: &[i64],
    limit: i64,
    suits: &dyn Fn(usize, usize) -> bool,
) -> Vec<i64> {
    let up_to = |count: usize| most(&left[..count], wanted, suits).min(limit);
    (0..left.len()).map(|nth| up_to(nth + 1) - up_to(nth)).collect()
}

/// Who gives to whom when every source gives exactly `given` and fills the earliest sinks it can.
fn earliest_sinks(given: &[i64], room: &[i64], suits: &dyn Fn(usize, usize) -> bool) -> Vec<Vec<i64>> {
    let mut given = given.to_vec();
    let mut room = room.to_vec();
    let mut flows = vec![vec![0; room.len()]; given.len()];
    for source in 0..given.len() {
        for sink in 0..room.len() {
            if !suits(source, sink) {
                continue;
            }
            let fits = |amount: i64| {
                let (mut rest, mut space) = (given.clone(), room.clone());
                rest[source] -= amount;
                space[sink] -= amount;
                let open = |from: usize, to: usize| {
                    suits(from, to) && (from > source || from == source && to >= sink)
                };
                most(&rest, &space, &open) == rest.iter().sum::<i64>()
            };
            let (mut low, mut high) = (0, given[source].min(room[sink]));
            while low < high {
                let middle = (low + high + 1) / 2;
                if fits(middle) { low = middle } else { high = middle - 1 }
            }
            flows[source][sink] = low;
            given[source] -= low;
            room[sink] -= low;
        }
    }
    flows
}

fn filter(items: &ItemFilter, line: &LineInput) -> bool {
    let named = |set: &domain::item::ItemSet| {
        set.items.contains(&line.item) || line.category.is_some_and(|it| set.categories.contains(&it))
    };
    match items {
        ItemFilter::All => true,
        ItemFilter::Only(set) => named(set),
        ItemFilter::Except(set) => !named(set),
    }
}

fn goods(line: &LineInput) -> bool {
    matches!(line.kind, LineKind::Service | LineKind::Product | LineKind::Rental)
}

fn entitled(input: &QuoteInput) -> Vec<&Entitlement> {
    let holds = |it: &&Entitlement| {
        let standing = match it.standing {
            Standing::Good | Standing::Grace { .. } => true,
            Standing::Waiting => it.provisional,
            _ => false,
        };
        input.customer_attached && standing && it.scope.holds(input.location)
    };
    input.entitlements.iter().filter(holds).collect()
}

fn sources<'a>(input: &'a QuoteInput, entitled: &[&'a Entitlement]) -> Vec<Source<'a>> {
    let mut all: Vec<Source<'a>> = Vec::new();
    let days = |expires: Option<Day>| expires.map_or(0, |day| day.since(input.day));
    for it in entitled {
        for lot in &it.included {
            all.push(Source {
                key: BenefitKey::lot(it.enrollment, lot.benefit, lot.lot),
                kind: UseKind::Included,
                left: lot.remaining.map_or(1_000_000, i64::from),
                free_time: false,
                order: (
                    lot.remaining.is_some(),
                    false,
                    lot.shared_pool,
                    lot.expires.is_none(),
                    days(lot.expires),
                    lot.granted,
                ),
                accepts: Box::new(|line| goods(line) && filter(&ItemFilter::Only(lot.items.clone()), line)),
            });
        }
        for lot in &it.credits {
            let kind = match lot.unit {
                CreditUnit::Money => UseKind::Money,
                CreditUnit::Minutes => UseKind::Minutes,
                CreditUnit::Bookings => UseKind::Bookings,
            };
            all.push(Source {
                key: BenefitKey::lot(it.enrollment, lot.benefit, Some(lot.lot)),
                kind,
                left: lot.remaining.max(0),
                free_time: lot.usage == Usage::FreeTime,
                order: (true, true, lot.shared_pool, lot.expires.is_none(), days(lot.expires), lot.granted),
                accepts: Box::new(move |line| {
                    let kind = match kind {
                        UseKind::Minutes => line.kind == LineKind::Rental,
                        UseKind::Bookings => goods(line) && line.kind != LineKind::Product,
                        UseKind::Money | UseKind::Included => goods(line),
                    };
                    kind && filter(&lot.items, line)
                }),
            });
        }
    }
    let declined = |key: &BenefitKey| {
        input.declined.iter().any(|no| no.whole() == key.whole() && (no.lot.is_none() || no.lot == key.lot))
    };
    all.retain(|source| !declined(&source.key) && source.order.4 >= 0);
    for it in &input.lowered {
        // Each benefit has one lot here.
        for source in all.iter_mut().filter(|source| source.key.whole() == it.key.whole()) {
            source.left = source.left.min(it.most.into());
            source.order.0 = true;
        }
    }
    all.sort_by_key(|source| source.order);
    all
}

fn price(input: &QuoteInput) -> Answer {
    let lines = &input.lines;
    let entitled = entitled(input);
    let all = sources(input, &entitled);
    let of = |kinds: &[UseKind]| -> Vec<&Source<'_>> {
        all.iter().filter(|it| kinds.contains(&it.kind)).collect()
    };
    let minutes = of(&[UseKind::Minutes]);
    let needs = match blocked_or_needs(input, &entitled, &minutes) {
        Ok(needs) => needs,
        Err(blocked) => return Answer::Blocked(blocked),
    };
    let declined = |it: &Entitlement, id| input.declined.contains(&BenefitKey::benefit(it.enrollment, id));
    let discounts: Vec<_> = entitled
        .iter()
        .flat_map(|it| it.discounts.iter().filter(|discount| !declined(it, discount.id)))
        .collect();
    let best = |line: &LineInput| {
        let fitting = discounts.iter().filter(|it| goods(line) && filter(&it.items, line));
        let rates = fitting.map(|it| match it.value {
            DiscountValue::Percent(rate) => rate.parts(),
            DiscountValue::Amount(_) => 0,
        });
        rates.max().unwrap_or(0)
    };
    let hourly = |line: &LineInput| line.price_override.unwrap_or(line.list_price).minor();
    let price_of = |line: &LineInput, minutes: i64| match line.kind {
        LineKind::Rental => half_up(i128::from(hourly(line)) * i128::from(minutes), 60),
        _ => hourly(line),
    };
    let whole = |line: &LineInput| price_of(line, i64::from(line.minutes.unwrap_or(0)));
    let worth = |line: &LineInput| whole(line) - part_of(whole(line), best(line));

    let mut drawn = Drawn::new();
    let mut draw = |source: &Source<'_>, line: usize, amount: i64| {
        if amount > 0 {
            drawn.entry((source.key, source.kind)).or_insert_with(|| vec![0; lines.len()])[line] += amount;
        }
    };

    // Whole units.
    let covers = of(&[UseKind::Included, UseKind::Bookings]);
    let mut ranked: Vec<usize> = (0..lines.len()).filter(|nth| worth(&lines[*nth]) > 0).collect();
    ranked.sort_by_key(|nth| (Reverse(worth(&lines[*nth])), Reverse(lines[*nth].tax_rate), *nth));
    let coverage = every_assignment(lines, &ranked, &covers, &worth);
    for (source, row) in covers.iter().zip(&coverage) {
        for (nth, amount) in row.iter().enumerate() {
            draw(source, nth, *amount);
        }
    }
    let covered: Vec<i64> = (0..lines.len()).map(|nth| coverage.iter().map(|row| row[nth]).sum()).collect();

    // Minutes: what every unit of a line needs, then the rest of the units that are not covered.
    let qty = |nth: usize| i64::from(lines[nth].qty);
    let needed: Vec<i64> = (0..lines.len()).map(|nth| needs[nth] * qty(nth)).collect();
    let room = |nth: usize| {
        let each = i64::from(lines[nth].minutes.unwrap_or(0)) - needs[nth];
        if lines[nth].kind == LineKind::Rental { each * (qty(nth) - covered[nth]) } else { 0 }
    };
    let left: Vec<i64> = minutes.iter().map(|it| it.left).collect();
    let suits = |source: usize, sink: usize| {
        (minutes[source].accepts)(&lines[sink / 2]) && (sink % 2 == 1 || minutes[source].free_time)
    };
    let value = |nth: usize| hourly(&lines[nth]) * (1_000_000 - best(&lines[nth]));
    let mut by_value: Vec<usize> = (0..lines.len()).filter(|nth| room(*nth) > 0 && value(*nth) > 0).collect();
    by_value.sort_by_key(|nth| (Reverse(value(*nth)), Reverse(lines[*nth].tax_rate), *nth));
    let mut wanted: Vec<i64> = needed.iter().flat_map(|need| [*need, 0]).collect();
    let mut extra = vec![0; lines.len()];
    for nth in by_value {
        let before = wanted.iter().sum::<i64>();
        wanted[nth * 2 + 1] = room(nth);
        extra[nth] = most(&left, &wanted, &suits) - before;
        wanted[nth * 2 + 1] = extra[nth];
    }
    let given = earliest_sources(&left, &wanted, i64::MAX, &suits);
    for (source, row) in minutes.iter().zip(earliest_sinks(&given, &wanted, &suits)) {
        for (nth, pair) in row.chunks(2).enumerate() {
            draw(source, nth, pair[0] + pair[1]);
        }
    }

    // Every unit alone.
    let mut rows = vec![Row::default(); lines.len()];
    let mut lefts = vec![0_i64; lines.len()];
    for (nth, line) in lines.iter().enumerate() {
        let mut pool = extra[nth];
        for unit in 0..qty(nth) {
            let list = whole(line);
            rows[nth].list += list;
            if unit < covered[nth] {
                rows[nth].covered += list;
                continue;
            }
            let each = i64::from(line.minutes.unwrap_or(0));
            let more = pool.min(each - needs[nth]).max(0);
            pool -= more;
            let billed = price_of(line, each - needs[nth] - more);
            let discount = part_of(billed, best(line));
            let mut left = billed - discount;
            if let Some(ManualDiscount { value: DiscountValue::Percent(rate), .. }) = &line.manual_discount {
                let off = part_of(left, rate.parts());
                rows[nth].manual += off;
                left -= off;
            }
            rows[nth].time_off += list - billed;
            rows[nth].discount += discount;
            lefts[nth] += left;
        }
        if let Some(ManualDiscount { value: DiscountValue::Amount(amount), .. }) = &line.manual_discount {
            let off = amount.minor().min(lefts[nth]);
            rows[nth].manual += off;
            lefts[nth] -= off;
        }
    }

    // Amounts off the ticket.
    for discount in &discounts {
        let DiscountValue::Amount(amount) = discount.value else { continue };
        let fits = |line: &LineInput| goods(line) && filter(&discount.items, line);
        let weights: Vec<i64> =
            lines.iter().zip(&lefts).map(|(line, left)| if fits(line) { *left } else { 0 }).collect();
        let off = amount.minor().min(weights.iter().sum());
        for (nth, part) in share_out(off, &weights).into_iter().enumerate() {
            rows[nth].discount += part;
            lefts[nth] -= part;
        }
    }
    if let Some(by_hand) = &input.ticket_discount {
        let weights: Vec<i64> =
            lines.iter().zip(&lefts).map(|(line, left)| if goods(line) { *left } else { 0 }).collect();
        let sum: i64 = weights.iter().sum();
        let off = match by_hand.value {
            DiscountValue::Percent(rate) => part_of(sum, rate.parts()),
            DiscountValue::Amount(amount) => amount.minor().min(sum),
        };
        for (nth, part) in share_out(off, &weights).into_iter().enumerate() {
            rows[nth].manual += part;
            lefts[nth] -= part;
        }
    }

    for (nth, line) in lines.iter().enumerate() {
        let net = lefts[nth];
        let parts = line.tax_rate.parts();
        rows[nth].net = net;
        match line.tax_mode {
            TaxMode::Exclusive => {
                rows[nth].tax = part_of(net, parts);
                rows[nth].total = net + rows[nth].tax;
            }
            TaxMode::Inclusive => {
                rows[nth].tax = net - half_up(i128::from(net) * 1_000_000, i128::from(1_000_000 + parts));
                rows[nth].total = net;
            }
        }
    }

    // Money credits.
    let lots = of(&[UseKind::Money]);
    let left: Vec<i64> = lots.iter().map(|it| it.left).collect();
    let totals: Vec<i64> = rows.iter().map(|row| row.total).collect();
    let suits = |source: usize, line: usize| (lots[source].accepts)(&lines[line]);
    let limit = input.credit_limit.map_or(i64::MAX, |limit| limit.minor());
    let given = earliest_sources(&left, &totals, limit, &suits);
    for (source, row) in lots.iter().zip(earliest_sinks(&given, &totals, &suits)) {
        for (nth, amount) in row.into_iter().enumerate() {
            rows[nth].credits += amount;
            draw(source, nth, amount);
        }
    }
    Answer::Priced { lines: rows, drawn }
}

/// The free minutes that each unit of every line needs, or the lines that are blocked.
fn blocked_or_needs(
    input: &QuoteInput,
    entitled: &[&Entitlement],
    minutes: &[&Source<'_>],
) -> Result<Vec<i64>, Vec<(usize, &'static str)>> {
    let mut needs = vec![0; input.lines.len()];
    let mut wanted = vec![0; input.lines.len()];
    let mut blocked = Vec::new();
    let left: Vec<i64> = minutes.iter().map(|it| if it.free_time { it.left } else { 0 }).collect();
    for (nth, line) in input.lines.iter().enumerate() {
        if !line.members_only.is_empty() && !entitled.iter().any(|it| line.members_only.contains(&it.plan)) {
            blocked.push((nth, "members_only"));
            continue;
        }
        let (Some(each), Some(longest)) = (line.minutes, line.max_minutes) else { continue };
        let need = i64::from(each) - i64::from(longest);
        if line.kind != LineKind::Rental || need <= 0 {
            continue;
        }
        wanted[nth] = need * i64::from(line.qty);
        let suits = |source: usize, line: usize| (minutes[source].accepts)(&input.lines[line]);
        if most(&left, &wanted, &suits) < wanted.iter().sum() {
            wanted[nth] = 0;
            blocked.push((nth, "too_long"));
        } else {
            needs[nth] = need;
        }
    }
    if blocked.is_empty() { Ok(needs) } else { Err(blocked) }
}

/// Tries every assignment of units to sources: the most worth, then the first units, the preferred sources, and
/// the earliest lines for each. By source, then line.
fn every_assignment(
    lines: &[LineInput],
    ranked: &[usize],
    covers: &[&Source<'_>],
    worth: &dyn Fn(&LineInput) -> i64,
) -> Vec<Vec<i64>> {
    /// The worth, units by rank, units by source, and who covers what; the greatest wins.
    type Outcome = (i64, Vec<i64>, Vec<i64>, Vec<Vec<i64>>);
    struct Search<'a> {
        lines: &'a [LineInput],
        ranked: &'a [usize],
        covers: &'a [&'a Source<'a>],
        worth: &'a dyn Fn(&LineInput) -> i64,
        now: Vec<Vec<i64>>,
        best: Option<Outcome>,
    }
    impl Search<'_> {
        fn go(&mut self, place: usize, source: usize, open: i64) {
            if place == self.ranked.len() {
                let covered = |line: usize| -> i64 { self.now.iter().map(|row| row[line]).sum() };
                let units: Vec<i64> = self.ranked.iter().map(|line| covered(*line)).collect();
                let sum = self
                    .ranked
                    .iter()
                    .zip(&units)
                    .map(|(line, units)| (self.worth)(&self.lines[*line]) * units)
                    .sum();
                let used = self.now.iter().map(|row| row.iter().sum()).collect();
                let candidate = Some((sum, units, used, self.now.clone()));
                if candidate > self.best {
                    self.best = candidate;
                }
                return;
            }
            let line = self.ranked[place];
            if source == self.covers.len() {
                let next = self.ranked.get(place + 1).map_or(0, |next| i64::from(self.lines[*next].qty));
                return self.go(place + 1, 0, next);
            }
            let spent: i64 = self.now[source].iter().sum();
            let suits = (self.covers[source].accepts)(&self.lines[line]);
            let at_most = if suits { open.min(self.covers[source].left - spent) } else { 0 };
            for amount in 0..=at_most {
                self.now[source][line] = amount;
                self.go(place, source + 1, open - amount);
            }
            self.now[source][line] = 0;
        }
    }
    let now = vec![vec![0; lines.len()]; covers.len()];
    let mut search = Search { lines, ranked, covers, worth, now, best: None };
    search.go(0, 0, ranked.first().map_or(0, |line| i64::from(lines[*line].qty)));
    search.best.unwrap().3
}

/// The engine's answer in the same form.
fn engine(input: &QuoteInput) -> Answer {
    let quote = quote(input).unwrap();
    let place = |id| input.lines.iter().position(|line| line.id == id).unwrap();
    if !quote.blocked.is_empty() {
        let blocked = quote.blocked.iter().map(|it| match it.why {
            BlockReason::MembersOnly { .. } => (place(it.line), "members_only"),
            BlockReason::TooLong { .. } => (place(it.line), "too_long"),
        });
        return Answer::Blocked(blocked.collect());
    }
    let lines = quote.lines.iter().map(|line| Row {
        list: line.list.minor(),
        covered: line.covered.minor(),
        time_off: line.time_off.minor(),
        discount: line.discount.minor(),
        manual: line.manual.minor(),
        net: line.net.minor(),
        tax: line.tax.minor(),
        total: line.total.minor(),
        credits: line.credits.minor(),
    });
    let mut drawn = Drawn::new();
    for used in &quote.uses {
        let by_line = drawn.entry((used.key, used.kind)).or_insert_with(|| vec![0; input.lines.len()]);
        for part in &used.lines {
            by_line[place(part.line)] += part.amount;
        }
    }
    Answer::Priced { lines: lines.collect(), drawn }
}

/// How many assignments there are to try, at most.
fn size(input: &QuoteInput) -> u64 {
    let entitled = entitled(input);
    let all = sources(input, &entitled);
    let covers = |line: &LineInput| {
        all.iter().filter(|it| it.kind < UseKind::Minutes && (it.accepts)(line)).count() as u64
    };
    let ways = input.lines.iter().map(|line| {
        let (units, sources) = (u64::from(line.qty), covers(line));
        (1..=units).fold(1, |ways, unit| ways * (sources + unit) / unit)
    });
    ways.product()
}

proptest! {
    #![proptest_config(crate::properties::cases(10_000))]

    #[test]
    fn the_slow_program_agrees(input in small_tickets()) {
        prop_assume!(size(&input) <= 20_000);
        prop_assert_eq!(engine(&input), price(&input));
    }
}
