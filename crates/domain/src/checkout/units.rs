//! What every unit of a settled line cost and drew.

use super::settle::{Draw, SettledLine, UnitRun};
use super::{BenefitKey, LineInput, Quote, QuoteInput, QuotedLine, UseKind};
use crate::Money;
use crate::plan::{TaxMode, Usage};
use std::collections::VecDeque;

/// Splits each line's fixed discount, manual amounts, tax and credits over its units by largest remainder, earlier
/// unit first, and says which lot each unit drew from.
pub(super) fn settle_lines(input: &QuoteInput, quote: &Quote) -> Vec<SettledLine> {
    let lines = input.lines.iter().zip(&quote.lines);
    lines
        .map(|(line, quoted)| SettledLine { id: line.id, units: settle_units(input, line, quoted, quote) })
        .collect()
}

/// Units alike on their way to being settled; `run` holds the amounts of each.
struct Units {
    run: UnitRun,
    minutes: u32,
}

fn settle_units(input: &QuoteInput, line: &LineInput, quoted: &QuotedLine, quote: &Quote) -> Vec<UnitRun> {
    let mut units: Vec<Units> = quoted
        .units
        .iter()
        .map(|group| Units {
            run: UnitRun {
                count: group.count,
                list: group.list,
                covered: group.covered,
                time_off: group.time_off,
                discount: group.discount,
                manual: group.manual,
                net: group.left,
                tax: Money::ZERO,
                total: Money::ZERO,
                credits: Money::ZERO,
                draws: Vec::new(),
            },
            minutes: group.minutes,
        })
        .collect();
    units = split(
        units,
        quoted.fixed,
        |run| run.net,
        |run, part| {
            run.discount += part;
            run.net -= part;
        },
    );
    units = split(
        units,
        quoted.manual_spread,
        |run| run.net,
        |run, part| {
            run.manual += part;
            run.net -= part;
        },
    );
    units = split(units, quoted.tax, |run| run.net, |run, part| run.tax += part);
    for unit in &mut units {
        unit.run.total = match line.tax_mode {
            TaxMode::Exclusive => unit.run.net + unit.run.tax,
            TaxMode::Inclusive => unit.run.net,
        };
    }
    units = split(units, quoted.credits, |run| run.total, |run, part| run.credits += part);

    let lots = |kind: UseKind| -> VecDeque<Draw> {
        let of_kind = quote.uses.iter().filter(|used| used.kind == kind);
        let drawn = of_kind.filter_map(|used| {
            let here = used.lines.iter().find(|part| part.line == line.id)?;
            Some(Draw { key: used.key, kind, amount: here.amount })
        });
        drawn.collect()
    };
    let mut covers = lots(UseKind::Included);
    covers.extend(lots(UseKind::Bookings));
    units = draw(units, &mut covers, |unit| i64::from(unit.run.covered.is_positive()));

    // What a longest rental needs is free time; the rest may come from any lot.
    let need = line.minutes.unwrap_or(0).saturating_sub(line.max_minutes.unwrap_or(u32::MAX));
    let (mut free, mut other): (VecDeque<Draw>, VecDeque<Draw>) =
        lots(UseKind::Minutes).into_iter().partition(|lot| is_free_time(input, lot.key));
    units = draw(units, &mut free, |unit| i64::from(unit.minutes.min(need)));
    free.append(&mut other);
    let mut rest: Vec<Draw> = free.into();
    rest.sort_by_key(|lot| quote.uses.iter().position(|used| used.key == lot.key));
    units = draw(units, &mut rest.into(), |unit| i64::from(unit.minutes.saturating_sub(need)));
    units = draw(units, &mut lots(UseKind::Money), |unit| unit.run.credits.minor());
    units.into_iter().map(|unit| unit.run).collect()
}

