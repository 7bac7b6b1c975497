//! The objects of one kind, in the order they were made.

use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

use crate::object::Fields;

#[derive(Default)]
pub struct Shelf {
    rows: Vec<Arc<Value>>,
    places: HashMap<String, usize>,
    by_customer: HashMap<String, Vec<usize>>,
}

impl Shelf {
    pub fn put(&mut self, id: &str, object: Arc<Value>) {
        match self.places.get(id) {
            Some(place) => {
                let place = *place;
                self.file(place, &object);
                self.rows[place] = object;
            }
            None => {
                let place = self.rows.len();
                self.places.insert(id.to_owned(), place);
                self.file(place, &object);
                self.rows.push(object);
            }
        }
    }

    /// An object may come to a customer late (a card) and never moves to another.
    fn file(&mut self, place: usize, object: &Value) {
        if let Some(customer) = object.text("customer") {
            let filed = self.by_customer.entry(customer.to_owned()).or_default();
            if !filed.contains(&place) {
                filed.push(place);
            }
        }
    }

    pub fn get(&self, id: &str) -> Option<&Arc<Value>> {
        self.places.get(id).and_then(|place| self.rows.get(*place))
    }

    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.rows.iter().map(AsRef::as_ref)
    }

    /// Those of a customer, oldest first.
    pub fn of_customer<'a>(&'a self, customer: &str) -> impl DoubleEndedIterator<Item = &'a Value> {
        let filed = self.by_customer.get(customer).map_or(&[][..], Vec::as_slice);
        filed.iter().filter_map(|place| self.rows.get(*place)).map(AsRef::as_ref)
    }
}
