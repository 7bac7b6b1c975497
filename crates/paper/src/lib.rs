//! Papers as PDF: the receipt, on paper as wide as a receipt printer's roll and as high as it needs to be, and what
//! somebody agreed to and what an organization pays, on pages of letter paper.
//!
//! What people typed is only ever text: it is wrapped, cut where it is longer than anybody reads, and a character that
//! the font does not have becomes an empty box.

mod agreement;
mod letter;
mod picture;
mod statement;
mod type_setter;

pub use agreement::agreement;
pub use picture::Picture;
pub use statement::statement;

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use protocol::dots::{BORDER, Dots};
use protocol::member_card::MemberCard;
use protocol::receipt::{Receipt, Sum};
use type_setter::{Face, Place, TypeSetter, Words};

/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;
/// The roll; printers for receipts print 72 mm of it.
const ROLL: f32 = 80.0 * MM;
const MARGIN: f32 = 4.0 * MM;
/// A square of dots, large enough for the scanners of counters.
const DOTS: f32 = 28.0 * MM;
const WIDTH: f32 = ROLL - 2.0 * MARGIN;
/// Between words and the sum beside them.
const GAP: f32 = 8.0;
/// As wide and as high as the practice's picture stands on a roll.
const LOGO: (f32, f32) = (48.0 * MM, 20.0 * MM);
/// A PDF page may be 14,400 points high; a receipt that is longer goes on with another page.
const HIGHEST: f32 = 14_000.0;

const PLAIN: Face = Face { size: 8.5, bold: false, grey: false };
const SMALL: Face = Face { size: 7.5, bold: false, grey: true };
const STRONG: Face = Face { size: 8.5, bold: true, grey: false };
const LARGE: Face = Face { size: 11.0, bold: true, grey: false };

#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    #[error("the font of papers cannot be read")]
    Font,
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

/// The receipt as the bytes of a PDF, under the practice's picture; the same receipt always gives the same bytes.
pub fn receipt(receipt: &Receipt, logo: Option<Picture>) -> Result<Vec<u8>, PaperError> {
    let mut setter = TypeSetter::new()?;
    let logo = logo.map(|picture| picture.drawn(LOGO.0, LOGO.1)).transpose()?;
    let mut blocks: Vec<Block> = logo.map(|(image, size)| Block::Logo(image, size)).into_iter().collect();
    blocks.extend(compose(receipt, &mut setter));
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(format!("Receipt {}", type_setter::tidy(&receipt.number)))
            .authors(vec![type_setter::tidy(&receipt.practice)])
            .creator("Perennial".to_owned()),
    );
    for page in pages(&blocks) {
        let height = page.iter().map(Block::height).sum::<f32>() + 2.0 * MARGIN;
        let settings = PageSettings::from_wh(ROLL, height)
            .ok_or_else(|| PaperError::Pdf("a page without a size".to_owned()))?;
        let mut page_made = document.start_page_with(settings);
        let mut surface = page_made.surface();
        let mut y = MARGIN;
        for block in page {
            block.draw(&mut surface, &setter, y);
            y += block.height();
        }
        surface.finish();
        page_made.finish();
    }
    document.finish().map_err(|problem| PaperError::Pdf(format!("{problem:?}")))
}

