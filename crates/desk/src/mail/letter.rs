//! What a mail says, part by part; text and HTML are written from the same parts, so they never differ.

use domain::practice::Practice;
use maud::{DOCTYPE, Markup, html};
use protocol::receipt::{Receipt, Sum};

/// As wide as mail in plain text is read.
const WIDTH: usize = 60;

pub(super) struct Page {
    pub subject: String,
    /// Empty: nobody is greeted.
    pub to_name: String,
    pub parts: Vec<Part>,
}

pub(super) enum Part {
    /// One paragraph; line breaks are kept.
    Words(String),
    /// What it is, and what it says.
    Facts(Vec<(String, String)>),
    List {
        title: String,
        lines: Vec<String>,
    },
    Receipt(Box<Receipt>),
}

impl Page {
    pub fn new(subject: impl Into<String>, to_name: &str) -> Self {
        Self { subject: subject.into(), to_name: to_name.to_owned(), parts: Vec::new() }
    }

    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.parts.push(Part::Words(words.into()));
        self
    }

    #[must_use]
    pub fn facts(mut self, facts: Vec<(String, String)>) -> Self {
        if !facts.is_empty() {
            self.parts.push(Part::Facts(facts));
        }
        self
    }

    #[must_use]
    pub fn list(mut self, title: &str, lines: Vec<String>) -> Self {
        if !lines.is_empty() {
            self.parts.push(Part::List { title: title.to_owned(), lines });
        }
        self
    }

    #[must_use]
    pub fn receipt(mut self, receipt: Receipt) -> Self {
        self.parts.push(Part::Receipt(Box::new(receipt)));
        self
    }

    pub fn text(&self, practice: &Practice) -> String {
        let mut text = String::new();
        let mut paragraph = |words: &str| {
            text.push_str(words.trim_end());
            text.push_str("\n\n");
        };
        if !self.to_name.is_empty() {
            paragraph(&format!("Hello {},", self.to_name));
        }
        for part in &self.parts {
            match part {
                Part::Words(words) => paragraph(words),
                Part::Facts(facts) => paragraph(
                    &facts.iter().map(|(what, says)| format!("{what}: {says}\n")).collect::<String>(),
                ),
                Part::List { title, lines } => paragraph(&format!(
                    "{title}\n{}",
                    lines.iter().map(|line| format!("- {line}\n")).collect::<String>()
                )),
                Part::Receipt(receipt) => paragraph(&receipt_text(receipt)),
            }
        }
        text.push_str("-- \n");
        text.push_str(&practice.name);
        text.push('\n');
        text
    }

    pub fn html(&self, practice: &Practice) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.subject) }
                }
                body style="margin:0;padding:24px 12px;background:#f4f6f5;color:#1f2421;font:15px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif" {
                    div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:12px" {
                        p style="margin:0 0 16px;font-size:18px;font-weight:600;color:#1d5a46" dir="auto" { (practice.name) }
                        @if !self.to_name.is_empty() { p dir="auto" { "Hello " (self.to_name) "," } }
                        @for part in &self.parts { (part_html(part)) }
                        p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #e0e5e2;font-size:13px;color:#5a645e" dir="auto" { (practice.name) }
                    }
                }
            }
        };
        page.into_string()
    }
}

fn part_html(part: &Part) -> Markup {
    match part {
        Part::Words(words) => html! {
            p dir="auto" { (broken(words)) }
        },
        Part::Facts(facts) => html! {
            table style="border-collapse:collapse;margin:0 0 16px" {
                @for (what, says) in facts {
                    tr {
                        td style="padding:2px 16px 2px 0;color:#5a645e;vertical-align:top" { (what) }
                        td style="padding:2px 0" dir="auto" { (says) }
                    }
                }
            }
        },
        Part::List { title, lines } => html! {
            p style="margin-bottom:4px" { strong { (title) } }
            ul style="margin-top:0;padding-left:20px" { @for line in lines { li dir="auto" { (line) } } }
        },
        Part::Receipt(receipt) => receipt_html(receipt),
    }
}

/// Text with its line breaks.
fn broken(words: &str) -> Markup {
    html! { @for (nth, line) in words.lines().enumerate() { @if nth > 0 { br; } (line) } }
}

