//! Where an import stands.

use domain::record::ImportedWhat;
use protocol::data::{DateOrder, ImportChecked, ImportOptions, ImportRead, ImportSource, Imported};
use std::collections::BTreeMap;
use std::rc::Rc;
use yew::Reducible;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Step {
    #[default]
    File,
    Columns,
    Trial,
    Done,
}

impl Step {
    /// Its place among the three; after the last all are done.
    pub fn at(self) -> usize {
        match self {
            Self::File => 0,
            Self::Columns => 1,
            Self::Trial => 2,
            Self::Done => 3,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub step: Step,
    pub source: Option<Rc<ImportSource>>,
    pub read: Option<Rc<ImportRead>>,
    pub options: ImportOptions,
    /// What a person chose, over what was guessed: it holds for the mended file too, and however the letters are read.
    pub chosen: Chosen,
    pub checked: Option<Rc<ImportChecked>>,
    pub done: Option<Imported>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chosen {
    /// By field: the column's place and heading; `None`: no column says it.
    columns: BTreeMap<String, Option<(u32, String)>>,
    dates: Option<DateOrder>,
    decimal_comma: Option<bool>,
}

impl Chosen {
    /// The guess for a file that was just read, with everything that was chosen before and still fits. `same_file`: its
    /// columns stay what they are though their headings may read differently now.
    fn over(&self, read: &ImportRead, same_file: bool) -> ImportOptions {
        let mut options = read.guess.clone();
        options.dates = self.dates.unwrap_or(options.dates);
        options.decimal_comma = self.decimal_comma.unwrap_or(options.decimal_comma);
        for (field, column) in &self.columns {
            let Some((at, heading)) = column else {
                options.columns.remove(field);
                continue;
            };
            let has_it = |place: &usize| read.columns.get(*place).is_some_and(|one| one.heading == *heading);
            let place = Some(*at as usize)
                .filter(|place| has_it(place) || same_file)
                .or_else(|| (0..read.columns.len()).find(has_it));
            if let Some(place) = place {
                options.columns.insert(field.clone(), place as u32);
            }
        }
        options
    }
}

impl Default for Import {
    fn default() -> Self {
        let options = ImportOptions {
            columns: Default::default(),
            dates: DateOrder::YearMonthDay,
            decimal_comma: false,
        };
        Self {
            step: Step::File,
            source: None,
            read: None,
            options,
            chosen: Chosen::default(),
            checked: None,
            done: None,
        }
    }
}

pub enum Turn {
    /// A file was read, or the same one in another way.
    Read(ImportSource, ImportRead),
    /// A field is said by this column, or by none.
    Column(String, Option<u32>),
    Dates(DateOrder),
    DecimalComma(bool),
    Checked(ImportChecked),
    Done(Imported),
    Back,
    Again,
}

impl Reducible for Import {
    type Action = Turn;

    fn reduce(self: Rc<Self>, turn: Turn) -> Rc<Self> {
        let mut next = (*self).clone();
        match turn {
            Turn::Read(source, read) => {
                next.step = Step::Columns;
                let same_file = next.source.as_ref().is_some_and(|before| before.base64 == source.base64)
                    && next.read.as_ref().is_some_and(|before| before.columns.len() == read.columns.len());
                next.options = next.chosen.over(&read, same_file);
                next.source = Some(Rc::new(source));
                next.read = Some(Rc::new(read));
                next.checked = None;
            }
            Turn::Column(key, Some(column)) => {
                let heading = next.read.as_ref().and_then(|read| read.columns.get(column as usize));
                let heading = heading.map(|column| column.heading.clone()).unwrap_or_default();
                next.chosen.columns.insert(key.clone(), Some((column, heading)));
                next.options.columns.insert(key, column);
            }
            Turn::Column(key, None) => {
                next.options.columns.remove(&key);
                next.chosen.columns.insert(key, None);
            }
            Turn::Dates(dates) => {
                next.options.dates = dates;
                next.chosen.dates = Some(dates);
            }
            Turn::DecimalComma(comma) => {
                next.options.decimal_comma = comma;
                next.chosen.decimal_comma = Some(comma);
            }
            Turn::Checked(checked) => {
                next.checked = Some(Rc::new(checked));
                next.step = Step::Trial;
            }
            Turn::Done(done) => {
                next.done = Some(done);
                next.step = Step::Done;
            }
            Turn::Back => {
                next.step = match next.step {
                    Step::Trial => Step::Columns,
                    Step::File | Step::Columns | Step::Done => Step::File,
                };
            }
            Turn::Again => next = Self::default(),
        }
        Rc::new(next)
    }
}

impl Import {
    /// What has to be chosen before it can be tried.
    pub fn missing(&self, what: ImportedWhat) -> Vec<String> {
        let Some(read) = &self.read else { return Vec::new() };
        let mut missing: Vec<String> = read
            .fields
            .iter()
            .filter(|field| field.required && !self.options.columns.contains_key(&field.key))
            .map(|field| field.title.clone())
            .collect();
        let says_who = ["id", "external_id", "email", "name"];
        if what == ImportedWhat::Members
            && !says_who.iter().any(|key| self.options.columns.contains_key(*key))
        {
            missing.push("Name".to_owned());
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::data::{Delimiter, Encoding, ImportColumn, ImportField};

    fn source() -> ImportSource {
        ImportSource {
            what: ImportedWhat::Members,
            name: "members.csv".into(),
            base64: String::new(),
            encoding: None,
            delimiter: None,
        }
    }

    fn read() -> ImportRead {
        let field = |key: &str, required| ImportField {
            key: key.into(),
            title: key.to_uppercase(),
            required,
            help: String::new(),
        };
        ImportRead {
            encoding: Encoding::Utf8,
            delimiter: Delimiter::Comma,
            rows: 2,
            columns: Vec::new(),
            fields: vec![field("name", false), field("plan", true)],
            guess: ImportOptions {
                columns: [("plan".to_owned(), 1)].into(),
                dates: DateOrder::DayMonthYear,
                decimal_comma: true,
            },
            dates_unsure: false,
            notes: Vec::new(),
        }
    }

    fn turned(import: Import, turns: Vec<Turn>) -> Import {
        let import = turns.into_iter().fold(Rc::new(import), |import, turn| import.reduce(turn));
        (*import).clone()
    }

    #[test]
    fn a_file_that_was_read_begins_with_what_was_guessed() {
        let import = turned(Import::default(), vec![Turn::Read(source(), read())]);
        assert_eq!(import.step, Step::Columns);
        assert_eq!(import.options, read().guess);
        assert_eq!(import.missing(ImportedWhat::Members), ["Name"], "somebody has to be named");
        let import =
            turned(import, vec![Turn::Column("name".into(), Some(0)), Turn::Column("plan".into(), None)]);
        assert_eq!(import.missing(ImportedWhat::Members), ["PLAN"]);
    }

    fn with_columns(headings: &[&str]) -> ImportRead {
        let column = |heading: &&str| ImportColumn { heading: (*heading).into(), samples: Vec::new() };
        ImportRead { columns: headings.iter().map(column).collect(), ..read() }
    }

    #[test]
    fn the_mended_file_keeps_what_was_chosen_by_its_headings() {
        let import = turned(
            Import::default(),
            vec![
                Turn::Read(source(), with_columns(&["Kunde", "Tarif", "Seit"])),
                Turn::Column("name".into(), Some(0)),
                Turn::Column("plan".into(), None),
                Turn::Dates(DateOrder::MonthDayYear),
                Turn::DecimalComma(false),
                Turn::Back,
            ],
        );
        let mended = ImportSource { base64: "bWVuZGVk".into(), ..source() };
        let again =
            turned(import.clone(), vec![Turn::Read(mended, with_columns(&["Seit", "Kunde", "Tarif"]))]);
        assert_eq!(again.options.columns, [("name".to_owned(), 1)].into());
        assert_eq!((again.options.dates, again.options.decimal_comma), (DateOrder::MonthDayYear, false));
        let other = ImportSource { base64: "b3RoZXI=".into(), ..source() };
        let other = turned(import.clone(), vec![Turn::Read(other, with_columns(&["a", "b"]))]);
        assert_eq!(other.options.columns.get("name"), None, "another file has no such column");
        let letters = turned(import, vec![Turn::Read(source(), with_columns(&["K", "T", "S"]))]);
        assert_eq!(letters.options.columns, [("name".to_owned(), 0)].into(), "the same file, read otherwise");
    }

    #[test]
    fn back_leads_through_the_steps_and_keeps_what_was_chosen() {
        let turns = vec![
            Turn::Read(source(), read()),
            Turn::Dates(DateOrder::MonthDayYear),
            Turn::Checked(ImportChecked::default()),
        ];
        let import = turned(Import::default(), turns);
        assert_eq!(import.step, Step::Trial);
        let import = turned(import, vec![Turn::Back]);
        assert_eq!((import.step, import.options.dates), (Step::Columns, DateOrder::MonthDayYear));
        let import = turned(import, vec![Turn::Back]);
        assert_eq!((import.step.at(), import.source.is_some()), (0, true));
        assert_eq!(turned(import, vec![Turn::Again]), Import::default());
    }
}
