//! What goes to people by e-mail: how the practice sends it, and what each mail is about.

use crate::enrollment::{EndReason, Noticed, PaysBy, Status};
use crate::plan::Frequency;
use crate::record::{Change, ReceiptNumber};
use crate::{CustomerId, Day, EffectId, EnrollmentId, Money, RecordId, TicketId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How the practice sends e-mail; the password is not here and in no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettings {
    /// The name or address of the SMTP server.
    pub server: String,
    pub port: u16,
    pub security: MailSecurity,
    /// Whom the server knows us as; empty: nobody signs in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// The address that mail comes from, under the practice's name.
    pub from: String,
    /// Where answers go; empty: to `from`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reply_to: String,
    pub sends: MailSends,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// Encrypted from the first byte; usually port 465.
    #[default]
    Tls,
    /// Encrypted after the greeting, and never sent where that fails; usually port 587.
    StartTls,
    /// For a server on this computer or in a network of one's own.
    None,
}

impl MailSecurity {
    pub const ALL: [Self; 3] = [Self::Tls, Self::StartTls, Self::None];

    pub fn words(self) -> &'static str {
        match self {
            Self::Tls => "TLS",
            Self::StartTls => "STARTTLS",
            Self::None => "Not encrypted",
        }
    }

    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// What is sent without being asked for, to members who have an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSends {
    pub welcome: bool,
    pub paused: bool,
    pub resumed: bool,
    pub cancelled: bool,
    /// A renewal that is paid at the counter was not collected on its day.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub late: bool,
    /// The bank refused their card, or they entered another.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub card: bool,
    /// Every receipt; else only those that somebody asks for.
    pub receipts: bool,
    /// So many days before a credit expires; `None`: never.
    pub expiring_days: Option<u32>,
    /// So many days before a yearly membership renews; `None`: never.
    pub renewal_days: Option<u32>,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_yes(value: &bool) -> bool {
    *value
}

impl Default for MailSends {
    fn default() -> Self {
        Self {
            welcome: true,
            paused: true,
            resumed: true,
            cancelled: true,
            late: true,
            card: true,
            receipts: false,
            expiring_days: Some(7),
            renewal_days: Some(30),
        }
    }
}

/// One mail, by what it is about; what it says is worked out just before it is first sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Mail {
    Welcome {
        enrollment: EnrollmentId,
    },
    Paused {
        enrollment: EnrollmentId,
        until: Option<Day>,
    },
    Resumed {
        enrollment: EnrollmentId,
    },
    /// It ends with the period that is paid.
    Ending {
        enrollment: EnrollmentId,
    },
    /// Its cancellation was taken back.
    GoesOn {
        enrollment: EnrollmentId,
    },
    Ended {
        enrollment: EnrollmentId,
    },
    Receipt {
        ticket: TicketId,
    },
    ChargeReceipt {
        enrollment: EnrollmentId,
        number: ReceiptNumber,
    },
    /// What the member agreed to, in that record.
    Agreement {
        enrollment: EnrollmentId,
        record: RecordId,
    },
    Expiring {
        enrollment: EnrollmentId,
        on: Day,
    },
    Renews {
        enrollment: EnrollmentId,
        on: Day,
        amount: Money,
    },
    /// The renewal of `on` was not paid at the counter.
    Late {
        enrollment: EnrollmentId,
        on: Day,
    },
    /// The bank refused the charge of a period.
    ChargeFailed {
        enrollment: EnrollmentId,
        period: u32,
    },
    /// They entered another card.
    CardUpdated {
        customer: CustomerId,
    },
    /// The way to a page of Stripe's on which they enter a card; `page`: what was asked of Stripe for it.
    CardPage {
        customer: CustomerId,
        page: EffectId,
    },
    /// Written by somebody at the desk, in a record of its own.
    Message {
        message: RecordId,
    },
    /// What an organization pays on one day.
    Statement {
        organization: CustomerId,
        on: Day,
        kind: StatementKind,
    },
}

/// Which of the statements that fall on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    Paid,
    Open,
    /// The next one, as it will be if nobody joins or leaves.
    Forecast,
}

impl Mail {
    pub fn enrollment(&self) -> Option<EnrollmentId> {
        match self {
            Self::Welcome { enrollment }
            | Self::Paused { enrollment, .. }
            | Self::Resumed { enrollment }
            | Self::Ending { enrollment }
            | Self::GoesOn { enrollment }
            | Self::Ended { enrollment }
            | Self::ChargeReceipt { enrollment, .. }
            | Self::Agreement { enrollment, .. }
            | Self::Expiring { enrollment, .. }
            | Self::Renews { enrollment, .. }
            | Self::ChargeFailed { enrollment, .. }
            | Self::Late { enrollment, .. } => Some(*enrollment),
            Self::Receipt { .. }
            | Self::Message { .. }
            | Self::Statement { .. }
            | Self::CardUpdated { .. }
            | Self::CardPage { .. } => None,
        }
    }
}

