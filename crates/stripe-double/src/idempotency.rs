//! Requests that were given a key, and what was answered: <https://docs.stripe.com/api/idempotent_requests>.

use crate::calendar::DAY;
use crate::error::{ApiError, ErrorKind};
use crate::form::Form;
use std::collections::{HashMap, VecDeque};

const LONGEST_KEY: usize = 255;

/// Of one mode.
#[derive(Default)]
pub struct Idempotency {
    known: HashMap<String, Known>,
    /// Oldest first, to be forgotten in this order.
    seen: VecDeque<(i64, String)>,
}

struct Known {
    first_seen: i64,
    path: String,
    form: Form,
    answer: Option<Kept>,
}

#[derive(Debug, Clone)]
pub struct Kept {
    pub status: u16,
    pub body: Vec<u8>,
    pub request_id: String,
}

impl Idempotency {
    /// The kept answer; or nothing, and the key is in flight from here on.
    pub fn begin(&mut self, key: &str, path: &str, form: &Form, now: i64) -> Result<Option<Kept>, ApiError> {
        if key.chars().count() > LONGEST_KEY {
            return Err(ApiError::new(
                400,
                ErrorKind::InvalidRequest,
                format!("Idempotency keys can be at most {LONGEST_KEY} characters long."),
            ));
        }
        self.forget_old(now);
        let Some(known) = self.known.get(key) else {
            let known = Known { first_seen: now, path: path.to_owned(), form: form.clone(), answer: None };
            self.known.insert(key.to_owned(), known);
            self.seen.push_back((now, key.to_owned()));
            return Ok(None);
        };
        if known.path != path {
            return Err(ApiError::new(
                400,
                ErrorKind::Idempotency,
                format!(
                    "Keys for idempotent requests can only be used for the same endpoint they were first used for \
                     ('{}' vs '{path}'). Try using a key other than '{key}' if you meant to execute a different request.",
                    known.path
                ),
            ));
        }
        if known.form != *form {
            return Err(ApiError::new(
                400,
                ErrorKind::Idempotency,
                format!(
                    "Keys for idempotent requests can only be used with the same parameters they were first used with. \
                     Try using a key other than '{key}' if you meant to execute a different request."
                ),
            ));
        }
        match &known.answer {
            Some(kept) => Ok(Some(kept.clone())),
            None => Err(ApiError::new(
                409,
                ErrorKind::Idempotency,
                format!(
                    "There is currently another in-progress request using this Stripe-Idempotent-Key (that probably \
                     means you submitted twice, and the other request is still going through): {key}. If you want to \
                     try again, please wait until it is finished."
                ),
            )
            .code("idempotency_key_in_use")),
        }
    }

    fn forget_old(&mut self, now: i64) {
        while self.seen.front().is_some_and(|(first_seen, _)| now - first_seen >= DAY) {
            let Some((first_seen, key)) = self.seen.pop_front() else { return };
            // A key that was set free and taken again is younger than this.
            if self.known.get(&key).is_some_and(|known| known.first_seen == first_seen) {
                self.known.remove(&key);
            }
        }
    }

    pub fn keep(&mut self, key: &str, kept: Kept) {
        if let Some(known) = self.known.get_mut(key) {
            known.answer = Some(kept);
        }
    }

    /// Nothing was executed: the key is as good as new.
    pub fn forget(&mut self, key: &str) {
        self.known.remove(key);
    }
}
