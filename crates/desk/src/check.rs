//! What a person typed, made clean or refused with the reason.

use crate::refusal::{Problem, Refusal, Result};
use domain::customer::{Organization, Person};
use domain::{Day, Money};

/// The longest name of anything.
pub const NAME: usize = 200;
/// The longest free text.
pub const TEXT: usize = 4_000;

/// Collects what is wrong with a request, so that all of it is said at once.
#[derive(Default)]
pub struct Check {
    problems: Vec<Problem>,
}

impl Check {
    pub fn wrong(&mut self, field: &str, why: impl Into<String>) {
        self.problems.push(Problem { field: field.to_owned(), why: why.into() });
    }

    pub fn require(&mut self, field: &str, holds: bool, why: &str) {
        if !holds {
            self.wrong(field, why);
        }
    }

    /// One line, not empty.
    pub fn name(&mut self, field: &str, what: &str, text: &str) -> String {
        let clean = self.line(field, what, text, NAME);
        if clean.is_empty() && !self.spoke_of(field) {
            self.wrong(field, format!("{what} is missing."));
        }
        clean
    }

    /// One line, perhaps empty.
    pub fn line(&mut self, field: &str, what: &str, text: &str, most: usize) -> String {
        let clean = self.text(field, what, text, most);
        if clean.chars().any(char::is_control) {
            self.wrong(field, format!("{what} has characters that cannot be shown."));
        }
        clean
    }

    /// Several lines, perhaps empty.
    pub fn text(&mut self, field: &str, what: &str, text: &str, most: usize) -> String {
        let clean = text.trim();
        let length = clean.chars().count();
        if length > most {
            self.wrong(field, format!("{what} has {length} characters; at most {most} fit."));
        }
        if clean.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t' | '\r')) {
            self.wrong(field, format!("{what} has characters that cannot be shown."));
        }
        clean.to_owned()
    }

    /// Zero or more, within what any price may be.
    pub fn price(&mut self, field: &str, what: &str, amount: Money) {
        if amount.is_negative() {
            self.wrong(field, format!("{what} is below zero."));
        } else if amount > Money::MAX_PRICE {
            self.wrong(field, format!("{what} is higher than any price can be."));
        }
    }

    /// An e-mail address, perhaps empty.
    pub fn email(&mut self, field: &str, what: &str, text: &str) -> String {
        let email = self.line(field, what, text, NAME);
        if !email.is_empty() {
            let shaped = email.split_once('@').is_some_and(|(user, host)| {
                !user.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
            });
            let plain = !email
                .chars()
                .any(|letter| letter.is_whitespace() || matches!(letter, '<' | '>' | ',' | ';' | '"'));
            let right = shaped && plain && email.matches('@').count() == 1;
            if !right && !self.spoke_of(field) {
                self.wrong(field, format!("{what} does not look like name@example.com."));
            }
        }
        email
    }

    pub fn person(&mut self, person: &Person, today: Day) -> Person {
        let email = self.email("person.email", "The e-mail address", &person.email);
        if let Some(birthday) = person.birthday {
            self.require(
                "person.birthday",
                birthday <= today && birthday.year() >= 1890,
                "The birthday is not between 1890 and today.",
            );
        }
        Person {
            name: self.name("person.name", "The name", &person.name),
            email,
            phone: self.line("person.phone", "The phone number", &person.phone, 40),
            birthday: person.birthday,
            address: self.text("person.address", "The address", &person.address, 500),
            card_code: self.line("person.card_code", "The card code", &person.card_code, 64),
            external_id: self.line(
                "person.external_id",
                "The number in the other system",
                &person.external_id,
                100,
            ),
            organization: person.organization.as_ref().map(|office| Organization {
                contact: self.line("person.organization.contact", "The contact", &office.contact, NAME),
                reference: self.line(
                    "person.organization.reference",
                    "The reference",
                    &office.reference,
                    100,
                ),
            }),
        }
    }

    /// 4 to 8 digits.
    pub fn pin(&mut self, field: &str, pin: &str) {
        let digits = pin.chars().all(|digit| digit.is_ascii_digit());
        self.require(field, digits && (4..=8).contains(&pin.len()), "A PIN has 4 to 8 digits.");
    }

    pub fn done(self) -> Result<()> {
        if self.problems.is_empty() { Ok(()) } else { Err(Refusal::Invalid { problems: self.problems }) }
    }

    fn spoke_of(&self, field: &str) -> bool {
        self.problems.iter().any(|problem| problem.field == field)
    }
}
