//! How long the program takes from its start to its first usable page; `cargo xtask bench start` runs this.
//!
//! `start HOW` prints a line for the table of figures; HOW says which build `PERENNIAL_EXE` is.

use anyhow::{Context, Result, ensure};
use std::{path::Path, process::Command, time::Duration};
use window::Stage;

const TIMES: usize = 7;
/// One of those who work in the made-up practice: the lock screen asks who is at the desk.
const SOMEBODY: &str = ".pl-lock-row";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let how = std::env::args().nth(1).context("start HOW")?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("practice");
    make(&data)?;
    let stage = Stage::new().on(&data);
    let mut times = Vec::with_capacity(TIMES);
    for nth in 0..=TIMES {
        let (front, took) = stage.open_until(SOMEBODY).await?;
        front.closes().await;
        // The first one reads the program from the disk.
        if nth > 0 {
            times.push(took);
        }
    }
    times.sort_unstable();
    let (median, slowest) = (times[TIMES / 2], times[TIMES - 1]);
    println!("start of the program ({how}) to the lock screen, median of {TIMES}\t{}\t-\t-", words(median));
    println!("start of the program ({how}) to the lock screen, slowest\t{}\t-\t-", words(slowest));
    Ok(())
}

/// A small made-up practice, whose key opens anywhere.
fn make(data: &Path) -> Result<()> {
    let program = std::env::current_exe()?.with_file_name("perennialctl");
    let made = Command::new(&program)
        .args(["demo", "--members", "5", "--data"])
        .arg(data)
        .output()
        .with_context(|| format!("{} could not be started", program.display()))?;
    ensure!(made.status.success(), "the practice: {}", String::from_utf8_lossy(&made.stderr));
    Ok(())
}

fn words(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
