//! What becomes of a subscription: paused, resumed, ended, moved, changed. Stripe never prorates for us, except where
//! [`Proration::AlwaysInvoice`] says so: our own rule counts days.

use super::draft::Draft;
use super::subscribing::{quantity, tax_rates};
use super::{AskProblem, Item, seconds};
use crate::read::{StripePaymentMethodId, StripeSubscriptionId, StripeSubscriptionItemId};
use domain::Instant;
use serde::{Deserialize, Serialize};
use stripe_billing::subscription as stripe;

/// What is asked of one subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionAsk {
    /// No invoices until it is resumed, and no credit for what is left of the period: its days are frozen here, and where the
    /// period would have ended is to be kept, for at Stripe it ends with the pause. Only where
    /// [`crate::inbound::SubscriptionSnapshot::can_pause`]. <https://docs.stripe.com/billing/subscriptions/pause>
    Pause,
    /// Billing goes on, in the period that today is in, without a charge or a credit; [`ShiftBilling`] then moves the next
    /// charge by the days frozen. <https://docs.stripe.com/api/subscriptions/resume>
    Resume,
    /// For subscriptions that can't be paused: classic billing, a schedule attached, a trial.
    PauseCollection(PauseCollection),
    ResumeCollection,
    CancelAtPeriodEnd,
    /// As agreed for a day, which has not come.
    CancelAt(Instant),
    /// Takes back [`Self::CancelAtPeriodEnd`]. Where the terms have a last period, [`Self::CancelAt`] follows: Stripe keeps one
    /// date only.
    TakeBackPeriodEnd,
    /// Takes back [`Self::CancelAt`].
    TakeBackDate,
    /// Without proration and without a last invoice: what is given back is a refund of its own.
    CancelNow,
    ShiftBilling(ShiftBilling),
    ChangeItems(ChangeItems),
    PaymentMethod(PaymentMethodOfSubscription),
}

/// <https://docs.stripe.com/billing/subscriptions/pause-payment>: the status stays active and every invoice is voided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PauseCollection {
    /// `None`: open.
    pub resumes_at: Option<Instant>,
}

/// The next charge, moved; a trial without proration is how Stripe moves one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftBilling {
    pub to: Instant,
}

/// What is charged first for renewals, before the customer's default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentMethodOfSubscription {
    pub payment_method: StripePaymentMethodId,
}

