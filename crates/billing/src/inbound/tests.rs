use super::*;
use crate::answer::{Answer, Reply};
use crate::read::{Event, Seconds, read_value};
use crate::request::Thing;
use domain::Instant;
use proptest::prelude::*;
use serde_json::{Value, json};

const T: i64 = 1_790_000_000;
const DAY: i64 = 86_400;

fn event(id: &str, created: i64, object: Value) -> Event {
    read_value(
        json!({"object": "event", "id": id, "type": "x.updated", "created": created, "livemode": false,
                      "data": {"object": object}}),
    )
    .unwrap()
}

fn bare(id: &str, created: i64) -> Event {
    event(id, created, json!({}))
}

fn ids(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.id.as_str()).collect()
}

fn read(object: Value) -> Snapshot {
    Snapshot::read(object.to_string().as_bytes()).unwrap()
}

fn at(seconds: i64) -> Instant {
    Seconds(seconds).instant()
}

fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

#[test]
fn polls_overlap_and_what_was_seen_is_dropped() {
    let cursor = Cursor::reconciled(Seconds(T));
    assert_eq!(cursor.next(Seconds(T)), NextPoll::Events { from: Seconds(T - 600) });
    let taken =
        cursor.take(vec![bare("evt_b", T + 5), bare("evt_a", T + 5), bare("evt_c", T + 1)], Seconds(T + 9));
    assert_eq!(ids(&taken.fresh), ["evt_c", "evt_a", "evt_b"]);
    let cursor = taken.cursor;
    assert_eq!((cursor.newest, cursor.polled), (Seconds(T + 5), Seconds(T + 9)));
    // One of the same second shows up later, and one from before.
    let later =
        vec![bare("evt_d", T + 5), bare("evt_b", T + 5), bare("evt_e", T - 400), bare("evt_a", T + 5)];
    assert_eq!(ids(&cursor.take(later, Seconds(T + 60)).fresh), ["evt_e", "evt_d"]);
}

#[test]
fn a_quiet_month_is_not_being_away() {
    let mut cursor = Cursor::reconciled(Seconds(T));
    for day in 1..=40 {
        let now = Seconds(T + day * DAY);
        assert_eq!(cursor.next(now), NextPoll::Events { from: Seconds(T - 600) });
        cursor = cursor.take(Vec::new(), now).cursor;
    }
    let back = Seconds(T + 65 * DAY);
    assert_eq!(cursor.next(Seconds(back.0 - 1)), NextPoll::Events { from: Seconds(T - 600) });
    assert_eq!(cursor.next(back), NextPoll::Reconcile);
    assert_eq!(Cursor::reconciled(back).next(back), NextPoll::Events { from: Seconds(back.0 - 600) });
}

proptest! {
    /// Whatever is up to ten minutes late: each event is taken once, though the program may die before any commit.
    #[test]
    fn each_event_is_taken_once(
        events in proptest::collection::vec((0_i64..7_200, 0_i64..600), 1..60),
        polls in proptest::collection::vec((1_i64..900, any::<bool>()), 1..40),
    ) {
        let events: Vec<(Event, i64)> = events
            .into_iter()
            .enumerate()
            .map(|(n, (created, late))| (bare(&format!("evt_{n}"), T + created), T + created + late))
            .collect();
        let mut cursor = Cursor::reconciled(Seconds(T));
        let mut taken: Vec<String> = Vec::new();
        let mut now = T;
        let mut poll = |now: i64, commits: bool| {
            let NextPoll::Events { from } = cursor.next(Seconds(now)) else { panic!("away") };
            let shown = events.iter().filter(|(event, shown)| event.created >= from && *shown <= now);
            let heard = cursor.take(shown.map(|(event, _)| event.clone()).rev().collect(), Seconds(now));
            if commits {
                taken.extend(heard.fresh.iter().map(|event| event.id.to_string()));
                cursor = heard.cursor;
            }
        };
        for (pause, commits) in polls {
            now += pause;
            poll(now, commits);
        }
        poll(T + 9_000, true);
        let count = taken.len();
        taken.sort();
        taken.dedup();
        prop_assert_eq!((taken.len(), count), (events.len(), events.len()));
    }
}

