//! A display of a test's own: two windows on one would take the focus from each other.

use anyhow::{Context, Result, ensure};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// Big enough for every size that is looked at.
const SCREEN: &str = "1600x1200x24";

/// A running Xvfb; dropped, it is gone.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// The display that is there already serves, where there is one; `None` then.
    pub fn where_there_is_none() -> Result<Option<Self>> {
        let given = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if cfg!(not(target_os = "linux")) || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(given) {
            return Ok(None);
        }
        Self::start().map(Some)
    }

    fn start() -> Result<Self> {
        // It chooses a free number and says which, once it can be used.
        let server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb could not be started: run cargo xtask setup")?;
        let mut display = Self { server, name: String::new() };
        let said = display.server.stdout.take().context("what Xvfb says can be read")?;
        let mut number = String::new();
        BufReader::new(said).read_line(&mut number).context("Xvfb says its number")?;
        ensure!(number.ends_with('\n'), "Xvfb ended before it had a display");
        display.name = format!(":{}", number.trim());
        Ok(display)
    }

    /// As `DISPLAY` names it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
