//! People, items and members from another system's file: read, tried, and then imported whole or not at all.

mod customers;
mod fields;
mod figures;
mod items;
mod members;
mod people;
mod table;

use crate::op::{Here, Look, Op};
use crate::refusal::{Problem, Refusal, Result};
use domain::record::{Change, DataImported, ImportedWhat};
use domain::{Day, Money};
use figures::Figures;
use protocol::data::{
    CheckImport, ImportChecked, ImportFile, ImportOptions, ImportProblem, ImportRead, Imported, ReadImport,
};
use protocol::receipt::FileMade;
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};
use table::Table;
use uuid::Uuid;

/// So many problems are shown; the file of bad rows has them all.
const SHOWN: usize = 200;

/// What a file says, and what its columns seem to be.
pub(crate) async fn read_import(look: &mut Look<'_>, request: ReadImport) -> Result<ImportRead> {
    let source = request.source;
    let fields = fields::of(&look.here.ground, source.what);
    let table = Table::read(&source)?;
    let guess = fields::guess(&fields, &table, &look.here);
    Ok(ImportRead {
        encoding: table.encoding,
        delimiter: table.delimiter,
        rows: table.rows.len() as u32,
        columns: table.columns(),
        fields: fields.into_iter().map(|field| field.shown).collect(),
        guess: guess.options,
        dates_unsure: guess.dates_unsure,
        notes: table.notes,
    })
}

/// Tries every row and changes nothing.
pub(crate) async fn check_import(look: &mut Look<'_>, request: CheckImport) -> Result<ImportChecked> {
    let here = look.here.clone();
    // Nothing of it is kept, so any ids do.
    let mut next = 0_u128;
    let mut fresh = move || {
        next += 1;
        Uuid::from_u128(next)
    };
    let table = Table::read(&request.source)?;
    let planned = plan(look.conn, &here, &table, request.source.what, &request.options, &mut fresh).await?;
    Ok(planned.told(&table, &request.source.name, here.today))
}

/// Imports every row, in one transaction; a file with a bad row imports nothing.
pub(crate) async fn import_file(op: &mut Op<'_>, request: ImportFile) -> Result<Imported> {
    let here = op.here.clone();
    let ids = op.ids;
    let mut fresh = || ids.fresh(here.now);
    let table = Table::read(&request.source)?;
    let what = request.source.what;
    let planned = plan(op.conn().await?, &here, &table, what, &request.options, &mut fresh).await?;
    if let Some(first) = planned.problems.first() {
        let rows = planned.bad.len();
        return Err(Refusal::invalid(
            "source",
            format!(
                "{rows} {} a problem, the first on line {}: {} Nothing was imported; check the file again.",
                if rows == 1 { "row has" } else { "rows have" },
                first.line,
                first.why
            ),
        ));
    }
    let Planned { mut changes, created, changed, unchanged, skipped, credit, .. } = planned;
    if !changes.is_empty() {
        let file: String =
            request.source.name.chars().filter(|letter| !letter.is_control()).take(100).collect();
        changes.push(Change::DataImported(DataImported { what, file, created, changed, unchanged }));
        op.write_many(changes).await?;
    }
    Ok(Imported { created, changed, unchanged, skipped, credit })
}

async fn plan(
    conn: &mut SqliteConnection,
    here: &Here,
    table: &Table,
    what: ImportedWhat,
    options: &ImportOptions,
    fresh: &mut (dyn FnMut() -> Uuid + Send),
) -> Result<Planned> {
    let reading = Reading::of(here, table, what, options)?;
    let mut planned = Planned::default();
    for row in &table.rows {
        for why in &row.broken {
            planned.bad.insert(row.line);
            planned.problems.push(ImportProblem {
                line: row.line,
                column: String::new(),
                value: String::new(),
                why: why.clone(),
            });
        }
    }
    match what {
        ImportedWhat::Customers => customers::plan(conn, here, &reading, fresh, &mut planned).await?,
        ImportedWhat::Items => items::plan(here, &reading, fresh, &mut planned)?,
        ImportedWhat::Members => members::plan(conn, here, &reading, fresh, &mut planned).await?,
    }
    planned.problems.sort_by_key(|problem| problem.line);
    Ok(planned)
}

/// What an import would do.
#[derive(Default)]
struct Planned {
    changes: Vec<Change>,
    created: u32,
    changed: u32,
    unchanged: u32,
    skipped: u32,
    /// Lines of rows with a problem.
    bad: BTreeSet<u32>,
    problems: Vec<ImportProblem>,
    notes: Vec<String>,
    credit: Money,
}

