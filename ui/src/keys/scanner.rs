//! Tells a barcode scanner from a person by its speed.

use std::collections::VecDeque;

/// A scanner leaves a few milliseconds between keys; nobody types a code at under 35.
const LONGEST_GAP_MS: f64 = 35.0;
/// A window that is slow to draw the first letters hears the next ones late; whoever typed before the scan needed
/// longer than this to reach for it.
const LONGEST_STALL_MS: f64 = 120.0;
/// So many letters of one code may come late.
const MOST_STALLS: usize = 2;
/// Shorter bursts happen when two fingers land together.
const SHORTEST_CODE: usize = 4;
/// No code is longer; of what is typed quickly, only so much is remembered.
const LONGEST_CODE: usize = 120;

/// The letters that may turn out to be a code.
#[derive(Debug, Default)]
pub struct Scanner {
    run: VecDeque<Letter>,
}

#[derive(Debug)]
struct Letter {
    letter: char,
    at_ms: f64,
    /// What stood in the focused field before it.
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
        let gap = self.run.back().map_or(f64::INFINITY, |last| at_ms - last.at_ms);
        if key == "Enter" {
            let run = std::mem::take(&mut self.run);
            return if gap <= LONGEST_GAP_MS { code_at_the_end(run, at_ms) } else { Heard::Nothing };
        }
        let mut letters = key.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else {
            // Shift arrives between the letters of a code; any other named key ends it.
            if key != "Shift" {
                self.run.clear();
            }
            return Heard::Nothing;
        };
        if gap > LONGEST_STALL_MS {
            self.run.clear();
        }
        if self.run.len() == LONGEST_CODE {
            self.run.pop_front();
        }
        self.run.push_back(Letter { letter, at_ms, before: field });
        Heard::Nothing
    }

    /// What was just heard follows others faster than anybody types.
    pub fn is_in_a_burst(&self) -> bool {
        let mut newest = self.run.iter().rev().map(|letter| letter.at_ms);
        let (last, _, third) = (newest.next(), newest.next(), newest.next());
        last.zip(third).is_some_and(|(last, third)| last - third <= 2.0 * LONGEST_GAP_MS)
    }
}

/// The longest end of the run that came as a whole at a scanner's pace: letters that were drawn slowly belong to it,
/// those a person typed before it do not.
fn code_at_the_end(run: VecDeque<Letter>, enter_ms: f64) -> Heard {
    let mut run = Vec::from(run);
    for start in 0..run.len() {
        let part = &run[start..];
        let late = part.windows(2).filter(|two| two[1].at_ms - two[0].at_ms > LONGEST_GAP_MS).count();
        let in_time = part.len() - late;
        let pace = (enter_ms - part[0].at_ms) / part.len() as f64;
        if in_time >= SHORTEST_CODE && late <= MOST_STALLS && pace <= LONGEST_GAP_MS {
            let code = part.iter().map(|letter| letter.letter).collect();
            return Heard::Code { code, before: run.swap_remove(start).before };
        }
    }
    Heard::Nothing
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
        // Quick at the end of a word, and even quicker to Enter.
        let at = type_all(&mut scanner, "mass", 9000.0, 70.0, "") - 60.0;
        let at = type_all(&mut scanner, "ag", at, 20.0, "") - 10.0;
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

    #[test]
    fn letters_that_a_slow_window_hears_late_belong_to_the_code() {
        let mut scanner = Scanner::default();
        let (mut at, mut field) = (1000.0, "note".to_owned());
        for (letter, pause) in "4006381".chars().zip([90.0, 45.0, 9.0, 9.0, 9.0, 9.0, 9.0]) {
            scanner.hear(&letter.to_string(), at, Some(field.clone()));
            field.push(letter);
            at += pause;
        }
        let heard = scanner.hear("Enter", at, None);
        assert_eq!(heard, Heard::Code { code: "4006381".into(), before: Some("note".into()) });
    }

    #[test]
    fn what_was_typed_before_the_scan_stays_in_the_field() {
        let mut scanner = Scanner::default();
        let at = type_all(&mut scanner, "facial", 1000.0, 110.0, "typed");
        let at = type_all(&mut scanner, "ABCD1234", at + 100.0, 8.0, "facial");
        let heard = scanner.hear("Enter", at, None);
        assert_eq!(heard, Heard::Code { code: "ABCD1234".into(), before: Some("facial".into()) });
    }

    #[test]
    fn a_burst_is_three_letters_together() {
        let mut scanner = Scanner::default();
        type_all(&mut scanner, "ab", 1000.0, 8.0, "");
        assert!(!scanner.is_in_a_burst());
        type_all(&mut scanner, "-", 1016.0, 8.0, "");
        assert!(scanner.is_in_a_burst());
        type_all(&mut scanner, "-", 1100.0, 8.0, "");
        assert!(!scanner.is_in_a_burst());
    }
}
