//! What exactly is asked of Stripe for something owed, as things stand when its turn comes.

use super::{connected, named, noon};
use crate::op::Op;
use crate::refusal::Result;
use billing::read::{StripeCouponId, StripeCustomerId, StripeTaxRateId};
use billing::request::{
    About, AddInvoiceItem, Anchor, Ask, ChangeItems, ChargeCard, Contact, CreateCoupon, CreateCustomer,
    CreatePrice, CreateProduct, CreateSubscription, CreateTaxRate, GiveRefund, GoesTo, InvoiceAsk, Item,
    ItemChange, Mark, OpenPortal, PauseCollection, PayInvoice, PaymentMethodOfSubscription, Proration,
    Refunded, SetUpCard, ShiftBilling, Starts, SubscriptionAsk, UpdateCustomer, UpdateProduct,
};
use domain::customer::Customer;
use domain::enrollment::{Billed, Enrollment, PaysBy};
use domain::fold::State;
use domain::money::Currency;
use domain::record::Entity;
use domain::stripe::{Extra, Owed, PriceIs, Refundable, StripeAccount, SubscriptionSaid, SubscriptionState};
use domain::{CustomerId, Day, Money, PlanId};
use store::query::{self, EffectRow};

/// Where somebody lands who entered a card: Stripe needs an address, and nothing has to be there.
const AFTER_CARD: &str = "https://stripe.com/";

/// As long somebody may wait at the counter for a page of theirs.
const PAGE_WAITED_FOR_MILLIS: i64 = 10 * 60_000;

pub(super) enum Resolved {
    Goes(Box<Ask>, Mark),
    /// These have to be there first.
    Needs(Vec<Owed>),
    /// It is there already.
    There,
    NotAnyMore(String),
}

fn gone(why: &str) -> Resolved {
    Resolved::NotAnyMore(why.to_owned())
}

