use crate::Result;
use crate::database::uuid_of;
use crate::journal::unreadable;
use crate::phone;
use crate::project::StatusShown;
use crate::script::Script;
use domain::{CustomerId, PlanId};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// A customer as lists show one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRow {
    pub id: CustomerId,
    pub name: String,
    pub email: String,
    pub phone: String,
}

/// Whom a customer is shown as: themselves, or the one they were merged into.
pub(super) const SHOWN_AS: &str = "SELECT shown.customer, shown.name, shown.email, shown.phone,
         EXISTS (SELECT 1 FROM customer_erased WHERE customer_erased.customer = shown.customer) AS erased
     FROM customer JOIN customer AS shown ON shown.customer = customer.root WHERE customer.customer = ?";

/// Customers whose words begin with each of the words of `text`, best names first: those that begin with the text
/// itself, then by name. Among very many that match, the best of [`CONSIDERED`] that are there longest.
pub async fn customers_by_words(
    conn: &mut SqliteConnection,
    text: &str,
    limit: u32,
) -> Result<Vec<CustomerRow>> {
    let Some(query) = match_expression(text) else { return Ok(Vec::new()) };
    let asked = Script::of(BY_WORDS).with(beginning(text)).with(query).with(CONSIDERED).with(limit);
    asked.run(conn).await?.iter().flatten().map(row).collect()
}

/// A customer that was asked for, with what they hold.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundCustomer {
    pub row: CustomerRow,
    /// The whole of a card's code was asked for, and this is its holder.
    pub by_card: bool,
    pub organization: bool,
    /// Current memberships as lists show them, by start.
    pub memberships: Vec<(PlanId, StatusShown)>,
}

/// Customers that were asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundCustomers {
    pub people: Vec<FoundCustomer>,
    /// There are more than were asked for.
    pub more: bool,
}

/// Who is meant by `text`: whoever holds the card of that code, then customers as [`customers_by_words`] finds them.
pub async fn find_customers(conn: &mut SqliteConnection, text: &str, limit: u32) -> Result<FoundCustomers> {
    // The plus keeps the planner from an index of all current ones.
    let with_memberships = |found: &str| {
        format!(
            "SELECT found.*, held.plan, held.status_view FROM ({found}) AS found
                 LEFT JOIN enrollment AS held ON held.holder = found.customer AND +held.current = 1
             ORDER BY found.elsewhere, found.sort_key, found.customer, held.joined, held.enrollment"
        )
    };
    let mut asked = Script::of(&with_memberships(BY_CARD)).with(text.trim());
    if let Some(query) = match_expression(text) {
        let asked = asked.add(&with_memberships(BY_WORDS)).bind(beginning(text)).bind(query);
        asked.bind(CONSIDERED).bind(limit + 1);
    }
    let mut found: Vec<FoundCustomer> = Vec::new();
    let mut by_words = 0;
    let mut last_by_words = None;
    for (nth, answer) in asked.run(conn).await?.iter().enumerate() {
        let by_card = nth == 0;
        for line in answer {
            let row = row(line)?;
            if !by_card && last_by_words != Some(row.id) {
                by_words += 1;
                last_by_words = Some(row.id);
            }
            if by_words > limit {
                return Ok(FoundCustomers { people: found, more: true });
            }
            if found.iter().any(|known| known.row.id == row.id && known.by_card && !by_card) {
                continue;
            }
            let membership = match line.get::<Option<&[u8]>, _>("plan") {
                Some(plan) => {
                    let status =
                        serde_json::from_str(line.get("status_view")).map_err(unreadable("a status"))?;
                    Some((PlanId(uuid_of(plan)?), status))
                }
                None => None,
            };
            match found.last_mut().filter(|last| last.row.id == row.id) {
                Some(last) => last.memberships.extend(membership),
                None => {
                    found.push(FoundCustomer {
                        row,
                        by_card,
                        organization: line.get("organization"),
                        memberships: membership.into_iter().collect(),
                    });
                }
            }
        }
    }
    Ok(FoundCustomers { people: found, more: false })
}

/// How many that match are held against each other: every key that is typed reads as many rows.
const CONSIDERED: u32 = 200;

