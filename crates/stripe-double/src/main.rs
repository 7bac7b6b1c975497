//! The double as a program of its own: prints its address in one line and runs until it is ended.

use clap::Parser;
use std::io::Write;
use std::time::UNIX_EPOCH;
use stripe_double::{Clock, Double, Settings};

/// A double of Stripe on this machine: nothing it says is true.
#[derive(Parser)]
struct Arguments {
    /// The port on 127.0.0.1; 0 for any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// What every random choice follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the clock begins, in seconds since 1970; now, where nothing is said.
    #[arg(long)]
    start: Option<i64>,
    /// The clock moves only when it is told to.
    #[arg(long)]
    still: bool,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let settings =
        Settings { seed: arguments.seed, start: arguments.start.unwrap_or_else(now), ..Settings::default() };
    let clock = if arguments.still { Clock::Still } else { Clock::Running };
    let double = Double::start_with(settings, clock, arguments.port).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", double.base_url())?;
    out.flush()?;
    double.forever().await;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the edge of the program, where its clock is set once")]
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0))
}
