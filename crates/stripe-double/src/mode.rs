//! Everything one mode of the account holds: test and live never meet.

use crate::billing::line::Debit;
use crate::cards::Outcome;
use crate::due::Due;
use crate::endpoints::subscriptions::pause::Resumption;
use crate::error::ApiError;
use crate::events::EventLog;
use crate::kind::Kind;
use crate::object::{Fields, previous_attributes};
use crate::search::SearchIndex;
use crate::settings::Settings;
use crate::shelf::Shelf;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub struct Mode {
    pub livemode: bool,
    /// Seconds since 1970.
    pub now: i64,
    pub account: String,
    pub settings: Settings,
    pub chance: fastrand::Rng,
    pub events: EventLog,
    pub search: SearchIndex,
    /// What falls due when; the second number keeps the order of those of one second.
    pub due: BTreeMap<(i64, u64), Due>,
    pub due_count: u64,
    /// What each card answers when it is charged.
    pub cards: HashMap<String, Outcome>,
    /// Whose subscription an item belongs to.
    pub item_owner: HashMap<String, String>,
    /// When invoices were made for a subscription: there is a limit.
    pub invoices_made: HashMap<String, Vec<i64>>,
    /// What was billed for each subscription item and not credited since.
    pub debits: HashMap<String, Vec<Debit>>,
    /// The invoice and the invoice payment that a payment intent is for.
    pub invoice_of_intent: HashMap<String, (String, String)>,
    pub payment_of_invoice: HashMap<String, String>,
    /// What was paid for an invoice with other money.
    pub paid_elsewhere: HashMap<String, i64>,
    /// The tax rates that were asked for on each line of an invoice.
    pub line_rates: HashMap<String, Value>,
    /// The card whose answer for an invoice no retry can turn.
    pub failed_hard: HashMap<String, String>,
    /// What a paused subscription waits for, to go on.
    pub resumptions: BTreeMap<String, Resumption>,
    pub request: Cause,
    /// Where the pages of the double are.
    pub base_url: String,
    shelves: BTreeMap<Kind, Shelf>,
    /// The kind of whatever has an id.
    kinds: HashMap<String, Kind>,
    gone: HashMap<String, Value>,
}

/// The request that brought a change about; empty where it was Stripe itself.
#[derive(Debug, Clone, Default)]
pub struct Cause {
    pub request: Option<String>,
    pub idempotency_key: Option<String>,
}

impl Mode {
    pub fn new(livemode: bool, settings: Settings, base_url: String) -> Self {
        let mut chance = fastrand::Rng::with_seed(settings.seed ^ u64::from(livemode));
        let account = format!("acct_1{}", letters(&mut chance, 15));
        Self {
            livemode,
            now: settings.start,
            account,
            settings,
            chance,
            events: EventLog::default(),
            search: SearchIndex::default(),
            due: BTreeMap::new(),
            due_count: 0,
            cards: HashMap::new(),
            item_owner: HashMap::new(),
            invoices_made: HashMap::new(),
            debits: HashMap::new(),
            invoice_of_intent: HashMap::new(),
            payment_of_invoice: HashMap::new(),
            paid_elsewhere: HashMap::new(),
            line_rates: HashMap::new(),
            failed_hard: HashMap::new(),
            resumptions: BTreeMap::new(),
            request: Cause::default(),
            base_url,
            shelves: Kind::ALL.into_iter().map(|kind| (kind, Shelf::default())).collect(),
            kinds: HashMap::new(),
            gone: HashMap::new(),
        }
    }