// Ranking all that match would read them all, which at the first letter is a tenth of everybody.
const BY_WORDS: &str = "SELECT customer, name, email, phone, sort_key, organization,
        instr(sort_key, ?) <> 1 AS elsewhere
    FROM customer WHERE id IN (SELECT rowid FROM customer_words WHERE customer_words MATCH ? LIMIT ?)
    ORDER BY elsewhere, sort_key, customer LIMIT ?";

/// What a name begins with that is typed as it is written.
fn beginning(text: &str) -> String {
    crate::project::sort_key(text)
}

// Those without a card are not in the index, and the planner has to be told that they are not meant.
const BY_CARD: &str =
    "SELECT customer, name, email, phone, sort_key, organization, 0 AS elsewhere FROM customer
    WHERE card = ? AND card <> '' AND root = customer LIMIT 1";

/// The customer of a card or its QR code.
pub async fn customer_by_card(conn: &mut SqliteConnection, code: &str) -> Result<Option<CustomerRow>> {
    let found = sqlx::query(BY_CARD).bind(code).fetch_optional(conn).await?;
    found.as_ref().map(row).transpose()
}

/// Whom a customer is shown as: themselves, or the one they were merged into.
pub async fn shown_as(conn: &mut SqliteConnection, customer: CustomerId) -> Result<Option<CustomerRow>> {
    let answers = Script::of(SHOWN_AS).with(customer.0).run(conn).await?;
    answers.iter().flatten().next().map(row).transpose()
}

/// Names and contacts of some customers.
pub async fn customers_named(conn: &mut SqliteConnection, ids: &[CustomerId]) -> Result<Vec<CustomerRow>> {
    let mut asked = Script::default();
    asked.add_rows(
        "SELECT customer, name, email, phone FROM customer WHERE customer IN (VALUES {rows})",
        1,
        ids,
        |script, id| {
            script.bind(id.0);
        },
    );
    asked.run(conn).await?.iter().flatten().map(row).collect()
}

/// The customer and every duplicate that was merged into it.
pub async fn family_of(conn: &mut SqliteConnection, root: CustomerId) -> Result<Vec<CustomerId>> {
    let rows = sqlx::query("SELECT customer FROM customer WHERE root = ?1 OR customer = ?1")
        .bind(root.0.as_bytes().as_slice())
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| uuid_of(row.get("customer")).map(CustomerId)).collect()
}

/// The customer that `id` is shown under.
pub async fn root_of(conn: &mut SqliteConnection, id: CustomerId) -> Result<CustomerId> {
    let found = sqlx::query("SELECT root FROM customer WHERE customer = ?")
        .bind(id.0.as_bytes().as_slice())
        .fetch_optional(conn)
        .await?;
    found.map_or(Ok(id), |row| uuid_of(row.get("root")).map(CustomerId))
}

/// Of what was typed, so many words are looked for.
const WORDS: usize = 8;

/// Every word as a quoted prefix, so that nothing a person types is an operator; `None` without any word.
///
/// Words of digits that stand together may be one telephone number, and are found as that too.
pub(crate) fn match_expression(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let asked: Vec<String> = words
        .chunk_by(|one, next| phone::is_part(one) == phone::is_part(next))
        .flat_map(|together| match together {
            [first, ..] if phone::is_part(first) => number(together).into_iter().collect(),
            others => others.iter().flat_map(|word| beginnings(word)).collect::<Vec<_>>(),
        })
        .take(WORDS)
        .collect();
    (!asked.is_empty()).then(|| asked.join(" AND "))
}

/// Digits as the words they are, or as any form of the number they spell.
fn number(words: &[&str]) -> Option<String> {
    let parts: Vec<String> = words.iter().flat_map(|word| beginnings(word)).take(WORDS).collect();
    if parts.is_empty() {
        return None;
    }
    let mut any = vec![format!("({})", parts.join(" AND "))];
    any.extend(phone::typed_as(&words.concat()).iter().flat_map(|form| beginnings(form)));
    Some(format!("({})", any.join(" OR ")))
}

fn beginnings(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\"*"))
        .collect()
}

pub(super) fn row(row: &SqliteRow) -> Result<CustomerRow> {
    Ok(CustomerRow {
        id: CustomerId(uuid_of(row.get("customer"))?),
        name: row.get("name"),
        email: row.get("email"),
        phone: row.get("phone"),
    })
}
