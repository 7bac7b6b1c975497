//! A line of the table.

use std::time::Duration;

/// What is asked of a measure.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// Stay below.
    Under(Duration),
    /// Be this many times as long as something else at most.
    Times(f64),
    /// Be exactly this many.
    Exactly(f64),
}

/// A time against its target, or without one.
pub fn time(what: &str, measured: Duration, target: Option<Duration>) {
    let met = target.map(|most| measured < most);
    line(what, &words(measured), target.map(Target::Under), met);
}

pub fn times(what: &str, measured: f64, most: f64) {
    line(what, &format!("{measured:.2} x"), Some(Target::Times(most)), Some(measured <= most));
}

pub fn count(what: &str, measured: f64, wanted: f64) {
    let met = (measured - wanted).abs() < f64::EPSILON;
    line(what, &format!("{measured:.2}"), Some(Target::Exactly(wanted)), Some(met));
}

/// Something worth knowing that nothing is asked of.
pub fn note(what: &str, measured: &str) {
    line(what, measured, None, None);
}

fn line(what: &str, measured: &str, target: Option<Target>, met: Option<bool>) {
    let target = match target {
        None => "-".to_owned(),
        Some(Target::Under(most)) => format!("< {}", words(most)),
        Some(Target::Times(most)) => format!("<= {most:.0} x"),
        Some(Target::Exactly(wanted)) => format!("{wanted:.0}"),
    };
    let met = match met {
        None => "-",
        Some(true) => "yes",
        Some(false) => "NO",
    };
    println!("{what}\t{measured}\t{target}\t{met}");
}

/// What is being done, for whoever waits.
pub fn say(what: &str) {
    eprintln!("{what}");
}

/// `3.1 µs`, `4.82 ms`, `12.4 s`.
pub fn words(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        0.0..1e-6 => format!("{:.0} ns", seconds * 1e9),
        1e-6..1e-3 => format!("{:.1} µs", seconds * 1e6),
        1e-3..1.0 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}

/// Times in order, to be asked for the one below which a share of them lie.
pub struct Sorted(Vec<Duration>);

impl Sorted {
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub fn median(&self) -> Duration {
        self.at(50)
    }

    /// 99 of 100 are below.
    pub fn p99(&self) -> Duration {
        self.at(99)
    }

    fn at(&self, percent: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get((self.0.len() * percent / 100).min(last)).copied().unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}
