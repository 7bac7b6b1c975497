use super::*;
use domain::money::{Currency, Money};
use domain::plan::{Frequency, TaxMode};
use serde_json::json;
use uuid::Uuid;

const MARKS: &str = "metadata[perennial_effect]=00000000-0000-0000-0000-000000000001\
&metadata[perennial_practice]=north&metadata[perennial_enrollment]=00000000-0000-0000-0000-000000000002";

fn mark() -> Mark {
    Mark {
        effect: EffectId(Uuid::from_u128(1)),
        practice: "north".to_owned(),
        about: About::Enrollment(EnrollmentId(Uuid::from_u128(2))),
    }
}

/// Method, path and body, with the percent signs taken out of the body.
fn said(ask: &Ask) -> (String, String) {
    let frozen = ask.freeze(&mark()).unwrap();
    assert_eq!(frozen.key, mark().effect);
    assert!(frozen.body.is_ascii() && !frozen.body.contains(['[', ' ', '{']), "{}", frozen.body);
    let body: Vec<String> = form_urlencoded::parse(frozen.body.as_bytes())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    (format!("{} {}", frozen.method.name(), frozen.path), body.join("&"))
}

fn usd() -> Currency {
    Currency::USD
}

fn cents(minor: i64) -> Money {
    Money::from_minor(minor)
}

fn at(seconds: i64) -> Instant {
    Instant::from_millis(seconds * 1_000)
}

macro_rules! id {
    ($text:literal) => {
        $text.parse().unwrap()
    };
}

fn item(price: &str, quantity: u32) -> Item {
    Item { price: price.parse().unwrap(), quantity, tax_rates: vec![id!("txr_1")] }
}

fn subscription() -> CreateSubscription {
    CreateSubscription {
        customer: id!("cus_1"),
        currency: usd(),
        items: vec![item("price_1", 1), item("price_2", 3)],
        starts: Starts::Now,
        setup_fee: None,
        opening_discount: None,
        ends_at: None,
        payment_method: Some(id!("pm_1")),
    }
}

fn of_subscription(ask: SubscriptionAsk) -> Ask {
    Ask::Subscription { subscription: id!("sub_1"), ask }
}

fn of_invoice(ask: InvoiceAsk) -> Ask {
    Ask::Invoice { invoice: id!("in_1"), ask }
}