/// A member card as the bytes of a PDF, as large as a bank card: 85.6 by 54 mm.
pub fn member_card(card: &MemberCard) -> Result<Vec<u8>, PaperError> {
    const CARD: (f32, f32) = (85.6 * MM, 54.0 * MM);
    const SQUARE: f32 = 34.0 * MM;
    let edge = 5.0 * MM;
    let mut setter = TypeSetter::new()?;
    let beside = CARD.0 - SQUARE - 2.0 * edge - 2.0 * MM;
    let practice = setter.set(&card.practice, STRONG, Place::Start, CARD.0 - 2.0 * edge);
    let name = setter.set(&card.name, LARGE, Place::Start, beside);
    let code = setter.set(&card.code, SMALL, Place::Start, beside);
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(format!("Member card {}", type_setter::tidy(&card.name)))
            .authors(vec![type_setter::tidy(&card.practice)])
            .creator("Perennial".to_owned()),
    );
    let settings = PageSettings::from_wh(CARD.0, CARD.1)
        .ok_or_else(|| PaperError::Pdf("a page without a size".to_owned()))?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    setter.draw(&mut surface, &practice, edge, edge);
    let below = CARD.1 - edge - code.height();
    setter.draw(&mut surface, &code, edge, below);
    setter.draw(&mut surface, &name, edge, below - name.height() - 2.0);
    if let Some(dots) = Dots::of(&card.code) {
        draw_dots(&mut surface, &dots, CARD.0 - edge - SQUARE, CARD.1 - edge - SQUARE + 2.0 * MM, SQUARE);
    }
    surface.finish();
    page.finish();
    document.finish().map_err(|problem| PaperError::Pdf(format!("{problem:?}")))
}

/// One strip of the paper, from edge to edge.
enum Block {
    /// Side by side: words, and perhaps a sum on the right of their first line.
    Text(Vec<Words>),
    /// A code for a scanner, in the middle.
    Dots(Dots),
    /// In the middle, too.
    Logo(Image, Size),
    Rule,
    Space(f32),
}

fn compose(receipt: &Receipt, setter: &mut TypeSetter) -> Vec<Block> {
    let mut sheet = Sheet { setter, blocks: Vec::new() };
    sheet.centred(&receipt.practice, LARGE);
    sheet.centred(&receipt.location, PLAIN);
    sheet.centred(&receipt.address, PLAIN);
    sheet.centred(&receipt.header, PLAIN);
    sheet.blocks.push(Block::Space(3.0));
    for fact in &receipt.facts {
        sheet.centred(fact, PLAIN);
    }
    if let Some(stamp) = &receipt.stamp {
        sheet.blocks.push(Block::Space(3.0));
        sheet.centred(stamp, STRONG);
    }
    sheet.blocks.push(Block::Rule);
    for line in &receipt.lines {
        sheet.sum(&line.sum, PLAIN);
        for note in &line.notes {
            sheet.words(note, SMALL);
        }
        if let Some(taken_off) = &line.taken_off {
            sheet.sum(taken_off, SMALL);
        }
    }
    sheet.blocks.push(Block::Rule);
    for (at, sum) in receipt.totals.iter().enumerate() {
        sheet.sum(sum, if at == receipt.total { LARGE } else { PLAIN });
    }
    sheet.blocks.push(Block::Rule);
    for tender in &receipt.tenders {
        sheet.sum(tender, PLAIN);
    }
    if receipt.tenders.is_empty() {
        sheet.words("Nothing to pay", PLAIN);
    }
    for refund in &receipt.refunds {
        sheet.blocks.push(Block::Rule);
        sheet.sum(&refund.sum, PLAIN);
        for note in &refund.notes {
            sheet.words(note, SMALL);
        }
    }
    for card in &receipt.cards {
        sheet.blocks.push(Block::Rule);
        sheet.sum(&card.sum, STRONG);
        sheet.blocks.extend(Dots::of(&card.code).map(Block::Dots));
        sheet.centred(&card.shown, STRONG);
    }
    if receipt.saved.is_some() || !receipt.left.is_empty() || !receipt.renewals.is_empty() {
        sheet.blocks.push(Block::Rule);
    }
    if let Some(saved) = &receipt.saved {
        sheet.centred(saved, STRONG);
    }
    for renewal in &receipt.renewals {
        sheet.centred(renewal, PLAIN);
    }
    for left in &receipt.left {
        sheet.centred(left, PLAIN);
    }
    if !receipt.footer.trim().is_empty() {
        sheet.blocks.push(Block::Rule);
        sheet.centred(&receipt.footer, PLAIN);
    }
    sheet.blocks
}