impl Planned {
    /// Adds what is wrong with a row; says whether anything is.
    fn note(&mut self, cells: Cells<'_>, problems: Vec<(String, String)>) -> bool {
        let any = !problems.is_empty();
        if any {
            self.bad.insert(cells.row.line);
        }
        for (key, why) in problems {
            let column = cells.reading.columns.get(&key).copied();
            self.problems.push(ImportProblem {
                line: cells.row.line,
                column: column.map_or_else(String::new, |at| cells.reading.table.heading(at)),
                value: column.map_or_else(String::new, |at| clipped(cells.row.cell(at))),
                why,
            });
        }
        any
    }

    fn told(self, table: &Table, name: &str, today: Day) -> ImportChecked {
        let problem_rows = (!self.problems.is_empty()).then(|| self.bad_rows(table, name, today)).flatten();
        ImportChecked {
            rows: table.rows.len() as u32,
            created: self.created,
            changed: self.changed,
            unchanged: self.unchanged,
            skipped: self.skipped,
            bad: self.bad.len() as u32,
            problems: self.problems.into_iter().take(SHOWN).collect(),
            notes: self.notes,
            problem_rows,
        }
    }

    /// The bad rows with what is wrong in a last column: mended, they can be imported as they are.
    fn bad_rows(&self, table: &Table, name: &str, today: Day) -> Option<FileMade> {
        use super::spreadsheet::defused;
        use base64::Engine;
        let mut whys: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for problem in &self.problems {
            let at = if problem.column.is_empty() { String::new() } else { format!("{}: ", problem.column) };
            whys.entry(problem.line).or_default().push(format!("{at}{}", problem.why));
        }
        let mut file = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
        let headings = table.headings.iter().map(|cell| defused(cell)).chain(["Problem".to_owned()]);
        file.write_record(headings).ok()?;
        for row in &table.rows {
            let Some(why) = whys.get(&row.line) else { continue };
            let cells = (0..table.headings.len()).map(|at| defused(row.cell(at as u32)));
            file.write_record(cells.chain([why.join(" ")])).ok()?;
        }
        let bytes = file.into_inner().ok()?;
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let stem: String = stem.chars().filter(|letter| !letter.is_control()).take(60).collect();
        Some(FileMade {
            name: format!("{stem} problems {today}.csv"),
            base64: base64::prelude::BASE64_STANDARD.encode(bytes),
        })
    }
}

fn clipped(text: &str) -> String {
    let mut clipped: String = text.chars().take(80).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
}

/// A table and how its cells are to be understood.
struct Reading<'t> {
    table: &'t Table,
    columns: BTreeMap<String, u32>,
    figures: Figures,
}

impl<'t> Reading<'t> {
    fn of(here: &Here, table: &'t Table, what: ImportedWhat, options: &ImportOptions) -> Result<Self> {
        let fields = fields::of(&here.ground, what);
        let mut problems = Vec::new();
        let mut wrong = |key: &str, why: String| {
            problems.push(Problem { field: format!("options.columns.{key}"), why });
        };
        for (key, column) in &options.columns {
            if !fields.iter().any(|field| field.shown.key == *key) {
                wrong(key, format!("There is nothing called {key} here."));
            } else if *column as usize >= table.headings.len() {
                wrong(key, "That column is not in the file.".to_owned());
            }
        }
        for field in fields.iter().filter(|field| field.shown.required) {
            if !options.columns.contains_key(&field.shown.key) {
                wrong(&field.shown.key, format!("Choose the column of: {}.", field.shown.title));
            }
        }
        if what == ImportedWhat::Members
            && !fields::PEOPLE.iter().any(|key| options.columns.contains_key(*key))
        {
            wrong("name", "Choose a column that says who the member is.".to_owned());
        }
        if !problems.is_empty() {
            return Err(Refusal::Invalid { problems });
        }
        let figures = Figures {
            dates: options.dates,
            decimal_comma: options.decimal_comma,
            currency: here.ground.practice()?.currency,
        };
        Ok(Self { table, columns: options.columns.clone(), figures })
    }

    /// The rows that are whole.
    fn rows(&self) -> impl Iterator<Item = Cells<'_>> {
        self.table.rows.iter().filter(|row| row.broken.is_empty()).map(|row| Cells { reading: self, row })
    }
}

/// One row, by field.
#[derive(Clone, Copy)]
struct Cells<'t> {
    reading: &'t Reading<'t>,
    row: &'t table::RowRead,
}

impl<'t> Cells<'t> {
    /// What stands in the column of a field; empty where it has none.
    fn text(&self, key: &str) -> &'t str {
        match self.reading.columns.get(key) {
            Some(column) => super::spreadsheet::fused(self.row.cell(*column).trim()),
            None => "",
        }
    }
}
