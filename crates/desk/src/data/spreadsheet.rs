//! Files that spreadsheets open: written row by row, and without anything that a spreadsheet would compute.

use crate::refusal::{Refusal, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use protocol::members::ExportFormat;
use protocol::receipt::FileMade;
use serde::Serialize;

/// One row; the names of its fields are the columns.
pub(crate) trait Row: Serialize + Clone {
    /// Every cell that holds what a person typed.
    fn texts(&mut self) -> Vec<&mut String>;
}

/// A file that grows row by row.
pub(crate) struct Export {
    format: ExportFormat,
    rows: u32,
    file: Growing,
}

enum Growing {
    Csv(Box<csv::Writer<Vec<u8>>>),
    Json(Vec<u8>),
}

/// Without it spreadsheets take UTF-8 for something else.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Export {
    pub(crate) fn new(format: ExportFormat) -> Self {
        let file = match format {
            ExportFormat::Csv => Growing::Csv(Box::new(csv::Writer::from_writer(BYTE_ORDER_MARK.into()))),
            ExportFormat::Json => Growing::Json(Vec::new()),
        };
        Self { format, rows: 0, file }
    }

    pub(crate) fn rows(&self) -> u32 {
        self.rows
    }

    pub(crate) fn add(&mut self, row: &impl Row) -> Result<()> {
        self.rows += 1;
        match &mut self.file {
            Growing::Csv(file) => {
                let mut row = row.clone();
                for text in row.texts() {
                    *text = defused(text);
                }
                file.serialize(row).map_err(|problem| Refusal::NoFile(problem.to_string()))
            }
            Growing::Json(file) => {
                file.extend_from_slice(if file.is_empty() { b"[\n" } else { b",\n" });
                serde_json::to_writer(file, row).map_err(|problem| Refusal::NoFile(problem.to_string()))
            }
        }
    }

    /// The file, called `name` with the ending of its format.
    pub(crate) fn finish(self, name: &str) -> Result<FileMade> {
        let bytes = match self.file {
            Growing::Csv(file) => {
                file.into_inner().map_err(|problem| Refusal::NoFile(problem.to_string()))?
            }
            Growing::Json(mut file) => {
                file.extend_from_slice(if file.is_empty() { b"[]\n" } else { b"\n]\n" });
                file
            }
        };
        let name = format!("{name}.{}", self.format.extension());
        Ok(FileMade { name, base64: BASE64_STANDARD.encode(bytes) })
    }
}

/// A text that no spreadsheet takes for a formula; [`fused`] makes it the same text again.
pub(crate) fn defused(text: &str) -> String {
    if would_compute(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text of a cell whose apostrophe [`defused`] put there.
pub(crate) fn fused(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if would_compute(text) => text,
        _ => cell,
    }
}

fn would_compute(text: &str) -> bool {
    let inner = text.trim_start_matches([' ', '\u{a0}', '\u{3000}']);
    match inner.chars().next() {
        Some('+') => !is_phone(inner),
        Some('=' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}') => {
            true
        }
        // One that a person typed is told from one that was put there.
        Some('\'') => would_compute(&inner[1..]),
        _ => false,
    }
}

/// `+1 (555) 010.0199`: digits after the plus, and nothing that could be subtracted, called or referred to.
fn is_phone(text: &str) -> bool {
    let rest = &text[1..];
    rest.starts_with(|first: char| first.is_ascii_digit())
        && rest.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '.' | '(' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_computed_is_text() {
        for (text, cell) in [
            ("Ana Ruiz", "Ana Ruiz"),
            ("=1+1", "'=1+1"),
            (" =1+1", "' =1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
            ("\tx", "'\tx"),
            ("+1 555 0100", "+1 555 0100"),
            ("+49 (30) 123.456", "+49 (30) 123.456"),
            // A spreadsheet subtracts here, and the number would be lost.
            ("+1-555-0100", "'+1-555-0100"),
            ("+A1", "'+A1"),
            ("+", "'+"),
            ("'=1", "''=1"),
            ("'quoted'", "'quoted'"),
            ("O'Neil", "O'Neil"),
            ("", ""),
        ] {
            assert_eq!(defused(text), cell);
            assert_eq!(fused(cell), text, "and back");
        }
    }
}
