//! Why a request was not done: part of the product, typed, with the numbers.

use domain::checkout::{BadTicket, RefundRefusal, SettleRefusal};
use domain::gift_card;
use domain::practice::Role;
use domain::{Day, Money};
use protocol::ErrorReply;
use serde::Serialize;
use std::borrow::Cow;

/// Why a request was refused, or failed; nothing was half done.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("Nobody is signed in at this desk. Sign in and try again.")]
    NotSignedIn,
    #[error("{what} needs a {}. Ask one to enter their PIN for this one action.", role.words().to_lowercase())]
    NeedsRole { role: Role, what: String },
    #[error("{what} needs the PIN of an {} once more, whoever is signed in.", role.words().to_lowercase())]
    NeedsPin { role: Role, what: String },
    #[error("That PIN is not right. {left} more tries before a wait.")]
    WrongPin { left: u32 },
    #[error("Too many wrong PINs. Try again in {seconds} seconds.")]
    PinLocked { seconds: i64 },
    #[error("{}", problems.iter().map(|problem| problem.why.as_str()).collect::<Vec<_>>().join(" "))]
    Invalid { problems: Vec<Problem> },
    #[error("{what} is not here any more. Go back and look again.")]
    NotFound { what: &'static str },
    #[error("This was sent before with other content. Nothing was done; start again from the screen.")]
    KeyReused,
    /// Replies name people, and are not kept beyond an erasure.
    #[error("This was done before, once. What it answered is not kept any more; look at the page.")]
    ReplyErased,
    #[error("{name} was erased on request. Nothing can be added for them any more.")]
    Erased { name: String },
    #[error("This request writes and needs a key.")]
    KeyMissing,
    #[error("{0}")]
    NotNow(String),
    #[error("Somebody changed this in the meantime ({what}). Nothing was done; look again.")]
    Stale { what: String },
    #[error("The amount is now {actual_words}, not {expected_words}. No money moved; check the new amount.")]
    StaleTotal { expected: Money, actual: Money, expected_words: String, actual_words: String },
    #[error("{name} already holds {plan}. Nothing was done.")]
    SamePlanTwice { name: String, plan: String, since: Day },
    #[error("{}", settle_words(.0))]
    Settle(SettleRefusal),
    #[error("Nothing was refunded: {0}.")]
    Refund(#[from] RefundRefusal),
    /// Words with the amounts, where it has any.
    #[error("{}. No money moved.", capitalised(words))]
    GiftCard { refusal: gift_card::Refusal, words: String },
    #[error("{plan} is {why}. Nothing was done.")]
    PlanNotOnSale { plan: String, why: &'static str },
    #[error("{}", crate::words::refused(.0))]
    Enrollment(domain::enrollment::Refusal),
    #[error("{0}")]
    Image(crate::images::ImageRefusal),
    #[error("The file could not be made: {0}. Nothing was changed; print it instead.")]
    NoFile(String),
    #[error("E-mail is not set up, so nothing can be sent. A manager sets it up in Settings > E-mail.")]
    MailNotSetUp,
    #[error("Stripe is not connected, so no card can be charged. An owner connects it in Settings > Stripe.")]
    StripeNotConnected,
    #[error(
        "This is a live key, and this practice is made up: real cards would be charged. Nothing was kept. Enter a key of \
         Stripe's test mode."
    )]
    LiveKeyInDemo,
    /// Which account it is connected with, and what still hangs on that.
    #[error(
        "This key belongs to another account of Stripe's than {name} ({mode}), through which {by_card} memberships are \
         billed and {waiting} requests wait. Nothing was changed. Move those memberships to the counter first, or enter a \
         key of {name}."
    )]
    OtherAccount { name: String, mode: &'static str, by_card: u32, waiting: u32 },
    #[error("The practice is not set up yet.")]
    NotSetUp,
    #[error("This practice is set up already.")]
    AlreadySetUp,
    /// The program has a defect; it goes on with the next request.
    #[error(
        "Something is wrong with the program itself, and this could not be finished. Press it once more: what was done \
         already is not done twice. If it happens again, restart the program and tell whoever looks after it."
    )]
    Broken,
    #[error("Something went wrong in the program's own data: {0}. Nothing was done.")]
    Store(#[from] store::StoreError),
}

/// One field that cannot be accepted, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// As the request names it: `terms.price`.
    pub field: String,
    pub why: String,
}

pub type Result<T, E = Refusal> = std::result::Result<T, E>;

impl Refusal {
    pub fn invalid(field: &str, why: impl Into<String>) -> Self {
        Self::Invalid { problems: vec![Problem { field: field.to_owned(), why: why.into() }] }
    }

