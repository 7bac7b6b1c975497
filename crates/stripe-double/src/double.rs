//! A running double: the account behind a port.

use crate::account::Account;
use crate::serve::{bind, serve};
use crate::settings::Settings;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// How the double's clock goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Only when it is moved.
    Still,
    /// Along with the machine's, and further when it is moved.
    Running,
}

/// A double of Stripe on loopback; it stops when it is dropped. It is steered as the [`Account`] it serves.
pub struct Double {
    account: Arc<Account>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Double {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Deref for Double {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
    }
}

impl Double {
    /// On a free port, with a clock that stands still and the account as `Settings::default` has it.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(Settings::default(), Clock::Still, 0).await
    }

    /// `port` 0 is any free one. Needs a Tokio runtime to live in.
    pub async fn start_with(settings: Settings, clock: Clock, port: u16) -> std::io::Result<Self> {
        let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        let address = listener.local_addr()?;
        let account = Arc::new(Account::at(&settings, clock, &format!("http://{address}")));
        let task = tokio::spawn(serve(account.clone(), listener, address));
        Ok(Self { account, address, task })
    }

    /// `http://127.0.0.1:PORT`, in the place of `https://api.stripe.com`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends when the double does: never, unless it is dropped.
    pub async fn forever(mut self) {
        let _ = (&mut self.task).await;
    }
}
