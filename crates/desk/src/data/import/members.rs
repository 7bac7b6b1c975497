use super::customers::{on_file, person};
use super::fields::{balance_key, counted};
use super::people::{Found, People};
use super::{Cells, Planned, Reading, figures};
use crate::op::Here;
use crate::refusal::Result;
use crate::words;
use domain::calendar::Schedule;
use domain::enrollment::{Brought, BroughtBalance, Enrollment, PaysBy, Refusal};
use domain::plan::{CreditUnit, Plan};
use domain::record::{Change, MembershipImported};
use domain::{CustomerId, Day, EnrollmentId, Money, PlanId};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;
use store::query;
use uuid::Uuid;

/// The furthest that somebody may have paid ahead.
const MONTHS_AHEAD: u32 = 60;
/// The longest that a charge may be overdue when it comes here.
const MONTHS_OVERDUE: u32 = 12;

/// Each row is a running membership: who, which, since when, billed next when, and what is left of its credits.
///
/// Somebody who holds the same membership here already is left as they are, and so is a row that was taken over before,
/// whatever became of it since: the same file twice changes nothing.
pub(super) async fn plan(
    conn: &mut SqliteConnection,
    here: &Here,
    reading: &Reading<'_>,
    fresh: &mut (dyn FnMut() -> Uuid + Send),
    planned: &mut Planned,
) -> Result<()> {
    let mut people = People::load(conn).await?;
    let every = query::every_membership(conn).await?;
    let mut lines: BTreeMap<(CustomerId, PlanId), u32> = BTreeMap::new();
    let (mut put_on_file, mut overdue, mut own_lots) = (0_u32, 0_u32, 0_u32);
    for cells in reading.rows() {
        let runs = status(cells.text("status"));
        if runs == Ok(false) {
            planned.skipped += 1;
            continue;
        }
        let mut problems = Vec::new();
        let plan = match named(here, cells.text("plan")) {
            Ok(plan) => Some(plan),
            Err(why) => {
                problems.push(("plan".to_owned(), why));
                None
            }
        };
        let whom = people.find(cells);
        let (customer, newcomer) = match whom {
            Ok(Found::OnFile(id)) => {
                if people.is_organization(id) {
                    let why = format!(
                        "{} is an organization. Enroll it here, with its people and seats.",
                        people.name(id)
                    );
                    problems.push(("name".to_owned(), why));
                }
                (Some(id), None)
            }
            Ok(Found::Nobody(own)) => {
                let (person, wrong) = person(cells, None, here.today);
                problems.extend(wrong);
                let id = own.unwrap_or_else(|| CustomerId(fresh()));
                (Some(id), Some(person))
            }
            Err(unclear) => {
                problems.push(unclear);
                (None, None)
            }
        };
        if let (Some(customer), Some(plan)) = (customer, plan) {
            if let Some(before) = lines.get(&(customer, plan.id)) {
                let why = format!("Line {before} has the same person and membership. Keep one of the two.");
                problems.push(("plan".to_owned(), why));
            } else {
                lines.insert((customer, plan.id), cells.row.line);
                let start = reading.figures.date(cells.text("start")).ok();
                let before = start.map(|start| EnrollmentId::of_import(customer, plan.id, start));
                let taken_over = before.is_some_and(|before| every.ids.contains(&before));
                if taken_over || every.running.contains(&(customer, plan.id)) {
                    planned.unchanged += 1;
                    continue;
                }
            }
        }
        if let Err(why) = runs {
            problems.push(("status".to_owned(), why));
        }
        let import = match (customer, plan) {
            (Some(customer), Some(plan)) => membership(here, cells, customer, plan, &people, &mut problems),
            _ => None,
        };
        if planned.note(cells, problems) {
            continue;
        }
        let Some((import, credit)) = import else { continue };
        if let Some(person) = newcomer {
            people.add(on_file(import.customer, cells));
            put_on_file += 1;
            planned.changes.push(Change::CustomerCreated { customer: import.customer, person });
        }
        overdue += u32::from(import.next_billing <= here.today);
        if import.terms.family.own_lots() {
            own_lots += import.dependents.len() as u32;
        }
        planned.created += 1;
        planned.credit += credit;
        planned.changes.push(Change::MembershipImported(Box::new(import)));
    }
    let people = |count: u32, one: &str, many: &str| match count {
        1 => format!("1 person {one}"),
        count => format!("{count} people {many}"),
    };
    if put_on_file > 0 {
        planned.notes.push(format!("{}.", people(put_on_file, "is put on file", "are put on file")));
    }
    if overdue > 0 {
        planned.notes.push(format!(
            "{}: the charge is due here at once.",
            people(overdue, "has a billing date that has come", "have a billing date that has come")
        ));
    }
    if own_lots > 0 {
        planned.notes.push(format!(
            "{} of their own from the next refresh on: what is left of it elsewhere is put right in the membership.",
            people(own_lots, "in a family has credit", "in families have credit")
        ));
    }
    if planned.created > 0 {
        planned.notes.push(
            "They pay at the counter from their next billing date; what they paid before stays with the other system."
                .to_owned(),
        );
    }
    Ok(())
}

