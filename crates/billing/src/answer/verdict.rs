//! Stripe's refusals, as it words them and as a receptionist reads them.

use super::{Decline, Reply, decline};
use crate::request::PERMISSIONS;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A refusal by Stripe: final for the request that it answers.
///
/// Source: <https://docs.stripe.com/api/errors>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub kind: VerdictKind,
    pub status: u16,
    /// Stripe's short code, <https://docs.stripe.com/error-codes>.
    pub code: Option<String>,
    /// Stripe's word for the bank's reason, <https://docs.stripe.com/declines/codes>.
    pub decline_code: Option<String>,
    /// Which field of the request it is about.
    pub param: Option<String>,
    /// What Stripe said, for support; keys in it are blanked. It can quote what was asked, a name or an address too, so it is
    /// kept with what is about that person.
    pub message: String,
    pub request_id: Option<String>,
    /// The payment that was tried, where one was.
    pub payment_intent: Option<String>,
    pub charge: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// 402: the bank, or the card, says no.
    Declined,
    /// 400: Stripe can't do this, or not as it was asked.
    Invalid,
    /// 403: the key may not.
    NotPermitted,
    /// 404: there is no such thing at Stripe, or not in this account.
    NoSuchThing,
    /// 401: the key is unknown to Stripe, expired or withdrawn.
    Key,
    /// `idempotency_error`: another request went out under this key, which this program never does.
    KeyReused,
}

/// What a person reads: what happened, whether money moved, what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub what: String,
    pub next: String,
}

impl fmt::Display for Words {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.what, self.next)
    }
}

impl Verdict {
    pub(crate) fn read(kind: VerdictKind, reply: &Reply, error: &Value) -> Self {
        let text = |name: &str| error.get(name).and_then(Value::as_str).map(without_keys);
        // The payment is told as its id or as the whole object.
        let id = |name: &str| {
            let said = error.get(name)?;
            said.as_str().or_else(|| said.get("id")?.as_str()).map(str::to_owned)
        };
        Self {
            kind,
            status: reply.status,
            code: text("code"),
            decline_code: text("decline_code"),
            param: text("param"),
            message: text("message").unwrap_or_default(),
            request_id: reply.request_id.clone(),
            payment_intent: id("payment_intent"),
            charge: id("charge"),
        }
    }

    /// The bank's reason, where it is one; unknown reasons are a plain decline.
    pub fn decline(&self) -> Option<Decline> {
        let code = self.decline_code.as_deref().or(self.code.as_deref()).unwrap_or("card_declined");
        (self.kind == VerdictKind::Declined).then(|| decline(code))
    }

    /// For a person at the desk. Stripe's own sentence is given only where it is about what was asked.
    pub fn words(&self) -> Words {
        let words = |what: String, next: &str| Words { what, next: next.to_owned() };
        match self.kind {
            VerdictKind::Declined => {
                let decline =
                    decline(self.decline_code.as_deref().or(self.code.as_deref()).unwrap_or_default());
                Words { what: format!("{} No money moved.", decline.what), next: decline.next.to_owned() }
            }
            VerdictKind::Invalid => {
                let said = if self.message.is_empty() { "It gave no reason." } else { &self.message };
                words(
                    format!("Stripe refused it: {} No money moved.", sentence(said)),
                    "Correct what it names and try again, or settle it at the counter.",
                )
            }
            VerdictKind::NotPermitted => {
                let missing = match self.missing_permission() {
                    Some((thing, access)) => format!(" It needs \u{201c}{thing}: {access}\u{201d}."),
                    None => String::new(),
                };
                words(
                    format!("The Stripe key of this practice may not do this.{missing} No money moved."),
                    "An owner gives the key that permission in Stripe's dashboard, or enters another key.",
                )
            }
            VerdictKind::NoSuchThing => words(
                "Stripe no longer has what this is about. No money moved.".to_owned(),
                "It may have been deleted in Stripe's dashboard: compare this customer with Stripe, then try again.",
            ),
            VerdictKind::Key => words(
                "Stripe does not accept the key of this practice. No money moved.".to_owned(),
                "An owner enters a valid key; until then everything waits and nothing is lost.",
            ),
            VerdictKind::KeyReused => words(
                "The program asked Stripe for two things under one name, which is a fault of the program."
                    .to_owned(),
                "Look at the customer in Stripe's dashboard before doing it again, and report the fault.",
            ),
        }
    }

