//! Subscriptions that another program made, read for what of them can go on here.
//!
//! Nothing is asked of Stripe but what they are: what is taken over keeps its dates, its price and its card.

use crate::inbound::{Ours, SubscriptionSnapshot};
use crate::money::{AmountProblem, currency_of, from_stripe};
use crate::read::{
    CollectionMethod, Price, Seconds, StripeCustomerId, StripePriceId, StripeProductId, StripeSubscriptionId,
    Subscription, SubscriptionItem, SubscriptionStatus, TaxBehavior, TaxRate,
};
use domain::money::{Currency, Money};
use domain::plan::{Frequency, TaxMode};
use domain::{Instant, Rate};

/// A subscription that can go on here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoptable {
    pub id: StripeSubscriptionId,
    pub customer: StripeCustomerId,
    pub product: StripeProductId,
    pub price: StripePriceId,
    /// What one period costs, before tax that comes on top.
    pub amount: Money,
    pub frequency: Frequency,
    pub tax_mode: TaxMode,
    pub tax_rate: Rate,
    pub starts: Instant,
    /// When Stripe charges next.
    pub bills_next: Instant,
    pub said: SubscriptionSnapshot,
}

/// Why a subscription stays with Stripe alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// It is over.
    Ended,
    /// Its first charge was never paid.
    NeverPaid,
    /// This program, at this practice or another, made it.
    OurOwn,
    /// Another currency than the practice's.
    Currency(String),
    /// Invoices are sent and not charged.
    Invoiced,
    /// A schedule decides what it becomes.
    Scheduled,
    /// Something is taken off for longer than one charge.
    Discounted,
    /// It charges several things at once.
    SeveralPrices(usize),
    /// More than one of a thing.
    Quantity(u64),
    /// Days, weeks, or months that no plan has here.
    Interval,
    /// What it costs depends on use or on steps.
    Metered,
    /// Several tax rates, or one with more than four places.
    Tax,
    /// Stripe does not say since when, or when it charges next.
    NoDates,
    Amount(AmountProblem),
}

impl LeftOut {
    /// Why, in a sentence that ends with what a person can do.
    pub fn words(&self) -> String {
        match self {
            Self::Ended => "It has ended. There is nothing to go on with.".to_owned(),
            Self::NeverPaid => {
                "Its first charge was never paid. Sell them a membership here if they still want one.".to_owned()
            }
            Self::OurOwn => "It was made by this program and is known already.".to_owned(),
            Self::Currency(code) => {
                format!("It is charged in {}, and the practice has another currency.", code.to_ascii_uppercase())
            }
            Self::Invoiced => {
                "Its invoices are sent and not charged to a card. Change that in Stripe's dashboard, and look again."
                    .to_owned()
            }
            Self::Scheduled => {
                "A schedule at Stripe changes it by itself. Release it in the dashboard, and look again.".to_owned()
            }
            Self::Discounted => {
                "A discount at Stripe goes on for it. Put the lower price on it in the dashboard, and look again.".to_owned()
            }
            Self::SeveralPrices(many) => {
                format!("It charges {many} things at once. Make it one price in the dashboard, and look again.")
            }
            Self::Quantity(many) => {
                format!("It charges {many} of the same. Make it one in the dashboard, and look again.")
            }
            Self::Interval => {
                "It is not charged every month, quarter, half year or year.".to_owned()
            }
            Self::Metered => "What it costs depends on use, or on steps.".to_owned(),
            Self::Tax => "Its tax is not one rate.".to_owned(),
            Self::NoDates => "Stripe does not say when it is charged.".to_owned(),
            Self::Amount(problem) => problem.to_string(),
        }
    }
}

impl Adoptable {
    /// What goes on here of a subscription in `currency`.
    ///
    /// # Errors
    /// Why it stays with Stripe alone; the first reason that a person would have to do something about.
    pub fn of(read: &Subscription, currency: Currency) -> Result<Self, LeftOut> {
        if Ours::of(&read.metadata).practice.is_some() {
            return Err(LeftOut::OurOwn);
        }
        match read.status {
            SubscriptionStatus::Canceled => return Err(LeftOut::Ended),
            SubscriptionStatus::Incomplete | SubscriptionStatus::IncompleteExpired => {
                return Err(LeftOut::NeverPaid);
            }
            _ => {}
        }
        if read.collection_method == Some(CollectionMethod::SendInvoice) {
            return Err(LeftOut::Invoiced);
        }
        if read.schedule.is_some() {
            return Err(LeftOut::Scheduled);
        }
        let item = match read.items.items.as_slice() {
            [item] if read.items.is_whole() => item,
            items => return Err(LeftOut::SeveralPrices(items.len().max(2))),
        };
        if item.quantity.is_some_and(|many| many != 1) {
            return Err(LeftOut::Quantity(item.quantity.unwrap_or_default()));
        }
        if !read.discounts.is_empty() || !item.discounts.is_empty() {
            return Err(LeftOut::Discounted);
        }
        let price = &item.price;
        let (amount, frequency) = charged(price, currency)?;
        let (tax_mode, tax_rate) = taxed(read, item)?;
        let ends = item.current_period_end.or(read.current_period_end);
        let starts = read.start_date.or(read.created);
        let (Some(starts), Some(bills_next)) = (starts, ends) else { return Err(LeftOut::NoDates) };
        Ok(Self {
            id: read.id.clone(),
            customer: read.customer.clone(),
            product: price.product.clone(),
            price: price.id.clone(),
            amount,
            frequency,
            tax_mode,
            tax_rate,
            starts: Seconds::instant(starts),
            bills_next: Seconds::instant(bills_next),
            said: SubscriptionSnapshot::of(read).map_err(LeftOut::Amount)?,
        })
    }
}

