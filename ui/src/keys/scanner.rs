//! Tells a barcode scanner from a person by its speed.

/// A scanner leaves a few milliseconds between keys; nobody types a code at under 35.
const LONGEST_GAP_MS: f64 = 35.0;
/// Shorter bursts happen when two fingers land together.
const SHORTEST_CODE: usize = 4;

/// The burst of keys that may turn out to be a code.
#[derive(Debug, Default)]
pub struct Scanner {
    code: String,
    last_ms: f64,
    /// What stood in the focused field before the burst.
    before: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    Nothing,
    Code { code: String, before: Option<String> },
}

impl Scanner {
    /// Hears one key at a time of the page's clock; `field` is what stands in the focused field just before it.
    pub fn hear(&mut self, key: &str, at_ms: f64, field: Option<String>) -> Heard {
        let quick = at_ms - self.last_ms <= LONGEST_GAP_MS;
        if key == "Enter" {
            let code = std::mem::take(&mut self.code);
            let before = self.before.take();
            return if quick && code.chars().count() >= SHORTEST_CODE {
                Heard::Code { code, before }
            } else {
                Heard::Nothing
            };
        }
        let mut letters = key.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else {
            // Shift arrives between the letters of a code; any other named key ends it.
            if key != "Shift" {
                self.code.clear();
            }
            return Heard::Nothing;
        };
        if !quick || self.code.is_empty() {
            self.code.clear();
            self.before = field;
        }
        self.code.push(letter);
        self.last_ms = at_ms;
        Heard::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_all(scanner: &mut Scanner, text: &str, start: f64, gap: f64, field: &str) -> f64 {
        let mut at = start;
        for letter in text.chars() {
            assert_eq!(scanner.hear(&letter.to_string(), at, Some(field.into())), Heard::Nothing);
            at += gap;
        }
        at
    }

    #[test]
    fn a_fast_burst_with_enter_is_a_code_and_remembers_the_field() {
        let mut scanner = Scanner::default();
        let at = type_all(&mut scanner, "4006381333931", 1000.0, 8.0, "note");
        let heard = scanner.hear("Enter", at, None);
        assert_eq!(heard, Heard::Code { code: "4006381333931".into(), before: Some("note".into()) });
    }

    #[test]
    fn a_person_typing_and_pressing_enter_is_not() {
        let mut scanner = Scanner::default();
        let at = type_all(&mut scanner, "serum", 1000.0, 90.0, "");
        assert_eq!(scanner.hear("Enter", at, None), Heard::Nothing);
        let at = type_all(&mut scanner, "abc", 5000.0, 5.0, "");
        assert_eq!(scanner.hear("Enter", at, None), Heard::Nothing);
    }

    #[test]
    fn a_scan_after_slow_typing_starts_anew_and_capital_letters_count() {
        let mut scanner = Scanner::default();
        type_all(&mut scanner, "no", 1000.0, 200.0, "");
        let mut at = 2000.0;
        for key in ["Shift", "A", "Shift", "B", "1", "2"] {
            scanner.hear(key, at, Some("no".into()));
            at += 6.0;
        }
        assert_eq!(
            scanner.hear("Enter", at, None),
            Heard::Code { code: "AB12".into(), before: Some("no".into()) }
        );
    }
}
