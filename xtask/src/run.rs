//! Opening the program.

use crate::{
    command::{cargo, find, program, run as finish},
    front_end, root, setup,
    stripe_double::StripeDouble,
    target,
};
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Always chosen together: cargo unites the features of what is chosen, and another choice would build most of it again.
pub const PROGRAMS: [&str; 6] = ["--package", "perennial", "--package", "cli", "--package", "window"];

/// What `cargo xtask run` was asked for.
#[derive(Default)]
struct Wish {
    data: Option<PathBuf>,
    empty: bool,
    release: bool,
    with_stripe_double: bool,
}

/// Builds everything and opens the program on the made-up practice, or on no data at all.
pub fn run(arguments: &[String]) -> Result<()> {
    let wish = Wish::read(arguments)?;
    setup::set_up(if has_display() { setup::For::Running } else { setup::For::Testing })?;
    front_end::build(front_end::Size::of(arguments))?;
    let built = build(&wish)?;
    let double = wish.with_stripe_double.then(StripeDouble::starts).transpose()?;
    if let Some(double) = &double {
        double.introduce();
    }
    if !has_display() {
        return without_a_display(&built, double.as_ref());
    }
    let data = wish.data();
    prepare(&wish, &data, &built)?;
    println!("Opening {} on {}", built.join("perennial").display(), data.display());
    let mut opens = program(built.join("perennial"));
    opens.arg("--data").arg(&data);
    if let Some(double) = &double {
        double.serve(&mut opens);
    }
    finish(&mut opens)
}

impl Wish {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut wish = Self::default();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--data" => wish.data = Some(words.next().context("--data needs a folder")?.into()),
                "--empty" => wish.empty = true,
                "--release" => wish.release = true,
                "--with-stripe-double" => wish.with_stripe_double = true,
                other => bail!("{other} is not understood"),
            }
        }
        Ok(wish)
    }

    fn data(&self) -> PathBuf {
        match &self.data {
            Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()),
            None if self.empty => target().join("empty-data"),
            None => target().join("demo-data"),
        }
    }
}

/// The folder with the programs.
fn build(wish: &Wish) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--bins"]).args(PROGRAMS);
    if wish.release {
        command.arg("--release");
    }
    finish(&mut command)?;
    Ok(target().join(if wish.release { "release" } else { "debug" }))
}

/// The made-up practice, made at the first run and kept; or a folder that holds nothing.
fn prepare(wish: &Wish, data: &Path, built: &Path) -> Result<()> {
    if wish.empty {
        if wish.data.is_none() && data.exists() {
            fs::remove_dir_all(data).with_context(|| format!("{} could not be emptied", data.display()))?;
        }
        return Ok(());
    }
    if data.join("key.json").exists() {
        return Ok(());
    }
    println!("Making up a practice in {}", data.display());
    finish(
        program(built.join("perennialctl"))
            .args(["demo", "--members", "500", "--seed", "1", "--data"])
            .arg(data),
    )
}

/// The main job, done in the window by WebDriver, with pictures.
fn without_a_display(built: &Path, double: Option<&StripeDouble>) -> Result<()> {
    println!("There is no display: the main job is done in a window of its own.");
    let mut command = on_a_display(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["test", "--quiet", "--features", "window/screen", "--test", "window"])
        .args(PROGRAMS)
        .args(["--", "main_job::"])
        .env("PERENNIAL_EXE", built.join("perennial"));
    if let Some(double) = double {
        double.serve(&mut command);
    }
    finish(&mut command)?;
    println!("The pictures are in {}", root().join("artifacts/window").display());
    Ok(())
}

/// A program that opens windows: on the display there is, or, where there is none or nobody looks at it, on displays
/// that it brings itself (`tests/window/src/display.rs`).
pub fn on_a_display(name: impl AsRef<OsStr>) -> Command {
    let mut command = program(name);
    if !is_watched() {
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    }
    command
}

/// Whether windows open before a person's eyes.
pub fn is_watched() -> bool {
    has_display() && (std::env::var_os("CI").is_none() || find("Xvfb").is_none())
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        || cfg!(not(target_os = "linux"))
}
