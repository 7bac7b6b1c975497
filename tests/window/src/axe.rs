//! The accessibility check of a page, by axe-core.

use serde_json::Value;
use std::fs;

/// Runs axe and hands its violations to WebDriver.
pub const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(
        result => done(result.violations.map(v => ({
            id: v.id, impact: v.impact, help: v.help,
            nodes: v.nodes.map(n => n.html.slice(0, 160)),
        }))),
        problem => done([{ id: 'axe', impact: 'critical', help: String(problem), nodes: [] }]));";

pub fn source() -> String {
    let path = crate::root().join("ui/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&path)
        .unwrap_or_else(|problem| panic!("{}: {problem}; run cargo xtask setup", path.display()))
}

/// The findings that keep someone from using the page, in words; empty when there are none.
pub fn grave(findings: &Value) -> Vec<String> {
    findings
        .as_array()
        .expect("axe answers a list")
        .iter()
        .filter(|finding| matches!(finding["impact"].as_str(), Some("serious" | "critical")))
        .map(|finding| {
            format!("{} ({}): {} {}", finding["id"], finding["impact"], finding["help"], finding["nodes"])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn minor_findings_are_let_pass() {
        let findings = json!([
            {"id": "region", "impact": "moderate", "help": "", "nodes": []},
            {"id": "button-name", "impact": "critical", "help": "Buttons must have a name", "nodes": ["<button>"]},
        ]);
        assert_eq!(grave(&findings).len(), 1);
        assert!(grave(&findings)[0].contains("button-name"));
    }
}
