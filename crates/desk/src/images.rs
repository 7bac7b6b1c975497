//! Pictures, kept by the hash of their bytes, apart from the journal: those of plans, and how any file becomes one.

mod picture;
mod read_image;
mod store_image;

pub use picture::ImageRefusal;
pub(crate) use picture::{Fits, Picture};
pub(crate) use read_image::read_image;
pub(crate) use store_image::{known, prepare, read, store_image};
