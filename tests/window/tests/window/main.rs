//! The real window, driven as the people at the desk do.
//!
//! Tests run side by side, each on a display of its own: nothing here may be shared between two of them but what
//! [`window::Stage`] shares. What measures time is named in xtask, which lets it run alone.

mod bad_input;
mod counter;
mod every_page;
mod hold_and_split;
mod import;
mod life;
mod long_words;
mod mail;
mod main_job;
mod many;
mod mistakes;
mod organization;
mod scanner;
mod smoke;
mod stripe;
mod the_day;
