//! What rows can say, and which column says it as other systems usually call them.

use super::figures::{has_decimal_comma, order_of};
use super::table::Table;
use crate::ground::Ground;
use crate::op::Here;
use crate::words;
use domain::BenefitId;
use domain::Currency;
use domain::credit::Grant;
use domain::plan::{CreditUnit, Terms};
use domain::record::ImportedWhat;
use protocol::data::{DateOrder, ImportField, ImportOptions};
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Field {
    pub shown: ImportField,
    holds: Holds,
    /// Other names of the column, in small letters and single spaces.
    synonyms: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Date,
    Figure,
}

/// What says who a row is about.
pub(super) const PEOPLE: [&str; 4] = ["id", "external_id", "email", "name"];
/// Begins the keys of balances; the benefit's name follows.
const BALANCE: &str = "balance:";

pub(super) fn of(ground: &Ground, what: ImportedWhat) -> Vec<Field> {
    match what {
        ImportedWhat::Customers => {
            let mut fields = people();
            for field in &mut fields {
                field.shown.required = field.shown.key == "name";
            }
            fields.extend([
                date(
                    "birthday",
                    "Birthday",
                    "",
                    &["birthday", "birth date", "birthdate", "date of birth", "dob", "born", "geburtsdatum"],
                ),
                text(
                    "address",
                    "Address",
                    "Several columns can't be joined; choose the one with the street.",
                    &[
                        "address",
                        "street",
                        "street address",
                        "address 1",
                        "address line 1",
                        "mailing address",
                        "home address",
                        "adresse",
                    ],
                ),
                text(
                    "is_organization",
                    "Organization",
                    "yes where it is an organization; empty for a person.",
                    &["is organization"],
                ),
                text(
                    "contact",
                    "Contact",
                    "Whom to ask for at an organization.",
                    &["contact", "contact person"],
                ),
                text("reference", "On statements", "Of an organization: a tax number or a cost centre.", &[]),
                text(
                    "card_code",
                    "Member card",
                    "What the card's barcode or QR code says.",
                    &[
                        "card code",
                        "card",
                        "card number",
                        "member card",
                        "barcode",
                        "card id",
                        "loyalty card",
                    ],
                ),
            ]);
            fields
        }
        ImportedWhat::Items => vec![
            text(
                "name",
                "Name",
                "",
                &[
                    "name",
                    "item",
                    "item name",
                    "product",
                    "product name",
                    "service",
                    "service name",
                    "title",
                    "description",
                    "bezeichnung",
                ],
            )
            .required(),
            figure(
                "price",
                "Price",
                "Of one; a rental's is per hour.",
                &[
                    "price",
                    "unit price",
                    "retail price",
                    "amount",
                    "cost to customer",
                    "rate",
                    "preis",
                    "default price",
                ],
            )
            .required(),
            text(
                "code",
                "Code",
                "Finds the item again: barcode, SKU.",
                &[
                    "code",
                    "sku",
                    "barcode",
                    "item code",
                    "product code",
                    "upc",
                    "ean",
                    "gtin",
                    "plu",
                    "token",
                ],
            ),
            text(
                "kind",
                "Kind",
                "Service, product, rental, gift card or fee; service where it is empty.",
                &["kind", "type", "item type", "product type"],
            ),
            text(
                "category",
                "Category",
                "One that is not there yet is added.",
                &["category", "group", "department", "product category", "kategorie", "reporting category"],
            ),
            text(
                "tax_class",
                "Tax class",
                "Must exist under Taxes; empty is untaxed.",
                &["tax class", "tax", "tax code", "tax category", "tax name", "vat"],
            ),
            figure(
                "minutes",
                "Minutes",
                "How long a service usually takes.",
                &["minutes", "duration", "length", "duration minutes", "duration min"],
            ),
            figure(
                "max_minutes",
                "Longest rental, minutes",
                "",
                &["max minutes", "longest rental", "maximum duration"],
            ),
        ],
        ImportedWhat::Members => {
            let mut fields = people();
            fields.extend([
                text(
                    "plan",
                    "Membership",
                    "The name of a membership that is sold here.",
                    &[
                        "tier",
                        "plan",
                        "membership",
                        "membership name",
                        "membership type",
                        "plan name",
                        "package",
                        "level",
                        "program",
                        "tarif",
                    ],
                )
                .required(),
                date(
                    "start",
                    "Member since",
                    "The first day of the membership.",
                    &[
                        "start",
                        "start date",
                        "joined",
                        "member since",
                        "since",
                        "join date",
                        "signup date",
                        "sign up date",
                        "enrolled",
                        "enrollment date",
                        "contract start",
                        "begin date",
                        "beginn",
                    ],
                )
                .required(),
                date(
                    "next_billing",
                    "Next billing",
                    "The first charge to collect here. Empty: the next date counted from the start.",
                    &[
                        "next billing",
                        "next billing date",
                        "next charge",
                        "next payment",
                        "next payment date",
                        "renewal date",
                        "next renewal",
                        "renews on",
                        "paid until",
                        "next bill date",
                        "bill date",
                    ],
                ),
                figure(
                    "price",
                    "Price agreed",
                    "Before tax on top. Empty: today's price.",
                    &[
                        "price",
                        "amount",
                        "fee",
                        "monthly fee",
                        "recurring amount",
                        "membership price",
                        "dues",
                        "rate",
                    ],
                ),
                text(
                    "status",
                    "Status",
                    "Rows that say cancelled, ended or expired are left out.",
                    &["status", "state", "membership status"],
                ),
                text(
                    "dependents",
                    "Family members",
                    "E-mail addresses or names of people on file, with semicolons between them.",
                    &["dependents", "family", "family members", "members of family", "linked members"],
                ),
            ]);
            for (name, unit) in balances(ground) {
                let unit = match unit {
                    CreditUnit::Money => "An amount.",
                    CreditUnit::Minutes => "Hours, like 1.5 or 1:30.",
                    CreditUnit::Bookings => "A whole number.",
                };
                let mut field = figure("", "", "", &[]);
                field.shown.key = format!("{BALANCE}{name}");
                field.shown.title = format!("Balance of {name}");
                field.shown.help = format!("What is left today. {unit}");
                fields.push(field);
            }
            fields
        }
    }
}