    /// Stable, for programs.
    pub fn code(&self) -> Cow<'static, str> {
        match self {
            Self::Enrollment(refusal) => return variant_name(refusal),
            Self::Settle(SettleRefusal::BadTicket(bad)) => return variant_name(bad),
            Self::Settle(refusal) => return variant_name(refusal),
            Self::Refund(refusal) => return variant_name(refusal),
            Self::Image(refusal) => return variant_name(refusal),
            Self::GiftCard { refusal, .. } => return variant_name(refusal),
            _ => {}
        }
        Cow::Borrowed(match self {
            Self::NotSignedIn => "not_signed_in",
            Self::NeedsRole { role: Role::Owner, .. } | Self::NeedsPin { role: Role::Owner, .. } => {
                "needs_owner"
            }
            Self::NeedsRole { .. } | Self::NeedsPin { .. } => "needs_manager",
            Self::WrongPin { .. } => "wrong_pin",
            Self::PinLocked { .. } => "pin_locked",
            Self::Invalid { .. } => "invalid",
            Self::NotFound { .. } => "not_found",
            Self::KeyReused => "key_reused",
            Self::KeyMissing => "key_missing",
            Self::ReplyErased => "reply_erased",
            Self::Erased { .. } => "erased",
            Self::NotNow(_) => "not_now",
            Self::Stale { .. } => "stale",
            Self::StaleTotal { .. } => "stale_total",
            Self::SamePlanTwice { .. } => "same_plan_twice",
            Self::PlanNotOnSale { .. } => "plan_not_on_sale",
            Self::Settle(_) => "settle",
            Self::Refund(_) => "refund",
            Self::Enrollment(_) => "enrollment",
            Self::Image(_) => "image",
            Self::GiftCard { .. } => "gift_card",
            Self::NoFile(_) => "no_file",
            Self::MailNotSetUp => "mail_not_set_up",
            Self::StripeNotConnected => "stripe_not_connected",
            Self::LiveKeyInDemo => "live_key_in_demo",
            Self::OtherAccount { .. } => "other_account",
            Self::NotSetUp => "not_set_up",
            Self::AlreadySetUp => "already_set_up",
            Self::Broken => "broken",
            Self::Store(_) => "store",
        })
    }

    fn details(&self) -> serde_json::Value {
        let value = |value: serde_json::Result<serde_json::Value>| value.unwrap_or_default();
        match self {
            Self::NeedsRole { role, what } | Self::NeedsPin { role, what } => {
                serde_json::json!({ "role": role, "what": what })
            }
            Self::WrongPin { left } => serde_json::json!({ "left": left }),
            Self::PinLocked { seconds } => serde_json::json!({ "seconds": seconds }),
            Self::Invalid { problems } => serde_json::json!({ "problems": problems }),
            Self::NotFound { what } => serde_json::json!({ "what": what }),
            Self::Stale { what } => serde_json::json!({ "what": what }),
            Self::StaleTotal { expected, actual, .. } => {
                serde_json::json!({ "expected": expected, "actual": actual })
            }
            Self::SamePlanTwice { name, plan, since } => {
                serde_json::json!({ "name": name, "plan": plan, "since": since })
            }
            Self::PlanNotOnSale { plan, why } => serde_json::json!({ "plan": plan, "why": why }),
            Self::Settle(refusal) => value(serde_json::to_value(refusal)),
            Self::Refund(refusal) => value(serde_json::to_value(refusal)),
            Self::Enrollment(refusal) => value(serde_json::to_value(refusal)),
            Self::Image(refusal) => value(serde_json::to_value(refusal)),
            Self::GiftCard { refusal, .. } => value(serde_json::to_value(refusal)),
            _ => serde_json::Value::Null,
        }
    }
}

impl From<Refusal> for ErrorReply {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code().into_owned(), message: refusal.to_string(), details: refusal.details() }
    }
}

impl From<SettleRefusal> for Refusal {
    fn from(refusal: SettleRefusal) -> Self {
        Self::Settle(refusal)
    }
}

impl From<BadTicket> for Refusal {
    fn from(bad: BadTicket) -> Self {
        Self::Settle(SettleRefusal::BadTicket(bad))
    }
}

impl From<domain::enrollment::Refusal> for Refusal {
    fn from(refusal: domain::enrollment::Refusal) -> Self {
        Self::Enrollment(refusal)
    }
}

impl From<gift_card::Refusal> for Refusal {
    fn from(refusal: gift_card::Refusal) -> Self {
        let words = refusal.to_string();
        Self::GiftCard { refusal, words }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

fn settle_words(refusal: &SettleRefusal) -> String {
    format!("{}. No money moved; the ticket is as it was.", capitalised(&refusal.to_string()))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The name a refusal's own type gives it: `pause_limit`, `minimum_cycles`, `tenders_do_not_cover`.
fn variant_name(refusal: &impl Serialize) -> Cow<'static, str> {
    use serde_json::Value;
    let name = match serde_json::to_value(refusal).unwrap_or_default() {
        Value::String(name) => Some(name),
        Value::Object(fields) => match fields.get("refused") {
            Some(Value::String(name)) => Some(name.clone()),
            _ => fields.keys().next().cloned(),
        },
        _ => None,
    };
    name.map_or(Cow::Borrowed("refused"), Cow::Owned)
}
