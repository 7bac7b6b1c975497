//! A practice for tests: a real encrypted database, a clock that tests move, ids that a seed decides.
//!
//! Verbs read like a day at the desk and panic where the day could not have gone on; what is expected to be refused
//! is asked with [`Front::asks`].

mod crowd;
mod front;
mod mail_server;
mod shop;
mod template;
mod time;

pub use front::{Front, cash};
pub use mail_server::{Arrived, MailServer, MailServerIs, Says};
pub use shop::{DANA, DATABASE, MORNING, OtherDesk, Person, ROSA, Shop, gold, key};
pub use time::{ManualClock, SeededIds};

/// Keeps this thread, and the threads it starts from now on, on one core: a database that answers on a thread of its own is
/// then asked without waking another core up. Does nothing where the system can't.
pub fn stay_on_core(nth: usize) {
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    {
        use nix::sched::{CpuSet, sched_setaffinity};
        let mut cores = CpuSet::new();
        if cores.set(nth).is_ok() {
            let _ = sched_setaffinity(nix::unistd::Pid::from_raw(0), &cores);
        }
    }
    #[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
    let _ = nth;
}
