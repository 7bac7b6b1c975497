//! A file of rows: its encoding and delimiter found out, its lines numbered as a person counts them.

use crate::check::TEXT;
use crate::refusal::{Refusal, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use encoding_rs::{Encoding as Charset, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use protocol::data::{Delimiter, Encoding, ImportColumn, ImportSource, LARGEST_IMPORT, MOST_ROWS};

const MOST_COLUMNS: usize = 200;
const SAMPLES: usize = 3;

#[derive(Debug)]
pub(super) struct Table {
    pub encoding: Encoding,
    pub delimiter: Delimiter,
    pub headings: Vec<String>,
    pub rows: Vec<RowRead>,
    /// What a person should know, each in words.
    pub notes: Vec<String>,
}

#[derive(Debug)]
pub(super) struct RowRead {
    /// Where it begins; the headings are on line 1.
    pub line: u32,
    pub cells: csv::StringRecord,
    /// Why it cannot be read as a row.
    pub broken: Vec<String>,
}

impl RowRead {
    pub fn cell(&self, column: u32) -> &str {
        self.cells.get(column as usize).unwrap_or_default()
    }
}

impl Table {
    pub fn read(source: &ImportSource) -> Result<Self> {
        let refused = |why: String| Refusal::invalid("source", why);
        let bytes = BASE64_STANDARD
            .decode(source.base64.as_bytes())
            .map_err(|_| refused("The file did not arrive whole. Choose it again.".into()))?;
        if bytes.len() > LARGEST_IMPORT {
            let most = LARGEST_IMPORT / 1024 / 1024;
            return Err(refused(format!(
                "The file is larger than {most} MB. Split it and import the parts."
            )));
        }
        let looks_binary = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0");
        if looks_binary {
            return Err(refused(
                "This is a workbook, not a text file. Save the sheet as CSV and choose that.".into(),
            ));
        }
        let mut notes = Vec::new();
        let encoding = source.encoding.unwrap_or_else(|| detected(&bytes, &mut notes));
        let (text, _, had_errors) = charset(encoding).decode(&bytes);
        if had_errors {
            return Err(Refusal::invalid(
                "source.encoding",
                format!("Some letters are not {}. Choose another encoding.", encoding.words()),
            ));
        }
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Err(refused("The file is empty.".into()));
        }
        let delimiter = source.delimiter.unwrap_or_else(|| separates(text));
        let mut table = Self { encoding, delimiter, headings: Vec::new(), rows: Vec::new(), notes };
        table.take_rows(text)?;
        table.check_headings()?;
        Ok(table)
    }

    fn take_rows(&mut self, text: &str) -> Result<()> {
        let refused = |why: String| Refusal::invalid("source", why);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter.byte())
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        loop {
            let more = reader
                .read_record(&mut record)
                .map_err(|problem| refused(format!("The file cannot be read as rows: {problem}.")))?;
            if !more {
                return Ok(());
            }
            if self.headings.is_empty() {
                if record.len() > MOST_COLUMNS {
                    return Err(refused(format!(
                        "The first line has {} cells; a file has {MOST_COLUMNS} columns at most.",
                        record.len()
                    )));
                }
                self.headings = record.iter().map(|cell| cell.trim().to_owned()).collect();
                continue;
            }
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if self.rows.len() == MOST_ROWS {
                return Err(refused(format!(
                    "The file has more than {MOST_ROWS} rows. Split it and import the parts."
                )));
            }
            let line = record.position().map_or(0, csv::Position::line) as u32;
            let broken = broken(&record, self.headings.len());
            let cells = if broken.is_empty() { record.clone() } else { shortened(&record) };
            self.rows.push(RowRead { line, cells, broken });
        }
    }

    fn check_headings(&mut self) -> Result<()> {
        if self.rows.is_empty() {
            return Err(Refusal::invalid(
                "source",
                "There are no rows under the headings. The first line names the columns, each line after it is one row.",
            ));
        }
        if self.headings.iter().all(String::is_empty) {
            return Err(Refusal::invalid("source", "The first line is empty; it names the columns."));
        }
        if self.headings.len() == 1 {
            self.notes.push(
                "There is only one column. If that is not so, choose what stands between the cells."
                    .to_owned(),
            );
        }
        let mut twice: Vec<&str> = Vec::new();
        for (at, heading) in self.headings.iter().enumerate() {
            let before = self.headings[..at].iter().any(|other| other.eq_ignore_ascii_case(heading));
            if before && !heading.is_empty() && !twice.contains(&heading.as_str()) {
                twice.push(heading);
            }
        }
        let said: Vec<String> = twice
            .iter()
            .map(|heading| format!("The heading {heading} stands twice; check which of the two is meant."))
            .collect();
        self.notes.extend(said);
        Ok(())
    }

    pub fn heading(&self, column: u32) -> String {
        match self.headings.get(column as usize) {
            Some(heading) if !heading.is_empty() => heading.clone(),
            _ => format!("Column {}", column + 1),
        }
    }

    pub fn columns(&self) -> Vec<ImportColumn> {
        (0..self.headings.len() as u32)
            .map(|column| {
                let filled =
                    self.rows.iter().map(|row| row.cell(column).trim()).filter(|cell| !cell.is_empty());
                let samples = filled.take(SAMPLES).map(super::clipped).collect();
                ImportColumn { heading: self.heading(column), samples }
            })
            .collect()
    }
}