pub(super) async fn resolve(op: &mut Op<'_>, row: &EffectRow, owed: &Owed) -> Result<Resolved> {
    let ground = op.here.ground.clone();
    let stripe = connected(&ground)?;
    let account = &stripe.account;
    let currency = ground.practice()?.currency;
    let mark = |about: About| Mark { effect: row.id, practice: stripe.mark.clone(), about };
    let goes = |ask: Ask, about: About| Ok(Resolved::Goes(Box::new(ask), mark(about)));
    match owed {
        Owed::Customer { customer } => {
            let Some(person) = person(op, *customer).await? else {
                return Ok(gone("They are not on file any more."));
            };
            if person.at_stripe(account).is_some() {
                return Ok(Resolved::There);
            }
            let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let ask = CreateCustomer {
                name: person.person.name.clone(),
                email: text(&person.person.email),
                phone: text(&person.person.phone),
            };
            goes(Ask::CreateCustomer(ask), About::Customer(*customer))
        }
        Owed::CustomerGone { customer } => goes(Ask::DeleteCustomer(customer.clone()), About::Practice),
        Owed::CustomerWords { customer } => {
            let Some(person) = person(op, *customer).await? else {
                return Ok(gone("They are not on file any more."));
            };
            let Some(known) = person.at_stripe(account) else {
                return Ok(gone("Stripe does not know them."));
            };
            let contact = |text: &str| match text {
                "" => Contact::TakenAway,
                text => Contact::Is(text.to_owned()),
            };
            let ask = UpdateCustomer {
                customer: known.id.clone(),
                name: person.person.name.clone(),
                email: contact(&person.person.email),
                phone: contact(&person.person.phone),
            };
            goes(Ask::UpdateCustomer(ask), About::Customer(*customer))
        }
        Owed::Product { plan } => {
            let sold = ground.plan(*plan)?;
            if sold.at_stripe(account).is_some_and(|known| known.product.is_some()) {
                return Ok(Resolved::There);
            }
            let ask =
                CreateProduct { name: sold.about.name.clone(), description: sold.about.description.clone() };
            goes(Ask::CreateProduct(ask), About::Plan(*plan))
        }
        Owed::ProductWords { plan } => {
            let sold = ground.plan(*plan)?;
            let Some(product) = sold.at_stripe(account).and_then(|known| known.product.clone()) else {
                return Ok(Resolved::Needs(vec![Owed::Product { plan: *plan }]));
            };
            let ask = UpdateProduct {
                product,
                name: sold.about.name.clone(),
                description: sold.about.description.clone(),
                active: !sold.archived,
            };
            goes(Ask::UpdateProduct(ask), About::Plan(*plan))
        }
        Owed::Price { plan, price } => {
            let sold = ground.plan(*plan)?;
            let known = sold.at_stripe(account);
            if known.is_some_and(|known| known.price(*price).is_some_and(|price| price.active)) {
                return Ok(Resolved::There);
            }
            let Some(product) = known.and_then(|known| known.product.clone()) else {
                return Ok(Resolved::Needs(vec![Owed::Product { plan: *plan }]));
            };
            let ask = CreatePrice {
                product,
                currency,
                amount: price.amount,
                every: price.every,
                tax_mode: price.tax_mode,
            };
            goes(Ask::CreatePrice(ask), About::Plan(*plan))
        }
        Owed::PriceSold { plan, price, sold } => {
            let known = ground.plan(*plan)?.at_stripe(account).and_then(|known| known.price(*price));
            match known {
                Some(known) if known.active != *sold => {
                    let ask = match sold {
                        true => Ask::ActivatePrice(known.id.clone()),
                        false => Ask::DeactivatePrice(known.id.clone()),
                    };
                    goes(ask, About::Plan(*plan))
                }
                Some(_) => Ok(Resolved::There),
                None => Ok(gone("Stripe does not have that price.")),
            }
        }
        Owed::TaxRate { rate, mode } => {
            if stripe.tax_rate(*rate, *mode).is_some() {
                return Ok(Resolved::There);
            }
            let ask = CreateTaxRate { name: "Tax".to_owned(), rate: *rate, tax_mode: *mode };
            // The practice has no id of its own, and a mark is about something.
            Ok(Resolved::Goes(Box::new(Ask::CreateTaxRate(ask)), mark(About::Practice)))
        }
        Owed::Coupon { enrollment, amount } => {
            let ask = CreateCoupon { currency, amount_off: *amount, name: "Opening discount".to_owned() };
            goes(Ask::CreateCoupon(ask), About::Enrollment(*enrollment))
        }
        Owed::DefaultCard { customer, card } => {
            let Some(known) = at_stripe(op, account, *customer).await? else {
                return Ok(gone("Stripe does not know them any more."));
            };
            let ask = Ask::SetDefaultPaymentMethod { customer: known, payment_method: card.clone() };
            goes(ask, About::Customer(*customer))
        }
        Owed::SetUpCard { customer } => {
            let Some(known) = at_stripe(op, account, *customer).await? else {
                return Ok(Resolved::Needs(vec![Owed::Customer { customer: *customer }]));
            };
            let ask = SetUpCard { customer: known, currency, success_url: AFTER_CARD.to_owned() };
            goes(Ask::SetUpCard(ask), About::Customer(*customer))
        }
        Owed::OpenPortal { customer } => {
            if op.here.now.millis() - row.owed.millis() > PAGE_WAITED_FOR_MILLIS {
                return Ok(gone("Nobody waits for that page any more."));
            }
            let Some(known) = at_stripe(op, account, *customer).await? else {
                return Ok(gone("Stripe does not know them."));
            };
            let ask = OpenPortal { customer: known, return_url: AFTER_CARD.to_owned(), card_only: false };
            goes(Ask::OpenPortal(ask), About::Customer(*customer))
        }
        Owed::ChargeCard { ticket, customer, card, amount, .. } => {
            let Some(known) = at_stripe(op, account, *customer).await? else {
                return Ok(gone("Stripe does not know them any more."));
            };
            let ask = ChargeCard {
                customer: known,
                payment_method: card.clone(),
                currency,
                amount: *amount,
                description: format!("Purchase at {}", ground.practice()?.name),
            };
            goes(Ask::ChargeCard(ask), About::Ticket(*ticket))
        }
        Owed::Refund { of, amount } => {
            let of = match of {
                Refundable::Payment(id) => Refunded::PaymentIntent(id.clone()),
                Refundable::Charge(id) => Refunded::Charge(id.clone()),
            };
            let about = match row.customer {
                Some(customer) => About::Customer(customer),
                None => About::Practice,
            };
            goes(Ask::GiveRefund(GiveRefund { of, currency, amount: *amount }), about)
        }
        Owed::Subscribe { .. }
        | Owed::SubscriptionCard { .. }
        | Owed::NextInvoice { .. }
        | Owed::Pause { .. }
        | Owed::Resume { .. }
        | Owed::Shift { .. }
        | Owed::CancelOn { .. }
        | Owed::KeepOn { .. }
        | Owed::CancelNow { .. }
        | Owed::Items { .. }
        | Owed::Upgrade { .. }
        | Owed::PayInvoice { .. }
        | Owed::PaidElsewhere { .. }
        | Owed::VoidInvoice { .. } => {
            let Some(id) = owed.enrollment() else { return Ok(gone("It is about nothing.")) };
            let Some(State::Enrollment(held)) = op.state(Entity::Enrollment(id)).await? else {
                return Ok(gone("The membership is not here any more."));
            };
            let here = Here { account, currency, mark: mark(About::Enrollment(id)) };
            of_enrollment(op, row, owed, &held, here).await
        }
    }
}

