//! A subscription as a fact.

use super::{Amounts, Ours};
use crate::money::AmountProblem;
use crate::read::{
    BillingModeType, CollectionMethod, PauseReason, Seconds, StripeCustomerId, StripeInvoiceId,
    StripePaymentMethodId, StripePriceId, StripeProductId, StripeSubscriptionId, StripeSubscriptionItemId,
    Subscription, SubscriptionItem, SubscriptionStatus,
};
use domain::Instant;
use domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};

/// What Stripe says of one subscription, at the moment it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionSnapshot {
    pub id: StripeSubscriptionId,
    pub customer: StripeCustomerId,
    /// Stripe's own word; [`Self::state`] is ours.
    pub status: SubscriptionStatus,
    pub currency: Option<Currency>,
    /// Of the period that was billed last; the earliest of its items'.
    pub period_start: Option<Instant>,
    /// When Stripe bills next; while it is paused, when that began.
    pub period_end: Option<Instant>,
    pub paused: Paused,
    /// Until then nothing is charged: a start in the future, or a next charge that was moved.
    pub trial_end: Option<Instant>,
    pub cancel_at: Option<Instant>,
    pub cancel_at_period_end: bool,
    pub ended_at: Option<Instant>,
    pub items: Vec<ItemSnapshot>,
    /// `false` where an item could not be read, or there are more than came along: then prices and quantities are not to be
    /// compared.
    pub whole: bool,
    pub default_payment_method: Option<StripePaymentMethodId>,
    pub latest_invoice: Option<StripeInvoiceId>,
    /// `false`: invoices are only sent.
    pub charges_automatically: bool,
    /// Whether Stripe can pause it now: flexible billing, charged by itself, no schedule, running and not in a trial, which a
    /// later start and a moved charge are too (<https://docs.stripe.com/billing/subscriptions/pause>). Otherwise collection is
    /// paused.
    pub can_pause: bool,
    pub ours: Ours,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSnapshot {
    pub id: StripeSubscriptionItemId,
    pub price: StripePriceId,
    pub product: StripeProductId,
    pub quantity: u64,
    /// For one, per period; `None` where the price has tiers.
    pub amount: Option<Money>,
    /// Of a period; `None` where it is not counted in months.
    pub months: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paused {
    No,
    /// No invoices, because somebody asked for it, or because of a failed payment where the account is set so.
    Yes {
        since: Option<Instant>,
        reason: Option<PauseReason>,
    },
    /// By pausing collection: invoices go on and come to nothing.
    Collection {
        resumes_at: Option<Instant>,
    },
}

/// Stripe's statuses in the words of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionState {
    /// Paid, or on trial.
    Running,
    /// The first charge is open.
    Waiting,
    PastDue,
    /// Either way of pausing; [`SubscriptionSnapshot::paused`] says which, and why.
    Paused,
    Ended,
    /// A status that Stripe has added since.
    Unknown(String),
}

impl SubscriptionSnapshot {
    /// # Errors
    /// An amount that the practice's money can't say.
    pub fn of(read: &Subscription) -> Result<Self, AmountProblem> {
        let items: Vec<&SubscriptionItem> = read.items.items.iter().collect();
        let starts = items.iter().filter_map(|item| item.current_period_start).min();
        let ends = items.iter().filter_map(|item| item.current_period_end).min();
        let flexible = read.billing_mode.as_ref().and_then(|mode| mode.kind.as_ref())
            == Some(&BillingModeType::Flexible);
        let charges_automatically = read.collection_method != Some(CollectionMethod::SendInvoice);
        let runs = matches!(
            read.status,
            SubscriptionStatus::Active | SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid
        );
        let instant = |seconds: Option<Seconds>| seconds.map(Seconds::instant);
        Ok(Self {
            id: read.id.clone(),
            customer: read.customer.clone(),
            status: read.status.clone(),
            currency: read.currency.as_deref().map(crate::money::currency_of).transpose()?,
            period_start: instant(starts.or(read.current_period_start)),
            period_end: instant(ends.or(read.current_period_end)),
            paused: match (&read.status, &read.pause_collection) {
                (SubscriptionStatus::Paused, _) => {
                    let told = read.status_details.as_ref().and_then(|details| details.paused.as_ref());
                    Paused::Yes {
                        since: instant(told.and_then(|paused| paused.transitioned_at)),
                        reason: told.and_then(|paused| paused.subscription.as_ref()?.reason.clone()),
                    }
                }
                (_, Some(pause)) => Paused::Collection { resumes_at: instant(pause.resumes_at) },
                (_, None) => Paused::No,
            },
            trial_end: instant(read.trial_end),
            cancel_at: instant(read.cancel_at),
            cancel_at_period_end: read.cancel_at_period_end,
            ended_at: instant(read.ended_at),
            items: items.into_iter().map(ItemSnapshot::of).collect::<Result<_, _>>()?,
            whole: read.items.is_whole(),
            default_payment_method: read.default_payment_method.clone(),
            latest_invoice: read.latest_invoice.clone(),
            charges_automatically,
            can_pause: flexible && charges_automatically && runs && read.schedule.is_none(),
            ours: Ours::of(&read.metadata),
        })
    }

    pub fn state(&self) -> SubscriptionState {
        match &self.status {
            SubscriptionStatus::Canceled | SubscriptionStatus::IncompleteExpired => SubscriptionState::Ended,
            _ if self.paused != Paused::No => SubscriptionState::Paused,
            SubscriptionStatus::Active | SubscriptionStatus::Trialing => SubscriptionState::Running,
            SubscriptionStatus::Incomplete => SubscriptionState::Waiting,
            SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid => SubscriptionState::PastDue,
            SubscriptionStatus::Paused => SubscriptionState::Paused,
            SubscriptionStatus::Unknown(word) => SubscriptionState::Unknown(word.clone()),
        }
    }
}

impl ItemSnapshot {
    fn of(read: &SubscriptionItem) -> Result<Self, AmountProblem> {
        let amounts = Amounts::of(&read.price.currency)?;
        Ok(Self {
            id: read.id.clone(),
            price: read.price.id.clone(),
            product: read.price.product.clone(),
            quantity: read.quantity.unwrap_or(1),
            amount: read.price.unit_amount.map(|amount| amounts.read(amount)).transpose()?,
            months: read.price.recurring.as_ref().and_then(crate::read::Recurring::months),
        })
    }
}
