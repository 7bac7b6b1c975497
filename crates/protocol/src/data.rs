//! Data out and in as files, and what one person may ask for: everything held about them, and to be forgotten.

use crate::members::ExportFormat;
use crate::receipt::FileMade;
use domain::record::{ExportedWhat, ImportedWhat};
use domain::{CustomerId, Day, Money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Takes one kind of data out as a file; the log says who did, when and how much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportData {
    /// People, tickets, their lines or credits; members are exported from their table.
    pub what: ExportedWhat,
    pub format: ExportFormat,
    /// Tickets of this day and later.
    #[serde(default)]
    pub from: Option<Day>,
    /// Tickets of this day and earlier.
    #[serde(default)]
    pub to: Option<Day>,
}

/// Everything held about one person: as a page to read, or for a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportPerson {
    pub customer: CustomerId,
    pub format: PersonFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonFormat {
    Html,
    Json,
}

/// What erasing a person would take away and what stays, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewErase {
    pub customer: CustomerId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErasePreview {
    pub name: String,
    /// What they will be called afterwards.
    pub pseudonym: String,
    /// Each in words.
    pub goes: Vec<String>,
    pub stays: Vec<String>,
    /// Why it cannot be done now, with what to do; empty when it can.
    pub refused: Vec<String>,
}

/// Erases a person on request, for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EraseCustomer {
    pub customer: CustomerId,
    /// Their name, typed once more.
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Erased {
    pub pseudonym: String,
}

/// The largest file that is read, in bytes.
pub const LARGEST_IMPORT: usize = 10 * 1024 * 1024;
/// The most rows of one file.
pub const MOST_ROWS: usize = 50_000;

/// A file as it was chosen, and how it is to be read; what is not said is found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportSource {
    pub what: ImportedWhat,
    /// Without its folder.
    pub name: String,
    pub base64: String,
    #[serde(default)]
    pub encoding: Option<Encoding>,
    #[serde(default)]
    pub delimiter: Option<Delimiter>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

impl Encoding {
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252];

    pub fn words(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 (little endian)",
            Self::Utf16Be => "UTF-16 (big endian)",
            Self::Windows1252 => "Windows-1252 (Western European)",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
}

impl Delimiter {
    pub const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    pub fn words(self) -> &'static str {
        match self {
            Self::Comma => "Comma",
            Self::Semicolon => "Semicolon",
            Self::Tab => "Tab",
        }
    }

    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 2026-03-15
    YearMonthDay,
    /// 15/03/2026
    DayMonthYear,
    /// 03/15/2026
    MonthDayYear,
}

impl DateOrder {
    pub const ALL: [Self; 3] = [Self::YearMonthDay, Self::DayMonthYear, Self::MonthDayYear];

    pub fn words(self) -> &'static str {
        match self {
            Self::YearMonthDay => "Year first: 2026-03-15",
            Self::DayMonthYear => "Day first: 15/03/2026",
            Self::MonthDayYear => "Month first: 03/15/2026",
        }
    }
}

/// Reads a file's headings and first rows, and guesses what each column is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadImport {
    pub source: ImportSource,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportRead {
    pub encoding: Encoding,
    pub delimiter: Delimiter,
    pub rows: u32,
    pub columns: Vec<ImportColumn>,
    /// What the rows can say.
    pub fields: Vec<ImportField>,
    pub guess: ImportOptions,
    /// The dates in the file could be read in more than one way.
    pub dates_unsure: bool,
    /// What to know before going on, each in words.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportColumn {
    pub heading: String,
    /// The first cells that are not empty.
    pub samples: Vec<String>,
}

/// Something a row can say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportField {
    /// As [`ImportOptions::columns`] names it.
    pub key: String,
    pub title: String,
    pub required: bool,
    pub help: String,
}

/// Which column says what, and how its figures are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportOptions {
    /// By the field's key, the place of its column.
    pub columns: BTreeMap<String, u32>,
    pub dates: DateOrder,
    /// `1.284,50`
    pub decimal_comma: bool,
}

/// Tries an import and changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckImport {
    pub source: ImportSource,
    pub options: ImportOptions,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ImportChecked {
    pub rows: u32,
    pub created: u32,
    pub changed: u32,
    pub unchanged: u32,
    /// Left out because they say of themselves that they are over.
    pub skipped: u32,
    /// Rows with at least one problem.
    pub bad: u32,
    /// The first of them.
    pub problems: Vec<ImportProblem>,
    /// What the import does besides, each in words.
    pub notes: Vec<String>,
    /// The bad rows as they stand in the file, each with what is wrong.
    pub problem_rows: Option<FileMade>,
}

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportProblem {
    /// In the file, the headings are line 1.
    pub line: u32,
    pub column: String,
    pub value: String,
    /// What is wrong and what to do.
    pub why: String,
}

/// Imports all rows, or none where any of them has a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportFile {
    pub source: ImportSource,
    pub options: ImportOptions,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    pub created: u32,
    pub changed: u32,
    pub unchanged: u32,
    pub skipped: u32,
    /// The worth of money credits that came along.
    pub credit: Money,
}