    /// What a restricted key lacks, from Stripe's sentence about it: (`PaymentIntents`, `write`).
    fn missing_permission(&self) -> Option<(String, &'static str)> {
        let at = self.message.find("rak_")? + "rak_".len();
        let name: String =
            self.message[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let (thing, access) = match (name.strip_suffix("_write"), name.strip_suffix("_read")) {
            (Some(thing), _) => (thing, "write"),
            (None, Some(thing)) => (thing, "read"),
            (None, None) => return None,
        };
        let listed = PERMISSIONS.iter().find(|permission| permission.code == thing);
        Some((
            listed.map_or_else(|| thing.replace('_', " "), |permission| permission.resource.to_owned()),
            access,
        ))
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// How keys and other secrets of Stripe's begin.
const SECRETS: [&str; 6] = ["sk_", "rk_", "pk_", "ek_", "whsec_", "mk_"];

/// The text with every word that is, or shows a part of, a key left out.
fn without_keys(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut word = String::new();
    let end_word = |word: &mut String, cleaned: &mut String| {
        let secret = SECRETS.iter().any(|start| word.starts_with(start)) || word.contains("_secret_");
        cleaned.push_str(if secret { "(hidden)" } else { word });
        word.clear();
    };
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' || letter == '*' {
            word.push(letter);
        } else {
            end_word(&mut word, &mut cleaned);
            cleaned.push(letter);
        }
    }
    end_word(&mut word, &mut cleaned);
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Answer;

    fn verdict(status: u16, error: &str) -> Verdict {
        let body = format!(r#"{{"error":{error}}}"#).into_bytes().into();
        match Answer::of(Ok(Reply { status, body, ..Reply::default() })) {
            Answer::Refused(verdict) | Answer::KeyRefused(verdict) => verdict,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_decline_is_told_in_words_and_not_in_code() {
        let declined = verdict(
            402,
            r#"{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds",
                "message":"Your card has insufficient funds.","charge":"ch_1",
                "payment_intent":{"id":"pi_1","object":"payment_intent"}}"#,
        );
        assert_eq!(declined.payment_intent.as_deref(), Some("pi_1"));
        assert_eq!(declined.charge.as_deref(), Some("ch_1"));
        let words = declined.words().to_string();
        assert_eq!(
            words,
            "The card does not have enough money for this. No money moved. Ask for another card, or try again another \
             day."
        );
        // Nothing known of the reason, not even a code.
        let silent = verdict(402, r#"{"type":"card_error"}"#);
        assert!(silent.words().what.starts_with("The bank declined the card"));
    }

    #[test]
    fn no_key_is_ever_quoted() {
        let said = verdict(
            401,
            r#"{"type":"invalid_request_error","message":"Invalid API Key provided: rk_test_51H****************abcd"}"#,
        );
        assert_eq!(said.message, "Invalid API Key provided: (hidden)");
        assert!(!format!("{said:?} {}", said.words()).contains("rk_test"));
        assert_eq!(
            without_keys("'sk_live_abc' and pi_1_secret_x, desk_1"),
            "'(hidden)' and (hidden), desk_1"
        );
    }

    #[test]
    fn a_missing_permission_is_named() {
        let said = verdict(
            403,
            "{\"type\":\"invalid_request_error\",\"message\":\"The provided key 'rk_test_*****1' does not have the \
             required permissions for this endpoint on account 'acct_1'. Having the 'rak_payment_intent_write' \
             permission would allow this request to continue.\"}",
        );
        assert_eq!(
            said.words().what,
            "The Stripe key of this practice may not do this. It needs “PaymentIntents: write”. No money moved."
        );
    }

    #[test]
    fn what_stripe_can_not_do_is_said_with_its_sentence() {
        let said =
            verdict(400, r#"{"type":"invalid_request_error","message":"Amount too large","param":"amount"}"#);
        assert_eq!(said.words().what, "Stripe refused it: Amount too large. No money moved.");
        assert_eq!(said.param.as_deref(), Some("amount"));
        assert!(said.decline().is_none());
    }
}