struct Sheet<'a> {
    setter: &'a mut TypeSetter,
    blocks: Vec<Block>,
}

impl Sheet<'_> {
    fn centred(&mut self, text: &str, face: Face) {
        if !text.trim().is_empty() {
            self.blocks.push(Block::Text(vec![self.setter.set(text, face, Place::Middle, WIDTH)]));
        }
    }

    fn words(&mut self, text: &str, face: Face) {
        self.blocks.push(Block::Text(vec![self.setter.set(text, face, Place::Start, WIDTH)]));
    }

    fn sum(&mut self, sum: &Sum, face: Face) {
        let amount = self.setter.set(&sum.amount, face, Place::Right, WIDTH);
        let words =
            self.setter.set(&sum.words, face, Place::Left, (WIDTH - amount.width() - GAP).max(WIDTH / 3.0));
        self.blocks.push(Block::Text(vec![words, amount]));
    }
}

impl Block {
    fn height(&self) -> f32 {
        match self {
            Self::Text(text) => text.iter().map(Words::height).fold(0.0, f32::max),
            Self::Dots(_) => DOTS,
            Self::Logo(_, size) => size.height() + 4.0,
            Self::Rule => 9.0,
            Self::Space(height) => *height,
        }
    }

    fn draw(&self, surface: &mut Surface<'_>, setter: &TypeSetter, y: f32) {
        match self {
            Self::Text(text) => text.iter().for_each(|words| setter.draw(surface, words, MARGIN, y)),
            Self::Dots(dots) => draw_dots(surface, dots, MARGIN + (WIDTH - DOTS) / 2.0, y, DOTS),
            Self::Logo(image, size) => {
                let left = MARGIN + (WIDTH - size.width()) / 2.0;
                surface.push_transform(&Transform::from_translate(left, y));
                surface.draw_image(image.clone(), *size);
                surface.pop();
            }
            Self::Rule => rule(surface, y + self.height() / 2.0),
            Self::Space(_) => {}
        }
    }
}

/// Draws a square of dots `size` wide, its white border inside.
fn draw_dots(surface: &mut Surface<'_>, dots: &Dots, x: f32, y: f32, size: f32) {
    let dot = size / (dots.side + 2 * BORDER) as f32;
    let mut path = PathBuilder::new();
    for (column, row, length) in dots.runs() {
        let left = x + (column + BORDER) as f32 * dot;
        let top = y + (row + BORDER) as f32 * dot;
        if let Some(rect) = Rect::from_xywh(left, top, length as f32 * dot, dot) {
            path.push_rect(rect);
        }
    }
    let Some(path) = path.finish() else { return };
    surface.set_stroke(None);
    surface.set_fill(Some(Fill { paint: luma::Color::new(0).into(), ..Fill::default() }));
    surface.draw_path(&path);
    surface.set_fill(None);
}

fn rule(surface: &mut Surface<'_>, y: f32) {
    let mut path = PathBuilder::new();
    path.move_to(MARGIN, y);
    path.line_to(MARGIN + WIDTH, y);
    let Some(path) = path.finish() else { return };
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: luma::Color::new(0x80).into(),
        width: 0.5,
        dash: Some(StrokeDash { array: vec![2.0, 2.0], offset: 0.0 }),
        ..Stroke::default()
    }));
    surface.draw_path(&path);
    surface.set_stroke(None);
}

/// The blocks of each page; there is always one page.
fn pages(blocks: &[Block]) -> Vec<&[Block]> {
    let mut pages = Vec::new();
    let (mut first, mut height) = (0, 0.0);
    for (at, block) in blocks.iter().enumerate() {
        if height + block.height() > HIGHEST && at > first {
            pages.push(&blocks[first..at]);
            (first, height) = (at, 0.0);
        }
        height += block.height();
    }
    pages.push(&blocks[first..]);
    pages
}
