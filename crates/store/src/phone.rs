//! Telephone numbers as they are found: nobody types one as it was written down.

/// The fewest digits that name a number by its end: the last four are what people say.
const SHORTEST: usize = 4;

/// A number's digits and every ending of them that is long enough, for the index.
///
/// Where the country and the area end depends on the country; by its endings a number is found whichever of them is
/// left out. Migration 0011 says the same in SQL.
pub(crate) fn endings(phone: &str) -> Vec<String> {
    let digits = digits(phone);
    (0..=digits.len().saturating_sub(SHORTEST)).map(|from| digits[from..].to_owned()).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a word may be part of a number: digits and what stands between them.
pub(crate) fn is_part(word: &str) -> bool {
    word.chars().all(|letter| letter.is_ascii_digit() || "+()-./".contains(letter))
}

/// What a typed number may stand as in the index: as it was typed, without leading zeros, without its country.
pub(crate) fn typed_as(text: &str) -> Vec<String> {
    let whole = digits(text);
    let national = whole.trim_start_matches('0');
    let mut forms = vec![whole.clone()];
    if national.len() < SHORTEST {
        return forms;
    }
    forms.push(national.to_owned());
    let names_country = text.contains('+') || whole.starts_with("00");
    // So many digits without a zero before them mostly begin with a country, as people in North America type theirs.
    if names_country || national.len() == whole.len() && whole.len() >= 11 {
        let abroad = national[country_digits(national)..].trim_start_matches('0');
        if abroad.len() >= SHORTEST {
            forms.push(abroad.to_owned());
        }
    }
    forms.dedup();
    forms
}

/// How many digits the country's code has at the beginning of a number: ITU-T E.164 gives them by zone.
fn country_digits(number: &str) -> usize {
    const OF_TWO: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
        "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
        "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    if number.starts_with(['1', '7']) {
        1
    } else if OF_TWO.iter().any(|code| number.starts_with(code)) {
        2
    } else {
        3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_of_four_digits_is_indexed_and_shorter_numbers_whole() {
        assert_eq!(endings("+1 (914) 555"), ["1914555", "914555", "14555", "4555"]);
        assert_eq!(endings("112"), ["112"]);
        assert_eq!(endings(""), [""]);
    }

    #[test]
    fn a_typed_number_is_tried_without_zeros_and_without_its_country() {
        let forms = |text| typed_as(text).join(" ");
        assert_eq!(forms("+1 212 555 7788"), "12125557788 2125557788");
        assert_eq!(forms("12125557788"), "12125557788 2125557788");
        assert_eq!(forms("02079460991"), "02079460991 2079460991");
        assert_eq!(forms("0044 20 7946 0991"), "00442079460991 442079460991 2079460991");
        assert_eq!(forms("+44 (0)20 7946 0991"), "4402079460991 2079460991");
        assert_eq!(forms("+353 1 234 5678"), "35312345678 12345678");
        assert_eq!(forms("5557788"), "5557788");
        assert_eq!(forms("007"), "007", "too short to be a number");
    }
}
