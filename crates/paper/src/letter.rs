//! Pages of letter paper: strips of words, facts, sums and pictures, one under the other.

use crate::type_setter::{self, Face, Place, TypeSetter, Words};
use crate::{MM, PaperError, Picture};
use krilla::Document;
use krilla::geom::{Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use protocol::receipt::Sum;

const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
const EDGE: f32 = 22.0 * MM;
pub(crate) const WIDTH: f32 = PAGE.0 - 2.0 * EDGE;
const HEIGHT: f32 = PAGE.1 - 2.0 * EDGE;
/// Of the name of a fact.
const NAMES: f32 = 28.0 * MM;
/// Between words and the sum beside them.
const GAP: f32 = 12.0;

const TITLE: Face = Face { size: 16.0, bold: true, grey: false };
pub(crate) const STRONG: Face = Face { size: 10.5, bold: true, grey: false };
pub(crate) const PLAIN: Face = Face { size: 10.5, bold: false, grey: false };
pub(crate) const GREY: Face = Face { size: 10.5, bold: false, grey: true };

/// One strip of the page, and the space under it.
enum Strip {
    Text(Box<Words>, f32),
    /// Side by side, each at its distance from the edge.
    Pair(Box<[(Words, f32); 2]>),
    Picture(Image, Size),
}

impl Strip {
    fn height(&self) -> f32 {
        match self {
            Self::Text(words, under) => words.height() + under,
            Self::Pair(pair) => pair[0].0.height().max(pair[1].0.height()) + 2.0,
            Self::Picture(_, size) => size.height() + 8.0,
        }
    }
}

/// A letter that is being written.
pub(crate) struct Letter {
    setter: TypeSetter,
    strips: Vec<Strip>,
    practice: String,
    title: String,
}

impl Letter {
    /// Begins with who writes, and what it is.
    pub fn new(practice: &str, title: &str) -> Result<Self, PaperError> {
        let mut letter = Self {
            setter: TypeSetter::new()?,
            strips: Vec::new(),
            practice: practice.to_owned(),
            title: title.to_owned(),
        };
        letter.words(practice, STRONG, 4.0);
        letter.words(title, TITLE, 10.0);
        Ok(letter)
    }

    /// Words from edge to edge, with so many points of space under them.
    pub fn words(&mut self, words: &str, face: Face, under: f32) {
        let words = self.setter.set(words, face, Place::Start, WIDTH);
        self.strips.push(Strip::Text(Box::new(words), under));
    }

    /// A name, and what it says.
    pub fn fact(&mut self, name: &str, value: &str) {
        let name = self.setter.set(name, GREY, Place::Start, NAMES);
        let value = self.setter.set(value, PLAIN, Place::Start, WIDTH - NAMES);
        self.strips.push(Strip::Pair(Box::new([(name, 0.0), (value, NAMES)])));
    }

    /// Words, and a sum at the right edge of their first line.
    pub fn sum(&mut self, sum: &Sum, face: Face) {
        let amount = self.setter.set(&sum.amount, face, Place::Left, WIDTH);
        let at = WIDTH - amount.width();
        let words = self.setter.set(&sum.words, face, Place::Start, (at - GAP).max(GAP));
        self.strips.push(Strip::Pair(Box::new([(words, 0.0), (amount, at)])));
    }

    pub fn space(&mut self, points: f32) {
        self.words("", PLAIN, points);
    }

    /// A picture as large as it may be and as the page allows.
    pub fn picture(&mut self, picture: Picture, widest: f32) -> Result<(), PaperError> {
        // The heading above it and the space under it stay on its page.
        let (image, size) = picture.drawn(widest, HEIGHT - 40.0)?;
        self.strips.push(Strip::Picture(image, size));
        Ok(())
    }

    /// The bytes of a PDF; the same letter always gives the same bytes.
    pub fn finish(self) -> Result<Vec<u8>, PaperError> {
        let mut document = Document::new();
        document.set_metadata(
            Metadata::new()
                .title(type_setter::tidy(&self.title))
                .authors(vec![type_setter::tidy(&self.practice)])
                .creator("Perennial".to_owned()),
        );
        let mut strips = self.strips.into_iter().peekable();
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
                    Strip::Text(words, _) => self.setter.draw(&mut surface, &words, EDGE, top),
                    Strip::Pair(pair) => {
                        for (words, x) in pair.iter() {
                            self.setter.draw(&mut surface, words, EDGE + x, top);
                        }
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
}