/// Whether a row that says this is to be taken over.
fn status(text: &str) -> Result<bool, String> {
    match text.to_lowercase().replace(['_', '-'], " ").trim() {
        "" | "active" | "current" | "ok" | "running" | "good" | "paid" | "past due" | "past due with benefits"
        | "past due without benefits" | "overdue" | "waiting for payment" => Ok(true),
        "cancelled" | "canceled" | "ended" | "expired" | "inactive" | "terminated" | "closed" | "archived" => {
            Ok(false)
        }
        "paused" | "frozen" | "on hold" | "suspended" => Err(
            "A pause is not taken over. Write active and pause the membership here afterwards.".to_owned(),
        ),
        "ends" | "ending" | "cancelling" => Err(
            "An end that is agreed is not taken over. Write active and cancel the membership here afterwards."
                .to_owned(),
        ),
        _ => Err("Write active, or cancelled for a row to be left out.".to_owned()),
    }
}

fn named<'h>(here: &'h Here, name: &str) -> Result<&'h Plan, String> {
    if name.is_empty() {
        return Err("The membership is missing.".to_owned());
    }
    let wanted = name.to_lowercase();
    let mut plans =
        here.ground.plans.values().filter(|plan| !plan.archived && plan.about.name.to_lowercase() == wanted);
    match (plans.next(), plans.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(format!("Two memberships are called {name}. Rename one of them first.")),
        (None, _) => {
            Err(format!("No membership is called {name}. Add it first, or write the name as it is here."))
        }
    }
}