/// Every request: method and path, the body before the marks, and whether the object keeps marks.
fn table() -> Vec<(Ask, &'static str, &'static str, bool)> {
    let customer = Ask::CreateCustomer(CreateCustomer {
        name: "Ann Ö & Co".to_owned(),
        email: Some("ann+1@example.org".to_owned()),
        phone: None,
    });
    let updated = Ask::UpdateCustomer(UpdateCustomer {
        customer: id!("cus_1"),
        name: "Ann".to_owned(),
        email: Some("ann@example.org".to_owned()),
        phone: None,
    });
    let price = |every, tax_mode| {
        Ask::CreatePrice(CreatePrice {
            product: id!("prod_1"),
            currency: usd(),
            amount: cents(5_000),
            every,
            tax_mode,
        })
    };
    let refund = |of| Ask::GiveRefund(GiveRefund { of, currency: usd(), amount: cents(6_774) });
    vec![
        (customer, "POST /v1/customers", "email=ann+1@example.org&name=Ann Ö & Co", true),
        (updated, "POST /v1/customers/cus_1", "email=ann@example.org&name=Ann", true),
        (Ask::DeleteCustomer(id!("cus_1")), "DELETE /v1/customers/cus_1", "", false),
        (
            Ask::SetDefaultPaymentMethod { customer: id!("cus_1"), payment_method: id!("pm_1") },
            "POST /v1/customers/cus_1",
            "invoice_settings[default_payment_method]=pm_1",
            true,
        ),
        (
            Ask::OpenPortal(OpenPortal {
                customer: id!("cus_1"),
                return_url: "https://example.org/back".to_owned(),
                card_only: true,
            }),
            "POST /v1/billing_portal/sessions",
            "customer=cus_1&return_url=https://example.org/back&flow_data[type]=payment_method_update",
            false,
        ),
        (
            Ask::CreateProduct(CreateProduct {
                name: "Gold".to_owned(),
                description: "All of it".to_owned(),
            }),
            "POST /v1/products",
            "description=All of it&name=Gold",
            true,
        ),
        (
            Ask::UpdateProduct(UpdateProduct {
                product: id!("gold-plan"),
                name: "Gold".to_owned(),
                description: String::new(),
                active: false,
            }),
            "POST /v1/products/gold-plan",
            "active=false&name=Gold&description=",
            true,
        ),
        (
            price(Some(Frequency::Monthly), TaxMode::Exclusive),
            "POST /v1/prices",
            "currency=usd&product=prod_1&recurring[interval]=month&recurring[interval_count]=1&tax_behavior=exclusive&unit_amount=5000",
            true,
        ),
        (
            price(Some(Frequency::SemiAnnual), TaxMode::Inclusive),
            "POST /v1/prices",
            "currency=usd&product=prod_1&recurring[interval]=month&recurring[interval_count]=6&tax_behavior=inclusive&unit_amount=5000",
            true,
        ),
        (
            price(Some(Frequency::Annual), TaxMode::Exclusive),
            "POST /v1/prices",
            "currency=usd&product=prod_1&recurring[interval]=year&recurring[interval_count]=1&tax_behavior=exclusive&unit_amount=5000",
            true,
        ),
        (
            price(None, TaxMode::Exclusive),
            "POST /v1/prices",
            "currency=usd&product=prod_1&tax_behavior=exclusive&unit_amount=5000",
            true,
        ),
        (Ask::DeactivatePrice(id!("price_1")), "POST /v1/prices/price_1", "active=false", true),
        (
            Ask::CreateCoupon(CreateCoupon {
                currency: usd(),
                amount_off: cents(2_000),
                name: "Opening".to_owned(),
            }),
            "POST /v1/coupons",
            "amount_off=2000&currency=usd&duration=once&max_redemptions=1&name=Opening",
            true,
        ),
        (
            Ask::CreateTaxRate(CreateTaxRate {
                name: "Sales tax".to_owned(),
                rate: "8.875".parse().unwrap(),
                tax_mode: TaxMode::Exclusive,
            }),
            "POST /v1/tax_rates",
            "display_name=Sales tax&inclusive=false&percentage=8.875",
            true,
        ),
        (
            Ask::ChargeCard(ChargeCard {
                customer: id!("cus_1"),
                payment_method: id!("pm_1"),
                currency: usd(),
                amount: cents(1_250),
                description: "Receipt A-17".to_owned(),
            }),
            "POST /v1/payment_intents",
            "amount=1250&automatic_payment_methods[allow_redirects]=never&automatic_payment_methods[enabled]=true&confirm=true&currency=usd&customer=cus_1&description=Receipt A-17&off_session=true&payment_method=pm_1",
            true,
        ),
        (
            refund(Refunded::Charge(id!("ch_1"))),
            "POST /v1/refunds",
            "amount=6774&charge=ch_1&reason=requested_by_customer",
            true,
        ),
        (
            refund(Refunded::PaymentIntent(id!("pi_1"))),
            "POST /v1/refunds",
            "amount=6774&payment_intent=pi_1&reason=requested_by_customer",
            true,
        ),
        (
            Ask::AddInvoiceItem(AddInvoiceItem {
                customer: id!("cus_1"),
                currency: usd(),
                amount: cents(-500),
                description: "Credit".to_owned(),
                goes_to: GoesTo::NextOf(id!("sub_1")),
                period: None,
                tax_rates: Vec::new(),
            }),
            "POST /v1/invoiceitems",
            "amount=-500&currency=usd&customer=cus_1&description=Credit&subscription=sub_1",
            true,
        ),
        (
            Ask::AddInvoiceItem(AddInvoiceItem {
                customer: id!("cus_1"),
                currency: usd(),
                amount: cents(5_000),
                description: "First period".to_owned(),
                goes_to: GoesTo::Invoice(id!("in_1")),
                period: Some((at(1_790_000_000), at(1_792_592_000))),
                tax_rates: vec![id!("txr_1")],
            }),
            "POST /v1/invoiceitems",
            "amount=5000&currency=usd&customer=cus_1&description=First period&invoice=in_1&period[end]=1792592000&period[start]=1790000000&tax_rates[0]=txr_1",
            true,
        ),
        (
            Ask::CreateInvoice(CreateInvoice {
                customer: id!("cus_1"),
                currency: usd(),
                description: "Gold, first period".to_owned(),
                payment_method: None,
            }),
            "POST /v1/invoices",
            "auto_advance=false&collection_method=charge_automatically&currency=usd&customer=cus_1&description=Gold, first period&pending_invoice_items_behavior=exclude",
            true,
        ),
        (of_invoice(InvoiceAsk::Finalize), "POST /v1/invoices/in_1/finalize", "auto_advance=false", false),
        (
            of_invoice(InvoiceAsk::Pay(PayInvoice { payment_method: Some(id!("pm_2")) })),
            "POST /v1/invoices/in_1/pay",
            "off_session=true&payment_method=pm_2",
            false,
        ),
        (of_invoice(InvoiceAsk::PaidOutOfBand), "POST /v1/invoices/in_1/pay", "paid_out_of_band=true", false),
        (of_invoice(InvoiceAsk::Void), "POST /v1/invoices/in_1/void", "", false),
        (
            of_subscription(SubscriptionAsk::Pause),
            "POST /v1/subscriptions/sub_1/pause",
            "bill_for[outstanding_usage_through][type]=none&bill_for[unused_time_from][type]=none&type=subscription",
            false,
        ),
        (
            of_subscription(SubscriptionAsk::Resume),
            "POST /v1/subscriptions/sub_1/resume",
            "billing_cycle_anchor[type]=unchanged&proration_behavior=none",
            false,
        ),
        (
            of_subscription(SubscriptionAsk::PauseCollection(PauseCollection {
                resumes_at: Some(at(1_790_000_000)),
            })),
            "POST /v1/subscriptions/sub_1",
            "pause_collection[behavior]=void&pause_collection[resumes_at]=1790000000",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::ResumeCollection),
            "POST /v1/subscriptions/sub_1",
            "pause_collection=",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::CancelAtPeriodEnd),
            "POST /v1/subscriptions/sub_1",
            "cancel_at_period_end=true",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::TakeBackPeriodEnd),
            "POST /v1/subscriptions/sub_1",
            "cancel_at_period_end=false",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::CancelAt(at(1_790_000_000))),
            "POST /v1/subscriptions/sub_1",
            "cancel_at=1790000000&proration_behavior=none",
            true,
        ),
        (of_subscription(SubscriptionAsk::TakeBackDate), "POST /v1/subscriptions/sub_1", "cancel_at=", true),
        (
            of_subscription(SubscriptionAsk::CancelNow),
            "DELETE /v1/subscriptions/sub_1?invoice_now=false&prorate=false",
            "",
            false,
        ),
        (
            of_subscription(SubscriptionAsk::ShiftBilling(ShiftBilling { to: at(1_790_000_000) })),
            "POST /v1/subscriptions/sub_1",
            "proration_behavior=none&trial_end=1790000000",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::PaymentMethod(PaymentMethodOfSubscription {
                payment_method: id!("pm_1"),
            })),
            "POST /v1/subscriptions/sub_1",
            "default_payment_method=pm_1",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::ChangeItems(ChangeItems {
                items: vec![
                    ItemChange::Set { item: id!("si_1"), to: item("price_9", 1) },
                    ItemChange::Remove(id!("si_2")),
                    ItemChange::Add(item("price_8", 4)),
                ],
                proration: Proration::None,
                anchor: Anchor::Now,
            })),
            "POST /v1/subscriptions/sub_1",
            "billing_cycle_anchor[type]=now&items[0][id]=si_1&items[0][price]=price_9&items[0][quantity]=1&items[0][tax_rates][0]=txr_1&items[1][deleted]=true&items[1][id]=si_2&items[2][price]=price_8&items[2][quantity]=4&items[2][tax_rates][0]=txr_1&off_session=true&payment_behavior=error_if_incomplete&proration_behavior=none",
            true,
        ),
        (
            of_subscription(SubscriptionAsk::ChangeItems(ChangeItems {
                items: vec![ItemChange::Set { item: id!("si_1"), to: item("price_9", 1) }],
                proration: Proration::AlwaysInvoice,
                anchor: Anchor::Kept,
            })),
            "POST /v1/subscriptions/sub_1",
            "items[0][id]=si_1&items[0][price]=price_9&items[0][quantity]=1&items[0][tax_rates][0]=txr_1&off_session=true&payment_behavior=error_if_incomplete&proration_behavior=always_invoice",
            true,
        ),
        (
            Ask::CreateSubscription(CreateSubscription {
                setup_fee: Some(item("price_fee", 1)),
                opening_discount: Some(id!("OPEN20")),
                ends_at: Some(at(1_800_000_000)),
                ..subscription()
            }),
            "POST /v1/subscriptions",
            "add_invoice_items[0][price]=price_fee&add_invoice_items[0][quantity]=1&add_invoice_items[0][tax_rates][0]=txr_1&billing_mode[type]=flexible&cancel_at=1800000000&collection_method=charge_automatically&currency=usd&customer=cus_1&default_payment_method=pm_1&discounts[0][coupon]=OPEN20&items[0][price]=price_1&items[0][quantity]=1&items[0][tax_rates][0]=txr_1&items[1][price]=price_2&items[1][quantity]=3&items[1][tax_rates][0]=txr_1&off_session=true&payment_behavior=error_if_incomplete&proration_behavior=none",
            true,
        ),
        (
            Ask::CreateSubscription(CreateSubscription {
                items: vec![item("price_1", 1)],
                starts: Starts::At(at(1_795_000_000)),
                payment_method: None,
                ..subscription()
            }),
            "POST /v1/subscriptions",
            "billing_mode[type]=flexible&collection_method=charge_automatically&currency=usd&customer=cus_1&items[0][price]=price_1&items[0][quantity]=1&items[0][tax_rates][0]=txr_1&off_session=true&payment_behavior=error_if_incomplete&proration_behavior=none&trial_end=1795000000",
            true,
        ),
    ]
}