/// What one period of a price costs before tax that comes on top, how long one is, and whether tax is inside; `None` where no
/// plan here can be charged by it.
pub fn price(price: &Price, currency: Currency) -> Option<(Money, Frequency, TaxMode)> {
    let (amount, frequency) = charged(price, currency).ok()?;
    let inside = price.tax_behavior == Some(TaxBehavior::Inclusive);
    Some((amount, frequency, if inside { TaxMode::Inclusive } else { TaxMode::Exclusive }))
}

/// What one period of a price costs, and how long one is.
fn charged(price: &Price, currency: Currency) -> Result<(Money, Frequency), LeftOut> {
    if currency_of(&price.currency).ok() != Some(currency) {
        return Err(LeftOut::Currency(price.currency.clone()));
    }
    let every = price.recurring.as_ref().ok_or(LeftOut::Interval)?;
    let metered = every.usage_type.as_deref() == Some("metered");
    let amount = price.unit_amount.filter(|_| !metered && price.billing_scheme.as_deref() != Some("tiered"));
    let amount = from_stripe(currency, amount.ok_or(LeftOut::Metered)?).map_err(LeftOut::Amount)?;
    let months = every.months().ok_or(LeftOut::Interval)?;
    let frequency = Frequency::ALL.into_iter().find(|frequency| frequency.months() == months);
    Ok((amount, frequency.ok_or(LeftOut::Interval)?))
}

