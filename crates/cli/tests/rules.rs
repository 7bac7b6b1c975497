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