struct Here<'a> {
    account: &'a StripeAccount,
    currency: Currency,
    mark: Mark,
}

async fn of_enrollment(
    op: &mut Op<'_>,
    row: &EffectRow,
    owed: &Owed,
    held: &Enrollment,
    here: Here<'_>,
) -> Result<Resolved> {
    let ground = op.here.ground.clone();
    let today = op.here.today;
    let now = held.at(today);
    let goes = |ask: Ask| Ok(Resolved::Goes(Box::new(ask), here.mark.clone()));
    if let Owed::Subscribe { .. } = owed {
        return subscribe(op, &now, &here).await;
    }
    let invoice_ask =
        |invoice: &billing::read::StripeInvoiceId, ask| goes(Ask::Invoice { invoice: invoice.clone(), ask });
    match owed {
        Owed::PayInvoice { invoice, .. } => {
            return invoice_ask(invoice, InvoiceAsk::Pay(PayInvoice { payment_method: None }));
        }
        Owed::PaidElsewhere { invoice, .. } => return invoice_ask(invoice, InvoiceAsk::PaidOutOfBand),
        Owed::VoidInvoice { invoice, .. } => return invoice_ask(invoice, InvoiceAsk::Void),
        _ => {}
    }
    let Some(said) = live(&now, here.account) else {
        return Ok(gone("Nothing is billed for it at Stripe."));
    };
    let subscription = said.id.clone();
    let ask = |ask: SubscriptionAsk| goes(Ask::Subscription { subscription: subscription.clone(), ask });
    match owed {
        Owed::NextInvoice { amount, why, .. } => {
            // What is carried over is worth its tax already.
            let tax_rates = match why {
                Extra::Carried => Vec::new(),
                Extra::SetupFee | Extra::OpeningDiscount | Extra::Joined => {
                    match tax_rates(op, &now, now.next_charged())? {
                        Ok(rates) => rates,
                        Err(needs) => return Ok(Resolved::Needs(needs)),
                    }
                }
            };
            let item = AddInvoiceItem {
                customer: said.customer.clone(),
                currency: here.currency,
                amount: *amount,
                description: extra_words(*why).to_owned(),
                goes_to: GoesTo::NextOf(said.id.clone()),
                period: None,
                tax_rates,
            };
            goes(Ask::AddInvoiceItem(item))
        }
        Owed::SubscriptionCard { card, .. } => {
            ask(SubscriptionAsk::PaymentMethod(PaymentMethodOfSubscription { payment_method: card.clone() }))
        }
        Owed::Pause { .. } => match said.state.is_paused() {
            true => Ok(Resolved::There),
            false if said.can_pause => ask(SubscriptionAsk::Pause),
            false => ask(SubscriptionAsk::PauseCollection(PauseCollection { resumes_at: None })),
        },
        Owed::Resume { .. } => match said.state {
            SubscriptionState::Paused => ask(SubscriptionAsk::Resume),
            SubscriptionState::CollectionPaused { .. } => ask(SubscriptionAsk::ResumeCollection),
            _ => Ok(Resolved::There),
        },
        Owed::Shift { to, .. } => {
            // As agreed, or where that has passed the next date from there.
            let to = if *to > today { Some(*to) } else { now.next_billing(today) };
            match to {
                Some(to) if said.bills_next == Some(to) => Ok(Resolved::There),
                Some(to) => ask(SubscriptionAsk::ShiftBilling(ShiftBilling { to: noon(&ground, to) })),
                None => Ok(gone("No charge follows any more.")),
            }
        }
        Owed::CancelOn { on, .. } => match said.cancels_on == Some(*on) {
            true => Ok(Resolved::There),
            false if *on > today => {
                // The period ends at its own hour; another day, at noon.
                match said.bills_next == Some(*on) {
                    true => ask(SubscriptionAsk::CancelAtPeriodEnd),
                    false => ask(SubscriptionAsk::CancelAt(noon(&ground, *on))),
                }
            }
            false => ask(SubscriptionAsk::CancelNow),
        },
        Owed::KeepOn { .. } => match keeps_on(&ground, said, &now) {
            Some(kept) => ask(kept),
            None => Ok(Resolved::There),
        },
        Owed::CancelNow { .. } => ask(SubscriptionAsk::CancelNow),
        Owed::Items { .. } | Owed::Upgrade { .. } => {
            let upgrade = matches!(owed, Owed::Upgrade { .. });
            let period = match upgrade {
                true => now.period_on(today).map_or(0, |(period, _)| period),
                false => now.next_charged(),
            };
            let items = match items(op, &now, period, here.account)? {
                Ok(items) => items,
                Err(needs) => return Ok(Resolved::Needs(needs)),
            };
            let changes = changes(said, items);
            if changes.is_empty() {
                return Ok(Resolved::There);
            }
            let months = now.terms_of(period).frequency.months();
            let other_interval =
                said.items.iter().any(|item| item.months.is_some_and(|known| known != months));
            let anchor = match (upgrade, other_interval, now.next_billing(today)) {
                (true, _, _) => Anchor::Now,
                // Another interval would be charged at once.
                (false, true, Some(on)) => Anchor::At(noon(&ground, on)),
                (false, _, _) => Anchor::Kept,
            };
            let change = ChangeItems { items: changes, proration: Proration::None, anchor };
            ask(SubscriptionAsk::ChangeItems(change))
        }
        _ => {
            log::error!("stripe: effect {} can't be worked out", row.id);
            Ok(gone("It can't be worked out."))
        }
    }
}