#[test]
fn every_request_says_exactly_this() {
    for (ask, line, body, marked) in table() {
        let expected = match (body, marked) {
            (body, false) => body.to_owned(),
            (body, true) => format!("{body}&{MARKS}"),
        };
        assert_eq!(said(&ask), (line.to_owned(), expected), "{ask:?}");
    }
}

#[test]
fn a_setup_session_marks_what_it_leaves_behind() {
    let ask = Ask::SetUpCard(SetUpCard {
        customer: id!("cus_1"),
        currency: usd(),
        success_url: "https://example.org/done?session={CHECKOUT_SESSION_ID}".to_owned(),
    });
    let (line, body) = said(&ask);
    assert_eq!(line, "POST /v1/checkout/sessions");
    let start = "currency=usd&customer=cus_1&mode=setup&success_url=https://example.org/done?session={CHECKOUT_SESSION_ID}";
    assert_eq!(
        body,
        format!("{start}&{MARKS}&{}", MARKS.replace("metadata[", "setup_intent_data[metadata]["))
    );
}

#[test]
fn the_bytes_are_the_same_each_time_and_survive_being_stored() {
    for (ask, ..) in table() {
        let first = ask.freeze(&mark()).unwrap();
        assert_eq!(ask.freeze(&mark()).unwrap(), first);
        let stored: Ask = serde_json::from_str(&serde_json::to_string(&ask).unwrap()).unwrap();
        assert_eq!(stored.freeze(&mark()).unwrap(), first);
        let kept: Frozen = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
        assert_eq!(kept, first);
    }
    assert_eq!(
        table()[0].0.freeze(&mark()).unwrap().body,
        "email=ann%2B1%40example.org&name=Ann+%C3%96+%26+Co&metadata%5Bperennial_effect%5D=00000000-0000-0000-0000-\
         000000000001&metadata%5Bperennial_practice%5D=north&metadata%5Bperennial_enrollment%5D=00000000-0000-0000-\
         0000-000000000002"
    );
}