fn people() -> Vec<Field> {
    vec![
        text(
            "name",
            "Name",
            "First and last name in one column.",
            &[
                "name",
                "full name",
                "customer",
                "customer name",
                "client",
                "client name",
                "patient",
                "patient name",
                "member",
                "member name",
                "guest",
                "contact",
                "display name",
                "guest name",
            ],
        ),
        text(
            "email",
            "E-mail",
            "",
            &["email", "e mail", "email address", "e mail address", "mail", "primary email", "contact email"],
        ),
        text(
            "phone",
            "Phone",
            "",
            &[
                "phone",
                "phone number",
                "mobile",
                "mobile phone",
                "cell",
                "cell phone",
                "telephone",
                "tel",
                "primary phone",
                "mobile number",
                "telefon",
            ],
        ),
        text(
            "external_id",
            "Number there",
            "What the other system calls the person; finds them again.",
            &[
                "external id",
                "customer id",
                "client id",
                "member id",
                "patient id",
                "contact id",
                "customer number",
                "member number",
                "client number",
                "reference",
                "reference id",
                "id",
            ],
        ),
        text("id", "Perennial's own id", "From a file that Perennial exported.", &[]),
    ]
}

impl Field {
    fn required(mut self) -> Self {
        self.shown.required = true;
        self
    }
}

fn text(key: &str, title: &str, help: &str, synonyms: &'static [&'static str]) -> Field {
    let shown =
        ImportField { key: key.to_owned(), title: title.to_owned(), required: false, help: help.to_owned() };
    Field { shown, holds: Holds::Text, synonyms }
}

fn date(key: &str, title: &str, help: &str, synonyms: &'static [&'static str]) -> Field {
    Field { holds: Holds::Date, ..text(key, title, help, synonyms) }
}

fn figure(key: &str, title: &str, help: &str, synonyms: &'static [&'static str]) -> Field {
    Field { holds: Holds::Figure, ..text(key, title, help, synonyms) }
}

// Balances.

/// The counted benefits of some terms, each under its name; one that shares a name with earlier ones is told apart by
/// its number among them.
pub(super) fn counted(ground: &Ground, terms: &Terms) -> Vec<(String, BenefitId, CreditUnit)> {
    let credits = terms.credits.iter().map(|credit| (credit.id, Grant::from(credit)));
    let included = terms
        .included
        .iter()
        .filter_map(|included| Grant::of_included(included).map(|grant| (included.id, grant)));
    let mut found: Vec<(String, BenefitId, CreditUnit)> = Vec::new();
    for (id, grant) in credits.chain(included) {
        let name = words::benefit_name(ground, &grant);
        let alike = (2..).map(|nth| format!("{name} ({nth})"));
        let unlike = std::iter::once(name.clone()).chain(alike);
        let name = unlike.into_iter().find(|name| !found.iter().any(|(known, ..)| known == name));
        found.extend(name.map(|name| (name, id, grant.unit)));
    }
    found
}

