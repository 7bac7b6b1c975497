//! What the account tells: late, in no order inside a second, sometimes twice, and for 30 days.
//!
//! <https://docs.stripe.com/api/events>, <https://docs.stripe.com/webhooks#best-practices>

use crate::calendar::DAY;
use crate::error::ApiError;
use crate::mode::{Mode, letters};
use crate::object::Fields;
use crate::parameters;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

const LIFE: i64 = 30 * DAY;

/// In the order of the list, oldest first: the second an event is from, then chance.
type Place = (i64, u64);

#[derive(Default)]
pub struct EventLog {
    told: BTreeMap<Place, Event>,
    places: HashMap<String, Place>,
}

/// Kept as text: there are many, and few are read.
struct Event {
    visible: i64,
    created: i64,
    kind: String,
    body: Box<str>,
}

#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    object: &'static str,
    api_version: &'a str,
    created: i64,
    data: Data<'a>,
    livemode: bool,
    pending_webhooks: u32,
    request: By<'a>,
    #[serde(rename = "type")]
    kind: &'a str,
}

#[derive(Serialize)]
struct Data<'a> {
    object: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_attributes: Option<&'a Value>,
}

#[derive(Serialize)]
struct By<'a> {
    id: Option<&'a str>,
    idempotency_key: Option<&'a str>,
}

impl Event {
    fn body(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Mode {
    /// Keeps an event as the object is now; it can be read after its delay.
    pub fn tell(&mut self, kind: &str, object: &Value, previous: Option<Value>) {
        if self.chance.u32(0..1_000) < self.settings.event_twice_per_mille {
            self.keep(kind, object, previous.as_ref());
        }
        self.keep(kind, object, previous.as_ref());
    }

    fn keep(&mut self, kind: &str, object: &Value, previous: Option<&Value>) {
        let id = format!("evt_1{}", letters(&mut self.chance, 23));
        let told = Told {
            id: &id,
            object: "event",
            api_version: &parameters::table().api_version,
            created: self.now,
            data: Data { object, previous_attributes: previous },
            livemode: self.livemode,
            pending_webhooks: self.settings.webhook_endpoints,
            request: By {
                id: self.request.request.as_deref(),
                idempotency_key: self.request.idempotency_key.as_deref(),
            },
            kind,
        };
        let event = Event {
            visible: 0,
            created: self.now,
            kind: kind.to_owned(),
            body: serde_json::to_string(&told).unwrap_or_default().into_boxed_str(),
        };
        let delay = self.chance.i64(0..=self.settings.event_delay_seconds.max(0));
        let place = (self.now, self.chance.u64(..));
        self.events.places.insert(id, place);
        self.events.told.insert(place, Event { visible: self.now + delay, ..event });
        self.forget_events();
    }

    /// What is past its life can't be read any more.
    fn forget_events(&mut self) {
        while let Some(oldest) = self.events.told.first_entry() {
            if oldest.get().created > self.now - LIFE {
                return;
            }
            let id = oldest.remove().body().word("id");
            self.events.places.remove(&id);
        }
    }

    pub fn event(&self, id: &str) -> Result<Value, ApiError> {
        let place = self.events.places.get(id);
        place
            .and_then(|place| self.events.told.get(place))
            .filter(|event| event.visible <= self.now && event.created > self.now - LIFE)
            .map(Event::body)
            .ok_or_else(|| ApiError::no_such("event", id))
    }

    /// Everything told in the last 30 days, seen or not yet, oldest first: for the questions of tests.
    pub fn told(&self) -> impl Iterator<Item = Value> {
        self.events.told.values().map(Event::body)
    }

    /// `GET /v1/events`: newest first, as text.
    pub fn list_events(&self, given: &Value) -> Result<String, ApiError> {
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
        let wanted = |event: &&Event| {
            event.visible <= self.now
                && event.created > self.now - LIFE
                && crate::listing::in_range(event.created, given.at("created"))
                && of_type(&event.kind, given)
        };
        // What was created earlier than asked for need not be looked at.
        let bound = given.moment("created.gte").or(given.moment("created.gt")).unwrap_or(i64::MIN);
        let oldest = before.map_or((bound, 0), |(second, order)| (second, order.saturating_add(1)));
        let newest = after.unwrap_or((i64::MAX, u64::MAX));
        let found = self.events.told.range(oldest..newest.max(oldest)).map(|(_, event)| event).filter(wanted);
        let mut page: Vec<&Event> = if before.is_some() {
            // A page towards the present is the one next to the place, newest first like every other.
            found.take(limit + 1).collect()
        } else {
            found.rev().take(limit + 1).collect()
        };
        let has_more = page.len() > limit;
        page.truncate(limit);
        if before.is_some() {
            page.reverse();
        }
        let data: Vec<&str> = page.iter().map(|event| &*event.body).collect();
        Ok(format!(
            r#"{{"object":"list","data":[{}],"has_more":{has_more},"url":"/v1/events"}}"#,
            data.join(",")
        ))
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
