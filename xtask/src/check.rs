//! Everything that continuous integration runs, and what came of it.

use crate::{
    command::{cargo, describe, find, program},
    front_end, run, setup,
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    env, fs,
    process::Command,
    time::{Duration, Instant},
};

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<Outcome>,
}

enum Outcome {
    Passed,
    /// Not run, and why.
    Left(String),
}

/// In an order in which what is quick to fail comes first. Every step runs, whatever became of those before it.
const STEPS: &[Step] = &[
    Step { name: "setup", about: "what building needs is installed", run: set_up },
    Step { name: "format", about: "cargo fmt", run: format },
    Step { name: "front-end", about: "the window's program is built", run: front_end },
    Step { name: "lint", about: "clippy, warnings are errors", run: lint },
    Step { name: "lint-ui", about: "clippy of the window, for wasm", run: lint_ui },
    Step { name: "tests", about: "units, properties, scenarios, arrows", run: tests },
    Step { name: "keychain", about: "the key of the data, in a real keychain", run: keychain },
    Step { name: "window", about: "the real window, driven", run: window },
    Step { name: "licences", about: "cargo deny", run: licences },
];

/// Runs all steps, or those that are named, and says what came of each.
pub fn check_everything(named: &[String]) -> Result<()> {
    if let Some(unknown) = named.iter().find(|name| !STEPS.iter().any(|step| step.name == name.as_str())) {
        let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step is called {unknown}; there are {}", known.join(", "));
    }
    let mut rows = Vec::new();
    for step in STEPS.iter().filter(|step| named.is_empty() || named.iter().any(|name| name == step.name)) {
        println!("\n=== {}: {}", step.name, step.about);
        let started = Instant::now();
        let outcome = (step.run)();
        if let Err(problem) = &outcome {
            println!("{problem:#}");
        }
        rows.push((step, outcome, started.elapsed()));
    }
    summarize(&rows)
}

fn summarize(rows: &[(&Step, Result<Outcome>, Duration)]) -> Result<()> {
    println!("\n{:<12}{:<10}{:>8}  ", "step", "result", "seconds");
    let (mut passed, mut failed) = (0, 0);
    for (step, outcome, took) in rows {
        let (result, note) = match outcome {
            Ok(Outcome::Passed) => ("passed", step.about.to_owned()),
            Ok(Outcome::Left(why)) => ("not run", why.clone()),
            Err(problem) => ("FAILED", format!("{problem}")),
        };
        match outcome {
            Ok(Outcome::Passed) => passed += 1,
            Ok(Outcome::Left(_)) => {}
            Err(_) => failed += 1,
        }
        println!(
            "{:<12}{:<10}{:>8.1}  {}",
            step.name,
            result,
            took.as_secs_f64(),
            note.lines().next().unwrap_or("")
        );
    }
    println!("\nsteps: {passed} passed, {failed} failed");
    ensure!(failed == 0, "{failed} of {} steps failed", rows.len());
    Ok(())
}

fn set_up() -> Result<Outcome> {
    setup::set_up(setup::For::Testing).map(|()| Outcome::Passed)
}

fn format() -> Result<Outcome> {
    pass(cargo().args(["fmt", "--all", "--check"]))
}

fn front_end() -> Result<Outcome> {
    front_end::build(front_end::Size::Quick).map(|()| Outcome::Passed)
}

fn lint() -> Result<Outcome> {
    pass(
        cargo()
            .args([
                "clippy",
                "--quiet",
                "--workspace",
                "--all-targets",
                "--features",
                "window/screen,vault/keychain",
            ])
            .args(["--", "-D", "warnings"]),
    )
}

fn lint_ui() -> Result<Outcome> {
    pass(cargo().args(["clippy", "--quiet", "--package", "ui", "--target", "wasm32-unknown-unknown"]).args([
        "--profile",
        "wasm-dev",
        "--",
        "-D",
        "warnings",
    ]))
}

/// The packages that every step builds together: cargo unites the features of what is chosen, and another choice would
/// build most of it again. xtask is left out, which runs already and would be built a second time with the others'.
const TOGETHER: [&str; 3] = ["--workspace", "--exclude", "xtask"];