#[test]
fn events_only_say_what_to_read() {
    let things =
        |object: Value| -> Vec<Thing> { touched(&[event("evt_1", T, object)]).into_iter().collect() };
    let invoice = json!({"object": "invoice", "id": "in_1", "status": "paid",
                         "parent": {"subscription_details": {"subscription": "sub_1"}}});
    assert_eq!(
        things(invoice),
        [Thing::Subscription("sub_1".parse().unwrap()), Thing::Invoice("in_1".parse().unwrap())]
    );
    let dispute = json!({"object": "dispute", "id": "dp_1", "charge": {"object": "charge", "id": "ch_1"}});
    assert_eq!(
        things(dispute),
        [Thing::Charge("ch_1".parse().unwrap()), Thing::Dispute("dp_1".parse().unwrap())]
    );
    let payment = json!({"object": "invoice_payment", "id": "inpay_1", "invoice": "in_1", "payment": {}});
    assert_eq!(things(payment), [Thing::Invoice("in_1".parse().unwrap())]);
    assert_eq!(things(json!({"object": "plan", "id": "plan_1"})), []);
    assert_eq!(things(json!({"object": "customer", "id": "../x"})), []);
    assert_eq!(things(Value::Null), []);
}

#[test]
fn a_card_taken_away_leads_to_who_had_it() {
    let detached: Event =
        read_value(json!({"object": "event", "id": "evt_1", "type": "payment_method.detached",
        "created": T, "data": {"object": {"object": "payment_method", "id": "pm_1", "customer": null},
        "previous_attributes": {"customer": "cus_1"}}}))
        .unwrap();
    let things: Vec<Thing> = touched(&[detached]).into_iter().collect();
    assert_eq!(
        things,
        [Thing::Customer("cus_1".parse().unwrap()), Thing::PaymentMethod("pm_1".parse().unwrap())]
    );
}

fn subscription() -> Value {
    json!({
        "object": "subscription", "id": "sub_1", "status": "active", "customer": "cus_1", "currency": "usd",
        "billing_mode": {"type": "flexible"}, "cancel_at_period_end": false, "pause_collection": null,
        "collection_method": "charge_automatically", "latest_invoice": {"object": "invoice", "id": "in_1"},
        "metadata": {"perennial_enrollment": "00000000-0000-0000-0000-000000000002", "perennial_practice": "north",
                     "perennial_ticket": "typed over"},
        "items": {"object": "list", "data": [
            {"object": "subscription_item", "id": "si_1", "quantity": 1, "current_period_start": T,
             "current_period_end": T + 30 * DAY, "price": {"object": "price", "id": "price_1", "currency": "usd",
             "product": "prod_1", "unit_amount": 5000, "recurring": {"interval": "year", "interval_count": 1}}},
        ]},
    })
}