#[test]
fn what_stripe_could_only_refuse_is_not_asked() {
    let refused = |ask: Ask| ask.freeze(&mark()).unwrap_err();
    let nothing = CreateSubscription { items: Vec::new(), ..subscription() };
    assert_eq!(refused(Ask::CreateSubscription(nothing)), AskProblem::NothingBilled);
    let many = CreateSubscription { items: vec![item("price_1", 10_000)], ..subscription() };
    assert_eq!(refused(Ask::CreateSubscription(many)), AskProblem::Quantity { quantity: 10_000 });
    let later = CreateSubscription {
        starts: Starts::At(at(1)),
        setup_fee: Some(item("price_fee", 1)),
        ..subscription()
    };
    assert_eq!(refused(Ask::CreateSubscription(later)), AskProblem::FeeBeforeStart);
    let charge = |minor| {
        Ask::ChargeCard(ChargeCard {
            customer: id!("cus_1"),
            payment_method: id!("pm_1"),
            currency: usd(),
            amount: cents(minor),
            description: String::new(),
        })
    };
    assert!(matches!(refused(charge(49)), AskProblem::Amount(AmountProblem::TooSmall { .. })));
    let refund = |minor| {
        Ask::GiveRefund(GiveRefund {
            of: Refunded::Charge(id!("ch_1")),
            currency: usd(),
            amount: cents(minor),
        })
    };
    assert!(matches!(refused(refund(0)), AskProblem::Amount(AmountProblem::NotPositive { .. })));
    assert!(refund(1).freeze(&mark()).is_ok());
    let session = |success_url: &str| {
        Ask::SetUpCard(SetUpCard {
            customer: id!("cus_1"),
            currency: usd(),
            success_url: success_url.to_owned(),
        })
    };
    for address in ["javascript:alert(1)", "", "https://a b", "ftp://x"] {
        assert!(matches!(refused(session(address)), AskProblem::Address { .. }), "{address}");
    }
}

