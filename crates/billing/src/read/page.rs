//! Lists and search results, element by element.

use super::{Object, Unreadable, read_value};
use serde::Deserialize;
use serde_json::Value;

/// One page of a list, as far as it could be read.
///
/// Source: <https://docs.stripe.com/api/pagination>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What could not be read, to be told and otherwise passed over.
    pub bad: Vec<BadElement>,
    /// `starting_after` of the next page; `None` where this is the last.
    pub next_after: Option<String>,
}

/// One page of what was found, <https://docs.stripe.com/api/pagination/search>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPage<T> {
    pub items: Vec<T>,
    pub bad: Vec<BadElement>,
    /// `page` of the next page; `None` where this is the last.
    pub next_page: Option<String>,
}

/// An element that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadElement {
    pub id: Option<String>,
    pub why: String,
}

#[derive(Deserialize)]
struct RawPage {
    object: String,
    data: Vec<Value>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    next_page: Option<String>,
}

impl RawPage {
    fn read(body: &[u8], object: &'static str) -> Result<Self, Unreadable> {
        let unreadable = |why: &str| Unreadable { object, why: why.to_owned() };
        let page: Self = serde_json::from_slice(body).map_err(|_| unreadable("it is no page of a list"))?;
        if page.object != object {
            return Err(unreadable("it is something else"));
        }
        Ok(page)
    }
}

impl<T: Object> Page<T> {
    /// # Errors
    /// The body is no list at all.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let page = RawPage::read(body, "list")?;
        let last =
            page.data.last().and_then(|last| last.get("id")).and_then(Value::as_str).map(str::to_owned);
        let next_after = last.filter(|_| page.has_more);
        let (items, bad) = elements(page.data);
        Ok(Self { items, bad, next_after })
    }
}

impl<T: Object> SearchPage<T> {
    /// # Errors
    /// The body is no search result at all.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let page = RawPage::read(body, "search_result")?;
        let next_page = page.next_page.filter(|_| page.has_more);
        let (items, bad) = elements(page.data);
        Ok(Self { items, bad, next_page })
    }
}

fn elements<T: Object>(data: Vec<Value>) -> (Vec<T>, Vec<BadElement>) {
    let (mut items, mut bad) = (Vec::with_capacity(data.len()), Vec::new());
    for element in data {
        let id = element.get("id").and_then(Value::as_str).map(|id| id.chars().take(255).collect());
        match read_value(element) {
            Ok(item) => items.push(item),
            Err(problem) => bad.push(BadElement { id, why: problem.to_string() }),
        }
    }
    (items, bad)
}

/// A list inside an object: what can be read of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "RawInner", bound = "T: Object")]
pub struct Inner<T> {
    pub items: Vec<T>,
    pub bad: Vec<BadElement>,
    /// There are more than these; they are read with a list of their own.
    pub has_more: bool,
}

impl<T> Inner<T> {
    /// Nothing is missing and nothing was passed over.
    pub fn is_whole(&self) -> bool {
        self.bad.is_empty() && !self.has_more
    }
}

impl<T> Default for Inner<T> {
    fn default() -> Self {
        Self { items: Vec::new(), bad: Vec::new(), has_more: false }
    }
}

#[derive(Deserialize)]
struct RawInner {
    #[serde(default)]
    data: Vec<Value>,
    #[serde(default)]
    has_more: bool,
}

impl<T: Object> From<RawInner> for Inner<T> {
    fn from(raw: RawInner) -> Self {
        let (items, bad) = elements(raw.data);
        Self { items, bad, has_more: raw.has_more }
    }
}