/// What makes a subscription go on as long as is agreed; `None` where it does.
fn keeps_on(
    ground: &crate::ground::Ground,
    said: &SubscriptionSaid,
    now: &Enrollment,
) -> Option<SubscriptionAsk> {
    match (said.cancels_on, ends_at_stripe(now)) {
        (None, None) => None,
        // An end that was agreed, or its last cycle, stays; at noon it would be charged for the hours until then.
        (on, Some(end)) if on == Some(end) => None,
        (_, Some(end)) if said.bills_next == Some(end) => Some(SubscriptionAsk::CancelAtPeriodEnd),
        (_, Some(end)) => Some(SubscriptionAsk::CancelAt(noon(ground, end))),
        (Some(on), None) if said.bills_next == Some(on) => Some(SubscriptionAsk::TakeBackPeriodEnd),
        (Some(_), None) => Some(SubscriptionAsk::TakeBackDate),
    }
}

/// The first day that it is not billed by card any more: it ends, or is paid at the counter from then on.
fn ends_at_stripe(now: &Enrollment) -> Option<Day> {
    let to_the_counter = now.pending_pays.filter(|pending| pending.pays == PaysBy::Counter);
    let ends = now.last_day().map(Day::next);
    ends.into_iter().chain(to_the_counter.map(|pending| now.billing_date(pending.period))).min()
}

/// The subscription that bills it now.
fn live<'a>(now: &'a Enrollment, account: &StripeAccount) -> Option<&'a SubscriptionSaid> {
    now.subscription
        .as_deref()
        .filter(|said| said.account == *account && said.state != SubscriptionState::Ended)
}