/// The rates of an item stand before those of its subscription:
/// <https://docs.stripe.com/billing/taxes/tax-rates>.
fn taxed(read: &Subscription, item: &SubscriptionItem) -> Result<(TaxMode, Rate), LeftOut> {
    let rates: &[TaxRate] = if item.tax_rates.is_empty() { &read.default_tax_rates } else { &item.tax_rates };
    match rates {
        [] if item.price.tax_behavior == Some(TaxBehavior::Inclusive) => {
            Ok((TaxMode::Inclusive, Rate::percent(0)))
        }
        [] => Ok((TaxMode::Exclusive, Rate::percent(0))),
        [one] => {
            let mode = if one.inclusive { TaxMode::Inclusive } else { TaxMode::Exclusive };
            Ok((mode, one.rate().ok_or(LeftOut::Tax)?))
        }
        _ => Err(LeftOut::Tax),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn subscription(change: impl FnOnce(&mut Value)) -> Subscription {
        let mut said = json!({
            "id": "sub_1", "object": "subscription", "status": "active", "customer": "cus_1", "currency": "usd",
            "start_date": 1_700_000_000, "created": 1_700_000_000, "collection_method": "charge_automatically",
            "items": { "object": "list", "has_more": false, "data": [{
                "id": "si_1", "object": "subscription_item", "quantity": 1, "current_period_start": 1_770_000_000,
                "current_period_end": 1_772_000_000,
                "price": {
                    "id": "price_1", "object": "price", "active": true, "currency": "usd", "unit_amount": 4_900,
                    "product": "prod_1", "billing_scheme": "per_unit", "tax_behavior": "unspecified",
                    "recurring": { "interval": "month", "interval_count": 1, "usage_type": "licensed" },
                },
            }]},
            "metadata": {},
        });
        change(&mut said);
        crate::read::read_value(said).expect("a subscription")
    }

    fn item(said: &mut Value) -> &mut Value {
        &mut said["items"]["data"][0]
    }

    fn left_out(change: impl FnOnce(&mut Value)) -> LeftOut {
        let read = Adoptable::of(&subscription(change), Currency::USD);
        read.expect_err("it is left out")
    }

    #[test]
    fn a_plain_one_keeps_its_price_and_its_dates() {
        let found = Adoptable::of(&subscription(|_| {}), Currency::USD).expect("it goes on");
        assert_eq!((found.amount.minor(), found.frequency), (4_900, Frequency::Monthly));
        assert_eq!((found.tax_mode, found.tax_rate), (TaxMode::Exclusive, Rate::percent(0)));
        assert_eq!(found.starts.millis(), 1_700_000_000_000);
        assert_eq!(found.bills_next.millis(), 1_772_000_000_000);
        assert_eq!((found.product.as_str(), found.price.as_str()), ("prod_1", "price_1"));
    }

    #[test]
    fn quarters_half_years_and_years_are_sold_here_too() {
        for (interval, count, frequency) in [
            ("month", 3, Frequency::Quarterly),
            ("month", 6, Frequency::SemiAnnual),
            ("month", 12, Frequency::Annual),
            ("year", 1, Frequency::Annual),
        ] {
            let read = subscription(|said| {
                item(said)["price"]["recurring"] = json!({"interval": interval, "interval_count": count});
            });
            assert_eq!(Adoptable::of(&read, Currency::USD).expect("it goes on").frequency, frequency);
        }
    }

    #[test]
    fn the_rate_of_the_item_stands_before_that_of_the_subscription() {
        let rate = |percent: f64, inclusive| json!({"id": "txr_1", "object": "tax_rate", "active": true, "inclusive": inclusive, "percentage": percent});
        let read = subscription(|said| said["default_tax_rates"] = json!([rate(8.0, false)]));
        let found = Adoptable::of(&read, Currency::USD).expect("it goes on");
        assert_eq!((found.tax_mode, found.tax_rate), (TaxMode::Exclusive, Rate::percent(8)));
        let read = subscription(|said| {
            said["default_tax_rates"] = json!([rate(8.0, false)]);
            item(said)["tax_rates"] = json!([rate(19.0, true)]);
        });
        let found = Adoptable::of(&read, Currency::USD).expect("it goes on");
        assert_eq!((found.tax_mode, found.tax_rate), (TaxMode::Inclusive, Rate::percent(19)));
        assert_eq!(
            left_out(|said| said["default_tax_rates"] = json!([rate(8.0, false), rate(2.0, false)])),
            LeftOut::Tax
        );
    }

    #[test]
    fn what_cannot_go_on_says_why() {
        let status = |word: &'static str| move |said: &mut Value| said["status"] = json!(word);
        assert_eq!(left_out(status("canceled")), LeftOut::Ended);
        assert_eq!(left_out(status("incomplete")), LeftOut::NeverPaid);
        assert_eq!(left_out(status("incomplete_expired")), LeftOut::NeverPaid);
        assert_eq!(
            left_out(|said| said["metadata"] = json!({"perennial_practice": "north"})),
            LeftOut::OurOwn
        );
        assert_eq!(left_out(|said| said["collection_method"] = json!("send_invoice")), LeftOut::Invoiced);
        assert_eq!(left_out(|said| said["schedule"] = json!("sub_sched_1")), LeftOut::Scheduled);
        assert_eq!(left_out(|said| said["discounts"] = json!(["di_1"])), LeftOut::Discounted);
        assert_eq!(left_out(|said| item(said)["discounts"] = json!(["di_1"])), LeftOut::Discounted);
        assert_eq!(left_out(|said| item(said)["quantity"] = json!(3)), LeftOut::Quantity(3));
        let two = |said: &mut Value| {
            let another = item(said).clone();
            said["items"]["data"].as_array_mut().expect("items").push(another);
        };
        assert_eq!(left_out(two), LeftOut::SeveralPrices(2));
        let every = |interval: &'static str, count: u32| {
            move |said: &mut Value| {
                item(said)["price"]["recurring"] = json!({"interval": interval, "interval_count": count});
            }
        };
        assert_eq!(left_out(every("week", 1)), LeftOut::Interval);
        assert_eq!(left_out(every("month", 2)), LeftOut::Interval);
        assert_eq!(
            left_out(|said| item(said)["price"]["recurring"]["usage_type"] = json!("metered")),
            LeftOut::Metered
        );
        assert_eq!(left_out(|said| item(said)["price"]["unit_amount"] = Value::Null), LeftOut::Metered);
        assert_eq!(
            left_out(|said| item(said)["price"]["currency"] = json!("eur")),
            LeftOut::Currency("eur".into())
        );
        assert_eq!(left_out(|said| item(said)["current_period_end"] = Value::Null), LeftOut::NoDates);
        for why in [LeftOut::Ended, LeftOut::Quantity(3), LeftOut::Currency("eur".into()), LeftOut::Tax] {
            assert!(why.words().ends_with('.'), "{}", why.words());
        }
    }
}
