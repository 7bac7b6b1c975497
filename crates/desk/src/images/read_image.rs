use crate::op::Look;
use crate::refusal::{Refusal, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use protocol::images::{ImageBytes, ReadImage};
use store::query;

/// The bytes of a hash; what a synced record names may not have come yet.
pub(crate) async fn read_image(look: &mut Look<'_>, request: ReadImage) -> Result<ImageBytes> {
    let missing = || Refusal::NotFound { what: "The picture" };
    let hash = blake3::Hash::from_hex(&request.hash).map_err(|_| missing())?;
    let image = query::image(look.conn, hash.as_bytes()).await?.ok_or_else(missing)?;
    Ok(ImageBytes { media_type: image.media_type, base64: BASE64_STANDARD.encode(image.bytes) })
}