async fn subscribe(op: &mut Op<'_>, now: &Enrollment, here: &Here<'_>) -> Result<Resolved> {
    let ground = op.here.ground.clone();
    let today = op.here.today;
    if now.ended.is_some() {
        return Ok(gone("The membership ended before Stripe heard of it. Nothing was charged."));
    }
    let pays = now.pending_pays.map_or(now.pays, |pending| pending.pays);
    if pays != PaysBy::Card {
        return Ok(gone("It is paid at the counter now."));
    }
    let person = person(op, now.customer).await?;
    let Some(known) = person.as_ref().and_then(|person| person.at_stripe(here.account)) else {
        return Ok(Resolved::Needs(vec![Owed::Customer { customer: now.customer }]));
    };
    let customer = known.id.clone();
    // Stripe refuses it without one. What makes the card theirs comes later in the same line, so it does not wait here:
    // it is owed anew with the card.
    if known.card.is_none() {
        return Ok(gone("There is no card on file yet. It starts as soon as one is entered."));
    }
    // Billed already: by one that goes on, or that is kept from an end that is not agreed. One that ends today is over.
    if let Some(said) = live(now, here.account).filter(|said| said.customer == customer) {
        let agreed = said.cancels_on.is_none() || said.cancels_on == ends_at_stripe(now);
        let kept = if agreed { None } else { keeps_on(&ground, said, now) };
        match kept {
            None => return Ok(Resolved::There),
            Some(ask) if said.cancels_on.is_some_and(|on| on > today) => {
                let ask = Ask::Subscription { subscription: said.id.clone(), ask };
                return Ok(Resolved::Goes(Box::new(ask), here.mark.clone()));
            }
            Some(_) => {}
        }
    }
    // The oldest charge that is due; what came due after it while nobody was online is asked for, not collected.
    let due = now.dues(today).into_iter().next().filter(|due| !due.total.is_zero());
    let first = due.as_ref().map_or_else(|| now.next_charged(), |due| due.period);
    let recurring = due.as_ref().map_or(first, |_| now.next_charged());
    let items = match items(op, now, recurring, here.account)? {
        Ok(items) => items,
        Err(needs) => return Ok(Resolved::Needs(needs)),
    };
    let mut needs = Vec::new();
    let mut due_now = Vec::new();
    let mut coupon = None;
    let starts = match &due {
        Some(due) => {
            let rates = match tax_rates(op, now, due.period)? {
                Ok(rates) => rates,
                Err(more) => {
                    needs.extend(more);
                    Vec::new()
                }
            };
            let mode = now.terms_of(due.period).tax_mode;
            let mut once = |amount: Money, quantity: u32| {
                let price = PriceIs { amount, every: None, tax_mode: mode };
                let plan = now.plan;
                match ground.plans.get(&plan).and_then(|plan| plan.at_stripe(here.account)?.price(price)) {
                    Some(known) => {
                        due_now.push(Item { price: known.id.clone(), quantity, tax_rates: rates.clone() })
                    }
                    None => needs.push(Owed::Price { plan, price }),
                }
            };
            if due.setup_fee.is_positive() {
                once(due.setup_fee, 1);
            }
            if due.joined.is_positive() {
                once(due.joined, 1);
            }
            let starts = match due.due_on == today {
                true => Starts::Now,
                false => {
                    // Late: what is due goes as one-off prices, and Stripe's own billing starts with the next period.
                    for (price, quantity) in now.billed(due.period) {
                        if price.amount.is_positive() {
                            once(price.amount, quantity);
                        }
                    }
                    // Where none comes, what is due is all of it: started now, Stripe would charge a period of its own.
                    let on = now.next_billing(today).or_else(|| now.last_day().map(Day::next));
                    on.map_or(Starts::Now, |on| Starts::At(noon(&ground, on)))
                }
            };
            let off = if due.setup_fee.is_negative() { -due.setup_fee } else { Money::ZERO } + due.carried;
            if off.is_positive() {
                let wanted = Owed::Coupon { enrollment: now.id, amount: off };
                let subject = wanted.subject().unwrap_or_default();
                let known = query::effect_known_as(op.conn().await?, &named(here.account), &subject).await?;
                match known.and_then(|known| known.made).and_then(|id| id.parse::<StripeCouponId>().ok()) {
                    Some(id) => coupon = Some(id),
                    None => needs.push(wanted),
                }
            }
            starts
        }
        None => match now.next_billing(today) {
            Some(on) if on > today => Starts::At(noon(&ground, on)),
            Some(_) => Starts::Now,
            None => return Ok(gone("No charge follows any more.")),
        },
    };
    if !needs.is_empty() {
        return Ok(Resolved::Needs(needs));
    }
    let ends_at = now.last_day().map(|last_day| noon(&ground, last_day.next()));
    let ask = CreateSubscription {
        customer,
        currency: here.currency,
        items: items.into_iter().map(|(_, item)| item).collect(),
        starts,
        due_now,
        opening_discount: coupon,
        ends_at,
        payment_method: None,
    };
    Ok(Resolved::Goes(Box::new(Ask::CreateSubscription(ask)), here.mark.clone()))
}

