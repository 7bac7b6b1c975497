//! The program and a double of Stripe, over real HTTP.

use desk::{Clock as _, SystemClock};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use stripe_double::{
    AnotherProgram, Clock, Double, Kind, RESTRICTED_LIVE, RESTRICTED_TEST, SECRET_TEST, Settings,
};

/// A practice in a folder, and where it takes Stripe to be.
struct Practice {
    folder: tempfile::TempDir,
    stripe: String,
}

impl Practice {
    fn opens(double: &Double) -> Self {
        let practice = Self { folder: tempfile::tempdir().unwrap(), stripe: double.base_url() };
        practice.file("passphrase", "correct horse battery\n");
        practice.file("pin", "4711\n");
        answer(&practice.says(&["init"], ""));
        let set_up = json!({ "do": "set_up_practice", "name": "Larkspur", "currency": "USD", "time_zone": "America/New_York",
            "location_name": "Main Street", "desk_name": "Front", "owner_name": "Dana Whitfield", "owner_pin": "4711" });
        answer(&practice.says(&["call", "-"], &set_up.to_string()));
        practice
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs the program with something on its input.
    fn says(&self, words: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_perennialctl"))
            .args(words)
            .arg("--data")
            .arg(self.data())
            .arg("--passphrase-file")
            .arg(self.folder.path().join("passphrase"))
            .env("PERENNIAL_KEYCHAIN", "off")
            .env("PERENNIAL_STRIPE_API", &self.stripe)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may refuse before it has read anything.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        for said in [&output.stdout, &output.stderr] {
            for key in [RESTRICTED_TEST, SECRET_TEST] {
                assert!(!String::from_utf8_lossy(said).contains(key), "{words:?} tells the key");
            }
        }
        output
    }

    /// The same by the owner.
    fn does(&self, words: &[&str], input: &str) -> Output {
        let pin = self.folder.path().join("pin");
        self.says(&[words, &["--as", "Dana Whitfield", "--pin-file", pin.to_str().unwrap()]].concat(), input)
    }

    fn connects(&self, key: &str) -> Output {
        self.does(&["stripe", "connect", "--key-stdin"], &format!("{key}\n"))
    }

    fn offers(&self, name: &str) {
        let about = domain::plan::PlanAbout {
            name: name.to_owned(),
            description: String::new(),
            image: None,
            image_alt: String::new(),
            scope: domain::plan::Scope::All,
            order: 0,
        };
        let request = json!({ "do": "save_plan", "about": about, "terms": testkit::gold() });
        answer(&self.does(&["call", "-"], &request.to_string()));
    }
}

async fn double() -> Double {
    let start = SystemClock.now().millis() / 1_000;
    Double::start_with(Settings { start, ..Settings::default() }, Clock::Running, 0).await.unwrap()
}

fn answer(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn code(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let reply: Value = serde_json::from_slice(&output.stderr).unwrap();
    reply["code"].as_str().unwrap().to_owned()
}

fn count(double: &Double, kind: Kind) -> usize {
    double.look(|mode| mode.shelf(kind).all().count())
}

fn assert_nowhere(folder: &Path, key: &str) {
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_nowhere(&path, key);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        read += 1;
        let found = bytes.windows(key.len()).any(|part| part == key.as_bytes());
        assert!(!found, "{} has the key in clear", path.display());
    }
    assert!(read > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_reaches_stripe_and_everything_there_is_heard() {
    let double = double().await;
    let practice = Practice::opens(&double);
    assert_eq!(code(&practice.says(&["stripe", "status"], "")), "not_signed_in");
    let status = answer(&practice.does(&["stripe", "status"], ""));
    assert_eq!(
        (status["account"].clone(), status["line"]["is"].clone()),
        (Value::Null, "not_connected".into())
    );
    for words in ["push", "pull", "reconcile"] {
        assert_eq!(code(&practice.does(&["stripe", words], "")), "stripe_not_connected", "{words}");
    }

    let connected = answer(&practice.connects(RESTRICTED_TEST));
    assert_eq!(connected["view"]["key"], json!({ "is": "kept", "shown": "rk_test_…0000", "live": false }));
    assert_eq!(connected["view"]["elsewhere"], json!(double.base_url()));
    assert_eq!((&connected["missing"], &connected["warning"]), (&json!([]), &Value::Null));
    assert!(connected["view"]["account"]["id"].as_str().unwrap().starts_with("acct_"));
    assert_nowhere(&practice.data(), RESTRICTED_TEST);
    assert!(practice.data().join("stripe.key").exists());

    practice.offers("Gold");
    let waits = answer(&practice.does(&["queue", "list"], ""));
    assert!(waits["waiting"].as_u64().unwrap() >= 1, "{waits}");
    // Listening sends nothing.
    let heard = answer(&practice.does(&["stripe", "pull"], ""));
    assert_eq!(heard["waiting"], waits["waiting"]);
    assert!(heard["heard"].is_string(), "{heard}");
    assert_eq!(count(&double, Kind::Product), 0);

    let pushed = answer(&practice.does(&["stripe", "push"], ""));
    assert_eq!((&pushed["refused"], &pushed["waiting"]), (&json!([]), &json!([])));
    let sent = pushed["sent"].as_array().unwrap();
    assert!(sent.len() >= 2 && sent.iter().all(|row| row["state"] == "done"), "{pushed}");
    assert_eq!((count(&double, Kind::Product), count(&double, Kind::Price)), (1, 1));
    assert_eq!(answer(&practice.does(&["stripe", "push"], ""))["sent"], json!([]));

    let report = answer(&practice.does(&["stripe", "reconcile"], ""));
    assert_eq!((&report["running"], &report["differences"]), (&json!(false), &json!([])));
    assert!(report["ended"].is_string());
    let done = answer(&practice.does(&["queue", "list", "--part", "done"], ""));
    assert_eq!(done["rows"].as_array().unwrap().len(), sent.len());
    let status = answer(&practice.does(&["stripe", "status"], ""));
    assert!(status["says"].to_string().contains("no real money moves"), "{status}");

    // Asked for once each, whatever was run.
    let made = |logged: &&stripe_double::Logged| logged.method == "POST" && logged.path == "/v1/products";
    assert_eq!(double.requests().iter().filter(made).count(), 1);
    assert_eq!(answer(&practice.says(&["doctor"], ""))["healthy"], true);
    assert_nowhere(&practice.data(), RESTRICTED_TEST);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_program_bills_is_taken_over_after_a_look() {
    let double = double().await;
    let practice = Practice::opens(&double);
    let before = AnotherProgram(&double);
    let price = before.at(&before.sells("Platinum"), "12000", "month", "1");
    let ana = before.has("Ana Ruiz", "ana@example.com");
    before.bills(&ana, &price);
    assert_eq!(code(&practice.does(&["stripe", "adopt"], "")), "stripe_not_connected");
    answer(&practice.connects(RESTRICTED_TEST));
    let sent = double.requests().len();
    let shown = answer(&practice.does(&["stripe", "adopt", "--preview"], ""));
    assert_eq!((&shown["memberships"], &shown["newcomers"]), (&json!(1), &json!(1)), "{shown}");
    assert_eq!(shown["plans"][0]["name"], "Platinum");
    assert_eq!(code(&practice.does(&["stripe", "adopt", "--choose", &ana], "")), "usage");
    let choice = format!("{ana}=new");
    let adopted = answer(&practice.does(&["stripe", "adopt", "--choose", &choice], ""));
    let expected = json!({ "plans": 1, "newcomers": 1, "memberships": 1, "left_out": [] });
    assert_eq!(adopted, expected);
    let again = answer(&practice.does(&["stripe", "adopt"], ""));
    assert_eq!(again["memberships"], 0);
    let members = answer(&practice.does(&["call", "-"], r#"{ "do": "list_members" }"#));
    assert_eq!(
        (&members["rows"][0]["name"], &members["rows"][0]["plan_name"]),
        (&json!("Ana Ruiz"), &json!("Platinum"))
    );
    let changed = |logged: &&stripe_double::Logged| logged.method != "GET";
    assert_eq!(
        double.requests().iter().skip(sent).filter(changed).count(),
        0,
        "nothing is changed at Stripe"
    );
    assert_eq!(answer(&practice.says(&["doctor"], ""))["healthy"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_can_not_be_used_is_refused_and_not_kept() {
    let double = double().await;
    let mut practice = Practice::opens(&double);
    let theo = json!({ "do": "save_staff", "name": "Theo", "role": "front_desk", "pin": "2222" });
    answer(&practice.does(&["call", "-"], &theo.to_string()));
    let pin = practice.file("theo", "2222");
    let connect = ["stripe", "connect", "--key-stdin"];
    assert_eq!(code(&practice.says(&connect, RESTRICTED_TEST)), "not_signed_in");
    let by_theo = [&connect[..], &["--as", "Theo", "--pin-file", pin.to_str().unwrap()]].concat();
    assert_eq!(code(&practice.says(&by_theo, RESTRICTED_TEST)), "needs_owner");
    assert_eq!(code(&practice.does(&["stripe", "connect"], RESTRICTED_TEST)), "usage");

    double.allow_key("rk_test_narrow0000000000", &["rak_customer_write"]);
    for (key, expected) in [
        ("", "invalid"),
        ("pk_test_double00000000000000", "invalid"),
        ("sk_live_double00000000000000", "invalid"),
        // A double is not Stripe, so a live key is not sent there.
        (RESTRICTED_LIVE, "no_way_to_stripe"),
        ("rk_test_nobodysKey000000", "key_refused"),
        ("rk_test_narrow0000000000", "account_unknown"),
    ] {
        assert_eq!(code(&practice.connects(key)), expected, "{key}");
    }
    let here = std::mem::replace(&mut practice.stripe, "http://127.0.0.1:1".to_owned());
    assert_eq!(code(&practice.connects(RESTRICTED_TEST)), "stripe_not_reached");
    practice.stripe = "http://10.0.0.1".to_owned();
    assert_eq!(code(&practice.connects(RESTRICTED_TEST)), "bad_base");
    practice.stripe = here;
    let status = answer(&practice.does(&["stripe", "status"], ""));
    assert_eq!((&status["account"], &status["key"]["is"]), (&Value::Null, &json!("none")));
    assert!(!practice.data().join("stripe.key").exists());

    let connected = answer(&practice.connects(SECRET_TEST));
    assert!(connected["warning"].as_str().unwrap().contains("secret key"));
    assert_nowhere(&practice.data(), SECRET_TEST);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stripe_refuses_or_can_not_hear_is_told_and_fails() {
    let double = double().await;
    let mut practice = Practice::opens(&double);
    let reads =
        ["customer", "product", "plan", "coupon", "tax_rate", "subscription", "event", "accounts_kyc_basic"]
            .map(|resource| format!("rak_{resource}_read"));
    double.allow_key("rk_test_onlyReads0000000", &reads.each_ref().map(String::as_str));
    let connected = answer(&practice.connects("rk_test_onlyReads0000000"));
    assert_eq!(connected["missing"][0]["resource"], "Disputes");
    assert_eq!(connected["missing"][0]["access"], "Read");

    practice.offers("Gold");
    let pushed = practice.does(&["stripe", "push"], "");
    assert_eq!(code(&pushed), "refused");
    let pushed: Value = serde_json::from_slice(&pushed.stdout).unwrap();
    let id = pushed["refused"][0]["id"].as_str().unwrap();
    let explained = answer(&practice.does(&["queue", "explain", id], "")).to_string();
    assert!(explained.contains("Products: write"), "{explained}");
    assert_eq!(count(&double, Kind::Product), 0);

    // Nobody is there.
    let here = std::mem::replace(&mut practice.stripe, "http://127.0.0.1:1".to_owned());
    answer(&practice.does(&["queue", "retry", id], ""));
    assert_eq!(code(&practice.does(&["stripe", "push"], "")), "stripe_not_reached");
    assert_eq!(code(&practice.does(&["stripe", "pull"], "")), "stripe_not_reached");
    practice.stripe = here;

    // A key that may, and then is taken back.
    answer(&practice.connects(RESTRICTED_TEST));
    double.expire_key(RESTRICTED_TEST);
    assert_eq!(code(&practice.does(&["stripe", "push"], "")), "needs_key");
    answer(&practice.connects(SECRET_TEST));
    // What was just tried in vain has its pause; a person need not wait for its end.
    let queue = answer(&practice.does(&["queue", "list"], ""));
    for row in queue["rows"].as_array().unwrap() {
        answer(&practice.does(&["queue", "retry", row["id"].as_str().unwrap()], ""));
    }
    let pushed = answer(&practice.does(&["stripe", "push"], ""));
    assert!(!pushed["sent"].as_array().unwrap().is_empty());
    assert_eq!(count(&double, Kind::Product), 1);
}
