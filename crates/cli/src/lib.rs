//! The use cases of the desk without a window.

pub mod rules;
