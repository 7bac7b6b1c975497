use super::{Rule, read};
use crate::{Failure, rules};
use serde_json::Value;
use std::path::Path;

/// The answer to every case, in their order; the first that cannot be answered is named.
pub fn answer(rule: Rule, file: &Path) -> Result<Value, Failure> {
    let cases: Vec<Value> = serde_json::from_slice(&read(file)?).map_err(|error| {
        Failure::new("unreadable", format!("The file is no JSON list of cases: {error}."))
    })?;
    let answer = match rule {
        Rule::Quote => rules::quote::answer,
        Rule::Calendar => rules::calendar::answer,
        Rule::Proration => rules::proration::answer,
        Rule::Credits => rules::credits::answer,
    };
    let answers: Result<Vec<Value>, Failure> = cases
        .iter()
        .enumerate()
        .map(|(nth, case)| answer(case).map_err(|why| bad_case(nth, case, &why)))
        .collect();
    answers.map(Value::Array)
}

fn bad_case(nth: usize, case: &Value, why: &str) -> Failure {
    let name = case["name"].as_str().map_or_else(String::new, |name| format!(" ({name})"));
    let mut failure = Failure::new("bad_case", format!("Case {}{name}: {why}.", nth + 1));
    failure.reply.details = serde_json::json!({ "case": nth });
    failure
}