fn snapshot(object: Value) -> SubscriptionSnapshot {
    match read(object) {
        Snapshot::Subscription(snapshot) => *snapshot,
        other => panic!("{other:?}"),
    }
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

#[test]
fn a_subscription_becomes_a_fact() {
    let snapshot = snapshot(subscription());
    assert_eq!((snapshot.period_start, snapshot.period_end), (Some(at(T)), Some(at(T + 30 * DAY))));
    let item = &snapshot.items[0];
    assert_eq!((item.amount, item.months, item.quantity), (Some(money(5_000)), Some(12), 1));
    assert!(snapshot.can_pause && snapshot.charges_automatically);
    assert_eq!(snapshot.latest_invoice.as_ref().unwrap().as_str(), "in_1");
    assert_eq!(snapshot.ours.enrollment.unwrap().0.as_u128(), 2);
    assert_eq!((snapshot.ours.practice.as_deref(), snapshot.ours.ticket), (Some("north"), None));
    let kept: SubscriptionSnapshot =
        serde_json::from_str(&serde_json::to_string(&snapshot).unwrap()).unwrap();
    assert_eq!(kept, snapshot);
}

#[test]
fn a_fact_that_lacks_an_item_says_so() {
    assert!(snapshot(subscription()).whole);
    let mut odd = subscription();
    odd["items"]["data"].as_array_mut().unwrap().push(json!({"object": "subscription_item", "id": "si_2"}));
    let odd = snapshot(odd);
    assert_eq!((odd.whole, odd.items.len()), (false, 1));
    let mut many = invoice();
    many["lines"]["has_more"] = json!(true);
    assert!(!invoice_snapshot(many).whole);
}

#[test]
fn stripes_statuses_are_told_in_our_words() {
    let state = |status: &str| snapshot(with(subscription(), "status", json!(status))).state();
    assert_eq!(state("active"), SubscriptionState::Running);
    assert_eq!(state("trialing"), SubscriptionState::Running);
    assert_eq!(state("incomplete"), SubscriptionState::Waiting);
    assert_eq!(state("past_due"), SubscriptionState::PastDue);
    assert_eq!(state("unpaid"), SubscriptionState::PastDue);
    assert_eq!(state("paused"), SubscriptionState::Paused);
    assert_eq!(state("canceled"), SubscriptionState::Ended);
    assert_eq!(state("incomplete_expired"), SubscriptionState::Ended);
    assert_eq!(state("resting"), SubscriptionState::Unknown("resting".to_owned()));
    // Active to Stripe, paused to us.
    let held = with(subscription(), "pause_collection", json!({"behavior": "void", "resumes_at": T}));
    let held = snapshot(held);
    assert_eq!(
        (held.paused.clone(), held.state()),
        (Paused::Collection { resumes_at: Some(at(T)) }, SubscriptionState::Paused)
    );
    let failed = json!({"paused": {"type": "subscription", "transitioned_at": T,
                                   "subscription": {"type": "first_payment_failure"}}});
    let failed = snapshot(with(with(subscription(), "status", json!("paused")), "status_details", failed));
    let reason = Some(crate::read::PauseReason::FirstPaymentFailure);
    assert_eq!(failed.paused, Paused::Yes { since: Some(at(T)), reason });
    assert!(!snapshot(with(subscription(), "schedule", json!("sub_sched_1"))).can_pause);
    for status in ["trialing", "incomplete", "paused", "canceled"] {
        assert!(!snapshot(with(subscription(), "status", json!(status))).can_pause, "{status}");
    }
    assert!(!snapshot(with(subscription(), "collection_method", json!("send_invoice"))).can_pause);
    assert!(!snapshot(with(subscription(), "billing_mode", json!({"type": "classic"}))).can_pause);
}

#[test]
fn what_differs_is_told_field_by_field() {
    let here = snapshot(subscription());
    assert_eq!(differences(&here, &here), []);
    let changed = with(subscription(), "status", json!("past_due"));
    let changed = snapshot(with(changed, "cancel_at_period_end", json!(true)));
    let told: Vec<String> = differences(&here, &changed).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["cancel at period end: no here, yes at Stripe", "status: active here, past due at Stripe"]
    );
    let paused = snapshot(with(subscription(), "pause_collection", json!({"behavior": "void"})));
    assert_eq!(differences(&here, &paused)[0].field, "paused");
}

