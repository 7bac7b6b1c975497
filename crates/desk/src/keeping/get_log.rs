use super::entity;
use crate::ground::Ground;
use crate::op::Look;
use crate::refusal::Result;
use crate::telling::{self, Around};
use domain::customer::Person;
use domain::practice::DeskAbout;
use domain::record::{Change, Entity, Record};
use domain::{CustomerId, EnrollmentId};
use protocol::keeping::{GetLog, LogEntry, LogPage};
use serde_json::Value;
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};
use store::query::{self, LogLine};

/// What happened to something, newest first.
pub(crate) async fn get_log(look: &mut Look<'_>, request: GetLog) -> Result<LogPage> {
    let limit = request.limit.unwrap_or(100).clamp(1, 1000);
    let ground = look.here.ground.clone();
    let about = log_of(look, entity(request.about)).await?;
    let (lines, next) = query::log_about(look.conn, &about, request.after.as_deref(), limit).await?;
    let around = around(look.conn, &lines).await?;
    Ok(LogPage { entries: lines.into_iter().map(|line| entry(&ground, &around, line)).collect(), next })
}

pub(super) fn entry(ground: &Ground, around: &Around, line: LogLine) -> LogEntry {
    LogEntry {
        record: line.id,
        on: ground.day_of(line.on),
        at: ground.wall_time(line.on),
        by: ground.staff_name(line.staff),
        approved_by: line.approved_by.map(|staff| ground.staff_name(Some(staff))),
        desk: ground.desks.get(&line.desk).map_or_else(String::new, |desk: &DeskAbout| desk.name.clone()),
        text: line.record.map_or_else(
            || "Erased on request.".to_owned(),
            |record| telling::saved(ground, around, &record),
        ),
        kind: line.kind,
        refused: line.refused,
    }
}

/// The names and credits that the records of a page speak of.
pub(super) async fn around(conn: &mut SqliteConnection, lines: &[LogLine]) -> Result<Around> {
    let mut people: BTreeSet<CustomerId> = BTreeSet::new();
    let mut enrollments: BTreeSet<EnrollmentId> = BTreeSet::new();
    for change in lines.iter().filter_map(|line| Some(&line.record.as_ref()?.change)) {
        match change {
            Change::HolderChanged { to: customer, .. }
            | Change::DependentAdded { customer, .. }
            | Change::DependentRemoved { customer, .. }
            | Change::SeatPaused { customer, .. }
            | Change::SeatResumed { customer, .. } => {
                people.insert(*customer);
            }
            Change::CreditRefreshed { enrollment, person, .. }
            | Change::CreditAdjusted { enrollment, person, .. }
            | Change::GoodwillGiven { enrollment, person, .. } => {
                enrollments.insert(*enrollment);
                people.extend(*person);
            }
            Change::LotExtended { enrollment, .. } | Change::OverdraftSettled { enrollment, .. } => {
                enrollments.insert(*enrollment);
            }
            _ => {}
        }
    }
    let mut around = Around { changed: changed(lines), ..Around::default() };
    let edited = lines.iter().filter_map(|line| match &line.record.as_ref()?.change {
        Change::CustomerEdited { customer, .. } => Some(*customer),
        _ => None,
    });
    for customer in edited.collect::<BTreeSet<CustomerId>>() {
        around.changed.extend(edits(&store::details_of(conn, customer).await?));
    }
    if !people.is_empty() {
        let ids: Vec<CustomerId> = people.into_iter().collect();
        let named = query::customers_named(conn, &ids).await?;
        around.people = named.into_iter().map(|row| (row.id, row.name)).collect();
    }
    if !enrollments.is_empty() {
        let ids: Vec<EnrollmentId> = enrollments.into_iter().collect();
        for held in query::held_by_ids(conn, &ids).await? {
            let id = held.enrollment.id;
            around.grants.extend(
                held.enrollment.accounts.into_iter().map(|account| ((id, account.benefit), account.grant)),
            );
        }
    }
    Ok(around)
}

/// Of what is saved whole, the fields that differ from the record before, where that is on the page too.
fn changed(lines: &[LogLine]) -> BTreeMap<domain::RecordId, Vec<String>> {
    let mut before: BTreeMap<Entity, Value> = BTreeMap::new();
    let mut changed = BTreeMap::new();
    for line in lines.iter().rev() {
        let Some(record) = &line.record else { continue };
        let saved = matches!(
            record.change,
            Change::PracticeSaved(_)
                | Change::DeskSaved(_)
                | Change::LocationSaved(_)
                | Change::TaxClassSaved(_)
                | Change::CategorySaved(_)
                | Change::StaffSaved(_)
                | Change::ItemSaved(_)
        );
        let Some(about) = record.change.about().first().copied().filter(|_| saved) else { continue };
        let Ok(mut value) = serde_json::to_value(&record.change) else { continue };
        let value = value.get_mut("payload").map(Value::take).unwrap_or_default();
        if let Some(old) = before.get(&about) {
            changed.insert(record.id, differing(old, &value));
        }
        before.insert(about, value);
    }
    changed
}

/// Of each time somebody's details were edited, which of them; the record before may stand on no page that is shown.
fn edits(details: &[Record]) -> Vec<(domain::RecordId, Vec<String>)> {
    let person = |record: &Record| match &record.change {
        Change::CustomerCreated { person, .. } | Change::CustomerEdited { person, .. } => {
            Some(person.clone())
        }
        _ => None,
    };
    let pairs =
        details.windows(2).filter_map(|pair| Some((pair[1].id, person(&pair[0])?, person(&pair[1])?)));
    pairs.map(|(record, old, new)| (record, details_changed(&old, &new))).collect()
}

/// By name and never by value: a log outlives what somebody wants forgotten.
fn details_changed(old: &Person, new: &Person) -> Vec<String> {
    let office = |person: &Person| person.organization.clone().unwrap_or_default();
    let (before, after) = (office(old), office(new));
    [
        (old.name != new.name, "name"),
        (old.email != new.email, "e-mail"),
        (old.phone != new.phone, "phone"),
        (old.birthday != new.birthday, "birthday"),
        (old.address != new.address, "address"),
        (old.card_code != new.card_code, "card"),
        (old.external_id != new.external_id, "number in the other system"),
        (before.contact != after.contact, "contact"),
        (before.reference != after.reference, "reference"),
    ]
    .into_iter()
    .filter(|(differs, _)| *differs)
    .map(|(_, name)| name.to_owned())
    .collect()
}

/// The names of the fields whose values differ, as words.
fn differing(old: &Value, new: &Value) -> Vec<String> {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return Vec::new() };
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| name.replace('_', " "))
        .collect()
}

/// What the log of a thing tells of: of a person also what became of their memberships.
async fn log_of(look: &mut Look<'_>, entity: Entity) -> Result<Vec<Entity>> {
    let Entity::Customer(id) = entity else { return Ok(vec![entity]) };
    let mut about: Vec<Entity> =
        query::family_of(look.conn, id).await?.into_iter().map(Entity::Customer).collect();
    if about.is_empty() {
        about.push(entity);
    }
    let held = query::enrollments_of(look.conn, id).await?;
    about.extend(held.into_iter().map(|held| Entity::Enrollment(held.id)));
    Ok(about)
}
