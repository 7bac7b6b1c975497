//! Drives the real window: the built program, its WebKit view, and a person's hands.
//!
//! A test reads like what someone at the front desk does:
//!
//! ```no_run
//! # async fn example() {
//! use window::Stage;
//! let front = Stage::new().open().await;
//! front.open("Checkout").await;                    // a link of the navigation
//! front.types("Search items", "massage").await;    // a field, by its label ...
//! front.types("#ticket-note", "By the window").await; // ... or by CSS, which starts with #, . or [
//! front.clicks("Massage, 60 min").await;           // a button, link, tab or menu entry, by what it says
//! front.press("F9").await;                         // a key, also "Ctrl+K", "Shift+Tab", "Enter"
//! front.sees("Change $5.00").await;                // waits until the page says so
//! front.picture("pay").await;                      // artifacts/window/light-1280x800/pay.png
//! front.is_accessible("pay").await;                // axe-core: no serious or critical finding
//! front.closes().await;
//! # }
//! ```
//!
//! Every verb waits for the page instead of sleeping, and fails with what the page said and a picture of it
//! (`artifacts/window/failed-` and the name of the test).
//!
//! A [`Stage`] has folders of its own and, where there is none, a display; no network of the desktop around it and no
//! keychain; the data is under a passphrase that a file gives. [`Stage::on`] opens existing data instead,
//! [`Stage::theme`] and [`Stage::size`] choose the looks, and [`Front::restarts`] closes the program and opens it
//! again on the same data.
//!
//! [`Stage::with_stripe_at`] takes something else for Stripe, and [`Front::browser`] opens a page as somebody outside
//! the program would: in the browser that comes with WebKitGTK and its driver.
//!
//! The tests need `Xvfb`, or a display, and `WebKitWebDriver`: `cargo xtask test window` brings all and builds the
//! program. It is looked for beside the test, or where `PERENNIAL_EXE` says.

mod axe;
mod browser;
mod display;
mod driver;
mod front;
mod stage;

pub use browser::Browser;
pub use front::Front;
pub use stage::{Stage, Theme};

use std::path::PathBuf;

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    // Cargo says it anew each time: a target folder that several checkouts share may hold a program made in another.
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
        .join("../..")
}

/// Where pictures are put.
pub fn artifacts() -> PathBuf {
    std::env::var_os("PERENNIAL_ARTIFACTS").map_or_else(|| root().join("artifacts/window"), PathBuf::from)
}