fn invoice() -> Value {
    json!({
        "object": "invoice", "id": "in_1", "status": "open", "customer": "cus_1", "currency": "usd", "number": "A-1",
        "billing_reason": "subscription_cycle", "attempt_count": 2, "next_payment_attempt": T + DAY,
        "amount_due": 5444, "amount_paid": 0, "amount_remaining": 5444, "total": 5444, "total_excluding_tax": 5000,
        "parent": {"subscription_details": {"subscription": "sub_1"}}, "period_start": T - 30 * DAY, "period_end": T,
        "lines": {"object": "list", "data": [
            {"object": "line_item", "id": "il_1", "amount": 5000, "period": {"start": T, "end": T + 30 * DAY},
             "parent": {"subscription_item_details": {"proration": false}}},
            {"object": "line_item", "id": "il_2", "amount": 0, "period": {"start": T - 9 * DAY, "end": T},
             "parent": {"subscription_item_details": {"proration": true}}},
            {"object": "line_item", "id": "il_3", "amount": 0, "period": {"start": T - 9 * DAY, "end": T - 9 * DAY},
             "parent": {"invoice_item_details": {"proration": false}}},
        ]},
        "payments": {"object": "list", "data": [
            {"object": "invoice_payment", "id": "inpay_1", "status": "open", "is_default": true, "payment":
             {"payment_intent": {"object": "payment_intent", "id": "pi_1", "amount": 5444, "currency": "usd",
              "status": "requires_payment_method", "latest_charge": "ch_1",
              "last_payment_error": {"code": "card_declined", "decline_code": "insufficient_funds"}}}},
        ]},
    })
}