/// Somebody asked for a mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailAsked {
    pub customer: Option<CustomerId>,
    pub mail: Mail,
    /// Another address than the customer's, for this once; it is theirs and is lost with them. Of nobody on file it is not
    /// kept in any record.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
}

/// A reminder whose day has come; the same on every desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailDue {
    pub enrollment: EnrollmentId,
    pub customer: CustomerId,
    pub mail: Mail,
}

impl MailDue {
    /// What it establishes, so that nobody is reminded twice of one thing.
    pub fn fact(&self) -> Uuid {
        let name = match &self.mail {
            Mail::Expiring { on, .. } => format!("mail expiring {on}"),
            Mail::Renews { on, .. } => format!("mail renews {on}"),
            Mail::Late { on, .. } => format!("mail late {on}"),
            other => format!("mail {other:?}"),
        };
        Uuid::new_v5(&self.enrollment.0, name.as_bytes())
    }
}

/// A message to one or more people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageWritten {
    /// Whom it is to where that is one person alone; then it is theirs and is lost with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    pub subject: String,
    pub text: String,
    /// How many people it was written to.
    pub people: u32,
}

/// What a change owes by itself, as the practice set it.
pub fn owed(change: &Change, sends: &MailSends) -> Option<Mail> {
    match change {
        Change::Enrolled(enrolled) if sends.welcome => {
            Some(Mail::Welcome { enrollment: enrolled.enrollment })
        }
        Change::EnrollmentPaused { enrollment, until } if sends.paused => {
            Some(Mail::Paused { enrollment: *enrollment, until: *until })
        }
        Change::EnrollmentResumed { enrollment } if sends.resumed => {
            Some(Mail::Resumed { enrollment: *enrollment })
        }
        Change::CancelScheduled { enrollment, .. } if sends.cancelled => {
            Some(Mail::Ending { enrollment: *enrollment })
        }
        Change::CancelUndone { enrollment } if sends.cancelled => {
            Some(Mail::GoesOn { enrollment: *enrollment })
        }
        Change::EnrollmentCancelled { enrollment, .. } if sends.cancelled => {
            Some(Mail::Ended { enrollment: *enrollment })
        }
        Change::TicketSettled(sale) if sends.receipts => {
            sale.customer.map(|_| Mail::Receipt { ticket: sale.ticket })
        }
        // What a ticket collected stands on that ticket's receipt.
        Change::ChargeCollected(charge) if sends.receipts && charge.ticket.is_none() => {
            Some(Mail::ChargeReceipt { enrollment: charge.enrollment, number: charge.number.clone() })
        }
        Change::CalendarNoticed(told) => match told.noticed {
            Noticed::Resumed { .. } if sends.resumed => Some(Mail::Resumed { enrollment: told.enrollment }),
            // Whoever cancelled was told the last day when they did.
            Noticed::Ended { why, .. } if sends.cancelled && why != EndReason::AtPeriodEnd => {
                Some(Mail::Ended { enrollment: told.enrollment })
            }
            Noticed::Resumed { .. } | Noticed::Ended { .. } => None,
        },
        // Told once, and not again with each attempt.
        Change::ChargeFailed(failed) if sends.card && failed.attempt == 1 => {
            Some(Mail::ChargeFailed { enrollment: failed.enrollment, period: failed.period })
        }
        Change::CardEntered { customer, .. } if sends.card => Some(Mail::CardUpdated { customer: *customer }),
        Change::MailDue(due) => Some(due.mail.clone()),
        Change::MailAsked(asked) => Some(asked.mail.clone()),
        _ => None,
    }
}

/// The reminders that are due to a running membership on `day`.
pub fn reminders(held: &crate::enrollment::Enrollment, sends: &MailSends, day: Day) -> Vec<Mail> {
    let now = held.at(day);
    let enrollment = now.id;
    if now.ended.is_some() || now.paused.is_some() || now.starts_on > day {
        return Vec::new();
    }
    let mut due = Vec::new();
    if let Some(days) = sends.expiring_days {
        let last = day.plus_days(i64::from(days));
        let mut ends: Vec<Day> = now
            .accounts
            .iter()
            .flat_map(|account| account.redeemable())
            .filter(|lot| lot.remaining > 0)
            .filter_map(|lot| lot.expires)
            .filter(|expires| *expires >= day && *expires <= last)
            .collect();
        ends.sort_unstable();
        ends.dedup();
        due.extend(ends.into_iter().map(|on| Mail::Expiring { enrollment, on }));
    }
    if let Some(days) = sends.renewal_days
        && now.terms.frequency == Frequency::Annual
        && let Some(next) = now.next_charge(day)
        && next.period > 0
        && next.due_on > day
        && next.due_on <= day.plus_days(i64::from(days))
    {
        due.push(Mail::Renews { enrollment, on: next.due_on, amount: next.total });
    }
    // The day itself is theirs: they may still come.
    if sends.late
        && now.pays == PaysBy::Counter
        && let Status::PastDue { since, .. } = now.status(day)
        && since < day
    {
        due.push(Mail::Late { enrollment, on: since });
    }
    due
}