/// Why a line is not a row of this table.
fn broken(record: &csv::StringRecord, columns: usize) -> Vec<String> {
    let mut why = Vec::new();
    if record.iter().any(|cell| cell.chars().nth(TEXT).is_some()) {
        why.push(format!(
            "A cell has more than {TEXT} characters. Look for a quotation mark that is opened and never closed."
        ));
    } else if record.len() != columns {
        why.push(format!(
            "The row has {} {}, the headings have {columns}. Look for a line break or a delimiter in a text without \
             quotation marks.",
            record.len(),
            if record.len() == 1 { "cell" } else { "cells" }
        ));
    }
    why
}

fn shortened(record: &csv::StringRecord) -> csv::StringRecord {
    record
        .iter()
        .take(MOST_COLUMNS)
        .map(|cell| cell.chars().take(TEXT).collect::<String>())
        .collect::<Vec<_>>()
        .into()
}

fn charset(encoding: Encoding) -> &'static Charset {
    match encoding {
        Encoding::Utf8 => UTF_8,
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
        Encoding::Windows1252 => WINDOWS_1252,
    }
}

fn detected(bytes: &[u8], notes: &mut Vec<String>) -> Encoding {
    if let Some((marked, _)) = Charset::for_bom(bytes) {
        return if marked == UTF_16LE {
            Encoding::Utf16Le
        } else if marked == UTF_16BE {
            Encoding::Utf16Be
        } else {
            Encoding::Utf8
        };
    }
    // Without a mark, UTF-16 of Western text is every other byte zero.
    let start = &bytes[..bytes.len().min(4_096)];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count() * 4;
    if zeros(1) > start.len() {
        return Encoding::Utf16Le;
    }
    if zeros(0) > start.len() {
        return Encoding::Utf16Be;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, chardetng::Utf8Detection::Allow);
    if guessed == UTF_8 {
        return Encoding::Utf8;
    }
    if guessed != WINDOWS_1252 {
        notes.push(format!(
            "The letters look like {}, which is not read here: check the samples, and save the file as UTF-8 if they \
             are wrong.",
            guessed.name()
        ));
    }
    Encoding::Windows1252
}

/// Whichever of the delimiters splits the first lines into the most columns.
fn separates(text: &str) -> Delimiter {
    let columns = |delimiter: Delimiter| {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter.byte())
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let widths: Vec<usize> = reader.records().take(10).flatten().map(|record| record.len()).collect();
        let first = widths.first().copied().unwrap_or(0);
        let even = widths.iter().filter(|width| **width == first).count();
        (first.min(2), even, first)
    };
    let [first, others @ ..] = Delimiter::ALL;
    others.into_iter().fold(first, |best, other| if columns(other) > columns(best) { other } else { best })
}
