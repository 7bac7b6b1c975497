use super::people::{Found, Lines, People};
use super::{Cells, Planned, Reading};
use crate::check::Check;
use crate::op::Here;
use crate::refusal::{Refusal, Result};
use domain::customer::Person;
use domain::record::Change;
use domain::{CustomerId, Day};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;
use store::query::{self, OnFile};
use uuid::Uuid;

/// New people are put on file; of those who are, only what the file says is changed: an empty cell changes nothing.
pub(super) async fn plan(
    conn: &mut SqliteConnection,
    here: &Here,
    reading: &Reading<'_>,
    fresh: &mut (dyn FnMut() -> Uuid + Send),
    planned: &mut Planned,
) -> Result<()> {
    let mut people = People::load(conn).await?;
    let mut lines = Lines::default();
    // First whom each row is about, so that those on file are read together.
    let mut found: Vec<(Cells<'_>, Found)> = Vec::new();
    for cells in reading.rows() {
        let whom = people.find(cells).and_then(|found| {
            if let Found::OnFile(id) = found {
                lines.first(id, cells)?;
            }
            Ok(found)
        });
        match whom {
            Err(unclear) => {
                planned.note(cells, vec![unclear]);
            }
            Ok(Found::OnFile(id)) => found.push((cells, Found::OnFile(id))),
            Ok(Found::Nobody(own)) => {
                let id = own.unwrap_or_else(|| CustomerId(fresh()));
                match own {
                    Some(_) => people.add_newcomer(on_file(id, cells)),
                    None => people.add(on_file(id, cells)),
                }
                // A later row that finds them is told of this line.
                let _ = lines.first(id, cells);
                found.push((cells, Found::Nobody(Some(id))));
            }
        }
    }
    let known: Vec<CustomerId> = found
        .iter()
        .filter_map(|(_, whom)| match whom {
            Found::OnFile(id) => Some(*id),
            Found::Nobody(_) => None,
        })
        .collect();
    let before = query::people(conn, &known).await?;
    for (cells, whom) in found {
        let (id, old) = match whom {
            Found::OnFile(id) => (id, before.get(&id).map(|customer| &customer.person)),
            Found::Nobody(Some(id)) => (id, None),
            Found::Nobody(None) => continue,
        };
        let (person, mut problems) = person(cells, old, here.today);
        let card = people.by_card.get(&person.card_code).filter(|_| !person.card_code.is_empty());
        if let Some(other) = card.filter(|other| **other != id) {
            problems.push(("card_code".into(), format!("{} has this card already.", people.name(*other))));
        }
        if planned.note(cells, problems) {
            continue;
        }
        match old {
            None => {
                planned.created += 1;
                planned.changes.push(Change::CustomerCreated { customer: id, person });
            }
            Some(old) if *old == person => planned.unchanged += 1,
            Some(_) => {
                planned.changed += 1;
                planned.changes.push(Change::CustomerEdited { customer: id, person });
            }
        }
    }
    Ok(())
}

pub(super) fn on_file(id: CustomerId, cells: Cells<'_>) -> OnFile {
    OnFile {
        id,
        root: id,
        name: cells.text("name").to_owned(),
        email: cells.text("email").to_owned(),
        phone: cells.text("phone").to_owned(),
        card: cells.text("card_code").to_owned(),
        external: cells.text("external_id").to_owned(),
        organization: false,
    }
}

/// What a row says of somebody over what was known, and what of it cannot be.
pub(super) fn person(cells: Cells<'_>, old: Option<&Person>, today: Day) -> (Person, Vec<(String, String)>) {
    let mut person = old.cloned().unwrap_or_default();
    let mut problems: Vec<(String, String)> = Vec::new();
    let put = |key: &str, place: &mut String| {
        let text = cells.text(key);
        if !text.is_empty() {
            *place = text.to_owned();
        }
    };
    put("name", &mut person.name);
    put("email", &mut person.email);
    put("phone", &mut person.phone);
    put("address", &mut person.address);
    put("card_code", &mut person.card_code);
    put("external_id", &mut person.external_id);
    match cells.text("is_organization").to_lowercase().as_str() {
        "" => {}
        "yes" | "true" | "1" if old.is_some_and(|old| !old.is_organization()) => {
            problems.push((
                "is_organization".into(),
                "This is a person on file, and becomes no organization.".into(),
            ));
        }
        "yes" | "true" | "1" => {
            person.organization.get_or_insert_default();
        }
        "no" | "false" | "0" if old.is_some_and(Person::is_organization) => {
            problems.push((
                "is_organization".into(),
                "This is an organization on file, and becomes no person.".into(),
            ));
        }
        "no" | "false" | "0" => {}
        _ => problems.push(("is_organization".into(), "Yes, or nothing.".into())),
    }
    if let Some(office) = &mut person.organization {
        put("contact", &mut office.contact);
        put("reference", &mut office.reference);
    }
    let birthday = cells.text("birthday");
    if !birthday.is_empty() {
        match cells.reading.figures.date(birthday) {
            Ok(day) => person.birthday = Some(day),
            Err(why) => problems.push(("birthday".into(), why)),
        }
    }
    let mut check = Check::default();
    let clean = check.person(&person, today);
    let wrong = match check.done() {
        Err(Refusal::Invalid { problems }) => problems,
        _ => Vec::new(),
    };
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for problem in wrong {
        let key = problem.field.trim_start_matches("person.").trim_start_matches("organization.").to_owned();
        said.entry(key).or_insert(problem.why);
    }
    problems.extend(said);
    (clean, problems)
}
