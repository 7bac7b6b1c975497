//! Text into lines of glyphs.

use crate::PaperError;
use krilla::color::luma;
use krilla::geom::Point;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::style::{FontFamily, FontFamilyName, FontWeight, LineHeight, OverflowWrap, StyleProperty};
use parley::{Alignment, FontContext, Layout, LayoutContext};
use std::borrow::Cow;
use std::sync::Arc;

/// Latin, Greek, Cyrillic and Hebrew, under the SIL Open Font License (`fonts/OFL.txt`).
static REGULAR: &[u8] = include_bytes!("../fonts/OpenSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/OpenSans-Bold.ttf");
const FAMILY: &str = "Paper";

/// Nobody reads more of one name, note or footer; a longer one ends in an ellipsis.
const LONGEST: usize = 600;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Face {
    /// In points.
    pub size: f32,
    pub bold: bool,
    pub grey: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Left, and right where the text is written from the right.
    Start,
    Left,
    Middle,
    Right,
}

/// Text that has its lines.
pub(crate) struct Words {
    text: String,
    face: Face,
    layout: Layout<()>,
}

impl Words {
    pub fn width(&self) -> f32 {
        self.layout.width()
    }

    pub fn height(&self) -> f32 {
        self.layout.height()
    }
}

pub(crate) struct TypeSetter {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    regular: Font,
    bold: Font,
}

impl TypeSetter {
    pub fn new() -> Result<Self, PaperError> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for bytes in [REGULAR, BOLD] {
            let named = FontInfoOverride { family_name: Some(FAMILY), ..FontInfoOverride::default() };
            collection.register_fonts(Blob::new(Arc::new(bytes)), Some(named));
        }
        Ok(Self {
            fonts: FontContext { collection, source_cache: SourceCache::default() },
            layouts: LayoutContext::new(),
            regular: Font::new(REGULAR.into(), 0).ok_or(PaperError::Font)?,
            bold: Font::new(BOLD.into(), 0).ok_or(PaperError::Font)?,
        })
    }

    /// Breaks text into lines of at most `width`; a word that is longer is broken where it must be.
    pub fn set(&mut self, text: &str, face: Face, place: Place, width: f32) -> Words {
        let text = tidy(text);
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, &text, 1.0, false);
        let family = FontFamily::Single(FontFamilyName::Named(Cow::Borrowed(FAMILY)));
        builder.push_default(StyleProperty::FontFamily(family));
        builder.push_default(StyleProperty::FontSize(face.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(1.35)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        let weight = if face.bold { FontWeight::BOLD } else { FontWeight::NORMAL };
        builder.push_default(StyleProperty::FontWeight(weight));
        let mut layout = builder.build(&text);
        layout.break_all_lines(Some(width));
        let alignment = match place {
            Place::Start => Alignment::Start,
            Place::Left => Alignment::Left,
            Place::Middle => Alignment::Center,
            Place::Right => Alignment::Right,
        };
        layout.align(alignment, parley::AlignmentOptions::default());
        Words { text, face, layout }
    }

    pub fn draw(&self, surface: &mut Surface<'_>, words: &Words, x: f32, y: f32) {
        let font = if words.face.bold { &self.bold } else { &self.regular };
        let grey = if words.face.grey { 0x40 } else { 0 };
        surface.set_fill(Some(Fill { paint: luma::Color::new(grey).into(), ..Fill::default() }));
        for line in words.layout.lines() {
            let metrics = line.metrics();
            let mut at = x + metrics.offset;
            for run in line.runs() {
                let size = run.font_size();
                let mut glyphs: Vec<KrillaGlyph> = Vec::new();
                let start = at;
                for cluster in run.visual_clusters() {
                    // The later characters of a ligature have no glyph of their own; its glyph stands for all of them.
                    if cluster.is_ligature_continuation() {
                        if let Some(glyph) = glyphs.last_mut() {
                            glyph.text_range.end = glyph.text_range.end.max(cluster.text_range().end);
                        }
                        continue;
                    }
                    for glyph in cluster.glyphs() {
                        glyphs.push(KrillaGlyph::new(
                            GlyphId::new(glyph.id),
                            glyph.advance / size,
                            glyph.x / size,
                            glyph.y / size,
                            0.0,
                            cluster.text_range(),
                            None,
                        ));
                        at += glyph.advance;
                    }
                }
                if !glyphs.is_empty() {
                    let point = Point::from_xy(start, y + metrics.baseline);
                    surface.draw_glyphs(point, &glyphs, font.clone(), &words.text, size, false);
                }
            }
        }
    }
}

/// Text as it is set: bounded, without what only a terminal or another text's direction would obey.
pub(crate) fn tidy(text: &str) -> String {
    let mut kept: String = text
        .trim()
        .chars()
        .filter(
            |letter| !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\r' | '\u{feff}'),
        )
        .map(|letter| if letter.is_control() && letter != '\n' { ' ' } else { letter })
        .take(LONGEST + 1)
        .collect();
    if kept.chars().count() > LONGEST {
        kept = kept.chars().take(LONGEST).chain(['…']).collect();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        let mut setter = TypeSetter::new().unwrap();
        let face = Face { size: 8.5, bold: false, grey: false };
        for text in [
            "x".repeat(10_000),
            "Ω".repeat(700),
            "💆‍♀️".repeat(300),
            "שלום".repeat(200),
            "a few plain words that wrap where they should, and then some more of them".to_owned(),
        ] {
            for place in [Place::Start, Place::Left, Place::Middle, Place::Right] {
                let words = setter.set(&text, face, place, 100.0);
                assert!(words.layout.lines().count() > 1);
                for line in words.layout.lines() {
                    let metrics = line.metrics();
                    let inked = metrics.advance - metrics.hanging_advance;
                    assert!(inked <= 100.0 && metrics.offset >= -0.01, "{inked} at {}", metrics.offset);
                    assert!(metrics.offset + inked <= 100.01, "{inked} at {}", metrics.offset);
                }
            }
        }
    }

    #[test]
    fn longer_than_anybody_reads_is_cut_and_says_so() {
        let cut = tidy(&"ab".repeat(5_000));
        assert_eq!(cut.chars().count(), LONGEST + 1);
        assert!(cut.ends_with('…'));
        assert_eq!(tidy(" Ana\u{7}Ruiz\u{202e} "), "Ana Ruiz");
    }
}
