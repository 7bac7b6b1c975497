//! The small, slow-moving things every use case stands on: the practice, its places, people, items and plans.

use crate::items::HeldTerms;
use crate::refusal::{Refusal, Result};
use chrono::Timelike;
use domain::fold::State;
use domain::item::Item;
use domain::plan::Plan;
use domain::practice::{Category, DeskAbout, Location, Practice, Staff, TaxClass};
use domain::record::Entity;
use domain::{Day, DeskId, Instant, ItemId, LocationId, PlanId, StaffId};
use protocol::tickets::Catalog;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Read whole at the start and again whenever one of them changes.
#[derive(Debug, Default)]
pub struct Ground {
    pub practice: Option<Practice>,
    zone: Option<chrono_tz::Tz>,
    pub locations: BTreeMap<LocationId, Location>,
    pub tax_classes: Vec<TaxClass>,
    pub categories: Vec<Category>,
    pub staff: BTreeMap<StaffId, Staff>,
    pub desks: BTreeMap<DeskId, DeskAbout>,
    pub items: BTreeMap<ItemId, Item>,
    pub plans: BTreeMap<PlanId, Plan>,
    /// What is on sale at each place today, made when it is first asked for.
    catalogs: Mutex<BTreeMap<LocationId, (HeldTerms, Arc<Catalog>)>>,
}

impl Ground {
    pub async fn load(conn: &mut SqliteConnection) -> Result<Self> {
        let mut ground = Self::default();
        for state in store::query::small_states(conn).await? {
            ground.put(state);
        }
        ground.categories.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.name.cmp(&b.name)));
        ground.tax_classes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(ground)
    }

    fn put(&mut self, state: State) {
        match state {
            State::Practice(practice) => {
                self.zone = practice.time_zone.parse().ok();
                self.practice = Some(*practice);
            }
            State::Location(location) => {
                self.locations.insert(location.id, location);
            }
            State::TaxClass(class) => self.tax_classes.push(class),
            State::Category(category) => self.categories.push(category),
            State::Staff(staff) => {
                self.staff.insert(staff.id, staff);
            }
            State::Desk(desk) => {
                self.desks.insert(desk.id, desk);
            }
            State::Item(item) => {
                self.items.insert(item.id, item);
            }
            State::Plan(plan) => {
                self.plans.insert(plan.id, *plan);
            }
            State::Customer(_)
            | State::Enrollment(_)
            | State::Ticket(_)
            | State::Drawer(_)
            | State::Task(_)
            | State::GiftCard(_)
            | State::Unmade => {}
        }
    }

    /// Whether an entity's change makes this stale.
    pub fn holds(entity: Entity) -> bool {
        match entity {
            Entity::Practice
            | Entity::Desk(_)
            | Entity::Location(_)
            | Entity::TaxClass(_)
            | Entity::Category(_)
            | Entity::Staff(_)
            | Entity::Item(_)
            | Entity::Plan(_) => true,
            Entity::Customer(_)
            | Entity::Enrollment(_)
            | Entity::Ticket(_)
            | Entity::Drawer(_)
            | Entity::Task(_)
            | Entity::GiftCard(_) => false,
        }
    }

    pub fn practice(&self) -> Result<&Practice> {
        self.practice.as_ref().ok_or(Refusal::NotSetUp)
    }

    /// The practice's day at an instant.
    pub fn day_of(&self, at: Instant) -> Day {
        Day::new(at.utc().with_timezone(&self.zone()).date_naive())
    }

    /// The instant at a full hour of a day; where the clocks skip it, the first one after.
    pub fn at_hour(&self, day: Day, hour: u32) -> Instant {
        let wall = |hour| {
            day.date()
                .and_hms_opt(hour, 0, 0)
                .and_then(|wall| wall.and_local_timezone(self.zone()).earliest())
        };
        let local = (hour..24).find_map(wall);
        let millis = local.map_or_else(
            || day.date().and_hms_opt(12, 0, 0).unwrap_or_default().and_utc().timestamp_millis(),
            |local| local.timestamp_millis(),
        );
        Instant::from_millis(millis)
    }

    /// The day of an instant at Stripe that began a period: an hour of summer time more or less is the same day.
    pub fn billing_day_of(&self, at: Instant, expected: Option<Day>) -> Day {
        let hour = 3_600_000;
        let day = self.day_of(at);
        let near = [day, self.day_of(at.plus_millis(hour)), self.day_of(at.plus_millis(-hour))];
        expected.filter(|expected| near.contains(expected)).unwrap_or(day)
    }

    /// Practice-local wall time, `14:05`.
    pub fn wall_time(&self, at: Instant) -> String {
        let local = at.utc().with_timezone(&self.zone());
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    fn zone(&self) -> chrono_tz::Tz {
        self.zone.unwrap_or(chrono_tz::UTC)
    }

    pub fn location(&self, id: LocationId) -> Result<&Location> {
        self.locations.get(&id).ok_or(Refusal::NotFound { what: "The location" })
    }

    /// The catalog of a place on a day, while those terms are held; `make` is asked when one of them changes.
    pub(crate) fn catalog(
        &self,
        location: LocationId,
        today: Day,
        held: HeldTerms,
        make: impl FnOnce(&HeldTerms) -> Result<Catalog>,
    ) -> Result<Arc<Catalog>> {
        let mut catalogs = self.catalogs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, made)) =
            catalogs.get(&location).filter(|(of, made)| made.today == today && *of == held)
        {
            return Ok(Arc::clone(made));
        }
        let made = Arc::new(make(&held)?);
        catalogs.insert(location, (held, Arc::clone(&made)));
        Ok(made)
    }

    pub fn item(&self, id: ItemId) -> Result<&Item> {
        self.items.get(&id).ok_or(Refusal::NotFound { what: "The item" })
    }

    pub fn plan(&self, id: PlanId) -> Result<&Plan> {
        self.plans.get(&id).ok_or(Refusal::NotFound { what: "The membership" })
    }

    pub fn staff_name(&self, id: Option<StaffId>) -> String {
        match id {
            Some(id) => self.staff.get(&id).map_or_else(|| "Somebody".to_owned(), |staff| staff.name.clone()),
            None => "Perennial".to_owned(),
        }
    }

    pub fn plan_name(&self, id: PlanId) -> String {
        self.plans.get(&id).map_or_else(|| "A membership".to_owned(), |plan| plan.about.name.clone())
    }

    /// `$1,284.00` in the practice's currency.
    pub fn money(&self, amount: domain::Money) -> String {
        self.practice.as_ref().map_or(domain::Currency::USD, |practice| practice.currency).format(amount)
    }
}
