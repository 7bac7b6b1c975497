//! Where a window test plays: folders of its own, a size, a theme.

use crate::{Browser, Front, display::Display, driver::Driver};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
    sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};
use tempfile::TempDir;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What a program is opened on. Cheap to clone; clones share the folders and the display.
#[derive(Clone)]
pub struct Stage {
    /// Before the folders: nothing is open on them any more when they go.
    display: Rc<Option<Display>>,
    home: Rc<TempDir>,
    data: PathBuf,
    /// What is taken for Stripe.
    stripe: Option<String>,
    pub(crate) theme: Theme,
    pub(crate) size: (u32, u32),
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

impl Stage {
    /// An empty data folder, 1280 x 800, light.
    pub fn new() -> Self {
        let home = TempDir::with_prefix("perennial-window-").expect("a folder for the test");
        write_passphrase(home.path());
        let display = Display::where_there_is_none().unwrap_or_else(|problem| panic!("{problem:#}"));
        Self {
            display: Rc::new(display),
            data: home.path().join("shop"),
            stripe: None,
            home: Rc::new(home),
            theme: Theme::Light,
            size: (1280, 800),
        }
    }

    /// The made-up practice with a year of history, written by the program of scripts that lies beside the test.
    /// It is made once for all tests that want as many members; each gets a copy.
    pub fn of_the_demo(members: u32) -> Self {
        let stage = Self::new();
        let made =
            Arc::clone(DEMOS.lock().unwrap_or_else(PoisonError::into_inner).entry(members).or_default());
        // Those who want another one do not wait.
        let made = made.get_or_init(|| make_demo(members));
        copy_folder(&made.path().join("shop"), &stage.data);
        stage
    }

    /// Data that exists already, opened with the key settings of this process's environment.
    pub fn on(mut self, data: &Path) -> Self {
        self.data = std::path::absolute(data).expect("a folder");
        self
    }

    /// Where the program's requests to Stripe go: `http://127.0.0.1:PORT`.
    pub fn with_stripe_at(mut self, base: String) -> Self {
        self.stripe = Some(base);
        self
    }

    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    /// The folder of the data, to be filled before [`Stage::open`] with the program of scripts.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Names the file with the passphrase that guards a stage's own data.
    pub fn passphrase_file(&self) -> PathBuf {
        passphrase_in(self.home.path())
    }

    /// What the program saved, where it would ask a person for a place.
    pub fn saved(&self) -> PathBuf {
        self.home.path().join("saved")
    }

    /// Starts the program and waits until its first page is there.
    pub async fn open(&self) -> Front {
        self.try_open().await.unwrap_or_else(|problem| panic!("{problem:#}\n{}", self.log()))
    }

    async fn try_open(&self) -> anyhow::Result<Front> {
        let driver = Driver::start(&self.environment()?, &self.log_file()).await?;
        let client =
            driver.session(&the_program()?, &["--data".into(), self.data.display().to_string()]).await?;
        Front::over(client, driver, self.clone()).await
    }

    /// Starts the program and says how long it took until `control` could be used, its driver's own work included.
    pub async fn open_until(&self, control: &str) -> anyhow::Result<(Front, Duration)> {
        let driver = Driver::start(&self.environment()?, &self.log_file()).await?;
        let started = Instant::now();
        let client =
            driver.session(&the_program()?, &["--data".into(), self.data.display().to_string()]).await?;
        let front = Front::at(client, driver, self.clone());
        front.waits_for(control).await;
        Ok((front, started.elapsed()))
    }

    pub(crate) async fn browser(&self) -> anyhow::Result<Browser> {
        let driver = Driver::start(&self.environment()?, &self.home.path().join("browser.log")).await?;
        let client = driver.browser().await?;
        Ok(Browser::over(client, driver))
    }

    /// What the program and its driver printed.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.home.path().join("window.log")
    }

    fn environment(&self) -> anyhow::Result<Vec<(&'static str, String)>> {
        let mut environment = vec![
            ("MESA_SHADER_CACHE_DISABLE", "true".to_owned()),
            ("GTK_THEME", if self.theme == Theme::Dark { "Adwaita:dark" } else { "Adwaita" }.to_owned()),
            // No desktop is around the program: nothing of the person's own is asked, started or written to.
            ("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.home.path().join("no-bus").display())),
            ("NO_AT_BRIDGE", "1".to_owned()),
            ("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1".to_owned()),
        ];
        if let Some(display) = self.display.as_ref() {
            environment.push(("DISPLAY", display.name().to_owned()));
        }
        if let Some(base) = &self.stripe {
            environment.push(("PERENNIAL_STRIPE_API", base.clone()));
        }
        for (name, folder) in [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
        ] {
            let folder = self.home.path().join(folder);
            fs::create_dir_all(&folder)?;
            environment.push((name, folder.display().to_string()));
        }
        fs::create_dir_all(self.saved())?;
        environment.push(("PERENNIAL_SAVE_FOLDER", self.saved().display().to_string()));
        for name in ["PERENNIAL_KEYCHAIN", "PERENNIAL_PASSPHRASE_FILE"] {
            let own = if name == "PERENNIAL_KEYCHAIN" {
                "off".to_owned()
            } else {
                self.passphrase_file().display().to_string()
            };
            environment.push((name, std::env::var(name).unwrap_or(own)));
        }
        Ok(environment)
    }
}

/// The made-up practices by their number of members, while this process runs.
static DEMOS: LazyLock<Mutex<HashMap<u32, Arc<OnceLock<TempDir>>>>> = LazyLock::new(Mutex::default);

fn make_demo(members: u32) -> TempDir {
    let home = TempDir::with_prefix("perennial-demo-").expect("a folder for the made-up practice");
    write_passphrase(home.path());
    let program = program("perennialctl").expect("perennialctl is built");
    let made = std::process::Command::new(&program)
        .arg("--data")
        .arg(home.path().join("shop"))
        .arg("--passphrase-file")
        .arg(passphrase_in(home.path()))
        .args(["demo", "--members", &members.to_string(), "--seed", "1"])
        .env("PERENNIAL_KEYCHAIN", "off")
        .output()
        .unwrap_or_else(|problem| panic!("{}: {problem}", program.display()));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    home
}

fn passphrase_in(home: &Path) -> PathBuf {
    home.join("passphrase")
}

fn write_passphrase(home: &Path) {
    fs::write(passphrase_in(home), "a passphrase for tests\n").expect("the passphrase file");
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder for the copy");
    for entry in fs::read_dir(from).unwrap_or_else(|problem| panic!("{}: {problem}", from.display())) {
        let entry = entry.expect("an entry of the folder");
        let copy = to.join(entry.file_name());
        if entry.file_type().expect("what it is").is_dir() {
            copy_folder(&entry.path(), &copy);
        } else {
            fs::copy(entry.path(), &copy).unwrap_or_else(|problem| panic!("{}: {problem}", copy.display()));
        }
    }
}

/// The built program: beside this test, or where `PERENNIAL_EXE` says.
fn the_program() -> anyhow::Result<PathBuf> {
    std::env::var_os("PERENNIAL_EXE").map_or_else(|| program("perennial"), |path| Ok(path.into()))
}

/// A program of the project, built beside this test.
fn program(name: &str) -> anyhow::Result<PathBuf> {
    std::env::current_exe()?
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .ok_or_else(|| anyhow::anyhow!("{name} is not built: cargo build"))
}