fn tests() -> Result<Outcome> {
    let together = pass(cargo().arg("test").args(TOGETHER).arg("--no-fail-fast"));
    let own = pass(cargo().args(["test", "--quiet", "--package", "xtask", "--no-fail-fast"]));
    together.and(own)
}

/// Starts a session bus and an unlocked keychain of their own; nothing of the person's is asked or written to.
const WITH_A_KEYCHAIN: &str =
    r#"printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" "$@""#;

fn keychain() -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Left("only the Secret Service of Linux can be started for a test".into()));
    }
    for name in ["dbus-run-session", "gnome-keyring-daemon"] {
        if find(name).is_none() {
            return Ok(Outcome::Left(format!("{name} is not installed here: run cargo xtask setup")));
        }
    }
    let mut test = cargo();
    test.arg("test").args(TOGETHER).args(["--features", "vault/keychain", "--test", "keychain"]);
    let home = crate::target().join("keychain-home");
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    fs::create_dir_all(&home)?;
    let mut command = program("dbus-run-session");
    command.args(["--", "sh", "-c", WITH_A_KEYCHAIN]).arg(test.get_program());
    go_on_with(&mut command, &test);
    for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
        command.env(name, &home);
    }
    pass_alone(command.env_remove("GNOME_KEYRING_CONTROL"))
}

/// Windows that are open side by side. Most of a test is waiting for its window, which draws without a graphics card.
const WINDOWS_AT_ONCE: &str = "2";

/// Measures how fast keys arrive, and so runs with nothing beside it.
const ALONE: &str = "scanner::";

fn window() -> Result<Outcome> {
    // Cargo builds a program for the tests of its package alone; these two are those of the window and of scripts, as
    // the step before left them, with the front end of now. A `cargo build` would choose other features for both.
    let their_packages = ["--test", "arrows", "--test", "program"];
    for name in ["perennial", "perennialctl"] {
        // What was built at another time must not be taken for it.
        let _ =
            fs::remove_file(crate::target().join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX)));
    }
    pass(window_tests(&["--no-run"]).args(their_packages))?;
    let at_once = if run::is_watched() { "1" } else { WINDOWS_AT_ONCE };
    let most = drive(&["--skip", ALONE, "--test-threads", at_once]);
    let alone = drive(&[ALONE, "--test-threads", "1"]);
    most.and(alone)
}

fn window_tests(options: &[&str]) -> Command {
    let mut command = cargo();
    command
        .arg("test")
        .args(TOGETHER)
        .args(["--features", "window/screen", "--test", "window"])
        .args(options);
    command
}

/// Runs tests of the window; what one says is kept to itself, and shown at the end where it failed.
fn drive(choice: &[&str]) -> Result<Outcome> {
    let tests = window_tests(&["--"]);
    let mut on_a_display = run::on_a_display(tests.get_program());
    go_on_with(&mut on_a_display, &tests);
    pass_alone(on_a_display.args(choice))
}

fn licences() -> Result<Outcome> {
    if find("cargo-deny").is_none() {
        return Ok(Outcome::Left(
            "cargo-deny is not installed here: licences and advisories were not checked".into(),
        ));
    }
    pass(cargo().args(["deny", "check", "bans", "licenses", "sources"]))
}

/// Gives what starts another program that program's arguments and variables.
fn go_on_with(outer: &mut Command, inner: &Command) {
    outer.args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
}

fn pass(command: &mut Command) -> Result<Outcome> {
    let words = describe(command);
    let status = command.status().with_context(|| format!("{words} could not be started"))?;
    ensure!(status.success(), "{words} failed");
    Ok(Outcome::Passed)
}

/// In a process group of its own, which ends with it: a left-over process would hold the output open for ever.
fn pass_alone(command: &mut Command) -> Result<Outcome> {
    let words = describe(command);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command.spawn().with_context(|| format!("{words} could not be started"))?;
    let status = child.wait()?;
    #[cfg(unix)]
    if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    ensure!(status.success(), "{words} failed");
    Ok(Outcome::Passed)
}
