//! Opening the program.

use crate::command::{find, program};
use std::{ffi::OsStr, process::Command};

/// A program, given a display of its own where there is none.
pub fn on_a_display(name: impl AsRef<OsStr>) -> Command {
    let mut command;
    if has_display() && std::env::var_os("CI").is_none() || find("xvfb-run").is_none() {
        command = program(name);
    } else {
        command = program("xvfb-run");
        // Big enough for every size that is looked at; -a takes a free display number.
        command.args(["-a", "--server-args=-screen 0 1600x1200x24 -nolisten tcp"]);
        command.arg(name);
    }
    command
}

pub fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

pub fn run(_arguments: &[String]) -> anyhow::Result<()> {
    Ok(())
}
