//! Credits: what each refresh grants, what sales draw from it, and what is lost.

mod lot;
mod movement;

pub use lot::{Lot, LotDraw, Redemption};
pub use movement::{Movement, MovementKind, Sums};

use crate::calendar::{Schedule, Series};
use crate::item::ItemFilter;
use crate::plan::{Credit, CreditUnit, Expiry, Included, Renewal, Usage};
use crate::{BenefitId, CustomerId, Day, EnrollmentId, LotId, RecordId, TicketId};
use serde::{Deserialize, Serialize};

/// How long a lot that is over can still be drawn from by a sale that was made in time and arrives late.
const LATE_SALE_DAYS: i64 = 400;
/// Empty lots without expiry that are kept for returns in their own place; older ones come back as the oldest lot.
const EMPTY_LOTS_KEPT: usize = 36;

/// What the terms promise at each refresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub covers: Covers,
    pub unit: CreditUnit,
    /// At each refresh, in the unit.
    pub amount: i64,
    pub renewal: Renewal,
    pub usage: Usage,
    pub expiry: Expiry,
    pub items: ItemFilter,
    /// What one person may take of a shared pool between two refreshes; the holder may take all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowance: Option<i64>,
}

/// Which rule of pricing uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covers {
    /// A credit.
    Credit,
    /// An included service with a quantity.
    Included,
}

impl From<&Credit> for Grant {
    fn from(credit: &Credit) -> Self {
        Self {
            covers: Covers::Credit,
            unit: credit.unit,
            amount: credit.amount,
            renewal: credit.renewal,
            usage: credit.usage,
            expiry: credit.expiry,
            items: credit.items.clone(),
            allowance: credit.allowance,
        }
    }
}

impl Grant {
    /// What keeps count of an included service; `None` when it is unlimited.
    pub fn of_included(included: &Included) -> Option<Self> {
        included.quantity.map(|quantity| Self {
            covers: Covers::Included,
            unit: CreditUnit::Bookings,
            amount: i64::from(quantity),
            renewal: included.renewal,
            usage: Usage::Deduct,
            expiry: Expiry::PeriodEnd,
            items: ItemFilter::Only(included.items.clone()),
            allowance: included.allowance.map(i64::from),
        })
    }
}

/// The credit of one benefit of one enrollment, for its holder or for one dependent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub benefit: BenefitId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<CustomerId>,
    pub grant: Grant,
    dates: Series,
    /// Number of the next refresh, counted since the enrollment began and never restarted.
    next: u32,
    lots: Vec<Lot>,
    sums: Sums,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paused_on: Option<Day>,
    /// The terms no longer promise it: what is left lives on, nothing is granted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    closed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_on: Option<Day>,
    /// Taken back with a charge that failed, until it is paid after all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withheld: Option<LotDraw>,
    /// Overdrawn before, and taken from the refreshes to come.
    #[serde(default, skip_serializing_if = "is_zero")]
    owed: i64,
    /// What was taken since the newest refresh, where an allowance limits that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    taken: Vec<Taken>,
}

/// What one sale took of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Taken {
    by: CustomerId,
    ticket: TicketId,
    amount: i64,
}

fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

/// Why credit was not moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum CreditRefusal {
    #[error("{needed} are needed and {available} are left")]
    Insufficient { needed: i64, available: i64 },
    #[error("credits are frozen since {since}")]
    Paused { since: Day },
    #[error("credits ended on {on}")]
    Ended { on: Day },
    #[error("the refresh is not due before {due}")]
    NotDue { due: Day },
    #[error("an amount is more than zero")]
    EmptyAmount,
    #[error("there is no such lot")]
    NoSuchLot { lot: LotId },
}

impl Account {
    /// An account whose refresh `n` falls on the `n`th date of `dates`.
    pub fn open(benefit: BenefitId, person: Option<CustomerId>, grant: Grant, dates: Series) -> Self {
        Self {
            benefit,
            person,
            grant,
            dates,
            next: 0,
            lots: Vec::new(),
            sums: Sums::default(),
            paused_on: None,
            closed: false,
            ended_on: None,
            withheld: None,
            owed: 0,
            taken: Vec::new(),
        }
    }

