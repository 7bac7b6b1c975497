use crate::{Result, StoreError};
use domain::{Day, Money};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row, Sqlite};

/// A gift card as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftCardLine {
    /// Plain.
    pub code: String,
    pub issued: Money,
    pub balance: Money,
    pub blocked: bool,
    pub issued_on: Option<Day>,
    pub last_used: Option<Day>,
}

/// What is left on all cards together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GiftCardSums {
    pub cards: u32,
    /// With something left.
    pub open: u32,
    pub liability: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardsThat {
    Are,
    HaveMoney,
    AreEmpty,
    AreBlocked,
    AreOverdrawn,
}

/// Cards whose code begins or ends with `plain`, newest first; and the place to go on from.
pub async fn gift_cards(
    conn: &mut SqliteConnection,
    plain: &str,
    that: CardsThat,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<GiftCardLine>, Option<String>)> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT code, issued, balance, blocked, issued_on, last_used, coalesce(issued_on, '') AS place FROM gift_card
         WHERE TRUE",
    );
    if !plain.is_empty() {
        let backwards: String = plain.chars().rev().collect();
        query.push(" AND (code >= ").push_bind(plain.to_owned());
        query.push(" AND code < ").push_bind(format!("{plain}\u{7f}"));
        query.push(" OR edoc >= ").push_bind(backwards.clone());
        query.push(" AND edoc < ").push_bind(format!("{backwards}\u{7f}")).push(")");
    }
    query.push(match that {
        CardsThat::Are => "",
        CardsThat::HaveMoney => " AND balance > 0",
        CardsThat::AreEmpty => " AND balance = 0",
        CardsThat::AreBlocked => " AND blocked = 1",
        CardsThat::AreOverdrawn => " AND balance < 0",
    });
    if let Some(after) = after {
        let (on, code) = after.split_once('.').ok_or_else(|| StoreError::Unreadable {
            what: "the place in the list".into(),
            why: "it is not one this list gave".into(),
        })?;
        query.push(" AND (coalesce(issued_on, '') < ").push_bind(on.to_owned());
        query.push(" OR coalesce(issued_on, '') = ").push_bind(on.to_owned());
        query.push(" AND code > ").push_bind(code.to_owned()).push(")");
    }
    query.push(" ORDER BY coalesce(issued_on, '') DESC, code LIMIT ").push_bind(i64::from(limit) + 1);
    let rows = query.build().fetch_all(conn).await?;
    let more = rows.len() > limit as usize;
    let rows = &rows[..rows.len().min(limit as usize)];
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| format!("{}.{}", row.get::<&str, _>("place"), row.get::<&str, _>("code")));
    Ok((rows.iter().map(line).collect::<Result<_>>()?, next))
}

pub async fn gift_card_sums(conn: &mut SqliteConnection) -> Result<GiftCardSums> {
    let row = sqlx::query("SELECT cards, open, liability FROM gift_card_tally").fetch_one(conn).await?;
    Ok(GiftCardSums {
        cards: row.get("cards"),
        open: row.get("open"),
        liability: Money::from_minor(row.get("liability")),
    })
}

fn line(row: &SqliteRow) -> Result<GiftCardLine> {
    let day = |name: &str| -> Result<Option<Day>> {
        let text: Option<&str> = row.get(name);
        text.map(str::parse).transpose().map_err(|error| StoreError::Unreadable {
            what: "a gift card's day".into(),
            why: format!("{error}"),
        })
    };
    Ok(GiftCardLine {
        code: row.get("code"),
        issued: Money::from_minor(row.get("issued")),
        balance: Money::from_minor(row.get("balance")),
        blocked: row.get("blocked"),
        issued_on: day("issued_on")?,
        last_used: day("last_used")?,
    })
}
