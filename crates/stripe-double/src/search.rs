//! Search, behind what it searches: <https://docs.stripe.com/search>.

use crate::error::ApiError;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

#[derive(Default)]
pub struct SearchIndex {
    /// What will be found, from when on.
    coming: VecDeque<(i64, Kind, String, Option<Arc<Value>>)>,
    found: BTreeMap<Kind, HashMap<String, (u64, Arc<Value>)>>,
    written: u64,
}

impl SearchIndex {
    pub fn write(&mut self, from: i64, kind: Kind, object: Arc<Value>) {
        self.coming.push_back((from, kind, object.word("id"), Some(object)));
    }

    pub fn remove(&mut self, from: i64, kind: Kind, id: &str) {
        self.coming.push_back((from, kind, id.to_owned(), None));
    }

    /// Lets in what has come due.
    pub fn catch_up(&mut self, now: i64) {
        while self.coming.front().is_some_and(|(from, ..)| *from <= now) {
            let Some((_, kind, id, object)) = self.coming.pop_front() else { return };
            let found = self.found.entry(kind).or_default();
            match object {
                Some(object) => {
                    self.written += 1;
                    let order = found.get(&id).map_or(self.written, |(order, _)| *order);
                    found.insert(id, (order, object));
                }
                None => {
                    found.remove(&id);
                }
            }
        }
    }
}

impl Mode {
    pub fn search(&mut self, kind: Kind, url: &str, given: &Value) -> Result<Value, ApiError> {
        self.search.catch_up(self.now);
        let query = Query::read(given.text("query").unwrap_or_default())?;
        let limit = crate::listing::limit(given)?;
        let from: usize = match given.text("page") {
            None => 0,
            Some(page) => page.parse().map_err(|_| {
                ApiError::invalid("page", "Invalid page token. Please use the next_page value.")
            })?,
        };
        let mut found: Vec<&(u64, Arc<Value>)> = self
            .search
            .found
            .get(&kind)
            .into_iter()
            .flat_map(HashMap::values)
            .filter(|(_, object)| query.matches(object))
            .collect();
        found.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
        let has_more = found.len() > from + limit;
        let data: Vec<Value> =
            found.into_iter().skip(from).take(limit).map(|(_, object)| self.render(kind, object)).collect();
        Ok(json!({
            "object": "search_result",
            "url": url,
            "has_more": has_more,
            "data": data,
            "next_page": has_more.then(|| (from + limit).to_string()),
        }))
    }
}

struct Query {
    clauses: Vec<Clause>,
    any: bool,
}

struct Clause {
    not: bool,
    field: String,
    sign: Sign,
    value: String,
}

#[derive(PartialEq)]
enum Sign {
    Is,
    Like,
    Less,
    LessOrIs,
    More,
    MoreOrIs,
}

impl Query {
    /// `metadata['effect']:'1' AND -status:'canceled'`: all by AND or all by OR.
    fn read(text: &str) -> Result<Self, ApiError> {
        let wrong = || {
            ApiError::invalid(
                "query",
                "We were unable to parse your search query. Try using the format \"metadata['key']:'value'\" to \
                 query for metadata or key:\"value\" to query for other fields.",
            )
        };
        let mut clauses = Vec::new();
        let (mut and, mut or) = (false, false);
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(ApiError::missing_parameter("query"));
        }
        while !rest.is_empty() {
            if !clauses.is_empty() {
                if let Some(after) = rest.strip_prefix("AND ") {
                    and = true;
                    rest = after.trim_start();
                } else if let Some(after) = rest.strip_prefix("OR ") {
                    or = true;
                    rest = after.trim_start();
                } else {
                    and = true;
                }
            }
            let not = rest.starts_with('-');
            rest = rest.trim_start_matches('-');
            let end = rest.find([':', '<', '>', '~']).ok_or_else(wrong)?;
            let field = field(rest[..end].trim()).ok_or_else(wrong)?;
            let (sign, length) = match &rest[end..] {
                after if after.starts_with("<=") => (Sign::LessOrIs, 2),
                after if after.starts_with(">=") => (Sign::MoreOrIs, 2),
                after if after.starts_with('<') => (Sign::Less, 1),
                after if after.starts_with('>') => (Sign::More, 1),
                after if after.starts_with('~') => (Sign::Like, 1),
                _ => (Sign::Is, 1),
            };
            let (value, after) = value(rest[end + length..].trim_start()).ok_or_else(wrong)?;
            clauses.push(Clause { not, field, sign, value });
            rest = after.trim_start();
        }
        if and && or {
            return Err(ApiError::invalid("query", "You can't combine AND and OR in one search query."));
        }
        Ok(Self { clauses, any: or })
    }

    fn matches(&self, object: &Value) -> bool {
        let mut judged = self.clauses.iter().map(|clause| clause.matches(object));
        if self.any { judged.any(|fits| fits) } else { judged.all(|fits| fits) }
    }
}

impl Clause {
    fn matches(&self, object: &Value) -> bool {
        let found = match self.field.strip_prefix("metadata.") {
            // A key of metadata may have dots of its own.
            Some(key) => object.at("metadata").get(key).unwrap_or(&Value::Null),
            None => object.at(&self.field),
        };
        let fits = match found {
            Value::String(text) if self.sign == Sign::Like => {
                text.to_lowercase().contains(&self.value.to_lowercase())
            }
            Value::String(text) => text.to_lowercase() == self.value.to_lowercase(),
            Value::Number(number) => {
                let (number, value) = (number.as_i64(), self.value.parse::<i64>().ok());
                match self.sign {
                    Sign::Less => number < value,
                    Sign::LessOrIs => number <= value,
                    Sign::More => number > value,
                    Sign::MoreOrIs => number >= value,
                    Sign::Is | Sign::Like => number == value,
                }
            }
            Value::Bool(flag) => flag.to_string() == self.value,
            _ => self.value == "null",
        };
        fits != self.not
    }
}

/// `metadata['key']` is `metadata.key` here.
fn field(written: &str) -> Option<String> {
    match written.strip_prefix("metadata[") {
        Some(rest) => {
            let key = rest.strip_suffix(']')?.trim_matches(['\'', '"']);
            Some(format!("metadata.{key}"))
        }
        None if written.is_empty() => None,
        None => Some(written.to_owned()),
    }
}

fn value(written: &str) -> Option<(String, &str)> {
    let quote = written.chars().next()?;
    if quote == '\'' || quote == '"' {
        let mut value = String::new();
        let mut signs = written[1..].char_indices();
        while let Some((at, sign)) = signs.next() {
            match sign {
                '\\' => value.push(signs.next()?.1),
                _ if sign == quote => return Some((value, &written[at + 2..])),
                _ => value.push(sign),
            }
        }
        return None;
    }
    let end = written.find(' ').unwrap_or(written.len());
    Some((written[..end].to_owned(), &written[end..]))
}
