//! What an organization pays on one day.

use crate::PaperError;
use crate::letter::{GREY, Letter, PLAIN, STRONG};
use protocol::organizations::StatementPaper;

/// A statement as the bytes of a PDF; the same statement always gives the same bytes.
pub fn statement(statement: &StatementPaper) -> Result<Vec<u8>, PaperError> {
    let mut letter = Letter::new(&statement.practice, &statement.title)?;
    for words in &statement.to {
        letter.words(words, PLAIN, 0.0);
    }
    letter.space(4.0);
    for line in &statement.lines {
        letter.sum(line, PLAIN);
    }
    letter.space(0.0);
    if let Some(tax) = &statement.tax {
        letter.sum(tax, PLAIN);
    }
    letter.sum(&statement.total, STRONG);
    letter.words(&statement.note, GREY, 10.0);
    if !statement.people.is_empty() {
        letter.words("People", STRONG, 4.0);
        for name in &statement.people {
            letter.words(name, PLAIN, 0.0);
        }
    }
    letter.finish()
}
