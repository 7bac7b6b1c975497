use crate::op::Look;
use crate::refusal::{Refusal, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use protocol::agreements::ReadSigned;
use protocol::images::ImageBytes;
use store::query;

/// The bytes of what somebody signed.
pub(crate) async fn read_signed(look: &mut Look<'_>, request: ReadSigned) -> Result<ImageBytes> {
    let signed = query::signed(look.conn, request.picture).await?;
    let signed = signed.ok_or(Refusal::NotFound { what: "What was signed" })?;
    Ok(ImageBytes { media_type: signed.media_type, base64: BASE64_STANDARD.encode(signed.bytes) })
}
