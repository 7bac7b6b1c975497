use super::organization;
use crate::ground::Ground;
use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use crate::{pdf, words};
use domain::enrollment::{Due, Enrollment};
use domain::fold::{State, fold};
use domain::mail::StatementKind;
use domain::record::{Change, Entity};
use domain::{CustomerId, Day, Money};
use protocol::organizations::{
    GetStatementPdf, GetStatements, Statement, StatementLine, StatementPaper, StatementReceipt,
    StatementState, Statements,
};
use protocol::receipt::FileMade;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;
use store::query;

/// As many paid statements as are shown.
const PAID_SHOWN: usize = 36;

/// What an organization will pay, owes and paid, one statement for each day.
pub(crate) async fn get_statements(look: &mut Look<'_>, request: GetStatements) -> Result<Statements> {
    let here = look.here.clone();
    statements(look.conn, &here, request.organization).await
}

/// One of them as a file, with the words and sums that the screen shows.
pub(crate) async fn get_statement_pdf(look: &mut Look<'_>, request: GetStatementPdf) -> Result<FileMade> {
    let paper = statement_paper(look, request.organization, request.on, request.kind).await?;
    let paper = paper.ok_or(Refusal::NotFound { what: "That statement" })?;
    let name = format!("{}, {}.pdf", paper.title, paper.to.first().cloned().unwrap_or_default());
    pdf::file(name, move || paper::statement(&paper)).await
}

/// A statement as it stands on paper today; one that was open may be paid by now, and one that was forecast open.
pub(crate) async fn statement_paper(
    look: &mut Look<'_>,
    organization: CustomerId,
    on: Day,
    kind: StatementKind,
) -> Result<Option<StatementPaper>> {
    let here = look.here.clone();
    let all = statements(look.conn, &here, organization).await?;
    let that_day = || all.statements.iter().filter(|one| one.on == on);
    let exactly = that_day().find(|one| one.state.kind() == kind);
    let found = exactly.or_else(|| that_day().find(|one| one.state.kind() < kind));
    let practice = here.ground.practice()?;
    Ok(found.map(|one| StatementPaper::of(&all, one, practice)))
}

pub(super) async fn statements(
    conn: &mut SqliteConnection,
    here: &Here,
    id: CustomerId,
) -> Result<Statements> {
    let (customer, office) = organization(conn, id).await?;
    let mut charges = Vec::new();
    for held in query::enrollments_of(conn, customer.id).await? {
        charges.extend(paid(conn, &held).await?);
        let now = held.at(here.today);
        let open = now.dues(here.today).into_iter().map(|due| (due, StatementState::Open));
        let next = now.next_charge(here.today).map(|due| (due, StatementState::Forecast));
        charges.extend(open.chain(next).map(|(due, state)| Charge { held: now.clone(), due, state }));
    }
    let mut people: Vec<CustomerId> = charges.iter().flat_map(Charge::people).collect();
    people.sort_unstable();
    people.dedup();
    let names: BTreeMap<CustomerId, String> =
        query::customers_named(conn, &people).await?.into_iter().map(|row| (row.id, row.name)).collect();
    let statements = by_day(&here.ground, here.today, charges, &names);
    let owed = (statements.iter())
        .filter(|statement| statement.state == StatementState::Open)
        .map(|statement| statement.total)
        .sum();
    Ok(Statements {
        organization: customer.id,
        name: customer.person.name.clone(),
        contact: office.contact,
        address: customer.person.address.clone(),
        reference: office.reference,
        email: customer.person.email.clone(),
        owed,
        statements,
    })
}

/// One charge of one membership, with the membership as it stood when it was charged.
struct Charge {
    held: Enrollment,
    due: Due,
    state: StatementState,
}

impl Charge {
    fn people(&self) -> Vec<CustomerId> {
        let mut people: Vec<CustomerId> = self.held.covered(self.due.due_on).collect();
        people.extend(self.held.joiners(&self.due).iter().map(|joiner| joiner.customer));
        people
    }
}

/// What was collected, each charge seen as the journal tells it: from the state just before the money came.
async fn paid(conn: &mut SqliteConnection, held: &Enrollment) -> Result<Vec<Charge>> {
    let entity = Entity::Enrollment(held.id);
    let mut state: Option<State> = None;
    let mut found = Vec::new();
    for record in store::records_about(conn, entity).await? {
        if let (Change::ChargeCollected(charge), Some(State::Enrollment(before))) = (&record.change, &state) {
            let before = before.at(record.day);
            let due = before.dues(record.day).into_iter().chain(before.next_charge(record.day));
            if let Some(due) = due.into_iter().find(|due| due.period == charge.period) {
                let receipts = vec![charge.number.to_string()];
                let state = StatementState::Paid { on: record.day, receipts };
                found.push(Charge { held: before, due, state });
            }
        }
        state = Some(fold(entity, state, &record).state);
    }
    Ok(found)
}

