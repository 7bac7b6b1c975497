//! Pictures: kept once under the hash of their bytes, and fetched by it.

use serde::{Deserialize, Serialize};

/// The largest file that is looked at, in bytes.
pub const LARGEST_FILE: usize = 40 * 1024 * 1024;

/// Keeps a picture, made as small as a screen needs it: a PNG, JPEG or WebP of any size.
///
/// It belongs to nothing until a plan names its hash; what nothing names is dropped after a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoreImage {
    /// The file as it is, in standard base64.
    pub base64: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageStored {
    /// BLAKE3 of the kept bytes, in hex.
    pub hash: String,
    pub width: u32,
    pub height: u32,
    /// How many bytes are kept.
    pub size: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadImage {
    pub hash: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageBytes {
    /// `image/jpeg` or `image/png`
    pub media_type: String,
    /// Standard base64 with padding.
    pub base64: String,
}
