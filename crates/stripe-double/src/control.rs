//! The double, steered from another process: `/_double/...`, in JSON.
//!
//! | request | does |
//! |---|---|
//! | `GET /_double/state` | clock, keys, account, settings |
//! | `POST /_double/advance` `{"seconds": 3600}` | lets time pass |
//! | `POST /_double/faults` (a `Fault`) | sets a fault |
//! | `DELETE /_double/faults` | ends all of them |
//! | `POST /_double/refuse` `{"refuse": true}` | refuses connections; only a restart or the handle ends it |
//! | `POST /_double/act` (an `Action`, and `"livemode": true` for live) | something done by hand |
//! | `POST /_double/settings` (fields of `Settings`) | changes settings |
//! | `POST /_double/keys` `{"key": "rk_test_x", "permissions": [...]}` | lets a key in |
//! | `DELETE /_double/keys?key=...` | expires a key |
//! | `GET /_double/requests` | every request so far |
//! | `GET /_double/charges`, `/_double/refunds` | where money went |
//! | `GET /_double/twice?key=effect` | what was charged twice |
//! | `GET /_double/events` | every event, seen or not |

use crate::account::Account;
use crate::dashboard::Action;
use crate::fault::Fault;
use crate::settings::Settings;
use crate::world::{Answer, json_answer};
use serde_json::{Value, json};

pub fn answer(account: &Account, method: &str, path: &str, query: &str, body: &[u8]) -> Answer {
    let given: Value =
        if body.is_empty() { json!({}) } else { serde_json::from_slice(body).unwrap_or(Value::Null) };
    if given.is_null() {
        return wrong("the body is no JSON");
    }
    let asked = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let livemode =
        given["livemode"].as_bool().unwrap_or(false) || asked("livemode").as_deref() == Some("true");
    let mut world = account.world();
    match (method, path.trim_start_matches("/_double/")) {
        ("GET", "state") => fine(&json!({
            "double": "of Stripe; not Stripe",
            "now": world.test.now,
            "account": world.test.account,
            "keys": {
                "secret_test": crate::keys::SECRET_TEST, "secret_live": crate::keys::SECRET_LIVE,
                "restricted_test": crate::keys::RESTRICTED_TEST, "restricted_live": crate::keys::RESTRICTED_LIVE,
            },
            "settings": world.test.settings,
        })),
        ("POST", "advance") => {
            let Some(seconds) = given["seconds"].as_i64() else { return wrong("seconds is missing") };
            world.advance(seconds);
            fine(&json!({ "now": world.test.now }))
        }
        ("POST", "faults") => match serde_json::from_value::<Fault>(given) {
            Ok(fault) => {
                world.faults.add(fault);
                fine(&json!({}))
            }
            Err(error) => wrong(&error.to_string()),
        },
        ("DELETE", "faults") => {
            world.faults.clear();
            fine(&json!({}))
        }
        ("POST", "refuse") => {
            account.refusing.send_replace(given["refuse"].as_bool().unwrap_or(true));
            fine(&json!({}))
        }
        ("POST", "act") => match serde_json::from_value::<Action>(given) {
            Ok(action) => match world.mode(livemode).act(&action) {
                Ok(value) => fine(&value),
                Err(error) => json_answer(error.status, &error.body("", livemode)),
            },
            Err(error) => wrong(&error.to_string()),
        },
        ("POST", "settings") => {
            let mut settings = json!(world.test.settings);
            for (name, value) in given.as_object().into_iter().flatten() {
                settings[name] = value.clone();
            }
            match serde_json::from_value::<Settings>(settings) {
                Ok(settings) => {
                    world.live.settings = settings.clone();
                    world.test.settings = settings;
                    fine(&json!(world.test.settings))
                }
                Err(error) => wrong(&error.to_string()),
            }
        }
        ("POST", "keys") => {
            let Some(key) = given["key"].as_str() else { return wrong("key is missing") };
            let permissions: Option<Vec<String>> = given["permissions"]
                .as_array()
                .map(|all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect());
            world.keys.add(key, permissions.as_deref());
            fine(&json!({}))
        }
        ("DELETE", "keys") => {
            world.keys.expire(&asked("key").unwrap_or_default());
            fine(&json!({}))
        }
        ("GET", "requests") => fine(&json!(world.log)),
        ("GET", "charges") => fine(&json!(world.mode(livemode).charged())),
        ("GET", "refunds") => fine(&json!(world.mode(livemode).refunded())),
        ("GET", "twice") => {
            fine(&json!(world.mode(livemode).charged_twice(&asked("key").unwrap_or_default())))
        }
        ("GET", "events") => fine(&json!(world.mode(livemode).told().collect::<Vec<_>>())),
        _ => json_answer(404, &json!({ "double": format!("there is no {method} {path}") })),
    }
}

fn fine(value: &Value) -> Answer {
    json_answer(200, value)
}

fn wrong(why: &str) -> Answer {
    json_answer(400, &json!({ "double": why }))
}
