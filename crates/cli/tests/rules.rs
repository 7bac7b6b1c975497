//! Every worked case has exactly the answer it carries; what can't be read gets an error and no panic.

use cli::rules;
use serde_json::{Value, json};

type Answer = fn(&Value) -> Result<Value, String>;

fn check(cases: &str, answer: Answer) {
    let cases: Vec<Value> = serde_json::from_str(cases).unwrap();
    assert!(!cases.is_empty());
    for case in &cases {
        assert_eq!(answer(case).as_ref(), Ok(&case["expect"]), "{case}");
    }
}

fn refuses(answer: Answer, cases: &[Value]) {
    for case in cases {
        let error = answer(case).expect_err(&case.to_string());
        assert!(!error.is_empty());
    }
}

#[test]
fn calendar() {
    check(include_str!("../../domain/tests/vectors/calendar.json"), rules::calendar::answer);
    refuses(
        rules::calendar::answer,
        &[
            json!(null),
            json!([]),
            json!({"anchor": "2026-02-30", "every": "monthly", "count": 1}),
            json!({"anchor": "2026-02-28", "every": "weekly", "count": 1}),
            json!({"anchor": "2026-02-28", "every": "monthly", "count": -1}),
            json!({"anchor": "2026-02-28", "every": "monthly", "count": 4_000_000_000_u32}),
            json!({"anchor": "+200000-02-28", "every": "monthly", "count": 1}),
        ],
    );
}

#[test]
fn proration() {
    check(include_str!("../../domain/tests/vectors/proration.json"), rules::proration::answer);
    refuses(
        rules::proration::answer,
        &[
            json!({"price": 1.5, "period": ["2026-03-15", "2026-04-15"], "cancel_on": "2026-03-25"}),
            json!({"price": 100, "period": ["2026-03-15", "2026-03-15"], "cancel_on": "2026-03-15"}),
            json!({"price": 100, "period": ["2026-03-15"], "cancel_on": "2026-03-15"}),
            json!({"price": 100, "period": ["2026-03-15", "2026-04-15"], "cancel_on": "2026-05-15"}),
            json!({"price": -1, "period": ["2026-03-15", "2026-04-15"], "cancel_on": "2026-03-25"}),
            json!({"price": i64::MAX, "period": ["2026-03-15", "2026-04-15"], "cancel_on": "2026-03-25"}),
        ],
    );
}

#[test]
fn quote() {
    check(include_str!("../../domain/tests/vectors/checkout.json"), rules::quote::answer);
    let ticket =
        json!({"location": "main", "date": "2026-11-22", "lines": [{"id": "l1", "item": "a", "qty": 1}]});
    let items = json!([{"id": "a", "kind": "service", "price": 100}]);
    refuses(
        rules::quote::answer,
        &[
            json!(null),
            json!({"items": items}),
            json!({"items": [], "ticket": ticket}),
            json!({"items": [{"id": "a", "kind": "spell", "price": 100}], "ticket": ticket}),
            json!({"items": [{"id": "a", "kind": "service", "price": -1}], "ticket": ticket}),
            json!({"items": [{"id": "a", "kind": "service", "price": i64::MAX}], "ticket": ticket}),
            json!({"items": [{"id": "a", "kind": "rental", "price": 100}], "ticket": ticket}),
            json!({"items": items, "enrollments": [{"id": "e", "plan": "p", "standing": "bored"}], "ticket": ticket}),
            json!({"items": items, "enrollments": [{"id": "e", "plan": "p", "standing": "good",
                "discounts": [{"id": "d"}]}], "ticket": ticket}),
            json!({"items": items, "ticket": {"location": "main", "date": "2026-11-22",
                "lines": [{"id": "l1", "item": "a", "qty": 10_000}]}}),
            json!({"items": items, "ticket": {"location": "main", "date": "2026-11-22",
                "lines": [{"id": "l1", "item": "a", "qty": 1}, {"id": "l1", "item": "a", "qty": 1}]}}),
        ],
    );
    // Everything that may be absent is.
    let bare = rules::quote::answer(&json!({"items": items, "ticket": ticket})).unwrap();
    assert_eq!(bare["totals"]["due"], json!(100));
}

#[test]
fn credits() {
    check(include_str!("../../domain/tests/vectors/credits.json"), rules::credits::answer);
    let benefit = json!({"unit": "money", "amount": 100, "renewal": "monthly", "expiry": "period_end",
        "anchor": "2026-01-31"});
    let case = |event: Value| json!({"benefit": benefit, "events": [event]});
    refuses(
        rules::credits::answer,
        &[
            json!({"benefit": benefit}),
            json!({"benefit": {"unit": "money", "amount": 100, "renewal": "monthly", "expiry": "rollover_cap",
                "anchor": "2026-01-31"}, "events": []}),
            case(json!({"on": "2026-01-31", "do": "explode"})),
            case(json!({"on": "2026-01-30", "do": "refresh"})),
            case(json!({"on": "2026-01-31", "do": "redeem"})),
            case(json!({"on": "2026-01-31", "do": "redeem", "amount": 0})),
            case(json!({"on": "2026-01-31", "do": "redeem", "amount": i64::MIN})),
            case(json!({"on": "2026-01-31", "do": "return", "redemption": 0, "amount": 1})),
            case(json!({"on": "2026-01-31", "do": "adjust", "amount": 0})),
        ],
    );
}

/// Every place of a value in a case, as a JSON pointer.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| places(field, format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(nth, item)| places(item, format!("{at}/{nth}"), found));
        }
        _ => {}
    }
    found.push(at);
}

#[test]
fn whatever_a_quote_case_says_it_is_answered_or_refused() {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../domain/tests/vectors/checkout.json")).unwrap();
    let odd = [
        json!(null),
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(u32::MAX),
        json!(1.5),
        json!(""),
        json!("100"),
        json!("-262143-01-01"),
        json!([]),
        json!({}),
        json!(true),
    ];
    let (mut answered, mut refused) = (0, 0);
    for case in cases.iter().step_by(4) {
        let mut found = Vec::new();
        let asked = ["settings", "items", "enrollments", "ticket"];
        asked.iter().for_each(|part| places(&case[*part], format!("/{part}"), &mut found));
        for place in found {
            for value in &odd {
                let mut odd_case = case.clone();
                *odd_case.pointer_mut(&place).unwrap() = value.clone();
                match rules::quote::answer(&odd_case) {
                    Ok(answer) => {
                        assert!(answer["blocked"].is_array());
                        answered += 1;
                    }
                    Err(error) => {
                        assert!(!error.is_empty());
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(answered > 1_000 && refused > 1_000, "{answered} answered, {refused} refused");
}
