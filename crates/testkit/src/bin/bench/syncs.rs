//! Counts the syncs of a settle: real system calls, seen by tracing a process of our own that settles.
//!
//! The kernel stops the traced threads at every system call (as `strace` does, which a bare system lacks), and each
//! `fsync` and `fdatasync` is noted with the name of its file.

use crate::large::Sold;
use crate::{figure, settle};
use protocol::customers::CreateCustomer;
use protocol::items::SaveItem;
use std::path::Path;
use testkit::{Shop, cash, gold};

/// The word that makes this program settle and be counted.
pub const COUNTED: &str = "counted";
/// Two runs, so that what is not of a settle drops out of the difference. Few enough that the log is not full before the
/// end: copying it back into the database syncs both.
const RUNS: [u32; 2] = [5, 25];

pub fn measure(folder: &Path) {
    figure::say(&format!("settling {} and {} tickets in traced processes", RUNS[0], RUNS[1]));
    let counts = RUNS.map(|tickets| traced::syncs(folder, tickets));
    let [Ok(few), Ok(many)] = &counts else {
        for why in counts.iter().filter_map(|count| count.as_ref().err()) {
            figure::note("fdatasync per settle", &format!("not counted: {why}"));
        }
        return;
    };
    for (file, count) in many {
        let more = f64::from(*count) - f64::from(few.get(file).copied().unwrap_or(0));
        if more > 0.0 {
            let per_settle = more / f64::from(RUNS[1] - RUNS[0]);
            figure::count(&format!("{file} per settle (system calls, traced)"), per_settle, 1.0);
        }
    }
}

/// How many tickets the counted process is to settle.
fn wanted() -> u32 {
    std::env::args().nth(3).and_then(|count| count.parse().ok()).unwrap_or(RUNS[0])
}

/// Opens a practice, says so, waits for a line, settles its tickets and is gone, with nothing closed.
pub fn be_counted(folder: &Path) -> ! {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a thread");
    runtime.block_on(async {
        let folder = folder.join("counted");
        let _ = std::fs::remove_dir_all(&folder);
        let shop = Shop::opens_in(&folder).await;
        let front = &shop.front;
        let mut items = Vec::new();
        for nth in 0..8 {
            let item = SaveItem {
                id: None,
                kind: domain::item::ItemKind::Service,
                name: format!("Item {nth}"),
                code: None,
                category: None,
                price: domain::Money::from_minor(4_000 + nth * 700),
                tax_class: None,
                minutes: None,
                max_minutes: None,
                favourite: false,
            };
            let item = front.does(item).await.item;
            items.push(Sold { id: item.id, kind: item.kind });
        }
        let plan = front.offers("Gold", gold()).await;
        let person = domain::customer::Person { name: "Ana Ruiz".into(), ..Default::default() };
        let customer = front.does(CreateCustomer { person }).await.customer.id;
        front.enrolls(customer, plan, cash(10_800)).await;
        println!("ready");
        std::io::stdin().read_line(&mut String::new()).expect("a line");
        for nth in 0..wanted() as usize {
            let ask = settle::payment(front, &items, customer, nth).await;
            front.desk.call(ask).await.expect("a settled ticket");
        }
        // Before the shop is dropped: closing a database copies its log back, and that syncs too.
        std::process::exit(0)
    })
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod traced {
    use super::COUNTED;
    use nix::sys::ptrace::{self, Options};
    use nix::sys::signal::Signal;
    use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
    use nix::unistd::Pid;
    use std::collections::BTreeMap;
    use std::io::{BufRead, BufReader, Write};
    use std::path::Path;
    use std::process::{Command, Stdio};

    const FSYNC: u64 = 74;
    const FDATASYNC: u64 = 75;
    /// What the register of the answer holds when a call is entered: "not implemented".
    const ENTERED: u64 = -38_i64 as u64;

    /// How often each file was synced, named `fdatasync of the log` and the like.
    pub fn syncs(folder: &Path, tickets: u32) -> Result<BTreeMap<String, u32>, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut child = Command::new(program)
            .arg(folder)
            .arg(COUNTED)
            .arg(tickets.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
        out.read_line(&mut line).map_err(|error| error.to_string())?;
        let traced = trace(child.id().cast_signed());
        // Whatever became of the tracing, the process is told to go on and comes to its end.
        let told = child.stdin.take().ok_or("no input")?.write_all(b"go\n");
        let counted = traced.and_then(|()| told.map_err(|error| error.to_string())).and_then(|()| count());
        if counted.is_err() {
            let _ = child.kill();
        }
        let _ = child.wait();
        counted
    }

    /// Takes hold of every thread, and of those they start.
    fn trace(process: i32) -> Result<(), String> {
        let why = |error: nix::Error| format!("the kernel allows no tracing here ({error})");
        let threads =
            std::fs::read_dir(format!("/proc/{process}/task")).map_err(|error| error.to_string())?;
        for thread in threads.filter_map(Result::ok) {
            let Some(thread) = thread.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            let thread = Pid::from_raw(thread);
            ptrace::seize(thread, Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_TRACECLONE)
                .map_err(why)?;
            ptrace::interrupt(thread).map_err(why)?;
        }
        Ok(())
    }

    /// Lets the threads run from call to call until there are none left.
    fn count() -> Result<BTreeMap<String, u32>, String> {
        let mut counts = BTreeMap::new();
        loop {
            let (thread, signal) = match waitpid(None, Some(WaitPidFlag::__WALL)) {
                Ok(WaitStatus::PtraceSyscall(thread)) => {
                    if let Some(file) = synced(thread) {
                        *counts.entry(file).or_default() += 1;
                    }
                    (thread, None)
                }
                Ok(WaitStatus::PtraceEvent(thread, ..)) => (thread, None),
                Ok(WaitStatus::Stopped(thread, signal)) => {
                    (thread, Some(signal).filter(|it| *it != Signal::SIGSTOP))
                }
                Ok(_) => continue,
                Err(nix::Error::ECHILD) => return Ok(counts),
                Err(error) => return Err(error.to_string()),
            };
            // A thread that is gone by now needs no letting go.
            let _ = ptrace::syscall(thread, signal);
        }
    }

    /// Which file is about to be synced, if this is what the thread is about to do.
    fn synced(thread: Pid) -> Option<String> {
        let registers = ptrace::getregs(thread).ok()?;
        let call = match registers.orig_rax {
            FSYNC => "fsync",
            FDATASYNC => "fdatasync",
            _ => return None,
        };
        if registers.rax != ENTERED {
            return None;
        }
        let file = std::fs::read_link(format!("/proc/{thread}/fd/{}", registers.rdi)).ok()?;
        let file = file.file_name()?.to_string_lossy().into_owned();
        Some(format!("{call} of {file}"))
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod traced {
    use std::collections::BTreeMap;
    use std::path::Path;

    pub fn syncs(_folder: &Path, _tickets: u32) -> Result<BTreeMap<String, u32>, String> {
        Err("system calls are only traced on Linux, x86-64".to_owned())
    }
}