/// The membership of a row, and the worth of its money credits.
fn membership(
    here: &Here,
    cells: Cells<'_>,
    customer: CustomerId,
    plan: &Plan,
    people: &People,
    problems: &mut Vec<(String, String)>,
) -> Option<(MembershipImported, Money)> {
    let before = problems.len();
    let version = plan.current();
    let mut terms = version.terms.clone();
    let figures = cells.reading.figures;
    let mut wrong = |key: &str, why: String| problems.push((key.to_owned(), why));
    let start = match figures.date(cells.text("start")) {
        Ok(day) if day.year() < 1970 => {
            wrong("start", "No membership is that old.".to_owned());
            None
        }
        Ok(day) => Some(day),
        Err(_) if cells.text("start").is_empty() => {
            wrong("start", "The first day of the membership is missing.".to_owned());
            None
        }
        Err(why) => {
            wrong("start", why);
            None
        }
    };
    let next_billing = match (cells.text("next_billing"), start) {
        ("", Some(start)) => Some(
            Schedule { anchor: start, months: terms.frequency.months() }.first_after(here.today.max(start)),
        ),
        ("", None) => None,
        (text, _) => match figures.date(text) {
            Ok(day) => Some(day),
            Err(why) => {
                wrong("next_billing", why);
                None
            }
        },
    };
    if let Some(why) = next_billing.and_then(|day| implausible(day, here.today)) {
        wrong("next_billing", why);
    }
    if !cells.text("price").is_empty() {
        match figures.money(cells.text("price")) {
            Ok(price) => terms.price = price,
            Err(why) => wrong("price", why),
        }
    }
    let (balances, credit) = balances(here, cells, plan, &mut wrong);
    let mut dependents = Vec::new();
    for name in cells.text("dependents").split([';', '|']).map(str::trim).filter(|name| !name.is_empty()) {
        match people.find_named(name) {
            Ok(id) => dependents.push(id),
            Err(why) => wrong("dependents", why),
        }
    }
    let (start, next_billing) = (start?, next_billing?);
    if problems.len() > before {
        return None;
    }
    let import = MembershipImported {
        enrollment: EnrollmentId::of_import(customer, plan.id, start),
        customer,
        plan: plan.id,
        version: version.number,
        terms,
        start,
        next_billing,
        pays: PaysBy::Counter,
        balances,
        dependents,
        credit_outlives_days: here
            .ground
            .practice
            .as_ref()
            .map_or(0, |practice| practice.credit_outlives_days),
    };
    if let Err(refusal) = Enrollment::bring_over(Brought::tried(&import, here.today)) {
        let key = match &refusal {
            Refusal::StartsInFuture { .. } => "start",
            Refusal::BillsBeforeStart { .. } | Refusal::EndsBeforeBilling { .. } => "next_billing",
            Refusal::NoFamily | Refusal::FamilyFull { .. } | Refusal::AlreadyCovered { .. } => "dependents",
            _ => "plan",
        };
        problems.push((key.to_owned(), words::refused(&refusal)));
        return None;
    }
    Some((import, credit))
}

fn implausible(next_billing: Day, today: Day) -> Option<String> {
    if next_billing > today.plus_months(MONTHS_AHEAD) {
        return Some("That is more than 5 years ahead. Check how the file writes dates, above.".to_owned());
    }
    (next_billing < today.minus_months(MONTHS_OVERDUE)).then(|| {
        "That is more than a year ago. Write the date of the first charge to collect here, or leave the row out."
            .to_owned()
    })
}

/// What is left of each counted benefit, and what the money among it is worth.
fn balances(
    here: &Here,
    cells: Cells<'_>,
    plan: &Plan,
    wrong: &mut impl FnMut(&str, String),
) -> (Vec<BroughtBalance>, Money) {
    let promised = counted(&here.ground, &plan.current().terms);
    let mut balances = Vec::new();
    let mut credit = Money::ZERO;
    for (name, benefit, unit) in &promised {
        let key = balance_key(name);
        let text = cells.text(&key);
        if text.is_empty() {
            continue;
        }
        let amount = match unit {
            CreditUnit::Money => cells.reading.figures.money(text).map(Money::minor),
            CreditUnit::Minutes => cells.reading.figures.minutes_of_hours(text),
            CreditUnit::Bookings => figures::whole(text),
        };
        match amount {
            Ok(0) => {}
            Ok(amount) => {
                if *unit == CreditUnit::Money {
                    credit += Money::from_minor(amount);
                }
                balances.push(BroughtBalance { benefit: *benefit, person: None, amount });
            }
            Err(why) => wrong(&key, why),
        }
    }
    for key in cells.reading.columns.keys().filter(|key| key.starts_with("balance:")) {
        let promises = promised.iter().any(|(name, ..)| balance_key(name) == *key);
        let empty = matches!(cells.text(key), "" | "0" | "0.00" | "0,00");
        if !promises && !empty {
            wrong(key, format!("{} has no such credit. Leave the cell empty.", plan.about.name));
        }
    }
    (balances, credit)
}
