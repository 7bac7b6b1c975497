use super::view::{load, view};
use crate::op::Look;
use crate::refusal::{Refusal, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use protocol::receipt::{FileMade, GetReceiptPdf, Receipt};

/// The receipt as a file, with the words and sums that the screen shows.
pub(crate) async fn get_receipt_pdf(look: &mut Look<'_>, request: GetReceiptPdf) -> Result<FileMade> {
    let here = look.here.clone();
    let practice = here.ground.practice.as_ref().ok_or(Refusal::NotSetUp)?;
    let ticket = load(look.conn, request.ticket).await?;
    let receipt = Receipt::of(&view(look.conn, &here, &ticket).await?, practice);
    let name = format!("Receipt {}.pdf", receipt.number);
    // Setting type is work for a processor, and other requests are not to wait for it.
    let pdf = tokio::task::spawn_blocking(move || paper::receipt(&receipt))
        .await
        .map_err(|problem| Refusal::NoFile(problem.to_string()))?
        .map_err(|problem| Refusal::NoFile(problem.to_string()))?;
    Ok(FileMade { name, base64: BASE64_STANDARD.encode(pdf) })
}