/// Other terms, another plan, more or fewer people or seats. <https://docs.stripe.com/api/subscriptions/update>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeItems {
    /// Items that are not named stay as they are.
    pub items: Vec<ItemChange>,
    pub proration: Proration,
    pub anchor: Anchor,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemChange {
    Add(Item),
    Set { item: StripeSubscriptionItemId, to: Item },
    Remove(StripeSubscriptionItemId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proration {
    None,
    /// Stripe counts seconds, and charges or credits the difference at once.
    AlwaysInvoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The next charge comes when it would have.
    Kept,
    /// A new period starts now and is charged now; declined, nothing changes.
    Now,
    /// The next charge comes then, and nothing before: for another interval, which Stripe would charge at once.
    At(Instant),
}

impl SubscriptionAsk {
    pub(super) fn draft(&self, subscription: &StripeSubscriptionId) -> Result<Draft, AskProblem> {
        let id = subscription.as_str();
        let update = || stripe::UpdateSubscription::new(id);
        let unprorated = || update().proration_behavior(stripe::UpdateSubscriptionProrationBehavior::None);
        Ok(match self {
            Self::Pause => {
                use stripe::PauseSubscriptionBillForOutstandingUsageThroughType as Usage;
                use stripe::PauseSubscriptionBillForUnusedTimeFromType as Unused;
                let mut bill_for = stripe::PauseSubscriptionBillFor::new();
                bill_for.outstanding_usage_through =
                    Some(stripe::PauseSubscriptionBillForOutstandingUsageThrough::new(Usage::None));
                bill_for.unused_time_from =
                    Some(stripe::PauseSubscriptionBillForUnusedTimeFrom::new(Unused::None));
                let ask = stripe::PauseSubscription::new(id)
                    .bill_for(bill_for)
                    .type_(stripe::PauseSubscriptionType::Subscription);
                Draft::unmarked(&ask)
            }
            Self::Resume => {
                use stripe::ResumeSubscriptionBillingCycleAnchorType as Anchors;
                let ask = stripe::ResumeSubscription::new(id)
                    .billing_cycle_anchor(stripe::ResumeSubscriptionBillingCycleAnchor::new(
                        Anchors::Unchanged,
                    ))
                    .proration_behavior(stripe::ResumeSubscriptionProrationBehavior::None);
                Draft::unmarked(&ask)
            }
            Self::PauseCollection(PauseCollection { resumes_at }) => {
                let mut pause = stripe::UpdateSubscriptionPauseCollection::new(
                    stripe::UpdateSubscriptionPauseCollectionBehavior::Void,
                );
                pause.resumes_at = resumes_at.map(seconds);
                Draft::marked(&update().pause_collection(pause))
            }
            // Their builder can't unset.
            Self::ResumeCollection => Draft::marked(&update()).also("pause_collection", ""),
            Self::CancelAtPeriodEnd => Draft::marked(&update().cancel_at_period_end(true)),
            Self::CancelAt(at) => Draft::marked(
                &unprorated().cancel_at(stripe::UpdateSubscriptionCancelAt::Timestamp(seconds(*at))),
            ),
            Self::TakeBackPeriodEnd => Draft::marked(&update().cancel_at_period_end(false)),
            Self::TakeBackDate => Draft::marked(&update()).also("cancel_at", ""),
            Self::CancelNow => {
                Draft::unmarked(&stripe::CancelSubscription::new(id).invoice_now(false).prorate(false))
            }
            Self::ShiftBilling(ShiftBilling { to }) => Draft::marked(
                &unprorated().trial_end(stripe::UpdateSubscriptionTrialEnd::Timestamp(seconds(*to))),
            ),
            Self::ChangeItems(change) => change.draft(update())?,
            Self::PaymentMethod(PaymentMethodOfSubscription { payment_method }) => {
                Draft::marked(&update().default_payment_method(payment_method.as_str()))
            }
        })
    }
}

impl ChangeItems {
    fn draft(&self, ask: stripe::UpdateSubscription) -> Result<Draft, AskProblem> {
        if self.items.is_empty() {
            return Err(AskProblem::NothingBilled);
        }
        let mut items = Vec::with_capacity(self.items.len());
        for change in &self.items {
            let mut stripes = stripe::UpdateSubscriptionItems::new();
            let (id, to) = match change {
                ItemChange::Add(to) => (None, Some(to)),
                ItemChange::Set { item, to } => (Some(item), Some(to)),
                ItemChange::Remove(item) => (Some(item), None),
            };
            stripes.id = id.map(ToString::to_string);
            match to {
                Some(to) => {
                    stripes.price = Some(to.price.to_string());
                    stripes.quantity = Some(quantity(to.quantity)?);
                    stripes.tax_rates = tax_rates(&to.tax_rates);
                }
                None => stripes.deleted = Some(true),
            }
            items.push(stripes);
        }
        let proration = match self.proration {
            Proration::None => stripe::UpdateSubscriptionProrationBehavior::None,
            Proration::AlwaysInvoice => stripe::UpdateSubscriptionProrationBehavior::AlwaysInvoice,
        };
        use stripe::UpdateSubscriptionPaymentBehavior as Behavior;
        // A new period was agreed whether the card pays or not: refused, its invoice stays open, is tried again and can be
        // paid otherwise. All or nothing would leave what waits for the next invoice to be taken off a period it is not for.
        let behavior = match self.anchor {
            Anchor::Now => Behavior::AllowIncomplete,
            Anchor::Kept | Anchor::At(_) => Behavior::ErrorIfIncomplete,
        };
        let mut ask =
            ask.items(items).proration_behavior(proration).off_session(true).payment_behavior(behavior);
        match self.anchor {
            Anchor::Kept => {}
            Anchor::Now => {
                use stripe::UpdateSubscriptionBillingCycleAnchorType as Anchors;
                ask =
                    ask.billing_cycle_anchor(stripe::UpdateSubscriptionBillingCycleAnchor::new(Anchors::Now));
            }
            Anchor::At(next) => {
                ask = ask.trial_end(stripe::UpdateSubscriptionTrialEnd::Timestamp(seconds(next)));
            }
        }
        Ok(Draft::marked(&ask))
    }
}
