//! The window of Perennial: Yew components in PatternFly's markup, one door behind them.
//!
//! The window shows what the desk said and what changed. It prices a ticket with the domain's own quote and computes
//! no other money.

mod app;
mod bridge;
mod components;
mod frame;
mod ids;
mod keys;
mod outside;
mod pages;
mod pages_of;
mod pictures;
mod query;
mod route;
mod saving;
mod session;
mod theme;
mod toast;

fn main() {
    theme::start();
    keys::start();
    yew::Renderer::<app::App>::new().render();
}
