//! Making the demo that `cargo xtask run` opens.

use crate::{figure, threads};
use demo::Size;
use domain::Instant;
use std::path::Path;
use std::time::{Duration, Instant as Stopwatch};
use testkit::{DATABASE, key};

const TARGET: Duration = Duration::from_secs(10);
/// 22 November 2026, 21:00 UTC.
const UNTIL: i64 = 1_795_381_200_000;

pub fn measure(folder: &Path) {
    let folder = folder.join("made-up");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    figure::say("making the demo of 500 members");
    let began = Stopwatch::now();
    let size = Size { members: 500, seed: 1, until: Instant::from_millis(UNTIL) };
    let made = threads().block_on(demo::make(&folder.join(DATABASE), &key(), size)).expect("a demo");
    let what = format!("making the demo: a year of 500 members, {} tickets", made.tickets);
    figure::time(&what, began.elapsed(), Some(TARGET));
    let _ = std::fs::remove_dir_all(&folder);
}
