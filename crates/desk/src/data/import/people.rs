//! Whom a row is about: somebody on file, somebody of an earlier row, or somebody new.

use super::Cells;
use crate::refusal::Result;
use domain::CustomerId;
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::query::{self, OnFile};
use uuid::Uuid;

/// Everybody a row can be about, by what finds them.
pub(super) struct People {
    all: HashMap<CustomerId, OnFile>,
    /// Duplicates, each with the one it was merged into.
    merged: HashMap<CustomerId, CustomerId>,
    by_external: HashMap<String, Vec<CustomerId>>,
    by_email: HashMap<String, Vec<CustomerId>>,
    by_name: HashMap<(String, String), Vec<CustomerId>>,
    pub by_card: HashMap<String, CustomerId>,
    erased: BTreeSet<CustomerId>,
    /// Of this very file, under the id that their row gave them.
    newcomers: BTreeSet<CustomerId>,
}

/// Whom a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    OnFile(CustomerId),
    /// Nobody yet; the id is the row's own where it says one.
    Nobody(Option<CustomerId>),
}

/// What is wrong with how a row names somebody: the field and why.
pub(super) type Unclear = (String, String);

impl People {
    pub async fn load(conn: &mut SqliteConnection) -> Result<Self> {
        let mut people = Self {
            all: HashMap::new(),
            merged: HashMap::new(),
            by_external: HashMap::new(),
            by_email: HashMap::new(),
            by_name: HashMap::new(),
            by_card: HashMap::new(),
            erased: query::erased(conn).await?.into_iter().collect(),
            newcomers: BTreeSet::new(),
        };
        for person in query::everybody(conn).await? {
            if person.root != person.id {
                people.merged.insert(person.id, person.root);
            } else if !people.erased.contains(&person.id) {
                people.add(person);
            }
        }
        Ok(people)
    }

    /// Counts somebody in, so that later rows find them.
    pub fn add(&mut self, person: OnFile) {
        let id = person.id;
        if !person.external.is_empty() {
            push(&mut self.by_external, person.external.clone(), id);
        }
        if !person.email.is_empty() {
            push(&mut self.by_email, person.email.to_lowercase(), id);
        }
        push(&mut self.by_name, (folded(&person.name), digits(&person.phone)), id);
        if !person.card.is_empty() {
            self.by_card.insert(person.card.clone(), id);
        }
        self.all.insert(id, person);
    }

    /// Counts somebody in whose row gave them an id of their own.
    pub fn add_newcomer(&mut self, person: OnFile) {
        self.newcomers.insert(person.id);
        self.add(person);
    }

    /// By Perennial's own id, else the other system's, else the e-mail address, else name and phone.
    pub fn find(&self, cells: Cells<'_>) -> Result<Found, Unclear> {
        let mut own = None;
        let id = cells.text("id");
        if !id.is_empty() {
            let wrong = |why: &str| Err(("id".to_owned(), why.to_owned()));
            let Ok(id) = id.parse::<Uuid>() else {
                return wrong(
                    "This is not an id that Perennial exported. Leave it empty, or choose another column.",
                );
            };
            let id = self.shown_as(CustomerId(id));
            if self.erased.contains(&id) {
                return wrong("This person was erased on request. Take the row out.");
            }
            if self.all.contains_key(&id) {
                return Ok(Found::OnFile(id));
            }
            own = Some(id);
        }
        let external = cells.text("external_id");
        if !external.is_empty()
            && let Some(found) = self.by_external.get(external)
        {
            return one(found, "external_id", "number");
        }
        // Somebody whom the other system, or a row of this file, calls differently is somebody else.
        let may_be = |id: &CustomerId| {
            let known = &self.all[id].external;
            let another = own.is_some() && self.newcomers.contains(id);
            !another && (external.is_empty() || known.is_empty() || known == external)
        };
        let among = |found: Option<&Vec<CustomerId>>| -> Vec<CustomerId> {
            found.into_iter().flatten().copied().filter(may_be).collect()
        };
        let (email, name) = (cells.text("email"), cells.text("name"));
        if !email.is_empty() {
            let found = among(self.by_email.get(&email.to_lowercase()));
            if !found.is_empty() {
                return one(&found, "email", "e-mail address");
            }
        }
        if !name.is_empty() {
            let phone = digits(cells.text("phone"));
            let mut found = among(self.by_name.get(&(folded(name), phone.clone())));
            if !email.is_empty() {
                // Without an address on file it may be the same person, but only a phone number says so.
                found.retain(|id| self.all[id].email.is_empty() && !phone.is_empty());
            }
            if !found.is_empty() {
                return one(&found, "name", "name and phone number");
            }
        }
        Ok(Found::Nobody(own))
    }

    /// The one that a duplicate was merged into; two that point at each other stop at the first.
    fn shown_as(&self, mut id: CustomerId) -> CustomerId {
        for _ in 0..8 {
            match self.merged.get(&id) {
                Some(root) => id = *root,
                None => break,
            }
        }
        id
    }

    /// Somebody by e-mail address or by name alone, as a list of family members names them.
    pub fn find_named(&self, text: &str) -> Result<CustomerId, String> {
        let found: Vec<CustomerId> = if text.contains('@') {
            self.by_email.get(&text.to_lowercase()).cloned().unwrap_or_default()
        } else {
            let name = folded(text);
            let named = self.by_name.iter().filter(|((known, _), _)| *known == name);
            named.flat_map(|(_, ids)| ids.iter().copied()).collect()
        };
        match found.as_slice() {
            [only] if self.is_organization(*only) => {
                Err(format!("{text} is an organization. Only people are covered."))
            }
            [only] => Ok(*only),
            [] => Err(format!("Nobody on file is {text}. Import people first.")),
            several => Err(format!("{} people on file are {text}. Write the e-mail address.", several.len())),
        }
    }

    pub fn is_organization(&self, id: CustomerId) -> bool {
        self.all.get(&id).is_some_and(|person| person.organization)
    }

    pub fn name(&self, id: CustomerId) -> &str {
        self.all.get(&id).map_or("Somebody", |person| person.name.as_str())
    }
}

fn one(found: &[CustomerId], key: &str, by: &str) -> Result<Found, Unclear> {
    match found {
        [only] => Ok(Found::OnFile(*only)),
        several => Err((
            key.to_owned(),
            format!(
                "{} people have this {by}. Merge them, or choose a column with a number for each person.",
                several.len()
            ),
        )),
    }
}

/// Which line spoke of somebody first.
#[derive(Default)]
pub(super) struct Lines(BTreeMap<CustomerId, u32>);

impl Lines {
    /// Refuses where an earlier line was about the same person.
    pub fn first(&mut self, id: CustomerId, cells: Cells<'_>) -> Result<(), Unclear> {
        match self.0.insert(id, cells.row.line) {
            None => Ok(()),
            Some(before) => {
                self.0.insert(id, before);
                let key =
                    ["external_id", "email", "name"].into_iter().find(|key| !cells.text(key).is_empty());
                Err((
                    key.unwrap_or("name").to_owned(),
                    format!("Line {before} is about the same person. Keep one of the two."),
                ))
            }
        }
    }
}

fn push<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Vec<CustomerId>>, key: K, id: CustomerId) {
    map.entry(key).or_default().push(id);
}

fn folded(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}
