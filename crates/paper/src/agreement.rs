//! What somebody agreed to, with what they signed.

use crate::letter::{GREY, Letter, PLAIN, STRONG, WIDTH};
use crate::{MM, PaperError, Picture};
use protocol::agreements::Agreement;

/// A signature is not drawn wider than a hand writes it.
const SIGNATURE: f32 = 80.0 * MM;

/// An agreement as the bytes of a PDF; the same agreement always gives the same bytes.
pub fn agreement(agreement: &Agreement, picture: Option<Picture>) -> Result<Vec<u8>, PaperError> {
    use protocol::enrollments::Consent;
    let mut letter = Letter::new(&agreement.practice, &agreement.title())?;
    for (name, value) in agreement.facts() {
        letter.fact(name, &value);
    }
    letter.words("What was agreed to", STRONG, 4.0);
    for sentence in &agreement.sentences {
        letter.words(sentence, PLAIN, 4.0);
    }
    if let Some(words) = agreement.missing_picture() {
        letter.words(words, GREY, 4.0);
    }
    if let Some(picture) = picture {
        let (words, widest) = match agreement.how {
            Consent::OnScreen { .. } => ("Signature", SIGNATURE),
            Consent::OnPaper { .. } | Consent::InPerson | Consent::SignedPaper => ("The signed paper", WIDTH),
        };
        letter.words(words, STRONG, 4.0);
        letter.picture(picture, widest)?;
    }
    letter.finish()
}
