//! Stripe's names for its objects; the records of the journal hold them too, so they live with the rules.

pub use domain::stripe::{
    NoStripeId, StripeAccountId, StripeChargeId, StripeCheckoutSessionId, StripeCouponId, StripeCustomerId,
    StripeDisputeId, StripeEventId, StripeInvoiceId, StripeInvoiceItemId, StripePaymentIntentId,
    StripePaymentMethodId, StripePortalSessionId, StripePriceId, StripeProductId, StripeRefundId,
    StripeSetupIntentId, StripeSubscriptionId, StripeSubscriptionItemId, StripeTaxRateId,
};
