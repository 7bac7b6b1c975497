//! Trying a key that somebody entered.

use crate::{Base, Client, NoWay, Patience};
use billing::answer::Answer;
use billing::key::{BadKey, StripeKey};
use billing::request::Access;
use desk::stripe::Connected;
use desk::{Desk, Refusal};
use protocol::ErrorReply;
use protocol::stripe::MissingPermission;
use serde_json::{Value, json};

/// A key that Stripe accepts, for [`Desk::connect_stripe`].
#[derive(Debug)]
pub struct Checked {
    pub client: Client,
    pub found: Connected,
    /// What it may not do and should.
    pub missing: Vec<MissingPermission>,
    pub warning: Option<String>,
}

/// Why a practice was not connected. Nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum NotConnected {
    #[error("{0}")]
    Key(#[from] BadKey),
    #[error("{0}")]
    Desk(#[from] Refusal),
    #[error("There is no way to Stripe: {0}. Nothing was kept.")]
    NoWay(#[from] NoWay),
    #[error(
        "Stripe was not reached ({0}), so the key could not be checked. Nothing was kept. Look whether this computer is \
         online, then try again."
    )]
    NotReached(String),
    #[error("Stripe could not check the key now. {0} Nothing was kept. Try again in a minute.")]
    NotNow(String),
    #[error(
        "Stripe does not accept this key. Nothing was kept. Copy all of it from Stripe's dashboard, and look there whether \
         it has expired."
    )]
    KeyRefused,
    #[error("Stripe accepts this key and refuses what it was asked: {0} Nothing was kept.")]
    Refused(String),
    #[error(
        "This key may not tell which account it belongs to. Nothing was kept. In Stripe's dashboard, allow it Accounts: \
         Read, then enter it again."
    )]
    NoAccount,
}

/// Asks Stripe whose key that is and what it may do; nothing is changed or kept.
///
/// # Errors
/// It is no key that is used here, or Stripe does not accept it, or can't be asked.
pub async fn check(desk: &Desk, base: Base, typed: &str) -> Result<Checked, NotConnected> {
    let key: StripeKey = typed.parse()?;
    desk.may_connect(&key)?;
    let client = Client::new(base, key, Patience::default())?;
    let check = client.check_key().await.map_err(|answer| match answer {
        Answer::NotReached(why) => NotConnected::NotReached(why),
        Answer::KeyRefused(_) => NotConnected::KeyRefused,
        Answer::Refused(verdict) => NotConnected::Refused(verdict.words().to_string()),
        Answer::Unknown(why) => {
            NotConnected::NotNow(format!("Nobody could make out what was answered: {why}."))
        }
        Answer::Later { .. } => NotConnected::NotNow("Stripe asks for a pause.".to_owned()),
        Answer::Failed { status, .. } => {
            NotConnected::NotNow(format!("Stripe had a fault of its own ({status})."))
        }
        Answer::Accepted { .. } => NotConnected::NotNow("The answer can't be read.".to_owned()),
    })?;
    let account = check.account.ok_or(NotConnected::NoAccount)?;
    let missing = check.missing.iter().map(|permission| MissingPermission {
        resource: permission.resource.to_owned(),
        access: match permission.access {
            Access::Read => "Read".to_owned(),
            Access::Write => "Write".to_owned(),
        },
        why: permission.why.to_owned(),
    });
    let mut warnings = Vec::new();
    if !client.key().is_restricted() {
        warnings.push(
            "This is a secret key: whoever has it may do anything with the test data of the account. A restricted key is \
             enough.",
        );
    }
    if account.charges_enabled == Some(false) {
        warnings.push(
            "Stripe does not let this account charge cards yet: finish its set-up in Stripe's dashboard.",
        );
    }
    Ok(Checked {
        found: Connected {
            name: account.name().filter(|name| !name.trim().is_empty()).unwrap_or("Stripe").to_owned(),
            id: account.id,
        },
        missing: missing.collect(),
        warning: (!warnings.is_empty()).then(|| warnings.join(" ")),
        client,
    })
}

impl From<NotConnected> for ErrorReply {
    fn from(problem: NotConnected) -> Self {
        let reply =
            |code: &str, details| Self { code: code.to_owned(), message: problem.to_string(), details };
        match &problem {
            // The form shows it at its field.
            NotConnected::Key(bad) => {
                reply("invalid", json!({ "problems": [{ "field": "key", "why": bad.to_string() }] }))
            }
            NotConnected::NoWay(_) => reply("no_way_to_stripe", Value::Null),
            NotConnected::NotReached(_) => reply("stripe_not_reached", Value::Null),
            NotConnected::NotNow(_) => reply("stripe_not_now", Value::Null),
            NotConnected::KeyRefused => reply("key_refused", Value::Null),
            NotConnected::Refused(_) => reply("stripe_refused", Value::Null),
            NotConnected::NoAccount => reply("account_unknown", Value::Null),
            NotConnected::Desk(_) => match problem {
                NotConnected::Desk(refusal) => refusal.into(),
                other => Self { code: "stripe".to_owned(), message: other.to_string(), details: Value::Null },
            },
        }
    }
}