type Wanted<T> = std::result::Result<T, Vec<Owed>>;

/// What `period` is billed by, as Stripe's prices.
fn items(
    op: &Op<'_>,
    now: &Enrollment,
    period: u32,
    account: &StripeAccount,
) -> Result<Wanted<Vec<(PriceIs, Item)>>> {
    let plan = plan_of(now, period);
    let rates = match tax_rates(op, now, period)? {
        Ok(rates) => rates,
        Err(needs) => return Ok(Err(needs)),
    };
    let billed: Billed = now.billed(period);
    let known = op.here.ground.plans.get(&plan).and_then(|plan| plan.at_stripe(account));
    let mut needs = Vec::new();
    let mut items = Vec::with_capacity(billed.len());
    for (price, quantity) in billed {
        match known.and_then(|known| known.price(price)) {
            Some(known) => {
                let item = Item { price: known.id.clone(), quantity, tax_rates: rates.clone() };
                items.push((price, item));
            }
            None => needs.push(Owed::Price { plan, price }),
        }
    }
    Ok(if needs.is_empty() { Ok(items) } else { Err(needs) })
}

fn plan_of(now: &Enrollment, period: u32) -> PlanId {
    match &now.pending_terms {
        Some(pending) if period >= pending.period => pending.plan,
        _ => now.plan,
    }
}

fn tax_rates(op: &Op<'_>, now: &Enrollment, period: u32) -> Result<Wanted<Vec<StripeTaxRateId>>> {
    let terms = now.terms_of(period);
    let (rate, mode) = (terms.tax_rate, terms.tax_mode);
    if rate.is_zero() {
        return Ok(Ok(Vec::new()));
    }
    Ok(match connected(&op.here.ground)?.tax_rate(rate, mode) {
        Some(known) => Ok(vec![known.clone()]),
        None => Err(vec![Owed::TaxRate { rate, mode }]),
    })
}

/// From what Stripe bills to what is to be billed: an item keeps its place where it is of the same amount, then where any is
/// left; what is left over goes.
fn changes(said: &SubscriptionSaid, wanted: Vec<(PriceIs, Item)>) -> Vec<ItemChange> {
    let mut left: Vec<_> = said.items.iter().collect();
    let mut changes = Vec::new();
    let mut later = Vec::new();
    for (_, item) in wanted {
        match left.iter().position(|known| known.price == item.price) {
            Some(at) => {
                let known = left.remove(at);
                if known.quantity != item.quantity {
                    changes.push(ItemChange::Set { item: known.id.clone(), to: item });
                }
            }
            None => later.push(item),
        }
    }
    for item in later {
        match left.is_empty() {
            false => changes.push(ItemChange::Set { item: left.remove(0).id.clone(), to: item }),
            true => changes.push(ItemChange::Add(item)),
        }
    }
    changes.extend(left.into_iter().map(|known| ItemChange::Remove(known.id.clone())));
    changes
}

fn extra_words(why: Extra) -> &'static str {
    match why {
        Extra::SetupFee => "Setup fee",
        Extra::OpeningDiscount => "Opening discount",
        Extra::Joined => "For the days since joining",
        Extra::Carried => "Unused days of the plan before",
    }
}

pub(super) async fn person(op: &mut Op<'_>, id: CustomerId) -> Result<Option<Box<Customer>>> {
    let root = query::root_of(op.conn().await?, id).await?;
    Ok(match op.state(Entity::Customer(root)).await? {
        Some(State::Customer(person)) if person.erased.is_none() => Some(person),
        _ => None,
    })
}

/// Who somebody is at Stripe.
pub(super) async fn at_stripe(
    op: &mut Op<'_>,
    account: &StripeAccount,
    customer: CustomerId,
) -> Result<Option<StripeCustomerId>> {
    Ok(person(op, customer).await?.and_then(|person| Some(person.at_stripe(account)?.id.clone())))
}