fn invoice_snapshot(object: Value) -> InvoiceSnapshot {
    match read(object) {
        Snapshot::Invoice(snapshot) => *snapshot,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_invoice_becomes_a_fact() {
    let open = invoice_snapshot(invoice());
    assert_eq!((open.amount, open.tax, open.remaining), (money(5_444), money(444), money(5_444)));
    // What is billed, and not the month before.
    assert_eq!((open.period_start, open.period_end), (Some(at(T)), Some(at(T + 30 * DAY))));
    assert_eq!((open.attempt_count, open.next_payment_attempt), (2, Some(at(T + DAY))));
    assert_eq!(open.decline_code.as_deref(), Some("insufficient_funds"));
    assert_eq!((open.payment_intent.unwrap().as_str(), open.charge.unwrap().as_str()), ("pi_1", "ch_1"));
    assert_eq!(open.paid_out_of_band, Some(false));

    let paid = with(invoice(), "status", json!("paid"));
    let paid = with(paid, "status_transitions", json!({"paid_at": T + 5}));
    let paid = with(paid, "amount_paid", json!(5444));
    let by = |payment: Value| {
        let one = json!({"object": "invoice_payment", "id": "inpay_1", "status": "paid", "payment": payment});
        with(paid.clone(), "payments", json!({"object": "list", "data": [one]}))
    };
    let counter = invoice_snapshot(by(json!({"type": "payment_record", "payment_record": "pr_1"})));
    assert_eq!(
        (counter.paid_at, counter.paid_out_of_band, counter.decline_code),
        (Some(at(T + 5)), Some(true), None)
    );
    let card = invoice_snapshot(by(json!({"type": "payment_intent", "payment_intent": "pi_1"})));
    assert_eq!((card.paid_out_of_band, card.payment_intent.unwrap().as_str()), (Some(false), "pi_1"));
    assert_eq!(invoice_snapshot(with(paid, "payments", Value::Null)).paid_out_of_band, None);
}

#[test]
fn amounts_are_told_in_our_money() {
    let charge = |currency: &str, amount: i64| {
        json!({"object": "charge", "id": "ch_1", "status": "succeeded", "amount": amount, "currency": currency,
               "amount_captured": amount, "amount_refunded": 0,
               "payment_method_details": {"card": {"brand": "visa", "last4": "4242"}}})
    };
    let Snapshot::Charge(snapshot) = read(charge("isk", 50_000)) else { panic!("a charge") };
    assert_eq!((snapshot.amount, snapshot.card.as_deref()), (money(500), Some("visa 4242")));
    let half = Snapshot::read(charge("isk", 50_050).to_string().as_bytes());
    assert!(matches!(half, Err(NoSnapshot::Amount(_))));
}

#[test]
fn credit_at_stripe_is_told_from_the_customers_side() {
    let customer =
        json!({"object": "customer", "id": "cus_1", "currency": "usd", "balance": -700, "name": "Ann"});
    let Snapshot::Customer(snapshot) = read(customer) else { panic!("a customer") };
    assert_eq!(snapshot.credit, Some(money(700)));
    assert!(!serde_json::to_string(&snapshot).unwrap().contains("Ann"));
}

#[test]
fn a_page_tells_its_card_once_it_is_complete() {
    let session = |status: &str| {
        json!({"object": "checkout.session", "id": "cs_1", "status": status, "customer": "cus_1", "setup_intent":
               {"object": "setup_intent", "id": "seti_1", "status": "succeeded", "payment_method": "pm_1"}})
    };
    let card = |status| match read(session(status)) {
        Snapshot::Checkout(snapshot) => snapshot.payment_method,
        other => panic!("{other:?}"),
    };
    assert_eq!(card("open"), None);
    assert_eq!(card("complete").unwrap().as_str(), "pm_1");
}

#[test]
fn what_is_gone_is_told_and_what_is_not_told_is_asked_again() {
    let thing = Thing::Customer("cus_1".parse().unwrap());
    let of = |status, body: &str| {
        Snapshot::of(
            &thing,
            Answer::of(Ok(Reply { status, body: body.as_bytes().to_vec().into(), ..Reply::default() })),
        )
    };
    let gone = r#"{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such customer"}}"#;
    assert_eq!(of(404, gone), Ok(Snapshot::Gone { thing: thing.clone() }));
    let not_told = |status, body| match of(status, body) {
        Err(NoSnapshot::NotTold(answer)) => *answer,
        other => panic!("{other:?}"),
    };
    assert!(matches!(not_told(500, gone), Answer::Failed { status: 500, .. }));
    assert!(matches!(not_told(200, "<html>"), Answer::Unknown(_)));
    assert!(matches!(of(200, r#"{"object":"payout","id":"po_1"}"#), Err(NoSnapshot::Unreadable(_))));
    let deleted = of(200, r#"{"object":"customer","id":"cus_1","deleted":true}"#);
    assert!(matches!(deleted, Ok(Snapshot::Customer(CustomerSnapshot { deleted: true, .. }))));
}

/// Every place in an object, by its path.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    found.push(at.clone());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, format!("{at}/{name}"), found));
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(n, value)| places(value, format!("{at}/{n}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(i64::MIN)),
        Just(json!(i64::MAX)),
        Just(json!(u64::MAX)),
        Just(json!(-1.5)),
        Just(json!("")),
        Just(json!("9".repeat(300))),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{"object": "charge"}, 1, null])),
        any::<i64>().prop_map(|number| json!(number)),
        "[a-z_/.]{0,12}".prop_map(|text| json!(text)),
    ]
}

proptest! {
    /// Whatever stands in whatever place, it is read or refused.
    #[test]
    fn no_answer_brings_it_down(
        which in 0_usize..2,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), anything()), 1..4),
    ) {
        let mut object = if which == 0 { subscription() } else { invoice() };
        for (place, value) in changes {
            let mut found = Vec::new();
            places(&object, String::new(), &mut found);
            if let Some(at) = object.pointer_mut(place.get::<String>(&found)) {
                *at = value;
            }
        }
        let body = object.to_string();
        let answer = Answer::of(Ok(Reply { status: 200, body: body.into_bytes().into(), ..Reply::default() }));
        if let Ok(snapshot) = Snapshot::of(&Thing::Account, answer) {
            prop_assert_eq!(differences(&snapshot, &snapshot), []);
        }
        let heard = event("evt_1", i64::MIN, object);
        let things = touched([&heard]);
        prop_assert!(things.len() <= 3);
        let _ = Cursor::reconciled(Seconds(i64::MIN)).take(vec![heard], Seconds(i64::MAX)).cursor.next(Seconds(0));
    }
}
