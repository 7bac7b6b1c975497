//! Pictures of plans: small, kept once by the hash of their bytes, apart from the journal.

mod picture;
mod read_image;
mod store_image;

pub use picture::ImageRefusal;
pub(crate) use read_image::read_image;
pub(crate) use store_image::{known, prepare, store_image};