fn receipt_html(receipt: &Receipt) -> Markup {
    let row = |sum: &Sum, style: &str| {
        html! {
            tr style=(style) {
                td style="padding:2px 12px 2px 0;vertical-align:top" dir="auto" { (sum.words) }
                td style="padding:2px 0;text-align:right;white-space:nowrap;vertical-align:top" { (sum.amount) }
            }
        }
    };
    let rule = || {
        html! { tr { td colspan="2" style="padding:4px 0" { div style="border-top:1px dashed #b9c2bd" {} } } }
    };
    let small = |words: &str| {
        html! { tr { td colspan="2" style="padding:0 0 2px;font-size:13px;color:#5a645e" dir="auto" { (broken(words)) } } }
    };
    html! {
        div style="margin:0 0 8px;text-align:center" {
            div { (receipt.location) }
            @for text in [&receipt.address, &receipt.header] { @if !text.is_empty() { div dir="auto" { (broken(text)) } } }
            @for fact in &receipt.facts { div dir="auto" { (fact) } }
            @if let Some(stamp) = &receipt.stamp { div { strong { (stamp) } } }
        }
        table style="width:100%;border-collapse:collapse" {
            @for line in &receipt.lines {
                (row(&line.sum, ""))
                @for note in &line.notes { (small(note)) }
                @if let Some(off) = &line.taken_off { (row(off, "font-size:13px;color:#5a645e")) }
            }
            (rule())
            @for (at, sum) in receipt.totals.iter().enumerate() {
                (row(sum, if at == receipt.total { "font-weight:600;font-size:17px" } else { "" }))
            }
            (rule())
            @for tender in &receipt.tenders { (row(tender, "")) }
            @if receipt.tenders.is_empty() { (small("Nothing to pay")) }
            @for refund in &receipt.refunds {
                (rule())
                (row(&refund.sum, ""))
                @for note in &refund.notes { (small(note)) }
            }
            @for card in &receipt.cards {
                (rule())
                (row(&card.sum, "font-weight:600"))
                (small(&card.shown))
            }
        }
        @for words in receipt.renewals.iter().chain(&receipt.saved).chain(&receipt.left) {
            p style="margin:4px 0;text-align:center" dir="auto" { (words) }
        }
        @if !receipt.footer.is_empty() { p style="text-align:center" dir="auto" { (broken(&receipt.footer)) } }
    }
}

fn receipt_text(receipt: &Receipt) -> String {
    let mut text = String::new();
    let mut line = |words: &str| {
        text.push_str(words);
        text.push('\n');
    };
    let rule = "-".repeat(WIDTH);
    for words in std::iter::once(&receipt.location)
        .chain([&receipt.address, &receipt.header])
        .chain(&receipt.facts)
        .chain(&receipt.stamp)
        .filter(|words| !words.is_empty())
    {
        line(words);
    }
    line(&rule);
    for sold in &receipt.lines {
        line(&beside(&sold.sum));
        for note in &sold.notes {
            line(&format!("  {note}"));
        }
        if let Some(off) = &sold.taken_off {
            line(&beside(off));
        }
    }
    line(&rule);
    for sum in &receipt.totals {
        line(&beside(sum));
    }
    line(&rule);
    for tender in &receipt.tenders {
        line(&beside(tender));
    }
    if receipt.tenders.is_empty() {
        line("Nothing to pay");
    }
    for refund in &receipt.refunds {
        line(&rule);
        line(&beside(&refund.sum));
        for note in &refund.notes {
            line(&format!("  {note}"));
        }
    }
    for card in &receipt.cards {
        line(&rule);
        line(&beside(&card.sum));
        line(&card.shown);
    }
    for words in receipt.renewals.iter().chain(&receipt.saved).chain(&receipt.left) {
        line(words);
    }
    if !receipt.footer.is_empty() {
        line(&rule);
        line(&receipt.footer);
    }
    text
}

/// Words on the left, the sum on the right.
fn beside(sum: &Sum) -> String {
    let space = WIDTH.saturating_sub(sum.words.chars().count() + sum.amount.chars().count()).max(2);
    format!("{}{}{}", sum.words, " ".repeat(space), sum.amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_stand_on_the_right() {
        let sum = |words: &str| Sum { words: words.into(), amount: "$1.00".into() };
        assert_eq!(beside(&sum("Facial")).len(), WIDTH);
        let long = "x".repeat(80);
        assert!(beside(&sum(&long)).ends_with("x  $1.00"));
    }

    #[test]
    fn what_was_typed_is_text_in_both_parts() {
        let page = Page::new("Hours <b>", "<script>alert(1)</script>")
            .words("One & two\n<img src=x>")
            .list("A <i>list</i>", vec!["a < b".into()]);
        let html = broken("One & two\n<img src=x>").into_string();
        assert_eq!(html, "One &amp; two<br>&lt;img src=x&gt;");
        let whole: String = page.parts.iter().map(|part| part_html(part).into_string()).collect();
        assert!(!whole.contains("<img") && !whole.contains("<i>"), "{whole}");
    }
}