/// The names of everything counted that is sold.
fn balances(ground: &Ground) -> BTreeMap<String, CreditUnit> {
    let sold = ground.plans.values().filter(|plan| !plan.archived);
    sold.flat_map(|plan| counted(ground, &plan.current().terms)).map(|(name, _, unit)| (name, unit)).collect()
}

pub(super) fn balance_key(name: &str) -> String {
    format!("{BALANCE}{name}")
}

// Guessing.

pub(super) struct Guess {
    pub options: ImportOptions,
    pub dates_unsure: bool,
}

pub(super) fn guess(fields: &[Field], table: &Table, here: &Here) -> Guess {
    let headings: Vec<String> = table.headings.iter().map(|heading| plain(heading)).collect();
    let mut columns: BTreeMap<String, u32> = BTreeMap::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    // Perennial's own column of ids is known by what stands in it: other systems have an "id" too.
    if let (Some(field), Some(at)) = (
        fields.iter().find(|field| field.shown.key == "id"),
        (0..headings.len())
            .find(|at| holds_ids(table, *at as u32) && ["id", "customer"].contains(&&*headings[*at])),
    ) {
        columns.insert(field.shown.key.clone(), at as u32);
        taken.insert(at);
    }
    // First what is called exactly so, then what begins so.
    let exact = |heading: &str, name: &str| heading == name;
    let begins = |heading: &str, name: &str| name.len() > 3 && heading.starts_with(&format!("{name} "));
    for matches in [&exact as &dyn Fn(&str, &str) -> bool, &begins] {
        for field in fields {
            if columns.contains_key(&field.shown.key) {
                continue;
            }
            let own = [plain(&field.shown.key), plain(&field.shown.title)];
            let mut names = own.iter().map(String::as_str).chain(field.synonyms.iter().copied());
            let found = names.find_map(|name| {
                (0..headings.len()).find(|at| !taken.contains(at) && matches(&headings[*at], name))
            });
            if let Some(at) = found.filter(|at| !headings[*at].is_empty()) {
                columns.insert(field.shown.key.clone(), at as u32);
                taken.insert(at);
            }
        }
    }
    guess_the_balance(fields, &headings, &mut columns, &mut taken);
    let of = |holds: Holds| {
        let chosen = fields.iter().filter(move |field| field.holds == holds);
        let at: Vec<u32> = chosen.filter_map(|field| columns.get(&field.shown.key).copied()).collect();
        let cells = at.into_iter().flat_map(|column| table.rows.iter().map(move |row| row.cell(column)));
        cells.filter(|cell| !cell.trim().is_empty())
    };
    let order = order_of(of(Holds::Date));
    let any_dates = of(Holds::Date).next().is_some();
    let usual = match here.ground.practice.as_ref().map(|practice| practice.currency) {
        Some(Currency::USD) => DateOrder::MonthDayYear,
        _ => DateOrder::DayMonthYear,
    };
    let decimal_comma = has_decimal_comma(of(Holds::Figure));
    let dates = order.unwrap_or(if any_dates { usual } else { DateOrder::YearMonthDay });
    Guess {
        options: ImportOptions { columns, dates, decimal_comma },
        dates_unsure: any_dates && order.is_none(),
    }
}

/// Where only one kind of balance is sold, any balance is that.
fn guess_the_balance(
    fields: &[Field],
    headings: &[String],
    columns: &mut BTreeMap<String, u32>,
    taken: &mut BTreeSet<usize>,
) {
    let balances: Vec<&Field> = fields.iter().filter(|field| field.shown.key.starts_with(BALANCE)).collect();
    let [only] = balances.as_slice() else { return };
    let says_so = |at: &usize| {
        !taken.contains(at)
            && ["balance", "credit", "remaining"].iter().any(|word| headings[*at].contains(word))
    };
    if let Some(at) = (0..headings.len()).find(says_so)
        && !columns.contains_key(&only.shown.key)
    {
        columns.insert(only.shown.key.clone(), at as u32);
        taken.insert(at);
    }
}

fn holds_ids(table: &Table, column: u32) -> bool {
    let mut cells =
        table.rows.iter().map(|row| row.cell(column).trim()).filter(|cell| !cell.is_empty()).peekable();
    cells.peek().is_some() && cells.take(20).all(|cell| cell.parse::<uuid::Uuid>().is_ok())
}

/// Small letters and digits, one space for everything between.
fn plain(text: &str) -> String {
    let spaced: String = text
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { ' ' })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
