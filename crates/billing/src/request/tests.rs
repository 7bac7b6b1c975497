mod table;

use super::*;
use crate::read::NoStripeId;
use domain::money::{Currency, Money};
use domain::plan::{Frequency, TaxMode};
use serde_json::json;
use std::str::FromStr;
use table::table;
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

fn id<Id: FromStr<Err = NoStripeId>>(text: &str) -> Id {
    text.parse().unwrap()
}

fn item(price: &str, quantity: u32) -> Item {
    Item { price: price.parse().unwrap(), quantity, tax_rates: vec![id("txr_1")] }
}

fn subscription() -> CreateSubscription {
    CreateSubscription {
        customer: id("cus_1"),
        currency: usd(),
        items: vec![item("price_1", 1), item("price_2", 3)],
        starts: Starts::Now,
        due_now: Vec::new(),
        opening_discount: None,
        ends_at: None,
        payment_method: Some(id("pm_1")),
    }
}

fn of_subscription(ask: SubscriptionAsk) -> Ask {
    Ask::Subscription { subscription: id("sub_1"), ask }
}

fn of_invoice(ask: InvoiceAsk) -> Ask {
    Ask::Invoice { invoice: id("in_1"), ask }
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
        customer: id("cus_1"),
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
fn an_empty_word_is_not_said() {
    let ask = CreateCustomer { name: "Ann".to_owned(), email: Some(String::new()), phone: None };
    assert_eq!(said(&Ask::CreateCustomer(ask)).1, format!("name=Ann&{MARKS}"));
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
        opening_discount: Some(id("coupon_1")),
        ..subscription()
    };
    assert_eq!(refused(Ask::CreateSubscription(later)), AskProblem::DiscountBeforeStart);
    let charge = |minor| {
        Ask::ChargeCard(ChargeCard {
            customer: id("cus_1"),
            payment_method: id("pm_1"),
            currency: usd(),
            amount: cents(minor),
            description: String::new(),
        })
    };
    assert!(matches!(refused(charge(49)), AskProblem::Amount(AmountProblem::TooSmall { .. })));
    let refund = |minor| {
        Ask::GiveRefund(GiveRefund {
            of: Refunded::Charge(id("ch_1")),
            currency: usd(),
            amount: cents(minor),
        })
    };
    assert!(matches!(refused(refund(0)), AskProblem::Amount(AmountProblem::NotPositive { .. })));
    assert!(refund(1).freeze(&mark()).is_ok());
    let session = |success_url: &str| {
        Ask::SetUpCard(SetUpCard {
            customer: id("cus_1"),
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
        path(ListOf::SubscriptionsOf(id("cus_1"))),
        "/v1/subscriptions?customer=cus_1&status=all&limit=100"
    );
    assert_eq!(path(ListOf::RefundsOfPayment(id("pi_1"))), "/v1/refunds?payment_intent=pi_1&limit=100");
    assert_eq!(
        path(ListOf::InvoicesOf(id("cus_1"))),
        "/v1/invoices?customer=cus_1&expand%5B%5D=data.payments&limit=100"
    );
    assert_eq!(path(ListOf::PaymentMethodsOf(id("cus_1"))), "/v1/customers/cus_1/payment_methods?limit=100");
    let second = Reading::List { of: ListOf::Customers, after: Some("cus_9".to_owned()) };
    assert_eq!(second.path(), "/v1/customers?limit=100&starting_after=cus_9");
    assert_eq!(
        Reading::One(Thing::Invoice(id("in_1"))).path(),
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
        of: Refunded::PaymentIntent(id("pi_1")),
        currency: usd(),
        amount: cents(500),
    });
    let look = LookUp::of(&refund.freeze(&mark()).unwrap());
    let reading = look.reading.clone().unwrap();
    assert_eq!(reading, Reading::list(ListOf::RefundsOfPayment(id("pi_1"))));
    let judged = |page: serde_json::Value| look.judge(&reading, page.to_string().as_bytes()).unwrap();
    let ours = json!({"object": "refund", "id": "re_2", "metadata": {"perennial_effect": mark().effect.to_string()}});
    let other = json!({"object": "refund", "id": "re_1", "metadata": {"perennial_effect": Uuid::from_u128(9).to_string()}});
    let page =
        |data: Vec<&serde_json::Value>, more: bool| json!({"object": "list", "data": data, "has_more": more});
    assert_eq!(
        judged(page(vec![&other, &ours], true)),
        Looked::Done { body: ours.to_string().into_bytes().into() }
    );
    assert_eq!(judged(page(vec![&other], false)), Looked::NotDone);
    let more = Reading::List { of: ListOf::RefundsOfPayment(id("pi_1")), after: Some("re_1".to_owned()) };
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
        Ask::DeleteCustomer(id("cus_1")),
        json!({"object": "customer", "id": "cus_1", "deleted": true})
    ));
}

#[test]
fn a_declined_payment_is_found_as_declined() {
    let ask = Ask::ChargeCard(ChargeCard {
        customer: id("cus_1"),
        payment_method: id("pm_1"),
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
