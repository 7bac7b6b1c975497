//! What came back, or did not, and what it says about the request: accepted, refused, later, or nobody knows.
//!
//! Sources: <https://docs.stripe.com/api/errors>, <https://docs.stripe.com/error-low-level>,
//! <https://docs.stripe.com/rate-limits>.

mod declines;
mod verdict;

pub use declines::{Advice, Decline, decline};
pub use verdict::{Verdict, VerdictKind, Words};

use domain::Instant;
use serde_json::Value;
use std::fmt;

/// The bytes of an answer. They are about somebody, so they show only how many they are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Body(Vec<u8>);

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl std::ops::Deref for Body {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} bytes", self.0.len())
    }
}

/// A whole answer of some server; whether it is Stripe's is found out by [`Answer::of`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// `Retry-After`, in seconds; a date there is not read.
    pub retry_after_seconds: Option<u32>,
    /// `Request-Id`: what Stripe's support and its log call this request.
    pub request_id: Option<String>,
    /// `Idempotent-Replayed: true`: the answer to an earlier request with this key.
    pub replayed: bool,
    /// Stripe's clock, from `Date`: what ours is corrected by.
    pub date: Option<Instant>,
    pub body: Body,
}

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection was made, so nothing of the request left this computer.
    #[error("Stripe was not reached: {0}")]
    NotReached(String),
    #[error("Stripe did not answer within {seconds} seconds")]
    TimedOut { seconds: u64 },
    #[error("the connection to Stripe broke: {0}")]
    Broken(String),
    #[error("the answer was longer than {limit} bytes")]
    TooLong { limit: usize },
}

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Stripe did it, or had done it: `body` is the object.
    Accepted { body: Body, request_id: Option<String>, replayed: bool },
    /// Stripe says no, for good: asking the same again would be answered the same.
    Refused(Verdict),
    /// The key is not one of Stripe's, or no longer. It says nothing about what was asked.
    KeyRefused(Verdict),
    /// Stripe says: not now. Nothing of this attempt was carried out, except where an earlier one still runs.
    Later { why: Delay, wait_seconds: Option<u32> },
    /// Stripe failed on it. It may have been carried out, and this very answer may be kept under the key.
    Failed { status: u16, request_id: Option<String> },
    /// It may have arrived.
    Unknown(String),
    /// It never left.
    NotReached(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// 409: an earlier request with the same key, or on the same object, is still at work.
    StillAtWork,
    /// 424: somebody that Stripe needs for it fails.
    Dependency,
    /// 429: too many requests, or the object is locked by another one.
    TooMany,
}

/// A `Retry-After` beyond this is not believed.
const LONGEST_WAIT_SECONDS: u32 = 3_600;

impl Answer {
    /// Reads what came back. Only JSON in Stripe's own shape is believed: a hotel's sign-in page, a proxy's error or
    /// half an answer say nothing about the request.
    pub fn of(came: Result<Reply, TransportError>) -> Self {
        let reply = match came {
            Ok(reply) => reply,
            Err(TransportError::NotReached(why)) => return Self::NotReached(why),
            Err(problem) => return Self::Unknown(problem.to_string()),
        };
        let json = serde_json::from_slice::<Value>(&reply.body).ok();
        if (200..300).contains(&reply.status) {
            // Every object and every list of Stripe's says what it is.
            return match json.as_ref().and_then(|json| json.get("object")).and_then(Value::as_str) {
                Some(_) => Self::Accepted {
                    body: reply.body,
                    request_id: reply.request_id,
                    replayed: reply.replayed,
                },
                None => Self::Unknown(not_stripe(reply.status)),
            };
        }
        let error = json.as_ref().and_then(|json| json.get("error")).filter(|error| error.is_object());
        let Some(error) = error else {
            return match reply.status {
                // Refused at Stripe's gate, before anybody could word it.
                429 => Self::Later { why: Delay::TooMany, wait_seconds: wait(&reply) },
                status => Self::Unknown(not_stripe(status)),
            };
        };
        let later = |why| Self::Later { why, wait_seconds: wait(&reply) };
        match reply.status {
            401 => Self::KeyRefused(Verdict::read(VerdictKind::Key, &reply, error)),
            409 => later(Delay::StillAtWork),
            424 => later(Delay::Dependency),
            429 => later(Delay::TooMany),
            status @ 400..500 => {
                let text = |name: &str| error.get(name).and_then(Value::as_str);
                let kind = match (status, text("type")) {
                    // Also where a field of the request names what is gone: then the status is 400.
                    _ if text("code") == Some("resource_missing") => VerdictKind::NoSuchThing,
                    (_, Some("idempotency_error")) => VerdictKind::KeyReused,
                    (_, Some("card_error")) | (402, _) => VerdictKind::Declined,
                    (403, _) => VerdictKind::NotPermitted,
                    (404, _) => VerdictKind::NoSuchThing,
                    _ => VerdictKind::Invalid,
                };
                Self::Refused(Verdict::read(kind, &reply, error))
            }
            status @ 500..600 => Self::Failed { status, request_id: reply.request_id },
            status => Self::Unknown(not_stripe(status)),
        }
    }

