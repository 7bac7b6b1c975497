//! E-mail: how it is sent, what is asked to be sent, and the queue of what is owed to the outside.

use crate::stripe::StripeLine;
use domain::effect::EffectState;
use domain::mail::{MailSettings, StatementKind};
use domain::{CustomerId, Day, EffectId, EnrollmentId, Money, RecordId, TicketId};
use serde::{Deserialize, Serialize};

/// How the practice sends e-mail; `None`: it sends none. The password goes by [`SetMailPassword`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveMail {
    pub settings: Option<MailSettings>,
}

/// Keeps the mail server's password in the system's keychain, or sealed beside the data where there is none; empty
/// forgets it. Answered by whoever holds the key of the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetMailPassword {
    pub password: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailPasswordKept {
    pub kept: bool,
}

/// Whether a password is kept for the mail server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetMailPassword {}

/// Sends one message at once, past the queue, and says what the server said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestMail {
    pub to: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailTested {
    /// The server's own words.
    pub said: String,
}

/// What somebody at the desk can ask to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Wanted {
    Receipt {
        ticket: TicketId,
    },
    /// Of a charge of a membership, by its receipt number.
    ChargeReceipt {
        enrollment: EnrollmentId,
        number: String,
    },
    /// What the member agreed to, by the record that holds it.
    Agreement {
        enrollment: EnrollmentId,
        record: RecordId,
    },
    /// What an organization pays on one day.
    Statement {
        organization: CustomerId,
        on: Day,
        kind: StatementKind,
    },
}

/// Queues one mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskMail {
    pub what: Wanted,
    /// `None`: to the customer's own address.
    #[serde(default)]
    pub to: Option<String>,
}

/// The receipt of a charge that was collected for a membership.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetChargeReceipt {
    pub enrollment: EnrollmentId,
    pub number: String,
}

/// The same as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetChargeReceiptPdf {
    pub enrollment: EnrollmentId,
    pub number: String,
}

// The queue.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueuePart {
    /// Not through yet, in the order it goes out.
    #[default]
    Waiting,
    /// Refused by the outside: a person decides.
    Refused,
    /// Sent, newest first.
    Done,
    /// Cancelled, or no longer true before it was sent; newest first.
    NotSent,
}

impl QueuePart {
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Refused, Self::Done, Self::NotSent];
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ListQueue {
    #[serde(default)]
    pub part: QueuePart,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<i64>,
    /// 1 to 500, default 50.
    #[serde(default)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueuePage {
    pub line: LineView,
    pub rows: Vec<EffectView>,
    pub next: Option<i64>,
    pub waiting: u32,
    pub refused: u32,
    pub done: u32,
    pub not_sent: u32,
    /// On its way by cards whose bank has not answered, with what benefits took off on the strength of such charges.
    #[serde(default)]
    pub at_risk: Money,
    /// How the way to Stripe stands; `None` where nothing is charged to cards.
    #[serde(default)]
    pub stripe: Option<StripeLine>,
}

/// How the way out stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum LineView {
    /// E-mail is not set up.
    NotSetUp,
    /// A made-up practice sends nothing.
    MadeUp,
    Open,
    /// The server was not reached, or let nobody in.
    Broken {
        since: String,
        said: String,
        next_try: String,
    },
}

/// One thing owed to the outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectView {
    pub id: EffectId,
    /// `Receipt A-12 to ana@example.com`.
    pub title: String,
    pub state: EffectState,
    pub customer: Option<CustomerId>,
    pub on: Day,
    pub at: String,
    pub attempts: u32,
    /// What was said last, and when.
    pub answer: Option<String>,
    pub answered: Option<String>,
    pub can_retry: bool,
    pub can_cancel: bool,
    #[serde(default)]
    pub to: EffectTo,
}

/// Whom something is owed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectTo {
    #[default]
    Mail,
    Stripe,
}

/// One effect with everything that is known of it, and the mail as it goes out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetEffect {
    pub id: EffectId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectExplained {
    pub effect: EffectView,
    /// Why it is where it is and what happens next, one sentence each.
    pub because: Vec<String>,
    /// What it says; `None` once it is through.
    pub letter: Option<LetterView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LetterView {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Tries it again, now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RetryEffect {
    pub id: EffectId,
}

/// Takes a mail out of the queue; what is on its way or sent cannot be taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelEffect {
    pub id: EffectId,
}

// Between the desk and whoever carries mail out.

/// A mail as it goes out: frozen before the first attempt, the same ever after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Stands in the mail, so that a second copy is known as one.
    pub id: EffectId,
    pub from_name: String,
    pub from: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reply_to: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to_name: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// UTC, in milliseconds since 1970.
    pub date_millis: i64,
}

/// A letter, and through which server it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub settings: MailSettings,
    pub letter: Letter,
}
