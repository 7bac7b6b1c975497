//! The WebDriver of WebKitGTK, and the end of everything it started.

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use std::{
    fs::File,
    net::{TcpListener, TcpStream},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::process::{Child, Command};

/// A running driver; dropped, it takes the program and its web processes with it.
pub struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts it with an environment; what it and the program print goes to `log`.
    pub async fn start(environment: &[(&str, String)], log: &Path) -> Result<Self> {
        let port = free_port()?;
        let file = File::create(log).with_context(|| format!("{}", log.display()))?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("PERENNIAL_NO_SINGLE_INSTANCE", "1")
            .envs(environment.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            // A file, not a pipe: a process that outlives the test would keep a pipe open for ever.
            .stdout(file.try_clone()?)
            .stderr(file)
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn().context("WebKitWebDriver could not be started: run cargo xtask setup")?;
        let driver = Self { child, port };
        driver.listens().await?;
        Ok(driver)
    }

    async fn listens(&self) -> Result<()> {
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if started.elapsed() > Duration::from_secs(20) {
                bail!("WebKitWebDriver did not listen within 20 s");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Starts the program and takes hold of its window.
    pub async fn session(&self, program: &Path, arguments: &[String]) -> Result<Client> {
        let capabilities = serde_json::json!({
            "webkitgtk:browserOptions": { "binary": program, "args": arguments }
        });
        self.connect(&capabilities).await.context("the program did not open a window")
    }

    /// Starts the browser that comes with WebKitGTK. Over TLS it reaches nobody: a test looks at no page of the
    /// world's, wherever a page of its own leads to.
    pub async fn browser(&self) -> Result<Client> {
        let nowhere = serde_json::json!({ "proxy": { "proxyType": "manual", "sslProxy": "127.0.0.1:9" } });
        self.connect(&nowhere).await.context("no browser opened a window")
    }

    async fn connect(&self, capabilities: &serde_json::Value) -> Result<Client> {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().expect("an object").clone())
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await?;
        Ok(client)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.start_kill();
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
