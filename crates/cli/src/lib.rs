//! The use cases of the desk without a window.

pub mod commands;
mod failure;
mod folder;
pub mod rules;

pub use commands::{Arguments, run};
pub use failure::Failure;
