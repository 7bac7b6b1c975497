//! Installing what the project needs, once; the second time this takes no time.

use crate::command::{find, program, run, succeeds};
use anyhow::{Result, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the machine is to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Build the program and open it.
    Running,
    /// Also open it where there is no display, and drive its window.
    Testing,
}

const TO_BUILD: &[&str] = &[
    "build-essential",
    "file",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "perl",
    "pkg-config",
];

const TO_DRIVE_A_WINDOW: &[&str] =
    &["dbus", "dbus-x11", "fonts-dejavu-core", "gnome-keyring", "webkit2gtk-driver", "xvfb"];

pub fn set_up(purpose: For) -> Result<()> {
    let stamp = Stamp::of(purpose);
    if stamp.holds() {
        return Ok(());
    }
    debian_packages(purpose)?;
    wasm_target()?;
    npm_packages()?;
    stamp.set()
}

/// Everything that decides what has to be installed; where it is unchanged there is nothing to do.
struct Stamp {
    file: PathBuf,
    content: String,
}

impl Stamp {
    fn of(purpose: For) -> Self {
        let lock = fs::read_to_string(front_end_folder().join("package-lock.json")).unwrap_or_default();
        let name = if purpose == For::Testing { "setup-testing" } else { "setup-running" };
        let packages = wanted(purpose).join(" ");
        Self { file: crate::target().join(name), content: format!("{packages}\n{lock}") }
    }

    /// The cheap signs that what was installed is still there are read each time: a target folder can outlive both.
    fn holds(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|found| found == self.content)
            && front_end_folder().join("node_modules/@patternfly/patternfly/patternfly.min.css").exists()
            && (!cfg!(target_os = "linux") || find("pkg-config").is_some())
            && (self.file.ends_with("setup-running")
                || !cfg!(target_os = "linux")
                || find("WebKitWebDriver").is_some())
    }

    fn set(self) -> Result<()> {
        fs::create_dir_all(crate::target())?;
        Ok(fs::write(self.file, self.content)?)
    }
}

fn wanted(purpose: For) -> Vec<&'static str> {
    let mut packages = TO_BUILD.to_vec();
    if purpose == For::Testing {
        packages.extend(TO_DRIVE_A_WINDOW);
    }
    if find("node").is_none() {
        packages.push("nodejs");
    }
    if find("npm").is_none() {
        packages.push("npm");
    }
    packages
}

fn debian_packages(purpose: For) -> Result<()> {
    if !cfg!(target_os = "linux") {
        ensure!(find("npm").is_some(), "Install Node.js with npm, then run this again.");
        return Ok(());
    }
    if find("dpkg-query").is_none() {
        println!(
            "This is not Debian or Ubuntu: install WebKitGTK 4.1, its WebDriver, Xvfb and Node.js by hand."
        );
        return Ok(());
    }
    let missing: Vec<&str> = wanted(purpose).into_iter().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("apt-get install --no-install-recommends {}", missing.join(" "));
    let Some(mut as_root) = as_root() else {
        bail!("Some packages are missing. Run this, then try again:\n\n    sudo {by_hand}\n");
    };
    println!("Installing {}", missing.join(" "));
    let install = |as_root: &mut Command| {
        as_root
            .args([
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-y",
                "-q",
                "--no-install-recommends",
            ])
            .args(&missing);
        run(as_root)
    };
    // The package lists of a fresh machine are empty or old; fetching them is only worth it then.
    if install(&mut as_root).is_err() {
        let mut update = self::as_root().expect("was root a moment ago");
        run(update.args(["apt-get", "update", "-q"]))?;
        install(&mut self::as_root().expect("was root a moment ago"))?;
    }
    Ok(())
}

fn installed(package: &str) -> bool {
    program("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output()
        .is_ok_and(|answer| answer.status.success() && answer.stdout == b"installed")
}

/// `env` as root, where that is possible without asking for a password.
fn as_root() -> Option<Command> {
    if succeeds(program("sh").args(["-c", "test \"$(id -u)\" = 0"])) {
        return Some(program("env"));
    }
    succeeds(program("sudo").args(["-n", "true"])).then(|| {
        let mut command = program("sudo");
        command.args(["-n", "env"]);
        command
    })
}

fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    if library_of(TARGET).is_some_and(|folder| folder.exists()) {
        return Ok(());
    }
    run(program("rustup").args(["target", "add", TARGET]))
}

fn library_of(target: &str) -> Option<PathBuf> {
    let answer = program("rustc").args(["--print", "target-libdir", "--target", target]).output().ok()?;
    Some(PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim()))
}

/// Exactly the packages of the lock file; none of their scripts is run.
fn npm_packages() -> Result<()> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(program(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(front_end_folder()))
}

fn front_end_folder() -> PathBuf {
    Path::new(&crate::root()).join("ui")
}
