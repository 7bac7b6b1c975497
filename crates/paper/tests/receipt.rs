//! What a receipt says as a PDF, read back out of the file.

use protocol::member_card::MemberCard;
use protocol::receipt::{Card, Line, Receipt, Refund, Sum};

fn sum(words: &str, amount: &str) -> Sum {
    Sum { words: words.into(), amount: amount.into() }
}

fn receipt() -> Receipt {
    Receipt {
        number: "A-2087".into(),
        logo: None,
        practice: "Larkspur Skin & Wellness".into(),
        location: "Main Street".into(),
        address: "12 Main Street\nBeacon, NY 12508".into(),
        header: "Tax number 12-3456789".into(),
        facts: vec![
            "A-2087 · 22 Nov 2026 14:05".into(),
            "Served by Dana Whitfield".into(),
            "Ana Ruiz".into(),
        ],
        stamp: None,
        lines: vec![
            Line {
                sum: sum("2 × Express Facial", "$170.00"),
                notes: vec!["$85.00 each".into()],
                taken_off: Some(sum("Member savings and discounts", "−$85.00")),
            },
            Line { sum: sum("HydraGlow Treatment", "$180.00"), notes: Vec::new(), taken_off: None },
        ],
        totals: vec![
            sum("List", "$350.00"),
            sum("Member savings", "−$85.00"),
            sum("Tax 8.875 %", "$23.52"),
            sum("Total", "$288.52"),
            sum("Paid with credit", "−$100.00"),
            sum("Tip", "$20.00"),
        ],
        total: 3,
        tenders: vec![sum("Cash", "$210.00"), sum("Change", "−$1.48")],
        refunds: vec![Refund {
            sum: sum("Refund A-2090, 22 Nov 2026", "−$62.00"),
            notes: vec!["$100.00 of credit returns to Gold".into()],
        }],
        saved: Some("You saved $85.00 as a member".into()),
        cards: vec![Card {
            sum: sum("Gift card", "$50.00"),
            shown: "8KHM-3QPX-9TRV".into(),
            code: "8KHM3QPX9TRV".into(),
        }],
        renewals: vec!["Gold renews on 22 Dec 2026 at $108.00".into()],
        left: vec!["Gold: $38.00 of credit left".into()],
        footer: "Thank you!\nReturns within 14 days.".into(),
    }
}

/// The text of a PDF, one space for every gap.
fn text(pdf: &[u8]) -> String {
    let text = pdf_extract::extract_text_from_mem(pdf).expect("a PDF that can be read");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn everything_on_the_receipt_is_in_the_file() {
    let receipt = receipt();
    let pdf = paper::receipt(&receipt, None).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let text = text(&pdf);
    let mut wanted: Vec<&str> = vec![&receipt.practice, &receipt.location, &receipt.header];
    wanted.extend(receipt.address.lines().chain(receipt.footer.lines()));
    wanted.extend(receipt.facts.iter().chain(&receipt.left).chain(&receipt.saved).map(String::as_str));
    let sums = receipt.totals.iter().chain(&receipt.tenders);
    let sums =
        sums.chain(receipt.lines.iter().flat_map(|line| [&line.sum].into_iter().chain(&line.taken_off)));
    for sum in sums.chain(receipt.refunds.iter().map(|refund| &refund.sum)) {
        wanted.extend([sum.words.as_str(), sum.amount.as_str()]);
    }
    for words in wanted {
        assert!(text.contains(words), "{words} is missing in {text}");
    }
}

#[test]
fn the_same_receipt_is_the_same_file() {
    assert_eq!(paper::receipt(&receipt(), None).unwrap(), paper::receipt(&receipt(), None).unwrap());
}

#[test]
fn greek_cyrillic_and_hebrew_can_be_read() {
    for name in ["Ελένη Παπαδοπούλου", "Зоя Ковальчук", "Łukasz Żółć"] {
        let pdf = paper::receipt(&Receipt { facts: vec![name.into()], ..receipt() }, None).unwrap();
        assert!(text(&pdf).contains(name), "{name}");
    }
}

#[test]
fn whatever_is_typed_as_a_name_makes_a_receipt_of_bounded_size() {
    let plain = paper::receipt(&receipt(), None).unwrap().len();
    for name in [
        "x".repeat(10_000),
        "💆‍♀️🧖🏽‍♂️".repeat(500),
        "مرحبا بالعالم שלום עולם ".repeat(400),
        "\u{202e}gnirts desrever".to_owned(),
        "a\u{0}b\u{7}c\u{1b}[31m\r\n\td\u{feff}\u{2028}e".to_owned(),
        "e\u{301}\u{302}\u{303}".repeat(3_000),
        "\u{200d}\u{fe0f}\u{e0067}".repeat(100),
        "\n".repeat(10_000),
        "(unbalanced \\( <b>& %PDF endstream".to_owned(),
        " ".to_owned(),
        String::new(),
    ] {
        let mut odd = receipt();
        odd.practice.clone_from(&name);
        odd.number.clone_from(&name);
        odd.facts.push(name.clone());
        odd.lines[0].sum.words.clone_from(&name);
        odd.lines[0].notes.push(name.clone());
        odd.totals[0].amount.clone_from(&name);
        odd.footer.clone_from(&name);
        let pdf = paper::receipt(&odd, None).unwrap_or_else(|problem| panic!("{problem}"));
        assert!(pdf.starts_with(b"%PDF-"));
        assert!(pdf.len() < plain + 200_000, "{} bytes", pdf.len());
        assert!(text(&pdf).contains("$288.52"), "the total is lost");
    }
}

#[test]
fn a_receipt_that_is_longer_than_a_page_can_be_goes_on() {
    let mut long = receipt();
    long.lines = vec![long.lines[0].clone(); 1_500];
    let pdf = paper::receipt(&long, None).unwrap();
    let text = text(&pdf);
    assert_eq!(text.matches("2 × Express Facial").count(), 1_500);
    assert!(text.contains("$288.52"));
}

#[test]
fn a_member_card_is_as_large_as_a_bank_card_and_says_who_it_is_for() {
    let card = |name: &str| MemberCard {
        customer: domain::CustomerId(uuid::Uuid::nil()),
        practice: "Larkspur Skin & Wellness".into(),
        name: name.into(),
        code: "8KHM3QPX9TRV".into(),
    };
    let pdf = paper::member_card(&card("Ana Ruiz")).unwrap();
    let text = text(&pdf);
    for words in ["Larkspur Skin & Wellness", "Ana Ruiz", "8KHM3QPX9TRV"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert_eq!(text.matches("8KHM3QPX9TRV").count(), 1);
    assert!(paper::member_card(&card(&"x".repeat(10_000))).unwrap().starts_with(b"%PDF-"));
}
