//! A membership from its first day to its last.

use crate::counter::{CARD, Counter, DAY, charges, enrolls, invoices, subscription};
use billing::inbound::{Paused, Snapshot, SubscriptionState};
use billing::outbox::Turn;
use billing::read::{Invoice, InvoiceStatus, Seconds};
use billing::request::{
    AddInvoiceItem, Anchor, Ask, ChangeItems, Contact, CreateCoupon, CreateInvoice, CreateSubscription,
    CreateTaxRate, GiveRefund, GoesTo, InvoiceAsk, Item, ItemChange, ListOf, OpenPortal, PauseCollection,
    PayInvoice, PaymentMethodOfSubscription, Proration, Refunded, ShiftBilling, Starts, SubscriptionAsk,
    Thing, UpdateCustomer, UpdateProduct,
};
use domain::Instant;
use domain::money::{Currency, Money};
use domain::plan::{Frequency, TaxMode};
use std::collections::BTreeSet;

fn cents(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn seconds(instant: Instant) -> i64 {
    Seconds::from(instant).0
}

#[tokio::test]
async fn a_membership_from_first_day_to_last() {
    let mut counter = Counter::opens().await;
    let (customer, _) = counter.member(CARD).await;
    let product = counter.plan().await;
    let price = counter.price(&product, 5_000, Some(Frequency::Monthly)).await;
    let fee = counter.price(&product, 2_500, None).await;
    let tax = CreateTaxRate {
        name: "Sales tax".to_owned(),
        rate: "8.875".parse().unwrap(),
        tax_mode: TaxMode::Exclusive,
    };
    let Snapshot::TaxRate { id: tax, .. } = counter.make(Ask::CreateTaxRate(tax)).await else {
        panic!("a rate")
    };
    let enroll = CreateSubscription {
        items: vec![Item { price: price.clone(), quantity: 1, tax_rates: vec![tax.clone()] }],
        due_now: vec![Item { price: fee, quantity: 1, tax_rates: vec![tax] }],
        ..enrolls(&customer, &price)
    };
    let running = subscription(counter.make(Ask::CreateSubscription(enroll)).await);
    assert_eq!((running.state(), running.can_pause, running.whole), (SubscriptionState::Running, true, true));
    assert_eq!(running.items[0].amount, Some(cents(5_000)));
    assert!(running.ours.customer.is_some() && running.ours.effect.is_some());

    // The first charge: period, fee and tax.
    let read = counter.hears().await;
    let first = invoices(&read)[0].clone();
    assert_eq!((first.status.clone(), first.amount), (Some(InvoiceStatus::Paid), cents(8_166)));
    assert_eq!((first.tax, first.paid), (cents(666), cents(8_166)));
    assert_eq!(first.subscription.as_ref(), Some(&running.id));
    assert_eq!(first.period_end, running.period_end);
    assert!(counter.hears().await.is_empty());

    // A renewal is heard of.
    let read = counter.days_are_heard(32).await;
    let renewal = (*invoices(&read).last().unwrap()).clone();
    assert_ne!(renewal.id, first.id);
    assert_eq!((renewal.status.clone(), renewal.amount), (Some(InvoiceStatus::Paid), cents(5_444)));
    assert_eq!(renewal.period_start, running.period_end);
    assert_eq!(charges(&read).iter().filter(|charge| charge.amount == cents(5_444)).count(), 1);

    // Paused for 40 days: nothing is charged and nothing is credited.
    let of = |ask| Ask::Subscription { subscription: running.id.clone(), ask };
    let before = subscription(counter.object(Thing::Subscription(running.id.clone())).await);
    let paused = subscription(counter.make(of(SubscriptionAsk::Pause)).await);
    assert_eq!(paused.state(), SubscriptionState::Paused);
    assert!(matches!(paused.paused, Paused::Yes { .. }));
    counter.days_are_heard(40).await;
    assert_eq!(counter.double.charges().len(), 2);

    // Resumed, and the next charge moved by the days frozen.
    let resumed = subscription(counter.make(of(SubscriptionAsk::Resume)).await);
    assert_eq!(resumed.state(), SubscriptionState::Running);
    let to = Seconds(seconds(before.period_end.unwrap()) + 40 * DAY).instant();
    let shifted = subscription(counter.make(of(SubscriptionAsk::ShiftBilling(ShiftBilling { to }))).await);
    assert_eq!(shifted.trial_end, Some(to));
    assert_eq!(counter.double.charges().len(), 2);
    counter.hears().await;
    let days = (seconds(to) - counter.double.now()) / DAY + 1;
    let read = counter.days_are_heard(days).await;
    // What moved it is a trial, which has an invoice of nothing of its own.
    let moved: BTreeSet<Instant> = invoices(&read)
        .iter()
        .filter(|one| one.amount != cents(0))
        .filter_map(|one| one.period_start)
        .filter(|start| *start > paused.period_end.unwrap())
        .collect();
    assert_eq!(moved, BTreeSet::from([to]));
    assert_eq!(counter.double.charges().len(), 3);

    // Cancelled now: part of it goes back, and nothing else is charged.
    let last = counter.double.charges()[2].clone();
    let refund = Ask::GiveRefund(GiveRefund {
        of: Refunded::Charge(last.charge.parse().unwrap()),
        currency: Currency::USD,
        amount: cents(3_687),
    });
    let Snapshot::Refund(refund) = counter.make(refund).await else { panic!("a refund") };
    assert_eq!(refund.amount, cents(3_687));
    let ended = subscription(counter.make(of(SubscriptionAsk::CancelNow)).await);
    assert_eq!(ended.state(), SubscriptionState::Ended);
    assert!(matches!(counter.owe(&of(SubscriptionAsk::CancelNow)).await.turn, Turn::AlreadySo { .. }));
    counter.days_pass(100);
    assert_eq!(counter.double.charges().len(), 3);
    assert_eq!(counter.double.refunds().len(), 1);
    assert_eq!(counter.double.charged_twice("perennial_effect"), []);
}

#[tokio::test]
async fn a_later_start_charges_nothing_before() {
    let mut counter = Counter::opens().await;
    let (customer, _) = counter.member(CARD).await;
    let product = counter.plan().await;
    let price = counter.price(&product, 5_000, Some(Frequency::Annual)).await;
    let start = Seconds(counter.double.now() + 10 * DAY).instant();
    let ends_at = Some(Seconds(counter.double.now() + 740 * DAY).instant());
    let enroll = CreateSubscription { starts: Starts::At(start), ends_at, ..enrolls(&customer, &price) };
    let waiting = subscription(counter.make(Ask::CreateSubscription(enroll)).await);
    assert_eq!((waiting.trial_end, waiting.cancel_at), (Some(start), ends_at));
    // The setup fee waits with it.
    let fee = AddInvoiceItem {
        customer: customer.clone(),
        currency: Currency::USD,
        amount: cents(2_500),
        description: "Setup".to_owned(),
        goes_to: GoesTo::NextOf(waiting.id.clone()),
        period: None,
        tax_rates: Vec::new(),
    };
    assert!(matches!(counter.make(Ask::AddInvoiceItem(fee)).await, Snapshot::InvoiceItem { .. }));
    assert_eq!(counter.double.charges(), []);
    counter.days_pass(11);
    let charged: Vec<i64> = counter.double.charges().iter().map(|charge| charge.amount).collect();
    assert_eq!(charged, [7_500]);
}

#[tokio::test]
async fn an_opening_discount_is_taken_off_once() {
    let mut counter = Counter::opens().await;
    let (customer, _) = counter.member(CARD).await;
    let product = counter.plan().await;
    let price = counter.price(&product, 5_000, Some(Frequency::Monthly)).await;
    let coupon = CreateCoupon {
        currency: Currency::USD,
        amount_off: cents(2_000),
        name: "Opening discount".to_owned(),
    };
    let Snapshot::Coupon { id, .. } = counter.make(Ask::CreateCoupon(coupon)).await else {
        panic!("a coupon")
    };
    let enroll = CreateSubscription { opening_discount: Some(id), ..enrolls(&customer, &price) };
    counter.make(Ask::CreateSubscription(enroll)).await;
    counter.days_pass(32);
    let charged: Vec<i64> = counter.double.charges().iter().map(|charge| charge.amount).collect();
    assert_eq!(charged, [3_000, 5_000]);
}

#[tokio::test]
async fn a_failed_renewal_tells_why_and_is_paid_at_the_counter() {
    let mut counter = Counter::opens().await;
    let (customer, payment_method) = counter.member(CARD).await;
    let product = counter.plan().await;
    let price = counter.price(&product, 5_000, Some(Frequency::Monthly)).await;
    let running = subscription(counter.make(Ask::CreateSubscription(enrolls(&customer, &price))).await);
    counter.hears().await;
    let card = stripe_double::Action::SetCard {
        card: payment_method.to_string(),
        outcome: stripe_double::Outcome::Declines("insufficient_funds".to_owned()),
    };
    counter.double.act(&card).unwrap();
    let read = counter.days_are_heard(32).await;
    let open =
        invoices(&read).into_iter().find(|invoice| invoice.status == Some(InvoiceStatus::Open)).unwrap();
    assert_eq!((open.attempt_count, open.decline_code.as_deref()), (1, Some("insufficient_funds")));
    assert!(open.next_payment_attempt.is_some());
    let late = subscription(counter.object(Thing::Subscription(running.id.clone())).await);
    assert_eq!(late.state(), SubscriptionState::PastDue);
    let invoice = open.id.clone();
    let of = |ask| Ask::Invoice { invoice: invoice.clone(), ask };
    let retried = counter.owe(&of(InvoiceAsk::Pay(PayInvoice { payment_method: None }))).await;
    assert!(matches!(retried.turn, Turn::Refused(_)), "{retried:?}");
    let Snapshot::Invoice(paid) = counter.make(of(InvoiceAsk::PaidOutOfBand)).await else {
        panic!("an invoice")
    };
    assert_eq!((paid.status.clone(), paid.paid_out_of_band), (Some(InvoiceStatus::Paid), Some(true)));
    let again = counter.owe(&of(InvoiceAsk::PaidOutOfBand)).await;
    assert!(matches!(again.turn, Turn::AlreadySo { .. }), "{again:?}");
    let listed = counter.client.every::<Invoice>(ListOf::InvoicesOf(customer)).await.unwrap();
    let by_counter = listed.items.iter().filter(|invoice| invoice.is_paid_elsewhere() == Some(true)).count();
    assert_eq!((listed.items.len(), by_counter), (2, 1));
    let good = subscription(counter.object(Thing::Subscription(running.id)).await);
    assert_eq!(good.state(), SubscriptionState::Running);
    assert_eq!(counter.double.charges().len(), 1);
}

#[tokio::test]
async fn what_stripe_collected_first_is_no_money_at_the_counter() {
    let mut counter = Counter::opens().await;
    let (customer, _) = counter.member(CARD).await;
    let product = counter.plan().await;
    let price = counter.price(&product, 5_000, Some(Frequency::Monthly)).await;
    let running = subscription(counter.make(Ask::CreateSubscription(enrolls(&customer, &price))).await);
    let invoice = running.latest_invoice.unwrap();
    let ended = counter.owe(&Ask::Invoice { invoice, ask: InvoiceAsk::PaidOutOfBand }).await;
    let Turn::AlreadySo { body } = ended.turn else { panic!("{ended:?}") };
    let Snapshot::Invoice(invoice) = Snapshot::read(&body).unwrap() else { panic!("an invoice") };
    // The card paid: that charge is to be given back.
    assert!(invoice.paid_out_of_band == Some(false) && invoice.payment_intent.is_some());
}

#[tokio::test]
async fn a_late_enrollments_first_period_is_an_invoice_of_its_own() {
    let mut counter = Counter::opens().await;
    let (customer, _) = counter.member(CARD).await;
    let draft = CreateInvoice {
        customer: customer.clone(),
        currency: Currency::USD,
        description: "Gold, first period".to_owned(),
        payment_method: None,
    };
    let Snapshot::Invoice(draft) = counter.make(Ask::CreateInvoice(draft)).await else {
        panic!("an invoice")
    };
    let now = counter.double.now();
    let item = AddInvoiceItem {
        customer,
        currency: Currency::USD,
        amount: cents(5_000),
        description: "Gold".to_owned(),
        goes_to: GoesTo::Invoice(draft.id.clone()),
        period: Some((Seconds(now - 5 * DAY).instant(), Seconds(now + 25 * DAY).instant())),
        tax_rates: Vec::new(),
    };
    counter.make(Ask::AddInvoiceItem(item)).await;
    let pay = Ask::Invoice { invoice: draft.id, ask: InvoiceAsk::Pay(PayInvoice { payment_method: None }) };
    let Snapshot::Invoice(paid) = counter.make(pay).await else { panic!("an invoice") };
    assert_eq!((paid.status, paid.paid), (Some(InvoiceStatus::Paid), cents(5_000)));
    assert_eq!(paid.period_start, Some(Seconds(now - 5 * DAY).instant()));
    assert_eq!(counter.double.charges().len(), 1);
}

#[tokio::test]
async fn everything_else_that_is_asked_is_understood() {
    let mut counter = Counter::opens().await;
    let (customer, payment_method) = counter.member(CARD).await;
    let product = counter.plan().await;
    let price = counter.price(&product, 5_000, Some(Frequency::Monthly)).await;
    let dearer = counter.price(&product, 8_000, Some(Frequency::Monthly)).await;
    let running = subscription(counter.make(Ask::CreateSubscription(enrolls(&customer, &price))).await);
    let of = |ask| Ask::Subscription { subscription: running.id.clone(), ask };

    let renamed = UpdateCustomer {
        customer: customer.clone(),
        name: "Ann".to_owned(),
        email: Contact::Is("ann@example.net".to_owned()),
        phone: Contact::AsBefore,
    };
    counter.make(Ask::UpdateCustomer(renamed)).await;
    let archived =
        UpdateProduct { product, name: "Gold".to_owned(), description: String::new(), active: false };
    counter.make(Ask::UpdateProduct(archived)).await;
    let Snapshot::Price(old) = counter.make(Ask::DeactivatePrice(price)).await else { panic!("a price") };
    assert!(!old.active);

    let card = PaymentMethodOfSubscription { payment_method: payment_method.clone() };
    let named = subscription(counter.make(of(SubscriptionAsk::PaymentMethod(card))).await);
    assert_eq!(named.default_payment_method, Some(payment_method));
    let until = Seconds(counter.double.now() + 9 * DAY).instant();
    let pause = PauseCollection { resumes_at: Some(until) };
    let held = subscription(counter.make(of(SubscriptionAsk::PauseCollection(pause))).await);
    assert_eq!(
        (held.paused.clone(), held.state()),
        (Paused::Collection { resumes_at: Some(until) }, SubscriptionState::Paused)
    );
    let free = subscription(counter.make(of(SubscriptionAsk::ResumeCollection)).await);
    assert_eq!(free.state(), SubscriptionState::Running);

    let ending = subscription(counter.make(of(SubscriptionAsk::CancelAtPeriodEnd)).await);
    assert!(ending.cancel_at_period_end);
    let kept = subscription(counter.make(of(SubscriptionAsk::TakeBackPeriodEnd)).await);
    assert_eq!((kept.cancel_at_period_end, kept.cancel_at), (false, None));
    let dated = subscription(counter.make(of(SubscriptionAsk::CancelAt(until))).await);
    assert_eq!(dated.cancel_at, Some(until));
    let kept = subscription(counter.make(of(SubscriptionAsk::TakeBackDate)).await);
    assert_eq!(kept.cancel_at, None);

    // Down at the next billing date, and more people from then on: nothing is charged today.
    counter.days_pass(3);
    let to = Item { price: dearer.clone(), quantity: 3, tax_rates: Vec::new() };
    let change = of(SubscriptionAsk::ChangeItems(ChangeItems {
        items: vec![ItemChange::Set { item: running.items[0].id.clone(), to }],
        proration: Proration::None,
        anchor: Anchor::Kept,
    }));
    let changed = subscription(counter.make(change).await);
    let item = &changed.items[0];
    assert_eq!((&item.price, item.quantity, item.amount), (&dearer, 3, Some(cents(8_000))));
    assert_eq!((changed.period_end, counter.double.charges().len()), (running.period_end, 1));

    let portal = OpenPortal {
        customer: customer.clone(),
        return_url: "https://example.org".to_owned(),
        card_only: true,
    };
    let Turn::Done { body, .. } = counter.owe(&Ask::OpenPortal(portal)).await.turn else { panic!("a page") };
    let page: billing::read::PortalSession = billing::read::read(&body).unwrap();
    assert!(page.url.starts_with("http"));

    counter.make(of(SubscriptionAsk::CancelNow)).await;
    let gone = counter.owe(&Ask::DeleteCustomer(customer.clone())).await;
    assert!(matches!(gone.turn, Turn::Done { .. }), "{gone:?}");
    let Snapshot::Customer(read) = counter.object(Thing::Customer(customer)).await else {
        panic!("a customer")
    };
    assert!(read.deleted);
}

#[tokio::test]
async fn a_key_is_checked_and_what_it_lacks_is_named() {
    let counter = Counter::opens().await;
    let check = counter.client.check_key().await.unwrap();
    assert_eq!(check.missing, []);
    assert!(check.account.is_some());
    let narrow = "rk_test_narrow00000000000000";
    counter.double.allow_key(narrow, &["rak_customer_write", "rak_event_read"]);
    let base = counter.double.base_url().parse().unwrap();
    let client = wire::Client::new(base, narrow.parse().unwrap(), wire::Patience::default()).unwrap();
    let missing: Vec<&str> =
        client.check_key().await.unwrap().missing.iter().map(|permission| permission.resource).collect();
    assert_eq!(
        missing,
        ["Products", "Prices", "Coupons", "Tax Rates", "Subscriptions", "Disputes", "Accounts"]
    );
}