/// Splits `amount` over units by largest remainder in proportion to `weight`, ties to the earlier unit; units alike
/// stay together as far as their parts are alike.
fn split(
    units: Vec<Units>,
    amount: Money,
    weight: impl Fn(&UnitRun) -> Money,
    take: impl Fn(&mut UnitRun, Money),
) -> Vec<Units> {
    let total: i128 = units.iter().map(|it| i128::from(weight(&it.run).times(it.run.count).minor())).sum();
    if total == 0 || amount.is_zero() {
        return units;
    }
    let whole = i128::from(amount.minor());
    let product = |unit: &Units| whole * i128::from(weight(&unit.run).minor());
    let even: i64 = units.iter().map(|it| (product(it) / total) as i64 * i64::from(it.run.count)).sum();
    let mut missing = amount.minor() - even;
    let mut by_remainder: Vec<usize> = (0..units.len()).collect();
    by_remainder.sort_by_key(|nth| std::cmp::Reverse(product(&units[*nth]) % total));
    let mut one_more = vec![0_u32; units.len()];
    for nth in by_remainder {
        let more = missing.min(i64::from(units[nth].run.count));
        one_more[nth] = more as u32;
        missing -= more;
    }
    let mut parts = Vec::with_capacity(units.len() + 1);
    for (unit, more) in units.into_iter().zip(one_more) {
        let part = Money::from_minor((product(&unit) / total) as i64);
        for (mut piece, part) in unit.cut(more).into_iter().zip([part + Money::from_minor(1), part]) {
            if piece.run.count > 0 {
                take(&mut piece.run, part);
                parts.push(piece);
            }
        }
    }
    parts
}

/// Lets units draw what `each` of them needs from `lots`, earlier units from earlier lots.
fn draw(units: Vec<Units>, lots: &mut VecDeque<Draw>, each: impl Fn(&Units) -> i64) -> Vec<Units> {
    let mut drawn = Vec::with_capacity(units.len());
    let mut waiting: VecDeque<Units> = units.into();
    while let Some(unit) = waiting.pop_front() {
        let needed = each(&unit);
        let Some(lot) = lots.front_mut() else {
            drawn.push(unit);
            continue;
        };
        if needed == 0 {
            drawn.push(unit);
            continue;
        }
        let whole = (lot.amount / needed).min(i64::from(unit.run.count)) as u32;
        let [mut now, mut later] = unit.cut(whole);
        if whole > 0 {
            lot.amount -= needed * i64::from(whole);
            now.run.draw(Draw { amount: needed, ..*lot });
            drawn.push(now);
        } else {
            let [mut one, others] = later.cut(1);
            let mut missing = needed;
            while let Some(lot) = lots.front_mut()
                && missing > 0
            {
                let taken = missing.min(lot.amount);
                one.run.draw(Draw { amount: taken, ..*lot });
                lot.amount -= taken;
                missing -= taken;
                if lot.amount == 0 {
                    lots.pop_front();
                }
            }
            drawn.push(one);
            later = others;
        }
        if lots.front().is_some_and(|lot| lot.amount == 0) {
            lots.pop_front();
        }
        if later.run.count > 0 {
            waiting.push_front(later);
        }
    }
    drawn
}

impl Units {
    /// The first `count` of them, and the others.
    fn cut(self, count: u32) -> [Self; 2] {
        let rest = self.run.count - count;
        let first = Self { run: UnitRun { count, ..self.run.clone() }, minutes: self.minutes };
        [first, Self { run: UnitRun { count: rest, ..self.run }, minutes: self.minutes }]
    }
}

impl UnitRun {
    fn draw(&mut self, draw: Draw) {
        if draw.amount == 0 {
            return;
        }
        match self.draws.iter_mut().find(|earlier| earlier.key == draw.key && earlier.kind == draw.kind) {
            Some(earlier) => earlier.amount += draw.amount,
            None => self.draws.push(draw),
        }
    }
}

fn is_free_time(input: &QuoteInput, key: BenefitKey) -> bool {
    input
        .entitlements
        .iter()
        .filter(|it| it.enrollment == key.enrollment)
        .flat_map(|it| &it.credits)
        .any(|lot| key.lot == Some(lot.lot) && lot.usage == Usage::FreeTime)
}
