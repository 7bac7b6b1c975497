use crate::{Result, StoreError};
use domain::{Day, GiftCardId, Money};
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

/// Which cards a code or a part of it means; plain, as codes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardsNamed<'a> {
    Any,
    /// Their code begins or ends with it.
    Part(&'a str),
    /// Their code is it, or ends with it where it is no longer than what papers show of one.
    EndOrWhole(&'a str),
}

/// What papers show of a code.
const END: usize = 4;

/// Cards that are meant, newest first; and the place to go on from.
pub async fn gift_cards(
    conn: &mut SqliteConnection,
    named: CardsNamed<'_>,
    that: CardsThat,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<GiftCardLine>, Option<String>)> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT code, issued, balance, blocked, issued_on, last_used, coalesce(issued_on, '') AS place FROM gift_card
         WHERE TRUE",
    );
    let ends_with = |query: &mut QueryBuilder<Sqlite>, plain: &str| {
        let backwards: String = plain.chars().rev().collect();
        query.push("edoc >= ").push_bind(backwards.clone());
        query.push(" AND edoc < ").push_bind(format!("{backwards}\u{7f}"));
    };
    match named {
        CardsNamed::Any => {}
        CardsNamed::Part(plain) => {
            query.push(" AND (code >= ").push_bind(plain.to_owned());
            query.push(" AND code < ").push_bind(format!("{plain}\u{7f}"));
            query.push(" OR ");
            ends_with(&mut query, plain);
            query.push(")");
        }
        CardsNamed::EndOrWhole(plain) if plain.len() <= END => {
            query.push(" AND ");
            ends_with(&mut query, plain);
        }
        CardsNamed::EndOrWhole(plain) => {
            query.push(" AND code = ").push_bind(plain.to_owned());
        }
    }
    query.push(match that {
        CardsThat::Are => "",
        CardsThat::HaveMoney => " AND balance > 0",
        CardsThat::AreEmpty => " AND balance = 0",
        CardsThat::AreBlocked => " AND blocked = 1",
        CardsThat::AreOverdrawn => " AND balance < 0",
    });
    if let Some(after) = after {
        let place = after.split_once('.').and_then(|(on, card)| Some((on, card.parse::<GiftCardId>().ok()?)));
        let (on, card) = place.ok_or_else(|| StoreError::Unreadable {
            what: "the place in the list".into(),
            why: "it is not one this list gave".into(),
        })?;
        query.push(" AND (coalesce(issued_on, '') < ").push_bind(on.to_owned());
        query.push(" OR coalesce(issued_on, '') = ").push_bind(on.to_owned());
        // The place names the card: its code is nobody's who reads a list.
        query.push(" AND code > coalesce((SELECT code FROM gift_card WHERE card = ");
        query.push_bind(card.0.as_bytes().to_vec()).push("), ''))");
    }
    query.push(" ORDER BY coalesce(issued_on, '') DESC, code LIMIT ").push_bind(i64::from(limit) + 1);
    let rows = query.build().fetch_all(conn).await?;
    let more = rows.len() > limit as usize;
    let rows = &rows[..rows.len().min(limit as usize)];
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| format!("{}.{}", row.get::<&str, _>("place"), GiftCardId::of_code(row.get("code"))));
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