#[test]
fn readings_are_paths() {
    let path = |of| Reading::list(of).path();
    assert_eq!(
        path(ListOf::Events { from: crate::read::Seconds(1_790_000_000) }),
        "/v1/events?created%5Bgte%5D=1790000000&limit=100"
    );
    assert_eq!(
        path(ListOf::SubscriptionsOf(id!("cus_1"))),
        "/v1/subscriptions?customer=cus_1&status=all&limit=100"
    );
    assert_eq!(path(ListOf::RefundsOfPayment(id!("pi_1"))), "/v1/refunds?payment_intent=pi_1&limit=100");
    assert_eq!(path(ListOf::PaymentMethodsOf(id!("cus_1"))), "/v1/customers/cus_1/payment_methods?limit=100");
    let second = Reading::List { of: ListOf::Customers, after: Some("cus_9".to_owned()) };
    assert_eq!(second.path(), "/v1/customers?limit=100&starting_after=cus_9");
    assert_eq!(
        Reading::One(Thing::Invoice(id!("in_1"))).path(),
        "/v1/invoices/in_1?expand%5B%5D=payments.data.payment.payment_intent"
    );
    let search = Reading::Search { what: Searched::Prices, effect: mark().effect, page: None };
    assert_eq!(
        search.path(),
        "/v1/prices/search?query=metadata%5B%27perennial_effect%27%5D%3A%2700000000-0000-0000-0000-000000000001%27&limit=100"
    );
}

