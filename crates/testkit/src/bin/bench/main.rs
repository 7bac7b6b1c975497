//! How long things take: `cargo xtask bench` runs this and makes a table of what it prints.
//!
//! One figure a line: what was measured, the measure, the target and whether it is met, between tabs. What is being
//! done meanwhile goes to the error output. `bench FOLDER [quotes|settle|search|members|round|demo]...` keeps the made-up
//! practice of 100,000 members in the folder; without names it measures everything.

mod figure;
mod large;
mod made_up;
mod members;
mod names;
mod quotes;
mod round;
mod search;
mod settle;
mod syncs;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let Some(folder) = words.next().map(PathBuf::from) else {
        eprintln!("bench FOLDER [quotes|settle|search|members|round|demo]...");
        return ExitCode::from(2);
    };
    let wanted: Vec<String> = words.collect();
    if wanted.first().is_some_and(|word| word == syncs::COUNTED) {
        syncs::be_counted(&folder);
    }
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    if wants("quotes") {
        quotes::measure();
    }
    if wants("settle") {
        syncs::measure(&folder);
    }
    if wants("demo") {
        made_up::measure(&folder);
    }
    if ["settle", "search", "members", "round"].into_iter().any(wants) {
        threads().block_on(async {
            let large = large::Large::kept_in(&folder).await;
            if wants("search") {
                search::measure(&large).await;
            }
            if wants("members") {
                members::measure(&large).await;
            }
            if wants("settle") {
                settle::measure(&large, &folder).await;
            }
            if wants("round") {
                round::measure(large).await;
            }
        });
    }
    ExitCode::SUCCESS
}

/// As the program has them.
fn threads() -> tokio::runtime::Runtime {
    let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    threads.expect("threads to work on")
}
