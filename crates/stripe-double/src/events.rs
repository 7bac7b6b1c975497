//! What the account tells: late, in no order inside a second, sometimes twice, and for 30 days.
//!
//! <https://docs.stripe.com/api/events>, <https://docs.stripe.com/webhooks#best-practices>

use crate::calendar::DAY;
use crate::error::ApiError;
use crate::mode::{Mode, letters};
use crate::object::{Fields, list};
use crate::parameters;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

const LIFE: i64 = 30 * DAY;

/// In the order of the list, oldest first: the second an event is from, then chance.
type Place = (i64, u64);

#[derive(Default)]
pub struct EventLog {
    told: BTreeMap<Place, Event>,
    places: HashMap<String, Place>,
}

struct Event {
    visible: i64,
    body: Value,
}

impl Mode {
    /// Keeps an event as the object is now; it can be read after its delay.
    pub fn tell(&mut self, kind: &str, object: Value, previous: Option<Value>) {
        let mut data = json!({ "object": object });
        if let Some(previous) = previous {
            data["previous_attributes"] = previous;
        }
        let body = json!({
            "id": "",
            "object": "event",
            "api_version": parameters::table().api_version,
            "created": self.now,
            "data": data,
            "livemode": self.livemode,
            "pending_webhooks": self.settings.webhook_endpoints,
            "request": {
                "id": self.request.request,
                "idempotency_key": self.request.idempotency_key,
            },
            "type": kind,
        });
        if self.chance.u32(0..1_000) < self.settings.event_twice_per_mille {
            self.keep(body.clone());
        }
        self.keep(body);
    }

    fn keep(&mut self, mut body: Value) {
        let id = format!("evt_1{}", letters(&mut self.chance, 23));
        body["id"] = json!(id);
        let delay = self.chance.i64(0..=self.settings.event_delay_seconds.max(0));
        let place = (self.now, self.chance.u64(..));
        self.events.places.insert(id, place);
        self.events.told.insert(place, Event { visible: self.now + delay, body });
    }

    pub fn event(&self, id: &str) -> Result<Value, ApiError> {
        let place = self.events.places.get(id);
        place
            .and_then(|place| self.events.told.get(place))
            .filter(|event| event.visible <= self.now && event.body.integer("created") > self.now - LIFE)
            .map(|event| event.body.clone())
            .ok_or_else(|| ApiError::no_such("event", id))
    }

    /// Everything told so far, seen or not yet, oldest first: for the questions of tests.
    pub fn told(&self) -> impl Iterator<Item = &Value> {
        self.events.told.values().map(|event| &event.body)
    }

    /// `GET /v1/events`: newest first.
    pub fn list_events(&self, given: &Value) -> Result<Value, ApiError> {
        if given.has("type") && given.has("types") {
            return Err(ApiError::invalid(
                "type",
                "You may only specify one of these parameters: type, types.",
            )
            .code("parameters_exclusive"));
        }
        let limit = crate::listing::limit(given)?;
        let find = |name: &str| match given.text(name) {
            None => Ok(None),
            Some(id) => match self.events.places.get(id) {
                Some(place) => Ok(Some(*place)),
                None => Err(ApiError::no_such_in(name, "event", id)),
            },
        };
        let (after, before) = (find("starting_after")?, find("ending_before")?);
        let wanted = |event: &Event| {
            event.visible <= self.now
                && event.body.integer("created") > self.now - LIFE
                && crate::listing::in_range(event.body.integer("created"), given.at("created"))
                && of_type(event.body.text("type").unwrap_or_default(), given)
        };
        let oldest = before.map_or((i64::MIN, 0), |(second, order)| (second, order.saturating_add(1)));
        let found = self.events.told.range(oldest..after.unwrap_or((i64::MAX, u64::MAX)));
        let found = found.map(|(_, event)| event).filter(|event| wanted(event));
        let mut data: Vec<Value> = if before.is_some() {
            // A page towards the present is the one next to the place, newest first like every other.
            let mut page: Vec<Value> = found.take(limit + 1).map(|event| event.body.clone()).collect();
            page.reverse();
            if page.len() > limit {
                page.remove(0);
                return Ok(list("/v1/events", page, true));
            }
            page
        } else {
            found.rev().take(limit + 1).map(|event| event.body.clone()).collect()
        };
        let has_more = data.len() > limit;
        data.truncate(limit);
        Ok(list("/v1/events", data, has_more))
    }
}

/// `type=invoice.*` or one of `types`.
fn of_type(kind: &str, given: &Value) -> bool {
    let matches = |wanted: &str| match wanted.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => kind == wanted,
    };
    given.text("type").is_none_or(matches)
        && (!given.has("types") || given.list("types").iter().filter_map(Value::as_str).any(matches))
}
