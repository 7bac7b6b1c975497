//! The program itself: its answers on the output, its refusals as JSON on the error output.

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_perennialctl"));
    command.env("PERENNIAL_KEYCHAIN", "off").stdin(std::process::Stdio::null());
    command
}

fn answer(output: &Output) -> Value {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn code(output: &Output) -> String {
    assert!(!output.status.success());
    let reply: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert!(!reply["message"].as_str().unwrap().is_empty());
    reply["code"].as_str().unwrap().to_owned()
}

#[test]
fn worked_cases_get_exactly_their_answers() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/vectors");
    for (rule, file) in
        [("quote", "checkout"), ("calendar", "calendar"), ("proration", "proration"), ("credits", "credits")]
    {
        let path = vectors.join(file).with_extension("json");
        let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let expected: Vec<&Value> = cases.iter().map(|case| &case["expect"]).collect();
        let output = program().args(["rules", rule]).arg(&path).output().unwrap();
        assert_eq!(answer(&output), json!(expected), "{rule}");
    }
}

#[test]
fn odd_input_is_refused_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.json");
    for (content, expected) in [
        ("", "unreadable"),
        ("{}", "unreadable"),
        ("\u{0}", "unreadable"),
        ("[null]", "bad_case"),
        (r#"[{"name": "the odd one", "anchor": "never"}]"#, "bad_case"),
    ] {
        std::fs::write(&file, content).unwrap();
        assert_eq!(code(&program().args(["rules", "calendar"]).arg(&file).output().unwrap()), expected);
    }
    std::fs::write(&file, "[".repeat(100_000)).unwrap();
    assert_eq!(code(&program().args(["rules", "quote"]).arg(&file).output().unwrap()), "unreadable");
    assert_eq!(code(&program().args(["rules", "quote", "/no/such/file"]).output().unwrap()), "file");
    assert_eq!(code(&program().arg("dance").output().unwrap()), "usage");
    assert_eq!(code(&program().arg("doctor").output().unwrap()), "usage");
    let nothing = folder.path().join("nothing");
    assert_eq!(code(&program().arg("doctor").arg("--data").arg(&nothing).output().unwrap()), "no_practice");
    assert!(program().arg("--help").output().unwrap().status.success());
}

#[test]
fn a_practice_from_nothing_through_the_door() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let passphrase = file("passphrase", "correct horse battery\n");
    let pin = file("pin", "4711\n");
    let data = folder.path().join("data");
    let on = |command: &[&str]| {
        let mut program = program();
        program.args(command).arg("--data").arg(&data).arg("--passphrase-file").arg(&passphrase);
        program
    };
    assert_eq!(answer(&on(&["init"]).output().unwrap())["recovery_key"].as_array().unwrap().len(), 8);
    assert_eq!(code(&on(&["init"]).output().unwrap()), "key");
    let set_up = file(
        "set_up.json",
        r#"{"do": "set_up_practice", "name": "Larkspur", "currency": "USD", "time_zone": "America/New_York",
            "location_name": "Main Street", "desk_name": "Front", "owner_name": "Dana Whitfield", "owner_pin": "4711"}"#,
    );
    let call = |request: &Path, signed_in: bool| {
        let mut program = on(&["call"]);
        program.arg(request);
        if signed_in {
            program.args(["--as", "dana whitfield", "--pin-file"]).arg(&pin);
        }
        program.output().unwrap()
    };
    assert_eq!(answer(&call(&set_up, false))["staff"]["name"], "Dana Whitfield");
    let item =
        file("item.json", r#"{"do": "save_item", "kind": "service", "name": "Facial", "price": 8500}"#);
    assert_eq!(code(&call(&item, false)), "not_signed_in");
    assert_eq!(answer(&call(&item, true))["item"]["price"], 8500);
    assert_eq!(code(&call(&file("odd.json", "{\"do\": \"explode\"}"), true)), "unknown_request");
    let found = answer(&on(&["search", "faci"]).output().unwrap());
    assert_eq!(found["hits"][0]["title"], "Facial");
    assert_eq!(answer(&on(&["doctor"]).output().unwrap())["healthy"], true);
    std::fs::write(&passphrase, "another one entirely\n").unwrap();
    assert_eq!(code(&on(&["doctor"]).output().unwrap()), "key");
}

#[test]
fn a_demo_that_the_doctor_finds_healthy() {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = folder.path().join("passphrase");
    std::fs::write(&passphrase, "correct horse battery").unwrap();
    let on = |command: &[&str]| {
        let mut program = program();
        program.args(command).arg("--data").arg(folder.path().join("data"));
        program.arg("--passphrase-file").arg(&passphrase).output().unwrap()
    };
    let made = answer(&on(&["demo", "--members", "2", "--seed", "5", "--today", "2026-11-22"]));
    assert_eq!(made["memberships"], 2);
    assert_eq!(made["staff"].as_array().unwrap().len(), 7);
    assert_eq!(code(&on(&["demo"])), "already_set_up");

    // A receipt is asked for; in a made-up practice it waits to be looked at and is never sent.
    let pin = folder.path().join("pin");
    std::fs::write(&pin, "4711").unwrap();
    let pin = pin.to_str().unwrap();
    let call = |request: &str| {
        let path = folder.path().join("request.json");
        std::fs::write(&path, request).unwrap();
        answer(&on(&["call", path.to_str().unwrap(), "--as", "Dana Whitfield", "--pin-file", pin]))
    };
    let ticket = call(r#"{"do": "list_tickets", "limit": 1}"#)["rows"][0]["id"].clone();
    let asked =
        json!({ "do": "ask_mail", "what": { "is": "receipt", "ticket": ticket }, "to": "ana@example.com" });
    let id = call(&asked.to_string())["id"].as_str().unwrap().to_owned();
    assert_eq!(code(&on(&["queue", "list"])), "not_signed_in");
    let queue = |words: &[&str]| {
        answer(&on(&[&["queue"], words, &["--as", "Dana Whitfield", "--pin-file", pin]].concat()))
    };
    let listed = queue(&["list"]);
    assert_eq!((listed["waiting"].as_u64(), listed["line"]["is"].as_str()), (Some(1), Some("made_up")));
    assert!(listed["rows"][0]["title"].as_str().unwrap().ends_with(" to ana@example.com"));
    let explained = queue(&["explain", &id]);
    assert!(explained["because"].to_string().contains("nothing in it is ever sent"), "{explained}");
    assert!(explained["letter"]["text"].as_str().unwrap().contains("Total"), "{explained}");
    assert_eq!(queue(&["retry", &id])["state"], "waiting");
    assert_eq!(queue(&["list", "--part", "done"])["rows"], json!([]));
    assert_eq!(answer(&on(&["doctor"]))["problems"], json!([]));
}
