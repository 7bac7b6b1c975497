//! Everything that continuous integration runs, and what came of it.

use crate::{
    command::{cargo, describe, find, program},
    front_end, root, run, setup,
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
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

fn tests() -> Result<Outcome> {
    pass(cargo().args(["test", "--workspace", "--no-fail-fast"]))
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
    // The same selection of packages as in the other steps, so that nothing is built twice.
    test.args(["test", "--workspace", "--features", "vault/keychain", "--test", "keychain"]);
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

fn window() -> Result<Outcome> {
    // The same selection of packages as above, so that nothing is built twice; only the tests of the window run.
    let mut command = cargo();
    command.args(["test", "--workspace", "--no-fail-fast", "--features", "window/screen"]);
    for entry in fs::read_dir(root().join("tests/window/tests"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            command.arg("--test").arg(path.file_stem().context("a test has a name")?);
        }
    }
    // Two windows on one display would take the focus from each other.
    command.args(["--", "--test-threads", "1"]);
    // The program embeds the front end when it is built; tests alone would not build it again.
    pass(cargo().args(["build", "--quiet", "--workspace", "--features", "window/screen", "--bins"]))?;
    let mut on_a_display = run::on_a_display(command.get_program());
    go_on_with(&mut on_a_display, &command);
    pass_alone(&mut on_a_display)
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
