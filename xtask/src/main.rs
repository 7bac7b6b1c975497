//! The project's own commands: `cargo xtask setup | run | test | bench | shot`.

mod bench;
mod check;
mod command;
mod front_end;
mod run;
mod setup;
mod shot;
mod stripe_double;

use anyhow::{Result, bail};
use std::{path::PathBuf, process::ExitCode};

const HELP: &str = "\
cargo xtask setup                 install what building needs
cargo xtask run [--data DIR] [--empty] [--release] [--with-stripe-double]
                                  set up, build and open the program on a made-up practice;
                                  --empty opens it on no data at all; --with-stripe-double starts a
                                  double of Stripe beside it and says where, and which key it takes. Without a display it does the
                                  main job in a window of its own and says where the pictures are
cargo xtask test [STEP]           everything that continuous integration runs, or one step of it
cargo xtask bench [NAME]...       a table of what was measured: quotes, demo, settle, search, members, round, start
cargo xtask front-end [--release] build ui/dist
cargo xtask shot --data DIR --route /path [--theme dark] [--size 1024x700] [--sign-in NAME:PIN] [--click WORDS] [--press KEYS] [--type FIELD=TEXT] [--see WORDS] --out FILE.png
                                  a picture of one page of the real window
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "setup" => setup::set_up(setup::For::Testing),
        "run" => run::run(&rest),
        "test" => check::check_everything(&rest),
        "bench" => bench::bench(&rest),
        "front-end" => {
            setup::set_up(setup::For::Running)?;
            front_end::build(front_end::Size::of(&rest))
        }
        "shot" => shot::shoot(&rest),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("no command is called {other}\n\n{HELP}"),
    }
}

/// The folder of the repository.
fn root() -> PathBuf {
    // Cargo says it anew each time: a target folder that several checkouts share may hold a program made in another.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().expect("xtask lies in the repository").to_owned()
}

/// Where cargo builds, as cargo itself decides it.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}