    /// A new id; ids carry no order.
    pub fn id(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Coupon => letters(&mut self.chance, 8),
            Kind::Customer | Kind::Product => format!("{}_{}", kind.prefix(), letters(&mut self.chance, 14)),
            Kind::CheckoutSession => {
                let mode = if self.livemode { "live" } else { "test" };
                format!("cs_{mode}_a1{}", letters(&mut self.chance, 56))
            }
            other => format!("{}_1{}", other.prefix(), letters(&mut self.chance, 23)),
        }
    }

    pub fn secret(&mut self, length: usize) -> String {
        letters(&mut self.chance, length)
    }

    pub fn shelf(&self, kind: Kind) -> &Shelf {
        &self.shelves[&kind]
    }

    pub fn kind_of(&self, id: &str) -> Option<Kind> {
        self.kinds.get(id).copied()
    }

    pub fn get(&self, kind: Kind, id: &str) -> Option<&Value> {
        self.shelves[&kind].get(id).map(AsRef::as_ref)
    }

    /// An object named in the path.
    pub fn find(&self, kind: Kind, id: &str) -> Result<&Value, ApiError> {
        self.get(kind, id)
            .filter(|_| !self.gone.contains_key(id))
            .ok_or_else(|| ApiError { executed: false, ..ApiError::no_such(kind.spoken(), id) })
    }

    /// An object named in a parameter.
    pub fn find_in(&self, param: &str, kind: Kind, id: &str) -> Result<&Value, ApiError> {
        self.get(kind, id)
            .filter(|_| !self.gone.contains_key(id))
            .ok_or_else(|| ApiError::no_such_in(param, kind.spoken(), id))
    }

    /// What is left of a deleted object.
    pub fn gone(&self, id: &str) -> Option<&Value> {
        self.gone.get(id)
    }

    /// One that is known to be there, to be looked at.
    pub fn peek(&self, kind: Kind, id: &str) -> Arc<Value> {
        self.shelves[&kind].get(id).cloned().unwrap_or_default()
    }

    /// A copy of one that is known to be there.
    pub fn copy(&self, kind: Kind, id: &str) -> Value {
        self.get(kind, id).cloned().unwrap_or_default()
    }

    pub fn put(&mut self, kind: Kind, object: impl Into<Arc<Value>>) {
        let object = object.into();
        let id = object.word("id");
        self.kinds.insert(id.clone(), kind);
        if kind.is_searchable() {
            let delay = self.settings.search_delay_seconds;
            self.search.catch_up(self.now);
            self.search.write(self.now + delay, kind, object.clone());
        }
        if let Some(shelf) = self.shelves.get_mut(&kind) {
            shelf.put(&id, object);
        }
    }

    /// A new object, and the event that tells of it.
    pub fn create(&mut self, kind: Kind, object: Value, event: &str) {
        let object = Arc::new(object);
        self.put(kind, object.clone());
        if !event.is_empty() {
            let shown = self.shown(kind, &object).into_owned();
            self.tell(event, &shown, None);
        }
    }

    /// The same, and the object as it is shown.
    pub fn created(&mut self, kind: Kind, object: Value, event: &str) -> Value {
        let id = object.word("id");
        self.create(kind, object, event);
        self.render(kind, &self.peek(kind, &id))
    }

    /// Changes an object; where that makes a difference, the event tells what it was before.
    pub fn change(&mut self, kind: Kind, id: &str, event: &str, change: impl FnOnce(&mut Value)) {
        let before = self.peek(kind, id);
        let mut after = (*before).clone();
        change(&mut after);
        if after == *before {
            return;
        }
        let after = Arc::new(after);
        self.put(kind, after.clone());
        if event.is_empty() {
            return;
        }
        let is = self.shown(kind, &after);
        let previous =
            event.ends_with(".updated").then(|| previous_attributes(&self.shown(kind, &before), &is));
        let is = is.into_owned();
        self.tell(event, &is, previous);
    }

    /// The same, and the object as it is shown.
    pub fn changed(&mut self, kind: Kind, id: &str, event: &str, change: impl FnOnce(&mut Value)) -> Value {
        self.change(kind, id, event, change);
        self.render(kind, &self.peek(kind, id))
    }

    /// Tells of an object as it is now.
    pub fn announce(&mut self, kind: Kind, id: &str, event: &str) {
        let object = self.peek(kind, id);
        let shown = self.shown(kind, &object).into_owned();
        self.tell(event, &shown, None);
    }

    pub fn delete(&mut self, kind: Kind, id: &str, event: &str) -> Value {
        let object = self.peek(kind, id);
        let left = json!({ "id": id, "object": kind.object(), "deleted": true });
        self.gone.insert(id.to_owned(), left.clone());
        self.search.remove(self.now + self.settings.search_delay_seconds, kind, id);
        if !event.is_empty() {
            let shown = self.render(kind, &object);
            self.tell(event, &shown, None);
        }
        left
    }

    /// Takes back an object that nobody was told of.
    pub fn withdraw(&mut self, kind: Kind, id: &str) {
        self.gone.insert(id.to_owned(), Value::Null);
        self.search.remove(self.now, kind, id);
    }

    pub fn render(&self, kind: Kind, object: &Value) -> Value {
        self.shown(kind, object).into_owned()
    }

    /// As the interface shows it: prices inside subscriptions as they are now.
    fn shown<'a>(&self, kind: Kind, object: &'a Value) -> Cow<'a, Value> {
        if kind != Kind::Subscription {
            return Cow::Borrowed(object);
        }
        let mut shown = object.clone();
        for item in shown["items"]["data"].as_array_mut().into_iter().flatten() {
            let price = self.peek(Kind::Price, &item.word("price"));
            item["plan"] = crate::endpoints::prices::as_plan(&price);
            item["price"] = (*price).clone();
        }
        Cow::Owned(shown)
    }

    pub fn at(&mut self, moment: i64, due: Due) {
        self.due_count += 1;
        self.due.insert((moment, self.due_count), due);
    }
}

/// Letters and digits, as ids are made of.
pub fn letters(chance: &mut fastrand::Rng, length: usize) -> String {
    (0..length).map(|_| chance.alphanumeric()).collect()
}
