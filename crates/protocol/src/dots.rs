//! A code as a square of dots that a scanner reads: on a receipt, on a member card.

use qrcode::{Color, EcLevel, QrCode};

/// The square, without the white border that belongs around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dots {
    /// Dots along a side.
    pub side: usize,
    dark: Vec<bool>,
}

/// So many dots wide is the white border that scanners need.
pub const BORDER: usize = 4;

impl Dots {
    /// `None` where the text is longer than such a square holds.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self { side: code.width(), dark })
    }

    /// Runs of dark dots as `(x, y, length)`, from the top left.
    pub fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for (y, row) in self.dark.chunks(self.side).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] {
                    runs.push((x, y, run.len()));
                }
                x += run.len();
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_with_its_three_corners() {
        let dots = Dots::of("8KHM3QPX9TRV").unwrap();
        assert_eq!(dots.side, 21);
        let dark: usize = dots.runs().iter().map(|(_, _, length)| length).sum();
        assert_eq!(dark, dots.dark.iter().filter(|dark| **dark).count());
        for (x, y) in [(0, 0), (14, 0), (0, 14)] {
            assert!(dots.runs().contains(&(x, y, 7)), "the corner at {x}, {y}");
        }
        assert!(Dots::of(&"x".repeat(5_000)).is_none());
    }
}
