//! What somebody agreed to, on pages of letter paper, with what they signed.

use crate::type_setter::{self, Face, Place, TypeSetter, Words};
use crate::{MM, PaperError};
use krilla::Document;
use krilla::geom::{Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use protocol::agreements::Agreement;

const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
const EDGE: f32 = 22.0 * MM;
const WIDTH: f32 = PAGE.0 - 2.0 * EDGE;
const HEIGHT: f32 = PAGE.1 - 2.0 * EDGE;
/// A signature is not drawn wider than a hand writes it.
const SIGNATURE: f32 = 80.0 * MM;

const TITLE: Face = Face { size: 16.0, bold: true, grey: false };
const STRONG: Face = Face { size: 10.5, bold: true, grey: false };
const PLAIN: Face = Face { size: 10.5, bold: false, grey: false };
const NAME: Face = Face { size: 10.5, bold: false, grey: true };
const NAMES: f32 = 28.0 * MM;

/// A picture as it is kept.
pub enum Picture {
    Png(Vec<u8>),
    Jpeg(Vec<u8>),
}

/// One strip of the page, and the space under it.
enum Strip {
    Text(Box<Words>, f32),
    /// A name and what it says.
    Fact(Box<(Words, Words)>),
    Picture(Image, Size),
}

impl Strip {
    fn height(&self) -> f32 {
        match self {
            Self::Text(words, under) => words.height() + under,
            Self::Fact(fact) => fact.0.height().max(fact.1.height()) + 2.0,
            Self::Picture(_, size) => size.height() + 8.0,
        }
    }
}

/// An agreement as the bytes of a PDF; the same agreement always gives the same bytes.
pub fn agreement(agreement: &Agreement, picture: Option<Picture>) -> Result<Vec<u8>, PaperError> {
    use protocol::enrollments::Consent;
    let mut setter = TypeSetter::new()?;
    let mut strips = vec![
        text(setter.set(&agreement.practice, STRONG, Place::Start, WIDTH), 4.0),
        text(setter.set(&agreement.title(), TITLE, Place::Start, WIDTH), 10.0),
    ];
    for (name, value) in agreement.facts() {
        let name = setter.set(name, NAME, Place::Start, NAMES);
        let value = setter.set(&value, PLAIN, Place::Start, WIDTH - NAMES);
        strips.push(Strip::Fact(Box::new((name, value))));
    }
    strips.push(text(setter.set("What was agreed to", STRONG, Place::Start, WIDTH), 4.0));
    for sentence in &agreement.sentences {
        strips.push(text(setter.set(sentence, PLAIN, Place::Start, WIDTH), 4.0));
    }
    if let Some(words) = agreement.missing_picture() {
        strips.push(text(setter.set(words, NAME, Place::Start, WIDTH), 4.0));
    }
    if let Some(picture) = picture {
        let words = match agreement.how {
            Consent::OnScreen { .. } => "Signature",
            Consent::OnPaper { .. } | Consent::InPerson | Consent::SignedPaper => "The signed paper",
        };
        strips.push(text(setter.set(words, STRONG, Place::Start, WIDTH), 4.0));
        let widest = if matches!(agreement.how, Consent::OnScreen { .. }) { SIGNATURE } else { WIDTH };
        strips.push(drawn(picture, widest)?);
    }
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(type_setter::tidy(&agreement.title()))
            .authors(vec![type_setter::tidy(&agreement.practice)])
            .creator("Perennial".to_owned()),
    );
    let mut strips = strips.into_iter().peekable();
    while strips.peek().is_some() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
            .ok_or_else(|| PaperError::Pdf("a page without a size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let mut y = 0.0;
        while let Some(strip) = strips.next_if(|strip| y == 0.0 || y + strip.height() <= HEIGHT) {
            let top = EDGE + y;
            y += strip.height();
            match strip {
                Strip::Text(words, _) => setter.draw(&mut surface, &words, EDGE, top),
                Strip::Fact(fact) => {
                    setter.draw(&mut surface, &fact.0, EDGE, top);
                    setter.draw(&mut surface, &fact.1, EDGE + NAMES, top);
                }
                Strip::Picture(image, size) => {
                    surface.push_transform(&Transform::from_translate(EDGE, top));
                    surface.draw_image(image, size);
                    surface.pop();
                }
            }
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|problem| PaperError::Pdf(format!("{problem:?}")))
}

fn text(words: Words, under: f32) -> Strip {
    Strip::Text(Box::new(words), under)
}

/// A picture as large as it may be and as the page allows.
fn drawn(picture: Picture, widest: f32) -> Result<Strip, PaperError> {
    let image = match picture {
        Picture::Png(bytes) => Image::from_png(bytes.into(), true),
        Picture::Jpeg(bytes) => Image::from_jpeg(bytes.into(), true),
    };
    let image = image.map_err(PaperError::Pdf)?;
    let (wide, high) = image.size();
    let (wide, high) = (wide as f32, high as f32);
    // The heading above it and the space under it stay on its page.
    let scale = (widest / wide).min((HEIGHT - 40.0) / high);
    let size = Size::from_wh(wide * scale, high * scale)
        .ok_or_else(|| PaperError::Pdf("a picture without a size".to_owned()))?;
    Ok(Strip::Picture(image, size))
}