#[test]
fn every_request_can_be_looked_up_or_be_repeated_without_harm() {
    for (ask, line, ..) in table() {
        let frozen = ask.freeze(&mark()).unwrap();
        let harmless = frozen.path.starts_with("/v1/billing_portal/");
        assert_eq!(LookUp::of(&frozen).reading.is_none(), harmless, "{line}");
    }
}

#[test]
fn a_look_finds_the_effect_in_what_it_made() {
    let refund = Ask::GiveRefund(GiveRefund {
        of: Refunded::PaymentIntent(id!("pi_1")),
        currency: usd(),
        amount: cents(500),
    });
    let look = LookUp::of(&refund.freeze(&mark()).unwrap());
    let reading = look.reading.clone().unwrap();
    assert_eq!(reading, Reading::list(ListOf::RefundsOfPayment(id!("pi_1"))));
    let judged = |page: serde_json::Value| look.judge(&reading, page.to_string().as_bytes()).unwrap();
    let ours = json!({"object": "refund", "id": "re_2", "metadata": {"perennial_effect": mark().effect.to_string()}});
    let other = json!({"object": "refund", "id": "re_1", "metadata": {"perennial_effect": Uuid::from_u128(9).to_string()}});
    let page =
        |data: Vec<&serde_json::Value>, more: bool| json!({"object": "list", "data": data, "has_more": more});
    assert_eq!(judged(page(vec![&other, &ours], true)), Looked::Done { body: ours.to_string().into_bytes() });
    assert_eq!(judged(page(vec![&other], false)), Looked::NotDone);
    let more = Reading::List { of: ListOf::RefundsOfPayment(id!("pi_1")), after: Some("re_1".to_owned()) };
    assert_eq!(judged(page(vec![&other], true)), Looked::More(more));
}

#[test]
fn a_look_reads_the_state_of_what_keeps_no_mark() {
    let judged = |ask: Ask, object: serde_json::Value| {
        let look = LookUp::of(&ask.freeze(&mark()).unwrap());
        let looked = look.judge(look.reading.as_ref().unwrap(), object.to_string().as_bytes()).unwrap();
        matches!(looked, Looked::Done { .. })
    };
    let subscription = |status: &str| json!({"object": "subscription", "id": "sub_1", "status": status});
    for (ask, done, not_done) in [
        (SubscriptionAsk::Pause, "paused", "active"),
        (SubscriptionAsk::Resume, "active", "paused"),
        (SubscriptionAsk::CancelNow, "canceled", "active"),
    ] {
        assert!(judged(of_subscription(ask.clone()), subscription(done)));
        assert!(!judged(of_subscription(ask), subscription(not_done)));
    }
    let invoice = |status: &str| json!({"object": "invoice", "id": "in_1", "status": status});
    assert!(judged(of_invoice(InvoiceAsk::PaidOutOfBand), invoice("paid")));
    assert!(!judged(of_invoice(InvoiceAsk::Void), invoice("open")));
    assert!(judged(
        Ask::DeleteCustomer(id!("cus_1")),
        json!({"object": "customer", "id": "cus_1", "deleted": true})
    ));
}

#[test]
fn a_declined_payment_is_found_as_declined() {
    let ask = Ask::ChargeCard(ChargeCard {
        customer: id!("cus_1"),
        payment_method: id!("pm_1"),
        currency: usd(),
        amount: cents(500),
        description: String::new(),
    });
    let look = LookUp::of(&ask.freeze(&mark()).unwrap());
    let page = json!({"object": "list", "has_more": false, "data": [
        {"object": "payment_intent", "id": "pi_1", "status": "requires_payment_method",
         "metadata": {"perennial_effect": mark().effect.to_string()},
         "last_payment_error": {"code": "card_declined", "decline_code": "expired_card"}}]});
    let looked = look.judge(look.reading.as_ref().unwrap(), page.to_string().as_bytes()).unwrap();
    let Looked::Declined(verdict) = looked else { panic!("{looked:?}") };
    assert_eq!(verdict.words().what, "The card has expired. No money moved.");
}
