//! Stripe: how it is connected, members' cards, and what is charged to them.

use crate::dots::Dots;
use domain::stripe::OfflineLimits;
use domain::{CustomerId, Day, EffectId, EnrollmentId, Money, TicketId};
use serde::{Deserialize, Serialize};

// Settings.

/// How Stripe is connected. Answered by whoever holds the key of the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetStripe {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StripeView {
    /// `None`: never connected.
    pub account: Option<StripeAccountView>,
    pub key: StripeKeyView,
    pub line: StripeLine,
    pub limits: OfflineLimits,
    /// Owed to Stripe and not answered yet.
    pub waiting: u32,
    /// Refused by Stripe, and nobody looked after it yet.
    pub refused: u32,
    /// On its way by cards, with what benefits took off on the strength of charges that are on their way.
    pub at_risk: Money,
    /// When everything Stripe had to say was last heard: `14:05`, with the day where that is not today.
    pub heard: Option<String>,
    /// Where requests go, where that is not Stripe itself: a test double.
    pub elsewhere: Option<String>,
    /// A made-up practice: only keys of Stripe's test mode are taken.
    pub demo: bool,
    /// How many memberships are paid by card.
    pub by_card: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StripeAccountView {
    /// `acct_`
    pub id: String,
    pub name: String,
    /// Real money; otherwise test mode.
    pub live: bool,
}

/// The key, as much of it as may be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum StripeKeyView {
    None,
    /// `rk_test_…1234`
    Kept {
        shown: String,
        live: bool,
    },
    /// Stripe does not accept it any more.
    Refused {
        shown: String,
        said: String,
    },
}

/// How the way to Stripe stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum StripeLine {
    NotConnected,
    /// Not tried since the program began.
    Untried,
    Open,
    /// Not reached.
    Broken {
        since: String,
        said: String,
        next_try: String,
    },
    /// Nothing is sent until a key is entered.
    NeedsKey {
        said: String,
    },
}

/// Checks a key at Stripe, keeps it in the system's keychain, and connects the practice with its account. Connecting another
/// account than before is refused while memberships are billed through that one. Answered by whoever holds the key of the
/// data. Needs the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectStripe {
    /// Restricted (`rk_`), or a secret key of test mode. Across the door it is `stripe_key`: `key` is the request's own.
    #[serde(rename = "stripe_key")]
    pub key: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StripeConnected {
    pub view: StripeView,
    /// What the key may not do and should; it is connected all the same.
    pub missing: Vec<MissingPermission>,
    /// A word of warning, as of a secret key.
    pub warning: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MissingPermission {
    /// As Stripe's dashboard calls it.
    pub resource: String,
    /// `Read` or `Write`
    pub access: String,
    /// `to keep each member as a customer`
    pub why: String,
}

/// Forgets the key. What is owed waits until one is entered again; Stripe goes on billing what it bills.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RemoveStripeKey {}

/// How far the desk trusts a card whose bank has not been asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveStripeLimits {
    pub limits: OfflineLimits,
}

/// Reads everything at Stripe again and compares; the report comes with [`GetReconciliation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReconcileStripe {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetReconciliation {}

/// What a full comparison with Stripe came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reconciliation {
    /// Still reading.
    pub running: bool,
    /// Objects read so far.
    pub read: u32,
    /// When it ended; `None` where none was made yet.
    pub ended: Option<String>,
    /// What differed, and was taken in, one sentence each.
    pub differences: Vec<ReconciledDifference>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReconciledDifference {
    pub customer: Option<CustomerId>,
    /// `Ana Ruiz, Gold: the next charge is on 3 May, not on 1 May.`
    pub words: String,
}

// Cards.

/// Asks Stripe for a page on which somebody enters their card. The page comes with [`GetCardPage`]. Needs the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskCard {
    pub customer: CustomerId,
    pub how: CardPageHow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardPageHow {
    /// Opened here, or read from the screen as a code.
    Here,
    /// Sent to their address.
    ByEmail,
}

/// How the newest page for somebody's card stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCardPage {
    pub customer: CustomerId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum CardPage {
    /// Nobody asked for one.
    None,
    /// Asked for, and Stripe has not answered yet; `said` where the way to Stripe is broken.
    Asked {
        effect: EffectId,
        said: Option<String>,
    },
    /// Open for them: at most a day.
    Open {
        url: String,
    },
    /// The card they entered is on file.
    Entered {
        card: CardView,
    },
    /// Nobody entered anything in time.
    Expired,
    Refused {
        said: String,
    },
}

/// Asks Stripe for its page on which somebody sees their bills and replaces their card. The page comes with
/// [`GetBillingPage`]. Needs the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskBillingPage {
    pub customer: CustomerId,
}

/// How the newest such page stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetBillingPage {
    pub customer: CustomerId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum BillingPage {
    /// Nobody asked for one.
    None,
    /// Stripe has not answered yet; `said` where the way to it is broken.
    Asked {
        said: Option<String>,
    },
    /// Open for them, for five minutes.
    Open {
        url: String,
    },
    Expired,
    Refused {
        said: String,
    },
}

/// The code of a page's address, for a telephone's camera.
pub fn code_of(url: &str) -> Option<Dots> {
    Dots::of(url)
}

/// As much of a card as is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardView {
    /// `Visa 4242`
    pub words: String,
    /// `04/27`
    pub expires: Option<String>,
    /// Its last month is over, or will be within a month.
    pub expires_soon: bool,
}

// Memberships by card.

/// How a membership is billed through Stripe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CardBillingView {
    /// The card that the next charge goes to.
    pub card: Option<CardView>,
    pub state: CardBillingState,
    /// Charges that the bank refused, oldest first.
    pub failed: Vec<FailedChargeView>,
    /// What of it waits to be sent, in words, in order.
    pub waiting: Vec<String>,
    /// From that day on it is paid in the other way.
    pub changes_on: Option<Day>,
    /// What benefits took off tickets before their charge was paid.
    #[serde(default)]
    pub on_trust: Money,
    /// By receipt number, what of it each ticket used.
    #[serde(default)]
    pub trusted_on: Vec<(TicketId, String, Money)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardBillingState {
    /// Stripe does not know of it yet.
    Waiting,
    Running,
    PastDue,
    Paused,
    Ended,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FailedChargeView {
    pub period: u32,
    pub on: Day,
    pub amount: Money,
    /// Why the bank said no, in words.
    pub why: String,
    /// What can be done about it.
    pub next: String,
    /// `None`: Stripe has given up.
    pub tries_again: Option<Day>,
}

/// Asks the bank again for what it refused: the oldest charge, or all of them where `all`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RetryCharge {
    pub id: EnrollmentId,
    #[serde(default)]
    pub all: bool,
}

/// Pays by card from the next billing date on, or at the counter; at once while nothing was charged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangePays {
    pub id: EnrollmentId,
    pub pays: crate::enrollments::PaysBy,
}

// Tickets.

/// Charges a ticket's amount to the card on file, before it is settled. The answer comes with [`GetCardCharge`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChargeCard {
    pub ticket: TicketId,
    pub customer: CustomerId,
    pub amount: Money,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCardCharge {
    pub ticket: TicketId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum CardCharge {
    None,
    /// No answer yet; `said` where the way to Stripe is broken.
    Waiting {
        amount: Money,
        said: Option<String>,
    },
    Taken {
        amount: Money,
    },
    Declined {
        why: String,
        next: String,
    },
}