    /// An account that refreshes on `anchor` and every renewal from there.
    pub fn anchored(benefit: BenefitId, person: Option<CustomerId>, grant: Grant, anchor: Day) -> Self {
        let months = grant.renewal.months();
        Self::open(benefit, person, grant, Series::new(Schedule { anchor, months }))
    }

    /// An account that refreshes on `from`, then on the dates of `calendar` at its own renewal.
    pub fn joining(
        benefit: BenefitId,
        person: Option<CustomerId>,
        grant: Grant,
        calendar: &Series,
        from: Day,
    ) -> Self {
        let dates = Series::joining(calendar, from, grant.renewal.months());
        Self::open(benefit, person, grant, dates)
    }

    // What is there.

    pub fn sums(&self) -> Sums {
        self.sums
    }

    pub fn balance(&self) -> i64 {
        self.lots.iter().map(|lot| lot.remaining).sum()
    }

    /// What a redemption could take.
    pub fn available(&self) -> i64 {
        self.live().map(|lot| lot.remaining).sum()
    }

    /// Every lot kept, also empty ones and those that are over.
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    pub fn lot(&self, id: LotId) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.id == id)
    }

    /// Lots with something left, in the order they are redeemed.
    pub fn redeemable(&self) -> Vec<Lot> {
        let mut live: Vec<Lot> = self.live().copied().collect();
        live.sort_by_key(Lot::redemption_order);
        live
    }

    /// Lots from which more was drawn than they had, and by how much.
    pub fn overdrawn(&self) -> impl Iterator<Item = LotDraw> {
        self.lots
            .iter()
            .filter(|lot| lot.remaining < 0)
            .map(|lot| LotDraw { lot: lot.id, amount: -lot.remaining })
    }

    /// What `person` may still take before the next refresh; `None` where nothing but the balance limits it.
    pub fn allowance_left(&self, person: CustomerId) -> Option<i64> {
        let allowance = self.grant.allowance.filter(|_| self.person.is_none())?;
        let taken: i64 = self.taken.iter().filter(|taken| taken.by == person).map(|taken| taken.amount).sum();
        Some((allowance - taken).max(0))
    }

    /// Number and date of the next refresh, as it stands while a pause lasts.
    pub fn next_refresh(&self) -> (u32, Day) {
        (self.next, self.dates.start(self.next))
    }

    /// The date of refresh `n`.
    pub fn refresh_date(&self, n: u32) -> Day {
        self.dates.start(n)
    }

    /// The lot that the next refresh will grant, still empty.
    pub(crate) fn upcoming(&self, enrollment: EnrollmentId) -> Lot {
        let (n, on) = self.next_refresh();
        fresh(LotId::of_refresh(enrollment, self.benefit, self.person, n), on, None)
    }

    /// Whether more will be granted.
    pub fn refreshes(&self) -> bool {
        !self.closed && self.ended_on.is_none()
    }

    pub fn is_closed(&self) -> bool {
        self.closed
    }

    pub fn is_paused(&self) -> bool {
        self.paused_on.is_some()
    }

    /// The first day on which a lot will have expired, unless a pause holds them all.
    pub fn expires_next(&self) -> Option<Day> {
        if self.paused_on.is_some() {
            return None;
        }
        self.lots.iter().filter(|lot| !lot.over).filter_map(|lot| lot.expires).min().map(Day::next)
    }

    fn live(&self) -> impl Iterator<Item = &Lot> {
        self.lots.iter().filter(|lot| lot.is_live())
    }

    // What time does.

    /// Ends the lots that were usable through a day before `day`.
    pub fn expire(&mut self, day: Day) -> Vec<Movement> {
        let mut moved = Vec::new();
        if self.paused_on.is_some() {
            return moved;
        }
        let mut due: Vec<(Day, usize)> = (self.lots.iter().enumerate())
            .filter(|(_, lot)| !lot.over)
            .filter_map(|(index, lot)| lot.expires.filter(|expires| *expires < day).map(|on| (on, index)))
            .collect();
        due.sort_unstable();
        for (on, index) in due {
            moved.extend(self.run_out(index, on));
        }
        self.prune(day);
        moved
    }

    /// Freezes expiries and refreshes.
    pub fn pause(&mut self, day: Day) -> Vec<Movement> {
        let moved = self.expire(day);
        if self.ended_on.is_none() && self.paused_on.is_none() {
            self.paused_on = Some(day);
        }
        moved
    }

    /// Moves expiries and refreshes by the days frozen.
    pub fn resume(&mut self, day: Day) -> Vec<Movement> {
        if let Some(since) = self.paused_on.take() {
            let frozen = day.since(since).max(0);
            // What waited for a charge keeps its date; what was granted has had it.
            let first = self.dates.count_through(since.prev()).max(self.next);
            self.dates.shift(first, frozen);
            for lot in self.lots.iter_mut().filter(|lot| !lot.over) {
                lot.expires = lot.expires.map(|expires| expires.plus_days(frozen));
            }
        }
        self.expire(day)
    }

    /// Ends every lot with its enrollment; `day` is the first day without it.
    ///
    /// Where a practice lets bought money credit live on, that stays usable for `outlives_days` more days.
    pub fn end(&mut self, day: Day, outlives_days: u32) -> Vec<Movement> {
        let mut moved = self.expire(day);
        self.paused_on = None;
        self.ended_on = Some(day);
        let lives = match self.grant.unit {
            CreditUnit::Money => i64::from(outlives_days),
            CreditUnit::Minutes | CreditUnit::Bookings => 0,
        };
        let last = day.plus_days(lives - 1);
        for lot in self.lots.iter_mut().filter(|lot| !lot.over) {
            lot.expires = Some(lot.expires.map_or(last, |expires| expires.min(last)));
        }
        for index in 0..self.lots.len() {
            if !self.lots[index].over && lives == 0 {
                moved.extend(self.run_out(index, day));
            }
        }
        moved
    }

    /// Stops further refreshes; what is left lives on.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Whether anything was ever given to it or taken.
    pub fn has_moved(&self) -> bool {
        self.sums != Sums::default()
    }

    /// Refreshes again from `day` on, then on the dates of `calendar`; numbers go on.
    pub fn reopen(&mut self, calendar: &Series, day: Day) {
        self.closed = false;
        self.ended_on = None;
        self.dates.join(self.next, calendar, day, self.grant.renewal.months());
    }

    /// Promises `grant` from the next refresh on.
    pub fn promise(&mut self, grant: Grant) {
        self.dates.respace(self.next, grant.renewal.months());
        self.grant = grant;
    }

    /// Ends the lots that were meant for one period, on the day before `day`.
    pub fn end_period_lots(&mut self, day: Day) -> Vec<Movement> {
        let mut moved = self.expire(day);
        if self.grant.expiry == Expiry::PeriodEnd {
            for index in 0..self.lots.len() {
                let lot = &mut self.lots[index];
                if !lot.over {
                    lot.expires = Some(day.prev());
                    moved.extend(self.run_out(index, day));
                }
            }
        }
        moved
    }

    // What is granted.

    /// Grants refresh `n`, and with it every earlier one that is still missing.
    ///
    /// A refresh that was granted before changes nothing. One that waited keeps its date; one whose lot is already
    /// over is granted and expires at once.
    pub fn refresh(
        &mut self,
        enrollment: EnrollmentId,
        n: u32,
        day: Day,
        certainty: Certainty,
    ) -> Result<Vec<Movement>, CreditRefusal> {
        if n < self.next {
            return Ok(Vec::new());
        }
        if let Some(on) = self.ended_on {
            return Err(CreditRefusal::Ended { on });
        }
        if let Some(since) = self.paused_on {
            return Err(CreditRefusal::Paused { since });
        }
        let due = self.refresh_date(n);
        if due > day {
            return Err(CreditRefusal::NotDue { due });
        }
        let mut moved = Vec::new();
        for n in self.next..=n {
            let on = self.refresh_date(n);
            moved.extend(self.expire(on));
            moved.extend(self.trim(on));
            let id = LotId::of_refresh(enrollment, self.benefit, self.person, n);
            let expires = match self.grant.expiry {
                Expiry::PeriodEnd => Some(self.refresh_date(n + 1).prev()),
                Expiry::Rollover | Expiry::RolloverCap(_) => None,
            };
            let provisional = certainty == Certainty::Provisional;
            let index = self.place(Lot { provisional, ..fresh(id, on, expires) });
            moved.push(self.book(index, MovementKind::Granted, self.grant.amount, on));
            let taken = self.owed.min(self.grant.amount);
            if taken > 0 {
                self.owed -= taken;
                moved.push(self.book(index, MovementKind::Adjusted, -taken, on));
            }
            self.next = n + 1;
            self.taken.clear();
        }
        moved.extend(self.expire(day));
        Ok(moved)
    }

    /// Brings what is carried over down to the cap, oldest lots first.
    fn trim(&mut self, on: Day) -> Vec<Movement> {
        let Expiry::RolloverCap(cap) = self.grant.expiry else { return Vec::new() };
        let mut excess = self.available() - cap;
        let mut oldest: Vec<usize> =
            (0..self.lots.len()).filter(|index| self.lots[*index].is_live()).collect();
        oldest.sort_by_key(|index| self.lots[*index].granted);
        let mut moved = Vec::new();
        for index in oldest {
            let part = excess.min(self.lots[index].remaining);
            if part <= 0 {
                break;
            }
            moved.push(self.book(index, MovementKind::Trimmed, part, on));
            excess -= part;
        }
        moved
    }

    /// Takes back what is left of the lots that counted on a charge which failed.
    pub fn withhold_provisional(&mut self, day: Day) -> Vec<Movement> {
        let mut moved = Vec::new();
        for index in 0..self.lots.len() {
            if !self.lots[index].provisional {
                continue;
            }
            self.lots[index].provisional = false;
            let lot = self.lots[index];
            if lot.is_live() {
                self.withheld = Some(LotDraw { lot: lot.id, amount: lot.remaining });
                moved.push(self.book(index, MovementKind::Adjusted, -lot.remaining, day));
            }
        }
        moved
    }

    /// The charge was paid: lots that counted on it are certain, and what was taken back is there again.
    pub fn confirm(&mut self, day: Day) -> Vec<Movement> {
        for lot in &mut self.lots {
            lot.provisional = false;
        }
        let Some(LotDraw { lot, amount }) = self.withheld.take() else { return Vec::new() };
        let Some(index) = self.index(lot) else { return Vec::new() };
        let mut moved = vec![self.book(index, MovementKind::Adjusted, amount, day)];
        if self.lots[index].over {
            self.lots[index].over = false;
            moved.extend(self.expire(day));
        }
        moved
    }

    // What sales and refunds do.

    /// Takes `amount` from live lots in redemption order: all of it or nothing.
    pub fn redeem(&mut self, day: Day, amount: i64) -> Result<(Redemption, Vec<Movement>), CreditRefusal> {
        let mut moved = self.expire(day);
        if let Some(on) = self.ended_on {
            return Err(CreditRefusal::Ended { on });
        }
        if let Some(since) = self.paused_on {
            return Err(CreditRefusal::Paused { since });
        }
        let draws = self.pick(amount)?;
        for draw in &draws {
            moved.extend(self.take(*draw, MovementKind::Redeemed, draw.amount, day));
        }
        Ok((Redemption { draws }, moved))
    }

    /// Which lots `amount` comes from.
    fn pick(&self, amount: i64) -> Result<Vec<LotDraw>, CreditRefusal> {
        if amount <= 0 {
            return Err(CreditRefusal::EmptyAmount);
        }
        let available = self.available();
        if amount > available {
            return Err(CreditRefusal::Insufficient { needed: amount, available });
        }
        let mut missing = amount;
        let mut draws = Vec::new();
        for lot in self.redeemable() {
            let part = missing.min(lot.remaining);
            if part == 0 {
                break;
            }
            draws.push(LotDraw { lot: lot.id, amount: part });
            missing -= part;
        }
        Ok(draws)
    }

    /// Takes what a settled sale of `day` took, whatever is left now.
    ///
    /// A sale made before the lot expired finds it again, however late it becomes known. Where two desks spent the
    /// same credit the lot goes below zero.
    pub fn draw(&mut self, day: Day, draw: LotDraw) -> Vec<Movement> {
        let mut moved = Vec::new();
        let index = match self.index(draw.lot) {
            Some(index) => index,
            // The refresh that grants it is not known here yet.
            None => self.place(fresh(draw.lot, day, None)),
        };
        let lot = self.lots[index];
        let revived = if lot.over && lot.usable_on(day) { draw.amount.min(lot.expired) } else { 0 };
        if revived > 0 {
            moved.push(self.book(index, MovementKind::Expired, -revived, day));
            self.lots[index].expired -= revived;
        }
        moved.push(self.book(index, MovementKind::Redeemed, draw.amount, day));
        moved
    }

    /// Counts what a sale took towards the allowance of who bought.
    pub fn count_taken(&mut self, by: CustomerId, ticket: TicketId, amount: i64) {
        if self.grant.allowance.is_some() && self.person.is_none() {
            self.taken.push(Taken { by, ticket, amount });
        }
    }

    /// Of what a sale took since the newest refresh, this much counts no longer.
    pub fn count_returned(&mut self, ticket: TicketId, amount: i64) {
        let mut left = amount;
        for taken in self.taken.iter_mut().filter(|taken| taken.ticket == ticket) {
            let part = left.min(taken.amount);
            taken.amount -= part;
            left -= part;
        }
        self.taken.retain(|taken| taken.amount > 0);
    }

    /// Gives back what a sale took: to its lot, or where that is over to a new lot for the rest of this period.
    pub fn give_back(
        &mut self,
        day: Day,
        draw: LotDraw,
        record: RecordId,
    ) -> Result<Vec<Movement>, CreditRefusal> {
        let mut moved = self.expire(day);
        if let Some(on) = self.ended_on {
            return Err(CreditRefusal::Ended { on });
        }
        let (into_lot, index) = match self.index(draw.lot) {
            // What was overdrawn is made good first.
            Some(index) if self.lots[index].over => {
                (draw.amount.min((-self.lots[index].remaining).max(0)), Some(index))
            }
            Some(index) => (draw.amount, Some(index)),
            None if self.grant.expiry == Expiry::PeriodEnd => (0, None),
            // It was empty for so long that it is no longer kept.
            None => (draw.amount, Some(self.place(fresh(draw.lot, self.dates.start(0), None)))),
        };
        if let Some(index) = index.filter(|_| into_lot > 0) {
            moved.push(self.book(index, MovementKind::Returned, into_lot, day));
        }
        if into_lot < draw.amount {
            let expires = self.period_end(day);
            let index = self.place(fresh(LotId::of_return(record, draw.lot), day, Some(expires)));
            moved.push(self.book(index, MovementKind::Returned, draw.amount - into_lot, day));
        }
        Ok(moved)
    }

    // What a manager does.

    /// Changes the balance: upwards by a new lot named `lot`, downwards out of live lots in redemption order.
    pub fn adjust(&mut self, day: Day, amount: i64, lot: LotId) -> Result<Vec<Movement>, CreditRefusal> {
        if amount > 0 {
            let expires = match self.grant.expiry {
                Expiry::PeriodEnd => Some(self.period_end(day)),
                Expiry::Rollover | Expiry::RolloverCap(_) => None,
            };
            return self.goodwill(day, amount, expires, lot);
        }
        let mut moved = self.expire(day);
        if let Some(on) = self.ended_on {
            return Err(CreditRefusal::Ended { on });
        }
        for draw in self.pick(-amount)? {
            moved.extend(self.take(draw, MovementKind::Adjusted, -draw.amount, day));
        }
        Ok(moved)
    }

    /// Adds a lot of `amount` that is usable through `expires`.
    pub fn goodwill(
        &mut self,
        day: Day,
        amount: i64,
        expires: Option<Day>,
        lot: LotId,
    ) -> Result<Vec<Movement>, CreditRefusal> {
        let mut moved = self.expire(day);
        if let Some(on) = self.ended_on {
            return Err(CreditRefusal::Ended { on });
        }
        if amount <= 0 {
            return Err(CreditRefusal::EmptyAmount);
        }
        let index = self.place(fresh(lot, day, expires));
        moved.push(self.book(index, MovementKind::Adjusted, amount, day));
        moved.extend(self.expire(day));
        Ok(moved)
    }

    /// Makes a lot usable through `expires`, or without end; what had expired of it is there again.
    pub fn extend(
        &mut self,
        day: Day,
        lot: LotId,
        expires: Option<Day>,
    ) -> Result<Vec<Movement>, CreditRefusal> {
        let mut moved = self.expire(day);
        if let Some(on) = self.ended_on {
            return Err(CreditRefusal::Ended { on });
        }
        let index = self.index(lot).ok_or(CreditRefusal::NoSuchLot { lot })?;
        self.lots[index].expires = expires;
        if self.lots[index].over && self.lots[index].usable_on(day) {
            self.lots[index].over = false;
            let back = std::mem::take(&mut self.lots[index].expired);
            if back > 0 {
                moved.push(self.book(index, MovementKind::Expired, -back, day));
            }
        }
        moved.extend(self.expire(day));
        Ok(moved)
    }

    /// Brings an overdrawn lot back to zero, at the practice's cost.
    pub fn forgive(&mut self, day: Day, lot: LotId) -> Result<Vec<Movement>, CreditRefusal> {
        let index = self.index(lot).ok_or(CreditRefusal::NoSuchLot { lot })?;
        let owed = -self.lots[index].remaining;
        if owed <= 0 {
            return Err(CreditRefusal::EmptyAmount);
        }
        Ok(vec![self.book(index, MovementKind::Adjusted, owed, day)])
    }

    /// Brings an overdrawn lot back to zero by taking as much from the refreshes to come.
    pub fn take_from_next_refresh(&mut self, day: Day, lot: LotId) -> Result<Vec<Movement>, CreditRefusal> {
        let moved = self.forgive(day, lot)?;
        self.owed += moved.iter().map(Movement::change).sum::<i64>();
        Ok(moved)
    }

    /// What the refreshes to come will be short of.
    pub fn owed(&self) -> i64 {
        self.owed
    }

    // The one place where lots change.

    fn book(&mut self, index: usize, kind: MovementKind, amount: i64, on: Day) -> Movement {
        let lot = &mut self.lots[index];
        let movement = Movement { benefit: self.benefit, person: self.person, lot: lot.id, kind, amount, on };
        lot.remaining += movement.change();
        self.sums.add(kind, amount);
        movement
    }

    fn take(&mut self, draw: LotDraw, kind: MovementKind, amount: i64, on: Day) -> Option<Movement> {
        let index = self.index(draw.lot)?;
        Some(self.book(index, kind, amount, on))
    }

    fn run_out(&mut self, index: usize, on: Day) -> Option<Movement> {
        let lot = &mut self.lots[index];
        lot.over = true;
        let lost = lot.remaining;
        if lost <= 0 {
            return None;
        }
        lot.expired += lost;
        Some(self.book(index, MovementKind::Expired, lost, on))
    }

    /// Puts a lot in place; one that sales drew from before it was known here keeps what they took.
    fn place(&mut self, lot: Lot) -> usize {
        match self.index(lot.id) {
            Some(index) => {
                let known = &mut self.lots[index];
                *known = Lot { remaining: known.remaining, ..lot };
                index
            }
            None => {
                self.lots.push(lot);
                self.lots.len() - 1
            }
        }
    }

    fn index(&self, lot: LotId) -> Option<usize> {
        self.lots.iter().position(|known| known.id == lot)
    }

    /// Last day of the current period: the day before the first refresh date after `day`.
    fn period_end(&self, day: Day) -> Day {
        let through = self.paused_on.map_or(day, |since| since.prev().min(day));
        self.dates.start(self.dates.count_through(through)).prev()
    }

    /// Forgets empty lots that no sale, refund or manager can reach any more.
    fn prune(&mut self, day: Day) {
        let settled = |lot: &Lot| {
            let late = lot.expires.is_some_and(|expires| day.since(expires) > LATE_SALE_DAYS);
            lot.over && lot.remaining == 0 && late
        };
        self.lots.retain(|lot| !settled(lot));
        let empty = |lot: &Lot| lot.expires.is_none() && lot.remaining == 0;
        let mut surplus = self.lots.iter().filter(|lot| empty(lot)).count().saturating_sub(EMPTY_LOTS_KEPT);
        self.lots.retain(|lot| {
            let drop = surplus > 0 && empty(lot);
            surplus -= usize::from(drop);
            !drop
        });
    }
}

/// Whether the charge that a refresh belongs to is known to be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    Certain,
    Provisional,
}

fn fresh(id: LotId, granted: Day, expires: Option<Day>) -> Lot {
    Lot { id, granted, expires, remaining: 0, over: false, expired: 0, provisional: false }
}
