//! The window.
#![allow(dead_code, unused_imports)]
mod bridge;
mod components;
mod ids;
mod keys;
mod pages_of;
mod query;
mod route;
mod session;
mod theme;
mod toast;
fn main() {}
