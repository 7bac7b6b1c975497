//! Reads which parameters each served endpoint takes out of the published package `stripe` (npm) and writes
//! `parameters.json`.
//!
//! ```sh
//! npm pack stripe@23.0.1 && tar xzf stripe-23.0.1.tgz
//! cargo run -p stripe-double --example read_parameters -- package > crates/stripe-double/parameters.json
//! ```

#[path = "read_parameters/declarations.rs"]
mod declarations;
#[path = "read_parameters/types.rs"]
mod types;

use declarations::Declarations;
use serde_json::{Map, Value, json};
use std::path::Path;
use types::Types;

/// The files of the package whose endpoints the double serves, and which of their methods.
const SERVED: &[(&str, &[&str])] = &[
    ("Accounts", &["retrieveCurrent"]),
    ("Balance", &["retrieve"]),
    ("BalanceTransactions", &["list", "retrieve"]),
    ("BillingPortal/Configurations", &["list", "create", "retrieve", "update"]),
    ("BillingPortal/Sessions", &["create"]),
    ("Charges", &["list", "retrieve", "update", "search"]),
    ("Checkout/Sessions", &["list", "create", "retrieve", "expire"]),
    ("Coupons", &["del", "retrieve", "update", "list", "create"]),
    (
        "Customers",
        &[
            "del",
            "retrieve",
            "update",
            "list",
            "create",
            "search",
            "listPaymentMethods",
            "retrievePaymentMethod",
            "deleteDiscount",
        ],
    ),
    ("Disputes", &["list", "retrieve", "update", "close"]),
    ("Events", &["list", "retrieve"]),
    ("InvoiceItems", &["del", "retrieve", "update", "list", "create"]),
    ("InvoicePayments", &["list", "retrieve"]),
    (
        "Invoices",
        &[
            "del",
            "retrieve",
            "update",
            "list",
            "create",
            "search",
            "finalizeInvoice",
            "markUncollectible",
            "pay",
            "voidInvoice",
            "sendInvoice",
            "listLineItems",
        ],
    ),
    ("PaymentIntents", &["list", "create", "retrieve", "update", "search", "cancel", "confirm", "capture"]),
    ("PaymentMethods", &["list", "retrieve", "update", "attach", "detach"]),
    ("Prices", &["list", "create", "retrieve", "update", "search"]),
    ("Products", &["del", "retrieve", "update", "list", "create", "search"]),
    ("Refunds", &["list", "create", "retrieve", "update", "cancel"]),
    ("SetupIntents", &["list", "create", "retrieve", "update", "cancel", "confirm"]),
    ("SubscriptionItems", &["retrieve", "list", "update", "create", "del"]),
    (
        "Subscriptions",
        &["cancel", "retrieve", "update", "list", "create", "search", "pause", "resume", "deleteDiscount"],
    ),
    ("TaxRates", &["list", "create", "retrieve", "update"]),
];

fn main() -> Result<(), String> {
    let package = std::env::args().nth(1).ok_or("where was the package unpacked?")?;
    let package = Path::new(&package);
    let read =
        |file: &str| std::fs::read_to_string(package.join(file)).map_err(|error| format!("{file}: {error}"));
    let shared = Declarations::read(&read("esm/shared.d.ts")?)?;
    let mut types = Types::default();
    let mut endpoints = Map::new();
    for (file, methods) in SERVED {
        let text = read(&format!("esm/resources/{file}.d.ts"))?;
        let here = Declarations::read(&text)?;
        let script = read(&format!("esm/resources/{file}.js"))?;
        for method in *methods {
            let (verb, path) = address(&script, method).ok_or(format!("{file}: {method} has no address"))?;
            let parameters = match parameters_of(&text, method) {
                Some(name) => types.named(&name, &[], &here, &shared)?,
                None => types.put(json!({ "object": {} })),
            };
            endpoints.insert(format!("{verb} {path}"), json!(parameters));
        }
    }
    let version = read("VERSION")?;
    let api = read("esm/apiVersion.js")?;
    let api = api.split('\'').nth(1).ok_or("no version of the interface")?;
    let head = json!({
        "package": "stripe",
        "version": version.trim(),
        "licence": "MIT, Copyright (C) 2011 Ask Bjørn Hansen, Copyright (C) 2013 Stripe, Inc.",
        "api_version": api,
    });
    print(&head, &types.kept, &endpoints);
    Ok(())
}

/// One type and one endpoint a line, so that a newer package reads as a difference.
fn print(head: &Value, types: &[Value], endpoints: &Map<String, Value>) {
    let lines = |values: Vec<String>| values.join(",\n");
    println!("{{\n\"source\": {head},\n\"endpoints\": {{");
    println!("{}\n}},", lines(endpoints.iter().map(|(name, at)| format!("{name:?}: {at}")).collect()));
    println!("\"types\": [\n{}\n]}}", lines(types.iter().map(Value::to_string).collect()));
}

/// Verb and path of a method, out of `this._makeRequest('POST', ...)`, with `{id}` for what stands in the path.
fn address(script: &str, method: &str) -> Option<(String, String)> {
    let body = script.split(&format!("\n    {method}(")).nth(1)?;
    let call = body.split("_makeRequest(").nth(1)?;
    let verb = call.split('\'').nth(1)?.to_owned();
    let rest = call.split_once(", ")?.1;
    let quote = rest.chars().next()?;
    let path = rest[1..].split(quote).next()?;
    let path = path.replace("${encodeURIComponent(", "{").replace(")}", "}");
    Some((verb, path))
}

fn parameters_of(text: &str, method: &str) -> Option<String> {
    let rest = text.split(&format!("\n    {method}(")).nth(1)?;
    let signature = rest.split(");").next()?.split("):").next()?;
    let (_, after) = signature.split_once("params")?;
    let name = after.trim_start_matches('?').trim_start_matches(": ");
    Some(name.split(',').next()?.trim().to_owned())
}