    /// One sentence for the log and the list of what is under way; names no person and no key.
    pub fn in_words(&self) -> String {
        match self {
            Self::Accepted { .. } => "Stripe has taken it.".to_owned(),
            Self::Refused(verdict) | Self::KeyRefused(verdict) => verdict.words().to_string(),
            Self::Later { why: Delay::StillAtWork, .. } => {
                "Stripe is still at work on an earlier request; it is sent again.".to_owned()
            }
            Self::Later { why: Delay::Dependency, .. } => {
                "Somebody Stripe needs for this does not answer; it is sent again.".to_owned()
            }
            Self::Later { why: Delay::TooMany, .. } => {
                "Stripe asks for a pause; it is sent again afterwards.".to_owned()
            }
            Self::Failed { status, .. } => {
                format!("Stripe had a fault of its own ({status}); it is sent again and never done twice.")
            }
            Self::Unknown(why) => {
                format!("Nobody knows whether it arrived ({why}); it is sent again and never done twice.")
            }
            Self::NotReached(why) => format!("Stripe was not reached ({why}); nothing was sent."),
        }
    }
}

fn wait(reply: &Reply) -> Option<u32> {
    reply.retry_after_seconds.map(|seconds| seconds.min(LONGEST_WAIT_SECONDS))
}

fn not_stripe(status: u16) -> String {
    format!(
        "the answer with status {status} is not Stripe's; the network here may ask for a sign-in of its own"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status,
            request_id: Some("req_1".to_owned()),
            body: body.as_bytes().to_vec().into(),
            ..Reply::default()
        }
    }

    fn of(status: u16, body: &str) -> Answer {
        Answer::of(Ok(reply(status, body)))
    }

    const ERROR: &str = r#"{"error":{"type":"invalid_request_error","message":"No."}}"#;

    fn kind(answer: &Answer) -> VerdictKind {
        match answer {
            Answer::Refused(verdict) | Answer::KeyRefused(verdict) => verdict.kind,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_status_says_what_becomes_of_the_request() {
        let accepted = of(200, r#"{"id":"cus_1","object":"customer"}"#);
        assert!(matches!(accepted, Answer::Accepted { replayed: false, .. }));
        let table = [
            (400, ERROR, VerdictKind::Invalid),
            (400, r#"{"error":{"type":"idempotency_error","message":"Keys"}}"#, VerdictKind::KeyReused),
            (401, ERROR, VerdictKind::Key),
            (402, r#"{"error":{"type":"card_error","code":"card_declined"}}"#, VerdictKind::Declined),
            (403, ERROR, VerdictKind::NotPermitted),
            (404, ERROR, VerdictKind::NoSuchThing),
            (
                400,
                r#"{"error":{"type":"invalid_request_error","code":"resource_missing"}}"#,
                VerdictKind::NoSuchThing,
            ),
        ];
        for (status, body, expected) in table {
            assert_eq!(kind(&of(status, body)), expected, "{status} {body}");
        }
        assert!(matches!(of(401, ERROR), Answer::KeyRefused(_)));
        for (status, expected) in [(409, Delay::StillAtWork), (424, Delay::Dependency), (429, Delay::TooMany)]
        {
            assert_eq!(of(status, ERROR), Answer::Later { why: expected, wait_seconds: None });
        }
        for status in [500, 502, 503, 504] {
            assert_eq!(of(status, ERROR), Answer::Failed { status, request_id: Some("req_1".to_owned()) });
        }
    }

    #[test]
    fn what_is_not_stripes_json_says_nothing() {
        let page = "<html>Welcome to the Grand Hotel. Please sign in.</html>";
        for (status, body) in [
            (200, page),
            (200, ""),
            (200, r#"{"id":"cus_1","obj"#),
            (200, r#"{"ok":true}"#),
            (200, "[]"),
            (302, ""),
            (401, page),
            (403, page),
            (404, page),
            (407, r#"{"error":"proxy"}"#),
            (500, page),
            (503, ""),
            (600, ERROR),
            (100, ERROR),
        ] {
            assert!(matches!(of(status, body), Answer::Unknown(_)), "{status} {body}");
        }
        assert_eq!(of(429, page), Answer::Later { why: Delay::TooMany, wait_seconds: None });
    }

    #[test]
    fn only_a_missing_connection_is_known_to_have_sent_nothing() {
        let none = Answer::of(Err(TransportError::NotReached("no route to host".to_owned())));
        assert_eq!(none, Answer::NotReached("no route to host".to_owned()));
        for problem in [
            TransportError::TimedOut { seconds: 30 },
            TransportError::Broken("reset".to_owned()),
            TransportError::TooLong { limit: 5 },
        ] {
            assert!(matches!(Answer::of(Err(problem)), Answer::Unknown(_)));
        }
    }

    #[test]
    fn stripes_pauses_are_read_and_bounded() {
        let told =
            |seconds| Answer::of(Ok(Reply { retry_after_seconds: Some(seconds), ..reply(429, ERROR) }));
        assert_eq!(told(7), Answer::Later { why: Delay::TooMany, wait_seconds: Some(7) });
        assert_eq!(told(u32::MAX), Answer::Later { why: Delay::TooMany, wait_seconds: Some(3_600) });
    }

    #[test]
    fn a_replayed_answer_is_known_as_one() {
        let replayed = Reply { replayed: true, ..reply(200, r#"{"object":"refund"}"#) };
        assert!(matches!(Answer::of(Ok(replayed)), Answer::Accepted { replayed: true, .. }));
    }
}