/// Everything that falls on one day and stands alike, newest first.
fn by_day(
    ground: &Ground,
    today: Day,
    charges: Vec<Charge>,
    names: &BTreeMap<CustomerId, String>,
) -> Vec<Statement> {
    let mut days: BTreeMap<(Day, u8), Statement> = BTreeMap::new();
    for charge in charges {
        let rank = match charge.state {
            StatementState::Paid { .. } => 0,
            StatementState::Open => 1,
            StatementState::Forecast => 2,
        };
        let statement = days.entry((charge.due.due_on, rank)).or_insert_with(|| Statement {
            on: charge.due.due_on,
            state: match &charge.state {
                StatementState::Paid { on, .. } => StatementState::Paid { on: *on, receipts: Vec::new() },
                other => other.clone(),
            },
            lines: Vec::new(),
            total: Money::ZERO,
            tax: Money::ZERO,
            people: Vec::new(),
            receipts: Vec::new(),
        });
        if let (StatementState::Paid { receipts, .. }, StatementState::Paid { receipts: more, .. }) =
            (&mut statement.state, &charge.state)
        {
            receipts.extend(more.iter().cloned());
            let enrollment = charge.held.id;
            statement
                .receipts
                .extend(more.iter().map(|number| StatementReceipt { enrollment, number: number.clone() }));
        }
        statement.lines.extend(lines(ground, today, &charge, names));
        statement.total += charge.due.total;
        statement.tax += charge.due.tax;
        for person in charge.held.covered(charge.due.due_on) {
            let name = name_of(names, person);
            if !statement.people.contains(&name) {
                statement.people.push(name);
            }
        }
    }
    // One forecast: the next day on which anything falls.
    let next = days.keys().find(|(_, rank)| *rank == 2).map(|(day, _)| *day);
    days.retain(|(day, rank), _| *rank != 2 || Some(*day) == next);
    let mut statements: Vec<Statement> = days.into_values().rev().collect();
    statements.sort_by_key(|statement| statement.state != StatementState::Forecast);
    let mut shown = 0;
    statements.retain(|statement| {
        shown += usize::from(matches!(statement.state, StatementState::Paid { .. }));
        shown <= PAID_SHOWN
    });
    for statement in &mut statements {
        statement.people.sort_by_key(|name| name.to_lowercase());
    }
    statements
}

fn lines(
    ground: &Ground,
    today: Day,
    charge: &Charge,
    names: &BTreeMap<CustomerId, String>,
) -> Vec<StatementLine> {
    let due = &charge.due;
    let held = &charge.held;
    let line = |words: String, amount: Money| StatementLine { enrollment: held.id, words, amount };
    let plan = ground.plan_name(held.plan);
    let period = format!("{plan}, {} to {}", due.due_on.short(today), due.next_on.prev().short(today));
    let mut lines = Vec::new();
    let people = words::people(held.covered(due.due_on).count() as u32);
    if due.price.is_positive() || due.add_ons.is_zero() {
        lines.push(line(period, due.price));
        if due.add_ons.is_positive() {
            lines.push(line(format!("{people} at {}", ground.money(held.seat_price(due))), due.add_ons));
        }
    } else {
        let words = format!("{period}: {people} at {}", ground.money(held.seat_price(due)));
        lines.push(line(words, due.add_ons));
    }
    if !due.setup_fee.is_zero() {
        let words = if due.setup_fee.is_negative() { "Off to begin with" } else { "Setup fee" };
        lines.push(line(words.to_owned(), due.setup_fee));
    }
    for joiner in held.joiners(due) {
        let name = name_of(names, joiner.customer);
        let words = match joiner.until {
            None => format!("{name}, from {}", joiner.since.short(today)),
            Some(until) => {
                format!("{name}, {} to {}", joiner.since.short(today), until.prev().short(today))
            }
        };
        lines.push(line(words, joiner.amount));
    }
    if due.carried.is_positive() {
        lines.push(line("Unused days of the plan before".to_owned(), -due.carried));
    }
    lines
}

fn name_of(names: &BTreeMap<CustomerId, String>, id: CustomerId) -> String {
    names.get(&id).cloned().unwrap_or_else(|| "Somebody".to_owned())
}
