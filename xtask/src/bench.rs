//! Measuring: what each program says, in one table.

use crate::{
    command::{cargo, describe, find},
    run::on_a_display,
    setup, target,
};
use anyhow::{Context, Result, ensure};
use std::process::{Command, Stdio};

const HEAD: [&str; 4] = ["figure", "measured", "target", "met"];

/// Measures everything, or what is named, and prints the table.
pub fn bench(names: &[String]) -> Result<()> {
    setup::set_up(setup::For::Running)?;
    let mut lines = vec![HEAD.map(str::to_owned)];
    if names.is_empty() || names.iter().any(|name| name != START) {
        let mut bench = cargo();
        bench.args(["run", "--quiet", "--release", "--package", "testkit", "--bin", "bench", "--"]);
        bench.arg(target().join("bench")).args(names.iter().filter(|name| *name != START));
        lines.extend(figures(&mut bench)?);
    }
    if names.is_empty() || names.iter().any(|name| name == START) {
        lines.extend(start()?);
    }
    print(&lines);
    Ok(())
}

/// The name of the figure that needs a window.
const START: &str = "start";

/// How long the built program takes to its first page; in words why not, where it cannot be said.
fn start() -> Result<Vec<[String; 4]>> {
    let skipped = |why: &str| Ok(vec![["start of the program", why, "-", "-"].map(str::to_owned)]);
    let release = target().join("release/perennial");
    let debug = target().join("debug/perennial");
    let (built, how) = match (release.is_file(), debug.is_file()) {
        (true, _) => (release, "release"),
        (false, true) => (debug, "debug"),
        (false, false) => {
            return skipped("not measured: the program is not built; cargo xtask run builds it");
        }
    };
    if find("WebKitWebDriver").is_none() || find("Xvfb").is_none() {
        return skipped("not measured: it needs WebKitWebDriver and Xvfb; cargo xtask setup brings them");
    }
    let mut build = cargo();
    build.args(["build", "--quiet", "--bins"]).args(crate::run::PROGRAMS);
    crate::command::run(&mut build)?;
    let mut start = on_a_display(target().join("debug/start"));
    start.arg(how).env("PERENNIAL_EXE", &built);
    figures(&mut start)
}

/// The lines a program prints, each of four parts.
fn figures(command: &mut Command) -> Result<Vec<[String; 4]>> {
    let words = describe(command);
    let done =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("{words} could not be started"))?;
    ensure!(done.status.success(), "{words} failed ({})", done.status);
    let text = String::from_utf8(done.stdout).with_context(|| format!("{words} prints no text"))?;
    text.lines()
        .map(|line| {
            let parts: Vec<String> = line.split('\t').map(str::to_owned).collect();
            parts.try_into().map_err(|_| anyhow::anyhow!("{words} printed a line of another kind: {line}"))
        })
        .collect()
}

fn print(lines: &[[String; 4]]) {
    // What is measured in words may be long and stands alone in its line.
    let width = |column: usize, most: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count()).filter(|width| *width <= most);
        widths.max().unwrap_or(0)
    };
    let (figure, measured, target) = (width(0, 80), width(1, 24), width(2, 24));
    for [what, measure, wanted, met] in lines {
        let line = format!("{what:<figure$}  {measure:>measured$}  {wanted:>target$}  {met}");
        println!("{}", line.trim_end_matches([' ', '-']));
    }
}
